//! Volumes, snapshots, backups and storage as answered.

use crate::catalogue::Roles;

shapes! {
    Backup, "A backup of a guest." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the backup.";
        name: Text, "Name of the backup.", since: "4.21.0";
        description: Text, "What it is, in words.", since: "4.21.0";
        virtualmachineid: Text, "Id of the guest.";
        virtualmachinename: Text, "Name of the guest.";
        externalid: Text, "Id it has outside.";
        r#type: Text, "What kind it is.";
        created: Date, "When it was made.";
        size: Long, "Size in bytes.";
        virtualsize: Long, "Size the guest sees, in bytes.";
        uncompressedsize: Long, "Bytes before it was compressed.";
        status: Text, "State it is in.";
        compressionstatus: Text, "How far compressing it is.";
        validationstatus: Text, "Whether the backup was found good.";
        volumes: Text, "The volumes in it, JSON.";
        backupofferingid: Text, "Id of its backup offering.";
        backupofferingname: Text, "Name of its backup offering.";
        accountid: Text, "Id of the account it belongs to.";
        account: Text, "Name of the account it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        zoneid: Text, "Id of the zone it is in.";
        zone: Text, "Its zone.";
        vmdetails: Map, "Details of the guest when it was made.", since: "4.21.0";
        intervaltype: Text, "How often: `HOURLY`, `DAILY`, `WEEKLY`, `MONTHLY`, or `MANUAL`.", since: "4.21.0";
        vmbackupofferingremoved: Boolean, "True if the guest has lost its backup offering.", since: "4.21.0";
        isbackupvmexpunged: Boolean, "True if its guest is expunged.", since: "4.22.0";
        fromcheckpointid: Text, "Checkpoint the backup starts from.", since: "4.23.0";
        tocheckpointid: Text, "Checkpoint the backup ends at.", since: "4.23.0";
        hostid: Text, "Id of the host it is on.", since: "4.23.0";
    }

    BackupOffering, "A backup offering." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the backup offering.";
        name: Text, "Name of the backup offering.";
        description: Text, "What it is, in words.";
        provider: Text, "Name of its provider.", since: "4.21.0";
        externalid: Text, "Id it has outside.";
        allowuserdrivenbackups: Boolean, "True if users may make backups themselves.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        domainid: Text, "Id of the domain it belongs to.", since: "4.23.0";
        domain: Text, "Name of the domain it belongs to.", since: "4.23.0";
        crosszoneinstancecreation: Boolean, "True if guests can be made from it in other zones.", since: "4.22.0";
        created: Date, "When it was made.";
        backupofferingdetails: Map, "Details of the offering.", since: "4.23.0";
    }

    ImageStore, "A secondary storage." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the secondary storage.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        name: Text, "Name of the secondary storage.";
        url: Text, "URL of it.";
        protocol: Text, "Protocol it is reached by.";
        providername: Text, "Name of the storage provider.";
        scope: Text, "Who shares it: `CLUSTER`, `ZONE` …";
        readonly: Boolean, "True if nothing new is written to it.";
        disksizetotal: Long, "Bytes there are.";
        disksizeused: Long, "Bytes in use.";
    }

    ObjectStore, "An object store." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the object store.";
        name: Text, "Name of the object store.";
        url: Text, "URL of it.";
        providername: Text, "Name of the storage provider.";
        storagetotal: Long, "Bytes there are.";
        storageallocated: Long, "Bytes given out.";
        storageused: Long, "Bytes in use.";
    }

    S3, "An S3 store." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the store.";
        accesskey: Text, "Access key of the account.";
        secretkey: Text, "Key that requests are signed with.", secret: true;
        endpoint: Text, "URL under which it is called.";
        bucket: Text, "Name of the bucket.";
        usehttps: Integer, "True if TLS is used.";
        connectiontimeout: Integer, "Milliseconds to wait for a connection.";
        maxerrorretry: Integer, "Times a failed call is made again.";
        sockettimeout: Integer, "Milliseconds to wait for data.";
    }

    Snapshot, "A snapshot of a volume." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        tags: Objects<ResourceTag>, "Its tags.";
        id: Text, "Id of the snapshot.";
        account: Text, "Name of the account it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        snapshottype: Text, "`MANUAL`, `RECURRING`, `HOURLY` …";
        volumeid: Text, "Id of the volume.";
        volumename: Text, "Name of the volume.";
        volumetype: Text, "Type of the volume.";
        volumestate: Text, "State of the volume.";
        created: Date, "When it was made.";
        name: Text, "Name of the snapshot.";
        intervaltype: Text, "How often: `HOURLY`, `DAILY`, `WEEKLY`, `MONTHLY`, or `MANUAL`.";
        locationtype: Text, "Where it is kept: `PRIMARY` or `SECONDARY`.";
        state: Text, "State it is in.";
        status: Text, "State it is in.";
        physicalsize: Long, "Bytes it takes on storage.";
        chainsize: Long, "Bytes of it and all it builds on.", since: "4.21.0";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        revertable: Boolean, "True if the volume can be set back to it.";
        ostypeid: Text, "Id of the OS.", since: "4.10";
        osdisplayname: Text, "Name of the OS.";
        virtualsize: Long, "Size the guest sees, in bytes.";
        datastoreid: Text, "Id of the storage it is on.", since: "4.19.0";
        datastorename: Text, "Name of the storage it is on.", since: "4.19.0";
        datastorestate: Text, "State of its copy on the storage.", since: "4.19.0";
        datastoretype: Text, "Type of the storage it is on.", since: "4.19.0";
        downloaddetails: Map, "How far it is on each storage.", since: "4.19.0";
        parent: Text, "Id of the one above.", since: "4.22.1";
        parentname: Text, "Name of the one above.", since: "4.22.1";
    }

    SnapshotPolicy, "A snapshot schedule of a volume." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        tags: Objects<ResourceTag>, "Its tags.";
        id: Text, "Id of the snapshot schedule.";
        volumeid: Text, "Id of the volume.";
        volumename: Text, "Name of the volume.";
        schedule: Text, "When snapshots are taken.";
        intervaltype: Integer, "How often: `HOURLY`, `DAILY`, `WEEKLY`, `MONTHLY`, or `MANUAL`.";
        maxsnaps: Integer, "Snapshots that are kept.";
        timezone: Text, "Time zone, such as `Europe/Berlin`.";
        fordisplay: Boolean, "False if it is hidden from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        zone: Objects<Zone>, "Zones that keep copies.", since: "4.19.0";
        storage: Objects<StoragePool>, "Primary storages that keep copies.", since: "4.21.0";
    }

    StorageNetworkIpRange, "A range of addresses for storage traffic." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        id: Text, "Id of the range.";
        vlan: Integer, "VLAN id.";
        podid: Text, "Id of the pod it is in.";
        startip: Text, "First address of the range.";
        endip: Text, "Last address of the range.";
        gateway: Text, "Address of the gateway.";
        networkid: Text, "Id of its network.";
        zoneid: Text, "Id of the zone it is in.";
        netmask: Text, "Netmask of its network.";
    }

    StoragePool, "A primary storage." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        id: Text, "Id of the primary storage.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        podid: Text, "Id of the pod it is in.";
        podname: Text, "Name of the pod it is in.";
        name: Text, "Name of the primary storage.";
        ipaddress: Text, "IPv4 address.";
        path: Text, "Path on the storage.";
        created: Date, "When it was made.";
        r#type: Text, "What kind it is.";
        clusterid: Text, "Id of the cluster it is in.";
        clustername: Text, "Name of the cluster it is in.";
        capacitybytes: Long, "Bytes that may be given out.", since: "4.22.0";
        disksizetotal: Long, "Bytes there are.";
        disksizeallocated: Long, "Bytes given out.";
        disksizeused: Long, "Bytes in use.";
        capacityiops: Long, "I/O operations a second that may be given out.";
        allocatediops: Long, "I/O operations a second that are given out.";
        usediops: Long, "I/O operations a second in use.", since: "4.20.1";
        storagecustomstats: Map, "Statistics of the storage's own.", since: "4.18.1";
        tags: Text, "Its tags.";
        storageaccessgroups: Text, "Groups that tie hosts to storages, with commas between them.", since: "4.21.0";
        nfsmountopts: Text, "Options the share is mounted with.", since: "4.19.1";
        istagarule: Boolean, "True if the tags are a rule in JavaScript.";
        state: Text, "State it is in.";
        scope: Text, "Who shares it: `CLUSTER`, `ZONE` …";
        overprovisionfactor: Text, "How often room may be given out.", since: "4.4";
        hypervisor: Text, "Hypervisor, such as `KVM`.";
        suitableformigration: Boolean, "True if it suits what is to be moved.";
        provider: Text, "Name of its provider.";
        storagecapabilities: Map, "What the storage can do.";
        managed: Boolean, "True if the storage makes a volume of its own for each disk.";
        details: Map, "Details kept with it.";
    }

    StorageProvider, "A kind of storage that can be added." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        name: Text, "Name of the storage provider.";
        r#type: Text, "What kind it is.";
    }

    VmSnapshot, "A snapshot of a guest." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        tags: Objects<ResourceTag>, "Its tags.";
        id: Text, "Id of the guest snapshot.";
        name: Text, "Name of the guest snapshot.";
        state: Text, "State it is in.";
        description: Text, "What it is, in words.";
        displayname: Text, "Name to show.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.", since: "4.15.1";
        virtualmachineid: Text, "Id of the guest.";
        virtualmachinename: Text, "Name of the guest.", since: "4.15.1";
        parent: Text, "Id of the one above.";
        parentname: Text, "Name of the one above.", wire: "parentName";
        current: Boolean, "True if the guest's disks build on it.";
        r#type: Text, "What kind it is.";
        created: Date, "When it was made.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        hypervisor: Text, "Hypervisor, such as `KVM`.";
    }

    Volume, "A volume." {
        jobid: Text, "Id of the job that works on it, if one does.";
        jobstatus: Integer, "0 while it works, 1 if it succeeded, 2 if it failed.";
        hasannotations: Boolean, "True if there are remarks on it.";
        tags: Objects<ResourceTag>, "Its tags.";
        id: Text, "Id of the volume.";
        name: Text, "Name of the volume.";
        zoneid: Text, "Id of the zone it is in.";
        zonename: Text, "Name of the zone it is in.";
        r#type: Text, "`ROOT` or `DATADISK`.";
        deviceid: Long, "Slot it is attached at.";
        virtualmachineid: Text, "Id of the guest.";
        isoid: Text, "Id of its ISO.";
        isoname: Text, "Name of its ISO.";
        isodisplaytext: Text, "Description of its ISO.";
        templateid: Text, "Id of its template.";
        templatename: Text, "Name of its template.";
        templatedisplaytext: Text, "Description of its template.";
        vmname: Text, "Name of its guest.";
        vmdisplayname: Text, "Name of its guest to show.";
        vmstate: Text, "State of its guest.";
        vmtype: Text, "Kind of guest.";
        provisioningtype: Text, "How room is taken on storage: `thin`, `sparse` or `fat`.";
        size: Long, "Size in bytes.";
        miniops: Long, "I/O operations a second at least.";
        maxiops: Long, "I/O operations a second at most.";
        created: Date, "When it was made.";
        state: Text, "State it is in.";
        account: Text, "Name of the account it belongs to.";
        projectid: Text, "Id of the project it belongs to.";
        project: Text, "Name of the project it belongs to.";
        domainid: Text, "Id of the domain it belongs to.";
        domain: Text, "Name of the domain it belongs to.";
        domainpath: Text, "Path of the domain it belongs to.", since: "4.19.2.0";
        storagetype: Text, "`shared` or `local`.";
        diskbytesreadrate: Long, "Bytes read a second at most.", wire: "diskBytesReadRate";
        diskbyteswriterate: Long, "Bytes written a second at most.", wire: "diskBytesWriteRate";
        diskiopsreadrate: Long, "I/O reads a second at most.", wire: "diskIopsReadRate";
        diskiopswriterate: Long, "I/O writes a second at most.", wire: "diskIopsWriteRate";
        diskkbsread: Long, "KiB read so far.";
        diskkbswrite: Long, "KiB written so far.";
        diskioread: Long, "I/O reads so far.";
        diskiowrite: Long, "I/O writes so far.";
        hypervisor: Text, "Hypervisor, such as `KVM`.";
        diskofferingid: Text, "Id of its disk offering.";
        diskofferingname: Text, "Name of its disk offering.";
        diskofferingdisplaytext: Text, "Description of its disk offering.";
        storage: Text, "Name of its primary storage.";
        snapshotid: Text, "Id of the snapshot it was made from.";
        attached: Date, "When it was attached.";
        destroyed: Boolean, "True if it is destroyed.";
        serviceofferingid: Text, "Id of its service offering.";
        serviceofferingname: Text, "Name of its service offering.";
        serviceofferingdisplaytext: Text, "Description of its service offering.";
        isextractable: Boolean, "True if users may download it.";
        status: Text, "State it is in.";
        displayvolume: Boolean, "False if it is hidden from users.", roles: Roles::ROOT_ADMIN;
        path: Text, "Path on its storage.";
        storageid: Text, "Id of its primary storage.", since: "4.3";
        chaininfo: Text, "Chain of files behind the volume, JSON.", since: "4.4";
        quiescevm: Boolean, "True if guests can be asked to flush their disks.", since: "4.3";
        supportsstoragesnapshot: Boolean, "True if its storage can snapshot it.", since: "4.16";
        deleteprotection: Boolean, "True if its deletion is refused.", since: "4.20.0";
        physicalsize: Long, "Bytes it takes on storage.";
        virtualsize: Long, "Size the guest sees, in bytes.";
        utilization: Text, "Part of its size in use, in per cent.";
        clusterid: Text, "Id of the cluster it is in.";
        clustername: Text, "Name of the cluster it is in.";
        podid: Text, "Id of the pod it is in.";
        podname: Text, "Name of the pod it is in.";
        externaluuid: Text, "Id it has outside.";
        volumecheckresult: Map, "What the last check of the volume found.", since: "4.19.1";
        volumerepairresult: Map, "What came of the last repair of the volume.", since: "4.19.1";
        encryptformat: Text, "How it is encrypted.", since: "4.19.1";
        kmskey: Text, "Name of the key that encrypts it.", since: "4.23.0";
        kmskeyid: Text, "Id of the key that encrypts it.", since: "4.23.0";
        kmskeyversion: Integer, "Version of the key that encrypts it.", since: "4.23.0";
    }
}
