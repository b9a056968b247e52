//! address

commands! { ROWS:
    AssociateIpAddress("associateIpAddress"): AsyncCreate<PublicIpAddress> in "ipaddress" for ANYONE,
        "";
    need {}
    may {
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        zoneid: Uuid, "", of: "Zone";
        networkid: Uuid, "", of: "Network";
        projectid: Uuid, "", of: "Project";
        vpcid: Uuid, "", of: "Vpc";
        isportable: Boolean, "";
        regionid: Integer, "", of: "Region";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        ipaddress: Text, "";
    }

    CreateEgressFirewallRule("createEgressFirewallRule"): AsyncCreate<FirewallRule> in "firewallrule" for ANYONE,
        "", event: "FIREWALL.EGRESS.OPEN", of: "PortForwardingRule";
    need {
        networkid: Uuid, "", of: "Network";
        protocol: Text, "";
    }
    may {
        startport: Integer, "";
        endport: Integer, "";
        cidrlist: TextList, "";
        destcidrlist: TextList, "";
        icmptype: Integer, "";
        icmpcode: Integer, "";
        r#type: Text, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreateFirewallRule("createFirewallRule"): AsyncCreate<FirewallRule> in "firewallrule" for ANYONE,
        "", event: "FIREWALL.OPEN", of: "PortForwardingRule";
    need {
        ipaddressid: Uuid, "", of: "PublicIpAddress";
        protocol: Text, "";
    }
    may {
        startport: Integer, "";
        endport: Integer, "";
        cidrlist: TextList, "";
        icmptype: Integer, "";
        icmpcode: Integer, "";
        r#type: Text, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreateIpForwardingRule("createIpForwardingRule"): AsyncCreate<PortForwardingRule> in "portforwardingrule" for ANYONE,
        "", event: "NET.RULEADD";
    need {
        ipaddressid: Uuid, "", of: "PublicIpAddress";
        startport: Integer, "";
        protocol: Text, "";
    }
    may {
        endport: Integer, "";
        openfirewall: Boolean, "";
        cidrlist: TextList, "";
    }

    CreatePortForwardingRule("createPortForwardingRule"): AsyncCreate<PortForwardingRule> in "portforwardingrule" for ANYONE,
        "", event: "NET.RULEADD", of: "PortForwardingRule,VirtualMachine,IpAddress";
    need {
        ipaddressid: Uuid, "", of: "PublicIpAddress";
        privateport: Integer, "";
        protocol: Text, "";
        publicport: Integer, "";
        virtualmachineid: Uuid, "", of: "VirtualMachine";
    }
    may {
        privateendport: Integer, "";
        publicendport: Integer, "";
        cidrlist: TextList, "";
        openfirewall: Boolean, "";
        networkid: Uuid, "", of: "Network";
        vmguestip: Text, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreatePortableIpRange("createPortableIpRange"): AsyncCreate<PortableIpRange> in "portableiprange" for ROOT_ADMIN,
        "", since: "4.2.0", event: "PORTABLE.IP.RANGE.CREATE";
    need {
        regionid: Integer, "", of: "Region";
        startip: Text, "";
        endip: Text, "";
        gateway: Text, "";
        netmask: Text, "";
    }
    may {
        vlan: Text, "";
    }

    DeleteEgressFirewallRule("deleteEgressFirewallRule"): Async<Success> in "" for ANYONE,
        "", event: "FIREWALL.EGRESS.CLOSE", of: "PortForwardingRule";
    need {
        id: Uuid, "", of: "PortForwardingRule";
    }
    may {}

    DeleteFirewallRule("deleteFirewallRule"): Async<Success> in "" for ANYONE,
        "", event: "FIREWALL.CLOSE", of: "PortForwardingRule";
    need {
        id: Uuid, "", of: "PortForwardingRule";
    }
    may {}

    DeleteIpForwardingRule("deleteIpForwardingRule"): Async<Success> in "" for ANYONE,
        "", event: "NET.RULEDELETE";
    need {
        id: Uuid, "", of: "PortForwardingRule";
    }
    may {}

    DeletePortForwardingRule("deletePortForwardingRule"): Async<Success> in "" for ANYONE,
        "", event: "NET.RULEDELETE", of: "PortForwardingRule";
    need {
        id: Uuid, "", of: "PortForwardingRule";
    }
    may {}

    DisableStaticNat("disableStaticNat"): Async<Success> in "" for ANYONE,
        "", event: "STATICNAT.DISABLE";
    need {
        ipaddressid: Uuid, "", of: "PublicIpAddress";
    }
    may {}

    DisassociateIpAddress("disassociateIpAddress"): Async<Success> in "" for ANYONE,
        "", of: "IpAddress";
    need {}
    may {
        id: Uuid, "", of: "PublicIpAddress";
        ipaddress: Text, "", since: "4.19.0";
    }

    EnableStaticNat("enableStaticNat"): Sync<Success> in "" for ANYONE,
        "";
    need {
        ipaddressid: Uuid, "", of: "PublicIpAddress";
        virtualmachineid: Uuid, "", of: "VirtualMachine";
    }
    may {
        networkid: Uuid, "", of: "Network";
        vmguestip: Text, "";
    }

    ListEgressFirewallRules("listEgressFirewallRules"): List<FirewallRule> in "firewallrule" for ANYONE,
        "", of: "PortForwardingRule";
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
        id: Uuid, "", of: "PortForwardingRule";
        networkid: Uuid, "", of: "Network";
        ipaddressid: Uuid, "", of: "PublicIpAddress";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListFirewallRules("listFirewallRules"): List<FirewallRule> in "firewallrule" for ANYONE,
        "", of: "PortForwardingRule";
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
        id: Uuid, "", of: "PortForwardingRule";
        ipaddressid: Uuid, "", of: "PublicIpAddress";
        networkid: Uuid, "", of: "Network", since: "4.3";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListIpForwardingRules("listIpForwardingRules"): List<PortForwardingRule> in "portforwardingrule" for ANYONE,
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
        ipaddressid: Uuid, "", of: "PublicIpAddress";
        id: Uuid, "", of: "PortForwardingRule";
        virtualmachineid: Uuid, "", of: "VirtualMachine";
    }

    ListPortForwardingRules("listPortForwardingRules"): List<PortForwardingRule> in "portforwardingrule" for ANYONE,
        "", of: "PortForwardingRule";
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
        id: Uuid, "", of: "PortForwardingRule";
        ipaddressid: Uuid, "", of: "PublicIpAddress";
        networkid: Uuid, "", of: "Network", since: "4.3";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListPortableIpRanges("listPortableIpRanges"): List<PortableIpRange> in "portableiprange" for ROOT_ADMIN,
        "", envelope: "listportableipresponse";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        regionid: Integer, "";
        id: Uuid, "", of: "PortableIpRange";
    }

    ListPublicIpAddresses("listPublicIpAddresses"): List<PublicIpAddress> in "publicipaddress" for ANYONE,
        "", of: "IpAddress";
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
        allocatedonly: Boolean, "";
        state: Text, "";
        forvirtualnetwork: Boolean, "";
        id: Uuid, "", of: "PublicIpAddress";
        ipaddress: Text, "";
        vlanid: Uuid, "", of: "VlanIpRange";
        zoneid: Uuid, "", of: "Zone";
        forloadbalancing: Boolean, "";
        physicalnetworkid: Uuid, "", of: "PhysicalNetwork";
        associatednetworkid: Uuid, "", of: "Network";
        networkid: Uuid, "", of: "Network", since: "4.13.0";
        issourcenat: Boolean, "";
        isstaticnat: Boolean, "";
        vpcid: Uuid, "", of: "Vpc";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        forsystemvms: Boolean, "", since: "4.20.0";
        forprovider: Boolean, "", since: "4.21.0";
    }

    UpdatePortForwardingRule("updatePortForwardingRule"): Async<PortForwardingRule> in "portforwardingrule" for ANYONE,
        "", event: "NET.RULEMODIFY", of: "PortForwardingRule";
    need {
        id: Uuid, "", of: "PortForwardingRule", since: "4.4";
    }
    may {
        customid: Text, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        privateport: Integer, "";
        privateendport: Integer, "";
        virtualmachineid: Uuid, "", of: "VirtualMachine";
        vmguestip: Text, "", since: "4.5";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        cidrlist: TextList, "";
        privateip: Text, "";
        protocol: Text, "";
        ipaddressid: Uuid, "", of: "PublicIpAddress";
        publicport: Text, "";
    }
}
