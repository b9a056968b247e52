//! How much accounts, projects and domains may have: counted from rows, and never one too many.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not there")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::id::*;
use cloudstack_core::base::{Bytes, Caller, ErrorKind, RoleType, Seed};
use cloudstack_core::flow::network::AddNetwork;
use cloudstack_core::flow::org::*;
use cloudstack_core::flow::room::LimitReached;
use cloudstack_core::flow::vm::*;
use cloudstack_core::ledger::View;
use cloudstack_core::model::org::{LimitOwner, ResourceType};
use cloudstack_core::model::vm::VmState;
use cloudstack_core::testkit::checks;
use lab::{Lab, name};

async fn domain(lab: &Lab, parent: DomainId, called: &str) -> DomainId {
    lab.run(AddDomain::new(parent, name(called))).await.unwrap()
}

async fn account(lab: &Lab, domain: DomainId, called: &str, role_type: RoleType) -> Caller {
    lab.run(AddAccount { role_type, ..AddAccount::new(domain, name(called)) }).await.unwrap()
}

async fn limit(lab: &Lab, owner: LimitOwner, resource: ResourceType, max: i64) {
    lab.run(UpdateLimit { owner, resource, max: Some(max) }).await.unwrap();
}

fn held(lab: &Lab, owner: LimitOwner, resource: ResourceType) -> u64 {
    lab.cloud.peek(|_, room| room.counts.held(owner, resource))
}

/// Proves: OFFR-10
#[tokio::test(start_paused = true)]
async fn a_domain_is_limited_with_all_below_it() {
    let lab = Lab::basic(3).await;
    let (top, other) = (domain(&lab, lab.admin.domain, "top").await, domain(&lab, lab.admin.domain, "other").await);
    let below = domain(&lab, top, "below").await;
    let ann = account(&lab, top, "ann", RoleType::User).await;
    let bob = account(&lab, below, "bob", RoleType::User).await;
    let eve = account(&lab, other, "eve", RoleType::User).await;
    limit(&lab, LimitOwner::Domain(top), ResourceType::UserVm, 2).await;
    lab.run_as(&ann, lab.small_vm()).await.unwrap();
    let second = lab.run_as(&bob, lab.small_vm()).await.unwrap();
    for caller in [&ann, &bob] {
        let refused = lab.run_as(caller, lab.small_vm()).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Limit);
        let reached = refused.cause::<LimitReached>().unwrap();
        assert_eq!((reached.owner, reached.max, reached.held), (LimitOwner::Domain(top), 2, 2));
        assert!(!refused.public().contains('2'), "what others have is not told: {}", refused.public());
    }
    lab.run_as(&eve, lab.small_vm()).await.unwrap();
    assert_eq!(held(&lab, LimitOwner::Domain(lab.admin.domain), ResourceType::UserVm), 3);
    lab.run(DestroyVm { vm: second, expunge: true }).await.unwrap();
    lab.run_as(&ann, lab.small_vm()).await.unwrap();
    assert_eq!(held(&lab, LimitOwner::Domain(below), ResourceType::UserVm), 0);
    assert_eq!(held(&lab, LimitOwner::Domain(top), ResourceType::UserVm), 2);
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn every_type_that_can_be_made_is_limited() {
    let lab = Lab::advanced(2).await;
    let ann = lab.user("ann").await;
    let owner = LimitOwner::Account(ann.account);
    let offering = lab.network_offering("DefaultIsolatedNetworkOfferingWithSourceNatService");
    let network = AddNetwork::isolated(lab.zone(), name("n1"), offering);
    let network = lab.run_as(&ann, network).await.unwrap();
    let wish = || lab.small_vm().on_networks([network]);
    // A small machine has one core and 512 MiB, and a root volume of 2 GiB.
    let cases = [
        (ResourceType::UserVm, 0, 1),
        (ResourceType::Cpu, 0, 1),
        (ResourceType::Memory, 511, 512),
        (ResourceType::Volume, 0, 1),
        (ResourceType::PrimaryStorage, 1, 2),
        (ResourceType::PublicIp, 0, 1),
    ];
    for (resource, short, enough) in cases {
        limit(&lab, owner, resource, short).await;
        let refused = lab.run_as(&ann, wish()).await.unwrap_err();
        let of = refused.cause::<LimitReached>().map(|reached| reached.resource);
        assert_eq!((refused.kind(), of), (ErrorKind::Limit, Some(resource)), "{resource}: {refused:?}");
        limit(&lab, owner, resource, enough).await;
    }
    let vm = lab.run_as(&ann, wish()).await.unwrap();
    let figures = cases.map(|(resource, ..)| held(&lab, owner, resource));
    assert_eq!(figures, [1, 1, 512, 1, Bytes::gib(2).0, 1]);
    limit(&lab, owner, ResourceType::Network, 1).await;
    let more = AddNetwork::isolated(lab.zone(), name("n2"), offering);
    assert_eq!(lab.run_as(&ann, more).await.unwrap_err().kind(), ErrorKind::Limit);
    limit(&lab, owner, ResourceType::Template, 0).await;
    assert_eq!(lab.run_as(&ann, lab.image("own", "Simulator")).await.unwrap_err().kind(), ErrorKind::Limit);
    limit(&lab, owner, ResourceType::Template, -1).await;
    limit(&lab, owner, ResourceType::SecondaryStorage, 1).await;
    let refused = lab.run_as(&ann, lab.image("own", "Simulator")).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Limit, "the image has 2 GiB");
    limit(&lab, owner, ResourceType::Project, 0).await;
    assert_eq!(lab.run_as(&ann, AddProject::new(name("p"))).await.unwrap_err().kind(), ErrorKind::Limit);
    lab.run(DestroyVm { vm, expunge: true }).await.unwrap();
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn who_may_change_which_limit() {
    let lab = Lab::empty().await;
    let top = domain(&lab, lab.admin.domain, "top").await;
    let (below, other) = (domain(&lab, top, "below").await, domain(&lab, lab.admin.domain, "other").await);
    let boss = account(&lab, top, "boss", RoleType::DomainAdmin).await;
    let user = account(&lab, below, "user", RoleType::User).await;
    let eve = account(&lab, other, "eve", RoleType::User).await;
    let may = async |caller: &Caller, owner: LimitOwner, max: i64| {
        let request = UpdateLimit { owner, resource: ResourceType::UserVm, max: Some(max) };
        lab.run_as(caller, request).await.map(|_| ()).map_err(|e| e.kind())
    };
    use ErrorKind::{Denied, Invalid, NotFound};
    use LimitOwner::{Account, Domain};
    let cases = [
        (&lab.admin, Domain(top), 30, Ok(())),
        (&lab.admin, Domain(top), -2, Err(Invalid)),
        (&lab.admin, Domain(lab.admin.domain), 30, Err(Invalid)),
        (&lab.admin, Account(lab.admin.account), 30, Err(Invalid)),
        (&boss, Domain(top), 40, Err(Denied)),
        (&boss, Domain(below), 30, Ok(())),
        // No more than the domain above has.
        (&boss, Domain(below), 31, Err(Invalid)),
        (&boss, Domain(below), -1, Err(Invalid)),
        (&boss, Domain(other), 1, Err(NotFound)),
        (&boss, Account(user.account), 5, Ok(())),
        (&boss, Account(boss.account), 5, Err(Denied)),
        (&boss, Account(eve.account), 5, Err(NotFound)),
        (&user, Account(user.account), 5, Err(Denied)),
        (&user, Domain(below), 5, Err(Denied)),
    ];
    for (caller, owner, max, expected) in cases {
        assert_eq!(may(caller, owner, max).await, expected, "{:?} sets {owner:?} to {max}", caller.role);
    }
    // Without a value the default counts again.
    let default = UpdateLimit { owner: Account(user.account), resource: ResourceType::UserVm, max: None };
    assert_eq!(lab.run(default).await.unwrap().max, Some(20));
    lab.set("max.account.user.vms", "3").await;
    let figure = |owner| lab.cloud.peek(|_, room| room.counts.figure(owner, ResourceType::UserVm).max);
    assert_eq!((figure(Account(user.account)), figure(Account(lab.admin.account))), (Some(3), None));
    lab.set("max.account.user.vms", "-1").await;
    assert_eq!(figure(Account(user.account)), None);
}

/// Sixteen ask at once, and there is room for five.
#[tokio::test(start_paused = true)]
async fn of_many_at_once_just_so_many_get_it() {
    let lab = Lab::basic(4).await;
    let top = domain(&lab, lab.admin.domain, "top").await;
    let users = [account(&lab, top, "ann", RoleType::User).await, account(&lab, top, "bob", RoleType::User).await];
    limit(&lab, LimitOwner::Domain(top), ResourceType::UserVm, 5).await;
    let mut handles = Vec::new();
    let mut refused = 0;
    let asked = (0..16).map(|n| lab.cloud.run(&users[n % 2], lab.small_vm()));
    for answer in join_all(asked.collect()).await {
        match answer {
            Ok(handle) => handles.push(handle),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Limit, "{error:?}");
                refused += 1;
            }
        }
    }
    assert_eq!((handles.len(), refused), (5, 11));
    for handle in handles {
        handle.done().await.unwrap();
    }
    assert_eq!(lab.view().vms().len(), 5);
    lab.check();
}

/// All of them, in turns.
async fn join_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        for (future, slot) in futures.iter_mut().zip(&mut done) {
            if slot.is_none()
                && let std::task::Poll::Ready(output) = future.as_mut().poll(cx)
            {
                *slot = Some(output);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().map(Option::unwrap).collect()
}

#[tokio::test(start_paused = true)]
async fn machines_that_are_off_need_not_count() {
    let lab = Lab::basic(2).await;
    let ann = lab.user("ann").await;
    let owner = LimitOwner::Account(ann.account);
    lab.set("resource.count.running.vms.only", "true").await;
    limit(&lab, owner, ResourceType::UserVm, 1).await;
    let first = lab.run_as(&ann, lab.small_vm()).await.unwrap();
    lab.run_as(&ann, StopVm { vm: first, forced: true }).await.unwrap();
    let second = lab.run_as(&ann, lab.small_vm()).await.unwrap();
    let refused = lab.run_as(&ann, StartVm { vm: first }).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Limit, "a start takes what a stop gave back");
    lab.run_as(&ann, StopVm { vm: second, forced: true }).await.unwrap();
    lab.run_as(&ann, StartVm { vm: first }).await.unwrap();
    lab.set("resource.count.running.vms.only", "false").await;
    assert_eq!(held(&lab, owner, ResourceType::UserVm), 2);
    // What is there already may be started, though it is more than may be made.
    lab.run_as(&ann, StopVm { vm: first, forced: true }).await.unwrap();
    lab.run_as(&ann, StartVm { vm: first }).await.unwrap();
    lab.check();
}

/// What an owner holds, by looking at every row there is.
fn by_hand(view: &View, accounts: &[AccountId]) -> [u64; 6] {
    let own = |id: &AccountId| accounts.contains(id);
    let gone = [VmState::Destroyed, VmState::Expunging, VmState::Error];
    let vms: Vec<_> = view.vms().iter().filter(|vm| own(&vm.account) && !gone.contains(&vm.state)).collect();
    let volumes: Vec<_> = view.volumes().iter().filter(|v| own(&v.account)).collect();
    [
        vms.len() as u64,
        volumes.len() as u64,
        vms.iter().map(|vm| u64::from(vm.cores)).sum(),
        vms.iter().map(|vm| vm.ram.0).sum(),
        volumes.iter().map(|v| v.size.0).sum(),
        view.networks().iter().filter(|n| n.account.as_ref().is_some_and(own)).count() as u64,
    ]
}

const COUNTED: [ResourceType; 6] = [
    ResourceType::UserVm,
    ResourceType::Volume,
    ResourceType::Cpu,
    ResourceType::Memory,
    ResourceType::PrimaryStorage,
    ResourceType::Network,
];

/// Every count, of every account and every domain, is what the rows say.
async fn counts_are_facts(lab: &Lab, step: u64) {
    let wrong = lab.cloud.peek(|view, room| checks::derived(view, room));
    assert_eq!(wrong, [], "after step {step}");
    let view = lab.view();
    let owners: Vec<(LimitOwner, Vec<AccountId>)> = view
        .accounts()
        .iter()
        .map(|a| (LimitOwner::Account(a.id), vec![a.id]))
        .chain(view.domains().iter().map(|d| {
            let under = |a: &&cloudstack_core::model::org::Account| {
                let mut at = Some(a.domain);
                while at.is_some_and(|id| id != d.id) {
                    at = view.domain(at.unwrap()).and_then(|d| d.parent);
                }
                at.is_some()
            };
            (LimitOwner::Domain(d.id), view.accounts().iter().filter(under).map(|a| a.id).collect())
        }))
        .collect();
    for (owner, accounts) in owners {
        let counted = COUNTED.map(|resource| held(lab, owner, resource));
        assert_eq!(counted, by_hand(&view, &accounts), "{owner:?} after step {step}");
    }
}

#[tokio::test(start_paused = true)]
async fn counts_equal_facts_after_random_operations() {
    let mut made = 0;
    for seed in 0..6 {
        let lab = Lab::advanced(3).await;
        lab.set("allow.user.expunge.recover.vm", "true").await;
        let mut dice = Seed::new(seed);
        let top = domain(&lab, lab.admin.domain, "top").await;
        let below = domain(&lab, top, "below").await;
        let mut users = Vec::new();
        for (at, domain) in [top, below, below].into_iter().enumerate() {
            users.push(account(&lab, domain, &format!("user{at}"), RoleType::User).await);
        }
        limit(&lab, LimitOwner::Domain(below), ResourceType::UserVm, 3).await;
        for step in 0..40 {
            random_step(&lab, &mut dice, &users, step).await;
            counts_are_facts(&lab, step).await;
        }
        made += lab.view().vms().len();
        let vms = held(&lab, LimitOwner::Domain(below), ResourceType::UserVm);
        assert!(vms <= 3, "never more than the limit: {vms}");
        let recounted = lab.run(Recount { owner: LimitOwner::Domain(top), resource: None }).await.unwrap();
        for count in recounted {
            assert_eq!(count.held, held(&lab, LimitOwner::Domain(top), count.resource), "{:?}", count.resource);
        }
        lab.run(DeleteDomain { domain: top, cleanup: true }).await.unwrap();
        counts_are_facts(&lab, 99).await;
        lab.check();
    }
    assert!(made > 10, "the test makes something: {made}");
}

async fn random_step(lab: &Lab, dice: &mut Seed, users: &[Caller], step: u64) {
    let user = &users[usize::try_from(dice.below(users.len() as u64)).unwrap()];
    let view = lab.view();
    let vms: Vec<VmId> = view.vms().by("account", user.account).map(|vm| vm.id).collect();
    let vm = vms.get(usize::try_from(dice.below(vms.len() as u64)).unwrap()).copied();
    let network = view.networks().by("account", user.account).next().map(|n| n.id);
    let offering = lab.network_offering("DefaultIsolatedNetworkOfferingWithSourceNatService");
    let disk = view.disk_offerings().iter().find(|o| o.size.is_some()).map(|o| (o.id, None));
    let disk = disk.filter(|_| dice.chance(1, 3));
    // What is refused is refused; the counts must be right either way.
    match (dice.below(10), vm, network) {
        (0..=4, _, Some(network)) => {
            drop(lab.run_as(user, DeployVm { disk, ..lab.small_vm().on_networks([network]) }).await);
        }
        (_, _, None) => {
            let wish = AddNetwork::isolated(lab.zone(), name(&format!("net{step}")), offering);
            drop(lab.run_as(user, wish).await);
        }
        (5, Some(vm), _) => drop(lab.run_as(user, StopVm { vm, forced: true }).await),
        (6, Some(vm), _) => drop(lab.run_as(user, StartVm { vm }).await),
        (7, Some(vm), _) => drop(lab.run_as(user, DestroyVm { vm, expunge: false }).await),
        (8, Some(vm), _) => drop(lab.run_as(user, RecoverVm { vm }).await),
        (_, Some(vm), _) => drop(lab.run_as(user, DestroyVm { vm, expunge: true }).await),
        _ => {}
    }
}
