//! The data folder: one process at a time, nobody else's eyes.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// Makes the folder if it is missing, and takes it for this process. It is free again when the file is dropped, or the
/// process ends in whatever way.
///
/// # Errors
/// If it cannot be made, or another process has it; the error says which.
pub(crate) fn claim(folder: &Path) -> io::Result<File> {
    let named = |e: io::Error| io::Error::new(e.kind(), format!("--data {}: {e}", folder.display()));
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(named)?;
    let path = folder.join("server.lock");
    let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
    let mut file = open.map_err(named)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Whoever holds it may be writing its number just now.
            let _read = (&mut file).take(20).read_to_string(&mut holder);
            let holder = holder.trim();
            let who = if holder.is_empty() { "another process".to_owned() } else { format!("process {holder}") };
            let text = format!("--data {} is in use by {who}; stop that, or give another folder", folder.display());
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, text));
        }
        Err(TryLockError::Error(e)) => return Err(named(e)),
    }
    file.set_len(0).map_err(named)?;
    writeln!(file, "{}", std::process::id()).map_err(named)?;
    Ok(file)
}
