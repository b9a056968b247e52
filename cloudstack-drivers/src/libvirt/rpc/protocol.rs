//! The numbers of the protocol.

/// The set of procedures that drive guests, pools and volumes.
pub const REMOTE: u32 = 0x2000_8086;
/// The set of two messages that show whether the peer lives.
pub const KEEPALIVE: u32 = 0x6b65_6570;
/// The version of both.
pub const VERSION: u32 = 1;
/// Asks whether the peer lives.
pub const PING: u32 = 1;
/// Says so.
pub const PONG: u32 = 2;
/// The message that tells of a guest's life.
pub const LIFECYCLE: u32 = 318;

/// What the daemon can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the protocol's own names; their arguments are in `calls`")]
#[rustfmt::skip]
pub enum Procedure {
    ConnectOpen = 1,
    ConnectClose = 2,
    ConnectGetVersion = 4,
    NodeGetInfo = 6,
    ConnectGetCapabilities = 7,
    DomainCreate = 9,
    DomainCreateXml = 10,
    DomainDestroy = 12,
    DomainGetXmlDesc = 14,
    DomainGetInfo = 16,
    DomainLookupByName = 23,
    DomainReboot = 27,
    DomainResume = 28,
    DomainShutdown = 33,
    DomainSuspend = 34,
    ConnectGetHostname = 59,
    ConnectSupportsFeature = 60,
    DomainInterfaceStats = 65,
    AuthList = 66,
    AuthPolkit = 70,
    StoragePoolCreateXml = 76,
    StoragePoolDefineXml = 77,
    StoragePoolCreate = 78,
    StoragePoolBuild = 79,
    StoragePoolDestroy = 80,
    StoragePoolUndefine = 82,
    StoragePoolRefresh = 83,
    StoragePoolLookupByName = 84,
    StoragePoolGetInfo = 87,
    StorageVolCreateXml = 93,
    StorageVolDelete = 94,
    StorageVolLookupByName = 95,
    StorageVolGetInfo = 98,
    StorageVolGetPath = 100,
    StoragePoolIsActive = 154,
    ConnectGetLibVersion = 157,
    DomainAttachDeviceFlags = 160,
    DomainDetachDeviceFlags = 161,
    DomainManagedSave = 182,
    DomainHasManagedSaveImage = 183,
    DomainSnapshotCreateXml = 185,
    DomainSnapshotListNames = 188,
    DomainSnapshotLookupByName = 189,
    DomainRevertToSnapshot = 192,
    DomainSnapshotDelete = 193,
    DomainGetState = 212,
    DomainUndefineFlags = 231,
    StorageVolResize = 260,
    DomainSetMetadata = 264,
    ConnectListAllDomains = 273,
    DomainMigrateBegin3Params = 302,
    DomainMigratePrepare3Params = 303,
    DomainMigratePerform3Params = 305,
    DomainMigrateFinish3Params = 306,
    DomainMigrateConfirm3Params = 307,
    ConnectDomainEventCallbackRegisterAny = 316,
    ConnectGetAllDomainStats = 344,
    DomainDefineXmlFlags = 350,
}

/// What a daemon may say that it can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum Feature {
    /// It answers [`PING`], and expects the same.
    Keepalive = 10,
    /// It tells of guests' lives by registration, one at a time.
    EventCallback = 14,
}
