//! vpc

commands! { ROWS:
    CreateNetworkACL("createNetworkACL"): AsyncCreate<NetworkAclItem> in "networkacl" for ANYONE,
        "", event: "NETWORK.ACL.ITEM.CREATE";
    need {
        protocol: Text, "";
    }
    may {
        startport: Integer, "";
        endport: Integer, "";
        cidrlist: TextList, "";
        icmptype: Integer, "";
        icmpcode: Integer, "";
        networkid: Uuid, "", of: "Network";
        aclid: Uuid, "", of: "NetworkAclList";
        traffictype: Text, "";
        number: Integer, "";
        action: Text, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        reason: Text, "";
    }

    CreateNetworkACLList("createNetworkACLList"): AsyncCreate<NetworkAclList> in "networkacllist" for ANYONE,
        "", event: "NETWORK.ACL.CREATE";
    need {
        name: Text, "";
    }
    may {
        description: Text, "";
        vpcid: Uuid, "", of: "Vpc";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreatePrivateGateway("createPrivateGateway"): AsyncCreate<PrivateGateway> in "privategateway" for ROOT_ADMIN,
        "", event: "PRIVATE.GATEWAY.CREATE", of: "VpcGateway";
    need {
        gateway: Text, "";
        netmask: Text, "";
        ipaddress: Text, "";
        vpcid: Uuid, "", of: "Vpc";
    }
    may {
        networkofferingid: Uuid, "", of: "NetworkOffering";
        sourcenatsupported: Boolean, "";
        aclid: Uuid, "", of: "NetworkAclList";
        associatednetworkid: Uuid, "", of: "Network", since: "4.17.0";
        physicalnetworkid: Uuid, "", of: "PhysicalNetwork";
        vlan: Text, "";
        bypassvlanoverlapcheck: Boolean, "";
    }

    CreateStaticRoute("createStaticRoute"): AsyncCreate<StaticRoute> in "staticroute" for ANYONE,
        "", event: "STATIC.ROUTE.CREATE", of: "StaticRoute";
    need {
        cidr: Text, "";
    }
    may {
        gatewayid: Uuid, "", of: "PrivateGateway";
        vpcid: Uuid, "", of: "Vpc", since: "4.21.0";
        nexthop: Text, "", since: "4.21.0";
    }

    CreateVPC("createVPC"): AsyncCreate<Vpc> in "vpc" for ANYONE,
        "", event: "VPC.CREATE", of: "Vpc";
    need {
        zoneid: Uuid, "", of: "Zone";
        name: Text, "";
        vpcofferingid: Uuid, "", of: "VpcOffering";
    }
    may {
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        projectid: Uuid, "", of: "Project";
        displaytext: Text, "";
        cidr: Text, "";
        cidrsize: Integer, "", since: "4.20.0";
        networkdomain: Text, "";
        start: Boolean, "", since: "4.3";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        publicmtu: Integer, "", since: "4.18.0";
        dns1: Text, "", since: "4.18.0";
        dns2: Text, "", since: "4.18.0";
        ip6dns1: Text, "", since: "4.18.0";
        ip6dns2: Text, "", since: "4.18.0";
        sourcenatipaddress: Text, "", since: "4.19";
        asnumber: Long, "", since: "4.20.0";
        userouteripresolver: Boolean, "";
        keepmacaddressonpublicnic: Boolean, "", since: "4.23.0", roles: Roles::ROOT_ADMIN;
        bgppeerids: UuidList, "", of: "BgpPeer", since: "4.20.0";
    }

    CreateVPCOffering("createVPCOffering"): AsyncCreate<VpcOffering> in "vpcoffering" for ROOT_ADMIN,
        "", event: "VPC.OFFERING.CREATE";
    need {
        name: Text, "";
    }
    may {
        displaytext: Text, "";
        supportedservices: TextList, "";
        serviceproviderlist: Map, "";
        servicecapabilitylist: Map, "", since: "4.4";
        internetprotocol: Text, "", since: "4.17.0";
        serviceofferingid: Uuid, "", of: "ServiceOffering";
        domainid: UuidList, "", of: "Domain";
        zoneid: UuidList, "", of: "Zone", since: "4.13";
        fornsx: Boolean, "", since: "4.20.0";
        provider: Text, "", since: "4.21.0";
        nsxsupportlb: Boolean, "", since: "4.20.0";
        enable: Boolean, "", since: "4.16";
        networkmode: Text, "", since: "4.20.0";
        specifyasnumber: Boolean, "", since: "4.20.0";
        routingmode: Text, "", since: "4.20.0";
        conservemode: Boolean, "", since: "4.23.0";
    }

    DeleteNetworkACL("deleteNetworkACL"): Async<Success> in "" for ANYONE,
        "", event: "NETWORK.ACL.ITEM.DELETE";
    need {
        id: Uuid, "", of: "NetworkAclItem";
    }
    may {}

    DeleteNetworkACLList("deleteNetworkACLList"): Async<Success> in "" for ANYONE,
        "", event: "NETWORK.ACL.DELETE";
    need {
        id: Uuid, "", of: "NetworkAclList";
    }
    may {}

    DeletePrivateGateway("deletePrivateGateway"): Async<Success> in "" for ROOT_ADMIN,
        "", event: "PRIVATE.GATEWAY.DELETE", of: "VpcGateway";
    need {
        id: Uuid, "", of: "PrivateGateway";
    }
    may {}

    DeleteStaticRoute("deleteStaticRoute"): Async<Success> in "" for ANYONE,
        "", event: "STATIC.ROUTE.DELETE", of: "StaticRoute";
    need {
        id: Uuid, "", of: "StaticRoute";
    }
    may {}

    DeleteVPC("deleteVPC"): Async<Success> in "" for ANYONE,
        "", event: "VPC.DELETE", of: "Vpc";
    need {
        id: Uuid, "", of: "Vpc";
    }
    may {}

    DeleteVPCOffering("deleteVPCOffering"): Async<Success> in "" for ROOT_ADMIN,
        "", event: "VPC.OFFERING.DELETE";
    need {
        id: Uuid, "", of: "VpcOffering";
    }
    may {}

    ListNetworkACLLists("listNetworkACLLists"): List<NetworkAclList> in "networkacllist" for ANYONE,
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
        id: Uuid, "", of: "NetworkAclList";
        networkid: Uuid, "", of: "Network";
        vpcid: Uuid, "", of: "Vpc";
        name: Text, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListNetworkACLs("listNetworkACLs"): List<NetworkAclItem> in "networkacl" for ANYONE,
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
        tags: Map, "";
        id: Uuid, "", of: "NetworkAclItem";
        networkid: Uuid, "", of: "Network";
        traffictype: Text, "";
        aclid: Uuid, "", of: "NetworkAclList";
        protocol: Text, "";
        action: Text, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListPrivateGateways("listPrivateGateways"): List<PrivateGateway> in "privategateway" for ANYONE,
        "", of: "VpcGateway";
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
        id: Uuid, "", of: "PrivateGateway";
        ipaddress: Text, "";
        vlan: Text, "";
        vpcid: Uuid, "", of: "Vpc";
        state: Text, "";
    }

    ListStaticRoutes("listStaticRoutes"): List<StaticRoute> in "staticroute" for ANYONE,
        "", of: "StaticRoute";
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
        id: Uuid, "", of: "StaticRoute";
        vpcid: Uuid, "", of: "Vpc";
        gatewayid: Uuid, "", of: "PrivateGateway";
        state: Text, "";
    }

    ListVPCOfferings("listVPCOfferings"): List<VpcOffering> in "vpcoffering" for ANYONE,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "VpcOffering";
        name: Text, "";
        displaytext: Text, "";
        isdefault: Boolean, "";
        supportedservices: TextList, "";
        state: Text, "";
        domainid: Uuid, "", of: "Domain", since: "4.18";
        zoneid: Uuid, "", of: "Zone", since: "4.13";
    }

    ListVPCs("listVPCs"): List<Vpc> in "vpc" for ANYONE,
        "", of: "Vpc";
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
        id: Uuid, "", of: "Vpc";
        zoneid: Uuid, "", of: "Zone";
        name: Text, "";
        displaytext: Text, "";
        cidr: Text, "";
        vpcofferingid: Uuid, "", of: "VpcOffering";
        supportedservices: TextList, "";
        state: Text, "";
        restartrequired: Boolean, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        showicon: Boolean, "";
    }

    ReplaceNetworkACLList("replaceNetworkACLList"): Async<Success> in "" for ANYONE,
        "", event: "NETWORK.ACL.REPLACE";
    need {
        aclid: Uuid, "", of: "NetworkAclList";
    }
    may {
        networkid: Uuid, "", of: "Network";
        gatewayid: Uuid, "", of: "PrivateGateway";
    }

    RestartVPC("restartVPC"): Async<Success> in "" for ANYONE,
        "", event: "VPC.RESTART", of: "Vpc";
    need {
        id: Uuid, "", of: "Vpc";
    }
    may {
        cleanup: Boolean, "";
        makeredundant: Boolean, "";
        livepatch: Boolean, "", since: "4.17.0";
    }

    UpdateNetworkACLItem("updateNetworkACLItem"): Async<NetworkAclItem> in "networkacl" for ANYONE,
        "", event: "NETWORK.ACL.ITEM.UPDATE", envelope: "createnetworkaclresponse";
    need {
        id: Uuid, "", of: "NetworkAclItem";
    }
    may {
        customid: Text, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        protocol: Text, "";
        startport: Integer, "";
        endport: Integer, "";
        cidrlist: TextList, "";
        icmptype: Integer, "";
        icmpcode: Integer, "";
        traffictype: Text, "";
        number: Integer, "";
        action: Text, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        reason: Text, "";
        partialupgrade: Boolean, "";
    }

    UpdateVPC("updateVPC"): Async<Vpc> in "vpc" for ANYONE,
        "", event: "VPC.UPDATE", of: "Vpc";
    need {
        id: Uuid, "", of: "Vpc";
    }
    may {
        customid: Text, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        name: Text, "";
        displaytext: Text, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        publicmtu: Integer, "", since: "4.18.0";
        sourcenatipaddress: Text, "", since: "4.19";
        keepmacaddressonpublicnic: Boolean, "", since: "4.23.0", roles: Roles::ROOT_ADMIN;
    }

    UpdateVPCOffering("updateVPCOffering"): Async<VpcOffering> in "vpcoffering" for ROOT_ADMIN,
        "", event: "VPC.OFFERING.UPDATE";
    need {
        id: Uuid, "", of: "VpcOffering";
    }
    may {
        name: Text, "";
        displaytext: Text, "";
        state: Text, "";
        domainid: Text, "", len: 4_096;
        zoneid: Text, "", len: 4_096, since: "4.13";
        sortkey: Integer, "";
    }
}
