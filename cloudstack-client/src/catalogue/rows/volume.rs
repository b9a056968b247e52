//! volume

commands! { ROWS:
    AttachVolume("attachVolume"): Async<Volume> in "volume" for ANYONE,
        "", event: "VOLUME.ATTACH", of: "VirtualMachine";
    need {
        id: Uuid, "", of: "Volume";
        virtualmachineid: Uuid, "", of: "VirtualMachine";
    }
    may {
        deviceid: Long, "";
    }

    CreateVolume("createVolume"): AsyncCreate<Volume> in "volume" for ANYONE,
        "", event: "VOLUME.CREATE", of: "Volume,VirtualMachine";
    need {}
    may {
        customid: Text, "";
        account: Text, "";
        projectid: Uuid, "", of: "Project";
        domainid: Uuid, "", of: "Domain";
        diskofferingid: Uuid, "", of: "DiskOffering";
        name: Text, "";
        size: Long, "";
        miniops: Long, "";
        maxiops: Long, "";
        snapshotid: Uuid, "", of: "Snapshot";
        zoneid: Uuid, "", of: "Zone";
        displayvolume: Boolean, "", roles: Roles::ROOT_ADMIN;
        virtualmachineid: Uuid, "", of: "VirtualMachine";
        kmskeyid: Uuid, "", of: "KMSKey", since: "4.23.0";
        storageid: Uuid, "", of: "StoragePool", since: "4.22.1", roles: Roles::ROOT_ADMIN;
    }

    DeleteVolume("deleteVolume"): Sync<Success> in "" for ANYONE,
        "", of: "Volume";
    need {
        id: Uuid, "", of: "Volume";
    }
    may {}

    DetachVolume("detachVolume"): Async<Volume> in "volume" for ANYONE,
        "", event: "VOLUME.DETACH", of: "VirtualMachine";
    need {}
    may {
        id: Uuid, "", of: "Volume";
        deviceid: Long, "";
        virtualmachineid: Uuid, "", of: "VirtualMachine";
    }

    ExtractVolume("extractVolume"): Async<Extraction> in "volume" for ANYONE,
        "", event: "VOLUME.EXTRACT", of: "Volume";
    need {
        id: Uuid, "", of: "Volume";
        zoneid: Uuid, "", of: "Zone";
        mode: Text, "";
    }
    may {
        url: Text, "", len: 2_048;
    }

    ListVolumes("listVolumes"): List<Volume> in "volume" for ANYONE,
        "", of: "Volume";
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
        hostid: Uuid, "", of: "Host";
        id: Uuid, "", of: "Volume";
        ids: UuidList, "", of: "Volume", since: "4.9";
        name: Text, "";
        podid: Uuid, "", of: "Pod";
        clusterid: Uuid, "", of: "Cluster", roles: Roles::ROOT_ADMIN;
        r#type: Text, "";
        virtualmachineid: Uuid, "", of: "VirtualMachine";
        zoneid: Uuid, "", of: "Zone";
        storageid: Text, "", of: "StoragePool", since: "4.3", roles: Roles::ROOT_ADMIN;
        serviceofferingid: Uuid, "", of: "ServiceOffering", since: "4.19.1";
        diskofferingid: Uuid, "", of: "DiskOffering", since: "4.4";
        kmskeyid: Uuid, "", of: "KMSKey", since: "4.23";
        displayvolume: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        listsystemvms: Boolean, "", since: "4.18", roles: Roles::ROOT_ADMIN;
        state: Text, "";
        isencrypted: Boolean, "", since: "4.19.1", roles: Roles::ROOT_ADMIN;
    }

    MigrateVolume("migrateVolume"): Async<Volume> in "volume" for ANYONE,
        "", since: "3.0.0", event: "VOLUME.MIGRATE", of: "Volume";
    need {
        volumeid: Uuid, "", of: "Volume";
        storageid: Uuid, "", of: "StoragePool";
    }
    may {
        livemigrate: Boolean, "";
        newdiskofferingid: Uuid, "", of: "DiskOffering";
    }

    ResizeVolume("resizeVolume"): Async<Volume> in "volume" for ANYONE,
        "", event: "VOLUME.RESIZE", of: "Volume";
    need {
        id: Uuid, "", of: "Volume";
    }
    may {
        miniops: Long, "";
        maxiops: Long, "";
        size: Long, "";
        shrinkok: Boolean, "";
        diskofferingid: Uuid, "", of: "DiskOffering";
        automigrate: Boolean, "", since: "4.20.1";
    }

    UploadVolume("uploadVolume"): Async<Volume> in "volume" for ANYONE,
        "", event: "VOLUME.UPLOAD", of: "Volume";
    need {
        format: Text, "";
        name: Text, "";
        url: Text, "", len: 2_048;
        zoneid: Uuid, "", of: "Zone";
    }
    may {
        domainid: Uuid, "", of: "Domain";
        account: Text, "";
        checksum: Text, "";
        imagestoreuuid: Text, "";
        projectid: Uuid, "", of: "Project";
        diskofferingid: Uuid, "", of: "DiskOffering";
    }
}
