//! system

commands! { ROWS:
    AddTrafficMonitor("addTrafficMonitor"): Sync<TrafficMonitor> in "trafficmonitor" for ROOT_ADMIN,
        "";
    need {
        zoneid: Uuid, "", of: "Zone";
        url: Text, "";
    }
    may {
        includezones: Text, "";
        excludezones: Text, "";
    }

    CreateTags("createTags"): Async<Success> in "" for ANYONE,
        "", since: "4.0.0", event: "CREATE_TAGS", of: "ResourceTag";
    need {
        tags: Map, "";
        resourcetype: Text, "";
        resourceids: TextList, "";
    }
    may {
        customer: Text, "";
    }

    DeleteTags("deleteTags"): Async<Success> in "" for ANYONE,
        "", since: "4.0.0", event: "DELETE_TAGS", of: "ResourceTag";
    need {
        resourcetype: Text, "";
        resourceids: TextList, "";
    }
    may {
        tags: Map, "";
    }

    DeleteTrafficMonitor("deleteTrafficMonitor"): Sync<Success> in "" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "Host";
    }
    may {}

    GenerateUsageRecords("generateUsageRecords"): Sync<Success> in "" for ROOT_ADMIN,
        "";
    need {}
    may {
        domainid: Uuid, "", of: "Domain";
        enddate: Date, "";
        startdate: Date, "";
    }

    GetCloudIdentifier("getCloudIdentifier"): Sync<CloudIdentifier> in "cloudidentifier" for ANYONE,
        "";
    need {
        userid: Uuid, "", of: "User";
    }
    may {}

    ListAlerts("listAlerts"): List<Alert> in "alert" for RESOURCE_ADMINS,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "Alert";
        r#type: Text, "";
        name: Text, "", since: "4.3";
    }

    ListApis("listApis"): List<Api> in "api" for ANYONE,
        "", since: "4.1.0";
    need {}
    may {
        name: Text, "";
    }

    ListAsyncJobs("listAsyncJobs"): List<AsyncJob> in "asyncjobs" for ANYONE,
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
        startdate: Date, "";
        managementserverid: Uuid, "", of: "ManagementServer", since: "4.19";
        resourceid: Text, "", since: "4.22.1";
        resourcetype: Text, "", since: "4.22.1";
    }

    ListCapabilities("listCapabilities"): Sync<Capabilities> in "capability" for ANYONE,
        "";
    need {}
    may {
        domainid: Uuid, "", of: "Domain", since: "4.23.0";
    }

    ListCapacity("listCapacity"): List<Capacity> in "capacity" for RESOURCE_ADMINS,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        zoneid: Uuid, "", of: "Zone";
        podid: Uuid, "", of: "Pod";
        clusterid: Uuid, "", of: "Cluster", since: "3.0.0";
        fetchlatest: Boolean, "", since: "3.0.0";
        r#type: Integer, "";
        sortby: Text, "", since: "3.0.0";
        tag: Text, "", since: "4.20.0";
    }

    ListConfigurationGroups("listConfigurationGroups"): List<ConfigurationGroup> in "configurationgroup" for ROOT_ADMIN,
        "", since: "4.18.0";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        group: Text, "";
    }

    ListConfigurations("listConfigurations"): List<Configuration> in "configuration" for ROOT_ADMIN,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        category: Text, "";
        name: Text, "";
        zoneid: Uuid, "", of: "Zone";
        clusterid: Uuid, "", of: "Cluster";
        storageid: Uuid, "", of: "StoragePool";
        accountid: Uuid, "", of: "Account";
        domainid: Uuid, "", of: "Domain";
        imagestoreuuid: Uuid, "", of: "ImageStore";
        managementserverid: Uuid, "", of: "ManagementServer", since: "4.23.0";
        group: Text, "", since: "4.18.0";
        subgroup: Text, "", since: "4.18.0";
        parent: Text, "", since: "4.18.0";
    }

    ListEventTypes("listEventTypes"): List<EventType> in "eventtype" for ANYONE,
        "";
    need {}
    may {}

    ListEvents("listEvents"): List<Event> in "event" for ANYONE,
        "", of: "Event";
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
        id: Uuid, "", of: "Event";
        duration: Integer, "";
        enddate: Date, "";
        entrytime: Integer, "";
        level: Text, "";
        startdate: Date, "";
        r#type: Text, "";
        startid: Uuid, "", of: "Event";
        resourceid: Text, "", since: "4.17.0";
        resourcetype: Text, "", since: "4.17.0";
        archived: Boolean, "", since: "4.19.0";
        state: Text, "", since: "4.21.0";
    }

    ListInfrastructure("listInfrastructure"): Sync<Infrastructure> in "infrastructure" for ROOT_ADMIN,
        "", since: "4.9.3";
    need {}
    may {}

    ListManagementServers("listManagementServers"): List<ManagementServer> in "managementserver" for ROOT_ADMIN,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "ManagementServer";
        name: Text, "";
        peers: Boolean, "", since: "4.20.1.0";
        version: Text, "", since: "4.20.3";
    }

    ListResourceLimits("listResourceLimits"): List<ResourceLimit> in "resourcelimit" for ANYONE,
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
        projectid: Uuid, "", of: "Project";
        id: Long, "";
        resourcetype: Integer, "";
        resourcetypename: Text, "";
        tag: Text, "", since: "4.20.0";
    }

    ListTags("listTags"): List<ResourceTag> in "tag" for ANYONE,
        "", since: "4.0.0", of: "ResourceTag";
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
        resourcetype: Text, "";
        resourceid: Text, "";
        key: Text, "";
        value: Text, "";
        customer: Text, "";
    }

    ListTrafficMonitors("listTrafficMonitors"): List<TrafficMonitor> in "trafficmonitor" for ROOT_ADMIN,
        "";
    need {
        zoneid: Uuid, "", of: "Zone";
    }
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
    }

    ListUsageRecords("listUsageRecords"): List<UsageRecord> in "usagerecord" for ROOT_ADMIN,
        "";
    need {
        enddate: Date, "";
        startdate: Date, "";
    }
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        accountid: Uuid, "", of: "Account";
        projectid: Uuid, "", of: "Project";
        r#type: Long, "";
        usageid: Text, "";
        includetags: Boolean, "";
        oldformat: Boolean, "";
        isrecursive: Boolean, "", since: "4.15";
    }

    ListUsageTypes("listUsageTypes"): List<UsageType> in "usagetype" for ROOT_ADMIN,
        "";
    need {}
    may {}

    QueryAsyncJobResult("queryAsyncJobResult"): Sync<AsyncJob> in "" for ANYONE,
        "";
    need {}
    may {
        jobid: Uuid, "", of: "AsyncJob";
        resourceid: Text, "", since: "4.22.1";
        resourcetype: Text, "", since: "4.22.1";
    }

    ReadyForShutdown("readyForShutdown"): Sync<ManagementServerMaintenance> in "readyforshutdown" for ROOT_ADMIN,
        "", since: "4.19.0";
    need {
        managementserverid: Uuid, "", of: "ManagementServer";
    }
    may {}

    UpdateConfiguration("updateConfiguration"): Sync<Configuration> in "configuration" for ROOT_ADMIN,
        "";
    need {
        name: Text, "";
    }
    may {
        value: Text, "", len: 4_096;
        zoneid: Uuid, "", of: "Zone";
        clusterid: Uuid, "", of: "Cluster";
        storageid: Uuid, "", of: "StoragePool";
        accountid: Uuid, "", of: "Account";
        domainid: Uuid, "", of: "Domain";
        imagestoreuuid: Uuid, "", of: "ImageStore";
        managementserverid: Uuid, "", of: "ManagementServer", since: "4.23.0";
    }

    UpdateResourceCount("updateResourceCount"): List<ResourceCount> in "resourcecount" for ADMINS,
        "";
    need {
        domainid: Uuid, "", of: "Domain";
    }
    may {
        account: Text, "";
        resourcetype: Integer, "";
        projectid: Uuid, "", of: "Project";
        tag: Text, "", since: "4.20.0";
    }

    UpdateResourceLimit("updateResourceLimit"): Sync<ResourceLimit> in "resourcelimit" for ADMINS,
        "";
    need {
        resourcetype: Integer, "";
    }
    may {
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        projectid: Uuid, "", of: "Project";
        max: Long, "";
        tag: Text, "", since: "4.20.0";
    }

    UploadCustomCertificate("uploadCustomCertificate"): Async<CustomCertificate> in "customcertificate" for ROOT_ADMIN,
        "", event: "UPLOAD.CUSTOM.CERTIFICATE";
    need {
        certificate: Text, "", len: 65_535;
        domainsuffix: Text, "";
    }
    may {
        id: Integer, "";
        name: Text, "";
        privatekey: Text, "", len: 65_535, secret: true;
    }
}
