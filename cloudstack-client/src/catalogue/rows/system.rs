//! Events, alerts, jobs, settings, limits, tags and usage.

commands! { ROWS:
    AddResourceDetail("addResourceDetail"): Async<Success> in "" for ROOT_ADMIN,
        "Puts details on a resource.", event: "CREATE_RESOURCE_DETAILS";
    need {
        details: Map, "Details to keep with it, as pairs.";
        resourcetype: Text, "Type of the resource, such as `UserVm`, `Volume` or `Network`.";
        resourceid: Text, "Id of the resource.";
    }
    may {
        fordisplay: Boolean, "False to hide them from users.", since: "4.4";
    }

    AddTrafficMonitor("addTrafficMonitor"): Sync<TrafficMonitor> in "trafficmonitor" for ROOT_ADMIN,
        "Adds a device that measures the traffic of a zone.";
    need {
        zoneid: Uuid, "Id of the zone.", of: "Zone";
        url: Text, "URL of the device.";
    }
    may {
        includezones: Text, "Traffic to these zones is counted.";
        excludezones: Text, "Traffic to these zones is not counted.";
    }

    ArchiveAlerts("archiveAlerts"): Sync<Success> in "" for ROOT_ADMIN,
        "Puts alerts away: by id, type or time.";
    need {}
    may {
        ids: UuidList, "Ids of the alerts.", of: "Alert";
        enddate: Date, "Only those until this day or moment, `yyyy-MM-dd` or with a time.";
        startdate: Date, "Only those from this day or moment, `yyyy-MM-dd` or with a time.";
        r#type: Text, "Only those of this type.";
    }

    ArchiveEvents("archiveEvents"): Sync<Success> in "" for ANYONE,
        "Puts events away: by id, type or time.", of: "Event";
    need {}
    may {
        ids: UuidList, "Ids of the events.", of: "Event";
        enddate: Date, "Only those until this day or moment, `yyyy-MM-dd` or with a time.";
        startdate: Date, "Only those from this day or moment, `yyyy-MM-dd` or with a time.";
        r#type: Text, "Only those of this type.";
    }

    CreateTags("createTags"): Async<Success> in "" for ANYONE,
        "Puts tags on resources.", since: "4.0.0", event: "CREATE_TAGS", of: "ResourceTag";
    need {
        tags: Map, "Tags: pairs of `key` and `value`.";
        resourcetype: Text, "Type of the resource, such as `UserVm`, `Volume` or `Network`.";
        resourceids: TextList, "Ids of the resources, all of one type.";
    }
    may {
        customer: Text, "A customer name to mark the tags with.";
    }

    DeleteAlerts("deleteAlerts"): Sync<Success> in "" for ROOT_ADMIN,
        "Deletes alerts: by id, type or time.";
    need {}
    may {
        ids: UuidList, "Ids of the alerts.", of: "Alert";
        enddate: Date, "Only those until this day or moment, `yyyy-MM-dd` or with a time.";
        startdate: Date, "Only those from this day or moment, `yyyy-MM-dd` or with a time.";
        r#type: Text, "Only those of this type.";
    }

    DeleteEvents("deleteEvents"): Sync<Success> in "" for ANYONE,
        "Deletes events: by id, type or time.", of: "Event";
    need {}
    may {
        ids: UuidList, "Ids of the events.", of: "Event";
        enddate: Date, "Only those until this day or moment, `yyyy-MM-dd` or with a time.";
        startdate: Date, "Only those from this day or moment, `yyyy-MM-dd` or with a time.";
        r#type: Text, "Only those of this type.";
    }

    DeleteTags("deleteTags"): Async<Success> in "" for ANYONE,
        "Takes tags off resources.", since: "4.0.0", event: "DELETE_TAGS", of: "ResourceTag";
    need {
        resourcetype: Text, "Type of the resource, such as `UserVm`, `Volume` or `Network`.";
        resourceids: TextList, "Ids of the resources, all of one type.";
    }
    may {
        tags: Map, "Tags: pairs of `key` and `value`.";
    }

    DeleteTrafficMonitor("deleteTrafficMonitor"): Sync<Success> in "" for ROOT_ADMIN,
        "Deletes a device that measures traffic.";
    need {
        id: Uuid, "Id of the host.", of: "Host";
    }
    may {}

    GenerateAlert("generateAlert"): Async<Success> in "" for ROOT_ADMIN,
        "Raises an alert.", since: "4.3", event: "ALERT.GENERATE";
    need {
        r#type: Integer, "What kind it is.";
        name: Text, "Name of the alert.";
        description: Text, "What it is, in words.", len: 999;
    }
    may {
        zoneid: Uuid, "Id of the zone it is about.", of: "Zone";
        podid: Uuid, "Id of the pod it is about.", of: "Pod";
    }

    GenerateUsageRecords("generateUsageRecords"): Sync<Success> in "" for ROOT_ADMIN,
        "Works out usage records up to now, or for a span of days.";
    need {}
    may {
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        enddate: Date, "Last day or moment, `yyyy-MM-dd` or with a time.";
        startdate: Date, "First day or moment, `yyyy-MM-dd` or with a time.";
    }

    GetCloudIdentifier("getCloudIdentifier"): Sync<CloudIdentifier> in "cloudidentifier" for ANYONE,
        "Answers a signed name by which the cloud can be told from others.";
    need {
        userid: Uuid, "Id of the user that asks.", of: "User";
    }
    may {}

    ListAlerts("listAlerts"): List<Alert> in "alert" for RESOURCE_ADMINS,
        "Lists alerts to administrators.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the alert of this id.", of: "Alert";
        r#type: Text, "Only those of this type.";
        name: Text, "Only an alert of exactly this name.", since: "4.3";
    }

    ListApis("listApis"): List<Api> in "api" for ANYONE,
        "Describes the commands that the caller may use.", since: "4.1.0";
    need {}
    may {
        name: Text, "Only this command.";
    }

    ListAsyncJobs("listAsyncJobs"): List<AsyncJob> in "asyncjobs" for ANYONE,
        "Lists jobs of the caller that are pending or done.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        listall: Boolean, "True for all that the caller may see, not only its own; false by default.";
        domainid: Uuid, "Only those of this domain; with `isrecursive`, of those below it too.", of: "Domain";
        isrecursive: Boolean, "True for the domains below as well; false by default.";
        account: Text, "Only those of this account; needs `domainid`.";
        startdate: Date, "Only jobs made at this moment or later.";
        managementserverid: Uuid, "Only those of this management server.", of: "ManagementServer", since: "4.19";
        resourceid: Text, "Only those of this resource.", since: "4.22.1";
        resourcetype: Text, "Only those of this type, such as `UserVm`.", since: "4.22.1";
    }

    ListCapabilities("listCapabilities"): Sync<Capabilities> in "capability" for ANYONE,
        "Tells what this cloud offers and allows to the caller.";
    need {}
    may {
        domainid: Uuid, "Only those of this domain.", of: "Domain", since: "4.23.0";
    }

    ListCapacity("listCapacity"): List<Capacity> in "capacity" for RESOURCE_ADMINS,
        "Lists how much of each kind of capacity is there and in use.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        podid: Uuid, "Only those in this pod.", of: "Pod";
        clusterid: Uuid, "Only those in this cluster.", of: "Cluster", since: "3.0.0";
        fetchlatest: Boolean, "True to count anew instead of answering the last count.", since: "3.0.0";
        r#type: Integer, "Only capacity of this type, by its number.";
        sortby: Text, "`usage` to answer the fullest first.", since: "3.0.0";
        tag: Text, "Only what has this tag.", since: "4.20.0";
    }

    ListConfigurationGroups("listConfigurationGroups"): List<ConfigurationGroup> in "configurationgroup" for ROOT_ADMIN,
        "Lists the groups that settings are sorted into.", since: "4.18.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        group: Text, "Only settings of this group.";
    }

    ListConfigurations("listConfigurations"): List<Configuration> in "configuration" for ROOT_ADMIN,
        "Lists settings, global or of one zone, cluster, pool, account or domain.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        category: Text, "Only settings of this category.";
        name: Text, "Only the setting of this name.";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        clusterid: Uuid, "Only those in this cluster.", of: "Cluster";
        storageid: Uuid, "Only those on this primary storage.", of: "StoragePool";
        accountid: Uuid, "Only those of this account.", of: "Account";
        domainid: Uuid, "Only those of this domain.", of: "Domain";
        imagestoreuuid: Uuid, "Only settings of this secondary storage.", of: "ImageStore";
        managementserverid: Uuid, "Only those of this management server.", of: "ManagementServer", since: "4.23.0";
        group: Text, "Only settings of this group.", since: "4.18.0";
        subgroup: Text, "Only settings of this group within the group.", since: "4.18.0";
        parent: Text, "Only settings below this one.", since: "4.18.0";
    }

    ListEventTypes("listEventTypes"): List<EventType> in "eventtype" for ANYONE,
        "Lists all types of events.";
    need {}
    may {}

    ListEvents("listEvents"): List<Event> in "event" for ANYONE,
        "Lists events: what was asked for by whom, and what came of it.", of: "Event";
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
        id: Uuid, "Only the event of this id.", of: "Event";
        duration: Integer, "Only events that took this many seconds; with `entrytime`.";
        enddate: Date, "Only events until this day or moment, `yyyy-MM-dd` or with a time.";
        entrytime: Integer, "Only events that began this many seconds ago and are not done.";
        level: Text, "Only those of this level: `INFO`, `WARN` or `ERROR`.";
        startdate: Date, "Only events from this day or moment, `yyyy-MM-dd` or with a time.";
        r#type: Text, "Only those of this type.";
        startid: Uuid, "Only events of this start event, and it.", of: "Event";
        resourceid: Text, "Only those of this resource.", since: "4.17.0";
        resourcetype: Text, "Only those of this type, such as `UserVm`.", since: "4.17.0";
        archived: Boolean, "True for archived events too.", since: "4.19.0";
        state: Text, "Only those in this state.", since: "4.21.0";
    }

    ListInfrastructure("listInfrastructure"): Sync<Infrastructure> in "infrastructure" for ROOT_ADMIN,
        "Counts the parts the cloud is built from.", since: "4.9.3";
    need {}
    may {}

    ListManagementServers("listManagementServers"): List<ManagementServer> in "managementserver" for ROOT_ADMIN,
        "Lists the management servers of the cloud.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the management server of this id.", of: "ManagementServer";
        name: Text, "Only a management server of exactly this name.";
        peers: Boolean, "True to answer the other servers each is connected to.", since: "4.20.1.0";
        version: Text, "Only those of this version.", since: "4.20.3";
    }

    ListResourceDetails("listResourceDetails"): List<ResourceTag> in "resourcedetail" for ANYONE,
        "Lists details of resources.", since: "4.2";
    need {
        resourcetype: Text, "Type of the resource, such as `UserVm`, `Volume` or `Network`.";
    }
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        listall: Boolean, "True for all that the caller may see, not only its own; false by default.";
        domainid: Uuid, "Only those of this domain; with `isrecursive`, of those below it too.", of: "Domain";
        isrecursive: Boolean, "True for the domains below as well; false by default.";
        account: Text, "Only those of this account; needs `domainid`.";
        projectid: Uuid, "Only those of this project; -1 for those of all projects of the caller.", of: "Project";
        resourceid: Text, "Only those of this resource.";
        key: Text, "Only those with this key.";
        value: Text, "Only those with this value.", since: "4.4", roles: Roles::ROOT_ADMIN;
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.3", roles: Roles::ROOT_ADMIN;
    }

    ListResourceLimits("listResourceLimits"): List<ResourceLimit> in "resourcelimit" for ANYONE,
        "Lists how much of each resource an account or domain may use.";
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
        id: Long, "Only the limit of this id.";
        resourcetype: Integer, "Number of the resource type: 0 guests, 1 public addresses, 2 volumes, 3 snapshots, 4 templates, 5 projects, 6 networks, 7 VPCs, 8 CPUs, 9 MiB of memory, 10 and 11 GiB of primary and secondary storage.";
        resourcetypename: Text, "Only the limit of this resource type, by its name.";
        tag: Text, "Only what has this tag.", since: "4.20.0";
    }

    ListTags("listTags"): List<ResourceTag> in "tag" for ANYONE,
        "Lists tags of resources.", since: "4.0.0", of: "ResourceTag";
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
        resourcetype: Text, "Only those of this type, such as `UserVm`.";
        resourceid: Text, "Only those of this resource.";
        key: Text, "Only tags of this key.";
        value: Text, "Only tags of this value.";
        customer: Text, "Only tags marked with this customer name.";
    }

    ListTrafficMonitors("listTrafficMonitors"): List<TrafficMonitor> in "trafficmonitor" for ROOT_ADMIN,
        "Lists the devices that measure the traffic of a zone.";
    need {
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
    }
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
    }

    ListUsageRecords("listUsageRecords"): List<UsageRecord> in "usagerecord" for ROOT_ADMIN,
        "Lists usage records of accounts in a span of days.";
    need {
        enddate: Date, "Last day of the span.";
        startdate: Date, "First day of the span.";
    }
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        account: Text, "Only those of this account; needs `domainid`.";
        domainid: Uuid, "Only those of this domain; with `isrecursive`, of those below it too.", of: "Domain";
        accountid: Uuid, "Only those of this account.", of: "Account";
        projectid: Uuid, "Only those of this project; -1 for those of all projects of the caller.", of: "Project";
        r#type: Long, "Only records of this usage type, by its number.";
        usageid: Text, "Only records of this resource; needs `type`.";
        includetags: Boolean, "True to answer the tags of resources too.";
        oldformat: Boolean, "True for descriptions with internal numbers, as old versions gave them.";
        isrecursive: Boolean, "True for the domains below as well; false by default.", since: "4.15";
    }

    ListUsageTypes("listUsageTypes"): List<UsageType> in "usagetype" for ROOT_ADMIN,
        "Lists what usage is measured, with the number of each type.";
    need {}
    may {}

    QueryAsyncJobResult("queryAsyncJobResult"): Sync<AsyncJob> in "" for ANYONE,
        "Tells how far a job is, and what came of it.";
    need {}
    may {
        jobid: Uuid, "Id of the job.", of: "AsyncJob";
        resourceid: Text, "Id of the resource.", since: "4.22.1";
        resourcetype: Text, "Type of the resource, such as `UserVm`, `Volume` or `Network`.", since: "4.22.1";
    }

    ReadyForShutdown("readyForShutdown"): Sync<ManagementServerMaintenance> in "readyforshutdown" for ROOT_ADMIN,
        "Tells whether a management server has no jobs left and can be stopped.", since: "4.19.0";
    need {
        managementserverid: Uuid, "Id of the management server.", of: "ManagementServer";
    }
    may {}

    RemoveResourceDetail("removeResourceDetail"): Async<Success> in "" for ROOT_ADMIN,
        "Takes details off a resource: one, or all.", event: "DELETE_RESOURCE_DETAILS";
    need {
        resourcetype: Text, "Type of the resource, such as `UserVm`, `Volume` or `Network`.";
        resourceid: Text, "Id of the resource.";
    }
    may {
        key: Text, "Key of the one detail.";
    }

    UpdateConfiguration("updateConfiguration"): Sync<Configuration> in "configuration" for ROOT_ADMIN,
        "Changes a setting, globally or for one zone, cluster, pool, account or domain.", event: "CONFIGURATION.VALUE.EDIT";
    need {
        name: Text, "Name of the setting.";
    }
    may {
        value: Text, "New value of the setting; its default if left out.", len: 4_096;
        zoneid: Uuid, "Id of the zone the setting is for.", of: "Zone";
        clusterid: Uuid, "Id of the cluster the setting is for.", of: "Cluster";
        storageid: Uuid, "Id of the primary storage.", of: "StoragePool";
        accountid: Uuid, "Id of the account the setting is for.", of: "Account";
        domainid: Uuid, "Id of the domain the setting is for.", of: "Domain";
        imagestoreuuid: Uuid, "Id of the secondary storage the setting is for.", of: "ImageStore";
        managementserverid: Uuid, "Id of the management server.", of: "ManagementServer", since: "4.23.0";
    }

    UpdateResourceCount("updateResourceCount"): List<ResourceCount> in "resourcecount" for ADMINS,
        "Counts again what an account or domain uses.";
    need {
        domainid: Uuid, "Id of the domain, or of the account's.", of: "Domain";
    }
    may {
        account: Text, "Name of the account, with `domainid`; the whole domain if left out.";
        resourcetype: Integer, "Number of the resource type: 0 guests, 1 public addresses, 2 volumes, 3 snapshots, 4 templates, 5 projects, 6 networks, 7 VPCs, 8 CPUs, 9 MiB of memory, 10 and 11 GiB of primary and secondary storage.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        tag: Text, "Only what has this tag.", since: "4.20.0";
    }

    UpdateResourceLimit("updateResourceLimit"): Sync<ResourceLimit> in "resourcelimit" for ADMINS,
        "Sets how much of a resource an account or domain may use.";
    need {
        resourcetype: Integer, "Number of the resource type: 0 guests, 1 public addresses, 2 volumes, 3 snapshots, 4 templates, 5 projects, 6 networks, 7 VPCs, 8 CPUs, 9 MiB of memory, 10 and 11 GiB of primary and secondary storage.";
    }
    may {
        account: Text, "Name of the account, with `domainid`; the whole domain if left out.";
        domainid: Uuid, "Id of the domain, or of the account's.", of: "Domain";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        max: Long, "How many, or GiB of storage and MiB of memory; -1 for no limit.";
        tag: Text, "Only what has this tag.", since: "4.20.0";
    }

    UploadCustomCertificate("uploadCustomCertificate"): Async<CustomCertificate> in "customcertificate" for ROOT_ADMIN,
        "Sets the certificate that console proxies and secondary storage guests show.", event: "UPLOAD.CUSTOM.CERTIFICATE";
    need {
        certificate: Text, "The certificate, in PEM form.", len: 65_535;
        domainsuffix: Text, "Domain the certificate is for, such as `example.com` for `*.example.com`.";
    }
    may {
        id: Integer, "Position of this certificate in its chain, the root first; left out for the last.";
        name: Text, "Name of this certificate in its chain.";
        privatekey: Text, "The private key, in PEM form.", len: 65_535, secret: true;
    }
}
