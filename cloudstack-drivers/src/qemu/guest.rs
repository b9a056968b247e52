//! A guest's folder: what it was told, which process it is, how it is.

use super::{
    compile::Paths,
    qmp::{Qmp, QmpError},
};
use cloudstack_core::port::driver::GuestSpec;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{io, os::unix::fs::DirBuilderExt as _, path::Path, time::Duration};

/// How long a guest has to say how it is.
const LOOK: Duration = Duration::from_secs(2);
/// Restarts that are remembered.
const TOKENS: usize = 64;

/// What is written beside a guest, for whoever comes later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    /// As what it was started, or last changed to.
    pub(super) guest: GuestSpec,
    /// The restarts it has had, the newest last.
    pub(super) tokens: Vec<u128>,
    /// It is on its way here, and not here yet.
    pub(super) coming: bool,
}

impl Record {
    pub(super) fn read(paths: &Paths) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(paths.record()).ok()?).ok()
    }

    /// Written beside and renamed: it is the old one or the new one, whatever happens meanwhile.
    pub(super) fn write(&self, paths: &Paths) -> io::Result<()> {
        let (path, fresh) = (paths.record(), paths.folder().join("guest.new"));
        // Whoever reaches a guest's sockets has the guest, and what it is told is for its owner.
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(paths.folder())?;
        std::fs::write(&fresh, serde_json::to_vec(self)?)?;
        std::fs::rename(fresh, path)
    }

    pub(super) fn obeyed(&mut self, token: u128) {
        self.tokens.push(token);
        let old = self.tokens.len().saturating_sub(TOKENS);
        self.tokens.drain(..old);
    }
}

/// What a guest's own word for its state means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It runs here, or would if it were let.
    Here,
    /// It is on its way here.
    Coming,
    /// It has left for another host.
    Left,
    /// Its process is there, and it will never run again.
    Dead,
}

pub(super) fn standing(status: &str) -> Standing {
    match status {
        "inmigrate" | "restore-vm" => Standing::Coming,
        "postmigrate" => Standing::Left,
        "shutdown" | "internal-error" | "guest-panicked" => Standing::Dead,
        _ => Standing::Here,
    }
}

/// The process of a guest, if it runs. A number that now belongs to another process is not taken for it.
pub(super) fn process(paths: &Paths) -> Option<u32> {
    let process: u32 = std::fs::read_to_string(paths.process()).ok()?.trim().parse().ok()?;
    // A process that has ended and was not yet collected has no words.
    let words = std::fs::read(format!("/proc/{process}/cmdline")).ok()?;
    let own = paths.control();
    let own = own.as_os_str().as_encoded_bytes();
    words.windows(own.len()).any(|part| part == own).then_some(process)
}

/// A guest's own word for its state.
pub(super) async fn status(paths: &Paths) -> Result<String, QmpError> {
    let mut qmp = Qmp::connect(&paths.look(), LOOK).await?;
    let told = qmp.ask("query-status", Value::Null).await?;
    Ok(told["status"].as_str().unwrap_or_default().to_owned())
}

/// Takes a guest's folder away, with all in it.
pub(super) fn forget(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloudstack_core::base::id::{EntityId, VmId};
    use cloudstack_core::base::{Mhz, Mib};
    use cloudstack_core::port::driver::GuestMetadata;

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::new(folder.path().join("i-1"));
        assert_eq!(Record::read(&paths), None);
        let guest = GuestSpec {
            vm: VmId::from_u128(1),
            name: "i-1".into(),
            cores: 1,
            speed: Mhz(500),
            ram: Mib(96),
            disks: vec![],
            interfaces: vec![],
            metadata: GuestMetadata::default(),
        };
        let mut record = Record { guest, tokens: vec![u128::MAX, 7], coming: false };
        for n in 0..100 {
            record.obeyed(n);
        }
        assert_eq!((record.tokens.len(), record.tokens.last()), (TOKENS, Some(&99)));
        record.write(&paths).unwrap();
        assert_eq!(Record::read(&paths), Some(record));
        forget(paths.folder()).unwrap();
        forget(paths.folder()).unwrap();
        assert_eq!(Record::read(&paths), None);
    }

    #[test]
    fn a_process_of_something_else_is_not_the_guest() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::new(folder.path().to_owned());
        for text in [std::process::id().to_string(), "4194304".into(), "x".into(), String::new()] {
            std::fs::write(paths.process(), text).unwrap();
            assert_eq!(process(&paths), None);
        }
    }
}
