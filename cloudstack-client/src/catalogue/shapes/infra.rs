//! Zones down to hosts, routers and system guests as answered.

shapes! {
    Cluster, "A cluster of hosts." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the cluster.";
        name: Text, "Name of the cluster.";
        podid: Text, "Id of the pod it is in.";
        podname: Text, "Name of the pod it is in.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        hypervisortype: Text, "Hypervisor of its hosts.";
        clustertype: Text, "`CloudManaged` or `ExternalManaged`.";
        allocationstate: Text, "`Enabled` or `Disabled`; nothing new is placed where it is disabled.";
        managedstate: Text, "`Managed` or `Unmanaged`.";
        capacity: Objects<Capacity>, "Capacities of all kinds.";
        cpuovercommitratio: Text, "How often CPU may be given out.";
        memoryovercommitratio: Text, "How often memory may be given out.";
        ovm3vip: Text, "Virtual address of the OVM 3 pool.";
        resourcedetails: Map, "Details kept with it.";
        arch: Text, "CPU architecture.", since: "4.20";
        storageaccessgroups: Text, "Groups that tie hosts to storages, with commas between them.", since: "4.21.0";
        podstorageaccessgroups: Text, "Storage access groups of its pod.", since: "4.21.0";
        zonestorageaccessgroups: Text, "Storage access groups of its zone.", since: "4.21.0";
        extensionid: Text, "Id of its extension.", since: "4.21.0";
        extensionname: Text, "Name of its extension.", since: "4.21.0";
    }

    DedicatedCluster, "A cluster that serves one domain or account alone." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the dedication.";
        clusterid: Text, "Id of the cluster.";
        clustername: Text, "Name of the cluster.";
        domainid: Text, "Id of the domain it serves.";
        accountid: Text, "Id of the one account it serves.";
        affinitygroupid: Text, "Id of the affinity group that leads guests to it.";
    }

    DedicatedHost, "A host that serves one domain or account alone." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the dedication.";
        hostid: Text, "Id of the host.";
        hostname: Text, "Name of the host.";
        domainid: Text, "Id of the domain it serves.";
        accountid: Text, "Id of the one account it serves.";
        affinitygroupid: Text, "Id of the affinity group that leads guests to it.";
    }

    DedicatedPod, "A pod that serves one domain or account alone." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the dedication.";
        podid: Text, "Id of the pod.";
        podname: Text, "Name of the pod.";
        domainid: Text, "Id of the domain it serves.";
        accountid: Text, "Id of the one account it serves.";
        affinitygroupid: Text, "Id of the affinity group that leads guests to it.";
    }

    DedicatedZone, "A zone that serves one domain or account alone." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the dedication.";
        zoneid: Text, "Id of the zone.";
        zonename: Text, "Name of the zone.";
        domainid: Text, "Id of the domain it serves.";
        accountid: Text, "Id of the one account it serves.";
        affinitygroupid: Text, "Id of the affinity group that leads guests to it.";
    }

    Extension, "An extension for machines that an outside program runs." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the extension.";
        name: Text, "Name of the extension.";
        description: Text, "What it is, in words.";
        r#type: Text, "What kind it is.";
        path: Text, "Path of the program.";
        pathready: Boolean, "True if the program is there on all servers.";
        isuserdefined: Boolean, "True if an administrator added it.";
        orchestratorrequirespreparevm: Boolean, "True if the extension is asked before a guest is deployed.";
        state: Text, "State it is in.";
        details: Map, "Details kept with it.";
        resources: Objects<ExtensionResource>, "What it is registered with.";
        created: Date, "When it was made.";
        removed: Date, "When it was deleted.";
        reservedresourcedetails: Text, "Names of details that are kept for the extension.", since: "4.22.1";
    }

    ExtensionCustomAction, "An action of an extension." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the action.";
        name: Text, "Name of the action.";
        description: Text, "What it is, in words.";
        extensionid: Text, "Id of its extension.";
        extensionname: Text, "Name of its extension.";
        resourcetype: Text, "Type of the resource.";
        allowedroletypes: TextList, "Role types that may run it.";
        successmessage: Text, "What is said once it is done.";
        errormessage: Text, "What is said if it fails.";
        timeout: Integer, "Seconds it may take.";
        enabled: Boolean, "True if it is enabled.";
        details: Map, "Details kept with it.";
        parameters: Objects<ExtensionCustomActionParameter>, "What the action can be given.";
        created: Date, "When it was made.";
    }

    ExtensionCustomActionParameter, "What an action of an extension can be given." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        name: Text, "Name of the parameter.";
        r#type: Text, "What kind it is.";
        validationformat: Text, "What its value must look like.";
        valueoptions: Objects, "Values to choose from.";
        required: Boolean, "True if it must be given.";
    }

    ExtensionResource, "Something an extension is registered with." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the resource.";
        name: Text, "Name of the resource.";
        r#type: Text, "What kind it is.";
        details: Map, "Details kept with it.";
        created: Date, "When it was made.";
    }

    Gpu, "A group of GPUs of a host." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        gpugroupname: Text, "Name of the group.";
        vgpu: Objects<Vgpu>, "Types of virtual GPU of the group.";
    }

    Host, "A host with its state and load." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the host.";
        name: Text, "Name of the host.";
        state: Text, "State it is in.";
        disconnected: Date, "When the connection was lost.";
        r#type: Text, "What kind it is.";
        oscategoryid: Text, "Id of the OS family.";
        oscategoryname: Text, "Name of the OS family.";
        guestosrule: Text, "Rule by which guests of an OS are kept to the host.";
        ipaddress: Text, "IPv4 address.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        podid: Text, "Id of the pod it is in.";
        podname: Text, "Name of the pod it is in.";
        version: Text, "Version of its software.";
        hypervisor: Text, "Hypervisor, such as `KVM`.";
        cpusockets: Integer, "How many CPU sockets.";
        cpunumber: Integer, "How many CPUs.";
        cpuspeed: Long, "Speed of each CPU, in MHz.";
        cpuallocated: Text, "CPU given out, in per cent.";
        cpuallocatedvalue: Long, "CPU given out, in MHz.";
        cpuallocatedpercentage: Text, "CPU given out, in per cent.";
        cpuallocatedwithoverprovisioning: Text, "CPU given out of what over-commit allows, in per cent.";
        cpuused: Text, "CPU in use, in per cent.";
        cpuwithoverprovisioning: Text, "CPU with over-commit, in MHz.";
        cpuloadaverage: Decimal, "Load average of the last minute.";
        networkkbsread: Long, "KiB received so far.";
        networkkbswrite: Long, "KiB sent so far.";
        memorytotal: Long, "Memory there is, in bytes.";
        memorywithoverprovisioning: Text, "Memory with over-commit, in bytes.";
        memoryallocated: Long, "Memory given out, in bytes.";
        memoryallocatedpercentage: Text, "Memory given out, in per cent.";
        memoryallocatedbytes: Long, "Memory given out, in bytes.";
        memoryused: Long, "Memory in use, in bytes.";
        gputotal: Long, "How many GPUs there are.", since: "4.21";
        gpuused: Long, "How many GPUs are in use.", since: "4.21";
        gpugroup: Objects<Gpu>, "Groups of GPUs.", since: "4.4";
        disksizetotal: Long, "Bytes there are.";
        disksizeallocated: Long, "Bytes given out.";
        capabilities: Text, "What the host's hypervisor can do.";
        lastpinged: Date, "When it was last heard of.";
        virtualmachineid: Text, "Id of the guest.", since: "4.21.0";
        msid: Long, "Number of the management server it is connected to.";
        managementserverid: Text, "Id of its management server.";
        managementservername: Text, "Name of its management server.", since: "4.21.0";
        clusterid: Text, "Id of the cluster it is in.";
        clustername: Text, "Name of the cluster it is in.";
        clustertype: Text, "`CloudManaged` or `ExternalManaged`.";
        islocalstorageactive: Boolean, "True if the host's own storage is in use.";
        created: Date, "When it was made.";
        removed: Date, "When it was deleted.";
        events: Text, "What can happen next to the host.";
        hosttags: Text, "Tags of hosts, with commas between them.";
        explicithosttags: Text, "Tags that were given to the host.", since: "4.20.0";
        implicithosttags: Text, "Tags the host gave itself.", since: "4.20.0";
        istagarule: Boolean, "True if the tags are a rule in JavaScript.";
        hasenoughcapacity: Boolean, "True if the host has room for the guest.";
        suitableformigration: Boolean, "True if it suits what is to be moved.";
        hostha: Object<HostHa>, "How its own high availability is set up.";
        outofbandmanagement: Object<OutOfBandManagement>, "How the host's power is managed.";
        resourcestate: Text, "State of the host: `Enabled`, `Disabled`, `Maintenance` …";
        hypervisorversion: Text, "Version of the hypervisor.";
        hahost: Boolean, "True if the host is kept free for restarts.";
        details: Map, "Details kept with it.", since: "4.5";
        annotation: Text, "Last remark on it.", since: "4.11";
        lastannotated: Date, "When the last remark was made.", since: "4.11";
        username: Text, "Name of the user.", since: "4.11";
        ueficapability: Boolean, "True if guests can boot by UEFI.";
        encryptionsupported: Boolean, "True if the host can encrypt volumes.", since: "4.18";
        instanceconversionsupported: Boolean, "True if the host can convert guests of other hypervisors.", since: "4.19.1";
        arch: Text, "CPU architecture.", since: "4.20";
        storageaccessgroups: Text, "Groups that tie hosts to storages, with commas between them.", since: "4.21.0";
        clusterstorageaccessgroups: Text, "Storage access groups of its cluster.", since: "4.21.0";
        podstorageaccessgroups: Text, "Storage access groups of its pod.", since: "4.21.0";
        zonestorageaccessgroups: Text, "Storage access groups of its zone.", since: "4.21.0";
        extensionid: Text, "Id of its extension.", since: "4.21.0";
        extensionname: Text, "Name of its extension.", since: "4.21.0";
        averageload: Long, "Load of the host, in per cent.";
    }

    HostHa, "How a host's own high availability is set up." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hostid: Text, "Id of the host it is on.";
        haenable: Boolean, "True if it is turned on.";
        hastate: Text, "State it is in.";
        haprovider: Text, "Who provides it.";
        status: Boolean, "State it is in.";
    }

    HypervisorCapabilities, "What a version of a hypervisor can do." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the hypervisor version.";
        hypervisorversion: Text, "Version of the hypervisor.";
        hypervisor: Text, "Hypervisor, such as `KVM`.";
        maxguestslimit: Long, "Guests a host runs at most.";
        securitygroupenabled: Boolean, "True if guests are filtered by security groups.";
        maxdatavolumeslimit: Integer, "Data volumes a guest has at most.";
        maxhostspercluster: Integer, "Hosts a cluster has at most.";
        storagemotionenabled: Boolean, "True if disks can move while their guest runs.";
        vmsnapshotenabled: Boolean, "True if guests can be snapshotted with their memory.";
    }

    IpRange, "A range of private addresses of a pod." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        gateway: Text, "Address of the gateway.";
        cidr: Text, "Range of IPv4 addresses.";
        startip: Text, "First address of the range.";
        endip: Text, "Last address of the range.";
        forsystemvms: Text, "True if it is for system guests.";
        vlanid: Text, "Id of the range it is in.";
    }

    NetworkDevice, "A physical network device." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the network device.";
    }

    OutOfBandManagement, "How a host's power is managed." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hostid: Text, "Id of the host it is on.";
        powerstate: Text, "`On`, `Off` or `Unknown`.";
        enabled: Boolean, "True if it is enabled.";
        driver: Text, "Driver of the power controller.";
        address: Text, "Address of the power controller.";
        port: Text, "Port it answers at.";
        username: Text, "Name of the user.";
        password: Text, "Password to log in there.", secret: true;
        action: Text, "What was last asked for.";
        description: Text, "What it is, in words.";
        status: Boolean, "State it is in.";
    }

    Pod, "A pod of a zone." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the pod.";
        name: Text, "Name of the pod.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        gateway: Text, "Address of the gateway.";
        netmask: Text, "Netmask of its network.";
        ipranges: Objects<IpRange>, "Ranges of private addresses.", since: "4.16.0";
        startip: TextList, "First address of the range.";
        endip: TextList, "Last address of the range.";
        forsystemvms: TextList, "True if it is for system guests.";
        vlanid: TextList, "Id of the range it is in.";
        allocationstate: Text, "`Enabled` or `Disabled`; nothing new is placed where it is disabled.";
        capacity: Objects<Capacity>, "Capacities of all kinds.";
        storageaccessgroups: Text, "Groups that tie hosts to storages, with commas between them.", since: "4.21.0";
        zonestorageaccessgroups: Text, "Storage access groups of its zone.", since: "4.21.0";
    }

    Region, "A region." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Integer, "Id of the region.";
        name: Text, "Name of the region.";
        endpoint: Text, "URL under which it is called.";
        gslbserviceenabled: Boolean, "True if load is balanced over regions.";
        portableipserviceenabled: Boolean, "True if it has portable addresses.";
    }

    Router, "A virtual router." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the router.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        dns1: Text, "First DNS server.";
        dns2: Text, "Second DNS server.";
        ip6dns1: Text, "First IPv6 DNS server.";
        ip6dns2: Text, "Second IPv6 DNS server.";
        networkdomain: Text, "Domain part of its guests' names.";
        gateway: Text, "Address of the gateway.";
        name: Text, "Name of the router.";
        podid: Text, "Id of the pod it is in.";
        podname: Text, "Name of the pod it is in.", since: "4.13.2";
        hostid: Text, "Id of the host it is on.";
        hostname: Text, "Name of the host it is on.";
        hostcontrolstate: Text, "State of its host as far as work on it goes: `Enabled`, `Maintenance` …";
        hypervisor: Text, "Hypervisor, such as `KVM`.";
        linklocalip: Text, "Address for its host alone.";
        linklocalmacaddress: Text, "MAC address for its host alone.";
        linklocalnetmask: Text, "Netmask of the network with its host.";
        linklocalnetworkid: Text, "Id of the network with its host.";
        publicip: Text, "Public address.";
        publicmacaddress: Text, "MAC address in the public network.";
        publicnetmask: Text, "Netmask of the public network.";
        publicnetworkid: Text, "Id of the public network.";
        guestipaddress: Text, "Address in the guest network.";
        guestmacaddress: Text, "MAC address in the guest network.";
        guestnetmask: Text, "Netmask of the guest network.";
        guestnetworkid: Text, "Id of the guest network.";
        guestnetworkname: Text, "Name of the guest network.";
        templateid: Text, "Id of its template.";
        templatename: Text, "Name of its template.", since: "4.13.2";
        created: Date, "When it was made.";
        state: Text, "State it is in.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        serviceofferingid: Text, "Id of its service offering.";
        serviceofferingname: Text, "Name of its service offering.";
        isredundantrouter: Boolean, "True if it is one of two.";
        redundantstate: Text, "Whether it is the one at work: `PRIMARY`, `BACKUP` …";
        version: Text, "Version of its software.";
        scriptsversion: Text, "Version of its scripts.";
        vpcid: Text, "Id of its VPC.";
        vpcname: Text, "Name of its VPC.";
        role: Text, "What it is, such as `VIRTUAL_ROUTER`.";
        nic: Objects<Nic>, "Its network cards.", since: "4.0";
        requiresupgrade: Boolean, "True if it is older than the management server.";
        healthchecksfailed: Boolean, "True if a health check failed.";
        healthcheckresults: Objects<RouterHealthCheckResult>, "What the last health checks found.", since: "4.14";
        softwareversion: Text, "Version of its software.";
        arch: Text, "CPU architecture.", since: "4.20.1";
        templateversion: Text, "Version of its template.";
    }

    RouterHealthCheckResult, "What one health check of a router found." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        checkname: Text, "Name of the check.";
        checktype: Text, "`basic` or `advanced`.";
        success: Boolean, "True if the check passed.";
        status: Text, "State it is in.";
        lastupdated: Date, "When it last changed.";
        details: Text, "Details kept with it.";
    }

    RouterHealthChecks, "What all health checks of a router found." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        routerid: Text, "Id of the router.";
        healthchecks: Objects<RouterHealthCheckResult>, "What each check found.";
    }

    SystemVm, "A system guest." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the system guest.";
        systemvmtype: Text, "`consoleproxy` or `secondarystoragevm`.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        dns1: Text, "First DNS server.";
        dns2: Text, "Second DNS server.";
        networkdomain: Text, "Domain part of its guests' names.";
        gateway: Text, "Address of the gateway.";
        name: Text, "Name of the system guest.";
        podid: Text, "Id of the pod it is in.";
        podname: Text, "Name of the pod it is in.", since: "4.13.2";
        hostid: Text, "Id of the host it is on.";
        hostname: Text, "Name of the host it is on.";
        hostcontrolstate: Text, "State of its host as far as work on it goes: `Enabled`, `Maintenance` …";
        hypervisor: Text, "Hypervisor, such as `KVM`.";
        privateip: Text, "Address in the private network.";
        privatemacaddress: Text, "MAC address in the private network.";
        privatenetmask: Text, "Netmask of the private network.";
        linklocalip: Text, "Address for its host alone.";
        linklocalmacaddress: Text, "MAC address for its host alone.";
        linklocalnetmask: Text, "Netmask of the network with its host.";
        publicip: Text, "Public address.";
        publicmacaddress: Text, "MAC address in the public network.";
        publicnetmask: Text, "Netmask of the public network.";
        storageip: Text, "Address in the storage network.";
        templateid: Text, "Id of its template.";
        templatename: Text, "Name of its template.", since: "4.13.2";
        created: Date, "When it was made.";
        state: Text, "State it is in.";
        agentstate: Text, "State of the connection to it.", since: "4.13.1";
        activeviewersessions: Integer, "Console sessions that are open.";
        guestvlan: Text, "VLAN of the guest network.";
        publicvlan: TextList, "VLANs of the public network.";
        disconnected: Date, "When the connection was lost.", since: "4.13.1";
        version: Text, "Version of its software.", since: "4.13.1";
        isdynamicallyscalable: Boolean, "True if it can be scaled while it runs.";
        serviceofferingid: Text, "Id of its service offering.";
        serviceofferingname: Text, "Name of its service offering.";
        arch: Text, "CPU architecture.", since: "4.20.1";
    }

    Vgpu, "A type of virtual GPU of a host." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        vgputype: Text, "Name of the type.";
        videoram: Long, "Memory of the graphics card, in MiB.";
        maxheads: Long, "Displays at most.";
        maxresolutionx: Long, "Widest picture, in pixels.";
        maxresolutiony: Long, "Highest picture, in pixels.";
        maxvgpuperpgpu: Long, "How many of this type one GPU has at most.";
        remainingcapacity: Long, "How many more guests of this type fit.";
        maxcapacity: Long, "How many of this type the group has at most.";
    }

    VirtualRouterElement, "The virtual routers of a physical network." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the router element.";
        nspid: Text, "Id of the network service provider.";
        enabled: Boolean, "True if it is enabled.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
    }

    Zone, "A zone." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the zone.";
        name: Text, "Name of the zone.";
        description: Text, "What it is, in words.";
        dns1: Text, "First DNS server.";
        dns2: Text, "Second DNS server.";
        ip6dns1: Text, "First IPv6 DNS server.";
        ip6dns2: Text, "Second IPv6 DNS server.";
        internaldns1: Text, "First DNS server for hosts and system guests.";
        internaldns2: Text, "Second DNS server for hosts and system guests.";
        guestcidraddress: Text, "Default range of addresses of guest networks.";
        displaytext: Text, "A description to show.";
        domain: Text, "Name of the domain it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domainname: Text, "Name of the domain it is kept for.";
        networktype: Text, "`Basic` or `Advanced`.";
        securitygroupsenabled: Boolean, "True if guests are filtered by security groups.";
        gputotal: Long, "How many GPUs there are.", since: "4.21";
        gpuused: Long, "How many GPUs are in use.", since: "4.21";
        allocationstate: Text, "`Enabled` or `Disabled`; nothing new is placed where it is disabled.";
        zonetoken: Text, "Token of the zone.";
        dhcpprovider: Text, "Name of the provider that answers DHCP.";
        capacity: Objects<Capacity>, "Capacities of all kinds.";
        localstorageenabled: Boolean, "True if guests may use storage of their hosts.";
        tags: Objects<ResourceTag>, "Its tags.", since: "4.3";
        resourcedetails: Map, "Details kept with it.", since: "4.3.0";
        icon: Object<ResourceIcon>, "Its icon.", since: "4.16.0.0";
        allowuserspecifyvrmtu: Boolean, "True if users may choose MTUs.", since: "4.18.0";
        routerprivateinterfacemaxmtu: Integer, "Largest MTU of routers inside, in bytes.", since: "4.18.0";
        routerpublicinterfacemaxmtu: Integer, "Largest MTU of routers outside, in bytes.", since: "4.18.0";
        r#type: Text, "What kind it is.", since: "4.18.0";
        isnsxenabled: Boolean, "True if NSX is in use.", since: "4.20.0";
        provider: Text, "Name of its provider.", since: "4.21.0";
        ismultiarch: Boolean, "True if hosts of more than one architecture are there.", since: "4.20";
        asnrange: Text, "Ranges of AS numbers.";
        routedmodeenabled: Boolean, "True if networks can be routed without NAT.", since: "4.20.1";
        storageaccessgroups: Text, "Groups that tie hosts to storages, with commas between them.", since: "4.21.0";
        vlan: Text, "VLAN id.";
        status: Text, "State it is in.";
    }
}
