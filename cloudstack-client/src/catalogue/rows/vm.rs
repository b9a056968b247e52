//! vm

commands! { ROWS:
    AddIpToNic("addIpToNic"): AsyncCreate<NicSecondaryIp> in "nicsecondaryip" for ANYONE,
        "", event: "NIC.SECONDARY.IP.ASSIGN", envelope: "addiptovmnicresponse";
    need {
        nicid: Uuid, "", of: "Nic";
    }
    may {
        ipaddress: Text, "";
        description: Text, "", len: 2_048;
    }

    AddNicToVirtualMachine("addNicToVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "", event: "NIC.CREATE", of: "VirtualMachine";
    need {
        virtualmachineid: Uuid, "", of: "VirtualMachine";
        networkid: Uuid, "", of: "Network";
    }
    may {
        ipaddress: Text, "";
        macaddress: Text, "";
        dhcpoptions: Map, "";
    }

    AssignVirtualMachine("assignVirtualMachine"): Sync<VirtualMachine> in "virtualmachine" for ROOT_ADMIN,
        "", since: "3.0.0", of: "VirtualMachine";
    need {
        virtualmachineid: Uuid, "", of: "VirtualMachine";
    }
    may {
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        projectid: Uuid, "", of: "Project";
        networkids: UuidList, "", of: "Network";
        securitygroupids: UuidList, "", of: "SecurityGroup";
    }

    AttachIso("attachIso"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "", event: "ISO.ATTACH";
    need {
        id: Uuid, "", of: "Template";
        virtualmachineid: Uuid, "", of: "VirtualMachine";
    }
    may {
        forced: Boolean, "", since: "4.15.1";
    }

    ChangeServiceForVirtualMachine("changeServiceForVirtualMachine"): Sync<VirtualMachine> in "virtualmachine" for ANYONE,
        "", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "VirtualMachine";
        serviceofferingid: Uuid, "", of: "ServiceOffering";
    }
    may {
        details: Map, "";
        miniops: Long, "", since: "4.17";
        maxiops: Long, "", since: "4.17";
        automigrate: Boolean, "", since: "4.17";
        shrinkok: Boolean, "", since: "4.17";
    }

    CreateAffinityGroup("createAffinityGroup"): AsyncCreate<AffinityGroup> in "affinitygroup" for ANYONE,
        "", event: "AG.CREATE", of: "AffinityGroup";
    need {
        name: Text, "";
        r#type: Text, "";
    }
    may {
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        projectid: Uuid, "", of: "Project";
        description: Text, "";
    }

    CreateInstanceGroup("createInstanceGroup"): Sync<InstanceGroup> in "instancegroup" for ANYONE,
        "", of: "InstanceGroup";
    need {
        name: Text, "";
    }
    may {
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        projectid: Uuid, "", of: "Project";
    }

    DeleteAffinityGroup("deleteAffinityGroup"): Async<Success> in "" for ANYONE,
        "", event: "AG.DELETE", of: "AffinityGroup";
    need {}
    may {
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        id: Uuid, "", of: "AffinityGroup";
        name: Text, "";
        projectid: Uuid, "", of: "Project";
    }

    DeleteInstanceGroup("deleteInstanceGroup"): Sync<Success> in "" for ANYONE,
        "", of: "InstanceGroup";
    need {
        id: Uuid, "", of: "InstanceGroup";
    }
    may {}

    DeployVirtualMachine("deployVirtualMachine"): AsyncCreate<VirtualMachine> in "virtualmachine" for ANYONE,
        "", event: "VM.CREATE", of: "VirtualMachine";
    need {
        zoneid: Uuid, "", of: "Zone";
        serviceofferingid: Uuid, "", of: "ServiceOffering";
    }
    may {
        customid: Text, "";
        name: Text, "";
        displayname: Text, "";
        password: Text, "", since: "4.19.0.0", secret: true;
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        networkids: UuidList, "", of: "Network";
        boottype: Text, "", since: "4.14.0.0";
        bootmode: Text, "", since: "4.14.0.0";
        bootintosetup: Boolean, "", since: "4.15.0.0";
        diskofferingid: Uuid, "", of: "DiskOffering";
        size: Long, "";
        rootdisksize: Long, "", since: "4.4";
        rootdiskkmskeyid: Uuid, "", of: "KMSKey", since: "4.23.0";
        datadisksdetails: Map, "", since: "4.21.0";
        group: Text, "";
        hypervisor: Text, "";
        userdata: Text, "", len: 1_048_576;
        userdataid: Uuid, "", of: "UserData", since: "4.18";
        userdatadetails: Map, "", since: "4.18";
        keypair: Text, "";
        keypairs: TextList, "", since: "4.17";
        hostid: Uuid, "", of: "Host";
        securitygroupids: UuidList, "", of: "SecurityGroup";
        securitygroupnames: TextList, "", of: "SecurityGroup";
        iptonetworklist: Map, "";
        ipaddress: Text, "";
        ip6address: Text, "";
        macaddress: Text, "";
        keyboard: Text, "";
        projectid: Uuid, "", of: "Project";
        startvm: Boolean, "";
        affinitygroupids: UuidList, "", of: "AffinityGroup";
        affinitygroupnames: TextList, "", of: "AffinityGroup";
        displayvm: Boolean, "", since: "4.2", roles: Roles::ROOT_ADMIN;
        details: Map, "", since: "4.3";
        deploymentplanner: Text, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        dhcpoptionsnetworklist: Map, "";
        datadiskofferinglist: Map, "", since: "4.11";
        extraconfig: Text, "", len: 5_120, since: "4.12";
        copyimagetags: Boolean, "", since: "4.13";
        properties: Map, "", since: "4.15";
        nicnetworklist: Map, "", since: "4.15";
        dynamicscalingenabled: Boolean, "", since: "4.16";
        overridediskofferingid: Uuid, "", of: "DiskOffering", since: "4.17";
        iothreadsenabled: Boolean, "";
        iodriverpolicy: Text, "";
        nicmultiqueuenumber: Integer, "", since: "4.18";
        nicpackedvirtqueuesenabled: Boolean, "", since: "4.18";
        leaseduration: Integer, "", since: "4.21.0";
        leaseexpiryaction: Text, "", since: "4.21.0";
        externaldetails: Map, "", since: "4.21.0";
        templateid: Uuid, "", of: "Template";
        volumeid: Uuid, "", of: "Volume", since: "4.21";
        snapshotid: Uuid, "", of: "Snapshot", since: "4.21";
        podid: Uuid, "", of: "Pod", since: "4.13";
        clusterid: Uuid, "", of: "Cluster", since: "4.13";
        blankinstance: Boolean, "", since: "4.23.0";
    }

    DestroyVirtualMachine("destroyVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "", event: "VM.DESTROY", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "VirtualMachine";
    }
    may {
        expunge: Boolean, "", since: "4.2.1";
        volumeids: UuidList, "", of: "Volume", since: "4.12.0";
        forced: Boolean, "", since: "4.23.0";
    }

    DetachIso("detachIso"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "", event: "ISO.DETACH";
    need {
        virtualmachineid: Uuid, "", of: "VirtualMachine";
    }
    may {
        forced: Boolean, "", since: "4.15.1";
        id: Uuid, "", of: "Template", since: "4.23.0";
    }

    FindHostsForMigration("findHostsForMigration"): List<HostForMigration> in "host" for ROOT_ADMIN,
        "";
    need {
        virtualmachineid: Uuid, "", of: "VirtualMachine";
    }
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
    }

    GetVMPassword("getVMPassword"): Sync<VmPassword> in "password" for ANYONE,
        "", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "VirtualMachine";
    }
    may {}

    GetVirtualMachineUserData("getVirtualMachineUserData"): Sync<VirtualMachineUserData> in "virtualmachineuserdata" for ANYONE,
        "", since: "4.4";
    need {
        virtualmachineid: Uuid, "", of: "VirtualMachine";
    }
    may {}

    LinkUserDataToTemplate("linkUserDataToTemplate"): Sync<Template> in "template" for ANYONE,
        "", since: "4.18.0";
    need {}
    may {
        templateid: Uuid, "", of: "Template";
        isoid: Uuid, "", of: "Template";
        userdataid: Uuid, "", of: "UserData";
        userdatapolicy: Text, "";
    }

    ListAffinityGroupTypes("listAffinityGroupTypes"): List<AffinityGroupType> in "affinityGroupType" for ANYONE,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
    }

    ListAffinityGroups("listAffinityGroups"): List<AffinityGroup> in "affinitygroup" for ANYONE,
        "", of: "AffinityGroup";
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
        name: Text, "";
        virtualmachineid: Uuid, "", of: "VirtualMachine";
        id: Uuid, "", of: "AffinityGroup";
        r#type: Text, "";
    }

    ListHypervisors("listHypervisors"): List<Hypervisor> in "hypervisor" for ANYONE,
        "";
    need {}
    may {
        zoneid: Uuid, "", of: "Zone";
    }

    ListInstanceGroups("listInstanceGroups"): List<InstanceGroup> in "instancegroup" for ANYONE,
        "", of: "InstanceGroup";
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
        id: Uuid, "", of: "InstanceGroup";
        name: Text, "";
    }

    ListNics("listNics"): List<Nic> in "nic" for ANYONE,
        "";
    need {
        virtualmachineid: Uuid, "", of: "VirtualMachine";
    }
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        nicid: Uuid, "", of: "Nic";
        networkid: Uuid, "", of: "Network";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListVirtualMachines("listVirtualMachines"): List<VirtualMachine> in "virtualmachine" for ANYONE,
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
        tags: Map, "";
        retrieveonlyresourcecount: Boolean, "";
        groupid: Uuid, "", of: "InstanceGroup";
        id: Uuid, "", of: "VirtualMachine";
        ids: UuidList, "", of: "VirtualMachine", since: "4.4";
        name: Text, "";
        state: Text, "";
        zoneid: Uuid, "", of: "Zone";
        forvirtualnetwork: Boolean, "";
        networkid: Uuid, "", of: "Network";
        hypervisor: Text, "";
        details: TextList, "";
        templateid: Uuid, "", of: "Template";
        isoid: Uuid, "", of: "Template";
        vpcid: Uuid, "", of: "Vpc";
        affinitygroupid: Uuid, "", of: "AffinityGroup";
        keypair: Text, "";
        serviceofferingid: Uuid, "", of: "ServiceOffering", since: "4.4";
        backupofferingid: Uuid, "", of: "BackupOffering", since: "4.17";
        displayvm: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        userid: Uuid, "", of: "User";
        securitygroupid: Uuid, "", of: "SecurityGroup", since: "4.15";
        haenable: Boolean, "", since: "4.15";
        autoscalevmgroupid: Uuid, "", of: "AutoScaleVmGroup", since: "4.18.0";
        showicon: Boolean, "", since: "4.16.0.0";
        accumulate: Boolean, "", since: "4.17.0";
        userdata: Boolean, "", since: "4.18.0.0";
        userdataid: Uuid, "", of: "UserData", since: "4.20.1";
        arch: Text, "", since: "4.20.1";
        leased: Boolean, "", since: "4.21.0";
        gpuenabled: Boolean, "", since: "4.21.0";
        extensionid: Uuid, "", of: "Extension", since: "4.21.0";
        isvnf: Boolean, "", since: "4.19.0";
        hostid: Uuid, "", of: "Host";
        podid: Uuid, "", of: "Pod";
        storageid: Uuid, "", of: "StoragePool";
        clusterid: Uuid, "", of: "Cluster", since: "4.16.0";
    }

    MigrateVirtualMachine("migrateVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ROOT_ADMIN,
        "", event: "VM.MIGRATE", of: "VirtualMachine";
    need {
        virtualmachineid: Uuid, "", of: "VirtualMachine";
    }
    may {
        hostid: Uuid, "", of: "Host";
        storageid: Uuid, "", of: "StoragePool";
        autoselect: Boolean, "", since: "4.16.0";
    }

    RebootVirtualMachine("rebootVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "", event: "VM.REBOOT", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "VirtualMachine";
    }
    may {
        forced: Boolean, "", since: "4.16.0";
        bootintosetup: Boolean, "", since: "4.15.0.0";
    }

    RecoverVirtualMachine("recoverVirtualMachine"): Sync<VirtualMachine> in "virtualmachine" for ADMINS,
        "", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "VirtualMachine";
    }
    may {}

    RemoveIpFromNic("removeIpFromNic"): Async<Success> in "" for ANYONE,
        "", event: "NIC.SECONDARY.IP.UNASSIGN";
    need {
        id: Uuid, "", of: "NicSecondaryIp";
    }
    may {}

    RemoveNicFromVirtualMachine("removeNicFromVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "", event: "NIC.DELETE", of: "VirtualMachine";
    need {
        virtualmachineid: Uuid, "", of: "VirtualMachine";
        nicid: Uuid, "", of: "Nic";
    }
    may {}

    ResetPasswordForVirtualMachine("resetPasswordForVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "", event: "VM.RESETPASSWORD", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "VirtualMachine";
    }
    may {
        password: Text, "", since: "4.19.0", secret: true;
    }

    ResetSSHKeyForVirtualMachine("resetSSHKeyForVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "", event: "VM.RESETSSHKEY", of: "VirtualMachine", envelope: "resetSSHKeyforvirtualmachineresponse";
    need {
        id: Uuid, "", of: "VirtualMachine";
    }
    may {
        keypair: Text, "";
        keypairs: TextList, "", since: "4.17";
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        projectid: Uuid, "", of: "Project";
    }

    RestoreVirtualMachine("restoreVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "", since: "3.0.0", event: "VM.RESTORE", of: "VirtualMachine", envelope: "restorevmresponse";
    need {
        virtualmachineid: Uuid, "", of: "VirtualMachine";
    }
    may {
        templateid: Uuid, "", of: "Template";
        diskofferingid: Uuid, "", of: "DiskOffering", since: "4.19.1";
        rootdisksize: Long, "", since: "4.19.1";
        details: Map, "", since: "4.19.1";
        expunge: Boolean, "", since: "4.19.1";
    }

    ScaleVirtualMachine("scaleVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "", event: "VM.UPGRADE", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "VirtualMachine";
        serviceofferingid: Uuid, "", of: "ServiceOffering";
    }
    may {
        details: Map, "";
        miniops: Long, "", since: "4.17";
        maxiops: Long, "", since: "4.17";
        automigrate: Boolean, "", since: "4.17";
        shrinkok: Boolean, "", since: "4.17";
    }

    StartVirtualMachine("startVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "", event: "VM.START", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "VirtualMachine";
    }
    may {
        podid: Uuid, "", of: "Pod";
        clusterid: Uuid, "", of: "Cluster";
        hostid: Uuid, "", of: "Host", since: "3.0.1";
        considerlasthost: Boolean, "", since: "4.18.0", roles: Roles::ROOT_ADMIN;
        deploymentplanner: Text, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        bootintosetup: Boolean, "", since: "4.15.0.0";
    }

    StopVirtualMachine("stopVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "", event: "VM.STOP", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "VirtualMachine";
    }
    may {
        forced: Boolean, "";
    }

    UpdateDefaultNicForVirtualMachine("updateDefaultNicForVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "", event: "NIC.UPDATE", of: "VirtualMachine";
    need {
        virtualmachineid: Uuid, "", of: "VirtualMachine";
        nicid: Uuid, "", of: "Nic";
    }
    may {}

    UpdateInstanceGroup("updateInstanceGroup"): Sync<InstanceGroup> in "instancegroup" for ANYONE,
        "", of: "InstanceGroup";
    need {
        id: Uuid, "", of: "InstanceGroup";
    }
    may {
        name: Text, "";
    }

    UpdateVMAffinityGroup("updateVMAffinityGroup"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "", event: "VM.AG.UPDATE", of: "VirtualMachine", envelope: "updatevirtualmachineresponse";
    need {
        id: Uuid, "", of: "VirtualMachine";
    }
    may {
        affinitygroupids: UuidList, "", of: "AffinityGroup";
        affinitygroupnames: TextList, "", of: "AffinityGroup";
    }

    UpdateVirtualMachine("updateVirtualMachine"): Sync<VirtualMachine> in "virtualmachine" for ANYONE,
        "", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "VirtualMachine";
    }
    may {
        customid: Text, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        displayname: Text, "";
        group: Text, "";
        haenable: Boolean, "";
        ostypeid: Uuid, "", of: "OsType";
        userdata: Text, "", len: 1_048_576, since: "4.16.0";
        userdataid: Uuid, "", of: "UserData", since: "4.18";
        userdatadetails: Map, "", since: "4.18";
        displayvm: Boolean, "", roles: Roles::ROOT_ADMIN;
        isdynamicallyscalable: Boolean, "";
        name: Text, "", since: "4.4";
        instancename: Text, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        details: Map, "";
        securitygroupids: UuidList, "", of: "SecurityGroup";
        securitygroupnames: TextList, "", of: "SecurityGroup";
        cleanupdetails: Boolean, "";
        dhcpoptionsnetworklist: Map, "";
        extraconfig: Text, "", len: 5_120, since: "4.12";
        deleteprotection: Boolean, "", since: "4.20.0";
        leaseduration: Integer, "", since: "4.21.0";
        leaseexpiryaction: Text, "", since: "4.21.0";
        cleanupextraconfig: Boolean, "", since: "4.23.0";
    }
}
