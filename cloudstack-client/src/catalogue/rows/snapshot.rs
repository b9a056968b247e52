//! snapshot

commands! { ROWS:
    CreateSnapshot("createSnapshot"): AsyncCreate<Snapshot> in "snapshot" for ANYONE,
        "", event: "SNAPSHOT.CREATE", of: "Snapshot";
    need {
        volumeid: Uuid, "", of: "Volume";
    }
    may {
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        policyid: Uuid, "", of: "SnapshotPolicy";
        quiescevm: Boolean, "";
        locationtype: Text, "";
        name: Text, "";
        asyncbackup: Boolean, "";
        tags: Map, "";
        zoneids: UuidList, "", of: "Zone", since: "4.19.0";
        storageids: UuidList, "", of: "StoragePool", since: "4.21.0", roles: Roles::ROOT_ADMIN;
        usestoragereplication: Boolean, "";
    }

    CreateSnapshotPolicy("createSnapshotPolicy"): Sync<SnapshotPolicy> in "snapshotpolicy" for ANYONE,
        "";
    need {
        intervaltype: Text, "";
        maxsnaps: Integer, "";
        schedule: Text, "";
        timezone: Text, "";
        volumeid: Uuid, "", of: "Volume";
    }
    may {
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        tags: Map, "";
        zoneids: UuidList, "", of: "Zone";
        storageids: UuidList, "", of: "StoragePool", since: "4.21.0";
        usestoragereplication: Boolean, "", since: "4.21.0";
    }

    CreateVMSnapshot("createVMSnapshot"): AsyncCreate<VmSnapshot> in "vmsnapshot" for ANYONE,
        "", since: "4.2.0", event: "VMSNAPSHOT.CREATE", of: "VmSnapshot";
    need {
        virtualmachineid: Uuid, "", of: "VirtualMachine";
    }
    may {
        description: Text, "";
        name: Text, "";
        snapshotmemory: Boolean, "";
        quiescevm: Boolean, "";
    }

    DeleteSnapshot("deleteSnapshot"): Async<Success> in "" for ANYONE,
        "", event: "SNAPSHOT.DELETE", of: "Snapshot";
    need {
        id: Uuid, "", of: "Snapshot";
    }
    may {
        zoneid: Uuid, "", of: "Zone", since: "4.19.0";
    }

    DeleteSnapshotPolicies("deleteSnapshotPolicies"): Sync<Success> in "" for ANYONE,
        "";
    need {}
    may {
        id: Uuid, "", of: "SnapshotPolicy";
        ids: UuidList, "", of: "SnapshotPolicy";
    }

    DeleteVMSnapshot("deleteVMSnapshot"): Async<Success> in "" for ANYONE,
        "", since: "4.2.0", event: "VMSNAPSHOT.DELETE", of: "VmSnapshot";
    need {
        vmsnapshotid: Uuid, "", of: "VmSnapshot";
    }
    may {}

    ListSnapshotPolicies("listSnapshotPolicies"): List<SnapshotPolicy> in "snapshotpolicy" for ANYONE,
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
        volumeid: Uuid, "", of: "Volume";
        id: Uuid, "", of: "SnapshotPolicy";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListSnapshots("listSnapshots"): List<Snapshot> in "snapshot" for ANYONE,
        "", of: "Snapshot";
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
        id: Uuid, "", of: "Snapshot";
        ids: UuidList, "", of: "Snapshot", since: "4.9";
        intervaltype: Text, "";
        name: Text, "";
        snapshottype: Text, "";
        volumeid: Uuid, "", of: "Volume";
        zoneid: Uuid, "", of: "Zone";
        showunique: Boolean, "", since: "4.19.0";
        locationtype: Text, "", since: "4.19.0";
        imagestoreid: Uuid, "", of: "ImageStore", since: "4.19";
        storageid: Uuid, "", of: "StoragePool", since: "4.19";
    }

    ListVMSnapshot("listVMSnapshot"): List<VmSnapshot> in "vmSnapshot" for ANYONE,
        "", since: "4.2.0", of: "VmSnapshot";
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
        vmsnapshotid: Uuid, "", of: "VmSnapshot";
        vmsnapshotids: UuidList, "", of: "VmSnapshot", since: "4.9";
        state: Text, "";
        virtualmachineid: Uuid, "", of: "VirtualMachine";
        name: Text, "";
    }

    RevertToVMSnapshot("revertToVMSnapshot"): Async<VirtualMachine> in "virtualmachine" for ANYONE,
        "", since: "4.2.0", event: "VMSNAPSHOT.REVERTTO";
    need {
        vmsnapshotid: Uuid, "", of: "VmSnapshot";
    }
    may {}
}
