//! A map that finds a key in one step however large it is, and is gone through in the order of keys.
//!
//! Going through it costs a sort; finding a key in an ordered map costs a step, and from some size on a wait for memory,
//! for each of its levels. A filter is gone through when it is compiled whole and asked at every change.

use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasherDefault, Hash, Hasher},
};

/// Mixes ids, kinds and small numbers: the same in every run. Enough for keys that hold an id of our own making.
#[derive(Debug, Clone, Copy, Default)]
pub struct KeyHasher(u64);

impl KeyHasher {
    fn mix(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.mix(u64::from(*byte)));
    }
    fn write_u8(&mut self, n: u8) {
        self.mix(u64::from(n));
    }
    fn write_u16(&mut self, n: u16) {
        self.mix(u64::from(n));
    }
    fn write_u64(&mut self, n: u64) {
        self.mix(n);
    }
    fn write_usize(&mut self, n: usize) {
        self.mix(n as u64);
    }
    fn write_isize(&mut self, n: isize) {
        self.mix(n as u64);
    }
    fn write_u128(&mut self, n: u128) {
        self.mix(n as u64);
        self.mix((n >> 64) as u64);
    }
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

/// The map.
///
/// ```
/// use cloudstack_core::rules::keyed::Keyed;
/// let mut map: Keyed<u16, &str> = [(443, "https"), (22, "ssh")].into_iter().collect();
/// map.insert(80, "http");
/// assert_eq!(map.get(&22), Some(&"ssh"));
/// assert_eq!(map.keys().copied().collect::<Vec<_>>(), [22, 80, 443]);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Keyed<K: Eq + Hash, V> {
    rows: HashMap<K, V, BuildHasherDefault<KeyHasher>>,
}

impl<K: Eq + Hash, V> Default for Keyed<K, V> {
    fn default() -> Self {
        Self { rows: HashMap::default() }
    }
}

impl<K: Eq + Hash + Ord + Copy, V> Keyed<K, V> {
    /// An empty map with room for so many.
    #[must_use]
    pub fn with_capacity(rows: usize) -> Self {
        Self { rows: HashMap::with_capacity_and_hasher(rows, BuildHasherDefault::default()) }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What belongs to a key.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key)
    }

    /// What belongs to a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.rows.get_mut(key)
    }

    /// What belongs to a key, made if it is not there.
    pub fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.rows.entry(key).or_default()
    }

    /// True if there is such a key.
    #[must_use]
    pub fn contains_key(&self, key: &K) -> bool {
        self.rows.contains_key(key)
    }

    /// Puts a value in the place of another, which is answered.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.rows.insert(key, value)
    }

    /// Takes a key away and answers what belonged to it.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.rows.remove(key)
    }

    /// All, by rising key. Costs a sort.
    pub fn iter(&self) -> std::vec::IntoIter<(&K, &V)> {
        let mut rows: Vec<(&K, &V)> = self.rows.iter().collect();
        rows.sort_unstable_by_key(|(key, _)| **key);
        rows.into_iter()
    }

    /// The keys, rising. Costs a sort.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }
}

impl<'a, K: Eq + Hash + Ord + Copy, V> IntoIterator for &'a Keyed<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = std::vec::IntoIter<(&'a K, &'a V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K: Eq + Hash, V> FromIterator<(K, V)> for Keyed<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(rows: I) -> Self {
        Self { rows: rows.into_iter().collect() }
    }
}

impl<K: Eq + Hash, V> Extend<(K, V)> for Keyed<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, rows: I) {
        self.rows.extend(rows);
    }
}

impl<K: Eq + Hash + Ord + Copy + fmt::Debug, V: fmt::Debug> fmt::Debug for Keyed<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
