//! infra

shapes! {
    Cluster, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        name: Text, "";
        podid: Text, "";
        podname: Text, "";
        zoneid: Text, "";
        zonename: Text, "";
        hypervisortype: Text, "";
        clustertype: Text, "";
        allocationstate: Text, "";
        managedstate: Text, "";
        capacity: Objects<Capacity>, "";
        cpuovercommitratio: Text, "";
        memoryovercommitratio: Text, "";
        ovm3vip: Text, "";
        resourcedetails: Map, "";
        arch: Text, "", since: "4.20";
        storageaccessgroups: Text, "", since: "4.21.0";
        podstorageaccessgroups: Text, "", since: "4.21.0";
        zonestorageaccessgroups: Text, "", since: "4.21.0";
        extensionid: Text, "", since: "4.21.0";
        extensionname: Text, "", since: "4.21.0";
    }

    Extension, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        description: Text, "";
        r#type: Text, "";
        path: Text, "";
        pathready: Boolean, "";
        isuserdefined: Boolean, "";
        orchestratorrequirespreparevm: Boolean, "";
        state: Text, "";
        details: Map, "";
        resources: Objects<ExtensionResource>, "";
        created: Date, "";
        removed: Date, "";
        reservedresourcedetails: Text, "", since: "4.22.1";
    }

    ExtensionCustomAction, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        description: Text, "";
        extensionid: Text, "";
        extensionname: Text, "";
        resourcetype: Text, "";
        allowedroletypes: TextList, "";
        successmessage: Text, "";
        errormessage: Text, "";
        timeout: Integer, "";
        enabled: Boolean, "";
        details: Map, "";
        parameters: Objects<ExtensionCustomActionParameter>, "";
        created: Date, "";
    }

    ExtensionCustomActionParameter, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        name: Text, "";
        r#type: Text, "";
        validationformat: Text, "";
        valueoptions: Objects, "";
        required: Boolean, "";
    }

    ExtensionResource, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        r#type: Text, "";
        details: Map, "";
        created: Date, "";
    }

    Gpu, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        gpugroupname: Text, "";
        vgpu: Objects<Vgpu>, "";
    }

    Host, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        name: Text, "";
        state: Text, "";
        disconnected: Date, "";
        r#type: Text, "";
        oscategoryid: Text, "";
        oscategoryname: Text, "";
        guestosrule: Text, "";
        ipaddress: Text, "";
        zoneid: Text, "";
        zonename: Text, "";
        podid: Text, "";
        podname: Text, "";
        version: Text, "";
        hypervisor: Text, "";
        cpusockets: Integer, "";
        cpunumber: Integer, "";
        cpuspeed: Long, "";
        cpuallocated: Text, "";
        cpuallocatedvalue: Long, "";
        cpuallocatedpercentage: Text, "";
        cpuallocatedwithoverprovisioning: Text, "";
        cpuused: Text, "";
        cpuwithoverprovisioning: Text, "";
        cpuloadaverage: Decimal, "";
        networkkbsread: Long, "";
        networkkbswrite: Long, "";
        memorytotal: Long, "";
        memorywithoverprovisioning: Text, "";
        memoryallocated: Long, "";
        memoryallocatedpercentage: Text, "";
        memoryallocatedbytes: Long, "";
        memoryused: Long, "";
        gputotal: Long, "", since: "4.21";
        gpuused: Long, "", since: "4.21";
        gpugroup: Objects<Gpu>, "", since: "4.4";
        disksizetotal: Long, "";
        disksizeallocated: Long, "";
        capabilities: Text, "";
        lastpinged: Date, "";
        virtualmachineid: Text, "", since: "4.21.0";
        msid: Long, "";
        managementserverid: Text, "";
        managementservername: Text, "", since: "4.21.0";
        clusterid: Text, "";
        clustername: Text, "";
        clustertype: Text, "";
        islocalstorageactive: Boolean, "";
        created: Date, "";
        removed: Date, "";
        events: Text, "";
        hosttags: Text, "";
        explicithosttags: Text, "", since: "4.20.0";
        implicithosttags: Text, "", since: "4.20.0";
        istagarule: Boolean, "";
        hasenoughcapacity: Boolean, "";
        suitableformigration: Boolean, "";
        hostha: Object<HostHa>, "";
        outofbandmanagement: Object<OutOfBandManagement>, "";
        resourcestate: Text, "";
        hypervisorversion: Text, "";
        hahost: Boolean, "";
        details: Map, "", since: "4.5";
        annotation: Text, "", since: "4.11";
        lastannotated: Date, "", since: "4.11";
        username: Text, "", since: "4.11";
        ueficapability: Boolean, "";
        encryptionsupported: Boolean, "", since: "4.18";
        instanceconversionsupported: Boolean, "", since: "4.19.1";
        arch: Text, "", since: "4.20";
        storageaccessgroups: Text, "", since: "4.21.0";
        clusterstorageaccessgroups: Text, "", since: "4.21.0";
        podstorageaccessgroups: Text, "", since: "4.21.0";
        zonestorageaccessgroups: Text, "", since: "4.21.0";
        extensionid: Text, "", since: "4.21.0";
        extensionname: Text, "", since: "4.21.0";
        averageload: Long, "";
    }

    HostHa, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hostid: Text, "";
        haenable: Boolean, "";
        hastate: Text, "";
        haprovider: Text, "";
        status: Boolean, "";
    }

    HypervisorCapabilities, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        hypervisorversion: Text, "";
        hypervisor: Text, "";
        maxguestslimit: Long, "";
        securitygroupenabled: Boolean, "";
        maxdatavolumeslimit: Integer, "";
        maxhostspercluster: Integer, "";
        storagemotionenabled: Boolean, "";
        vmsnapshotenabled: Boolean, "";
    }

    IpRange, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        gateway: Text, "";
        cidr: Text, "";
        startip: Text, "";
        endip: Text, "";
        forsystemvms: Text, "";
        vlanid: Text, "";
    }

    NetworkDevice, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
    }

    OutOfBandManagement, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hostid: Text, "";
        powerstate: Text, "";
        enabled: Boolean, "";
        driver: Text, "";
        address: Text, "";
        port: Text, "";
        username: Text, "";
        password: Text, "", secret: true;
        action: Text, "";
        description: Text, "";
        status: Boolean, "";
    }

    Pod, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        name: Text, "";
        zoneid: Text, "";
        zonename: Text, "";
        gateway: Text, "";
        netmask: Text, "";
        ipranges: Objects<IpRange>, "", since: "4.16.0";
        startip: TextList, "";
        endip: TextList, "";
        forsystemvms: TextList, "";
        vlanid: TextList, "";
        allocationstate: Text, "";
        capacity: Objects<Capacity>, "";
        storageaccessgroups: Text, "", since: "4.21.0";
        zonestorageaccessgroups: Text, "", since: "4.21.0";
    }

    Region, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Integer, "";
        name: Text, "";
        endpoint: Text, "";
        gslbserviceenabled: Boolean, "";
        portableipserviceenabled: Boolean, "";
    }

    Router, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        zoneid: Text, "";
        zonename: Text, "";
        dns1: Text, "";
        dns2: Text, "";
        ip6dns1: Text, "";
        ip6dns2: Text, "";
        networkdomain: Text, "";
        gateway: Text, "";
        name: Text, "";
        podid: Text, "";
        podname: Text, "", since: "4.13.2";
        hostid: Text, "";
        hostname: Text, "";
        hostcontrolstate: Text, "";
        hypervisor: Text, "";
        linklocalip: Text, "";
        linklocalmacaddress: Text, "";
        linklocalnetmask: Text, "";
        linklocalnetworkid: Text, "";
        publicip: Text, "";
        publicmacaddress: Text, "";
        publicnetmask: Text, "";
        publicnetworkid: Text, "";
        guestipaddress: Text, "";
        guestmacaddress: Text, "";
        guestnetmask: Text, "";
        guestnetworkid: Text, "";
        guestnetworkname: Text, "";
        templateid: Text, "";
        templatename: Text, "", since: "4.13.2";
        created: Date, "";
        state: Text, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        serviceofferingid: Text, "";
        serviceofferingname: Text, "";
        isredundantrouter: Boolean, "";
        redundantstate: Text, "";
        version: Text, "";
        scriptsversion: Text, "";
        vpcid: Text, "";
        vpcname: Text, "";
        role: Text, "";
        nic: Objects<Nic>, "", since: "4.0";
        requiresupgrade: Boolean, "";
        healthchecksfailed: Boolean, "";
        healthcheckresults: Objects<RouterHealthCheckResult>, "", since: "4.14";
        softwareversion: Text, "";
        arch: Text, "", since: "4.20.1";
        templateversion: Text, "";
    }

    RouterHealthCheckResult, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        checkname: Text, "";
        checktype: Text, "";
        success: Boolean, "";
        status: Text, "";
        lastupdated: Date, "";
        details: Text, "";
    }

    RouterHealthChecks, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        routerid: Text, "";
        healthchecks: Objects<RouterHealthCheckResult>, "";
    }

    SystemVm, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        systemvmtype: Text, "";
        zoneid: Text, "";
        zonename: Text, "";
        dns1: Text, "";
        dns2: Text, "";
        networkdomain: Text, "";
        gateway: Text, "";
        name: Text, "";
        podid: Text, "";
        podname: Text, "", since: "4.13.2";
        hostid: Text, "";
        hostname: Text, "";
        hostcontrolstate: Text, "";
        hypervisor: Text, "";
        privateip: Text, "";
        privatemacaddress: Text, "";
        privatenetmask: Text, "";
        linklocalip: Text, "";
        linklocalmacaddress: Text, "";
        linklocalnetmask: Text, "";
        publicip: Text, "";
        publicmacaddress: Text, "";
        publicnetmask: Text, "";
        storageip: Text, "";
        templateid: Text, "";
        templatename: Text, "", since: "4.13.2";
        created: Date, "";
        state: Text, "";
        agentstate: Text, "", since: "4.13.1";
        activeviewersessions: Integer, "";
        guestvlan: Text, "";
        publicvlan: TextList, "";
        disconnected: Date, "", since: "4.13.1";
        version: Text, "", since: "4.13.1";
        isdynamicallyscalable: Boolean, "";
        serviceofferingid: Text, "";
        serviceofferingname: Text, "";
        arch: Text, "", since: "4.20.1";
    }

    Vgpu, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        vgputype: Text, "";
        videoram: Long, "";
        maxheads: Long, "";
        maxresolutionx: Long, "";
        maxresolutiony: Long, "";
        maxvgpuperpgpu: Long, "";
        remainingcapacity: Long, "";
        maxcapacity: Long, "";
    }

    VirtualRouterElement, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        nspid: Text, "";
        enabled: Boolean, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
    }

    Zone, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        name: Text, "";
        description: Text, "";
        dns1: Text, "";
        dns2: Text, "";
        ip6dns1: Text, "";
        ip6dns2: Text, "";
        internaldns1: Text, "";
        internaldns2: Text, "";
        guestcidraddress: Text, "";
        displaytext: Text, "";
        domain: Text, "";
        domainid: Text, "";
        domainname: Text, "";
        networktype: Text, "";
        securitygroupsenabled: Boolean, "";
        gputotal: Long, "", since: "4.21";
        gpuused: Long, "", since: "4.21";
        allocationstate: Text, "";
        zonetoken: Text, "";
        dhcpprovider: Text, "";
        capacity: Objects<Capacity>, "";
        localstorageenabled: Boolean, "";
        tags: Objects<ResourceTag>, "", since: "4.3";
        resourcedetails: Map, "", since: "4.3.0";
        icon: Object<ResourceIcon>, "", since: "4.16.0.0";
        allowuserspecifyvrmtu: Boolean, "", since: "4.18.0";
        routerprivateinterfacemaxmtu: Integer, "", since: "4.18.0";
        routerpublicinterfacemaxmtu: Integer, "", since: "4.18.0";
        r#type: Text, "", since: "4.18.0";
        isnsxenabled: Boolean, "", since: "4.20.0";
        provider: Text, "", since: "4.21.0";
        ismultiarch: Boolean, "", since: "4.20";
        asnrange: Text, "";
        routedmodeenabled: Boolean, "", since: "4.20.1";
        storageaccessgroups: Text, "", since: "4.21.0";
        vlan: Text, "";
        status: Text, "";
    }
}
