//! The admin's keys: sealed in a row of the cloud, and readable in a file for clients on this machine.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloudstack_core::Cloud;
use cloudstack_core::base::{Caller, Secret};
use cloudstack_core::flow::org::{DeleteKeys, RegisterKeys, UpdateUser, find_key};
use std::error::Error;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// What the pair in the file is called among the admin's keys.
const NAME: &str = "cloudstack-ini";
/// The variable that names the admin's first password.
const PASSWORD: &str = "CLOUDSTACK_ADMIN_PASSWORD";

/// What the file says.
struct Ini {
    endpoint: String,
    key: String,
    secret: String,
}

impl Ini {
    fn read(file: &Path) -> Result<Option<Self>, Box<dyn Error>> {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(format!("{}: {e}", file.display()).into()),
        };
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.split_once('=').filter(|(n, _)| n.trim() == name));
            let lacks = || format!("{} has no `{name}`; mend it, or delete it for a new pair", file.display());
            line.map(|(_, value)| value.trim().to_owned()).ok_or_else(lacks)
        };
        Ok(Some(Self { endpoint: value("endpoint")?, key: value("key")?, secret: value("secret")? }))
    }

    /// Written beside and moved there, so that nobody finds half of it.
    fn write(&self, file: &Path) -> io::Result<()> {
        let beside = file.with_extension("ini.new");
        match std::fs::remove_file(&beside) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        let Self { endpoint, key, secret } = self;
        write!(out, "[cloudstack]\nendpoint = {endpoint}\nkey = {key}\nsecret = {secret}\n")?;
        out.sync_all()?;
        std::fs::rename(&beside, file)
    }
}

/// Random bytes as text.
fn token(cloud: &Cloud, bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    cloud.fill_secret(&mut buffer);
    URL_SAFE_NO_PAD.encode(buffer)
}

/// Sees to it that the file holds keys of the admin, and where they are good. Answers what to show if they are new.
///
/// The row comes first, the file after it: a start that is broken off between the two is followed by one that makes another
/// pair, and lets go of the first.
pub(crate) async fn ready(cloud: &Cloud, file: &Path, endpoint: &str) -> Result<Option<String>, Box<dyn Error>> {
    let admin = cloud.root_caller();
    if let Some(ini) = Ini::read(file)? {
        if find_key(&cloud.view(), &ini.key, cloud.now()).is_none() {
            tracing::warn!("the keys in cloudstack.ini open nothing any more; delete the file for a new pair");
        }
        if ini.endpoint != endpoint {
            Ini { endpoint: endpoint.to_owned(), ..ini }.write(file)?;
        }
        return Ok(None);
    }
    let old: Vec<_> = cloud
        .view()
        .api_keys()
        .by("user", admin.user)
        .filter(|pair| pair.name.as_ref().is_some_and(|name| name.as_str() == NAME))
        .map(|pair| pair.id)
        .collect();
    for pair in old {
        cloud.users().delete_keys(&admin, DeleteKeys { pair }).await?.done().await?;
    }
    let (key, secret) = (token(cloud, 64), token(cloud, 64));
    let name = Some(NAME.parse()?);
    let wish =
        RegisterKeys { replace: false, name, ..RegisterKeys::new(admin.user, key.clone(), Secret::new(&secret)) };
    cloud.users().register_keys(&admin, wish).await?.done().await?;
    let ini = Ini { endpoint: endpoint.to_owned(), key, secret };
    ini.write(file)?;
    let mut shown = format!("admin's API key:     {}\nadmin's secret key:  {}", ini.key, ini.secret);
    if let Some(password) = first_password(cloud, &admin).await? {
        shown.push_str(&format!("\nadmin's password:    {password}"));
    }
    Ok(Some(shown))
}

/// Gives the admin a password, unless it has one. Answers it if it was made up here.
async fn first_password(cloud: &Cloud, admin: &Caller) -> Result<Option<String>, Box<dyn Error>> {
    if cloud.view().user(admin.user).is_some_and(|user| user.password.is_some()) {
        return Ok(None);
    }
    let given = std::env::var(PASSWORD).ok().filter(|password| !password.is_empty());
    // A dash at the front would be an option to some program.
    let password = given.clone().unwrap_or_else(|| token(cloud, 18).trim_start_matches(['-', '_']).to_owned());
    let hash = Some(cloud.hash_password(&password)?);
    cloud.users().update(admin, UpdateUser { password: hash, ..UpdateUser::of(admin.user) }).await?.done().await?;
    Ok(Some(given.map_or(password, |_| format!("as {PASSWORD} says"))))
}
