//! Security groups and their rules.

commands! { ROWS:
    AuthorizeSecurityGroupEgress("authorizeSecurityGroupEgress"): Async<SecurityGroup> in "securitygroup" for ANYONE,
        "Lets guests of a security group send to addresses or other groups.", since: "3.0.0", event: "SG.AUTH.EGRESS", of: "SecurityGroup";
    need {}
    may {
        protocol: Text, "Protocol: `tcp`, `udp`, `icmp`, `all` or a number.";
        startport: Integer, "First port of the range.";
        endport: Integer, "Last port of the range; the first if left out.";
        icmptype: Integer, "ICMP type; -1 for any.";
        icmpcode: Integer, "ICMP code; -1 for any.";
        cidrlist: TextList, "Ranges of addresses at the other end of the traffic.";
        usersecuritygrouplist: Map, "Security groups at the other end: pairs of `account` and `group`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        account: Text, "Name of the account it is for; needs `domainid`.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        securitygroupid: Uuid, "Id of the security group; excludes its name.", of: "SecurityGroup";
        securitygroupname: Text, "Name of the security group; excludes its id.";
    }

    AuthorizeSecurityGroupIngress("authorizeSecurityGroupIngress"): Async<SecurityGroup> in "securitygroup" for ANYONE,
        "Lets guests of a security group receive from addresses or other groups.", event: "SG.AUTH.INGRESS", of: "SecurityGroup";
    need {}
    may {
        protocol: Text, "Protocol: `tcp`, `udp`, `icmp`, `all` or a number.";
        startport: Integer, "First port of the range.";
        endport: Integer, "Last port of the range; the first if left out.";
        icmptype: Integer, "ICMP type; -1 for any.";
        icmpcode: Integer, "ICMP code; -1 for any.";
        cidrlist: TextList, "Ranges of addresses at the other end of the traffic.";
        usersecuritygrouplist: Map, "Security groups at the other end: pairs of `account` and `group`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        account: Text, "Name of the account it is for; needs `domainid`.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        securitygroupid: Uuid, "Id of the security group; excludes its name.", of: "SecurityGroup";
        securitygroupname: Text, "Name of the security group; excludes its id.";
    }

    CreateSecurityGroup("createSecurityGroup"): Sync<SecurityGroup> in "securitygroup" for ANYONE,
        "Makes a security group, without rules.", event: "SG.CREATE", of: "SecurityGroup";
    need {
        name: Text, "Name of the new security group.";
    }
    may {
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        description: Text, "What it is for, in words.";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
    }

    DeleteSecurityGroup("deleteSecurityGroup"): Sync<Success> in "" for ANYONE,
        "Deletes a security group that no guest is in.", event: "SG.DELETE", of: "SecurityGroup";
    need {}
    may {
        account: Text, "Name of the account it is for; needs `domainid`.";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        projectid: Uuid, "Id of the project it is for; excludes `account`.", of: "Project";
        id: Uuid, "Id of the security group.", of: "SecurityGroup";
        name: Text, "Name of the security group.";
    }

    ListSecurityGroups("listSecurityGroups"): List<SecurityGroup> in "securitygroup" for ANYONE,
        "Lists security groups with their rules.", of: "SecurityGroup";
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
        securitygroupname: Text, "Only the group of this name.";
        virtualmachineid: Uuid, "Only those of this guest.", of: "VirtualMachine";
        id: Uuid, "Only the security group of this id.", of: "SecurityGroup";
    }

    RevokeSecurityGroupEgress("revokeSecurityGroupEgress"): Async<Success> in "" for ANYONE,
        "Takes back a rule for traffic out of a security group.", since: "3.0.0", event: "SG.REVOKE.EGRESS", of: "SecurityGroup";
    need {
        id: Uuid, "Id of the security group rule.", of: "SecurityGroupRule";
    }
    may {}

    RevokeSecurityGroupIngress("revokeSecurityGroupIngress"): Async<Success> in "" for ANYONE,
        "Takes back a rule for traffic in to a security group.", event: "SG.REVOKE.INGRESS", of: "SecurityGroup";
    need {
        id: Uuid, "Id of the security group rule.", of: "SecurityGroupRule";
    }
    may {}
}
