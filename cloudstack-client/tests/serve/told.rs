//! What guests are told, what runs in them, and what of them is counted.

use crate::lab::{Lab, run};
use cloudstack_core::base::RoleType;

#[test]
fn every_kind_of_system_is_in_a_family() {
    run(async {
        let lab = Lab::new().await;
        let user = lab.newcomer("ROOT/a", RoleType::User).await;
        let families = lab.get(&user, "listOsCategories", &[]).await;
        let mut kinds = 0;
        for family in families["oscategory"].as_array().unwrap() {
            let found = lab.get(&user, "listOsTypes", &[("oscategoryid", family["id"].as_str().unwrap())]).await;
            assert!(found["ostype"].as_array().unwrap().iter().all(|os| os["oscategoryname"] == family["name"]));
            kinds += found["count"].as_u64().unwrap();
        }
        let page = lab.get(&user, "listOsTypes", &[("page", "1"), ("pagesize", "3")]).await;
        assert_eq!((page["count"].as_u64(), page["ostype"].as_array().unwrap().len()), (Some(kinds), 3));
        let debian = lab
            .get(&user, "listOsTypes", &[("keyword", "debian"), ("description", "Debian GNU/Linux 12 (64-bit)")])
            .await;
        assert_eq!(debian["count"], 1);
    });
}

#[test]
fn a_guest_is_told_keys_and_data() {
    run(async {
        let lab = Lab::new().await;
        let user = lab.newcomer("ROOT/a", RoleType::User).await;
        let made = lab.get(&user, "createSSHKeyPair", &[("name", "laptop")]).await;
        let private = made["keypair"]["privatekey"].as_str().unwrap();
        assert!(private.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----"));
        let listed = lab.get(&user, "listSSHKeyPairs", &[]).await;
        assert_eq!(listed["sshkeypair"][0]["fingerprint"], made["keypair"]["fingerprint"]);
        assert!(listed["sshkeypair"][0].get("privatekey").is_none());

        let data = "I2Nsb3VkLWNvbmZpZwo=";
        let refused = lab.ask(&user, "registerUserData", &[("name", "web"), ("userdata", "#cloud-config")]).await;
        assert!(refused.status == 431 && !refused.text().contains("cloud-config"), "{}", refused.text());
        lab.get(&user, "registerUserData", &[("name", "web"), ("userdata", data), ("params", "colour, size")]).await;
        let registered = lab.get(&user, "listUserData", &[("name", "web")]).await["userdata"][0].clone();
        assert_eq!((&registered["userdata"], &registered["params"]), (&data.into(), &"colour,size".into()));

        let zone = lab.first(&user, "listZones", "zone", &[]).await;
        let size = lab.first(&user, "listServiceOfferings", "serviceoffering", &[]).await;
        let image = lab.first(&user, "listTemplates", "template", &[("templatefilter", "executable")]).await;
        let id = registered["id"].as_str().unwrap();
        let mut wish = vec![("zoneid", &*zone), ("serviceofferingid", &*size), ("templateid", &*image)];
        wish.extend([("keypair", "laptop"), ("userdataid", id), ("displayname", "The shop's front")]);
        wish.push(("details[0].colour", "red"));
        let vm = lab.job(&user, "deployVirtualMachine", &wish).await["virtualmachine"].clone();
        assert_eq!((&vm["keypairs"], &vm["userdataname"]), (&"laptop".into(), &"web".into()));
        assert_eq!((&vm["displayname"], &vm["details"]["colour"]), (&"The shop's front".into(), &"red".into()));
        let vm = vm["id"].as_str().unwrap();
        let told = lab.get(&user, "getVirtualMachineUserData", &[("virtualmachineid", vm)]).await;
        assert_eq!(told["virtualmachineuserdata"]["userdata"], data);
        for (filter, value, count) in [("keypair", "laptop", 1), ("keypair", "desk", 0), ("userdataid", id, 1)] {
            let found = lab.get(&user, "listVirtualMachines", &[(filter, value)]).await;
            assert_eq!(found["count"].as_u64().unwrap_or(0), count, "{filter} {value}");
        }
        assert_ne!(lab.ask(&user, "deleteUserData", &[("id", id)]).await.status, 200, "a machine is told it");
    });
}

#[test]
fn a_machine_is_changed() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let id = lab.machine(&admin).await;
        let os = lab.first(&admin, "listOsTypes", "ostype", &[("keyword", "Windows 11")]).await;
        let shown = [("id", &*id), ("displayname", "front"), ("haenable", "true"), ("displayvm", "true")];
        let vm = lab.get(&admin, "updateVirtualMachine", &shown).await["virtualmachine"].clone();
        assert_eq!((&vm["displayname"], &vm["haenable"]), (&"front".into(), &true.into()));
        let named = [("id", &*id), ("name", "web-9"), ("ostypeid", &*os)];
        assert_ne!(lab.ask(&admin, "updateVirtualMachine", &named).await.status, 200, "it runs");
        lab.job(&admin, "stopVirtualMachine", &[("id", &id)]).await;
        let vm = lab.get(&admin, "updateVirtualMachine", &named).await["virtualmachine"].clone();
        assert_eq!((&vm["name"], &vm["ostypeid"]), (&"web-9".into(), &os.into()));
        assert_eq!(lab.ask(&admin, "updateVirtualMachine", &[("id", &id), ("group", "x")]).await.status, 431);

        lab.get(&admin, "createSSHKeyPair", &[("name", "new")]).await;
        assert_eq!(lab.ask(&admin, "resetSSHKeyForVirtualMachine", &[("id", &id)]).await.status, 431);
        let reset = lab.job(&admin, "resetSSHKeyForVirtualMachine", &[("id", &id), ("keypair", "new")]).await;
        assert_eq!(reset["virtualmachine"]["keypairs"], "new");
    });
}

#[test]
fn usage_is_counted_and_listed() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let user = lab.newcomer("ROOT/a", RoleType::User).await;
        let id = lab.machine(&user).await;
        let days = [("startdate", "2000-01-01"), ("enddate", "2199-12-31")];
        assert_eq!(lab.get(&admin, "listUsageRecords", &days).await, serde_json::json!({}));
        assert_eq!(lab.get(&admin, "generateUsageRecords", &[]).await["success"], true);
        let of = async |more: &[(&str, &str)]| {
            let params: Vec<_> = days.iter().chain(more).copied().collect();
            lab.get(&admin, "listUsageRecords", &params).await
        };
        let running = of(&[("type", "1"), ("usageid", &*id)]).await;
        let record = &running["usagerecord"][0];
        assert_eq!((&running["count"], &record["virtualmachineid"]), (&1.into(), &id.into()));
        assert!(record["usage"].as_str().unwrap().ends_with(" Hrs") && record["rawusage"].is_string());
        assert_eq!(record["accountid"], user.caller.account.to_string());
        let root = admin.caller.domain.to_string();
        assert_eq!(of(&[("type", "1"), ("domainid", &*root)]).await, serde_json::json!({}), "it is below");
        assert_eq!(of(&[("type", "1"), ("domainid", &*root), ("isrecursive", "true")]).await["count"], 1);
        let types = lab.get(&admin, "listUsageTypes", &[]).await;
        assert!(types["usagetype"].as_array().unwrap().iter().any(|t| t["id"] == 2 && t["name"] == "ALLOCATED_VM"));
        assert_eq!(lab.ask(&user, "listUsageTypes", &[]).await.status, 432);
    });
}

#[test]
fn places_are_dedicated_and_released() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let root = admin.caller.domain.to_string();
        for (word, list, param) in [
            ("Zone", "listZones", "zoneid"),
            ("Pod", "listPods", "podid"),
            ("Cluster", "listClusters", "clusterid"),
            ("Host", "listHosts", "hostid"),
        ] {
            let object = word.to_lowercase();
            let id = lab.first(&admin, list, &object, &[]).await;
            let wish = [(param, &*id), ("domainid", &*root)];
            let made = lab.job(&admin, &format!("dedicate{word}"), &wish).await;
            assert_eq!(made[format!("dedicated{object}")][param], id.as_str(), "{made}");
            let listed = lab.get(&admin, &format!("listDedicated{word}s"), &[("domainid", &root)]).await;
            assert_eq!(
                (&listed["count"], &listed[format!("dedicated{object}")][0][param]),
                (&1.into(), &id.clone().into())
            );
            lab.job(&admin, &format!("releaseDedicated{word}"), &[(param, &id)]).await;
            assert_eq!(lab.get(&admin, &format!("listDedicated{word}s"), &[]).await, serde_json::json!({}));
        }
    });
}

#[test]
fn details_come_and_go_and_what_is_over_is_put_away() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let id = lab.machine(&admin).await;
        let thing = [("resourcetype", "UserVm"), ("resourceid", &*id)];
        let mut wish = thing.to_vec();
        wish.extend([("details[0].key", "colour"), ("details[0].value", "red"), ("fordisplay", "true")]);
        lab.job(&admin, "addResourceDetail", &wish).await;
        let listed = lab.get(&admin, "listResourceDetails", &thing).await;
        assert_eq!((&listed["count"], &listed["resourcedetail"][0]["value"]), (&1.into(), &"red".into()));
        let other = lab.newcomer("ROOT/a", RoleType::User).await;
        assert_eq!(lab.get(&other, "listResourceDetails", &thing).await, serde_json::json!({}), "another's");
        lab.job(&admin, "removeResourceDetail", &thing).await;
        assert_eq!(lab.get(&admin, "listResourceDetails", &thing).await, serde_json::json!({}));

        let alert = [("type", "0"), ("name", "MEMORY"), ("description", "it is full")];
        lab.job(&admin, "generateAlert", &alert).await;
        let raised = lab.first(&admin, "listAlerts", "alert", &[("type", "0")]).await;
        assert_eq!(lab.ask(&admin, "archiveAlerts", &[]).await.status, 431);
        lab.get(&admin, "archiveAlerts", &[("ids", &raised)]).await;
        assert_eq!(lab.get(&admin, "listAlerts", &[("type", "0")]).await, serde_json::json!({}));
        lab.get(&admin, "deleteAlerts", &[("ids", &raised)]).await;

        let events = [("type", "VM.CREATE"), ("listall", "true")];
        assert_ne!(lab.get(&admin, "listEvents", &events).await, serde_json::json!({}));
        lab.get(&admin, "archiveEvents", &[("type", "VM.CREATE")]).await;
        assert_eq!(lab.get(&admin, "listEvents", &events).await, serde_json::json!({}));
        assert_eq!(lab.ask(&admin, "deleteEvents", &[]).await.status, 431);
    });
}
