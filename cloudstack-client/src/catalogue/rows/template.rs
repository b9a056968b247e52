//! template

commands! { ROWS:
    CopyIso("copyIso"): Async<Template> in "iso" for ANYONE,
        "", event: "TEMPLATE.COPY";
    need {
        id: Uuid, "", of: "Template";
    }
    may {
        destzoneid: Uuid, "", of: "Zone";
        sourcezoneid: Uuid, "", of: "Zone";
        destzoneids: UuidList, "", of: "Zone";
    }

    CopyTemplate("copyTemplate"): Async<Template> in "template" for ANYONE,
        "", event: "TEMPLATE.COPY";
    need {
        id: Uuid, "", of: "Template";
    }
    may {
        destzoneid: Uuid, "", of: "Zone";
        sourcezoneid: Uuid, "", of: "Zone";
        destzoneids: UuidList, "", of: "Zone";
    }

    CreateTemplate("createTemplate"): AsyncCreate<Template> in "template" for ANYONE,
        "", event: "TEMPLATE.CREATE";
    need {
        name: Text, "";
        ostypeid: Uuid, "", of: "OsType";
    }
    may {
        bits: Integer, "";
        displaytext: Text, "", len: 4_096;
        isfeatured: Boolean, "";
        ispublic: Boolean, "";
        passwordenabled: Boolean, "";
        sshkeyenabled: Boolean, "";
        requireshvm: Boolean, "";
        snapshotid: Uuid, "", of: "Snapshot";
        volumeid: Uuid, "", of: "Volume";
        virtualmachineid: Uuid, "", of: "VirtualMachine";
        url: Text, "", len: 2_048;
        templatetag: Text, "";
        details: Map, "";
        isdynamicallyscalable: Boolean, "";
        projectid: Uuid, "", of: "Project";
        zoneid: Uuid, "", of: "Zone", since: "4.19.0";
        domainid: Uuid, "", of: "Domain", since: "4.19.0";
        account: Text, "", since: "4.19.0";
        arch: Text, "", since: "4.20.2";
    }

    DeleteIso("deleteIso"): Async<Success> in "" for ANYONE,
        "", event: "ISO.DELETE";
    need {
        id: Uuid, "", of: "Template";
    }
    may {
        zoneid: Uuid, "", of: "Zone";
    }

    DeleteTemplate("deleteTemplate"): Async<Success> in "" for ANYONE,
        "", event: "TEMPLATE.DELETE";
    need {
        id: Uuid, "", of: "Template";
    }
    may {
        zoneid: Uuid, "", of: "Zone";
        forced: Boolean, "", since: "4.9+";
        issystem: Boolean, "", since: "4.20.0", roles: Roles::ROOT_ADMIN;
    }

    ExtractIso("extractIso"): Async<Extraction> in "iso" for ANYONE,
        "", event: "ISO.EXTRACT";
    need {
        id: Uuid, "", of: "Template";
        mode: Text, "";
    }
    may {
        url: Text, "", len: 2_048;
        zoneid: Uuid, "", of: "Zone";
    }

    ExtractTemplate("extractTemplate"): Async<Extraction> in "template" for ANYONE,
        "", event: "TEMPLATE.EXTRACT";
    need {
        id: Uuid, "", of: "Template";
        mode: Text, "";
    }
    may {
        url: Text, "", len: 2_048;
        zoneid: Uuid, "", of: "Zone";
    }

    ListIsoPermissions("listIsoPermissions"): Sync<TemplatePermissions> in "templatepermission" for ANYONE,
        "";
    need {
        id: Uuid, "", of: "TemplatePermissions";
    }
    may {}

    ListIsos("listIsos"): List<Template> in "iso" for ANYONE,
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
        tags: Map, "";
        bootable: Boolean, "";
        hypervisor: Text, "";
        id: Uuid, "", of: "Template";
        ispublic: Boolean, "";
        isready: Boolean, "";
        isofilter: Text, "";
        name: Text, "";
        zoneid: Uuid, "", of: "Zone";
        showremoved: Boolean, "";
        showunique: Boolean, "", since: "4.13.2";
        showicon: Boolean, "";
        arch: Text, "", since: "4.20";
        oscategoryid: Uuid, "", of: "OsCategory", since: "4.21.0";
        imagestoreid: Uuid, "", of: "ImageStore", since: "4.19";
        storageid: Uuid, "", of: "StoragePool", since: "4.19";
    }

    ListOsCategories("listOsCategories"): List<OsCategory> in "oscategory" for ANYONE,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "OsCategory";
        name: Text, "", since: "3.0.1";
        isfeatured: Boolean, "", since: "4.21.0";
        isiso: Boolean, "", since: "4.21.0";
        isvnf: Boolean, "", since: "4.21.0";
        zoneid: Uuid, "", of: "Zone", since: "4.21.0";
        arch: Text, "", since: "4.21.0";
        showicon: Boolean, "", since: "4.21.0";
    }

    ListOsTypes("listOsTypes"): List<OsType> in "ostype" for ANYONE,
        "";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "OsType";
        ids: UuidList, "", of: "OsType", since: "4.22.1";
        oscategoryid: Uuid, "", of: "OsCategory";
        description: Text, "", since: "3.0.1";
        fordisplay: Boolean, "", since: "4.18.1", roles: Roles::ROOT_ADMIN;
    }

    ListTemplatePermissions("listTemplatePermissions"): Sync<TemplatePermissions> in "templatepermission" for ANYONE,
        "";
    need {
        id: Uuid, "", of: "TemplatePermissions";
    }
    may {}

    ListTemplates("listTemplates"): List<Template> in "template" for ANYONE,
        "", of: "VirtualMachineTemplate";
    need {
        templatefilter: Text, "";
    }
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
        hypervisor: Text, "";
        id: Uuid, "", of: "Template";
        ids: UuidList, "", of: "Template", since: "4.9";
        name: Text, "";
        zoneid: Uuid, "", of: "Zone";
        showremoved: Boolean, "";
        showunique: Boolean, "", since: "4.13.2";
        parenttemplateid: Uuid, "", of: "Template", since: "4.4";
        details: TextList, "", since: "4.15";
        templatetype: Text, "", since: "4.19.0";
        isvnf: Boolean, "", since: "4.19.0";
        forcks: Boolean, "", since: "4.21.0";
        arch: Text, "", since: "4.20";
        oscategoryid: Uuid, "", of: "OsCategory", since: "4.21.0";
        extensionid: Uuid, "", of: "Extension", since: "4.21.0";
        isready: Boolean, "", since: "4.21.0";
        showicon: Boolean, "";
        imagestoreid: Uuid, "", of: "ImageStore", since: "4.19";
        storageid: Uuid, "", of: "StoragePool", since: "4.19";
    }

    PrepareTemplate("prepareTemplate"): List<Template> in "template" for ROOT_ADMIN,
        "", of: "VirtualMachineTemplate";
    need {
        zoneid: Uuid, "", of: "Zone";
        templateid: Uuid, "", of: "Template";
    }
    may {
        storageid: Uuid, "", of: "StoragePool";
    }

    RegisterIso("registerIso"): List<Template> in "iso" for ANYONE,
        "";
    need {
        name: Text, "", len: 251;
        url: Text, "", len: 2_048;
        zoneid: Uuid, "", of: "Zone";
    }
    may {
        bootable: Boolean, "";
        displaytext: Text, "", len: 4_096;
        isfeatured: Boolean, "";
        ispublic: Boolean, "";
        isextractable: Boolean, "";
        ostypeid: Uuid, "", of: "OsType";
        domainid: Uuid, "", of: "Domain";
        account: Text, "";
        checksum: Text, "";
        projectid: Uuid, "", of: "Project";
        imagestoreuuid: Text, "";
        isdynamicallyscalable: Boolean, "";
        directdownload: Boolean, "";
        passwordenabled: Boolean, "";
        arch: Text, "", since: "4.20";
    }

    RegisterTemplate("registerTemplate"): List<Template> in "template" for ANYONE,
        "";
    need {
        format: Text, "";
        hypervisor: Text, "";
        name: Text, "";
        url: Text, "", len: 2_048;
    }
    may {
        bits: Integer, "";
        displaytext: Text, "", len: 4_096;
        isfeatured: Boolean, "";
        ispublic: Boolean, "";
        ostypeid: Uuid, "", of: "OsType";
        passwordenabled: Boolean, "";
        sshkeyenabled: Boolean, "";
        isextractable: Boolean, "";
        requireshvm: Boolean, "";
        zoneid: Uuid, "", of: "Zone";
        domainid: Uuid, "", of: "Domain";
        account: Text, "";
        checksum: Text, "";
        templatetag: Text, "";
        projectid: Uuid, "", of: "Project";
        details: Map, "";
        isdynamicallyscalable: Boolean, "";
        isrouting: Boolean, "";
        zoneids: UuidList, "", of: "Zone";
        directdownload: Boolean, "";
        deployasis: Boolean, "", since: "4.15.1";
        forcks: Boolean, "", since: "4.21.0";
        templatetype: Text, "", since: "4.19.0";
        arch: Text, "", since: "4.20";
        extensionid: Uuid, "", of: "Extension", since: "4.21.0";
        externaldetails: Map, "", since: "4.21.0";
    }

    UpdateIso("updateIso"): Sync<Template> in "iso" for ANYONE,
        "";
    need {
        id: Uuid, "", of: "Template";
    }
    may {
        bootable: Boolean, "";
        requireshvm: Boolean, "";
        displaytext: Text, "", len: 4_096;
        name: Text, "", len: 251;
        ostypeid: Uuid, "", of: "OsType";
        forceupdateostype: Boolean, "", since: "4.21";
        format: Text, "";
        passwordenabled: Boolean, "";
        sshkeyenabled: Boolean, "";
        sortkey: Integer, "";
        isdynamicallyscalable: Boolean, "";
        isrouting: Boolean, "";
        details: Map, "";
        cleanupdetails: Boolean, "";
        arch: Text, "", since: "4.20";
    }

    UpdateIsoPermissions("updateIsoPermissions"): Sync<Success> in "" for ANYONE,
        "";
    need {
        id: Uuid, "", of: "Template";
    }
    may {
        accounts: TextList, "";
        isfeatured: Boolean, "";
        ispublic: Boolean, "";
        isextractable: Boolean, "";
        op: Text, "";
        projectids: UuidList, "", of: "Project";
    }

    UpdateTemplate("updateTemplate"): Sync<Template> in "template" for ANYONE,
        "";
    need {
        id: Uuid, "", of: "Template";
    }
    may {
        bootable: Boolean, "";
        requireshvm: Boolean, "";
        displaytext: Text, "", len: 4_096;
        name: Text, "", len: 251;
        ostypeid: Uuid, "", of: "OsType";
        forceupdateostype: Boolean, "", since: "4.21";
        format: Text, "";
        passwordenabled: Boolean, "";
        sshkeyenabled: Boolean, "";
        sortkey: Integer, "";
        isdynamicallyscalable: Boolean, "";
        isrouting: Boolean, "";
        details: Map, "";
        cleanupdetails: Boolean, "";
        arch: Text, "", since: "4.20";
        templatetype: Text, "";
        templatetag: Text, "", since: "4.20.0";
        forcks: Boolean, "", since: "4.21.0";
    }

    UpdateTemplatePermissions("updateTemplatePermissions"): Sync<Success> in "" for ANYONE,
        "", of: "VirtualMachineTemplate";
    need {
        id: Uuid, "", of: "Template";
    }
    may {
        accounts: TextList, "";
        isfeatured: Boolean, "";
        ispublic: Boolean, "";
        isextractable: Boolean, "";
        op: Text, "";
        projectids: UuidList, "", of: "Project";
    }
}
