//! Templates, ISOs and operating systems.

commands! { ROWS:
    CopyIso("copyIso"): Async<Template> in "iso" for ANYONE,
        "Copies an ISO to other zones.", event: "TEMPLATE.COPY";
    need {
        id: Uuid, "Id of the ISO.", of: "Template";
    }
    may {
        destzoneid: Uuid, "Id of the zone to copy to.", of: "Zone";
        sourcezoneid: Uuid, "Id of the zone to copy from.", of: "Zone";
        destzoneids: UuidList, "Ids of the zones to copy to.", of: "Zone";
    }

    CopyTemplate("copyTemplate"): Async<Template> in "template" for ANYONE,
        "Copies a template to other zones.", event: "TEMPLATE.COPY";
    need {
        id: Uuid, "Id of the template.", of: "Template";
    }
    may {
        destzoneid: Uuid, "Id of the zone to copy to.", of: "Zone";
        sourcezoneid: Uuid, "Id of the zone to copy from.", of: "Zone";
        destzoneids: UuidList, "Ids of the zones to copy to.", of: "Zone";
    }

    CreateTemplate("createTemplate"): AsyncCreate<Template> in "template" for ANYONE,
        "Makes a template from a volume, or from a snapshot of one.", event: "TEMPLATE.CREATE";
    need {
        name: Text, "Name of the new template.";
        ostypeid: Uuid, "Id of the OS.", of: "OsType";
    }
    may {
        bits: Integer, "32 or 64.";
        displaytext: Text, "A description to show.", len: 4_096;
        isfeatured: Boolean, "True to show it among the featured ones.";
        ispublic: Boolean, "True to show it to all accounts.";
        passwordenabled: Boolean, "True if its guests can be given passwords.";
        sshkeyenabled: Boolean, "True if its guests can be given SSH keys.";
        requireshvm: Boolean, "True if guests need hardware virtualisation.";
        snapshotid: Uuid, "Id of the snapshot it is made from; excludes `volumeid`.", of: "Snapshot";
        volumeid: Uuid, "Id of the volume it is made from; excludes `snapshotid`.", of: "Volume";
        virtualmachineid: Uuid, "Id of the guest.", of: "VirtualMachine";
        url: Text, "URL of the image.", len: 2_048;
        templatetag: Text, "Tag a host must have.";
        details: Map, "Details to keep with it, as pairs.";
        isdynamicallyscalable: Boolean, "True if guests can be scaled while they run.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        zoneid: Uuid, "Id of the zone.", of: "Zone", since: "4.19.0";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain", since: "4.19.0";
        account: Text, "Name of the account it is for; needs `domainid`.", since: "4.19.0";
        arch: Text, "CPU architecture: `x86_64` or `aarch64`.", since: "4.20.2";
    }

    DeleteIso("deleteIso"): Async<Success> in "" for ANYONE,
        "Deletes an ISO from one zone or from all.", event: "ISO.DELETE";
    need {
        id: Uuid, "Id of the ISO.", of: "Template";
    }
    may {
        zoneid: Uuid, "Id of the zone; all if left out.", of: "Zone";
    }

    DeleteTemplate("deleteTemplate"): Async<Success> in "" for ANYONE,
        "Deletes a template from one zone or from all.", event: "TEMPLATE.DELETE";
    need {
        id: Uuid, "Id of the template.", of: "Template";
    }
    may {
        zoneid: Uuid, "Id of the zone; all if left out.", of: "Zone";
        forced: Boolean, "True to delete it though guests use it.", since: "4.9+";
        issystem: Boolean, "True for system ones.", since: "4.20.0", roles: Roles::ROOT_ADMIN;
    }

    ExtractIso("extractIso"): Async<Extraction> in "iso" for ANYONE,
        "Makes an ISO available for download.", event: "ISO.EXTRACT";
    need {
        id: Uuid, "Id of the ISO.", of: "Template";
        mode: Text, "`HTTP_DOWNLOAD`, or `FTP_UPLOAD` to the URL given.";
    }
    may {
        url: Text, "URL to upload to; for `FTP_UPLOAD`.", len: 2_048;
        zoneid: Uuid, "Id of the zone.", of: "Zone";
    }

    ExtractTemplate("extractTemplate"): Async<Extraction> in "template" for ANYONE,
        "Makes a template available for download.", event: "TEMPLATE.EXTRACT";
    need {
        id: Uuid, "Id of the template.", of: "Template";
        mode: Text, "`HTTP_DOWNLOAD`, or `FTP_UPLOAD` to the URL given.";
    }
    may {
        url: Text, "URL to upload to; for `FTP_UPLOAD`.", len: 2_048;
        zoneid: Uuid, "Id of the zone.", of: "Zone";
    }

    ListIsoPermissions("listIsoPermissions"): Sync<TemplatePermissions> in "templatepermission" for ANYONE,
        "Lists with whom an ISO is shared.";
    need {
        id: Uuid, "Only the ISO of this id.", of: "Template";
    }
    may {}

    ListIsos("listIsos"): List<Template> in "iso" for ANYONE,
        "Lists ISOs.";
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
        bootable: Boolean, "Only those a guest can, or cannot, boot from.";
        hypervisor: Text, "Only those of this hypervisor.";
        id: Uuid, "Only the ISO of this id.", of: "Template";
        ispublic: Boolean, "Only those shown, or not shown, to all accounts.";
        isready: Boolean, "Only those that are, or are not, ready for use.";
        isofilter: Text, "Which ISOs: `featured`, `self`, `selfexecutable`, `sharedexecutable`, `executable`, `community` or `all`.";
        name: Text, "Only an ISO of exactly this name.";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        showremoved: Boolean, "True for deleted ones too.";
        showunique: Boolean, "True to answer each one once, whatever the number of zones.", since: "4.13.2";
        showicon: Boolean, "True to answer icons too.";
        arch: Text, "Only those of this CPU architecture: `x86_64` or `aarch64`.", since: "4.20";
        oscategoryid: Uuid, "Only those of this OS family.", of: "OsCategory", since: "4.21.0";
        imagestoreid: Uuid, "Only those on this secondary storage.", of: "ImageStore", since: "4.19";
        storageid: Uuid, "Only those on this primary storage.", of: "StoragePool", since: "4.19";
    }

    ListOsCategories("listOsCategories"): List<OsCategory> in "oscategory" for ANYONE,
        "Lists families of operating systems.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the OS family of this id.", of: "OsCategory";
        name: Text, "Only an OS family of exactly this name.", since: "3.0.1";
        isfeatured: Boolean, "Only families that are, or are not, featured.", since: "4.21.0";
        isiso: Boolean, "Only families for which there is an ISO.", since: "4.21.0";
        isvnf: Boolean, "Only those that are, or are not, network appliances.", since: "4.21.0";
        zoneid: Uuid, "Only those in this zone.", of: "Zone", since: "4.21.0";
        arch: Text, "Only those of this CPU architecture: `x86_64` or `aarch64`.", since: "4.21.0";
        showicon: Boolean, "True to answer icons too.", since: "4.21.0";
    }

    ListOsTypes("listOsTypes"): List<OsType> in "ostype" for ANYONE,
        "Lists operating systems.";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the OS of this id.", of: "OsType";
        ids: UuidList, "Only those of these ids; excludes `id`.", of: "OsType", since: "4.22.1";
        oscategoryid: Uuid, "Only those of this OS family.", of: "OsCategory";
        description: Text, "What it is for, in words.", since: "3.0.1";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.18.1", roles: Roles::ROOT_ADMIN;
    }

    ListTemplatePermissions("listTemplatePermissions"): Sync<TemplatePermissions> in "templatepermission" for ANYONE,
        "Lists with whom a template is shared.";
    need {
        id: Uuid, "Only the template of this id.", of: "Template";
    }
    may {}

    ListTemplates("listTemplates"): List<Template> in "template" for ANYONE,
        "Lists templates.", of: "Template";
    need {
        templatefilter: Text, "Which templates: `featured`, `self`, `selfexecutable`, `sharedexecutable`, `executable`, `community` or `all`.";
    }
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
        hypervisor: Text, "Only those of this hypervisor.";
        id: Uuid, "Only the template of this id.", of: "Template";
        ids: UuidList, "Only those of these ids; excludes `id`.", of: "Template", since: "4.9";
        name: Text, "Only a template of exactly this name.";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        showremoved: Boolean, "True for deleted ones too.";
        showunique: Boolean, "True to answer each one once, whatever the number of zones.", since: "4.13.2";
        parenttemplateid: Uuid, "Only data disks of this template.", of: "Template", since: "4.4";
        details: TextList, "Which details to answer: `all`, `min`, `resource_stats`.", since: "4.15";
        templatetype: Text, "Only those of this type, such as `USER`.", since: "4.19.0";
        isvnf: Boolean, "Only those that are, or are not, network appliances.", since: "4.19.0";
        forcks: Boolean, "Only those made, or not made, for Kubernetes nodes.", since: "4.21.0";
        arch: Text, "Only those of this CPU architecture: `x86_64` or `aarch64`.", since: "4.20";
        oscategoryid: Uuid, "Only those of this OS family.", of: "OsCategory", since: "4.21.0";
        extensionid: Uuid, "Only those of this extension.", of: "Extension", since: "4.21.0";
        isready: Boolean, "Only those that are, or are not, ready for use.", since: "4.21.0";
        showicon: Boolean, "True to answer icons too.";
        imagestoreid: Uuid, "Only those on this secondary storage.", of: "ImageStore", since: "4.19";
        storageid: Uuid, "Only those on this primary storage.", of: "StoragePool", since: "4.19";
    }

    PrepareTemplate("prepareTemplate"): List<Template> in "template" for ROOT_ADMIN,
        "Loads a template onto primary storages ahead of need.", of: "Template";
    need {
        zoneid: Uuid, "Id of the zone.", of: "Zone";
        templateid: Uuid, "Id of the template.", of: "Template";
    }
    may {
        storageid: Uuid, "Id of the primary storage.", of: "StoragePool";
    }

    RegisterIso("registerIso"): List<Template> in "iso" for ANYONE,
        "Registers an ISO, to be fetched from a URL.", event: "ISO.CREATE";
    need {
        name: Text, "Name of the new ISO.", len: 251;
        url: Text, "URL of the image.", len: 2_048;
        zoneid: Uuid, "Id of the zone; -1 for all.", of: "Zone";
    }
    may {
        bootable: Boolean, "True (the default) if a guest can boot from it.";
        displaytext: Text, "A description to show.", len: 4_096;
        isfeatured: Boolean, "True to show it among the featured ones.";
        ispublic: Boolean, "True to show it to all accounts.";
        isextractable: Boolean, "True if users may download it.";
        ostypeid: Uuid, "Id of the OS.", of: "OsType";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        account: Text, "Name of the account it is for; needs `domainid`.";
        checksum: Text, "Checksum of the file, such as `{SHA-256}…`; MD5 without a prefix.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        imagestoreuuid: Text, "Id of the secondary storage.";
        isdynamicallyscalable: Boolean, "True if guests can be scaled while they run.";
        directdownload: Boolean, "True if hosts fetch the image themselves, around secondary storage.";
        passwordenabled: Boolean, "True if its guests can be given passwords.";
        arch: Text, "CPU architecture: `x86_64` or `aarch64`.", since: "4.20";
    }

    RegisterTemplate("registerTemplate"): List<Template> in "template" for ANYONE,
        "Registers a template, to be fetched from a URL.", event: "TEMPLATE.CREATE";
    need {
        format: Text, "File format: `QCOW2`, `RAW`, `VHD`, `OVA` …";
        hypervisor: Text, "Hypervisor, such as `KVM`, `XenServer`, `VMware` or `Simulator`.";
        name: Text, "Name of the new template.";
        url: Text, "URL of the image.", len: 2_048;
    }
    may {
        bits: Integer, "32 or 64.";
        displaytext: Text, "A description to show.", len: 4_096;
        isfeatured: Boolean, "True to show it among the featured ones.";
        ispublic: Boolean, "True to show it to all accounts.";
        ostypeid: Uuid, "Id of the OS.", of: "OsType";
        passwordenabled: Boolean, "True if its guests can be given passwords.";
        sshkeyenabled: Boolean, "True if its guests can be given SSH keys.";
        isextractable: Boolean, "True if users may download it.";
        requireshvm: Boolean, "True if guests need hardware virtualisation.";
        zoneid: Uuid, "Id of the zone; -1 for all.", of: "Zone";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        account: Text, "Name of the account it is for; needs `domainid`.";
        checksum: Text, "Checksum of the file, such as `{SHA-256}…`; MD5 without a prefix.";
        templatetag: Text, "Tag a host must have.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        details: Map, "Details to keep with it, as pairs.";
        isdynamicallyscalable: Boolean, "True if guests can be scaled while they run.";
        isrouting: Boolean, "True if guests route for others.";
        zoneids: UuidList, "Ids of the zones.", of: "Zone";
        directdownload: Boolean, "True if hosts fetch the image themselves, around secondary storage.";
        deployasis: Boolean, "True to take CPUs, memory and networks as the image says.", since: "4.15.1";
        forcks: Boolean, "True if it is made for Kubernetes nodes.", since: "4.21.0";
        templatetype: Text, "Type of template, such as `USER`, `ROUTING` or `VNF`.", since: "4.19.0";
        arch: Text, "CPU architecture: `x86_64` or `aarch64`.", since: "4.20";
        extensionid: Uuid, "Id of the extension.", of: "Extension", since: "4.21.0";
        externaldetails: Map, "Details meant for the extension, as pairs.", since: "4.21.0";
    }

    UpdateIso("updateIso"): Sync<Template> in "iso" for ANYONE,
        "Changes the name, OS or other attributes of an ISO.";
    need {
        id: Uuid, "Id of the ISO.", of: "Template";
    }
    may {
        bootable: Boolean, "True if a guest can boot from it.";
        requireshvm: Boolean, "True if guests need hardware virtualisation.";
        displaytext: Text, "A description to show.", len: 4_096;
        name: Text, "New name of the ISO.", len: 251;
        ostypeid: Uuid, "Id of the OS.", of: "OsType";
        forceupdateostype: Boolean, "True to change the OS though guests use it.", since: "4.21";
        format: Text, "File format: `QCOW2`, `RAW`, `VHD`, `OVA` …";
        passwordenabled: Boolean, "True if its guests can be given passwords.";
        sshkeyenabled: Boolean, "True if its guests can be given SSH keys.";
        sortkey: Integer, "Position in lists.";
        isdynamicallyscalable: Boolean, "True if guests can be scaled while they run.";
        isrouting: Boolean, "True if guests route for others.";
        details: Map, "Details to keep with it, as pairs.";
        cleanupdetails: Boolean, "True to drop all details it has.";
        arch: Text, "CPU architecture: `x86_64` or `aarch64`.", since: "4.20";
    }

    UpdateIsoPermissions("updateIsoPermissions"): Sync<Success> in "" for ANYONE,
        "Shares an ISO with accounts or projects, or stops that.";
    need {
        id: Uuid, "Id of the ISO.", of: "Template";
    }
    may {
        accounts: TextList, "Names of the accounts to share with, to stop sharing with, or to leave alone by `op`.";
        isfeatured: Boolean, "True to show it among the featured ones.";
        ispublic: Boolean, "True to show it to all accounts.";
        isextractable: Boolean, "True if users may download it.";
        op: Text, "`add`, `remove` or `reset`.";
        projectids: UuidList, "Ids of the projects to share with or to stop sharing with, by `op`.", of: "Project";
    }

    UpdateTemplate("updateTemplate"): Sync<Template> in "template" for ANYONE,
        "Changes the name, OS or other attributes of a template.";
    need {
        id: Uuid, "Id of the template.", of: "Template";
    }
    may {
        bootable: Boolean, "True if a guest can boot from it.";
        requireshvm: Boolean, "True if guests need hardware virtualisation.";
        displaytext: Text, "A description to show.", len: 4_096;
        name: Text, "New name of the template.", len: 251;
        ostypeid: Uuid, "Id of the OS.", of: "OsType";
        forceupdateostype: Boolean, "True to change the OS though guests use it.", since: "4.21";
        format: Text, "File format: `QCOW2`, `RAW`, `VHD`, `OVA` …";
        passwordenabled: Boolean, "True if its guests can be given passwords.";
        sshkeyenabled: Boolean, "True if its guests can be given SSH keys.";
        sortkey: Integer, "Position in lists.";
        isdynamicallyscalable: Boolean, "True if guests can be scaled while they run.";
        isrouting: Boolean, "True if guests route for others.";
        details: Map, "Details to keep with it, as pairs.";
        cleanupdetails: Boolean, "True to drop all details it has.";
        arch: Text, "CPU architecture: `x86_64` or `aarch64`.", since: "4.20";
        templatetype: Text, "Type of template, such as `USER`, `ROUTING` or `VNF`.";
        templatetag: Text, "Tag a host must have.", since: "4.20.0";
        forcks: Boolean, "True if it is made for Kubernetes nodes.", since: "4.21.0";
    }

    UpdateTemplatePermissions("updateTemplatePermissions"): Sync<Success> in "" for ANYONE,
        "Shares a template with accounts or projects, or stops that.", of: "Template";
    need {
        id: Uuid, "Id of the template.", of: "Template";
    }
    may {
        accounts: TextList, "Names of the accounts to share with, to stop sharing with, or to leave alone by `op`.";
        isfeatured: Boolean, "True to show it among the featured ones.";
        ispublic: Boolean, "True to show it to all accounts.";
        isextractable: Boolean, "True if users may download it.";
        op: Text, "`add`, `remove` or `reset`.";
        projectids: UuidList, "Ids of the projects to share with or to stop sharing with, by `op`.", of: "Project";
    }
}
