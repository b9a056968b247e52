//! Backups of guests.

commands! { ROWS:
    CreateBackup("createBackup"): AsyncCreate<Success> in "" for ANYONE,
        "Backs a guest up now, by the backup offering it has.", since: "4.14.0", event: "BACKUP.CREATE";
    need {
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
    }
    may {
        name: Text, "Name of the new backup.", since: "4.21.0";
        description: Text, "What it is for, in words.", since: "4.21.0";
        quiescevm: Boolean, "True to have the guest flush its disks first.", since: "4.21.0";
        isolated: Boolean, "True for a copy outside the chain of backups.", since: "4.23.0";
    }

    DeleteBackup("deleteBackup"): Async<Success> in "" for ANYONE,
        "Deletes one backup of a guest.", since: "4.14.0", event: "BACKUP.DELETE";
    need {
        id: Uuid, "Id of the backup.", of: "Backup";
    }
    may {
        forced: Boolean, "True to delete it with the whole chain it belongs to.", since: "4.18.0.0";
    }

    ImportBackupOffering("importBackupOffering"): Async<BackupOffering> in "backupoffering" for ROOT_ADMIN,
        "Offers a plan of an outside backup product to users.", since: "4.14.0", event: "BACKUP.IMPORT.OFFERING";
    need {
        name: Text, "Name of the new backup offering.";
        description: Text, "What it is for, in words.";
        externalid: Text, "Id the plan has in the backup product.";
        zoneid: Uuid, "Id of the zone.", of: "Zone";
        allowuserdrivenbackups: Boolean, "True if users may make backups themselves.";
    }
    may {
        domainid: UuidList, "Id of the domain it is for.", of: "Domain", since: "4.23.0";
    }

    ListBackupOfferings("listBackupOfferings"): List<BackupOffering> in "backupoffering" for ANYONE,
        "Lists backup offerings.", since: "4.14.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        listall: Boolean, "True for all that the caller may see, not only its own; false by default.";
        domainid: Uuid, "Only those of this domain; with `isrecursive`, of those below it too.", of: "Domain";
        isrecursive: Boolean, "True for the domains below as well; false by default.";
        account: Text, "Only those of this account; needs `domainid`.";
        id: Uuid, "Only the backup offering of this id.", of: "BackupOffering";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
    }

    ListBackupProviderOfferings("listBackupProviderOfferings"): List<BackupOffering> in "backupoffering" for ROOT_ADMIN,
        "Lists the plans of an outside backup product that could be imported.", since: "4.14.0";
    need {
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
    }
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        listall: Boolean, "True for all that the caller may see, not only its own; false by default.";
        domainid: Uuid, "Only those of this domain; with `isrecursive`, of those below it too.", of: "Domain";
        isrecursive: Boolean, "True for the domains below as well; false by default.";
        account: Text, "Only those of this account; needs `domainid`.";
    }

    ListBackups("listBackups"): List<Backup> in "backup" for ANYONE,
        "Lists backups of guests.", since: "4.14.0";
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
        id: Uuid, "Only the backup of this id.", of: "Backup";
        virtualmachineid: Uuid, "Only those of this guest.", of: "VirtualMachine";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        name: Text, "Only a backup of exactly this name.", since: "4.21.0";
        backupofferingid: Uuid, "Only those that have this backup offering.", of: "BackupOffering", since: "4.21.0";
        status: Text, "Only those in this state.", since: "4.23.0";
        listvmdetails: Boolean, "True to answer details of the guests too.", since: "4.21.0";
    }
}
