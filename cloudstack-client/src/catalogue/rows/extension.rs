//! Extensions and physical network devices.

commands! { ROWS:
    AddCustomAction("addCustomAction"): Sync<ExtensionCustomAction> in "extensioncustomaction" for ROOT_ADMIN,
        "Adds an action of one's own to an extension.", since: "4.21.0", event: "EXTENSION.CUSTOM.ACTION.ADD", of: "ExtensionCustomAction";
    need {
        extensionid: Uuid, "Id of the extension.", of: "Extension";
        name: Text, "Name of the new action.";
    }
    may {
        description: Text, "What it is for, in words.";
        resourcetype: Text, "Type of the resource, such as `UserVm`, `Volume` or `Network`.";
        allowedroletypes: TextList, "Role types that may run it.";
        parameters: Map, "What the action can be given: `name`, `type`, `required` and more for each.";
        successmessage: Text, "What to say once it is done.";
        errormessage: Text, "What to say if it fails.";
        timeout: Integer, "Seconds it may take.";
        enabled: Boolean, "True to enable, false to disable.";
        details: Map, "Details to keep with it, as pairs.";
    }

    AddNetworkDevice("addNetworkDevice"): Sync<NetworkDevice> in "networkdevice" for ROOT_ADMIN,
        "Adds a physical network device.";
    need {}
    may {
        networkdevicetype: Text, "Type of the device, such as `ExternalDhcp` or `PxeServer`.";
        networkdeviceparameterlist: Map, "Parameters of the device, as pairs.";
    }

    CreateExtension("createExtension"): Sync<Extension> in "extension" for ROOT_ADMIN,
        "Makes an extension, for machines that an outside program runs.", since: "4.21.0", event: "EXTENSION.CREATE", of: "Extension";
    need {
        name: Text, "Name of the new extension.";
        r#type: Text, "Type of extension: `Orchestrator`.";
    }
    may {
        description: Text, "What it is for, in words.";
        path: Text, "Path of the program, below the extensions' folder.";
        orchestratorrequirespreparevm: Boolean, "True if the extension is asked before a guest is deployed.";
        state: Text, "`Enabled` (the default) or `Disabled`.";
        details: Map, "Details to keep with it, as pairs.";
        reservedresourcedetails: Text, "Names of details that are kept for the extension.", since: "4.22.1";
    }

    DeleteNetworkDevice("deleteNetworkDevice"): Sync<Success> in "" for ROOT_ADMIN,
        "Deletes a physical network device.";
    need {
        id: Uuid, "Id of the host.", of: "Host";
    }
    may {}

    ListExtensions("listExtensions"): List<Extension> in "extension" for ROOT_ADMIN,
        "Lists extensions.", since: "4.21.0", of: "Extension";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        name: Text, "Only an extension of exactly this name.";
        id: Uuid, "Only the extension of this id.", of: "Extension";
        details: TextList, "Which details to answer: `all`, `resource`, `min`.";
        r#type: Text, "Only those of this type.", since: "4.23.0";
    }

    ListNetworkDevice("listNetworkDevice"): List<NetworkDevice> in "networkdevice" for ROOT_ADMIN,
        "Lists physical network devices.", envelope: "listnetworkdevice";
    need {}
    may {
        keyword: Text, "Only those with this text in their name or the like.";
        page: Integer, "Which page, from 1; needs `pagesize`.";
        pagesize: Integer, "Rows on a page, 500 at most by default; needs `page`. -1 alone for all where that is allowed.";
        networkdevicetype: Text, "Type of the device, such as `ExternalDhcp` or `PxeServer`.";
        networkdeviceparameterlist: Map, "Only devices with these parameters, as pairs.";
    }
}
