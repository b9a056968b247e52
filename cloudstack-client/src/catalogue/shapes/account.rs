//! Accounts, domains, projects, users and roles as answered.

shapes! {
    Account, "An account, what it uses and what it may use." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the account.";
        name: Text, "Name of the account.";
        accounttype: Integer, "0 for a user, 1 for an administrator of the cloud, 2 for one of a domain, 5 for a project.";
        roleid: Text, "Id of the role.";
        roletype: Text, "Type of the role.";
        rolename: Text, "Name of the role.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.13";
        defaultzoneid: Text, "Id of the zone where requests without one land.";
        receivedbytes: Long, "Bytes received so far.";
        sentbytes: Long, "Bytes sent so far.";
        vmlimit: Text, "How many guests may be used; `Unlimited` without a limit.";
        vmtotal: Long, "How many guests are in use.";
        vmavailable: Text, "How many more guests may be used; `Unlimited` without a limit.";
        iplimit: Text, "How many public addresses may be used; `Unlimited` without a limit.";
        iptotal: Long, "How many public addresses are in use.";
        ipavailable: Text, "How many more public addresses may be used; `Unlimited` without a limit.";
        volumelimit: Text, "How many volumes may be used; `Unlimited` without a limit.";
        volumetotal: Long, "How many volumes are in use.";
        volumeavailable: Text, "How many more volumes may be used; `Unlimited` without a limit.";
        snapshotlimit: Text, "How many snapshots may be used; `Unlimited` without a limit.";
        snapshottotal: Long, "How many snapshots are in use.";
        snapshotavailable: Text, "How many more snapshots may be used; `Unlimited` without a limit.";
        backuplimit: Text, "How many backups may be used; `Unlimited` without a limit.", since: "4.21.0";
        backuptotal: Long, "How many backups are in use.", since: "4.21.0";
        backupavailable: Text, "How many more backups may be used; `Unlimited` without a limit.", since: "4.21.0";
        backupstoragelimit: Text, "How many GiB of backup storage may be used; `Unlimited` without a limit.", since: "4.21.0";
        backupstoragetotal: Long, "How many GiB of backup storage are in use.", since: "4.21.0";
        backupstorageavailable: Text, "How many more GiB of backup storage may be used; `Unlimited` without a limit.", since: "4.21.0";
        templatelimit: Text, "How many templates and ISOs may be used; `Unlimited` without a limit.";
        templatetotal: Long, "How many templates and ISOs are in use.";
        templateavailable: Text, "How many more templates and ISOs may be used; `Unlimited` without a limit.";
        vmstopped: Integer, "How many guests are stopped.";
        vmrunning: Integer, "How many guests run.";
        projectlimit: Text, "How many projects may be used; `Unlimited` without a limit.", since: "3.0.1";
        projecttotal: Long, "How many projects are in use.", since: "3.0.1";
        projectavailable: Text, "How many more projects may be used; `Unlimited` without a limit.", since: "3.0.1";
        networklimit: Text, "How many networks may be used; `Unlimited` without a limit.", since: "3.0.1";
        networktotal: Long, "How many networks are in use.", since: "3.0.1";
        networkavailable: Text, "How many more networks may be used; `Unlimited` without a limit.", since: "3.0.1";
        vpclimit: Text, "How many VPCs may be used; `Unlimited` without a limit.", since: "4.0.0";
        vpctotal: Long, "How many VPCs are in use.", since: "4.0.0";
        vpcavailable: Text, "How many more VPCs may be used; `Unlimited` without a limit.", since: "4.0.0";
        cpulimit: Text, "How many CPUs may be used; `Unlimited` without a limit.", since: "4.2.0";
        cputotal: Long, "How many CPUs are in use.", since: "4.2.0";
        cpuavailable: Text, "How many more CPUs may be used; `Unlimited` without a limit.", since: "4.2.0";
        memorylimit: Text, "How many MiB of memory may be used; `Unlimited` without a limit.", since: "4.2.0";
        memorytotal: Long, "How many MiB of memory are in use.", since: "4.2.0";
        memoryavailable: Text, "How many more MiB of memory may be used; `Unlimited` without a limit.", since: "4.2.0";
        gpulimit: Text, "How many GPUs may be used; `Unlimited` without a limit.", since: "4.21.0";
        gputotal: Long, "How many GPUs are in use.", since: "4.21.0";
        gpuavailable: Text, "How many more GPUs may be used; `Unlimited` without a limit.", since: "4.21.0";
        primarystoragelimit: Text, "How many GiB of primary storage may be used; `Unlimited` without a limit.", since: "4.2.0";
        primarystoragetotal: Long, "How many GiB of primary storage are in use.", since: "4.2.0";
        primarystorageavailable: Text, "How many more GiB of primary storage may be used; `Unlimited` without a limit.", since: "4.2.0";
        secondarystoragelimit: Text, "How many GiB of secondary storage may be used; `Unlimited` without a limit.", since: "4.2.0";
        secondarystoragetotal: Decimal, "How many GiB of secondary storage are in use.", since: "4.2.0";
        secondarystorageavailable: Text, "How many more GiB of secondary storage may be used; `Unlimited` without a limit.", since: "4.2.0";
        bucketlimit: Text, "How many buckets may be used; `Unlimited` without a limit.", since: "4.21.0";
        buckettotal: Long, "How many buckets are in use.", since: "4.21.0";
        bucketavailable: Text, "How many more buckets may be used; `Unlimited` without a limit.", since: "4.21.0";
        objectstoragelimit: Text, "How many GiB of object storage may be used; `Unlimited` without a limit.", since: "4.21.0";
        objectstoragetotal: Long, "How many GiB of object storage are in use.", since: "4.21.0";
        objectstorageavailable: Text, "How many more GiB of object storage may be used; `Unlimited` without a limit.", since: "4.21.0";
        state: Text, "State it is in.";
        iscleanuprequired: Boolean, "True if the account still must be cleaned up after.";
        created: Date, "When it was made.";
        user: Objects<User>, "Users of the account.";
        networkdomain: Text, "Domain part of its guests' names.";
        accountdetails: Map, "Details kept with the account.";
        isdefault: Boolean, "True for the default one.", since: "4.2.0";
        groups: TextList, "Groups the account is in.", since: "4.4";
        icon: Object<ResourceIcon>, "Its icon.", since: "4.16.0.0";
        taggedresources: Text, "Limits and counts of resources with tags.", since: "4.20.0";
        apikeyaccess: Text, "Whether keys may be used: `enabled`, `disabled` or `inherit`.", since: "4.20.1.0";
    }

    ApiKeyPair, "An API key with its secret." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        name: Text, "Name of the key pair.";
        apikey: Text, "Key that names the user in signed requests.", secret: true;
        secretkey: Text, "Key that requests are signed with.", secret: true;
        userid: Text, "Id of the user.";
        username: Text, "Name of the user.";
        id: Text, "Id of the key pair.";
        description: Text, "What it is, in words.";
        startdate: Date, "When it begins.";
        enddate: Date, "When it ends.";
        created: Date, "When it was made.";
        accounttype: Text, "0 for a user, 1 for an administrator of the cloud, 2 for one of a domain, 5 for a project.";
        accountid: Text, "Id of the account it belongs to.";
        accountname: Text, "Name of the account it belongs to.";
        roleid: Text, "Id of the role.";
        roletype: Text, "Type of the role.";
        rolename: Text, "Name of the role.";
        permissions: Objects<BaseRolePermission>, "What the keys may be used for.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.";
        state: Text, "State it is in.";
    }

    BaseRolePermission, "A rule that allows or denies commands." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        rule: Text, "Name of a command, or a pattern.";
        permission: Text, "`allow` or `deny`.";
        description: Text, "What it is, in words.";
    }

    CloudianEnabled, "Whether the Cloudian object store is connected." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        enabled: Boolean, "True if it is enabled.";
        url: Text, "URL of it.";
    }

    CreatedSshKeyPair, "A new SSH key pair with its private half." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the SSH key.";
        name: Text, "Name of the SSH key.";
        account: Text, "Name of the account it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        fingerprint: Text, "Fingerprint of the public key.";
        privatekey: Text, "The private key, in PEM form.", secret: true;
    }

    Domain, "A domain, what it uses and what it may use." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        tags: Objects<ResourceTag>, "Its tags.";
        id: Text, "Id of the domain.";
        name: Text, "Name of the domain.";
        level: Integer, "How deep it is; the root domain is 0.";
        parentdomainid: Text, "Id of the domain above.";
        parentdomainname: Text, "Name of the domain above.";
        haschild: Boolean, "True if there are domains below.";
        networkdomain: Text, "Domain part of its guests' names.";
        path: Text, "Path from the root.";
        state: Text, "State it is in.";
        created: Date, "When it was made.";
        vmlimit: Text, "How many guests may be used; `Unlimited` without a limit.";
        vmtotal: Long, "How many guests are in use.";
        vmavailable: Text, "How many more guests may be used; `Unlimited` without a limit.";
        iplimit: Text, "How many public addresses may be used; `Unlimited` without a limit.";
        iptotal: Long, "How many public addresses are in use.";
        ipavailable: Text, "How many more public addresses may be used; `Unlimited` without a limit.";
        volumelimit: Text, "How many volumes may be used; `Unlimited` without a limit.";
        volumetotal: Long, "How many volumes are in use.";
        volumeavailable: Text, "How many more volumes may be used; `Unlimited` without a limit.";
        snapshotlimit: Text, "How many snapshots may be used; `Unlimited` without a limit.";
        snapshottotal: Long, "How many snapshots are in use.";
        snapshotavailable: Text, "How many more snapshots may be used; `Unlimited` without a limit.";
        backuplimit: Text, "How many backups may be used; `Unlimited` without a limit.", since: "4.21.0";
        backuptotal: Long, "How many backups are in use.", since: "4.21.0";
        backupavailable: Text, "How many more backups may be used; `Unlimited` without a limit.", since: "4.21.0";
        backupstoragelimit: Text, "How many GiB of backup storage may be used; `Unlimited` without a limit.", since: "4.21.0";
        backupstoragetotal: Long, "How many GiB of backup storage are in use.", since: "4.21.0";
        backupstorageavailable: Text, "How many more GiB of backup storage may be used; `Unlimited` without a limit.", since: "4.21.0";
        templatelimit: Text, "How many templates and ISOs may be used; `Unlimited` without a limit.";
        templatetotal: Long, "How many templates and ISOs are in use.";
        templateavailable: Text, "How many more templates and ISOs may be used; `Unlimited` without a limit.";
        projectlimit: Text, "How many projects may be used; `Unlimited` without a limit.", since: "3.0.1";
        projecttotal: Long, "How many projects are in use.", since: "3.0.1";
        projectavailable: Text, "How many more projects may be used; `Unlimited` without a limit.", since: "3.0.1";
        networklimit: Text, "How many networks may be used; `Unlimited` without a limit.", since: "3.0.1";
        networktotal: Long, "How many networks are in use.", since: "3.0.1";
        networkavailable: Text, "How many more networks may be used; `Unlimited` without a limit.", since: "3.0.1";
        vpclimit: Text, "How many VPCs may be used; `Unlimited` without a limit.", since: "4.0.0";
        vpctotal: Long, "How many VPCs are in use.", since: "4.0.0";
        vpcavailable: Text, "How many more VPCs may be used; `Unlimited` without a limit.", since: "4.0.0";
        cpulimit: Text, "How many CPUs may be used; `Unlimited` without a limit.", since: "4.2.0";
        cputotal: Long, "How many CPUs are in use.", since: "4.2.0";
        cpuavailable: Text, "How many more CPUs may be used; `Unlimited` without a limit.", since: "4.2.0";
        memorylimit: Text, "How many MiB of memory may be used; `Unlimited` without a limit.", since: "4.2.0";
        memorytotal: Long, "How many MiB of memory are in use.", since: "4.2.0";
        memoryavailable: Text, "How many more MiB of memory may be used; `Unlimited` without a limit.", since: "4.2.0";
        gpulimit: Text, "How many GPUs may be used; `Unlimited` without a limit.", since: "4.21.0";
        gputotal: Long, "How many GPUs are in use.", since: "4.21.0";
        gpuavailable: Text, "How many more GPUs may be used; `Unlimited` without a limit.", since: "4.21.0";
        primarystoragelimit: Text, "How many GiB of primary storage may be used; `Unlimited` without a limit.", since: "4.2.0";
        primarystoragetotal: Long, "How many GiB of primary storage are in use.", since: "4.2.0";
        primarystorageavailable: Text, "How many more GiB of primary storage may be used; `Unlimited` without a limit.", since: "4.2.0";
        secondarystoragelimit: Text, "How many GiB of secondary storage may be used; `Unlimited` without a limit.", since: "4.2.0";
        secondarystoragetotal: Decimal, "How many GiB of secondary storage are in use.", since: "4.2.0";
        secondarystorageavailable: Text, "How many more GiB of secondary storage may be used; `Unlimited` without a limit.", since: "4.2.0";
        bucketlimit: Text, "How many buckets may be used; `Unlimited` without a limit.", since: "4.21.0";
        buckettotal: Long, "How many buckets are in use.", since: "4.21.0";
        bucketavailable: Text, "How many more buckets may be used; `Unlimited` without a limit.", since: "4.21.0";
        objectstoragelimit: Text, "How many GiB of object storage may be used; `Unlimited` without a limit.", since: "4.21.0";
        objectstoragetotal: Long, "How many GiB of object storage are in use.", since: "4.21.0";
        objectstorageavailable: Text, "How many more GiB of object storage may be used; `Unlimited` without a limit.", since: "4.21.0";
        icon: Object<ResourceIcon>, "Its icon.", since: "4.16.0.0";
        domaindetails: Map, "Details kept with the domain.";
        taggedresources: Text, "Limits and counts of resources with tags.", since: "4.20.0";
    }

    GuiTheme, "A theme of the web interface." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the theme.";
        name: Text, "Name of the theme.";
        description: Text, "What it is, in words.";
        css: Text, "Style sheet of the theme.";
        jsonconfiguration: Text, "Settings of the theme, JSON.";
        commonnames: Text, "Host names it is for.";
        loginbasedomain: Text, "Domain the login page begins with.";
        domainids: Text, "Ids of the domains it is for.";
        recursivedomains: Boolean, "True if it is for domains below as well.";
        accountids: Text, "Ids of the accounts it is for.";
        ispublic: Boolean, "True if it is shown to all accounts.";
        created: Date, "When it was made.";
        removed: Date, "When it was deleted.";
    }

    Idp, "A SAML identity provider." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the identity provider.";
        orgname: Text, "Name of the organisation.", wire: "orgName";
        orgurl: Text, "Address of the organisation on the web.", wire: "orgUrl";
    }

    LdapConfiguration, "A directory server." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the server.";
        hostname: Text, "Host name of the server.";
        port: Integer, "Port it answers at.";
        domainid: Text, "Id of the domain it belongs to.";
    }

    LinkDomainToLdap, "A tie between an account or domain and the directory." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        domainid: Text, "Id of the domain it belongs to.";
        name: Text, "Its name.";
        ldapdomain: Text, "Name of the group or unit in the directory.";
        r#type: Text, "What kind it is.";
        accounttype: Integer, "0 for a user, 1 for an administrator of the cloud, 2 for one of a domain, 5 for a project.";
        accountid: Text, "Id of the account it belongs to.";
    }

    Login, "A new session." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        username: Text, "Name of the user.";
        userid: Text, "Id of the user.";
        domainid: Text, "Id of the domain it belongs to.";
        timeout: Integer, "Seconds without a call after which the session ends.";
        account: Text, "Name of the user's account.";
        firstname: Text, "First name of the user.";
        lastname: Text, "Last name of the user.";
        r#type: Text, "\"0\" for a user, \"1\" for an administrator of the cloud, \"2\" for one of a domain.";
        timezone: Text, "Time zone, such as `Europe/Berlin`.";
        timezoneoffset: Text, "Hours the time zone is ahead of UTC.";
        registered: Text, "True if the user has been registered with outside.";
        sessionkey: Text, "Key that each call of the session carries.", secret: true;
        is2faenabled: Text, "True if the user logs in with a second factor.", since: "4.18.0.0";
        is2faverified: Text, "True if the second factor was given.", since: "4.18.0.0";
        providerfor2fa: Text, "Provider of the second factor.", since: "4.18.0.0";
        issuerfor2fa: Text, "Who names the second factor.", since: "4.18.0.0";
        managementserverid: Text, "Id of its management server.", since: "4.21.0.0";
        passwordchangerequired: Boolean, "True if the user must set a new password now.", since: "4.23.0";
    }

    Logout, "The end of a session." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        description: Text, "What it is, in words.";
    }

    OauthProvider, "An OAuth provider." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the OAuth provider.";
        provider: Text, "Name of its provider.";
        name: Text, "Name of the OAuth provider.";
        description: Text, "What it is, in words.";
        clientid: Text, "Id by which the provider knows this cloud.";
        secretkey: Text, "Key that requests are signed with.", secret: true;
        redirecturi: Text, "URL the provider sends users back to.";
        domainid: Text, "Id of the domain it belongs to.", since: "4.23.0";
        domain: Text, "Name of the domain it belongs to.", since: "4.23.0";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.23.0";
        authorizeurl: Text, "URL to be sent to for logging in.";
        tokenurl: Text, "URL where a token is asked for.";
        enabled: Boolean, "True if it is enabled.";
    }

    Project, "A project, what it uses and what it may use." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the project.";
        name: Text, "Name of the project.";
        displaytext: Text, "A description to show.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        owner: Objects, "Accounts and users that own the project.";
        projectaccountname: Text, "Name of the account behind the project.";
        state: Text, "State it is in.";
        tags: Objects<ResourceTag>, "Its tags.";
        networklimit: Text, "How many networks may be used; `Unlimited` without a limit.", since: "4.2.0";
        networktotal: Long, "How many networks are in use.", since: "4.2.0";
        networkavailable: Text, "How many more networks may be used; `Unlimited` without a limit.", since: "4.2.0";
        vpclimit: Text, "How many VPCs may be used; `Unlimited` without a limit.", since: "4.2.0";
        vpctotal: Long, "How many VPCs are in use.", since: "4.2.0";
        vpcavailable: Text, "How many more VPCs may be used; `Unlimited` without a limit.", since: "4.2.0";
        cpulimit: Text, "How many CPUs may be used; `Unlimited` without a limit.", since: "4.2.0";
        cputotal: Long, "How many CPUs are in use.", since: "4.2.0";
        cpuavailable: Text, "How many more CPUs may be used; `Unlimited` without a limit.", since: "4.2.0";
        memorylimit: Text, "How many MiB of memory may be used; `Unlimited` without a limit.", since: "4.2.0";
        memorytotal: Long, "How many MiB of memory are in use.", since: "4.2.0";
        memoryavailable: Text, "How many more MiB of memory may be used; `Unlimited` without a limit.", since: "4.2.0";
        gpulimit: Text, "How many GPUs may be used; `Unlimited` without a limit.", since: "4.21.0";
        gputotal: Long, "How many GPUs are in use.", since: "4.21.0";
        gpuavailable: Text, "How many more GPUs may be used; `Unlimited` without a limit.", since: "4.21.0";
        primarystoragelimit: Text, "How many GiB of primary storage may be used; `Unlimited` without a limit.", since: "4.2.0";
        primarystoragetotal: Long, "How many GiB of primary storage are in use.", since: "4.2.0";
        primarystorageavailable: Text, "How many more GiB of primary storage may be used; `Unlimited` without a limit.", since: "4.2.0";
        secondarystoragelimit: Text, "How many GiB of secondary storage may be used; `Unlimited` without a limit.", since: "4.2.0";
        secondarystoragetotal: Decimal, "How many GiB of secondary storage are in use.", since: "4.2.0";
        secondarystorageavailable: Text, "How many more GiB of secondary storage may be used; `Unlimited` without a limit.", since: "4.2.0";
        bucketlimit: Text, "How many buckets may be used; `Unlimited` without a limit.", since: "4.21.0";
        buckettotal: Long, "How many buckets are in use.", since: "4.21.0";
        bucketavailable: Text, "How many more buckets may be used; `Unlimited` without a limit.", since: "4.21.0";
        objectstoragelimit: Text, "How many GiB of object storage may be used; `Unlimited` without a limit.", since: "4.21.0";
        objectstoragetotal: Long, "How many GiB of object storage are in use.", since: "4.21.0";
        objectstorageavailable: Text, "How many more GiB of object storage may be used; `Unlimited` without a limit.", since: "4.21.0";
        vmlimit: Text, "How many guests may be used; `Unlimited` without a limit.", since: "4.2.0";
        vmtotal: Long, "How many guests are in use.", since: "4.2.0";
        vmavailable: Text, "How many more guests may be used; `Unlimited` without a limit.", since: "4.2.0";
        iplimit: Text, "How many public addresses may be used; `Unlimited` without a limit.", since: "4.2.0";
        iptotal: Long, "How many public addresses are in use.", since: "4.2.0";
        ipavailable: Text, "How many more public addresses may be used; `Unlimited` without a limit.", since: "4.2.0";
        volumelimit: Text, "How many volumes may be used; `Unlimited` without a limit.", since: "4.2.0";
        volumetotal: Long, "How many volumes are in use.", since: "4.2.0";
        volumeavailable: Text, "How many more volumes may be used; `Unlimited` without a limit.", since: "4.2.0";
        snapshotlimit: Text, "How many snapshots may be used; `Unlimited` without a limit.", since: "4.2.0";
        snapshottotal: Long, "How many snapshots are in use.", since: "4.2.0";
        snapshotavailable: Text, "How many more snapshots may be used; `Unlimited` without a limit.", since: "4.2.0";
        backuplimit: Text, "How many backups may be used; `Unlimited` without a limit.", since: "4.21.0";
        backuptotal: Long, "How many backups are in use.", since: "4.21.0";
        backupavailable: Text, "How many more backups may be used; `Unlimited` without a limit.", since: "4.21.0";
        backupstoragelimit: Text, "How many GiB of backup storage may be used; `Unlimited` without a limit.", since: "4.21.0";
        backupstoragetotal: Long, "How many GiB of backup storage are in use.", since: "4.21.0";
        backupstorageavailable: Text, "How many more GiB of backup storage may be used; `Unlimited` without a limit.", since: "4.21.0";
        templatelimit: Text, "How many templates and ISOs may be used; `Unlimited` without a limit.", since: "4.2.0";
        templatetotal: Long, "How many templates and ISOs are in use.", since: "4.2.0";
        templateavailable: Text, "How many more templates and ISOs may be used; `Unlimited` without a limit.", since: "4.2.0";
        vmstopped: Integer, "How many guests are stopped.", since: "4.2.0";
        vmrunning: Integer, "How many guests run.", since: "4.2.0";
        icon: Object<ResourceIcon>, "Its icon.", since: "4.16.0.0";
        created: Date, "When it was made.", since: "4.16.0";
        taggedresources: Text, "Limits and counts of resources with tags.", since: "4.20.0";
        account: Text, "Name of the account it belongs to.";
    }

    ProjectAccount, "A member of a project." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        projectid: Text, "Id of the project.";
        project: Text, "Name of the project.";
        accountid: Text, "Id of the member's account.";
        account: Text, "Name of the member's account.";
        username: Text, "Name of the user, if a user alone is the member.";
        accounttype: Integer, "0 for a user, 1 for an administrator of the cloud, 2 for one of a domain, 5 for a project.";
        userid: Text, "Id of the user, if a user alone is the member.";
        projectroleid: Text, "Id of the project role.";
        role: Text, "Role in the project: `Admin` or `Regular`.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        user: Objects<User>, "Users of the account.";
    }

    ProjectInvitation, "An invitation to a project." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the project invitation.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        userid: Text, "Id of the user.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        account: Text, "Name of the account it belongs to.";
        email: Text, "Mail address.";
        state: Text, "State it is in.";
    }

    ResourceIcon, "A small picture of a resource." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        resourcetype: Text, "Type of the resource.";
        resourceid: Text, "Id of the resource.";
        base64image: Text, "The picture, Base64.";
    }

    Role, "A role." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the role.";
        name: Text, "Name of the role.";
        description: Text, "What it is, in words.";
        ispublic: Boolean, "True if it is shown to all accounts.";
        r#type: Text, "What kind it is.";
        isdefault: Boolean, "True for the default one.";
        state: Text, "State it is in.";
    }

    RolePermission, "A rule of a role." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        rule: Text, "Name of a command, or a pattern.";
        permission: Text, "`allow` or `deny`.";
        description: Text, "What it is, in words.";
        id: Text, "Id of the rule of the role.";
        roleid: Text, "Id of the role.";
        rolename: Text, "Name of the role.";
    }

    SshKeyPair, "A registered SSH key." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the SSH key.";
        name: Text, "Name of the SSH key.";
        account: Text, "Name of the account it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        fingerprint: Text, "Fingerprint of the public key.";
        privatekey: Text, "The private key, in PEM form.", secret: true;
    }

    User, "A user of an account." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the user.";
        username: Text, "Name of the user.";
        firstname: Text, "First name of the user.";
        lastname: Text, "Last name of the user.";
        email: Text, "Mail address.";
        created: Date, "When it was made.";
        state: Text, "State it is in.";
        account: Text, "Name of the account the user is in.";
        accounttype: Integer, "0 for a user, 1 for an administrator of the cloud, 2 for one of a domain, 5 for a project.";
        usersource: Text, "Where the user is known from: `native`, `ldap` or `saml2`.";
        roleid: Text, "Id of the role.";
        roletype: Text, "Type of the role.";
        rolename: Text, "Name of the role.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        timezone: Text, "Time zone, such as `Europe/Berlin`.";
        apikey: Text, "Key that names the user in signed requests.", secret: true;
        secretkey: Text, "Key that requests are signed with.", secret: true;
        accountid: Text, "Id of the account it belongs to.";
        iscallerchilddomain: Boolean, "True if the user is in a domain below the caller's.";
        isdefault: Boolean, "True for the default one.", since: "4.2.0";
        icon: Object<ResourceIcon>, "Its icon.", since: "4.16.0.0";
        is2faenabled: Boolean, "True if the user logs in with a second factor.", since: "4.18.0.0";
        is2famandated: Boolean, "True if the user must log in with a second factor.", since: "4.18.0.0";
        apikeyaccess: Text, "Whether keys may be used: `enabled`, `disabled` or `inherit`.", since: "4.20.1.0";
    }

    UserData, "Registered user data." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the user data.";
        name: Text, "Name of the user data.";
        accountid: Text, "Id of the account it belongs to.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.", since: "4.19.1";
        project: Text, "Name of the project it belongs to.", since: "4.19.1";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        userdata: Text, "User data, Base64.";
        params: Text, "Names of variables in the user data.";
    }

    UserKeys, "The keys of a user." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        apikey: Text, "Key that names the user in signed requests.", secret: true;
        secretkey: Text, "Key that requests are signed with.", secret: true;
        apikeyaccess: Boolean, "Whether keys may be used: `enabled`, `disabled` or `inherit`.";
    }
}
