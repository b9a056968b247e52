//! Settings as other tools keep them: `cloudstack.ini`, and variables of the environment that begin with `CLOUDSTACK_`.
//!
//! Read are, each overruling the one before, `~/.cloudstack.ini`, `./cloudstack.ini` and the file that `CLOUDSTACK_CONFIG`
//! names; of them the section called like the region, which is `cloudstack` or what `CLOUDSTACK_REGION` says. If the
//! environment names an endpoint, it alone counts. If it does not, its other variables fill in what the file leaves out;
//! those that `CLOUDSTACK_OVERRIDES` lists overrule the file.
//!
//! | key | meaning | default |
//! |---|---|---|
//! | `endpoint` | URL of the API | — |
//! | `key`, `secret` | the pair of keys; without them nothing is signed | — |
//! | `username`, `password`, `domain` | for a session instead of keys | domain `/` |
//! | `timeout` | seconds for one request | 10 |
//! | `method` | `get` or `post` | `get` |
//! | `expiration` | seconds a signature is good for; negative: for ever | 600 |
//! | `retry`, `retry_backoff` | how often reads are repeated, and the first pause in seconds | 0, 0.5 |
//! | `poll_interval` | the longest pause between two looks at a job, in seconds | 2 |
//! | `job_timeout` | seconds a job is waited for | an hour |
//! | `verify` | a file of authorities to believe instead of the system's | — |
//! | `cert`, `cert_key` | files of a certificate of our own, and its key if that lies apart | — |
//! | `dangerous_no_tls_verify` | believe any certificate | false |
//! | `header_NAME` | a header for every request | — |
//! | `trace`, `theme` | read, for programs that have a use for them | false, — |

mod ini;

use super::client::{BadOption, Client, ClientBuilder};
use super::session::Credentials;
use super::transport::Method;
use ini::Ini;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The settings for one cloud.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Profile {
    /// The section it comes from; none if it comes from the environment alone.
    pub region: Option<String>,
    /// URL of the API.
    pub endpoint: String,
    /// The pair of keys.
    pub keys: Option<(String, SecretString)>,
    /// Who logs in, where there are no keys.
    pub credentials: Option<Credentials>,
    /// For one request.
    pub timeout: Option<Duration>,
    /// How requests are sent.
    pub method: Option<Method>,
    /// How long a signature is good; `Some(None)` is for ever.
    pub expiration: Option<Option<Duration>>,
    /// How often reads are repeated.
    pub retry: u32,
    /// The first pause before a repetition.
    pub retry_backoff: Option<Duration>,
    /// The longest pause between two looks at a job.
    pub poll_interval: Option<Duration>,
    /// How long a job is waited for.
    pub job_timeout: Option<Duration>,
    /// A file of authorities.
    pub verify: Option<PathBuf>,
    /// Files of a certificate and its key, which may be the same.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// Believe any certificate.
    pub dangerous_no_tls_verify: bool,
    /// For every request.
    pub headers: Vec<(String, String)>,
    /// Show what is sent.
    pub trace: bool,
    /// Colours.
    pub theme: Option<String>,
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("region", &self.region)
            .field("endpoint", &self.endpoint)
            .field("key", &self.keys.as_ref().map(|(key, _)| key))
            .field("credentials", &self.credentials)
            .field("headers", &self.headers.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// Why there are no settings. No text in it holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadProfile {
    /// Nothing says where the cloud is.
    #[error("no endpoint: set CLOUDSTACK_ENDPOINT, or write it into one of {}", list(.looked))]
    NoEndpoint {
        /// The files that were looked for.
        looked: Vec<PathBuf>,
    },
    /// No file has this section.
    #[error("there is no region `{region}`; there are {}", known.join(", "))]
    NoRegion {
        /// What was asked for.
        region: String,
        /// The sections there are.
        known: Vec<String>,
    },
    /// A value cannot be read.
    #[error("`{key} = {value}` cannot be used; it takes {accepted}")]
    Value {
        /// The key.
        key: String,
        /// What it is set to.
        value: String,
        /// What would be accepted.
        accepted: &'static str,
    },
    /// A file cannot be read.
    #[error("{}: {fault}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        fault: String,
    },
    /// The settings do not make a client.
    #[error(transparent)]
    Option(#[from] BadOption),
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// Where settings are looked for: the process's own surroundings, or others for a test.
pub struct Surroundings<'a> {
    /// A variable of the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The home folder.
    pub home: Option<PathBuf>,
    /// The folder the program works in.
    pub folder: PathBuf,
}

impl fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings").field("home", &self.home).field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// Every key there is, but for headers.
const KEYS: &[&str] = &[
    "endpoint",
    "key",
    "secret",
    "username",
    "password",
    "domain",
    "timeout",
    "method",
    "expiration",
    "retry",
    "retry_backoff",
    "poll_interval",
    "job_timeout",
    "verify",
    "cert",
    "cert_key",
    "dangerous_no_tls_verify",
    "trace",
    "theme",
];

/// The region that is taken when none is named.
const REGION: &str = "cloudstack";

impl Profile {
    /// The settings of this process: its environment, its home, its folder. Without a region, what `CLOUDSTACK_REGION` says,
    /// or `cloudstack`.
    ///
    /// # Errors
    /// [`BadProfile`] says what is missing or cannot be read.
    pub fn load(region: Option<&str>) -> Result<Self, BadProfile> {
        let folder = std::env::current_dir().unwrap_or_default();
        let home = std::env::home_dir();
        Self::load_from(region, &Surroundings { variable: &|name| std::env::var(name).ok(), home, folder })
    }

    /// As [`load`](Self::load), from other surroundings.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_from(region: Option<&str>, around: &Surroundings<'_>) -> Result<Self, BadProfile> {
        let variable = |name: &str| (around.variable)(name).filter(|value| !value.is_empty());
        let said: BTreeMap<String, String> = KEYS
            .iter()
            .filter_map(|key| Some(((*key).to_owned(), variable(&format!("CLOUDSTACK_{}", key.to_uppercase()))?)))
            .collect();
        let overrides = variable("CLOUDSTACK_OVERRIDES").unwrap_or_default().to_lowercase();
        if overrides.trim().is_empty() && region.is_none() && said.contains_key("endpoint") {
            return Self::from_values(None, &said);
        }
        let looked = places(around);
        let mut ini = Ini::default();
        for path in looked.iter().filter(|path| path.exists()) {
            let file = |fault: String| BadProfile::File { path: path.clone(), fault };
            let text = std::fs::read_to_string(path).map_err(|fault| file(fault.to_string()))?;
            ini.read(&text).map_err(file)?;
        }
        let named = region.map(str::to_owned).or_else(|| variable("CLOUDSTACK_REGION"));
        let section = named.as_deref().unwrap_or(REGION);
        let mut values = said.clone();
        match ini.section(section) {
            Some(file) => values.extend(file),
            None if named.is_some() => {
                return Err(BadProfile::NoRegion { region: section.to_owned(), known: ini.names() });
            }
            None => {}
        }
        let overruling = overrides.split(|c: char| !c.is_alphanumeric() && c != '_').collect::<Vec<_>>();
        values.extend(said.into_iter().filter(|(key, _)| overruling.contains(&key.as_str())));
        if !values.contains_key("endpoint") {
            return Err(BadProfile::NoEndpoint { looked });
        }
        Self::from_values(Some(section.to_owned()), &values)
    }

    fn from_values(region: Option<String>, values: &BTreeMap<String, String>) -> Result<Self, BadProfile> {
        let get = |key: &str| values.get(key).map(String::as_str).filter(|value| !value.is_empty());
        let seconds = |key| get(key).map(|value| seconds(key, value)).transpose();
        let text = |key| get(key).map(str::to_owned);
        let keys = match (text("key"), text("secret")) {
            (Some(key), Some(secret)) => Some((key, secret.into())),
            (None, None) => None,
            (key, _) => {
                let (key, accepted) = if key.is_some() {
                    ("secret", "the secret that belongs to `key`")
                } else {
                    ("key", "the key that belongs to `secret`")
                };
                return Err(BadProfile::Value { key: key.to_owned(), value: String::new(), accepted });
            }
        };
        let credentials = text("username").map(|username| {
            let who = Credentials::new(username, text("password").unwrap_or_default());
            if let Some(domain) = text("domain") { who.domain(domain) } else { who }
        });
        let certificate = get("cert").map(|cert| (path(cert), path(get("cert_key").unwrap_or(cert))));
        let headers = values.iter().filter_map(|(key, value)| {
            let name = key.strip_prefix("header_").filter(|name| !name.is_empty())?;
            Some((name.to_owned(), value.clone()))
        });
        Ok(Self {
            region,
            endpoint: text("endpoint").unwrap_or_default(),
            keys,
            credentials,
            timeout: seconds("timeout")?.flatten(),
            method: get("method").map(method).transpose()?,
            expiration: seconds("expiration")?,
            retry: get("retry").map(|value| whole("retry", value)).transpose()?.unwrap_or(0),
            retry_backoff: seconds("retry_backoff")?.flatten(),
            poll_interval: seconds("poll_interval")?.flatten(),
            job_timeout: seconds("job_timeout")?.flatten(),
            verify: get("verify").map(path),
            certificate,
            dangerous_no_tls_verify: truth(&get, "dangerous_no_tls_verify")?,
            headers: headers.collect(),
            trace: truth(&get, "trace")?,
            theme: text("theme"),
        })
    }

    /// A builder with these settings; what it lacks for TLS is read from the files named here.
    ///
    /// # Errors
    /// [`BadProfile`] names the file or the option that cannot be used.
    pub fn builder(&self) -> Result<ClientBuilder, BadProfile> {
        let mut builder = Client::builder(&self.endpoint);
        if let Some((key, secret)) = &self.keys {
            builder = builder.keys(key.as_str(), secret.expose_secret());
        } else if let Some(credentials) = &self.credentials {
            builder = builder.session(credentials.clone());
        }
        let backoff = self.retry_backoff.unwrap_or(Duration::from_millis(500));
        builder = builder.retries(self.retry, backoff);
        if let Some(timeout) = self.timeout {
            builder = builder.timeout(timeout);
        }
        if let Some(method) = self.method {
            builder = builder.method(method);
        }
        if let Some(expiration) = self.expiration {
            builder = builder.expiration(expiration);
        }
        if let Some(pause) = self.poll_interval {
            builder = builder.poll(Duration::from_millis(100), pause);
        }
        if let Some(deadline) = self.job_timeout {
            builder = builder.job_deadline(deadline);
        }
        for (name, value) in &self.headers {
            builder = builder.header(name, value);
        }
        #[cfg(feature = "http")]
        if self.verify.is_some() || self.certificate.is_some() || self.dangerous_no_tls_verify {
            builder = builder.transport(std::sync::Arc::new(super::http::Http::new(&self.endpoint, &self.tls()?)?));
        }
        Ok(builder)
    }

    /// A client with these settings.
    ///
    /// # Errors
    /// As [`builder`](Self::builder).
    pub fn client(&self) -> Result<Client, BadProfile> {
        Ok(self.builder()?.build()?)
    }

    /// Reads the files that TLS needs.
    ///
    /// # Errors
    /// [`BadProfile::File`] names the one that cannot be read.
    #[cfg(feature = "http")]
    pub fn tls(&self) -> Result<super::http::Tls, BadProfile> {
        let read = |path: &Path| {
            std::fs::read(path).map_err(|fault| BadProfile::File { path: path.to_owned(), fault: fault.to_string() })
        };
        let identity = match &self.certificate {
            Some((chain, key)) => Some((read(chain)?, read(key)?)),
            None => None,
        };
        Ok(super::http::Tls {
            authorities: self.verify.as_deref().map(read).transpose()?,
            identity,
            dangerously_believe_anybody: self.dangerous_no_tls_verify,
        })
    }
}

/// The files that are read, the last one overruling.
fn places(around: &Surroundings<'_>) -> Vec<PathBuf> {
    let named = (around.variable)("CLOUDSTACK_CONFIG").filter(|path| !path.is_empty());
    let named = named.map(|named| match (named.strip_prefix("~/"), &around.home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => around.folder.join(named),
    });
    let home = around.home.as_ref().map(|home| home.join(".cloudstack.ini"));
    home.into_iter().chain([around.folder.join("cloudstack.ini")]).chain(named).collect()
}

fn path(text: &str) -> PathBuf {
    Path::new(text).to_owned()
}

/// Seconds, with a fraction if need be; none if negative.
fn seconds(key: &str, value: &str) -> Result<Option<Duration>, BadProfile> {
    const ACCEPTED: &str = "seconds, such as `10` or `0.5`";
    let bad = || BadProfile::Value { key: key.to_owned(), value: value.to_owned(), accepted: ACCEPTED };
    let seconds: f64 = value.trim().parse().map_err(|_| bad())?;
    if seconds < 0.0 {
        return Ok(None);
    }
    Duration::try_from_secs_f64(seconds).map(Some).map_err(|_| bad())
}

fn whole(key: &str, value: &str) -> Result<u32, BadProfile> {
    value.trim().parse().map_err(|_| BadProfile::Value {
        key: key.to_owned(),
        value: value.to_owned(),
        accepted: "a whole number",
    })
}

fn method(value: &str) -> Result<Method, BadProfile> {
    match value.trim().to_ascii_lowercase().as_str() {
        "get" => Ok(Method::Get),
        "post" => Ok(Method::Post),
        _ => Err(BadProfile::Value { key: "method".to_owned(), value: value.to_owned(), accepted: "`get` or `post`" }),
    }
}

fn truth<'a>(get: &impl Fn(&str) -> Option<&'a str>, key: &str) -> Result<bool, BadProfile> {
    let Some(value) = get(key) else { return Ok(false) };
    match value.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" | "t" | "true" | "on" | "1" => Ok(true),
        "n" | "no" | "f" | "false" | "off" | "0" => Ok(false),
        _ => Err(BadProfile::Value { key: key.to_owned(), value: value.to_owned(), accepted: "`true` or `false`" }),
    }
}
