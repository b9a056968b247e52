//! Guests and what belongs to them as answered.

use crate::catalogue::Roles;

shapes! {
    AffinityGroup, "An affinity group." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the affinity group.";
        name: Text, "Name of the affinity group.";
        description: Text, "What it is, in words.";
        account: Text, "Name of the account it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        r#type: Text, "What kind it is.";
        virtualmachineids: TextList, "Ids of the guests in the group.", wire: "virtualmachineIds";
        dedicatedresources: Text, "What is kept for the group.";
    }

    AffinityGroupType, "A kind of affinity group." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        r#type: Text, "What kind it is.";
    }

    AttachedIso, "An ISO in a guest's drive." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the ISO.";
        name: Text, "Name of the ISO.";
        displaytext: Text, "A description to show.";
        deviceseq: Integer, "Slot of the drive.";
        bootable: Boolean, "True if a guest can boot from it.";
    }

    AutoScalePolicy, "A scaling policy." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the scaling policy.";
        name: Text, "Name of the scaling policy.";
        action: Text, "What it does: `scaleup` or `scaledown`.";
        duration: Integer, "Seconds the conditions must hold.";
        quiettime: Integer, "Seconds to wait after acting before acting again.";
        conditions: Objects<Condition>, "Conditions that must all hold.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
    }

    AutoScaleVmGroup, "A scaling group." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the scaling group.";
        name: Text, "Name of the scaling group.";
        lbruleid: Text, "Id of the load balancer rule.";
        associatednetworkname: Text, "Name of the network it belongs to.";
        associatednetworkid: Text, "Id of the network it belongs to.";
        lbprovider: Text, "Provider of the load balancer.";
        publicipid: Text, "Id of the public address.";
        publicip: Text, "Public address.";
        publicport: Text, "First port of the public address.";
        privateport: Text, "First port of the guest.";
        vmprofileid: Text, "Id of the deployment pattern.";
        minmembers: Integer, "Guests in the group at least.";
        maxmembers: Integer, "Guests in the group at most.";
        availablevirtualmachinecount: Integer, "How many of its guests run.", since: "4.18.0";
        interval: Integer, "Seconds from one look at the conditions to the next.";
        state: Text, "State it is in.";
        scaleuppolicies: Objects<AutoScalePolicy>, "Policies by which it grows.";
        scaledownpolicies: Objects<AutoScalePolicy>, "Policies by which it shrinks.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        fordisplay: Boolean, "False if it is hidden from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        created: Date, "When it was made.";
    }

    AutoScaleVmProfile, "The pattern by which a scaling group deploys its guests." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the deployment pattern.";
        zoneid: Text, "Id of the zone it is in.";
        serviceofferingid: Text, "Id of its service offering.";
        templateid: Text, "Id of its template.";
        otherdeployparams: Map, "More parameters for deploying guests.";
        expungevmgraceperiod: Integer, "Seconds between taking a guest from the load balancer and destroying it.";
        counterparam: Map, "Parameters for counters.";
        userdata: Text, "User data, Base64.";
        userdataid: Text, "Id of the registered user data.", since: "4.18.1";
        userdataname: Text, "Name of the registered user data.", since: "4.18.1";
        userdatapolicy: Text, "What a guest may do with the template's user data.", since: "4.18.1";
        userdatadetails: Text, "Values for the variables in the user data.", since: "4.18.1";
        autoscaleuserid: Text, "Id of the user in whose name guests are deployed and destroyed.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        fordisplay: Boolean, "False if it is hidden from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        destroyvmgraceperiod: Integer, "Seconds between taking a guest from the load balancer and destroying it.";
    }

    Condition, "A condition of a scaling policy." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the condition.";
        threshold: Long, "Value the counter is compared with.";
        relationaloperator: Text, "`EQ`, `GT`, `LT`, `GE` or `LE`.";
        counterid: Text, "Id of the counter it looks at.";
        countername: Text, "Name of the counter it looks at.";
        counter: Object<Counter>, "The counter it looks at.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        zoneid: Text, "Id of the zone it is in.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        account: Text, "Name of the account it belongs to.";
    }

    Counter, "A counter that conditions can look at." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the counter.";
        name: Text, "Name of the counter.";
        source: Text, "What the counter measures.";
        value: Text, "Its value.";
        zoneid: Text, "Id of the zone it is in.";
        provider: Text, "Name of its provider.";
    }

    HostForMigration, "A host that a guest could move to." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the host.";
        name: Text, "Name of the host.";
        state: Text, "State it is in.";
        disconnected: Date, "When the connection was lost.";
        r#type: Text, "What kind it is.";
        oscategoryid: Text, "Id of the OS family.";
        oscategoryname: Text, "Name of the OS family.";
        guestosrule: Text, "Rule by which guests of an OS are kept to the host.";
        ipaddress: Text, "IPv4 address.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        podid: Text, "Id of the pod it is in.";
        podname: Text, "Name of the pod it is in.";
        version: Text, "Version of its software.";
        hypervisor: Text, "Hypervisor, such as `KVM`.";
        cpusockets: Integer, "How many CPU sockets.";
        cpunumber: Integer, "How many CPUs.";
        cpuspeed: Long, "Speed of each CPU, in MHz.";
        cpuallocated: Text, "CPU given out, in per cent.";
        cpuallocatedvalue: Long, "CPU given out, in MHz.";
        cpuallocatedpercentage: Text, "CPU given out, in per cent.";
        cpuallocatedwithoverprovisioning: Text, "CPU given out of what over-commit allows, in per cent.";
        cpuused: Text, "CPU in use, in per cent.";
        cpuwithoverprovisioning: Text, "CPU with over-commit, in MHz.";
        cpuloadaverage: Decimal, "Load average of the last minute.";
        networkkbsread: Long, "KiB received so far.";
        networkkbswrite: Long, "KiB sent so far.";
        memorytotal: Long, "Memory there is, in bytes.";
        memorywithoverprovisioning: Text, "Memory with over-commit, in bytes.";
        memoryallocated: Long, "Memory given out, in bytes.";
        memoryallocatedpercentage: Text, "Memory given out, in per cent.";
        memoryallocatedbytes: Long, "Memory given out, in bytes.";
        memoryused: Long, "Memory in use, in bytes.";
        gputotal: Long, "How many GPUs there are.", since: "4.21";
        gpuused: Long, "How many GPUs are in use.", since: "4.21";
        gpugroup: Objects<Gpu>, "Groups of GPUs.", since: "4.4";
        disksizetotal: Long, "Bytes there are.";
        disksizeallocated: Long, "Bytes given out.";
        capabilities: Text, "What the host's hypervisor can do.";
        lastpinged: Date, "When it was last heard of.";
        virtualmachineid: Text, "Id of the guest.", since: "4.21.0";
        msid: Long, "Number of the management server it is connected to.";
        managementserverid: Text, "Id of its management server.";
        managementservername: Text, "Name of its management server.", since: "4.21.0";
        clusterid: Text, "Id of the cluster it is in.";
        clustername: Text, "Name of the cluster it is in.";
        clustertype: Text, "`CloudManaged` or `ExternalManaged`.";
        islocalstorageactive: Boolean, "True if the host's own storage is in use.";
        created: Date, "When it was made.";
        removed: Date, "When it was deleted.";
        events: Text, "What can happen next to the host.";
        hosttags: Text, "Tags of hosts, with commas between them.";
        explicithosttags: Text, "Tags that were given to the host.", since: "4.20.0";
        implicithosttags: Text, "Tags the host gave itself.", since: "4.20.0";
        istagarule: Boolean, "True if the tags are a rule in JavaScript.";
        hasenoughcapacity: Boolean, "True if the host has room for the guest.";
        suitableformigration: Boolean, "True if it suits what is to be moved.";
        hostha: Object<HostHa>, "How its own high availability is set up.";
        outofbandmanagement: Object<OutOfBandManagement>, "How the host's power is managed.";
        resourcestate: Text, "State of the host: `Enabled`, `Disabled`, `Maintenance` …";
        hypervisorversion: Text, "Version of the hypervisor.";
        hahost: Boolean, "True if the host is kept free for restarts.";
        details: Map, "Details kept with it.", since: "4.5";
        annotation: Text, "Last remark on it.", since: "4.11";
        lastannotated: Date, "When the last remark was made.", since: "4.11";
        username: Text, "Name of the user.", since: "4.11";
        ueficapability: Boolean, "True if guests can boot by UEFI.";
        encryptionsupported: Boolean, "True if the host can encrypt volumes.", since: "4.18";
        instanceconversionsupported: Boolean, "True if the host can convert guests of other hypervisors.", since: "4.19.1";
        arch: Text, "CPU architecture.", since: "4.20";
        storageaccessgroups: Text, "Groups that tie hosts to storages, with commas between them.", since: "4.21.0";
        clusterstorageaccessgroups: Text, "Storage access groups of its cluster.", since: "4.21.0";
        podstorageaccessgroups: Text, "Storage access groups of its pod.", since: "4.21.0";
        zonestorageaccessgroups: Text, "Storage access groups of its zone.", since: "4.21.0";
        extensionid: Text, "Id of its extension.", since: "4.21.0";
        extensionname: Text, "Name of its extension.", since: "4.21.0";
        requiresstoragemotion: Boolean, "True if the guest's disks would have to move too.", wire: "requiresStorageMotion";
    }

    Hypervisor, "A hypervisor in use." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        name: Text, "Name of the hypervisor.";
    }

    InstanceGroup, "A named group of guests." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the group.";
        name: Text, "Name of the group.";
        created: Date, "When it was made.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
    }

    Nic, "A network card of a guest." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the network card.";
        networkid: Text, "Id of its network.";
        networkname: Text, "Name of its network.";
        netmask: Text, "Netmask of its network.";
        gateway: Text, "Address of the gateway.";
        ipaddress: Text, "IPv4 address.";
        isolationuri: Text, "What keeps the card's network apart.";
        broadcasturi: Text, "What keeps it apart, such as `vlan://100`.";
        traffictype: Text, "Type of traffic.";
        r#type: Text, "What kind it is.";
        isdefault: Boolean, "True for the default one.";
        macaddress: Text, "MAC address of the card.";
        ip6gateway: Text, "IPv6 gateway.";
        ip6cidr: Text, "Range of IPv6 addresses.";
        ip6address: Text, "IPv6 address.";
        secondaryip: Objects<NicSecondaryIp>, "Secondary addresses.";
        extradhcpoption: Text, "More DHCP options of the card.", since: "4.11.0";
        deviceid: Text, "Slot it is attached at.", since: "4.4";
        virtualmachineid: Text, "Id of the guest.";
        nsxlogicalswitch: Text, "Id of the NSX switch.", since: "4.6.0";
        nsxlogicalswitchport: Text, "Id of the port of the NSX switch.", since: "4.6.0";
        vlanid: Integer, "Id of the range it is in.", since: "4.14.0";
        isolatedpvlan: Integer, "Secondary VLAN id of its private VLAN.", since: "4.14.0";
        isolatedpvlantype: Text, "`Isolated`, `Community` or `Promiscuous`.", since: "4.14.0";
        adaptertype: Text, "Type of card the guest sees.", since: "4.14.0";
        ipaddresses: TextList, "All its addresses.", since: "4.14.0";
        mtu: Integer, "MTU in bytes.", since: "4.18.0";
        publicipid: Text, "Id of the public address.";
        publicip: Text, "Public address.";
        enabled: Boolean, "True if it is enabled.";
        nicdnsname: Text, "Name of the card in DNS.";
        vpcid: Text, "Id of its VPC.";
        vpcname: Text, "Name of its VPC.";
    }

    NicSecondaryIp, "A secondary address of a network card." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the secondary address.";
        secondaryip: Objects<NicSecondaryIp>, "Secondary addresses.";
        ipaddress: Text, "IPv4 address.";
        nicid: Text, "Id of the network card.";
        networkid: Text, "Id of its network.";
        virtualmachineid: Text, "Id of the guest.";
        description: Text, "What it is, in words.";
    }

    VirtualMachine, "A guest." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        tags: Objects<ResourceTag>, "Its tags.";
        id: Text, "Id of the guest.";
        name: Text, "Name of the guest.";
        displayname: Text, "Name to show.";
        account: Text, "Name of the account it belongs to.";
        userid: Text, "Id of the user.";
        username: Text, "Name of the user.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        created: Date, "When it was made.";
        lastupdated: Date, "When it last changed.", since: "4.16.0";
        state: Text, "State it is in: `Running`, `Stopped`, `Starting`, `Error` …";
        haenable: Boolean, "True if it is restarted when its host fails.";
        groupid: Text, "Id of the group it is sorted into.";
        group: Text, "Name of the group it is sorted into.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        hostid: Text, "Id of the host it is on.";
        hostname: Text, "Name of the host it is on.";
        hostcontrolstate: Text, "State of its host as far as work on it goes: `Enabled`, `Maintenance` …";
        templateid: Text, "Id of its template.";
        templatename: Text, "Name of its template.";
        templatetype: Text, "Type of template, such as `USER`.", since: "4.19.0";
        templateformat: Text, "File format of its template.", since: "4.19.1";
        templatedisplaytext: Text, "Description of its template.";
        passwordenabled: Boolean, "True if it can be given passwords.";
        isoid: Text, "Id of its ISO.";
        isoname: Text, "Name of its ISO.";
        isodisplaytext: Text, "Description of its ISO.";
        isos: Objects<AttachedIso>, "ISOs in its drives.", since: "4.23.0";
        isomaxcount: Integer, "How many ISOs it can have at once.", since: "4.23.0";
        serviceofferingid: Text, "Id of its service offering.";
        serviceofferingname: Text, "Name of its service offering.";
        diskofferingid: Text, "Id of its disk offering.", since: "4.4";
        diskofferingname: Text, "Name of its disk offering.", since: "4.4";
        gpucardid: Text, "Id of the GPU model.", since: "4.21";
        gpucardname: Text, "Name of the GPU model.", since: "4.21";
        vgpuprofileid: Text, "Id of the virtual GPU profile.", since: "4.21";
        vgpuprofilename: Text, "Name of the virtual GPU profile.", since: "4.21";
        videoram: Long, "Memory of the graphics card, in MiB.";
        maxheads: Long, "Displays at most.";
        maxresolutionx: Long, "Widest picture, in pixels.";
        maxresolutiony: Long, "Highest picture, in pixels.";
        gpucount: Integer, "How many GPUs.", since: "4.21";
        backupofferingid: Text, "Id of its backup offering.", since: "4.14";
        backupofferingname: Text, "Name of its backup offering.", since: "4.14";
        backupprovider: Text, "Name of the backup product.", since: "4.23.0";
        forvirtualnetwork: Boolean, "True if its default network is isolated.";
        cpunumber: Integer, "How many CPUs.";
        cpuspeed: Integer, "Speed of each CPU, in MHz.";
        memory: Integer, "Memory in MiB.";
        vgpu: Text, "Virtual GPU of the guest.", since: "4.4";
        cpuused: Text, "CPU in use, in per cent.";
        networkkbsread: Long, "KiB received so far.";
        networkkbswrite: Long, "KiB sent so far.";
        diskkbsread: Long, "KiB read so far.";
        diskkbswrite: Long, "KiB written so far.";
        memorykbs: Long, "Memory, in KiB.";
        memoryintfreekbs: Long, "Memory free inside, in KiB.";
        memorytargetkbs: Long, "Memory it is meant to have, in KiB.";
        diskioread: Long, "I/O reads so far.";
        diskiowrite: Long, "I/O writes so far.";
        guestosid: Text, "Id of the OS.";
        rootdeviceid: Long, "Slot of the root disk.";
        rootdevicetype: Text, "Type of the root disk.";
        securitygroup: Objects<SecurityGroup>, "Security groups it is in.";
        password: Text, "Password it was just given; answered once.", secret: true;
        nic: Objects<Nic>, "Its network cards.";
        hypervisor: Text, "Hypervisor, such as `KVM`.";
        ipaddress: Text, "Address it is reached under, public or on its default network.";
        publicipid: Text, "Id of the public address.";
        publicip: Text, "Public address.";
        instancename: Text, "Name the hypervisor knows it by.", since: "3.0.1";
        details: Map, "Details kept with it.", since: "4.2.1";
        readonlydetails: Text, "Names of the details that may not be changed.", since: "4.16.0";
        alloweddetails: Text, "Names of the details that may be changed.", since: "4.22.1";
        keypairs: Text, "Names of its SSH keys.";
        affinitygroup: Objects<AffinityGroup>, "Affinity groups it is in.";
        displayvm: Boolean, "False if it is hidden from users.", roles: Roles::ROOT_ADMIN;
        isdynamicallyscalable: Boolean, "True if it can be scaled while it runs.";
        deleteprotection: Boolean, "True if its deletion is refused.", since: "4.20.0";
        servicestate: Text, "State of the service it runs.";
        ostypeid: Text, "Id of the OS.", since: "4.4";
        osdisplayname: Text, "Name of the OS.", since: "4.13.2";
        bootmode: Text, "`Legacy` or `Secure`.";
        boottype: Text, "`BIOS` or `UEFI`.";
        pooltype: Text, "Type of the storage its root disk is on.", since: "4.16";
        receivedbytes: Long, "Bytes received so far.";
        sentbytes: Long, "Bytes sent so far.";
        icon: Object<ResourceIcon>, "Its icon.", since: "4.16.0";
        autoscalevmgroupid: Text, "Id of its scaling group.", since: "4.18.0";
        autoscalevmgroupname: Text, "Name of its scaling group.", since: "4.18.0";
        userdata: Text, "User data, Base64.", since: "4.18.0.0";
        userdataid: Text, "Id of the registered user data.", since: "4.18.0";
        userdataname: Text, "Name of the registered user data.", since: "4.18.0";
        userdatapolicy: Text, "What a guest may do with the template's user data.", since: "4.18.0";
        userdatadetails: Text, "Values for the variables in the user data.", since: "4.18.0";
        vnfnics: Text, "Network cards of the network appliance.", since: "4.19.0";
        vnfdetails: Map, "Details of the network appliance.", since: "4.19.0";
        vmtype: Text, "Kind of guest.", since: "4.20.0";
        arch: Text, "CPU architecture.", since: "4.20.1";
        leaseduration: Integer, "Days after which the lease ends.", since: "4.21.0";
        leaseexpirydate: Date, "When the lease ends.", since: "4.21.0";
        leaseexpiryaction: Text, "What happens at the end of the lease: `STOP` or `DESTROY`.", since: "4.21.0";
        keypair: Text, "Name of its SSH key.";
    }

    VirtualMachineUserData, "The user data of a guest." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        virtualmachineid: Text, "Id of the guest.";
        userdata: Text, "User data, Base64.";
    }

    VmPassword, "The encrypted password of a guest." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        encryptedpassword: Text, "The password, encrypted with the guest's SSH key, Base64.", secret: true;
    }
}
