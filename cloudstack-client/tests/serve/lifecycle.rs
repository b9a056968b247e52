//! The life of machines, groups and places, as a client sees it.

use crate::lab::{Lab, run};

#[test]
fn a_machine_lives_and_dies() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let id = lab.machine(&admin).await;
        let state = async || {
            let list = lab.get(&admin, "listVirtualMachines", &[("id", &id)]).await;
            list["virtualmachine"][0]["state"].as_str().map(str::to_owned)
        };
        assert_eq!(state().await.as_deref(), Some("Running"));
        for (command, expected) in [
            ("stopVirtualMachine", "Stopped"),
            ("startVirtualMachine", "Running"),
            ("rebootVirtualMachine", "Running"),
            ("destroyVirtualMachine", "Destroyed"),
        ] {
            let result = lab.job(&admin, command, &[("id", &id)]).await;
            assert_eq!(result["virtualmachine"]["state"], expected, "{command}");
        }
        let back = lab.get(&admin, "recoverVirtualMachine", &[("id", &id)]).await;
        assert_eq!(back["virtualmachine"]["state"], "Stopped");
        lab.job(&admin, "destroyVirtualMachine", &[("id", &id)]).await;
        let gone = lab.job(&admin, "destroyVirtualMachine", &[("id", &id), ("expunge", "true")]).await;
        assert_eq!(gone["success"], true);
        assert_eq!(lab.ask(&admin, "listVirtualMachines", &[("id", &id)]).await.status, 431);
        assert_eq!(lab.get(&admin, "listVirtualMachines", &[("listall", "true")]).await, serde_json::json!({}));
    });
}

#[test]
fn groups_and_rules_come_and_go() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let group = lab.get(&admin, "createSecurityGroup", &[("name", "web"), ("description", "servers")]).await;
        let id = group["securitygroup"]["id"].as_str().unwrap().to_owned();
        let rule = [("securitygroupid", &*id), ("protocol", "tcp"), ("startport", "80"), ("endport", "81")];
        let mut params = rule.to_vec();
        params.push(("cidrlist", "192.0.2.0/24,198.51.100.0/24"));
        let result = lab.job(&admin, "authorizeSecurityGroupIngress", &params).await;
        let rules = result["securitygroup"]["ingressrule"].as_array().unwrap().clone();
        assert_eq!(rules.len(), 2);
        assert_eq!((&rules[0]["startport"], &rules[0]["cidr"]), (&80.into(), &"192.0.2.0/24".into()));
        let rule = rules[0]["ruleid"].as_str().unwrap();
        assert_eq!(lab.job(&admin, "revokeSecurityGroupIngress", &[("id", rule)]).await["success"], true);
        let list = lab.get(&admin, "listSecurityGroups", &[("securitygroupname", "web")]).await;
        assert_eq!(list["securitygroup"][0]["ingressrule"].as_array().unwrap().len(), 1);
        assert_eq!(lab.get(&admin, "deleteSecurityGroup", &[("name", "web")]).await["success"], true);
        assert_eq!(lab.ask(&admin, "deleteSecurityGroup", &[("name", "web")]).await.status, 431);
    });
}

#[test]
fn a_zone_is_built_piece_by_piece() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let id = |v: &serde_json::Value| v["id"].as_str().unwrap().to_owned();
        let wish = [("name", "z2"), ("dns1", "192.0.2.1"), ("internaldns1", "192.0.2.1"), ("networktype", "Basic")];
        let made = lab.get(&admin, "createZone", &wish).await;
        assert_eq!(made["zone"]["allocationstate"], "Disabled");
        let zone = id(&made["zone"]);
        let lan = lab.job(&admin, "createPhysicalNetwork", &[("zoneid", &zone), ("name", "lan")]).await;
        assert_eq!(lan["physicalnetwork"]["name"], "lan");
        let wish = [
            ("zoneid", &*zone),
            ("name", "p2"),
            ("gateway", "10.9.0.1"),
            ("netmask", "255.255.255.0"),
            ("startip", "10.9.0.2"),
            ("endip", "10.9.0.9"),
        ];
        let pod = id(&lab.get(&admin, "createPod", &wish).await["pod"]);
        let wish = [
            ("zoneid", &*zone),
            ("podid", &*pod),
            ("clustername", "c2"),
            ("hypervisor", "Simulator"),
            ("clustertype", "CloudManaged"),
        ];
        let cluster = id(&lab.get(&admin, "addCluster", &wish).await["cluster"][0]);
        let wish = [
            ("zoneid", &*zone),
            ("podid", &*pod),
            ("clusterid", &*cluster),
            ("hypervisor", "Simulator"),
            ("url", "http://sim/c2/h1"),
            ("username", "root"),
            ("password", "password"),
        ];
        let host = lab.get(&admin, "addHost", &wish).await["host"][0].clone();
        assert_eq!((&host["state"], &host["ipaddress"]), (&"Up".into(), &"10.9.0.10".into()));
        let wish = [
            ("zoneid", &*zone),
            ("podid", &*pod),
            ("clusterid", &*cluster),
            ("name", "ps2"),
            ("url", "nfs://10.9.0.200/export/primary"),
        ];
        let pool = lab.get(&admin, "createStoragePool", &wish).await["storagepool"].clone();
        assert_eq!((&pool["state"], &pool["type"]), (&"Up".into(), &"NetworkFilesystem".into()));
        let enabled = lab.get(&admin, "updateZone", &[("id", &zone), ("allocationstate", "Enabled")]).await;
        assert_eq!(enabled["zone"]["allocationstate"], "Enabled");
        assert_eq!(lab.ask(&admin, "deleteZone", &[("id", &zone)]).await.status, 431);
        for (command, id) in [
            ("deleteStoragePool", id(&pool)),
            ("updateHost", id(&host)),
            ("deleteHost", id(&host)),
            ("deleteCluster", cluster.clone()),
            ("deletePod", pod.clone()),
            ("deleteZone", zone.clone()),
        ] {
            let mut params = vec![("id", &*id)];
            if command == "updateHost" {
                params.push(("allocationstate", "Disable"));
            }
            lab.get(&admin, command, &params).await;
        }
    });
}

/// Tags are found by, and go with what has them.
#[test]
fn things_are_found_by_their_tags() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let vm = lab.machine(&admin).await;
        let tag =
            [("resourcetype", "UserVm"), ("resourceids", &*vm), ("tags[0].key", "Tier"), ("tags[0].value", "gold")];
        assert_eq!(lab.job(&admin, "createTags", &tag).await["success"], true);
        for (value, count) in [("gold", serde_json::json!(1)), ("silver", serde_json::Value::Null)] {
            let asked = [("tags[0].key", "Tier"), ("tags[0].value", value)];
            assert_eq!(lab.get(&admin, "listVirtualMachines", &asked).await["count"], count, "{value}");
        }
        let list = lab.get(&admin, "listVirtualMachines", &[("id", &vm)]).await;
        assert_eq!(list["virtualmachine"][0]["tags"][0]["key"], "Tier");
        assert_eq!(lab.get(&admin, "listTags", &[("key", "Tier")]).await["tag"][0]["resourceid"], vm);
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ9Zz8bWc4yM1h3cQ7m0m0b5o0jQ5yH2m3mH3cJ2i8mB a@b";
        let made = lab.get(&admin, "registerSSHKeyPair", &[("name", "laptop"), ("publickey", key)]).await;
        assert_eq!(made["keypair"]["name"], "laptop");
        assert_eq!(lab.get(&admin, "listSSHKeyPairs", &[]).await["count"], 1);
        assert_eq!(lab.get(&admin, "deleteSSHKeyPair", &[("name", "laptop")]).await["success"], true);
    });
}

/// A data volume is made and given to a machine; what is another's is not touched.
#[test]
fn a_volume_is_made_and_attached() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let vm = lab.machine(&admin).await;
        let zone = lab.first(&admin, "listZones", "zone", &[]).await;
        let view = lab.cloud.view();
        let custom = view.disk_offerings().iter().find(|o| o.size.is_none()).unwrap().id.to_string();
        let wish = [("zoneid", &*zone), ("name", "data"), ("diskofferingid", &*custom), ("size", "2")];
        let made = lab.job(&admin, "createVolume", &wish).await;
        let id = made["volume"]["id"].as_str().unwrap().to_owned();
        assert_eq!((&made["volume"]["name"], &made["volume"]["size"]), (&"data".into(), &(2_u64 << 30).into()));
        let both = [("id", &*id), ("virtualmachineid", &*vm)];
        let stranger = lab.newcomer("ROOT/a", cloudstack_core::base::RoleType::User).await;
        assert_eq!(lab.ask(&stranger, "attachVolume", &both).await.status, 531);
        let attached = lab.job(&admin, "attachVolume", &both).await;
        let volume = &attached["volume"];
        assert_eq!(
            (&volume["id"], &volume["virtualmachineid"], &volume["deviceid"]),
            (&made["volume"]["id"], &vm.as_str().into(), &1.into())
        );
        let detached = lab.job(&admin, "detachVolume", &[("id", &id)]).await;
        assert_eq!(
            (&detached["volume"]["id"], &detached["volume"]["virtualmachineid"]),
            (&made["volume"]["id"], &serde_json::Value::Null)
        );
        assert_eq!(lab.job_or_answer(&admin, "deleteVolume", &[("id", &id)]).await["success"], true);
    });
}
