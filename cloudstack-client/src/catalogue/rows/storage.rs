//! storage

commands! { ROWS:
    AddImageStore("addImageStore"): Sync<ImageStore> in "imagestore" for ROOT_ADMIN,
        "", since: "4.2.0";
    need {
        provider: Text, "";
    }
    may {
        name: Text, "";
        url: Text, "", len: 2_048;
        zoneid: Uuid, "", of: "Zone";
        details: Map, "";
    }

    AddObjectStoragePool("addObjectStoragePool"): Sync<ObjectStore> in "objectstore" for ROOT_ADMIN,
        "", since: "4.19.0";
    need {
        name: Text, "";
        url: Text, "", len: 2_048;
        provider: Text, "";
    }
    may {
        details: Map, "";
        tags: Text, "";
        size: Long, "", since: "4.21";
    }

    AddS3("addS3"): Sync<S3> in "s3" for ROOT_ADMIN,
        "", since: "4.0.0";
    need {
        accesskey: Text, "";
        secretkey: Text, "", secret: true;
        bucket: Text, "";
    }
    may {
        endpoint: Text, "";
        usehttps: Boolean, "";
        connectiontimeout: Integer, "";
        maxerrorretry: Integer, "";
        sockettimeout: Integer, "";
    }

    AddSecondaryStorage("addSecondaryStorage"): Sync<ImageStore> in "secondarystorage" for ROOT_ADMIN,
        "";
    need {
        url: Text, "";
    }
    may {
        zoneid: Uuid, "", of: "Zone";
        details: Map, "";
    }

    AddSwift("addSwift"): Sync<ImageStore> in "secondarystorage" for ROOT_ADMIN,
        "", since: "3.0.0";
    need {
        url: Text, "";
    }
    may {
        account: Text, "";
        username: Text, "";
        key: Text, "", secret: true;
    }

    CancelStorageMaintenance("cancelStorageMaintenance"): Async<StoragePool> in "storagepool" for ROOT_ADMIN,
        "", event: "MAINT.CANCEL.PS", envelope: "cancelprimarystoragemaintenanceresponse";
    need {
        id: Uuid, "", of: "StoragePool";
    }
    may {}

    CreateStorageNetworkIpRange("createStorageNetworkIpRange"): Async<StorageNetworkIpRange> in "storagenetworkiprange" for ROOT_ADMIN,
        "", since: "3.0.0", event: "STORAGE.IP.RANGE.CREATE";
    need {
        podid: Uuid, "", of: "Pod";
        startip: Text, "";
        netmask: Text, "";
        gateway: Text, "";
    }
    may {
        endip: Text, "";
        vlan: Integer, "";
    }

    CreateStoragePool("createStoragePool"): Sync<StoragePool> in "storagepool" for ROOT_ADMIN,
        "";
    need {
        name: Text, "";
        url: Text, "";
        zoneid: Uuid, "", of: "Zone";
    }
    may {
        clusterid: Uuid, "", of: "Cluster";
        details: Map, "";
        podid: Uuid, "", of: "Pod";
        tags: Text, "";
        storageaccessgroups: Text, "", since: "4.21.0";
        provider: Text, "";
        scope: Text, "";
        managed: Boolean, "";
        capacityiops: Long, "";
        capacitybytes: Long, "";
        hypervisor: Text, "";
        istagarule: Boolean, "";
    }

    DeleteImageStore("deleteImageStore"): Sync<Success> in "" for ROOT_ADMIN,
        "", since: "4.2.0";
    need {
        id: Uuid, "", of: "ImageStore";
    }
    may {}

    DeleteStorageNetworkIpRange("deleteStorageNetworkIpRange"): Async<Success> in "" for ROOT_ADMIN,
        "", since: "3.0.0", event: "STORAGE.IP.RANGE.DELETE";
    need {
        id: Uuid, "", of: "StorageNetworkIpRange";
    }
    may {}

    DeleteStoragePool("deleteStoragePool"): Sync<Success> in "" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "StoragePool";
    }
    may {
        forced: Boolean, "";
    }

    EnableStorageMaintenance("enableStorageMaintenance"): Async<StoragePool> in "storagepool" for ROOT_ADMIN,
        "", event: "MAINT.PREPARE.PS", envelope: "prepareprimarystorageformaintenanceresponse";
    need {
        id: Uuid, "", of: "StoragePool";
    }
    may {}

    FindStoragePoolsForMigration("findStoragePoolsForMigration"): List<StoragePool> in "storagepool" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "Volume";
    }
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
    }

    ListImageStores("listImageStores"): List<ImageStore> in "imagestore" for ROOT_ADMIN,
        "", since: "4.2.0";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        name: Text, "";
        protocol: Text, "";
        provider: Text, "";
        zoneid: Uuid, "", of: "Zone";
        id: Uuid, "", of: "ImageStore";
        readonly: Boolean, "", of: "ImageStore", since: "4.15.0";
    }

    ListS3s("listS3s"): List<S3> in "s3" for ROOT_ADMIN,
        "", since: "4.0.0";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
    }

    ListStorageNetworkIpRange("listStorageNetworkIpRange"): List<StorageNetworkIpRange> in "storagenetworkiprange" for ROOT_ADMIN,
        "", since: "3.0.0";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "StorageNetworkIpRange";
        podid: Uuid, "", of: "Pod";
        zoneid: Uuid, "", of: "Zone";
    }

    ListStoragePools("listStoragePools"): List<StoragePool> in "storagepool" for RESOURCE_ADMINS,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        clusterid: Uuid, "", of: "Cluster";
        ipaddress: Text, "";
        name: Text, "";
        path: Text, "";
        podid: Uuid, "", of: "Pod";
        zoneid: Uuid, "", of: "Zone";
        id: Uuid, "", of: "StoragePool";
        scope: Text, "", of: "StoragePool";
        status: Text, "";
        hostid: Uuid, "", of: "Host";
        storagecustomstats: Boolean, "", since: "4.18.1";
        storageaccessgroup: Text, "", since: "4.21.0";
    }

    ListStorageProviders("listStorageProviders"): List<StorageProvider> in "dataStoreProvider" for RESOURCE_ADMINS,
        "";
    need {
        r#type: Text, "";
    }
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
    }

    ListSwifts("listSwifts"): List<ImageStore> in "imagestore" for ROOT_ADMIN,
        "", since: "3.0.0";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Long, "";
    }

    UpdateStorageNetworkIpRange("updateStorageNetworkIpRange"): Async<StorageNetworkIpRange> in "storagenetworkiprange" for ROOT_ADMIN,
        "", since: "3.0.0", event: "STORAGE.IP.RANGE.UPDATE";
    need {
        id: Uuid, "", of: "StorageNetworkIpRange";
    }
    may {
        startip: Text, "";
        endip: Text, "";
        vlan: Integer, "";
        netmask: Text, "";
    }

    UpdateStoragePool("updateStoragePool"): Sync<StoragePool> in "storagepool" for ROOT_ADMIN,
        "", since: "3.0.0";
    need {
        id: Uuid, "", of: "StoragePool";
    }
    may {
        name: Text, "", of: "StoragePool", since: "4.15";
        tags: TextList, "";
        capacityiops: Long, "";
        capacitybytes: Long, "";
        enabled: Boolean, "";
        details: Map, "", since: "4.19.0";
        url: Text, "", since: "4.19.0";
        istagarule: Boolean, "";
    }
}
