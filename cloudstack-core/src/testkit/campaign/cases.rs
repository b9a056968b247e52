//! Each verb that has steps, with every mishap that its steps can meet: acting twice, failing once or always, before or
//! after the work is done, on the way forward and on the way back, and a process that dies after any commit. Which steps a
//! verb has is seen by playing it, so a step that is added meets all of this too.

use super::routers::{addressed, balanced, beside, off_on_two, on_two, ruled, sticky, translated, unstarted};
use super::{Campaign, Devices, Size, site_of};
use crate::base::id::{AccountId, DomainId, EntityId, PublicIpId, VmId, VolumeId};
use crate::base::{Bytes, Name, Span};
use crate::flow::image::RegisterTemplate;
use crate::flow::infra::{AddHost, AddHosts, AddPool, ApplySite};
use crate::flow::network::{AddNetwork, CollectNetwork, DeleteNetwork};
use crate::flow::offering::AddNetworkOffering;
use crate::flow::org::{
    AddAccount, AddDomain, AddProject, DeleteAccount, DeleteDomain, DeleteProject, SetAccountState, SuspendProject,
};
use crate::flow::trouble::{Mishap, Phase};
use crate::flow::vm::{AbsorbPower, DeployVm, DestroyVm, ExpungeVm, MigrateVm, RebootVm, StartVm, StopVm};
use crate::flow::volume::{AddVolume, AttachVolume, DeleteVolume, DetachVolume, ResizeVolume};
use crate::model::infra::ZoneKind;
use crate::model::network::security_rule::Direction;
use crate::model::network::{GuestType, Network};
use crate::model::org::AccountEvent;
use crate::model::vm::VmState;
use crate::port::driver::GuestPower;
use crate::testkit::checks::Violation;
use crate::testkit::fault_store::FaultPlan;
use crate::testkit::world::{Medium, Progress, Ticket};
use std::collections::BTreeSet;

/// How long a verb may take when nothing stays broken.
pub(super) const PATIENCE: Span = Span::mins(30);
/// More commits than any verb makes.
const MANY: u64 = 60;

/// Where a case is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nothing is there.
    Empty,
    /// A basic zone with security groups.
    Basic,
    /// An advanced zone with an isolated network.
    Advanced,
}

/// One verb in one situation.
#[derive(Clone, Copy)]
pub struct Case {
    /// In words.
    pub name: &'static str,
    /// The verb's name.
    pub verb: &'static str,
    /// Where it is played.
    pub stage: Stage,
    prepare: fn(&mut Campaign) -> Option<VmId>,
    begin: fn(&mut Campaign, Option<VmId>) -> Option<Ticket>,
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}, {:?})", self.name, self.verb, self.stage)
    }
}

/// A mishap and whom it meets.
type Trouble = (&'static str, Phase, Mishap);

/// What came of playing a case once.
#[derive(Debug, Clone)]
pub struct Tried {
    /// What its steps did, in order.
    pub seen: Vec<(&'static str, Phase)>,
    /// True if the process died.
    pub died: bool,
    /// The laws that were broken.
    pub violations: Vec<Violation>,
    /// What happened.
    pub lines: Vec<String>,
}

macro_rules! cases {
    ($($name:literal $verb:literal $stage:ident: $prepare:expr, $begin:expr;)*) => {
        /// Every one.
        pub const ALL: &'static [Self] = &[$(Self {
            name: $name, verb: $verb, stage: Stage::$stage, prepare: $prepare, begin: $begin,
        },)*];
    };
}

fn nothing(_: &mut Campaign) -> Option<VmId> {
    None
}

impl Case {
    cases! {
        "a site" "site.apply" Empty: nothing,
            |c, _| c.world.submit(ApplySite { plan: site_of(true, 1, 2) });
        "a host" "host.add" Basic: nothing, |c, _| c.add_host();
        "hosts" "hosts.add" Basic: nothing, |c, _| c.two_hosts();
        "a pool" "pool.add" Basic: nothing, |c, _| c.one_pool();
        "a template" "template.register" Basic: nothing, |c, _| c.one_template();
        "a machine" "vm.deploy" Basic: nothing, |c, _| c.deploy();
        "a machine on its own network" "vm.deploy" Advanced: nothing, |c, _| c.deploy();
        "a machine that runs" "vm.stop" Basic: running, |c, vm| c.world.submit(StopVm { vm: vm?, forced: false });
        "the last machine of a network" "vm.stop" Advanced: running,
            |c, vm| c.world.submit(StopVm { vm: vm?, forced: true });
        "a machine that is off" "vm.start" Basic: stopped, |c, vm| c.world.submit(StartVm { vm: vm? });
        "the first machine of a network" "vm.start" Advanced: stopped, |c, vm| c.world.submit(StartVm { vm: vm? });
        "a machine that runs" "vm.reboot" Basic: running, |c, vm| c.world.submit(RebootVm { vm: vm? });
        "a machine that runs" "vm.migrate" Basic: running, |c, vm| c.world.submit(MigrateVm { vm: vm?, host: None });
        "a new volume, while its machine runs" "volume.attach" Basic: running_beside_a_volume, |c, vm| c.attach(vm?);
        "a volume that was on its pool" "volume.attach" Basic: running_beside_a_used_volume, |c, vm| c.attach(vm?);
        "a machine with a volume to be made" "vm.start" Basic: stopped_with_a_volume,
            |c, vm| c.world.submit(StartVm { vm: vm? });
        "a volume, while its machine runs" "volume.detach" Basic: running_with_a_volume, |c, _| c.detach();
        "a volume that nobody has" "volume.resize" Basic: running_beside_a_used_volume, |c, _| c.grow();
        "a volume that nobody has" "volume.delete" Basic: running_beside_a_used_volume, |c, _| c.delete_volume();
        "a machine with a volume, for good" "vm.destroy" Basic: running_with_a_volume,
            |c, vm| c.world.submit(DestroyVm { vm: vm?, expunge: true });
        "a machine that runs, to be kept" "vm.destroy" Basic: running,
            |c, vm| c.world.submit(DestroyVm { vm: vm?, expunge: false });
        "a machine that runs, for good" "vm.destroy" Advanced: running,
            |c, vm| c.world.submit(DestroyVm { vm: vm?, expunge: true });
        "a destroyed machine" "vm.expunge" Basic: destroyed, |c, vm| c.world.submit(ExpungeVm { vm: vm? });
        "a guest that went off" "vm.absorb_power" Basic: running, |c, vm| c.went_off(vm?);
        "a guest that came on" "vm.absorb_power" Basic: stopped, |c, vm| c.came_on(vm?);
        "an account with machines that run" "account.set_state" Basic: running_for_a_user,
            |c, vm| c.disable(vm?);
        "an account with machines that run" "account.delete" Basic: running_for_a_user, |c, vm| c.delete_account(vm?);
        "an account with a network" "account.delete" Advanced: networked_for_a_user, |c, vm| c.delete_account(vm?);
        "a domain with an account" "domain.delete" Basic: running_in_a_domain, |c, vm| c.delete_domain(vm?);
        "a project with a machine" "project.suspend" Basic: running_in_a_project, |c, _| c.suspend_project();
        "a project with a machine" "project.delete" Basic: running_in_a_project, |c, _| c.delete_project();
        "a network to stay" "network.add" Advanced: offered, |c, _| c.persistent();
        "an idle network" "network.collect" Advanced: stopped, |c, _| c.idle_network();
        "a network nobody is on" "network.delete" Advanced: abandoned, |c, _| c.delete_network();
        "a machine for later, started" "vm.start" Basic: unstarted, |c, vm| c.world.submit(StartVm { vm: vm? });
        "a machine that rules lead to" "vm.destroy" Advanced: ruled,
            |c, vm| c.world.submit(DestroyVm { vm: vm?, expunge: true });
        "an address" "public_ip.acquire" Advanced: running, |c, vm| c.acquire(vm?);
        "an address with rules" "public_ip.release" Advanced: ruled, |c, _| c.release();
        "an address" "static_nat.enable" Advanced: addressed, |c, vm| c.translate(vm?);
        "an address with a firewall rule" "static_nat.disable" Advanced: translated, |c, _| c.translate_no_more();
        "a forwarding" "port_forward.add" Advanced: addressed, |c, vm| c.forward(vm?);
        "a forwarding" "port_forward.delete" Advanced: ruled, |c, _| c.forward_no_more();
        "an opening" "firewall.open" Advanced: addressed, |c, _| c.open();
        "an opening" "firewall.close" Advanced: ruled, |c, _| c.close(Direction::Ingress);
        "an exception" "egress.open" Advanced: addressed, |c, vm| c.let_out(vm?);
        "an exception" "egress.close" Advanced: ruled, |c, _| c.close(Direction::Egress);
        "a balancer" "load_balancer.add" Advanced: addressed, |c, _| c.balance();
        "a balancer" "load_balancer.update" Advanced: ruled, |c, vm| c.rebalance(vm?, "update");
        "a balancer" "load_balancer.delete" Advanced: sticky, |c, vm| c.rebalance(vm?, "delete");
        "a balancer with a member" "load_balancer.remove" Advanced: ruled, |c, vm| c.rebalance(vm?, "remove");
        "a balancer without members" "load_balancer.assign" Advanced: balanced, |c, vm| c.rebalance(vm?, "assign");
        "a balancer" "stickiness.add" Advanced: ruled, |c, vm| c.rebalance(vm?, "stick");
        "a balancer" "stickiness.delete" Advanced: sticky, |c, vm| c.rebalance(vm?, "unstick");
        "a machine that runs" "nic.add" Advanced: beside, |c, vm| c.plug(vm?);
        "a machine that runs" "nic.remove" Advanced: on_two, |c, vm| c.unplug(vm?);
        "a machine that is off" "nic.remove" Advanced: off_on_two, |c, vm| c.unplug(vm?);
        "a machine that runs" "nic.set_default" Advanced: on_two, |c, vm| c.lead(vm?);
    }

    /// Plays it in a fresh world: with these mishaps, or until the process dies after so many commits. Then everything is
    /// healed, must come to rest by the laws, and is given up without leaving anything.
    #[must_use]
    pub fn play(&self, devices: Devices<'_>, mishaps: &[Trouble], dies_after: Option<u64>) -> Tried {
        let size = Size { hosts: 2, vms: 4, steps: 0, trace: true };
        let mut campaign = Campaign::empty(Medium::Memory, 11, size, devices);
        if self.stage != Stage::Empty {
            campaign.build(site_of(self.stage == Stage::Basic, 1, 2));
        }
        if self.stage == Stage::Advanced {
            let _network = campaign.add_network();
            campaign.world.run_for(Span::secs(5));
        }
        // Hosts that are asked seldom: most of what a quiet cloud does is to ask them.
        campaign.setting("ping.interval", "900");
        campaign.world.run_for(Span::secs(1));
        let vm = (self.prepare)(&mut campaign);
        let before = campaign.ids();
        let crashes = campaign.world.counts().crashes;
        let trouble = campaign.world.trouble().clone();
        drop(trouble.seen());
        mishaps.iter().for_each(|(step, phase, mishap)| trouble.make(step, *phase, *mishap));
        if let Some(after) = dies_after {
            campaign.world.crash_after(after);
        }
        let ticket = (self.begin)(&mut campaign, vm);
        let ended = campaign.watch(ticket);
        let died = campaign.world.counts().crashes > crashes;
        campaign.world.store_faults(FaultPlan::default());
        campaign.revive();
        campaign.world.run_for(Span::mins(5));
        let seen = trouble.seen();
        trouble.end();
        self.judge(&mut campaign, &ended, mishaps, died, &before);
        campaign.finale();
        let violations = campaign.world.violations().to_vec();
        Tried { seen, died, violations, lines: campaign.world.trace().lines().to_vec() }
    }

    /// It succeeds if all that it met passes; if not it fails, and leaves no row behind but a machine that says so.
    fn judge(&self, campaign: &mut Campaign, ended: &Progress, met: &[Trouble], died: bool, before: &BTreeSet<Id>) {
        let passes = met.iter().all(|(_, phase, mishap)| *phase == Phase::Act && mishap.passes());
        let wrong = match ended {
            Progress::Done => false,
            Progress::Refused(_) => true,
            Progress::Failed(_) => passes,
            _ => !died && passes,
        };
        if wrong {
            campaign.world.blame("a verb comes to its end", format!("{self:?} with {met:?}: {ended:?}"));
        }
        if !matches!(ended, Progress::Failed(_)) {
            return;
        }
        campaign.world.settle(Span::mins(24 * 60));
        let rows = campaign.world.rows();
        let kept = |id: &&Id| {
            let told = |vm: VmId| rows.vm(vm).is_some_and(|vm| vm.state == VmState::Error);
            before.contains(*id)
                || matches!(id.0, "job" | "security_group")
                // The books of usage are made by a loop of their own.
                || matches!(id.0, "usage" | "usage_book" | "usage_run")
                // A network keeps the address that hides it.
                || id.0 == "public_ip" && rows.public_ip(PublicIpId::from_u128(id.1)).is_some_and(|ip| ip.source_nat)
                || id.0 == "vm" && told(VmId::from_u128(id.1))
                || self.stage == Stage::Empty
        };
        let left: Vec<Id> = campaign.ids().iter().filter(|id| !kept(id)).copied().collect();
        if !left.is_empty() {
            campaign.world.blame("what failed leaves nothing", format!("{self:?} with {met:?} left {left:?}"));
        }
    }

    /// Plays it with every mishap that each of its steps can meet, one at a time; where it goes back, with every mishap on
    /// the way back too; and with a process that dies after each commit, on either way. Calls `each` with what was done.
    /// Answers all that its steps were seen to do.
    pub fn play_all(
        &self,
        devices: Devices<'_>,
        each: &mut dyn FnMut(&str, &Tried),
    ) -> BTreeSet<(&'static str, Phase)> {
        let mut all = BTreeSet::new();
        let mut play = |mishaps: &[Trouble], dies_after: Option<u64>| {
            let tried = self.play(devices, mishaps, dies_after);
            each(&format!("{self:?} with {mishaps:?}, dying after {dies_after:?}"), &tried);
            all.extend(tried.seen.iter().copied());
            tried
        };
        let clean = play(&[], None);
        let mut ways: Vec<Vec<Trouble>> = vec![Vec::new()];
        let steps: BTreeSet<_> = clean.seen.iter().map(|(step, _)| *step).collect();
        for step in steps {
            for mishap in Mishap::ALL {
                let met = [(step, Phase::Act, mishap)];
                let tried = play(&met, None);
                // The way back from the last step is the longest, and passes through all others; what failed after it had
                // done its work is the harder way.
                let last = clean.seen.iter().rfind(|(_, phase)| *phase == Phase::Act);
                if mishap != Mishap::LoseAlways || last != Some(&(step, Phase::Act)) {
                    continue;
                }
                ways.push(met.to_vec());
                let undone: BTreeSet<_> = tried.seen.iter().filter(|(_, phase)| *phase == Phase::Undo).collect();
                for (undone, phase) in undone {
                    for mishap in [Mishap::Twice, Mishap::FailOnce, Mishap::LoseOnce] {
                        play(&[met[0], (*undone, *phase, mishap)], None);
                    }
                }
            }
        }
        for way in ways {
            let survived = (1..MANY).find(|after| !play(&way, Some(*after)).died);
            assert!(survived.is_some(), "{self:?} makes more than {MANY} commits");
        }
        all
    }
}

/// A row by table and id.
type Id = (&'static str, u128);

pub(super) fn running(c: &mut Campaign) -> Option<VmId> {
    let _ticket = c.deploy();
    c.world.run_for(Span::mins(2));
    c.world.rows().vms().iter().map(|vm| vm.id).next()
}

pub(super) fn stopped(c: &mut Campaign) -> Option<VmId> {
    let vm = running(c)?;
    let _done = c.world.finish(StopVm { vm, forced: true }, PATIENCE);
    Some(vm)
}

fn destroyed(c: &mut Campaign) -> Option<VmId> {
    let vm = running(c)?;
    let _done = c.world.finish(DestroyVm { vm, expunge: false }, PATIENCE);
    Some(vm)
}

fn running_beside_a_volume(c: &mut Campaign) -> Option<VmId> {
    let vm = running(c)?;
    let view = c.world.rows();
    let zone = view.zones().iter().next()?.id;
    let offering = view.disk_offerings().iter().find(|offering| offering.size.is_none())?.id;
    let wish = AddVolume { zone, name: plain("data"), offering, size: Some(Bytes::gib(1)), account: None };
    let _done = c.world.finish(wish, PATIENCE);
    Some(vm)
}

fn running_with_a_volume(c: &mut Campaign) -> Option<VmId> {
    let vm = running_beside_a_volume(c)?;
    let volume = c.data_volume()?;
    let _done = c.world.finish(AttachVolume { volume, vm, device: None }, PATIENCE);
    Some(vm)
}

fn running_beside_a_used_volume(c: &mut Campaign) -> Option<VmId> {
    let vm = running_with_a_volume(c)?;
    let volume = c.data_volume()?;
    let _done = c.world.finish(DetachVolume { volume }, PATIENCE);
    Some(vm)
}

/// The volume has no bytes yet.
fn stopped_with_a_volume(c: &mut Campaign) -> Option<VmId> {
    let vm = running_beside_a_volume(c)?;
    let _done = c.world.finish(StopVm { vm, forced: true }, PATIENCE);
    let volume = c.data_volume()?;
    let _done = c.world.finish(AttachVolume { volume, vm, device: None }, PATIENCE);
    Some(vm)
}

/// Two of an account, and the first of them.
fn running_for_a_user(c: &mut Campaign) -> Option<VmId> {
    let domain = c.world.rows().domains().iter().next()?.id;
    let _done = c.world.finish(AddAccount::new(domain, plain("user")), PATIENCE);
    let account = c.world.rows().accounts().iter().find(|a| a.name.as_str() == "user")?.id;
    let wish = DeployVm { account: Some(account), ..c.wish()? };
    for _ in 0..2 {
        let _done = c.world.finish(wish.clone(), PATIENCE);
    }
    c.world.rows().vms().iter().map(|vm| vm.id).next()
}

/// One of an account, on a network of its own.
fn networked_for_a_user(c: &mut Campaign) -> Option<VmId> {
    let domain = c.world.rows().domains().iter().next()?.id;
    let account = c.one_account(domain)?;
    let view = c.world.rows();
    let zone = view.zones().iter().find(|z| z.kind == ZoneKind::Advanced)?.id;
    let source_nat = |o: &&crate::model::offering::NetworkOffering| o.has("SourceNat");
    let offering = view.network_offerings().iter().find(source_nat)?.id;
    let own = AddNetwork { account: Some(account), ..AddNetwork::isolated(zone, plain("own"), offering) };
    let _done = c.world.finish(own, PATIENCE);
    let network = c.world.rows().networks().by("account", account).next()?.id;
    let wish = c.wish()?.on_networks([network]);
    c.one_machine(DeployVm { account: Some(account), ..wish })
}

/// One of an account in a domain of its own.
fn running_in_a_domain(c: &mut Campaign) -> Option<VmId> {
    let root = c.world.rows().domains().iter().next()?.id;
    let _done = c.world.finish(AddDomain::new(root, plain("sales")), PATIENCE);
    let domain = c.world.rows().domains().iter().find(|d| d.parent.is_some())?.id;
    let account = c.one_account(domain)?;
    let wish = c.wish()?;
    c.one_machine(DeployVm { account: Some(account), ..wish })
}

/// One that the members of a project share.
fn running_in_a_project(c: &mut Campaign) -> Option<VmId> {
    let _done = c.world.finish(AddProject::new(plain("apollo")), PATIENCE);
    let account = c.world.rows().projects().iter().next()?.account;
    let wish = c.wish()?;
    c.one_machine(DeployVm { account: Some(account), ..wish })
}

/// Networks that live on without machines are on offer.
fn offered(c: &mut Campaign) -> Option<VmId> {
    let services = [("SourceNat".to_owned(), "VirtualRouter".to_owned())].into();
    let offering = AddNetworkOffering::new(plain("always"), GuestType::Isolated);
    let _done = c.world.finish(AddNetworkOffering { services, persistent: true, ..offering }, PATIENCE);
    None
}

/// Its machine has gone, and its devices carry it still.
fn abandoned(c: &mut Campaign) -> Option<VmId> {
    let vm = running(c)?;
    let _done = c.world.finish(DestroyVm { vm, expunge: true }, PATIENCE);
    None
}

pub(super) fn plain(name: &str) -> Name {
    Name::new(name).unwrap_or_else(|e| panic!("a short word is a name: {e}"))
}

impl Campaign {
    fn ids(&self) -> BTreeSet<Id> {
        self.world.rows().listing().map(|(table, id, _)| (table, id)).collect()
    }

    /// Waits until a verb is over, for as long as anything may take that does not stay broken.
    fn watch(&mut self, ticket: Option<Ticket>) -> Progress {
        let Some(ticket) = ticket else {
            self.world.blame("a case asks for its verb", "it did not".to_owned());
            return Progress::Orphaned;
        };
        let end = self.world.clock().now().after(PATIENCE);
        while matches!(self.world.progress(ticket), Progress::Asked | Progress::Answered)
            && self.world.clock().now() < end
            && self.world.cloud().is_some()
        {
            self.world.run_for(Span::secs(1));
        }
        self.world.progress(ticket)
    }

    fn isolated_network(&self) -> Option<&Network> {
        self.world.rows().networks().iter().find(|n| n.guest == GuestType::Isolated)
    }

    fn data_volume(&self) -> Option<VolumeId> {
        self.world.rows().volumes().iter().find(|volume| volume.name.as_str() == "data").map(|volume| volume.id)
    }

    fn attach(&mut self, vm: VmId) -> Option<Ticket> {
        let volume = self.data_volume()?;
        self.world.submit(AttachVolume { volume, vm, device: None })
    }

    fn detach(&mut self) -> Option<Ticket> {
        let volume = self.data_volume()?;
        self.world.submit(DetachVolume { volume })
    }

    fn grow(&mut self) -> Option<Ticket> {
        let volume = self.data_volume()?;
        self.world.submit(ResizeVolume { volume, size: Some(Bytes::gib(2)), offering: None })
    }

    fn delete_volume(&mut self) -> Option<Ticket> {
        let volume = self.data_volume()?;
        self.world.submit(DeleteVolume { volume })
    }

    fn two_hosts(&mut self) -> Option<Ticket> {
        let cluster = self.world.rows().clusters().iter().next()?.clone();
        let subnet = self.world.rows().pod(cluster.pod)?.subnet;
        let mut addresses = subnet.hosts().skip(140);
        let mut host = |name: &str| Some(AddHost::new(cluster.id, plain(name), addresses.next()?));
        let hosts = vec![host("late-1")?, host("late-2")?];
        self.world.submit(AddHosts { hosts })
    }

    fn one_pool(&mut self) -> Option<Ticket> {
        let zone = self.world.rows().zones().iter().next()?.id;
        self.world.submit(AddPool {
            zone,
            cluster: None,
            host: None,
            url: "nfs://192.168.9.9/late".to_owned(),
            name: plain("late"),
            kind: "NetworkFilesystem".to_owned(),
            tags: ["late".to_owned()].into(),
            overprovisioning: None,
            expected: Bytes::gib(100),
        })
    }

    fn one_template(&mut self) -> Option<Ticket> {
        let zone = self.world.rows().zones().iter().next()?.id;
        self.world.submit(RegisterTemplate {
            zone,
            name: plain("late"),
            hypervisor: "Simulator".to_owned(),
            format: "RAW".to_owned(),
            size: Bytes::gib(1),
            os: "Other".to_owned(),
            url: "http://192.168.9.9/image".to_owned(),
            public: true,
            checksum: None,
        })
    }

    fn disable(&mut self, vm: VmId) -> Option<Ticket> {
        let account = self.world.rows().vm(vm)?.account;
        self.world.submit(SetAccountState { account, event: AccountEvent::Disable })
    }

    fn one_account(&mut self, domain: DomainId) -> Option<AccountId> {
        let _done = self.world.finish(AddAccount::new(domain, plain("user")), PATIENCE);
        self.world.rows().accounts().iter().find(|a| a.name.as_str() == "user").map(|a| a.id)
    }

    fn one_machine(&mut self, wish: DeployVm) -> Option<VmId> {
        let _done = self.world.finish(wish, PATIENCE);
        self.world.rows().vms().iter().map(|vm| vm.id).next()
    }

    fn delete_account(&mut self, vm: VmId) -> Option<Ticket> {
        let account = self.world.rows().vm(vm)?.account;
        self.world.submit(DeleteAccount { account })
    }

    fn delete_domain(&mut self, vm: VmId) -> Option<Ticket> {
        let domain = self.world.rows().vm(vm)?.domain;
        self.world.submit(DeleteDomain { domain, cleanup: true })
    }

    fn suspend_project(&mut self) -> Option<Ticket> {
        let project = self.world.rows().projects().iter().next()?.id;
        self.world.submit(SuspendProject { project })
    }

    fn delete_project(&mut self) -> Option<Ticket> {
        let project = self.world.rows().projects().iter().next()?.id;
        self.world.submit(DeleteProject { project, cleanup: true })
    }

    fn persistent(&mut self) -> Option<Ticket> {
        let view = self.world.rows();
        let zone = view.zones().iter().find(|z| z.kind == ZoneKind::Advanced)?.id;
        let offering = view.network_offerings().iter().find(|o| o.persistent)?.id;
        self.world.submit(AddNetwork::isolated(zone, plain("stays"), offering))
    }

    fn idle_network(&mut self) -> Option<Ticket> {
        self.world.run_for(Span::secs(61));
        let network = self.isolated_network()?.id;
        self.world.submit(CollectNetwork { network })
    }

    fn delete_network(&mut self) -> Option<Ticket> {
        let network = self.isolated_network()?.id;
        self.world.submit(DeleteNetwork { network })
    }

    fn came_on(&mut self, id: VmId) -> Option<Ticket> {
        let vm = self.world.rows().vm(id)?.clone();
        let host = vm.last_host?;
        let address = self.world.rows().host(host)?.address;
        self.world.reality().plant(address, &vm.instance_name());
        let asked = self.world.clock().now();
        self.world.submit(AbsorbPower { vm: id, host, power: GuestPower::On, asked })
    }

    fn went_off(&mut self, id: VmId) -> Option<Ticket> {
        let vm = self.world.rows().vm(id)?.clone();
        let host = vm.host?;
        let address = self.world.rows().host(host)?.address;
        self.world.reality().power_off(address, &vm.instance_name());
        let asked = self.world.clock().now();
        self.world.submit(AbsorbPower { vm: id, host, power: GuestPower::Off, asked })
    }
}
