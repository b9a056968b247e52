//! Hosts and the guests on them.

use super::{
    World,
    call::{Call, Method, Object},
    deed::Deed,
    snapshot::{Condition, Violation},
    state::{Guest, Holders, HostIndex, State},
    storage::{attach, detach},
};
use async_trait::async_trait;
use cloudstack_core::port::driver::{
    Capabilities, Console, DriverError, DriverErrorKind, DriverResult, GuestPower, GuestReport, GuestSpec, GuestStats,
    HostFacts, HostReport, HostTarget, Hypervisor, StopMode,
};
use std::{collections::hash_map::Entry, sync::Arc};

#[async_trait]
impl Hypervisor for World {
    fn capabilities(&self) -> &Capabilities {
        &self.sheet
    }

    async fn probe(&self, host: &HostTarget) -> DriverResult<HostFacts> {
        let call = Call::new(Method::Probe, &host.name, Object::Device);
        let lie = |state: &State| state.default_host.facts(Vec::new());
        self.call(call, |state| state.probe(host), lie, || None).await
    }

    async fn ping(&self, host: &HostTarget) -> DriverResult<HostReport> {
        let call = Call::new(Method::Ping, &host.name, Object::Device);
        self.call(call, |state| state.ping(host), |_| HostReport { guests: Vec::new() }, || None).await
    }

    async fn ensure_running(&self, host: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        let call = Call::new(Method::EnsureRunning, &host.name, Object::Named(&guest.name));
        let deed = || Some(Deed::Start(host.clone(), guest.clone()));
        self.call(call, |state| state.start(host, guest), |_| (), deed).await
    }

    async fn ensure_stopped(&self, host: &HostTarget, guest: &str, _mode: StopMode) -> DriverResult<()> {
        let call = Call::new(Method::EnsureStopped, &host.name, Object::Named(guest));
        let deed = || Some(Deed::Stop(host.clone(), guest.to_owned()));
        self.call(call, |state| state.stop(host, guest), |_| (), deed).await
    }

    async fn ensure_rebooted(&self, host: &HostTarget, guest: &str, token: u128) -> DriverResult<()> {
        let call = Call::new(Method::EnsureRebooted, &host.name, Object::Named(guest));
        let deed = || Some(Deed::Reboot(host.clone(), guest.to_owned(), token));
        self.call(call, |state| state.reboot(host, guest, token), |_| (), deed).await
    }

    async fn ensure_migrated(&self, from: &HostTarget, to: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        let call = Call::new(Method::EnsureMigrated, &to.name, Object::Named(&guest.name));
        let deed = || Some(Deed::Migrate(from.clone(), to.clone(), guest.clone()));
        self.call(call, |state| state.migrate(from, to, guest), |_| (), deed).await
    }

    async fn ensure_devices(&self, host: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        let call = Call::new(Method::EnsureDevices, &host.name, Object::Named(&guest.name));
        let deed = || Some(Deed::Reshape(host.clone(), guest.clone()));
        self.call(call, |state| state.reshape(host, guest), |_| (), deed).await
    }

    async fn stats(&self, host: &HostTarget) -> DriverResult<Vec<GuestStats>> {
        let call = Call::new(Method::Stats, &host.name, Object::Device);
        self.call(call, |state| state.stats(host), |_| Vec::new(), || None).await
    }

    async fn consoles(&self, host: &HostTarget, guest: &str) -> DriverResult<Vec<Console>> {
        let call = Call::new(Method::Consoles, &host.name, Object::Named(guest));
        self.call(call, |state| state.reach(host).map(|_| Vec::new()), |_| Vec::new(), || None).await
    }
}

impl super::HostShape {
    fn facts(&self, guests: Vec<String>) -> HostFacts {
        HostFacts {
            cores: self.cores,
            speed: self.speed,
            ram: self.ram,
            flags: self.flags.clone(),
            version: self.version.clone(),
            guests,
        }
    }
}

impl State {
    fn probe(&mut self, target: &HostTarget) -> DriverResult<HostFacts> {
        let index = self.reach(target)?;
        let host = self.host(index);
        let mut guests: Vec<_> = host.guests.keys().map(|name| (**name).to_owned()).collect();
        guests.sort_unstable();
        Ok(host.shape.facts(guests))
    }

    fn ping(&mut self, target: &HostTarget) -> DriverResult<HostReport> {
        let index = self.reach(target)?;
        let report = |(name, guest): (&Arc<str>, &Guest)| GuestReport { name: (**name).to_owned(), power: guest.power };
        let mut guests: Vec<_> = self.host(index).guests.iter().map(report).collect();
        guests.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(HostReport { guests })
    }

    pub(super) fn start(&mut self, target: &HostTarget, spec: &GuestSpec) -> DriverResult<()> {
        let index = self.reach(target)?;
        let host = self.host_mut(index);
        let free = host.shape.ram.less(host.ram_used);
        let lacks_ram = host.shape.strict && spec.ram > free;
        let known = host.guests.get_mut(spec.name.as_str());
        if let Some(guest) = known.as_ref().filter(|guest| guest.power == GuestPower::On) {
            return if guest.spec.as_deref() == Some(spec) {
                Ok(())
            } else {
                Err(DriverError::new(
                    DriverErrorKind::Refused,
                    &target.name,
                    format!("{} runs with another shape", spec.name),
                ))
            };
        }
        if lacks_ram {
            let message = format!("{} needs {} of memory, {free} of {} are free", spec.name, spec.ram, host.shape.ram);
            return Err(DriverError::new(DriverErrorKind::NoCapacity, &target.name, message));
        }
        let fresh = Some(Box::new(spec.clone()));
        if let Some(guest) = known {
            guest.spec = fresh;
            self.power_on(index, &spec.name);
        } else {
            let name: Arc<str> = Arc::from(spec.name.as_str());
            host.guests
                .insert(Arc::clone(&name), Guest { spec: fresh, power: GuestPower::On, boots: 1, tokens: Vec::new() });
            self.begin(index, name, Some(spec));
        }
        Ok(())
    }

    pub(super) fn stop(&mut self, target: &HostTarget, name: &str) -> DriverResult<()> {
        let index = self.reach(target)?;
        self.power_off(index, name);
        self.host_mut(index).guests.remove(name);
        Ok(())
    }

    pub(super) fn reboot(&mut self, target: &HostTarget, name: &str, token: u128) -> DriverResult<()> {
        let index = self.reach(target)?;
        let Some(guest) = self.host_mut(index).guests.get_mut(name) else {
            return Err(DriverError::new(DriverErrorKind::NotFound, &target.name, format!("no guest {name}")));
        };
        if guest.tokens.contains(&token) {
            return Ok(());
        }
        if guest.power == GuestPower::Off {
            return Err(DriverError::new(DriverErrorKind::Refused, &target.name, format!("{name} does not run")));
        }
        guest.tokens.push(token);
        guest.boots += 1;
        Ok(())
    }

    /// Moves a running guest; without its power being cut, so that its disks and its host change hands at once.
    pub(super) fn migrate(&mut self, from: &HostTarget, to: &HostTarget, spec: &GuestSpec) -> DriverResult<()> {
        let (source, target) = (self.reach(from)?, self.reach(to)?);
        let on = |state: &Self, index| {
            state.host(index).guests.get(spec.name.as_str()).is_some_and(|guest: &Guest| guest.power == GuestPower::On)
        };
        if on(self, target) {
            return Ok(());
        }
        if !on(self, source) {
            let message = format!("{} runs on neither host", spec.name);
            return Err(DriverError::new(DriverErrorKind::NotFound, &from.name, message));
        }
        let shape = &self.host(target).shape;
        let free = shape.ram.less(self.host(target).ram_used);
        if shape.strict && spec.ram > free {
            let message = format!("{} needs {} of memory, {free} are free", spec.name, spec.ram);
            return Err(DriverError::new(DriverErrorKind::NoCapacity, &to.name, message));
        }
        let moving = self.host(source).guests.get(spec.name.as_str());
        let (boots, tokens) = moving.map(|guest| (guest.boots, guest.tokens.clone())).unwrap_or_default();
        self.power_off(source, &spec.name);
        self.host_mut(source).guests.remove(spec.name.as_str());
        let name: Arc<str> = Arc::from(spec.name.as_str());
        let guest = Guest { spec: Some(Box::new(spec.clone())), power: GuestPower::On, boots, tokens };
        self.host_mut(target).guests.insert(Arc::clone(&name), guest);
        self.begin(target, name, Some(spec));
        Ok(())
    }

    /// Changes a running guest's disks and interfaces.
    pub(super) fn reshape(&mut self, target: &HostTarget, spec: &GuestSpec) -> DriverResult<()> {
        let index = self.reach(target)?;
        let address = self.host(index).address;
        let not_there = || DriverError::new(DriverErrorKind::NotFound, &target.name, format!("no guest {}", spec.name));
        let guest = self.host_mut(index).guests.get_mut(spec.name.as_str());
        let guest = guest.filter(|guest| guest.power == GuestPower::On).ok_or_else(not_there)?;
        let before = guest.spec.replace(Box::new(spec.clone())).map(|spec| spec.disks).unwrap_or_default();
        for disk in before.iter().filter(|disk| !spec.disks.contains(disk)) {
            detach(&mut self.pools, disk, &spec.name);
        }
        let name: Arc<str> = Arc::from(spec.name.as_str());
        for disk in spec.disks.iter().filter(|disk| !before.contains(disk)) {
            self.violations.extend(attach(&mut self.pools, disk, address, &name));
        }
        Ok(())
    }

    fn stats(&mut self, target: &HostTarget) -> DriverResult<Vec<GuestStats>> {
        let index = self.reach(target)?;
        let on = self.host(index).guests.iter().filter(|(_, guest)| guest.power == GuestPower::On);
        let stats = |(name, guest): (&Arc<str>, &Guest)| {
            let ram = guest.spec.as_ref().map(|spec| spec.ram).unwrap_or_default();
            GuestStats { name: (**name).to_owned(), ram, ..GuestStats::default() }
        };
        let mut all: Vec<GuestStats> = on.map(stats).collect();
        all.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    /// Lets a guest run that is on this host and does not; true if there is one.
    pub(super) fn power_on(&mut self, index: HostIndex, name: &str) -> bool {
        let host = self.host_mut(index);
        let Some(guest) = host.guests.get_mut(name).filter(|guest| guest.power == GuestPower::Off) else {
            return false;
        };
        guest.power = GuestPower::On;
        guest.boots += 1;
        let spec = guest.spec.clone();
        self.begin(index, Arc::from(name), spec.as_deref());
        true
    }

    /// What it takes to run: memory, disks, and that nobody of this name runs elsewhere.
    fn begin(&mut self, index: HostIndex, name: Arc<str>, spec: Option<&GuestSpec>) {
        let host = &mut self.hosts[index.place()];
        let address = host.address;
        if let Some(spec) = spec {
            host.ram_used = host.ram_used.plus(spec.ram);
            for disk in &spec.disks {
                self.violations.extend(attach(&mut self.pools, disk, address, &name));
            }
        }
        match self.running.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert(Holders::one(index));
            }
            Entry::Occupied(mut entry) => {
                let hosts = [self.hosts[entry.get().first.place()].address, address];
                self.violations.push(Violation::SplitBrain { guest: entry.key().to_string(), hosts });
                entry.get_mut().add(index);
            }
        }
    }

    /// Cuts the power of a guest; true if it ran here.
    pub(super) fn power_off(&mut self, index: HostIndex, name: &str) -> bool {
        let host = &mut self.hosts[index.place()];
        let Some(guest) = host.guests.get_mut(name).filter(|guest| guest.power == GuestPower::On) else { return false };
        guest.power = GuestPower::Off;
        if let Some(spec) = &guest.spec {
            host.ram_used = host.ram_used.less(spec.ram);
            for disk in &spec.disks {
                detach(&mut self.pools, disk, name);
            }
        }
        if self.running.get_mut(name).is_some_and(|hosts| !hosts.drop_one(|&other| other == index)) {
            self.running.remove(name);
        }
        true
    }

    /// The host loses power: its guests are gone, and nobody answers.
    pub(super) fn crash(&mut self, index: HostIndex) {
        let mut names: Vec<Arc<str>> = self.host(index).guests.keys().cloned().collect();
        names.sort_unstable();
        for name in names {
            self.power_off(index, &name);
        }
        let host = self.host_mut(index);
        host.guests.clear();
        host.condition = Condition::Crashed;
        let address = host.address;
        self.filters.remove(&address);
        self.joined.retain(|(host, _), _| *host != address);
    }
}

impl Guest {
    pub(super) const fn off() -> Self {
        Self { spec: None, power: GuestPower::Off, boots: 0, tokens: Vec::new() }
    }
}
