//! Calls of drivers as the core makes them: a driver is somebody else's code, so it may hang, and it may panic.

use crate::base::Timestamp;
use crate::port::Platform;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// How a call ended.
pub(crate) enum Ended<T> {
    /// It answered.
    Done(T),
    /// The deadline came first; the call was dropped.
    Late,
    /// It panicked. What it said was told by the program's panic hook.
    Panicked,
}

/// Waits for a call, but not beyond `deadline`, and lives on if it panics.
pub(crate) async fn watched<T>(
    platform: &dyn Platform,
    deadline: Timestamp,
    call: impl Future<Output = T>,
) -> Ended<T> {
    let mut call = pin!(call);
    let mut alarm = None;
    std::future::poll_fn(|cx| {
        // After a panic the call is dropped and never polled again, so nobody sees what it left half done.
        match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))) {
            Ok(Poll::Ready(answer)) => return Poll::Ready(Ended::Done(answer)),
            Ok(Poll::Pending) => {}
            Err(_told) => return Poll::Ready(Ended::Panicked),
        }
        // Most calls answer at once; only those that wait need an alarm.
        alarm.get_or_insert_with(|| platform.sleep_until(deadline)).as_mut().poll(cx).map(|()| Ended::Late)
    })
    .await
}
