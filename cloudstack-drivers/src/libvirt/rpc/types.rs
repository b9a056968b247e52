//! What the protocol's calls carry.

use super::xdr::{Get, Put, Reader, XdrError};

macro_rules! wire {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $kind,)*
        }
        impl Put for $name {
            fn put(&self, out: &mut Vec<u8>) {
                $(self.$field.put(out);)*
            }
        }
        impl Get for $name {
            const LEAST: usize = 0 $(+ <$kind>::LEAST)*;
            fn get(from: &mut Reader<'_>) -> Result<Self, XdrError> {
                Ok(Self { $($field: Get::get(from)?,)* })
            }
        }
    )*};
}

wire! {
    /// A guest, as the daemon names it.
    Domain {
        /// Its name.
        name: String,
        /// Its identity for life.
        uuid: [u8; 16],
        /// The number of this run; -1 if it does not run.
        id: i32,
    }
    /// A network, as errors name it.
    Network {
        /// Its name.
        name: String,
        /// Its identity.
        uuid: [u8; 16],
    }
    /// A storage pool.
    Pool {
        /// Its name.
        name: String,
        /// Its identity.
        uuid: [u8; 16],
    }
    /// A volume.
    Volume {
        /// Its pool's name.
        pool: String,
        /// Its name.
        name: String,
        /// What it is known by on its host: its path, mostly.
        key: String,
    }
    /// A snapshot of a guest.
    Snapshot {
        /// Its name.
        name: String,
        /// Its guest.
        domain: Domain,
    }
    /// Why a call failed.
    RemoteError {
        /// Which error.
        code: i32,
        /// Which part of the daemon it comes from.
        part: i32,
        /// What it says.
        message: Option<String>,
        /// How bad it is.
        level: i32,
        /// The guest it is about.
        domain: Option<Domain>,
        /// More.
        text1: Option<String>,
        /// More.
        text2: Option<String>,
        /// More.
        text3: Option<String>,
        /// More.
        number1: i32,
        /// More.
        number2: i32,
        /// The network it is about.
        network: Option<Network>,
    }
    /// A named value.
    Param {
        /// Its name.
        field: String,
        /// The value.
        value: Value,
    }
    /// What a guest has used.
    DomainStats {
        /// The guest.
        domain: Domain,
        /// Counters by name.
        params: Vec<Param>,
    }
    /// A pool's figures, in bytes.
    PoolInfo {
        /// Whether it is active: 2.
        state: i32,
        /// Its size.
        capacity: u64,
        /// In use.
        allocation: u64,
        /// Free.
        available: u64,
    }
    /// A volume's figures, in bytes.
    VolumeInfo {
        /// What it is: a file is 0.
        kind: i32,
        /// Its size to the guest.
        capacity: u64,
        /// What it takes on the pool.
        allocation: u64,
    }
    /// A running guest's figures.
    DomainInfo {
        /// Its state.
        state: i32,
        /// The most memory it may have, in KiB.
        most_memory: u64,
        /// What it has, in KiB.
        memory: u64,
        /// Virtual processors.
        processors: i32,
        /// Processor time in nanoseconds.
        cpu_time: u64,
    }
    /// What an interface has carried, as its host sees it.
    InterfaceCounters {
        /// Bytes received.
        rx_bytes: i64,
        /// Packets received.
        rx_packets: i64,
        /// Errors while receiving.
        rx_errors: i64,
        /// Packets dropped while receiving.
        rx_dropped: i64,
        /// Bytes sent.
        tx_bytes: i64,
        /// Packets sent.
        tx_packets: i64,
        /// Errors while sending.
        tx_errors: i64,
        /// Packets dropped while sending.
        tx_dropped: i64,
    }
    /// A guest's life went on.
    LifecycleMessage {
        /// The registration it answers.
        callback: i32,
        /// The guest.
        domain: Domain,
        /// What happened.
        event: i32,
        /// Why.
        detail: i32,
    }
    /// A host's processors and memory.
    NodeInfo {
        /// Their model.
        model: Model,
        /// Memory in KiB.
        memory: u64,
        /// Logical processors.
        cpus: i32,
        /// Their speed.
        mhz: i32,
        /// NUMA cells.
        nodes: i32,
        /// Sockets in each.
        sockets: i32,
        /// Cores in each socket.
        cores: i32,
        /// Threads of each core.
        threads: i32,
    }
}

/// A text of 32 letters, each of which takes four bytes on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model(pub String);

impl Put for Model {
    fn put(&self, out: &mut Vec<u8>) {
        let mut letters = self.0.bytes();
        for _ in 0..32 {
            u32::from(letters.next().unwrap_or(0)).put(out);
        }
    }
}

impl Get for Model {
    const LEAST: usize = 128;
    fn get(from: &mut Reader<'_>) -> Result<Self, XdrError> {
        let letters: Vec<u32> = (0..32).map(|_| u32::get(from)).collect::<Result<_, _>>()?;
        let letters = letters.into_iter().take_while(|c| *c != 0);
        Ok(Self(letters.map(|c| char::from(u8::try_from(c & 0x7f).unwrap_or(b'?'))).collect()))
    }
}

/// The value of a [`Param`].
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Value {
    Int(i32),
    Uint(u32),
    Long(i64),
    Ulong(u64),
    Double(f64),
    Bool(bool),
    Text(String),
}

impl Value {
    /// The value as a count, if it is a number that is not negative.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        match *self {
            Self::Int(n) => u64::try_from(n).ok(),
            Self::Uint(n) => Some(n.into()),
            Self::Long(n) => u64::try_from(n).ok(),
            Self::Ulong(n) => Some(n),
            Self::Double(_) | Self::Bool(_) | Self::Text(_) => None,
        }
    }
}

impl Put for Value {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Int(n) => (1i32, n).put(out),
            Self::Uint(n) => (2i32, n).put(out),
            Self::Long(n) => (3i32, n).put(out),
            Self::Ulong(n) => (4i32, n).put(out),
            Self::Double(n) => (5i32, n).put(out),
            Self::Bool(b) => (6i32, b).put(out),
            Self::Text(text) => (7i32, text).put(out),
        }
    }
}

impl Get for Value {
    const LEAST: usize = 8;
    fn get(from: &mut Reader<'_>) -> Result<Self, XdrError> {
        Ok(match i32::get(from)? {
            1 => Self::Int(Get::get(from)?),
            2 => Self::Uint(Get::get(from)?),
            3 => Self::Long(Get::get(from)?),
            4 => Self::Ulong(Get::get(from)?),
            5 => Self::Double(Get::get(from)?),
            6 => Self::Bool(Get::get(from)?),
            7 => Self::Text(Get::get(from)?),
            value => return Err(XdrError::Unknown { what: "type of a value", value: value.into() }),
        })
    }
}

impl Param {
    /// A named text.
    pub fn text(field: &str, value: impl Into<String>) -> Self {
        Self { field: field.to_owned(), value: Value::Text(value.into()) }
    }
}

/// Numbers of [`RemoteError::code`] that decide what happens next.
#[expect(missing_docs, reason = "the daemon's own names")]
#[rustfmt::skip]
pub mod code {
    pub const NO_MEMORY: i32 = 2;
    pub const NO_SUPPORT: i32 = 3;
    pub const INVALID_ARGUMENT: i32 = 8;
    pub const XML_ERROR: i32 = 27;
    pub const XML_DETAIL: i32 = 35;
    pub const NO_DOMAIN: i32 = 42;
    pub const AUTH_FAILED: i32 = 45;
    pub const NO_STORAGE_POOL: i32 = 49;
    pub const NO_STORAGE_VOLUME: i32 = 50;
    pub const OPERATION_INVALID: i32 = 55;
    pub const CONFIG_UNSUPPORTED: i32 = 67;
    pub const ARGUMENT_UNSUPPORTED: i32 = 74;
    pub const NO_SNAPSHOT: i32 = 72;
    pub const MIGRATE_UNSAFE: i32 = 81;
    pub const OPERATION_UNSUPPORTED: i32 = 84;
    pub const ACCESS_DENIED: i32 = 88;
    pub const STORAGE_VOLUME_EXISTS: i32 = 90;
    pub const NO_METADATA: i32 = 80;
    pub const CPU_INCOMPATIBLE: i32 = 91;
}
