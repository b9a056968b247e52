//! Snapshots of volumes and guests.

commands! { ROWS:
    CreateSnapshot("createSnapshot"): AsyncCreate<Snapshot> in "snapshot" for ANYONE,
        "Takes a snapshot of a volume.", event: "SNAPSHOT.CREATE", of: "Snapshot";
    need {
        volumeid: Uuid, "Id of the volume.", of: "Volume";
    }
    may {
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        policyid: Uuid, "Id of the policy.", of: "SnapshotPolicy";
        quiescevm: Boolean, "True to have the guest flush its disks first.";
        locationtype: Text, "Where snapshots are kept: `primary` or `secondary`.";
        name: Text, "Name of the new snapshot.";
        asyncbackup: Boolean, "True if the snapshot is copied to secondary storage after the call is done.";
        tags: Map, "Tags: pairs of `key` and `value`.";
        zoneids: UuidList, "Ids of zones that get a copy too.", of: "Zone", since: "4.19.0";
        storageids: UuidList, "Ids of primary storages that get a copy too.", of: "StoragePool", since: "4.21.0", roles: Roles::ROOT_ADMIN;
        usestoragereplication: Boolean, "True to let the storage copy it to other zones.";
    }

    CreateSnapshotPolicy("createSnapshotPolicy"): Sync<SnapshotPolicy> in "snapshotpolicy" for ANYONE,
        "Has snapshots of a volume taken on a schedule; a policy of the same interval is replaced.", event: "SNAPSHOTPOLICY.CREATE";
    need {
        intervaltype: Text, "How often: `hourly`, `daily`, `weekly` or `monthly`.";
        maxsnaps: Integer, "Snapshots that are kept; the oldest goes first.";
        schedule: Text, "When: `MM` hourly, `MM:HH` daily, `MM:HH:D` weekly with Sunday 1, or monthly with the day.";
        timezone: Text, "Time zone, such as `Europe/Berlin`.";
        volumeid: Uuid, "Id of the volume.", of: "Volume";
    }
    may {
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        tags: Map, "Tags: pairs of `key` and `value`.";
        zoneids: UuidList, "Ids of zones that get a copy too.", of: "Zone";
        storageids: UuidList, "Ids of primary storages that get a copy too.", of: "StoragePool", since: "4.21.0";
        usestoragereplication: Boolean, "True to let the storage copy it to other zones.", since: "4.21.0";
    }

    CreateVMSnapshot("createVMSnapshot"): AsyncCreate<VmSnapshot> in "vmsnapshot" for ANYONE,
        "Takes a snapshot of a guest: all disks, and its memory if wanted.", since: "4.2.0", event: "VMSNAPSHOT.CREATE", of: "VmSnapshot";
    need {
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        description: Text, "What it is for, in words.";
        name: Text, "Name of the new guest snapshot.";
        snapshotmemory: Boolean, "True to keep its memory too.";
        quiescevm: Boolean, "True to have the guest flush its disks first.";
    }

    DeleteSnapshot("deleteSnapshot"): Async<Success> in "" for ANYONE,
        "Deletes a snapshot of a volume.", event: "SNAPSHOT.DELETE", of: "Snapshot";
    need {
        id: Uuid, "Id of the snapshot.", of: "Snapshot";
    }
    may {
        zoneid: Uuid, "Id of the zone.", of: "Zone", since: "4.19.0";
    }

    DeleteSnapshotPolicies("deleteSnapshotPolicies"): Sync<Success> in "" for ANYONE,
        "Ends snapshot schedules; their snapshots stay.", event: "SNAPSHOTPOLICY.DELETE";
    need {}
    may {
        id: Uuid, "Id of the snapshot schedule.", of: "SnapshotPolicy";
        ids: UuidList, "Ids of the schedules.", of: "SnapshotPolicy";
    }

    DeleteVMSnapshot("deleteVMSnapshot"): Async<Success> in "" for ANYONE,
        "Deletes a snapshot of a guest.", since: "4.2.0", event: "VMSNAPSHOT.DELETE", of: "VmSnapshot";
    need {
        vmsnapshotid: Uuid, "Id of the guest snapshot.", of: "VmSnapshot";
    }
    may {}

    ListSnapshotPolicies("listSnapshotPolicies"): List<SnapshotPolicy> in "snapshotpolicy" for ANYONE,
        "Lists snapshot schedules of volumes.";
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
        volumeid: Uuid, "Only those of this volume.", of: "Volume";
        id: Uuid, "Only the snapshot schedule of this id.", of: "SnapshotPolicy";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListSnapshots("listSnapshots"): List<Snapshot> in "snapshot" for ANYONE,
        "Lists snapshots of volumes.", of: "Snapshot";
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
        id: Uuid, "Only the snapshot of this id.", of: "Snapshot";
        ids: UuidList, "Only those of these ids; excludes `id`.", of: "Snapshot", since: "4.9";
        intervaltype: Text, "Only those of this kind: `manual`, `hourly`, `daily`, `weekly` or `monthly`.";
        name: Text, "Only a snapshot of exactly this name.";
        snapshottype: Text, "Only those of this kind: `MANUAL`, `RECURRING`, `HOURLY` …";
        volumeid: Uuid, "Only those of this volume.", of: "Volume";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        showunique: Boolean, "True to answer each one once, whatever the number of zones.", since: "4.19.0";
        locationtype: Text, "Only those kept on `primary` or `secondary` storage.", since: "4.19.0";
        imagestoreid: Uuid, "Only those on this secondary storage.", of: "ImageStore", since: "4.19";
        storageid: Uuid, "Only those on this primary storage.", of: "StoragePool", since: "4.19";
    }

    ListVMSnapshot("listVMSnapshot"): List<VmSnapshot> in "vmSnapshot" for ANYONE,
        "Lists snapshots of guests.", since: "4.2.0", of: "VmSnapshot";
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
        vmsnapshotid: Uuid, "Only the snapshot of this id.", of: "VmSnapshot";
        vmsnapshotids: UuidList, "Only the snapshots of these ids.", of: "VmSnapshot", since: "4.9";
        state: Text, "Only those in this state.";
        virtualmachineid: Uuid, "Only those of this guest.", of: "VirtualMachine";
        name: Text, "Only a guest snapshot of exactly this name.";
    }

    RevertToVMSnapshot("revertToVMSnapshot"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "Takes a guest back to one of its snapshots.", since: "4.2.0", event: "VMSNAPSHOT.REVERTTO";
    need {
        vmsnapshotid: Uuid, "Id of the guest snapshot.", of: "VmSnapshot";
    }
    may {}
}
