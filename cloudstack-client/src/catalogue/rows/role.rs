//! role

commands! { ROWS:
    CreateRole("createRole"): Sync<Role> in "role" for ROOT_ADMIN,
        "", since: "4.9.0";
    need {
        name: Text, "";
    }
    may {
        r#type: Text, "";
        description: Text, "";
        roleid: Uuid, "", of: "Role";
        ispublic: Boolean, "";
    }

    CreateRolePermission("createRolePermission"): Sync<RolePermission> in "rolepermission" for ROOT_ADMIN,
        "", since: "4.9.0";
    need {
        rule: Text, "";
        permission: Text, "";
        roleid: Uuid, "", of: "Role";
    }
    may {
        description: Text, "";
    }

    DeleteRole("deleteRole"): Sync<Success> in "" for ROOT_ADMIN,
        "", since: "4.9.0";
    need {
        id: Uuid, "", of: "Role";
    }
    may {}

    DeleteRolePermission("deleteRolePermission"): Sync<Success> in "" for ROOT_ADMIN,
        "", since: "4.9.0";
    need {
        id: Uuid, "", of: "RolePermission";
    }
    may {}

    ListRolePermissions("listRolePermissions"): List<RolePermission> in "rolepermission" for ROOT_ADMIN,
        "", since: "4.9.0";
    need {}
    may {
        roleid: Uuid, "", of: "Role";
    }

    ListRoles("listRoles"): List<Role> in "role" for ADMINS,
        "", since: "4.9.0";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        id: Uuid, "", of: "Role";
        name: Text, "";
        r#type: Text, "";
        state: Text, "";
    }

    UpdateRole("updateRole"): Sync<Role> in "role" for ROOT_ADMIN,
        "", since: "4.9.0";
    need {
        id: Uuid, "", of: "Role";
    }
    may {
        r#type: Text, "";
        name: Text, "";
        description: Text, "";
        ispublic: Boolean, "";
    }

    UpdateRolePermission("updateRolePermission"): Sync<Success> in "" for ROOT_ADMIN,
        "", since: "4.9.0";
    need {
        roleid: Uuid, "", of: "Role";
    }
    may {
        ruleorder: UuidList, "", of: "RolePermission";
        ruleid: Uuid, "", of: "RolePermission", since: "4.11";
        permission: Text, "", since: "4.11";
    }
}
