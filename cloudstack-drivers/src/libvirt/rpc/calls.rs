//! Calls by name. Each may fail with any [`CallError`]; what it may be repeated with is the daemon's business, and said where the
//! driver relies on it.

use super::{
    CallError, Connection,
    protocol::Procedure,
    types::{
        Domain, DomainInfo, DomainStats, InterfaceCounters, NodeInfo, Param, Pool, PoolInfo, Snapshot, Volume,
        VolumeInfo,
    },
    xdr::Opaque,
};
use std::time::Duration;

/// A change is for the guest that runs.
pub const LIVE: u32 = 1;
/// A change is for the next start.
pub const CONFIG: u32 = 2;
/// Description that the next start will use, with its secrets.
pub const DESCRIBE_INACTIVE: u32 = 2;
/// What may go with a guest's description: its saved state.
pub const WITH_SAVED: u32 = 1;
/// What may go with it: the list of its snapshots.
pub const WITH_SNAPSHOTS: u32 = 2;
/// What may go with it: its firmware's memory.
pub const WITH_FIRMWARE: u32 = 4;
/// Figures of processors, memory, interfaces and disks.
const STATS: u32 = 1 << 1 | 1 << 2 | 1 << 4 | 1 << 5;
/// Of guests that run.
const STATS_OF_ACTIVE: u32 = 1;

/// Result of a call.
pub type Called<T> = Result<T, CallError>;

/// What a migration is told, and the cookie that its steps hand on.
#[derive(Debug, Clone, Copy)]
pub struct Leg<'a> {
    /// Its parameters.
    pub params: &'a [Param],
    /// What the step before gave.
    pub cookie: &'a Opaque,
    /// Its flags.
    pub flags: u32,
}

impl Connection {
    /// The hypervisor's version: 1,000,000 × major + 1,000 × minor + release.
    pub async fn version(&self) -> Called<u64> {
        self.call(Procedure::ConnectGetVersion, &()).await
    }

    /// The daemon's own version, in the same form.
    pub async fn daemon_version(&self) -> Called<u64> {
        self.call(Procedure::ConnectGetLibVersion, &()).await
    }

    /// The host's name as the daemon sees it.
    pub async fn hostname(&self) -> Called<String> {
        self.call(Procedure::ConnectGetHostname, &()).await
    }

    /// Processors and memory of the host.
    pub async fn node(&self) -> Called<NodeInfo> {
        self.call(Procedure::NodeGetInfo, &()).await
    }

    /// What the host and its hypervisor can do, as XML.
    pub async fn host_capabilities(&self) -> Called<String> {
        self.call(Procedure::ConnectGetCapabilities, &()).await
    }

    /// Every guest, those that do not run included.
    pub async fn domains(&self) -> Called<Vec<Domain>> {
        let (domains, _): (_, u32) = self.call(Procedure::ConnectListAllDomains, &(true, 0u32)).await?;
        Ok(domains)
    }

    /// The guest of this name.
    pub async fn domain(&self, name: &str) -> Called<Domain> {
        self.call(Procedure::DomainLookupByName, &(name,)).await
    }

    /// Writes a guest's description down. Repeating it with the same identity replaces it.
    pub async fn define(&self, xml: &str) -> Called<Domain> {
        self.call(Procedure::DomainDefineXmlFlags, &(xml, 0u32)).await
    }

    /// Starts a guest that has a description.
    pub async fn start(&self, domain: &Domain, deadline: Duration) -> Called<()> {
        self.call_within(deadline, Procedure::DomainCreate, &(domain,)).await
    }

    /// Starts a guest that is forgotten when it ends.
    pub async fn start_passing(&self, xml: &str) -> Called<Domain> {
        self.call(Procedure::DomainCreateXml, &(xml, 0u32)).await
    }

    /// Pulls a guest's plug.
    pub async fn destroy(&self, domain: &Domain) -> Called<()> {
        self.call(Procedure::DomainDestroy, &(domain,)).await
    }

    /// Asks a guest to shut down, and does not wait for it.
    pub async fn shutdown(&self, domain: &Domain) -> Called<()> {
        self.call(Procedure::DomainShutdown, &(domain,)).await
    }

    /// Asks a guest to restart, and does not wait for it.
    pub async fn reboot(&self, domain: &Domain) -> Called<()> {
        self.call(Procedure::DomainReboot, &(domain, 0u32)).await
    }

    /// Stops a guest's processors.
    pub async fn suspend(&self, domain: &Domain) -> Called<()> {
        self.call(Procedure::DomainSuspend, &(domain,)).await
    }

    /// Lets them go on.
    pub async fn resume(&self, domain: &Domain) -> Called<()> {
        self.call(Procedure::DomainResume, &(domain,)).await
    }

    /// Writes a running guest's memory to a file of the daemon's, from which its next start goes on.
    pub async fn save(&self, domain: &Domain, deadline: Duration) -> Called<()> {
        self.call_within(deadline, Procedure::DomainManagedSave, &(domain, 0u32)).await
    }

    /// Whether there is such a file.
    pub async fn is_saved(&self, domain: &Domain) -> Called<bool> {
        self.call(Procedure::DomainHasManagedSaveImage, &(domain, 0u32)).await
    }

    /// Forgets a guest's description, and what is to go with it.
    pub async fn undefine(&self, domain: &Domain, with: u32) -> Called<()> {
        self.call(Procedure::DomainUndefineFlags, &(domain, with)).await
    }

    /// A guest's description.
    pub async fn describe(&self, domain: &Domain, flags: u32) -> Called<String> {
        self.call(Procedure::DomainGetXmlDesc, &(domain, flags)).await
    }

    /// A guest's state, and why it is in it.
    pub async fn state(&self, domain: &Domain) -> Called<(i32, i32)> {
        self.call(Procedure::DomainGetState, &(domain, 0u32)).await
    }

    /// A guest's figures.
    pub async fn info(&self, domain: &Domain) -> Called<DomainInfo> {
        self.call(Procedure::DomainGetInfo, &(domain,)).await
    }

    /// What an interface of a guest has carried.
    pub async fn interface(&self, domain: &Domain, name: &str) -> Called<InterfaceCounters> {
        self.call(Procedure::DomainInterfaceStats, &(domain, name)).await
    }

    /// What every running guest has used.
    pub async fn all_stats(&self) -> Called<Vec<DomainStats>> {
        let all: &[Domain] = &[];
        self.call(Procedure::ConnectGetAllDomainStats, &(all.to_vec(), STATS, STATS_OF_ACTIVE)).await
    }

    /// Puts an element into a guest's description, in place of the one of the same space of names.
    pub async fn note(&self, domain: &Domain, xml: &str, key: &str, uri: &str, flags: u32) -> Called<()> {
        const ELEMENT: i32 = 2;
        self.call(Procedure::DomainSetMetadata, &(domain, ELEMENT, Some(xml), Some(key), Some(uri), flags)).await
    }

    /// Plugs a device in.
    pub async fn attach(&self, domain: &Domain, xml: &str, flags: u32) -> Called<()> {
        self.call(Procedure::DomainAttachDeviceFlags, &(domain, xml, flags)).await
    }

    /// Unplugs a device. The guest has a say in it, so it may be there for a while.
    pub async fn detach(&self, domain: &Domain, xml: &str, flags: u32) -> Called<()> {
        self.call(Procedure::DomainDetachDeviceFlags, &(domain, xml, flags)).await
    }

    /// Takes a snapshot.
    pub async fn snapshot(&self, domain: &Domain, xml: &str, deadline: Duration) -> Called<Snapshot> {
        self.call_within(deadline, Procedure::DomainSnapshotCreateXml, &(domain, xml, 0u32)).await
    }

    /// Names of a guest's snapshots.
    pub async fn snapshots(&self, domain: &Domain) -> Called<Vec<String>> {
        self.call(Procedure::DomainSnapshotListNames, &(domain, 1024i32, 0u32)).await
    }

    /// The snapshot of this name.
    pub async fn find_snapshot(&self, domain: &Domain, name: &str) -> Called<Snapshot> {
        self.call(Procedure::DomainSnapshotLookupByName, &(domain, name, 0u32)).await
    }

    /// Puts a guest back to what it was.
    pub async fn revert(&self, snapshot: &Snapshot, deadline: Duration) -> Called<()> {
        self.call_within(deadline, Procedure::DomainRevertToSnapshot, &(snapshot, 0u32)).await
    }

    /// Deletes a snapshot.
    pub async fn delete_snapshot(&self, snapshot: &Snapshot, deadline: Duration) -> Called<()> {
        self.call_within(deadline, Procedure::DomainSnapshotDelete, &(snapshot, 0u32)).await
    }

    /// Asks to be told of every guest's life from now on.
    pub async fn hear_lifecycles(&self) -> Called<()> {
        let everyone: Option<Domain> = None;
        let (_,): (i32,) = self.call(Procedure::ConnectDomainEventCallbackRegisterAny, &(0i32, everyone)).await?;
        Ok(())
    }

    /// The pool of this name.
    pub async fn pool(&self, name: &str) -> Called<Pool> {
        self.call(Procedure::StoragePoolLookupByName, &(name,)).await
    }

    /// Writes a pool's description down.
    pub async fn define_pool(&self, xml: &str) -> Called<Pool> {
        self.call(Procedure::StoragePoolDefineXml, &(xml, 0u32)).await
    }

    /// Makes what a pool stands on: its folder.
    pub async fn build_pool(&self, pool: &Pool) -> Called<()> {
        self.call(Procedure::StoragePoolBuild, &(pool, 0u32)).await
    }

    /// Starts a pool: mounts it, where it is to be mounted.
    pub async fn start_pool(&self, pool: &Pool) -> Called<()> {
        self.call(Procedure::StoragePoolCreate, &(pool, 0u32)).await
    }

    /// Stops a pool. Its volumes stay.
    pub async fn stop_pool(&self, pool: &Pool) -> Called<()> {
        self.call(Procedure::StoragePoolDestroy, &(pool,)).await
    }

    /// Forgets a pool.
    pub async fn undefine_pool(&self, pool: &Pool) -> Called<()> {
        self.call(Procedure::StoragePoolUndefine, &(pool,)).await
    }

    /// Whether a pool was started.
    pub async fn is_pool_active(&self, pool: &Pool) -> Called<bool> {
        self.call(Procedure::StoragePoolIsActive, &(pool,)).await
    }

    /// Looks again at what lies on a pool.
    pub async fn refresh_pool(&self, pool: &Pool) -> Called<()> {
        self.call(Procedure::StoragePoolRefresh, &(pool, 0u32)).await
    }

    /// A pool's figures.
    pub async fn pool_info(&self, pool: &Pool) -> Called<PoolInfo> {
        self.call(Procedure::StoragePoolGetInfo, &(pool,)).await
    }

    /// The volume of this name.
    pub async fn volume(&self, pool: &Pool, name: &str) -> Called<Volume> {
        self.call(Procedure::StorageVolLookupByName, &(pool, name)).await
    }

    /// Makes a volume.
    pub async fn make_volume(&self, pool: &Pool, xml: &str, deadline: Duration) -> Called<Volume> {
        self.call_within(deadline, Procedure::StorageVolCreateXml, &(pool, xml, 0u32)).await
    }

    /// Deletes a volume.
    pub async fn delete_volume(&self, volume: &Volume) -> Called<()> {
        self.call(Procedure::StorageVolDelete, &(volume, 0u32)).await
    }

    /// Grows a volume to this many bytes.
    pub async fn resize_volume(&self, volume: &Volume, bytes: u64) -> Called<()> {
        self.call(Procedure::StorageVolResize, &(volume, bytes, 0u32)).await
    }

    /// A volume's figures.
    pub async fn volume_info(&self, volume: &Volume) -> Called<VolumeInfo> {
        self.call(Procedure::StorageVolGetInfo, &(volume,)).await
    }

    /// Where a volume lies on its host.
    pub async fn volume_path(&self, volume: &Volume) -> Called<String> {
        self.call(Procedure::StorageVolGetPath, &(volume,)).await
    }

    /// Migration, on the source: gives the cookie and the description for the target.
    pub async fn migrate_begin(&self, domain: &Domain, params: &[Param], flags: u32) -> Called<(Opaque, String)> {
        self.call(Procedure::DomainMigrateBegin3Params, &(domain, params.to_vec(), flags)).await
    }

    /// Migration, on the target: gives the cookie and the address where the guest is awaited.
    pub async fn migrate_prepare(&self, leg: Leg<'_>, deadline: Duration) -> Called<(Opaque, Option<String>)> {
        let arguments = (leg.params.to_vec(), leg.cookie.clone(), leg.flags);
        self.call_within(deadline, Procedure::DomainMigratePrepare3Params, &arguments).await
    }

    /// Migration, on the source: sends the guest.
    pub async fn migrate_perform(&self, domain: &Domain, leg: Leg<'_>, deadline: Duration) -> Called<Opaque> {
        let itself: Option<String> = None;
        let arguments = (domain, itself, leg.params.to_vec(), leg.cookie.clone(), leg.flags);
        self.call_within(deadline, Procedure::DomainMigratePerform3Params, &arguments).await
    }

    /// Migration, on the target: lets the guest run there, or not.
    pub async fn migrate_finish(&self, leg: Leg<'_>, cancelled: bool) -> Called<(Domain, Opaque)> {
        let arguments = (leg.params.to_vec(), leg.cookie.clone(), leg.flags, cancelled);
        self.call(Procedure::DomainMigrateFinish3Params, &arguments).await
    }

    /// Migration, on the source: ends the guest here, or lets it go on.
    pub async fn migrate_confirm(&self, domain: &Domain, leg: Leg<'_>, cancelled: bool) -> Called<()> {
        let arguments = (domain, leg.params.to_vec(), leg.cookie.clone(), leg.flags, cancelled);
        self.call(Procedure::DomainMigrateConfirm3Params, &arguments).await
    }
}
