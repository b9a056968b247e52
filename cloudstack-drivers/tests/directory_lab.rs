//! Volumes and templates in real directories, by the real `qemu-img`: the suites, images that lie, a full file system. Needs
//! `qemu-img`, and root (or a user namespace with its own mounts) for the file system.
#![cfg(all(feature = "lab", feature = "directory", feature = "nftables"))]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use cloudstack_core::base::Bytes;
use cloudstack_core::base::id::{EntityId, HostId};
use cloudstack_core::port::driver::{
    DriverErrorKind, HostTarget, ImageStorage, PoolTarget, PrimaryStorage, StoreTarget, TemplateSpec, VolumeSpec,
};
use cloudstack_core::testkit::conformance::driver::{ImageBed, StorageBed, image_suite, storage_suite};
use cloudstack_drivers::directory::{Directory, DirectoryConfig};
use cloudstack_drivers::hosts::LocalHosts;
use cloudstack_drivers::runner::{Local, Runner};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const MIB: u64 = 1 << 20;

/// A pool, a store and a folder of images to fetch.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        for name in ["pool", "store", "images", "elsewhere"] {
            std::fs::create_dir(place.at(name)).unwrap();
        }
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn driver(&self, copy: bool) -> Directory {
        let hosts = LocalHosts::new(self.at("run")).with("kvm1", []).with("kvm2", ["false"]);
        let rooms = [(self.pool().url, Bytes::gib(1))].into();
        let config = DirectoryConfig { sources: vec![self.at("images")], rooms, copy, ..DirectoryConfig::default() };
        Directory::new(Arc::new(hosts), config)
    }

    fn pool(&self) -> PoolTarget {
        let url = format!("SharedMountPoint://localhost{}", self.at("pool").display());
        PoolTarget { name: "pool-1".into(), kind: "SharedMountPoint".into(), url }
    }

    fn store(&self) -> StoreTarget {
        StoreTarget { name: "store-1".into(), url: format!("file://{}", self.at("store").display()) }
    }

    /// An image of 8 MiB, made with these words to `qemu-img create`.
    fn image(&self, name: &str, words: &str) -> TemplateSpec {
        let file = self.at("images").join(name);
        let words: Vec<&str> = words.split(' ').chain([file.to_str().unwrap(), "8M"]).collect();
        Local::default().run("qemu-img", &[&["create", "-q"], &words[..]].concat(), "").unwrap();
        self.template(name, "QCOW2", &file)
    }

    fn template(&self, name: &str, format: &str, file: &Path) -> TemplateSpec {
        TemplateSpec {
            name: format!("t-{name}"),
            format: format.into(),
            size: Bytes(8 * MIB),
            url: format!("file://{}", file.display()),
            checksum: None,
            store: Some(self.store()),
        }
    }
}

fn host(n: u8) -> HostTarget {
    HostTarget { id: HostId::from_u128(n.into()), name: format!("kvm{n}"), address: [192, 0, 2, n].into() }
}

fn digest(program: &str, file: &Path) -> String {
    let told = Local::default().run(program, &[file.to_str().unwrap()], "").unwrap();
    told.split(' ').next().unwrap().to_owned()
}

#[tokio::test]
async fn directories_pass_the_suite_of_pools() {
    for copy in [false, true] {
        let place = Place::new();
        let driver = place.driver(copy);
        let template = place.image("plain", "-f qcow2");
        driver.ensure_template(&place.store(), &template).await.unwrap();
        let bed = StorageBed {
            pool: place.pool(),
            hosts: vec![host(1)],
            silent: Some(host(2)),
            volume: "v-1".into(),
            size: Bytes(16 * MIB),
            template: Some(template),
            noise: Bytes::ZERO,
        };
        let passed = storage_suite(&driver, &bed).await.unwrap();
        assert_eq!(passed.len(), if copy { 26 } else { 27 }, "{passed:#?}");
        let left: Vec<_> =
            std::fs::read_dir(place.at("pool")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["bases"], "volumes, parts and notes are gone");
    }
}

#[tokio::test]
async fn directories_pass_the_suite_of_stores_and_refuse_images_that_lie() {
    let place = Place::new();
    let driver = place.driver(false);
    let plain = place.image("plain", "-f qcow2");
    let secret = place.at("elsewhere").join("secret");
    std::fs::write(&secret, vec![7; 4_096]).unwrap();
    let leaning = format!("-f qcow2 -u -b {} -F raw", secret.display());
    let raw = place.at("images").join("raw");
    std::fs::write(&raw, vec![0; 1 << 20]).unwrap();
    let (short, link) = (place.at("images").join("short"), place.at("images").join("link"));
    let whole = std::fs::read(place.at("images").join("plain")).unwrap();
    // Its tables lie beyond its end.
    std::fs::write(&short, &whole[..1_000]).unwrap();
    std::os::unix::fs::symlink(&secret, &link).unwrap();
    let data = place.at("elsewhere").join("data");
    let outside = place.image("outside", &format!("-f qcow2 -o data_file={},data_file_raw=on", data.display()));
    let right = digest("sha256sum", &place.at("images").join("plain"));
    let refused = vec![
        ("an image that leans on another file is refused", place.image("leaning", &leaning)),
        ("an image that keeps its data in another file is refused", outside),
        ("an image that is larger than stated is refused", TemplateSpec { size: Bytes(4 * MIB), ..plain.clone() }),
        ("what is stated to be QCOW2 begins as such", place.template("raw", "QCOW2", &raw)),
        (
            "what is stated to be RAW does not begin as QCOW2",
            place.template("plain", "RAW", &place.at("images").join("plain")),
        ),
        ("an image whose tables are not in order is refused", place.template("short", "QCOW2", &short)),
        (
            "an image that adds up to something else is refused",
            TemplateSpec { checksum: Some("0".repeat(64)), ..plain.clone() },
        ),
        ("what is no checksum is refused", TemplateSpec { checksum: Some("abc".into()), ..plain.clone() }),
        ("files of elsewhere are not fetched", place.template("secret", "RAW", &secret)),
        ("links to elsewhere are not followed", place.template("link", "RAW", &link)),
        ("other addresses are not fetched", TemplateSpec { url: "http://192.0.2.60/x".into(), ..plain.clone() }),
        ("a name stays in its folder", TemplateSpec { name: "../escaped".into(), ..plain.clone() }),
    ];
    let refused = refused
        .into_iter()
        .map(|(what, template)| {
            (
                what,
                TemplateSpec {
                    name: if template.name.starts_with('.') { template.name } else { format!("{}-x", template.name) },
                    ..template
                },
            )
        })
        .collect();
    let checksum = Some(format!("{{SHA-256}}{right}"));
    let bed = ImageBed { store: place.store(), template: TemplateSpec { checksum, ..plain.clone() }, refused };
    let passed = image_suite(&driver, &bed).await.unwrap();
    assert!(passed.len() >= 20, "{passed:#?}");
    let left: Vec<_> = std::fs::read_dir(place.at("store")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["t-plain.qcow2"], "nothing of what was refused stays, not in part either");
    let no_form =
        driver.ensure_template(&place.store(), &TemplateSpec { format: "OVA".into(), ..plain }).await.unwrap_err();
    assert!(no_form.kind == DriverErrorKind::Unsupported && no_form.message.contains("QCOW2, RAW"), "{no_form}");
    // A raw image is as large as its file.
    let raw = place.template("raw", "RAW", &raw);
    assert_eq!(driver.ensure_template(&place.store(), &raw).await.unwrap().size, Bytes(MIB));
}

#[tokio::test]
async fn volumes_go_back_to_what_they_were_once() {
    let place = Place::new();
    let (driver, pool) = (place.driver(false), place.pool());
    let template = place.image("plain", "-f qcow2");
    driver.ensure_template(&place.store(), &template).await.unwrap();
    let volume = VolumeSpec { name: "v-1".into(), size: Bytes(16 * MIB), template: Some(template.clone()) };
    driver.ensure_volume(&pool, &volume).await.unwrap();
    let file = place.at("pool").join("v-1.qcow2");
    let io = |words: &str| {
        Local::default().run("qemu-io", &["-f", "qcow2", "-c", words, file.to_str().unwrap()], "").unwrap()
    };
    io("write -P 1 0 4096");
    driver.ensure_snapshot(&pool, "v-1", "s-1").await.unwrap();
    io("write -P 2 0 4096");
    driver.ensure_snapshot(&pool, "v-1", "s-1").await.unwrap();
    driver.ensure_reverted(&pool, "v-1", "s-1", 7).await.unwrap();
    assert!(!io("read -P 1 0 4096").contains("failed"), "what was written before the snapshot is back");
    io("write -P 3 0 4096");
    driver.ensure_reverted(&pool, "v-1", "s-1", 7).await.unwrap();
    assert!(!io("read -P 3 0 4096").contains("failed"), "a repeated call takes nothing back");
    // Its own copy of the template stays under it, and it does not become another's.
    assert_eq!(driver.ensure_no_base(&pool, &template.name).await.unwrap_err().kind, DriverErrorKind::Refused);
    let other = VolumeSpec { template: None, ..volume.clone() };
    assert_eq!(driver.ensure_volume(&pool, &other).await.unwrap_err().kind, DriverErrorKind::Refused);
    let smaller = VolumeSpec { size: Bytes(MIB), ..volume.clone() };
    assert!(driver.ensure_volume(&pool, &smaller).await.unwrap_err().message.contains("does not shrink"));
    let tiny = VolumeSpec { name: "v-2".into(), size: Bytes(MIB), ..volume };
    assert!(driver.ensure_volume(&pool, &tiny).await.unwrap_err().message.contains("smaller than its template"));
}

/// A file system of 1 MiB, unmounted on drop.
struct Small(PathBuf);

impl Small {
    fn mount(folder: PathBuf) -> Self {
        Local::default()
            .run("mount", &["-t", "tmpfs", "-o", "size=1m", "small", folder.to_str().unwrap()], "")
            .unwrap();
        Self(folder)
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _gone = Local::default().run("umount", &[self.0.to_str().unwrap()], "");
    }
}

#[tokio::test]
async fn a_full_file_system_is_no_capacity_and_leaves_nothing_half() {
    let place = Place::new();
    let (pool, store) = (Small::mount(place.at("pool")), Small::mount(place.at("store")));
    let driver = place.driver(true);
    let big = place.at("images").join("big");
    std::fs::write(&big, vec![1; 4 << 20]).unwrap();
    let template = place.template("big", "RAW", &big);
    let full = driver.ensure_template(&place.store(), &template).await.unwrap_err();
    assert_eq!(full.kind, DriverErrorKind::NoCapacity, "{full}");
    assert_eq!(std::fs::read_dir(&store.0).unwrap().count(), 0);
    let huge = VolumeSpec { name: "v".into(), size: Bytes::gib(1), template: None };
    assert_eq!(driver.ensure_volume(&place.pool(), &huge).await.unwrap_err().kind, DriverErrorKind::NoCapacity);
    std::fs::write(pool.0.join("filler"), vec![1; 1 << 20]).unwrap_or_default();
    let any = VolumeSpec { name: "v".into(), size: Bytes(MIB / 2), template: None };
    assert_eq!(driver.ensure_volume(&place.pool(), &any).await.unwrap_err().kind, DriverErrorKind::NoCapacity);
    assert!(!pool.0.join("v.qcow2").exists());
}
