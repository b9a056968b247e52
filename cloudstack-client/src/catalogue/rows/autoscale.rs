//! Groups of guests that grow and shrink by themselves.

commands! { ROWS:
    CreateAutoScalePolicy("createAutoScalePolicy"): AsyncCreate<AutoScalePolicy> in "autoscalepolicy" for ANYONE,
        "Makes a policy: what to do once its conditions held for a time.", event: "AUTOSCALEPOLICY.CREATE", of: "AutoScalePolicy", envelope: "autoscalepolicyresponse";
    need {
        action: Text, "What to do: `scaleup` or `scaledown`.";
        duration: Integer, "Seconds the conditions must hold.";
        conditionids: UuidList, "Ids of the conditions that must all hold.", of: "Condition";
    }
    may {
        name: Text, "Name of the new scaling policy.", since: "4.18.0";
        quiettime: Integer, "Seconds to wait after acting before acting again.";
    }

    CreateAutoScaleVmGroup("createAutoScaleVmGroup"): AsyncCreate<AutoScaleVmGroup> in "autoscalevmgroup" for ANYONE,
        "Makes a group of guests behind a load balancer rule that grows and shrinks by policy.", event: "AUTOSCALEVMGROUP.CREATE", of: "AutoScaleVmGroup", envelope: "autoscalevmgroupresponse";
    need {
        lbruleid: Uuid, "Id of the load balancer rule.", of: "LoadBalancerRule";
        minmembers: Integer, "Guests in the group at least.";
        maxmembers: Integer, "Guests in the group at most.";
        scaleuppolicyids: UuidList, "Ids of the policies by which it grows.", of: "AutoScalePolicy";
        scaledownpolicyids: UuidList, "Ids of the policies by which it shrinks.", of: "AutoScalePolicy";
        vmprofileid: Uuid, "Id of the deployment pattern.", of: "AutoScaleVmProfile";
    }
    may {
        name: Text, "Name of the new scaling group.", since: "4.18.0";
        interval: Integer, "Seconds from one look at the conditions to the next.";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    CreateAutoScaleVmProfile("createAutoScaleVmProfile"): AsyncCreate<AutoScaleVmProfile> in "autoscalevmprofile" for ANYONE,
        "Makes the pattern by which a group deploys its guests.", event: "AUTOSCALEVMPROFILE.CREATE", of: "AutoScaleVmProfile", envelope: "autoscalevmprofileresponse";
    need {
        zoneid: Uuid, "Id of the zone.", of: "Zone";
        serviceofferingid: Uuid, "Id of the service offering.", of: "ServiceOffering";
        templateid: Uuid, "Id of the template.", of: "Template";
    }
    may {
        otherdeployparams: Map, "More parameters for deploying guests, as pairs.";
        expungevmgraceperiod: Integer, "Seconds between taking a guest from the load balancer and destroying it.";
        counterparam: Map, "Parameters for counters, as pairs.";
        userdata: Text, "Data for the guest, Base64; 32 KiB at most in a URL.", len: 1_048_576, since: "4.18.0";
        userdataid: Uuid, "Id of the registered user data.", of: "UserData", since: "4.18.1";
        userdatadetails: Map, "Values for the variables in the user data, as pairs.", since: "4.18.1";
        autoscaleuserid: Uuid, "Id of the user in whose name guests are deployed and destroyed.", of: "User";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        account: Text, "Name of the account it is for; needs `domainid`.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        destroyvmgraceperiod: Integer, "Seconds between taking a guest from the load balancer and destroying it; see `expungevmgraceperiod`.";
    }

    CreateCondition("createCondition"): AsyncCreate<Condition> in "condition" for ANYONE,
        "Makes a condition that compares a counter with a threshold.", event: "CONDITION.CREATE", of: "Condition", envelope: "conditionresponse";
    need {
        counterid: Uuid, "Id of the counter.", of: "Counter";
        relationaloperator: Text, "`EQ`, `GT`, `LT`, `GE` or `LE`.";
        threshold: Long, "Value the counter is compared with.";
    }
    may {
        account: Text, "Name of the account it is for; needs `domainid`.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
    }

    CreateCounter("createCounter"): AsyncCreate<Counter> in "counter" for ROOT_ADMIN,
        "Makes a counter that conditions can look at.", event: "COUNTER.CREATE", envelope: "counterresponse";
    need {
        name: Text, "Name of the new counter.";
        source: Text, "What the counter measures, such as `cpu`, `memory` or `snmp`.";
        value: Text, "Name or object id of what is measured.";
        provider: Text, "Name of the provider.", since: "4.18.0";
    }
    may {}

    DeleteAutoScalePolicy("deleteAutoScalePolicy"): Async<Success> in "" for ANYONE,
        "Deletes a scaling policy that no group uses.", event: "AUTOSCALEPOLICY.DELETE", of: "AutoScalePolicy";
    need {
        id: Uuid, "Id of the scaling policy.", of: "AutoScalePolicy";
    }
    may {}

    DeleteAutoScaleVmGroup("deleteAutoScaleVmGroup"): Async<Success> in "" for ANYONE,
        "Deletes a scaling group.", event: "AUTOSCALEVMGROUP.DELETE", of: "AutoScaleVmGroup";
    need {
        id: Uuid, "Id of the scaling group.", of: "AutoScaleVmGroup";
    }
    may {
        cleanup: Boolean, "True to destroy the guests of the group too.", since: "4.18.0";
    }

    DeleteAutoScaleVmProfile("deleteAutoScaleVmProfile"): Async<Success> in "" for ANYONE,
        "Deletes a deployment pattern that no group uses.", event: "AUTOSCALEVMPROFILE.DELETE", of: "AutoScaleVmProfile";
    need {
        id: Uuid, "Id of the deployment pattern.", of: "AutoScaleVmProfile";
    }
    may {}

    DeleteCondition("deleteCondition"): Async<Success> in "" for ANYONE,
        "Deletes a condition that no policy uses.", event: "CONDITION.DELETE", of: "Condition";
    need {
        id: Uuid, "Id of the condition.", of: "Condition";
    }
    may {}

    DeleteCounter("deleteCounter"): Async<Success> in "" for ROOT_ADMIN,
        "Deletes a counter that no condition uses.", event: "COUNTER.DELETE";
    need {
        id: Uuid, "Id of the counter.", of: "Counter";
    }
    may {}

    DisableAutoScaleVmGroup("disableAutoScaleVmGroup"): Async<AutoScaleVmGroup> in "autoscalevmgroup" for ANYONE,
        "Halts the policies of a scaling group; it keeps the size it has.", event: "AUTOSCALEVMGROUP.DISABLE", of: "AutoScaleVmGroup", envelope: "disableautoscalevmGroupresponse";
    need {
        id: Uuid, "Id of the scaling group.", of: "AutoScaleVmGroup";
    }
    may {}

    EnableAutoScaleVmGroup("enableAutoScaleVmGroup"): Async<AutoScaleVmGroup> in "autoscalevmgroup" for ANYONE,
        "Lets the policies of a scaling group act again.", event: "AUTOSCALEVMGROUP.ENABLE", of: "AutoScaleVmGroup", envelope: "enableautoscalevmGroupresponse";
    need {
        id: Uuid, "Id of the scaling group.", of: "AutoScaleVmGroup";
    }
    may {}

    ListAutoScalePolicies("listAutoScalePolicies"): List<AutoScalePolicy> in "autoscalepolicy" for ANYONE,
        "Lists scaling policies.", of: "AutoScalePolicy";
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
        id: Uuid, "Only the scaling policy of this id.", of: "AutoScalePolicy";
        name: Text, "Only a scaling policy of exactly this name.", since: "4.18.0";
        conditionid: Uuid, "Only policies with this condition.", of: "Condition";
        action: Text, "Only those that do this: `scaleup` or `scaledown`.";
        vmgroupid: Uuid, "Only policies of this scaling group.", of: "AutoScaleVmGroup";
    }

    ListAutoScaleVmGroups("listAutoScaleVmGroups"): List<AutoScaleVmGroup> in "autoscalevmgroup" for ANYONE,
        "Lists scaling groups.", of: "AutoScaleVmGroup";
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
        id: Uuid, "Only the scaling group of this id.", of: "AutoScaleVmGroup";
        name: Text, "Only a scaling group of exactly this name.", since: "4.18.0";
        lbruleid: Uuid, "Only those of this load balancer rule.", of: "LoadBalancerRule";
        vmprofileid: Uuid, "Only those of this deployment pattern.", of: "AutoScaleVmProfile";
        policyid: Uuid, "Only those with this policy.", of: "AutoScalePolicy";
        zoneid: Uuid, "Only those in this zone.", of: "Zone";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListAutoScaleVmProfiles("listAutoScaleVmProfiles"): List<AutoScaleVmProfile> in "autoscalevmprofile" for ANYONE,
        "Lists deployment patterns of scaling groups.", of: "AutoScaleVmProfile";
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
        id: Uuid, "Only the deployment pattern of this id.", of: "AutoScaleVmProfile";
        templateid: Uuid, "Only those of this template.", of: "Template";
        serviceofferingid: Uuid, "Only those of this service offering.", of: "ServiceOffering", since: "4.4";
        otherdeployparams: Text, "Only those with these parameters, as pairs.";
        zoneid: Uuid, "Only those in this zone.", of: "Zone", since: "4.4";
        fordisplay: Boolean, "Only those shown to, or hidden from, users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    ListConditions("listConditions"): List<Condition> in "condition" for ANYONE,
        "Lists conditions of scaling policies.";
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
        id: Uuid, "Only the condition of this id.", of: "Condition";
        counterid: Uuid, "Only those that look at this counter.", of: "Counter";
        policyid: Uuid, "Only those with this policy.", of: "AutoScalePolicy";
    }

    ListCounters("listCounters"): List<Counter> in "counter" for ANYONE,
        "Lists counters that conditions can look at.", envelope: "counterresponse";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the counter of this id.", of: "Counter";
        name: Text, "Only a counter of exactly this name.";
        source: Text, "Only those that measure this.";
        provider: Text, "Only those of this provider.", since: "4.18.0";
    }

    UpdateAutoScalePolicy("updateAutoScalePolicy"): Async<AutoScalePolicy> in "autoscalepolicy" for ANYONE,
        "Changes the conditions and times of a scaling policy.", event: "AUTOSCALEPOLICY.UPDATE", of: "AutoScalePolicy";
    need {
        id: Uuid, "Id of the scaling policy.", of: "AutoScalePolicy";
    }
    may {
        name: Text, "New name of the scaling policy.", since: "4.18.0";
        duration: Integer, "Seconds the conditions must hold.";
        quiettime: Integer, "Seconds to wait after acting before acting again.";
        conditionids: UuidList, "Ids of the conditions that must all hold.", of: "Condition";
    }

    UpdateAutoScaleVmGroup("updateAutoScaleVmGroup"): Async<AutoScaleVmGroup> in "autoscalevmgroup" for ANYONE,
        "Changes the limits, interval and policies of a scaling group.", event: "AUTOSCALEVMGROUP.UPDATE", of: "AutoScaleVmGroup";
    need {
        id: Uuid, "Id of the scaling group.", of: "AutoScaleVmGroup";
    }
    may {
        customid: Text, "Id to answer from now on, instead of the one made here.", since: "4.4", roles: Roles::ROOT_ADMIN;
        name: Text, "New name of the scaling group.", since: "4.18.0";
        minmembers: Integer, "Guests in the group at least.";
        maxmembers: Integer, "Guests in the group at most.";
        interval: Integer, "Seconds from one look at the conditions to the next.";
        scaleuppolicyids: UuidList, "Ids of the policies by which it grows.", of: "AutoScalePolicy";
        scaledownpolicyids: UuidList, "Ids of the policies by which it shrinks.", of: "AutoScalePolicy";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
    }

    UpdateAutoScaleVmProfile("updateAutoScaleVmProfile"): Async<AutoScaleVmProfile> in "autoscalevmprofile" for ANYONE,
        "Changes the template, offering and other settings of a deployment pattern.", event: "AUTOSCALEVMPROFILE.UPDATE", of: "AutoScaleVmProfile";
    need {
        id: Uuid, "Id of the deployment pattern.", of: "AutoScaleVmProfile";
    }
    may {
        customid: Text, "Id to answer from now on, instead of the one made here.", since: "4.4", roles: Roles::ROOT_ADMIN;
        serviceofferingid: Uuid, "Id of the service offering.", of: "ServiceOffering", since: "4.18.0";
        templateid: Uuid, "Id of the template.", of: "Template";
        expungevmgraceperiod: Integer, "Seconds between taking a guest from the load balancer and destroying it.";
        counterparam: Map, "Parameters for counters, as pairs.";
        otherdeployparams: Map, "More parameters for deploying guests, as pairs.", since: "4.18.0";
        userdata: Text, "Data for the guest, Base64; 32 KiB at most in a URL.", len: 1_048_576, since: "4.18.0";
        userdataid: Uuid, "Id of the registered user data.", of: "UserData", since: "4.18.1";
        userdatadetails: Map, "Values for the variables in the user data, as pairs.", since: "4.18.1";
        autoscaleuserid: Uuid, "Id of the user in whose name guests are deployed and destroyed.", of: "User";
        fordisplay: Boolean, "False to hide it from users.", since: "4.4", roles: Roles::ROOT_ADMIN;
        destroyvmgraceperiod: Integer, "Seconds between taking a guest from the load balancer and destroying it; see `expungevmgraceperiod`.";
    }
}
