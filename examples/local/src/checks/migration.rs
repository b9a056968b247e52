//! A guest changes its host while somebody talks to it.

use super::{SOON, allow};
use crate::cloud::Lab;
use crate::cloud::guests::{http, inside, refused, until};
use crate::failure::{Failure, Result};
use crate::space::{self, HOSTS, OFFICE, OFFICE_ADDRESS};
use crate::table::Table;
use cloudstack_core::flow::outside::host_target;
use cloudstack_core::flow::vm::MigrateVm;
use cloudstack_core::model::network::security_rule::{Peer, Ports, Service};
use cloudstack_core::port::driver::GuestPower;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Where a guest says back what it is told.
const ECHO: u16 = 7;
/// Bytes that are sent before their echo is waited for.
const BLOCK: usize = 8 << 10;
/// How long a transfer may stand still.
const STILL: Duration = Duration::from_secs(20);

/// What a transfer came to.
#[derive(Debug)]
struct Transfer {
    blocks: usize,
    /// The longest wait for an echo.
    longest: Duration,
}

/// `back` moves from the second host to the first.
pub(super) async fn check(lab: &Lab, table: &mut Table) {
    let prepared = async {
        let peer = Peer::Cidr(IpAddr::from(OFFICE_ADDRESS).into());
        allow(lab, lab.group("servers")?, Service::Tcp(Ports::one(ECHO)), peer).await?;
        let back = lab.address("back")?;
        until(SOON, || async { talk(back, Arc::new(AtomicBool::new(true))).await }).await.map(|_| back)
    };
    let back = match prepared.await {
        Ok(back) => back,
        Err(failure) => {
            table.check("migration", "a transfer to back begins", async { Err(failure) }).await;
            return;
        }
    };
    let stop = Arc::new(AtomicBool::new(false));
    let talking = tokio::spawn(talk(back, Arc::clone(&stop)));
    table.check("migration", "back moves to kvm1; its rules were there before it ran", moved(lab)).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    stop.store(true, Ordering::Release);
    let survived = async {
        let transfer = talking.await.map_err(Failure::new)??;
        let sent = transfer.blocks * BLOCK / 1024;
        Ok(format!("{sent} KiB there and back, longest pause {:.1} s", transfer.longest.as_secs_f64()))
    };
    table.check("migration", "the TCP transfer under it goes on", survived).await;
    table.check("migration", "its rules are gone from kvm2", left(lab)).await;
    let filtered = async {
        until(SOON, || refused(async { Ok(http(OFFICE, back, 80, "/").await) })).await?;
        lab.tell("back", "hostname").await
    };
    table.check("migration", "on kvm1 its group keeps out what it kept out before", filtered).await;
}

/// Sends and awaits echoes until it is told to stop; at least one.
async fn talk(to: Ipv4Addr, stop: Arc<AtomicBool>) -> Result<Transfer> {
    let talked = tokio::task::spawn_blocking(move || space::on(OFFICE, move || exchange((to, ECHO).into(), &stop)));
    talked.await.map_err(Failure::new)??.map_err(Failure::at("the transfer"))
}

fn exchange(to: SocketAddr, stop: &AtomicBool) -> std::io::Result<Transfer> {
    let mut stream = TcpStream::connect_timeout(&to, Duration::from_secs(3))?;
    stream.set_read_timeout(Some(STILL))?;
    stream.set_write_timeout(Some(STILL))?;
    let mut transfer = Transfer { blocks: 0, longest: Duration::ZERO };
    let mut back = vec![0; BLOCK];
    loop {
        let number = u8::try_from(transfer.blocks % 251).unwrap_or(0);
        let began = Instant::now();
        stream.write_all(&vec![number; BLOCK])?;
        stream.read_exact(&mut back)?;
        if back.iter().any(|byte| *byte != number) {
            return Err(std::io::Error::other(format!("block {} came back changed", transfer.blocks)));
        }
        transfer.blocks += 1;
        transfer.longest = transfer.longest.max(began.elapsed());
        if stop.load(Ordering::Acquire) {
            return Ok(transfer);
        }
    }
}

async fn moved(lab: &Lab) -> Result<String> {
    let (vm, target) = (lab.vm("back")?, lab.host(HOSTS[0].0)?);
    let began = Instant::now();
    let job = lab.cloud.vms().migrate(&lab.admin, MigrateVm { vm: vm.id, host: Some(target) }).await?;
    let done = AtomicBool::new(false);
    let watch = async {
        // Whether it runs there is asked first: if it does, its rules must be there when that is looked up afterwards.
        let host = host_target(&lab.cloud.view(), target)?;
        while !done.load(Ordering::Acquire) {
            let report = lab.hypervisor.ping(&host).await.map_err(Failure::new)?;
            let name = vm.instance_name();
            if report.guests.iter().any(|g| g.name == name && g.power == GuestPower::On) && !ruled(lab, 0).await? {
                return Err(Failure::new("it ran on kvm1 before its rules were there"));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    };
    let job = async {
        let ended = job.done().await;
        done.store(true, Ordering::Release);
        ended
    };
    let (ended, watched) = tokio::join!(job, watch);
    ended?;
    watched?;
    let row = lab.vm("back")?;
    match (row.host == Some(target), ruled(lab, 0).await?) {
        (true, true) => Ok(format!("{:.1} s", began.elapsed().as_secs_f64())),
        (there, ruled) => Err(Failure::new(format!("on kvm1: {there}, with rules: {ruled}"))),
    }
}

/// Whether a host has rules for the interface of `back`.
async fn ruled(lab: &Lab, host: usize) -> Result<bool> {
    let rules = inside(HOSTS[host].0, "iptables -S").await?;
    Ok(rules.contains(&lab.tap("back")?))
}

async fn left(lab: &Lab) -> Result<String> {
    let gone = || async {
        if ruled(lab, 1).await? { Err(Failure::new("kvm2 still has rules for it")) } else { Ok(String::new()) }
    };
    until(SOON, gone).await
}
