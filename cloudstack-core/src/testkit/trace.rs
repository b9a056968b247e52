//! What happened, as lines of text, and one number that stands for all of it.

/// Lines of text with a running hash (FNV-1a, 64 bits). Two runs with the same hash did the same things in the same order.
#[derive(Debug, Clone)]
pub struct Trace {
    hash: u64,
    lines: Option<Vec<String>>,
    count: u64,
}

impl Trace {
    /// An empty trace; it keeps its lines only if `keep`, the hash in any case.
    #[must_use]
    pub fn new(keep: bool) -> Self {
        Self { hash: 0xcbf2_9ce4_8422_2325, lines: keep.then(Vec::new), count: 0 }
    }

    /// Adds a line.
    pub fn line(&mut self, line: String) {
        self.mix(line.as_bytes());
        self.count += 1;
        if let Some(lines) = &mut self.lines {
            lines.push(line);
        }
    }

    /// Adds to the hash what no line shows.
    pub fn mix(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain(&[0xff]) {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// The number that stands for everything so far.
    #[must_use]
    pub const fn hash(&self) -> u64 {
        self.hash
    }

    /// How many lines there were.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The lines, if they were kept.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        self.lines.as_deref().unwrap_or_default()
    }
}
