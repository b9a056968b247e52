//! Random histories of a small cloud, each from one seed: verbs, failing devices, a failing store, clocks that jump,
//! processes that die after each commit of each saga. In the end everything is healed and must come to rest.

mod cases;
mod routers;
mod saga;
mod site;
mod verbs;

pub use cases::{Case, Stage, Tried};
pub use saga::Saga;
pub use site::{BASIC, site, site_of};

use super::checks::Violation;
use super::fault_store::FaultPlan;
use super::reality::Reality;
use super::world::{Counts, Medium, Progress, World};
use crate::base::{Seed, Span};
use crate::flow::infra::ApplySite;
use crate::flow::network::DeleteNetwork;
use crate::flow::setting::SetSetting;
use crate::flow::vm::DestroyVm;
use crate::flow::volume::DeleteVolume;
use crate::model::network::{GuestType, Network};
use crate::plan::site::SitePlan;
use crate::port::Platform;
use std::sync::Arc;

/// What makes the devices of a world, from a seed, on a platform that no crash ends.
pub type Devices<'a> = &'a dyn Fn(u64, Arc<dyn Platform>) -> Arc<dyn Reality>;

/// How large a campaign is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Hosts of the site, at least one.
    pub hosts: u32,
    /// Machines it has at most.
    pub vms: usize,
    /// Random things that happen.
    pub steps: u32,
    /// Keep the lines of the trace.
    pub trace: bool,
}

impl Default for Size {
    fn default() -> Self {
        Self { hosts: 4, vms: 12, steps: 40, trace: false }
    }
}

/// What came of a campaign.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its seed.
    pub seed: u64,
    /// How often a task went on.
    pub polls: u64,
    /// What happened in numbers.
    pub counts: Counts,
    /// Calls to devices that did not simply do what they were asked.
    pub device_faults: u64,
    /// The laws that were broken.
    pub violations: Vec<Violation>,
    /// The number that stands for everything that happened.
    pub hash: u64,
    /// The lines of the trace, if they were asked for.
    pub lines: Vec<String>,
}

impl Report {
    /// Everything that went wrong on purpose: devices, store, process.
    #[must_use]
    pub const fn faults(&self) -> u64 {
        self.device_faults + self.counts.store_faults + self.counts.crashes
    }
}

/// Plays the campaign of one seed.
pub fn run(seed: u64, size: Size, devices: Devices<'_>) -> Report {
    run_on(Medium::Memory, seed, size, devices)
}

/// Plays the campaign of one seed with its rows on this medium; what happens does not depend on it.
pub fn run_on(medium: Medium, seed: u64, size: Size, devices: Devices<'_>) -> Report {
    let mut campaign = Campaign::prepare_on(medium, seed, size, devices);
    let saga = Saga::ALL[(seed % Saga::ALL.len() as u64) as usize];
    let after = 1 + seed / Saga::ALL.len() as u64 % 12;
    saga.interrupted(&mut campaign, after);
    campaign.wander();
    campaign.finale();
    campaign.report(seed)
}

/// A world with a site, and the dice that decide what happens to it.
#[derive(Debug)]
pub struct Campaign {
    /// The world.
    pub world: World,
    /// The dice.
    pub dice: Seed,
    size: Size,
    /// The clock may be set back so much more.
    back: Span,
    named: u32,
}

impl Campaign {
    /// A world with a site of this size, built without any fault.
    ///
    /// # Panics
    /// If the site cannot be built.
    pub fn prepare(seed: u64, size: Size, devices: Devices<'_>) -> Self {
        Self::prepare_on(Medium::Memory, seed, size, devices)
    }

    /// [`Campaign::prepare`] with its rows on this medium.
    ///
    /// # Panics
    /// If the site cannot be built.
    pub fn prepare_on(medium: Medium, seed: u64, size: Size, devices: Devices<'_>) -> Self {
        let mut campaign = Self::empty(medium, seed, size, devices);
        let plan = site(&mut campaign.dice, size.hosts);
        campaign.build(plan);
        campaign
    }

    /// A world without a site, and without any fault.
    pub fn empty(medium: Medium, seed: u64, size: Size, devices: Devices<'_>) -> Self {
        let mut world = World::on(medium, seed, size.trace, devices);
        world.start(FaultPlan::default());
        Self { world, dice: Seed::new(seed ^ 0x5eed), size, back: Span::mins(60), named: 0 }
    }

    /// Builds the site, and sets the clocks of loops to the pace of a drill.
    fn build(&mut self, plan: SitePlan) {
        let built = self.world.finish(ApplySite { plan }, Span::mins(10));
        assert!(matches!(built, Progress::Done), "the site is built: {built:?}");
        for (name, value) in [
            ("expunge.delay", "900"),
            ("expunge.interval", "300"),
            ("network.gc.wait", "60"),
            ("network.gc.interval", "300"),
            ("wait", "120"),
        ] {
            self.setting(name, value);
        }
        self.world.run_for(Span::secs(10));
    }

    fn setting(&mut self, name: &str, value: &str) {
        let verb = SetSetting { name: name.to_owned(), value: Some(value.to_owned()) };
        let _ticket = self.world.submit(verb);
    }

    /// A process that died is started again, sometimes with a store that fails.
    pub fn revive(&mut self) {
        if self.world.cloud().is_some() {
            return;
        }
        let plan = if self.dice.chance(1, 2) { FaultPlan::default() } else { self.store_plan() };
        self.world.start(plan);
    }

    fn store_plan(&mut self) -> FaultPlan {
        let crash_after = self.dice.chance(1, 3).then(|| 1 + self.dice.below(30));
        FaultPlan {
            seed: self.dice.next(),
            fail_permille: self.dice.below(60),
            torn_permille: self.dice.below(300),
            lost_ack_permille: self.dice.below(40),
            crash_after,
        }
    }

    /// Random things happen.
    pub fn wander(&mut self) {
        for _ in 0..self.size.steps {
            self.revive();
            match self.dice.below(100) {
                0..=64 => self.any_verb(),
                65..=84 => self.mishap(),
                _ => self.process_trouble(),
            }
            let pause = match self.dice.below(4) {
                0 => Span::millis(self.dice.below(50)),
                1 => Span::secs(self.dice.below(5)),
                _ => Span::secs(self.dice.below(240)),
            };
            self.world.run_for(pause);
        }
    }

    /// Something happens to the devices.
    fn mishap(&mut self) {
        let host = self.any_host();
        match (self.dice.below(10), host) {
            (0..=2, _) => {
                let what = self.world.reality().disturb(&mut self.dice);
                self.world.note(&what);
            }
            (3..=4, _) => {
                self.world.note("healed");
                self.world.reality().heal();
            }
            (5, Some(host)) => self.cut(host, true),
            (6, Some(host)) => self.cut(host, false),
            (7, Some(host)) => {
                self.world.note(&format!("restored {host}"));
                self.world.reality().restore(host);
            }
            _ => self.power_off(),
        }
    }

    fn cut(&mut self, host: std::net::IpAddr, crash: bool) {
        self.world.note(&format!("{} {host}", if crash { "crashed" } else { "isolated" }));
        self.world.reality().cut(host, crash);
    }

    /// Something happens to the process, its clock or its store.
    fn process_trouble(&mut self) {
        match self.dice.below(8) {
            0..=1 => self.world.crash(),
            2 => self.world.stop(),
            3 => {
                let after = 1 + self.dice.below(8);
                self.world.crash_after(after);
            }
            4..=5 => {
                let plan = self.store_plan();
                let crash_after = None;
                self.world.store_faults(FaultPlan { crash_after, ..plan });
            }
            6 => {
                let by = Span::secs(self.dice.below(7_200));
                self.world.note(&format!("clock set forward by {by}"));
                let to = self.world.clock().now().after(by);
                self.world.clock().advance_to(to);
            }
            _ => {
                let by = self.back.min(Span::secs(self.dice.below(1_200)));
                self.back = Span::millis((self.back.as_micros() - by.as_micros()) / 1_000);
                self.world.note(&format!("clock set back by {by}"));
                self.world.clock().set_back(by);
            }
        }
    }

    /// Everything is healed and comes to rest; then everything is given up, and nothing may be left.
    pub fn finale(&mut self) {
        self.world.settle(Span::mins(24 * 60));
        let vms: Vec<_> = self.world.rows().vms().iter().map(|vm| vm.id).collect();
        for vm in vms {
            let _ticket = self.world.submit(DestroyVm { vm, expunge: true });
        }
        self.world.settle(Span::mins(24 * 60));
        // Data volumes outlive their machines.
        let volumes: Vec<_> = self.world.rows().volumes().iter().map(|volume| volume.id).collect();
        if !volumes.is_empty() {
            for volume in volumes {
                let _ticket = self.world.submit(DeleteVolume { volume });
            }
            self.world.settle(Span::mins(24 * 60));
        }
        let rows = self.world.rows();
        // Persistent ones live on, and all keep their public addresses.
        let stays = |n: &&Network| n.guest == GuestType::Isolated;
        let stay: Vec<_> = rows.networks().iter().filter(stays).map(|n| n.id).collect();
        if !stay.is_empty() {
            for network in stay {
                let _ticket = self.world.submit(DeleteNetwork { network });
            }
            self.world.settle(Span::mins(24 * 60));
        }
        let view = self.world.rows();
        let left = [
            ("machines", view.vms().len()),
            ("volumes", view.volumes().len()),
            ("interfaces", view.nics().len()),
            ("VLANs", view.vlans().len()),
            ("public addresses", view.public_ips().len()),
            ("firewall rules", view.firewall_rules().len()),
            ("port forwarding rules", view.port_forwards().len()),
            ("load balancer rules", view.load_balancers().len()),
        ];
        for (what, count) in left.into_iter().filter(|(_, count)| *count > 0) {
            self.world.blame("nothing leaks", format!("{count} {what} are left after all was expunged"));
        }
    }

    /// What came of it.
    #[must_use]
    pub fn report(self, seed: u64) -> Report {
        let world = self.world;
        Report {
            seed,
            polls: world.clock().polls(),
            counts: world.counts(),
            device_faults: world.reality().facts().faults,
            violations: world.violations().to_vec(),
            hash: world.trace().hash(),
            lines: world.trace().lines().to_vec(),
        }
    }
}
