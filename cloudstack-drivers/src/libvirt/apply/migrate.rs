//! Guests that move to another host while they run.

use super::{Libvirt, failed, missing, refused};
use crate::libvirt::{
    cpu,
    rpc::{
        CallError, Connection,
        calls::Leg,
        types::{Domain, Param},
        xdr::Opaque,
    },
};
use cloudstack_core::port::driver::{DriverResult, GuestSpec, HostTarget};
use std::net::IpAddr;

/// The guest runs on, is written down there, is forgotten here, and may not be changed meanwhile. Whether its disks are reached
/// from both hosts is the cloud's to know, not the daemon's to guess.
const FLAGS: u32 = LIVE | PERSIST_DEST | UNDEFINE_SOURCE | CHANGE_PROTECTION | UNSAFE;
const LIVE: u32 = 1;
const PERSIST_DEST: u32 = 8;
const UNDEFINE_SOURCE: u32 = 16;
const CHANGE_PROTECTION: u32 = 256;
const UNSAFE: u32 = 512;

impl Libvirt {
    pub(super) async fn migrate(&self, from: &HostTarget, to: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        // Connections of its own: what a migration holds on to is let go with them, also if this call is dropped.
        let target = self.links.link(to).another().await.map_err(|e| failed(to, &e))?;
        let there = self.find(to, &target, &guest.name).await?;
        if from.name == to.name {
            return there.filter(|d| d.id >= 0).map(drop).ok_or_else(|| missing(to, &guest.name));
        }
        let source = self.links.link(from).another().await.map_err(|e| failed(from, &e))?;
        let here = self.find(from, &source, &guest.name).await?;
        match (here.filter(|d| d.id >= 0), there.filter(|d| d.id >= 0)) {
            (Some(domain), None) => {
                let (a, b) = (self.cpu(from).await?, self.cpu(to).await?);
                cpu::may_migrate(&self.config.cpu, &a, &b).map_err(|e| refused(to, e))?;
                self.carry(from, to, &source, &target, &domain).await
            }
            (None, Some(_)) => {
                // It has arrived before; the source may still have its description.
                let left = self.find(from, &source, &guest.name).await?;
                if let Some(left) = left { self.forget(from, &source, &left).await } else { Ok(()) }
            }
            (None, None) => Err(missing(from, &guest.name)),
            (Some(_), Some(_)) => Err(refused(to, format!("guest {} runs on {} and here", guest.name, from.name))),
        }
    }

    async fn carry(
        &self,
        from: &HostTarget,
        to: &HostTarget,
        source: &Connection,
        target: &Connection,
        domain: &Domain,
    ) -> DriverResult<()> {
        let address = match to.address {
            IpAddr::V4(address) => format!("tcp://{address}"),
            IpAddr::V6(address) => format!("tcp://[{address}]"),
        };
        let mut params = vec![Param::text("destination_name", &domain.name), Param::text("migrate_uri", address)];
        let (cookie, xml) = source.migrate_begin(domain, &params, FLAGS).await.map_err(|e| failed(from, &e))?;
        params.push(Param::text("destination_xml", xml));
        let limit = self.config.migration;
        let prepared = target.migrate_prepare(Leg { params: &params, cookie: &cookie, flags: FLAGS }, limit).await;
        let nothing = Opaque::default();
        let leg = |cookie| Leg { params: &params, cookie, flags: FLAGS };
        let (cookie, at) = match prepared {
            Ok(prepared) => prepared,
            Err(e) => {
                // Nothing has moved: the source lets go.
                let _let_go = source.migrate_confirm(domain, leg(&nothing), true).await;
                return Err(failed(to, &e));
            }
        };
        let mut params = params.clone();
        if let Some(at) = at {
            params.retain(|p| p.field != "migrate_uri");
            params.push(Param::text("migrate_uri", at));
        }
        let leg = |cookie| Leg { params: &params, cookie, flags: FLAGS };
        let performed = source.migrate_perform(domain, leg(&cookie), limit).await;
        // The target decides: from here on the guest runs there or goes on here, and both are told.
        let cookie = performed.as_ref().unwrap_or(&nothing);
        let finished = target.migrate_finish(leg(cookie), performed.is_err()).await;
        match (&performed, finished) {
            (Ok(_), Ok((_, cookie))) => self.confirm(from, source, domain, leg(&cookie), false).await,
            (Ok(_), Err(e)) => {
                self.confirm(from, source, domain, leg(&nothing), true).await?;
                Err(failed(to, &e))
            }
            (Err(e), _) => {
                self.confirm(from, source, domain, leg(&nothing), true).await?;
                Err(failed(from, e))
            }
        }
    }

    async fn confirm(
        &self,
        from: &HostTarget,
        source: &Connection,
        domain: &Domain,
        leg: Leg<'_>,
        cancelled: bool,
    ) -> DriverResult<()> {
        match source.migrate_confirm(domain, leg, cancelled).await {
            // A migration that failed before it held anything has nothing to let go of.
            Err(CallError::Refused(_)) if cancelled => Ok(()),
            other => other.map_err(|e| failed(from, &e)),
        }
    }
}
