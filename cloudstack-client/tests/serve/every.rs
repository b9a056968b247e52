//! Every bound command, found in the table itself: one that is added is covered without being named here.

use crate::lab::{Answer, Lab, run};
use cloudstack_client::catalogue::{Answer as How, Command, Kind, find};
use cloudstack_client::serve::Api;
use cloudstack_core::base::RoleType;
use cloudstack_core::ledger::View;

/// The id of some thing of this kind, if the cloud has one.
fn some(view: &View, entity: &str) -> Option<String> {
    fn first<'v, R: cloudstack_core::ledger::Table + 'v>(view: &'v View) -> Option<String> {
        R::rows(view).iter().next().map(|row| row.id().to_string())
    }
    use cloudstack_core::model::{image, infra, job, network, offering, org, vm, volume};
    match entity {
        "Zone" => first::<infra::Zone>(view),
        "Pod" => first::<infra::Pod>(view),
        "Cluster" => first::<infra::Cluster>(view),
        "Host" => first::<infra::Host>(view),
        "StoragePool" => first::<infra::Pool>(view),
        "ImageStore" => first::<infra::ImageStore>(view),
        "PhysicalNetwork" => first::<infra::PhysicalNetwork>(view),
        "ServiceOffering" => first::<offering::ComputeOffering>(view),
        "DiskOffering" => first::<offering::DiskOffering>(view),
        "NetworkOffering" => first::<offering::NetworkOffering>(view),
        "Template" => first::<image::Template>(view),
        "VirtualMachine" => first::<vm::Vm>(view),
        "Volume" => first::<volume::Volume>(view),
        "Network" => first::<network::Network>(view),
        "SecurityGroup" => first::<network::SecurityGroup>(view),
        "Account" => first::<org::Account>(view),
        "User" => first::<org::User>(view),
        "Domain" => first::<org::Domain>(view),
        "AsyncJob" => first::<job::Job>(view),
        _ => None,
    }
}

/// A value for a parameter that must be given.
fn value(view: &View, row: &Command, name: &str) -> String {
    let param = row.params.iter().find(|p| p.name == name).unwrap();
    match (name, param.kind) {
        ("templatefilter", _) => "executable".into(),
        ("type", _) if row.name == "listStorageProviders" => "primary".into(),
        (_, Kind::Boolean) => "true".into(),
        (_, Kind::Integer | Kind::Long) => "1".into(),
        (_, Kind::Uuid | Kind::UuidList) => {
            some(view, param.entity).unwrap_or_else(|| "00000000-0000-7000-8000-000000000000".into())
        }
        _ => "x".into(),
    }
}

/// Every command is asked as the administrator: with nothing, with all that must be given, and with every parameter at
/// once. Whatever it answers is one well-formed envelope under its own root, with a documented code.
#[test]
fn every_bound_command_answers_in_its_envelope() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        lab.machine(&admin).await;
        for row in Api::commands() {
            let view = lab.cloud.view();
            let required: Vec<&str> = row.params.iter().filter(|p| p.required).map(|p| p.name).collect();
            let all: Vec<&str> = row
                .params
                .iter()
                .filter(|p| p.kind != Kind::Map && p.name != "pagesize" && p.name != "page")
                .map(|p| p.name)
                .collect();
            for names in [Vec::new(), required.clone(), all] {
                // What takes things away is left for the lifecycle.
                let destructive = row.name.starts_with("delete") || row.name.starts_with("destroy");
                if destructive && !names.is_empty() {
                    continue;
                }
                let given: Vec<(&str, String)> = names.iter().map(|n| (*n, value(&view, row, n))).collect();
                let mut params = vec![("command", row.name), ("response", "json")];
                params.extend(given.iter().map(|(n, v)| (*n, v.as_str())));
                let response = lab.raw(&admin, &params).await;
                let answer = Answer::read(&response);
                assert_eq!(answer.root, row.envelope, "{}", row.name);
                let code = answer.body["errorcode"].as_u64().unwrap_or(200);
                assert_eq!(u64::from(answer.status), code, "{}: {}", row.name, response.body);
                assert!(
                    [200, 430, 431, 530, 531, 533, 534, 535, 536, 537].contains(&answer.status),
                    "{}",
                    response.body
                );
                if names.is_empty() && !required.is_empty() {
                    let first = format!("parameter `{}` is missing", required[0]);
                    assert_eq!((answer.status, answer.text()), (431, &*first), "{}", row.name);
                }
                if answer.status == 200 && row.answer == How::List && answer.body.get("count").is_none() {
                    assert_eq!(answer.body, serde_json::json!({}), "{}: an empty list is empty", row.name);
                }
                // The same in XML: every element that is opened is closed.
                params[1].1 = "xml";
                let xml = lab.raw(&admin, &params).await;
                assert!(xml.body.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"), "{}", xml.body);
                balanced(&xml.body);
            }
        }
    });
}

/// Every element that is opened is closed, in order.
pub(crate) fn balanced(xml: &str) {
    let mut open = Vec::new();
    for piece in xml.split('<').skip(1).filter(|p| !p.starts_with('?')) {
        let tag = piece.split('>').next().unwrap();
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{xml}"),
            None => open.push(tag.split(' ').next().unwrap()),
        }
    }
    assert!(open.is_empty(), "{open:?} in {xml}");
}

/// `listApis` has exactly what is bound, in the order of names, with every parameter of the row.
#[test]
fn list_apis_is_what_is_bound() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let apis = lab.get(&admin, "listApis", &[]).await;
        let names: Vec<&str> = apis["api"].as_array().unwrap().iter().map(|a| a["name"].as_str().unwrap()).collect();
        let bound: Vec<&str> = Api::commands().map(|row| row.name).collect();
        assert_eq!(names, bound);
        assert!(names.is_sorted() && apis["count"] == names.len());
        for api in apis["api"].as_array().unwrap() {
            let row = find(api["name"].as_str().unwrap()).unwrap();
            assert_eq!(api["isasync"], row.answer.is_async());
            assert_eq!(api["params"].as_array().unwrap().len(), row.params.len());
            assert!(api["response"].is_array(), "never null");
        }
        let user = lab.newcomer("ROOT/a", RoleType::User).await;
        let open = lab.get(&user, "listApis", &[]).await;
        let open: Vec<&str> = open["api"].as_array().unwrap().iter().map(|a| a["name"].as_str().unwrap()).collect();
        assert!(open.contains(&"listVirtualMachines") && !open.contains(&"createZone"));
        let one = lab.get(&user, "listApis", &[("name", "listZones")]).await;
        assert_eq!(one["count"], 1);
    });
}
