//! The administrator's keys, in a row of the cloud and in a file that clients read.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloudstack_core::Cloud;
use cloudstack_core::base::{Caller, Secret};
use cloudstack_core::flow::org::{RegisterKeys, UpdateUser};
use cloudstack_core::model::org::ApiKey;
use std::error::Error;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// A pair of keys.
pub(crate) struct Pair {
    pub(crate) key: String,
    pub(crate) secret: String,
}

/// 64 random bytes: 86 characters.
fn token(cloud: &Cloud) -> String {
    let mut bytes = [0; 64];
    cloud.fill_secret(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The administrator's keys, and true if they are new. With new keys comes the password that simulated installations are
/// known to have, unless there is one.
pub(crate) async fn find_or_make(cloud: &Cloud, admin: &Caller) -> Result<(Pair, bool), Box<dyn Error>> {
    let view = cloud.view();
    if let Some(pair) = view.api_keys().by("user", admin.user).next() {
        let secret = cloud.keyring().open::<ApiKey>(pair.id, "secret", &pair.secret)?;
        return Ok((Pair { key: pair.key.clone(), secret: secret.reveal().to_owned() }, false));
    }
    let pair = Pair { key: token(cloud), secret: token(cloud) };
    let wish = RegisterKeys::new(admin.user, pair.key.clone(), Secret::new(&pair.secret));
    cloud.users().register_keys(admin, wish).await?.done().await?;
    if view.user(admin.user).is_some_and(|user| user.password.is_none()) {
        let password = Some(cloud.hash_password("password")?);
        cloud.users().update(admin, UpdateUser { password, ..UpdateUser::of(admin.user) }).await?.done().await?;
    }
    Ok((pair, true))
}

/// Writes the file that clients read, for its owner's eyes alone, unless it is there.
pub(crate) fn write(file: &Path, listen: SocketAddr, pair: &Pair) -> std::io::Result<()> {
    let mut out = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        opened => opened?,
    };
    write!(out, "[cloudstack]\nendpoint = http://{listen}/client/api\nkey = {}\nsecret = {}\n", pair.key, pair.secret)?;
    out.sync_all()
}
