//! template

shapes! {
    DiskOffering, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        domainid: Text, "";
        domain: Text, "";
        zoneid: Text, "", since: "4.13.0";
        zone: Text, "", since: "4.13.0";
        name: Text, "";
        state: Text, "";
        displaytext: Text, "";
        disksize: Long, "";
        created: Date, "";
        iscustomized: Boolean, "";
        iscustomizediops: Boolean, "";
        miniops: Long, "";
        maxiops: Long, "";
        hypervisorsnapshotreserve: Integer, "", since: "4.4";
        tags: Text, "";
        storagetype: Text, "";
        provisioningtype: Text, "", since: "4.4.0";
        diskbytesreadrate: Long, "", wire: "diskBytesReadRate";
        diskbytesreadratemax: Long, "", wire: "diskBytesReadRateMax";
        diskbytesreadratemaxlength: Long, "", wire: "diskBytesReadRateMaxLength";
        diskbyteswriterate: Long, "", wire: "diskBytesWriteRate";
        diskbyteswriteratemax: Long, "", wire: "diskBytesWriteRateMax";
        diskbyteswriteratemaxlength: Long, "", wire: "diskBytesWriteRateMaxLength";
        diskiopsreadrate: Long, "", wire: "diskIopsReadRate";
        diskiopsreadratemax: Long, "", wire: "diskIopsReadRateMax";
        diskiopsreadratemaxlength: Long, "", wire: "diskIopsReadRateMaxLength";
        diskiopswriterate: Long, "", wire: "diskIopsWriteRate";
        diskiopswriteratemax: Long, "", wire: "diskIopsWriteRateMax";
        diskiopswriteratemaxlength: Long, "", wire: "diskIopsWriteRateMaxLength";
        cachemode: Text, "", wire: "cacheMode", since: "4.4";
        displayoffering: Boolean, "";
        vspherestoragepolicy: Text, "", since: "4.15";
        disksizestrictness: Boolean, "", since: "4.17";
        encrypt: Boolean, "", since: "4.18";
        details: Map, "", since: "4.17";
        suitableforvirtualmachine: Boolean, "", since: "4.20.0";
    }

    Extraction, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        extractid: Text, "", wire: "extractId";
        uploadpercentage: Integer, "";
        status: Text, "";
        accountid: Text, "";
        resultstring: Text, "";
        created: Date, "";
        state: Text, "";
        storagetype: Text, "";
        zoneid: Text, "";
        zonename: Text, "";
        extractmode: Text, "", wire: "extractMode";
        url: Text, "";
        storage: Text, "";
    }

    NetworkOffering, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        name: Text, "";
        displaytext: Text, "";
        tags: Text, "";
        created: Date, "";
        traffictype: Text, "";
        isdefault: Boolean, "";
        specifyvlan: Boolean, "";
        conservemode: Boolean, "";
        specifyipranges: Boolean, "";
        availability: Text, "";
        networkrate: Integer, "";
        state: Text, "";
        guestiptype: Text, "";
        serviceofferingid: Text, "";
        service: Objects<NetworkService>, "";
        forvpc: Boolean, "";
        fornsx: Boolean, "";
        fortungsten: Boolean, "";
        networkmode: Text, "";
        ispersistent: Boolean, "";
        details: Map, "", since: "4.2.0";
        egressdefaultpolicy: Boolean, "";
        maxconnections: Integer, "";
        supportsstrechedl2subnet: Boolean, "", since: "4.4";
        supportspublicaccess: Boolean, "", since: "4.10.0";
        supportsinternallb: Boolean, "", since: "4.20.0";
        domainid: Text, "";
        domain: Text, "";
        zoneid: Text, "", since: "4.13.0";
        zone: Text, "", since: "4.13.0";
        internetprotocol: Text, "";
        specifyasnumber: Boolean, "";
        routingmode: Text, "";
    }

    OsCategory, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        name: Text, "";
        isfeatured: Boolean, "", since: "4.21.0";
        icon: Object<ResourceIcon>, "", since: "4.21.0";
        created: Date, "";
    }

    OsType, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        oscategoryid: Text, "";
        oscategoryname: Text, "";
        name: Text, "";
        description: Text, "";
        isuserdefined: Boolean, "";
        fordisplay: Boolean, "";
    }

    ServiceOffering, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        id: Text, "";
        name: Text, "";
        state: Text, "";
        displaytext: Text, "";
        cpunumber: Integer, "";
        cpuspeed: Integer, "";
        memory: Integer, "";
        created: Date, "";
        storagetype: Text, "";
        provisioningtype: Text, "", since: "4.4.0";
        offerha: Boolean, "";
        limitcpuuse: Boolean, "";
        isvolatile: Boolean, "";
        storagetags: Text, "";
        domainid: Text, "";
        domain: Text, "";
        zoneid: Text, "", since: "4.13.0";
        zone: Text, "", since: "4.13.0";
        hosttags: Text, "";
        issystem: Boolean, "";
        defaultuse: Boolean, "";
        systemvmtype: Text, "";
        networkrate: Integer, "";
        iscustomizediops: Boolean, "", since: "4.4";
        miniops: Long, "", since: "4.4";
        maxiops: Long, "", since: "4.4";
        hypervisorsnapshotreserve: Integer, "", since: "4.4";
        diskbytesreadrate: Long, "", wire: "diskBytesReadRate";
        diskbytesreadratemax: Long, "", wire: "diskBytesReadRateMax";
        diskbytesreadratemaxlength: Long, "", wire: "diskBytesReadRateMaxLength";
        diskbyteswriterate: Long, "", wire: "diskBytesWriteRate";
        diskbyteswriteratemax: Long, "", wire: "diskBytesWriteRateMax";
        diskbyteswriteratemaxlength: Long, "", wire: "diskBytesWriteRateMaxLength";
        diskiopsreadrate: Long, "", wire: "diskIopsReadRate";
        diskiopsreadratemax: Long, "", wire: "diskIopsReadRateMax";
        diskiopsreadratemaxlength: Long, "", wire: "diskIopsReadRateMaxLength";
        diskiopswriterate: Long, "", wire: "diskIopsWriteRate";
        diskiopswriteratemax: Long, "", wire: "diskIopsWriteRateMax";
        diskiopswriteratemaxlength: Long, "", wire: "diskIopsWriteRateMaxLength";
        deploymentplanner: Text, "";
        serviceofferingdetails: Map, "", since: "4.2.0";
        iscustomized: Boolean, "", since: "4.3.0";
        cachemode: Text, "", wire: "cacheMode", since: "4.14";
        vspherestoragepolicy: Text, "", since: "4.15";
        rootdisksize: Long, "", since: "4.15";
        dynamicscalingenabled: Boolean, "", since: "4.16";
        diskofferingstrictness: Boolean, "", since: "4.17";
        diskofferingid: Text, "", since: "4.17";
        diskofferingname: Text, "", since: "4.17";
        diskofferingdisplaytext: Text, "", since: "4.17";
        encryptroot: Boolean, "", since: "4.18";
        gpucardid: Text, "", since: "4.21";
        gpucardname: Text, "", since: "4.21";
        vgpuprofileid: Text, "", since: "4.21";
        vgpuprofilename: Text, "", since: "4.21";
        videoram: Long, "";
        maxheads: Long, "";
        maxresolutionx: Long, "";
        maxresolutiony: Long, "";
        gpucount: Integer, "", since: "4.21";
        gpudisplay: Boolean, "", since: "4.21";
        purgeresources: Boolean, "", since: "4.20";
        leaseduration: Integer, "", since: "4.21.0";
        leaseexpiryaction: Text, "", since: "4.21.0";
        tags: Text, "";
    }

    Template, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        hasannotations: Boolean, "";
        tags: Objects<ResourceTag>, "";
        id: Text, "";
        name: Text, "";
        displaytext: Text, "";
        ispublic: Boolean, "";
        created: Date, "";
        removed: Date, "";
        isready: Boolean, "";
        passwordenabled: Boolean, "";
        format: Text, "";
        bootable: Boolean, "";
        isfeatured: Boolean, "";
        crosszones: Boolean, "", wire: "crossZones";
        ostypeid: Text, "";
        ostypename: Text, "";
        accountid: Text, "";
        account: Text, "";
        zoneid: Text, "";
        zonename: Text, "";
        status: Text, "";
        size: Long, "";
        physicalsize: Long, "";
        templatetype: Text, "";
        hypervisor: Text, "";
        domain: Text, "";
        domainpath: Text, "", since: "4.19.2.0";
        domainid: Text, "";
        isextractable: Boolean, "";
        checksum: Text, "";
        sourcetemplateid: Text, "";
        hostid: Text, "";
        hostname: Text, "";
        templatetag: Text, "";
        projectid: Text, "";
        project: Text, "";
        details: Map, "";
        downloaddetails: Objects, "";
        arch: Text, "", since: "4.20";
        bits: Integer, "", since: "4.10";
        sshkeyenabled: Boolean, "";
        isdynamicallyscalable: Boolean, "";
        directdownload: Boolean, "";
        deployasis: Boolean, "", since: "4.15";
        forcks: Boolean, "", since: "4.21.0";
        deployasisdetails: Map, "", since: "4.15";
        parenttemplateid: Text, "";
        childtemplates: Text, "";
        requireshvm: Boolean, "";
        url: Text, "";
        icon: Object<ResourceIcon>, "", since: "4.16.0.0";
        userdataid: Text, "", since: "4.18.0";
        userdataname: Text, "", since: "4.18.0";
        userdatapolicy: Text, "", since: "4.18.0";
        userdataparams: Text, "", since: "4.18.0";
        extensionid: Text, "", since: "4.21.0";
        extensionname: Text, "", since: "4.21.0";
    }

    TemplatePermissions, "" {
        jobid: Text, "";
        jobstatus: Integer, "";
        id: Text, "";
        ispublic: Boolean, "";
        domainid: Text, "";
        account: TextList, "";
        projectids: TextList, "";
    }
}
