//! Who may do what to whose things: every bound command, asked by everybody about everybody's things.

use crate::lab::{Lab, Person, run};
use cloudstack_client::catalogue::{Command, Kind};
use cloudstack_client::serve::Api;
use cloudstack_core::base::RoleType;

/// What an owner has, by kind, as texts that nobody else may read.
struct Estate {
    /// Kind of the catalogue, id.
    ids: Vec<(&'static str, String)>,
    /// Names that are nowhere else.
    names: Vec<String>,
}

impl Estate {
    fn id(&self, kind: &str) -> Option<&str> {
        self.ids.iter().find(|(k, _)| *k == kind).map(|(_, id)| id.as_str())
    }
}

/// A machine, a group, a project and keys of somebody.
async fn settle(lab: &Lab, who: &Person) -> Estate {
    let vm = lab.machine(who).await;
    let tag = &who.caller.user.to_string()[24..];
    let (group, project) = (format!("group-{tag}"), format!("project-{tag}"));
    let made = lab.get(who, "createSecurityGroup", &[("name", &group)]).await;
    let group_id = made["securitygroup"]["id"].as_str().unwrap().to_owned();
    let rule = [("securitygroupid", &*group_id), ("protocol", "all"), ("cidrlist", "192.0.2.0/24")];
    let ruled = lab.job(who, "authorizeSecurityGroupIngress", &rule).await;
    let rule = ruled["securitygroup"]["ingressrule"][0]["ruleid"].as_str().unwrap().to_owned();
    let made = lab.job(who, "createProject", &[("name", &project), ("displaytext", "x")]).await;
    let project_id = made["project"]["id"].as_str().unwrap().to_owned();
    let view = lab.cloud.view();
    let volume = lab.first(who, "listVolumes", "volume", &[]).await;
    let nics = lab.get(who, "listNics", &[("virtualmachineid", &vm)]).await;
    let job = view.jobs().iter().find(|job| job.caller.user == who.caller.user).unwrap().id.to_string();
    let name = view.account(who.caller.account).unwrap().name.to_string();
    let ids = vec![
        ("VirtualMachine", vm),
        ("Volume", volume),
        ("Nic", nics["nic"][0]["id"].as_str().unwrap().to_owned()),
        ("SecurityGroup", group_id),
        ("SecurityGroupRule", rule),
        ("Project", project_id),
        ("AsyncJob", job),
        ("Account", who.caller.account.to_string()),
        ("User", who.caller.user.to_string()),
    ];
    Estate { ids, names: vec![group, project, name] }
}

/// Parameters that name somebody else's things wherever the command takes such an id.
fn about<'a>(row: &Command, estate: &'a Estate, zone: &'a str) -> Option<Vec<(&'static str, &'a str)>> {
    let mut params = Vec::new();
    let mut foreign = false;
    for param in row.params {
        let id = match param.kind {
            Kind::Uuid | Kind::UuidList => estate.id(param.entity),
            _ => None,
        };
        if let Some(id) = id.filter(|_| param.required || !foreign) {
            foreign = true;
            params.push((param.name, id));
        } else if param.required {
            let text = match (param.kind, param.entity) {
                (Kind::Uuid, _) => zone,
                (Kind::Boolean, _) => "true",
                (Kind::Integer | Kind::Long, _) => "1",
                _ if param.name == "templatefilter" => "executable",
                _ => "x",
            };
            params.push((param.name, text));
        }
    }
    foreign.then_some(params)
}

/// A user, another user of the same domain, one of another domain, and administrators of the domain, of the one above and of
/// the one beside it: what is read, asked for by id, or counted, of whom.
#[test]
fn nobody_learns_what_is_not_his() {
    run(async {
        let lab = Lab::new().await;
        let owner = lab.newcomer("ROOT/a/b", RoleType::User).await;
        let estate = settle(&lab, &owner).await;
        let zone = lab.first(&owner, "listZones", "zone", &[]).await;
        let strangers = [
            ("another account of the domain", lab.newcomer("ROOT/a/b", RoleType::User).await),
            ("an account of another domain", lab.newcomer("ROOT/c", RoleType::User).await),
            ("an administrator beside", lab.newcomer("ROOT/a/d", RoleType::DomainAdmin).await),
            ("an administrator below", lab.newcomer("ROOT/a/b/e", RoleType::DomainAdmin).await),
        ];
        let nowhere = "01a00000-0000-7000-8000-000000000001";
        for (who, stranger) in &strangers {
            for row in Api::commands() {
                // In lists, whatever is asked for.
                for params in [vec![], vec![("listall", "true")], vec![("listall", "true"), ("isrecursive", "true")]] {
                    let known = params.iter().all(|(name, _)| row.params.iter().any(|p| p.name == *name));
                    if !row.name.starts_with("list") || !known {
                        continue;
                    }
                    let mut params = params;
                    for param in row.params.iter().filter(|p| p.required && p.name == "templatefilter") {
                        params.push((param.name, "executable"));
                    }
                    let told = lab.ask(stranger, row.name, &params).await;
                    let text = told.body.to_string();
                    // Whoever is in the same domain may be asked for by name; nothing of him is listed.
                    for secret in estate.names.iter().chain(estate.ids.iter().map(|(_, id)| id)) {
                        assert!(!text.contains(secret.as_str()), "{who} reads {secret} from {} {params:?}", row.name);
                    }
                }
                // By id: as if it were not there, and in the same words.
                let Some(params) = about(row, &estate, &zone) else { continue };
                let told = lab.ask(stranger, row.name, &params).await;
                assert!([431, 432, 531].contains(&told.status), "{who}: {} {params:?}: {}", row.name, told.body);
                let ids: Vec<&str> = estate.ids.iter().map(|(_, id)| id.as_str()).collect();
                let blind: Vec<(&str, &str)> =
                    params.iter().map(|(n, v)| (*n, if ids.contains(v) { nowhere } else { *v })).collect();
                let unknown = lab.ask(stranger, row.name, &blind).await;
                let masked =
                    |text: &str| ids.iter().fold(text.to_owned(), |t, id| t.replace(id, "…")).replace(nowhere, "…");
                assert_eq!(
                    (told.status, masked(told.text())),
                    (unknown.status, masked(unknown.text())),
                    "{who}: {} tells what exists",
                    row.name
                );
            }
        }
        // Nothing has happened to it.
        let list = lab.get(&owner, "listVirtualMachines", &[]).await;
        assert_eq!((&list["count"], &list["virtualmachine"][0]["state"]), (&1.into(), &"Running".into()));
        assert_eq!(lab.get(&owner, "listSecurityGroups", &[]).await["count"], 2);
    });
}

/// Those who administer the owner's domain see what it has; the root administrator too, if it asks for all.
#[test]
fn administrators_see_what_is_below_them() {
    run(async {
        let lab = Lab::new().await;
        let owner = lab.newcomer("ROOT/a/b", RoleType::User).await;
        let estate = settle(&lab, &owner).await;
        let vm = estate.id("VirtualMachine").unwrap();
        let own = lab.newcomer("ROOT/a/b", RoleType::DomainAdmin).await;
        let above = lab.newcomer("ROOT/a", RoleType::DomainAdmin).await;
        let root = lab.admin();
        for who in [&own, &above, &root] {
            assert_eq!(lab.get(who, "listVirtualMachines", &[]).await, serde_json::json!({}), "only what it owns");
            let all = lab.get(who, "listVirtualMachines", &[("listall", "true")]).await;
            assert_eq!(all["virtualmachine"][0]["id"], vm);
            let one = lab.get(who, "listVirtualMachines", &[("id", vm)]).await;
            assert_eq!(one["count"], 1);
            let result = lab.job(who, "rebootVirtualMachine", &[("id", vm)]).await;
            assert_eq!(result["virtualmachine"]["state"], "Running");
        }
        // A member of the owner's project works on what is the project's, and sees nothing else.
        let member = lab.newcomer("ROOT/a/b", RoleType::User).await;
        let project = estate.id("Project").unwrap();
        let name = lab.cloud.view().account(member.caller.account).unwrap().name.to_string();
        lab.job(&owner, "addAccountToProject", &[("projectid", project), ("account", &name)]).await;
        assert_eq!(lab.get(&member, "listProjects", &[]).await["count"], 1);
        let made = lab.get(&member, "createSecurityGroup", &[("name", "ours"), ("projectid", project)]).await;
        assert_eq!(made["securitygroup"]["projectid"], project);
        assert_eq!(lab.get(&owner, "listSecurityGroups", &[("projectid", project)]).await["count"], 1);
        assert_eq!(lab.get(&member, "listVirtualMachines", &[("listall", "true")]).await, serde_json::json!({}));
        assert_eq!(lab.ask(&member, "stopVirtualMachine", &[("id", vm)]).await.status, 531);
    });
}

/// A role's rules open and close commands by name; keys can be narrower than their user.
#[test]
fn roles_decide_by_rule() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let role = lab.get(&admin, "createRole", &[("name", "reader"), ("type", "User")]).await;
        let role = role["role"]["id"].as_str().unwrap().to_owned();
        for (rule, permission) in [("list*", "allow"), ("*", "deny")] {
            let rule = [("roleid", &*role), ("rule", rule), ("permission", permission)];
            lab.get(&admin, "createRolePermission", &rule).await;
        }
        let reader = lab.newcomer("ROOT/a", RoleType::User).await;
        let account = reader.caller.account.to_string();
        lab.get(&admin, "updateAccount", &[("id", &account), ("roleid", &role)]).await;
        assert_eq!(lab.ask(&reader, "listVirtualMachines", &[]).await.status, 200);
        assert_eq!(lab.ask(&reader, "createSecurityGroup", &[("name", "x")]).await.status, 432);
        let apis = lab.get(&reader, "listApis", &[]).await;
        assert!(apis["api"].as_array().unwrap().iter().all(|a| a["name"].as_str().unwrap().starts_with("list")));

        let user = lab.newcomer("ROOT/a", RoleType::User).await;
        let id = user.caller.user.to_string();
        let narrow = [("id", &*id), ("rules[0].rule", "listZones"), ("rules[0].permission", "allow")];
        let keys = lab.job(&user, "registerUserKeys", &narrow).await["userkeys"].clone();
        let (key, secret) = (keys["apikey"].as_str().unwrap(), keys["secretkey"].as_str().unwrap());
        assert_eq!((key.len(), secret.len()), (86, 86));
        let narrow = Person::with(user.caller.clone(), key, secret);
        assert_eq!(lab.ask(&narrow, "listZones", &[]).await.status, 200);
        assert_eq!(lab.ask(&narrow, "listVirtualMachines", &[]).await.status, 432);
        // New keys take the place of the old ones.
        lab.job(&user, "registerUserKeys", &[("id", &id)]).await;
        assert_eq!(lab.ask(&narrow, "listZones", &[]).await.status, 401);
    });
}

/// A limit that is reached is refused with its code, and the words are for administrators.
#[test]
fn limits_are_refused_with_their_code() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let user = lab.newcomer("ROOT/a", RoleType::User).await;
        let view = lab.cloud.view();
        let name = view.account(user.caller.account).unwrap().name.to_string();
        let domain = user.caller.domain.to_string();
        let whose = [("account", &*name), ("domainid", &*domain)];
        let mut limit = whose.to_vec();
        limit.extend([("resourcetype", "0"), ("max", "0")]);
        let told = lab.get(&admin, "updateResourceLimit", &limit).await;
        assert_eq!(
            (&told["resourcelimit"]["max"], &told["resourcelimit"]["resourcetypename"]),
            (&0.into(), &"user_vm".into())
        );
        let zone = lab.first(&user, "listZones", "zone", &[]).await;
        let size = lab.first(&user, "listServiceOfferings", "serviceoffering", &[]).await;
        let image = lab.first(&user, "listTemplates", "template", &[("templatefilter", "executable")]).await;
        let wish = [("zoneid", &*zone), ("serviceofferingid", &*size), ("templateid", &*image)];
        let refused = lab.ask(&user, "deployVirtualMachine", &wish).await;
        assert_eq!((refused.status, &refused.body["cserrorcode"]), (535, &4370.into()));
        assert!(refused.text().contains("administrator"), "{}", refused.text());
        let mut wish = wish.to_vec();
        wish.extend(whose);
        let refused = lab.ask(&admin, "deployVirtualMachine", &wish).await;
        assert!(refused.status == 535 && refused.text().contains(&name), "{}", refused.text());
        // Nobody raises his own.
        assert_eq!(lab.ask(&user, "updateResourceLimit", &[("resourcetype", "0"), ("max", "9")]).await.status, 432);
        let counted = lab.get(&admin, "updateResourceCount", &whose).await;
        assert_eq!(counted["count"], 17);
        let limits = lab.get(&user, "listResourceLimits", &[("resourcetype", "0")]).await;
        assert_eq!(limits["resourcelimit"][0]["max"], 0);
    });
}
