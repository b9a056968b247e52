//! Logging in, and directories of users.

commands! { ROWS:
    CloudianIsEnabled("cloudianIsEnabled"): Sync<CloudianEnabled> in "cloudianisenabled" for ANYONE,
        "Tells whether the Cloudian object store is connected.", since: "4.11.0";
    need {}
    may {}

    ForgotPassword("forgotPassword"): Sync<Success> in "" for ANYONE,
        "Mails a user a way to set a new password.", since: "4.20.0.0";
    need {
        username: Text, "Name of the user.";
    }
    may {
        domain: Text, "Path of the domain, such as `/a/b`.";
    }

    LdapCreateAccount("ldapCreateAccount"): Sync<Account> in "account" for RESOURCE_ADMINS,
        "Opens an account for a user of the directory.", since: "4.2.0", envelope: "createaccountresponse";
    need {
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
        userid: Text, "Id that the user gets.";
    }

    LinkAccountToLdap("linkAccountToLdap"): Sync<LinkDomainToLdap> in "LinkDomainToLdap" for DOMAIN_ADMINS,
        "Ties an account to a group of the directory.", since: "4.11.0";
    need {
        domainid: Uuid, "Id of the domain the account is in.", of: "Domain";
        ldapdomain: Text, "Name of the group or unit in the directory.";
        account: Text, "Name of the account; it is made if it is not there.";
    }
    may {
        r#type: Text, "`GROUP` or `OU`.";
        admin: Text, "Name of a directory user who becomes administrator of the account.";
        accounttype: Integer, "0 for a user, 1 for an administrator of the cloud, 2 for one of a domain.";
        roleid: Uuid, "Id of the role.", of: "Role", since: "4.19.1";
    }

    ListAndSwitchSamlAccount("listAndSwitchSamlAccount"): Sync<Success> in "" for ROOT_ADMIN,
        "Lists the accounts of a SAML user, and changes to another one.";
    need {}
    may {
        userid: Uuid, "Id of the user to change to.", of: "User";
        domainid: Uuid, "Only those of this domain.", of: "Domain";
    }

    ListGuiThemes("listGuiThemes"): List<GuiTheme> in "guiThemes" for ANYONE,
        "Lists themes of the web interface.", since: "4.21.0.0", of: "GuiTheme";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the theme of this id.", of: "GuiTheme";
        name: Text, "Only a theme of exactly this name.";
        commonname: Text, "Only themes for this host name.";
        domainid: Uuid, "Only those of this domain.", of: "Domain";
        accountid: Uuid, "Only those of this account.", of: "Account";
        listall: Boolean, "True for all that the caller may see, not only its own; false by default.";
        showremoved: Boolean, "True for deleted ones too.";
        showpublic: Boolean, "Only themes that are shown before the login.";
        listonlydefaulttheme: Boolean, "True for the default theme alone.";
    }

    ListIdps("listIdps"): List<Idp> in "idp" for ROOT_ADMIN,
        "Lists the SAML identity providers to choose from.";
    need {}
    may {}

    ListLdapConfigurations("listLdapConfigurations"): List<LdapConfiguration> in "LdapConfiguration" for ANYONE,
        "Lists the directory servers that are asked.", since: "4.2.0", envelope: "ldapconfigurationresponse";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        hostname: Text, "Only the server of this host name.";
        port: Integer, "Only the server at this port.";
        domainid: Uuid, "Only those of this domain.", of: "Domain";
        id: Uuid, "Only the server of this id.", of: "LdapConfiguration";
        listall: Boolean, "True for all that the caller may see, not only its own; false by default.", since: "4.13.2";
    }

    ListOauthProvider("listOauthProvider"): List<OauthProvider> in "oauthprovider" for ANYONE,
        "Lists the OAuth providers to log in with.", since: "4.19.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the OAuth provider of this id.", of: "OauthProvider";
        provider: Text, "Only those of this provider.";
        domainid: Uuid, "Only those of this domain.", of: "Domain", since: "4.23.0";
        domain: Text, "Path of the domain, such as `/a/b`.", since: "4.23.0";
    }

    Login("login"): Sync<Login> in "" for ANYONE,
        "Begins a session by name and password.", event: "USER.LOGIN";
    need {
        username: Text, "Name of the user.";
        password: Text, "Password of the user.", secret: true;
    }
    may {
        domain: Text, "Path of the domain to log in to, such as `/a/b`; the root if left out.";
        domainid: Long, "Id of the domain to log in to; goes before `domain`.";
    }

    Logout("logout"): Sync<Logout> in "" for ANYONE,
        "Ends the session.", event: "USER.LOGOUT";
    need {}
    may {}
}
