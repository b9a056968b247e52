//! network

use crate::catalogue::Roles;

shapes! {
    ApplicationLoadBalancerInstance, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        state: Text, "";
        ipaddress: Text, "";
    }

    ApplicationLoadBalancerRule, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        sourceport: Integer, "";
        instanceport: Integer, "";
        state: Text, "";
    }

    BgpPeer, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        ipaddress: Text, "";
        ip6address: Text, "";
        asnumber: Long, "";
        password: Text, "", secret: true;
        zoneid: Text, "";
        zonename: Text, "";
        created: Date, "";
        account: Text, "";
        domainid: Text, "";
        domain: Text, "";
        projectid: Text, "";
        project: Text, "";
        details: Map, "";
    }

    Capability, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        name: Text, "";
        value: Text, "";
        canchooseservicecapability: Boolean, "";
    }

    DataCenterGuestIpv6Prefix, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        prefix: Text, "";
        zoneid: Text, "";
        usedsubnets: Integer, "";
        availablesubnets: Integer, "";
        totalsubnets: Integer, "";
        created: Date, "";
    }

    FirewallRule, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        protocol: Text, "";
        startport: Integer, "";
        endport: Integer, "";
        ipaddressid: Text, "";
        networkid: Text, "";
        vpcid: Text, "";
        ipaddress: Text, "";
        state: Text, "";
        cidrlist: Text, "";
        icmptype: Integer, "";
        icmpcode: Integer, "";
        tags: Objects<ResourceTag>, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        destcidrlist: Text, "";
        traffictype: Text, "", since: "4.17.0";
    }

    InternalLoadBalancerElement, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        nspid: Text, "";
        enabled: Boolean, "";
    }

    LbStickiness, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        lbruleid: Text, "";
        name: Text, "";
        description: Text, "";
        account: Text, "";
        domainid: Text, "";
        domain: Text, "";
        state: Text, "";
        zoneid: Text, "";
        stickinesspolicy: Objects<LbStickinessPolicy>, "";
    }

    LbStickinessPolicy, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        methodname: Text, "";
        description: Text, "";
        state: Text, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        params: Map, "";
    }

    LoadBalancer, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        description: Text, "";
        algorithm: Text, "";
        networkid: Text, "";
        sourceipaddress: Text, "";
        sourceipaddressnetworkid: Text, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        loadbalancerrule: Objects<ApplicationLoadBalancerRule>, "";
        loadbalancerinstance: Objects<ApplicationLoadBalancerInstance>, "";
        tags: Objects<ResourceTag>, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    LoadBalancerRule, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        description: Text, "";
        publicipid: Text, "";
        publicip: Text, "";
        publicport: Text, "";
        privateport: Text, "";
        algorithm: Text, "";
        networkid: Text, "";
        cidrlist: Text, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        state: Text, "";
        zoneid: Text, "";
        zonename: Text, "", since: "4.11";
        protocol: Text, "";
        tags: Objects<ResourceTag>, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    LoadBalancerRuleInstance, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        loadbalancerruleinstance: Object<VirtualMachine>, "";
        lbvmipaddresses: TextList, "";
    }

    Network, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        associatednetworkid: Text, "";
        associatednetwork: Text, "";
        id: Text, "";
        name: Text, "";
        displaytext: Text, "";
        broadcastdomaintype: Text, "";
        traffictype: Text, "";
        gateway: Text, "";
        netmask: Text, "";
        cidr: Text, "";
        networkcidr: Text, "";
        reservediprange: Text, "";
        zoneid: Text, "";
        zonename: Text, "";
        networkofferingid: Text, "";
        networkofferingname: Text, "";
        networkofferingdisplaytext: Text, "";
        networkofferingconservemode: Boolean, "";
        networkofferingavailability: Text, "";
        issystem: Boolean, "";
        state: Text, "";
        related: Text, "";
        broadcasturi: Text, "";
        dns1: Text, "";
        dns2: Text, "";
        r#type: Text, "";
        vlan: Text, "";
        asnumberid: Text, "", since: "4.20.0";
        asnumber: Long, "", since: "4.20.0";
        acltype: Text, "";
        subdomainaccess: Boolean, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.0.0";
        isdefault: Boolean, "";
        service: Objects<NetworkService>, "";
        networkdomain: Text, "";
        physicalnetworkid: Text, "";
        restartrequired: Boolean, "";
        specifyvlan: Boolean, "";
        specifyipranges: Boolean, "";
        vpcid: Text, "";
        vpcname: Text, "", since: "4.15";
        tungstenvirtualrouteruuid: Text, "";
        canusefordeploy: Boolean, "";
        ispersistent: Boolean, "";
        tags: Objects<ResourceTag>, "";
        details: Map, "";
        ip6gateway: Text, "";
        ip6cidr: Text, "";
        displaynetwork: Boolean, "", roles: Roles::ROOT_ADMIN;
        aclid: Text, "";
        aclname: Text, "";
        strechedl2subnet: Boolean, "", since: "4.4";
        zonesnetworkspans: TextList, "", since: "4.4";
        externalid: Text, "", since: "4.11";
        redundantrouter: Boolean, "", since: "4.11.1";
        supportsvmautoscaling: Boolean, "", since: "4.18.0";
        icon: Object<ResourceIcon>, "", since: "4.16.0.0";
        created: Date, "", since: "4.16.0";
        receivedbytes: Long, "";
        sentbytes: Long, "";
        egressdefaultpolicy: Boolean, "";
        internetprotocol: Text, "";
        ip6routing: Text, "", since: "4.17.0";
        ip6routes: Text, "", since: "4.17.0";
        publicmtu: Integer, "";
        privatemtu: Integer, "";
        ip6dns1: Text, "", since: "4.18.0";
        ip6dns2: Text, "", since: "4.18.0";
        ip4routing: Text, "", since: "4.20.0";
        ip4routes: Text, "", since: "4.20.0";
        bgppeers: Objects<BgpPeer>, "", since: "4.20.0";
        keepmacaddressonpublicnic: Boolean, "", since: "4.23.0";
        dnszone: Text, "", since: "4.23.0";
        dnssubdomain: Text, "", since: "4.23.0";
    }

    NetworkService, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        name: Text, "";
        provider: Objects<NetworkServiceProvider>, "";
        capability: Objects<Capability>, "";
    }

    NetworkServiceProvider, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        name: Text, "";
        physicalnetworkid: Text, "";
        destinationphysicalnetworkid: Text, "";
        state: Text, "";
        id: Text, "";
        servicelist: TextList, "";
        canenableindividualservice: Boolean, "";
    }

    PhysicalNetwork, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        broadcastdomainrange: Text, "";
        zoneid: Text, "";
        zonename: Text, "";
        state: Text, "";
        vlan: Text, "";
        domainid: Text, "";
        tags: Text, "";
        isolationmethods: Text, "";
        networkspeed: Text, "";
    }

    PortForwardingRule, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        privateport: Text, "";
        privateendport: Text, "";
        protocol: Text, "";
        publicport: Text, "";
        publicendport: Text, "";
        virtualmachineid: Text, "";
        virtualmachinename: Text, "";
        virtualmachinedisplayname: Text, "";
        ipaddressid: Text, "";
        ipaddress: Text, "";
        state: Text, "";
        cidrlist: Text, "";
        tags: Objects<ResourceTag>, "";
        vmguestip: Text, "";
        networkid: Text, "";
        networkname: Text, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    PortableIp, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        regionid: Integer, "";
        ipaddress: Text, "";
        zoneid: Text, "";
        networkid: Text, "";
        vpcid: Text, "";
        physicalnetworkid: Text, "";
        accountid: Text, "";
        domainid: Text, "";
        allocated: Date, "";
        state: Text, "";
    }

    PortableIpRange, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        regionid: Integer, "";
        gateway: Text, "";
        netmask: Text, "";
        vlan: Text, "";
        startip: Text, "";
        endip: Text, "";
        portableipaddress: Objects<PortableIp>, "";
    }

    PublicIpAddress, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        ipaddress: Text, "";
        allocated: Date, "";
        zoneid: Text, "";
        zonename: Text, "";
        issourcenat: Boolean, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        forvirtualnetwork: Boolean, "";
        vlanid: Text, "";
        vlanname: Text, "";
        isstaticnat: Boolean, "";
        issystem: Boolean, "";
        virtualmachineid: Text, "";
        virtualmachinetype: Text, "", since: "4.19.0";
        vmipaddress: Text, "";
        virtualmachinename: Text, "";
        virtualmachinedisplayname: Text, "";
        associatednetworkid: Text, "";
        associatednetworkname: Text, "";
        networkid: Text, "";
        state: Text, "";
        physicalnetworkid: Text, "";
        purpose: Text, "";
        vpcid: Text, "";
        vpcname: Text, "", since: "4.13.2";
        tags: Objects<ResourceTag>, "";
        isportable: Boolean, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        networkname: Text, "";
        hasrules: Boolean, "";
        forsystemvms: Boolean, "";
        forprovider: Boolean, "", since: "4.21.0";
    }

    SecurityGroup, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        description: Text, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        ingressrule: Objects<SecurityGroupRule>, "";
        egressrule: Objects<SecurityGroupRule>, "";
        tags: Objects<ResourceTag>, "";
        virtualmachinecount: Integer, "", since: "4.6.0";
        virtualmachineids: TextList, "", since: "4.6.0";
    }

    SecurityGroupRule, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        ruleid: Text, "";
        protocol: Text, "";
        icmptype: Integer, "";
        icmpcode: Integer, "";
        startport: Integer, "";
        endport: Integer, "";
        securitygroupname: Text, "";
        account: Text, "";
        cidr: Text, "";
        tags: Objects<ResourceTag>, "";
    }

    SslCert, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        certificate: Text, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        certchain: Text, "";
        fingerprint: Text, "";
        loadbalancerrulelist: TextList, "";
        name: Text, "";
    }

    TrafficType, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        traffictype: Text, "";
        physicalnetworkid: Text, "";
        xennetworklabel: Text, "";
        kvmnetworklabel: Text, "";
        vmwarenetworklabel: Text, "";
        hypervnetworklabel: Text, "";
        vlan: Text, "";
        isolationmethods: Text, "";
        ovm3networklabel: Text, "";
    }

    TrafficTypeImplementor, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        traffictype: Text, "";
        traffictypeimplementor: Text, "";
    }

    VlanIpRange, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        forvirtualnetwork: Boolean, "";
        zoneid: Text, "";
        vlan: Text, "";
        account: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        podid: Text, "";
        podname: Text, "";
        description: Text, "";
        gateway: Text, "";
        netmask: Text, "";
        cidr: Text, "";
        startip: Text, "";
        endip: Text, "";
        networkid: Text, "";
        projectid: Text, "";
        project: Text, "";
        physicalnetworkid: Text, "";
        startipv6: Text, "";
        endipv6: Text, "";
        ip6gateway: Text, "";
        ip6cidr: Text, "";
        forsystemvms: Boolean, "";
        provider: Text, "", since: "4.21.0";
    }
}
