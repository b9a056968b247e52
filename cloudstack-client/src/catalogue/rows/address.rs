//! Public addresses and what is opened or forwarded on them.

commands! { ROWS:
    AssociateIpAddress("associateIpAddress"): AsyncCreate<PublicIpAddress> in "ipaddress" for ANYONE,
        "Takes a public address for an account, for a network or a VPC.", event: "NET.IPASSIGN";
    need {}
    may {
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        zoneid: Uuid, "Id of the zone.", of: "Zone";
        networkid: Uuid, "Id of the network.", of: "Network";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        vpcid: Uuid, "Id of the VPC.", of: "Vpc";
        isportable: Boolean, "True for an address that can move between zones.";
        regionid: Integer, "Number of the region.", of: "Region";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        ipaddress: Text, "The address wanted; any free one if left out.";
    }

    CreateEgressFirewallRule("createEgressFirewallRule"): AsyncCreate<FirewallRule> in "firewallrule" for ANYONE,
        "Opens an isolated network to the outside for some protocol and ports.", event: "FIREWALL.EGRESS.OPEN", of: "FirewallRule";
    need {
        networkid: Uuid, "Id of the network.", of: "Network";
        protocol: Text, "Protocol: `tcp`, `udp`, `icmp`, `all` or a number.";
    }
    may {
        startport: Integer, "First port of the range.";
        endport: Integer, "Last port of the range; the first if left out.";
        cidrlist: TextList, "Ranges of addresses that traffic may come from; any if left out.";
        destcidrlist: TextList, "Ranges of addresses that traffic may go to; any if left out.";
        icmptype: Integer, "ICMP type; -1 for any.";
        icmpcode: Integer, "ICMP code; -1 for any.";
        r#type: Text, "Who made the rule: `User` or `System`.";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreateFirewallRule("createFirewallRule"): AsyncCreate<FirewallRule> in "firewallrule" for ANYONE,
        "Opens a public address to the outside for some protocol and ports.", event: "FIREWALL.OPEN", of: "FirewallRule";
    need {
        ipaddressid: Uuid, "Id of the public address.", of: "PublicIpAddress";
        protocol: Text, "Protocol: `tcp`, `udp` or `icmp`.";
    }
    may {
        startport: Integer, "First port of the range.";
        endport: Integer, "Last port of the range; the first if left out.";
        cidrlist: TextList, "Ranges of addresses that traffic may come from; any if left out.";
        icmptype: Integer, "ICMP type; -1 for any.";
        icmpcode: Integer, "ICMP code; -1 for any.";
        r#type: Text, "Who made the rule: `User` or `System`.";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreateIpForwardingRule("createIpForwardingRule"): AsyncCreate<IpForwardingRule> in "ipforwardingrule" for ANYONE,
        "Forwards ports of an address that has static NAT to its guest.", event: "NET.RULEADD";
    need {
        ipaddressid: Uuid, "Id of the public address.", of: "PublicIpAddress";
        startport: Integer, "First port of the range.";
        protocol: Text, "Protocol: `tcp`, `udp` or `icmp`.";
    }
    may {
        endport: Integer, "Last port of the range; the first if left out.";
        openfirewall: Boolean, "True (outside a VPC, the default) to add a firewall rule for the ports.";
        cidrlist: TextList, "Ranges of addresses that traffic may come from; any if left out.";
    }

    CreatePortForwardingRule("createPortForwardingRule"): AsyncCreate<PortForwardingRule> in "portforwardingrule" for ANYONE,
        "Forwards ports of a public address to a guest.", event: "NET.RULEADD", of: "FirewallRule";
    need {
        ipaddressid: Uuid, "Id of the public address.", of: "PublicIpAddress";
        privateport: Integer, "First port of the guest.";
        protocol: Text, "Protocol: `tcp`, `udp` or `icmp`.";
        publicport: Integer, "First port of the public address.";
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        privateendport: Integer, "Last port of the guest; the first if left out.";
        publicendport: Integer, "Last port of the public address; the first if left out.";
        cidrlist: TextList, "Ranges of addresses that traffic may come from; any if left out.";
        openfirewall: Boolean, "True (outside a VPC, the default) to add a firewall rule for the ports.";
        networkid: Uuid, "Id of the network.", of: "Network";
        vmguestip: Text, "Address of the guest, if it is not its first one.";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreatePortableIpRange("createPortableIpRange"): AsyncCreate<PortableIpRange> in "portableiprange" for ROOT_ADMIN,
        "Adds a range of public addresses that can move between zones of a region.", since: "4.2.0", event: "PORTABLE.IP.RANGE.CREATE";
    need {
        regionid: Integer, "Number of the region.", of: "Region";
        startip: Text, "First address of the range.";
        endip: Text, "Last address of the range; the first if left out.";
        gateway: Text, "Gateway of the range.";
        netmask: Text, "Netmask of the range.";
    }
    may {
        vlan: Text, "VLAN id, or `untagged`.";
    }

    DeleteEgressFirewallRule("deleteEgressFirewallRule"): Async<Success> in "" for ANYONE,
        "Deletes a rule for traffic out of a network.", event: "FIREWALL.EGRESS.CLOSE", of: "FirewallRule";
    need {
        id: Uuid, "Id of the egress rule.", of: "FirewallRule";
    }
    may {}

    DeleteFirewallRule("deleteFirewallRule"): Async<Success> in "" for ANYONE,
        "Deletes a rule for traffic in to a public address.", event: "FIREWALL.CLOSE", of: "FirewallRule";
    need {
        id: Uuid, "Id of the firewall rule.", of: "FirewallRule";
    }
    may {}

    DeleteIpForwardingRule("deleteIpForwardingRule"): Async<Success> in "" for ANYONE,
        "Deletes a forwarding rule of static NAT.", event: "NET.RULEDELETE";
    need {
        id: Uuid, "Id of the forwarding rule.", of: "IpForwardingRule";
    }
    may {}

    DeletePortForwardingRule("deletePortForwardingRule"): Async<Success> in "" for ANYONE,
        "Deletes a port forwarding rule.", event: "NET.RULEDELETE", of: "PortForwardingRule";
    need {
        id: Uuid, "Id of the port forwarding rule.", of: "PortForwardingRule";
    }
    may {}

    DisableStaticNat("disableStaticNat"): Async<Success> in "" for ANYONE,
        "Ends the tie between a public address and a guest; its rules go with it.", event: "STATICNAT.DISABLE";
    need {
        ipaddressid: Uuid, "Id of the public address.", of: "PublicIpAddress";
    }
    may {}

    DisassociateIpAddress("disassociateIpAddress"): Async<Success> in "" for ANYONE,
        "Gives a public address back, with all rules on it.", event: "NET.IPRELEASE", of: "PublicIpAddress";
    need {}
    may {
        id: Uuid, "Id of the public address.", of: "PublicIpAddress";
        ipaddress: Text, "The address wanted; any free one if left out.", since: "4.19.0";
    }

    EnableStaticNat("enableStaticNat"): Sync<Success> in "" for ANYONE,
        "Ties a public address to one guest, for all traffic both ways.", event: "STATICNAT.ENABLE";
    need {
        ipaddressid: Uuid, "Id of the public address.", of: "PublicIpAddress";
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        networkid: Uuid, "Id of the network.", of: "Network";
        vmguestip: Text, "Address of the guest, if it is not its first one.";
    }

    ListEgressFirewallRules("listEgressFirewallRules"): List<FirewallRule> in "firewallrule" for ANYONE,
        "Lists rules for traffic out of networks.", of: "FirewallRule";
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
        id: Uuid, "Only the egress rule of this id.", of: "FirewallRule";
        networkid: Uuid, "Only those of this network.", of: "Network";
        ipaddressid: Uuid, "Only those of this public address.", of: "PublicIpAddress";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListFirewallRules("listFirewallRules"): List<FirewallRule> in "firewallrule" for ANYONE,
        "Lists rules for traffic in to public addresses.", of: "FirewallRule";
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
        id: Uuid, "Only the firewall rule of this id.", of: "FirewallRule";
        ipaddressid: Uuid, "Only those of this public address.", of: "PublicIpAddress";
        networkid: Uuid, "Only those of this network.", of: "Network", since: "4.3";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListIpForwardingRules("listIpForwardingRules"): List<IpForwardingRule> in "ipforwardingrule" for ANYONE,
        "Lists forwarding rules of static NAT.";
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
        ipaddressid: Uuid, "Only those of this public address.", of: "PublicIpAddress";
        id: Uuid, "Only the forwarding rule of this id.", of: "IpForwardingRule";
        virtualmachineid: Uuid, "Only those of this guest.", of: "VirtualMachine";
    }

    ListPortForwardingRules("listPortForwardingRules"): List<PortForwardingRule> in "portforwardingrule" for ANYONE,
        "Lists port forwarding rules.", of: "PortForwardingRule";
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
        id: Uuid, "Only the port forwarding rule of this id.", of: "PortForwardingRule";
        ipaddressid: Uuid, "Only those of this public address.", of: "PublicIpAddress";
        networkid: Uuid, "Only those of this network.", of: "Network", since: "4.3";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListPortableIpRanges("listPortableIpRanges"): List<PortableIpRange> in "portableiprange" for ROOT_ADMIN,
        "Lists ranges of portable addresses.", envelope: "listportableipresponse";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        regionid: Integer, "Only those of this region.";
        id: Uuid, "Only the range of this id.", of: "PortableIpRange";
    }

    ListPublicIpAddresses("listPublicIpAddresses"): List<PublicIpAddress> in "publicipaddress" for ANYONE,
        "Lists public addresses that are taken, or free ones too if asked for.", of: "PublicIpAddress";
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
        allocatedonly: Boolean, "False to list free addresses too; true by default.";
        state: Text, "Only those in this state.";
        forvirtualnetwork: Boolean, "True for public addresses only, false for guest ones.";
        id: Uuid, "Only the public address of this id.", of: "PublicIpAddress";
        ipaddress: Text, "Only those of this address.";
        vlanid: Uuid, "Only addresses of this range.", of: "VlanIpRange";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        forloadbalancing: Boolean, "True for addresses that a load balancer can use.";
        physicalnetworkid: Uuid, "Only those on this physical network.", of: "PhysicalNetwork";
        associatednetworkid: Uuid, "Only those that belong to this guest network.", of: "Network";
        networkid: Uuid, "Only those of this network.", of: "Network", since: "4.13.0";
        issourcenat: Boolean, "Only addresses that are, or are not, used for source NAT.";
        isstaticnat: Boolean, "Only addresses that are, or are not, used for static NAT.";
        vpcid: Uuid, "Only those of this VPC.", of: "Vpc";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        forsystemvms: Boolean, "Only those that are, or are not, for system guests.", since: "4.20.0";
        forprovider: Boolean, "True for addresses kept for an outside provider.", since: "4.21.0";
    }

    UpdatePortForwardingRule("updatePortForwardingRule"): Async<PortForwardingRule> in "portforwardingrule" for ANYONE,
        "Points a port forwarding rule to another port or guest.", event: "NET.RULEMODIFY", of: "PortForwardingRule";
    need {
        id: Uuid, "Id of the port forwarding rule.", of: "PortForwardingRule", since: "4.4";
    }
    may {
        customid: Text, "Id to answer from now on, instead of the one made here.", since: "4.4", roles: Roles::ROOT_ADMIN;
        privateport: Integer, "First port of the guest.";
        privateendport: Integer, "Last port of the guest; the first if left out.";
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
        vmguestip: Text, "Address of the guest, if it is not its first one.", since: "4.5";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        cidrlist: TextList, "Ranges of addresses that the rule is for.";
        privateip: Text, "Address of the guest.";
        protocol: Text, "Protocol: `tcp`, `udp` or `icmp`.";
        ipaddressid: Uuid, "Id of the public address.", of: "PublicIpAddress";
        publicport: Text, "First port of the public address.";
    }
}
