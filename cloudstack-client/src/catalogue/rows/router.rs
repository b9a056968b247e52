//! Routers and other system guests.

commands! { ROWS:
    ChangeServiceForRouter("changeServiceForRouter"): Sync<Router> in "router" for ADMINS,
        "Gives a stopped router another service offering.", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the router.", of: "Router";
        serviceofferingid: Uuid, "Id of the service offering it has afterwards.", of: "ServiceOffering";
    }
    may {}

    ChangeServiceForSystemVm("changeServiceForSystemVm"): Sync<SystemVm> in "systemvm" for ROOT_ADMIN,
        "Gives a stopped system guest another service offering.", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the system guest.", of: "SystemVm";
        serviceofferingid: Uuid, "Id of the service offering it has afterwards.", of: "ServiceOffering";
    }
    may {
        details: Map, "`cpuNumber`, `cpuSpeed` and `memory` (MiB) for a custom offering.";
    }

    ConfigureVirtualRouterElement("configureVirtualRouterElement"): Async<VirtualRouterElement> in "virtualrouterelement" for ADMINS,
        "Turns the virtual routers of a physical network on or off.", event: "NETWORK.ELEMENT.CONFIGURE";
    need {
        id: Uuid, "Id of the router element.", of: "VirtualRouterElement";
        enabled: Boolean, "True to enable, false to disable.";
    }
    may {}

    CreateVirtualRouterElement("createVirtualRouterElement"): AsyncCreate<VirtualRouterElement> in "virtualrouterelement" for ADMINS,
        "Makes virtual routers available to a provider.", event: "SERVICE.PROVIDER.CREATE";
    need {
        nspid: Uuid, "Id of the network service provider.", of: "NetworkServiceProvider";
    }
    may {
        providertype: Uuid, "`VirtualRouter` or `VPCVirtualRouter`.", of: "NetworkServiceProvider";
    }

    DestroyRouter("destroyRouter"): Async<Router> in "router" for ADMINS,
        "Destroys a router; the network gets a new one when it needs it.", event: "ROUTER.DESTROY", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the router.", of: "Router";
    }
    may {}

    DestroySystemVm("destroySystemVm"): Async<SystemVm> in "systemvm" for ROOT_ADMIN,
        "Destroys a system guest; a new one takes its place.", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the system guest.", of: "SystemVm";
    }
    may {}

    GetRouterHealthCheckResults("getRouterHealthCheckResults"): Sync<RouterHealthChecks> in "routerhealthchecks" for ROOT_ADMIN,
        "Shows what the last health checks of a router found.", since: "4.14.0", of: "VirtualMachine";
    need {
        routerid: Uuid, "Id of the router.", of: "Router";
    }
    may {
        performfreshchecks: Boolean, "True to run the checks now instead of answering the last results.";
    }

    ListRouters("listRouters"): List<Router> in "router" for ADMINS,
        "Lists virtual routers.", of: "VirtualMachine";
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
        clusterid: Uuid, "Only those in this cluster.", of: "Cluster";
        networkid: Uuid, "Only those of this network.", of: "Network";
        vpcid: Uuid, "Only those of this VPC.", of: "Vpc";
        forvpc: Boolean, "Only those that are, or are not, for networks of a VPC.";
        version: Text, "Only those of this version.";
        healthchecksfailed: Boolean, "Only routers with, or without, failed health checks.", since: "4.16";
        fetchhealthcheckresults: Boolean, "True to answer results of health checks too.", since: "4.14";
        arch: Text, "Only those of this CPU architecture: `x86_64` or `aarch64`.", since: "4.20.1";
    }

    ListSystemVms("listSystemVms"): List<SystemVm> in "systemvm" for RESOURCE_ADMINS,
        "Lists console proxies and secondary storage guests.", of: "VirtualMachine";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        hostid: Uuid, "Only those on this host.", of: "Host";
        id: Uuid, "Only the system guest of this id.", of: "SystemVm";
        name: Text, "Only a system guest of exactly this name.";
        podid: Uuid, "Only those in this pod.", of: "Pod";
        state: Text, "Only those in this state.";
        systemvmtype: Text, "Only those of this kind: `consoleproxy` or `secondarystoragevm`.";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        storageid: Uuid, "Only those on this primary storage.", of: "StoragePool", since: "3.0.1";
        arch: Text, "Only those of this CPU architecture: `x86_64` or `aarch64`.", since: "4.20.1";
    }

    ListVirtualRouterElements("listVirtualRouterElements"): List<VirtualRouterElement> in "virtualrouterelement" for ADMINS,
        "Lists the virtual routers that physical networks provide.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the router element of this id.", of: "VirtualRouterElement";
        nspid: Uuid, "Only those of this network service provider.", of: "NetworkServiceProvider";
        enabled: Boolean, "Only those that are enabled, or not.";
    }

    MigrateSystemVm("migrateSystemVm"): Async<SystemVm> in "systemvm" for ROOT_ADMIN,
        "Moves a running system guest to another host.", event: "VM.MIGRATE", of: "VirtualMachine";
    need {
        virtualmachineid: Uuid, "Id of the guest.", of: "SystemVm";
    }
    may {
        hostid: Uuid, "Id of the host to move to; a fitting one if left out.", of: "Host";
        storageid: Uuid, "Id of the primary storage to move to.", of: "StoragePool", since: "4.16.0";
        autoselect: Boolean, "True (the default) to choose a host where none is named.", since: "4.16.0";
    }

    RebootRouter("rebootRouter"): Async<Router> in "router" for ADMINS,
        "Reboots a router.", event: "ROUTER.REBOOT", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the router.", of: "Router";
    }
    may {
        forced: Boolean, "True to switch it off and on instead of asking it.", since: "4.16.0";
    }

    RebootSystemVm("rebootSystemVm"): Async<SystemVm> in "systemvm" for ROOT_ADMIN,
        "Reboots a system guest.", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the system guest.", of: "SystemVm";
    }
    may {
        forced: Boolean, "True to switch it off and on instead of asking it.", since: "4.16.0";
    }

    StartRouter("startRouter"): Async<Router> in "router" for ADMINS,
        "Starts a router.", event: "ROUTER.START", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the router.", of: "Router";
    }
    may {}

    StartSystemVm("startSystemVm"): Async<SystemVm> in "systemvm" for ROOT_ADMIN,
        "Starts a system guest.", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the system guest.", of: "SystemVm";
    }
    may {}

    StopRouter("stopRouter"): Async<Router> in "router" for ADMINS,
        "Stops a router.", event: "ROUTER.STOP", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the router.", of: "Router";
    }
    may {
        forced: Boolean, "True to switch it off if it does not stop by itself.";
    }

    StopSystemVm("stopSystemVm"): Async<SystemVm> in "systemvm" for ROOT_ADMIN,
        "Stops a system guest.", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the system guest.", of: "SystemVm";
    }
    may {
        forced: Boolean, "True to switch it off if it does not stop by itself.";
    }
}
