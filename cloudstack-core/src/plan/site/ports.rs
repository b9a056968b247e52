//! Who listens where: one table of every port that a firewall between the parts of a cloud has to know.
//!
//! ```
//! use cloudstack_core::plan::site::ports::{Party, openings};
//! let ssh = openings(Party::Kvm).find(|o| o.from == Party::ManagementServer);
//! assert_eq!(ssh.map(|o| o.first), Some(22));
//! ```

use serde::Serialize;
use std::fmt;
use std::net::Ipv4Addr;

use super::ManagementServer;

/// One side of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub enum Party {
    /// People and programs that use the cloud.
    User,
    /// A management server.
    ManagementServer,
    /// The database of the management servers.
    Database,
    /// A console proxy or a secondary storage machine.
    SystemVm,
    /// A XenServer host.
    XenServer,
    /// A KVM host.
    Kvm,
    /// A vCenter server.
    VCenter,
    /// An ESXi host.
    Esxi,
    /// A Hyper-V host.
    HyperV,
    /// A server that exports primary or secondary storage over NFS.
    NfsServer,
    /// A firewall or balancer that the cloud drives or watches.
    NetworkDevice,
    /// A host, whatever its hypervisor.
    AnyHost,
}

/// A transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        })
    }
}

/// Ports that one party has open for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Opening {
    /// Who listens.
    pub to: Party,
    /// Who connects.
    pub from: Party,
    /// Over what.
    pub transport: Transport,
    /// The first port.
    pub first: u16,
    /// The last one.
    pub last: u16,
    /// What for.
    pub what: &'static str,
}

const fn tcp(to: Party, from: Party, first: u16, last: u16, what: &'static str) -> Opening {
    Opening { to, from, transport: Transport::Tcp, first, last, what }
}

const fn udp(to: Party, from: Party, port: u16, what: &'static str) -> Opening {
    Opening { to, from, transport: Transport::Udp, first: port, last: port, what }
}

/// The ports of every party (PORT-02, PORT-04, PORT-06 to PORT-11).
#[rustfmt::skip]
pub const PORTS: &[Opening] = {
    use Party::*;
    &[
        tcp(ManagementServer, User, 8080, 8080, "user interface and API"),
        tcp(ManagementServer, User, 20400, 20400, "user interface and API, over AJP"),
        tcp(ManagementServer, User, 7080, 7080, "EC2 and S3 API"),
        tcp(ManagementServer, User, 8096, 8096, "API without signatures"),
        tcp(ManagementServer, ManagementServer, 8250, 8250, "coordination"),
        tcp(ManagementServer, ManagementServer, 9090, 9090, "coordination"),
        tcp(ManagementServer, SystemVm, 8250, 8250, "agents"),
        tcp(ManagementServer, Kvm, 8250, 8250, "agents"),
        tcp(Database, ManagementServer, 3306, 3306, "MySQL"),
        tcp(SystemVm, ManagementServer, 3922, 3922, "ssh, with VMware over the management network"),
        tcp(XenServer, ManagementServer, 22, 22, "ssh"),
        tcp(XenServer, ManagementServer, 80, 80, "XAPI"),
        tcp(XenServer, ManagementServer, 443, 443, "XAPI"),
        tcp(VCenter, ManagementServer, 443, 443, "API"),
        tcp(Esxi, ManagementServer, 443, 443, "API"),
        tcp(Esxi, SystemVm, 59_000, 60_000, "consoles"),
        tcp(Kvm, ManagementServer, 22, 22, "ssh"),
        tcp(Kvm, AnyHost, 1798, 1798, "agents"),
        tcp(Kvm, AnyHost, 16_509, 16_509, "libvirt"),
        tcp(Kvm, SystemVm, 5900, 6100, "consoles"),
        tcp(Kvm, AnyHost, 49_152, 49_216, "live migration"),
        tcp(HyperV, ManagementServer, 8250, 8250, "agent"),
        udp(NetworkDevice, ManagementServer, 161, "SNMP"),
        udp(NfsServer, AnyHost, 111, "portmapper"),
        tcp(NfsServer, AnyHost, 111, 111, "portmapper"),
        tcp(NfsServer, AnyHost, 2049, 2049, "nfs"),
        tcp(NfsServer, AnyHost, LOCKD_TCP, LOCKD_TCP, "lockd"),
        udp(NfsServer, AnyHost, LOCKD_UDP, "lockd"),
        tcp(NfsServer, AnyHost, MOUNTD, MOUNTD, "mountd"),
        udp(NfsServer, AnyHost, MOUNTD, "mountd"),
        tcp(NfsServer, AnyHost, RQUOTAD, RQUOTAD, "rquotad"),
        udp(NfsServer, AnyHost, RQUOTAD, "rquotad"),
        tcp(NfsServer, AnyHost, STATD, STATD, "statd"),
        udp(NfsServer, AnyHost, STATD, "statd"),
    ]
};

/// Where an NFS server's lock daemon is fixed to over TCP, so that a firewall can be written (PORT-10).
pub const LOCKD_TCP: u16 = 32_803;
/// The same over UDP.
pub const LOCKD_UDP: u16 = 32_769;
/// Where its mount daemon is fixed to.
pub const MOUNTD: u16 = 892;
/// Where its quota daemon is fixed to.
pub const RQUOTAD: u16 = 875;
/// Where its status daemon is fixed to.
pub const STATD: u16 = 662;
/// Where its status daemon speaks from.
pub const STATD_OUT: u16 = 2_020;

/// What a party has open, in the order of the table.
pub fn openings(to: Party) -> impl Iterator<Item = &'static Opening> {
    PORTS.iter().filter(move |opening| opening.to == to)
}

/// Ports of a management server that must not be reached from the Internet: whoever reaches them is believed (PORT-01).
pub const NEVER_PUBLIC: [u16; 2] = [8096, 8250];

/// What a balancer in front of the management servers has to do for one port (PORT-12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Balanced {
    /// The ports it listens on; either will do.
    pub from: &'static [u16],
    /// Servers behind it, each with the port it is reached on.
    pub to: Vec<(Ipv4Addr, u16)>,
    /// It reads HTTP; otherwise it passes TCP on.
    pub http: bool,
    /// A client must come to the same server again. It may, where it need not.
    pub sticky: bool,
}

/// What a balancer in front of these servers has to do, whatever its make.
///
/// `ajp` reaches the user interface over AJP. None is needed in front of a single server, and nothing is answered.
#[must_use]
pub fn balancer_needs(servers: &[ManagementServer], ajp: bool) -> Vec<Balanced> {
    if servers.len() < 2 {
        return Vec::new();
    }
    let need = |from, port: u16, http, sticky| {
        let to = servers.iter().map(|server| (server.address, port)).collect();
        Balanced { from, to, http, sticky }
    };
    vec![
        need(&[80, 443], if ajp { 20_400 } else { 8_080 }, !ajp, true),
        need(&[8_250], 8_250, false, true),
        need(&[8_096], 8_096, true, false),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The ports of one party as one line: `tcp 22 80 443`.
    fn shown(to: Party, from: Option<Party>) -> String {
        let mut ports: Vec<_> = openings(to).filter(|o| from.is_none_or(|from| o.from == from)).collect();
        ports.sort_by_key(|o| (o.transport, o.first));
        let mut text = String::new();
        for (at, o) in ports.iter().enumerate() {
            if at == 0 || ports[at - 1].transport != o.transport {
                text += &format!("{} ", o.transport);
            }
            text += &if o.first == o.last { format!("{} ", o.first) } else { format!("{}-{} ", o.first, o.last) };
        }
        text.trim_end().to_owned()
    }

    /// Proves: PORT-02, PORT-06, PORT-07, PORT-08, PORT-09, PORT-10, PORT-11
    #[test]
    fn each_party_listens_where_the_guides_say() {
        use Party::*;
        for (to, from, ports) in [
            (ManagementServer, Some(ManagementServer), "tcp 8250 9090"),
            (ManagementServer, Some(SystemVm), "tcp 8250"),
            (ManagementServer, Some(User), "tcp 7080 8080 8096 20400"),
            (XenServer, None, "tcp 22 80 443"),
            (VCenter, None, "tcp 443"),
            (Esxi, None, "tcp 443 59000-60000"),
            (SystemVm, None, "tcp 3922"),
            (Kvm, Some(ManagementServer), "tcp 22"),
            (Kvm, None, "tcp 22 1798 5900-6100 16509 49152-49216"),
            (NfsServer, None, "tcp 111 662 875 892 2049 32803 udp 111 662 875 892 32769"),
            (Database, None, "tcp 3306"),
            (HyperV, None, "tcp 8250"),
            (NetworkDevice, None, "udp 161"),
        ] {
            assert_eq!(shown(to, from), ports, "{to:?}");
        }
        let mut known = BTreeSet::new();
        assert!(PORTS.iter().all(|o| o.first <= o.last && known.insert(o)), "an opening is there twice");
    }

    fn server(last: u8) -> ManagementServer {
        let address = Ipv4Addr::new(192, 168, 9, last);
        ManagementServer {
            name: format!("ms{last}.example.org"),
            address,
            cores: 8,
            ram: super::super::Ram(crate::base::Mib::gib(16)),
            disks: Vec::new(),
            nfs: false,
        }
    }

    /// Proves: PORT-12
    #[test]
    fn a_balancer_keeps_users_and_agents_on_their_server() {
        assert_eq!(balancer_needs(&[server(2)], false), []);
        let pair = [server(2), server(3)];
        let both = |port| vec![(pair[0].address, port), (pair[1].address, port)];
        let [ui, agents, api] = &balancer_needs(&pair, false)[..] else { panic!("three ports") };
        assert_eq!(*ui, Balanced { from: &[80, 443], to: both(8_080), http: true, sticky: true });
        assert_eq!(*agents, Balanced { from: &[8_250], to: both(8_250), http: false, sticky: true });
        assert_eq!(*api, Balanced { from: &[8_096], to: both(8_096), http: true, sticky: false });
        let over_ajp = &balancer_needs(&pair, true)[0];
        assert_eq!((&over_ajp.to, over_ajp.http, over_ajp.sticky), (&both(20_400), false, true));
        // Two of the three must still not face the Internet.
        let faced = [ui, agents, api].into_iter().flat_map(|need| need.from).filter(|port| NEVER_PUBLIC.contains(port));
        assert_eq!(faced.count(), 2);
    }
}
