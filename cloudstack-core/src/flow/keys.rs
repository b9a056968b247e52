//! The keys that secrets are sealed with: the first ones, and putting others in their place (CRYPT-01, CRYPT-02).

use super::access;
use super::running::Running;
use super::step::Desk;
use crate::base::secret::{Cipher, Key, Sealed, seal::KEY_BYTES};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::ledger::keyring::cannot;
use crate::ledger::{Cause, Keyring, Row, View};
use crate::model::data_key::DataKey;
use crate::model::event::EventLevel;
use crate::port::{KeySource, Platform};
use std::sync::Arc;

/// Rows sealed anew in one commit.
const BATCH: usize = 1_000;

/// A key that nobody can guess.
fn fresh(platform: &dyn Platform) -> Key {
    loop {
        let mut bytes = [0; KEY_BYTES];
        platform.fill_secret(&mut bytes);
        // Random bytes that look like a pattern are possible, though nobody will see it happen.
        if let Ok(key) = Key::new(bytes) {
            return key;
        }
    }
}

/// The keyring of a cloud that is being opened: with the operator's key, if there is one, and checked against the rows.
///
/// # Errors
/// [`ErrorKind::Denied`] if the key cannot be had, or does not open what the cloud holds.
pub(crate) fn ring(
    view: &View,
    platform: &dyn Platform,
    source: Option<&KeySource>,
    fleeting: bool,
) -> Result<Arc<Keyring>> {
    let make = || fresh(platform);
    let make: Option<&dyn Fn() -> Key> = if view.data_keys().is_empty() { Some(&make) } else { None };
    let ring = match (source, make) {
        (Some(source), make) => Keyring::new(&read(source, make)?),
        (None, Some(make)) if fleeting => Keyring::new(&make()),
        (None, _) => Keyring::default(),
    };
    ring.check(view)?;
    Ok(Arc::new(ring))
}

fn read(source: &KeySource, make: Option<&dyn Fn() -> Key>) -> Result<Key> {
    source.read(make).map_err(|e| {
        Error::new(ErrorKind::Denied, format!("no key for the cloud's secrets: {e}"))
            .remedy("give it the key it was last opened with, see `CloudBuilder::key`")
            .source(e)
    })
}

/// The first data key of a cloud; none if it was given no key.
pub(crate) fn first(ring: &Keyring, platform: &dyn Platform) -> Option<Sealed> {
    ring.wrap(1, &fresh(platform), &mut platform.entropy()).ok()
}

/// Gives a cloud that has no data key its first one.
///
/// # Errors
/// Only if the ledger refuses the row.
pub(crate) fn bootstrap(desk: &mut Desk<'_>, first: Option<&Sealed>) -> Result<()> {
    match first {
        Some(wrapped) if desk.view().data_keys().is_empty() => add(desk, 1, wrapped.clone()),
        _ => Ok(()),
    }
}

fn add(desk: &mut Desk<'_>, number: u32, wrapped: Sealed) -> Result<()> {
    let (id, created) = (desk.id(), desk.now());
    desk.insert(DataKey { id, number, wrapped, created })
}

fn cause(caller: &Caller, verb: &str) -> Cause {
    Cause { actor: Some(caller.user), job: None, verb: verb.to_owned() }
}

/// See [`Cloud::rotate_data_key`](crate::Cloud::rotate_data_key).
pub(crate) async fn rotate_data_key(cloud: &Running, caller: &Caller) -> Result<()> {
    access::root(caller)?;
    let keys = cloud.ledger.keys();
    let number = Keyring::current(&keys.view).map_or(0, |key| key.number) + 1;
    let key = fresh(&*cloud.platform);
    let wrapped = keys.ring.wrap(number, &key, &mut cloud.platform.entropy()).map_err(cannot)?;
    let begin = |desk: &mut Desk<'_>| {
        add(desk, number, wrapped.clone())?;
        let text = format!("data key {number} seals from now on");
        desk.event("DATA.KEY.CREATE", EventLevel::Info, None, number.to_string(), text);
        Ok(())
    };
    cloud.ledger.transact(&cause(caller, "data_key.add"), begin).await?;
    while cloud.ledger.transact(&cause(caller, "data_key.seal_anew"), seal_anew).await? > 0 {}
    Ok(())
}

/// Seals some rows anew, and takes old data keys away once nothing needs them. Answers how many rows it was.
fn seal_anew(desk: &mut Desk<'_>) -> Result<usize> {
    let newest = Keyring::current(desk.view()).map_or(0, |key| key.number);
    let stale: Vec<Row> = desk.view().sealed_before(newest, BATCH);
    let count = stale.len();
    for row in stale {
        row.reseal(desk, newest)?;
    }
    if count == 0 {
        let old = desk.view().data_keys().iter().filter(|key| key.number != newest).map(|key| key.id);
        let old: Vec<_> = old.collect();
        old.into_iter().try_for_each(|id| desk.remove::<DataKey>(id))?;
    }
    Ok(count)
}

/// See [`Cloud::rotate_operator_key`](crate::Cloud::rotate_operator_key).
pub(crate) async fn rotate_operator_key(cloud: &Running, caller: &Caller, to: &KeySource) -> Result<()> {
    access::root(caller)?;
    let platform = &*cloud.platform;
    let make = || fresh(platform);
    let operator = Cipher::new(&read(to, Some(&make))?);
    let keys = cloud.ledger.keys();
    let mut seed = platform.entropy();
    let rewrap = |key: &DataKey| Ok((key.number, keys.ring.rewrap(key, &operator, &mut seed)?));
    let wrapped =
        keys.view.data_keys().iter().map(rewrap).collect::<std::result::Result<Vec<_>, _>>().map_err(cannot)?;
    cloud.ledger.transact(&cause(caller, "operator_key.change"), |desk| put(desk, &wrapped)).await?;
    keys.ring.replace(operator);
    Ok(())
}

/// Puts other wrappings in the place of the data keys' present ones.
fn put(desk: &mut Desk<'_>, wrapped: &[(u32, Sealed)]) -> Result<()> {
    let changed = || Error::new(ErrorKind::Conflict, "data keys are being changed").retryable();
    let rows: Vec<DataKey> = desk.view().data_keys().iter().cloned().collect();
    if rows.len() != wrapped.len() {
        return Err(changed());
    }
    for row in rows {
        let (_, wrapped) = wrapped.iter().find(|(number, _)| *number == row.number).ok_or_else(changed)?;
        desk.update(DataKey { wrapped: wrapped.clone(), ..row })?;
    }
    desk.event("OPERATOR.KEY.UPDATE", EventLevel::Info, None, String::new(), "another operator's key".to_owned());
    Ok(())
}
