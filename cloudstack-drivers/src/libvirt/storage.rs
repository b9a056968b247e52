//! Pools and volumes, through daemons.

use super::{
    apply::{Links, failed, found, refused},
    config::Config,
    rpc::{
        CallError, Connection,
        types::{Pool, Volume, code},
    },
    xml::Element,
};
use async_trait::async_trait;
use cloudstack_core::base::Bytes;
use cloudstack_core::port::driver::{
    Capabilities, DriverError, DriverErrorKind, DriverResult, HostTarget, PoolFacts, PoolTarget, PrimaryStorage,
    VolumeSpec,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How long a volume may take to be made.
const MAKE: Duration = Duration::from_secs(3_600);
/// Letters of a pool's name at a daemon, at most.
const LONGEST: usize = 200;

/// A pool or volume that cannot be reached through a file of the host's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPool {
    /// A kind that is not driven.
    #[error("pools of kind `{0}` are not driven; NetworkFilesystem, Filesystem and SharedMountPoint are")]
    Kind(String),
    /// An address without a path, or one that leads elsewhere.
    #[error("the pool address `{0}` is not accepted: give nfs://HOST/PATH, or file:///PATH; the path without `..`")]
    Url(String),
    /// A name that is no file's.
    #[error("the volume name `{0}` is not accepted: it has to be a file's name, without `/`")]
    Volume(String),
}

/// A pool's address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The server it is mounted from, if it is.
    pub server: Option<String>,
    /// The folder there, or of the host.
    pub path: String,
}

impl Place {
    /// From a kind and an address.
    ///
    /// # Errors
    /// [`BadPool`].
    pub fn of(kind: &str, url: &str) -> Result<Self, BadPool> {
        let bad = || BadPool::Url(url.to_owned());
        let (server, path) = match url.split_once("://") {
            Some((_, rest)) => rest.split_at(rest.find('/').ok_or_else(bad)?),
            None => ("", url),
        };
        let path = path.trim_end_matches('/');
        let leads_away = path.split('/').any(|part| part == "..") || path.chars().any(char::is_control);
        if !path.starts_with('/') || leads_away {
            return Err(bad());
        }
        let server = (!server.is_empty()).then(|| server.to_owned());
        match (kind, &server) {
            ("NetworkFilesystem", Some(_)) | ("Filesystem" | "SharedMountPoint", _) => {
                let server = server.filter(|_| kind == "NetworkFilesystem");
                Ok(Self { server, path: path.to_owned() })
            }
            ("NetworkFilesystem", None) => Err(bad()),
            _ => Err(BadPool::Kind(kind.to_owned())),
        }
    }

    /// The name of this pool at a daemon: the same for the same place, and for no other.
    #[must_use]
    pub fn name(&self) -> String {
        let all = self.server.iter().map(String::as_str).chain([self.path.as_str()]).collect::<Vec<_>>().join(":");
        let mut out = String::from("cloudstack");
        for byte in all.bytes() {
            match byte {
                b'a'..=b'z' | b'0'..=b'9' | b'-' => out.push(char::from(byte)),
                b'/' => out.push('_'),
                other => out.push_str(&format!(".{other:02x}")),
            }
        }
        if out.len() > LONGEST {
            // Long names are told apart by a sum of all letters.
            let sum = all
                .bytes()
                .fold(0xcbf2_9ce4_8422_2325_u64, |sum, b| (sum ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
            out.truncate(LONGEST - 17);
            out.push_str(&format!(".{sum:016x}"));
        }
        out
    }

    /// The folder of a host that the pool's files lie in.
    #[must_use]
    pub fn folder(&self, config: &Config) -> String {
        if self.server.is_none() { self.path.clone() } else { config.mounts.join(self.name()).display().to_string() }
    }
}

/// What the file of a volume is called on its pool.
///
/// # Errors
/// [`BadPool::Volume`].
pub fn file_name(volume: &str) -> Result<String, BadPool> {
    if volume.is_empty() || volume.starts_with('.') || volume.contains('/') || volume.chars().any(char::is_control) {
        return Err(BadPool::Volume(volume.to_owned()));
    }
    Ok(format!("{volume}.qcow2"))
}

/// The file of a host that a volume is.
///
/// # Errors
/// [`BadPool`].
pub fn path_of(config: &Config, kind: &str, url: &str, volume: &str) -> Result<String, BadPool> {
    let folder = Place::of(kind, url)?.folder(config);
    Ok(format!("{folder}/{}", file_name(volume)?))
}

/// The folder of a host that a container's root is.
///
/// # Errors
/// [`BadPool`].
pub fn root_of(config: &Config, kind: &str, url: &str, volume: &str) -> Result<String, BadPool> {
    file_name(volume)?;
    Ok(format!("{}/{volume}", Place::of(kind, url)?.folder(config)))
}

/// The description of a pool.
#[must_use]
pub fn pool(config: &Config, place: &Place) -> Element {
    let leaf = Element::new;
    let kind = if place.server.is_some() { "netfs" } else { "dir" };
    let source = place.server.as_ref().map(|server| {
        leaf("source").holding([
            leaf("host").with("name", server),
            leaf("dir").with("path", &place.path),
            leaf("format").with("type", "nfs"),
        ])
    });
    leaf("pool")
        .with("type", kind)
        .holding([leaf("name").text(place.name())])
        .holding(source)
        .holding([leaf("target").holding([leaf("path").text(place.folder(config))])])
}

/// The description of a volume. A template lies below it, and is read with its stated format only.
#[must_use]
pub fn volume(spec: &VolumeSpec, below: Option<(&str, &str)>) -> Element {
    let leaf = Element::new;
    let format = |name: &str| leaf("format").with("type", name);
    let below = below.map(|(path, kind)| leaf("backingStore").holding([leaf("path").text(path), format(kind)]));
    leaf("volume")
        .holding([
            leaf("name").text(format!("{}.qcow2", spec.name)),
            leaf("allocation").text(0),
            leaf("capacity").with("unit", "bytes").text(spec.size.0),
            leaf("target").holding([format("qcow2")]),
        ])
        .holding(below)
}

/// A pool of its own with one empty raw volume of a megabyte, for a trial.
pub(super) async fn scratch(connection: &Connection, name: &str, folder: &str) -> Result<(Pool, Volume), CallError> {
    let leaf = Element::new;
    let target = leaf("target").holding([leaf("path").text(folder)]);
    let xml = leaf("pool").with("type", "dir").holding([leaf("name").text(name), target]);
    let pool = match found(connection.pool(name).await)? {
        Some(pool) => pool,
        None => connection.define_pool(&written(&xml)?).await?,
    };
    started(connection, &pool).await?;
    if let Some(old) = found(connection.volume(&pool, name).await)? {
        return Ok((pool, old));
    }
    let xml = leaf("volume").holding([
        leaf("name").text(name),
        leaf("allocation").text(0),
        leaf("capacity").with("unit", "bytes").text(1 << 20),
        leaf("target").holding([leaf("format").with("type", "raw")]),
    ]);
    let volume = connection.make_volume(&pool, &written(&xml)?, MAKE).await?;
    Ok((pool, volume))
}

pub(super) async fn without_scratch(connection: &Connection, pool: &Pool, volume: &Volume) -> Result<(), CallError> {
    found(connection.delete_volume(volume).await)?;
    connection.stop_pool(pool).await?;
    connection.undefine_pool(pool).await
}

fn written(xml: &Element) -> Result<String, CallError> {
    xml.to_text().map_err(|e| CallError::Closed(e.to_string()))
}

/// The pool is active. Its folder is made if it is not there.
async fn started(connection: &Connection, pool: &Pool) -> Result<(), CallError> {
    if connection.is_pool_active(pool).await? {
        return Ok(());
    }
    // One that is built already, or mounted from elsewhere, refuses that; starting it shows whether it is of use.
    let _built = connection.build_pool(pool).await;
    match connection.start_pool(pool).await {
        // Another call was faster.
        Err(CallError::Refused(e)) if e.code == code::OPERATION_INVALID => Ok(()),
        other => other,
    }
}

/// Primary pools of hosts whose daemons look after them. A volume is made by any host that reaches the pool.
#[derive(Debug)]
pub struct LibvirtStorage {
    config: Config,
    sheet: Capabilities,
    links: Arc<Links>,
    /// Hosts that are known to reach a pool, by its name at the daemons.
    reach: Mutex<BTreeMap<String, Vec<HostTarget>>>,
}

impl LibvirtStorage {
    /// Pools of the hosts behind these connections; see [`Libvirt::links`](super::Libvirt::links).
    #[must_use]
    pub fn new(config: Config, links: Arc<Links>) -> Self {
        let words = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        let sheet = Capabilities {
            title: "libvirt pools".to_owned(),
            image_formats: words(&["QCOW2", "RAW"]),
            pool_kinds: words(&["NetworkFilesystem", "Filesystem", "SharedMountPoint"]),
            overprovisioning: true,
            ..Capabilities::default()
        };
        Self { config, sheet, links, reach: Mutex::default() }
    }

    fn place(pool: &PoolTarget) -> DriverResult<Place> {
        Place::of(&pool.kind, &pool.url).map_err(|e| {
            let kind =
                if matches!(e, BadPool::Kind(_)) { DriverErrorKind::Unsupported } else { DriverErrorKind::Refused };
            DriverError::new(kind, &pool.name, e.to_string())
        })
    }

    /// A host that reaches the pool, connected.
    async fn host(&self, pool: &PoolTarget, place: &Place) -> DriverResult<(HostTarget, Arc<Connection>, Pool)> {
        let hosts = self.reach.lock().unwrap_or_else(PoisonError::into_inner).get(&place.name()).cloned();
        let mut why = DriverError::new(
            DriverErrorKind::Unreachable,
            &pool.name,
            "no host is known to reach it; prepare the pool first",
        );
        for host in hosts.unwrap_or_default() {
            match self.prepared(&host, place).await {
                Ok((connection, found)) => return Ok((host, connection, found)),
                Err(e) => why = e,
            }
        }
        Err(why)
    }

    async fn prepared(&self, host: &HostTarget, place: &Place) -> DriverResult<(Arc<Connection>, Pool)> {
        let connection = self.links.connection(host).await?;
        let failed = |e| failed(host, &e);
        let there = match found(connection.pool(&place.name()).await).map_err(failed)? {
            Some(there) => there,
            None => {
                let xml = pool(&self.config, place).to_text().map_err(|e| refused(host, e))?;
                connection.define_pool(&xml).await.map_err(failed)?
            }
        };
        started(&connection, &there).await.map_err(failed)?;
        Ok((connection, there))
    }

    /// The file that a template is, and its format as a daemon names it.
    fn below(host: &HostTarget, spec: &VolumeSpec) -> DriverResult<Option<(String, String)>> {
        let Some(template) = &spec.template else { return Ok(None) };
        let format = match template.format.as_str() {
            "QCOW2" => "qcow2",
            "RAW" => "raw",
            other => {
                return Err(refused(
                    host,
                    format!("templates of format `{other}` are not accepted: give QCOW2 or RAW"),
                ));
            }
        };
        let named = template.url.strip_prefix("file://").filter(|path| path.starts_with('/')).map(str::to_owned);
        // Where an image store in a folder has it.
        let stored = template.store.as_ref().and_then(|store| Place::of("Filesystem", &store.url).ok());
        let stored = stored.map(|place| format!("{}/{}.{format}", place.path, template.name));
        let Some(path) = stored.or(named) else {
            let said = format!("the template {} has to be a file that the host reaches (file:///PATH)", template.name);
            return Err(refused(host, said));
        };
        if template.size > spec.size {
            return Err(refused(
                host,
                format!("the template {} is larger than the volume {}", template.name, spec.name),
            ));
        }
        Ok(Some((path, format.to_owned())))
    }
}

#[async_trait]
impl PrimaryStorage for LibvirtStorage {
    fn capabilities(&self) -> &Capabilities {
        &self.sheet
    }

    async fn ensure_pool(&self, pool: &PoolTarget, hosts: &[HostTarget]) -> DriverResult<PoolFacts> {
        let place = Self::place(pool)?;
        let mut facts = None;
        for host in hosts {
            let (connection, there) = self.prepared(host, &place).await?;
            let info = connection.pool_info(&there).await.map_err(|e| failed(host, &e))?;
            facts = Some(PoolFacts { capacity: Bytes(info.capacity), used: Bytes(info.allocation) });
            let mut reach = self.reach.lock().unwrap_or_else(PoisonError::into_inner);
            let known = reach.entry(place.name()).or_default();
            if !known.contains(host) {
                known.push(host.clone());
            }
        }
        match facts {
            Some(facts) => Ok(facts),
            None => {
                let (host, connection, there) = self.host(pool, &place).await?;
                let info = connection.pool_info(&there).await.map_err(|e| failed(&host, &e))?;
                Ok(PoolFacts { capacity: Bytes(info.capacity), used: Bytes(info.allocation) })
            }
        }
    }

    async fn ensure_volume(&self, pool: &PoolTarget, spec: &VolumeSpec) -> DriverResult<()> {
        let place = Self::place(pool)?;
        let (host, connection, there) = self.host(pool, &place).await?;
        let file = file_name(&spec.name).map_err(|e| refused(&host, e))?;
        if i64::try_from(spec.size.0).is_err() {
            return Err(refused(
                &host,
                format!("volume {} of {} bytes: no image is that large", spec.name, spec.size.0),
            ));
        }
        let failed = |e| failed(&host, &e);
        if let Some(found) = self.find(&host, &connection, &there, &file).await? {
            let info = connection.volume_info(&found).await.map_err(failed)?;
            return match info.capacity.cmp(&spec.size.0) {
                std::cmp::Ordering::Equal => Ok(()),
                std::cmp::Ordering::Less => connection.resize_volume(&found, spec.size.0).await.map_err(failed),
                std::cmp::Ordering::Greater => {
                    let said = format!(
                        "volume {} has {} bytes; it cannot shrink to {}",
                        spec.name, info.capacity, spec.size.0
                    );
                    Err(refused(&host, said))
                }
            };
        }
        let below = Self::below(&host, spec)?;
        let below = below.as_ref().map(|(path, format)| (path.as_str(), format.as_str()));
        let xml = volume(spec, below).to_text().map_err(|e| refused(&host, e))?;
        match connection.make_volume(&there, &xml, MAKE).await {
            Err(CallError::Refused(e)) if e.code == code::STORAGE_VOLUME_EXISTS => Ok(()),
            other => other.map(drop).map_err(failed),
        }
    }

    async fn ensure_no_volume(&self, pool: &PoolTarget, volume: &str) -> DriverResult<()> {
        let place = Self::place(pool)?;
        let (host, connection, there) = self.host(pool, &place).await?;
        let Ok(file) = file_name(volume) else { return Ok(()) };
        match self.find(&host, &connection, &there, &file).await? {
            Some(volume) => found(connection.delete_volume(&volume).await).map(drop).map_err(|e| failed(&host, &e)),
            None => Ok(()),
        }
    }

    /// Volumes lean on the template's own file, so the pool keeps nothing of it.
    async fn ensure_no_base(&self, _: &PoolTarget, _: &str) -> DriverResult<()> {
        Ok(())
    }

    /// Storage volumes of libvirt have no snapshots; its domains do.
    async fn ensure_snapshot(&self, pool: &PoolTarget, _: &str, _: &str) -> DriverResult<()> {
        Err(no_snapshots(pool))
    }

    async fn ensure_no_snapshot(&self, _: &PoolTarget, _: &str, _: &str) -> DriverResult<()> {
        Ok(())
    }

    async fn ensure_reverted(&self, pool: &PoolTarget, _: &str, _: &str, _: u128) -> DriverResult<()> {
        Err(no_snapshots(pool))
    }
}

fn no_snapshots(pool: &PoolTarget) -> DriverError {
    DriverError::new(DriverErrorKind::Unsupported, &pool.name, "volumes of libvirt pools have no snapshots")
}

impl LibvirtStorage {
    /// A volume of a pool. Another host may have made it, so the pool is looked over if it is not known.
    async fn find(
        &self,
        host: &HostTarget,
        connection: &Connection,
        pool: &Pool,
        name: &str,
    ) -> DriverResult<Option<Volume>> {
        let failed = |e| failed(host, &e);
        if let Some(volume) = found(connection.volume(pool, name).await).map_err(failed)? {
            return Ok(Some(volume));
        }
        connection.refresh_pool(pool).await.map_err(failed)?;
        found(connection.volume(pool, name).await).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libvirt::Kind;

    #[test]
    fn addresses_of_pools_are_taken_apart() {
        let place =
            |server: Option<&str>, path: &str| Ok(Place { server: server.map(str::to_owned), path: path.into() });
        let url = |url: &str| Err(BadPool::Url(url.into()));
        let table = [
            ("NetworkFilesystem", "nfs://192.0.2.1/export/p", place(Some("192.0.2.1"), "/export/p")),
            ("Filesystem", "file:///var/pool/", place(None, "/var/pool")),
            ("SharedMountPoint", "SharedMountPoint://localhost/mnt/ocfs2", place(None, "/mnt/ocfs2")),
            ("Filesystem", "/var/pool", place(None, "/var/pool")),
            ("NetworkFilesystem", "/export", url("/export")),
            ("Filesystem", "file:///var/../etc", url("file:///var/../etc")),
            ("Filesystem", "file://", url("file://")),
            ("RBD", "rbd://mon/pool", Err(BadPool::Kind("RBD".into()))),
        ];
        for (kind, address, due) in table {
            assert_eq!(Place::of(kind, address), due, "{kind} {address}");
        }
        let config = Config::new(Kind::Kvm);
        assert_eq!(path_of(&config, "Filesystem", "/p", "v").as_deref(), Ok("/p/v.qcow2"));
        for bad in ["", "..", "a/b", "a\n"] {
            assert_eq!(path_of(&config, "Filesystem", "/p", bad), Err(BadPool::Volume(bad.into())));
        }
    }

    #[test]
    fn places_have_names_of_their_own() {
        let name = |url: &str| Place::of("NetworkFilesystem", url).unwrap().name();
        assert_eq!(name("nfs://h1/a/b"), "cloudstackh1.3a_a_b");
        assert_ne!(name("nfs://h1/a_b"), name("nfs://h1/a/b"));
        assert_ne!(name("nfs://h1/A"), name("nfs://h1/a"));
        let long = |c: &str| name(&format!("nfs://h1/{}{c}", "x".repeat(300)));
        assert_ne!(long("a"), long("b"));
        assert_eq!(long("a").len(), LONGEST);
    }

    #[test]
    fn descriptions_of_pools_and_volumes() {
        let config = Config::new(Kind::Kvm);
        let place = Place::of("NetworkFilesystem", "nfs://192.0.2.1/export/p").unwrap();
        let due = "\
<pool type='netfs'>
  <name>cloudstack192.2e0.2e2.2e1.3a_export_p</name>
  <source>
    <host name='192.0.2.1'/>
    <dir path='/export/p'/>
    <format type='nfs'/>
  </source>
  <target>
    <path>/mnt/cloudstack192.2e0.2e2.2e1.3a_export_p</path>
  </target>
</pool>
";
        assert_eq!(pool(&config, &place).to_text().unwrap(), due);
        let spec = VolumeSpec { name: "v<1>".into(), size: Bytes::gib(1), template: None };
        let due = "\
<volume>
  <name>v&lt;1&gt;.qcow2</name>
  <allocation>0</allocation>
  <capacity unit='bytes'>1073741824</capacity>
  <target>
    <format type='qcow2'/>
  </target>
  <backingStore>
    <path>/t</path>
    <format type='raw'/>
  </backingStore>
</volume>
";
        assert_eq!(volume(&spec, Some(("/t", "raw"))).to_text().unwrap(), due);
    }
}
