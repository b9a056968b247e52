//! Devices of guests that run.

use super::{Libvirt, failed, refused};
use crate::libvirt::{
    rpc::{CallError, Connection, calls, types::Domain},
    xml::Element,
};
use cloudstack_core::port::driver::{DriverError, DriverErrorKind, DriverResult, GuestSpec, HostTarget};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a guest may take to let go of a device.
const LET_GO: Duration = Duration::from_secs(10);

/// What tells one device from another: a disk's place and file, an interface's hardware address and name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mark {
    Disk { place: String, file: String },
    Interface { mac: String, tap: String },
}

fn mark(device: &Element) -> Option<Mark> {
    let of = |element: &str, name: &str| Some(device.find(&[element])?.attribute(name)?.to_owned());
    match device.name.as_str() {
        "disk" if device.attribute("device") == Some("disk") => {
            Some(Mark::Disk { place: of("target", "dev")?, file: of("source", "file").unwrap_or_default() })
        }
        "interface" => Some(Mark::Interface {
            mac: of("mac", "address")?.to_lowercase(),
            tap: of("target", "dev").unwrap_or_default(),
        }),
        _ => None,
    }
}

/// Devices to take out and to put in, so that a guest that has these has those. One that stays is not touched.
fn difference<'a>(has: &'a Element, due: &'a Element) -> (Vec<&'a Element>, Vec<&'a Element>) {
    let beyond = |a: &'a Element, b: &Element| {
        let marks: Vec<Mark> = b.children.iter().filter_map(mark).collect();
        a.children.iter().filter(|d| mark(d).is_some_and(|m| !marks.contains(&m))).collect()
    };
    (beyond(has, due), beyond(due, has))
}

impl Libvirt {
    pub(super) async fn fit_devices(
        &self,
        host: &HostTarget,
        connection: &Connection,
        guest: &GuestSpec,
    ) -> DriverResult<()> {
        let domain = self.running(host, connection, &guest.name).await?;
        let engine = self.engine(host, connection).await?;
        let due = self.compiled(host, engine, guest)?;
        let has = self.read(host, connection, &domain, 0).await?;
        let none = Element::default();
        let (has, due) = (has.find(&["devices"]).unwrap_or(&none), due.find(&["devices"]).unwrap_or(&none));
        let (surplus, lacking) = difference(has, due);
        for device in surplus {
            self.unplug(host, connection, &domain, device).await?;
        }
        for device in lacking {
            let xml = device.to_text().map_err(|e| refused(host, e))?;
            connection.attach(&domain, &xml, calls::LIVE | calls::CONFIG).await.map_err(|e| failed(host, &e))?;
        }
        Ok(())
    }

    /// Takes a device out, and waits until the guest has let go of it.
    async fn unplug(
        &self,
        host: &HostTarget,
        connection: &Connection,
        domain: &Domain,
        device: &Element,
    ) -> DriverResult<()> {
        let xml = device.to_text().map_err(|e| refused(host, e))?;
        let until = Instant::now() + LET_GO;
        let mut asked = connection.detach(domain, &xml, calls::LIVE | calls::CONFIG).await;
        loop {
            let has = self.read(host, connection, domain, 0).await?;
            let there = has.find(&["devices"]).is_some_and(|all| all.children.iter().any(|d| mark(d) == mark(device)));
            match asked {
                _ if !there => return Ok(()),
                Err(CallError::Refused(_)) | Ok(()) if Instant::now() >= until => {
                    let said = asked
                        .err()
                        .map_or_else(|| "the guest does not let go of a device".to_owned(), |e| e.to_string());
                    return Err(DriverError::new(DriverErrorKind::Failed, &host.name, said));
                }
                // An earlier call may have asked already, or only the next start's description may have it.
                Err(CallError::Refused(_)) => {
                    sleep(super::LOOK).await;
                    asked = connection.detach(domain, &xml, calls::LIVE).await;
                }
                Ok(()) => sleep(super::LOOK).await,
                Err(e) => return Err(failed(host, &e)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_touched() {
        let has = Element::parse(
            "<devices><disk device='disk'><source file='/p/a'/><target dev='vda'/></disk>\
             <disk device='disk'><source file='/p/b'/><target dev='vdb'/></disk><disk device='cdrom'><target dev='hdc'/></disk>\
             <interface><mac address='02:00:00:00:00:0A'/><target dev='t1'/></interface><memballoon/></devices>",
        );
        let due = Element::parse(
            "<devices><disk device='disk'><source file='/p/a'/><target dev='vda'/></disk>\
             <disk device='disk'><source file='/p/c'/><target dev='vdb'/></disk>\
             <interface><mac address='02:00:00:00:00:0a'/><target dev='t1'/></interface>\
             <interface><mac address='02:00:00:00:00:0b'/><target dev='t2'/></interface></devices>",
        );
        let (has, due) = (has.unwrap(), due.unwrap());
        let (surplus, lacking) = difference(&has, &due);
        let file = |d: &Element| d.find(&["source"]).and_then(|s| s.attribute("file")).map(str::to_owned);
        assert_eq!(surplus.iter().map(|d| file(d)).collect::<Vec<_>>(), [Some("/p/b".to_owned())]);
        let names: Vec<_> = lacking.iter().map(|d| (d.name.as_str(), file(d))).collect();
        assert_eq!(names, [("disk", Some("/p/c".to_owned())), ("interface", None)]);
        let (none, nothing) = difference(&due, &due);
        assert!(none.is_empty() && nothing.is_empty());
    }
}
