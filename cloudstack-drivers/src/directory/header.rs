//! The first bytes of an image. Pure: what decides whether a file is trusted is not left to a program that opens it.

/// How much of a file must be seen.
pub(super) const HEAD: usize = 104;

/// What a qcow2 file says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Qcow2 {
    /// Its size once unpacked, in bytes.
    pub(super) size: u64,
    /// Where the name of the file it leans on is, and how long: both zero if it leans on none.
    pub(super) backing: (u64, u32),
    /// It keeps its data in another file.
    pub(super) outside: bool,
    /// It is encrypted.
    pub(super) encrypted: bool,
}

/// An image is not what is said of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadImage {
    #[error("it is stated to be QCOW2, and does not begin as such")]
    NotQcow2,
    #[error("it is a qcow2 file of version {0}; 2 and 3 are read")]
    Version(u32),
    #[error("it is stated to be RAW, and begins like {0}")]
    NotRaw(&'static str),
    #[error("it leans on another file, which a host would read; flatten it first")]
    Backing,
    #[error("it keeps its data in another file, which a host would read")]
    Outside,
    #[error("it is encrypted")]
    Encrypted,
    #[error("unpacked it has {size} bytes, more than the {limit} that {whose}")]
    TooLarge { size: u64, limit: u64, whose: &'static str },
    #[error("it is empty")]
    Empty,
}

/// How known forms begin that may carry names of other files.
const MAGIC: [(&[u8], &str); 6] = [
    (b"QFI\xfb", "QCOW2"),
    (b"KDMV", "VMDK"),
    (b"# Disk DescriptorFile", "VMDK"),
    (b"vhdxfile", "VHDX"),
    (b"conectix", "VHD"),
    (b"QED\0", "QED"),
];

fn number<const N: usize>(head: &[u8], at: usize) -> Option<[u8; N]> {
    head.get(at..at + N)?.try_into().ok()
}

/// Reads the head of a qcow2 file. All numbers are big-endian.
pub(super) fn qcow2(head: &[u8]) -> Result<Qcow2, BadImage> {
    let word = |at| number(head, at).map(u32::from_be_bytes).ok_or(BadImage::NotQcow2);
    let long = |at| number(head, at).map(u64::from_be_bytes).ok_or(BadImage::NotQcow2);
    if !head.starts_with(b"QFI\xfb") {
        return Err(BadImage::NotQcow2);
    }
    let version = word(4)?;
    if !matches!(version, 2 | 3) {
        return Err(BadImage::Version(version));
    }
    // Only the third version has features that must be understood; the third of them is a file for the data.
    let features = if version == 3 { long(72)? } else { 0 };
    Ok(Qcow2 { backing: (long(8)?, word(16)?), size: long(24)?, encrypted: word(32)? != 0, outside: features & 4 != 0 })
}

/// The size once unpacked of an image that nobody vouches for: its head, its length, its stated form and size (zero for none).
pub(super) fn size(head: &[u8], length: u64, qcow: bool, stated: u64, largest: u64) -> Result<u64, BadImage> {
    let size = if qcow {
        let image = qcow2(head)?;
        // Either alone is odd enough.
        if image.backing.0 != 0 || image.backing.1 != 0 {
            return Err(BadImage::Backing);
        }
        if image.outside {
            return Err(BadImage::Outside);
        }
        if image.encrypted {
            return Err(BadImage::Encrypted);
        }
        image.size
    } else {
        if let Some((_, form)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
            return Err(BadImage::NotRaw(form));
        }
        length
    };
    match size {
        0 => Err(BadImage::Empty),
        _ if size > largest => Err(BadImage::TooLarge { size, limit: largest, whose: "are allowed" }),
        _ if stated > 0 && size > stated => Err(BadImage::TooLarge { size, limit: stated, whose: "were stated" }),
        _ => Ok(size),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn head(version: u32, backing: (u64, u32), size: u64, crypt: u32, features: u64) -> Vec<u8> {
        let mut head = b"QFI\xfb".to_vec();
        head.extend(version.to_be_bytes());
        head.extend(backing.0.to_be_bytes());
        head.extend(backing.1.to_be_bytes());
        head.extend(16_u32.to_be_bytes());
        head.extend(size.to_be_bytes());
        head.extend(crypt.to_be_bytes());
        head.resize(72, 0);
        head.extend(features.to_be_bytes());
        head.resize(HEAD, 0);
        head
    }

    #[test]
    fn images_that_are_not_what_is_said_of_them() {
        const MIB: u64 = 1 << 20;
        let plain = head(3, (0, 0), MIB, 0, 0);
        let raw = vec![0; HEAD];
        let descriptor = b"# Disk DescriptorFile\nversion=1\nRW 1 FLAT \"/etc/shadow\" 0".to_vec();
        #[rustfmt::skip]
        let table = [
            // Head, length, stated as qcow2, stated size, and what is found.
            (&plain, MIB, true, 0, Ok(MIB)),
            (&plain, MIB, true, MIB, Ok(MIB)),
            (&plain, MIB, true, MIB - 1, Err(BadImage::TooLarge { size: MIB, limit: MIB - 1, whose: "were stated" })),
            (&head(2, (0, 0), MIB, 0, u64::MAX), 1, true, 0, Ok(MIB)),
            (&head(3, (0, 0), u64::MAX, 0, 0), 1, true, 0, Err(BadImage::TooLarge { size: u64::MAX, limit: 8 * MIB, whose: "are allowed" })),
            (&head(3, (0, 0), 0, 0, 0), 1, true, 0, Err(BadImage::Empty)),
            (&head(3, (200, 11), MIB, 0, 0), 1, true, 0, Err(BadImage::Backing)),
            (&head(3, (0, 11), MIB, 0, 0), 1, true, 0, Err(BadImage::Backing)),
            (&head(3, (0, 0), MIB, 0, 4), 1, true, 0, Err(BadImage::Outside)),
            (&head(3, (0, 0), MIB, 1, 0), 1, true, 0, Err(BadImage::Encrypted)),
            (&head(1, (0, 0), MIB, 0, 0), 1, true, 0, Err(BadImage::Version(1))),
            (&raw, MIB, true, 0, Err(BadImage::NotQcow2)),
            (&raw, MIB, false, 0, Ok(MIB)),
            (&raw, 0, false, 0, Err(BadImage::Empty)),
            (&plain, MIB, false, 0, Err(BadImage::NotRaw("QCOW2"))),
            (&descriptor, MIB, false, 0, Err(BadImage::NotRaw("VMDK"))),
        ];
        for (head, length, qcow, stated, due) in table {
            assert_eq!(size(head, length, qcow, stated, 8 * MIB), due, "{length} {qcow} {stated}");
        }
    }

    proptest! {
        /// Any bytes at all, however short, give an answer.
        #[test]
        fn any_head_is_survived(mut bytes in prop::collection::vec(any::<u8>(), 0..200), magic in any::<bool>()) {
            if magic && bytes.len() >= 4 {
                bytes[..4].copy_from_slice(b"QFI\xfb");
            }
            let _any = qcow2(&bytes);
            let _any = size(&bytes, bytes.len() as u64, true, 0, u64::MAX);
        }
    }
}
