//! What people add to things: SSH keys, user data, tags, details; and how guests hear of it.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::id::{EntityId, OsTypeId, VmId};
use cloudstack_core::base::{Caller, ErrorKind, Secret};
use cloudstack_core::flow::resource::detail::{self, AddDetails, RemoveDetails};
use cloudstack_core::flow::resource::tag::{self, AddTags, RemoveTags, TagQuery};
use cloudstack_core::flow::security_group::AddSecurityGroup;
use cloudstack_core::flow::ssh_key::{self, DeleteSshKeyPair, RegisterSshKeyPair};
use cloudstack_core::flow::user_data::{self, DeleteUserData, RegisterUserData};
use cloudstack_core::flow::vm::*;
use cloudstack_core::model::os;
use cloudstack_core::model::resource::{Resource, ResourceKind};
use cloudstack_core::model::ssh_key::PublicKey;
use cloudstack_core::model::user_data::Base64;
use cloudstack_core::port::KeyMaker;
use cloudstack_core::port::driver::GuestMetadata;
use cloudstack_drivers::ssh_keys::Ed25519;
use lab::{Lab, name};

const DATA: &str = "I2Nsb3VkLWNvbmZpZwo=";

fn public(remark: &str) -> PublicKey {
    Ed25519.make(remark).unwrap().public_key
}

fn register(called: &str, public_key: &PublicKey) -> RegisterSshKeyPair {
    RegisterSshKeyPair { account: None, name: name(called), public_key: public_key.clone() }
}

/// What the machine's networks tell its guest.
fn told(lab: &Lab, vm: VmId) -> GuestMetadata {
    let world = lab.world.snapshot();
    let nic = lab.view().nics().by("vm", vm).next().unwrap().clone();
    world.networks[&nic.network].ports[&nic.id].spec.metadata.clone()
}

/// Proves: AUTH-05, AUTH-06
#[tokio::test(start_paused = true)]
async fn guests_are_told_keys_and_data_when_they_start() {
    let lab = Lab::basic(1).await;
    let (first, second) = (public("first"), public("second"));
    lab.run(register("first", &first)).await.unwrap();
    lab.run(register("second", &second)).await.unwrap();
    let wish = Told {
        ssh_keys: vec![name("first"), name("second")],
        user_data: Some(DATA.parse().unwrap()),
        registered: None,
    };
    let vm = lab.run(lab.small_vm().telling(wish)).await.unwrap();
    let keys = |keys: &[&PublicKey]| keys.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(told(&lab, vm), GuestMetadata { ssh_keys: keys(&[&first, &second]), user_data: Some(DATA.into()) });

    lab.run(DeleteSshKeyPair { account: None, name: name("first") }).await.unwrap();
    let running = lab.refused(ResetSshKey { vm, ssh_keys: vec![name("second")] }).await;
    assert_eq!((running.kind(), running.advice()), (ErrorKind::Conflict, Some("stop it first")));
    lab.run(StopVm { vm, forced: false }).await.unwrap();
    let gone = lab.refused(ResetSshKey { vm, ssh_keys: vec![name("first")] }).await;
    assert_eq!(gone.kind(), ErrorKind::NotFound);
    lab.run(ResetSshKey { vm, ssh_keys: vec![name("second")] }).await.unwrap();
    lab.run(StartVm { vm }).await.unwrap();
    assert_eq!(told(&lab, vm), GuestMetadata { ssh_keys: keys(&[&second]), user_data: Some(DATA.into()) });
    lab.check();
}

/// Proves: AUTH-07
#[tokio::test(start_paused = true)]
async fn one_key_opens_many_machines_of_its_owner_and_nobody_elses() {
    let lab = Lab::basic(2).await;
    let (ann, bob) = (lab.user("ann").await, lab.user("bob").await);
    let key = public("ann");
    lab.run_as(&ann, register("laptop", &key)).await.unwrap();
    let wish = Told { ssh_keys: vec![name("laptop")], ..Told::default() };
    for _ in 0..2 {
        let vm = lab.run_as(&ann, lab.small_vm().telling(wish.clone())).await.unwrap();
        assert_eq!(told(&lab, vm).ssh_keys, [key.to_string()]);
    }
    let refused = lab.run_as(&bob, lab.small_vm().telling(wish)).await.unwrap_err();
    assert_eq!((refused.kind(), refused.entity()), (ErrorKind::NotFound, Some("laptop")));
    let view = lab.view();
    let seen = |caller: &Caller| ssh_key::list(&view, caller).count();
    assert_eq!([seen(&ann), seen(&bob), seen(&lab.admin)], [1, 0, 1]);
    // The same name, and the same key, are free for another account; for the same they are taken.
    lab.run_as(&bob, register("laptop", &key)).await.unwrap();
    for again in [register("laptop", &public("x")), register("other", &key)] {
        assert_eq!(lab.run_as(&ann, again).await.unwrap_err().kind(), ErrorKind::Taken);
    }
    let theirs = DeleteSshKeyPair { account: Some(ann.account), name: name("laptop") };
    assert_eq!(lab.run_as(&bob, theirs).await.unwrap_err().kind(), ErrorKind::NotFound);
}

/// What `ssh-keygen` answers; none if there is no such program here.
fn ssh_keygen(arguments: &[&str]) -> Option<String> {
    let done = std::process::Command::new("ssh-keygen").args(arguments).output().ok()?;
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    Some(String::from_utf8(done.stdout).unwrap())
}

#[tokio::test(start_paused = true)]
async fn fingerprints_and_keys_are_what_openssh_says() {
    let folder = tempfile::tempdir().unwrap();
    let made = Ed25519.make("made here").unwrap();
    let (public_file, private_file) = (folder.path().join("key.pub"), folder.path().join("key"));
    std::fs::write(&public_file, format!("{}\n", made.public_key)).unwrap();
    std::fs::write(&private_file, made.private_key.reveal()).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&private_file, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let Some(said) = ssh_keygen(&["-l", "-E", "md5", "-f", public_file.to_str().unwrap()]) else { return };
    let fingerprint = made.public_key.fingerprint();
    assert!(said.contains(&format!("MD5:{fingerprint} ")), "{said} {fingerprint}");
    // The private half belongs to the public one.
    let derived = ssh_keygen(&["-y", "-f", private_file.to_str().unwrap()]).unwrap();
    let two = |line: &str| line.split(' ').take(2).map(str::trim).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(two(&derived), two(&made.public_key.to_string()));
    for kind in ["rsa", "ecdsa", "ed25519"] {
        let file = folder.path().join(kind);
        ssh_keygen(&["-q", "-t", kind, "-N", "", "-C", "a b", "-f", file.to_str().unwrap()]).unwrap();
        let line = std::fs::read_to_string(file.with_extension("pub")).unwrap();
        let key: PublicKey = line.parse().unwrap();
        let said = ssh_keygen(&["-l", "-E", "md5", "-f", file.with_extension("pub").to_str().unwrap()]).unwrap();
        assert!(said.contains(&format!("MD5:{} ", key.fingerprint())), "{kind}: {said}");
    }
}

#[test]
fn what_is_no_public_key_is_refused() {
    let good = public("x").to_string();
    let (kind, blob) = good.split_once(' ').unwrap();
    let blob = blob.split(' ').next().unwrap();
    for bad in [
        String::new(),
        kind.to_owned(),
        format!("ssh-magic {blob}"),
        format!("ssh-rsa {blob}"),
        format!("{kind} {}", &blob[1..]),
        format!("{kind} AAAAC3NzaC1lZDI1NTE5"),
        format!("{good}\n{good}"),
        format!("{good}{}", "x".repeat(5_120)),
        "-----BEGIN OPENSSH PRIVATE KEY-----".to_owned(),
    ] {
        assert!(bad.parse::<PublicKey>().is_err(), "{bad}");
    }
    assert_eq!(serde_json::from_str::<PublicKey>(&serde_json::to_string(&good).unwrap()).unwrap().to_string(), good);
}

#[tokio::test(start_paused = true)]
async fn a_private_key_is_shown_once_and_kept_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cloud.db");
    let cloud = cloudstack_core::Cloud::open(&path).key_maker(std::sync::Arc::new(Ed25519)).start().await.unwrap();
    let admin = cloud.root_caller();
    let (id, private): (_, Secret) = cloud.make_ssh_key_pair(&admin, None, name("laptop")).await.unwrap();
    let row = cloud.view().ssh_key_pair(id).unwrap().clone();
    assert_eq!(row.fingerprint, row.public_key.fingerprint());
    let told = format!("{:?}{:?}", cloud.view(), cloud.events(&admin, &Default::default()));
    drop(cloud);
    let middle = private.reveal().lines().nth(2).unwrap();
    let files = std::fs::read_dir(folder.path()).unwrap();
    for file in files {
        let text = String::from_utf8_lossy(&std::fs::read(file.unwrap().path()).unwrap()).into_owned();
        assert!(!text.contains(middle) && !told.contains(middle));
    }
    let none = Lab::empty().await;
    let refused = none.cloud.make_ssh_key_pair(&none.admin, None, name("x")).await.unwrap_err();
    assert_eq!((refused.kind(), refused.advice()), (ErrorKind::Unavailable, Some("register a public key")));
}

#[tokio::test(start_paused = true)]
async fn user_data_has_a_limit_and_can_have_a_name() {
    let lab = Lab::basic(2).await;
    lab.set("vm.userdata.max.length", "20").await;
    let data: Base64 = DATA.parse().unwrap();
    let long: Base64 = "QUFBQUFBQUFBQUFBQUFBQUFB".parse().unwrap();
    let wish = |data: &Base64| lab.small_vm().telling(Told { user_data: Some(data.clone()), ..Told::default() });
    let refused = lab.refused(wish(&long)).await;
    assert_eq!((refused.kind(), refused.entity()), (ErrorKind::Invalid, Some("user_data")));
    assert!(refused.public().contains("24 bytes") && refused.public().contains("20"), "{refused:?}");
    let vm = lab.run(wish(&data)).await.unwrap();

    let ann = lab.user("ann").await;
    let register =
        RegisterUserData { account: None, name: name("web"), data: data.clone(), params: ["port".into()].into() };
    let id = lab.run_as(&ann, register.clone()).await.unwrap();
    assert_eq!(lab.run_as(&ann, register).await.unwrap_err().kind(), ErrorKind::Taken);
    let view = lab.view();
    assert_eq!((user_data::list(&view, &ann).count(), user_data::list(&view, &lab.user("bob").await).count()), (1, 0));
    let named = Told { registered: Some(id), ..Told::default() };
    assert_eq!(lab.refused(lab.small_vm().telling(named.clone())).await.kind(), ErrorKind::NotFound, "it is ann's");
    let hers = lab.run_as(&ann, lab.small_vm().telling(named)).await.unwrap();
    assert_eq!(told(&lab, hers).user_data.as_deref(), Some(DATA));
    assert_eq!(lab.refused(UpdateVm { registered: Some(id), ..UpdateVm::new(vm) }).await.kind(), ErrorKind::NotFound);
    let held = lab.run_as(&ann, DeleteUserData { user_data: id }).await.unwrap_err();
    assert_eq!(held.kind(), ErrorKind::Conflict);
    lab.run(DestroyVm { vm: hers, expunge: true }).await.unwrap();
    lab.run_as(&ann, DeleteUserData { user_data: id }).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_machine_is_renamed_and_described() {
    let lab = Lab::basic(1).await;
    let vm = lab.deploy().await;
    let os = os::named("Debian GNU/Linux 12 (64-bit)").unwrap();
    let both = UpdateVm { name: Some(name("web")), os_type: Some(os.id), ..UpdateVm::new(vm) };
    assert_eq!(lab.refused(both.clone()).await.advice(), Some("stop it first"));
    lab.run(StopVm { vm, forced: false }).await.unwrap();
    lab.run(both).await.unwrap();
    let strange = UpdateVm { os_type: Some(OsTypeId::from_u128(9)), ..UpdateVm::new(vm) };
    assert_eq!(lab.refused(strange).await.kind(), ErrorKind::NotFound);
    let shown = UpdateVm { display_name: Some("a\nb".into()), ..UpdateVm::new(vm) };
    assert_eq!(lab.refused(shown).await.entity(), Some("display_name"));
    let details = [("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())].into();
    lab.run(UpdateVm { details, ha: Some(true), ..UpdateVm::new(vm) }).await.unwrap();
    let more = [("b".to_owned(), "3".to_owned())].into();
    lab.run(UpdateVm { details: more, display_name: Some("Web".into()), ..UpdateVm::new(vm) }).await.unwrap();
    let row = lab.vm(vm);
    assert_eq!(
        (row.name.as_str(), row.display_name.as_deref(), row.os_type, row.ha),
        ("web", Some("Web"), Some(os.id), true)
    );
    let pairs =
        |lab: &Lab| detail::of(&lab.view(), vm.to_u128()).map(|d| format!("{}={}", d.key, d.value)).collect::<Vec<_>>();
    assert_eq!(pairs(&lab), ["a=1", "b=3"]);
    lab.run(UpdateVm { clear_details: true, ..UpdateVm::new(vm) }).await.unwrap();
    assert_eq!(pairs(&lab), Vec::<String>::new());
    assert_eq!(os::types().map(|os| os.id).collect::<std::collections::BTreeSet<_>>().len(), os::types().count());
}

#[tokio::test(start_paused = true)]
async fn tags_belong_to_owners_and_go_with_their_things() {
    let lab = Lab::basic(2).await;
    let (ann, bob) = (lab.user("ann").await, lab.user("bob").await);
    let vm = lab.run_as(&ann, lab.small_vm()).await.unwrap();
    let volume = lab.view().volumes().by("vm", vm).next().unwrap().id;
    let group = AddSecurityGroup { account: None, name: name("web"), description: String::new() };
    let group = lab.run_as(&ann, group).await.unwrap();
    let things = [
        Resource::new(ResourceKind::Vm, vm),
        Resource::new(ResourceKind::Volume, volume),
        Resource::new(ResourceKind::SecurityGroup, group),
    ];
    let add = AddTags::new(things, [("tier", "web"), ("city", "Oslo")]);
    assert_eq!(lab.run_as(&bob, add.clone()).await.unwrap_err().kind(), ErrorKind::NotFound);
    lab.run_as(&ann, add.clone()).await.unwrap();
    let count = |lab: &Lab, caller: &Caller, query: TagQuery| tag::list(&lab.view(), caller, &query).count();
    assert_eq!([&ann, &bob, &lab.admin].map(|caller| count(&lab, caller, TagQuery::default())), [6, 0, 6]);
    let city = TagQuery { key: Some("city".into()), kind: Some(ResourceKind::Vm), ..TagQuery::default() };
    assert_eq!(count(&lab, &ann, city), 1);
    let view = lab.view();
    assert!(tag::has_all(&view, vm.to_u128(), [("tier", "web"), ("city", "Oslo")].into_iter()));
    assert!(!tag::has_all(&view, vm.to_u128(), [("tier", "web"), ("city", "Rome")].into_iter()));
    let zone = Resource::new(ResourceKind::Zone, lab.zone());
    assert_eq!(lab.run_as(&ann, AddTags::new([zone], [("a", "b")])).await.unwrap_err().kind(), ErrorKind::Denied);
    lab.run(AddTags::new([zone], [("a", "b")])).await.unwrap();
    // One that is taken spoils the whole request.
    let mixed = AddTags::new([things[0]], [("new", "1"), ("tier", "2")]);
    assert_eq!(lab.run_as(&ann, mixed).await.unwrap_err().kind(), ErrorKind::Taken);
    assert_eq!(tag::value(&lab.view(), vm.to_u128(), "new"), None);
    for (resources, tags, field) in [(vec![], [("k", "v")], "resources"), (vec![things[0]], [("", "v")], "key")] {
        assert_eq!(lab.run_as(&ann, AddTags::new(resources, tags)).await.unwrap_err().entity(), Some(field));
    }
    let wrong = RemoveTags { resources: [things[0]].into(), tags: [("tier".into(), Some("db".into()))].into() };
    assert_eq!(lab.run_as(&ann, wrong.clone()).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(lab.run_as(&bob, wrong).await.unwrap_err().kind(), ErrorKind::NotFound);
    let all = RemoveTags { resources: [things[2]].into(), tags: [].into() };
    assert_eq!(lab.run_as(&ann, all).await.unwrap(), 2);
    lab.run(DestroyVm { vm, expunge: true }).await.unwrap();
    assert_eq!(count(&lab, &ann, TagQuery::default()), 0, "they went with the machine and its volume");
}

#[tokio::test(start_paused = true)]
async fn details_that_are_not_displayed_are_for_administrators() {
    let lab = Lab::basic(1).await;
    let ann = lab.user("ann").await;
    let vm = lab.run_as(&ann, lab.small_vm()).await.unwrap();
    let resource = Resource::new(ResourceKind::Vm, vm);
    let set = |key: &str, display| AddDetails { resource, details: [(key.to_owned(), "1".to_owned())].into(), display };
    lab.run(set("hidden", false)).await.unwrap();
    lab.run_as(&ann, set("shown", true)).await.unwrap();
    let view = lab.view();
    let seen = |caller: &Caller| detail::list(&view, caller, resource).unwrap().len();
    assert_eq!((seen(&ann), seen(&lab.admin)), (1, 2));
    for denied in [set("hidden", true), set("other", false)] {
        assert_eq!(lab.run_as(&ann, denied).await.unwrap_err().kind(), ErrorKind::Denied);
    }
    let remove = RemoveDetails { resource, keys: ["hidden".into()].into() };
    assert_eq!(lab.run_as(&ann, remove).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(lab.run_as(&ann, RemoveDetails { resource, keys: [].into() }).await.unwrap(), 1);
    let bob = lab.user("bob").await;
    assert_eq!(detail::list(&lab.view(), &bob, resource).unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn an_account_takes_what_it_added_with_it() {
    let lab = Lab::basic(1).await;
    let ann = lab.user("ann").await;
    let vm = lab.run_as(&ann, lab.small_vm()).await.unwrap();
    let group = AddSecurityGroup { account: None, name: name("web"), description: String::new() };
    let group = lab.run_as(&ann, group).await.unwrap();
    let things = [Resource::new(ResourceKind::Vm, vm), Resource::new(ResourceKind::SecurityGroup, group)];
    lab.run_as(&ann, AddTags::new(things, [("tier", "web")])).await.unwrap();
    let details = || [("rack".to_owned(), "7".to_owned())].into();
    for resource in things.into_iter().chain([Resource::new(ResourceKind::Account, ann.account)]) {
        lab.run_as(&ann, AddDetails { resource, details: details(), display: true }).await.unwrap();
    }
    lab.run_as(&ann, register("laptop", &public("ann"))).await.unwrap();
    let data = RegisterUserData { account: None, name: name("web"), data: DATA.parse().unwrap(), params: [].into() };
    lab.run_as(&ann, data).await.unwrap();
    lab.run(cloudstack_core::flow::org::DeleteAccount { account: ann.account }).await.unwrap();
    let view = lab.view();
    assert!(view.tags().is_empty() && view.details().is_empty());
    assert!(view.ssh_key_pairs().is_empty() && view.user_datas().is_empty());
    lab.check();
}
