//! Templates on stores.

use super::{
    Directory,
    files::{self, Part, lost, removed, tool},
    header,
};
use crate::hosts::plain_name;
use async_trait::async_trait;
use cloudstack_core::base::Bytes;
use cloudstack_core::port::driver::{
    Capabilities, DriverError, DriverErrorKind, DriverResult, ImageStorage, StoreTarget, TemplateFacts, TemplateSpec,
};
use std::path::{Path, PathBuf};

#[async_trait]
impl ImageStorage for Directory {
    fn capabilities(&self) -> &Capabilities {
        &self.sheet
    }

    async fn ensure_template(&self, store: &StoreTarget, template: &TemplateSpec) -> DriverResult<TemplateFacts> {
        let file = self.template_file(store, template)?;
        let turn = self.turn(&file);
        let _turn = turn.lock().await;
        if !file.exists() {
            self.fetch(store, template, &file).await?;
        }
        let (head, length) = files::head(&file).map_err(lost(&store.name, &file))?;
        let size =
            if template.format == "QCOW2" { header::qcow2(&head).map_or(length, |image| image.size) } else { length };
        Ok(TemplateFacts { size: Bytes(size) })
    }

    async fn ensure_no_template(&self, store: &StoreTarget, template: &str) -> DriverResult<()> {
        let folder = self.store(store)?;
        for form in ["qcow2", "raw"].into_iter().filter(|_| plain_name(template)) {
            let file = folder.join(format!("{template}.{form}"));
            let turn = self.turn(&file);
            let _turn = turn.lock().await;
            removed(&file).map_err(lost(&store.name, &file))?;
        }
        Ok(())
    }
}

/// A sum that an image must have, and the program that makes it.
fn sum(checksum: &str) -> Result<(&'static str, String), String> {
    let (named, digits) = match checksum.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((name, digits)) => (Some(name.to_ascii_uppercase().replace('-', "")), digits),
        None => (None, checksum),
    };
    let digits = digits.trim().to_ascii_lowercase();
    let sums = [
        (32, "MD5", "md5sum"),
        (40, "SHA1", "sha1sum"),
        (56, "SHA224", "sha224sum"),
        (64, "SHA256", "sha256sum"),
        (96, "SHA384", "sha384sum"),
        (128, "SHA512", "sha512sum"),
    ];
    let fits = |(length, name, _): &&(usize, &str, &str)| {
        *length == digits.len() && named.as_ref().is_none_or(|named| named == name)
    };
    let hexadecimal = digits.bytes().all(|b| b.is_ascii_hexdigit());
    sums.iter().find(fits).filter(|_| hexadecimal).map(|(_, _, program)| (*program, digits.clone())).ok_or_else(|| {
        format!("`{checksum}` is no checksum; give 32, 40, 56, 64, 96 or 128 hexadecimal digits, or `{{SHA-256}}` and digits")
    })
}

impl Directory {
    fn store(&self, store: &StoreTarget) -> DriverResult<PathBuf> {
        self.config.folders.folder(&store.url).filter(|folder| folder.is_dir()).ok_or_else(|| {
            let message = format!("`{}` is no folder that is there", store.url);
            DriverError::new(DriverErrorKind::NotFound, &store.name, message)
        })
    }

    /// Where a template lies on a store.
    pub(super) fn template_file(&self, store: &StoreTarget, template: &TemplateSpec) -> DriverResult<PathBuf> {
        let says = |kind, text| DriverError::new(kind, &store.name, text);
        if !self.sheet.image_formats.contains(&template.format) {
            let known = self.sheet.image_formats.iter().cloned().collect::<Vec<_>>().join(", ");
            let text = format!("no images of format {}; there are: {known}", template.format);
            return Err(says(DriverErrorKind::Unsupported, text));
        }
        if !plain_name(&template.name) {
            return Err(says(DriverErrorKind::Refused, format!("`{}` cannot name a template", template.name)));
        }
        Ok(self.store(store)?.join(format!("{}.{}", template.name, template.format.to_ascii_lowercase())))
    }

    async fn fetch(&self, store: &StoreTarget, template: &TemplateSpec, file: &Path) -> DriverResult<()> {
        let refused = |why: String| {
            let message = format!("image {} of template {}: {why}", template.url, template.name);
            DriverError::new(DriverErrorKind::Refused, &store.name, message)
        };
        let source = self.source(&template.url).map_err(&refused)?;
        let sum = template.checksum.as_deref().map(sum).transpose().map_err(&refused)?;
        let part = Part::of(file).map_err(lost(&store.name, file))?;
        // Copied first: what was looked at must not become something else before it is copied.
        tokio::fs::copy(&source, part.path()).await.map_err(lost(&store.name, &source))?;
        if let Some((program, due)) = sum {
            let told = tool(&store.name, program, &["--", &part.path().display().to_string()]).await?;
            let is = told.split_whitespace().next().unwrap_or_default().trim_start_matches('\\');
            if is != due {
                return Err(refused(format!("it adds up to {is}, and {due} was stated")));
            }
        }
        let (head, length) = files::head(part.path()).map_err(lost(&store.name, part.path()))?;
        let qcow = template.format == "QCOW2";
        header::size(&head, length, qcow, template.size.0, self.config.largest.0)
            .map_err(|why| refused(why.to_string()))?;
        if qcow {
            let words = ["check", "-q", "-f", "qcow2", &part.path().display().to_string()];
            let checked = tool(&store.name, "qemu-img", &words).await;
            checked.map_err(|e| match e.kind {
                DriverErrorKind::Failed => refused("its tables are not in order".into()),
                _ => e,
            })?;
        }
        part.keep(file).map_err(lost(&store.name, file))
    }

    /// The file of an address, if it may be read.
    fn source(&self, url: &str) -> Result<PathBuf, String> {
        let path = url.strip_prefix("file://").ok_or("only `file://` addresses are fetched")?;
        let path = std::fs::canonicalize(path).map_err(|e| format!("{e}"))?;
        let below = |source: &PathBuf| std::fs::canonicalize(source).is_ok_and(|source| path.starts_with(source));
        if !self.config.sources.iter().any(below) {
            return Err("it lies below none of the folders that templates may come from".into());
        }
        if path.is_file() { Ok(path) } else { Err("it is no file".into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::sum;

    #[test]
    fn checksums_are_told_by_name_or_length() {
        let digits = |n: usize| "0A".repeat(n / 2);
        let table = [
            (digits(32), Some("md5sum")),
            (digits(40), Some("sha1sum")),
            (digits(64), Some("sha256sum")),
            (digits(128), Some("sha512sum")),
            (format!("{{SHA-256}}{}", digits(64)), Some("sha256sum")),
            (format!("{{sha-512}} {}", digits(128)), Some("sha512sum")),
            (format!("{{SHA-256}}{}", digits(40)), None),
            (digits(30), None),
            ("g".repeat(32), None),
            (String::new(), None),
        ];
        for (text, due) in table {
            assert_eq!(sum(&text).ok().map(|(program, _)| program), due, "{text}");
        }
        assert_eq!(sum(&digits(32)).unwrap().1, "0a".repeat(16));
    }
}
