//! Guests, their network cards and groups.

commands! { ROWS:
    AddIpToNic("addIpToNic"): AsyncCreate<NicSecondaryIp> in "nicsecondaryip" for ANYONE,
        "Gives a network card of a guest a secondary address.", event: "NIC.SECONDARY.IP.ASSIGN", envelope: "addiptovmnicresponse";
    need {
        nicid: Uuid, "Id of the network card.", of: "Nic";
    }
    may {
        ipaddress: Text, "The address wanted; any free one if left out.";
        description: Text, "What it is for, in words.", len: 2_048;
    }

    AddNicToVirtualMachine("addNicToVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "Plugs a guest into one more network.", event: "NIC.CREATE", of: "VirtualMachine";
    need {
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
        networkid: Uuid, "Id of the network.", of: "Network";
    }
    may {
        ipaddress: Text, "The IPv4 address wanted; any free one if left out.";
        macaddress: Text, "MAC address; one is made up if left out.";
        dhcpoptions: Map, "DHCP options for the card: pairs of option and value.";
    }

    AssignVirtualMachine("assignVirtualMachine"): Sync<VirtualMachine> in "virtualmachine" for ROOT_ADMIN,
        "Hands a stopped guest over to another account.", since: "3.0.0", event: "VM.MOVE", of: "VirtualMachine";
    need {
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        account: Text, "Name of the account that gets the guest.";
        domainid: Uuid, "Id of the domain of the account that gets the guest.", of: "Domain";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        networkids: UuidList, "Ids of the networks it is plugged into afterwards.", of: "Network";
        securitygroupids: UuidList, "Ids of the security groups; excludes names.", of: "SecurityGroup";
    }

    AttachIso("attachIso"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "Puts an ISO into a guest's drive.", event: "ISO.ATTACH";
    need {
        id: Uuid, "Id of the ISO.", of: "Template";
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        forced: Boolean, "True to eject what is in the drive though the guest holds it; for VMware.", since: "4.15.1";
    }

    ChangeServiceForVirtualMachine("changeServiceForVirtualMachine"): Sync<VirtualMachine> in "virtualmachine" for ANYONE,
        "Gives a stopped guest another service offering.", event: "VM.UPGRADE", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the guest.", of: "VirtualMachine";
        serviceofferingid: Uuid, "Id of the service offering it has afterwards.", of: "ServiceOffering";
    }
    may {
        details: Map, "`cpuNumber`, `cpuSpeed` and `memory` (MiB) for a custom offering.";
        miniops: Long, "I/O operations a second at least.", since: "4.17";
        maxiops: Long, "I/O operations a second at most.", since: "4.17";
        automigrate: Boolean, "True if volumes may be moved when their storage does not fit the new offering.", since: "4.17";
        shrinkok: Boolean, "True if it may get smaller; what is beyond the new end is lost.", since: "4.17";
    }

    CreateAffinityGroup("createAffinityGroup"): AsyncCreate<AffinityGroup> in "affinitygroup" for ANYONE,
        "Makes an affinity group, which keeps guests apart or together.", event: "AG.CREATE", of: "AffinityGroup";
    need {
        name: Text, "Name of the new affinity group.";
        r#type: Text, "Kind of group, such as `host anti-affinity`.";
    }
    may {
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        description: Text, "What it is for, in words.";
    }

    CreateInstanceGroup("createInstanceGroup"): Sync<InstanceGroup> in "instancegroup" for ANYONE,
        "Makes a named group to sort guests into.", of: "InstanceGroup";
    need {
        name: Text, "Name of the new group.";
    }
    may {
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
    }

    DeleteAffinityGroup("deleteAffinityGroup"): Async<Success> in "" for ANYONE,
        "Deletes an affinity group.", event: "AG.DELETE", of: "AffinityGroup";
    need {}
    may {
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        id: Uuid, "Id of the affinity group.", of: "AffinityGroup";
        name: Text, "Name of the affinity group.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
    }

    DeleteInstanceGroup("deleteInstanceGroup"): Sync<Success> in "" for ANYONE,
        "Deletes a group; its guests stay.", of: "InstanceGroup";
    need {
        id: Uuid, "Id of the group.", of: "InstanceGroup";
    }
    may {}

    DeployVirtualMachine("deployVirtualMachine"): AsyncCreate<VirtualMachine> in "virtualmachine" for ANYONE,
        "Makes a guest from a template or an ISO, and starts it unless told not to.", event: "VM.CREATE", of: "VirtualMachine";
    need {
        zoneid: Uuid, "Id of the zone.", of: "Zone";
        serviceofferingid: Uuid, "Id of the service offering.", of: "ServiceOffering";
    }
    may {
        customid: Text, "Id to answer from now on, instead of the one made here.";
        name: Text, "Host name of the guest, unique in its network; one is made up if left out.";
        displayname: Text, "Name to show.";
        password: Text, "Password to give the guest, instead of one that is made up.", since: "4.19.0.0", secret: true;
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        networkids: UuidList, "Ids of the networks, the default one first.", of: "Network";
        boottype: Text, "`BIOS` (the default) or `UEFI`.", since: "4.14.0.0";
        bootmode: Text, "`Legacy` or `Secure`; the latter with UEFI only.", since: "4.14.0.0";
        bootintosetup: Boolean, "True to boot into the firmware's setup once.", since: "4.15.0.0";
        diskofferingid: Uuid, "Id of the offering for a data disk; with an ISO, for the root disk.", of: "DiskOffering";
        size: Long, "Size of the data disk in GiB; for a custom disk offering.";
        rootdisksize: Long, "Size of the root disk in GiB; not below the template's.", since: "4.4";
        rootdiskkmskeyid: Uuid, "Id of the key that encrypts the root disk.", of: "KMSKey", since: "4.23.0";
        datadisksdetails: Map, "Data volumes to make with it: `diskofferingid`, `size` and more for each.", since: "4.21.0";
        group: Text, "Name of the group to sort the guest into; it is made if new.";
        hypervisor: Text, "Hypervisor, such as `KVM`, `XenServer`, `VMware` or `Simulator`.";
        userdata: Text, "Data for the guest, Base64; 32 KiB at most in a URL.", len: 1_048_576;
        userdataid: Uuid, "Id of the registered user data.", of: "UserData", since: "4.18";
        userdatadetails: Map, "Values for the variables in the user data, as pairs.", since: "4.18";
        keypair: Text, "Name of the SSH key to put into it.";
        keypairs: TextList, "Names of the SSH keys to put into it; excludes `keypair`.", since: "4.17";
        hostid: Uuid, "Id of the host to run on; for administrators.", of: "Host";
        securitygroupids: UuidList, "Ids of the security groups; excludes names.", of: "SecurityGroup";
        securitygroupnames: TextList, "Names of the security groups; excludes ids.", of: "SecurityGroup";
        iptonetworklist: Map, "Addresses by network: `networkid` with `ip`, `ipv6` or `mac`; excludes `networkids`.";
        ipaddress: Text, "IPv4 address on the default network; excludes `iptonetworklist`.";
        ip6address: Text, "IPv6 address on the default network.";
        macaddress: Text, "MAC address; one is made up if left out.";
        keyboard: Text, "Layout of the console's keyboard: `us`, `de`, `de-ch`, `fr`, `jp`, `uk` …";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        startvm: Boolean, "False to leave it stopped; true by default.";
        affinitygroupids: UuidList, "Ids of the affinity groups the guest is in; excludes names.", of: "AffinityGroup";
        affinitygroupnames: TextList, "Names of the affinity groups the guest is in; excludes ids.", of: "AffinityGroup";
        displayvm: Boolean, "False to hide it from users.", since: "4.2", roles: Roles::ROOT_ADMIN;
        details: Map, "Details of the guest, such as `cpuNumber`, `cpuSpeed` and `memory` for a custom offering.", since: "4.3";
        deploymentplanner: Text, "Name of the planner that chooses hosts.", since: "4.4", roles: Roles::ROOT_ADMIN;
        dhcpoptionsnetworklist: Map, "DHCP options by network: `networkid` and options for each.";
        datadiskofferinglist: Map, "Disk offerings for the template's data disks: pairs of `datadisktemplateid` and `diskofferingid`.", since: "4.11";
        extraconfig: Text, "More hypervisor configuration, URL-encoded.", len: 5_120, since: "4.12";
        copyimagetags: Boolean, "True if the guest gets the tags of its template or ISO.", since: "4.13";
        properties: Map, "Properties for an OVF image, as pairs of `key` and `value`.", since: "4.15";
        nicnetworklist: Map, "Networks by the network cards of the image: pairs of `nic` and `network`.", since: "4.15";
        dynamicscalingenabled: Boolean, "True (the default) if its guests may be scaled while they run.", since: "4.16";
        overridediskofferingid: Uuid, "Id of the disk offering for the root disk, instead of the service offering's.", of: "DiskOffering", since: "4.17";
        iothreadsenabled: Boolean, "True to give its disks threads of their own.";
        iodriverpolicy: Text, "How the host does I/O: `native`, `threads` or `io_uring`.";
        nicmultiqueuenumber: Integer, "Queues of each network card; -1 for one per CPU.", since: "4.18";
        nicpackedvirtqueuesenabled: Boolean, "True to use packed queues for network cards.", since: "4.18";
        leaseduration: Integer, "Days after which the lease ends.", since: "4.21.0";
        leaseexpiryaction: Text, "What happens at the end of the lease: `STOP` or `DESTROY`.", since: "4.21.0";
        externaldetails: Map, "Details meant for the extension, as pairs.", since: "4.21.0";
        templateid: Uuid, "Id of the template or ISO.", of: "Template";
        volumeid: Uuid, "Id of a volume to take as root disk, instead of a template.", of: "Volume", since: "4.21";
        snapshotid: Uuid, "Id of a snapshot to make the root disk from, instead of a template.", of: "Snapshot", since: "4.21";
        podid: Uuid, "Id of the pod to run in; for administrators.", of: "Pod", since: "4.13";
        clusterid: Uuid, "Id of the cluster to deploy in; for administrators.", of: "Cluster", since: "4.13";
        blankinstance: Boolean, "True for a guest without template or ISO.", since: "4.23.0";
    }

    DestroyVirtualMachine("destroyVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "Destroys a guest; until it is expunged it can be recovered.", event: "VM.DESTROY", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        expunge: Boolean, "True to expunge at once; it cannot be recovered then.", since: "4.2.1";
        volumeids: UuidList, "Ids of data volumes to delete with it.", of: "Volume", since: "4.12.0";
        forced: Boolean, "True to destroy it though it does not stop by itself.", since: "4.23.0";
    }

    DetachIso("detachIso"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "Takes the ISO out of a guest's drive.", event: "ISO.DETACH";
    need {
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        forced: Boolean, "True to eject what is in the drive though the guest holds it; for VMware.", since: "4.15.1";
        id: Uuid, "Id of the ISO.", of: "Template", since: "4.23.0";
    }

    FindHostsForMigration("findHostsForMigration"): List<HostForMigration> in "host" for ROOT_ADMIN,
        "Lists hosts that a guest could move to, and whether its disks would have to move too.";
    need {
        virtualmachineid: Uuid, "Only those of this guest.", of: "VirtualMachine";
    }
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
    }

    GetVMPassword("getVMPassword"): Sync<VmPassword> in "password" for ANYONE,
        "Answers the password of a guest, encrypted with its SSH key.", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {}

    GetVirtualMachineUserData("getVirtualMachineUserData"): Sync<VirtualMachineUserData> in "virtualmachineuserdata" for ANYONE,
        "Shows the user data of a guest.", since: "4.4";
    need {
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {}

    LinkUserDataToTemplate("linkUserDataToTemplate"): Sync<Template> in "template" for ANYONE,
        "Ties registered user data to a template or an ISO.", since: "4.18.0";
    need {}
    may {
        templateid: Uuid, "Id of the template.", of: "Template";
        isoid: Uuid, "Id of the ISO.", of: "Template";
        userdataid: Uuid, "Id of the registered user data.", of: "UserData";
        userdatapolicy: Text, "What a guest may do with the template's user data: `ALLOWOVERRIDE`, `APPEND` or `DENYOVERRIDE`.";
    }

    ListAffinityGroupTypes("listAffinityGroupTypes"): List<AffinityGroupType> in "affinityGroupType" for ANYONE,
        "Lists the kinds of affinity groups.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
    }

    ListAffinityGroups("listAffinityGroups"): List<AffinityGroup> in "affinitygroup" for ANYONE,
        "Lists affinity groups.", of: "AffinityGroup";
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
        name: Text, "Only an affinity group of exactly this name.";
        virtualmachineid: Uuid, "Only those of this guest.", of: "VirtualMachine";
        id: Uuid, "Only the affinity group of this id.", of: "AffinityGroup";
        r#type: Text, "Only those of this type.";
    }

    ListHypervisors("listHypervisors"): List<Hypervisor> in "hypervisor" for ANYONE,
        "Lists the hypervisors in use.";
    need {}
    may {
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
    }

    ListInstanceGroups("listInstanceGroups"): List<InstanceGroup> in "instancegroup" for ANYONE,
        "Lists groups of guests.", of: "InstanceGroup";
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
        id: Uuid, "Only the group of this id.", of: "InstanceGroup";
        name: Text, "Only a group of exactly this name.";
    }

    ListNics("listNics"): List<Nic> in "nic" for ANYONE,
        "Lists the network cards of a guest.";
    need {
        virtualmachineid: Uuid, "Only those of this guest.", of: "VirtualMachine";
    }
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        nicid: Uuid, "Only the card of this id.", of: "Nic";
        networkid: Uuid, "Only those of this network.", of: "Network";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListVirtualMachines("listVirtualMachines"): List<VirtualMachine> in "virtualmachine" for ANYONE,
        "Lists guests.", of: "VirtualMachine";
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
        retrieveonlyresourcecount: Boolean, "True to answer how many there are and nothing else.";
        groupid: Uuid, "Only guests of this group.", of: "InstanceGroup";
        id: Uuid, "Only the guest of this id.", of: "VirtualMachine";
        ids: UuidList, "Only those of these ids; excludes `id`.", of: "VirtualMachine", since: "4.4";
        name: Text, "Only a guest of exactly this name.";
        state: Text, "Only those in this state.";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        forvirtualnetwork: Boolean, "True for guests on isolated networks, false for those on shared ones.";
        networkid: Uuid, "Only those of this network.", of: "Network";
        hypervisor: Text, "Only those of this hypervisor.";
        details: TextList, "Which details to answer: `all`, `min`, `group`, `nics`, `stats`, `secgrp`, `tmpl`, `servoff`, `diskoff`, `iso`, `volume`, `backoff`, `affgrp`.";
        templateid: Uuid, "Only those of this template.", of: "Template";
        isoid: Uuid, "Only those with this ISO.", of: "Template";
        vpcid: Uuid, "Only those of this VPC.", of: "Vpc";
        affinitygroupid: Uuid, "Only guests in this affinity group.", of: "AffinityGroup";
        keypair: Text, "Only guests with this SSH key.";
        serviceofferingid: Uuid, "Only those of this service offering.", of: "ServiceOffering", since: "4.4";
        backupofferingid: Uuid, "Only those that have this backup offering.", of: "BackupOffering", since: "4.17";
        displayvm: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        userid: Uuid, "Only those of this user.", of: "User";
        securitygroupid: Uuid, "Only guests in this security group.", of: "SecurityGroup", since: "4.15";
        haenable: Boolean, "Only those that are, or are not, restarted when their host fails.", since: "4.15";
        autoscalevmgroupid: Uuid, "Only guests of this scaling group.", of: "AutoScaleVmGroup", since: "4.18.0";
        showicon: Boolean, "True to answer icons too.", since: "4.16.0.0";
        accumulate: Boolean, "True to answer statistics summed up over time instead of the last ones.", since: "4.17.0";
        userdata: Boolean, "True to answer user data too.", since: "4.18.0.0";
        userdataid: Uuid, "Only those with this user data.", of: "UserData", since: "4.20.1";
        arch: Text, "Only those of this CPU architecture: `x86_64` or `aarch64`.", since: "4.20.1";
        leased: Boolean, "Only guests with, or without, a lease.", since: "4.21.0";
        gpuenabled: Boolean, "Only those with, or without, a GPU.", since: "4.21.0";
        extensionid: Uuid, "Only those of this extension.", of: "Extension", since: "4.21.0";
        isvnf: Boolean, "Only those that are, or are not, network appliances.", since: "4.19.0";
        hostid: Uuid, "Only those on this host.", of: "Host";
        podid: Uuid, "Only those in this pod.", of: "Pod";
        storageid: Uuid, "Only those on this primary storage.", of: "StoragePool";
        clusterid: Uuid, "Only those in this cluster.", of: "Cluster", since: "4.16.0";
    }

    MigrateVirtualMachine("migrateVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ROOT_ADMIN,
        "Moves a running guest to another host, or a stopped one to another storage.", event: "VM.MIGRATE", of: "VirtualMachine";
    need {
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        hostid: Uuid, "Id of the host to move to; a fitting one if left out.", of: "Host";
        storageid: Uuid, "Id of the primary storage to move to.", of: "StoragePool";
        autoselect: Boolean, "True (the default) to choose a host where none is named.", since: "4.16.0";
    }

    RebootVirtualMachine("rebootVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "Reboots a guest.", event: "VM.REBOOT", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        forced: Boolean, "True to switch it off and on instead of asking it.", since: "4.16.0";
        bootintosetup: Boolean, "True to boot into the firmware's setup once.", since: "4.15.0.0";
    }

    RecoverVirtualMachine("recoverVirtualMachine"): Sync<VirtualMachine> in "virtualmachine" for ADMINS,
        "Brings a destroyed guest back, stopped, if it is not yet expunged.", event: "VM.RECOVER", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {}

    RemoveIpFromNic("removeIpFromNic"): Async<Success> in "" for ANYONE,
        "Takes a secondary address off a network card.", event: "NIC.SECONDARY.IP.UNASSIGN";
    need {
        id: Uuid, "Id of the secondary address.", of: "NicSecondaryIp";
    }
    may {}

    RemoveNicFromVirtualMachine("removeNicFromVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "Unplugs a guest from a network.", event: "NIC.DELETE", of: "VirtualMachine";
    need {
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
        nicid: Uuid, "Id of the network card.", of: "Nic";
    }
    may {}

    ResetPasswordForVirtualMachine("resetPasswordForVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "Gives a stopped guest a new password; its template must support that.", event: "VM.RESETPASSWORD", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        password: Text, "Password to give the guest, instead of one that is made up.", since: "4.19.0", secret: true;
    }

    ResetSSHKeyForVirtualMachine("resetSSHKeyForVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "Puts other SSH keys into a stopped guest.", event: "VM.RESETSSHKEY", of: "VirtualMachine", envelope: "resetSSHKeyforvirtualmachineresponse";
    need {
        id: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        keypair: Text, "Name of the SSH key to put into it.";
        keypairs: TextList, "Names of the SSH keys to put into it; excludes `keypair`.", since: "4.17";
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
    }

    RestoreVirtualMachine("restoreVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "Sets a guest's root disk back to its template; what was on it is lost.", since: "3.0.0", event: "VM.RESTORE", of: "VirtualMachine", envelope: "restorevmresponse";
    need {
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        templateid: Uuid, "Id of the template or ISO to set it back to; its own if left out.", of: "Template";
        diskofferingid: Uuid, "Id of the disk offering.", of: "DiskOffering", since: "4.19.1";
        rootdisksize: Long, "Size of the root disk in GiB; not below the template's.", since: "4.19.1";
        details: Map, "Details to keep with it, as pairs.", since: "4.19.1";
        expunge: Boolean, "True to expunge the root disk that is replaced.", since: "4.19.1";
    }

    ScaleVirtualMachine("scaleVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "Gives a guest more CPUs or memory, while it runs if its hypervisor can.", event: "VM.UPGRADE", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the guest.", of: "VirtualMachine";
        serviceofferingid: Uuid, "Id of the service offering it has afterwards.", of: "ServiceOffering";
    }
    may {
        details: Map, "`cpuNumber`, `cpuSpeed` and `memory` (MiB) for a custom offering.";
        miniops: Long, "I/O operations a second at least.", since: "4.17";
        maxiops: Long, "I/O operations a second at most.", since: "4.17";
        automigrate: Boolean, "True if volumes may be moved when their storage does not fit the new offering.", since: "4.17";
        shrinkok: Boolean, "True if it may get smaller; what is beyond the new end is lost.", since: "4.17";
    }

    StartVirtualMachine("startVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "Starts a guest.", event: "VM.START", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        podid: Uuid, "Id of the pod to run in; for administrators.", of: "Pod";
        clusterid: Uuid, "Id of the cluster to run in; for administrators.", of: "Cluster";
        hostid: Uuid, "Id of the host to run on; for administrators.", of: "Host", since: "3.0.1";
        considerlasthost: Boolean, "True (the default) to prefer the host it ran on last.", since: "4.18.0", roles: Roles::ROOT_ADMIN;
        deploymentplanner: Text, "Name of the planner that chooses hosts.", since: "4.4", roles: Roles::ROOT_ADMIN;
        bootintosetup: Boolean, "True to boot into the firmware's setup once.", since: "4.15.0.0";
    }

    StopVirtualMachine("stopVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "Stops a guest.", event: "VM.STOP", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        forced: Boolean, "True to switch it off if it does not stop by itself.";
    }

    UpdateDefaultNicForVirtualMachine("updateDefaultNicForVirtualMachine"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "Makes another network card the default one.", event: "NIC.UPDATE", of: "VirtualMachine";
    need {
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
        nicid: Uuid, "Id of the network card.", of: "Nic";
    }
    may {}

    UpdateInstanceGroup("updateInstanceGroup"): Sync<InstanceGroup> in "instancegroup" for ANYONE,
        "Renames a group of guests.", of: "InstanceGroup";
    need {
        id: Uuid, "Id of the group.", of: "InstanceGroup";
    }
    may {
        name: Text, "New name of the group.";
    }

    UpdateVMAffinityGroup("updateVMAffinityGroup"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "Puts a stopped guest into other affinity groups.", event: "VM.AG.UPDATE", of: "VirtualMachine", envelope: "updatevirtualmachineresponse";
    need {
        id: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        affinitygroupids: UuidList, "Ids of the affinity groups the guest is in; excludes names.", of: "AffinityGroup";
        affinitygroupnames: TextList, "Names of the affinity groups the guest is in; excludes ids.", of: "AffinityGroup";
    }

    UpdateVirtualMachine("updateVirtualMachine"): Sync<VirtualMachine> in "virtualmachine" for ANYONE,
        "Changes names, user data and other properties of a guest.", event: "VM.UPDATE", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        customid: Text, "Id to answer from now on, instead of the one made here.", since: "4.4", roles: Roles::ROOT_ADMIN;
        displayname: Text, "Name to show.";
        group: Text, "Name of the group to sort the guest into; it is made if new.";
        haenable: Boolean, "True to restart it when its host fails.";
        ostypeid: Uuid, "Id of the OS.", of: "OsType";
        userdata: Text, "Data for the guest, Base64; 32 KiB at most in a URL.", len: 1_048_576, since: "4.16.0";
        userdataid: Uuid, "Id of the registered user data.", of: "UserData", since: "4.18";
        userdatadetails: Map, "Values for the variables in the user data, as pairs.", since: "4.18";
        displayvm: Boolean, "False to hide it from users.", roles: Roles::ROOT_ADMIN;
        isdynamicallyscalable: Boolean, "True if guests can be scaled while they run.";
        name: Text, "New host name of the guest; takes effect at its next start.", since: "4.4";
        instancename: Text, "Name the hypervisor knows it by.", since: "4.4", roles: Roles::ROOT_ADMIN;
        details: Map, "Details to keep with it, as pairs.";
        securitygroupids: UuidList, "Ids of the security groups; excludes names.", of: "SecurityGroup";
        securitygroupnames: TextList, "Names of the security groups; excludes ids.", of: "SecurityGroup";
        cleanupdetails: Boolean, "True to drop all details it has.";
        dhcpoptionsnetworklist: Map, "DHCP options by network: `networkid` and options for each.";
        extraconfig: Text, "More hypervisor configuration, URL-encoded.", len: 5_120, since: "4.12";
        deleteprotection: Boolean, "True to refuse its deletion until this is false again.", since: "4.20.0";
        leaseduration: Integer, "Days after which the lease ends; -1 to take it away.", since: "4.21.0";
        leaseexpiryaction: Text, "What happens at the end of the lease: `STOP` or `DESTROY`.", since: "4.21.0";
        cleanupextraconfig: Boolean, "True to drop all extra configuration.", since: "4.23.0";
    }
}
