//! backup

commands! { ROWS:
    CreateBackup("createBackup"): AsyncCreate<Success> in "" for ANYONE,
        "", since: "4.14.0", event: "BACKUP.CREATE";
    need {
        virtualmachineid: Uuid, "", of: "VirtualMachine";
    }
    may {
        name: Text, "", since: "4.21.0";
        description: Text, "", since: "4.21.0";
        quiescevm: Boolean, "", since: "4.21.0";
        isolated: Boolean, "", since: "4.23.0";
    }

    DeleteBackup("deleteBackup"): Async<Success> in "" for ANYONE,
        "", since: "4.14.0", event: "BACKUP.DELETE";
    need {
        id: Uuid, "", of: "Backup";
    }
    may {
        forced: Boolean, "", since: "4.18.0.0";
    }

    ImportBackupOffering("importBackupOffering"): Async<BackupOffering> in "backupoffering" for ROOT_ADMIN,
        "", since: "4.14.0", event: "BACKUP.IMPORT.OFFERING";
    need {
        name: Text, "";
        description: Text, "";
        externalid: Text, "";
        zoneid: Uuid, "", of: "Zone";
        allowuserdrivenbackups: Boolean, "";
    }
    may {
        domainid: UuidList, "", of: "Domain", since: "4.23.0";
    }

    ListBackupOfferings("listBackupOfferings"): List<BackupOffering> in "backupoffering" for ANYONE,
        "", since: "4.14.0";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        listall: Boolean, "";
        domainid: Uuid, "", of: "Domain";
        isrecursive: Boolean, "";
        account: Text, "";
        id: Uuid, "", of: "BackupOffering";
        zoneid: Uuid, "", of: "Zone";
    }

    ListBackupProviderOfferings("listBackupProviderOfferings"): List<BackupOffering> in "backupoffering" for ROOT_ADMIN,
        "", since: "4.14.0";
    need {
        zoneid: Uuid, "", of: "Zone";
    }
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        listall: Boolean, "";
        domainid: Uuid, "", of: "Domain";
        isrecursive: Boolean, "";
        account: Text, "";
    }

    ListBackups("listBackups"): List<Backup> in "backup" for ANYONE,
        "", since: "4.14.0";
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
        id: Uuid, "", of: "Backup";
        virtualmachineid: Uuid, "", of: "VirtualMachine";
        zoneid: Uuid, "", of: "Zone";
        name: Text, "", since: "4.21.0";
        backupofferingid: Uuid, "", of: "BackupOffering", since: "4.21.0";
        status: Text, "", since: "4.23.0";
        listvmdetails: Boolean, "", since: "4.21.0";
    }
}
