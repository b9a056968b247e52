//! Secrets at rest: what lies in the file, who can open it, and how keys change.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::id::JobId;
use cloudstack_core::base::secret::SealError;
use cloudstack_core::base::{Caller, ErrorKind, Result, Secret};
use cloudstack_core::flow::setting::{self, SetSetting};
use cloudstack_core::flow::step::Desk;
use cloudstack_core::flow::{Decision, Verb};
use cloudstack_core::ledger::Writing;
use cloudstack_core::ledger::memory::MemoryDisk;
use cloudstack_core::model::setting::Setting;
use cloudstack_core::port::KeySource;
use cloudstack_core::port::store::HistoryQuery;
use cloudstack_core::{Cloud, CloudBuilder};
use lab::Paused;
use std::path::Path;

const ONE: &str = "8f3a5e7c0070b1d2e4f60819a2b3c4d5e6f70a1b2c3d4e5f60718293a4b5c6d7";
const TWO: &str = "1d2e4f60819a2b3c4d5e6f70a1b2c3d4e5f60718293a4b5c6d78f3a5e7c0070b";

fn told(key: &'static str) -> KeySource {
    KeySource::callback(move || Ok(Secret::new(key)))
}

fn at(path: &Path) -> CloudBuilder {
    Cloud::open(path).platform(Paused::new()).without_loops()
}

async fn keep(cloud: &Cloud, plain: &str) {
    let set = SetSetting { name: "alert.smtp.password".into(), value: Some(plain.into()) };
    cloud.run(&cloud.root_caller(), set).await.unwrap().done().await.unwrap();
}

fn kept(cloud: &Cloud) -> Secret {
    setting::secret(&cloud.keyring(), "alert.smtp.password").unwrap().unwrap()
}

/// Every byte of the files that make up a database.
fn bytes(path: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(path.parent().unwrap()).unwrap().map(|file| file.unwrap().path());
    files
        .filter(|file| file.extension().is_none_or(|e| e != "key"))
        .flat_map(|file| std::fs::read(file).unwrap())
        .collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test(start_paused = true)]
async fn the_store_file_shows_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cloud.db");
    let cloud = at(&path).start().await.unwrap();
    keep(&cloud, "correct-horse-battery").await;
    cloud.rotate_data_key(&cloud.root_caller()).await.unwrap();
    keep(&cloud, "staple-to-the-wall").await;
    assert_eq!(kept(&cloud).reveal(), "staple-to-the-wall");
    let told =
        format!("{:?}{:?}", cloud.view(), cloud.history(&HistoryQuery { limit: 100, ..HistoryQuery::default() }));
    drop(cloud);
    let (file, key) = (bytes(&path), std::fs::read_to_string(folder.path().join("cloud.db.key")).unwrap());
    assert!(holds(&file, "alert.smtp.password"), "the scan finds what is there");
    for secret in ["correct-horse-battery", "staple-to-the-wall", key.trim()] {
        assert!(!holds(&file, secret) && !told.contains(secret), "{secret}");
    }
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_key_is_made_beside_the_file_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = (folder.path().join("cloud.db"), folder.path().join("cloud.db.key"));
    let cloud = at(&path).start().await.unwrap();
    keep(&cloud, "hunter2").await;
    drop(cloud);
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let cloud = at(&path).start().await.unwrap();
    assert_eq!(kept(&cloud).reveal(), "hunter2");
    drop(cloud);
    // Once there are secrets, no other key is made in its place.
    let before = std::fs::read(&path).unwrap();
    std::fs::rename(&key, folder.path().join("elsewhere")).unwrap();
    let refused = at(&path).start().await.err().unwrap();
    assert_eq!(refused.kind(), ErrorKind::Denied);
    assert!(refused.public().contains("cloud.db.key") && !key.exists(), "{refused:?}");
    assert_eq!(std::fs::read(&path).unwrap(), before, "nothing is overwritten");
}

/// Proves: CRYPT-02
#[tokio::test(start_paused = true)]
async fn the_wrong_key_is_refused_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cloud.db");
    let cloud = at(&path).key(told(ONE)).start().await.unwrap();
    keep(&cloud, "hunter2").await;
    drop(cloud);
    let before = std::fs::read(&path).unwrap();
    let refused = at(&path).key(told(TWO)).start().await.err().unwrap();
    assert_eq!(refused.kind(), ErrorKind::Denied);
    assert_eq!(refused.cause::<SealError>(), Some(&SealError::Refused { table: "data_key", field: "wrapped" }));
    assert!(refused.public().contains("nothing was changed"), "{refused:?}");
    let weak = at(&path).key(told("password")).start().await.err().unwrap();
    assert!(weak.public().contains("well-known default") && weak.public().contains("callback"), "{weak:?}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let cloud = at(&path).key(told(ONE)).start().await.unwrap();
    assert_eq!(kept(&cloud).reveal(), "hunter2");
}

/// Proves: CRYPT-03
#[tokio::test(start_paused = true)]
async fn a_key_comes_from_a_file_a_variable_or_a_callback() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    let refused = Cloud::in_memory().key(KeySource::File(file.clone())).start().await.err().unwrap();
    assert!(refused.public().contains("cannot be used"), "{refused:?}");
    std::fs::write(&file, format!("{ONE}\n")).unwrap();
    let disk = MemoryDisk::new();
    let begin = |source: Option<KeySource>| {
        let builder = Cloud::with_store(Box::new(disk.open().unwrap()), Writing::Inline).without_loops();
        if let Some(source) = source { builder.key(source) } else { builder }
    };
    let cloud = begin(Some(KeySource::File(file))).start().await.unwrap();
    keep(&cloud, "hunter2").await;
    drop(cloud);
    let cloud = begin(Some(told(ONE))).start().await.unwrap();
    assert_eq!(kept(&cloud).reveal(), "hunter2");
    drop(cloud);
    // Cargo sets this one; it is text, and no key.
    let bad = begin(Some(KeySource::Variable("CARGO_MANIFEST_DIR".into()))).start().await.err().unwrap();
    assert!(bad.public().contains("CARGO_MANIFEST_DIR") && !bad.public().contains("cloudstack-core"), "{bad:?}");
    let none = begin(Some(KeySource::Variable("NO_SUCH_VARIABLE_HERE".into()))).start().await.err().unwrap();
    assert!(none.public().contains("is not set"), "{none:?}");
    let away = KeySource::callback(|| Err("the key service is away".into()));
    assert!(begin(Some(away)).start().await.err().unwrap().public().contains("the key service is away"));
    let without = begin(None).start().await.err().unwrap();
    assert_eq!(without.cause::<SealError>(), Some(&SealError::Locked));
}

#[tokio::test(start_paused = true)]
async fn without_a_key_nothing_secret_is_kept() {
    let cloud = Cloud::with_store(Box::new(MemoryDisk::new().open().unwrap()), Writing::Inline).start().await.unwrap();
    let set = SetSetting { name: "alert.smtp.password".into(), value: Some("hunter2".into()) };
    let refused = cloud.run(&cloud.root_caller(), set).await.map(drop).unwrap_err();
    assert_eq!((refused.kind(), refused.advice()), (ErrorKind::Denied, Some("start the cloud with a key")));
    assert!(cloud.view().settings().is_empty() && cloud.keyring().ring().is_locked());
}

/// Proves: CRYPT-02
#[tokio::test(start_paused = true)]
async fn both_keys_can_be_changed_while_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cloud.db");
    let cloud = at(&path).key(told(ONE)).start().await.unwrap();
    let admin = cloud.root_caller();
    keep(&cloud, "hunter2").await;
    let row = || cloud.view().settings().iter().next().unwrap().clone();
    let before = row();
    cloud.rotate_data_key(&admin).await.unwrap();
    let after = row();
    assert_ne!(before.sealed, after.sealed);
    assert_eq!((after.sealed.unwrap().key(), kept(&cloud).reveal()), (2, "hunter2"));
    assert_eq!(cloud.view().data_keys().iter().map(|key| key.number).collect::<Vec<_>>(), [2]);
    // Keys that are gone open nothing, wherever it was kept.
    let old = cloud.keyring().open::<Setting>(before.id, "sealed", &before.sealed.unwrap()).unwrap_err();
    assert_eq!(old.cause::<SealError>(), Some(&SealError::NoKey(1)));

    cloud.rotate_operator_key(&admin, &told("password")).await.unwrap_err();
    cloud.rotate_operator_key(&admin, &told(TWO)).await.unwrap();
    keep(&cloud, "hunter3").await;
    let user = Caller { role: cloudstack_core::base::RoleType::User, ..admin };
    assert_eq!(cloud.rotate_data_key(&user).await.unwrap_err().kind(), ErrorKind::Denied);
    assert_eq!(cloud.rotate_operator_key(&user, &told(ONE)).await.unwrap_err().kind(), ErrorKind::Denied);
    drop(cloud);
    assert!(at(&path).key(told(ONE)).start().await.is_err());
    assert_eq!(kept(&at(&path).key(told(TWO)).start().await.unwrap()).reveal(), "hunter3");
}

/// Puts the sealed value of one row into another.
#[derive(Debug, Clone)]
struct Move;

impl Verb for Move {
    type Answer = ();
    const NAME: &'static str = "test.move";

    fn decide(&self, _: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let row = desk.view().settings().iter().next().unwrap().clone();
        desk.open::<Setting>(row.id, "sealed", row.sealed.as_ref().unwrap())?;
        let id = desk.id();
        desk.insert(Setting { id, name: "project.smtp.password".into(), ..row })?;
        Ok(Decision::done(()))
    }
}

#[tokio::test(start_paused = true)]
async fn a_sealed_value_opens_in_its_own_row_only() {
    let cloud = Cloud::in_memory().platform(Paused::new()).without_loops().start().await.unwrap();
    keep(&cloud, "hunter2").await;
    cloud.run(&cloud.root_caller(), Move).await.unwrap().done().await.unwrap();
    let moved = setting::secret(&cloud.keyring(), "project.smtp.password").unwrap_err();
    assert_eq!(moved.cause::<SealError>(), Some(&SealError::Refused { table: "setting", field: "sealed" }));
    assert!(!format!("{moved:?}").contains("hunter2"));
}
