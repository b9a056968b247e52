//! account

shapes! {
    Account, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        accounttype: Integer, "";
        roleid: Text, "";
        roletype: Text, "";
        rolename: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.13";
        defaultzoneid: Text, "";
        receivedbytes: Long, "";
        sentbytes: Long, "";
        vmlimit: Text, "";
        vmtotal: Long, "";
        vmavailable: Text, "";
        iplimit: Text, "";
        iptotal: Long, "";
        ipavailable: Text, "";
        volumelimit: Text, "";
        volumetotal: Long, "";
        volumeavailable: Text, "";
        snapshotlimit: Text, "";
        snapshottotal: Long, "";
        snapshotavailable: Text, "";
        backuplimit: Text, "", since: "4.21.0";
        backuptotal: Long, "", since: "4.21.0";
        backupavailable: Text, "", since: "4.21.0";
        backupstoragelimit: Text, "", since: "4.21.0";
        backupstoragetotal: Long, "", since: "4.21.0";
        backupstorageavailable: Text, "", since: "4.21.0";
        templatelimit: Text, "";
        templatetotal: Long, "";
        templateavailable: Text, "";
        vmstopped: Integer, "";
        vmrunning: Integer, "";
        projectlimit: Text, "", since: "3.0.1";
        projecttotal: Long, "", since: "3.0.1";
        projectavailable: Text, "", since: "3.0.1";
        networklimit: Text, "", since: "3.0.1";
        networktotal: Long, "", since: "3.0.1";
        networkavailable: Text, "", since: "3.0.1";
        vpclimit: Text, "", since: "4.0.0";
        vpctotal: Long, "", since: "4.0.0";
        vpcavailable: Text, "", since: "4.0.0";
        cpulimit: Text, "", since: "4.2.0";
        cputotal: Long, "", since: "4.2.0";
        cpuavailable: Text, "", since: "4.2.0";
        memorylimit: Text, "", since: "4.2.0";
        memorytotal: Long, "", since: "4.2.0";
        memoryavailable: Text, "", since: "4.2.0";
        gpulimit: Text, "", since: "4.21.0";
        gputotal: Long, "", since: "4.21.0";
        gpuavailable: Text, "", since: "4.21.0";
        primarystoragelimit: Text, "", since: "4.2.0";
        primarystoragetotal: Long, "", since: "4.2.0";
        primarystorageavailable: Text, "", since: "4.2.0";
        secondarystoragelimit: Text, "", since: "4.2.0";
        secondarystoragetotal: Decimal, "", since: "4.2.0";
        secondarystorageavailable: Text, "", since: "4.2.0";
        bucketlimit: Text, "", since: "4.21.0";
        buckettotal: Long, "", since: "4.21.0";
        bucketavailable: Text, "", since: "4.21.0";
        objectstoragelimit: Text, "", since: "4.21.0";
        objectstoragetotal: Long, "", since: "4.21.0";
        objectstorageavailable: Text, "", since: "4.21.0";
        state: Text, "";
        iscleanuprequired: Boolean, "";
        created: Date, "";
        user: Objects<User>, "";
        networkdomain: Text, "";
        accountdetails: Map, "";
        isdefault: Boolean, "", since: "4.2.0";
        groups: TextList, "", since: "4.4";
        icon: Object<ResourceIcon>, "", since: "4.16.0.0";
        taggedresources: Text, "", since: "4.20.0";
        apikeyaccess: Text, "", since: "4.20.1.0";
    }

    ApiKeyPair, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        name: Text, "";
        apikey: Text, "", secret: true;
        secretkey: Text, "", secret: true;
        userid: Text, "";
        username: Text, "";
        id: Text, "";
        description: Text, "";
        startdate: Date, "";
        enddate: Date, "";
        created: Date, "";
        accounttype: Text, "";
        accountid: Text, "";
        accountname: Text, "";
        roleid: Text, "";
        roletype: Text, "";
        rolename: Text, "";
        permissions: Objects<BaseRolePermission>, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "";
        state: Text, "";
    }

    BaseRolePermission, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        rule: Text, "";
        permission: Text, "";
        description: Text, "";
    }

    CloudianEnabled, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        enabled: Boolean, "";
        url: Text, "";
    }

    CreatedSshKeyPair, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        name: Text, "";
        account: Text, "";
        domainid: Text, "";
        domain: Text, "";
        projectid: Text, "";
        project: Text, "";
        fingerprint: Text, "";
        privatekey: Text, "", secret: true;
    }

    Domain, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        tags: Objects<ResourceTag>, "";
        id: Text, "";
        name: Text, "";
        level: Integer, "";
        parentdomainid: Text, "";
        parentdomainname: Text, "";
        haschild: Boolean, "";
        networkdomain: Text, "";
        path: Text, "";
        state: Text, "";
        created: Date, "";
        vmlimit: Text, "";
        vmtotal: Long, "";
        vmavailable: Text, "";
        iplimit: Text, "";
        iptotal: Long, "";
        ipavailable: Text, "";
        volumelimit: Text, "";
        volumetotal: Long, "";
        volumeavailable: Text, "";
        snapshotlimit: Text, "";
        snapshottotal: Long, "";
        snapshotavailable: Text, "";
        backuplimit: Text, "", since: "4.21.0";
        backuptotal: Long, "", since: "4.21.0";
        backupavailable: Text, "", since: "4.21.0";
        backupstoragelimit: Text, "", since: "4.21.0";
        backupstoragetotal: Long, "", since: "4.21.0";
        backupstorageavailable: Text, "", since: "4.21.0";
        templatelimit: Text, "";
        templatetotal: Long, "";
        templateavailable: Text, "";
        projectlimit: Text, "", since: "3.0.1";
        projecttotal: Long, "", since: "3.0.1";
        projectavailable: Text, "", since: "3.0.1";
        networklimit: Text, "", since: "3.0.1";
        networktotal: Long, "", since: "3.0.1";
        networkavailable: Text, "", since: "3.0.1";
        vpclimit: Text, "", since: "4.0.0";
        vpctotal: Long, "", since: "4.0.0";
        vpcavailable: Text, "", since: "4.0.0";
        cpulimit: Text, "", since: "4.2.0";
        cputotal: Long, "", since: "4.2.0";
        cpuavailable: Text, "", since: "4.2.0";
        memorylimit: Text, "", since: "4.2.0";
        memorytotal: Long, "", since: "4.2.0";
        memoryavailable: Text, "", since: "4.2.0";
        gpulimit: Text, "", since: "4.21.0";
        gputotal: Long, "", since: "4.21.0";
        gpuavailable: Text, "", since: "4.21.0";
        primarystoragelimit: Text, "", since: "4.2.0";
        primarystoragetotal: Long, "", since: "4.2.0";
        primarystorageavailable: Text, "", since: "4.2.0";
        secondarystoragelimit: Text, "", since: "4.2.0";
        secondarystoragetotal: Decimal, "", since: "4.2.0";
        secondarystorageavailable: Text, "", since: "4.2.0";
        bucketlimit: Text, "", since: "4.21.0";
        buckettotal: Long, "", since: "4.21.0";
        bucketavailable: Text, "", since: "4.21.0";
        objectstoragelimit: Text, "", since: "4.21.0";
        objectstoragetotal: Long, "", since: "4.21.0";
        objectstorageavailable: Text, "", since: "4.21.0";
        icon: Object<ResourceIcon>, "", since: "4.16.0.0";
        domaindetails: Map, "";
        taggedresources: Text, "", since: "4.20.0";
    }

    GuiTheme, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        description: Text, "";
        css: Text, "";
        jsonconfiguration: Text, "";
        commonnames: Text, "";
        loginbasedomain: Text, "";
        domainids: Text, "";
        recursivedomains: Boolean, "";
        accountids: Text, "";
        ispublic: Boolean, "";
        created: Date, "";
        removed: Date, "";
    }

    Idp, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        orgname: Text, "", wire: "orgName";
        orgurl: Text, "", wire: "orgUrl";
    }

    LdapConfiguration, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        hostname: Text, "";
        port: Integer, "";
        domainid: Text, "";
    }

    LinkDomainToLdap, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        domainid: Text, "";
        name: Text, "";
        ldapdomain: Text, "";
        r#type: Text, "";
        accounttype: Integer, "";
        accountid: Text, "";
    }

    Login, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        username: Text, "";
        userid: Text, "";
        domainid: Text, "";
        timeout: Integer, "";
        account: Text, "";
        firstname: Text, "";
        lastname: Text, "";
        r#type: Text, "";
        timezone: Text, "";
        timezoneoffset: Text, "";
        registered: Text, "";
        sessionkey: Text, "", secret: true;
        is2faenabled: Text, "", since: "4.18.0.0";
        is2faverified: Text, "", since: "4.18.0.0";
        providerfor2fa: Text, "", since: "4.18.0.0";
        issuerfor2fa: Text, "", since: "4.18.0.0";
        managementserverid: Text, "", since: "4.21.0.0";
        passwordchangerequired: Boolean, "", since: "4.23.0";
    }

    Logout, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        description: Text, "";
    }

    OauthProvider, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        provider: Text, "";
        name: Text, "";
        description: Text, "";
        clientid: Text, "";
        secretkey: Text, "", secret: true;
        redirecturi: Text, "";
        domainid: Text, "", since: "4.23.0";
        domain: Text, "", since: "4.23.0";
        domainpath: Text, "", since: "4.23.0";
        authorizeurl: Text, "";
        tokenurl: Text, "";
        enabled: Boolean, "";
    }

    Project, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        displaytext: Text, "";
        domainid: Text, "";
        domain: Text, "";
        owner: Objects, "";
        projectaccountname: Text, "";
        state: Text, "";
        tags: Objects<ResourceTag>, "";
        networklimit: Text, "", since: "4.2.0";
        networktotal: Long, "", since: "4.2.0";
        networkavailable: Text, "", since: "4.2.0";
        vpclimit: Text, "", since: "4.2.0";
        vpctotal: Long, "", since: "4.2.0";
        vpcavailable: Text, "", since: "4.2.0";
        cpulimit: Text, "", since: "4.2.0";
        cputotal: Long, "", since: "4.2.0";
        cpuavailable: Text, "", since: "4.2.0";
        memorylimit: Text, "", since: "4.2.0";
        memorytotal: Long, "", since: "4.2.0";
        memoryavailable: Text, "", since: "4.2.0";
        gpulimit: Text, "", since: "4.21.0";
        gputotal: Long, "", since: "4.21.0";
        gpuavailable: Text, "", since: "4.21.0";
        primarystoragelimit: Text, "", since: "4.2.0";
        primarystoragetotal: Long, "", since: "4.2.0";
        primarystorageavailable: Text, "", since: "4.2.0";
        secondarystoragelimit: Text, "", since: "4.2.0";
        secondarystoragetotal: Decimal, "", since: "4.2.0";
        secondarystorageavailable: Text, "", since: "4.2.0";
        bucketlimit: Text, "", since: "4.21.0";
        buckettotal: Long, "", since: "4.21.0";
        bucketavailable: Text, "", since: "4.21.0";
        objectstoragelimit: Text, "", since: "4.21.0";
        objectstoragetotal: Long, "", since: "4.21.0";
        objectstorageavailable: Text, "", since: "4.21.0";
        vmlimit: Text, "", since: "4.2.0";
        vmtotal: Long, "", since: "4.2.0";
        vmavailable: Text, "", since: "4.2.0";
        iplimit: Text, "", since: "4.2.0";
        iptotal: Long, "", since: "4.2.0";
        ipavailable: Text, "", since: "4.2.0";
        volumelimit: Text, "", since: "4.2.0";
        volumetotal: Long, "", since: "4.2.0";
        volumeavailable: Text, "", since: "4.2.0";
        snapshotlimit: Text, "", since: "4.2.0";
        snapshottotal: Long, "", since: "4.2.0";
        snapshotavailable: Text, "", since: "4.2.0";
        backuplimit: Text, "", since: "4.21.0";
        backuptotal: Long, "", since: "4.21.0";
        backupavailable: Text, "", since: "4.21.0";
        backupstoragelimit: Text, "", since: "4.21.0";
        backupstoragetotal: Long, "", since: "4.21.0";
        backupstorageavailable: Text, "", since: "4.21.0";
        templatelimit: Text, "", since: "4.2.0";
        templatetotal: Long, "", since: "4.2.0";
        templateavailable: Text, "", since: "4.2.0";
        vmstopped: Integer, "", since: "4.2.0";
        vmrunning: Integer, "", since: "4.2.0";
        icon: Object<ResourceIcon>, "", since: "4.16.0.0";
        created: Date, "", since: "4.16.0";
        taggedresources: Text, "", since: "4.20.0";
        account: Text, "";
    }

    ProjectInvitation, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        userid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        account: Text, "";
        email: Text, "";
        state: Text, "";
    }

    ResourceIcon, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        resourcetype: Text, "";
        resourceid: Text, "";
        base64image: Text, "";
    }

    Role, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        description: Text, "";
        ispublic: Boolean, "";
        r#type: Text, "";
        isdefault: Boolean, "";
        state: Text, "";
    }

    RolePermission, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        rule: Text, "";
        permission: Text, "";
        description: Text, "";
        id: Text, "";
        roleid: Text, "";
        rolename: Text, "";
    }

    SshKeyPair, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        name: Text, "";
        account: Text, "";
        domainid: Text, "";
        domain: Text, "";
        projectid: Text, "";
        project: Text, "";
        fingerprint: Text, "";
        privatekey: Text, "", secret: true;
    }

    User, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        username: Text, "";
        firstname: Text, "";
        lastname: Text, "";
        email: Text, "";
        created: Date, "";
        state: Text, "";
        account: Text, "";
        accounttype: Integer, "";
        usersource: Text, "";
        roleid: Text, "";
        roletype: Text, "";
        rolename: Text, "";
        domainid: Text, "";
        domain: Text, "";
        timezone: Text, "";
        apikey: Text, "", secret: true;
        secretkey: Text, "", secret: true;
        accountid: Text, "";
        iscallerchilddomain: Boolean, "";
        isdefault: Boolean, "", since: "4.2.0";
        icon: Object<ResourceIcon>, "", since: "4.16.0.0";
        is2faenabled: Boolean, "", since: "4.18.0.0";
        is2famandated: Boolean, "", since: "4.18.0.0";
        apikeyaccess: Text, "", since: "4.20.1.0";
    }

    UserData, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        name: Text, "";
        accountid: Text, "";
        account: Text, "";
        projectid: Text, "", since: "4.19.1";
        project: Text, "", since: "4.19.1";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        userdata: Text, "";
        params: Text, "";
    }

    UserKeys, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        apikey: Text, "", secret: true;
        secretkey: Text, "", secret: true;
        apikeyaccess: Boolean, "";
    }
}
