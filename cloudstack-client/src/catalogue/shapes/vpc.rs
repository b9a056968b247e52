//! vpc

use crate::catalogue::Roles;

shapes! {
    NetworkAclItem, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        protocol: Text, "";
        startport: Text, "";
        endport: Text, "";
        traffictype: Text, "";
        state: Text, "";
        cidrlist: Text, "";
        icmptype: Integer, "";
        icmpcode: Integer, "";
        tags: Objects<ResourceTag>, "";
        aclid: Text, "";
        aclname: Text, "";
        number: Integer, "";
        action: Text, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        reason: Text, "", since: "4.12";
    }

    NetworkAclList, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        description: Text, "";
        vpcid: Text, "";
        vpcname: Text, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        protocol: Text, "";
        startport: Text, "";
        endport: Text, "";
        traffictype: Text, "";
        state: Text, "";
        cidrlist: Text, "";
        icmptype: Integer, "";
        icmpcode: Integer, "";
        tags: Objects<ResourceTag>, "";
    }

    PrivateGateway, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        associatednetworkid: Text, "";
        associatednetwork: Text, "";
        id: Text, "";
        gateway: Text, "";
        netmask: Text, "";
        ipaddress: Text, "";
        zoneid: Text, "";
        zonename: Text, "";
        vlan: Text, "";
        vpcid: Text, "";
        vpcname: Text, "", since: "4.13.2";
        physicalnetworkid: Text, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        state: Text, "";
        sourcenatsupported: Boolean, "";
        aclid: Text, "";
        aclname: Text, "";
    }

    RemoteAccessVpn, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        publicipid: Text, "";
        publicip: Text, "";
        iprange: Text, "";
        presharedkey: Text, "", secret: true;
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        state: Text, "";
        id: Text, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    StaticRoute, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        state: Text, "";
        vpcid: Text, "";
        vpcgatewayid: Text, "";
        vpcgatewayip: Text, "", since: "4.21.0";
        nexthop: Text, "", since: "4.21.0";
        cidr: Text, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        tags: Objects<ResourceTag>, "";
        gatewayid: Text, "";
    }

    Vpc, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        name: Text, "";
        displaytext: Text, "";
        state: Text, "";
        zoneid: Text, "";
        zonename: Text, "";
        service: Objects<NetworkService>, "";
        cidr: Text, "";
        vpcofferingid: Text, "";
        vpcofferingname: Text, "", since: "4.13.2";
        vpcofferingconservemode: Boolean, "", since: "4.23";
        created: Date, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        network: Objects<Network>, "";
        restartrequired: Boolean, "";
        networkdomain: Text, "";
        tags: Objects<ResourceTag>, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        distributedvpcrouter: Boolean, "", since: "4.4";
        regionlevelvpc: Boolean, "", since: "4.4";
        redundantvpcrouter: Boolean, "", since: "4.6";
        icon: Object<ResourceIcon>, "", since: "4.16.0.0";
        ip6routes: Text, "", since: "4.17.0";
        publicmtu: Integer, "", since: "4.18.0";
        dns1: Text, "";
        dns2: Text, "";
        ip6dns1: Text, "", since: "4.18.0";
        ip6dns2: Text, "", since: "4.18.0";
        ip4routing: Text, "", since: "4.20.0";
        ip4routes: Text, "", since: "4.20.0";
        asnumberid: Text, "", since: "4.20.0";
        asnumber: Long, "", since: "4.20.0";
        bgppeers: Objects<BgpPeer>, "", since: "4.20.0";
        keepmacaddressonpublicnic: Boolean, "", since: "4.23.0";
    }

    VpcOffering, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        displaytext: Text, "";
        created: Date, "";
        isdefault: Boolean, "";
        state: Text, "";
        service: Objects<NetworkService>, "";
        distributedvpcrouter: Boolean, "", since: "4.4";
        supportsregionlevelvpc: Boolean, "", wire: "supportsregionLevelvpc", since: "4.4";
        fornsx: Boolean, "";
        networkmode: Text, "";
        domainid: Text, "";
        domain: Text, "";
        zoneid: Text, "", since: "4.13.0";
        zone: Text, "", since: "4.13.0";
        internetprotocol: Text, "";
        specifyasnumber: Boolean, "";
        routingmode: Text, "";
        conservemode: Boolean, "", since: "4.23.0";
    }

    VpnConnection, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        s2svpngatewayid: Text, "";
        publicip: Text, "";
        s2scustomergatewayid: Text, "";
        gateway: Text, "";
        cidrlist: Text, "";
        ipsecpsk: Text, "", secret: true;
        ikepolicy: Text, "";
        esppolicy: Text, "";
        ikelifetime: Long, "";
        esplifetime: Long, "";
        dpd: Boolean, "";
        forceencap: Boolean, "";
        state: Text, "";
        passive: Boolean, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        created: Date, "";
        removed: Date, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        splitconnections: Boolean, "";
        ikeversion: Text, "";
    }

    VpnCustomerGateway, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        name: Text, "";
        gateway: Text, "";
        ipaddress: Text, "";
        cidrlist: Text, "";
        ipsecpsk: Text, "", secret: true;
        ikepolicy: Text, "";
        esppolicy: Text, "";
        ikelifetime: Long, "";
        esplifetime: Long, "";
        dpd: Boolean, "";
        forceencap: Boolean, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        removed: Date, "";
        splitconnections: Boolean, "";
        ikeversion: Text, "";
        obsoleteparameters: Text, "", since: "4.23.0";
        excludedparameters: Text, "", since: "4.23.0";
    }

    VpnGateway, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        publicip: Text, "";
        vpcid: Text, "";
        vpcname: Text, "", since: "4.13.2";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        removed: Date, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    VpnUser, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        username: Text, "";
        account: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        projectid: Text, "";
        project: Text, "";
        state: Text, "";
    }
}
