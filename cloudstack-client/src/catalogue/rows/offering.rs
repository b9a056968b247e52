//! Offerings of guests, disks and networks.

commands! { ROWS:
    CreateDiskOffering("createDiskOffering"): Sync<DiskOffering> in "diskoffering" for ROOT_ADMIN,
        "Makes an offering of disks.", event: "DISK.OFFERING.CREATE";
    need {
        name: Text, "Name of the new disk offering.";
    }
    may {
        disksize: Long, "Size in GiB; left out if customised.";
        displaytext: Text, "A description to show.", len: 4_096;
        tags: Text, "Tags a primary storage must have, with commas between them.", len: 4_096;
        customized: Boolean, "True if whoever uses it chooses the size.";
        domainid: UuidList, "Ids of the domains it is offered to; all if left out.", of: "Domain";
        zoneid: UuidList, "Ids of the zones it is offered in; all if left out.", of: "Zone", since: "4.13";
        storagetype: Text, "`shared` or `local`.";
        provisioningtype: Text, "How room is taken on storage: `thin`, `sparse` or `fat`.";
        displayoffering: Boolean, "False to hide it from users.";
        bytesreadrate: Long, "Bytes read a second at most.";
        bytesreadratemax: Long, "Bytes read a second at most during a burst.";
        bytesreadratemaxlength: Long, "Seconds a read burst may last.";
        byteswriterate: Long, "Bytes written a second at most.";
        byteswriteratemax: Long, "Bytes written a second at most during a burst.";
        byteswriteratemaxlength: Long, "Seconds a write burst may last.";
        iopsreadrate: Long, "I/O reads a second at most.";
        iopsreadratemax: Long, "I/O reads a second at most during a burst.";
        iopsreadratemaxlength: Long, "Seconds a burst of reads may last.";
        iopswriterate: Long, "I/O writes a second at most.";
        iopswriteratemax: Long, "I/O writes a second at most during a burst.";
        iopswriteratemaxlength: Long, "Seconds a burst of writes may last.";
        customizediops: Boolean, "True if whoever uses it chooses the I/O operations a second.";
        miniops: Long, "I/O operations a second at least.";
        maxiops: Long, "I/O operations a second at most.";
        hypervisorsnapshotreserve: Integer, "Room kept for snapshots, in per cent of the size.";
        cachemode: Text, "How the host caches writes: `none`, `writeback` or `writethrough`.", since: "4.14";
        storagepolicy: Uuid, "Id of the vSphere storage policy.", of: "VsphereStoragePolicies", since: "4.15";
        disksizestrictness: Boolean, "True if volumes must keep the size of the offering.", since: "4.17";
        encrypt: Boolean, "True if volumes are encrypted.", since: "4.18";
        details: Map, "Details to keep with it, as pairs.", since: "4.16";
    }

    CreateNetworkOffering("createNetworkOffering"): Sync<NetworkOffering> in "networkoffering" for ROOT_ADMIN,
        "Makes an offering of networks.", since: "3.0.0", event: "NETWORK.OFFERING.CREATE";
    need {
        name: Text, "Name of the new network offering.";
        traffictype: Text, "`Public`, `Guest`, `Management` or `Storage`.";
        guestiptype: Text, "`Isolated`, `Shared` or `L2`.";
    }
    may {
        displaytext: Text, "A description to show.";
        tags: Text, "Tags a physical network must have, with commas between them.", len: 4_096;
        specifyvlan: Boolean, "True if whoever makes a network gives its VLAN.";
        availability: Text, "`Optional` or `Required`: whether the network must be there for a guest.";
        networkrate: Integer, "Mb/s a guest may send and receive.";
        conservemode: Boolean, "True if services of all kinds may share an address.";
        serviceofferingid: Uuid, "Id of the service offering.", of: "ServiceOffering";
        internetprotocol: Text, "`IPv4` or `dualstack`.", since: "4.17.0";
        supportedservices: TextList, "Names of its services, such as `Dhcp`.";
        serviceproviderlist: Map, "Who provides which service: pairs of `service` and `provider`.";
        servicecapabilitylist: Map, "What services can do: `service`, `capabilitytype` and `capabilityvalue` for each.";
        specifyipranges: Boolean, "True if whoever makes a network gives its ranges of addresses.";
        ispersistent: Boolean, "True if its networks are set up before the first guest.";
        forvpc: Boolean, "True if it is for networks of a VPC.";
        fornsx: Boolean, "True if it is for NSX.", since: "4.20.0";
        provider: Text, "Name of the provider of all its services.", since: "4.21.0";
        nsxsupportlb: Boolean, "True if NSX balances load.", since: "4.20.0";
        nsxsupportsinternallb: Boolean, "True if NSX balances load inside a VPC.", since: "4.20.0";
        networkmode: Text, "How networks reach outside: `NATTED` or `ROUTED`.", since: "4.20.0";
        fortungsten: Boolean, "True if it is for Tungsten.";
        details: Map, "Details to keep with it, as pairs.", since: "4.2.0";
        egressdefaultpolicy: Boolean, "True if traffic out is allowed where no rule denies it.";
        keepaliveenabled: Boolean, "True if connections are kept alive.";
        maxconnections: Integer, "Connections the load balancer takes at most.";
        domainid: UuidList, "Ids of the domains it is offered to; all if left out.", of: "Domain";
        zoneid: UuidList, "Ids of the zones it is offered in; all if left out.", of: "Zone", since: "4.13";
        enable: Boolean, "True to enable it at once.", since: "4.16";
        specifyasnumber: Boolean, "True if whoever makes a network may choose its AS number.", since: "4.20.0";
        routingmode: Text, "`Static` or `Dynamic`, for routed networks.", since: "4.20.0";
    }

    CreateServiceOffering("createServiceOffering"): Sync<ServiceOffering> in "serviceoffering" for ROOT_ADMIN,
        "Makes an offering of guests: CPUs, memory and root disk.", event: "SERVICE.OFFERING.CREATE";
    need {
        name: Text, "Name of the new service offering.";
    }
    may {
        cpunumber: Integer, "How many CPUs it has; left open for a custom offering.";
        cpuspeed: Integer, "Speed of each CPU, in MHz.";
        displaytext: Text, "A description to show.";
        provisioningtype: Text, "How room is taken on storage: `thin`, `sparse` or `fat`.";
        memory: Integer, "Memory in MiB; left open for a custom offering.";
        offerha: Boolean, "True if guests are restarted when their host fails.";
        limitcpuuse: Boolean, "True if a guest gets no more CPU than offered, even where the host is idle.";
        isvolatile: Boolean, "True if the root disk is set back at each reboot.";
        storagetype: Text, "`shared` or `local`.";
        tags: Text, "Tags, with commas between them.";
        domainid: UuidList, "Ids of the domains it is offered to; all if left out.", of: "Domain";
        zoneid: UuidList, "Ids of the zones it is offered in; all if left out.", of: "Zone", since: "4.13";
        hosttags: Text, "Tags a host must have, with commas between them.";
        issystem: Boolean, "True if it is for system guests.";
        systemvmtype: Text, "For what: `domainrouter`, `consoleproxy` or `secondarystoragevm`.";
        networkrate: Integer, "Mb/s a guest may send and receive.";
        deploymentplanner: Text, "Name of the planner that chooses hosts.";
        serviceofferingdetails: Map, "Details of the offering: pairs of `key` and `value`.";
        rootdisksize: Long, "Size of the root disk in GiB; not below the template's.", since: "4.15";
        bytesreadrate: Long, "Bytes read a second at most.";
        bytesreadratemax: Long, "Bytes read a second at most during a burst.";
        bytesreadratemaxlength: Long, "Seconds a read burst may last.";
        byteswriterate: Long, "Bytes written a second at most.";
        byteswriteratemax: Long, "Bytes written a second at most during a burst.";
        byteswriteratemaxlength: Long, "Seconds a write burst may last.";
        iopsreadrate: Long, "I/O reads a second at most.";
        iopsreadratemax: Long, "I/O reads a second at most during a burst.";
        iopsreadratemaxlength: Long, "Seconds a burst of reads may last.";
        iopswriterate: Long, "I/O writes a second at most.";
        iopswriteratemax: Long, "I/O writes a second at most during a burst.";
        iopswriteratemaxlength: Long, "Seconds a burst of writes may last.";
        customizediops: Boolean, "True if whoever uses it chooses the I/O operations a second.", since: "4.4";
        miniops: Long, "I/O operations a second at least.", since: "4.4";
        maxiops: Long, "I/O operations a second at most.", since: "4.4";
        hypervisorsnapshotreserve: Integer, "Room kept for snapshots, in per cent of the size.", since: "4.4";
        cachemode: Text, "How the host caches writes: `none`, `writeback` or `writethrough`.", since: "4.14";
        customized: Boolean, "True if whoever uses it chooses CPUs and memory.", since: "4.13";
        maxcpunumber: Integer, "CPUs a guest of the custom offering has at most.", since: "4.13";
        mincpunumber: Integer, "CPUs a guest of the custom offering has at least.", since: "4.13";
        maxmemory: Integer, "Memory a guest of the custom offering has at most, in MiB.", since: "4.13";
        minmemory: Integer, "Memory a guest of the custom offering has at least, in MiB.", since: "4.13";
        storagepolicy: Uuid, "Id of the vSphere storage policy.", of: "VsphereStoragePolicies", since: "4.15";
        dynamicscalingenabled: Boolean, "True (the default) if its guests may be scaled while they run.", since: "4.16";
        diskofferingid: Uuid, "Id of the disk offering.", of: "DiskOffering", since: "4.17";
        diskofferingstrictness: Boolean, "True if the root disk must keep this disk offering.", since: "4.17";
        encryptroot: Boolean, "True if root disks are encrypted.", since: "4.18";
        purgeresources: Boolean, "True to delete all records of guests once they are expunged.", since: "4.20";
        leaseduration: Integer, "Days after which the lease ends.", since: "4.21.0";
        leaseexpiryaction: Text, "What happens at the end of the lease: `STOP` or `DESTROY`.", since: "4.21.0";
        vgpuprofileid: Uuid, "Id of the virtual GPU profile.", of: "VgpuProfile", since: "4.21";
        gpucount: Integer, "How many GPUs a guest gets; 1 by default.", since: "4.21";
        gpudisplay: Boolean, "True if the GPU drives the console.", since: "4.21";
        externaldetails: Map, "Details meant for the extension, as pairs.", since: "4.21.0";
    }

    DeleteDiskOffering("deleteDiskOffering"): Sync<Success> in "" for ROOT_ADMIN,
        "Withdraws a disk offering; volumes that have it keep it.", event: "DISK.OFFERING.DELETE";
    need {
        id: Uuid, "Id of the disk offering.", of: "DiskOffering";
    }
    may {}

    DeleteNetworkOffering("deleteNetworkOffering"): Sync<Success> in "" for ROOT_ADMIN,
        "Withdraws a network offering; networks that have it keep it.", since: "3.0.0", event: "NETWORK.OFFERING.DELETE";
    need {
        id: Uuid, "Id of the network offering.", of: "NetworkOffering";
    }
    may {}

    DeleteServiceOffering("deleteServiceOffering"): Sync<Success> in "" for ROOT_ADMIN,
        "Withdraws a service offering; guests that have it keep it.", event: "SERVICE.OFFERING.DELETE";
    need {
        id: Uuid, "Id of the service offering.", of: "ServiceOffering";
    }
    may {}

    ListDiskOfferings("listDiskOfferings"): List<DiskOffering> in "diskoffering" for ANYONE,
        "Lists disk offerings.";
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
        id: Uuid, "Only the disk offering of this id.", of: "DiskOffering";
        name: Text, "Only a disk offering of exactly this name.";
        zoneid: Uuid, "Only those offered in this zone.", of: "Zone", since: "4.13";
        volumeid: Uuid, "Only those that suit this volume.", of: "Volume", since: "4.17";
        storageid: Uuid, "Only those that suit this primary storage.", of: "StoragePool", since: "4.17";
        encrypt: Boolean, "Only those that encrypt, or do not encrypt, volumes.", since: "4.18";
        storagetype: Text, "Only those of this type: `shared` or `local`.", since: "4.19";
        state: Text, "Only those in this state.", since: "4.19";
        virtualmachineid: Uuid, "Only those that suit this guest.", of: "VirtualMachine", since: "4.20.0";
    }

    ListNetworkOfferings("listNetworkOfferings"): List<NetworkOffering> in "networkoffering" for ANYONE,
        "Lists network offerings.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the network offering of this id.", of: "NetworkOffering";
        name: Text, "Only a network offering of exactly this name.";
        displaytext: Text, "Only those of exactly this description.";
        traffictype: Text, "Only those of this type: `Public`, `Guest`, `Management` or `Storage`.";
        isdefault: Boolean, "Only those that are, or are not, the default.";
        specifyvlan: Boolean, "Only those for which a VLAN is, or is not, given.";
        availability: Text, "Only those of this availability: `Optional` or `Required`.";
        domainid: Uuid, "Only those of this domain.", of: "Domain", since: "4.13";
        zoneid: Uuid, "Only those offered in this zone.", of: "Zone";
        state: Text, "Only those in this state.";
        networkid: Uuid, "Only those of this network.", of: "Network";
        guestiptype: Text, "Only those of this type: `Isolated`, `Shared` or `L2`.";
        supportedservices: TextList, "Only those with all these services.";
        sourcenatsupported: Boolean, "Only those with, or without, source NAT.";
        specifyipranges: Boolean, "Only those for which ranges are, or are not, given.";
        tags: Text, "Only those with all these tags: pairs of `key` and `value`.", len: 4_096;
        istagged: Boolean, "Only those with, or without, tags.";
        forvpc: Boolean, "Only those that are, or are not, for networks of a VPC.";
        routingmode: Text, "Only those of this mode: `Static` or `Dynamic`.", since: "4.20.0";
    }

    ListServiceOfferings("listServiceOfferings"): List<ServiceOffering> in "serviceoffering" for ANYONE,
        "Lists service offerings.";
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
        id: Uuid, "Only the service offering of this id.", of: "ServiceOffering";
        name: Text, "Only a service offering of exactly this name.";
        virtualmachineid: Uuid, "Only those that suit this guest.", of: "VirtualMachine";
        issystem: Boolean, "Only those that are, or are not, the system's own.";
        systemvmtype: Text, "Only those of this kind: `consoleproxy` or `secondarystoragevm`.";
        zoneid: Uuid, "Only those offered in this zone.", of: "Zone", since: "4.13";
        cpunumber: Integer, "Only those with this many CPUs.", since: "4.15";
        memory: Integer, "Only those with this memory, in MiB.", since: "4.15";
        cpuspeed: Integer, "Only those with this CPU speed, in MHz.", since: "4.15";
        encryptroot: Boolean, "Only those that encrypt, or do not encrypt, root disks.", since: "4.18";
        storagetype: Text, "Only those of this type: `shared` or `local`.", since: "4.19";
        state: Text, "Only those in this state.", since: "4.19";
        templateid: Uuid, "Only those that suit this template.", of: "Template", since: "4.20.0";
        vgpuprofileid: Uuid, "Only those of this virtual GPU profile.", of: "VgpuProfile", since: "4.21.0";
        gpuenabled: Boolean, "Only those with, or without, a GPU.", since: "4.21.0";
    }

    UpdateDiskOffering("updateDiskOffering"): Sync<DiskOffering> in "diskoffering" for ROOT_ADMIN,
        "Changes the name, order, visibility or limits of a disk offering.", event: "DISK.OFFERING.EDIT";
    need {
        id: Uuid, "Id of the disk offering.", of: "DiskOffering";
    }
    may {
        displaytext: Text, "A description to show.", len: 4_096;
        name: Text, "New name of the disk offering.";
        sortkey: Integer, "Position in lists.";
        displayoffering: Boolean, "False to hide it from users.";
        domainid: Text, "Ids of the domains it is offered to; all if left out.", len: 4_096, since: "4.13";
        zoneid: Text, "Ids of the zones it is offered in; all if left out.", len: 4_096, since: "4.13";
        tags: Text, "Tags a primary storage must have, with commas between them.", since: "4.15";
        bytesreadrate: Long, "Bytes read a second at most.", since: "4.15";
        bytesreadratemax: Long, "Bytes read a second at most during a burst.", since: "4.15";
        bytesreadratemaxlength: Long, "Seconds a read burst may last.", since: "4.15";
        byteswriterate: Long, "Bytes written a second at most.", since: "4.15";
        byteswriteratemax: Long, "Bytes written a second at most during a burst.", since: "4.15";
        byteswriteratemaxlength: Long, "Seconds a write burst may last.", since: "4.15";
        iopsreadrate: Long, "I/O reads a second at most.", since: "4.15";
        iopsreadratemax: Long, "I/O reads a second at most during a burst.", since: "4.15";
        iopsreadratemaxlength: Long, "Seconds a burst of reads may last.", since: "4.15";
        iopswriterate: Long, "I/O writes a second at most.", since: "4.15";
        iopswriteratemax: Long, "I/O writes a second at most during a burst.", since: "4.15";
        iopswriteratemaxlength: Long, "Seconds a burst of writes may last.", since: "4.15";
        cachemode: Text, "How the host caches writes: `none`, `writeback` or `writethrough`.", since: "4.15";
        state: Text, "State it gets: `Active` or `Inactive`.";
    }

    UpdateNetworkOffering("updateNetworkOffering"): Sync<NetworkOffering> in "networkoffering" for ROOT_ADMIN,
        "Changes the name, order, state or visibility of a network offering.", event: "NETWORK.OFFERING.EDIT";
    need {}
    may {
        id: Uuid, "Id of the network offering.", of: "NetworkOffering";
        name: Text, "New name of the network offering.";
        displaytext: Text, "A description to show.";
        availability: Text, "`Optional` or `Required`: whether the network must be there for a guest.";
        sortkey: Integer, "Position in lists.";
        state: Text, "State it gets: `Enabled` or `Disabled`.";
        keepaliveenabled: Boolean, "True if connections are kept alive.";
        maxconnections: Integer, "Connections the load balancer takes at most.";
        tags: Text, "Tags a physical network must have, with commas between them.", len: 4_096;
        domainid: Text, "Ids of the domains it is offered to; all if left out.", len: 4_096;
        zoneid: Text, "Ids of the zones it is offered in; all if left out.", len: 4_096, since: "4.13";
    }

    UpdateServiceOffering("updateServiceOffering"): Sync<ServiceOffering> in "serviceoffering" for ROOT_ADMIN,
        "Changes the name, order, visibility or tags of a service offering.", event: "SERVICE.OFFERING.EDIT";
    need {
        id: Uuid, "Id of the service offering.", of: "ServiceOffering";
    }
    may {
        displaytext: Text, "A description to show.";
        name: Text, "New name of the service offering.";
        sortkey: Integer, "Position in lists.";
        domainid: Text, "Ids of the domains it is offered to; all if left out.", len: 4_096;
        zoneid: Text, "Ids of the zones it is offered in; all if left out.", len: 4_096, since: "4.13";
        storagetags: Text, "Tags a primary storage must have, with commas between them.", since: "4.16";
        hosttags: Text, "Tags a host must have, with commas between them.", since: "4.16";
        state: Text, "State it gets: `Active` or `Inactive`.";
        purgeresources: Boolean, "True to delete all records of guests once they are expunged.", since: "4.20";
        externaldetails: Map, "Details meant for the extension, as pairs.", since: "4.21.0";
        cleanupexternaldetails: Boolean, "True to drop all details meant for the extension.", since: "4.22.0";
    }
}
