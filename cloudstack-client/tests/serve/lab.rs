//! A simulated cloud behind the server, and people who ask.

use cloudstack_client::serve::{Api, Method, Request, Response};
use cloudstack_client::sign::Signer;
use cloudstack_core::Cloud;
use cloudstack_core::base::id::DomainId;
use cloudstack_core::base::{Caller, RoleType};
use cloudstack_core::flow::infra::ApplySite;
use cloudstack_core::flow::org::{AddAccount, AddDomain};
use cloudstack_core::plan::site::SitePlan;
use cloudstack_core::port::platform::Tokio;
use cloudstack_drivers::sim::SimWorld;
use cloudstack_drivers::ssh_keys::Ed25519;
use serde_json::Value;
use std::sync::Arc;

pub(crate) struct Lab {
    pub(crate) api: Api,
    pub(crate) cloud: Arc<Cloud>,
}

/// Somebody with keys.
pub(crate) struct Person {
    pub(crate) caller: Caller,
    signer: Signer,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) root: String,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn read(response: &Response) -> Self {
        let whole: Value = serde_json::from_str(&response.body).unwrap_or_else(|e| panic!("{e}: {}", response.body));
        let (root, body) = whole.as_object().unwrap().iter().next().map(|(k, v)| (k.clone(), v.clone())).unwrap();
        assert_eq!(whole.as_object().unwrap().len(), 1, "one key at the top: {}", response.body);
        assert!(!response.body.contains('\n'), "one line");
        Self { status: response.status, root, body }
    }

    pub(crate) fn text(&self) -> &str {
        self.body["errortext"].as_str().unwrap_or("")
    }
}

impl Person {
    pub(crate) fn with(caller: Caller, key: &str, secret: &str) -> Self {
        Self { caller, signer: Signer::new(key, secret) }
    }

    /// A signed query.
    pub(crate) fn sign(&self, params: &[(&str, &str)]) -> String {
        self.signer.sign(params).unwrap()
    }
}

impl Lab {
    pub(crate) async fn new() -> Self {
        let world = SimWorld::new(Tokio::current().unwrap());
        let plan = SitePlan::from_toml(include_str!("../../../examples/clouds/tiny.toml")).unwrap();
        world.furnish(&plan);
        let cloud =
            Arc::new(world.drive(Cloud::in_memory(), &plan).key_maker(Arc::new(Ed25519)).start().await.unwrap());
        let admin = cloud.root_caller();
        cloud.sites().apply(&admin, ApplySite { plan }).await.unwrap().done().await.unwrap();
        Self { api: Api::new(Arc::clone(&cloud)), cloud }
    }

    /// The root administrator.
    pub(crate) fn admin(&self) -> Person {
        self.person(self.cloud.root_caller())
    }

    /// Gives somebody keys.
    pub(crate) fn person(&self, caller: Caller) -> Person {
        let key = format!("key-of-{}", caller.user);
        self.api.give_keys(&key, "secret", caller.user);
        Person::with(caller, &key, "secret")
    }

    /// The domain of this path, made if it is missing.
    async fn domain(&self, path: &str) -> DomainId {
        let admin = self.cloud.root_caller();
        let mut at = admin.domain;
        let mut whole = "ROOT".to_owned();
        for part in path.split('/').skip(1) {
            whole = format!("{whole}/{part}");
            let known = self.cloud.view().domains().iter().find(|d| d.path == whole).map(|d| d.id);
            at = match known {
                Some(id) => id,
                None => {
                    let wish = AddDomain::new(at, part.parse().unwrap());
                    self.cloud.accounts().add_domain(&admin, wish).await.unwrap().done().await.unwrap()
                }
            };
        }
        at
    }

    /// Somebody with a new account in a domain.
    pub(crate) async fn newcomer(&self, domain: &str, role_type: RoleType) -> Person {
        let admin = self.cloud.root_caller();
        let domain = self.domain(domain).await;
        let n = self.cloud.view().accounts().len();
        let wish = AddAccount { role_type, ..AddAccount::new(domain, format!("account-{n}").parse().unwrap()) };
        let caller = self.cloud.accounts().add(&admin, wish).await.unwrap().done().await.unwrap();
        self.person(caller)
    }

    pub(crate) async fn raw(&self, who: &Person, params: &[(&str, &str)]) -> Response {
        let query = who.signer.sign(params).unwrap();
        self.api.handle(Request { query: &query, ..Request::new(Method::Get) }).await
    }

    /// Asks, in JSON.
    pub(crate) async fn ask(&self, who: &Person, command: &str, params: &[(&str, &str)]) -> Answer {
        let mut all = vec![("command", command), ("response", "json")];
        all.extend_from_slice(params);
        Answer::read(&self.raw(who, &all).await)
    }

    /// Asks what must be answered.
    pub(crate) async fn get(&self, who: &Person, command: &str, params: &[(&str, &str)]) -> Value {
        let answer = self.ask(who, command, params).await;
        assert_eq!(answer.status, 200, "{command}: {}", answer.text());
        answer.body
    }

    /// Asks for something that goes on, and waits for it; answers the result.
    pub(crate) async fn job(&self, who: &Person, command: &str, params: &[(&str, &str)]) -> Value {
        let begun = self.get(who, command, params).await;
        let job = begun["jobid"].as_str().unwrap_or_else(|| panic!("{command}: {begun}")).to_owned();
        // What became of it is asked below.
        let _outcome = self.cloud.wait(job.parse().unwrap()).await;
        let ended = self.get(who, "queryAsyncJobResult", &[("jobid", &job)]).await;
        assert_eq!(ended["jobstatus"], 1, "{command}: {ended}");
        ended["jobresult"].clone()
    }

    /// Asks for something, and waits for it if it goes on.
    pub(crate) async fn job_or_answer(&self, who: &Person, command: &str, params: &[(&str, &str)]) -> Value {
        let row = cloudstack_client::catalogue::find(command).unwrap();
        if row.answer.is_async() { self.job(who, command, params).await } else { self.get(who, command, params).await }
    }

    /// The id of the first thing that a list has.
    pub(crate) async fn first(&self, who: &Person, command: &str, object: &str, params: &[(&str, &str)]) -> String {
        self.get(who, command, params).await[object][0]["id"].as_str().unwrap_or_else(|| panic!("{command}")).to_owned()
    }

    /// A machine that runs.
    pub(crate) async fn machine(&self, who: &Person) -> String {
        let zone = self.first(who, "listZones", "zone", &[]).await;
        let size = self.first(who, "listServiceOfferings", "serviceoffering", &[]).await;
        let image = self.first(who, "listTemplates", "template", &[("templatefilter", "executable")]).await;
        let wish = [("zoneid", &*zone), ("serviceofferingid", &*size), ("templateid", &*image)];
        self.job(who, "deployVirtualMachine", &wish).await["virtualmachine"]["id"].as_str().unwrap().to_owned()
    }
}

/// Runs a test on a runtime of its own.
pub(crate) fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
}
