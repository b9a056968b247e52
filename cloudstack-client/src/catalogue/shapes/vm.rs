//! vm

use crate::catalogue::Roles;

shapes! {
    AffinityGroup, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        description: Text, "";
        account: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        projectid: Text, "";
        project: Text, "";
        r#type: Text, "";
        virtualmachineids: TextList, "", wire: "virtualmachineIds";
        dedicatedresources: Text, "";
    }

    AffinityGroupType, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        r#type: Text, "";
    }

    AttachedIso, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        displaytext: Text, "";
        deviceseq: Integer, "";
        bootable: Boolean, "";
    }

    AutoScalePolicy, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        action: Text, "";
        duration: Integer, "";
        quiettime: Integer, "";
        conditions: Objects<Condition>, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
    }

    AutoScaleVmGroup, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        name: Text, "";
        lbruleid: Text, "";
        associatednetworkname: Text, "";
        associatednetworkid: Text, "";
        lbprovider: Text, "";
        publicipid: Text, "";
        publicip: Text, "";
        publicport: Text, "";
        privateport: Text, "";
        vmprofileid: Text, "";
        minmembers: Integer, "";
        maxmembers: Integer, "";
        availablevirtualmachinecount: Integer, "", since: "4.18.0";
        interval: Integer, "";
        state: Text, "";
        scaleuppolicies: Objects<AutoScalePolicy>, "";
        scaledownpolicies: Objects<AutoScalePolicy>, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        created: Date, "";
    }

    AutoScaleVmProfile, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        zoneid: Text, "";
        serviceofferingid: Text, "";
        templateid: Text, "";
        otherdeployparams: Map, "";
        expungevmgraceperiod: Integer, "";
        counterparam: Map, "";
        userdata: Text, "";
        userdataid: Text, "", since: "4.18.1";
        userdataname: Text, "", since: "4.18.1";
        userdatapolicy: Text, "", since: "4.18.1";
        userdatadetails: Text, "", since: "4.18.1";
        autoscaleuserid: Text, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        destroyvmgraceperiod: Integer, "";
    }

    Condition, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        threshold: Long, "";
        relationaloperator: Text, "";
        counterid: Text, "";
        countername: Text, "";
        counter: Object<Counter>, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        zoneid: Text, "";
        projectid: Text, "";
        project: Text, "";
        account: Text, "";
    }

    Counter, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        source: Text, "";
        value: Text, "";
        zoneid: Text, "";
        provider: Text, "";
    }

    HostForMigration, "" {
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
        requiresstoragemotion: Boolean, "", wire: "requiresStorageMotion";
    }

    Hypervisor, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        name: Text, "";
    }

    InstanceGroup, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        name: Text, "";
        created: Date, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
    }

    Nic, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        networkid: Text, "";
        networkname: Text, "";
        netmask: Text, "";
        gateway: Text, "";
        ipaddress: Text, "";
        isolationuri: Text, "";
        broadcasturi: Text, "";
        traffictype: Text, "";
        r#type: Text, "";
        isdefault: Boolean, "";
        macaddress: Text, "";
        ip6gateway: Text, "";
        ip6cidr: Text, "";
        ip6address: Text, "";
        secondaryip: Objects<NicSecondaryIp>, "";
        extradhcpoption: Text, "", since: "4.11.0";
        deviceid: Text, "", since: "4.4";
        virtualmachineid: Text, "";
        nsxlogicalswitch: Text, "", since: "4.6.0";
        nsxlogicalswitchport: Text, "", since: "4.6.0";
        vlanid: Integer, "", since: "4.14.0";
        isolatedpvlan: Integer, "", since: "4.14.0";
        isolatedpvlantype: Text, "", since: "4.14.0";
        adaptertype: Text, "", since: "4.14.0";
        ipaddresses: TextList, "", since: "4.14.0";
        mtu: Integer, "", since: "4.18.0";
        publicipid: Text, "";
        publicip: Text, "";
        enabled: Boolean, "";
        nicdnsname: Text, "";
        vpcid: Text, "";
        vpcname: Text, "";
    }

    NicSecondaryIp, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        secondaryip: Objects<NicSecondaryIp>, "";
        ipaddress: Text, "";
        nicid: Text, "";
        networkid: Text, "";
        virtualmachineid: Text, "";
        description: Text, "";
    }

    VirtualMachine, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        tags: Objects<ResourceTag>, "";
        id: Text, "";
        name: Text, "";
        displayname: Text, "";
        account: Text, "";
        userid: Text, "";
        username: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        created: Date, "";
        lastupdated: Date, "", since: "4.16.0";
        state: Text, "";
        haenable: Boolean, "";
        groupid: Text, "";
        group: Text, "";
        zoneid: Text, "";
        zonename: Text, "";
        hostid: Text, "";
        hostname: Text, "";
        hostcontrolstate: Text, "";
        templateid: Text, "";
        templatename: Text, "";
        templatetype: Text, "", since: "4.19.0";
        templateformat: Text, "", since: "4.19.1";
        templatedisplaytext: Text, "";
        passwordenabled: Boolean, "";
        isoid: Text, "";
        isoname: Text, "";
        isodisplaytext: Text, "";
        isos: Objects<AttachedIso>, "", since: "4.23.0";
        isomaxcount: Integer, "", since: "4.23.0";
        serviceofferingid: Text, "";
        serviceofferingname: Text, "";
        diskofferingid: Text, "", since: "4.4";
        diskofferingname: Text, "", since: "4.4";
        gpucardid: Text, "", since: "4.21";
        gpucardname: Text, "", since: "4.21";
        vgpuprofileid: Text, "", since: "4.21";
        vgpuprofilename: Text, "", since: "4.21";
        videoram: Long, "";
        maxheads: Long, "";
        maxresolutionx: Long, "";
        maxresolutiony: Long, "";
        gpucount: Integer, "", since: "4.21";
        backupofferingid: Text, "", since: "4.14";
        backupofferingname: Text, "", since: "4.14";
        backupprovider: Text, "", since: "4.23.0";
        forvirtualnetwork: Boolean, "";
        cpunumber: Integer, "";
        cpuspeed: Integer, "";
        memory: Integer, "";
        vgpu: Text, "", since: "4.4";
        cpuused: Text, "";
        networkkbsread: Long, "";
        networkkbswrite: Long, "";
        diskkbsread: Long, "";
        diskkbswrite: Long, "";
        memorykbs: Long, "";
        memoryintfreekbs: Long, "";
        memorytargetkbs: Long, "";
        diskioread: Long, "";
        diskiowrite: Long, "";
        guestosid: Text, "";
        rootdeviceid: Long, "";
        rootdevicetype: Text, "";
        securitygroup: Objects<SecurityGroup>, "";
        password: Text, "", secret: true;
        nic: Objects<Nic>, "";
        hypervisor: Text, "";
        ipaddress: Text, "";
        publicipid: Text, "";
        publicip: Text, "";
        instancename: Text, "", since: "3.0.1";
        details: Map, "", since: "4.2.1";
        readonlydetails: Text, "", since: "4.16.0";
        alloweddetails: Text, "", since: "4.22.1";
        keypairs: Text, "";
        affinitygroup: Objects<AffinityGroup>, "";
        displayvm: Boolean, "", roles: Roles::ROOT_ADMIN;
        isdynamicallyscalable: Boolean, "";
        deleteprotection: Boolean, "", since: "4.20.0";
        servicestate: Text, "";
        ostypeid: Text, "", since: "4.4";
        osdisplayname: Text, "", since: "4.13.2";
        bootmode: Text, "";
        boottype: Text, "";
        pooltype: Text, "", since: "4.16";
        receivedbytes: Long, "";
        sentbytes: Long, "";
        icon: Object<ResourceIcon>, "", since: "4.16.0";
        autoscalevmgroupid: Text, "", since: "4.18.0";
        autoscalevmgroupname: Text, "", since: "4.18.0";
        userdata: Text, "", since: "4.18.0.0";
        userdataid: Text, "", since: "4.18.0";
        userdataname: Text, "", since: "4.18.0";
        userdatapolicy: Text, "", since: "4.18.0";
        userdatadetails: Text, "", since: "4.18.0";
        vnfnics: Text, "", since: "4.19.0";
        vnfdetails: Map, "", since: "4.19.0";
        vmtype: Text, "", since: "4.20.0";
        arch: Text, "", since: "4.20.1";
        leaseduration: Integer, "", since: "4.21.0";
        leaseexpirydate: Date, "", since: "4.21.0";
        leaseexpiryaction: Text, "", since: "4.21.0";
        keypair: Text, "";
    }

    VirtualMachineUserData, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        virtualmachineid: Text, "";
        userdata: Text, "";
    }

    VmPassword, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        encryptedpassword: Text, "", secret: true;
    }
}
