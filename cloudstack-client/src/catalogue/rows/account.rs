//! Accounts, domains, users and their keys.

commands! { ROWS:
    CreateAccount("createAccount"): Sync<Account> in "account" for RESOURCE_ADMINS,
        "Opens an account with its first user.", event: "ACCOUNT.CREATE", of: "Account";
    need {
        email: Text, "Mail address.";
        firstname: Text, "First name of the user.";
        lastname: Text, "Last name of the user.";
        password: Text, "Password of the user.", secret: true;
        username: Text, "Name of the user.";
    }
    may {
        account: Text, "Name of the account; the user's name if left out.";
        accounttype: Integer, "0 for a user, 1 for an administrator of the cloud, 2 for one of a domain.";
        roleid: Uuid, "Id of the role.", of: "Role";
        domainid: Uuid, "Id of the domain the account is in; the caller's if left out.", of: "Domain";
        timezone: Text, "Time zone, such as `Europe/Berlin`.";
        networkdomain: Text, "Domain part of its guests' names.";
        accountdetails: Map, "Details to keep with the account, as pairs.";
        accountid: Text, "Id that the account gets.";
        userid: Text, "Id that the first user gets.";
    }

    CreateDomain("createDomain"): Sync<Domain> in "domain" for ROOT_ADMIN,
        "Makes a domain below another.", event: "DOMAIN.CREATE";
    need {
        name: Text, "Name of the new domain.";
    }
    may {
        parentdomainid: Uuid, "Id of the domain above; the root if left out.", of: "Domain";
        networkdomain: Text, "Domain part of its guests' names.";
        domainid: Text, "Id that the domain gets.";
    }

    CreateSSHKeyPair("createSSHKeyPair"): Sync<CreatedSshKeyPair> in "keypair" for ANYONE,
        "Makes an SSH key pair and answers its private half, this once only.", event: "REGISTER.SSH.KEYPAIR", of: "SshKeyPair";
    need {
        name: Text, "Name of the new SSH key.";
    }
    may {
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
    }

    CreateUser("createUser"): Sync<User> in "user" for RESOURCE_ADMINS,
        "Adds a user to an account.", event: "USER.CREATE";
    need {
        account: Text, "Name of the account the user belongs to.";
        email: Text, "Mail address.";
        firstname: Text, "First name of the user.";
        lastname: Text, "Last name of the user.";
        password: Text, "Password of the user.", secret: true;
        username: Text, "Name of the user.";
    }
    may {
        domainid: Uuid, "Id of the domain the account is in; the caller's if left out.", of: "Domain";
        timezone: Text, "Time zone, such as `Europe/Berlin`.";
        userid: Text, "Id that the user gets.";
        passwordchangerequired: Boolean, "True if the user must set a new password at the next login.", since: "4.23.0";
    }

    DeleteAccount("deleteAccount"): Async<Success> in "" for RESOURCE_ADMINS,
        "Deletes an account with its users, guests, volumes and all else it owns.", event: "ACCOUNT.DELETE", of: "Account";
    need {
        id: Uuid, "Id of the account.", of: "Account";
    }
    may {}

    DeleteDomain("deleteDomain"): Async<Success> in "" for ROOT_ADMIN,
        "Deletes a domain; with what is in it only if told to.", event: "DOMAIN.DELETE";
    need {
        id: Uuid, "Id of the domain.", of: "Domain";
    }
    may {
        cleanup: Boolean, "True to delete what is in it too.";
    }

    DeleteSSHKeyPair("deleteSSHKeyPair"): Sync<Success> in "" for ANYONE,
        "Forgets a registered SSH public key; guests that have it keep it.", of: "SshKeyPair";
    need {
        name: Text, "Name of the SSH key.";
    }
    may {
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
    }

    DeleteUser("deleteUser"): Sync<Success> in "" for RESOURCE_ADMINS,
        "Deletes a user; the account stays.", event: "USER.DELETE";
    need {
        id: Uuid, "Id of the user.", of: "User";
    }
    may {}

    DeleteUserData("deleteUserData"): Sync<Success> in "" for ANYONE,
        "Deletes registered user data that no template points to.", since: "4.18", of: "UserData";
    need {
        id: Uuid, "Id of the user data.", of: "UserData";
    }
    may {
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain the account is in.", of: "Domain";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
    }

    DisableAccount("disableAccount"): Async<Account> in "account" for ADMINS,
        "Keeps an account from logging in; either its guests are stopped, or it is only locked.", event: "ACCOUNT.DISABLE", of: "Account";
    need {
        lock: Boolean, "True to lock the account only; false to disable it and stop its guests.";
    }
    may {
        id: Uuid, "Id of the account.", of: "Account";
        account: Text, "Name of the account, with `domainid` instead of an id.";
        domainid: Uuid, "Id of the domain the account is in.", of: "Domain";
    }

    DisableUser("disableUser"): Async<User> in "user" for ADMINS,
        "Keeps a user from logging in and from signing requests.", event: "USER.DISABLE";
    need {
        id: Uuid, "Id of the user.", of: "User";
    }
    may {}

    EnableAccount("enableAccount"): Sync<Account> in "account" for ADMINS,
        "Lets a disabled or locked account in again.", event: "ACCOUNT.ENABLE", of: "Account";
    need {}
    may {
        id: Uuid, "Id of the account.", of: "Account";
        account: Text, "Name of the account, with `domainid` instead of an id.";
        domainid: Uuid, "Id of the domain the account is in.", of: "Domain";
    }

    EnableUser("enableUser"): Sync<User> in "user" for ADMINS,
        "Lets a disabled or locked user in again.", event: "USER.ENABLE";
    need {
        id: Uuid, "Id of the user.", of: "User";
    }
    may {}

    GetUser("getUser"): Sync<User> in "user" for ROOT_ADMIN,
        "Finds the user an API key belongs to.";
    need {
        userapikey: Text, "API key of the user.", secret: true;
    }
    may {}

    GetUserKeys("getUserKeys"): Sync<UserKeys> in "userkeys" for ANYONE,
        "Shows the API key and secret key of a user.", since: "4.10.0";
    need {
        id: Uuid, "Id of the user.", of: "User";
    }
    may {}

    ListAccounts("listAccounts"): List<Account> in "account" for ANYONE,
        "Lists accounts with what they use and may use.", of: "Account";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        listall: Boolean, "True for all that the caller may see, not only its own; false by default.";
        domainid: Uuid, "Only those of this domain; with `isrecursive`, of those below it too.", of: "Domain";
        isrecursive: Boolean, "True for the domains below as well; false by default.";
        accounttype: Integer, "Only those of this type: 0 user, 1 administrator of the cloud, 2 of a domain, 5 project.";
        id: Uuid, "Only the account of this id.", of: "Account";
        iscleanuprequired: Boolean, "Only accounts that still must be cleaned up after.";
        name: Text, "Only an account of exactly this name.";
        state: Text, "Only those in this state.";
        details: TextList, "Which details to answer: `all`, `resource`, `min`.";
        apikeyaccess: Text, "Only those whose keys are `enabled`, `disabled` or `inherit`.", since: "4.20.1.0", roles: Roles::ROOT_ADMIN;
        showicon: Boolean, "True to answer icons too.";
        tag: Text, "Only what has this tag.", since: "4.20.0";
    }

    ListDomainChildren("listDomainChildren"): List<Domain> in "domain" for ADMINS,
        "Lists the domains below a domain.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the domain of this id.", of: "Domain";
        name: Text, "Only a domain of exactly this name.";
        isrecursive: Boolean, "True for the domains below as well; false by default.";
        listall: Boolean, "True for all that the caller may see, not only its own; false by default.";
        showicon: Boolean, "True to answer icons too.";
    }

    ListDomains("listDomains"): List<Domain> in "domain" for ADMINS,
        "Lists domains with what they use and may use.", of: "Domain";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        domainid: Uuid, "Only domains below this one.", of: "Domain";
        isrecursive: Boolean, "True for the domains below as well; false by default.";
        account: Text, "Only those of this account; needs `domainid`.";
        projectid: Uuid, "Only those of this project; -1 for those of all projects of the caller.", of: "Project";
        tags: Map, "Only those with all these tags: pairs of `key` and `value`.";
        id: Uuid, "Only the domain of this id.", of: "Domain";
        level: Integer, "Only those this deep; the root domain is 0.";
        name: Text, "Only a domain of exactly this name.";
        listall: Boolean, "True for all that the caller may see, not only its own; false by default.";
        details: TextList, "Which details to answer: `all`, `resource`, `min`.";
        showicon: Boolean, "True to answer icons too.";
        tag: Text, "Only what has this tag.", since: "4.20.0";
    }

    ListSSHKeyPairs("listSSHKeyPairs"): List<SshKeyPair> in "sshkeypair" for ANYONE,
        "Lists registered SSH public keys.", of: "SshKeyPair";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        listall: Boolean, "True for all that the caller may see, not only its own; false by default.";
        domainid: Uuid, "Only those of this domain; with `isrecursive`, of those below it too.", of: "Domain";
        isrecursive: Boolean, "True for the domains below as well; false by default.";
        account: Text, "Only those of this account; needs `domainid`.";
        projectid: Uuid, "Only those of this project; -1 for those of all projects of the caller.", of: "Project";
        id: Uuid, "Only the SSH key of this id.", of: "SshKeyPair";
        name: Text, "Only an SSH key of exactly this name.";
        fingerprint: Text, "Only the key of this fingerprint.";
    }

    ListUserData("listUserData"): List<UserData> in "userdata" for ANYONE,
        "Lists registered user data.", since: "4.18", of: "UserData";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        listall: Boolean, "True for all that the caller may see, not only its own; false by default.";
        domainid: Uuid, "Only those of this domain; with `isrecursive`, of those below it too.", of: "Domain";
        isrecursive: Boolean, "True for the domains below as well; false by default.";
        account: Text, "Only those of this account; needs `domainid`.";
        projectid: Uuid, "Only those of this project; -1 for those of all projects of the caller.", of: "Project";
        id: Uuid, "Only the user data of this id.", of: "UserData";
        name: Text, "Only user data of exactly this name.";
    }

    ListUsers("listUsers"): List<User> in "user" for ADMINS,
        "Lists users of accounts.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        listall: Boolean, "True for all that the caller may see, not only its own; false by default.";
        domainid: Uuid, "Only those of this domain; with `isrecursive`, of those below it too.", of: "Domain";
        isrecursive: Boolean, "True for the domains below as well; false by default.";
        account: Text, "Only those of this account; needs `domainid`.";
        accounttype: Integer, "Only those of this type: 0 user, 1 administrator of the cloud, 2 of a domain, 5 project.";
        id: Uuid, "Only the user of this id.", of: "User";
        state: Text, "Only those in this state.";
        username: Text, "Only the user of this name.";
        apikeyaccess: Text, "Only those whose keys are `enabled`, `disabled` or `inherit`.", since: "4.20.1.0", roles: Roles::ROOT_ADMIN;
        showicon: Boolean, "True to answer icons too.";
        usersource: Text, "Only users from here: `native`, `ldap` or `saml2`.", since: "4.21.0.0";
    }

    LockAccount("lockAccount"): Sync<Account> in "account" for ADMINS,
        "Keeps an account from starting anything new; its guests run on.", of: "Account";
    need {
        account: Text, "Name of the account, with `domainid` instead of an id.";
        domainid: Uuid, "Id of the domain the account is in.", of: "Domain";
    }
    may {}

    LockUser("lockUser"): Sync<User> in "user" for ADMINS,
        "Keeps a user from logging in until it is enabled again.", event: "USER.LOCK";
    need {
        id: Uuid, "Id of the user.", of: "User";
    }
    may {}

    MarkDefaultZoneForAccount("markDefaultZoneForAccount"): Async<Account> in "account" for ROOT_ADMIN,
        "Sets the zone where an account lands if a request names none.", since: "4.0", event: "ACCOUNT.MARK.DEFAULT.ZONE";
    need {
        account: Text, "Name of the account.", of: "Account";
        domainid: Uuid, "Id of the domain the account is in.", of: "Domain";
        zoneid: Uuid, "Id of the zone.", of: "Zone";
    }
    may {}

    RegisterSSHKeyPair("registerSSHKeyPair"): Sync<SshKeyPair> in "keypair" for ANYONE,
        "Registers an SSH public key, to be put into guests.", event: "REGISTER.SSH.KEYPAIR", of: "SshKeyPair";
    need {
        name: Text, "Name of the new SSH key.";
        publickey: Text, "The public key, as OpenSSH writes it.", len: 5_120;
    }
    may {
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
    }

    RegisterUserData("registerUserData"): Sync<Success> in "" for ANYONE,
        "Registers user data under a name, for any number of guests.", since: "4.18", event: "REGISTER.USER.DATA";
    need {
        name: Text, "Name for the user data.";
        userdata: Text, "Data for the guest, Base64; 32 KiB at most in a URL.", len: 1_048_576;
    }
    may {
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        params: Text, "Names of variables in the user data, with commas between them.";
    }

    RegisterUserKeys("registerUserKeys"): Async<ApiKeyPair> in "userkeys" for ANYONE,
        "Makes a new API key and secret key for a user; the old pair stops working.", event: "REGISTER.USER.KEY";
    need {
        id: Uuid, "Id of the user.", of: "User";
    }
    may {
        name: Text, "Name of the new key pair.";
        description: Text, "What it is for, in words.", len: 1_024;
        startdate: Date, "Moment from which the keys work.";
        enddate: Date, "Moment after which the keys no longer work.";
        rules: Map, "What the keys may be used for: pairs of `rule` and `permission`.";
    }

    UpdateAccount("updateAccount"): Sync<Account> in "account" for RESOURCE_ADMINS,
        "Changes the name, role, network domain or details of an account.", event: "ACCOUNT.UPDATE", of: "Account";
    need {}
    may {
        id: Uuid, "Id of the account.", of: "Account";
        account: Text, "Name of the account, with `domainid` instead of an id.";
        domainid: Uuid, "Id of the domain the account is in.", of: "Domain";
        roleid: Uuid, "Id of the role.", of: "Role";
        newname: Text, "New name of the account.";
        networkdomain: Text, "Domain part of its guests' names.";
        accountdetails: Map, "Details to keep with the account, as pairs.";
        apikeyaccess: Text, "Whether keys may be used: `enabled`, `disabled` or `inherit`.", since: "4.20.1.0", roles: Roles::ROOT_ADMIN;
    }

    UpdateDomain("updateDomain"): Sync<Domain> in "domain" for ROOT_ADMIN,
        "Renames a domain or changes its network domain.", event: "DOMAIN.UPDATE";
    need {
        id: Uuid, "Id of the domain.", of: "Domain";
    }
    may {
        name: Text, "New name of the domain.";
        networkdomain: Text, "Domain part of its guests' names.";
    }

    UpdateUser("updateUser"): Sync<User> in "user" for ANYONE,
        "Changes the name, password, time zone or keys of a user.", event: "USER.UPDATE";
    need {
        id: Uuid, "Id of the user.", of: "User";
    }
    may {
        userapikey: Text, "API key of the user.", secret: true;
        email: Text, "Mail address.";
        firstname: Text, "First name of the user.";
        lastname: Text, "Last name of the user.";
        password: Text, "New password of the user.", secret: true;
        currentpassword: Text, "The password so far; needed to set one's own.", secret: true;
        usersecretkey: Text, "Secret key of the user.", secret: true;
        apikeyaccess: Text, "Whether keys may be used: `enabled`, `disabled` or `inherit`.", since: "4.20.1.0", roles: Roles::ROOT_ADMIN;
        timezone: Text, "Time zone, such as `Europe/Berlin`.";
        username: Text, "Name of the user.";
        mandate2fa: Boolean, "True to demand a second factor from the user.", since: "4.18.0.0";
        passwordchangerequired: Boolean, "True if the user must set a new password at the next login.", since: "4.23.0";
    }
}
