//! Projects, their members and invitations.

commands! { ROWS:
    ActivateProject("activateProject"): Async<Project> in "project" for ANYONE,
        "Brings a suspended project back.", since: "3.0.0", event: "PROJECT.ACTIVATE", envelope: "activaterojectresponse";
    need {
        id: Uuid, "Id of the project.", of: "Project";
    }
    may {}

    AddAccountToProject("addAccountToProject"): Async<Success> in "" for ANYONE,
        "Adds an account to a project, or invites it.", since: "3.0.0", event: "PROJECT.ACCOUNT.ADD";
    need {
        projectid: Uuid, "Id of the project.", of: "Project";
    }
    may {
        account: Text, "Name of the account.";
        email: Text, "Mail address to invite, instead of an account.";
        projectroleid: Uuid, "Id of the project role.", of: "ProjectRole";
        roletype: Text, "Role in the project: `Admin` or `Regular`.";
    }

    CreateProject("createProject"): AsyncCreate<Project> in "project" for ANYONE,
        "Makes a project that the caller owns.", since: "3.0.0", event: "PROJECT.CREATE";
    need {
        name: Text, "Name of the new project.";
    }
    may {
        account: Text, "Name of the account it is for; needs `domainid`.";
        userid: Uuid, "Id of the user.", of: "User", since: "4.15.0";
        domainid: Uuid, "Id of the domain it is for.", of: "Domain";
        accountid: Uuid, "Id of the account.", of: "Account";
        displaytext: Text, "A description to show.";
    }

    DeleteAccountFromProject("deleteAccountFromProject"): Async<Success> in "" for ANYONE,
        "Takes an account out of a project.", since: "3.0.0", event: "PROJECT.ACCOUNT.REMOVE";
    need {
        projectid: Uuid, "Id of the project.", of: "Project";
        account: Text, "Name of the account.";
    }
    may {}

    DeleteProject("deleteProject"): Async<Success> in "" for ANYONE,
        "Deletes a project and all that it owns.", since: "3.0.0", event: "PROJECT.DELETE";
    need {
        id: Uuid, "Id of the project.", of: "Project";
    }
    may {
        cleanup: Boolean, "True to delete what is in it too.", since: "4.16.0";
    }

    DeleteProjectInvitation("deleteProjectInvitation"): Async<Success> in "" for ANYONE,
        "Withdraws an invitation to a project.", since: "3.0.0", event: "PROJECT.INVITATION.REMOVE";
    need {
        id: Uuid, "Id of the project invitation.", of: "ProjectInvitation";
    }
    may {}

    ListProjectAccounts("listProjectAccounts"): List<ProjectAccount> in "projectaccount" for ANYONE,
        "Lists the members of a project.", since: "3.0.0";
    need {
        projectid: Uuid, "Id of the project.", of: "Project";
    }
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        account: Text, "Only the member of this account name.";
        userid: Uuid, "Only those of this user.", of: "User";
        role: Text, "Only members of this role: `Admin` or `Regular`.";
        projectroleid: Uuid, "Only members of this project role.", of: "ProjectRole";
    }

    ListProjectInvitations("listProjectInvitations"): List<ProjectInvitation> in "projectinvitation" for ANYONE,
        "Lists invitations to projects.", since: "3.0.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        listall: Boolean, "True for all that the caller may see, not only its own; false by default.";
        domainid: Uuid, "Only those of this domain; with `isrecursive`, of those below it too.", of: "Domain";
        isrecursive: Boolean, "True for the domains below as well; false by default.";
        account: Text, "Only those of this account; needs `domainid`.";
        projectid: Uuid, "Only invitations to this project.", of: "Project";
        activeonly: Boolean, "True for invitations that can still be accepted.";
        state: Text, "Only those in this state.";
        id: Uuid, "Only the project invitation of this id.", of: "ProjectInvitation";
        userid: Uuid, "Only those of this user.", of: "User";
    }

    ListProjects("listProjects"): List<Project> in "project" for ANYONE,
        "Lists projects.", since: "3.0.0";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        listall: Boolean, "True for all that the caller may see, not only its own; false by default.";
        domainid: Uuid, "Only those of this domain; with `isrecursive`, of those below it too.", of: "Domain";
        isrecursive: Boolean, "True for the domains below as well; false by default.";
        account: Text, "Only those of this account; needs `domainid`.";
        id: Uuid, "Only the project of this id.", of: "Project";
        name: Text, "Only a project of exactly this name.";
        displaytext: Text, "Only those of exactly this description.";
        state: Text, "Only those in this state.";
        tags: Map, "Only those with all these tags: pairs of `key` and `value`.";
        username: Text, "Only the user of this name.";
        details: TextList, "Which details to answer: `all`, `resource`, `min`.";
        showicon: Boolean, "True to answer icons too.";
    }

    SuspendProject("suspendProject"): Async<Project> in "project" for ANYONE,
        "Suspends a project: its guests are stopped, nothing new can be made.", since: "3.0.0", event: "PROJECT.SUSPEND";
    need {
        id: Uuid, "Id of the project.", of: "Project";
    }
    may {}

    UpdateProject("updateProject"): Async<Project> in "project" for ANYONE,
        "Changes the display text or the owner of a project.", since: "3.0.0", event: "PROJECT.UPDATE";
    need {
        id: Uuid, "Id of the project.", of: "Project";
    }
    may {
        account: Text, "Name of the account that becomes the owner.";
        displaytext: Text, "A description to show.";
        userid: Uuid, "Id of the user.", of: "User";
        roletype: Text, "Role in the project: `Admin` or `Regular`.";
        swapowner: Boolean, "True if the owner so far becomes a member.";
        name: Text, "New name of the project.", since: "4.19.0";
    }

    UpdateProjectInvitation("updateProjectInvitation"): Async<Success> in "" for ANYONE,
        "Accepts or declines an invitation to a project.", since: "3.0.0", event: "PROJECT.INVITATION.UPDATE";
    need {
        projectid: Uuid, "Id of the project.", of: "Project";
    }
    may {
        account: Text, "Name of the account that was invited.";
        userid: Uuid, "Id of the user.", of: "User";
        token: Text, "Token from the invitation's mail.", secret: true;
        accept: Boolean, "True to accept (the default), false to decline.";
    }
}
