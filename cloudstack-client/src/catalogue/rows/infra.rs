//! Zones, pods, clusters and hosts.

commands! { ROWS:
    AddCluster("addCluster"): List<Cluster> in "cluster" for ROOT_ADMIN,
        "Adds a cluster to a pod.";
    need {
        clustername: Text, "Name of the cluster.";
        podid: Uuid, "Id of the pod.", of: "Pod";
        zoneid: Uuid, "Id of the zone.", of: "Zone";
        hypervisor: Text, "Hypervisor, such as `KVM`, `XenServer`, `VMware` or `Simulator`.";
        clustertype: Text, "`CloudManaged` or `ExternalManaged`.";
    }
    may {
        password: Text, "Password by which hosts are reached.", secret: true;
        url: Text, "URL of the cluster.";
        username: Text, "User name by which hosts are reached.";
        arch: Text, "CPU architecture: `x86_64` or `aarch64`.", since: "4.20";
        allocationstate: Text, "`Enabled` or `Disabled`; nothing new is placed where it is disabled.";
        vsmusername: Text, "User name for the supervisor module.";
        vsmpassword: Text, "Password for the supervisor module.", secret: true;
        vsmipaddress: Text, "Address of the supervisor module of the Nexus switch.";
        guestvswitchtype: Text, "Type of the virtual switch for guest traffic.";
        publicvswitchtype: Text, "Type of the virtual switch for public traffic.";
        guestvswitchname: Text, "Name of the virtual switch for guest traffic.";
        publicvswitchname: Text, "Name of the virtual switch for public traffic.";
        ovm3pool: Text, "Name of the OVM 3 pool.";
        ovm3cluster: Text, "True for an OVM 3 cluster.";
        ovm3vip: Text, "Virtual address of the OVM 3 pool.";
        storageaccessgroups: TextList, "Groups that tie hosts to storages, with commas between them.", since: "4.21.0";
        extensionid: Uuid, "Id of the extension.", of: "Extension", since: "4.21.0";
        externaldetails: Map, "Details meant for the extension, as pairs.", since: "4.21.0";
    }

    AddHost("addHost"): List<Host> in "host" for RESOURCE_ADMINS,
        "Adds a host to a cluster, reached under its URL.";
    need {
        podid: Uuid, "Id of the pod.", of: "Pod";
        url: Text, "URL of the host, such as `http://10.1.1.5`.";
        zoneid: Uuid, "Id of the zone.", of: "Zone";
        hypervisor: Text, "Hypervisor, such as `KVM`, `XenServer`, `VMware` or `Simulator`.";
    }
    may {
        clusterid: Uuid, "Id of the cluster.", of: "Cluster";
        clustername: Text, "Name of the cluster, instead of its id.";
        username: Text, "User name by which hosts are reached.";
        password: Text, "Password by which hosts are reached.", secret: true;
        allocationstate: Text, "`Enabled` or `Disabled`; nothing new is placed where it is disabled.";
        hosttags: TextList, "Tags of hosts; a guest is placed where all its offering asks for are there.";
        storageaccessgroups: TextList, "Groups that tie hosts to storages, with commas between them.", since: "4.21.0";
        externaldetails: Map, "Details meant for the extension, as pairs.", since: "4.21.0";
    }

    AddRegion("addRegion"): Sync<Region> in "region" for ROOT_ADMIN,
        "Makes another region known here.";
    need {
        id: Integer, "Number of the region.";
        name: Text, "Name of the new region.";
        endpoint: Text, "URL under which it is called.";
    }
    may {}

    CancelHostMaintenance("cancelHostMaintenance"): Async<Host> in "host" for ROOT_ADMIN,
        "Lets a host take guests again.", event: "MAINT.CANCEL";
    need {
        id: Uuid, "Id of the host.", of: "Host";
    }
    may {}

    CreatePod("createPod"): Sync<Pod> in "pod" for ROOT_ADMIN,
        "Adds a pod with its range of private addresses to a zone.", event: "POD.CREATE";
    need {
        name: Text, "Name of the new pod.";
        zoneid: Uuid, "Id of the zone.", of: "Zone";
    }
    may {
        startip: Text, "First address of the range.";
        endip: Text, "Last address of the range; the first if left out.";
        netmask: Text, "Netmask of the pod's private network.";
        gateway: Text, "Gateway of the pod's private network.";
        allocationstate: Text, "`Enabled` or `Disabled`; nothing new is placed where it is disabled.";
        storageaccessgroups: TextList, "Groups that tie hosts to storages, with commas between them.", since: "4.21.0";
    }

    CreateZone("createZone"): Sync<Zone> in "zone" for ROOT_ADMIN,
        "Adds a zone.", event: "ZONE.CREATE";
    need {
        dns1: Text, "First DNS server for guests.";
        internaldns1: Text, "First DNS server for hosts and system guests.";
        name: Text, "Name of the new zone.";
        networktype: Text, "`Basic` or `Advanced`.";
    }
    may {
        dns2: Text, "Second DNS server for guests.";
        ip6dns1: Text, "First IPv6 DNS server.";
        ip6dns2: Text, "Second IPv6 DNS server.";
        guestcidraddress: Text, "Default range of addresses of guest networks.";
        internaldns2: Text, "Second DNS server for hosts and system guests.";
        domain: Text, "Network domain that guests get by default.";
        domainid: Uuid, "Id of the domain the zone is kept for; all if left out.", of: "Domain";
        allocationstate: Text, "`Enabled` or `Disabled`; nothing new is placed where it is disabled.";
        securitygroupenabled: Boolean, "True if guests are filtered by security groups.";
        localstorageenabled: Boolean, "True if guests may use storage of their hosts.";
        isedge: Boolean, "True for a zone at the edge, without secondary storage guests.", since: "4.18.0";
        storageaccessgroups: TextList, "Groups that tie hosts to storages, with commas between them.", since: "4.21.0";
    }

    DedicateCluster("dedicateCluster"): Async<DedicatedCluster> in "dedicatedcluster" for ROOT_ADMIN,
        "Lets a cluster serve one domain or account alone.", event: "DEDICATE.RESOURCE";
    need {
        clusterid: Uuid, "Id of the cluster.", of: "Cluster";
        domainid: Uuid, "Id of the domain it serves.", of: "Domain";
    }
    may {
        account: Text, "Name of the one account of the domain that it serves.";
    }

    DedicateHost("dedicateHost"): Async<DedicatedHost> in "dedicatedhost" for ROOT_ADMIN,
        "Lets a host serve one domain or account alone.", event: "DEDICATE.RESOURCE";
    need {
        hostid: Uuid, "Id of the host.", of: "Host";
        domainid: Uuid, "Id of the domain it serves.", of: "Domain";
    }
    may {
        account: Text, "Name of the one account of the domain that it serves.";
    }

    DedicatePod("dedicatePod"): Async<DedicatedPod> in "dedicatedpod" for ROOT_ADMIN,
        "Lets a pod serve one domain or account alone.", event: "DEDICATE.RESOURCE";
    need {
        podid: Uuid, "Id of the pod.", of: "Pod";
        domainid: Uuid, "Id of the domain it serves.", of: "Domain";
    }
    may {
        account: Text, "Name of the one account of the domain that it serves.";
    }

    DedicateZone("dedicateZone"): Async<DedicatedZone> in "dedicatedzone" for ROOT_ADMIN,
        "Lets a zone serve one domain or account alone.", event: "DEDICATE.RESOURCE";
    need {
        zoneid: Uuid, "Id of the zone.", of: "Zone";
        domainid: Uuid, "Id of the domain it serves.", of: "Domain";
    }
    may {
        account: Text, "Name of the one account of the domain that it serves.";
    }

    DeleteCluster("deleteCluster"): Sync<Success> in "" for ROOT_ADMIN,
        "Deletes a cluster without hosts.";
    need {
        id: Uuid, "Id of the cluster.", of: "Cluster";
    }
    may {}

    DeleteHost("deleteHost"): Sync<Success> in "" for RESOURCE_ADMINS,
        "Deletes a host that is in maintenance, or any if forced.";
    need {
        id: Uuid, "Id of the host.", of: "Host";
    }
    may {
        forced: Boolean, "True to delete it with guests on it; they are stopped or moved.";
        forcedestroylocalstorage: Boolean, "True to destroy local storage with the guests on it.";
    }

    DeletePod("deletePod"): Sync<Success> in "" for ROOT_ADMIN,
        "Deletes a pod without clusters.", event: "POD.DELETE";
    need {
        id: Uuid, "Id of the pod.", of: "Pod";
    }
    may {}

    DeleteZone("deleteZone"): Sync<Success> in "" for ROOT_ADMIN,
        "Deletes a zone without pods and networks.", event: "ZONE.DELETE";
    need {
        id: Uuid, "Id of the zone.", of: "Zone";
    }
    may {}

    ListClusters("listClusters"): List<Cluster> in "cluster" for RESOURCE_ADMINS,
        "Lists clusters.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the cluster of this id.", of: "Cluster";
        name: Text, "Only a cluster of exactly this name.";
        podid: Uuid, "Only those in this pod.", of: "Pod";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        hypervisor: Text, "Only those of this hypervisor.";
        clustertype: Text, "Only those of this type: `CloudManaged` or `ExternalManaged`.";
        allocationstate: Text, "Only those that are `Enabled` or `Disabled`.";
        managedstate: Text, "Only those that are `Managed` or `Unmanaged`.";
        showcapacities: Boolean, "True to answer capacities too.";
        arch: Text, "Only those of this CPU architecture: `x86_64` or `aarch64`.", since: "4.20.1";
        storageaccessgroup: Text, "Only those with this storage access group.", since: "4.21.0";
    }

    ListDedicatedClusters("listDedicatedClusters"): List<DedicatedCluster> in "dedicatedcluster" for ROOT_ADMIN,
        "Lists clusters that serve one domain or account alone.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        clusterid: Uuid, "Only this cluster.", of: "Cluster";
        domainid: Uuid, "Only those that serve this domain.", of: "Domain";
        account: Text, "Only those that serve this account; needs `domainid`.";
        affinitygroupid: Uuid, "Only those of this affinity group.", of: "AffinityGroup";
    }

    ListDedicatedHosts("listDedicatedHosts"): List<DedicatedHost> in "dedicatedhost" for ROOT_ADMIN,
        "Lists hosts that serve one domain or account alone.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        hostid: Uuid, "Only this host.", of: "Host";
        domainid: Uuid, "Only those that serve this domain.", of: "Domain";
        account: Text, "Only those that serve this account; needs `domainid`.";
        affinitygroupid: Uuid, "Only those of this affinity group.", of: "AffinityGroup";
    }

    ListDedicatedPods("listDedicatedPods"): List<DedicatedPod> in "dedicatedpod" for ROOT_ADMIN,
        "Lists pods that serve one domain or account alone.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        podid: Uuid, "Only this pod.", of: "Pod";
        domainid: Uuid, "Only those that serve this domain.", of: "Domain";
        account: Text, "Only those that serve this account; needs `domainid`.";
        affinitygroupid: Uuid, "Only those of this affinity group.", of: "AffinityGroup";
    }

    ListDedicatedZones("listDedicatedZones"): List<DedicatedZone> in "dedicatedzone" for ROOT_ADMIN,
        "Lists zones that serve one domain or account alone.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        zoneid: Uuid, "Only this zone.", of: "Zone";
        domainid: Uuid, "Only those that serve this domain.", of: "Domain";
        account: Text, "Only those that serve this account; needs `domainid`.";
        affinitygroupid: Uuid, "Only those of this affinity group.", of: "AffinityGroup";
    }

    ListHosts("listHosts"): List<Host> in "host" for RESOURCE_ADMINS,
        "Lists hosts with their state and load.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        clusterid: Uuid, "Only those in this cluster.", of: "Cluster";
        id: Uuid, "Only the host of this id.", of: "Host";
        name: Text, "Only a host of exactly this name.";
        podid: Uuid, "Only those in this pod.", of: "Pod";
        state: Text, "Only those in this state.";
        r#type: Text, "Only hosts of this type, such as `Routing`.";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        virtualmachineid: Uuid, "Only hosts that this guest can move to.", of: "VirtualMachine";
        outofbandmanagementenabled: Boolean, "Only hosts whose power is, or is not, managed.";
        outofbandmanagementpowerstate: Text, "Only hosts in this power state: `On`, `Off` or `Unknown`.";
        resourcestate: Text, "Only hosts in this state: `Enabled`, `Disabled`, `Maintenance` …";
        details: TextList, "Which details to answer: `all`, `min`, `capacity`, `events`, `stats`.";
        hahost: Boolean, "Only hosts that are, or are not, kept free for restarts.";
        hypervisor: Text, "Only those of this hypervisor.";
        managementserverid: Uuid, "Only those of this management server.", of: "ManagementServer", since: "4.21.0";
        arch: Text, "Only those of this CPU architecture: `x86_64` or `aarch64`.", since: "4.20.1";
        storageaccessgroup: Text, "Only those with this storage access group.", since: "4.21.0";
        version: Text, "Only those of this version.", since: "4.20.3";
    }

    ListHypervisorCapabilities("listHypervisorCapabilities"): List<HypervisorCapabilities> in "hypervisorCapabilities" for ROOT_ADMIN,
        "Lists what each version of a hypervisor can do.", since: "3.0.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the hypervisor version of this id.", of: "HypervisorCapabilities";
        hypervisor: Text, "Only those of this hypervisor.";
    }

    ListPods("listPods"): List<Pod> in "pod" for RESOURCE_ADMINS,
        "Lists pods.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the pod of this id.", of: "Pod";
        name: Text, "Only a pod of exactly this name.";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        allocationstate: Text, "Only those that are `Enabled` or `Disabled`.";
        showcapacities: Boolean, "True to answer capacities too.";
        storageaccessgroup: Text, "Only those with this storage access group.", since: "4.21.0";
    }

    ListRegions("listRegions"): List<Region> in "region" for ANYONE,
        "Lists regions.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Integer, "Only the region of this number.";
        name: Text, "Only a region of exactly this name.";
    }

    ListZones("listZones"): List<Zone> in "zone" for ANYONE,
        "Lists zones.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the zone of this id.", of: "Zone";
        ids: UuidList, "Only those of these ids; excludes `id`.", of: "Zone", since: "4.19.0";
        available: Boolean, "True for zones that guests can be deployed in.";
        domainid: Uuid, "Only those of this domain.", of: "Domain";
        name: Text, "Only a zone of exactly this name.";
        networktype: Text, "Only zones of this type: `Basic` or `Advanced`.";
        showcapacities: Boolean, "True to answer capacities too.";
        tags: Map, "Only those with all these tags: pairs of `key` and `value`.", since: "4.3";
        showicon: Boolean, "True to answer icons too.";
        storageaccessgroup: Text, "Only those with this storage access group.", since: "4.21.0";
    }

    PrepareHostForMaintenance("prepareHostForMaintenance"): Async<Host> in "host" for ROOT_ADMIN,
        "Moves all guests off a host and keeps new ones away.", event: "MAINT.PREPARE";
    need {
        id: Uuid, "Id of the host.", of: "Host";
    }
    may {}

    ReconnectHost("reconnectHost"): Async<Host> in "host" for ROOT_ADMIN,
        "Drops the connection to a host and makes it anew.", event: "HOST.RECONNECT";
    need {
        id: Uuid, "Id of the host.", of: "Host";
    }
    may {}

    ReleaseDedicatedCluster("releaseDedicatedCluster"): Async<Success> in "" for ROOT_ADMIN,
        "Lets a dedicated cluster serve everybody again.", event: "DEDICATE.RESOURCE.RELEASE";
    need {
        clusterid: Uuid, "Id of the cluster.", of: "Cluster";
    }
    may {}

    ReleaseDedicatedHost("releaseDedicatedHost"): Async<Success> in "" for ROOT_ADMIN,
        "Lets a dedicated host serve everybody again.", event: "DEDICATE.RESOURCE.RELEASE";
    need {
        hostid: Uuid, "Id of the host.", of: "Host";
    }
    may {}

    ReleaseDedicatedPod("releaseDedicatedPod"): Async<Success> in "" for ROOT_ADMIN,
        "Lets a dedicated pod serve everybody again.", event: "DEDICATE.RESOURCE.RELEASE";
    need {
        podid: Uuid, "Id of the pod.", of: "Pod";
    }
    may {}

    ReleaseDedicatedZone("releaseDedicatedZone"): Async<Success> in "" for ROOT_ADMIN,
        "Lets a dedicated zone serve everybody again.", event: "DEDICATE.RESOURCE.RELEASE";
    need {
        zoneid: Uuid, "Id of the zone.", of: "Zone";
    }
    may {}

    RemoveRegion("removeRegion"): Sync<Success> in "" for ROOT_ADMIN,
        "Forgets another region.";
    need {
        id: Integer, "Number of the region.";
    }
    may {}

    UpdateCluster("updateCluster"): Sync<Cluster> in "cluster" for ROOT_ADMIN,
        "Changes the name, kind or state of a cluster.";
    need {
        id: Uuid, "Id of the cluster.", of: "Cluster";
    }
    may {
        clustername: Text, "Name of the cluster.";
        hypervisor: Text, "Hypervisor, such as `KVM`, `XenServer`, `VMware` or `Simulator`.";
        clustertype: Text, "`CloudManaged` or `ExternalManaged`.";
        allocationstate: Text, "`Enabled` or `Disabled`; nothing new is placed where it is disabled.";
        managedstate: Text, "`Managed` or `Unmanaged`.";
        arch: Text, "CPU architecture: `x86_64` or `aarch64`.", since: "4.20";
        externaldetails: Map, "Details meant for the extension, as pairs.", since: "4.21.0";
    }

    UpdateHost("updateHost"): Sync<Host> in "host" for ROOT_ADMIN,
        "Changes the state, tags, URL or OS preference of a host.";
    need {
        id: Uuid, "Id of the host.", of: "Host";
    }
    may {
        name: Text, "New name of the host.", since: "4.15", roles: Roles::ROOT_ADMIN;
        oscategoryid: Uuid, "Id of the OS family the host prefers.", of: "OsCategory";
        guestosrule: Text, "Rule by which guests of an OS are kept to the host.";
        allocationstate: Text, "`Enabled` or `Disabled`; nothing new is placed where it is disabled.";
        hosttags: TextList, "Tags of hosts; a guest is placed where all its offering asks for are there.";
        istagarule: Boolean, "True if the tags are a rule in JavaScript.";
        url: Text, "URL of the host, such as `http://10.1.1.5`.";
        annotation: Text, "A remark on the host for other administrators.", since: "4.11", roles: Roles::ROOT_ADMIN;
        externaldetails: Map, "Details meant for the extension, as pairs.", since: "4.21.0";
        cleanupexternaldetails: Boolean, "True to drop all details meant for the extension.", since: "4.22.0";
    }

    UpdateHostPassword("updateHostPassword"): Sync<Success> in "" for ROOT_ADMIN,
        "Changes the password by which a host, or all of a cluster, is reached.";
    need {
        username: Text, "User name by which hosts are reached.";
        password: Text, "New password by which hosts are reached.", secret: true;
    }
    may {
        hostid: Uuid, "Id of the host.", of: "Host";
        clusterid: Uuid, "Id of the cluster whose hosts get the password.", of: "Cluster";
        update_passwd_on_host: Boolean, "True to change it on the hosts too.";
    }

    UpdateHypervisorCapabilities("updateHypervisorCapabilities"): Sync<HypervisorCapabilities> in "hypervisorCapabilities" for ROOT_ADMIN,
        "Changes what a version of a hypervisor is taken to be able to do.", since: "3.0.0";
    need {}
    may {
        id: Uuid, "Id of the hypervisor version.", of: "HypervisorCapabilities";
        hypervisor: Text, "Hypervisor, such as `KVM`, `XenServer`, `VMware` or `Simulator`.", since: "4.19.1";
        hypervisorversion: Text, "Version of the hypervisor.", since: "4.19.1";
        securitygroupenabled: Boolean, "True if guests are filtered by security groups.";
        maxguestslimit: Long, "Guests a host runs at most.";
        maxdatavolumeslimit: Integer, "Data volumes a guest has at most.", since: "4.16.0";
        storagemotionenabled: Boolean, "True if disks can move while their guest runs.", since: "4.16.0";
        maxhostspercluster: Integer, "Hosts a cluster has at most.", since: "4.16.0";
        vmsnapshotenabled: Boolean, "True if guests can be snapshotted with their memory.", since: "4.16.0";
    }

    UpdatePod("updatePod"): Sync<Pod> in "pod" for ROOT_ADMIN,
        "Changes the name, addresses or state of a pod.", event: "POD.EDIT";
    need {
        id: Uuid, "Id of the pod.", of: "Pod";
    }
    may {
        name: Text, "New name of the pod.";
        startip: Text, "First address of the range.";
        endip: Text, "Last address of the range; the first if left out.";
        netmask: Text, "Netmask of the pod's private network.";
        gateway: Text, "Gateway of the pod's private network.";
        allocationstate: Text, "`Enabled` or `Disabled`; nothing new is placed where it is disabled.";
    }

    UpdateRegion("updateRegion"): Sync<Region> in "region" for ROOT_ADMIN,
        "Changes the name or address of a region.";
    need {
        id: Integer, "Number of the region.";
    }
    may {
        name: Text, "New name of the region.";
        endpoint: Text, "URL under which it is called.";
    }

    UpdateVmNicIp("updateVmNicIp"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "Gives a network card of a stopped guest another address.", event: "NET.IPASSIGN";
    need {
        nicid: Uuid, "Id of the network card.", of: "Nic";
    }
    may {
        ipaddress: Text, "The IPv4 address wanted; any free one if left out.";
    }

    UpdateZone("updateZone"): Sync<Zone> in "zone" for ROOT_ADMIN,
        "Changes the name, DNS servers, state or details of a zone.", event: "ZONE.EDIT";
    need {
        id: Uuid, "Id of the zone.", of: "Zone";
    }
    may {
        dns1: Text, "First DNS server for guests.";
        dns2: Text, "Second DNS server for guests.";
        ip6dns1: Text, "First IPv6 DNS server.";
        ip6dns2: Text, "Second IPv6 DNS server.";
        guestcidraddress: Text, "Default range of addresses of guest networks.";
        internaldns1: Text, "First DNS server for hosts and system guests.";
        internaldns2: Text, "Second DNS server for hosts and system guests.";
        name: Text, "New name of the zone.";
        ispublic: Boolean, "True to show it to all accounts.";
        allocationstate: Text, "`Enabled` or `Disabled`; nothing new is placed where it is disabled.";
        details: Map, "Details to keep with it, as pairs.";
        dhcpprovider: Text, "Name of the provider that answers DHCP.";
        domain: Text, "Network domain that guests get by default.";
        dnssearchorder: TextList, "DNS search domains for guests, in order.";
        localstorageenabled: Boolean, "True if guests may use storage of their hosts.";
        sortkey: Integer, "Position in lists.";
    }
}
