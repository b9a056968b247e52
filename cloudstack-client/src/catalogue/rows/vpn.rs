//! vpn

commands! { ROWS:
    AddVpnUser("addVpnUser"): AsyncCreate<VpnUser> in "vpnuser" for ANYONE,
        "", event: "VPN.USER.ADD", of: "VpnUser";
    need {
        username: Text, "";
        password: Text, "", secret: true;
    }
    may {
        account: Text, "";
        projectid: Uuid, "", of: "Project";
        domainid: Uuid, "", of: "Domain";
    }

    CreateRemoteAccessVpn("createRemoteAccessVpn"): AsyncCreate<RemoteAccessVpn> in "remoteaccessvpn" for ANYONE,
        "", event: "VPN.REMOTE.ACCESS.CREATE", of: "RemoteAccessVpn";
    need {
        publicipid: Uuid, "", of: "PublicIpAddress";
    }
    may {
        iprange: Text, "";
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        openfirewall: Boolean, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreateVpnConnection("createVpnConnection"): AsyncCreate<VpnConnection> in "vpnconnection" for ANYONE,
        "", event: "VPN.S2S.CONNECTION.CREATE", of: "VpnConnection";
    need {
        s2svpngatewayid: Uuid, "", of: "VpnGateway";
        s2scustomergatewayid: Uuid, "", of: "VpnCustomerGateway";
    }
    may {
        passive: Boolean, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreateVpnCustomerGateway("createVpnCustomerGateway"): AsyncCreate<VpnCustomerGateway> in "vpncustomergateway" for ANYONE,
        "", event: "VPN.S2S.CUSTOMER.GATEWAY.CREATE", of: "VpnCustomerGateway";
    need {
        gateway: Text, "";
        cidrlist: Text, "";
        ipsecpsk: Text, "", secret: true;
        ikepolicy: Text, "";
        esppolicy: Text, "";
    }
    may {
        name: Text, "";
        ikelifetime: Long, "";
        esplifetime: Long, "";
        dpd: Boolean, "";
        forceencap: Boolean, "";
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        projectid: Uuid, "", of: "Project", since: "4.6";
        splitconnections: Boolean, "", since: "4.15.1";
        ikeversion: Text, "", since: "4.15.1";
    }

    CreateVpnGateway("createVpnGateway"): AsyncCreate<VpnGateway> in "vpngateway" for ANYONE,
        "", event: "VPN.S2S.VPN.GATEWAY.CREATE", of: "VpnGateway";
    need {
        vpcid: Uuid, "", of: "Vpc";
    }
    may {
        ipaddressid: Uuid, "", of: "PublicIpAddress", since: "4.21.0";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    DeleteRemoteAccessVpn("deleteRemoteAccessVpn"): Async<Success> in "" for ANYONE,
        "", event: "VPN.REMOTE.ACCESS.DESTROY", of: "RemoteAccessVpn";
    need {
        publicipid: Uuid, "", of: "PublicIpAddress";
    }
    may {}

    DeleteVpnConnection("deleteVpnConnection"): Async<Success> in "" for ANYONE,
        "", event: "VPN.S2S.CONNECTION.DELETE", of: "VpnConnection";
    need {
        id: Uuid, "", of: "VpnConnection";
    }
    may {}

    DeleteVpnCustomerGateway("deleteVpnCustomerGateway"): Async<Success> in "" for ANYONE,
        "", event: "VPN.S2S.CUSTOMER.GATEWAY.DELETE", of: "VpnCustomerGateway";
    need {
        id: Uuid, "", of: "VpnCustomerGateway";
    }
    may {}

    DeleteVpnGateway("deleteVpnGateway"): Async<Success> in "" for ANYONE,
        "", event: "VPN.S2S.VPN.GATEWAY.DELETE", of: "VpnGateway";
    need {
        id: Uuid, "", of: "VpnGateway";
    }
    may {}

    ListRemoteAccessVpns("listRemoteAccessVpns"): List<RemoteAccessVpn> in "remoteaccessvpn" for ANYONE,
        "", of: "RemoteAccessVpn";
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
        publicipid: Uuid, "", of: "PublicIpAddress";
        id: Uuid, "", of: "RemoteAccessVpn", since: "4.3";
        networkid: Uuid, "", of: "Network", since: "4.3";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListVpnConnections("listVpnConnections"): List<VpnConnection> in "vpnconnection" for ANYONE,
        "", of: "VpnConnection";
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
        id: Uuid, "", of: "VpnConnection";
        vpcid: Uuid, "", of: "Vpc";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListVpnCustomerGateways("listVpnCustomerGateways"): List<VpnCustomerGateway> in "vpncustomergateway" for ANYONE,
        "", of: "VpnCustomerGateway";
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
        id: Uuid, "", of: "VpnCustomerGateway";
    }

    ListVpnGateways("listVpnGateways"): List<VpnGateway> in "vpngateway" for ANYONE,
        "", of: "VpnGateway";
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
        id: Uuid, "", of: "VpnGateway";
        vpcid: Uuid, "", of: "Vpc";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListVpnUsers("listVpnUsers"): List<VpnUser> in "vpnuser" for ANYONE,
        "", of: "VpnUser";
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
        id: Uuid, "", of: "VpnUser";
        username: Text, "";
    }

    RemoveVpnUser("removeVpnUser"): Async<Success> in "" for ANYONE,
        "", event: "VPN.USER.REMOVE", of: "VpnUser";
    need {
        username: Text, "";
    }
    may {
        account: Text, "";
        projectid: Uuid, "", of: "Project";
        domainid: Uuid, "", of: "Domain";
    }

    ResetVpnConnection("resetVpnConnection"): Async<VpnConnection> in "vpnconnection" for ANYONE,
        "", event: "VPN.S2S.CONNECTION.RESET", of: "VpnConnection";
    need {
        id: Uuid, "", of: "VpnConnection";
    }
    may {
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
    }

    UpdateVpnCustomerGateway("updateVpnCustomerGateway"): Async<VpnCustomerGateway> in "vpncustomergateway" for ANYONE,
        "", event: "VPN.S2S.CUSTOMER.GATEWAY.UPDATE", of: "VpnCustomerGateway";
    need {
        id: Uuid, "", of: "VpnCustomerGateway";
        gateway: Text, "";
        cidrlist: Text, "";
        ipsecpsk: Text, "", secret: true;
        ikepolicy: Text, "";
        esppolicy: Text, "";
    }
    may {
        name: Text, "";
        ikelifetime: Long, "";
        esplifetime: Long, "";
        dpd: Boolean, "";
        forceencap: Boolean, "";
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        splitconnections: Boolean, "", since: "4.15.1";
        ikeversion: Text, "", since: "4.15.1";
    }
}
