//! The cloud was killed. Guests have not noticed; what was tampered with meanwhile is repaired.

use super::SOON;
use crate::cloud::Lab;
use crate::cloud::guests::{http, inside, refused, until};
use crate::cloud::site::GUESTS;
use crate::failure::{Failure, Result};
use crate::space::{HOSTS, OFFICE};
use crate::table::Table;
use cloudstack_core::model::vm::VmState;
use std::collections::BTreeSet;

/// The processes of guests, each with the moment it was born: a number may come again, both together do not.
pub(super) fn guests() -> Vec<(u32, String)> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let mut found: Vec<_> = pids
        .filter(|pid| {
            let words = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            words.split(|byte| *byte == 0).next().is_some_and(|first| first.ends_with(b"qemu-system-x86_64"))
        })
        .filter_map(|pid| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            // The name in brackets may have spaces; what follows has none. The 20th of that is the birth.
            let birth = stat.rsplit(')').next()?.split_whitespace().nth(19)?.to_owned();
            Some((pid, birth))
        })
        .collect();
    found.sort();
    found
}

/// Guests run on and are found; rules are back.
pub(super) async fn check(lab: &Lab, table: &mut Table, before: &[(u32, String)]) {
    let on = async {
        let now = guests();
        if now.as_slice() == before && now.len() == GUESTS.len() {
            return Ok(format!("{} processes, the same", now.len()));
        }
        Err(Failure::new(format!("before: {before:?}, now: {now:?}")))
    };
    table.check("SIGKILL", "guests run on while nobody looks after them", on).await;
    let repaired = async {
        for (host, _) in HOSTS {
            let has = || async {
                let rules = inside(host, "iptables -S FORWARD").await?;
                if rules.contains("cs-forward") { Ok(()) } else { Err(Failure::new(format!("{host}: {rules}"))) }
            };
            until(SOON, has).await?;
        }
        let back = lab.address("back")?;
        until(SOON, || refused(async { Ok(http(OFFICE, back, 80, "/").await) })).await
    };
    table.check("SIGKILL", "rules that somebody deleted meanwhile are back", repaired).await;
    table.check("SIGKILL", "every guest is found, none is started twice", found(lab)).await;
}

async fn found(lab: &Lab) -> Result<String> {
    for (guest, ..) in GUESTS {
        let vm = lab.vm(guest)?;
        if vm.state != VmState::Running {
            return Err(Failure::new(format!("{guest} is {}", vm.state)));
        }
        lab.tell(guest, "cat /proc/uptime").await?;
    }
    let processes: BTreeSet<u32> = guests().into_iter().map(|(pid, _)| pid).collect();
    if processes.len() == GUESTS.len() {
        return Ok(format!("{} machines, {} processes", GUESTS.len(), processes.len()));
    }
    Err(Failure::new(format!("{} machines, {} processes", GUESTS.len(), processes.len())))
}
