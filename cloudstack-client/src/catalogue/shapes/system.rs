//! system

use crate::catalogue::Roles;

shapes! {
    Alert, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        r#type: Integer, "";
        name: Text, "", since: "4.3";
        description: Text, "";
        sent: Date, "";
    }

    Api, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        name: Text, "";
        description: Text, "";
        since: Text, "";
        isasync: Boolean, "";
        related: Text, "";
        params: Objects<ApiParam>, "";
        response: Objects<ApiField>, "";
        r#type: Text, "";
        httprequesttype: Text, "", since: "4.23.0";
    }

    ApiField, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        name: Text, "";
        description: Text, "";
        r#type: Text, "";
        response: Objects<ApiField>, "";
    }

    ApiParam, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        name: Text, "";
        description: Text, "";
        r#type: Text, "";
        length: Integer, "";
        required: Boolean, "";
        since: Text, "";
        related: Text, "";
    }

    AsyncJob, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        accountid: Text, "";
        account: Text, "";
        domainid: Text, "";
        domainpath: Text, "";
        userid: Text, "";
        cmd: Text, "";
        jobprocstatus: Integer, "";
        jobresultcode: Integer, "";
        jobresulttype: Text, "";
        jobresult: Object, "";
        jobinstancetype: Text, "";
        jobinstanceid: Text, "";
        managementserverid: Text, "", since: "4.19";
        managementservername: Text, "", since: "4.21.0";
        created: Date, "";
        completed: Date, "";
    }

    Capabilities, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        securitygroupsenabled: Boolean, "";
        dynamicrolesenabled: Boolean, "";
        cloudstackversion: Text, "";
        userpublictemplateenabled: Boolean, "";
        supportelb: Text, "", wire: "supportELB";
        projectinviterequired: Boolean, "";
        allowusercreateprojects: Boolean, "";
        customdiskofferingminsize: Long, "";
        customdiskofferingmaxsize: Long, "";
        regionsecondaryenabled: Boolean, "";
        apilimitinterval: Integer, "";
        kvmsnapshotenabled: Boolean, "";
        snapshotshowchainsize: Boolean, "", since: "4.22.1";
        apilimitmax: Integer, "";
        allowuserviewdestroyedvm: Boolean, "", since: "4.6.0";
        allowuserexpungerecovervm: Boolean, "", since: "4.6.0";
        allowuserexpungerecovervolume: Boolean, "", since: "4.14.0";
        allowuserviewalldomainaccounts: Boolean, "";
        allowuserforcestopvm: Boolean, "", since: "4.20.0";
        kubernetesserviceenabled: Boolean, "";
        kubernetesclusterexperimentalfeaturesenabled: Boolean, "";
        customhypervisordisplayname: Text, "", since: "4.19.0";
        defaultuipagesize: Long, "", since: "4.15.2";
        instancesstatsretentiontime: Integer, "", since: "4.18.0";
        instancesstatsuseronly: Boolean, "", since: "4.18.0";
        instancesdisksstatsretentionenabled: Boolean, "", since: "4.18.0";
        instancesdisksstatsretentiontime: Integer, "", since: "4.18.0";
        sharedfsvmmincpucount: Integer, "", since: "4.20.0";
        sharedfsvmminramsize: Integer, "", since: "4.20.0";
        instanceleaseenabled: Boolean, "", since: "4.21.0";
        extensionspath: Text, "", since: "4.21.0", roles: Roles::ROOT_ADMIN;
        dynamicscalingenabled: Boolean, "", since: "4.21.0";
        additionalconfigenabled: Boolean, "", since: "4.20.2";
        vpncustomergatewayparameters: Map, "";
    }

    Capacity, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        r#type: Integer, "";
        name: Text, "";
        zoneid: Text, "";
        zonename: Text, "";
        podid: Text, "";
        podname: Text, "";
        clusterid: Text, "";
        clustername: Text, "";
        capacityallocated: Long, "";
        capacityused: Long, "";
        capacitytotal: Long, "";
        percentused: Text, "";
        tag: Text, "", since: "4.20.0";
    }

    CloudIdentifier, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        userid: Text, "";
        cloudidentifier: Text, "";
        signature: Text, "";
    }

    Configuration, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        category: Text, "";
        group: Text, "", since: "4.18.0";
        subgroup: Text, "", since: "4.18.0";
        name: Text, "";
        value: Text, "";
        defaultvalue: Text, "", since: "4.18.0";
        scope: Text, "";
        id: Long, "";
        description: Text, "";
        isdynamic: Boolean, "";
        component: Text, "", since: "4.18.0";
        parent: Text, "", since: "4.18.0";
        displaytext: Text, "", since: "4.18.0";
        r#type: Text, "", since: "4.18.0";
        options: Text, "", since: "4.18.0";
    }

    ConfigurationGroup, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        name: Text, "";
        subgroup: Objects<ConfigurationSubGroup>, "";
        description: Text, "";
        precedence: Long, "";
    }

    ConfigurationSubGroup, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        name: Text, "";
        precedence: Long, "";
    }

    CustomCertificate, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        message: Text, "";
    }

    Event, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        username: Text, "";
        r#type: Text, "";
        level: Text, "";
        description: Text, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        resourceid: Text, "", since: "4.17.0";
        resourcetype: Text, "", since: "4.17.0";
        resourcename: Text, "", since: "4.17.0";
        created: Date, "";
        state: Text, "";
        parentid: Text, "";
        archived: Boolean, "";
    }

    EventType, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        name: Text, "";
    }

    Infrastructure, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        zones: Integer, "";
        pods: Integer, "";
        clusters: Integer, "";
        hosts: Integer, "";
        storagepools: Integer, "";
        imagestores: Integer, "";
        backuprepositories: Integer, "", since: "4.22.0";
        objectstores: Integer, "";
        systemvms: Integer, "";
        routers: Integer, "";
        ilbvms: Integer, "";
        cpusockets: Integer, "";
        managementservers: Integer, "";
        alerts: Integer, "";
    }

    ManagementServer, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        state: Text, "";
        version: Text, "";
        javadistribution: Text, "";
        javaversion: Text, "";
        osdistribution: Text, "";
        lastserverstart: Date, "";
        lastserverstop: Date, "";
        lastboottime: Date, "";
        kernelversion: Text, "";
        serviceip: Text, "";
        ipaddress: Text, "";
        peers: Text, "";
        lastagents: TextList, "", since: "4.21.0.0";
        agents: TextList, "", since: "4.21.0.0";
        agentscount: Long, "", since: "4.21.0.0";
        pendingjobscount: Long, "", since: "4.21.0.0";
    }

    ManagementServerMaintenance, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        managementserverid: Text, "";
        state: Text, "";
        maintenanceinitiated: Boolean, "";
        shutdowntriggered: Boolean, "";
        readyforshutdown: Boolean, "";
        pendingjobscount: Long, "";
        agentscount: Long, "";
        agents: TextList, "";
    }

    ResourceCount, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        resourcetype: Text, "";
        resourcetypename: Text, "";
        resourcecount: Long, "";
        tag: Text, "", since: "4.20.0";
    }

    ResourceLimit, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        account: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        resourcetype: Text, "";
        resourcetypename: Text, "";
        max: Long, "";
        projectid: Text, "";
        project: Text, "";
        tag: Text, "", since: "4.20.0";
    }

    ResourceTag, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        key: Text, "";
        value: Text, "";
        resourcetype: Text, "";
        resourceid: Text, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        customer: Text, "";
    }

    Success, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        success: Boolean, "";
        displaytext: Text, "";
    }

    TrafficMonitor, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        zoneid: Text, "";
        ipaddress: Text, "";
        numretries: Text, "";
        timeout: Text, "";
    }

    UsageRecord, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        tags: Objects<ResourceTag>, "";
        account: Text, "";
        accountid: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        zoneid: Text, "";
        description: Text, "";
        usage: Text, "";
        usagetype: Integer, "";
        rawusage: Text, "";
        virtualmachineid: Text, "";
        name: Text, "";
        offeringid: Text, "";
        templateid: Text, "";
        ostypeid: Text, "";
        osdisplayname: Text, "";
        oscategoryid: Text, "";
        oscategoryname: Text, "";
        usageid: Text, "";
        r#type: Text, "";
        size: Long, "";
        virtualsize: Long, "";
        cpunumber: Long, "";
        cpuspeed: Long, "";
        memory: Long, "";
        startdate: Date, "";
        enddate: Date, "";
        issourcenat: Boolean, "";
        issystem: Boolean, "";
        networkid: Text, "";
        isdefault: Boolean, "";
        vpcid: Text, "";
    }

    UsageType, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Integer, "";
        name: Text, "";
        description: Text, "";
        usagetypeid: Integer, "";
    }
}
