//! A world that outlives its process: what is done to it is in a file before the caller hears of it.
//!
//! One deed per line, as JSON, and a world is what its deeds come to. The file is written, not synced: it survives the end
//! of the process, however that comes, and not that of the machine.

use super::{SimWorld, deed::Deed};
use cloudstack_core::port::driver::{DriverError, DriverErrorKind, DriverResult};
use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// A file that a world cannot be read from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} does not hold a simulated world: {detail}; give another file, or the one that was written", .path.display())]
pub struct BadJournal {
    /// The file.
    pub path: PathBuf,
    /// The line, and what is wrong with it.
    pub detail: String,
}

#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    /// Bytes of whole lines; what follows them was cut off by the end of a process.
    whole: u64,
    /// Bytes in all when it was read.
    read: u64,
    /// Opened by the first deed, so that a world nobody touches leaves no trace.
    file: Option<File>,
    /// Why the last deed could not be written down.
    refusal: Option<String>,
}

impl Journal {
    pub(super) fn append(&mut self, deed: &Deed) -> DriverResult<()> {
        if !deed.is_kept() {
            return Ok(());
        }
        let written = self.write(deed).map_err(|e| format!("{} cannot be written: {e}", self.path.display()));
        self.refusal = written.as_ref().err().cloned();
        written.map_err(|text| DriverError::new(DriverErrorKind::Failed, "simulated world", text))
    }

    fn write(&mut self, deed: &Deed) -> io::Result<()> {
        let mut line = serde_json::to_vec(deed)?;
        line.push(b'\n');
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(open(&self.path, self.whole, self.read)?),
        };
        match file.write_all(&line) {
            Ok(()) => {
                self.whole += line.len() as u64;
                Ok(())
            }
            Err(e) => {
                // What was written of the line goes again; if that fails too, a reader takes no harm from it at the end.
                let _cut = file.set_len(self.whole);
                Err(e)
            }
        }
    }
}

fn open(path: &Path, whole: u64, read: u64) -> io::Result<File> {
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    if file.metadata()?.len() != read {
        return Err(io::Error::other("somebody else has written to it meanwhile"));
    }
    if whole < read {
        file.set_len(whole)?;
    }
    Ok(file)
}

impl SimWorld {
    /// Does again what the file says was done, and writes down there what is done from now on, before it is answered.
    ///
    /// Put hosts and pools there first: what is not there is passed over, and fault rules, fate ([`SimWorld::crash_host`]
    /// and its like) and filters are not written down. A file that is missing is made by the first deed.
    ///
    /// # Errors
    /// [`BadJournal`] if the file cannot be read, or holds something else. The file is left as it was.
    pub fn keep_in(&self, path: impl Into<PathBuf>) -> Result<(), BadJournal> {
        let path = path.into();
        let bad = |detail: String| BadJournal { path: path.clone(), detail };
        // Reading a pipe or a device would wait, or never end.
        if std::fs::metadata(&path).is_ok_and(|found| !found.is_file()) {
            return Err(bad("it is no file".to_owned()));
        }
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(e) => return Err(bad(e.to_string())),
        };
        let whole = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let mut state = self.world.lock();
        for (nth, line) in bytes[..whole].split(|b| *b == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
            let deed: Deed = serde_json::from_slice(line).map_err(|e| bad(format!("line {}: {e}", nth + 1)))?;
            if let Err(error) = state.redo(&deed) {
                tracing::debug!(line = nth + 1, %error, "a deed of an earlier process is passed over");
            }
        }
        state.journal =
            Some(Journal { path, whole: whole as u64, read: bytes.len() as u64, file: None, refusal: None });
        Ok(())
    }

    /// Why the last deed could not be written down, if it could not. Its caller was told that it failed.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        self.world.lock().journal.as_ref()?.refusal.clone()
    }
}
