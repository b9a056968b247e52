//! Networks, addresses and their rules as answered.

use crate::catalogue::Roles;

shapes! {
    ApplicationLoadBalancerInstance, "A guest behind an internal load balancer." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the guest.";
        name: Text, "Name of the guest.";
        state: Text, "State it is in.";
        ipaddress: Text, "IPv4 address.";
    }

    ApplicationLoadBalancerRule, "A port of an internal load balancer." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        sourceport: Integer, "Port of the load balancer.";
        instanceport: Integer, "Port of the guests.";
        state: Text, "State it is in.";
    }

    BgpPeer, "A BGP peer." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the bgp peer.";
        ipaddress: Text, "IPv4 address.";
        ip6address: Text, "IPv6 address.";
        asnumber: Long, "AS number for BGP.";
        password: Text, "Password to log in there.", secret: true;
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        created: Date, "When it was made.";
        account: Text, "Name of the account it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        details: Map, "Details kept with it.";
    }

    Capability, "Something a network service can do." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        name: Text, "Name of the capability.";
        value: Text, "Its value.";
        canchooseservicecapability: Boolean, "True if whoever makes an offering may choose it.";
    }

    DataCenterGuestIpv6Prefix, "An IPv6 prefix for guest networks." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the prefix.";
        prefix: Text, "The IPv6 prefix.";
        zoneid: Text, "Id of the zone it is in.";
        usedsubnets: Integer, "How many subnets are taken.";
        availablesubnets: Integer, "How many subnets are free.";
        totalsubnets: Integer, "How many subnets there are.";
        created: Date, "When it was made.";
    }

    FirewallRule, "A firewall rule." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the firewall rule.";
        protocol: Text, "Protocol: `tcp`, `udp`, `icmp` …";
        startport: Integer, "First port of the range.";
        endport: Integer, "Last port of the range.";
        ipaddressid: Text, "Id of the public address.";
        networkid: Text, "Id of its network.";
        vpcid: Text, "Id of its VPC.";
        ipaddress: Text, "The public address.";
        state: Text, "State it is in.";
        cidrlist: Text, "Ranges of addresses it is for.";
        icmptype: Integer, "ICMP type; -1 for any.";
        icmpcode: Integer, "ICMP code; -1 for any.";
        tags: Objects<ResourceTag>, "Its tags.";
        fordisplay: Boolean, "False if it is hidden from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        destcidrlist: Text, "Ranges of addresses that traffic may go to.";
        traffictype: Text, "`Ingress` or `Egress`.", since: "4.17.0";
    }

    InternalLoadBalancerElement, "The internal load balancer of a physical network." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the load balancer element.";
        nspid: Text, "Id of the network service provider.";
        enabled: Boolean, "True if it is enabled.";
    }

    IpForwardingRule, "A forwarding rule of static NAT." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the ip forwarding rule.";
        protocol: Text, "Protocol: `tcp`, `udp`, `icmp` …";
        virtualmachineid: Text, "Id of the guest.";
        virtualmachinename: Text, "Name of the guest.";
        virtualmachinedisplayname: Text, "Name of the guest to show.";
        ipaddressid: Text, "Id of the public address.";
        ipaddress: Text, "The public address.";
        startport: Integer, "First port of the range.";
        endport: Integer, "Last port of the range.";
        state: Text, "State it is in.";
        cidrlist: Text, "Ranges of addresses it is for.";
    }

    LbStickiness, "The stickiness of a load balancer rule." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        lbruleid: Text, "Id of the load balancer rule.";
        name: Text, "Name of the policy.";
        description: Text, "What it is, in words.";
        account: Text, "Name of the account it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        state: Text, "State it is in.";
        zoneid: Text, "Id of the zone it is in.";
        stickinesspolicy: Objects<LbStickinessPolicy>, "The policies.";
    }

    LbStickinessPolicy, "One stickiness policy." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the stickiness policy.";
        name: Text, "Name of the stickiness policy.";
        methodname: Text, "`LbCookie`, `AppCookie` or `SourceBased`.";
        description: Text, "What it is, in words.";
        state: Text, "State it is in.";
        fordisplay: Boolean, "False if it is hidden from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        params: Map, "Parameters of the method.";
    }

    LoadBalancer, "An internal load balancer." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the load balancer.";
        name: Text, "Name of the load balancer.";
        description: Text, "What it is, in words.";
        algorithm: Text, "How guests are chosen: `roundrobin`, `leastconn` or `source`.";
        networkid: Text, "Id of its network.";
        sourceipaddress: Text, "Address inside the network.";
        sourceipaddressnetworkid: Text, "Id of the network the address is in.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        loadbalancerrule: Objects<ApplicationLoadBalancerRule>, "Ports it listens at.";
        loadbalancerinstance: Objects<ApplicationLoadBalancerInstance>, "Guests behind it.";
        tags: Objects<ResourceTag>, "Its tags.";
        fordisplay: Boolean, "False if it is hidden from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    LoadBalancerRule, "A load balancer rule." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the load balancer rule.";
        name: Text, "Name of the load balancer rule.";
        description: Text, "What it is, in words.";
        publicipid: Text, "Id of the public address.";
        publicip: Text, "Public address.";
        publicport: Text, "First port of the public address.";
        privateport: Text, "First port of the guest.";
        algorithm: Text, "How guests are chosen: `roundrobin`, `leastconn` or `source`.";
        networkid: Text, "Id of its network.";
        cidrlist: Text, "Ranges of addresses it is for.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        state: Text, "State it is in.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.", since: "4.11";
        protocol: Text, "Protocol: `tcp`, `udp`, `tcp-proxy` or `ssl`.";
        tags: Objects<ResourceTag>, "Its tags.";
        fordisplay: Boolean, "False if it is hidden from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    LoadBalancerRuleInstance, "A guest behind a load balancer rule." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        loadbalancerruleinstance: Object<VirtualMachine>, "The guest behind the rule.";
        lbvmipaddresses: TextList, "Addresses of the guest behind the rule.";
    }

    Network, "A network." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        associatednetworkid: Text, "Id of the network it belongs to.";
        associatednetwork: Text, "Name of the network it belongs to.";
        id: Text, "Id of the network.";
        name: Text, "Name of the network.";
        displaytext: Text, "A description to show.";
        broadcastdomaintype: Text, "How it is kept apart, such as `Vlan`.";
        traffictype: Text, "Type of traffic.";
        gateway: Text, "Address of the gateway.";
        netmask: Text, "Netmask of its network.";
        cidr: Text, "Range of IPv4 addresses.";
        networkcidr: Text, "Range of all its addresses, where guests get part of it.";
        reservediprange: Text, "Addresses that guests do not get.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        networkofferingid: Text, "Id of its offering.";
        networkofferingname: Text, "Name of its offering.";
        networkofferingdisplaytext: Text, "Description of its offering.";
        networkofferingconservemode: Boolean, "True if services of all kinds may share an address.";
        networkofferingavailability: Text, "Availability of its offering.";
        issystem: Boolean, "True if it is the system's own.";
        state: Text, "State it is in.";
        related: Text, "Id of the network it came from.";
        broadcasturi: Text, "What keeps it apart, such as `vlan://100`.";
        dns1: Text, "First DNS server.";
        dns2: Text, "Second DNS server.";
        r#type: Text, "What kind it is.";
        vlan: Text, "VLAN id.";
        asnumberid: Text, "Id of the AS number.", since: "4.20.0";
        asnumber: Long, "AS number for BGP.", since: "4.20.0";
        acltype: Text, "Whom it is open to: `Account` or `Domain`.";
        subdomainaccess: Boolean, "True if domains below may use it too.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.0.0";
        isdefault: Boolean, "True for the default one.";
        service: Objects<NetworkService>, "Its services.";
        networkdomain: Text, "Domain part of its guests' names.";
        physicalnetworkid: Text, "Id of its physical network.";
        restartrequired: Boolean, "True if it must be restarted for a change to take effect.";
        specifyvlan: Boolean, "True if whoever makes a network gives its VLAN.";
        specifyipranges: Boolean, "True if whoever makes a network gives its ranges of addresses.";
        vpcid: Text, "Id of its VPC.";
        vpcname: Text, "Name of its VPC.", since: "4.15";
        tungstenvirtualrouteruuid: Text, "Id of the Tungsten logical router.";
        canusefordeploy: Boolean, "True if the caller can deploy in it.";
        ispersistent: Boolean, "True if it is set up before the first guest.";
        tags: Objects<ResourceTag>, "Its tags.";
        details: Map, "Details kept with it.";
        ip6gateway: Text, "IPv6 gateway.";
        ip6cidr: Text, "Range of IPv6 addresses.";
        displaynetwork: Boolean, "False if it is hidden from users.", roles: Roles::ROOT_ADMIN;
        aclid: Text, "Id of its ACL.";
        aclname: Text, "Name of its ACL.";
        strechedl2subnet: Boolean, "True if it spans zones.", since: "4.4";
        zonesnetworkspans: TextList, "Zones the network spans.", since: "4.4";
        externalid: Text, "Id it has outside.", since: "4.11";
        redundantrouter: Boolean, "True if it has two routers.", since: "4.11.1";
        supportsvmautoscaling: Boolean, "True if scaling groups can be in it.", since: "4.18.0";
        icon: Object<ResourceIcon>, "Its icon.", since: "4.16.0.0";
        created: Date, "When it was made.", since: "4.16.0";
        receivedbytes: Long, "Bytes received so far.";
        sentbytes: Long, "Bytes sent so far.";
        egressdefaultpolicy: Boolean, "True if traffic out is allowed where no rule denies it.";
        internetprotocol: Text, "`IPv4` or `DualStack`.";
        ip6routing: Text, "How IPv6 is routed.", since: "4.17.0";
        ip6routes: Text, "IPv6 routes to it from outside.", since: "4.17.0";
        publicmtu: Integer, "MTU of the router's card outside, in bytes.";
        privatemtu: Integer, "MTU of the router's card inside, in bytes.";
        ip6dns1: Text, "First IPv6 DNS server.", since: "4.18.0";
        ip6dns2: Text, "Second IPv6 DNS server.", since: "4.18.0";
        ip4routing: Text, "How IPv4 is routed: `Static` or `Dynamic`.", since: "4.20.0";
        ip4routes: Text, "IPv4 routes to it from outside.", since: "4.20.0";
        bgppeers: Objects<BgpPeer>, "Peers its routes are told to by BGP.", since: "4.20.0";
        keepmacaddressonpublicnic: Boolean, "True if the public card keeps its MAC address.", since: "4.23.0";
        dnszone: Text, "Zone for the network's names.", since: "4.23.0";
        dnssubdomain: Text, "Subdomain for the network's names.", since: "4.23.0";
    }

    NetworkService, "A service that a network can have." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        name: Text, "Name of the service.";
        provider: Objects<NetworkServiceProvider>, "Providers of the service.";
        capability: Objects<Capability>, "What the service can do.";
    }

    NetworkServiceProvider, "A provider of network services." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        name: Text, "Name of the provider.";
        physicalnetworkid: Text, "Id of its physical network.";
        destinationphysicalnetworkid: Text, "Id of the physical network the provider bridges to.";
        state: Text, "State it is in.";
        id: Text, "Id of the provider.";
        servicelist: TextList, "Names of its services.";
        canenableindividualservice: Boolean, "True if its services can be chosen one by one.";
    }

    PhysicalNetwork, "A physical network." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the physical network.";
        name: Text, "Name of the physical network.";
        broadcastdomainrange: Text, "Where its VLANs are unique: `ZONE` or `POD`.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        state: Text, "State it is in.";
        vlan: Text, "VLAN id.";
        domainid: Text, "Id of the domain it belongs to.";
        tags: Text, "Its tags.";
        isolationmethods: Text, "How networks are kept apart.";
        networkspeed: Text, "Speed in Mb/s.";
    }

    PortForwardingRule, "A port forwarding rule." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the port forwarding rule.";
        privateport: Text, "First port of the guest.";
        privateendport: Text, "Last port of the guest.";
        protocol: Text, "Protocol: `tcp`, `udp`, `icmp` …";
        publicport: Text, "First port of the public address.";
        publicendport: Text, "Last port of the public address.";
        virtualmachineid: Text, "Id of the guest.";
        virtualmachinename: Text, "Name of the guest.";
        virtualmachinedisplayname: Text, "Name of the guest to show.";
        ipaddressid: Text, "Id of the public address.";
        ipaddress: Text, "The public address.";
        state: Text, "State it is in.";
        cidrlist: Text, "Ranges of addresses it is for.";
        tags: Objects<ResourceTag>, "Its tags.";
        vmguestip: Text, "Address of the guest.";
        networkid: Text, "Id of its network.";
        networkname: Text, "Name of its network.";
        fordisplay: Boolean, "False if it is hidden from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    PortableIp, "A portable address." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        regionid: Integer, "Number of its region.";
        ipaddress: Text, "The public address.";
        zoneid: Text, "Id of the zone it is in.";
        networkid: Text, "Id of its network.";
        vpcid: Text, "Id of its VPC.";
        physicalnetworkid: Text, "Id of its physical network.";
        accountid: Text, "Id of the account it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        allocated: Date, "When it was taken.";
        state: Text, "State it is in.";
    }

    PortableIpRange, "A range of portable addresses." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the range.";
        regionid: Integer, "Number of its region.";
        gateway: Text, "Address of the gateway.";
        netmask: Text, "Netmask of its network.";
        vlan: Text, "VLAN id.";
        startip: Text, "First address of the range.";
        endip: Text, "Last address of the range.";
        portableipaddress: Objects<PortableIp>, "Addresses of the range that are taken.";
    }

    PublicIpAddress, "A public address." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the public address.";
        ipaddress: Text, "The public address.";
        allocated: Date, "When it was taken.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        issourcenat: Boolean, "True if it is used for source NAT.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        forvirtualnetwork: Boolean, "True for public addresses, false for guest addresses.";
        vlanid: Text, "Id of the range it is in.";
        vlanname: Text, "VLAN of the range it is in.";
        isstaticnat: Boolean, "True if it is used for static NAT.";
        issystem: Boolean, "True if it is the system's own.";
        virtualmachineid: Text, "Id of the guest.";
        virtualmachinetype: Text, "Kind of guest the address is for.", since: "4.19.0";
        vmipaddress: Text, "Address of the guest.";
        virtualmachinename: Text, "Name of the guest.";
        virtualmachinedisplayname: Text, "Name of the guest to show.";
        associatednetworkid: Text, "Id of the network it belongs to.";
        associatednetworkname: Text, "Name of the network it belongs to.";
        networkid: Text, "Id of its network.";
        state: Text, "State it is in.";
        physicalnetworkid: Text, "Id of its physical network.";
        purpose: Text, "What the address is used for.";
        vpcid: Text, "Id of its VPC.";
        vpcname: Text, "Name of its VPC.", since: "4.13.2";
        tags: Objects<ResourceTag>, "Its tags.";
        isportable: Boolean, "True if it can move between zones.";
        fordisplay: Boolean, "False if it is hidden from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        networkname: Text, "Name of its network.";
        hasrules: Boolean, "True if rules use the address.";
        forsystemvms: Boolean, "True if it is for system guests.";
        forprovider: Boolean, "True if it is kept for an outside provider.", since: "4.21.0";
    }

    SecurityGroup, "A security group." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the security group.";
        name: Text, "Name of the security group.";
        description: Text, "What it is, in words.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        ingressrule: Objects<SecurityGroupRule>, "Rules for traffic in.";
        egressrule: Objects<SecurityGroupRule>, "Rules for traffic out.";
        tags: Objects<ResourceTag>, "Its tags.";
        virtualmachinecount: Integer, "How many guests are in the group.", since: "4.6.0";
        virtualmachineids: TextList, "Ids of the guests in the group.", since: "4.6.0";
    }

    SecurityGroupRule, "A rule of a security group." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        ruleid: Text, "Id of the rule.";
        protocol: Text, "Protocol: `tcp`, `udp`, `icmp` …";
        icmptype: Integer, "ICMP type; -1 for any.";
        icmpcode: Integer, "ICMP code; -1 for any.";
        startport: Integer, "First port of the range.";
        endport: Integer, "Last port of the range.";
        securitygroupname: Text, "Name of the security group.";
        account: Text, "Name of the account it belongs to.";
        cidr: Text, "Range of IPv4 addresses.";
        tags: Objects<ResourceTag>, "Its tags.";
    }

    SslCert, "A certificate for load balancers." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the certificate.";
        certificate: Text, "The certificate, in PEM form.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        certchain: Text, "Certificates up to the root, in PEM form.";
        fingerprint: Text, "Fingerprint of the certificate.";
        loadbalancerrulelist: TextList, "Ids of the load balancer rules that use it.";
        name: Text, "Name of the certificate.";
    }

    TrafficType, "A type of traffic on a physical network." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the traffic type.";
        traffictype: Text, "Type of traffic.";
        physicalnetworkid: Text, "Id of its physical network.";
        xennetworklabel: Text, "Name label of the network on XenServer hosts.";
        kvmnetworklabel: Text, "Name of the bridge on KVM hosts.";
        vmwarenetworklabel: Text, "Name of the virtual switch on VMware hosts.";
        hypervnetworklabel: Text, "Name of the network on Hyper-V hosts.";
        vlan: Text, "VLAN id.";
        isolationmethods: Text, "How networks are kept apart.";
        ovm3networklabel: Text, "Name of the network on OVM 3 hosts.";
    }

    TrafficTypeImplementor, "What implements a type of traffic." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        traffictype: Text, "Type of traffic.";
        traffictypeimplementor: Text, "What implements it.";
    }

    VlanIpRange, "A range of addresses on a VLAN." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the range.";
        forvirtualnetwork: Boolean, "True for public addresses, false for guest addresses.";
        zoneid: Text, "Id of the zone it is in.";
        vlan: Text, "VLAN id.";
        account: Text, "Name of the account it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        podid: Text, "Id of the pod it is in.";
        podname: Text, "Name of the pod it is in.";
        description: Text, "What it is, in words.";
        gateway: Text, "Address of the gateway.";
        netmask: Text, "Netmask of its network.";
        cidr: Text, "Range of IPv4 addresses.";
        startip: Text, "First address of the range.";
        endip: Text, "Last address of the range.";
        networkid: Text, "Id of its network.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        physicalnetworkid: Text, "Id of its physical network.";
        startipv6: Text, "First IPv6 address of the range.";
        endipv6: Text, "Last IPv6 address of the range.";
        ip6gateway: Text, "IPv6 gateway.";
        ip6cidr: Text, "Range of IPv6 addresses.";
        forsystemvms: Boolean, "True if it is for system guests.";
        provider: Text, "Name of its provider.", since: "4.21.0";
    }
}
