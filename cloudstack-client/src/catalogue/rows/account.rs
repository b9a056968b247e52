//! account

commands! { ROWS:
    CreateAccount("createAccount"): Sync<Account> in "account" for RESOURCE_ADMINS,
        "", of: "Account";
    need {
        email: Text, "";
        firstname: Text, "";
        lastname: Text, "";
        password: Text, "", secret: true;
        username: Text, "";
    }
    may {
        account: Text, "";
        accounttype: Integer, "";
        roleid: Uuid, "", of: "Role";
        domainid: Uuid, "", of: "Domain";
        timezone: Text, "";
        networkdomain: Text, "";
        accountdetails: Map, "";
        accountid: Text, "";
        userid: Text, "";
    }

    CreateDomain("createDomain"): Sync<Domain> in "domain" for ROOT_ADMIN,
        "";
    need {
        name: Text, "";
    }
    may {
        parentdomainid: Uuid, "", of: "Domain";
        networkdomain: Text, "";
        domainid: Text, "";
    }

    CreateSSHKeyPair("createSSHKeyPair"): Sync<CreatedSshKeyPair> in "keypair" for ANYONE,
        "", of: "SshKeyPair";
    need {
        name: Text, "";
    }
    may {
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        projectid: Uuid, "", of: "Project";
    }

    CreateUser("createUser"): Sync<User> in "user" for RESOURCE_ADMINS,
        "";
    need {
        account: Text, "";
        email: Text, "";
        firstname: Text, "";
        lastname: Text, "";
        password: Text, "", secret: true;
        username: Text, "";
    }
    may {
        domainid: Uuid, "", of: "Domain";
        timezone: Text, "";
        userid: Text, "";
        passwordchangerequired: Boolean, "", since: "4.23.0";
    }

    DeleteAccount("deleteAccount"): Async<Success> in "" for RESOURCE_ADMINS,
        "", event: "ACCOUNT.DELETE", of: "Account";
    need {
        id: Uuid, "", of: "Account";
    }
    may {}

    DeleteDomain("deleteDomain"): Async<Success> in "" for ROOT_ADMIN,
        "", event: "DOMAIN.DELETE";
    need {
        id: Uuid, "", of: "Domain";
    }
    may {
        cleanup: Boolean, "";
    }

    DeleteSSHKeyPair("deleteSSHKeyPair"): Sync<Success> in "" for ANYONE,
        "", of: "SshKeyPair";
    need {
        name: Text, "";
    }
    may {
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        projectid: Uuid, "", of: "Project";
    }

    DeleteUser("deleteUser"): Sync<Success> in "" for RESOURCE_ADMINS,
        "";
    need {
        id: Uuid, "", of: "User";
    }
    may {}

    DeleteUserData("deleteUserData"): Sync<Success> in "" for ANYONE,
        "", since: "4.18", of: "UserData";
    need {
        id: Uuid, "", of: "UserData";
    }
    may {
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        projectid: Uuid, "", of: "Project";
    }

    DisableAccount("disableAccount"): Async<Account> in "account" for ADMINS,
        "", event: "ACCOUNT.DISABLE", of: "Account";
    need {
        lock: Boolean, "";
    }
    may {
        id: Uuid, "", of: "Account";
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
    }

    DisableUser("disableUser"): Async<User> in "user" for ADMINS,
        "", event: "USER.DISABLE";
    need {
        id: Uuid, "", of: "User";
    }
    may {}

    EnableAccount("enableAccount"): Sync<Account> in "account" for ADMINS,
        "", of: "Account";
    need {}
    may {
        id: Uuid, "", of: "Account";
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
    }

    EnableUser("enableUser"): Sync<User> in "user" for ADMINS,
        "";
    need {
        id: Uuid, "", of: "User";
    }
    may {}

    GetUser("getUser"): Sync<User> in "user" for ROOT_ADMIN,
        "";
    need {
        userapikey: Text, "", secret: true;
    }
    may {}

    GetUserKeys("getUserKeys"): Sync<UserKeys> in "userkeys" for ANYONE,
        "", since: "4.10.0";
    need {
        id: Uuid, "", of: "User";
    }
    may {}

    ListAccounts("listAccounts"): List<Account> in "account" for ANYONE,
        "", of: "Account";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        listall: Boolean, "";
        domainid: Uuid, "", of: "Domain";
        isrecursive: Boolean, "";
        accounttype: Integer, "";
        id: Uuid, "", of: "Account";
        iscleanuprequired: Boolean, "";
        name: Text, "";
        state: Text, "";
        details: TextList, "";
        apikeyaccess: Text, "", since: "4.20.1.0", roles: Roles::ROOT_ADMIN;
        showicon: Boolean, "";
        tag: Text, "", since: "4.20.0";
    }

    ListDomainChildren("listDomainChildren"): List<Domain> in "domain" for ADMINS,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "Domain";
        name: Text, "";
        isrecursive: Boolean, "";
        listall: Boolean, "";
        showicon: Boolean, "";
    }

    ListDomains("listDomains"): List<Domain> in "domain" for ADMINS,
        "", of: "Domain";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        domainid: Uuid, "", of: "Domain";
        isrecursive: Boolean, "";
        account: Text, "";
        projectid: Uuid, "", of: "Project";
        tags: Map, "";
        id: Uuid, "", of: "Domain";
        level: Integer, "";
        name: Text, "";
        listall: Boolean, "";
        details: TextList, "";
        showicon: Boolean, "";
        tag: Text, "", since: "4.20.0";
    }

    ListSSHKeyPairs("listSSHKeyPairs"): List<SshKeyPair> in "sshkeypair" for ANYONE,
        "", of: "SshKeyPair";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        listall: Boolean, "";
        domainid: Uuid, "", of: "Domain";
        isrecursive: Boolean, "";
        account: Text, "";
        projectid: Uuid, "", of: "Project";
        id: Uuid, "", of: "SshKeyPair";
        name: Text, "";
        fingerprint: Text, "";
    }

    ListUserData("listUserData"): List<UserData> in "userdata" for ANYONE,
        "", since: "4.18", of: "UserData";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        listall: Boolean, "";
        domainid: Uuid, "", of: "Domain";
        isrecursive: Boolean, "";
        account: Text, "";
        projectid: Uuid, "", of: "Project";
        id: Uuid, "", of: "UserData";
        name: Text, "";
    }

    ListUsers("listUsers"): List<User> in "user" for ADMINS,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        listall: Boolean, "";
        domainid: Uuid, "", of: "Domain";
        isrecursive: Boolean, "";
        account: Text, "";
        accounttype: Integer, "";
        id: Uuid, "", of: "User";
        state: Text, "";
        username: Text, "";
        apikeyaccess: Text, "", since: "4.20.1.0", roles: Roles::ROOT_ADMIN;
        showicon: Boolean, "";
        usersource: Text, "", since: "4.21.0.0";
    }

    LockAccount("lockAccount"): Sync<Account> in "account" for ADMINS,
        "", of: "Account";
    need {
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
    }
    may {}

    LockUser("lockUser"): Sync<User> in "user" for ADMINS,
        "";
    need {
        id: Uuid, "", of: "User";
    }
    may {}

    MarkDefaultZoneForAccount("markDefaultZoneForAccount"): Async<Account> in "account" for ROOT_ADMIN,
        "", since: "4.0", event: "ACCOUNT.MARK.DEFAULT.ZONE";
    need {
        account: Text, "", of: "Account";
        domainid: Uuid, "", of: "Domain";
        zoneid: Uuid, "", of: "Zone";
    }
    may {}

    RegisterSSHKeyPair("registerSSHKeyPair"): Sync<SshKeyPair> in "keypair" for ANYONE,
        "", of: "SshKeyPair";
    need {
        name: Text, "";
        publickey: Text, "", len: 5_120;
    }
    may {
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        projectid: Uuid, "", of: "Project";
    }

    RegisterUserData("registerUserData"): Sync<Success> in "" for ANYONE,
        "", since: "4.18";
    need {
        name: Text, "";
        userdata: Text, "", len: 1_048_576;
    }
    may {
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        projectid: Uuid, "", of: "Project";
        params: Text, "";
    }

    RegisterUserKeys("registerUserKeys"): Async<ApiKeyPair> in "userkeys" for ANYONE,
        "", event: "REGISTER.USER.KEY";
    need {
        id: Uuid, "", of: "User";
    }
    may {
        name: Text, "";
        description: Text, "", len: 1_024;
        startdate: Date, "";
        enddate: Date, "";
        rules: Map, "";
    }

    UpdateAccount("updateAccount"): Sync<Account> in "account" for RESOURCE_ADMINS,
        "", of: "Account";
    need {}
    may {
        id: Uuid, "", of: "Account";
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        roleid: Uuid, "", of: "Role";
        newname: Text, "";
        networkdomain: Text, "";
        accountdetails: Map, "";
        apikeyaccess: Text, "", since: "4.20.1.0", roles: Roles::ROOT_ADMIN;
    }

    UpdateDomain("updateDomain"): Sync<Domain> in "domain" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "Domain";
    }
    may {
        name: Text, "";
        networkdomain: Text, "";
    }

    UpdateUser("updateUser"): Sync<User> in "user" for ANYONE,
        "";
    need {
        id: Uuid, "", of: "User";
    }
    may {
        userapikey: Text, "", secret: true;
        email: Text, "";
        firstname: Text, "";
        lastname: Text, "";
        password: Text, "", secret: true;
        currentpassword: Text, "", secret: true;
        usersecretkey: Text, "", secret: true;
        apikeyaccess: Text, "", since: "4.20.1.0", roles: Roles::ROOT_ADMIN;
        timezone: Text, "";
        username: Text, "";
        mandate2fa: Boolean, "", since: "4.18.0.0";
        passwordchangerequired: Boolean, "", since: "4.23.0";
    }
}
