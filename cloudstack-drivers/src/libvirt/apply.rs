//! Telling daemons, and reading back what they have made of it.

mod devices;
mod facts;
mod migrate;
mod snapshots;

use super::{
    compile::{self, BadGuest, Engine},
    config::{Config, Kind},
    link::{GuestChanges, Link},
    rpc::{
        CallError, Connection, calls,
        types::{Domain, code},
    },
    xml::Element,
};
use async_trait::async_trait;
use cloudstack_core::port::driver::{
    Capabilities, Console, ConsoleKind, DriverError, DriverErrorKind, DriverResult, GuestPower, GuestReport, GuestSpec,
    GuestStats, HostFacts, HostReport, HostTarget, Hypervisor, StopMode,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// Between two looks whether a guest has done what it was asked.
const LOOK: Duration = Duration::from_millis(200);
/// How long a guest's start may take.
const START: Duration = Duration::from_secs(300);

/// Whose turn it is at a guest.
type Turn = Weak<tokio::sync::Mutex<()>>;

/// A driver of hosts whose guests a libvirt daemon runs.
#[derive(Debug)]
pub struct Libvirt {
    config: Config,
    sheet: Capabilities,
    links: Arc<Links>,
    /// What machines run on, per host, once it was tried.
    engines: Mutex<BTreeMap<String, Engine>>,
    /// Who is at work on a guest of a host, so that calls about one take effect in their order.
    turns: Mutex<BTreeMap<(String, String), Turn>>,
}

/// Connections to daemons, one per host; shared by the drivers of a kind of host.
#[derive(Debug)]
pub struct Links {
    config: Config,
    open: Mutex<BTreeMap<String, Arc<Link>>>,
}

impl Links {
    /// None is open yet.
    #[must_use]
    pub fn new(config: &Config) -> Arc<Self> {
        Arc::new(Self { config: config.clone(), open: Mutex::default() })
    }

    pub(super) fn link(&self, host: &HostTarget) -> Arc<Link> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || {
            let config = &self.config;
            Arc::new(Link::new(config.endpoint(host), config.opened(), config.timing))
        };
        // A host that was given another address is another daemon.
        open.entry(format!("{} {}", host.name, host.address)).or_insert_with(made).clone()
    }

    pub(super) async fn connection(&self, host: &HostTarget) -> DriverResult<Arc<Connection>> {
        self.link(host).connection().await.map_err(|e| failed(host, &e))
    }
}

/// What follows from a call that failed.
pub(super) fn failed(host: &HostTarget, error: &CallError) -> DriverError {
    let kind = match error {
        CallError::Closed(_) | CallError::Late(_) => DriverErrorKind::Unreachable,
        CallError::Garbled { .. } => DriverErrorKind::Failed,
        CallError::Refused(e) => match e.code {
            code::NO_DOMAIN | code::NO_STORAGE_POOL | code::NO_STORAGE_VOLUME | code::NO_SNAPSHOT => {
                DriverErrorKind::NotFound
            }
            code::NO_SUPPORT | code::OPERATION_UNSUPPORTED | code::ARGUMENT_UNSUPPORTED => DriverErrorKind::Unsupported,
            code::XML_ERROR | code::XML_DETAIL | code::CONFIG_UNSUPPORTED | code::INVALID_ARGUMENT => {
                DriverErrorKind::Refused
            }
            code::AUTH_FAILED | code::ACCESS_DENIED | code::MIGRATE_UNSAFE | code::CPU_INCOMPATIBLE => {
                DriverErrorKind::Refused
            }
            code::NO_MEMORY => DriverErrorKind::NoCapacity,
            _ if error.to_string().contains("Cannot allocate memory") => DriverErrorKind::NoCapacity,
            _ => DriverErrorKind::Failed,
        },
    };
    DriverError::new(kind, &host.name, error.to_string())
}

pub(super) fn refused(host: &HostTarget, error: impl ToString) -> DriverError {
    DriverError::new(DriverErrorKind::Refused, &host.name, error.to_string())
}

fn missing(host: &HostTarget, guest: &str) -> DriverError {
    DriverError::new(DriverErrorKind::NotFound, &host.name, format!("no guest {guest} runs here"))
}

/// What a call found, or nothing if the thing is not there.
pub(super) fn found<T>(answer: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(CallError::Refused(e))
            if matches!(
                e.code,
                code::NO_DOMAIN | code::NO_STORAGE_POOL | code::NO_STORAGE_VOLUME | code::NO_SNAPSHOT
            ) =>
        {
            Ok(None)
        }
        Err(e) => Err(e),
    }
}

impl Libvirt {
    /// A driver of its own connections.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let links = Links::new(&config);
        Self::with_links(config, links)
    }

    /// A driver that shares connections with others of the kind, such as [`LibvirtStorage`](super::LibvirtStorage).
    #[must_use]
    pub fn with_links(config: Config, links: Arc<Links>) -> Self {
        let words = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        let (formats, limit): (&[&str], _) = match config.kind {
            Kind::Kvm => (&["QCOW2"], 50),
            Kind::Lxc => (&["TAR"], 50),
            Kind::Test => (&["RAW"], 50),
        };
        let sheet = Capabilities {
            title: config.kind.title().to_owned(),
            image_formats: words(formats),
            pool_kinds: words(&["NetworkFilesystem", "Filesystem", "SharedMountPoint"]),
            max_guests: Some(limit),
            ..Capabilities::default()
        };
        Self { config, sheet, links, engines: Mutex::default(), turns: Mutex::default() }
    }

    /// The connections.
    #[must_use]
    pub const fn links(&self) -> &Arc<Links> {
        &self.links
    }

    /// Changes of a host's guests from now on; none is left out. See [`Link::changes`].
    #[must_use]
    pub fn changes(&self, host: &HostTarget) -> GuestChanges {
        self.links.link(host).changes()
    }

    /// Waits for the turn at a guest of a host. The turn is given up when the guard is dropped.
    async fn turn(&self, host: &HostTarget, guest: &str) -> tokio::sync::OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| turn.strong_count() > 0);
            let key = (host.name.clone(), guest.to_owned());
            let turn = turns.get(&key).and_then(Weak::upgrade).unwrap_or_default();
            turns.insert(key, Arc::downgrade(&turn));
            turn
        };
        turn.lock_owned().await
    }

    /// The guest, if it is on this host, and whether it runs.
    async fn find(&self, host: &HostTarget, connection: &Connection, guest: &str) -> DriverResult<Option<Domain>> {
        found(connection.domain(guest).await).map_err(|e| failed(host, &e))
    }

    /// The guest that runs here.
    async fn running(&self, host: &HostTarget, connection: &Connection, guest: &str) -> DriverResult<Domain> {
        let domain = self.find(host, connection, guest).await?;
        domain.filter(|domain| domain.id >= 0).ok_or_else(|| missing(host, guest))
    }

    /// Its description; that of the next start if it is asked for.
    async fn read(
        &self,
        host: &HostTarget,
        connection: &Connection,
        domain: &Domain,
        flags: u32,
    ) -> DriverResult<Element> {
        let text = connection.describe(domain, flags).await.map_err(|e| failed(host, &e))?;
        let unreadable =
            |e| DriverError::new(DriverErrorKind::Failed, &host.name, format!("guest {}: {e}", domain.name));
        Element::parse(&text).map_err(unreadable)
    }

    /// Waits until the guest does not run; says whether that came to be in time.
    async fn ends(
        &self,
        host: &HostTarget,
        connection: &Connection,
        guest: &str,
        limit: Duration,
    ) -> DriverResult<bool> {
        let until = Instant::now() + limit;
        loop {
            match self.find(host, connection, guest).await? {
                Some(domain) if domain.id >= 0 => {}
                _ => return Ok(true),
            }
            if Instant::now() >= until {
                return Ok(false);
            }
            sleep(LOOK).await;
        }
    }

    /// The guest does not run. One that ended meanwhile is as it should be.
    async fn end(
        &self,
        host: &HostTarget,
        connection: &Connection,
        domain: &Domain,
        mode: StopMode,
    ) -> DriverResult<()> {
        if mode == StopMode::Graceful {
            // A guest that cannot be asked has its plug pulled, like one that does not listen.
            match connection.shutdown(domain).await {
                Ok(()) if self.ends(host, connection, &domain.name, self.config.grace).await? => return Ok(()),
                Ok(()) | Err(CallError::Refused(_)) => {}
                Err(e) => return Err(failed(host, &e)),
            }
        }
        match connection.destroy(domain).await {
            Err(CallError::Refused(e)) if matches!(e.code, code::OPERATION_INVALID | code::NO_DOMAIN) => Ok(()),
            other => other.map_err(|e| failed(host, &e)),
        }
    }

    async fn forget(&self, host: &HostTarget, connection: &Connection, domain: &Domain) -> DriverResult<()> {
        let with = match self.config.kind {
            Kind::Kvm => calls::WITH_SAVED | calls::WITH_SNAPSHOTS | calls::WITH_FIRMWARE,
            Kind::Lxc => 0,
            Kind::Test => calls::WITH_SAVED | calls::WITH_SNAPSHOTS,
        };
        let gone = found(connection.undefine(domain, with).await);
        gone.map(drop).map_err(|e| failed(host, &e))
    }

    async fn start(&self, host: &HostTarget, connection: &Connection, domain: &Domain) -> DriverResult<()> {
        let answer = connection.start(domain, START).await;
        if let Err(CallError::Refused(e)) = &answer
            && e.code == code::OPERATION_INVALID
            && self.find(host, connection, &domain.name).await?.is_some_and(|domain| domain.id >= 0)
        {
            // Somebody was faster: it runs.
            return Ok(());
        }
        answer.map_err(|e| failed(host, &e))
    }

    fn compiled(&self, host: &HostTarget, engine: Engine, guest: &GuestSpec) -> DriverResult<Element> {
        compile::domain(&self.config, engine, guest).map_err(|e: BadGuest| refused(host, e))
    }
}

#[async_trait]
impl Hypervisor for Libvirt {
    fn capabilities(&self) -> &Capabilities {
        &self.sheet
    }

    async fn probe(&self, host: &HostTarget) -> DriverResult<HostFacts> {
        self.facts(host).await
    }

    async fn ping(&self, host: &HostTarget) -> DriverResult<HostReport> {
        let connection = self.links.connection(host).await?;
        let domains = connection.domains().await.map_err(|e| failed(host, &e))?;
        let power = |id| if id >= 0 { GuestPower::On } else { GuestPower::Off };
        let report = |domain: Domain| GuestReport { power: power(domain.id), name: domain.name };
        let mut guests: Vec<_> = domains.into_iter().filter(|d| !facts::is_trial(&d.name)).map(report).collect();
        guests.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(HostReport { guests })
    }

    async fn ensure_running(&self, host: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        let connection = self.links.connection(host).await?;
        let engine = self.engine(host, &connection).await?;
        let xml = self.compiled(host, engine, guest)?.to_text().map_err(|e| refused(host, e))?;
        let _turn = self.turn(host, &guest.name).await;
        if let Some(there) = self.find(host, &connection, &guest.name).await? {
            if there.id >= 0 {
                return Ok(());
            }
            // A description that was left over may be of an older wish, or of another machine.
            self.forget(host, &connection, &there).await?;
        }
        let domain = connection.define(&xml).await.map_err(|e| failed(host, &e))?;
        let started = self.start(host, &connection, &domain).await;
        if started.as_ref().is_err_and(|e| e.kind != DriverErrorKind::Unreachable) {
            // It runs nowhere; another host may be chosen, and this one is to know nothing of it.
            self.forget(host, &connection, &domain).await?;
        }
        started
    }

    async fn ensure_stopped(&self, host: &HostTarget, guest: &str, mode: StopMode) -> DriverResult<()> {
        let connection = self.links.connection(host).await?;
        let _turn = self.turn(host, guest).await;
        let Some(domain) = self.find(host, &connection, guest).await? else { return Ok(()) };
        if domain.id >= 0 {
            self.end(host, &connection, &domain, mode).await?;
        }
        self.forget(host, &connection, &domain).await
    }

    async fn ensure_rebooted(&self, host: &HostTarget, guest: &str, token: u128) -> DriverResult<()> {
        let connection = self.links.connection(host).await?;
        let _turn = self.turn(host, guest).await;
        let domain = self.find(host, &connection, guest).await?.ok_or_else(|| missing(host, guest))?;
        let failed = |e| failed(host, &e);
        // The note is in the description of the next start first, and in that of the running guest once it has been started
        // with it. So a call that was broken off anywhere is taken up where it was.
        let next = self.read(host, &connection, &domain, calls::DESCRIBE_INACTIVE).await?;
        let wanted = compile::restarts(&next);
        if domain.id >= 0 {
            let now = self.read(host, &connection, &domain, 0).await?;
            if compile::restarts(&now).contains(&token) {
                return Ok(());
            }
        } else if !wanted.contains(&token) {
            return Err(missing(host, guest));
        }
        if !wanted.contains(&token) {
            let note = compile::noted(&wanted, token).to_text().map_err(|e| refused(host, e))?;
            let (key, space) = (compile::NOTES_PREFIX, compile::NOTES);
            connection.note(&domain, &note, key, space, calls::CONFIG).await.map_err(failed)?;
        }
        if domain.id >= 0 {
            self.end(host, &connection, &domain, StopMode::Forced).await?;
        }
        self.start(host, &connection, &domain).await
    }

    async fn ensure_migrated(&self, from: &HostTarget, to: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        if self.config.kind != Kind::Kvm {
            let said = format!("guests of {} cannot move while they run", self.sheet.title);
            return Err(DriverError::new(DriverErrorKind::Unsupported, &from.name, said));
        }
        // In the order of their names, so that two calls in opposite directions do not wait for each other.
        let (first, second) = if from.name <= to.name { (from, to) } else { (to, from) };
        let _first = self.turn(first, &guest.name).await;
        let _second = if first.name == second.name { None } else { Some(self.turn(second, &guest.name).await) };
        self.migrate(from, to, guest).await
    }

    async fn ensure_devices(&self, host: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        let connection = self.links.connection(host).await?;
        let _turn = self.turn(host, &guest.name).await;
        self.fit_devices(host, &connection, guest).await
    }

    async fn stats(&self, host: &HostTarget) -> DriverResult<Vec<GuestStats>> {
        let connection = self.links.connection(host).await?;
        self.figures(host, &connection).await
    }

    async fn consoles(&self, host: &HostTarget, guest: &str) -> DriverResult<Vec<Console>> {
        let connection = self.links.connection(host).await?;
        let domain = self.running(host, &connection, guest).await?;
        let description = self.read(host, &connection, &domain, 0).await?;
        Ok(consoles(host, &description))
    }
}

/// Where a running guest's consoles are, by its description.
fn consoles(host: &HostTarget, description: &Element) -> Vec<Console> {
    let Some(devices) = description.find(&["devices"]) else { return Vec::new() };
    let screens = devices.all("graphics").filter(|g| g.attribute("type") == Some("vnc")).filter_map(|screen| {
        let port: u16 = screen.attribute("port")?.parse().ok()?;
        let listens = screen.attribute("listen").and_then(|at| at.parse().ok());
        // One that listens everywhere is reached at the host's address.
        let at = listens.filter(|at: &std::net::IpAddr| !at.is_unspecified()).unwrap_or(host.address);
        Some(Console { kind: ConsoleKind::Vnc, address: std::net::SocketAddr::new(at, port).to_string() })
    });
    let lines = devices.all("serial").filter_map(|serial| {
        let path = serial.find(&["source"])?.attribute("path")?;
        Some(Console { kind: ConsoleKind::Serial, address: path.to_owned() })
    });
    screens.chain(lines).collect()
}
