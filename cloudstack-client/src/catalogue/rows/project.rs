//! project

commands! { ROWS:
    ActivateProject("activateProject"): Async<Project> in "project" for ANYONE,
        "", since: "3.0.0", event: "PROJECT.ACTIVATE", envelope: "activaterojectresponse";
    need {
        id: Uuid, "", of: "Project";
    }
    may {}

    AddAccountToProject("addAccountToProject"): Async<Success> in "" for ANYONE,
        "", since: "3.0.0", event: "PROJECT.ACCOUNT.ADD";
    need {
        projectid: Uuid, "", of: "Project";
    }
    may {
        account: Text, "";
        email: Text, "";
        projectroleid: Uuid, "", of: "ProjectRole";
        roletype: Text, "";
    }

    CreateProject("createProject"): AsyncCreate<Project> in "project" for ANYONE,
        "", since: "3.0.0", event: "PROJECT.CREATE";
    need {
        name: Text, "";
    }
    may {
        account: Text, "";
        userid: Uuid, "", of: "User", since: "4.15.0";
        domainid: Uuid, "", of: "Domain";
        accountid: Uuid, "", of: "Account";
        displaytext: Text, "";
    }

    DeleteAccountFromProject("deleteAccountFromProject"): Async<Success> in "" for ANYONE,
        "", since: "3.0.0", event: "PROJECT.ACCOUNT.REMOVE";
    need {
        projectid: Uuid, "", of: "Project";
        account: Text, "";
    }
    may {}

    DeleteProject("deleteProject"): Async<Success> in "" for ANYONE,
        "", since: "3.0.0", event: "PROJECT.DELETE";
    need {
        id: Uuid, "", of: "Project";
    }
    may {
        cleanup: Boolean, "", since: "4.16.0";
    }

    DeleteProjectInvitation("deleteProjectInvitation"): Async<Success> in "" for ANYONE,
        "", since: "3.0.0", event: "PROJECT.INVITATION.REMOVE";
    need {
        id: Uuid, "", of: "ProjectInvitation";
    }
    may {}

    ListProjectAccounts("listProjectAccounts"): List<Project> in "project" for ANYONE,
        "", since: "3.0.0";
    need {
        projectid: Uuid, "", of: "Project";
    }
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        account: Text, "";
        userid: Uuid, "", of: "User";
        role: Text, "";
        projectroleid: Uuid, "", of: "ProjectRole";
    }

    ListProjectInvitations("listProjectInvitations"): List<ProjectInvitation> in "projectinvitation" for ANYONE,
        "", since: "3.0.0";
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
        activeonly: Boolean, "";
        state: Text, "";
        id: Uuid, "", of: "ProjectInvitation";
        userid: Uuid, "", of: "User";
    }

    ListProjects("listProjects"): List<Project> in "project" for ANYONE,
        "", since: "3.0.0";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        listall: Boolean, "";
        domainid: Uuid, "", of: "Domain";
        isrecursive: Boolean, "";
        account: Text, "";
        id: Uuid, "", of: "Project";
        name: Text, "";
        displaytext: Text, "";
        state: Text, "";
        tags: Map, "";
        username: Text, "";
        details: TextList, "";
        showicon: Boolean, "";
    }

    SuspendProject("suspendProject"): Async<Project> in "project" for ANYONE,
        "", since: "3.0.0", event: "PROJECT.SUSPEND";
    need {
        id: Uuid, "", of: "Project";
    }
    may {}

    UpdateProject("updateProject"): Async<Project> in "project" for ANYONE,
        "", since: "3.0.0", event: "PROJECT.UPDATE";
    need {
        id: Uuid, "", of: "Project";
    }
    may {
        account: Text, "";
        displaytext: Text, "";
        userid: Uuid, "", of: "User";
        roletype: Text, "";
        swapowner: Boolean, "";
        name: Text, "", since: "4.19.0";
    }

    UpdateProjectInvitation("updateProjectInvitation"): Async<Success> in "" for ANYONE,
        "", since: "3.0.0", event: "PROJECT.INVITATION.UPDATE";
    need {
        projectid: Uuid, "", of: "Project";
    }
    may {
        account: Text, "";
        userid: Uuid, "", of: "User";
        token: Text, "", secret: true;
        accept: Boolean, "";
    }
}
