#![doc = include_str!("router/docs.md")]

mod apply;
mod compile;
mod config;
pub mod guest_data;

pub use compile::Unfit;
pub use config::{Config, Uplink};

use crate::hosts::Hosts;
use async_trait::async_trait;
use cloudstack_core::base::id::{NetworkId, NicId};
use cloudstack_core::base::{Bytes, Secret};
use cloudstack_core::port::driver::{
    Capabilities, DriverError, DriverErrorKind, DriverResult, HostTarget, NetworkDevice, NetworkSpec, PortSpec,
    RouterSpec, RouterUpdate, VirtualSwitch,
};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// What a network's host is known to have taken; none if that is not known.
type Known = Arc<tokio::sync::Mutex<Option<RouterSpec>>>;

/// Routers as network namespaces of a host.
///
/// ```
/// use cloudstack_core::base::id::{EntityId, HostId};
/// use cloudstack_core::port::driver::{HostTarget, NetworkDevice};
/// use cloudstack_drivers::{hosts::LocalHosts, router::{Config, VirtualRouter}, sim::SimWorld};
/// # use cloudstack_core::port::platform::Tokio;
/// use std::sync::Arc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let gateway = HostTarget { id: HostId::from_u128(1), name: "gw".into(), address: "192.0.2.1".parse()? };
/// let hosts = LocalHosts::new("/run/cloud").with("gw", []);
/// # let switch = SimWorld::new(Tokio::current()?).virtual_switch();
/// let router = VirtualRouter::new(Config::new(gateway, "cloudbr-pub"), Arc::new(hosts), switch);
/// assert!(router.capabilities().services.contains("SourceNat"));
/// # Ok(()) }
/// ```
pub struct VirtualRouter {
    config: Config,
    hosts: Arc<dyn Hosts>,
    switch: Arc<dyn VirtualSwitch>,
    sheet: Capabilities,
    networks: Mutex<BTreeMap<NetworkId, Known>>,
}

/// What a router does to packets, for `nft -f`: one transaction that replaces whatever was there.
///
/// # Errors
/// [`Unfit`] if something of it is not IPv4.
pub fn ruleset(spec: &RouterSpec) -> Result<String, Unfit> {
    compile::nft::full(spec)
}

/// The difference between two states of a router for `nft -f`, as one transaction; empty if there is none. `None` if only the
/// whole will do: its network, its services, its way out, or what egress does by default changed.
///
/// # Errors
/// [`Unfit`] if something of it is not IPv4.
pub fn ruleset_change(before: &RouterSpec, after: &RouterSpec) -> Result<Option<String>, Unfit> {
    compile::nft::delta(before, after)
}

/// The files of the programs that serve a network, by name, as they lie in `folder`: dnsmasq's, HAProxy's, and what guests are told.
/// For a router that is a machine of its own, too.
///
/// # Errors
/// [`Unfit`] with the field that cannot be written down.
pub fn files(spec: &RouterSpec, folder: &str, mtu: Option<u16>) -> Result<BTreeMap<&'static str, String>, Unfit> {
    let mut files = BTreeMap::new();
    if let Some(dnsmasq) = compile::dnsmasq::dnsmasq(spec, folder, mtu)? {
        files.extend([("dnsmasq.conf", dnsmasq.config), ("hosts", dnsmasq.hosts), ("names", dnsmasq.names)]);
        files.insert("owners", dnsmasq.owners);
    }
    files.extend(compile::haproxy::haproxy(&spec.rules, folder)?.map(|config| ("haproxy.cfg", config)));
    if spec.services.contains("UserData") {
        let told = compile::data::guests(spec);
        let text = serde_json::to_string(&told).map_err(|e| Unfit::new("user data", e, "give text"))?;
        files.insert("guests.json", text);
    }
    Ok(files)
}

/// What it gives to networks.
const SERVICES: [&str; 9] =
    ["Dhcp", "Dns", "Firewall", "Gateway", "Lb", "PortForwarding", "SourceNat", "StaticNat", "UserData"];

/// What it gives to a network whose services nobody has said.
const USUAL: [&str; 3] = ["Dhcp", "Dns", "UserData"];

impl VirtualRouter {
    /// Routers on the gateway host of `config`, joined to guest networks by `switch`.
    #[must_use]
    pub fn new(config: Config, hosts: Arc<dyn Hosts>, switch: Arc<dyn VirtualSwitch>) -> Self {
        let services = SERVICES.map(str::to_owned).into();
        let sheet = Capabilities { title: "Virtual router".into(), services, ..Capabilities::default() };
        Self { config, hosts, switch, sheet, networks: Mutex::default() }
    }

    /// Leaves a new password for the guest at this address of a network. It is handed over when the guest asks, until the guest
    /// says that it has it. May be repeated; the last one counts.
    ///
    /// # Errors
    /// [`DriverErrorKind::Refused`] for a password of several lines; whatever the host says.
    pub async fn leave_password(&self, network: NetworkId, guest: IpAddr, password: &Secret) -> DriverResult<()> {
        // Read to be written down for the guest.
        let text = password.reveal();
        if text.contains(['\n', '\r', '~']) || text.is_empty() {
            let message = "a password is one line of text without ~";
            return Err(DriverError::new(DriverErrorKind::Refused, &self.config.gateway.name, message));
        }
        let file = format!("passwords/{guest}");
        self.leave(network, &file, text).await
    }

    async fn leave(&self, network: NetworkId, file: &str, text: &str) -> DriverResult<()> {
        let known = self.known(network);
        // One at a time for each network; calls about others go on.
        let _turn = known.lock().await;
        self.leave_file(network, file, text).await
    }

    fn known(&self, network: NetworkId) -> Known {
        let mut networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(networks.entry(network).or_default())
    }

    /// The router becomes this one; `known` says what it is now, as far as that is known.
    async fn shape(&self, known: &mut Option<RouterSpec>, whole: &RouterSpec) -> DriverResult<()> {
        // Not known any more until it is done.
        if let Some(before) = known.take() {
            match self.change(&before, whole).await {
                Ok(true) => {
                    *known = Some(whole.clone());
                    return Ok(());
                }
                Ok(false) => {}
                // What is there is not what was left there; all of it is made anew.
                Err(error) if error.kind == DriverErrorKind::Failed => {
                    tracing::warn!(network = ?whole.network.id, %error, "a router is not as it was left");
                }
                Err(error) => return Err(error),
            }
        }
        self.build(whole).await?;
        *known = Some(whole.clone());
        Ok(())
    }

    /// What a network's router is but its rules, and whether it stands; as usual if nobody has said anything.
    async fn before(&self, network: &NetworkSpec) -> DriverResult<(RouterSpec, bool)> {
        let found = self.found(network.id).await?.filter(|found| found.network == *network);
        let stands = found.is_some() && self.stands(network.id).await?;
        let usual = || RouterSpec {
            network: network.clone(),
            services: USUAL.map(str::to_owned).into(),
            ports: BTreeMap::new(),
            rules: Default::default(),
            rate: None,
        };
        Ok((found.unwrap_or_else(usual), stands))
    }

    /// Edits the interfaces of a router and leaves its rules alone, also where those are not known.
    async fn edit(&self, network: &NetworkSpec, edit: impl FnOnce(&mut BTreeMap<NicId, PortSpec>)) -> DriverResult<()> {
        let slot = self.known(network.id);
        let mut known = slot.lock().await;
        if let Some(mut whole) = known.clone().filter(|known| known.network == *network) {
            edit(&mut whole.ports);
            return self.shape(&mut known, &whole).await;
        }
        let (mut whole, stands) = self.before(network).await?;
        edit(&mut whole.ports);
        match stands {
            true => self.mend(&whole).await,
            false => self.shape(&mut known, &whole).await,
        }
    }
}

#[async_trait]
impl NetworkDevice for VirtualRouter {
    fn capabilities(&self) -> &Capabilities {
        &self.sheet
    }

    async fn ensure_network(&self, network: &NetworkSpec) -> DriverResult<()> {
        self.edit(network, |_| ()).await
    }

    async fn ensure_no_network(&self, network: NetworkId) -> DriverResult<()> {
        let slot = self.known(network);
        let mut known = slot.lock().await;
        *known = None;
        self.remove(network).await?;
        drop(known);
        self.networks.lock().unwrap_or_else(PoisonError::into_inner).remove(&network);
        Ok(())
    }

    async fn ensure_port(&self, _host: &HostTarget, network: &NetworkSpec, port: &PortSpec) -> DriverResult<()> {
        self.edit(network, |ports| drop(ports.insert(port.nic, port.clone()))).await
    }

    async fn ensure_no_port(&self, _host: &HostTarget, network: NetworkId, nic: NicId) -> DriverResult<()> {
        let slot = self.known(network);
        let before = slot.lock().await.as_ref().map(|known| known.network.clone());
        let spec = match before {
            Some(spec) => Some(spec),
            None => self.found(network).await?.map(|found| found.network),
        };
        match spec {
            Some(spec) => self.edit(&spec, |ports| drop(ports.remove(&nic))).await,
            // A network that is not there knows no interface.
            None => Ok(()),
        }
    }

    async fn ensure_router(&self, router: RouterUpdate<'_>) -> DriverResult<()> {
        let slot = self.known(router.whole.network.id);
        let mut known = slot.lock().await;
        // Who calls may know less than this driver, and after a doubt wants all of it done again.
        if known.as_ref() != router.known {
            *known = None;
        }
        self.shape(&mut known, router.whole).await
    }

    async fn traffic(&self, network: NetworkId) -> DriverResult<BTreeMap<IpAddr, (Bytes, Bytes)>> {
        self.counted(network).await
    }
}
