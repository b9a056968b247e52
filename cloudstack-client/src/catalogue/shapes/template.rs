//! Templates and offerings as answered.

shapes! {
    DiskOffering, "A disk offering." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the disk offering.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        zoneid: Text, "Id of the zone it is in.", since: "4.13.0";
        zone: Text, "Its zone.", since: "4.13.0";
        name: Text, "Name of the disk offering.";
        state: Text, "State it is in.";
        displaytext: Text, "A description to show.";
        disksize: Long, "Size in GiB.";
        created: Date, "When it was made.";
        iscustomized: Boolean, "True if whoever uses it chooses the size.";
        iscustomizediops: Boolean, "True if whoever uses it chooses the I/O operations a second.";
        miniops: Long, "I/O operations a second at least.";
        maxiops: Long, "I/O operations a second at most.";
        hypervisorsnapshotreserve: Integer, "Room kept for snapshots, in per cent of the size.", since: "4.4";
        tags: Text, "Its tags.";
        storagetype: Text, "`shared` or `local`.";
        provisioningtype: Text, "How room is taken on storage: `thin`, `sparse` or `fat`.", since: "4.4.0";
        diskbytesreadrate: Long, "Bytes read a second at most.", wire: "diskBytesReadRate";
        diskbytesreadratemax: Long, "Bytes read a second at most during a burst.", wire: "diskBytesReadRateMax";
        diskbytesreadratemaxlength: Long, "Seconds a read burst may last.", wire: "diskBytesReadRateMaxLength";
        diskbyteswriterate: Long, "Bytes written a second at most.", wire: "diskBytesWriteRate";
        diskbyteswriteratemax: Long, "Bytes written a second at most during a burst.", wire: "diskBytesWriteRateMax";
        diskbyteswriteratemaxlength: Long, "Seconds a write burst may last.", wire: "diskBytesWriteRateMaxLength";
        diskiopsreadrate: Long, "I/O reads a second at most.", wire: "diskIopsReadRate";
        diskiopsreadratemax: Long, "I/O reads a second at most during a burst.", wire: "diskIopsReadRateMax";
        diskiopsreadratemaxlength: Long, "Seconds a burst of reads may last.", wire: "diskIopsReadRateMaxLength";
        diskiopswriterate: Long, "I/O writes a second at most.", wire: "diskIopsWriteRate";
        diskiopswriteratemax: Long, "I/O writes a second at most during a burst.", wire: "diskIopsWriteRateMax";
        diskiopswriteratemaxlength: Long, "Seconds a burst of writes may last.", wire: "diskIopsWriteRateMaxLength";
        cachemode: Text, "How the host caches writes.", wire: "cacheMode", since: "4.4";
        displayoffering: Boolean, "False if it is hidden from users.";
        vspherestoragepolicy: Text, "Id of the vSphere storage policy.", since: "4.15";
        disksizestrictness: Boolean, "True if volumes must keep the size of the offering.", since: "4.17";
        encrypt: Boolean, "True if volumes are encrypted.", since: "4.18";
        details: Map, "Details kept with it.", since: "4.17";
        suitableforvirtualmachine: Boolean, "True if it suits the guest asked for.", since: "4.20.0";
    }

    Extraction, "A download that is being made ready." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the volume, template or ISO.";
        name: Text, "Name of the volume, template or ISO.";
        extractid: Text, "Id of the download.", wire: "extractId";
        uploadpercentage: Integer, "How much of it is uploaded, in per cent.";
        status: Text, "State it is in.";
        accountid: Text, "Id of the account it belongs to.";
        resultstring: Text, "What came of it, in words.";
        created: Date, "When it was made.";
        state: Text, "State it is in.";
        storagetype: Text, "`shared` or `local`.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        extractmode: Text, "`HTTP_DOWNLOAD` or `FTP_UPLOAD`.", wire: "extractMode";
        url: Text, "URL of it.";
        storage: Text, "Name of its primary storage.";
    }

    NetworkOffering, "A network offering." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the network offering.";
        name: Text, "Name of the network offering.";
        displaytext: Text, "A description to show.";
        tags: Text, "Its tags.";
        created: Date, "When it was made.";
        traffictype: Text, "Type of traffic.";
        isdefault: Boolean, "True for the default one.";
        specifyvlan: Boolean, "True if whoever makes a network gives its VLAN.";
        conservemode: Boolean, "True if services of all kinds may share an address.";
        specifyipranges: Boolean, "True if whoever makes a network gives its ranges of addresses.";
        availability: Text, "`Optional` or `Required`.";
        networkrate: Integer, "Mb/s a guest may send and receive.";
        state: Text, "State it is in.";
        guestiptype: Text, "`Isolated`, `Shared` or `L2`.";
        serviceofferingid: Text, "Id of its service offering.";
        service: Objects<NetworkService>, "Its services.";
        forvpc: Boolean, "True if it is for networks of a VPC.";
        fornsx: Boolean, "True if it is for NSX.";
        fortungsten: Boolean, "True if it is for Tungsten.";
        networkmode: Text, "How networks reach outside: `NATTED` or `ROUTED`.";
        ispersistent: Boolean, "True if it is set up before the first guest.";
        details: Map, "Details kept with it.", since: "4.2.0";
        egressdefaultpolicy: Boolean, "True if traffic out is allowed where no rule denies it.";
        maxconnections: Integer, "Connections the load balancer takes at most.";
        supportsstrechedl2subnet: Boolean, "True if networks may span zones.", since: "4.4";
        supportspublicaccess: Boolean, "True if it reaches the outside.", since: "4.10.0";
        supportsinternallb: Boolean, "True if load can be balanced inside a VPC.", since: "4.20.0";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        zoneid: Text, "Id of the zone it is in.", since: "4.13.0";
        zone: Text, "Its zone.", since: "4.13.0";
        internetprotocol: Text, "`IPv4` or `DualStack`.";
        specifyasnumber: Boolean, "True if whoever makes a network may choose its AS number.";
        routingmode: Text, "`Static` or `Dynamic`.";
    }

    OsCategory, "A family of operating systems." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the OS family.";
        name: Text, "Name of the OS family.";
        isfeatured: Boolean, "True if it is among the featured ones.", since: "4.21.0";
        icon: Object<ResourceIcon>, "Its icon.", since: "4.21.0";
        created: Date, "When it was made.";
    }

    OsType, "An operating system." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the OS.";
        oscategoryid: Text, "Id of the OS family.";
        oscategoryname: Text, "Name of the OS family.";
        name: Text, "Name of the OS.";
        description: Text, "What it is, in words.";
        isuserdefined: Boolean, "True if an administrator added it.";
        fordisplay: Boolean, "False if it is hidden from users.";
    }

    ServiceOffering, "A service offering." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the service offering.";
        name: Text, "Name of the service offering.";
        state: Text, "State it is in.";
        displaytext: Text, "A description to show.";
        cpunumber: Integer, "How many CPUs.";
        cpuspeed: Integer, "Speed of each CPU, in MHz.";
        memory: Integer, "Memory in MiB.";
        created: Date, "When it was made.";
        storagetype: Text, "`shared` or `local`.";
        provisioningtype: Text, "How room is taken on storage: `thin`, `sparse` or `fat`.", since: "4.4.0";
        offerha: Boolean, "True if guests are restarted when their host fails.";
        limitcpuuse: Boolean, "True if a guest gets no more CPU than offered.";
        isvolatile: Boolean, "True if the root disk is set back at each reboot.";
        storagetags: Text, "Tags a primary storage must have.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        zoneid: Text, "Id of the zone it is in.", since: "4.13.0";
        zone: Text, "Its zone.", since: "4.13.0";
        hosttags: Text, "Tags of hosts, with commas between them.";
        issystem: Boolean, "True if it is the system's own.";
        defaultuse: Boolean, "True for the offering that system guests use by default.";
        systemvmtype: Text, "For what system guests it is.";
        networkrate: Integer, "Mb/s a guest may send and receive.";
        iscustomizediops: Boolean, "True if whoever uses it chooses the I/O operations a second.", since: "4.4";
        miniops: Long, "I/O operations a second at least.", since: "4.4";
        maxiops: Long, "I/O operations a second at most.", since: "4.4";
        hypervisorsnapshotreserve: Integer, "Room kept for snapshots, in per cent of the size.", since: "4.4";
        diskbytesreadrate: Long, "Bytes read a second at most.", wire: "diskBytesReadRate";
        diskbytesreadratemax: Long, "Bytes read a second at most during a burst.", wire: "diskBytesReadRateMax";
        diskbytesreadratemaxlength: Long, "Seconds a read burst may last.", wire: "diskBytesReadRateMaxLength";
        diskbyteswriterate: Long, "Bytes written a second at most.", wire: "diskBytesWriteRate";
        diskbyteswriteratemax: Long, "Bytes written a second at most during a burst.", wire: "diskBytesWriteRateMax";
        diskbyteswriteratemaxlength: Long, "Seconds a write burst may last.", wire: "diskBytesWriteRateMaxLength";
        diskiopsreadrate: Long, "I/O reads a second at most.", wire: "diskIopsReadRate";
        diskiopsreadratemax: Long, "I/O reads a second at most during a burst.", wire: "diskIopsReadRateMax";
        diskiopsreadratemaxlength: Long, "Seconds a burst of reads may last.", wire: "diskIopsReadRateMaxLength";
        diskiopswriterate: Long, "I/O writes a second at most.", wire: "diskIopsWriteRate";
        diskiopswriteratemax: Long, "I/O writes a second at most during a burst.", wire: "diskIopsWriteRateMax";
        diskiopswriteratemaxlength: Long, "Seconds a burst of writes may last.", wire: "diskIopsWriteRateMaxLength";
        deploymentplanner: Text, "Name of the planner that chooses hosts.";
        serviceofferingdetails: Map, "Details of the offering.", since: "4.2.0";
        iscustomized: Boolean, "True if whoever uses it chooses the size.", since: "4.3.0";
        cachemode: Text, "How the host caches writes.", wire: "cacheMode", since: "4.14";
        vspherestoragepolicy: Text, "Id of the vSphere storage policy.", since: "4.15";
        rootdisksize: Long, "Size of the root disk in GiB.", since: "4.15";
        dynamicscalingenabled: Boolean, "True if guests may be scaled while they run.", since: "4.16";
        diskofferingstrictness: Boolean, "True if the root disk must keep its disk offering.", since: "4.17";
        diskofferingid: Text, "Id of its disk offering.", since: "4.17";
        diskofferingname: Text, "Name of its disk offering.", since: "4.17";
        diskofferingdisplaytext: Text, "Description of its disk offering.", since: "4.17";
        encryptroot: Boolean, "True if root disks are encrypted.", since: "4.18";
        gpucardid: Text, "Id of the GPU model.", since: "4.21";
        gpucardname: Text, "Name of the GPU model.", since: "4.21";
        vgpuprofileid: Text, "Id of the virtual GPU profile.", since: "4.21";
        vgpuprofilename: Text, "Name of the virtual GPU profile.", since: "4.21";
        videoram: Long, "Memory of the graphics card, in MiB.";
        maxheads: Long, "Displays at most.";
        maxresolutionx: Long, "Widest picture, in pixels.";
        maxresolutiony: Long, "Highest picture, in pixels.";
        gpucount: Integer, "How many GPUs.", since: "4.21";
        gpudisplay: Boolean, "True if the GPU drives the console.", since: "4.21";
        purgeresources: Boolean, "True if all records of guests are deleted once they are expunged.", since: "4.20";
        leaseduration: Integer, "Days after which the lease ends.", since: "4.21.0";
        leaseexpiryaction: Text, "What happens at the end of the lease: `STOP` or `DESTROY`.", since: "4.21.0";
        tags: Text, "Its tags.";
    }

    Template, "A template or an ISO." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        tags: Objects<ResourceTag>, "Its tags.";
        id: Text, "Id of the template.";
        name: Text, "Name of the template.";
        displaytext: Text, "A description to show.";
        ispublic: Boolean, "True if it is shown to all accounts.";
        created: Date, "When it was made.";
        removed: Date, "When it was deleted.";
        isready: Boolean, "True if it is ready for use.";
        passwordenabled: Boolean, "True if it can be given passwords.";
        format: Text, "File format.";
        bootable: Boolean, "True if a guest can boot from it.";
        isfeatured: Boolean, "True if it is among the featured ones.";
        crosszones: Boolean, "True if it is kept in all zones.", wire: "crossZones";
        ostypeid: Text, "Id of the OS.";
        ostypename: Text, "Name of the OS.";
        accountid: Text, "Id of the account it belongs to.";
        account: Text, "Name of the account it belongs to.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        status: Text, "State it is in.";
        size: Long, "Size in bytes.";
        physicalsize: Long, "Bytes it takes on storage.";
        templatetype: Text, "Type of template, such as `USER`.";
        hypervisor: Text, "Hypervisor, such as `KVM`.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        domainid: Text, "Id of the domain it belongs to.";
        isextractable: Boolean, "True if users may download it.";
        checksum: Text, "Checksum of the file.";
        sourcetemplateid: Text, "Id of the template it was made from.";
        hostid: Text, "Id of the host it is on.";
        hostname: Text, "Name of the host it is on.";
        templatetag: Text, "Tag a host must have.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        details: Map, "Details kept with it.";
        downloaddetails: Objects, "How far it is on each storage.";
        arch: Text, "CPU architecture.", since: "4.20";
        bits: Integer, "32 or 64.", since: "4.10";
        sshkeyenabled: Boolean, "True if its guests can be given SSH keys.";
        isdynamicallyscalable: Boolean, "True if it can be scaled while it runs.";
        directdownload: Boolean, "True if hosts fetch it themselves.";
        deployasis: Boolean, "True if CPUs, memory and networks are as the image says.", since: "4.15";
        forcks: Boolean, "True if it is made for Kubernetes nodes.", since: "4.21.0";
        deployasisdetails: Map, "What the image says.", since: "4.15";
        parenttemplateid: Text, "Id of the template it is a data disk of.";
        childtemplates: Text, "Templates of its data disks.";
        requireshvm: Boolean, "True if guests need hardware virtualisation.";
        url: Text, "URL of it.";
        icon: Object<ResourceIcon>, "Its icon.", since: "4.16.0.0";
        userdataid: Text, "Id of the registered user data.", since: "4.18.0";
        userdataname: Text, "Name of the registered user data.", since: "4.18.0";
        userdatapolicy: Text, "What a guest may do with the template's user data.", since: "4.18.0";
        userdataparams: Text, "Names of variables in the user data.", since: "4.18.0";
        extensionid: Text, "Id of its extension.", since: "4.21.0";
        extensionname: Text, "Name of its extension.", since: "4.21.0";
    }

    TemplatePermissions, "With whom a template or an ISO is shared." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the template.";
        ispublic: Boolean, "True if it is shown to all accounts.";
        domainid: Text, "Id of the domain it belongs to.";
        account: TextList, "Name of the account it belongs to.";
        projectids: TextList, "Ids of the projects it is shared with.";
    }
}
