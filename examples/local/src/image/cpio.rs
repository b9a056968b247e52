//! The archive that a kernel unpacks as its first file system ("newc"): a header of hexadecimal numbers, a name, and bytes, each
//! padded to four.

/// An archive in the making.
#[derive(Debug, Default)]
pub(crate) struct Archive {
    bytes: Vec<u8>,
    entries: u32,
}

const FOLDER: u32 = 0o040_000;
const FILE: u32 = 0o100_000;
const CHARACTER_DEVICE: u32 = 0o020_000;

impl Archive {
    pub(crate) fn folder(&mut self, name: &str) {
        self.entry(name, FOLDER | 0o755, (0, 0), &[]);
    }

    pub(crate) fn file(&mut self, name: &str, mode: u32, bytes: &[u8]) {
        self.entry(name, FILE | mode, (0, 0), bytes);
    }

    pub(crate) fn character_device(&mut self, name: &str, number: (u32, u32)) {
        self.entry(name, CHARACTER_DEVICE | 0o600, number, &[]);
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.entry("TRAILER!!!", 0, (0, 0), &[]);
        self.bytes
    }

    fn entry(&mut self, name: &str, mode: u32, (major, minor): (u32, u32), bytes: &[u8]) {
        self.entries += 1;
        // What is put into an archive here is far from four gigabytes.
        let (size, long) = (u32::try_from(bytes.len()).unwrap_or(0), u32::try_from(name.len() + 1).unwrap_or(0));
        let (owner, group, links, time, device) = (0, 0, 1, 0, (0, 0));
        let inode = self.entries;
        let numbers = [inode, mode, owner, group, links, time, size, device.0, device.1, major, minor, long, 0];
        self.bytes.extend_from_slice(b"070701");
        for number in numbers {
            self.bytes.extend_from_slice(format!("{number:08x}").as_bytes());
        }
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.push(0);
        self.pad();
        self.bytes.extend_from_slice(bytes);
        self.pad();
    }

    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_read_back_by_its_own_rules() {
        let mut archive = Archive::default();
        archive.folder("dev");
        archive.character_device("dev/console", (5, 1));
        archive.file("init", 0o755, b"hello");
        let bytes = archive.finish();
        let mut names = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            assert_eq!(&bytes[at..at + 6], b"070701");
            let number = |n: usize| {
                let text = std::str::from_utf8(&bytes[at + 6 + n * 8..at + 14 + n * 8]).expect("it is text");
                usize::from_str_radix(text, 16).expect("it is a number")
            };
            let (mode, size, long) = (number(1), number(6), number(11));
            let name = at + 110;
            let data = (name + long).next_multiple_of(4);
            let text = std::str::from_utf8(&bytes[name..name + long - 1]).expect("a name is text").to_owned();
            names.push((text, mode, bytes[data..data + size].to_vec()));
            at = (data + size).next_multiple_of(4);
        }
        let shown: Vec<_> = names.iter().map(|(name, mode, data)| (name.as_str(), *mode, data.as_slice())).collect();
        assert_eq!(
            shown,
            [
                ("dev", 0o040_755, &b""[..]),
                ("dev/console", 0o020_600, &b""[..]),
                ("init", 0o100_755, &b"hello"[..]),
                ("TRAILER!!!", 0, &b""[..]),
            ]
        );
    }
}
