//! Snapshots, pauses and saved states of guests: what the port does not ask for, and an embedder may.

use super::{Libvirt, failed, found, refused};
use crate::libvirt::xml::Element;
use cloudstack_core::port::driver::{DriverResult, HostTarget};
use std::time::Duration;

/// How long memory may take to be written or read.
const MEMORY: Duration = Duration::from_secs(1_800);

impl Libvirt {
    /// The guest has a snapshot of this name, of its disks and, if it runs, of its memory. Repeating it changes nothing.
    ///
    /// # Errors
    /// [`DriverErrorKind::NotFound`](cloudstack_core::port::driver::DriverErrorKind::NotFound) without such a guest;
    /// `Unsupported` for containers.
    pub async fn ensure_snapshot(&self, host: &HostTarget, guest: &str, name: &str) -> DriverResult<()> {
        let connection = self.links.connection(host).await?;
        let _turn = self.turn(host, guest).await;
        let failed = |e| failed(host, &e);
        let domain = connection.domain(guest).await.map_err(failed)?;
        if found(connection.find_snapshot(&domain, name).await).map_err(failed)?.is_some() {
            return Ok(());
        }
        let xml = Element::new("domainsnapshot").holding([Element::new("name").text(name)]);
        let xml = xml.to_text().map_err(|e| refused(host, e))?;
        connection.snapshot(&domain, &xml, MEMORY).await.map(drop).map_err(failed)
    }

    /// Names of the guest's snapshots, in order.
    ///
    /// # Errors
    /// As [`Libvirt::ensure_snapshot`].
    pub async fn snapshots(&self, host: &HostTarget, guest: &str) -> DriverResult<Vec<String>> {
        let connection = self.links.connection(host).await?;
        let domain = connection.domain(guest).await.map_err(|e| failed(host, &e))?;
        let mut names = connection.snapshots(&domain).await.map_err(|e| failed(host, &e))?;
        names.sort();
        Ok(names)
    }

    /// The guest is what it was at this snapshot. May be repeated; each time it is put back.
    ///
    /// # Errors
    /// As [`Libvirt::ensure_snapshot`], also without such a snapshot.
    pub async fn revert(&self, host: &HostTarget, guest: &str, name: &str) -> DriverResult<()> {
        let connection = self.links.connection(host).await?;
        let _turn = self.turn(host, guest).await;
        let failed = |e| failed(host, &e);
        let domain = connection.domain(guest).await.map_err(failed)?;
        let snapshot = connection.find_snapshot(&domain, name).await.map_err(failed)?;
        connection.revert(&snapshot, MEMORY).await.map_err(failed)
    }

    /// The guest has no snapshot of this name. Repeating it changes nothing.
    ///
    /// # Errors
    /// As [`Libvirt::ensure_snapshot`].
    pub async fn ensure_no_snapshot(&self, host: &HostTarget, guest: &str, name: &str) -> DriverResult<()> {
        let connection = self.links.connection(host).await?;
        let _turn = self.turn(host, guest).await;
        let failed = |e| failed(host, &e);
        let domain = connection.domain(guest).await.map_err(failed)?;
        match found(connection.find_snapshot(&domain, name).await).map_err(failed)? {
            Some(snapshot) => connection.delete_snapshot(&snapshot, MEMORY).await.map_err(failed),
            None => Ok(()),
        }
    }

    /// The guest's processors stand still, or go on. Repeating it changes nothing.
    ///
    /// # Errors
    /// `NotFound` if it does not run.
    pub async fn ensure_paused(&self, host: &HostTarget, guest: &str, paused: bool) -> DriverResult<()> {
        const PAUSED: i32 = 3;
        let connection = self.links.connection(host).await?;
        let _turn = self.turn(host, guest).await;
        let domain = self.running(host, &connection, guest).await?;
        let (state, _) = connection.state(&domain).await.map_err(|e| failed(host, &e))?;
        let done = match (state == PAUSED, paused) {
            (false, true) => connection.suspend(&domain).await,
            (true, false) => connection.resume(&domain).await,
            _ => Ok(()),
        };
        done.map_err(|e| failed(host, &e))
    }

    /// The guest's memory lies in a file of the host's and the guest is off; [`Libvirt::resume_saved`] lets it go on there.
    ///
    /// # Errors
    /// `NotFound` if there is no such guest.
    pub async fn ensure_saved(&self, host: &HostTarget, guest: &str) -> DriverResult<()> {
        let connection = self.links.connection(host).await?;
        let _turn = self.turn(host, guest).await;
        let failed = |e| failed(host, &e);
        let domain = connection.domain(guest).await.map_err(failed)?;
        if domain.id < 0 && connection.is_saved(&domain).await.map_err(failed)? {
            return Ok(());
        }
        connection.save(&domain, MEMORY).await.map_err(failed)
    }

    /// A guest that was saved runs again, where it was. One that runs is left alone.
    ///
    /// # Errors
    /// `NotFound` if there is no such guest.
    pub async fn resume_saved(&self, host: &HostTarget, guest: &str) -> DriverResult<()> {
        let connection = self.links.connection(host).await?;
        let _turn = self.turn(host, guest).await;
        let domain = connection.domain(guest).await.map_err(|e| failed(host, &e))?;
        if domain.id >= 0 { Ok(()) } else { self.start(host, &connection, &domain).await }
    }
}
