//! The admin's keys, in a file that clients read.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// A pair of keys.
pub(crate) struct Pair {
    pub(crate) key: String,
    pub(crate) secret: String,
}

/// 64 random bytes: 86 characters.
fn token() -> io::Result<String> {
    let mut bytes = [0; 64];
    getrandom::fill(&mut bytes).map_err(|e| io::Error::other(e.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The keys of the file, or new ones, which are written there, readable by the owner alone. True if they are new.
pub(crate) fn load_or_make(file: &Path, listen: SocketAddr) -> io::Result<(Pair, bool)> {
    match std::fs::read_to_string(file) {
        Ok(text) => {
            let value = |name: &str| {
                let line = text.lines().find_map(|line| line.split_once('=').filter(|(n, _)| n.trim() == name));
                line.map(|(_, value)| value.trim().to_owned())
            };
            let pair = value("key").zip(value("secret")).map(|(key, secret)| Pair { key, secret });
            pair.map(|pair| (pair, false)).ok_or_else(|| io::Error::other("cloudstack.ini has no key and secret"))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let pair = Pair { key: token()?, secret: token()? };
            let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
            let endpoint = format!("http://{listen}/client/api");
            write!(out, "[cloudstack]\nendpoint = {endpoint}\nkey = {}\nsecret = {}\n", pair.key, pair.secret)?;
            out.sync_all()?;
            Ok((pair, true))
        }
        Err(error) => Err(error),
    }
}
