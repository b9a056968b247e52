//! router

commands! { ROWS:
    ChangeServiceForRouter("changeServiceForRouter"): Sync<Router> in "router" for ADMINS,
        "", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "Router";
        serviceofferingid: Uuid, "", of: "ServiceOffering";
    }
    may {}

    ChangeServiceForSystemVm("changeServiceForSystemVm"): Sync<SystemVm> in "systemvm" for ROOT_ADMIN,
        "", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "SystemVm";
        serviceofferingid: Uuid, "", of: "ServiceOffering";
    }
    may {
        details: Map, "";
    }

    ConfigureVirtualRouterElement("configureVirtualRouterElement"): Async<VirtualRouterElement> in "virtualrouterelement" for ADMINS,
        "", event: "NETWORK.ELEMENT.CONFIGURE";
    need {
        id: Uuid, "", of: "VirtualRouterElement";
        enabled: Boolean, "";
    }
    may {}

    CreateVirtualRouterElement("createVirtualRouterElement"): AsyncCreate<VirtualRouterElement> in "virtualrouterelement" for ADMINS,
        "", event: "SERVICE.PROVIDER.CREATE";
    need {
        nspid: Uuid, "", of: "NetworkServiceProvider";
    }
    may {
        providertype: Uuid, "", of: "NetworkServiceProvider";
    }

    DestroyRouter("destroyRouter"): Async<Router> in "router" for ADMINS,
        "", event: "ROUTER.DESTROY", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "Router";
    }
    may {}

    DestroySystemVm("destroySystemVm"): Async<SystemVm> in "systemvm" for ROOT_ADMIN,
        "", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "SystemVm";
    }
    may {}

    GetRouterHealthCheckResults("getRouterHealthCheckResults"): Sync<RouterHealthChecks> in "routerhealthchecks" for ROOT_ADMIN,
        "", since: "4.14.0", of: "VirtualMachine";
    need {
        routerid: Uuid, "", of: "Router";
    }
    may {
        performfreshchecks: Boolean, "";
    }

    ListRouters("listRouters"): List<Router> in "router" for ADMINS,
        "", of: "VirtualMachine";
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
        clusterid: Uuid, "", of: "Cluster";
        networkid: Uuid, "", of: "Network";
        vpcid: Uuid, "", of: "Vpc";
        forvpc: Boolean, "";
        version: Text, "";
        healthchecksfailed: Boolean, "", since: "4.16";
        fetchhealthcheckresults: Boolean, "", since: "4.14";
        arch: Text, "", since: "4.20.1";
    }

    ListSystemVms("listSystemVms"): List<SystemVm> in "systemvm" for RESOURCE_ADMINS,
        "", of: "VirtualMachine";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        hostid: Uuid, "", of: "Host";
        id: Uuid, "", of: "SystemVm";
        name: Text, "";
        podid: Uuid, "", of: "Pod";
        state: Text, "";
        systemvmtype: Text, "";
        zoneid: Uuid, "", of: "Zone";
        storageid: Uuid, "", of: "StoragePool", since: "3.0.1";
        arch: Text, "", since: "4.20.1";
    }

    ListVirtualRouterElements("listVirtualRouterElements"): List<VirtualRouterElement> in "virtualrouterelement" for ADMINS,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "VirtualRouterElement";
        nspid: Uuid, "", of: "NetworkServiceProvider";
        enabled: Boolean, "";
    }

    MigrateSystemVm("migrateSystemVm"): Async<SystemVm> in "systemvm" for ROOT_ADMIN,
        "", event: "VM.MIGRATE", of: "VirtualMachine";
    need {
        virtualmachineid: Uuid, "", of: "SystemVm";
    }
    may {
        hostid: Uuid, "", of: "Host";
        storageid: Uuid, "", of: "StoragePool", since: "4.16.0";
        autoselect: Boolean, "", since: "4.16.0";
    }

    RebootRouter("rebootRouter"): Async<Router> in "router" for ADMINS,
        "", event: "ROUTER.REBOOT", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "Router";
    }
    may {
        forced: Boolean, "", since: "4.16.0";
    }

    RebootSystemVm("rebootSystemVm"): Async<SystemVm> in "systemvm" for ROOT_ADMIN,
        "", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "SystemVm";
    }
    may {
        forced: Boolean, "", since: "4.16.0";
    }

    StartRouter("startRouter"): Async<Router> in "router" for ADMINS,
        "", event: "ROUTER.START", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "Router";
    }
    may {}

    StartSystemVm("startSystemVm"): Async<SystemVm> in "systemvm" for ROOT_ADMIN,
        "", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "SystemVm";
    }
    may {}

    StopRouter("stopRouter"): Async<Router> in "router" for ADMINS,
        "", event: "ROUTER.STOP", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "Router";
    }
    may {
        forced: Boolean, "";
    }

    StopSystemVm("stopSystemVm"): Async<SystemVm> in "systemvm" for ROOT_ADMIN,
        "", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "SystemVm";
    }
    may {
        forced: Boolean, "";
    }
}
