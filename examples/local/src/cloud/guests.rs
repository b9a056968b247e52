//! Reaching guests: by their rows, by their serial lines, and from outside.

use super::Lab;
use crate::failure::{Failure, Result};
use crate::serial::Line;
use crate::{space, web};
use cloudstack_core::flow::outside::host_target;
use cloudstack_core::model::vm::Vm;
use cloudstack_core::port::driver::ConsoleKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::Instant;

/// How long an answer from a guest may take that is translated on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);
/// How long it may take until a guest is up.
const BOOT: Duration = Duration::from_secs(60);

impl Lab {
    /// The machine of this name.
    pub(crate) fn vm(&self, wanted: &str) -> Result<Vm> {
        let view = self.cloud.view();
        let found = view.vms().iter().find(|row| row.name.as_str() == wanted).cloned();
        found.ok_or_else(|| Failure::new(format!("no machine {wanted}")))
    }

    /// The address that a machine's row says.
    pub(crate) fn address(&self, guest: &str) -> Result<Ipv4Addr> {
        let vm = self.vm(guest)?;
        let view = self.cloud.view();
        let found = view.nics().by("vm", vm.id).find_map(|nic| nic.ip4);
        found.ok_or_else(|| Failure::new(format!("{guest} has no address")))
    }

    /// The name on its host of a machine's interface.
    pub(crate) fn tap(&self, guest: &str) -> Result<String> {
        let vm = self.vm(guest)?;
        let view = self.cloud.view();
        let nic =
            view.nics().by("vm", vm.id).next().ok_or_else(|| Failure::new(format!("{guest} has no interface")))?;
        Ok(cloudstack_core::flow::filters::tap(nic.id)?.to_string())
    }

    /// A machine's serial line, once somebody answers there.
    pub(crate) async fn line(&self, guest: &str) -> Result<Line> {
        let vm = self.vm(guest)?;
        let host = vm.host.ok_or_else(|| Failure::new(format!("{guest} is {}", vm.state)))?;
        let host = host_target(&self.cloud.view(), host)?;
        let consoles = self.hypervisor.consoles(&host, &vm.instance_name()).await.map_err(Failure::new)?;
        let serial = consoles.into_iter().find(|console| console.kind == ConsoleKind::Serial);
        let serial = serial.ok_or_else(|| Failure::new(format!("{guest} has no serial line")))?;
        Line::open(&PathBuf::from(serial.address), Instant::now() + BOOT).await
    }

    /// Has a guest run a command that may be repeated. It fails if the guest cannot be told; what the command came to is within.
    ///
    /// What is on its way when a line is closed is lost, so who gets no answer asks once more.
    pub(crate) async fn ask(&self, guest: &str, command: &str) -> Result<Result<String>> {
        let outcome = match self.line(guest).await?.run(command).await {
            Ok(outcome) => outcome,
            Err(_) => self.line(guest).await?.run(command).await?,
        };
        Ok(match outcome.status {
            0 => Ok(outcome.said),
            status => Err(Failure::new(format!("{guest}: `{command}` ended with {status}: {}", outcome.said))),
        })
    }

    /// Has a guest run a command that must succeed, and gives what it said.
    pub(crate) async fn tell(&self, guest: &str, command: &str) -> Result<String> {
        self.ask(guest, command).await?
    }
}

/// What is answered to an HTTP request from a namespace.
pub(crate) async fn http(from: &'static str, to: Ipv4Addr, port: u16, path: &str) -> Result<String> {
    let (to, path) = (SocketAddr::from((to, port)), path.to_owned());
    let asked = tokio::task::spawn_blocking(move || web::get(from, to, &path, PATIENCE));
    asked.await.map_err(Failure::at("asking"))?
}

/// Runs a program in a namespace.
pub(crate) async fn inside(namespace: &'static str, words: &str) -> Result<String> {
    let words = words.to_owned();
    let run = move || {
        let mut words = words.split_whitespace();
        let program = words.next().unwrap_or_default();
        space::inside(namespace, program, &words.collect::<Vec<_>>())
    };
    tokio::task::spawn_blocking(run).await.map_err(Failure::at("running"))?
}

/// Tries again until it succeeds, for at most this long; the last reason is kept.
pub(crate) async fn until<T, F: Future<Output = Result<T>>>(
    limit: Duration,
    mut attempt: impl FnMut() -> F,
) -> Result<T> {
    let deadline = Instant::now() + limit;
    loop {
        match attempt().await {
            Ok(done) => return Ok(done),
            Err(failure) if Instant::now() >= deadline => return Err(failure),
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// What must not succeed has not. Who could not even try proves nothing: that is the outer failure.
pub(crate) async fn refused(attempt: impl Future<Output = Result<Result<String>>>) -> Result<String> {
    match attempt.await? {
        Ok(said) => Err(Failure::new(format!("it got through: {}", said.trim()))),
        Err(_) => Ok(String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_who_tried_and_failed_was_refused() {
        assert!(refused(async { Ok(Err(Failure::new("no answer"))) }).await.is_ok());
        assert!(refused(async { Ok(Ok("hello".into())) }).await.is_err());
        assert!(refused(async { Err(Failure::new("no such guest")) }).await.is_err());
    }
}
