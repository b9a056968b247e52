//! The catalogue is complete and says of each command what clients rely on.

use cloudstack_client::catalogue::{AREAS, Answer, COMMANDS, Command, Kind, Roles, Shape, find};
use std::collections::{BTreeMap, BTreeSet};

/// What the outside relies on, a line per command.
const CONTRACT: &str = include_str!("data/commands.tsv");

/// Entities that no command of the catalogue answers.
const UNANSWERED: &[&str] = &["KMSKey", "ProjectRole", "VgpuProfile", "VsphereStoragePolicies"];

fn shapes() -> BTreeMap<&'static str, &'static Shape> {
    fn add(shape: &'static Shape, all: &mut BTreeMap<&'static str, &'static Shape>) {
        if all.insert(shape.name, shape).is_none() {
            shape.fields.iter().filter_map(|field| field.shape).for_each(|inner| add(inner, all));
        }
    }
    let mut all = BTreeMap::new();
    COMMANDS.iter().for_each(|row| add(row.reply, &mut all));
    all
}

fn bits(roles: Roles) -> u8 {
    let each = [Roles::ROOT_ADMIN, Roles::RESOURCE_ADMIN, Roles::DOMAIN_ADMIN, Roles::USER];
    (0..).zip(each).filter(|(_, role)| roles.allows(*role)).map(|(bit, _)| 1 << bit).sum()
}

fn contract_line(row: &Command) -> String {
    let must: Vec<&str> = row.params.iter().filter(|param| param.required).map(|param| param.name).collect();
    let roles = bits(row.roles).to_string();
    [row.name, &format!("{:?}", row.answer), &roles, row.envelope, row.object, &must.join(",")].join("\t")
}

#[test]
fn rows_and_contract_agree_both_ways() {
    let rows: Vec<String> = COMMANDS.iter().map(|row| contract_line(row)).collect();
    let contract: Vec<&str> = CONTRACT.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(contract.len(), 409);
    for (row, line) in rows.iter().zip(&contract) {
        assert_eq!(row, line);
    }
    assert_eq!(rows.len(), contract.len());
}

#[test]
fn names_are_unique_in_order_and_found() {
    assert!(COMMANDS.is_sorted_by(|a, b| a.name < b.name));
    for row in COMMANDS {
        assert!(std::ptr::eq(find(row.name).unwrap(), *row), "{}", row.name);
        assert!(find(&row.name.to_uppercase()).is_none(), "{}", row.name);
    }
    for near in ["", "listZone", "listZoness", "zzz", "a"] {
        assert!(find(near).is_none(), "{near}");
    }
}

#[test]
fn areas_hold_every_command_once() {
    let mut names: Vec<&str> = AREAS.iter().flat_map(|area| area.rows).map(|row| row.name).collect();
    for area in AREAS {
        assert!(area.rows.is_sorted_by(|a, b| a.name < b.name), "{}", area.name);
    }
    names.sort_unstable();
    assert_eq!(names, COMMANDS.iter().map(|row| row.name).collect::<Vec<_>>());
}

#[test]
fn envelopes_are_the_name_and_response_but_for_these() {
    let odd: Vec<(&str, &str)> = COMMANDS
        .iter()
        .filter(|row| row.envelope != format!("{}response", row.name.to_lowercase()))
        .map(|row| (row.name, row.envelope))
        .collect();
    let known = [
        ("activateProject", "activaterojectresponse"),
        ("addIpToNic", "addiptovmnicresponse"),
        ("cancelStorageMaintenance", "cancelprimarystoragemaintenanceresponse"),
        ("createAutoScalePolicy", "autoscalepolicyresponse"),
        ("createAutoScaleVmGroup", "autoscalevmgroupresponse"),
        ("createAutoScaleVmProfile", "autoscalevmprofileresponse"),
        ("createCondition", "conditionresponse"),
        ("createCounter", "counterresponse"),
        ("createLBStickinessPolicy", "createLBStickinessPolicy"),
        ("deleteLBStickinessPolicy", "deleteLBstickinessrruleresponse"),
        ("disableAutoScaleVmGroup", "disableautoscalevmGroupresponse"),
        ("enableAutoScaleVmGroup", "enableautoscalevmGroupresponse"),
        ("enableStorageMaintenance", "prepareprimarystorageformaintenanceresponse"),
        ("ldapCreateAccount", "createaccountresponse"),
        ("listCounters", "counterresponse"),
        ("listInternalLoadBalancerVMs", "listinternallbvmsresponse"),
        ("listLdapConfigurations", "ldapconfigurationresponse"),
        ("listNetworkDevice", "listnetworkdevice"),
        ("listPortableIpRanges", "listportableipresponse"),
        ("resetSSHKeyForVirtualMachine", "resetSSHKeyforvirtualmachineresponse"),
        ("restoreVirtualMachine", "restorevmresponse"),
        ("startInternalLoadBalancerVM", "startinternallbvmresponse"),
        ("stopInternalLoadBalancerVM", "stopinternallbvmresponse"),
        ("updateNetworkACLItem", "createnetworkaclresponse"),
        ("updateVMAffinityGroup", "updatevirtualmachineresponse"),
    ];
    assert_eq!(odd, known);
}

#[test]
fn objects_are_called_what_clients_look_for() {
    for (command, object) in [
        ("listVirtualMachines", "virtualmachine"),
        ("createSSHKeyPair", "keypair"),
        ("registerSSHKeyPair", "keypair"),
        ("listSSHKeyPairs", "sshkeypair"),
        ("registerUserKeys", "userkeys"),
        ("listAffinityGroupTypes", "affinityGroupType"),
        ("listVMSnapshot", "vmSnapshot"),
        ("listCapabilities", "capability"),
        ("listLdapConfigurations", "LdapConfiguration"),
        ("listHypervisorCapabilities", "hypervisorCapabilities"),
        ("listStorageProviders", "dataStoreProvider"),
        ("associateIpAddress", "ipaddress"),
        ("listPublicIpAddresses", "publicipaddress"),
        ("listIsos", "iso"),
        ("registerIso", "iso"),
        ("listInternalLoadBalancerVMs", "internalloadbalancervm"),
        ("listRouters", "router"),
        ("createVlanIpRange", "vlan"),
        ("listVlanIpRanges", "vlaniprange"),
        ("extractVolume", "volume"),
        ("listProjectAccounts", "projectaccount"),
        ("listIpForwardingRules", "ipforwardingrule"),
        ("listSupportedNetworkServices", "networkservice"),
        ("listLoadBalancerRuleInstances", "loadbalancerruleinstance"),
        ("authorizeSecurityGroupIngress", "securitygroup"),
        ("login", ""),
        ("queryAsyncJobResult", ""),
        ("deleteVolume", ""),
    ] {
        assert_eq!(find(command).unwrap().object, object, "{command}");
    }
    // A list without a name for its elements could not be written.
    for row in COMMANDS.iter().filter(|row| row.lists()) {
        assert!(!row.object.is_empty(), "{}", row.name);
    }
}

#[test]
fn commands_that_make_things_at_once_may_still_answer_lists() {
    for name in ["addHost", "addCluster", "registerTemplate", "registerIso", "listApis", "updateResourceCount"] {
        assert_eq!(find(name).unwrap().answer, Answer::List, "{name}");
    }
    assert_eq!(find("deployVirtualMachine").unwrap().answer, Answer::AsyncCreate);
    assert_eq!(find("createNetwork").unwrap().answer, Answer::Sync);
    assert_eq!(find("startVirtualMachine").unwrap().answer, Answer::Async);
    let count = |answer| COMMANDS.iter().filter(|row| row.answer == answer).count();
    assert_eq!([Answer::Async, Answer::AsyncCreate].map(count), [141, 38]);
}

/// Words of a text, to see that it says more than the name.
fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

fn described(what: &str, name: &str, doc: &str) {
    assert!(words(doc) >= 2, "{what}: {doc:?} is too short");
    assert!(doc.ends_with(['.', '…']), "{what}: {doc:?} has no end");
    assert!(doc.chars().next().is_some_and(|c| c.is_uppercase() || "`0123456789-\"".contains(c)), "{what}: {doc:?}");
    let same = |c: &char| c.is_ascii_alphanumeric();
    let bare = |text: &str| text.chars().filter(same).collect::<String>().to_lowercase();
    for told in [bare(name), format!("the{}", bare(name)), format!("the{}parameter", bare(name))] {
        assert_ne!(bare(doc), told, "{what}: {doc:?} only repeats the name");
    }
    assert_eq!(doc.matches('`').count() % 2, 0, "{what}: {doc:?} has code that does not end");
    assert!(!doc.contains("  ") && doc.is_ascii() || doc.contains('…'), "{what}: {doc:?}");
}

#[test]
fn all_is_described() {
    let mut docs = BTreeSet::new();
    for row in COMMANDS {
        described(row.name, row.name, row.doc);
        assert!(docs.insert(row.doc), "{}: {:?} is said of another", row.name, row.doc);
        for param in row.params {
            described(&format!("{} {}", row.name, param.name), param.name, param.doc);
        }
    }
    for shape in shapes().values() {
        described(shape.name, shape.name, shape.doc);
        for field in shape.fields {
            described(&format!("{} {}", shape.name, field.name), field.name, field.doc);
        }
    }
}

#[test]
fn parameters_are_well_formed() {
    for row in COMMANDS {
        let mut names = BTreeSet::new();
        for param in row.params {
            let what = format!("{} {}", row.name, param.name);
            assert!(names.insert(param.name), "{what} is there twice");
            assert!(param.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'), "{what}");
            assert!(
                !["command", "response", "apikey", "signature", "signatureversion", "expires", "sessionkey"]
                    .contains(&param.name),
                "{what}"
            );
            assert!(param.max_len > 0, "{what}");
            assert!(!matches!(param.kind, Kind::Object | Kind::Objects), "{what}");
            assert!(param.roles.allows(Roles::ROOT_ADMIN), "{what}");
        }
        assert!(row.params.is_sorted_by_key(|param| !param.required), "{}: what must be given is first", row.name);
        assert!(row.roles.allows(Roles::ROOT_ADMIN), "{}", row.name);
        if row.name.starts_with("list") && names.contains("page") {
            assert!(names.contains("pagesize"), "{}", row.name);
        }
    }
    let counts = COMMANDS.iter().fold((0, 0), |(all, must), row| {
        (all + row.params.len(), must + row.params.iter().filter(|param| param.required).count())
    });
    assert_eq!(counts, (2_884, 444));
}

#[test]
fn entities_and_shapes_are_known() {
    let shapes = shapes();
    let known = |entity: &str| entity.is_empty() || shapes.contains_key(entity) || UNANSWERED.contains(&entity);
    for row in COMMANDS {
        assert!(known(row.entity), "{}: {}", row.name, row.entity);
        for param in row.params {
            assert!(param.entity.split(',').all(known), "{} {}: {}", row.name, param.name, param.entity);
            if param.kind == Kind::Uuid {
                assert!(!param.entity.is_empty(), "{} {} is the id of nothing", row.name, param.name);
            }
        }
    }
    for shape in shapes.values() {
        let mut names = BTreeSet::new();
        for field in shape.fields {
            let what = format!("{} {}", shape.name, field.name);
            assert!(names.insert(field.name.to_lowercase()), "{what} is there twice");
            assert!(field.name.bytes().all(|b| b.is_ascii_alphanumeric()), "{what}");
            assert!(field.shape.is_none() || matches!(field.kind, Kind::Object | Kind::Objects), "{what}");
        }
        assert!(!shape.fields.is_empty(), "{}", shape.name);
    }
    assert_eq!(shapes.len(), 145);
    // Two shapes hold themselves; this would not end if the tables did.
    let nic = shapes["NicSecondaryIp"];
    assert!(nic.fields.iter().any(|field| field.shape.is_some_and(|inner| std::ptr::eq(inner, nic))));
}

#[test]
fn lengths_are_255_but_for_these() {
    let odd: BTreeMap<(&str, &str), u32> = COMMANDS
        .iter()
        .flat_map(|row| row.params.iter().map(|param| ((row.name, param.name), param.max_len)))
        .filter(|(_, len)| *len != 255)
        .collect();
    for (at, len) in [
        (("deployVirtualMachine", "userdata"), 1_048_576),
        (("updateVirtualMachine", "userdata"), 1_048_576),
        (("deployVirtualMachine", "extraconfig"), 5_120),
        (("registerSSHKeyPair", "publickey"), 5_120),
        (("registerTemplate", "url"), 2_048),
        (("registerTemplate", "displaytext"), 4_096),
        (("updateConfiguration", "value"), 4_096),
        (("uploadSslCert", "certchain"), 2_097_152),
        (("uploadSslCert", "certificate"), 16_384),
        (("uploadCustomCertificate", "privatekey"), 65_535),
        (("registerIso", "name"), 251),
        (("addIpToNic", "description"), 2_048),
    ] {
        assert_eq!(odd.get(&at), Some(&len), "{at:?}");
    }
    assert_eq!(odd.len(), 51);
}

#[test]
fn what_must_be_given_is() {
    let must = |name: &str| -> Vec<&str> {
        find(name).unwrap().params.iter().filter(|param| param.required).map(|param| param.name).collect()
    };
    for (command, names) in [
        ("deployVirtualMachine", &["zoneid", "serviceofferingid"][..]),
        ("createAccount", &["email", "firstname", "lastname", "password", "username"]),
        ("createNetwork", &["name", "networkofferingid", "zoneid"]),
        ("createTags", &["tags", "resourcetype", "resourceids"]),
        ("updateResourceLimit", &["resourcetype"]),
        ("createPortForwardingRule", &["ipaddressid", "privateport", "protocol", "publicport", "virtualmachineid"]),
        ("login", &["username", "password"]),
        ("listVirtualMachines", &[]),
        ("createSSHKeyPair", &["name"]),
        ("listTemplates", &["templatefilter"]),
    ] {
        let mut given = must(command);
        let mut names = names.to_vec();
        given.sort_unstable();
        names.sort_unstable();
        assert_eq!(given, names, "{command}");
    }
}

#[test]
fn secrets_are_marked() {
    let marked: BTreeSet<&str> =
        COMMANDS.iter().flat_map(|row| row.params).filter(|param| param.secret).map(|param| param.name).collect();
    let known = [
        "currentpassword",
        "ipsecpsk",
        "key",
        "password",
        "privatekey",
        "secretkey",
        "token",
        "userapikey",
        "usersecretkey",
        "vsmpassword",
    ];
    assert_eq!(marked, BTreeSet::from(known));
    for row in COMMANDS {
        for param in row.params.iter().filter(|param| param.name.contains("password") && param.kind == Kind::Text) {
            assert!(param.secret, "{} {}", row.name, param.name);
        }
    }
    let tags = find("listTags").unwrap();
    assert!(tags.params.iter().any(|param| param.name == "key" && !param.secret), "the key of a tag is none");
    for shape in shapes().values() {
        for field in shape.fields.iter().filter(|field| field.name.contains("secret") || field.name == "password") {
            assert!(field.secret || field.kind != Kind::Text, "{} {}", shape.name, field.name);
        }
    }
}

#[test]
fn events_have_names_like_events() {
    for row in COMMANDS.iter().filter(|row| !row.event.is_empty()) {
        let fine = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        };
        assert!(row.event.split('.').all(fine), "{}: {}", row.name, row.event);
    }
    for (command, event) in [
        ("deployVirtualMachine", "VM.CREATE"),
        ("deleteVolume", "VOLUME.DELETE"),
        ("createNetwork", "NETWORK.CREATE"),
        ("listZones", ""),
    ] {
        assert_eq!(find(command).unwrap().event, event, "{command}");
    }
    let silent = COMMANDS.iter().filter(|row| row.answer.is_async() && row.event.is_empty());
    let silent: Vec<&str> = silent.map(|row| row.name).collect();
    assert_eq!(
        silent,
        ["destroySystemVm", "rebootSystemVm", "startSystemVm", "stopSystemVm"],
        "which depends on the kind of guest"
    );
}

#[test]
fn some_fields_are_for_administrators() {
    let vm = shapes()["VirtualMachine"];
    let hidden: Vec<&str> =
        vm.fields.iter().filter(|field| !field.roles.allows(Roles::USER)).map(|field| field.name).collect();
    assert_eq!(hidden, ["displayvm"]);
}

/// Proves: API-12
#[test]
fn commands_that_documents_name_are_there() {
    let named = [
        "updateRegion",
        "addRegion",
        "removeRegion",
        "createSSHKeyPair",
        "resetSSHKeyForVirtualMachine",
        "deployVirtualMachine",
        "addTrafficMonitor",
        "updateConfiguration",
        "listNetworks",
        "addTrafficType",
        "updateTrafficType",
        "addCluster",
        "listVirtualMachines",
        "login",
        "registerUserKeys",
    ];
    // What EC2 calls are turned into.
    let behind_ec2 = [
        "associateIpAddress",
        "enableStaticNat",
        "listPublicIpAddresses",
        "disableStaticNat",
        "disassociateIpAddress",
        "listZones",
        "createTemplate",
        "deleteTemplate",
        "listTemplates",
        "registerTemplate",
        "listTemplatePermissions",
        "updateTemplatePermissions",
        "rebootVirtualMachine",
        "startVirtualMachine",
        "stopVirtualMachine",
        "destroyVirtualMachine",
        "deleteSSHKeyPair",
        "listSSHKeyPairs",
        "registerSSHKeyPair",
        "getVMPassword",
        "authorizeSecurityGroupIngress",
        "createSecurityGroup",
        "deleteSecurityGroup",
        "listSecurityGroups",
        "revokeSecurityGroupIngress",
        "createSnapshot",
        "deleteSnapshot",
        "listSnapshots",
        "attachVolume",
        "createVolume",
        "deleteVolume",
        "listVolumes",
        "detachVolume",
    ];
    for name in named.iter().chain(&behind_ec2) {
        assert!(find(name).is_some(), "{name}");
    }
}
