//! Events, jobs, settings, limits and usage as answered.

use crate::catalogue::Roles;

shapes! {
    Alert, "An alert to administrators." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the alert.";
        r#type: Integer, "What kind it is.";
        name: Text, "Name of the alert.", since: "4.3";
        description: Text, "What it is, in words.";
        sent: Date, "When it was sent.";
    }

    Api, "The description of a command." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        name: Text, "Name of the command.";
        description: Text, "What it is, in words.";
        since: Text, "Version that first had it.";
        isasync: Boolean, "True if it is answered by a job.";
        related: Text, "Commands that answer what an id in it can name.";
        params: Objects<ApiParam>, "What it can be given.";
        response: Objects<ApiField>, "What it answers.";
        r#type: Text, "What kind it is.";
        httprequesttype: Text, "`GET` or `POST`, if the command takes one of them alone.", since: "4.23.0";
    }

    ApiField, "The description of an answered field." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        name: Text, "Name of the field.";
        description: Text, "What it is, in words.";
        r#type: Text, "What kind it is.";
        response: Objects<ApiField>, "What it answers.";
    }

    ApiParam, "The description of a parameter." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        name: Text, "Name of the parameter.";
        description: Text, "What it is, in words.";
        r#type: Text, "What kind it is.";
        length: Integer, "Longest text that is accepted, in characters.";
        required: Boolean, "True if it must be given.";
        since: Text, "Version that first had it.";
        related: Text, "Commands that answer what an id in it can name.";
    }

    AsyncJob, "A job." {
        jobid: Text, "Id of the job.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        accountid: Text, "Id of the account it belongs to.";
        account: Text, "Name of the account it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.";
        userid: Text, "Id of the user.";
        cmd: Text, "What the job runs.";
        jobprocstatus: Integer, "How far it is, 0 unless it tells.";
        jobresultcode: Integer, "0, or the code of the error.";
        jobresulttype: Text, "`object` or `text`.";
        jobresult: Object, "What came of it: the object it made, or an error with `errorcode` and `errortext`.";
        jobinstancetype: Text, "Type of what the job works on.";
        jobinstanceid: Text, "Id of what the job works on.";
        managementserverid: Text, "Id of its management server.", since: "4.19";
        managementservername: Text, "Name of its management server.", since: "4.21.0";
        created: Date, "When it was made.";
        completed: Date, "When it was done.";
    }

    Capabilities, "What the cloud offers and allows." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        securitygroupsenabled: Boolean, "True if guests are filtered by security groups.";
        dynamicrolesenabled: Boolean, "True if roles can be made and changed.";
        cloudstackversion: Text, "Version of CloudStack that this answers as.";
        userpublictemplateenabled: Boolean, "True if users may make templates public.";
        supportelb: Text, "True if load balancers need no address given.", wire: "supportELB";
        projectinviterequired: Boolean, "True if an account must accept before it is a member.";
        allowusercreateprojects: Boolean, "True if users may make projects.";
        customdiskofferingminsize: Long, "Smallest size of a customised disk, in GiB.";
        customdiskofferingmaxsize: Long, "Largest size of a customised disk, in GiB.";
        regionsecondaryenabled: Boolean, "True if secondary storage can be of a whole region.";
        apilimitinterval: Integer, "Seconds over which calls are counted.";
        kvmsnapshotenabled: Boolean, "True if volumes of running KVM guests can be snapshotted.";
        snapshotshowchainsize: Boolean, "True if sizes of whole chains are shown.", since: "4.22.1";
        apilimitmax: Integer, "Calls an account may make in that time.";
        allowuserviewdestroyedvm: Boolean, "True if users see destroyed guests.", since: "4.6.0";
        allowuserexpungerecovervm: Boolean, "True if users may expunge and recover guests.", since: "4.6.0";
        allowuserexpungerecovervolume: Boolean, "True if users may expunge and recover volumes.", since: "4.14.0";
        allowuserviewalldomainaccounts: Boolean, "True if users see all accounts of their domain.";
        allowuserforcestopvm: Boolean, "True if users may switch guests off.", since: "4.20.0";
        kubernetesserviceenabled: Boolean, "True if Kubernetes clusters can be made.";
        kubernetesclusterexperimentalfeaturesenabled: Boolean, "True if trial features of Kubernetes clusters are on.";
        customhypervisordisplayname: Text, "What the custom hypervisor is called.", since: "4.19.0";
        defaultuipagesize: Long, "Rows the web interface shows on a page.", since: "4.15.2";
        instancesstatsretentiontime: Integer, "Minutes statistics of guests are kept.", since: "4.18.0";
        instancesstatsuseronly: Boolean, "True if statistics are kept for users' guests alone.", since: "4.18.0";
        instancesdisksstatsretentionenabled: Boolean, "True if statistics of disks are kept.", since: "4.18.0";
        instancesdisksstatsretentiontime: Integer, "Minutes statistics of disks are kept.", since: "4.18.0";
        sharedfsvmmincpucount: Integer, "CPUs a guest for shared file systems needs.", since: "4.20.0";
        sharedfsvmminramsize: Integer, "Memory a guest for shared file systems needs, in MiB.", since: "4.20.0";
        instanceleaseenabled: Boolean, "True if guests can have leases.", since: "4.21.0";
        extensionspath: Text, "Folder of the extensions.", since: "4.21.0", roles: Roles::ROOT_ADMIN;
        dynamicscalingenabled: Boolean, "True if guests may be scaled while they run.", since: "4.21.0";
        additionalconfigenabled: Boolean, "True if users may give more hypervisor configuration.", since: "4.20.2";
        vpncustomergatewayparameters: Map, "Which parameters of customer gateways are excluded or obsolete.";
    }

    Capacity, "How much of one kind of capacity there is." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        r#type: Integer, "Number of the kind of capacity.";
        name: Text, "Name of the kind of capacity.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        podid: Text, "Id of the pod it is in.";
        podname: Text, "Name of the pod it is in.";
        clusterid: Text, "Id of the cluster it is in.";
        clustername: Text, "Name of the cluster it is in.";
        capacityallocated: Long, "How much is given out.";
        capacityused: Long, "How much is in use.";
        capacitytotal: Long, "How much there is.";
        percentused: Text, "How much is in use, in per cent.";
        tag: Text, "Tag the number is for.", since: "4.20.0";
    }

    CloudIdentifier, "A name by which the cloud can be told from others." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        userid: Text, "Id of the user.";
        cloudidentifier: Text, "The name: an id made at the first start.";
        signature: Text, "The name, signed.";
    }

    Configuration, "A setting." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        category: Text, "Category of the setting.";
        group: Text, "Name of the group it is sorted into.", since: "4.18.0";
        subgroup: Text, "Group within the group.", since: "4.18.0";
        name: Text, "Name of the setting.";
        value: Text, "Its value.";
        defaultvalue: Text, "Value if nobody set one.", since: "4.18.0";
        scope: Text, "What it can be set for: `Global`, `Zone`, `Cluster` …";
        id: Long, "Id of the setting.";
        description: Text, "What it is, in words.";
        isdynamic: Boolean, "True if a change takes effect at once.";
        component: Text, "Part of the system the setting belongs to.", since: "4.18.0";
        parent: Text, "Name of the setting above.", since: "4.18.0";
        displaytext: Text, "A description to show.", since: "4.18.0";
        r#type: Text, "What kind it is.", since: "4.18.0";
        options: Text, "Values to choose from, with commas between them.", since: "4.18.0";
    }

    ConfigurationGroup, "A group of settings." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        name: Text, "Name of the group.";
        subgroup: Objects<ConfigurationSubGroup>, "Group within the group.";
        description: Text, "What it is, in words.";
        precedence: Long, "Position in lists.";
    }

    ConfigurationSubGroup, "A group of settings inside another." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        name: Text, "Name of the configuration sub group.";
        precedence: Long, "Position in lists.";
    }

    CustomCertificate, "The outcome of setting a certificate." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        message: Text, "What came of it, in words.";
    }

    Event, "An event." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the event.";
        username: Text, "Name of the user.";
        r#type: Text, "What kind it is.";
        level: Text, "`INFO`, `WARN` or `ERROR`.";
        description: Text, "What it is, in words.";
        account: Text, "Name of the account in whose name it happened.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        resourceid: Text, "Id of the resource.", since: "4.17.0";
        resourcetype: Text, "Type of the resource.", since: "4.17.0";
        resourcename: Text, "Name of the resource.", since: "4.17.0";
        created: Date, "When it happened.";
        state: Text, "State it is in.";
        parentid: Text, "Id of the event it began with.";
        archived: Boolean, "True if it is archived.";
    }

    EventType, "A type of event." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        name: Text, "Name of the event type.";
    }

    Infrastructure, "How many parts the cloud is built from." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        zones: Integer, "How many zones.";
        pods: Integer, "How many pods.";
        clusters: Integer, "How many clusters.";
        hosts: Integer, "How many hosts.";
        storagepools: Integer, "How many primary storages.";
        imagestores: Integer, "How many secondary storages.";
        backuprepositories: Integer, "How many backup repositories.", since: "4.22.0";
        objectstores: Integer, "How many object stores.";
        systemvms: Integer, "How many system guests.";
        routers: Integer, "How many routers.";
        ilbvms: Integer, "How many guests of internal load balancers.";
        cpusockets: Integer, "How many CPU sockets.";
        managementservers: Integer, "How many management servers.";
        alerts: Integer, "How many alerts.";
    }

    ManagementServer, "A management server." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the management server.";
        name: Text, "Name of the management server.";
        state: Text, "State it is in.";
        version: Text, "Version of its software.";
        javadistribution: Text, "Java it runs on.";
        javaversion: Text, "Version of the Java it runs on.";
        osdistribution: Text, "OS it runs on.";
        lastserverstart: Date, "When it was last started.";
        lastserverstop: Date, "When it was last stopped.";
        lastboottime: Date, "When its machine was booted.";
        kernelversion: Text, "Version of the kernel it runs on.";
        serviceip: Text, "Address it answers at.";
        ipaddress: Text, "IPv4 address.";
        peers: Text, "Other servers it is connected to.";
        lastagents: TextList, "Hosts that were connected to it last.", since: "4.21.0.0";
        agents: TextList, "Hosts connected to it.", since: "4.21.0.0";
        agentscount: Long, "How many hosts are connected to it.", since: "4.21.0.0";
        pendingjobscount: Long, "How many jobs are not done.", since: "4.21.0.0";
    }

    ManagementServerMaintenance, "Whether a management server can be stopped." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        managementserverid: Text, "Id of its management server.";
        state: Text, "State it is in.";
        maintenanceinitiated: Boolean, "True if it is being emptied.";
        shutdowntriggered: Boolean, "True if it stops once its jobs are done.";
        readyforshutdown: Boolean, "True if it can be stopped.";
        pendingjobscount: Long, "How many jobs are not done.";
        agentscount: Long, "How many hosts are connected to it.";
        agents: TextList, "Hosts connected to it.";
    }

    ResourceCount, "How much of a resource is in use." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        resourcetype: Text, "Number of the resource type.";
        resourcetypename: Text, "Name of the resource type.";
        resourcecount: Long, "How much is in use.";
        tag: Text, "Tag the number is for.", since: "4.20.0";
    }

    ResourceLimit, "How much of a resource may be used." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        account: Text, "Name of the account it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        resourcetype: Text, "Number of the resource type.";
        resourcetypename: Text, "Name of the resource type.";
        max: Long, "How many, or GiB of storage and MiB of memory; -1 for no limit.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        tag: Text, "Tag the number is for.", since: "4.20.0";
    }

    ResourceTag, "A tag of a resource." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        key: Text, "Key of the tag.";
        value: Text, "Its value.";
        resourcetype: Text, "Type of the resource.";
        resourceid: Text, "Id of the resource.";
        account: Text, "Name of the account the resource belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        customer: Text, "Customer name the tag is marked with.";
    }

    Success, "Whether it was done." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        success: Boolean, "True if it was done.";
        displaytext: Text, "A description to show.";
    }

    TrafficMonitor, "A device that measures traffic." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the traffic monitor.";
        zoneid: Text, "Id of the zone it is in.";
        ipaddress: Text, "IPv4 address.";
        numretries: Text, "Times a failed call is made again.";
        timeout: Text, "Seconds it may take.";
    }

    UsageRecord, "What somebody used in a span of time." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        tags: Objects<ResourceTag>, "Its tags.";
        account: Text, "Name of the account it belongs to.";
        accountid: Text, "Id of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        zoneid: Text, "Id of the zone it is in.";
        description: Text, "What it is, in words.";
        usage: Text, "How much, with its unit.";
        usagetype: Integer, "Number of the usage type.";
        rawusage: Text, "How much, as a number.";
        virtualmachineid: Text, "Id of the guest.";
        name: Text, "Name of the record.";
        offeringid: Text, "Id of the offering that was used.";
        templateid: Text, "Id of its template.";
        ostypeid: Text, "Id of the OS.";
        osdisplayname: Text, "Name of the OS.";
        oscategoryid: Text, "Id of the OS family.";
        oscategoryname: Text, "Name of the OS family.";
        usageid: Text, "Id of what was used.";
        r#type: Text, "What kind it is.";
        size: Long, "Size in bytes of what was used.";
        virtualsize: Long, "Size the guest sees, in bytes.";
        cpunumber: Long, "How many CPUs.";
        cpuspeed: Long, "Speed of each CPU, in MHz.";
        memory: Long, "Memory in MiB.";
        startdate: Date, "When it begins.";
        enddate: Date, "When it ends.";
        issourcenat: Boolean, "True if it is used for source NAT.";
        issystem: Boolean, "True if it is the system's own.";
        networkid: Text, "Id of its network.";
        isdefault: Boolean, "True for the default one.";
        vpcid: Text, "Id of its VPC.";
    }

    UsageType, "Something that is measured." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Integer, "Id of the usage type.";
        name: Text, "Name of the usage type.";
        description: Text, "What it is, in words.";
        usagetypeid: Integer, "Number of the usage type.";
    }
}
