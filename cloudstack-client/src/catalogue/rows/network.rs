//! Networks, physical and virtual.

commands! { ROWS:
    AddNetworkServiceProvider("addNetworkServiceProvider"): AsyncCreate<NetworkServiceProvider> in "networkserviceprovider" for ROOT_ADMIN,
        "Adds a provider of network services to a physical network.", since: "3.0.0", event: "SERVICE.PROVIDER.CREATE";
    need {
        physicalnetworkid: Uuid, "Id of the physical network.", of: "PhysicalNetwork";
        name: Text, "Name of the provider, such as `VirtualRouter`.";
    }
    may {
        destinationphysicalnetworkid: Uuid, "Id of the physical network the provider bridges to.", of: "PhysicalNetwork";
        servicelist: TextList, "Names of the services, such as `Dhcp`.";
    }

    AddTrafficType("addTrafficType"): AsyncCreate<TrafficType> in "traffictype" for ROOT_ADMIN,
        "Lets a physical network carry one more type of traffic.", since: "3.0.0", event: "TRAFFIC.TYPE.CREATE";
    need {
        physicalnetworkid: Uuid, "Id of the physical network.", of: "PhysicalNetwork";
        traffictype: Text, "`Public`, `Guest`, `Management` or `Storage`.";
    }
    may {
        xennetworklabel: Text, "Name label of the network on XenServer hosts.";
        kvmnetworklabel: Text, "Name of the bridge on KVM hosts.";
        vmwarenetworklabel: Text, "Name of the virtual switch on VMware hosts.";
        hypervnetworklabel: Text, "Name of the network on Hyper-V hosts.";
        ovm3networklabel: Text, "Name of the network on OVM 3 hosts.";
        vlan: Text, "VLAN id of the traffic.";
        isolationmethod: Text, "How networks are kept apart: `VLAN`, `VXLAN`, `GRE` …";
    }

    CreateGuestNetworkIpv6Prefix("createGuestNetworkIpv6Prefix"): Async<DataCenterGuestIpv6Prefix> in "guestnetworkipv6prefix" for ROOT_ADMIN,
        "Adds an IPv6 prefix from which guest networks of a zone get theirs.", since: "4.17.0.0", event: "GUEST.IP6.PREFIX.CREATE";
    need {
        zoneid: Uuid, "Id of the zone.", of: "Zone";
        prefix: Text, "IPv6 prefix, such as `2001:db8::/56`.";
    }
    may {}

    CreateNetwork("createNetwork"): Sync<Network> in "network" for ANYONE,
        "Makes a network from an offering.", event: "NETWORK.CREATE", of: "Network";
    need {
        name: Text, "Name of the new network.";
        networkofferingid: Uuid, "Id of the network offering.", of: "NetworkOffering";
        zoneid: Uuid, "Id of the zone.", of: "Zone";
    }
    may {
        displaytext: Text, "A description to show.";
        physicalnetworkid: Uuid, "Id of the physical network.", of: "PhysicalNetwork";
        gateway: Text, "Gateway of the range.";
        netmask: Text, "Netmask of the range.";
        startip: Text, "First address of the range.";
        endip: Text, "Last address of the range; the first if left out.";
        isolatedpvlan: Text, "Secondary VLAN id of an isolated private VLAN.";
        isolatedpvlantype: Text, "`Isolated`, `Community` or `Promiscuous`.";
        networkdomain: Text, "Domain part of its guests' names.";
        acltype: Text, "Whom it is open to: `account` or `domain`.";
        account: Text, "Name of the account it is for; needs `domainid`.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        subdomainaccess: Boolean, "True if domains below may use it too.";
        vpcid: Uuid, "Id of the VPC.", of: "Vpc";
        tungstenvirtualrouteruuid: Text, "Id of the Tungsten logical router.";
        startipv6: Text, "First IPv6 address of the range.";
        endipv6: Text, "Last IPv6 address of the range; the first if left out.";
        ip6gateway: Text, "IPv6 gateway.";
        ip6cidr: Text, "Range of IPv6 addresses; /64 at least.";
        externalid: Text, "Id it has outside.";
        displaynetwork: Boolean, "False to hide it from users.", roles: Roles::ROOT_ADMIN;
        aclid: Uuid, "Id of the ACL in front of the network; for networks of a VPC.", of: "NetworkAclList";
        associatednetworkid: Uuid, "Id of the guest network it belongs to.", of: "Network", since: "4.17.0";
        publicmtu: Integer, "MTU of the router's card outside, in bytes.", since: "4.18.0";
        privatemtu: Integer, "MTU of the router's card inside, in bytes.", since: "4.18.0";
        dns1: Text, "First DNS server.", since: "4.18.0";
        dns2: Text, "Second DNS server.", since: "4.18.0";
        ip6dns1: Text, "First IPv6 DNS server.", since: "4.18.0";
        ip6dns2: Text, "Second IPv6 DNS server.", since: "4.18.0";
        sourcenatipaddress: Text, "Address for source NAT; one is chosen if left out.", since: "4.19";
        cidrsize: Integer, "Length of the prefix the network gets from a pool of subnets.", since: "4.20.0";
        asnumber: Long, "AS number for BGP.", since: "4.20.0";
        keepmacaddressonpublicnic: Boolean, "True if the public card keeps its MAC address when the router is made anew.", since: "4.23.0", roles: Roles::ROOT_ADMIN;
        vlan: Text, "VLAN id, or `untagged`.";
        bypassvlanoverlapcheck: Boolean, "True to take a VLAN that overlaps with another network's.";
        hideipaddressusage: Boolean, "True to keep its addresses out of usage records.";
        routerip: Text, "IPv4 address of the router; one is chosen if left out.", since: "4.16";
        routeripv6: Text, "IPv6 address of the router; one is chosen if left out.", since: "4.16";
        bgppeerids: UuidList, "Ids of the BGP peers.", of: "BgpPeer", since: "4.20.0";
    }

    CreatePhysicalNetwork("createPhysicalNetwork"): AsyncCreate<PhysicalNetwork> in "physicalnetwork" for ROOT_ADMIN,
        "Adds a physical network to a zone.", since: "3.0.0", event: "PHYSICAL.NETWORK.CREATE";
    need {
        zoneid: Uuid, "Id of the zone.", of: "Zone";
        name: Text, "Name of the new physical network.";
    }
    may {
        vlan: Text, "VLAN ids for guest networks, such as `100-200`.";
        networkspeed: Text, "Speed in Mb/s or Gb/s, such as `1G`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        broadcastdomainrange: Text, "Where its VLANs are unique: `ZONE` or `POD`.";
        tags: TextList, "Tags, with commas between them.";
        isolationmethods: TextList, "How networks are kept apart: `VLAN`, `VXLAN`, `GRE` …";
    }

    CreateVlanIpRange("createVlanIpRange"): Sync<VlanIpRange> in "vlan" for ROOT_ADMIN,
        "Adds a range of addresses to a network, or public ones to a zone.", event: "VLAN.IP.RANGE.CREATE";
    need {}
    may {
        account: Text, "Name of the account the range is kept for.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        endip: Text, "Last address of the range; the first if left out.";
        forvirtualnetwork: Boolean, "True for public addresses, false for guest addresses.";
        gateway: Text, "Gateway of the range.";
        netmask: Text, "Netmask of the range.";
        podid: Uuid, "Id of the pod.", of: "Pod";
        startip: Text, "First address of the range.";
        vlan: Text, "VLAN id, or `untagged`.";
        zoneid: Uuid, "Id of the zone.", of: "Zone";
        networkid: Uuid, "Id of the network.", of: "Network";
        physicalnetworkid: Uuid, "Id of the physical network.", of: "PhysicalNetwork";
        startipv6: Text, "First IPv6 address of the range.";
        endipv6: Text, "Last IPv6 address of the range; the first if left out.";
        ip6gateway: Text, "IPv6 gateway.";
        ip6cidr: Text, "Range of IPv6 addresses; /64 at least.";
        forsystemvms: Boolean, "True if it is for system guests.";
        provider: Text, "Name of the outside provider the range is kept for.", since: "4.21.0";
    }

    DedicatePublicIpRange("dedicatePublicIpRange"): Sync<VlanIpRange> in "vlan" for ROOT_ADMIN,
        "Keeps a range of public addresses for one account or domain.", event: "VLAN.IP.RANGE.DEDICATE";
    need {
        id: Uuid, "Id of the range.", of: "VlanIpRange";
        domainid: Uuid, "Id of the domain the range is kept for.", of: "Domain";
    }
    may {
        account: Text, "Name of the account the range is kept for.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
    }

    DeleteGuestNetworkIpv6Prefix("deleteGuestNetworkIpv6Prefix"): Async<Success> in "" for ROOT_ADMIN,
        "Deletes an IPv6 prefix of which nothing is in use.", since: "4.17.0.0", event: "GUEST.IP6.PREFIX.DELETE";
    need {
        id: Uuid, "Id of the prefix.", of: "DataCenterGuestIpv6Prefix";
    }
    may {}

    DeleteNetwork("deleteNetwork"): Async<Success> in "" for ANYONE,
        "Deletes a network without guests, with its addresses and rules.", event: "NETWORK.DELETE", of: "Network";
    need {
        id: Uuid, "Id of the network.", of: "Network";
    }
    may {
        forced: Boolean, "True to delete it though shutting it down failed.";
    }

    DeleteNetworkServiceProvider("deleteNetworkServiceProvider"): Async<Success> in "" for ROOT_ADMIN,
        "Takes a provider of network services off a physical network.", since: "3.0.0", event: "SERVICE.PROVIDER.DELETE";
    need {
        id: Uuid, "Id of the provider.", of: "NetworkServiceProvider";
    }
    may {}

    DeletePhysicalNetwork("deletePhysicalNetwork"): Async<Success> in "" for ROOT_ADMIN,
        "Deletes a physical network that carries nothing.", since: "3.0.0", event: "PHYSICAL.NETWORK.DELETE";
    need {
        id: Uuid, "Id of the physical network.", of: "PhysicalNetwork";
    }
    may {}

    DeleteTrafficType("deleteTrafficType"): Async<Success> in "" for ROOT_ADMIN,
        "Takes a type of traffic off a physical network.", since: "3.0.0", event: "TRAFFIC.TYPE.DELETE";
    need {
        id: Uuid, "Id of the traffic type.", of: "TrafficType";
    }
    may {}

    DeleteVlanIpRange("deleteVlanIpRange"): Sync<Success> in "" for ROOT_ADMIN,
        "Deletes a range of addresses of which none is in use.", event: "VLAN.IP.RANGE.DELETE";
    need {
        id: Uuid, "Id of the range.", of: "VlanIpRange";
    }
    may {}

    ListGuestNetworkIpv6Prefixes("listGuestNetworkIpv6Prefixes"): List<DataCenterGuestIpv6Prefix> in "guestnetworkipv6prefix" for ROOT_ADMIN,
        "Lists IPv6 prefixes for guest networks.", since: "4.17.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the prefix of this id.", of: "DataCenterGuestIpv6Prefix";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
    }

    ListNetworkServiceProviders("listNetworkServiceProviders"): List<NetworkServiceProvider> in "networkserviceprovider" for ROOT_ADMIN,
        "Lists providers of network services on physical networks.", since: "3.0.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        physicalnetworkid: Uuid, "Only those on this physical network.", of: "PhysicalNetwork";
        name: Text, "Only a provider of exactly this name.";
        state: Text, "Only those in this state.";
    }

    ListNetworks("listNetworks"): List<Network> in "network" for ANYONE,
        "Lists networks.", of: "Network";
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
        tags: Map, "Only those with all these tags: pairs of `key` and `value`.";
        retrieveonlyresourcecount: Boolean, "True to answer how many there are and nothing else.";
        id: Uuid, "Only the network of this id.", of: "Network";
        name: Text, "Only a network of exactly this name.", since: "4.22.0";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        r#type: Text, "Only networks of this type: `Isolated`, `Shared` or `L2`.";
        issystem: Boolean, "Only those that are, or are not, the system's own.";
        acltype: Text, "Only those open to an `account` or a `domain`.";
        traffictype: Text, "Only those of this type: `Public`, `Guest`, `Management` or `Storage`.";
        physicalnetworkid: Uuid, "Only those on this physical network.", of: "PhysicalNetwork";
        supportedservices: TextList, "Only those with all these services.";
        restartrequired: Boolean, "Only those that must, or need not, be restarted.";
        specifyipranges: Boolean, "Only those for which ranges are, or are not, given.";
        vpcid: Uuid, "Only those of this VPC.", of: "Vpc";
        canusefordeploy: Boolean, "Only networks the caller can, or cannot, deploy in.";
        forvpc: Boolean, "Only those that are, or are not, for networks of a VPC.";
        displaynetwork: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        networkofferingid: Uuid, "Only those of this network offering.", of: "NetworkOffering";
        associatednetworkid: Uuid, "Only those that belong to this guest network.", of: "Network", since: "4.17.0";
        showicon: Boolean, "True to answer icons too.";
        networkfilter: Text, "Which networks: `Account`, `Domain`, `AccountDomain`, `Shared` or `All`.", since: "4.17.0";
        vlan: Text, "Only those on this VLAN.", since: "4.17.0";
    }

    ListPhysicalNetworks("listPhysicalNetworks"): List<PhysicalNetwork> in "physicalnetwork" for ROOT_ADMIN,
        "Lists physical networks.", since: "3.0.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the physical network of this id.", of: "PhysicalNetwork";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        name: Text, "Only a physical network of exactly this name.";
    }

    ListSupportedNetworkServices("listSupportedNetworkServices"): List<NetworkService> in "networkservice" for ROOT_ADMIN,
        "Lists network services and who can provide them.", since: "3.0.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        provider: Text, "Only those of this provider.";
        service: Text, "Only this service.";
    }

    ListTrafficTypeImplementors("listTrafficTypeImplementors"): List<TrafficTypeImplementor> in "traffictypeimplementorresponse" for ROOT_ADMIN,
        "Lists what implements each type of traffic.", since: "3.0.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        traffictype: Text, "Only those of this type: `Public`, `Guest`, `Management` or `Storage`.";
    }

    ListTrafficTypes("listTrafficTypes"): List<TrafficType> in "traffictype" for ROOT_ADMIN,
        "Lists the types of traffic that a physical network carries.", since: "3.0.0";
    need {
        physicalnetworkid: Uuid, "Only those on this physical network.", of: "PhysicalNetwork";
    }
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
    }

    ListVlanIpRanges("listVlanIpRanges"): List<VlanIpRange> in "vlaniprange" for ROOT_ADMIN,
        "Lists ranges of addresses.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        account: Text, "Only those of this account; needs `domainid`.";
        projectid: Uuid, "Only those of this project; -1 for those of all projects of the caller.", of: "Project";
        domainid: Uuid, "Only those of this domain.", of: "Domain";
        id: Uuid, "Only the range of this id.", of: "VlanIpRange";
        podid: Uuid, "Only those in this pod.", of: "Pod";
        vlan: Text, "Only those on this VLAN.";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        networkid: Uuid, "Only those of this network.", of: "Network";
        forvirtualnetwork: Boolean, "True for public addresses only, false for guest ones.";
        physicalnetworkid: Uuid, "Only those on this physical network.", of: "PhysicalNetwork";
    }

    RestartNetwork("restartNetwork"): Async<Success> in "" for ANYONE,
        "Sets all rules and services of a network up again.", event: "NETWORK.RESTART", of: "Network";
    need {
        id: Uuid, "Id of the network.", of: "Network";
    }
    may {
        cleanup: Boolean, "True to make its router anew instead of setting up the one it has.";
        makeredundant: Boolean, "True to run two routers from now on.", since: "4.11.1";
        livepatch: Boolean, "True to patch running routers instead of making them anew.", since: "4.17.0";
    }

    UpdateNetwork("updateNetwork"): Async<Network> in "network" for ANYONE,
        "Changes the name, offering or guest range of a network.", event: "NETWORK.UPDATE", of: "Network";
    need {
        id: Uuid, "Id of the network.", of: "Network";
    }
    may {
        customid: Text, "Id to answer from now on, instead of the one made here.", since: "4.4", roles: Roles::ROOT_ADMIN;
        name: Text, "New name of the network.";
        displaytext: Text, "A description to show.";
        networkdomain: Text, "Domain part of its guests' names.";
        changecidr: Boolean, "True if the network may get another range of addresses with its new offering.";
        networkofferingid: Uuid, "Id of the network offering to change to.", of: "NetworkOffering";
        guestvmcidr: Text, "Part of the network that guests get addresses from; the rest is free for other use.";
        updateinsequence: Boolean, "True to change routers one after the other.";
        displaynetwork: Boolean, "False to hide it from users.", roles: Roles::ROOT_ADMIN;
        forced: Boolean, "True to change it though some guest runs.", roles: Roles::ROOT_ADMIN;
        publicmtu: Integer, "MTU of the router's card outside, in bytes.", since: "4.18.0";
        privatemtu: Integer, "MTU of the router's card inside, in bytes.", since: "4.18.0";
        dns1: Text, "First DNS server.", since: "4.18.0";
        dns2: Text, "Second DNS server.", since: "4.18.0";
        ip6dns1: Text, "First IPv6 DNS server.", since: "4.18.0";
        ip6dns2: Text, "Second IPv6 DNS server.", since: "4.18.0";
        sourcenatipaddress: Text, "Address for source NAT; one is chosen if left out.", since: "4.19";
        keepmacaddressonpublicnic: Boolean, "True if the public card keeps its MAC address when the router is made anew.", since: "4.23.0", roles: Roles::ROOT_ADMIN;
        hideipaddressusage: Boolean, "True to keep its addresses out of usage records.";
    }

    UpdateNetworkServiceProvider("updateNetworkServiceProvider"): Async<NetworkServiceProvider> in "networkserviceprovider" for ROOT_ADMIN,
        "Changes the state or services of a provider.", since: "3.0.0", event: "SERVICE.PROVIDER.UPDATE";
    need {
        id: Uuid, "Id of the provider.", of: "NetworkServiceProvider";
    }
    may {
        state: Text, "State it gets: `Enabled` or `Disabled`.";
        servicelist: TextList, "Names of the services, such as `Dhcp`.";
    }

    UpdatePhysicalNetwork("updatePhysicalNetwork"): Async<PhysicalNetwork> in "physicalnetwork" for ROOT_ADMIN,
        "Changes the VLANs, speed, tags or state of a physical network.", since: "3.0.0", event: "PHYSICAL.NETWORK.UPDATE";
    need {
        id: Uuid, "Id of the physical network.", of: "PhysicalNetwork";
    }
    may {
        networkspeed: Text, "Speed in Mb/s or Gb/s, such as `1G`.";
        tags: TextList, "Tags, with commas between them.";
        state: Text, "State it gets: `Enabled` or `Disabled`.";
        vlan: Text, "VLAN ids for guest networks, such as `100-200`.";
    }

    UpdateTrafficType("updateTrafficType"): Async<TrafficType> in "traffictype" for ROOT_ADMIN,
        "Changes the label by which hypervisors know a type of traffic.", since: "3.0.0", event: "TRAFFIC.TYPE.UPDATE";
    need {
        id: Uuid, "Id of the traffic type.", of: "TrafficType";
    }
    may {
        xennetworklabel: Text, "Name label of the network on XenServer hosts.";
        kvmnetworklabel: Text, "Name of the bridge on KVM hosts.";
        vmwarenetworklabel: Text, "Name of the virtual switch on VMware hosts.";
        hypervnetworklabel: Text, "Name of the network on Hyper-V hosts.";
        ovm3networklabel: Text, "Name of the network on OVM 3 hosts.";
    }
}
