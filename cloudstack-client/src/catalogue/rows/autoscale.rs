//! autoscale

commands! { ROWS:
    CreateAutoScalePolicy("createAutoScalePolicy"): AsyncCreate<AutoScalePolicy> in "autoscalepolicy" for ANYONE,
        "", event: "AUTOSCALEPOLICY.CREATE", of: "AutoScalePolicy", envelope: "autoscalepolicyresponse";
    need {
        action: Text, "";
        duration: Integer, "";
        conditionids: UuidList, "", of: "Condition";
    }
    may {
        name: Text, "", since: "4.18.0";
        quiettime: Integer, "";
    }

    CreateAutoScaleVmGroup("createAutoScaleVmGroup"): AsyncCreate<AutoScaleVmGroup> in "autoscalevmgroup" for ANYONE,
        "", event: "AUTOSCALEVMGROUP.CREATE", of: "AutoScaleVmGroup", envelope: "autoscalevmgroupresponse";
    need {
        lbruleid: Uuid, "", of: "PortForwardingRule";
        minmembers: Integer, "";
        maxmembers: Integer, "";
        scaleuppolicyids: UuidList, "", of: "AutoScalePolicy";
        scaledownpolicyids: UuidList, "", of: "AutoScalePolicy";
        vmprofileid: Uuid, "", of: "AutoScaleVmProfile";
    }
    may {
        name: Text, "", since: "4.18.0";
        interval: Integer, "";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreateAutoScaleVmProfile("createAutoScaleVmProfile"): AsyncCreate<AutoScaleVmProfile> in "autoscalevmprofile" for ANYONE,
        "", event: "AUTOSCALEVMPROFILE.CREATE", of: "AutoScaleVmProfile", envelope: "autoscalevmprofileresponse";
    need {
        zoneid: Uuid, "", of: "Zone";
        serviceofferingid: Uuid, "", of: "ServiceOffering";
        templateid: Uuid, "", of: "Template";
    }
    may {
        otherdeployparams: Map, "";
        expungevmgraceperiod: Integer, "";
        counterparam: Map, "";
        userdata: Text, "", len: 1_048_576, since: "4.18.0";
        userdataid: Uuid, "", of: "UserData", since: "4.18.1";
        userdatadetails: Map, "", since: "4.18.1";
        autoscaleuserid: Uuid, "", of: "User";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        account: Text, "";
        projectid: Uuid, "", of: "Project";
        domainid: Uuid, "", of: "Domain";
        destroyvmgraceperiod: Integer, "";
    }

    CreateCondition("createCondition"): AsyncCreate<Condition> in "condition" for ANYONE,
        "", event: "CONDITION.CREATE", of: "Condition", envelope: "conditionresponse";
    need {
        counterid: Uuid, "", of: "Counter";
        relationaloperator: Text, "";
        threshold: Long, "";
    }
    may {
        account: Text, "";
        projectid: Uuid, "", of: "Project";
        domainid: Uuid, "", of: "Domain";
    }

    CreateCounter("createCounter"): AsyncCreate<Counter> in "counter" for ROOT_ADMIN,
        "", event: "COUNTER.CREATE", envelope: "counterresponse";
    need {
        name: Text, "";
        source: Text, "";
        value: Text, "";
        provider: Text, "", since: "4.18.0";
    }
    may {}

    DeleteAutoScalePolicy("deleteAutoScalePolicy"): Async<Success> in "" for ANYONE,
        "", event: "AUTOSCALEPOLICY.DELETE", of: "AutoScalePolicy";
    need {
        id: Uuid, "", of: "AutoScalePolicy";
    }
    may {}

    DeleteAutoScaleVmGroup("deleteAutoScaleVmGroup"): Async<Success> in "" for ANYONE,
        "", event: "AUTOSCALEVMGROUP.DELETE", of: "AutoScaleVmGroup";
    need {
        id: Uuid, "", of: "AutoScaleVmGroup";
    }
    may {
        cleanup: Boolean, "", since: "4.18.0";
    }

    DeleteAutoScaleVmProfile("deleteAutoScaleVmProfile"): Async<Success> in "" for ANYONE,
        "", event: "AUTOSCALEVMPROFILE.DELETE", of: "AutoScaleVmProfile";
    need {
        id: Uuid, "", of: "AutoScaleVmProfile";
    }
    may {}

    DeleteCondition("deleteCondition"): Async<Success> in "" for ANYONE,
        "", event: "CONDITION.DELETE", of: "Condition";
    need {
        id: Uuid, "", of: "Condition";
    }
    may {}

    DeleteCounter("deleteCounter"): Async<Success> in "" for ROOT_ADMIN,
        "", event: "COUNTER.DELETE";
    need {
        id: Uuid, "", of: "Counter";
    }
    may {}

    DisableAutoScaleVmGroup("disableAutoScaleVmGroup"): Async<AutoScaleVmGroup> in "autoscalevmgroup" for ANYONE,
        "", event: "AUTOSCALEVMGROUP.DISABLE", of: "AutoScaleVmGroup", envelope: "disableautoscalevmGroupresponse";
    need {
        id: Uuid, "", of: "AutoScaleVmGroup";
    }
    may {}

    EnableAutoScaleVmGroup("enableAutoScaleVmGroup"): Async<AutoScaleVmGroup> in "autoscalevmgroup" for ANYONE,
        "", event: "AUTOSCALEVMGROUP.ENABLE", of: "AutoScaleVmGroup", envelope: "enableautoscalevmGroupresponse";
    need {
        id: Uuid, "", of: "AutoScaleVmGroup";
    }
    may {}

    ListAutoScalePolicies("listAutoScalePolicies"): List<AutoScalePolicy> in "autoscalepolicy" for ANYONE,
        "", of: "AutoScalePolicy";
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
        id: Uuid, "", of: "AutoScalePolicy";
        name: Text, "", since: "4.18.0";
        conditionid: Uuid, "", of: "Condition";
        action: Text, "";
        vmgroupid: Uuid, "", of: "AutoScaleVmGroup";
    }

    ListAutoScaleVmGroups("listAutoScaleVmGroups"): List<AutoScaleVmGroup> in "autoscalevmgroup" for ANYONE,
        "", of: "AutoScaleVmGroup";
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
        id: Uuid, "", of: "AutoScaleVmGroup";
        name: Text, "", since: "4.18.0";
        lbruleid: Uuid, "", of: "PortForwardingRule";
        vmprofileid: Uuid, "", of: "AutoScaleVmProfile";
        policyid: Uuid, "", of: "AutoScalePolicy";
        zoneid: Uuid, "", of: "Zone";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListAutoScaleVmProfiles("listAutoScaleVmProfiles"): List<AutoScaleVmProfile> in "autoscalevmprofile" for ANYONE,
        "", of: "AutoScaleVmProfile";
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
        id: Uuid, "", of: "AutoScaleVmProfile";
        templateid: Uuid, "", of: "Template";
        serviceofferingid: Uuid, "", of: "ServiceOffering", since: "4.4";
        otherdeployparams: Text, "";
        zoneid: Uuid, "", of: "Zone", since: "4.4";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListConditions("listConditions"): List<Condition> in "condition" for ANYONE,
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
        id: Uuid, "", of: "Condition";
        counterid: Uuid, "", of: "Counter";
        policyid: Uuid, "", of: "AutoScalePolicy";
    }

    ListCounters("listCounters"): List<Counter> in "counter" for ANYONE,
        "", envelope: "counterresponse";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "Counter";
        name: Text, "";
        source: Text, "";
        provider: Text, "", since: "4.18.0";
    }

    UpdateAutoScalePolicy("updateAutoScalePolicy"): Async<AutoScalePolicy> in "autoscalepolicy" for ANYONE,
        "", event: "AUTOSCALEPOLICY.UPDATE", of: "AutoScalePolicy";
    need {
        id: Uuid, "", of: "AutoScalePolicy";
    }
    may {
        name: Text, "", since: "4.18.0";
        duration: Integer, "";
        quiettime: Integer, "";
        conditionids: UuidList, "", of: "Condition";
    }

    UpdateAutoScaleVmGroup("updateAutoScaleVmGroup"): Async<AutoScaleVmGroup> in "autoscalevmgroup" for ANYONE,
        "", event: "AUTOSCALEVMGROUP.UPDATE", of: "AutoScaleVmGroup";
    need {
        id: Uuid, "", of: "AutoScaleVmGroup";
    }
    may {
        customid: Text, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        name: Text, "", since: "4.18.0";
        minmembers: Integer, "";
        maxmembers: Integer, "";
        interval: Integer, "";
        scaleuppolicyids: UuidList, "", of: "AutoScalePolicy";
        scaledownpolicyids: UuidList, "", of: "AutoScalePolicy";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    UpdateAutoScaleVmProfile("updateAutoScaleVmProfile"): Async<AutoScaleVmProfile> in "autoscalevmprofile" for ANYONE,
        "", event: "AUTOSCALEVMPROFILE.UPDATE", of: "AutoScaleVmProfile";
    need {
        id: Uuid, "", of: "AutoScaleVmProfile";
    }
    may {
        customid: Text, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        serviceofferingid: Uuid, "", of: "ServiceOffering", since: "4.18.0";
        templateid: Uuid, "", of: "Template";
        expungevmgraceperiod: Integer, "";
        counterparam: Map, "";
        otherdeployparams: Map, "", since: "4.18.0";
        userdata: Text, "", len: 1_048_576, since: "4.18.0";
        userdataid: Uuid, "", of: "UserData", since: "4.18.1";
        userdatadetails: Map, "", since: "4.18.1";
        autoscaleuserid: Uuid, "", of: "User";
        fordisplay: Boolean, "", since: "4.4", roles: Roles::ROOT_ADMIN;
        destroyvmgraceperiod: Integer, "";
    }
}
