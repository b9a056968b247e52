//! VPCs and VPNs as answered.

use crate::catalogue::Roles;

shapes! {
    NetworkAclItem, "A rule of an ACL." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the ACL rule.";
        protocol: Text, "Protocol: `tcp`, `udp`, `icmp` …";
        startport: Text, "First port of the range.";
        endport: Text, "Last port of the range.";
        traffictype: Text, "`Ingress` or `Egress`.";
        state: Text, "State it is in.";
        cidrlist: Text, "Ranges of addresses it is for.";
        icmptype: Integer, "ICMP type; -1 for any.";
        icmpcode: Integer, "ICMP code; -1 for any.";
        tags: Objects<ResourceTag>, "Its tags.";
        aclid: Text, "Id of its ACL.";
        aclname: Text, "Name of its ACL.";
        number: Integer, "Position of the rule in its ACL.";
        action: Text, "What it does: `allow` or `deny`.";
        fordisplay: Boolean, "False if it is hidden from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        reason: Text, "Why the rule is there, in words.", since: "4.12";
    }

    NetworkAclList, "An ACL." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the ACL.";
        name: Text, "Name of the ACL.";
        description: Text, "What it is, in words.";
        vpcid: Text, "Id of its VPC.";
        vpcname: Text, "Name of its VPC.";
        fordisplay: Boolean, "False if it is hidden from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        protocol: Text, "Protocol: `tcp`, `udp`, `icmp` …";
        startport: Text, "First port of the range.";
        endport: Text, "Last port of the range.";
        traffictype: Text, "Type of traffic.";
        state: Text, "State it is in.";
        cidrlist: Text, "Ranges of addresses it is for.";
        icmptype: Integer, "ICMP type; -1 for any.";
        icmpcode: Integer, "ICMP code; -1 for any.";
        tags: Objects<ResourceTag>, "Its tags.";
    }

    PrivateGateway, "A private gateway of a VPC." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        associatednetworkid: Text, "Id of the network it belongs to.";
        associatednetwork: Text, "Name of the network it belongs to.";
        id: Text, "Id of the private gateway.";
        gateway: Text, "Address of the gateway.";
        netmask: Text, "Netmask of its network.";
        ipaddress: Text, "IPv4 address.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        vlan: Text, "VLAN id.";
        vpcid: Text, "Id of its VPC.";
        vpcname: Text, "Name of its VPC.", since: "4.13.2";
        physicalnetworkid: Text, "Id of its physical network.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        state: Text, "State it is in.";
        sourcenatsupported: Boolean, "True if what is behind it is hidden by source NAT.";
        aclid: Text, "Id of its ACL.";
        aclname: Text, "Name of its ACL.";
    }

    RemoteAccessVpn, "A public address that VPN clients can connect to." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        publicipid: Text, "Id of the public address.";
        publicip: Text, "Public address.";
        iprange: Text, "Addresses that clients get.";
        presharedkey: Text, "Key that clients share.", secret: true;
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        state: Text, "State it is in.";
        id: Text, "Id of the remote access VPN.";
        fordisplay: Boolean, "False if it is hidden from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    StaticRoute, "A static route of a VPC." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the static route.";
        state: Text, "State it is in.";
        vpcid: Text, "Id of its VPC.";
        vpcgatewayid: Text, "Id of the private gateway.";
        vpcgatewayip: Text, "Address of the private gateway.", since: "4.21.0";
        nexthop: Text, "Address that traffic is sent to.", since: "4.21.0";
        cidr: Text, "Range of IPv4 addresses.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        tags: Objects<ResourceTag>, "Its tags.";
        gatewayid: Text, "Id of the private gateway.";
    }

    Vpc, "A VPC." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the VPC.";
        name: Text, "Name of the VPC.";
        displaytext: Text, "A description to show.";
        state: Text, "State it is in.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        service: Objects<NetworkService>, "Its services.";
        cidr: Text, "Range of IPv4 addresses.";
        vpcofferingid: Text, "Id of its VPC offering.";
        vpcofferingname: Text, "Name of its VPC offering.", since: "4.13.2";
        vpcofferingconservemode: Boolean, "True if services of all kinds may share an address.", since: "4.23";
        created: Date, "When it was made.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        network: Objects<Network>, "Networks in it.";
        restartrequired: Boolean, "True if it must be restarted for a change to take effect.";
        networkdomain: Text, "Domain part of its guests' names.";
        tags: Objects<ResourceTag>, "Its tags.";
        fordisplay: Boolean, "False if it is hidden from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        distributedvpcrouter: Boolean, "True if routing is spread over hosts.", since: "4.4";
        regionlevelvpc: Boolean, "True if it spans zones.", since: "4.4";
        redundantvpcrouter: Boolean, "True if it has two routers.", since: "4.6";
        icon: Object<ResourceIcon>, "Its icon.", since: "4.16.0.0";
        ip6routes: Text, "IPv6 routes to it from outside.", since: "4.17.0";
        publicmtu: Integer, "MTU of the router's card outside, in bytes.", since: "4.18.0";
        dns1: Text, "First DNS server.";
        dns2: Text, "Second DNS server.";
        ip6dns1: Text, "First IPv6 DNS server.", since: "4.18.0";
        ip6dns2: Text, "Second IPv6 DNS server.", since: "4.18.0";
        ip4routing: Text, "How IPv4 is routed: `Static` or `Dynamic`.", since: "4.20.0";
        ip4routes: Text, "IPv4 routes to it from outside.", since: "4.20.0";
        asnumberid: Text, "Id of the AS number.", since: "4.20.0";
        asnumber: Long, "AS number for BGP.", since: "4.20.0";
        bgppeers: Objects<BgpPeer>, "Peers its routes are told to by BGP.", since: "4.20.0";
        keepmacaddressonpublicnic: Boolean, "True if the public card keeps its MAC address.", since: "4.23.0";
    }

    VpcOffering, "A VPC offering." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the VPC offering.";
        name: Text, "Name of the VPC offering.";
        displaytext: Text, "A description to show.";
        created: Date, "When it was made.";
        isdefault: Boolean, "True for the default one.";
        state: Text, "State it is in.";
        service: Objects<NetworkService>, "Its services.";
        distributedvpcrouter: Boolean, "True if routing is spread over hosts.", since: "4.4";
        supportsregionlevelvpc: Boolean, "True if VPCs may span zones.", wire: "supportsregionLevelvpc", since: "4.4";
        fornsx: Boolean, "True if it is for NSX.";
        networkmode: Text, "How networks reach outside: `NATTED` or `ROUTED`.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        zoneid: Text, "Id of the zone it is in.", since: "4.13.0";
        zone: Text, "Its zone.", since: "4.13.0";
        internetprotocol: Text, "`IPv4` or `DualStack`.";
        specifyasnumber: Boolean, "True if whoever makes a network may choose its AS number.";
        routingmode: Text, "`Static` or `Dynamic`.";
        conservemode: Boolean, "True if services of all kinds may share an address.", since: "4.23.0";
    }

    VpnConnection, "A connection between VPN gateways." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the VPN connection.";
        s2svpngatewayid: Text, "Id of the VPC's VPN gateway.";
        publicip: Text, "Public address.";
        s2scustomergatewayid: Text, "Id of the gateway at the other end.";
        gateway: Text, "Public address of the gateway at the other end.";
        cidrlist: Text, "Ranges of addresses it is for.";
        ipsecpsk: Text, "Key that both gateways share.", secret: true;
        ikepolicy: Text, "Ciphers and hashes of phase 1.";
        esppolicy: Text, "Ciphers and hashes of phase 2.";
        ikelifetime: Long, "Seconds the key of phase 1 lives.";
        esplifetime: Long, "Seconds the key of phase 2 lives.";
        dpd: Boolean, "True if a dead other end is noticed.";
        forceencap: Boolean, "True if ESP is wrapped in UDP also without NAT.";
        state: Text, "State it is in.";
        passive: Boolean, "True if it waits for the other end to connect.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        created: Date, "When it was made.";
        removed: Date, "When it was deleted.";
        fordisplay: Boolean, "False if it is hidden from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        splitconnections: Boolean, "True for a connection of its own for each remote range.";
        ikeversion: Text, "`ike` (any), `ikev1` or `ikev2`.";
    }

    VpnCustomerGateway, "A VPN gateway at the other end." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the customer gateway.";
        name: Text, "Name of the customer gateway.";
        gateway: Text, "Public address of the gateway at the other end.";
        ipaddress: Text, "IPv4 address.";
        cidrlist: Text, "Ranges of addresses it is for.";
        ipsecpsk: Text, "Key that both gateways share.", secret: true;
        ikepolicy: Text, "Ciphers and hashes of phase 1.";
        esppolicy: Text, "Ciphers and hashes of phase 2.";
        ikelifetime: Long, "Seconds the key of phase 1 lives.";
        esplifetime: Long, "Seconds the key of phase 2 lives.";
        dpd: Boolean, "True if a dead other end is noticed.";
        forceencap: Boolean, "True if ESP is wrapped in UDP also without NAT.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        removed: Date, "When it was deleted.";
        splitconnections: Boolean, "True for a connection of its own for each remote range.";
        ikeversion: Text, "`ike` (any), `ikev1` or `ikev2`.";
        obsoleteparameters: Text, "Parameters that should no longer be chosen.", since: "4.23.0";
        excludedparameters: Text, "Parameters that may not be chosen.", since: "4.23.0";
    }

    VpnGateway, "A VPN gateway of a VPC." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the VPN gateway.";
        publicip: Text, "Public address.";
        vpcid: Text, "Id of its VPC.";
        vpcname: Text, "Name of its VPC.", since: "4.13.2";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        removed: Date, "When it was deleted.";
        fordisplay: Boolean, "False if it is hidden from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    VpnUser, "A user of remote access VPNs." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the VPN user.";
        username: Text, "Name of the user.";
        account: Text, "Name of the account it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        state: Text, "State it is in.";
    }
}
