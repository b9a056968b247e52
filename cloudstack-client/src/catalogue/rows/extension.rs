//! extension

commands! { ROWS:
    AddCustomAction("addCustomAction"): Sync<ExtensionCustomAction> in "" for ROOT_ADMIN,
        "", since: "4.21.0", of: "ExtensionCustomAction";
    need {
        extensionid: Uuid, "", of: "Extension";
        name: Text, "";
    }
    may {
        description: Text, "";
        resourcetype: Text, "";
        allowedroletypes: TextList, "";
        parameters: Map, "";
        successmessage: Text, "";
        errormessage: Text, "";
        timeout: Integer, "";
        enabled: Boolean, "";
        details: Map, "";
    }

    AddNetworkDevice("addNetworkDevice"): Sync<NetworkDevice> in "networkdevice" for ROOT_ADMIN,
        "";
    need {}
    may {
        networkdevicetype: Text, "";
        networkdeviceparameterlist: Map, "";
    }

    CreateExtension("createExtension"): Sync<Extension> in "" for ROOT_ADMIN,
        "", since: "4.21.0", of: "Extension";
    need {
        name: Text, "";
        r#type: Text, "";
    }
    may {
        description: Text, "";
        path: Text, "";
        orchestratorrequirespreparevm: Boolean, "";
        state: Text, "";
        details: Map, "";
        reservedresourcedetails: Text, "", since: "4.22.1";
    }

    DeleteNetworkDevice("deleteNetworkDevice"): Sync<Success> in "" for ROOT_ADMIN,
        "";
    need {
        id: Uuid, "", of: "Host";
    }
    may {}

    ListExtensions("listExtensions"): List<Extension> in "" for ROOT_ADMIN,
        "", since: "4.21.0", of: "Extension";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        name: Text, "";
        id: Uuid, "", of: "Extension";
        details: TextList, "";
        r#type: Text, "", since: "4.23.0";
    }

    ListNetworkDevice("listNetworkDevice"): List<NetworkDevice> in "networkdevice" for ROOT_ADMIN,
        "", envelope: "listnetworkdevice";
    need {}
    may {
        keyword: Text, "";
        page: Integer, "";
        pagesize: Integer, "";
        networkdevicetype: Text, "";
        networkdeviceparameterlist: Map, "";
    }
}
