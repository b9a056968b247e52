//! Files of one folder, and of nothing beside it.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Browsers ask each time whether a file has changed: the page and its scripts must fit each other.
pub(crate) const CACHE: &str = "no-cache";
/// The largest file, in bytes.
const LARGEST: u64 = 64 << 20;

/// A folder whose files are served.
#[derive(Debug, Clone)]
pub(crate) struct Folder(Arc<Path>);

/// A file as it is sent.
pub(crate) struct Found {
    pub(crate) kind: &'static str,
    pub(crate) bytes: Vec<u8>,
}

impl Folder {
    /// # Errors
    /// If it is no folder that can be read.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let named = |e: io::Error| io::Error::new(e.kind(), format!("--ui {}: {e}", path.display()));
        let whole = path.canonicalize().map_err(named)?;
        if !whole.is_dir() {
            return Err(named(io::ErrorKind::NotADirectory.into()));
        }
        Ok(Self(whole.into()))
    }

    /// The file of this path, decoded as it was in the URL; a folder's is its `index.html`. Links that lead out of the folder
    /// lead nowhere, and neither do names that begin with a dot.
    pub(crate) fn read(&self, path: &str) -> Option<Found> {
        let mut wanted = PathBuf::from(&*self.0);
        for part in Path::new(path).components() {
            match part {
                Component::Normal(name) if !name.as_encoded_bytes().starts_with(b".") => wanted.push(name),
                Component::CurDir => {}
                _ => return None,
            }
        }
        let mut file = wanted.canonicalize().ok()?;
        if file.is_dir() {
            file = file.join("index.html").canonicalize().ok()?;
        }
        let size = file.metadata().ok().filter(std::fs::Metadata::is_file)?.len();
        if !file.starts_with(&self.0) || size > LARGEST {
            return None;
        }
        Some(Found { kind: kind(&file), bytes: std::fs::read(&file).ok()? })
    }
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()).unwrap_or("") {
        "html" | "htm" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "wasm" => "application/wasm",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_folder_is_served() {
        let here = tempfile::tempdir().expect("a folder");
        let ui = here.path().join("ui");
        std::fs::create_dir_all(ui.join("css")).expect("folders");
        std::fs::write(here.path().join("secret.txt"), "secret").expect("a file");
        std::fs::write(ui.join("index.html"), "<p>hello").expect("a file");
        std::fs::write(ui.join("css/a.css"), "p {}").expect("a file");
        std::fs::write(ui.join(".env"), "secret").expect("a file");
        std::os::unix::fs::symlink("../secret.txt", ui.join("link.txt")).expect("a link");
        let folder = Folder::open(&ui).expect("a folder");

        let found = |path: &str| folder.read(path).map(|f| (f.kind, String::from_utf8_lossy(&f.bytes).into_owned()));
        assert_eq!(found("index.html"), Some(("text/html; charset=utf-8", "<p>hello".into())));
        assert_eq!(found("./css//a.css"), Some(("text/css; charset=utf-8", "p {}".into())));
        assert_eq!(found(""), found("index.html"));
        let absolute = here.path().join("secret.txt").display().to_string();
        for path in ["../secret.txt", "css/../../secret.txt", "link.txt", ".env", "css", "none", &absolute, "a\0b"] {
            assert_eq!(found(path), None, "{path}");
        }
        assert!(Folder::open(&ui.join("index.html")).is_err());
    }
}
