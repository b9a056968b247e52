//! offering

commands! { ROWS:
    CreateDiskOffering("createDiskOffering"): Sync<DiskOffering> in "diskoffering" for ROOT_ADMIN,
        "";
    need {
        name: Text, "";
    }
    may {
        disksize: Long, "";
        displaytext: Text, "", len: 4_096;
        tags: Text, "", len: 4_096;
        customized: Boolean, "";
        domainid: UuidList, "", of: "Domain";
        zoneid: UuidList, "", of: "Zone", since: "4.13";
        storagetype: Text, "";
        provisioningtype: Text, "";
        displayoffering: Boolean, "";
        bytesreadrate: Long, "";
        bytesreadratemax: Long, "";
        bytesreadratemaxlength: Long, "";
        byteswriterate: Long, "";
        byteswriteratemax: Long, "";
        byteswriteratemaxlength: Long, "";
        iopsreadrate: Long, "";
        iopsreadratemax: Long, "";
        iopsreadratemaxlength: Long, "";
        iopswriterate: Long, "";
        iopswriteratemax: Long, "";
        iopswriteratemaxlength: Long, "";
        customizediops: Boolean, "";
        miniops: Long, "";
        maxiops: Long, "";
        hypervisorsnapshotreserve: Integer, "";
        cachemode: Text, "", since: "4.14";
        storagepolicy: Uuid, "", of: "VsphereStoragePolicies", since: "4.15";
        disksizestrictness: Boolean, "", since: "4.17";
        encrypt: Boolean, "", since: "4.18";
        details: Map, "", since: "4.16";
    }

    CreateNetworkOffering("createNetworkOffering"): Sync<NetworkOffering> in "networkoffering" for ROOT_ADMIN,
        "", since: "3.0.0";
    need {
        name: Text, "";
        traffictype: Text, "";
        guestiptype: Text, "";
    }
    may {
        displaytext: Text, "";
        tags: Text, "", len: 4_096;
        specifyvlan: Boolean, "";
        availability: Text, "";
        networkrate: Integer, "";
        conservemode: Boolean, "";
        serviceofferingid: Uuid, "", of: "ServiceOffering";
        internetprotocol: Text, "", since: "4.17.0";
        supportedservices: TextList, "";
        serviceproviderlist: Map, "";
        servicecapabilitylist: Map, "";
        specifyipranges: Boolean, "";
        ispersistent: Boolean, "";
        forvpc: Boolean, "";
        fornsx: Boolean, "", since: "4.20.0";
        provider: Text, "", since: "4.21.0";
        nsxsupportlb: Boolean, "", since: "4.20.0";
        nsxsupportsinternallb: Boolean, "", since: "4.20.0";
        networkmode: Text, "", since: "4.20.0";
        fortungsten: Boolean, "";
        details: Map, "", since: "4.2.0";
        egressdefaultpolicy: Boolean, "";
        keepaliveenabled: Boolean, "";
        maxconnections: Integer, "";
        domainid: UuidList, "", of: "Domain";
        zoneid: UuidList, "", of: "Zone", since: "4.13";
        enable: Boolean, "", since: "4.16";
        specifyasnumber: Boolean, "", since: "4.20.0";
        routingmode: Text, "", since: "4.20.0";
    }

    CreateServiceOffering("createServiceOffering"): Sync<ServiceOffering> in "serviceoffering" for ROOT_ADMIN,
        "";
    need {
        name: Text, "";
    }
    may {
        cpunumber: Integer, "";
        cpuspeed: Integer, "";
        displaytext: Text, "";
        provisioningtype: Text, "";
        memory: Integer, "";
        offerha: Boolean, "";
        limitcpuuse: Boolean, "";
        isvolatile: Boolean, "";
        storagetype: Text, "";
        tags: Text, "";
        domainid: UuidList, "", of: "Domain";
        zoneid: UuidList, "", of: "Zone", since: "4.13";
        hosttags: Text, "";
        issystem: Boolean, "";
        systemvmtype: Text, "";
        networkrate: Integer, "";
        deploymentplanner: Text, "";
        serviceofferingdetails: Map, "";
        rootdisksize: Long, "", since: "4.15";
        bytesreadrate: Long, "";
        bytesreadratemax: Long, "";
        bytesreadratemaxlength: Long, "";
        byteswriterate: Long, "";
        byteswriteratemax: Long, "";
        byteswriteratemaxlength: Long, "";
        iopsreadrate: Long, "";
        iopsreadratemax: Long, "";
        iopsreadratemaxlength: Long, "";
        iopswriterate: Long, "";
        iopswriteratemax: Long, "";
        iopswriteratemaxlength: Long, "";
        customizediops: Boolean, "", since: "4.4";
        miniops: Long, "", since: "4.4";
        maxiops: Long, "", since: "4.4";
        hypervisorsnapshotreserve: Integer, "", since: "4.4";
        cachemode: Text, "", since: "4.14";
        customized: Boolean, "", since: "4.13";
        maxcpunumber: Integer, "", since: "4.13";
        mincpunumber: Integer, "", since: "4.13";
        maxmemory: Integer, "", since: "4.13";
        minmemory: Integer, "", since: "4.13";
        storagepolicy: Uuid, "", of: "VsphereStoragePolicies", since: "4.15";
        dynamicscalingenabled: Boolean, "", since: "4.16";
        diskofferingid: Uuid, "", of: "DiskOffering", since: "4.17";
        diskofferingstrictness: Boolean, "", since: "4.17";
        encryptroot: Boolean, "", since: "4.18";
        purgeresources: Boolean, "", since: "4.20";
        leaseduration: Integer, "", since: "4.21.0";
        leaseexpiryaction: Text, "", since: "4.21.0";
        vgpuprofileid: Uuid, "", of: "VgpuProfile", since: "4.21";
        gpucount: Integer, "", since: "4.21";
        gpudisplay: Boolean, "", since: "4.21";
        externaldetails: Map, "", since: "4.21.0";
    }

    DeleteDiskOffering("deleteDiskOffering"): Sync<Success> in "" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "DiskOffering";
    }
    may {}

    DeleteNetworkOffering("deleteNetworkOffering"): Sync<Success> in "" for ROOT_ADMIN,
        "", since: "3.0.0";
    need {
        id: Uuid, "", of: "NetworkOffering";
    }
    may {}

    DeleteServiceOffering("deleteServiceOffering"): Sync<Success> in "" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "ServiceOffering";
    }
    may {}

    ListDiskOfferings("listDiskOfferings"): List<DiskOffering> in "diskoffering" for ANYONE,
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
        id: Uuid, "", of: "DiskOffering";
        name: Text, "";
        zoneid: Uuid, "", of: "Zone", since: "4.13";
        volumeid: Uuid, "", of: "Volume", since: "4.17";
        storageid: Uuid, "", of: "StoragePool", since: "4.17";
        encrypt: Boolean, "", since: "4.18";
        storagetype: Text, "", since: "4.19";
        state: Text, "", since: "4.19";
        virtualmachineid: Uuid, "", of: "VirtualMachine", since: "4.20.0";
    }

    ListNetworkOfferings("listNetworkOfferings"): List<NetworkOffering> in "networkoffering" for ANYONE,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "NetworkOffering";
        name: Text, "";
        displaytext: Text, "";
        traffictype: Text, "";
        isdefault: Boolean, "";
        specifyvlan: Boolean, "";
        availability: Text, "";
        domainid: Uuid, "", of: "Domain", since: "4.13";
        zoneid: Uuid, "", of: "Zone";
        state: Text, "";
        networkid: Uuid, "", of: "Network";
        guestiptype: Text, "";
        supportedservices: TextList, "";
        sourcenatsupported: Boolean, "";
        specifyipranges: Boolean, "";
        tags: Text, "", len: 4_096;
        istagged: Boolean, "";
        forvpc: Boolean, "";
        routingmode: Text, "", since: "4.20.0";
    }

    ListServiceOfferings("listServiceOfferings"): List<ServiceOffering> in "serviceoffering" for ANYONE,
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
        id: Uuid, "", of: "ServiceOffering";
        name: Text, "";
        virtualmachineid: Uuid, "", of: "VirtualMachine";
        issystem: Boolean, "";
        systemvmtype: Text, "";
        zoneid: Uuid, "", of: "Zone", since: "4.13";
        cpunumber: Integer, "", since: "4.15";
        memory: Integer, "", since: "4.15";
        cpuspeed: Integer, "", since: "4.15";
        encryptroot: Boolean, "", since: "4.18";
        storagetype: Text, "", since: "4.19";
        state: Text, "", since: "4.19";
        templateid: Uuid, "", of: "Template", since: "4.20.0";
        vgpuprofileid: Uuid, "", of: "VgpuProfile", since: "4.21.0";
        gpuenabled: Boolean, "", since: "4.21.0";
    }

    UpdateDiskOffering("updateDiskOffering"): Sync<DiskOffering> in "diskoffering" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "DiskOffering";
    }
    may {
        displaytext: Text, "", len: 4_096;
        name: Text, "";
        sortkey: Integer, "";
        displayoffering: Boolean, "";
        domainid: Text, "", len: 4_096, since: "4.13";
        zoneid: Text, "", len: 4_096, since: "4.13";
        tags: Text, "", since: "4.15";
        bytesreadrate: Long, "", since: "4.15";
        bytesreadratemax: Long, "", since: "4.15";
        bytesreadratemaxlength: Long, "", since: "4.15";
        byteswriterate: Long, "", since: "4.15";
        byteswriteratemax: Long, "", since: "4.15";
        byteswriteratemaxlength: Long, "", since: "4.15";
        iopsreadrate: Long, "", since: "4.15";
        iopsreadratemax: Long, "", since: "4.15";
        iopsreadratemaxlength: Long, "", since: "4.15";
        iopswriterate: Long, "", since: "4.15";
        iopswriteratemax: Long, "", since: "4.15";
        iopswriteratemaxlength: Long, "", since: "4.15";
        cachemode: Text, "", since: "4.15";
        state: Text, "";
    }

    UpdateNetworkOffering("updateNetworkOffering"): Sync<NetworkOffering> in "networkoffering" for ROOT_ADMIN,
        "";
    need {}
    may {
        id: Uuid, "", of: "NetworkOffering";
        name: Text, "";
        displaytext: Text, "";
        availability: Text, "";
        sortkey: Integer, "";
        state: Text, "";
        keepaliveenabled: Boolean, "";
        maxconnections: Integer, "";
        tags: Text, "", len: 4_096;
        domainid: Text, "", len: 4_096;
        zoneid: Text, "", len: 4_096, since: "4.13";
    }

    UpdateServiceOffering("updateServiceOffering"): Sync<ServiceOffering> in "serviceoffering" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "ServiceOffering";
    }
    may {
        displaytext: Text, "";
        name: Text, "";
        sortkey: Integer, "";
        domainid: Text, "", len: 4_096;
        zoneid: Text, "", len: 4_096, since: "4.13";
        storagetags: Text, "", since: "4.16";
        hosttags: Text, "", since: "4.16";
        state: Text, "";
        purgeresources: Boolean, "", since: "4.20";
        externaldetails: Map, "", since: "4.21.0";
        cleanupexternaldetails: Boolean, "", since: "4.22.0";
    }
}
