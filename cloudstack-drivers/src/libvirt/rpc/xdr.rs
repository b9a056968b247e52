//! External data representation: everything is a multiple of four bytes, big end first.
//!
//! ```
//! use cloudstack_drivers::libvirt::rpc::xdr::{Get as _, Put as _, Reader};
//! let mut bytes = Vec::new();
//! ("vm", 7u32).put(&mut bytes);
//! assert_eq!(bytes, [0, 0, 0, 2, b'v', b'm', 0, 0, 0, 0, 0, 7]);
//! let mut reader = Reader::new(&bytes);
//! assert_eq!(<(String, u32)>::get(&mut reader)?, ("vm".to_owned(), 7));
//! # Ok::<(), cloudstack_drivers::libvirt::rpc::xdr::XdrError>(())
//! ```

/// The longest text or run of bytes that is read.
pub const LONGEST: usize = 4 << 20;
/// The most elements of a list that is read.
pub const MOST: usize = 16_384;

/// Bytes that are not what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum XdrError {
    /// The message ends too early.
    #[error("{needed} bytes were expected and {left} are left")]
    Short {
        /// Bytes that were due.
        needed: usize,
        /// Bytes that are there.
        left: usize,
    },
    /// A text, list or run of bytes says that it is longer than any may be.
    #[error("a length of {length}; at most {most} is accepted")]
    Long {
        /// What it says.
        length: u32,
        /// What would be accepted.
        most: usize,
    },
    /// A number that stands for nothing.
    #[error("{value} is no {what}")]
    Unknown {
        /// What was expected.
        what: &'static str,
        /// The number.
        value: i64,
    },
    /// More bytes than the message should have.
    #[error("{0} bytes are left over")]
    Left(usize),
}

/// Reads values off the front of a message.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// At the start of this message.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Bytes that were not read so far.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.rest.len()
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`XdrError::Left`] if something was not read.
    pub const fn finish(self) -> Result<(), XdrError> {
        if self.rest.is_empty() { Ok(()) } else { Err(XdrError::Left(self.rest.len())) }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], XdrError> {
        let short = XdrError::Short { needed: count, left: self.rest.len() };
        let (head, rest) = self.rest.split_at_checked(count).ok_or(short)?;
        self.rest = rest;
        Ok(head)
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], XdrError> {
        let mut bytes = [0; N];
        bytes.copy_from_slice(self.take(N)?);
        Ok(bytes)
    }

    /// A length that was sent, no larger than `most`.
    fn length(&mut self, most: usize) -> Result<usize, XdrError> {
        let length = u32::get(self)?;
        usize::try_from(length).ok().filter(|n| *n <= most).ok_or(XdrError::Long { length, most })
    }

    fn run(&mut self, most: usize) -> Result<&'a [u8], XdrError> {
        let length = self.length(most)?;
        let bytes = self.take(length)?;
        self.take(padding(length))?;
        Ok(bytes)
    }
}

const fn padding(length: usize) -> usize {
    (4 - length % 4) % 4
}

/// What can be written.
pub trait Put {
    /// Appends its bytes.
    fn put(&self, out: &mut Vec<u8>);
}

/// What can be read.
pub trait Get: Sized {
    /// The fewest bytes that one takes, so that a list cannot claim more elements than there are bytes.
    const LEAST: usize;

    /// Reads one.
    ///
    /// # Errors
    /// [`XdrError`] if the bytes are not one.
    fn get(from: &mut Reader<'_>) -> Result<Self, XdrError>;
}

impl<T: Put + ?Sized> Put for &T {
    fn put(&self, out: &mut Vec<u8>) {
        (**self).put(out);
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Put for $number {
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_be_bytes());
            }
        }
        impl Get for $number {
            const LEAST: usize = size_of::<$number>();
            fn get(from: &mut Reader<'_>) -> Result<Self, XdrError> {
                Ok(Self::from_be_bytes(from.fixed()?))
            }
        }
    )*};
}
numbers!(u32, i32, u64, i64, f64);

impl Put for bool {
    fn put(&self, out: &mut Vec<u8>) {
        u32::from(*self).put(out);
    }
}

impl Get for bool {
    const LEAST: usize = 4;
    fn get(from: &mut Reader<'_>) -> Result<Self, XdrError> {
        Ok(u32::get(from)? != 0)
    }
}

/// Bytes whose number goes before them, padded to four.
fn put_run(bytes: &[u8], out: &mut Vec<u8>) {
    // A run of four gigabytes would not fit a message; such a one is cut by the peer's own limit, never here.
    u32::try_from(bytes.len()).unwrap_or(u32::MAX).put(out);
    out.extend_from_slice(bytes);
    out.extend_from_slice(&[0; 3][..padding(bytes.len())]);
}

impl Put for str {
    fn put(&self, out: &mut Vec<u8>) {
        put_run(self.as_bytes(), out);
    }
}

impl Put for String {
    fn put(&self, out: &mut Vec<u8>) {
        self.as_str().put(out);
    }
}

impl Get for String {
    const LEAST: usize = 4;
    fn get(from: &mut Reader<'_>) -> Result<Self, XdrError> {
        // Messages come in the daemon's own locale; one odd letter must not hide what it says.
        Ok(Self::from_utf8_lossy(from.run(LONGEST)?).into_owned())
    }
}

/// Bytes that mean something to the peer only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opaque(pub Vec<u8>);

impl Put for Opaque {
    fn put(&self, out: &mut Vec<u8>) {
        put_run(&self.0, out);
    }
}

impl Get for Opaque {
    const LEAST: usize = 4;
    fn get(from: &mut Reader<'_>) -> Result<Self, XdrError> {
        Ok(Self(from.run(LONGEST)?.to_vec()))
    }
}

impl Put for [u8; 16] {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
}

impl Get for [u8; 16] {
    const LEAST: usize = 16;
    fn get(from: &mut Reader<'_>) -> Result<Self, XdrError> {
        from.fixed()
    }
}

impl<T: Put> Put for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }
}

impl<T: Get> Get for Option<T> {
    const LEAST: usize = 4;
    fn get(from: &mut Reader<'_>) -> Result<Self, XdrError> {
        bool::get(from)?.then(|| T::get(from)).transpose()
    }
}

impl<T: Put> Put for [T] {
    fn put(&self, out: &mut Vec<u8>) {
        u32::try_from(self.len()).unwrap_or(u32::MAX).put(out);
        for value in self {
            value.put(out);
        }
    }
}

impl<T: Put> Put for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.as_slice().put(out);
    }
}

impl<T: Get> Get for Vec<T> {
    const LEAST: usize = 4;
    fn get(from: &mut Reader<'_>) -> Result<Self, XdrError> {
        let count = from.length(MOST)?;
        let needed = count.saturating_mul(T::LEAST);
        if needed > from.left() {
            return Err(XdrError::Short { needed, left: from.left() });
        }
        (0..count).map(|_| T::get(from)).collect()
    }
}

impl Put for () {
    fn put(&self, _: &mut Vec<u8>) {}
}

impl Get for () {
    const LEAST: usize = 0;
    fn get(_: &mut Reader<'_>) -> Result<Self, XdrError> {
        Ok(())
    }
}

macro_rules! rows {
    ($(($($name:ident $place:tt),+);)*) => {$(
        impl<$($name: Put),+> Put for ($($name,)+) {
            fn put(&self, out: &mut Vec<u8>) {
                $(self.$place.put(out);)+
            }
        }
        impl<$($name: Get),+> Get for ($($name,)+) {
            const LEAST: usize = 0 $(+ $name::LEAST)+;
            fn get(from: &mut Reader<'_>) -> Result<Self, XdrError> {
                Ok(($($name::get(from)?,)+))
            }
        }
    )*};
}
rows! {
    (A 0);
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
    (A 0, B 1, C 2, D 3, E 4, F 5);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
}

/// Reads a whole message.
///
/// # Errors
/// [`XdrError`] if the bytes are not one, or more than one.
pub fn read<T: Get>(bytes: &[u8]) -> Result<T, XdrError> {
    let mut reader = Reader::new(bytes);
    let value = T::get(&mut reader)?;
    reader.finish()?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libvirt::rpc::types::{Domain, DomainStats, Param, RemoteError, Value};
    use proptest::prelude::*;

    fn there_and_back<T: Put + Get + PartialEq + std::fmt::Debug>(value: &T) {
        let mut bytes = Vec::new();
        value.put(&mut bytes);
        assert_eq!(bytes.len() % 4, 0);
        assert_eq!(&read::<T>(&bytes).unwrap(), value);
        // Every shorter message is refused, and so is a longer one.
        for end in (0..bytes.len()).step_by(4) {
            assert!(read::<T>(&bytes[..end]).is_err(), "{end} of {}", bytes.len());
        }
        bytes.extend([0; 4]);
        assert_eq!(read::<T>(&bytes), Err(XdrError::Left(4)));
    }

    #[test]
    fn a_list_cannot_claim_more_than_there_is() {
        let mut bytes = Vec::new();
        u32::MAX.put(&mut bytes);
        assert_eq!(read::<Vec<Domain>>(&bytes), Err(XdrError::Long { length: u32::MAX, most: MOST }));
        assert_eq!(read::<String>(&bytes), Err(XdrError::Long { length: u32::MAX, most: LONGEST }));
        bytes.clear();
        16_000u32.put(&mut bytes);
        bytes.extend([0; 64]);
        // Refused before room for 16,000 of them is made.
        let needed = 16_000 * Domain::LEAST;
        assert_eq!(read::<Vec<Domain>>(&bytes), Err(XdrError::Short { needed, left: 64 }));
    }

    fn domain() -> impl Strategy<Value = Domain> {
        (".{0,12}", any::<[u8; 16]>(), any::<i32>()).prop_map(|(name, uuid, id)| Domain { name, uuid, id })
    }

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            any::<i32>().prop_map(Value::Int),
            any::<u32>().prop_map(Value::Uint),
            any::<i64>().prop_map(Value::Long),
            any::<u64>().prop_map(Value::Ulong),
            (-1e300..1e300f64).prop_map(Value::Double),
            any::<bool>().prop_map(Value::Bool),
            ".{0,9}".prop_map(Value::Text),
        ]
    }

    proptest! {
        #[test]
        fn values_come_back_as_they_were(
            domain in domain(), text in ".{0,40}", number in any::<i64>(), bytes in prop::collection::vec(any::<u8>(), 0..40),
            params in prop::collection::vec((".{0,9}", value()), 0..6), some in any::<Option<u32>>(),
        ) {
            there_and_back(&domain);
            there_and_back(&(text, number, some));
            there_and_back(&Opaque(bytes));
            let params: Vec<Param> = params.into_iter().map(|(field, value)| Param { field, value }).collect();
            there_and_back(&vec![DomainStats { domain, params }]);
        }

        #[test]
        fn hostile_bytes_are_refused_or_read_and_nothing_else(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read::<Vec<DomainStats>>(&bytes);
            let _ = read::<RemoteError>(&bytes);
            let _ = read::<(Opaque, Option<String>)>(&bytes);
            if let Ok(domains) = read::<(Vec<Domain>, u32)>(&bytes) {
                prop_assert!(domains.0.len() * Domain::LEAST <= bytes.len());
            }
        }
    }
}
