//! One connection to a daemon.

use super::{
    packet::{Frames, Header, Kind, Packet, Status},
    protocol::{self, Feature, Procedure},
    transport::{Endpoint, Stream},
    types::{LifecycleMessage, RemoteError},
    xdr::{self, Get, Put, XdrError},
};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, ReadHalf, WriteHalf},
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, timeout},
};

/// Messages that wait to be written, at most; who has more waits.
const OUTGOING: usize = 64;
/// Events that wait to be taken, at most. A connection whose events nobody takes ends, so that they are looked up anew.
const EVENTS: usize = 4096;

/// How long a connection waits for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// For the daemon to be reached and to let us in.
    pub connect: Duration,
    /// For an answer.
    pub call: Duration,
    /// Between two questions whether the peer still lives.
    pub keepalive: Duration,
    /// For it to say anything at all, before it counts as gone.
    pub silence: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(5), call: seconds(60), keepalive: seconds(5), silence: seconds(20) }
    }
}

/// A call came to nothing.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The daemon says no.
    #[error("{}", said(.0))]
    Refused(Box<RemoteError>),
    /// There is no connection, or it ended before the answer came. The call may have been obeyed.
    #[error("{0}")]
    Closed(String),
    /// The answer took too long. The call may have been obeyed.
    #[error("no answer within {} s", .0.as_secs())]
    Late(Duration),
    /// The answer cannot be read.
    #[error("the answer to {procedure:?} cannot be read: {error}")]
    Garbled {
        /// What was asked.
        procedure: Procedure,
        /// What is wrong with it.
        error: XdrError,
    },
}

fn said(error: &RemoteError) -> String {
    error.message.clone().unwrap_or_else(|| format!("error {}", error.code))
}

/// An event of a guest's life, as the daemon tells it.
pub type Lifecycle = LifecycleMessage;

type Answer = Result<Vec<u8>, CallError>;

#[derive(Debug, Default)]
struct Waiting {
    calls: BTreeMap<u32, oneshot::Sender<Answer>>,
    /// Why there will be no more answers.
    ended: Option<String>,
}

#[derive(Debug)]
struct Shared {
    waiting: Mutex<Waiting>,
    closed: watch::Sender<bool>,
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, why: &str) {
        let mut waiting = self.waiting();
        waiting.ended.get_or_insert_with(|| why.to_owned());
        for (_, call) in std::mem::take(&mut waiting.calls) {
            // A caller that has gone wants no answer.
            let _gone = call.send(Err(CallError::Closed(why.to_owned())));
        }
        drop(waiting);
        self.closed.send_replace(true);
    }
}

/// A connection that was let in. Any number of calls may be on their way at once; a call that is dropped is forgotten here, and
/// may still be obeyed there. Dropping the connection closes it.
#[derive(Debug)]
pub struct Connection {
    shared: Arc<Shared>,
    outgoing: mpsc::Sender<Vec<u8>>,
    serial: AtomicU32,
    timing: Timing,
    tasks: [JoinHandle<()>; 2],
}

impl Drop for Connection {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Takes a call off the list when nobody waits for it any more.
struct Waits<'a>(&'a Shared, u32);

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.waiting().calls.remove(&self.1);
    }
}

impl Connection {
    /// Reaches a daemon and opens this part of it, such as `qemu:///system`. Events of guests' lives come out of the second
    /// value once they were asked for.
    ///
    /// # Errors
    /// [`CallError`]: it is not reached in time, wants a password, or has no such part.
    pub async fn open(
        endpoint: &Endpoint,
        uri: &str,
        timing: Timing,
    ) -> Result<(Self, mpsc::Receiver<Lifecycle>), CallError> {
        let late = |_| CallError::Late(timing.connect);
        timeout(timing.connect, Self::reach(endpoint, uri, timing)).await.map_err(late)?
    }

    async fn reach(
        endpoint: &Endpoint,
        uri: &str,
        timing: Timing,
    ) -> Result<(Self, mpsc::Receiver<Lifecycle>), CallError> {
        let stream = endpoint.connect().await.map_err(|e| CallError::Closed(e.to_string()))?;
        let (connection, events) = Self::over(stream, timing);
        connection.enter(uri).await?;
        Ok((connection, events))
    }

    fn over(stream: Box<dyn Stream>, timing: Timing) -> (Self, mpsc::Receiver<Lifecycle>) {
        let (read, write) = tokio::io::split(stream);
        let shared = Arc::new(Shared { waiting: Mutex::default(), closed: watch::Sender::new(false) });
        let (outgoing, queue) = mpsc::channel(OUTGOING);
        let (events, told) = mpsc::channel(EVENTS);
        let reader = Listener { shared: shared.clone(), outgoing: outgoing.clone(), events, timing };
        let tasks = [tokio::spawn(reader.run(read)), tokio::spawn(speak(write, queue, shared.clone()))];
        (Self { shared, outgoing, serial: AtomicU32::new(0), timing, tasks }, told)
    }

    async fn enter(&self, uri: &str) -> Result<(), CallError> {
        let (ways,): (Vec<i32>,) = self.call(Procedure::AuthList, &()).await?;
        match ways.as_slice() {
            [] | [0, ..] => {}
            [2, ..] => {
                let (_,): (i32,) = self.call(Procedure::AuthPolkit, &()).await?;
            }
            other => {
                return Err(CallError::Closed(format!(
                    "the daemon asks for a log-in of kind {other:?}, which is not known"
                )));
            }
        }
        self.call::<_, ()>(Procedure::ConnectOpen, &(Some(uri), 0u32)).await?;
        // Asking also tells the daemon that we answer such questions.
        let (_,): (i32,) = self.call(Procedure::ConnectSupportsFeature, &(Feature::Keepalive as i32,)).await?;
        Ok(())
    }

    /// Asks, and waits for the answer as long as [`Timing::call`] says.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn call<A: Put, R: Get>(&self, procedure: Procedure, arguments: &A) -> Result<R, CallError> {
        self.call_within(self.timing.call, procedure, arguments).await
    }

    /// Asks, and waits for the answer no longer than this.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn call_within<A: Put, R: Get>(
        &self,
        deadline: Duration,
        procedure: Procedure,
        arguments: &A,
    ) -> Result<R, CallError> {
        let mut body = Vec::new();
        arguments.put(&mut body);
        let answer = timeout(deadline, self.ask(procedure, body)).await.map_err(|_| CallError::Late(deadline))??;
        xdr::read(&answer).map_err(|error| CallError::Garbled { procedure, error })
    }

    async fn ask(&self, procedure: Procedure, body: Vec<u8>) -> Answer {
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        {
            let mut waiting = self.shared.waiting();
            if let Some(why) = &waiting.ended {
                return Err(CallError::Closed(why.clone()));
            }
            waiting.calls.insert(serial, sender);
        }
        let _waits = Waits(&self.shared, serial);
        let header = header(protocol::REMOTE, procedure as u32, Kind::Call, serial);
        let closed = || CallError::Closed("the connection has ended".to_owned());
        self.outgoing.send(Packet { header, body }.to_bytes()).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Waits until the connection has ended.
    pub async fn closed(&self) {
        let mut closed = self.shared.closed.subscribe();
        // The sender lives as long as this connection.
        let _seen = closed.wait_for(|ended| *ended).await;
    }

    /// Whether it has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        *self.shared.closed.borrow()
    }
}

const fn header(program: u32, procedure: u32, kind: Kind, serial: u32) -> Header {
    Header { program, version: protocol::VERSION, procedure, kind, serial, status: Status::Ok }
}

async fn speak(mut write: WriteHalf<Box<dyn Stream>>, mut queue: mpsc::Receiver<Vec<u8>>, shared: Arc<Shared>) {
    while let Some(bytes) = queue.recv().await {
        if let Err(e) = async {
            write.write_all(&bytes).await?;
            write.flush().await
        }
        .await
        {
            return shared.end(&format!("writing failed: {e}"));
        }
    }
}

struct Listener {
    shared: Arc<Shared>,
    outgoing: mpsc::Sender<Vec<u8>>,
    events: mpsc::Sender<Lifecycle>,
    timing: Timing,
}

impl Listener {
    async fn run(self, read: ReadHalf<Box<dyn Stream>>) {
        let why = self.listen(read).await;
        self.shared.end(&why);
    }

    /// Takes messages until there are no more; says why.
    async fn listen(&self, mut read: ReadHalf<Box<dyn Stream>>) -> String {
        let (mut frames, mut buffer) = (Frames::default(), vec![0; 64 << 10]);
        let mut ticks = tokio::time::interval_at(Instant::now() + self.timing.keepalive, self.timing.keepalive);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        loop {
            let count = tokio::select! {
                read = read.read(&mut buffer) => match read {
                    Ok(0) => return "the daemon closed the connection".to_owned(),
                    Ok(count) => count,
                    Err(e) => return format!("reading failed: {e}"),
                },
                _ = ticks.tick() => {
                    if heard.elapsed() > self.timing.silence {
                        return format!("nothing was heard for {} s", self.timing.silence.as_secs());
                    }
                    // A queue that is full shows that calls are under way; they are a question too.
                    let _full = self.outgoing.try_send(life(protocol::PING));
                    continue;
                }
            };
            heard = Instant::now();
            frames.push(&buffer[..count]);
            loop {
                match frames.take() {
                    Ok(Some(packet)) => {
                        if let Err(why) = self.take(packet) {
                            return why;
                        }
                    }
                    Ok(None) => break,
                    Err(e) => return e.to_string(),
                }
            }
        }
    }

    fn take(&self, packet: Packet) -> Result<(), String> {
        let Packet { header, body } = packet;
        match (header.program, header.kind) {
            (protocol::KEEPALIVE, _) if header.procedure == protocol::PING => {
                let _full = self.outgoing.try_send(life(protocol::PONG));
            }
            (protocol::REMOTE, Kind::Reply) => self.answer(header, body),
            (protocol::REMOTE, Kind::Message) if header.procedure == protocol::LIFECYCLE => {
                let event = xdr::read(&body).map_err(|e| format!("an event cannot be read: {e}"))?;
                self.events.try_send(event).map_err(|_| "events come faster than they are taken".to_owned())?;
            }
            // Whatever else a newer daemon may tell was not asked for.
            _ => {}
        }
        Ok(())
    }

    fn answer(&self, header: Header, body: Vec<u8>) {
        // A call that nobody waits for any more has no entry.
        let Some(call) = self.shared.waiting().calls.remove(&header.serial) else { return };
        let answer = match header.status {
            Status::Ok | Status::Continue => Ok(body),
            Status::Error => Err(match xdr::read(&body) {
                Ok(error) => CallError::Refused(Box::new(error)),
                Err(e) => CallError::Closed(format!("an error that cannot be read: {e}")),
            }),
        };
        let _gone = call.send(answer);
    }
}

fn life(procedure: u32) -> Vec<u8> {
    let header = header(protocol::KEEPALIVE, procedure, Kind::Message, 0);
    Packet { header, body: Vec::new() }.to_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libvirt::rpc::types::Domain;
    use tokio::io::DuplexStream;

    fn timing() -> Timing {
        Timing { keepalive: Duration::from_secs(5), silence: Duration::from_secs(20), ..Timing::default() }
    }

    /// A daemon that answers each message as it is told.
    fn daemon(answer: impl Fn(Packet) -> Option<Packet> + Send + 'static) -> (Connection, mpsc::Receiver<Lifecycle>) {
        let (ours, mut theirs): (DuplexStream, DuplexStream) = tokio::io::duplex(1 << 16);
        tokio::spawn(async move {
            let (mut frames, mut buffer) = (Frames::default(), [0; 4096]);
            while let Ok(count @ 1..) = theirs.read(&mut buffer).await {
                frames.push(&buffer[..count]);
                while let Some(packet) = frames.take().unwrap() {
                    if let Some(packet) = answer(packet) {
                        theirs.write_all(&packet.to_bytes()).await.unwrap();
                    }
                }
            }
        });
        Connection::over(Box::new(ours), timing())
    }

    fn reply(to: &Packet, status: Status, value: &impl Put) -> Packet {
        let mut body = Vec::new();
        value.put(&mut body);
        Packet { header: Header { kind: Kind::Reply, status, ..to.header }, body }
    }

    #[tokio::test]
    async fn calls_are_answered_each_with_its_own_whatever_the_order() {
        let held: Mutex<Option<Packet>> = Mutex::new(None);
        // The first call is answered with the second's arrival, after it.
        let (connection, _) = daemon(move |packet| {
            let number: u32 = xdr::read(&packet.body).unwrap();
            match held.lock().unwrap().replace(reply(&packet, Status::Ok, &(number + 1))) {
                None => None,
                first => first,
            }
        });
        let first = connection.call::<_, u32>(Procedure::ConnectClose, &1u32);
        let late = connection.call_within::<_, u32>(Duration::from_millis(50), Procedure::ConnectClose, &5u32);
        let (first, late) = tokio::join!(first, late);
        assert_eq!((first, late), (Ok(2), Err(CallError::Late(Duration::from_millis(50)))));
        assert!(connection.shared.waiting().calls.is_empty(), "a call that was given up is forgotten");
    }

    #[tokio::test]
    async fn refusals_and_garbage_are_told_apart() {
        let error = RemoteError {
            code: 42,
            part: 10,
            message: Some("Domain not found".into()),
            level: 2,
            domain: None,
            text1: None,
            text2: None,
            text3: None,
            number1: 0,
            number2: 0,
            network: None,
        };
        let (connection, _) = daemon(move |packet| {
            Some(match packet.header.procedure {
                12 => reply(&packet, Status::Error, &error),
                _ => reply(&packet, Status::Ok, &7u32),
            })
        });
        let refused = connection.call::<_, ()>(Procedure::DomainDestroy, &()).await.unwrap_err();
        assert_eq!(refused.to_string(), "Domain not found");
        let garbled = connection.call::<_, Domain>(Procedure::DomainCreate, &()).await.unwrap_err();
        assert!(matches!(garbled, CallError::Garbled { procedure: Procedure::DomainCreate, .. }), "{garbled}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_falls_silent_is_given_up() {
        let (connection, _) = daemon(|_| None);
        let call = connection.call_within::<_, ()>(Duration::from_secs(600), Procedure::ConnectClose, &());
        let error = call.await.unwrap_err();
        assert_eq!(error, CallError::Closed("nothing was heard for 20 s".into()));
        assert!(connection.is_closed());
        let error = connection.call::<_, ()>(Procedure::ConnectClose, &()).await.unwrap_err();
        assert!(matches!(error, CallError::Closed(_)), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_answers_pings_is_kept() {
        let (connection, _) = daemon(|packet| {
            let mut pong = packet;
            pong.header.procedure = protocol::PONG;
            (pong.header.program == protocol::KEEPALIVE).then_some(pong)
        });
        let quiet = Duration::from_secs(300);
        let error = connection.call_within::<_, ()>(quiet, Procedure::ConnectClose, &()).await.unwrap_err();
        assert_eq!(error, CallError::Late(quiet));
        assert!(!connection.is_closed());
    }

    #[tokio::test]
    async fn events_that_nobody_takes_end_the_connection_instead_of_being_lost() {
        let (connection, mut events) = daemon(move |packet| {
            let domain = Domain { name: "vm".into(), uuid: [0; 16], id: 1 };
            let told = LifecycleMessage { callback: 0, domain, event: 2, detail: 0 };
            let mut told = reply(&packet, Status::Ok, &told);
            told.header = header(protocol::REMOTE, protocol::LIFECYCLE, Kind::Message, 0);
            Some(told)
        });
        for _ in 0..EVENTS + 2 {
            connection.outgoing.send(life(protocol::PONG)).await.unwrap();
        }
        connection.closed().await;
        let mut told = 0;
        while events.recv().await.is_some() {
            told += 1;
        }
        assert_eq!(told, EVENTS);
    }
}
