//! Who asks, what is asked, and what is written down of the answers.

use crate::world::Life;
use cloudstack_client::catalogue;
use cloudstack_client::serve::{Method, Request, Response};
use cloudstack_client::sign::Signer;
use cloudstack_core::base::id::{DomainId, ProjectId};
use cloudstack_core::base::{Caller, RoleType, Seed};
use cloudstack_core::flow::org::{AddAccount, AddDomain, AddMember, AddProject};
use cloudstack_core::flow::setting::SetSetting;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

/// Somebody who asks.
pub(crate) struct Person {
    pub(crate) caller: Caller,
    pub(crate) key: String,
    pub(crate) name: String,
    signer: Signer,
    /// The project he is a member of.
    project: Option<ProjectId>,
}

/// Everybody.
#[derive(Default)]
pub(crate) struct Guild(OnceLock<Vec<Person>>);

impl Guild {
    pub(crate) fn people(&self) -> &[Person] {
        self.0.get().map_or(&[], |people| people)
    }

    /// The root administrator, administrators of a domain, and users of four domains, two of whom share a project.
    pub(crate) async fn settle(&self, life: &Life) {
        let (cloud, root) = (&life.cloud, life.cloud.root_caller());
        // Users, too, take machines back and away for good; what could not be taken away is tried again soon.
        for (name, value) in [("allow.user.expunge.recover.vm", "true"), ("expunge.interval", "600")] {
            let wish = SetSetting { name: name.into(), value: Some(value.into()) };
            cloud.run(&root, wish).await.unwrap().done().await.unwrap();
        }
        let domain = async |parent: DomainId, name: &str| {
            let wish = AddDomain::new(parent, name.parse().unwrap());
            cloud.accounts().add_domain(&root, wish).await.unwrap().done().await.unwrap()
        };
        let a = domain(root.domain, "a").await;
        let (b, c) = (domain(a, "b").await, domain(root.domain, "c").await);
        let mut callers = vec![("admin".to_owned(), root.clone())];
        for (n, (domain, role_type)) in [
            (a, RoleType::DomainAdmin),
            (c, RoleType::DomainAdmin),
            (a, RoleType::User),
            (b, RoleType::User),
            (b, RoleType::User),
            (c, RoleType::User),
            (c, RoleType::User),
            (root.domain, RoleType::User),
        ]
        .into_iter()
        .enumerate()
        {
            let name = format!("account-{n}");
            let wish = AddAccount { role_type, ..AddAccount::new(domain, name.parse().unwrap()) };
            callers.push((name, cloud.accounts().add(&root, wish).await.unwrap().done().await.unwrap()));
        }
        let (owner, member) = (&callers[4].1, &callers[5].1);
        let wish = AddProject::new("shared".parse().unwrap());
        let project = cloud.run(owner, wish).await.unwrap().done().await.unwrap();
        cloud.run(owner, AddMember::account(project, member.account)).await.unwrap().done().await.unwrap();
        let person = |(n, (name, caller)): (usize, (String, Caller))| {
            let key = format!("key-of-{name}");
            let project = [4, 5].contains(&n).then_some(project);
            Person { signer: Signer::new(&key, "secret"), key, name, caller, project }
        };
        assert!(self.0.set(callers.into_iter().enumerate().map(person).collect()).is_ok());
    }
}

/// A thing that was promised to somebody.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) kind: &'static str,
    pub(crate) who: usize,
    pub(crate) name: String,
    /// The job that makes it, if one does.
    pub(crate) job: Option<String>,
}

/// What was asked and answered.
#[derive(Default)]
pub(crate) struct Books {
    asked: u64,
    answered: u64,
    /// Jobs, and who was told of them for which command.
    pub(crate) jobs: BTreeMap<String, (usize, &'static str)>,
    /// Things by id.
    pub(crate) made: BTreeMap<String, Made>,
    /// Things that somebody asked to be taken away, whatever was answered.
    pub(crate) doomed: BTreeSet<String>,
    /// Names that were asked for.
    pub(crate) names: BTreeSet<String>,
    codes: BTreeMap<u16, u64>,
}

impl Books {
    pub(crate) fn told(&self) -> String {
        let (jobs, made) = (self.jobs.len(), self.made.len());
        format!("{} asked, {} answered {:?}, {jobs} jobs, {made} things", self.asked, self.answered, self.codes)
    }

    /// Answers that were still to come when the process died.
    pub(crate) fn broken(&self) -> u64 {
        self.asked - self.answered
    }

    pub(crate) fn share_done(&self) -> f64 {
        self.codes.get(&200).copied().unwrap_or(0) as f64 / self.asked as f64
    }

    /// One of the latest things of a kind, mostly one that nobody asked to be taken away.
    fn some(&self, dice: &mut Seed, kind: &str, who: Option<usize>) -> Option<String> {
        let gone_too = dice.chance(1, 6);
        let fits = |(id, made): &(&String, &Made)| {
            made.kind == kind
                && who.is_none_or(|who| made.who == who)
                && (gone_too || !self.doomed.contains(*id) && !self.doomed.contains(&made.name))
        };
        let latest: Vec<&String> = self.made.iter().rev().filter(fits).take(12).map(|(id, _)| id).collect();
        (!latest.is_empty()).then(|| latest[dice.below(latest.len() as u64) as usize].clone())
    }
}

/// A command, its parameters, and what it makes.
struct Wish {
    command: &'static str,
    params: Vec<(&'static str, String)>,
    makes: Option<(&'static str, String)>,
    /// It would change what is another's.
    foreign: bool,
}

impl Wish {
    fn of(command: &'static str, params: &[(&'static str, &str)]) -> Self {
        let params = params.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { command, params, makes: None, foreign: false }
    }

    fn making(self, kind: &'static str, name: &str) -> Self {
        Self { makes: Some((kind, name.to_owned())), ..self }
    }
}

const LISTS: &[&str] = &[
    "listVirtualMachines",
    "listVolumes",
    "listSecurityGroups",
    "listSSHKeyPairs",
    "listTags",
    "listEvents",
    "listAsyncJobs",
    "listAccounts",
    "listUsers",
    "listDomains",
    "listProjects",
    "listResourceLimits",
    "listZones",
    "listTemplates",
    "listServiceOfferings",
    "listNetworks",
    "listCapacity",
    "listHosts",
];

fn list(dice: &mut Seed, person: &Person) -> Wish {
    let command = LISTS[dice.below(LISTS.len() as u64) as usize];
    let mut wish = Wish::of(command, &[("page", "1"), ("pagesize", "10")]);
    if command == "listTemplates" {
        wish.params.push(("templatefilter", "executable".to_owned()));
    }
    if dice.chance(1, 3) {
        wish.params.push(("listall", "true".to_owned()));
    }
    if let Some(project) = person.project.filter(|_| dice.chance(1, 6)) {
        wish.params.push(("projectid", project.to_string()));
    }
    wish
}

fn deploy(dice: &mut Seed, life: &Life, person: &Person, name: &str, group: Option<String>) -> Wish {
    let view = life.cloud.view();
    let zone = view.zones().iter().next().unwrap().id.to_string();
    let template = view.templates().iter().next().unwrap().id.to_string();
    let small = view.compute_offerings().iter().find(|o| o.name.as_str() == "Small Instance").unwrap().id.to_string();
    let params = [("zoneid", &*zone), ("templateid", &*template), ("serviceofferingid", &*small), ("name", name)];
    let mut wish = Wish::of("deployVirtualMachine", &params).making("vm", name);
    match person.project {
        Some(project) if dice.chance(1, 4) => wish.params.push(("projectid", project.to_string())),
        _ => wish.params.extend(group.map(|group| ("securitygroupids", group))),
    }
    wish
}

fn on_machine(dice: &mut Seed, vm: &str) -> Wish {
    let command = ["stopVirtualMachine", "startVirtualMachine", "rebootVirtualMachine", "recoverVirtualMachine"];
    match dice.below(7) {
        0..=3 => Wish::of(command[dice.below(4) as usize], &[("id", vm)]),
        4 => Wish::of("stopVirtualMachine", &[("id", vm), ("forced", "true")]),
        5 => Wish::of("destroyVirtualMachine", &[("id", vm)]),
        _ => Wish::of("destroyVirtualMachine", &[("id", vm), ("expunge", "true")]),
    }
}

fn on_group(dice: &mut Seed, group: &str) -> Wish {
    let port = (1 + dice.below(9)).to_string();
    let rule = [("securitygroupid", group), ("protocol", "tcp"), ("startport", &*port), ("endport", &*port)];
    let mut wish = match dice.below(5) {
        0..=1 => Wish::of("authorizeSecurityGroupIngress", &rule),
        2..=3 => Wish::of("authorizeSecurityGroupEgress", &rule),
        _ => return Wish::of("deleteSecurityGroup", &[("id", group)]),
    };
    wish.params.push(("cidrlist", format!("192.0.2.{}/32", dice.below(3))));
    wish
}

fn on_account(dice: &mut Seed, life: &Life, guild: &Guild, who: usize) -> Wish {
    let person = &guild.people()[who];
    let other = &guild.people()[dice.below(guild.people().len() as u64) as usize];
    let (domain, user) = (other.caller.domain.to_string(), person.caller.user.to_string());
    let of = [("account", &*other.name), ("domainid", &*domain)];
    match dice.below(5) {
        0 => Wish::of("updateResourceCount", &of),
        1 => {
            let max = [-1, 3, 8, 20][dice.below(4) as usize].to_string();
            let mut wish = Wish::of("updateResourceLimit", &of);
            wish.params.extend([("resourcetype", "0".to_owned()), ("max", max)]);
            wish
        }
        2 if life.cloud.view().api_keys().by("user", person.caller.user).count() < 8 => {
            Wish::of("registerUserKeys", &[("id", &user)])
        }
        _ => Wish::of("getUserKeys", &[("id", &user)]),
    }
}

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ9Zz8bWc4yM1h3cQ7m0m0b5o0jQ5yH2m3mH3cJ2i8mB a@b";

fn choose(dice: &mut Seed, life: &Life, guild: &Guild, who: usize, books: &Books) -> Wish {
    let person = &guild.people()[who];
    let fresh = |kind: &str| format!("{kind}-{who}-{}", books.asked);
    let mut own = |kind: &str| books.some(dice, kind, Some(who));
    let (vm, group, key) = (own("vm"), own("group"), own("key"));
    match (dice.below(100), vm, group) {
        (0..=13, _, group) => deploy(dice, life, person, &fresh("vm"), group),
        (14..=41, Some(vm), _) => on_machine(dice, &vm),
        (42..=46, _, _) => {
            let name = fresh("group");
            Wish::of("createSecurityGroup", &[("name", &name)]).making("group", &name)
        }
        (47..=55, _, Some(group)) => on_group(dice, &group),
        (56..=58, _, _) => {
            let name = fresh("key");
            Wish::of("registerSSHKeyPair", &[("name", &name), ("publickey", KEY)]).making("key", &name)
        }
        (59, _, _) if key.is_some() => {
            let name = key.map_or_else(String::new, |id| books.made[&id].name.clone());
            Wish::of("deleteSSHKeyPair", &[("name", &name)])
        }
        (60..=63, Some(vm), _) => {
            let command = ["createTags", "deleteTags"][dice.below(2) as usize];
            let value = [("tags[0].key", "tier"), ("tags[0].value", "gold")];
            let mut wish = Wish::of(command, &[("resourcetype", "UserVm"), ("resourceids", &vm)]);
            wish.params.extend(value.map(|(name, value)| (name, value.to_owned())));
            wish
        }
        (64..=69, _, _) => on_account(dice, life, guild, who),
        (70..=73, _, _) if who > 2 => {
            let theirs = (who % 6) + 3;
            let vm = books.some(dice, "vm", Some(theirs)).filter(|_| theirs != who);
            let vm = vm.unwrap_or_else(|| "01a00000-0000-7000-8000-000000000001".to_owned());
            Wish { foreign: true, ..Wish::of("stopVirtualMachine", &[("id", &vm)]) }
        }
        (74..=79, _, _) if !books.jobs.is_empty() => {
            let job = books.jobs.keys().rev().nth(dice.below(books.jobs.len().min(50) as u64) as usize).unwrap();
            Wish::of("queryAsyncJobResult", &[("jobid", job)])
        }
        _ => list(dice, person),
    }
}

/// One complete envelope of the command, whose code is the status. Answers its body in JSON.
fn envelope(command: &str, response: &Response) -> Option<Value> {
    let root = catalogue::find(command).unwrap().envelope;
    let documented = [200, 430, 431, 432, 530, 531, 533, 534, 535, 536, 537];
    assert!(documented.contains(&response.status), "{command}: {} {}", response.status, response.body);
    assert!(!response.body.contains('\n'), "{command}: {}", response.body);
    if response.content_type.starts_with("text/xml") {
        let code = format!("<errorcode>{}</errorcode>", response.status);
        let opened = [format!("?><{root} "), format!("?><{root}>")];
        let opened = opened.iter().any(|tag| response.body.contains(tag));
        let whole = opened && response.body.ends_with(&format!("</{root}>"));
        assert!(whole, "{command}: {}", response.body);
        assert!(response.status == 200 || response.body.contains(&code), "{command}: {}", response.body);
        return None;
    }
    let mut whole: serde_json::Map<String, Value> = serde_json::from_str(&response.body).unwrap();
    let body = whole.remove(root).unwrap_or_else(|| panic!("{command}: {}", response.body));
    assert!(whole.is_empty(), "{command}: {}", response.body);
    let failed = (response.status != 200).then_some(u64::from(response.status));
    assert_eq!(body["errorcode"].as_u64(), failed, "{command}: {}", response.body);
    Some(body)
}

/// Asks for one person, in JSON unless told otherwise.
pub(crate) async fn call(
    life: &Life,
    person: &Person,
    command: &str,
    params: &[(&str, &str)],
    form: &str,
) -> (u16, Option<Value>) {
    let mut all = vec![("command", command), ("response", form)];
    all.extend_from_slice(params);
    let signed = person.signer.sign(&all).unwrap();
    let response = if all.len() % 2 == 0 {
        life.api.handle(Request { query: &signed, ..Request::new(Method::Get) }).await
    } else {
        life.api.handle(Request { body: signed.as_bytes(), ..Request::new(Method::Post) }).await
    };
    (response.status, envelope(command, &response))
}

fn note(books: &mut Books, who: usize, wish: &Wish, status: u16, body: Option<&Value>) {
    books.answered += 1;
    *books.codes.entry(status).or_default() += 1;
    assert!(!(wish.foreign && status == 200), "{} of what is another's", wish.command);
    let Some(body) = body.filter(|_| status == 200) else { return };
    let job = body["jobid"].as_str().filter(|_| wish.command != "queryAsyncJobResult").map(str::to_owned);
    if let Some(job) = &job {
        let before = books.jobs.insert(job.clone(), (who, wish.command));
        assert_eq!(before, None, "the job {job} was answered twice");
    }
    let Some((kind, name)) = &wish.makes else { return };
    let id = match *kind {
        "vm" => body["id"].as_str(),
        "group" => body["securitygroup"]["id"].as_str(),
        // It is known by its name.
        _ => body["keypair"]["name"].as_str(),
    };
    let id = id.unwrap_or_else(|| panic!("{}: {body}", wish.command)).to_owned();
    let made = Made { kind, who, name: name.clone(), job };
    let before = books.made.insert(id.clone(), made);
    assert!(before.is_none(), "{id} was made twice: {before:?}");
}

/// One of those who ask for a person, so many times.
pub(crate) async fn ask(
    life: Arc<Life>,
    guild: Arc<Guild>,
    books: Arc<Mutex<Books>>,
    who: usize,
    calls: u64,
    mut dice: Seed,
) {
    let person = &guild.people()[who];
    for _ in 0..calls {
        if life.faults.crashed() {
            return;
        }
        let wish = {
            let mut books = books.lock().unwrap();
            books.asked += 1;
            let wish = choose(&mut dice, &life, &guild, who, &books);
            if wish.command.starts_with("de") && wish.makes.is_none() {
                books.doomed.extend(wish.params.iter().map(|(_, value)| value.clone()));
            }
            books.names.extend(wish.makes.as_ref().map(|(_, name)| name.clone()));
            wish
        };
        let params: Vec<(&str, &str)> = wish.params.iter().map(|(name, value)| (*name, value.as_str())).collect();
        // What makes something is asked in the form in which the id is read.
        let form = if wish.makes.is_none() && dice.chance(1, 8) { "xml" } else { "json" };
        let (status, body) = call(&life, person, wish.command, &params, form).await;
        note(&mut books.lock().unwrap(), who, &wish, status, body.as_ref());
        if dice.chance(1, 2) {
            tokio::time::sleep(Duration::from_millis(dice.below(20_000))).await;
        }
    }
}
