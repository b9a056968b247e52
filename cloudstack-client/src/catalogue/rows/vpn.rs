//! VPNs, for clients and between sites.

commands! { ROWS:
    AddVpnUser("addVpnUser"): AsyncCreate<VpnUser> in "vpnuser" for ANYONE,
        "Adds a user of remote access VPNs.", event: "VPN.USER.ADD", of: "VpnUser";
    need {
        username: Text, "Name of the VPN user.";
        password: Text, "Password of the VPN user.", secret: true;
    }
    may {
        account: Text, "Name of the account the VPN user belongs to.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
    }

    CreateRemoteAccessVpn("createRemoteAccessVpn"): AsyncCreate<RemoteAccessVpn> in "remoteaccessvpn" for ANYONE,
        "Opens a public address for VPN clients.", event: "VPN.REMOTE.ACCESS.CREATE", of: "RemoteAccessVpn";
    need {
        publicipid: Uuid, "Id of the public address.", of: "PublicIpAddress";
    }
    may {
        iprange: Text, "Addresses clients get, such as `10.1.2.1-10.1.2.8`.";
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        openfirewall: Boolean, "True (outside a VPC, the default) to add a firewall rule for the ports.";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreateVpnConnection("createVpnConnection"): AsyncCreate<VpnConnection> in "vpnconnection" for ANYONE,
        "Connects a VPC's VPN gateway with a gateway at the other end.", event: "VPN.S2S.CONNECTION.CREATE", of: "VpnConnection";
    need {
        s2svpngatewayid: Uuid, "Id of the VPC's VPN gateway.", of: "VpnGateway";
        s2scustomergatewayid: Uuid, "Id of the gateway at the other end.", of: "VpnCustomerGateway";
    }
    may {
        passive: Boolean, "True to wait for the other end to connect.";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreateVpnCustomerGateway("createVpnCustomerGateway"): AsyncCreate<VpnCustomerGateway> in "vpncustomergateway" for ANYONE,
        "Describes a VPN gateway at the other end, with its networks and policies.", event: "VPN.S2S.CUSTOMER.GATEWAY.CREATE", of: "VpnCustomerGateway";
    need {
        gateway: Text, "Public address of the gateway at the other end.";
        cidrlist: Text, "Ranges of addresses behind the gateway at the other end.";
        ipsecpsk: Text, "Key that both gateways share.", secret: true;
        ikepolicy: Text, "Ciphers and hashes of phase 1, such as `aes128-sha1;modp1536`.";
        esppolicy: Text, "Ciphers and hashes of phase 2, such as `aes128-sha1;modp1536`.";
    }
    may {
        name: Text, "Name of the new customer gateway.";
        ikelifetime: Long, "Seconds the key of phase 1 lives; 86400 by default.";
        esplifetime: Long, "Seconds the key of phase 2 lives; 3600 by default.";
        dpd: Boolean, "True to notice that the other end is dead.";
        forceencap: Boolean, "True to wrap ESP in UDP also without NAT.";
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project", since: "4.6";
        splitconnections: Boolean, "True for a connection of its own for each remote range.", since: "4.15.1";
        ikeversion: Text, "`ike` (any), `ikev1` or `ikev2`.", since: "4.15.1";
    }

    CreateVpnGateway("createVpnGateway"): AsyncCreate<VpnGateway> in "vpngateway" for ANYONE,
        "Gives a VPC a VPN gateway.", event: "VPN.S2S.VPN.GATEWAY.CREATE", of: "VpnGateway";
    need {
        vpcid: Uuid, "Id of the VPC.", of: "Vpc";
    }
    may {
        ipaddressid: Uuid, "Id of the public address.", of: "PublicIpAddress", since: "4.21.0";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    DeleteRemoteAccessVpn("deleteRemoteAccessVpn"): Async<Success> in "" for ANYONE,
        "Closes a public address for VPN clients.", event: "VPN.REMOTE.ACCESS.DESTROY", of: "RemoteAccessVpn";
    need {
        publicipid: Uuid, "Id of the public address.", of: "PublicIpAddress";
    }
    may {}

    DeleteVpnConnection("deleteVpnConnection"): Async<Success> in "" for ANYONE,
        "Ends a connection between VPN gateways.", event: "VPN.S2S.CONNECTION.DELETE", of: "VpnConnection";
    need {
        id: Uuid, "Id of the VPN connection.", of: "VpnConnection";
    }
    may {}

    DeleteVpnCustomerGateway("deleteVpnCustomerGateway"): Async<Success> in "" for ANYONE,
        "Deletes the description of a VPN gateway at the other end.", event: "VPN.S2S.CUSTOMER.GATEWAY.DELETE", of: "VpnCustomerGateway";
    need {
        id: Uuid, "Id of the customer gateway.", of: "VpnCustomerGateway";
    }
    may {}

    DeleteVpnGateway("deleteVpnGateway"): Async<Success> in "" for ANYONE,
        "Takes a VPC's VPN gateway away.", event: "VPN.S2S.VPN.GATEWAY.DELETE", of: "VpnGateway";
    need {
        id: Uuid, "Id of the VPN gateway.", of: "VpnGateway";
    }
    may {}

    ListRemoteAccessVpns("listRemoteAccessVpns"): List<RemoteAccessVpn> in "remoteaccessvpn" for ANYONE,
        "Lists public addresses that VPN clients can connect to.", of: "RemoteAccessVpn";
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
        publicipid: Uuid, "Only those of this public address.", of: "PublicIpAddress";
        id: Uuid, "Only the remote access VPN of this id.", of: "RemoteAccessVpn", since: "4.3";
        networkid: Uuid, "Only those of this network.", of: "Network", since: "4.3";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListVpnConnections("listVpnConnections"): List<VpnConnection> in "vpnconnection" for ANYONE,
        "Lists connections between VPN gateways.", of: "VpnConnection";
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
        id: Uuid, "Only the VPN connection of this id.", of: "VpnConnection";
        vpcid: Uuid, "Only those of this VPC.", of: "Vpc";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListVpnCustomerGateways("listVpnCustomerGateways"): List<VpnCustomerGateway> in "vpncustomergateway" for ANYONE,
        "Lists VPN gateways at other ends.", of: "VpnCustomerGateway";
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
        id: Uuid, "Only the customer gateway of this id.", of: "VpnCustomerGateway";
    }

    ListVpnGateways("listVpnGateways"): List<VpnGateway> in "vpngateway" for ANYONE,
        "Lists VPN gateways of VPCs.", of: "VpnGateway";
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
        id: Uuid, "Only the VPN gateway of this id.", of: "VpnGateway";
        vpcid: Uuid, "Only those of this VPC.", of: "Vpc";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListVpnUsers("listVpnUsers"): List<VpnUser> in "vpnuser" for ANYONE,
        "Lists users of remote access VPNs.", of: "VpnUser";
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
        id: Uuid, "Only the VPN user of this id.", of: "VpnUser";
        username: Text, "Only the VPN user of this name.";
    }

    RemoveVpnUser("removeVpnUser"): Async<Success> in "" for ANYONE,
        "Removes a user of remote access VPNs.", event: "VPN.USER.REMOVE", of: "VpnUser";
    need {
        username: Text, "Name of the VPN user.";
    }
    may {
        account: Text, "Name of the account the VPN user belongs to.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
    }

    ResetVpnConnection("resetVpnConnection"): Async<VpnConnection> in "vpnconnection" for ANYONE,
        "Ends a VPN connection and makes it again.", event: "VPN.S2S.CONNECTION.RESET", of: "VpnConnection";
    need {
        id: Uuid, "Id of the VPN connection.", of: "VpnConnection";
    }
    may {
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
    }

    UpdateVpnCustomerGateway("updateVpnCustomerGateway"): Async<VpnCustomerGateway> in "vpncustomergateway" for ANYONE,
        "Changes the description of a VPN gateway at the other end.", event: "VPN.S2S.CUSTOMER.GATEWAY.UPDATE", of: "VpnCustomerGateway";
    need {
        id: Uuid, "Id of the customer gateway.", of: "VpnCustomerGateway";
        gateway: Text, "Public address of the gateway at the other end.";
        cidrlist: Text, "Ranges of addresses behind the gateway at the other end.";
        ipsecpsk: Text, "Key that both gateways share.", secret: true;
        ikepolicy: Text, "Ciphers and hashes of phase 1, such as `aes128-sha1;modp1536`.";
        esppolicy: Text, "Ciphers and hashes of phase 2, such as `aes128-sha1;modp1536`.";
    }
    may {
        name: Text, "New name of the customer gateway.";
        ikelifetime: Long, "Seconds the key of phase 1 lives; 86400 by default.";
        esplifetime: Long, "Seconds the key of phase 2 lives; 3600 by default.";
        dpd: Boolean, "True to notice that the other end is dead.";
        forceencap: Boolean, "True to wrap ESP in UDP also without NAT.";
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        splitconnections: Boolean, "True for a connection of its own for each remote range.", since: "4.15.1";
        ikeversion: Text, "`ike` (any), `ikev1` or `ikev2`.", since: "4.15.1";
    }
}
