//! Where the operator's key comes from.

use crate::base::Secret;
use crate::base::secret::{Key, seal::BadKey};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a callback answers.
pub type Told = Result<Secret, Box<dyn std::error::Error + Send + Sync>>;

/// Where the operator's key comes from (CRYPT-02, CRYPT-03). The key opens the data keys of a cloud, and is never stored by
/// it.
///
/// A key is 64 hexadecimal digits or 44 characters of base64: `openssl rand -base64 32`.
///
/// ```
/// use cloudstack_core::{Cloud, base::Secret, port::KeySource};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // From wherever the program keeps it: a key service, a prompt, a token.
/// let told = || Ok(Secret::new("8f3a5e7c0070b1d2e4f60819a2b3c4d5e6f70a1b2c3d4e5f60718293a4b5c6d7"));
/// let cloud = Cloud::in_memory().key(KeySource::callback(told)).start().await?;
/// assert_eq!(cloud.view().data_keys().len(), 1);
///
/// // What everybody would guess is refused before anything is opened.
/// let weak = Cloud::in_memory().key(KeySource::callback(|| Ok(Secret::new("password")))).start().await;
/// assert!(weak.err().is_some_and(|e| e.to_string().contains("openssl rand")));
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum KeySource {
    /// A file that holds the key and nothing else. Only its owner should be able to read it.
    File(PathBuf),
    /// The same; made with a fresh key, for its owner alone (mode 0600), if the cloud has no secrets yet.
    MadeFile(PathBuf),
    /// An environment variable of this name.
    Variable(String),
    /// Whatever this answers; it is asked once, when the cloud starts.
    Callback(Arc<dyn Fn() -> Told + Send + Sync>),
}

impl std::fmt::Debug for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeySource({self})")
    }
}

impl std::fmt::Display for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) | Self::MadeFile(path) => write!(f, "file {}", path.display()),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Callback(_) => f.write_str("callback"),
        }
    }
}

/// No key could be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file cannot be read or made.
    #[error("the key file {} cannot be used: {cause}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The environment variable is not set, or is not text.
    #[error("the environment variable {name} is not set, or is not text")]
    Variable {
        /// Its name.
        name: String,
    },
    /// The callback failed.
    #[error("the callback told no key: {0}")]
    Callback(Box<dyn std::error::Error + Send + Sync>),
    /// What was told is no key, or one that everybody knows.
    #[error("{source}; it came from {from}")]
    Bad {
        /// Where it came from.
        from: String,
        /// What is wrong with it.
        source: BadKey,
    },
}

impl KeySource {
    /// A callback.
    pub fn callback(tell: impl Fn() -> Told + Send + Sync + 'static) -> Self {
        Self::Callback(Arc::new(tell))
    }

    /// Reads the key. `fresh` makes one for [`KeySource::MadeFile`] if the file is missing; without it a missing file is an
    /// error, since the cloud holds secrets that no fresh key would open.
    ///
    /// # Errors
    /// [`KeyError`]; it never holds the key.
    pub fn read(&self, fresh: Option<&dyn Fn() -> Key>) -> Result<Key, KeyError> {
        let text = match self {
            Self::File(path) => read(path)?,
            Self::MadeFile(path) => match (read(path), fresh) {
                (Err(KeyError::File { cause, .. }), Some(fresh)) if cause.kind() == std::io::ErrorKind::NotFound => {
                    let key = fresh();
                    make(path, &key).map_err(|cause| KeyError::File { path: path.clone(), cause })?;
                    return Ok(key);
                }
                (read, _) => read?,
            },
            Self::Variable(name) => {
                Secret::new(std::env::var(name).map_err(|_| KeyError::Variable { name: name.clone() })?)
            }
            Self::Callback(tell) => tell().map_err(KeyError::Callback)?,
        };
        Key::parse(text.reveal()).map_err(|source| KeyError::Bad { from: self.to_string(), source })
    }
}

fn read(path: &Path) -> Result<Secret, KeyError> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|cause| KeyError::File { path: path.to_owned(), cause })?;
    if is_open_to_others(path) {
        tracing::warn!(path = %path.display(), "others than its owner can read the key file; give it mode 0600");
    }
    Ok(Secret::new(text))
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}

/// Writes a new key file, durable before anything is sealed with it. An existing file is never overwritten.
fn make(path: &Path, key: &Key) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{}", key.to_text().reveal())?;
    file.sync_all()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The name must be durable too; where folders cannot be synced, the system keeps them in order itself.
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).or(Ok(()))
}
