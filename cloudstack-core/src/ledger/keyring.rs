//! The keys of a cloud while it runs: the operator's key opens data keys, data keys seal what rows hold.

use super::View;
use crate::base::id::{DataKeyId, EntityId};
use crate::base::secret::{Cipher, Key, Place, SealError, Sealed};
use crate::base::{Error, ErrorKind, Result, Secret, Seed};
use crate::model::data_key::DataKey;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// The operator's key, and the data keys it has opened. Data keys lie in rows, so every process finds the same.
///
/// Without a key it is locked: nothing can be sealed, and a cloud that has sealed values does not open.
#[derive(Debug, Default)]
pub struct Keyring {
    operator: RwLock<Option<Cipher>>,
    /// Opened data keys, by row: a number may come to belong to another key if its commit is lost.
    opened: Mutex<BTreeMap<DataKeyId, Cipher>>,
}

impl Keyring {
    /// A ring with the operator's key.
    #[must_use]
    pub fn new(operator: &Key) -> Self {
        Self { operator: RwLock::new(Some(Cipher::new(operator))), opened: Mutex::default() }
    }

    fn opened(&self) -> MutexGuard<'_, BTreeMap<DataKeyId, Cipher>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn operator(&self) -> Option<Cipher> {
        self.operator.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// True if it was given no key.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.operator().is_none()
    }

    /// Puts another operator's key in place; who does that has sealed the data keys with it.
    pub(crate) fn replace(&self, operator: Cipher) {
        *self.operator.write().unwrap_or_else(PoisonError::into_inner) = Some(operator);
    }

    /// The data key that seals now.
    #[must_use]
    pub fn current(view: &View) -> Option<&DataKey> {
        view.data_keys().iter().max_by_key(|key| key.number)
    }

    fn cipher(&self, key: &DataKey) -> Result<Cipher, SealError> {
        if let Some(cipher) = self.opened().get(&key.id) {
            return Ok(cipher.clone());
        }
        let operator = self.operator().ok_or(SealError::Locked)?;
        let cipher = Cipher::new(&unwrap(&operator, key)?);
        self.opened().insert(key.id, cipher.clone());
        Ok(cipher)
    }

    /// Seals a text for a place, with the newest data key.
    ///
    /// # Errors
    /// [`SealError::Locked`].
    pub fn seal(&self, view: &View, place: Place, seed: &mut Seed, plain: &Secret) -> Result<Sealed, SealError> {
        let key = Self::current(view).ok_or(SealError::Locked)?;
        Ok(self.cipher(key)?.seal(key.number, place, seed, plain))
    }

    /// Opens what was sealed for a place.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open(&self, view: &View, place: Place, sealed: &Sealed) -> Result<Secret, SealError> {
        let number = sealed.key();
        let key = view.data_keys().find(0, &[crate::model::Value::int(number)]).ok_or(SealError::NoKey(number))?;
        self.cipher(key)?.open(place, sealed)
    }

    /// Checks that the operator's key opens every data key of the cloud.
    ///
    /// # Errors
    /// [`ErrorKind::Denied`] with the [`SealError`] as cause.
    pub fn check(&self, view: &View) -> Result<()> {
        view.data_keys().iter().try_for_each(|key| self.cipher(key).map(drop)).map_err(refused)
    }

    /// A data key with this number, sealed with the operator's key.
    ///
    /// # Errors
    /// [`SealError::Locked`].
    pub fn wrap(&self, number: u32, key: &Key, seed: &mut Seed) -> Result<Sealed, SealError> {
        let operator = self.operator().ok_or(SealError::Locked)?;
        Ok(operator.seal(0, DataKey::place(number), seed, &key.to_text()))
    }

    /// A data key, sealed with another operator's key instead.
    ///
    /// # Errors
    /// [`SealError`] if the present operator's key does not open it.
    pub fn rewrap(&self, key: &DataKey, operator: &Cipher, seed: &mut Seed) -> Result<Sealed, SealError> {
        let present = self.operator().ok_or(SealError::Locked)?;
        let plain = unwrap(&present, key)?.to_text();
        Ok(operator.seal(0, DataKey::place(key.number), seed, &plain))
    }
}

fn unwrap(operator: &Cipher, key: &DataKey) -> Result<Key, SealError> {
    let text = operator.open(DataKey::place(key.number), &key.wrapped)?;
    Key::parse(text.reveal()).map_err(|_| SealError::Refused { table: "data_key", field: "wrapped" })
}

/// The error of a cloud that is opened with the wrong key, or without one.
fn refused(error: SealError) -> Error {
    let (text, remedy) = match error {
        SealError::Locked => ("this cloud holds secrets, and no key was given", "give it its key: `CloudBuilder::key`"),
        _ => (
            "the key given does not open this cloud's secrets; nothing was changed",
            "give the key it was last opened with",
        ),
    };
    Error::new(ErrorKind::Denied, text).remedy(remedy).source(error)
}

/// The error of a verb that cannot seal or open a value.
pub(crate) fn cannot(error: SealError) -> Error {
    let denied = Error::new(ErrorKind::Denied, "the cloud cannot keep or read this secret").detail(error.to_string());
    let denied = if error == SealError::Locked { denied.remedy("start the cloud with a key") } else { denied };
    denied.source(error)
}

/// The keys of a cloud with the newest rows: what [`Cloud::keyring`](crate::Cloud::keyring) answers.
#[derive(Debug, Clone)]
pub struct Keys {
    pub(crate) ring: Arc<Keyring>,
    pub(crate) view: Arc<View>,
}

impl Keys {
    /// The keys themselves.
    #[must_use]
    pub fn ring(&self) -> &Keyring {
        &self.ring
    }

    /// Opens what a field of a row holds.
    ///
    /// # Errors
    /// [`ErrorKind::Denied`] with the [`SealError`] as cause.
    pub fn open<R: super::Table>(&self, id: R::Id, field: &'static str, sealed: &Sealed) -> Result<Secret> {
        self.ring.open(&self.view, Place { table: R::TABLE, id: id.to_u128(), field }, sealed).map_err(cannot)
    }

    /// Seals a text for a field of a row. Decisions do it with [`Draft::seal`](super::Draft::seal).
    ///
    /// # Errors
    /// [`ErrorKind::Denied`] if the cloud was given no key.
    pub fn seal<R: super::Table>(
        &self,
        id: R::Id,
        field: &'static str,
        seed: &mut Seed,
        plain: &Secret,
    ) -> Result<Sealed> {
        let place = Place { table: R::TABLE, id: id.to_u128(), field };
        self.ring.seal(&self.view, place, seed, plain).map_err(cannot)
    }
}
