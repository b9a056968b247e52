//! Events and alerts: what is told of a verb, who is told, what is put away.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::{Caller, ErrorKind, Span, Timestamp};
use cloudstack_core::flow::alert::{self, AlertQuery, ArchiveAlerts, DeleteAlerts, GenerateAlert};
use cloudstack_core::flow::event::{CutEvents, EventQuery};
use cloudstack_core::flow::security_group::{AddSecurityGroup, Authorize, Revoke};
use cloudstack_core::flow::vm::*;
use cloudstack_core::model::event::EventEntry;
use cloudstack_core::model::event::{EventCutAction, EventLevel::*, EventState::*};
use cloudstack_core::model::network::security_rule::{Direction, Peer, Service};
use cloudstack_core::port::driver::DriverErrorKind::Refused;
use cloudstack_drivers::sim::{Effect, FaultRule, Method};
use lab::{Lab, name};

fn told(lab: &Lab, caller: &Caller, query: EventQuery) -> Vec<EventEntry> {
    let mut page = lab.cloud.events(caller, &query).unwrap();
    assert!(page.complete);
    page.events.reverse();
    page.events
}

fn of(kind: &str) -> EventQuery {
    EventQuery { kind: Some(kind.into()), ..EventQuery::default() }
}

#[tokio::test(start_paused = true)]
async fn a_job_is_told_from_its_schedule_to_its_end_with_one_start() {
    let lab = Lab::basic(2).await;
    let ann = lab.user("ann").await;
    let vm = lab.run_as(&ann, lab.small_vm()).await.unwrap();
    let events = told(&lab, &ann, of("VM.CREATE"));
    let life: Vec<_> = events.iter().map(|e| (e.state, e.level)).collect();
    assert_eq!(life, [(Created, Info), (Scheduled, Info), (Started, Info), (Completed, Info)]);
    for event in &events {
        assert_eq!(event.start, Some(events[1].id), "{event:?}");
        assert_eq!((event.user, event.account), (Some(ann.user), Some(ann.account)));
        assert_eq!((event.noun, event.entity.clone()), (Some("vm"), Some(vm.to_string())));
    }
    lab.run_as(&ann, StopVm { vm, forced: false }).await.unwrap();
    let stop: Vec<_> = told(&lab, &ann, of("VM.STOP")).iter().map(|e| e.state).collect();
    assert_eq!(stop, [Scheduled, Started, Completed]);
    let again = told(&lab, &ann, of("VM.CREATE"));
    assert_eq!(again, events, "listed again they are the same");
    let group = AddSecurityGroup { account: None, name: name("web"), description: String::new() };
    lab.run_as(&ann, group).await.unwrap();
    let simple = told(&lab, &ann, of("SG.CREATE"));
    assert_eq!(
        simple.iter().map(|e| (e.state, e.start, e.account)).collect::<Vec<_>>(),
        [(Completed, None, Some(ann.account))]
    );
}

#[tokio::test(start_paused = true)]
async fn rules_that_are_taken_back_are_told_by_direction() {
    let lab = Lab::basic(1).await;
    let group = AddSecurityGroup { account: None, name: name("web"), description: String::new() };
    let group = lab.run(group).await.unwrap();
    let peers = vec![Peer::Cidr("192.0.2.0/24".parse().unwrap())];
    let mut rules = Vec::new();
    for direction in Direction::ALL {
        let allow = Authorize { group, direction, service: Service::All, peers: peers.clone() };
        rules.extend(lab.run(allow).await.unwrap());
    }
    lab.run(Revoke { group, rules: [rules[1]].into() }).await.unwrap();
    assert_eq!(told(&lab, &lab.admin, of("SG.REVOKE.INGRESS")), []);
    assert_eq!(told(&lab, &lab.admin, of("SG.REVOKE.EGRESS")).len(), 1);
    lab.run(Revoke { group, rules: [rules[0]].into() }).await.unwrap();
    assert_eq!(told(&lab, &lab.admin, of("SG.REVOKE.INGRESS")).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_told_as_an_error_and_what_hangs_is_found() {
    let lab = Lab::basic(1).await;
    let vm = lab.deploy().await;
    lab.run(StopVm { vm, forced: false }).await.unwrap();
    lab.fail(Method::EnsureRunning, Refused, None);
    lab.run(StartVm { vm }).await.unwrap_err();
    let start: Vec<_> = told(&lab, &lab.admin, of("VM.START")).into_iter().filter(|e| e.job.is_some()).collect();
    let failed = start.iter().rfind(|e| e.state == Completed && e.level == Error).unwrap();
    assert!(failed.text.starts_with("vm.start has failed"), "{failed:?}");
    let query = EventQuery { level: Some(Error), kind: Some("VM.START".into()), ..EventQuery::default() };
    assert!(told(&lab, &lab.admin, query).iter().all(|e| e.level == Error));

    // A destroy that never ends: the host does not answer.
    lab.world.clear();
    lab.run(StartVm { vm }).await.unwrap();
    lab.world.inject(FaultRule {
        method: Some(Method::EnsureStopped),
        ..FaultRule::new(Effect::Hang(Timestamp::from_micros(u64::MAX)))
    });
    let handle = lab.cloud.run(&lab.admin, StopVm { vm, forced: true }).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(120)).await;
    let pending = EventQuery { pending: Some((Span::mins(60), Span::secs(60))), ..EventQuery::default() };
    let hangs = told(&lab, &lab.admin, pending);
    assert_eq!(hangs.iter().map(|e| (e.kind.as_str(), e.job)).collect::<Vec<_>>(), [("VM.STOP", handle.job)]);
}

#[tokio::test(start_paused = true)]
async fn nobody_sees_or_cuts_the_events_of_others() {
    let lab = Lab::basic(2).await;
    let (ann, bob) = (lab.user("ann").await, lab.user("bob").await);
    lab.run_as(&ann, lab.small_vm()).await.unwrap();
    lab.run_as(&bob, lab.small_vm()).await.unwrap();
    for caller in [&ann, &bob] {
        let events = told(&lab, caller, EventQuery::default());
        assert!(!events.is_empty() && events.iter().all(|e| e.account == Some(caller.account)));
    }
    let others = EventQuery { account: Some(bob.account), ..EventQuery::default() };
    assert_eq!(lab.cloud.events(&ann, &others).unwrap_err().kind(), ErrorKind::NotFound);
    let (his, hers) = (told(&lab, &bob, of("VM.CREATE")), told(&lab, &ann, of("VM.CREATE")));
    let ids = his.iter().chain(&hers).map(|e| e.id);
    lab.run_as(&ann, CutEvents::delete(ids)).await.unwrap();
    assert_eq!(told(&lab, &bob, of("VM.CREATE")), his);
    assert_eq!(told(&lab, &ann, of("VM.CREATE")), []);
    assert_eq!(told(&lab, &lab.admin, of("VM.CREATE")), his, "what its owner deleted is gone for all");
}

#[tokio::test(start_paused = true)]
async fn events_are_paged_searched_put_away_and_grow_old() {
    let lab = Lab::basic(1).await;
    let vm = lab.deploy().await;
    for _ in 0..5 {
        lab.run(StopVm { vm, forced: false }).await.unwrap();
        lab.run(StartVm { vm }).await.unwrap();
    }
    let all = lab.cloud.events(&lab.admin, &EventQuery::default()).unwrap();
    assert_eq!(all.total, all.events.len());
    let mut paged = Vec::new();
    for offset in (0..all.total).step_by(7) {
        let page = lab.cloud.events(&lab.admin, &EventQuery { offset, limit: 7, ..EventQuery::default() }).unwrap();
        assert_eq!(page.total, all.total);
        paged.extend(page.events);
    }
    assert_eq!(paged, all.events);
    let word = EventQuery { keyword: Some("vm.stop is done".into()), ..EventQuery::default() };
    assert_eq!(told(&lab, &lab.admin, word).len(), 5);
    let about = EventQuery { entity: Some(vm.to_string()), ..EventQuery::default() };
    assert!(told(&lab, &lab.admin, about).len() > 30);

    let archive = CutEvents { kind: Some("VM.STOP".into()), ..CutEvents::archive([]) };
    lab.run(archive).await.unwrap();
    assert_eq!(told(&lab, &lab.admin, of("VM.STOP")), []);
    assert_eq!(told(&lab, &lab.admin, EventQuery { archived: true, ..of("VM.STOP") }).len(), 15);
    lab.run(StopVm { vm, forced: false }).await.unwrap();
    assert_eq!(told(&lab, &lab.admin, of("VM.STOP")).len(), 3, "what came later is not put away");
    let refused = lab.refused(CutEvents { action: EventCutAction::Delete, ..CutEvents::archive([]) }).await;
    assert_eq!((refused.kind(), refused.entity()), (ErrorKind::Invalid, Some("ids")));

    lab.set("event.purge.delay", "1").await;
    tokio::time::sleep(std::time::Duration::from_secs(25 * 3_600)).await;
    assert_eq!(told(&lab, &lab.admin, EventQuery::default()), []);
    lab.set("event.purge.delay", "0").await;
    assert!(told(&lab, &lab.admin, EventQuery::default()).len() > 30, "the history keeps them");
}

#[tokio::test(start_paused = true)]
async fn alerts_are_raised_once_and_can_be_put_away() {
    let lab = Lab::basic(1).await;
    let raise = |kind: &str, text: &str| GenerateAlert::new(kind, text);
    let first = lab.run(raise("USAGE_SERVER", "no usage since Monday")).await.unwrap();
    assert_eq!(lab.run(raise("USAGE_SERVER", "nor since Tuesday")).await.unwrap(), first);
    lab.pass(Span::secs(1)).await;
    let other = lab.run(raise("STORAGE_MISC", "smoke")).await.unwrap();
    let list = |query: AlertQuery| {
        let view = lab.view();
        alert::list(&view, &lab.admin, &query).unwrap().into_iter().cloned().collect::<Vec<_>>()
    };
    let all = list(AlertQuery::default());
    assert_eq!(all.iter().map(|a| (a.id, a.count)).collect::<Vec<_>>(), [(other, 1), (first, 2)]);
    assert_eq!(lab.refused(raise("NOISE", "x")).await.entity(), Some("kind"));
    assert_eq!(lab.refused(raise("SYNC", "")).await.entity(), Some("text"));
    let these = |id| AlertQuery { ids: [id].into(), ..AlertQuery::default() };
    assert_eq!(lab.run(ArchiveAlerts(these(first))).await.unwrap(), 1);
    assert_eq!(list(AlertQuery::default()).len(), 1);
    assert_ne!(lab.run(raise("USAGE_SERVER", "again")).await.unwrap(), first, "put away, it is raised anew");
    assert_eq!(lab.run(DeleteAlerts(these(other))).await.unwrap(), 1);
    assert_eq!(lab.refused(DeleteAlerts(AlertQuery::default())).await.entity(), Some("ids"));
    let user = lab.user("ann").await;
    assert_eq!(alert::list(&lab.view(), &user, &AlertQuery::default()).unwrap_err().kind(), ErrorKind::Denied);
    assert!(told(&lab, &lab.admin, of("ALERT.USAGE")).len() >= 2);
}

#[tokio::test(start_paused = true)]
async fn loops_raise_alerts_and_take_them_back() {
    let lab = Lab::live(&lab::basic(1)).await;
    let open = || {
        let view = lab.view();
        view.alerts().iter().filter(|a| a.resolved.is_none()).map(|a| a.kind.clone()).collect::<Vec<_>>()
    };
    lab.set("cluster.memory.allocated.capacity.notificationthreshold", "0").await;
    lab.deploy().await;
    tokio::time::sleep(std::time::Duration::from_secs(400)).await;
    assert_eq!(open(), ["MEMORY"]);
    lab.set("cluster.memory.allocated.capacity.notificationthreshold", "0.75").await;
    lab.world.isolate_host(lab.address(lab.hosts()[0]));
    tokio::time::sleep(std::time::Duration::from_secs(600)).await;
    assert_eq!(open(), ["HOST"]);
    lab.world.restore_host(lab.address(lab.hosts()[0]));
    tokio::time::sleep(std::time::Duration::from_secs(200)).await;
    assert_eq!(open(), Vec::<String>::new());
}
