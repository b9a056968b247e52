//! security_group

commands! { ROWS:
    AuthorizeSecurityGroupEgress("authorizeSecurityGroupEgress"): Async<SecurityGroupRule> in "securitygroup" for ANYONE,
        "", since: "3.0.0", event: "SG.AUTH.EGRESS", of: "SecurityGroup";
    need {}
    may {
        protocol: Text, "";
        startport: Integer, "";
        endport: Integer, "";
        icmptype: Integer, "";
        icmpcode: Integer, "";
        cidrlist: TextList, "";
        usersecuritygrouplist: Map, "";
        domainid: Uuid, "", of: "Domain";
        account: Text, "";
        projectid: Uuid, "", of: "Project";
        securitygroupid: Uuid, "", of: "SecurityGroup";
        securitygroupname: Text, "";
    }

    AuthorizeSecurityGroupIngress("authorizeSecurityGroupIngress"): Async<SecurityGroupRule> in "securitygroup" for ANYONE,
        "", event: "SG.AUTH.INGRESS", of: "SecurityGroup";
    need {}
    may {
        protocol: Text, "";
        startport: Integer, "";
        endport: Integer, "";
        icmptype: Integer, "";
        icmpcode: Integer, "";
        cidrlist: TextList, "";
        usersecuritygrouplist: Map, "";
        domainid: Uuid, "", of: "Domain";
        account: Text, "";
        projectid: Uuid, "", of: "Project";
        securitygroupid: Uuid, "", of: "SecurityGroup";
        securitygroupname: Text, "";
    }

    CreateSecurityGroup("createSecurityGroup"): Sync<SecurityGroup> in "securitygroup" for ANYONE,
        "", of: "SecurityGroup";
    need {
        name: Text, "";
    }
    may {
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        description: Text, "";
        projectid: Uuid, "", of: "Project";
    }

    DeleteSecurityGroup("deleteSecurityGroup"): Sync<Success> in "" for ANYONE,
        "", of: "SecurityGroup";
    need {}
    may {
        account: Text, "";
        domainid: Uuid, "", of: "Domain";
        projectid: Uuid, "", of: "Project";
        id: Uuid, "", of: "SecurityGroup";
        name: Text, "";
    }

    ListSecurityGroups("listSecurityGroups"): List<SecurityGroup> in "securitygroup" for ANYONE,
        "", of: "SecurityGroup";
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
        securitygroupname: Text, "";
        virtualmachineid: Uuid, "", of: "VirtualMachine";
        id: Uuid, "", of: "SecurityGroup";
    }

    RevokeSecurityGroupEgress("revokeSecurityGroupEgress"): Async<Success> in "" for ANYONE,
        "", since: "3.0.0", event: "SG.REVOKE.EGRESS", of: "SecurityGroup";
    need {
        id: Uuid, "", of: "SecurityGroupRule";
    }
    may {}

    RevokeSecurityGroupIngress("revokeSecurityGroupIngress"): Async<Success> in "" for ANYONE,
        "", event: "SG.REVOKE.INGRESS", of: "SecurityGroup";
    need {
        id: Uuid, "", of: "SecurityGroupRule";
    }
    may {}
}
