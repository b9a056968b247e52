//! Load balancers, on public addresses and inside networks.

commands! { ROWS:
    AssignToLoadBalancerRule("assignToLoadBalancerRule"): Async<Success> in "" for ANYONE,
        "Puts guests behind a load balancer rule.", event: "LB.ASSIGN.TO.RULE";
    need {
        id: Uuid, "Id of the load balancer rule.", of: "LoadBalancerRule";
    }
    may {
        virtualmachineids: UuidList, "Ids of the guests.", of: "VirtualMachine";
        vmidipmap: Map, "Guests with their addresses: pairs of `vmid` and `vmip`.", since: "4.4";
    }

    ConfigureInternalLoadBalancerElement("configureInternalLoadBalancerElement"): Async<InternalLoadBalancerElement> in "internalloadbalancerelement" for ADMINS,
        "Turns the internal load balancer of a physical network on or off.", since: "4.2.0", event: "NETWORK.ELEMENT.CONFIGURE";
    need {
        id: Uuid, "Id of the load balancer element.", of: "InternalLoadBalancerElement";
        enabled: Boolean, "True to enable, false to disable.";
    }
    may {}

    CreateLBStickinessPolicy("createLBStickinessPolicy"): AsyncCreate<LbStickiness> in "stickinesspolicies" for ANYONE,
        "Makes a load balancer rule send a client to the same guest again.", since: "3.0.0", event: "LB.STICKINESSPOLICY.CREATE", envelope: "createLBStickinessPolicy";
    need {
        lbruleid: Uuid, "Id of the load balancer rule.", of: "LoadBalancerRule";
        name: Text, "Name of the new stickiness policy.";
        methodname: Text, "`LbCookie`, `AppCookie` or `SourceBased`.";
    }
    may {
        description: Text, "What it is for, in words.";
        param: Map, "Parameters of the method, as pairs.";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreateLoadBalancer("createLoadBalancer"): AsyncCreate<LoadBalancer> in "loadbalancer" for ANYONE,
        "Makes a load balancer with an address inside a network.", since: "4.2.0", event: "LB.CREATE";
    need {
        name: Text, "Name of the new load balancer.";
        networkid: Uuid, "Id of the network.", of: "Network";
        sourceport: Integer, "Port of the load balancer.";
        algorithm: Text, "How guests are chosen: `roundrobin`, `leastconn` or `source`.";
        instanceport: Integer, "Port of the guests.";
        sourceipaddressnetworkid: Uuid, "Id of the network the address is in.", of: "Network";
        scheme: Text, "`Internal` alone is known.";
    }
    may {
        description: Text, "What it is for, in words.", len: 4_096;
        sourceipaddress: Text, "Address inside the network; one is chosen if left out.";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreateLoadBalancerRule("createLoadBalancerRule"): AsyncCreate<LoadBalancerRule> in "loadbalancer" for ANYONE,
        "Spreads traffic to a port of a public address over guests.", event: "LB.CREATE";
    need {
        algorithm: Text, "How guests are chosen: `roundrobin`, `leastconn` or `source`.";
        name: Text, "Name of the new load balancer rule.";
        privateport: Integer, "Port of the guests.";
        publicport: Integer, "Port of the public address.";
    }
    may {
        description: Text, "What it is for, in words.", len: 4_096;
        publicipid: Uuid, "Id of the public address.", of: "PublicIpAddress";
        zoneid: Uuid, "Id of the zone.", of: "Zone";
        openfirewall: Boolean, "True (outside a VPC, the default) to add a firewall rule for the ports.";
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        cidrlist: TextList, "Ranges of addresses that traffic may come from; any if left out.", since: "4.18.0.0";
        networkid: Uuid, "Id of the network.", of: "Network";
        protocol: Text, "Protocol: `tcp`, `udp`, `tcp-proxy` or `ssl`.";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    DeleteLBStickinessPolicy("deleteLBStickinessPolicy"): Async<Success> in "" for ANYONE,
        "Deletes the stickiness policy of a load balancer rule.", since: "3.0.0", event: "LB.STICKINESSPOLICY.DELETE", envelope: "deleteLBstickinessrruleresponse";
    need {
        id: Uuid, "Id of the stickiness policy.", of: "LbStickinessPolicy";
    }
    may {}

    DeleteLoadBalancer("deleteLoadBalancer"): Async<Success> in "" for ANYONE,
        "Deletes an internal load balancer.", since: "4.2.0", event: "LB.DELETE";
    need {
        id: Uuid, "Id of the load balancer.", of: "LoadBalancer";
    }
    may {}

    DeleteLoadBalancerRule("deleteLoadBalancerRule"): Async<Success> in "" for ANYONE,
        "Deletes a load balancer rule; its guests stay.", event: "LB.DELETE";
    need {
        id: Uuid, "Id of the load balancer rule.", of: "LoadBalancerRule";
    }
    may {}

    DeleteSslCert("deleteSslCert"): Sync<Success> in "" for ANYONE,
        "Deletes a certificate that no load balancer uses.", event: "LB.CERT.DELETE";
    need {
        id: Uuid, "Id of the certificate.", of: "SslCert";
    }
    may {}

    ListInternalLoadBalancerElements("listInternalLoadBalancerElements"): List<InternalLoadBalancerElement> in "internalloadbalancerelement" for ADMINS,
        "Lists the internal load balancers that physical networks provide.", since: "4.2.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the load balancer element of this id.", of: "InternalLoadBalancerElement";
        nspid: Uuid, "Only those of this network service provider.", of: "NetworkServiceProvider";
        enabled: Boolean, "Only those that are enabled, or not.";
    }

    ListInternalLoadBalancerVMs("listInternalLoadBalancerVMs"): List<Router> in "internalloadbalancervm" for ROOT_ADMIN,
        "Lists the system guests that run internal load balancers.", of: "VirtualMachine", envelope: "listinternallbvmsresponse";
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
        hostid: Uuid, "Only those on this host.", of: "Host";
        id: Uuid, "Only the guest of this id.", of: "VirtualMachine";
        name: Text, "Only a router of exactly this name.";
        podid: Uuid, "Only those in this pod.", of: "Pod";
        state: Text, "Only those in this state.";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        networkid: Uuid, "Only those of this network.", of: "Network";
        vpcid: Uuid, "Only those of this VPC.", of: "Vpc";
        forvpc: Boolean, "Only those that are, or are not, for networks of a VPC.";
        fetchhealthcheckresults: Boolean, "True to answer results of health checks too.", since: "4.14";
    }

    ListLBStickinessPolicies("listLBStickinessPolicies"): List<LbStickiness> in "stickinesspolicies" for ANYONE,
        "Lists the stickiness policies of load balancer rules.", since: "3.0.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        lbruleid: Uuid, "Only those of this load balancer rule.", of: "LoadBalancerRule";
        id: Uuid, "Only the stickiness policy of this id.", of: "LbStickinessPolicy";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListLoadBalancerRuleInstances("listLoadBalancerRuleInstances"): List<VirtualMachine> in "loadbalancerruleinstance" for ANYONE,
        "Lists the guests behind a load balancer rule, or those that could be.";
    need {
        id: Uuid, "Id of the load balancer rule.", of: "LoadBalancerRule";
    }
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        applied: Boolean, "True for guests behind the rule (the default), false for those that could be.";
        lbvmips: Boolean, "True to answer the addresses of the guests too; each guest is then inside an object `lbrulevmidip`.";
    }

    ListLoadBalancerRules("listLoadBalancerRules"): List<LoadBalancerRule> in "loadbalancerrule" for ANYONE,
        "Lists load balancer rules on public addresses.";
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
        id: Uuid, "Only the load balancer rule of this id.", of: "LoadBalancerRule";
        name: Text, "Only a load balancer rule of exactly this name.";
        publicipid: Uuid, "Only those of this public address.", of: "PublicIpAddress";
        virtualmachineid: Uuid, "Only those of this guest.", of: "VirtualMachine";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        networkid: Uuid, "Only those of this network.", of: "Network";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListLoadBalancers("listLoadBalancers"): List<LoadBalancer> in "loadbalancer" for ANYONE,
        "Lists internal load balancers.", since: "4.2.0";
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
        id: Uuid, "Only the load balancer of this id.", of: "LoadBalancer";
        name: Text, "Only a load balancer of exactly this name.";
        sourceipaddress: Text, "Only those of this address.";
        sourceipaddressnetworkid: Uuid, "Only those with an address in this network.", of: "Network";
        scheme: Text, "Only those of this scheme: `Internal` or `Public`.";
        networkid: Uuid, "Only those of this network.", of: "Network";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListSslCerts("listSslCerts"): List<SslCert> in "sslcert" for ANYONE,
        "Lists the certificates of an account.";
    need {}
    may {
        certid: Uuid, "Only the certificate of this id.", of: "SslCert";
        accountid: Uuid, "Only those of this account.", of: "Account";
        lbruleid: Uuid, "Only those of this load balancer rule.", of: "LoadBalancerRule";
        projectid: Uuid, "Only those of this project; -1 for those of all projects of the caller.", of: "Project";
    }

    RemoveFromLoadBalancerRule("removeFromLoadBalancerRule"): Async<Success> in "" for ANYONE,
        "Takes guests out from behind a load balancer rule.", event: "LB.REMOVE.FROM.RULE";
    need {
        id: Uuid, "Id of the load balancer rule.", of: "LoadBalancerRule";
    }
    may {
        virtualmachineids: UuidList, "Ids of the guests.", of: "VirtualMachine";
        vmidipmap: Map, "Guests with their addresses: pairs of `vmid` and `vmip`.", since: "4.4";
    }

    StartInternalLoadBalancerVM("startInternalLoadBalancerVM"): Async<Router> in "internalloadbalancervm" for ROOT_ADMIN,
        "Starts the system guest of an internal load balancer.", event: "INTERNALLBVM.START", of: "VirtualMachine", envelope: "startinternallbvmresponse";
    need {
        id: Uuid, "Id of the router.", of: "Router";
    }
    may {}

    StopInternalLoadBalancerVM("stopInternalLoadBalancerVM"): Async<Router> in "internalloadbalancervm" for ROOT_ADMIN,
        "Stops the system guest of an internal load balancer.", event: "INTERNALLBVM.STOP", of: "VirtualMachine", envelope: "stopinternallbvmresponse";
    need {
        id: Uuid, "Id of the router.", of: "Router";
    }
    may {
        forced: Boolean, "True to switch it off if it does not stop by itself.";
    }

    UpdateLoadBalancer("updateLoadBalancer"): Async<LoadBalancer> in "loadbalancer" for ANYONE,
        "Changes the identity or visibility of an internal load balancer.", since: "4.4.0", event: "LB.UPDATE";
    need {
        id: Uuid, "Id of the load balancer.", of: "LoadBalancer";
    }
    may {
        customid: Text, "Id to answer from now on, instead of the one made here.", since: "4.4", roles: Roles::ROOT_ADMIN;
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    UpdateLoadBalancerRule("updateLoadBalancerRule"): Async<LoadBalancerRule> in "loadbalancer" for ANYONE,
        "Changes the name, algorithm or protocol of a load balancer rule.", event: "LB.UPDATE";
    need {
        id: Uuid, "Id of the load balancer rule.", of: "LoadBalancerRule";
    }
    may {
        customid: Text, "Id to answer from now on, instead of the one made here.", since: "4.4", roles: Roles::ROOT_ADMIN;
        algorithm: Text, "How guests are chosen: `roundrobin`, `leastconn` or `source`.";
        description: Text, "What it is for, in words.", len: 4_096;
        name: Text, "New name of the load balancer rule.";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        protocol: Text, "Protocol: `tcp`, `udp`, `tcp-proxy` or `ssl`.";
        cidrlist: TextList, "Ranges of addresses that the rule is for.", since: "4.22";
    }

    UploadSslCert("uploadSslCert"): Sync<SslCert> in "sslcert" for ANYONE,
        "Stores a certificate and its key for load balancers.", event: "LB.CERT.UPLOAD";
    need {
        certificate: Text, "The certificate, in PEM form.", len: 16_384;
        privatekey: Text, "The private key, in PEM form.", len: 16_384, secret: true;
        name: Text, "Name of the certificate.";
    }
    may {
        certchain: Text, "Certificates up to the root, in PEM form.", len: 2_097_152;
        password: Text, "Password of the private key.", secret: true;
        account: Text, "Name of the account it is for; needs `domainid`.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        enabledrevocationcheck: Boolean, "True (the default) to refuse a revoked certificate.", since: "4.15";
    }
}
