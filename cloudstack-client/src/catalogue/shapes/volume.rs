//! volume

use crate::catalogue::Roles;

shapes! {
    Backup, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "", since: "4.21.0";
        description: Text, "", since: "4.21.0";
        virtualmachineid: Text, "";
        virtualmachinename: Text, "";
        externalid: Text, "";
        r#type: Text, "";
        created: Date, "";
        size: Long, "";
        virtualsize: Long, "";
        uncompressedsize: Long, "";
        status: Text, "";
        compressionstatus: Text, "";
        validationstatus: Text, "";
        volumes: Text, "";
        backupofferingid: Text, "";
        backupofferingname: Text, "";
        accountid: Text, "";
        account: Text, "";
        domainid: Text, "";
        domain: Text, "";
        zoneid: Text, "";
        zone: Text, "";
        vmdetails: Map, "", since: "4.21.0";
        intervaltype: Text, "", since: "4.21.0";
        vmbackupofferingremoved: Boolean, "", since: "4.21.0";
        isbackupvmexpunged: Boolean, "", since: "4.22.0";
        fromcheckpointid: Text, "", since: "4.23.0";
        tocheckpointid: Text, "", since: "4.23.0";
        hostid: Text, "", since: "4.23.0";
    }

    BackupOffering, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        description: Text, "";
        provider: Text, "", since: "4.21.0";
        externalid: Text, "";
        allowuserdrivenbackups: Boolean, "";
        zoneid: Text, "";
        zonename: Text, "";
        domainid: Text, "", since: "4.23.0";
        domain: Text, "", since: "4.23.0";
        crosszoneinstancecreation: Boolean, "", since: "4.22.0";
        created: Date, "";
        backupofferingdetails: Map, "", since: "4.23.0";
    }

    ImageStore, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        zoneid: Text, "";
        zonename: Text, "";
        name: Text, "";
        url: Text, "";
        protocol: Text, "";
        providername: Text, "";
        scope: Text, "";
        readonly: Boolean, "";
        disksizetotal: Long, "";
        disksizeused: Long, "";
    }

    ObjectStore, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        name: Text, "";
        url: Text, "";
        providername: Text, "";
        storagetotal: Long, "";
        storageallocated: Long, "";
        storageused: Long, "";
    }

    S3, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        accesskey: Text, "";
        secretkey: Text, "", secret: true;
        endpoint: Text, "";
        bucket: Text, "";
        usehttps: Integer, "";
        connectiontimeout: Integer, "";
        maxerrorretry: Integer, "";
        sockettimeout: Integer, "";
    }

    Snapshot, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        tags: Objects<ResourceTag>, "";
        id: Text, "";
        account: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        projectid: Text, "";
        project: Text, "";
        snapshottype: Text, "";
        volumeid: Text, "";
        volumename: Text, "";
        volumetype: Text, "";
        volumestate: Text, "";
        created: Date, "";
        name: Text, "";
        intervaltype: Text, "";
        locationtype: Text, "";
        state: Text, "";
        status: Text, "";
        physicalsize: Long, "";
        chainsize: Long, "", since: "4.21.0";
        zoneid: Text, "";
        zonename: Text, "";
        revertable: Boolean, "";
        ostypeid: Text, "", since: "4.10";
        osdisplayname: Text, "";
        virtualsize: Long, "";
        datastoreid: Text, "", since: "4.19.0";
        datastorename: Text, "", since: "4.19.0";
        datastorestate: Text, "", since: "4.19.0";
        datastoretype: Text, "", since: "4.19.0";
        downloaddetails: Map, "", since: "4.19.0";
        parent: Text, "", since: "4.22.1";
        parentname: Text, "", since: "4.22.1";
    }

    SnapshotPolicy, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        tags: Objects<ResourceTag>, "";
        id: Text, "";
        volumeid: Text, "";
        volumename: Text, "";
        schedule: Text, "";
        intervaltype: Integer, "";
        maxsnaps: Integer, "";
        timezone: Text, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        zone: Objects<Zone>, "", since: "4.19.0";
        storage: Objects<StoragePool>, "", since: "4.21.0";
    }

    StorageNetworkIpRange, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        vlan: Integer, "";
        podid: Text, "";
        startip: Text, "";
        endip: Text, "";
        gateway: Text, "";
        networkid: Text, "";
        zoneid: Text, "";
        netmask: Text, "";
    }

    StoragePool, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        zoneid: Text, "";
        zonename: Text, "";
        podid: Text, "";
        podname: Text, "";
        name: Text, "";
        ipaddress: Text, "";
        path: Text, "";
        created: Date, "";
        r#type: Text, "";
        clusterid: Text, "";
        clustername: Text, "";
        capacitybytes: Long, "", since: "4.22.0";
        disksizetotal: Long, "";
        disksizeallocated: Long, "";
        disksizeused: Long, "";
        capacityiops: Long, "";
        allocatediops: Long, "";
        usediops: Long, "", since: "4.20.1";
        storagecustomstats: Map, "", since: "4.18.1";
        tags: Text, "";
        storageaccessgroups: Text, "", since: "4.21.0";
        nfsmountopts: Text, "", since: "4.19.1";
        istagarule: Boolean, "";
        state: Text, "";
        scope: Text, "";
        overprovisionfactor: Text, "", since: "4.4";
        hypervisor: Text, "";
        suitableformigration: Boolean, "";
        provider: Text, "";
        storagecapabilities: Map, "";
        managed: Boolean, "";
        details: Map, "";
    }

    StorageProvider, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        name: Text, "";
        r#type: Text, "";
    }

    VmSnapshot, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        tags: Objects<ResourceTag>, "";
        id: Text, "";
        name: Text, "";
        state: Text, "";
        description: Text, "";
        displayname: Text, "";
        zoneid: Text, "";
        zonename: Text, "", since: "4.15.1";
        virtualmachineid: Text, "";
        virtualmachinename: Text, "", since: "4.15.1";
        parent: Text, "";
        parentname: Text, "", wire: "parentName";
        current: Boolean, "";
        r#type: Text, "";
        created: Date, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        hypervisor: Text, "";
    }

    Volume, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        tags: Objects<ResourceTag>, "";
        id: Text, "";
        name: Text, "";
        zoneid: Text, "";
        zonename: Text, "";
        r#type: Text, "";
        deviceid: Long, "";
        virtualmachineid: Text, "";
        isoid: Text, "";
        isoname: Text, "";
        isodisplaytext: Text, "";
        templateid: Text, "";
        templatename: Text, "";
        templatedisplaytext: Text, "";
        vmname: Text, "";
        vmdisplayname: Text, "";
        vmstate: Text, "";
        vmtype: Text, "";
        provisioningtype: Text, "";
        size: Long, "";
        miniops: Long, "";
        maxiops: Long, "";
        created: Date, "";
        state: Text, "";
        account: Text, "";
        projectid: Text, "";
        project: Text, "";
        domainid: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        storagetype: Text, "";
        diskbytesreadrate: Long, "", wire: "diskBytesReadRate";
        diskbyteswriterate: Long, "", wire: "diskBytesWriteRate";
        diskiopsreadrate: Long, "", wire: "diskIopsReadRate";
        diskiopswriterate: Long, "", wire: "diskIopsWriteRate";
        diskkbsread: Long, "";
        diskkbswrite: Long, "";
        diskioread: Long, "";
        diskiowrite: Long, "";
        hypervisor: Text, "";
        diskofferingid: Text, "";
        diskofferingname: Text, "";
        diskofferingdisplaytext: Text, "";
        storage: Text, "";
        snapshotid: Text, "";
        attached: Date, "";
        destroyed: Boolean, "";
        serviceofferingid: Text, "";
        serviceofferingname: Text, "";
        serviceofferingdisplaytext: Text, "";
        isextractable: Boolean, "";
        status: Text, "";
        displayvolume: Boolean, "", roles: Roles::ROOT_ADMIN;
        path: Text, "";
        storageid: Text, "", since: "4.3";
        chaininfo: Text, "", since: "4.4";
        quiescevm: Boolean, "", since: "4.3";
        supportsstoragesnapshot: Boolean, "", since: "4.16";
        deleteprotection: Boolean, "", since: "4.20.0";
        physicalsize: Long, "";
        virtualsize: Long, "";
        utilization: Text, "";
        clusterid: Text, "";
        clustername: Text, "";
        podid: Text, "";
        podname: Text, "";
        externaluuid: Text, "";
        volumecheckresult: Map, "", since: "4.19.1";
        volumerepairresult: Map, "", since: "4.19.1";
        encryptformat: Text, "", since: "4.19.1";
        kmskey: Text, "", since: "4.23.0";
        kmskeyid: Text, "", since: "4.23.0";
        kmskeyversion: Integer, "", since: "4.23.0";
    }
}
