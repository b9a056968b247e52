//! balancer

commands! { ROWS:
    AssignToLoadBalancerRule("assignToLoadBalancerRule"): Async<Success> in "" for ANYONE,
        "", event: "LB.ASSIGN.TO.RULE";
    need {
        id: Uuid, "", of: "PortForwardingRule";
    }
    may {
        virtualmachineids: UuidList, "", of: "VirtualMachine";
        vmidipmap: Map, "", since: "4.4";
    }

    ConfigureInternalLoadBalancerElement("configureInternalLoadBalancerElement"): Async<InternalLoadBalancerElement> in "internalloadbalancerelement" for ADMINS,
        "", since: "4.2.0", event: "NETWORK.ELEMENT.CONFIGURE";
    need {
        id: Uuid, "", of: "InternalLoadBalancerElement";
        enabled: Boolean, "";
    }
    may {}

    CreateLBStickinessPolicy("createLBStickinessPolicy"): AsyncCreate<LbStickiness> in "stickinesspolicies" for ANYONE,
        "", since: "3.0.0", event: "LB.STICKINESSPOLICY.CREATE", envelope: "createLBStickinessPolicy";
    need {
        lbruleid: Uuid, "", of: "PortForwardingRule";
        name: Text, "";
        methodname: Text, "";
    }
    may {
        description: Text, "";
        param: Map, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreateLoadBalancer("createLoadBalancer"): AsyncCreate<LoadBalancer> in "loadbalancer" for ANYONE,
        "", since: "4.2.0", event: "LB.CREATE";
    need {
        name: Text, "";
        networkid: Uuid, "", of: "Network";
        sourceport: Integer, "";
        algorithm: Text, "";
        instanceport: Integer, "";
        sourceipaddressnetworkid: Uuid, "", of: "Network";
        scheme: Text, "";
    }
    may {
        description: Text, "", len: 4_096;
        sourceipaddress: Text, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreateLoadBalancerRule("createLoadBalancerRule"): AsyncCreate<LoadBalancerRule> in "loadbalancer" for ANYONE,
        "", event: "LB.CREATE";
    need {
        algorithm: Text, "";
        name: Text, "";
        privateport: Integer, "";
        publicport: Integer, "";
    }
    may {
        description: Text, "", len: 4_096;
        publicipid: Uuid, "", of: "PublicIpAddress";
        zoneid: Uuid, "", of: "Zone";
        openfirewall: Boolean, "";
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        cidrlist: TextList, "", since: "4.18.0.0";
        networkid: Uuid, "", of: "Network";
        protocol: Text, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    DeleteLBStickinessPolicy("deleteLBStickinessPolicy"): Async<Success> in "" for ANYONE,
        "", since: "3.0.0", event: "LB.STICKINESSPOLICY.DELETE", envelope: "deleteLBstickinessrruleresponse";
    need {
        id: Uuid, "", of: "LbStickiness";
    }
    may {}

    DeleteLoadBalancer("deleteLoadBalancer"): Async<Success> in "" for ANYONE,
        "", since: "4.2.0", event: "LB.DELETE";
    need {
        id: Uuid, "", of: "PortForwardingRule";
    }
    may {}

    DeleteLoadBalancerRule("deleteLoadBalancerRule"): Async<Success> in "" for ANYONE,
        "", event: "LB.DELETE";
    need {
        id: Uuid, "", of: "PortForwardingRule";
    }
    may {}

    DeleteSslCert("deleteSslCert"): Sync<Success> in "" for ANYONE,
        "";
    need {
        id: Uuid, "", of: "SslCert";
    }
    may {}

    ListInternalLoadBalancerElements("listInternalLoadBalancerElements"): List<InternalLoadBalancerElement> in "internalloadbalancerelement" for ADMINS,
        "", since: "4.2.0";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "InternalLoadBalancerElement";
        nspid: Uuid, "", of: "NetworkServiceProvider";
        enabled: Boolean, "";
    }

    ListInternalLoadBalancerVMs("listInternalLoadBalancerVMs"): List<Router> in "internalloadbalancervm" for ROOT_ADMIN,
        "", of: "VirtualMachine", envelope: "listinternallbvmsresponse";
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
        hostid: Uuid, "", of: "Host";
        id: Uuid, "", of: "VirtualMachine";
        name: Text, "";
        podid: Uuid, "", of: "Pod";
        state: Text, "";
        zoneid: Uuid, "", of: "Zone";
        networkid: Uuid, "", of: "Network";
        vpcid: Uuid, "", of: "Vpc";
        forvpc: Boolean, "";
        fetchhealthcheckresults: Boolean, "", since: "4.14";
    }

    ListLBStickinessPolicies("listLBStickinessPolicies"): List<LbStickiness> in "stickinesspolicies" for ANYONE,
        "", since: "3.0.0";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        lbruleid: Uuid, "", of: "PortForwardingRule";
        id: Uuid, "", of: "LbStickiness";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListLoadBalancerRuleInstances("listLoadBalancerRuleInstances"): List<LoadBalancerRuleInstance> in "lbrulevmidip" for ANYONE,
        "";
    need {
        id: Uuid, "", of: "PortForwardingRule";
    }
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        applied: Boolean, "";
        lbvmips: Boolean, "";
    }

    ListLoadBalancerRules("listLoadBalancerRules"): List<LoadBalancerRule> in "loadbalancerrule" for ANYONE,
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
        id: Uuid, "", of: "PortForwardingRule";
        name: Text, "";
        publicipid: Uuid, "", of: "PublicIpAddress";
        virtualmachineid: Uuid, "", of: "VirtualMachine";
        zoneid: Uuid, "", of: "Zone";
        networkid: Uuid, "", of: "Network";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListLoadBalancers("listLoadBalancers"): List<LoadBalancer> in "loadbalancer" for ANYONE,
        "", since: "4.2.0";
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
        name: Text, "";
        sourceipaddress: Text, "";
        sourceipaddressnetworkid: Uuid, "", of: "Network";
        scheme: Text, "";
        networkid: Uuid, "", of: "Network";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListSslCerts("listSslCerts"): List<SslCert> in "sslcert" for ANYONE,
        "";
    need {}
    may {
        certid: Uuid, "", of: "SslCert";
        accountid: Uuid, "", of: "Account";
        lbruleid: Uuid, "", of: "PortForwardingRule";
        projectid: Uuid, "", of: "Project";
    }

    RemoveFromLoadBalancerRule("removeFromLoadBalancerRule"): Async<Success> in "" for ANYONE,
        "", event: "LB.REMOVE.FROM.RULE";
    need {
        id: Uuid, "", of: "PortForwardingRule";
    }
    may {
        virtualmachineids: UuidList, "", of: "VirtualMachine";
        vmidipmap: Map, "", since: "4.4";
    }

    StartInternalLoadBalancerVM("startInternalLoadBalancerVM"): Async<Router> in "internalloadbalancervm" for ROOT_ADMIN,
        "", event: "INTERNALLBVM.START", of: "VirtualMachine", envelope: "startinternallbvmresponse";
    need {
        id: Uuid, "", of: "Router";
    }
    may {}

    StopInternalLoadBalancerVM("stopInternalLoadBalancerVM"): Async<Router> in "internalloadbalancervm" for ROOT_ADMIN,
        "", event: "INTERNALLBVM.STOP", of: "VirtualMachine", envelope: "stopinternallbvmresponse";
    need {
        id: Uuid, "", of: "Router";
    }
    may {
        forced: Boolean, "";
    }

    UpdateLoadBalancer("updateLoadBalancer"): Async<LoadBalancer> in "loadbalancer" for ANYONE,
        "", since: "4.4.0", event: "LB.UPDATE";
    need {
        id: Uuid, "", of: "PortForwardingRule";
    }
    may {
        customid: Text, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    UpdateLoadBalancerRule("updateLoadBalancerRule"): Async<LoadBalancerRule> in "loadbalancer" for ANYONE,
        "", event: "LB.UPDATE";
    need {
        id: Uuid, "", of: "PortForwardingRule";
    }
    may {
        customid: Text, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        algorithm: Text, "";
        description: Text, "", len: 4_096;
        name: Text, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        protocol: Text, "";
        cidrlist: TextList, "", since: "4.22";
    }

    UploadSslCert("uploadSslCert"): Sync<SslCert> in "sslcert" for ANYONE,
        "";
    need {
        certificate: Text, "", len: 16_384;
        privatekey: Text, "", len: 16_384, secret: true;
        name: Text, "";
    }
    may {
        certchain: Text, "", len: 2_097_152;
        password: Text, "", secret: true;
        account: Text, "";
        projectid: Uuid, "", of: "Project";
        domainid: Uuid, "", of: "Domain";
        enabledrevocationcheck: Boolean, "", since: "4.15";
    }
}
