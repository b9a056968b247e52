//! Messages on a stream: a length, a header, and what the call is about.

use super::xdr::{Get, Put, Reader, XdrError};

/// The longest message that is read, in bytes.
pub const LONGEST: usize = 32 << 20;
/// Bytes before the body: the length word and the header.
const HEAD: usize = 28;

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Kind {
    /// Asks.
    Call = 0,
    /// Answers a call.
    Reply = 1,
    /// Tells, without being asked.
    Message = 2,
    /// Bytes of a stream.
    Stream = 3,
    /// Asks, and hands over open files.
    CallWithFiles = 4,
    /// Answers with open files.
    ReplyWithFiles = 5,
    /// A run of zeros in a stream.
    StreamHole = 6,
}

/// How a reply came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Status {
    /// The body is the answer.
    Ok = 0,
    /// The body is an error.
    Error = 1,
    /// More of a stream follows.
    Continue = 2,
}

/// What goes before a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Which set of procedures.
    pub program: u32,
    /// Its version.
    pub version: u32,
    /// The procedure.
    pub procedure: u32,
    /// What the message is for.
    pub kind: Kind,
    /// The call's number; a reply has that of its call.
    pub serial: u32,
    /// How it came out.
    pub status: Status,
}

/// A whole message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// What it is.
    pub header: Header,
    /// Its body, as it is on the wire.
    pub body: Vec<u8>,
}

/// Bytes that are no message: the stream cannot be read any further.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPacket {
    /// It says that it is shorter than its header or longer than any may be.
    #[error("a message of {0} bytes; {HEAD} to {LONGEST} are accepted")]
    Length(u32),
    /// Its header has a number that stands for nothing.
    #[error("a message's header: {0}")]
    Header(#[from] XdrError),
}

impl Packet {
    /// As it goes over the wire.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let length = HEAD + self.body.len();
        let mut out = Vec::with_capacity(length);
        let head = &self.header;
        u32::try_from(length).unwrap_or(u32::MAX).put(&mut out);
        (head.program, head.version, head.procedure, head.kind as u32, head.serial, head.status as u32).put(&mut out);
        out.extend_from_slice(&self.body);
        out
    }
}

/// Cuts a stream into messages. It holds no more than what it was given, whatever a length word claims.
#[derive(Debug, Default)]
pub struct Frames {
    bytes: Vec<u8>,
}

impl Frames {
    /// Takes what was read from the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole message, if it has come.
    ///
    /// # Errors
    /// [`BadPacket`] if what came is none; the stream is of no use any more.
    pub fn take(&mut self) -> Result<Option<Packet>, BadPacket> {
        let Some(word) = self.bytes.first_chunk::<4>() else { return Ok(None) };
        let word = u32::from_be_bytes(*word);
        let length = usize::try_from(word).unwrap_or(usize::MAX);
        if !(HEAD..=LONGEST).contains(&length) {
            return Err(BadPacket::Length(word));
        }
        if self.bytes.len() < length {
            return Ok(None);
        }
        let header = header(&self.bytes[4..HEAD])?;
        let body = self.bytes[HEAD..length].to_vec();
        self.bytes.drain(..length);
        Ok(Some(Packet { header, body }))
    }
}

fn header(bytes: &[u8]) -> Result<Header, XdrError> {
    let mut reader = Reader::new(bytes);
    let (program, version, procedure, kind, serial, status) = <(u32, u32, u32, u32, u32, u32)>::get(&mut reader)?;
    let kind = match kind {
        0 => Kind::Call,
        1 => Kind::Reply,
        2 => Kind::Message,
        3 => Kind::Stream,
        4 => Kind::CallWithFiles,
        5 => Kind::ReplyWithFiles,
        6 => Kind::StreamHole,
        value => return Err(XdrError::Unknown { what: "kind of message", value: value.into() }),
    };
    let status = match status {
        0 => Status::Ok,
        1 => Status::Error,
        2 => Status::Continue,
        value => return Err(XdrError::Unknown { what: "status", value: value.into() }),
    };
    Ok(Header { program, version, procedure, kind, serial, status })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packet(procedure: u32, serial: u32, body: Vec<u8>) -> Packet {
        let header = Header { program: 1, version: 1, procedure, kind: Kind::Reply, serial, status: Status::Ok };
        Packet { header, body }
    }

    #[test]
    fn a_length_word_out_of_bounds_ends_the_stream() {
        for word in [0u32, 27, 33 << 20, u32::MAX] {
            let mut frames = Frames::default();
            frames.push(&word.to_be_bytes());
            assert_eq!(frames.take(), Err(BadPacket::Length(word)));
        }
        let mut frames = Frames::default();
        let mut bytes = packet(1, 1, vec![]).to_bytes();
        bytes[19] = 9;
        frames.push(&bytes);
        assert!(matches!(frames.take(), Err(BadPacket::Header(XdrError::Unknown { value: 9, .. }))));
    }

    proptest! {
        #[test]
        fn messages_come_back_however_the_stream_is_cut(
            bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 1..6), step in 1usize..50,
        ) {
            let sent: Vec<Packet> = bodies.into_iter().enumerate().map(|(n, body)| packet(n as u32, 7, body)).collect();
            let stream: Vec<u8> = sent.iter().flat_map(Packet::to_bytes).collect();
            let (mut frames, mut seen) = (Frames::default(), Vec::new());
            for piece in stream.chunks(step) {
                frames.push(piece);
                while let Some(packet) = frames.take().unwrap() {
                    seen.push(packet);
                }
            }
            prop_assert_eq!(seen, sent);
        }

        #[test]
        fn hostile_streams_neither_panic_nor_grow(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut frames = Frames::default();
            frames.push(&bytes);
            while let Ok(Some(_)) = frames.take() {}
            prop_assert!(frames.bytes.len() <= bytes.len());
        }
    }
}
