//! Volumes.

commands! { ROWS:
    AttachVolume("attachVolume"): Async<Volume> in "volume" for ANYONE,
        "Attaches a data volume to a guest.", event: "VOLUME.ATTACH", of: "VirtualMachine";
    need {
        id: Uuid, "Id of the volume.", of: "Volume";
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        deviceid: Long, "Slot it is attached at; 0 is the root disk.";
    }

    CreateVolume("createVolume"): AsyncCreate<Volume> in "volume" for ANYONE,
        "Makes a data volume from a disk offering or a snapshot.", event: "VOLUME.CREATE", of: "Volume";
    need {}
    may {
        customid: Text, "Id to answer from now on, instead of the one made here.";
        account: Text, "Name of the account it is for; needs `domainid`.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        diskofferingid: Uuid, "Id of the disk offering.", of: "DiskOffering";
        name: Text, "Name of the new volume.";
        size: Long, "Size in GiB; for a custom disk offering.";
        miniops: Long, "I/O operations a second at least.";
        maxiops: Long, "I/O operations a second at most.";
        snapshotid: Uuid, "Id of the snapshot it is made from; excludes `diskofferingid`.", of: "Snapshot";
        zoneid: Uuid, "Id of the zone.", of: "Zone";
        displayvolume: Boolean, "False to hide it from users.", roles: Roles::ROOT_ADMIN;
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
        kmskeyid: Uuid, "Id of the key that encrypts it.", of: "KMSKey", since: "4.23.0";
        storageid: Uuid, "Id of the primary storage.", of: "StoragePool", since: "4.22.1", roles: Roles::ROOT_ADMIN;
    }

    DeleteVolume("deleteVolume"): Sync<Success> in "" for ANYONE,
        "Deletes a volume that is not attached.", event: "VOLUME.DELETE", of: "Volume";
    need {
        id: Uuid, "Id of the volume.", of: "Volume";
    }
    may {}

    DetachVolume("detachVolume"): Async<Volume> in "volume" for ANYONE,
        "Detaches a volume from its guest.", event: "VOLUME.DETACH", of: "VirtualMachine";
    need {}
    may {
        id: Uuid, "Id of the volume.", of: "Volume";
        deviceid: Long, "Slot it is attached at; 0 is the root disk.";
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
    }

    ExtractVolume("extractVolume"): Async<Extraction> in "volume" for ANYONE,
        "Makes a volume available for download.", event: "VOLUME.EXTRACT", of: "Volume";
    need {
        id: Uuid, "Id of the volume.", of: "Volume";
        zoneid: Uuid, "Id of the zone the volume is in.", of: "Zone";
        mode: Text, "`HTTP_DOWNLOAD`, or `FTP_UPLOAD` to the URL given.";
    }
    may {
        url: Text, "URL to upload to; for `FTP_UPLOAD`.", len: 2_048;
    }

    ListVolumes("listVolumes"): List<Volume> in "volume" for ANYONE,
        "Lists volumes.", of: "Volume";
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
        hostid: Uuid, "Only those on this host.", of: "Host";
        id: Uuid, "Only the volume of this id.", of: "Volume";
        ids: UuidList, "Only those of these ids; excludes `id`.", of: "Volume", since: "4.9";
        name: Text, "Only a volume of exactly this name.";
        podid: Uuid, "Only those in this pod.", of: "Pod";
        clusterid: Uuid, "Only those in this cluster.", of: "Cluster", roles: Roles::ROOT_ADMIN;
        r#type: Text, "Only volumes of this type: `ROOT` or `DATADISK`.";
        virtualmachineid: Uuid, "Only those of this guest.", of: "VirtualMachine";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        storageid: Text, "Only those on this primary storage.", of: "StoragePool", since: "4.3", roles: Roles::ROOT_ADMIN;
        serviceofferingid: Uuid, "Only those of this service offering.", of: "ServiceOffering", since: "4.19.1";
        diskofferingid: Uuid, "Only those of this disk offering.", of: "DiskOffering", since: "4.4";
        kmskeyid: Uuid, "Only those encrypted with this key.", of: "KMSKey", since: "4.23";
        displayvolume: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        listsystemvms: Boolean, "True for volumes of system guests; for administrators.", since: "4.18", roles: Roles::ROOT_ADMIN;
        state: Text, "Only those in this state.";
        isencrypted: Boolean, "Only those that are, or are not, encrypted.", since: "4.19.1", roles: Roles::ROOT_ADMIN;
    }

    MigrateVolume("migrateVolume"): Async<Volume> in "volume" for ANYONE,
        "Moves a volume to another primary storage.", since: "3.0.0", event: "VOLUME.MIGRATE", of: "Volume";
    need {
        volumeid: Uuid, "Id of the volume.", of: "Volume";
        storageid: Uuid, "Id of the primary storage to move to.", of: "StoragePool";
    }
    may {
        livemigrate: Boolean, "True to move it while its guest runs.";
        newdiskofferingid: Uuid, "Id of the disk offering it has afterwards.", of: "DiskOffering";
    }

    ResizeVolume("resizeVolume"): Async<Volume> in "volume" for ANYONE,
        "Changes the size of a volume, or its offering.", event: "VOLUME.RESIZE", of: "Volume";
    need {
        id: Uuid, "Id of the volume.", of: "Volume";
    }
    may {
        miniops: Long, "I/O operations a second at least.";
        maxiops: Long, "I/O operations a second at most.";
        size: Long, "Size in GiB.";
        shrinkok: Boolean, "True if it may get smaller; what is beyond the new end is lost.";
        diskofferingid: Uuid, "Id of the disk offering.", of: "DiskOffering";
        automigrate: Boolean, "True if volumes may be moved when their storage does not fit the new offering.", since: "4.20.1";
    }

    UploadVolume("uploadVolume"): Async<Volume> in "volume" for ANYONE,
        "Fetches a disk image from a URL as a volume.", event: "VOLUME.UPLOAD", of: "Volume";
    need {
        format: Text, "File format: `QCOW2`, `RAW`, `VHD`, `OVA` …";
        name: Text, "Name of the new volume.";
        url: Text, "URL of the image.", len: 2_048;
        zoneid: Uuid, "Id of the zone.", of: "Zone";
    }
    may {
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        account: Text, "Name of the account it is for; needs `domainid`.";
        checksum: Text, "Checksum of the file, such as `{SHA-256}…`; MD5 without a prefix.";
        imagestoreuuid: Text, "Id of the secondary storage.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        diskofferingid: Uuid, "Id of the disk offering.", of: "DiskOffering";
    }
}
