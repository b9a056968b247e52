#![doc = include_str!("nfs_export/docs.md")]

use cloudstack_core::plan::lint::Sheets;
use cloudstack_core::plan::site::ports::{LOCKD_TCP, LOCKD_UDP, MOUNTD, Party, RQUOTAD, STATD, STATD_OUT, openings};
use cloudstack_core::plan::site::{SitePlan, Subnet};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A server that exports primary or secondary storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NfsServer {
    /// The folders it exports, in order.
    pub paths: BTreeSet<String>,
    /// Who may mount them; anybody if there is none.
    pub clients: Vec<Subnet>,
    /// Clients may come from ports above 1,023, as those behind address translation do.
    pub high_ports: bool,
    /// The domain of user names under version 4 of NFS; version 4 is switched off where there is none.
    pub domain: Option<String>,
}

/// A folder that cannot be exported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no path to export: it has to begin with `/` and hold no white space")]
pub struct BadPath(pub String);

/// The mount point of a pool is taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{from}` is mounted at `{point}` already")]
pub struct AlreadyMounted {
    /// What is mounted.
    pub from: String,
    /// Where.
    pub point: String,
}

/// User names would not be the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the id domain of the server is {}, that of the host {}", shown(.server), shown(.host))]
pub struct DomainsDiffer {
    /// The server's, if it names one.
    pub server: Option<String>,
    /// The host's, if it names one.
    pub host: Option<String>,
}

fn shown(domain: &Option<String>) -> String {
    domain.as_deref().map_or_else(|| "not set".to_owned(), |domain| format!("`{domain}`"))
}

impl NfsServer {
    /// The server at this address or name, as a site plan uses it; clients are the subnets of the pods.
    ///
    /// Version 4 stays off if a hypervisor of the plan does not take it (STOR-16). Nothing if no store is there.
    #[must_use]
    pub fn of(plan: &SitePlan, sheets: &Sheets, server: &str) -> Option<Self> {
        let here = |at: &Option<String>| at.as_deref() == Some(server);
        let zoned = plan.zones.iter().flat_map(|zone| &zone.primary_storage);
        let primary = plan.clusters().flat_map(|(_, _, cluster)| &cluster.primary_storage).chain(zoned);
        let primary = primary.filter(|p| p.protocol == "NetworkFilesystem" && here(&p.server)).map(|p| &p.path);
        let secondary = plan.zones.iter().flat_map(|zone| &zone.secondary_storage);
        let secondary = secondary.filter(|s| s.provider == "NFS" && here(&s.server)).map(|s| &s.path);
        let paths: BTreeSet<String> = primary.chain(secondary).cloned().collect();
        let pods = plan.zones.iter().flat_map(|zone| &zone.pods);
        let clients: BTreeSet<Subnet> = pods
            .flat_map(|pod| {
                let own = pod.storage.as_ref().and_then(|range| range.subnet);
                [pod.subnet].into_iter().chain(own).chain(pod.storage_networks.iter().map(|network| network.subnet))
            })
            .collect();
        let nfs4 = plan.clusters().all(|(_, _, c)| sheets.get(&c.hypervisor).is_some_and(|sheet| sheet.nfs4));
        let domain = plan.zones.iter().find_map(|zone| zone.network_domain.clone()).filter(|_| nfs4);
        (!paths.is_empty()).then(|| Self { paths, clients: clients.into_iter().collect(), high_ports: false, domain })
    }

    /// `/etc/exports`: one line for each folder (STOR-15).
    ///
    /// # Errors
    /// [`BadPath`] for a folder that such a line cannot name.
    pub fn exports(&self) -> Result<String, BadPath> {
        // System machines write as root, and a write is safe with the guest, not with the server.
        let mut options = "rw,async,no_root_squash,no_subtree_check".to_owned();
        if self.high_ports {
            options.push_str(",insecure");
        }
        let mut text = String::new();
        for path in &self.paths {
            if !path.starts_with('/') || path.contains(char::is_whitespace) {
                return Err(BadPath(path.clone()));
            }
            text.push_str(path);
            for client in &self.clients {
                let _ = write!(text, " {client}({options})");
            }
            if self.clients.is_empty() {
                let _ = write!(text, " *({options})");
            }
            text.push('\n');
        }
        Ok(text)
    }

    /// `/etc/sysconfig/nfs`: every daemon on a port that a firewall can name, and version 4 off where it is not wanted.
    #[must_use]
    pub fn settings(&self) -> String {
        let mut text = format!(
            "LOCKD_TCPPORT={LOCKD_TCP}\nLOCKD_UDPPORT={LOCKD_UDP}\nMOUNTD_PORT={MOUNTD}\nRQUOTAD_PORT={RQUOTAD}\n\
             STATD_PORT={STATD}\nSTATD_OUTGOING_PORT={STATD_OUT}\n"
        );
        if self.domain.is_none() {
            text.push_str("RPCNFSDARGS=\"-N 4\"\n");
        }
        text
    }

    /// `/etc/idmapd.conf`, the same on the server and on every host; nothing without version 4 (STOR-17).
    #[must_use]
    pub fn id_mapping(&self) -> Option<String> {
        self.domain.as_ref().map(|domain| format!("[General]\nDomain = {domain}\n"))
    }

    /// Arguments of one firewall command per port. Each puts its rule in front of all that are there, so that none of
    /// them refuses the packet first (PORT-14); the rules stand in the order of the lines.
    #[must_use]
    pub fn firewall(&self) -> Vec<String> {
        let clients: Vec<String> = match self.clients.is_empty() {
            true => vec!["0.0.0.0/0".to_owned()],
            false => self.clients.iter().map(ToString::to_string).collect(),
        };
        let rules = clients.iter().flat_map(|client| openings(Party::NfsServer).map(move |open| (client, open)));
        let line = |(at, (client, open)): (usize, (&String, &cloudstack_core::plan::site::ports::Opening))| {
            let (at, transport, port) = (at + 1, open.transport, open.first);
            format!("-I INPUT {at} -s {client} -m state --state NEW -p {transport} --dport {port} -j ACCEPT")
        };
        rules.enumerate().map(line).collect()
    }
}

/// Refuses a mount point that something is mounted at (STOR-18); `mounts` is a host's `/proc/mounts`.
///
/// # Errors
/// [`AlreadyMounted`] says what is there.
pub fn free_mount_point(mounts: &str, point: &str) -> Result<(), AlreadyMounted> {
    let point = point.trim_end_matches('/');
    for line in mounts.lines() {
        let mut fields = line.split(' ');
        if let (Some(source), Some(at)) = (fields.next(), fields.next()) {
            // The kernel writes a space in a path so.
            if at.replace("\\040", " ") == point {
                return Err(AlreadyMounted { from: source.to_owned(), point: point.to_owned() });
            }
        }
    }
    Ok(())
}

/// Refuses two `/etc/idmapd.conf` that do not name the same domain (STOR-17).
///
/// # Errors
/// [`DomainsDiffer`] says what each names; a line that is a comment names nothing.
pub fn same_domain(server: &str, host: &str) -> Result<(), DomainsDiffer> {
    let domain = |text: &str| {
        let named = text.lines().filter_map(|line| line.trim().split_once('='));
        let mut named = named.filter(|(key, _)| key.trim() == "Domain").map(|(_, value)| value.trim().to_owned());
        named.next()
    };
    let (server, host) = (domain(server), domain(host));
    match (&server, &host) {
        (Some(one), Some(other)) if one.eq_ignore_ascii_case(other) => Ok(()),
        _ => Err(DomainsDiffer { server, host }),
    }
}
