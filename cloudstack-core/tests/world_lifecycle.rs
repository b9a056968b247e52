//! A few lives told from end to end in a world without faults.

use cloudstack_core::base::Span;
use cloudstack_core::base::id::VmId;
use cloudstack_core::flow::security_group::{Authorize, Revoke};
use cloudstack_core::flow::vm::{DeployVm, DestroyVm, StopVm};
use cloudstack_core::model::network::NetworkState;
use cloudstack_core::model::network::security_rule::{Direction, Peer, Ports, Service};
use cloudstack_core::model::vm::VmState;
use cloudstack_core::testkit::campaign::{Campaign, Size};
use cloudstack_core::testkit::world::Progress;
use cloudstack_drivers::sim::SimReality;
use std::sync::Arc;

const PATIENCE: Span = Span::mins(5);

fn campaign(basic: bool) -> Campaign {
    let play = |seed| {
        let size = Size { hosts: 2, vms: 8, steps: 0, trace: true };
        Campaign::prepare(seed, size, &|seed, platform| Arc::new(SimReality::new(seed, platform)))
    };
    let is_basic = |c: &Campaign| c.world.rows().zones().iter().all(|z| z.guest_cidr.is_none());
    (0..20).map(play).find(|c| is_basic(c) == basic).expect("the dice know both kinds of zone")
}

fn deploy(campaign: &mut Campaign) -> VmId {
    let world = &mut campaign.world;
    let before: Vec<VmId> = world.rows().vms().iter().map(|vm| vm.id).collect();
    let view = world.rows();
    let zone = view.zones().iter().next().expect("the site has a zone").id;
    let offering = view.compute_offerings().iter().min_by_key(|o| o.ram).expect("it has offerings").id;
    let template = view.templates().iter().next().expect("it has a template").id;
    let networks: Vec<_> = view.networks().iter().filter(|n| n.account.is_some()).map(|n| n.id).collect();
    let done = world.finish(DeployVm::new(zone, offering, template).on_networks(networks), PATIENCE);
    assert!(matches!(done, Progress::Done), "{done:?}");
    let fresh = world.rows().vms().iter().map(|vm| vm.id).find(|id| !before.contains(id));
    fresh.expect("the machine that was deployed has a row")
}

fn sound(campaign: Campaign) {
    let report = campaign.report(0);
    assert!(report.violations.is_empty(), "{:#?}\n{}", report.violations, report.lines.join("\n"));
}

/// Proves: GNET-07, VLAN-02
#[test]
fn a_network_has_a_vlan_from_its_first_machine_to_its_last() {
    let mut campaign = campaign(false);
    let offering = campaign.world.rows().network_offerings().iter().find(|o| o.has("SourceNat")).unwrap().id;
    let zone = campaign.world.rows().zones().iter().next().unwrap().id;
    let add = cloudstack_core::flow::network::AddNetwork::isolated(zone, "n1".parse().unwrap(), offering);
    assert!(matches!(campaign.world.finish(add, PATIENCE), Progress::Done));
    let state = |c: &Campaign| {
        let network = c.world.rows().networks().iter().next().unwrap().clone();
        let carried = c.world.reality().facts().networks.get(&network.id).copied();
        (network.state, network.vlan, c.world.rows().vlans().len(), carried)
    };
    assert_eq!(state(&campaign), (NetworkState::Allocated, None, 0, None));
    let mut tags = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let machines = [deploy(&mut campaign), deploy(&mut campaign)];
        let (now, tag, held, carried) = state(&campaign);
        assert_eq!((now, held, carried), (NetworkState::Implemented, 1, Some(tag)));
        tags.extend(tag);
        let stopped = campaign.world.finish(StopVm { vm: machines[0], forced: false }, PATIENCE);
        assert!(matches!(stopped, Progress::Done));
        campaign.world.run_for(Span::mins(30));
        assert_eq!(state(&campaign).0, NetworkState::Implemented, "one machine still runs");
        for vm in machines {
            let gone = campaign.world.finish(DestroyVm { vm, expunge: true }, PATIENCE);
            assert!(matches!(gone, Progress::Done), "{gone:?}");
        }
        campaign.world.run_for(Span::mins(30));
        assert_eq!(state(&campaign), (NetworkState::Allocated, None, 0, None));
    }
    assert!(tags.iter().all(|tag| (600..=602).contains(tag)), "{tags:?}");
    campaign.finale();
    sound(campaign);
}

/// Proves: SG-04, SG-08
#[test]
fn rules_reach_every_host_within_a_moment() {
    let mut campaign = campaign(true);
    let machines: Vec<VmId> = (0..4).map(|_| deploy(&mut campaign)).collect();
    let group = campaign.world.rows().security_groups().iter().next().unwrap().id;
    let (direction, service) = (Direction::Ingress, Service::Tcp(Ports::one(22)));
    let peers = vec![Peer::Group(group)];
    let asked = Authorize { group, direction, service, peers };
    let agree = |c: &mut Campaign| {
        // Long enough to hear of a commit, too short for any loop to come round.
        c.world.run_for(Span::secs(1));
        let found = cloudstack_core::testkit::checks::settled(c.world.rows(), &c.world.reality().facts());
        assert_eq!(found, []);
    };
    assert!(matches!(campaign.world.finish(asked, PATIENCE), Progress::Done));
    agree(&mut campaign);
    // A member comes and goes: those who name its group hear of it.
    let late = deploy(&mut campaign);
    agree(&mut campaign);
    assert!(matches!(campaign.world.finish(StopVm { vm: late, forced: true }, PATIENCE), Progress::Done));
    agree(&mut campaign);
    let rules = campaign.world.rows().security_group(group).unwrap().rules.iter().map(|r| r.id).collect();
    assert!(matches!(campaign.world.finish(Revoke { group, rules }, PATIENCE), Progress::Done));
    agree(&mut campaign);
    assert_eq!(machines.len(), 4);
    campaign.finale();
    sound(campaign);
}

/// Proves: HIER-25
#[test]
fn guests_run_on_while_the_cloud_is_away() {
    let mut campaign = campaign(true);
    let vm = deploy(&mut campaign);
    let before = campaign.world.reality().facts().guests;
    campaign.world.stop();
    campaign.world.run_for(Span::mins(24 * 60));
    assert_eq!(campaign.world.reality().facts().guests, before, "nobody touched them");
    campaign.world.start(Default::default());
    campaign.world.run_for(Span::mins(60));
    assert_eq!(campaign.world.reality().facts().guests, before, "nor when it came back");
    assert_eq!(campaign.world.rows().vm(vm).unwrap().state, VmState::Running);
    campaign.finale();
    sound(campaign);
}

/// The laws can be broken: a world that was tampered with is found out.
#[test]
fn what_does_not_belong_is_noticed() {
    use cloudstack_core::testkit::checks::settled;
    let made: std::sync::Mutex<Option<Arc<SimReality>>> = std::sync::Mutex::default();
    let size = Size { hosts: 2, vms: 8, steps: 0, trace: false };
    let mut campaign = Campaign::prepare(1, size, &|seed, platform| {
        let reality = Arc::new(SimReality::new(seed, platform));
        *made.lock().unwrap() = Some(Arc::clone(&reality));
        reality
    });
    campaign.world.run_for(Span::mins(5));
    let laws = |c: &Campaign| {
        let found = settled(c.world.rows(), &c.world.reality().facts());
        found.into_iter().map(|v| v.law).collect::<std::collections::BTreeSet<_>>()
    };
    assert!(laws(&campaign).is_empty());
    let reality = made.lock().unwrap().clone().unwrap();
    let host = campaign.world.rows().hosts().iter().next().unwrap().address;
    assert!(reality.world().plant_guest(host, "stranger"));
    assert_eq!(laws(&campaign), ["guests"].into());
    let mut facts = campaign.world.reality().facts();
    facts.networks.insert(cloudstack_core::base::id::EntityId::from_u128(1), None);
    let url = facts.volumes.keys().next().unwrap().clone();
    facts.volumes.entry(url).or_default().insert("v-lost".to_owned(), cloudstack_core::base::Bytes::gib(1));
    let found: Vec<_> = settled(campaign.world.rows(), &facts).into_iter().map(|v| v.law).collect();
    assert_eq!(found, ["guests", "volumes", "networks"]);
}
