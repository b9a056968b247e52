//! VPCs, their gateways, routes and ACLs.

commands! { ROWS:
    CreateNetworkACL("createNetworkACL"): AsyncCreate<NetworkAclItem> in "networkacl" for ANYONE,
        "Adds a rule to an ACL of a VPC.", event: "NETWORK.ACL.ITEM.CREATE";
    need {
        protocol: Text, "Protocol: `tcp`, `udp`, `icmp`, `all` or a number.";
    }
    may {
        startport: Integer, "First port of the range.";
        endport: Integer, "Last port of the range; the first if left out.";
        cidrlist: TextList, "Ranges of addresses at the other end of the traffic; any if left out.";
        icmptype: Integer, "ICMP type; -1 for any.";
        icmpcode: Integer, "ICMP code; -1 for any.";
        networkid: Uuid, "Id of the network.", of: "Network";
        aclid: Uuid, "Id of the ACL the rule is added to.", of: "NetworkAclList";
        traffictype: Text, "`ingress` or `egress`.";
        number: Integer, "Position of the rule in its ACL; lower ones are tried first.";
        action: Text, "`allow` (the default) or `deny`.";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        reason: Text, "Why the rule is there, in words.";
    }

    CreateNetworkACLList("createNetworkACLList"): AsyncCreate<NetworkAclList> in "networkacllist" for ANYONE,
        "Makes an ACL, a list of rules for networks of a VPC.", event: "NETWORK.ACL.CREATE";
    need {
        name: Text, "Name of the new ACL.";
    }
    may {
        description: Text, "What it is for, in words.";
        vpcid: Uuid, "Id of the VPC.", of: "Vpc";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreatePrivateGateway("createPrivateGateway"): AsyncCreate<PrivateGateway> in "privategateway" for ROOT_ADMIN,
        "Connects a VPC to a physical network of the owner.", event: "PRIVATE.GATEWAY.CREATE", of: "PrivateGateway";
    need {
        gateway: Text, "Gateway of the range.";
        netmask: Text, "Netmask of the range.";
        ipaddress: Text, "Address of the gateway in the physical network.";
        vpcid: Uuid, "Id of the VPC.", of: "Vpc";
    }
    may {
        networkofferingid: Uuid, "Id of the network offering.", of: "NetworkOffering";
        sourcenatsupported: Boolean, "True to hide what is behind it by source NAT.";
        aclid: Uuid, "Id of the ACL in front of the gateway; all is denied if left out.", of: "NetworkAclList";
        associatednetworkid: Uuid, "Id of the guest network it belongs to.", of: "Network", since: "4.17.0";
        physicalnetworkid: Uuid, "Id of the physical network.", of: "PhysicalNetwork";
        vlan: Text, "VLAN id, or `untagged`.";
        bypassvlanoverlapcheck: Boolean, "True to take a VLAN that overlaps with another network's.";
    }

    CreateStaticRoute("createStaticRoute"): AsyncCreate<StaticRoute> in "staticroute" for ANYONE,
        "Routes a range of addresses through a private gateway.", event: "STATIC.ROUTE.CREATE", of: "StaticRoute";
    need {
        cidr: Text, "Range of addresses the route leads to.";
    }
    may {
        gatewayid: Uuid, "Id of the private gateway.", of: "PrivateGateway";
        vpcid: Uuid, "Id of the VPC.", of: "Vpc", since: "4.21.0";
        nexthop: Text, "Address that traffic is sent to.", since: "4.21.0";
    }

    CreateVPC("createVPC"): AsyncCreate<Vpc> in "vpc" for ANYONE,
        "Makes a VPC from an offering.", event: "VPC.CREATE", of: "Vpc";
    need {
        zoneid: Uuid, "Id of the zone.", of: "Zone";
        name: Text, "Name of the new VPC.";
        vpcofferingid: Uuid, "Id of the VPC offering.", of: "VpcOffering";
    }
    may {
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        displaytext: Text, "A description to show.";
        cidr: Text, "Range of IPv4 addresses, such as `10.1.0.0/16`.";
        cidrsize: Integer, "Length of the prefix the network gets from a pool of subnets.", since: "4.20.0";
        networkdomain: Text, "Domain part of its guests' names.";
        start: Boolean, "True (the default) to start its router at once.", since: "4.3";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        publicmtu: Integer, "MTU of the router's card outside, in bytes.", since: "4.18.0";
        dns1: Text, "First DNS server.", since: "4.18.0";
        dns2: Text, "Second DNS server.", since: "4.18.0";
        ip6dns1: Text, "First IPv6 DNS server.", since: "4.18.0";
        ip6dns2: Text, "Second IPv6 DNS server.", since: "4.18.0";
        sourcenatipaddress: Text, "Address for source NAT; one is chosen if left out.", since: "4.19";
        asnumber: Long, "AS number for BGP.", since: "4.20.0";
        userouteripresolver: Boolean, "True if its guests ask its router for names.";
        keepmacaddressonpublicnic: Boolean, "True if the public card keeps its MAC address when the router is made anew.", since: "4.23.0", roles: Roles::ROOT_ADMIN;
        bgppeerids: UuidList, "Ids of the BGP peers.", of: "BgpPeer", since: "4.20.0";
    }

    CreateVPCOffering("createVPCOffering"): AsyncCreate<VpcOffering> in "vpcoffering" for ROOT_ADMIN,
        "Makes an offering of VPCs.", event: "VPC.OFFERING.CREATE";
    need {
        name: Text, "Name of the new VPC offering.";
    }
    may {
        displaytext: Text, "A description to show.";
        supportedservices: TextList, "Names of its services, such as `Dhcp`.";
        serviceproviderlist: Map, "Who provides which service: pairs of `service` and `provider`.";
        servicecapabilitylist: Map, "What services can do: `service`, `capabilitytype` and `capabilityvalue` for each.", since: "4.4";
        internetprotocol: Text, "`IPv4` or `dualstack`.", since: "4.17.0";
        serviceofferingid: Uuid, "Id of the service offering.", of: "ServiceOffering";
        domainid: UuidList, "Ids of the domains it is offered to; all if left out.", of: "Domain";
        zoneid: UuidList, "Ids of the zones it is offered in; all if left out.", of: "Zone", since: "4.13";
        fornsx: Boolean, "True if it is for NSX.", since: "4.20.0";
        provider: Text, "Name of the provider of all its services.", since: "4.21.0";
        nsxsupportlb: Boolean, "True if NSX balances load.", since: "4.20.0";
        enable: Boolean, "True to enable it at once.", since: "4.16";
        networkmode: Text, "How networks reach outside: `NATTED` or `ROUTED`.", since: "4.20.0";
        specifyasnumber: Boolean, "True if whoever makes a network may choose its AS number.", since: "4.20.0";
        routingmode: Text, "`Static` or `Dynamic`, for routed networks.", since: "4.20.0";
        conservemode: Boolean, "True if services of all kinds may share an address.", since: "4.23.0";
    }

    DeleteNetworkACL("deleteNetworkACL"): Async<Success> in "" for ANYONE,
        "Deletes a rule from an ACL.", event: "NETWORK.ACL.ITEM.DELETE";
    need {
        id: Uuid, "Id of the ACL rule.", of: "NetworkAclItem";
    }
    may {}

    DeleteNetworkACLList("deleteNetworkACLList"): Async<Success> in "" for ANYONE,
        "Deletes an ACL that no network uses.", event: "NETWORK.ACL.DELETE";
    need {
        id: Uuid, "Id of the ACL.", of: "NetworkAclList";
    }
    may {}

    DeletePrivateGateway("deletePrivateGateway"): Async<Success> in "" for ROOT_ADMIN,
        "Deletes a private gateway of a VPC.", event: "PRIVATE.GATEWAY.DELETE", of: "PrivateGateway";
    need {
        id: Uuid, "Id of the private gateway.", of: "PrivateGateway";
    }
    may {}

    DeleteStaticRoute("deleteStaticRoute"): Async<Success> in "" for ANYONE,
        "Deletes a static route.", event: "STATIC.ROUTE.DELETE", of: "StaticRoute";
    need {
        id: Uuid, "Id of the static route.", of: "StaticRoute";
    }
    may {}

    DeleteVPC("deleteVPC"): Async<Success> in "" for ANYONE,
        "Deletes a VPC without networks.", event: "VPC.DELETE", of: "Vpc";
    need {
        id: Uuid, "Id of the VPC.", of: "Vpc";
    }
    may {}

    DeleteVPCOffering("deleteVPCOffering"): Async<Success> in "" for ROOT_ADMIN,
        "Withdraws a VPC offering; VPCs that have it keep it.", event: "VPC.OFFERING.DELETE";
    need {
        id: Uuid, "Id of the VPC offering.", of: "VpcOffering";
    }
    may {}

    ListNetworkACLLists("listNetworkACLLists"): List<NetworkAclList> in "networkacllist" for ANYONE,
        "Lists ACLs of VPCs.";
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
        id: Uuid, "Only the ACL of this id.", of: "NetworkAclList";
        networkid: Uuid, "Only those of this network.", of: "Network";
        vpcid: Uuid, "Only those of this VPC.", of: "Vpc";
        name: Text, "Only an ACL of exactly this name.";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListNetworkACLs("listNetworkACLs"): List<NetworkAclItem> in "networkacl" for ANYONE,
        "Lists rules of ACLs.";
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
        id: Uuid, "Only the ACL rule of this id.", of: "NetworkAclItem";
        networkid: Uuid, "Only those of this network.", of: "Network";
        traffictype: Text, "Only rules for `ingress` or `egress`.";
        aclid: Uuid, "Only those of this ACL.", of: "NetworkAclList";
        protocol: Text, "Only rules for this protocol.";
        action: Text, "Only those that do this: `allow` or `deny`.";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListPrivateGateways("listPrivateGateways"): List<PrivateGateway> in "privategateway" for ANYONE,
        "Lists private gateways of VPCs.", of: "PrivateGateway";
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
        id: Uuid, "Only the private gateway of this id.", of: "PrivateGateway";
        ipaddress: Text, "Only those of this address.";
        vlan: Text, "Only those on this VLAN.";
        vpcid: Uuid, "Only those of this VPC.", of: "Vpc";
        state: Text, "Only those in this state.";
    }

    ListStaticRoutes("listStaticRoutes"): List<StaticRoute> in "staticroute" for ANYONE,
        "Lists static routes.", of: "StaticRoute";
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
        id: Uuid, "Only the static route of this id.", of: "StaticRoute";
        vpcid: Uuid, "Only those of this VPC.", of: "Vpc";
        gatewayid: Uuid, "Only those of this private gateway.", of: "PrivateGateway";
        state: Text, "Only those in this state.";
    }

    ListVPCOfferings("listVPCOfferings"): List<VpcOffering> in "vpcoffering" for ANYONE,
        "Lists VPC offerings.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the VPC offering of this id.", of: "VpcOffering";
        name: Text, "Only a VPC offering of exactly this name.";
        displaytext: Text, "Only those of exactly this description.";
        isdefault: Boolean, "Only those that are, or are not, the default.";
        supportedservices: TextList, "Only those with all these services.";
        state: Text, "Only those in this state.";
        domainid: Uuid, "Only those of this domain.", of: "Domain", since: "4.18";
        zoneid: Uuid, "Only those offered in this zone.", of: "Zone", since: "4.13";
    }

    ListVPCs("listVPCs"): List<Vpc> in "vpc" for ANYONE,
        "Lists VPCs.", of: "Vpc";
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
        id: Uuid, "Only the VPC of this id.", of: "Vpc";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        name: Text, "Only a VPC of exactly this name.";
        displaytext: Text, "Only those of exactly this description.";
        cidr: Text, "Only those with this range of addresses.";
        vpcofferingid: Uuid, "Only those of this VPC offering.", of: "VpcOffering";
        supportedservices: TextList, "Only those with all these services.";
        state: Text, "Only those in this state.";
        restartrequired: Boolean, "Only those that must, or need not, be restarted.";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        showicon: Boolean, "True to answer icons too.";
    }

    ReplaceNetworkACLList("replaceNetworkACLList"): Async<Success> in "" for ANYONE,
        "Puts another ACL in front of a network or a private gateway.", event: "NETWORK.ACL.REPLACE";
    need {
        aclid: Uuid, "Id of the ACL.", of: "NetworkAclList";
    }
    may {
        networkid: Uuid, "Id of the network.", of: "Network";
        gatewayid: Uuid, "Id of the private gateway.", of: "PrivateGateway";
    }

    RestartVPC("restartVPC"): Async<Success> in "" for ANYONE,
        "Sets all rules and services of a VPC up again.", event: "VPC.RESTART", of: "Vpc";
    need {
        id: Uuid, "Id of the VPC.", of: "Vpc";
    }
    may {
        cleanup: Boolean, "True to make its router anew instead of setting up the one it has.";
        makeredundant: Boolean, "True to run two routers from now on.";
        livepatch: Boolean, "True to patch running routers instead of making them anew.", since: "4.17.0";
    }

    UpdateNetworkACLItem("updateNetworkACLItem"): Async<NetworkAclItem> in "networkacl" for ANYONE,
        "Changes a rule of an ACL.", event: "NETWORK.ACL.ITEM.UPDATE", envelope: "createnetworkaclresponse";
    need {
        id: Uuid, "Id of the ACL rule.", of: "NetworkAclItem";
    }
    may {
        customid: Text, "Id to answer from now on, instead of the one made here.", since: "4.4", roles: Roles::ROOT_ADMIN;
        protocol: Text, "Protocol: `tcp`, `udp`, `icmp`, `all` or a number.";
        startport: Integer, "First port of the range.";
        endport: Integer, "Last port of the range; the first if left out.";
        cidrlist: TextList, "Ranges of addresses at the other end of the traffic; any if left out.";
        icmptype: Integer, "ICMP type; -1 for any.";
        icmpcode: Integer, "ICMP code; -1 for any.";
        traffictype: Text, "`ingress` or `egress`.";
        number: Integer, "Position of the rule in its ACL; lower ones are tried first.";
        action: Text, "`allow` (the default) or `deny`.";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        reason: Text, "Why the rule is there, in words.";
        partialupgrade: Boolean, "True (the default) to change what is given alone; false to set the rest back.";
    }

    UpdateVPC("updateVPC"): Async<Vpc> in "vpc" for ANYONE,
        "Changes the name or visibility of a VPC.", event: "VPC.UPDATE", of: "Vpc";
    need {
        id: Uuid, "Id of the VPC.", of: "Vpc";
    }
    may {
        customid: Text, "Id to answer from now on, instead of the one made here.", since: "4.4", roles: Roles::ROOT_ADMIN;
        name: Text, "New name of the VPC.";
        displaytext: Text, "A description to show.";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        publicmtu: Integer, "MTU of the router's card outside, in bytes.", since: "4.18.0";
        sourcenatipaddress: Text, "Address for source NAT; one is chosen if left out.", since: "4.19";
        keepmacaddressonpublicnic: Boolean, "True if the public card keeps its MAC address when the router is made anew.", since: "4.23.0", roles: Roles::ROOT_ADMIN;
    }

    UpdateVPCOffering("updateVPCOffering"): Async<VpcOffering> in "vpcoffering" for ROOT_ADMIN,
        "Changes the name, order or state of a VPC offering.", event: "VPC.OFFERING.UPDATE";
    need {
        id: Uuid, "Id of the VPC offering.", of: "VpcOffering";
    }
    may {
        name: Text, "New name of the VPC offering.";
        displaytext: Text, "A description to show.";
        state: Text, "State it gets: `Enabled` or `Disabled`.";
        domainid: Text, "Ids of the domains it is offered to; all if left out.", len: 4_096;
        zoneid: Text, "Ids of the zones it is offered in; all if left out.", len: 4_096, since: "4.13";
        sortkey: Integer, "Position in lists.";
    }
}
