//! Roles and their rules.

commands! { ROWS:
    CreateRole("createRole"): Sync<Role> in "role" for ROOT_ADMIN,
        "Makes a role, from a base type or from another role.", since: "4.9.0", event: "ROLE.CREATE";
    need {
        name: Text, "Name of the new role.";
    }
    may {
        r#type: Text, "Type of role: `Admin`, `ResourceAdmin`, `DomainAdmin` or `User`.";
        description: Text, "What it is for, in words.";
        roleid: Uuid, "Id of the role to copy; excludes `type`.", of: "Role";
        ispublic: Boolean, "True to show it to all accounts.";
    }

    CreateRolePermission("createRolePermission"): Sync<RolePermission> in "rolepermission" for ROOT_ADMIN,
        "Adds a rule to the end of a role.", since: "4.9.0", event: "ROLE.PERMISSION.CREATE";
    need {
        rule: Text, "Name of a command, or a pattern such as `list*`.";
        permission: Text, "`allow` or `deny`.";
        roleid: Uuid, "Id of the role.", of: "Role";
    }
    may {
        description: Text, "What it is for, in words.";
    }

    DeleteRole("deleteRole"): Sync<Success> in "" for ROOT_ADMIN,
        "Deletes a role that no account has.", since: "4.9.0", event: "ROLE.DELETE";
    need {
        id: Uuid, "Id of the role.", of: "Role";
    }
    may {}

    DeleteRolePermission("deleteRolePermission"): Sync<Success> in "" for ROOT_ADMIN,
        "Takes a rule out of a role.", since: "4.9.0", event: "ROLE.PERMISSION.DELETE";
    need {
        id: Uuid, "Id of the rule of the role.", of: "RolePermission";
    }
    may {}

    ListRolePermissions("listRolePermissions"): List<RolePermission> in "rolepermission" for ROOT_ADMIN,
        "Lists the rules of a role, in the order they are tried.", since: "4.9.0";
    need {}
    may {
        roleid: Uuid, "Only those of this role.", of: "Role";
    }

    ListRoles("listRoles"): List<Role> in "role" for ADMINS,
        "Lists roles.", since: "4.9.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        id: Uuid, "Only the role of this id.", of: "Role";
        name: Text, "Only a role of exactly this name.";
        r#type: Text, "Only those of this type.";
        state: Text, "Only those in this state.";
    }

    UpdateRole("updateRole"): Sync<Role> in "role" for ROOT_ADMIN,
        "Changes the name, base type or description of a role.", since: "4.9.0", event: "ROLE.UPDATE";
    need {
        id: Uuid, "Id of the role.", of: "Role";
    }
    may {
        r#type: Text, "Type of role: `Admin`, `ResourceAdmin`, `DomainAdmin` or `User`.";
        name: Text, "New name of the role.";
        description: Text, "What it is for, in words.";
        ispublic: Boolean, "True to show it to all accounts.";
    }

    UpdateRolePermission("updateRolePermission"): Sync<Success> in "" for ROOT_ADMIN,
        "Changes the order of a role's rules, or one of them.", since: "4.9.0", event: "ROLE.PERMISSION.UPDATE";
    need {
        roleid: Uuid, "Id of the role.", of: "Role";
    }
    may {
        ruleorder: UuidList, "Ids of all rules of the role in their new order; excludes `ruleid`.", of: "RolePermission";
        ruleid: Uuid, "Id of the rule to change; excludes `ruleorder`.", of: "RolePermission", since: "4.11";
        permission: Text, "`allow` or `deny`.", since: "4.11";
    }
}
