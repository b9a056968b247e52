//! network

commands! { ROWS:
    AddNetworkServiceProvider("addNetworkServiceProvider"): AsyncCreate<NetworkServiceProvider> in "networkserviceprovider" for ROOT_ADMIN,
        "", since: "3.0.0", event: "SERVICE.PROVIDER.CREATE";
    need {
        physicalnetworkid: Uuid, "", of: "PhysicalNetwork";
        name: Text, "";
    }
    may {
        destinationphysicalnetworkid: Uuid, "", of: "PhysicalNetwork";
        servicelist: TextList, "";
    }

    AddTrafficType("addTrafficType"): AsyncCreate<TrafficType> in "traffictype" for ROOT_ADMIN,
        "", since: "3.0.0", event: "TRAFFIC.TYPE.CREATE";
    need {
        physicalnetworkid: Uuid, "", of: "PhysicalNetwork";
        traffictype: Text, "";
    }
    may {
        xennetworklabel: Text, "";
        kvmnetworklabel: Text, "";
        vmwarenetworklabel: Text, "";
        hypervnetworklabel: Text, "";
        ovm3networklabel: Text, "";
        vlan: Text, "";
        isolationmethod: Text, "";
    }

    CreateGuestNetworkIpv6Prefix("createGuestNetworkIpv6Prefix"): Async<DataCenterGuestIpv6Prefix> in "guestnetworkipv6prefix" for ROOT_ADMIN,
        "", since: "4.17.0.0", event: "GUEST.IP6.PREFIX.CREATE";
    need {
        zoneid: Uuid, "", of: "Zone";
        prefix: Text, "";
    }
    may {}

    CreateNetwork("createNetwork"): Sync<Network> in "network" for ANYONE,
        "", of: "Network";
    need {
        name: Text, "";
        networkofferingid: Uuid, "", of: "NetworkOffering";
        zoneid: Uuid, "", of: "Zone";
    }
    may {
        displaytext: Text, "";
        physicalnetworkid: Uuid, "", of: "PhysicalNetwork";
        gateway: Text, "";
        netmask: Text, "";
        startip: Text, "";
        endip: Text, "";
        isolatedpvlan: Text, "";
        isolatedpvlantype: Text, "";
        networkdomain: Text, "";
        acltype: Text, "";
        account: Text, "";
        projectid: Uuid, "", of: "Project";
        domainid: Uuid, "", of: "Domain";
        subdomainaccess: Boolean, "";
        vpcid: Uuid, "", of: "Vpc";
        tungstenvirtualrouteruuid: Text, "";
        startipv6: Text, "";
        endipv6: Text, "";
        ip6gateway: Text, "";
        ip6cidr: Text, "";
        externalid: Text, "";
        displaynetwork: Boolean, "", roles: Roles::ROOT_ADMIN;
        aclid: Uuid, "", of: "NetworkAclList";
        associatednetworkid: Uuid, "", of: "Network", since: "4.17.0";
        publicmtu: Integer, "", since: "4.18.0";
        privatemtu: Integer, "", since: "4.18.0";
        dns1: Text, "", since: "4.18.0";
        dns2: Text, "", since: "4.18.0";
        ip6dns1: Text, "", since: "4.18.0";
        ip6dns2: Text, "", since: "4.18.0";
        sourcenatipaddress: Text, "", since: "4.19";
        cidrsize: Integer, "", since: "4.20.0";
        asnumber: Long, "", since: "4.20.0";
        keepmacaddressonpublicnic: Boolean, "", since: "4.23.0", roles: Roles::ROOT_ADMIN;
        vlan: Text, "";
        bypassvlanoverlapcheck: Boolean, "";
        hideipaddressusage: Boolean, "";
        routerip: Text, "", since: "4.16";
        routeripv6: Text, "", since: "4.16";
        bgppeerids: UuidList, "", of: "BgpPeer", since: "4.20.0";
    }

    CreatePhysicalNetwork("createPhysicalNetwork"): AsyncCreate<PhysicalNetwork> in "physicalnetwork" for ROOT_ADMIN,
        "", since: "3.0.0", event: "PHYSICAL.NETWORK.CREATE";
    need {
        zoneid: Uuid, "", of: "Zone";
        name: Text, "";
    }
    may {
        vlan: Text, "";
        networkspeed: Text, "";
        domainid: Uuid, "", of: "Domain";
        broadcastdomainrange: Text, "";
        tags: TextList, "";
        isolationmethods: TextList, "";
    }

    CreateVlanIpRange("createVlanIpRange"): Sync<VlanIpRange> in "vlan" for ROOT_ADMIN,
        "";
    need {}
    may {
        account: Text, "";
        projectid: Uuid, "", of: "Project";
        domainid: Uuid, "", of: "Domain";
        endip: Text, "";
        forvirtualnetwork: Boolean, "";
        gateway: Text, "";
        netmask: Text, "";
        podid: Uuid, "", of: "Pod";
        startip: Text, "";
        vlan: Text, "";
        zoneid: Uuid, "", of: "Zone";
        networkid: Uuid, "", of: "Network";
        physicalnetworkid: Uuid, "", of: "PhysicalNetwork";
        startipv6: Text, "";
        endipv6: Text, "";
        ip6gateway: Text, "";
        ip6cidr: Text, "";
        forsystemvms: Boolean, "";
        provider: Text, "", since: "4.21.0";
    }

    DedicatePublicIpRange("dedicatePublicIpRange"): Sync<VlanIpRange> in "vlan" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "VlanIpRange";
        domainid: Uuid, "", of: "Domain";
    }
    may {
        account: Text, "";
        projectid: Uuid, "", of: "Project";
    }

    DeleteGuestNetworkIpv6Prefix("deleteGuestNetworkIpv6Prefix"): Async<Success> in "" for ROOT_ADMIN,
        "", since: "4.17.0.0", event: "GUEST.IP6.PREFIX.DELETE";
    need {
        id: Uuid, "", of: "DataCenterGuestIpv6Prefix";
    }
    may {}

    DeleteNetwork("deleteNetwork"): Async<Success> in "" for ANYONE,
        "", event: "NETWORK.DELETE", of: "Network";
    need {
        id: Uuid, "", of: "Network";
    }
    may {
        forced: Boolean, "";
    }

    DeleteNetworkServiceProvider("deleteNetworkServiceProvider"): Async<Success> in "" for ROOT_ADMIN,
        "", since: "3.0.0", event: "SERVICE.PROVIDER.DELETE";
    need {
        id: Uuid, "", of: "NetworkServiceProvider";
    }
    may {}

    DeletePhysicalNetwork("deletePhysicalNetwork"): Async<Success> in "" for ROOT_ADMIN,
        "", since: "3.0.0", event: "PHYSICAL.NETWORK.DELETE";
    need {
        id: Uuid, "", of: "PhysicalNetwork";
    }
    may {}

    DeleteTrafficType("deleteTrafficType"): Async<Success> in "" for ROOT_ADMIN,
        "", since: "3.0.0", event: "TRAFFIC.TYPE.DELETE";
    need {
        id: Uuid, "", of: "TrafficType";
    }
    may {}

    DeleteVlanIpRange("deleteVlanIpRange"): Sync<Success> in "" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "VlanIpRange";
    }
    may {}

    ListGuestNetworkIpv6Prefixes("listGuestNetworkIpv6Prefixes"): List<DataCenterGuestIpv6Prefix> in "guestnetworkipv6prefix" for ROOT_ADMIN,
        "", since: "4.17.0";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "DataCenterGuestIpv6Prefix";
        zoneid: Uuid, "", of: "Zone";
    }

    ListNetworkServiceProviders("listNetworkServiceProviders"): List<NetworkServiceProvider> in "networkserviceprovider" for ROOT_ADMIN,
        "", since: "3.0.0";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        physicalnetworkid: Uuid, "", of: "PhysicalNetwork";
        name: Text, "";
        state: Text, "";
    }

    ListNetworks("listNetworks"): List<Network> in "network" for ANYONE,
        "", of: "Network";
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
        tags: Map, "";
        retrieveonlyresourcecount: Boolean, "";
        id: Uuid, "", of: "Network";
        name: Text, "", since: "4.22.0";
        zoneid: Uuid, "", of: "Zone";
        r#type: Text, "";
        issystem: Boolean, "";
        acltype: Text, "";
        traffictype: Text, "";
        physicalnetworkid: Uuid, "", of: "PhysicalNetwork";
        supportedservices: TextList, "";
        restartrequired: Boolean, "";
        specifyipranges: Boolean, "";
        vpcid: Uuid, "", of: "Vpc";
        canusefordeploy: Boolean, "";
        forvpc: Boolean, "";
        displaynetwork: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        networkofferingid: Uuid, "", of: "NetworkOffering";
        associatednetworkid: Uuid, "", of: "Network", since: "4.17.0";
        showicon: Boolean, "";
        networkfilter: Text, "", since: "4.17.0";
        vlan: Text, "", since: "4.17.0";
    }

    ListPhysicalNetworks("listPhysicalNetworks"): List<PhysicalNetwork> in "physicalnetwork" for ROOT_ADMIN,
        "", since: "3.0.0";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "PhysicalNetwork";
        zoneid: Uuid, "", of: "Zone";
        name: Text, "";
    }

    ListSupportedNetworkServices("listSupportedNetworkServices"): List<NetworkService> in "service" for ROOT_ADMIN,
        "", since: "3.0.0";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        provider: Text, "";
        service: Text, "";
    }

    ListTrafficTypeImplementors("listTrafficTypeImplementors"): List<TrafficTypeImplementor> in "traffictypeimplementorresponse" for ROOT_ADMIN,
        "", since: "3.0.0";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        traffictype: Text, "";
    }

    ListTrafficTypes("listTrafficTypes"): List<TrafficType> in "traffictype" for ROOT_ADMIN,
        "", since: "3.0.0";
    need {
        physicalnetworkid: Uuid, "", of: "PhysicalNetwork";
    }
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
    }

    ListVlanIpRanges("listVlanIpRanges"): List<VlanIpRange> in "vlaniprange" for ROOT_ADMIN,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        account: Text, "";
        projectid: Uuid, "", of: "Project";
        domainid: Uuid, "", of: "Domain";
        id: Uuid, "", of: "VlanIpRange";
        podid: Uuid, "", of: "Pod";
        vlan: Text, "";
        zoneid: Uuid, "", of: "Zone";
        networkid: Uuid, "", of: "Network";
        forvirtualnetwork: Boolean, "";
        physicalnetworkid: Uuid, "", of: "PhysicalNetwork";
    }

    RestartNetwork("restartNetwork"): Async<Success> in "" for ANYONE,
        "", event: "NETWORK.RESTART", of: "Network";
    need {
        id: Uuid, "", of: "Network";
    }
    may {
        cleanup: Boolean, "";
        makeredundant: Boolean, "", since: "4.11.1";
        livepatch: Boolean, "", since: "4.17.0";
    }

    UpdateNetwork("updateNetwork"): Async<Network> in "network" for ANYONE,
        "", event: "NETWORK.UPDATE", of: "Network";
    need {
        id: Uuid, "", of: "Network";
    }
    may {
        customid: Text, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        name: Text, "";
        displaytext: Text, "";
        networkdomain: Text, "";
        changecidr: Boolean, "";
        networkofferingid: Uuid, "", of: "NetworkOffering";
        guestvmcidr: Text, "";
        updateinsequence: Boolean, "";
        displaynetwork: Boolean, "", roles: Roles::ROOT_ADMIN;
        forced: Boolean, "", roles: Roles::ROOT_ADMIN;
        publicmtu: Integer, "", since: "4.18.0";
        privatemtu: Integer, "", since: "4.18.0";
        dns1: Text, "", since: "4.18.0";
        dns2: Text, "", since: "4.18.0";
        ip6dns1: Text, "", since: "4.18.0";
        ip6dns2: Text, "", since: "4.18.0";
        sourcenatipaddress: Text, "", since: "4.19";
        keepmacaddressonpublicnic: Boolean, "", since: "4.23.0", roles: Roles::ROOT_ADMIN;
        hideipaddressusage: Boolean, "";
    }

    UpdateNetworkServiceProvider("updateNetworkServiceProvider"): Async<NetworkServiceProvider> in "networkserviceprovider" for ROOT_ADMIN,
        "", since: "3.0.0", event: "SERVICE.PROVIDER.UPDATE";
    need {
        id: Uuid, "", of: "NetworkServiceProvider";
    }
    may {
        state: Text, "";
        servicelist: TextList, "";
    }

    UpdatePhysicalNetwork("updatePhysicalNetwork"): Async<PhysicalNetwork> in "physicalnetwork" for ROOT_ADMIN,
        "", since: "3.0.0", event: "PHYSICAL.NETWORK.UPDATE";
    need {
        id: Uuid, "", of: "PhysicalNetwork";
    }
    may {
        networkspeed: Text, "";
        tags: TextList, "";
        state: Text, "";
        vlan: Text, "";
    }

    UpdateTrafficType("updateTrafficType"): Async<TrafficType> in "traffictype" for ROOT_ADMIN,
        "", since: "3.0.0", event: "TRAFFIC.TYPE.UPDATE";
    need {
        id: Uuid, "", of: "TrafficType";
    }
    may {
        xennetworklabel: Text, "";
        kvmnetworklabel: Text, "";
        vmwarenetworklabel: Text, "";
        hypervnetworklabel: Text, "";
        ovm3networklabel: Text, "";
    }
}
