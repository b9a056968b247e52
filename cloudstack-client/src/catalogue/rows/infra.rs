//! infra

commands! { ROWS:
    AddCluster("addCluster"): List<Cluster> in "cluster" for ROOT_ADMIN,
        "";
    need {
        clustername: Text, "";
        podid: Uuid, "", of: "Pod";
        zoneid: Uuid, "", of: "Zone";
        hypervisor: Text, "";
        clustertype: Text, "";
    }
    may {
        password: Text, "", secret: true;
        url: Text, "";
        username: Text, "";
        arch: Text, "", since: "4.20";
        allocationstate: Text, "";
        vsmusername: Text, "";
        vsmpassword: Text, "";
        vsmipaddress: Text, "";
        guestvswitchtype: Text, "";
        publicvswitchtype: Text, "";
        guestvswitchname: Text, "";
        publicvswitchname: Text, "";
        ovm3pool: Text, "";
        ovm3cluster: Text, "";
        ovm3vip: Text, "";
        storageaccessgroups: TextList, "", since: "4.21.0";
        extensionid: Uuid, "", of: "Extension", since: "4.21.0";
        externaldetails: Map, "", since: "4.21.0";
    }

    AddHost("addHost"): List<Host> in "host" for RESOURCE_ADMINS,
        "";
    need {
        podid: Uuid, "", of: "Pod";
        url: Text, "";
        zoneid: Uuid, "", of: "Zone";
        hypervisor: Text, "";
    }
    may {
        clusterid: Uuid, "", of: "Cluster";
        clustername: Text, "";
        username: Text, "";
        password: Text, "", secret: true;
        allocationstate: Text, "";
        hosttags: TextList, "";
        storageaccessgroups: TextList, "", since: "4.21.0";
        externaldetails: Map, "", since: "4.21.0";
    }

    AddRegion("addRegion"): Sync<Region> in "region" for ROOT_ADMIN,
        "";
    need {
        id: Integer, "";
        name: Text, "";
        endpoint: Text, "";
    }
    may {}

    CancelHostMaintenance("cancelHostMaintenance"): Async<Host> in "host" for ROOT_ADMIN,
        "", event: "MAINT.CANCEL";
    need {
        id: Uuid, "", of: "Host";
    }
    may {}

    CreatePod("createPod"): Sync<Pod> in "pod" for ROOT_ADMIN,
        "";
    need {
        name: Text, "";
        zoneid: Uuid, "", of: "Zone";
    }
    may {
        startip: Text, "";
        endip: Text, "";
        netmask: Text, "";
        gateway: Text, "";
        allocationstate: Text, "";
        storageaccessgroups: TextList, "", since: "4.21.0";
    }

    CreateZone("createZone"): Sync<Zone> in "zone" for ROOT_ADMIN,
        "";
    need {
        dns1: Text, "";
        internaldns1: Text, "";
        name: Text, "";
        networktype: Text, "";
    }
    may {
        dns2: Text, "";
        ip6dns1: Text, "";
        ip6dns2: Text, "";
        guestcidraddress: Text, "";
        internaldns2: Text, "";
        domain: Text, "";
        domainid: Uuid, "", of: "Domain";
        allocationstate: Text, "";
        securitygroupenabled: Boolean, "";
        localstorageenabled: Boolean, "";
        isedge: Boolean, "", since: "4.18.0";
        storageaccessgroups: TextList, "", since: "4.21.0";
    }

    DeleteCluster("deleteCluster"): Sync<Success> in "" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "Cluster";
    }
    may {}

    DeleteHost("deleteHost"): Sync<Success> in "" for RESOURCE_ADMINS,
        "";
    need {
        id: Uuid, "", of: "Host";
    }
    may {
        forced: Boolean, "";
        forcedestroylocalstorage: Boolean, "";
    }

    DeletePod("deletePod"): Sync<Success> in "" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "Pod";
    }
    may {}

    DeleteZone("deleteZone"): Sync<Success> in "" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "Zone";
    }
    may {}

    ListClusters("listClusters"): List<Cluster> in "cluster" for RESOURCE_ADMINS,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "Cluster";
        name: Text, "";
        podid: Uuid, "", of: "Pod";
        zoneid: Uuid, "", of: "Zone";
        hypervisor: Text, "";
        clustertype: Text, "";
        allocationstate: Text, "";
        managedstate: Text, "";
        showcapacities: Boolean, "";
        arch: Text, "", since: "4.20.1";
        storageaccessgroup: Text, "", since: "4.21.0";
    }

    ListHosts("listHosts"): List<Host> in "host" for RESOURCE_ADMINS,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        clusterid: Uuid, "", of: "Cluster";
        id: Uuid, "", of: "Host";
        name: Text, "";
        podid: Uuid, "", of: "Pod";
        state: Text, "";
        r#type: Text, "";
        zoneid: Uuid, "", of: "Zone";
        virtualmachineid: Uuid, "", of: "VirtualMachine";
        outofbandmanagementenabled: Boolean, "";
        outofbandmanagementpowerstate: Text, "";
        resourcestate: Text, "";
        details: TextList, "";
        hahost: Boolean, "";
        hypervisor: Text, "";
        managementserverid: Uuid, "", of: "ManagementServer", since: "4.21.0";
        arch: Text, "", since: "4.20.1";
        storageaccessgroup: Text, "", since: "4.21.0";
        version: Text, "", since: "4.20.3";
    }

    ListHypervisorCapabilities("listHypervisorCapabilities"): List<HypervisorCapabilities> in "hypervisorCapabilities" for ROOT_ADMIN,
        "", since: "3.0.0";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "HypervisorCapabilities";
        hypervisor: Text, "";
    }

    ListPods("listPods"): List<Pod> in "pod" for RESOURCE_ADMINS,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "Pod";
        name: Text, "";
        zoneid: Uuid, "", of: "Zone";
        allocationstate: Text, "";
        showcapacities: Boolean, "";
        storageaccessgroup: Text, "", since: "4.21.0";
    }

    ListRegions("listRegions"): List<Region> in "region" for ANYONE,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Integer, "";
        name: Text, "";
    }

    ListZones("listZones"): List<Zone> in "zone" for ANYONE,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "Zone";
        ids: UuidList, "", of: "Zone", since: "4.19.0";
        available: Boolean, "";
        domainid: Uuid, "", of: "Domain";
        name: Text, "";
        networktype: Text, "";
        showcapacities: Boolean, "";
        tags: Map, "", since: "4.3";
        showicon: Boolean, "";
        storageaccessgroup: Text, "", since: "4.21.0";
    }

    PrepareHostForMaintenance("prepareHostForMaintenance"): Async<Host> in "host" for ROOT_ADMIN,
        "", event: "MAINT.PREPARE";
    need {
        id: Uuid, "", of: "Host";
    }
    may {}

    ReconnectHost("reconnectHost"): Async<Host> in "host" for ROOT_ADMIN,
        "", event: "HOST.RECONNECT";
    need {
        id: Uuid, "", of: "Host";
    }
    may {}

    RemoveRegion("removeRegion"): Sync<Success> in "" for ROOT_ADMIN,
        "";
    need {
        id: Integer, "";
    }
    may {}

    UpdateCluster("updateCluster"): Sync<Cluster> in "cluster" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "Cluster";
    }
    may {
        clustername: Text, "";
        hypervisor: Text, "";
        clustertype: Text, "";
        allocationstate: Text, "";
        managedstate: Text, "";
        arch: Text, "", since: "4.20";
        externaldetails: Map, "", since: "4.21.0";
    }

    UpdateHost("updateHost"): Sync<Host> in "host" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "Host";
    }
    may {
        name: Text, "", since: "4.15", roles: Roles::ROOT_ADMIN;
        oscategoryid: Uuid, "", of: "OsCategory";
        guestosrule: Text, "";
        allocationstate: Text, "";
        hosttags: TextList, "";
        istagarule: Boolean, "";
        url: Text, "";
        annotation: Text, "", since: "4.11", roles: Roles::ROOT_ADMIN;
        externaldetails: Map, "", since: "4.21.0";
        cleanupexternaldetails: Boolean, "", since: "4.22.0";
    }

    UpdateHostPassword("updateHostPassword"): Sync<Success> in "" for ROOT_ADMIN,
        "";
    need {
        username: Text, "";
        password: Text, "", secret: true;
    }
    may {
        hostid: Uuid, "", of: "Host";
        clusterid: Uuid, "", of: "Cluster";
        update_passwd_on_host: Boolean, "";
    }

    UpdateHypervisorCapabilities("updateHypervisorCapabilities"): Sync<HypervisorCapabilities> in "hypervisorCapabilities" for ROOT_ADMIN,
        "", since: "3.0.0";
    need {}
    may {
        id: Uuid, "", of: "HypervisorCapabilities";
        hypervisor: Text, "", since: "4.19.1";
        hypervisorversion: Text, "", since: "4.19.1";
        securitygroupenabled: Boolean, "";
        maxguestslimit: Long, "";
        maxdatavolumeslimit: Integer, "", since: "4.16.0";
        storagemotionenabled: Boolean, "", since: "4.16.0";
        maxhostspercluster: Integer, "", since: "4.16.0";
        vmsnapshotenabled: Boolean, "", since: "4.16.0";
    }

    UpdatePod("updatePod"): Sync<Pod> in "pod" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "Pod";
    }
    may {
        name: Text, "";
        startip: Text, "";
        endip: Text, "";
        netmask: Text, "";
        gateway: Text, "";
        allocationstate: Text, "";
    }

    UpdateRegion("updateRegion"): Sync<Region> in "region" for ROOT_ADMIN,
        "";
    need {
        id: Integer, "";
    }
    may {
        name: Text, "";
        endpoint: Text, "";
    }

    UpdateVmNicIp("updateVmNicIp"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "", event: "NET.IPASSIGN";
    need {
        nicid: Uuid, "", of: "Nic";
    }
    may {
        ipaddress: Text, "";
    }

    UpdateZone("updateZone"): Sync<Zone> in "zone" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "Zone";
    }
    may {
        dns1: Text, "";
        dns2: Text, "";
        ip6dns1: Text, "";
        ip6dns2: Text, "";
        guestcidraddress: Text, "";
        internaldns1: Text, "";
        internaldns2: Text, "";
        name: Text, "";
        ispublic: Boolean, "";
        allocationstate: Text, "";
        details: Map, "";
        dhcpprovider: Text, "";
        domain: Text, "";
        dnssearchorder: TextList, "";
        localstorageenabled: Boolean, "";
        sortkey: Integer, "";
    }
}
