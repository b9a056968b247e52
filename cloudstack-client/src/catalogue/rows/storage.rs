//! Primary, secondary and object storage.

commands! { ROWS:
    AddImageStore("addImageStore"): Sync<ImageStore> in "imagestore" for ROOT_ADMIN,
        "Adds a secondary storage, for templates, ISOs and snapshots.", since: "4.2.0";
    need {
        provider: Text, "Name of the storage provider.";
    }
    may {
        name: Text, "Name of the new secondary storage.";
        url: Text, "URL of the storage, such as `nfs://10.1.1.6/export`.", len: 2_048;
        zoneid: Uuid, "Id of the zone.", of: "Zone";
        details: Map, "Details to keep with it, as pairs.";
    }

    AddObjectStoragePool("addObjectStoragePool"): Sync<ObjectStore> in "objectstore" for ROOT_ADMIN,
        "Adds an object store, for buckets of users.", since: "4.19.0";
    need {
        name: Text, "Name of the new object store.";
        url: Text, "URL of the storage, such as `nfs://10.1.1.6/export`.", len: 2_048;
        provider: Text, "Name of the storage provider.";
    }
    may {
        details: Map, "Details to keep with it, as pairs.";
        tags: Text, "Tags, with commas between them.";
        size: Long, "Size in bytes.", since: "4.21";
    }

    AddS3("addS3"): Sync<S3> in "s3" for ROOT_ADMIN,
        "Adds an S3 store as secondary storage.", since: "4.0.0";
    need {
        accesskey: Text, "Access key of the S3 account.";
        secretkey: Text, "Secret key of the S3 account.", secret: true;
        bucket: Text, "Name of the bucket.";
    }
    may {
        endpoint: Text, "URL under which it is called.";
        usehttps: Boolean, "True to use TLS.";
        connectiontimeout: Integer, "Milliseconds to wait for a connection.";
        maxerrorretry: Integer, "Times a failed call is made again.";
        sockettimeout: Integer, "Milliseconds to wait for data.";
    }

    AddSecondaryStorage("addSecondaryStorage"): Sync<ImageStore> in "secondarystorage" for ROOT_ADMIN,
        "Adds an NFS share as secondary storage of a zone.";
    need {
        url: Text, "URL of the storage, such as `nfs://10.1.1.6/export`.";
    }
    may {
        zoneid: Uuid, "Id of the zone.", of: "Zone";
        details: Map, "Details to keep with it, as pairs.";
    }

    AddSwift("addSwift"): Sync<ImageStore> in "secondarystorage" for ROOT_ADMIN,
        "Adds a Swift store as secondary storage.", since: "3.0.0";
    need {
        url: Text, "URL of the storage, such as `nfs://10.1.1.6/export`.";
    }
    may {
        account: Text, "Name of the Swift account.";
        username: Text, "Name of the Swift user.";
        key: Text, "Key of the Swift user.", secret: true;
    }

    CancelStorageMaintenance("cancelStorageMaintenance"): Async<StoragePool> in "storagepool" for ROOT_ADMIN,
        "Lets a primary storage be used again.", event: "MAINT.CANCEL.PS", envelope: "cancelprimarystoragemaintenanceresponse";
    need {
        id: Uuid, "Id of the primary storage.", of: "StoragePool";
    }
    may {}

    CreateStorageNetworkIpRange("createStorageNetworkIpRange"): Async<StorageNetworkIpRange> in "storagenetworkiprange" for ROOT_ADMIN,
        "Adds a range of addresses for storage traffic to a pod.", since: "3.0.0", event: "STORAGE.IP.RANGE.CREATE";
    need {
        podid: Uuid, "Id of the pod.", of: "Pod";
        startip: Text, "First address of the range.";
        netmask: Text, "Netmask of the range.";
        gateway: Text, "Gateway of the range.";
    }
    may {
        endip: Text, "Last address of the range; the first if left out.";
        vlan: Integer, "VLAN id of the range.";
    }

    CreateStoragePool("createStoragePool"): Sync<StoragePool> in "storagepool" for ROOT_ADMIN,
        "Adds a primary storage for volumes.";
    need {
        name: Text, "Name of the new primary storage.";
        url: Text, "URL of the storage, such as `nfs://10.1.1.6/export`.";
        zoneid: Uuid, "Id of the zone.", of: "Zone";
    }
    may {
        clusterid: Uuid, "Id of the cluster whose hosts share it; for scope `CLUSTER`.", of: "Cluster";
        details: Map, "Details to keep with it, as pairs.";
        podid: Uuid, "Id of the pod of its cluster.", of: "Pod";
        tags: Text, "Tags, with commas between them.";
        storageaccessgroups: Text, "Groups that tie hosts to storages, with commas between them.", since: "4.21.0";
        provider: Text, "Name of the storage provider.";
        scope: Text, "Who shares it: `CLUSTER`, `ZONE` or `HOST`.";
        managed: Boolean, "True if the storage makes a volume of its own for each disk.";
        capacityiops: Long, "I/O operations a second that may be given out from it.";
        capacitybytes: Long, "Bytes that may be given out from it.";
        hypervisor: Text, "Hypervisor, such as `KVM`, `XenServer`, `VMware` or `Simulator`.";
        istagarule: Boolean, "True if the tags are a rule in JavaScript.";
    }

    DeleteImageStore("deleteImageStore"): Sync<Success> in "" for ROOT_ADMIN,
        "Deletes a secondary storage on which nothing is left.", since: "4.2.0";
    need {
        id: Uuid, "Id of the secondary storage.", of: "ImageStore";
    }
    may {}

    DeleteStorageNetworkIpRange("deleteStorageNetworkIpRange"): Async<Success> in "" for ROOT_ADMIN,
        "Deletes a range of storage addresses of which none is in use.", since: "3.0.0", event: "STORAGE.IP.RANGE.DELETE";
    need {
        id: Uuid, "Id of the range.", of: "StorageNetworkIpRange";
    }
    may {}

    DeleteStoragePool("deleteStoragePool"): Sync<Success> in "" for ROOT_ADMIN,
        "Deletes a primary storage that is in maintenance, or any if forced.";
    need {
        id: Uuid, "Id of the primary storage.", of: "StoragePool";
    }
    may {
        forced: Boolean, "True to delete it with volumes on it; they are lost.";
    }

    EnableStorageMaintenance("enableStorageMaintenance"): Async<StoragePool> in "storagepool" for ROOT_ADMIN,
        "Takes a primary storage out of use; guests with volumes on it are stopped.", event: "MAINT.PREPARE.PS", envelope: "prepareprimarystorageformaintenanceresponse";
    need {
        id: Uuid, "Id of the primary storage.", of: "StoragePool";
    }
    may {}

    FindStoragePoolsForMigration("findStoragePoolsForMigration"): List<StoragePool> in "storagepool" for ROOT_ADMIN,
        "Lists primary storages that a volume could move to.";
    need {
        id: Uuid, "Only the volume of this id.", of: "Volume";
    }
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
    }

    ListImageStores("listImageStores"): List<ImageStore> in "imagestore" for ROOT_ADMIN,
        "Lists secondary storages.", since: "4.2.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        name: Text, "Only a secondary storage of exactly this name.";
        protocol: Text, "Only those reached by this protocol, such as `nfs`.";
        provider: Text, "Only those of this provider.";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        id: Uuid, "Only the secondary storage of this id.", of: "ImageStore";
        readonly: Boolean, "Only those that are, or are not, read-only.", of: "ImageStore", since: "4.15.0";
    }

    ListS3s("listS3s"): List<S3> in "s3" for ROOT_ADMIN,
        "Lists S3 stores that serve as secondary storage.", since: "4.0.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
    }

    ListStorageNetworkIpRange("listStorageNetworkIpRange"): List<StorageNetworkIpRange> in "storagenetworkiprange" for ROOT_ADMIN,
        "Lists ranges of addresses for storage traffic.", since: "3.0.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the range of this id.", of: "StorageNetworkIpRange";
        podid: Uuid, "Only those in this pod.", of: "Pod";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
    }

    ListStoragePools("listStoragePools"): List<StoragePool> in "storagepool" for RESOURCE_ADMINS,
        "Lists primary storages.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        clusterid: Uuid, "Only those in this cluster.", of: "Cluster";
        ipaddress: Text, "Only those of this address.";
        name: Text, "Only a primary storage of exactly this name.";
        path: Text, "Only those with this path.";
        podid: Uuid, "Only those in this pod.", of: "Pod";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        id: Uuid, "Only the primary storage of this id.", of: "StoragePool";
        scope: Text, "Only those shared so: `CLUSTER`, `ZONE` or `HOST`.", of: "StoragePool";
        status: Text, "Only those in this state.";
        hostid: Uuid, "Only those on this host.", of: "Host";
        storagecustomstats: Boolean, "True to answer statistics of the storage's own too.", since: "4.18.1";
        storageaccessgroup: Text, "Only those with this storage access group.", since: "4.21.0";
    }

    ListStorageProviders("listStorageProviders"): List<StorageProvider> in "dataStoreProvider" for RESOURCE_ADMINS,
        "Lists kinds of storage that can be added.";
    need {
        r#type: Text, "Of `primary`, `image` or `object` storage.";
    }
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
    }

    ListSwifts("listSwifts"): List<ImageStore> in "imagestore" for ROOT_ADMIN,
        "Lists Swift stores that serve as secondary storage.", since: "3.0.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Long, "Only the secondary storage of this id.";
    }

    UpdateStorageNetworkIpRange("updateStorageNetworkIpRange"): Async<StorageNetworkIpRange> in "storagenetworkiprange" for ROOT_ADMIN,
        "Changes a range of storage addresses of which none is in use.", since: "3.0.0", event: "STORAGE.IP.RANGE.UPDATE";
    need {
        id: Uuid, "Id of the range.", of: "StorageNetworkIpRange";
    }
    may {
        startip: Text, "First address of the range.";
        endip: Text, "Last address of the range; the first if left out.";
        vlan: Integer, "VLAN id of the range.";
        netmask: Text, "Netmask of the range.";
    }

    UpdateStoragePool("updateStoragePool"): Sync<StoragePool> in "storagepool" for ROOT_ADMIN,
        "Changes the name, tags, capacity or state of a primary storage.", since: "3.0.0";
    need {
        id: Uuid, "Id of the primary storage.", of: "StoragePool";
    }
    may {
        name: Text, "New name of the primary storage.", of: "StoragePool", since: "4.15";
        tags: TextList, "Tags, with commas between them.";
        capacityiops: Long, "I/O operations a second that may be given out from it.";
        capacitybytes: Long, "Bytes that may be given out from it.";
        enabled: Boolean, "True to enable, false to disable.";
        details: Map, "Details to keep with it, as pairs.", since: "4.19.0";
        url: Text, "URL of the storage, such as `nfs://10.1.1.6/export`.", since: "4.19.0";
        istagarule: Boolean, "True if the tags are a rule in JavaScript.";
    }
}
