//! session

commands! { ROWS:
    CloudianIsEnabled("cloudianIsEnabled"): Sync<CloudianEnabled> in "" for ANYONE,
        "", since: "4.11.0";
    need {}
    may {}

    ForgotPassword("forgotPassword"): Sync<Success> in "" for ANYONE,
        "", since: "4.20.0.0";
    need {
        username: Text, "";
    }
    may {
        domain: Text, "";
    }

    LdapCreateAccount("ldapCreateAccount"): Sync<Account> in "account" for RESOURCE_ADMINS,
        "", since: "4.2.0", envelope: "createaccountresponse";
    need {
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

    LinkAccountToLdap("linkAccountToLdap"): Sync<LinkDomainToLdap> in "LinkDomainToLdap" for DOMAIN_ADMINS,
        "", since: "4.11.0";
    need {
        domainid: Uuid, "", of: "Domain";
        ldapdomain: Text, "";
        account: Text, "";
    }
    may {
        r#type: Text, "";
        admin: Text, "";
        accounttype: Integer, "";
        roleid: Uuid, "", of: "Role", since: "4.19.1";
    }

    ListAndSwitchSamlAccount("listAndSwitchSamlAccount"): List<Success> in "" for ROOT_ADMIN,
        "";
    need {}
    may {
        userid: Uuid, "", of: "User";
        domainid: Uuid, "", of: "Domain";
    }

    ListGuiThemes("listGuiThemes"): List<GuiTheme> in "" for ANYONE,
        "", since: "4.21.0.0", of: "GuiTheme";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "GuiTheme";
        name: Text, "";
        commonname: Text, "";
        domainid: Uuid, "", of: "Domain";
        accountid: Uuid, "", of: "Account";
        listall: Boolean, "";
        showremoved: Boolean, "";
        showpublic: Boolean, "";
        listonlydefaulttheme: Boolean, "";
    }

    ListIdps("listIdps"): List<Idp> in "idp" for ROOT_ADMIN,
        "";
    need {}
    may {}

    ListLdapConfigurations("listLdapConfigurations"): List<LdapConfiguration> in "LdapConfiguration" for ANYONE,
        "", since: "4.2.0", envelope: "ldapconfigurationresponse";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        hostname: Text, "";
        port: Integer, "";
        domainid: Uuid, "", of: "Domain";
        id: Uuid, "", of: "LdapConfiguration";
        listall: Boolean, "", since: "4.13.2";
    }

    ListOauthProvider("listOauthProvider"): List<OauthProvider> in "oauthprovider" for ANYONE,
        "", since: "4.19.0";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "OauthProvider";
        provider: Text, "";
        domainid: Uuid, "", of: "Domain", since: "4.23.0";
        domain: Text, "", since: "4.23.0";
    }

    Login("login"): Sync<Login> in "" for ANYONE,
        "";
    need {
        username: Text, "";
        password: Text, "", secret: true;
    }
    may {
        domain: Text, "";
        domainid: Long, "";
    }

    Logout("logout"): Sync<Logout> in "" for ANYONE,
        "";
    need {}
    may {}
}
