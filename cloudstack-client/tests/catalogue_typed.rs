//! Typed requests say what their rows say, and typed replies take what clouds really answer.

use cloudstack_client::catalogue::reply::{
    AsyncJob, Capabilities, List, Network, ServiceOffering, Success, Template, User, VirtualMachine, Zone,
};
use cloudstack_client::catalogue::request::{
    CreateAccount, CreateTags, DeployVirtualMachine, ListVirtualMachines, ListZones, Logout, Request,
};
use proptest::prelude::*;
use serde_json::Value;
use std::borrow::Cow;

fn given(request: &impl Request) -> Vec<(String, String)> {
    let mut out: Vec<(Cow<'static, str>, String)> = Vec::new();
    request.params(&mut out);
    out.into_iter().map(|(name, value)| (name.into_owned(), value)).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_request_gives_what_was_set_by_its_wire_names() {
    let request = DeployVirtualMachine::new("z", "o")
        .templateid("t")
        .networkids(vec!["n1", "n2"])
        .rootdisksize(20)
        .startvm(false)
        .iptonetworklist([[("networkid", "n1"), ("ip", "10.1.1.7")], [("networkid", "n2"), ("ip", "10.1.2.7")]]);
    assert_eq!(request.command().name, "deployVirtualMachine");
    let expected = pairs(&[
        ("zoneid", "z"),
        ("serviceofferingid", "o"),
        ("templateid", "t"),
        ("networkids", "n1,n2"),
        ("rootdisksize", "20"),
        ("startvm", "false"),
        ("iptonetworklist[0].networkid", "n1"),
        ("iptonetworklist[0].ip", "10.1.1.7"),
        ("iptonetworklist[1].networkid", "n2"),
        ("iptonetworklist[1].ip", "10.1.2.7"),
    ]);
    assert_eq!(given(&request), expected);
    assert_eq!(given(&Logout::new()), []);
}

#[test]
fn setting_again_replaces_the_value_and_nothing_else() {
    let two = [[("key", "a"), ("value", "1")], [("key", "b"), ("value", "2")]];
    let request = ListVirtualMachines::new()
        .name("first")
        .name("second")
        .tags(two)
        .tags([[("key", "c"), ("value", "3")]])
        .templateid("t")
        .id("x")
        .ids(["y"])
        .id("z");
    let expected = pairs(&[
        ("name", "second"),
        ("tags[0].key", "c"),
        ("tags[0].value", "3"),
        ("templateid", "t"),
        ("ids", "y"),
        ("id", "z"),
    ]);
    assert_eq!(given(&request), expected);
}

#[test]
fn a_reserved_word_is_a_parameter_like_any_other() {
    let request = CreateTags::new([[("key", "k"), ("value", "v")]], "UserVm", ["id"]).customer("c");
    assert!(given(&request).contains(&("customer".into(), "c".into())));
    let volumes = cloudstack_client::catalogue::request::ListVolumes::new().r#type("ROOT");
    assert_eq!(given(&volumes), pairs(&[("type", "ROOT")]));
}

#[test]
fn no_secret_is_shown() {
    let must = CreateAccount::ROW.params.iter().filter(|param| param.required).count();
    assert_eq!(must, 5);
    let request = CreateAccount::new("me@example.org", "First", "Last", "hunter2", "me");
    let shown = format!("{request:?}");
    assert!(!shown.contains("hunter2") && shown.contains("***") && shown.contains("me@example.org"), "{shown}");
    assert!(given(&request).contains(&("password".into(), "hunter2".into())));

    let user: User = serde_json::from_str(r#"{"username":"me","apikey":"AAA","secretkey":"BBB"}"#).unwrap();
    let shown = format!("{user:?}");
    assert!(!shown.contains("AAA") && !shown.contains("BBB") && shown.contains("me"), "{shown}");
    assert!(!shown.contains("email"), "only what is there is shown: {shown}");
}

#[test]
fn a_list_comes_with_its_count_and_an_empty_one_without() {
    let json = r#"{"count":7,"virtualmachine":[{"id":"a","state":"Running"},{"id":"b","name":"web"}]}"#;
    let list: List<VirtualMachine> = serde_json::from_str(json).unwrap();
    assert_eq!((list.count, list.items.len()), (7, 2));
    assert_eq!(list.items[1].name.as_deref(), Some("web"));
    assert_eq!(list.items[0].nic, []);
    for empty in ["{}", "null", r#""""#, r#"{"count":0}"#] {
        assert_eq!(serde_json::from_str::<List<Zone>>(empty).unwrap(), List::default(), "{empty}");
    }
    let uncounted: List<Zone> = serde_json::from_str(r#"{"zone":[{"id":"z"}]}"#).unwrap();
    assert_eq!(uncounted.count, 1);
}

#[test]
fn retyped_values_are_read_for_what_they_say() {
    let json = r#"{"id":5,"name":true,"haenable":"TRUE","cpunumber":"2","memory":512.0,"cpuspeed":"500.0","created":null,
        "details":{"a":1,"b":"x","c":true},"tags":{"key":"k","value":"v"},"keypairs":["p","q"],
        "nic":{"id":"n","ipaddress":"10.1.1.1","secondaryip":[{"id":"s"}]},"what":{"is":["this"]},"group":["g","h"]}"#;
    let vm: VirtualMachine = serde_json::from_str(json).unwrap();
    assert_eq!((vm.id.as_deref(), vm.name.as_deref()), (Some("5"), Some("true")));
    assert_eq!((vm.haenable, vm.cpunumber, vm.memory, vm.cpuspeed), (Some(true), Some(2), Some(512), Some(500)));
    assert_eq!(vm.created, None);
    assert_eq!(vm.details["a"], "1");
    assert_eq!((vm.details["b"].as_str(), vm.details["c"].as_str()), ("x", "true"));
    assert_eq!(vm.tags[0].value.as_deref(), Some("v"));
    assert_eq!(vm.nic[0].secondaryip[0].id.as_deref(), Some("s"));
    assert_eq!(vm.group.as_deref(), Some("g,h"));
}

#[test]
fn what_makes_no_sense_is_left_out() {
    let json = r#"{"id":{"odd":1},"haenable":"perhaps","cpunumber":"two","memory":1.5,"nic":"none","details":"text","securitygroup":[1,{"id":"g"},null]}"#;
    let vm: VirtualMachine = serde_json::from_str(json).unwrap();
    assert_eq!((vm.id, vm.haenable, vm.cpunumber, vm.memory), (None, None, None, None));
    assert!(vm.nic.is_empty() && vm.details.is_empty());
    assert_eq!(vm.securitygroup.len(), 1);
}

#[test]
fn names_with_capitals_are_read_in_any_case() {
    for json in [r#"{"diskIopsReadRate":7}"#, r#"{"diskiopsreadrate":"7"}"#] {
        let offering: ServiceOffering = serde_json::from_str(json).unwrap();
        assert_eq!(offering.diskiopsreadrate, Some(7), "{json}");
    }
    let template: Template = serde_json::from_str(r#"{"crossZones":true}"#).unwrap();
    assert_eq!(template.crosszones, Some(true));
    let field = |name: &str| ListZones::ROW.reply.fields.iter().any(|field| field.name == name);
    assert!(field("localstorageenabled"));
}

#[test]
fn one_object_where_a_list_is_told_and_the_other_way_round() {
    let one: List<Zone> = serde_json::from_str(r#"{"count":"1","zone":{"id":"z"}}"#).unwrap();
    assert_eq!((one.count, one.items[0].id.as_deref()), (1, Some("z")));
    let first: Capabilities = serde_json::from_str(r#"[{"cloudstackversion":"4.23"},{}]"#).unwrap();
    assert_eq!(first.cloudstackversion.as_deref(), Some("4.23"));
}

#[test]
fn old_clouds_say_success_as_text() {
    for json in [r#"{"success":"true"}"#, r#"{"success":true,"displaytext":"done"}"#] {
        assert_eq!(serde_json::from_str::<Success>(json).unwrap().success, Some(true), "{json}");
    }
}

#[test]
fn the_result_of_a_job_is_kept_as_it_came() {
    let json = r#"{"jobid":"j","jobstatus":2,"jobresultcode":530,"jobresult":{"errorcode":535,"errortext":"limit"}}"#;
    let job: AsyncJob = serde_json::from_str(json).unwrap();
    assert_eq!((job.jobstatus, job.jobresultcode), (Some(2), Some(530)));
    assert_eq!(job.jobresult.unwrap()["errorcode"], 535);
}

#[test]
fn an_answer_that_is_no_object_is_refused() {
    for json in ["5", "true", r#""text""#] {
        assert!(serde_json::from_str::<Network>(json).is_err(), "{json}");
        assert!(serde_json::from_str::<List<Network>>(json).is_err(), "{json}");
    }
}

/// Any JSON value, not too deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("id|name|nic|tags|\\$text|[a-z]{1,6}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_odd_field_spoils_an_answer(
        id in any_json(), nic in any_json(), details in any_json(), tags in any_json(), memory in any_json(), keypairs in any_json(),
    ) {
        let answer = serde_json::json!({ "id": id, "nic": nic, "details": details, "tags": tags, "memory": memory,
            "keypairs": keypairs, "name": "kept" });
        let vm: VirtualMachine = serde_json::from_str(&answer.to_string()).unwrap();
        prop_assert_eq!(vm.name.as_deref(), Some("kept"));
        if let Value::String(id) = id {
            prop_assert_eq!(vm.id, Some(id));
        }
        let list: List<VirtualMachine> = serde_json::from_value(serde_json::json!({ "count": 1, "virtualmachine": answer })).unwrap();
        prop_assert_eq!(list.items.len(), 1);
    }
}

#[test]
fn an_answer_that_nests_without_end_is_refused() {
    let deep = |key: &str, times: usize| format!("{}1{}", format!("{{\"{key}\":").repeat(times), "}".repeat(times));
    assert!(serde_json::from_str::<AsyncJob>(&deep("jobresult", 30)).is_ok());
    let refused = serde_json::from_str::<AsyncJob>(&deep("jobresult", 100)).unwrap_err();
    assert!(refused.to_string().contains("nested deeper"), "{refused}");
    let refused =
        serde_json::from_str::<VirtualMachine>(&format!(r#"{{"nic":{}}}"#, deep("secondaryip", 100))).unwrap_err();
    assert!(refused.to_string().contains("nested deeper"), "{refused}");
}

/// Elements as an XML reader hands them over: text under its own key, lists as keys that come again.
#[test]
fn elements_are_read_like_objects() {
    let elements = r#"{"@cloud-stack-version":"4.1.1","count":{"$text":"2"},
        "virtualmachine":{"id":{"$text":"a"},"haenable":{"$text":"false"},"name":{},"nic":{"id":{"$text":"n1"}},"nic":{"id":{"$text":"n2"}},
            "details":{"x":{"$text":"1"}},"keypairs":{"$text":"p"}},
        "virtualmachine":{"id":{"$text":"b"}}}"#;
    let list: List<VirtualMachine> = serde_json::from_str(elements).unwrap();
    assert_eq!((list.count, list.items.len()), (2, 2));
    let vm = &list.items[0];
    assert_eq!((vm.id.as_deref(), vm.haenable, vm.name.as_deref()), (Some("a"), Some(false), None));
    assert_eq!(vm.nic.iter().map(|nic| nic.id.as_deref().unwrap()).collect::<Vec<_>>(), ["n1", "n2"]);
    assert_eq!(vm.details["x"], "1");
}
