//! Ports of a host's own firewall.

use cloudstack_core::plan::site::ports::{Opening, Party, openings};

/// Whose language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firewall {
    /// `iptables`, as Red Hat saves its rules.
    Iptables,
    /// Ubuntu's, which keeps its rules by itself, and is off until it is switched on.
    Ufw,
}

/// The ports that a KVM or LXC host has open, each once.
pub(super) fn needed() -> Vec<&'static Opening> {
    let mut all: Vec<&Opening> = openings(Party::Kvm).collect();
    all.sort_by_key(|o| o.first);
    all.dedup_by_key(|o| (o.transport, o.first, o.last));
    all
}

/// Commands that open the ports of a host (PORT-09): in front of the rules that are there, since a refusal before them would win
/// (PORT-14), and saved, since they do not last by themselves (KVM-24).
///
/// ```
/// use cloudstack_drivers::host_doctor::{Firewall, opened};
/// assert!(opened(Firewall::Iptables).starts_with("iptables -I INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"));
/// ```
#[must_use]
pub fn opened(firewall: Firewall) -> String {
    let mut out = String::new();
    for opening in needed() {
        let ports = match opening.first == opening.last {
            true => opening.first.to_string(),
            false => format!("{}:{}", opening.first, opening.last),
        };
        let transport = opening.transport;
        out += &match firewall {
            Firewall::Iptables => {
                format!("iptables -I INPUT -p {transport} -m {transport} --dport {ports} -j ACCEPT\n")
            }
            Firewall::Ufw => format!("ufw allow proto {transport} from any to any port {ports}\n"),
        };
    }
    if firewall == Firewall::Iptables {
        out += "iptables-save > /etc/sysconfig/iptables\n";
    }
    out
}

/// Ports that are refused, by the rules for what comes in: those that a rule which refuses comes before every rule that accepts.
/// Rules about an interface, an address or a state say nothing about everybody.
pub(super) fn refused(rules: &[String]) -> Vec<&'static Opening> {
    let policy_accepts = rules.iter().any(|rule| rule == "-P INPUT ACCEPT") || rules.is_empty();
    let verdict = |port: u16| {
        for rule in rules {
            let words: Vec<&str> = rule.split_whitespace().collect();
            let after = |word: &str| words.iter().position(|w| *w == word).and_then(|at| words.get(at + 1)).copied();
            let narrow = ["-i", "-s", "-d", "!"].iter().any(|w| words.contains(w));
            let stateful = words.iter().any(|w| w.contains("state"));
            let other = after("-p").is_some_and(|protocol| protocol != "tcp" && protocol != "all");
            if words.first() != Some(&"-A")
                || narrow
                || stateful
                || other
                || !after("--dport").is_none_or(|p| covers(p, port))
            {
                continue;
            }
            match after("-j") {
                Some("ACCEPT") => return true,
                Some("DROP" | "REJECT") => return false,
                _ => {}
            }
        }
        policy_accepts
    };
    needed().into_iter().filter(|opening| !verdict(opening.first) || !verdict(opening.last)).collect()
}

fn covers(ports: &str, port: u16) -> bool {
    let (first, last) = ports.split_once(':').unwrap_or((ports, ports));
    first.parse().is_ok_and(|first: u16| first <= port) && last.parse().is_ok_and(|last: u16| port <= last)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Proves: PORT-08, PORT-09, PORT-14, KVM-24
    #[test]
    fn ports_are_opened_in_front_and_saved() {
        let due = "\
iptables -I INPUT -p tcp -m tcp --dport 22 -j ACCEPT
iptables -I INPUT -p tcp -m tcp --dport 1798 -j ACCEPT
iptables -I INPUT -p tcp -m tcp --dport 5900:6100 -j ACCEPT
iptables -I INPUT -p tcp -m tcp --dport 16509 -j ACCEPT
iptables -I INPUT -p tcp -m tcp --dport 49152:49216 -j ACCEPT
iptables-save > /etc/sysconfig/iptables
";
        assert_eq!(opened(Firewall::Iptables), due);
        let due = "\
ufw allow proto tcp from any to any port 22
ufw allow proto tcp from any to any port 1798
ufw allow proto tcp from any to any port 5900:6100
ufw allow proto tcp from any to any port 16509
ufw allow proto tcp from any to any port 49152:49216
";
        assert_eq!(opened(Firewall::Ufw), due);
    }

    /// Proves: PORT-14
    #[test]
    fn a_rule_that_refuses_before_one_that_accepts_wins() {
        let refused = |rules: &[&str]| {
            let rules: Vec<String> = rules.iter().map(|r| (*r).to_owned()).collect();
            super::refused(&rules).iter().map(|o| o.first).collect::<Vec<_>>()
        };
        let reject = "-A INPUT -j REJECT --reject-with icmp-host-prohibited";
        let accept = |ports: &str| format!("-A INPUT -p tcp -m tcp --dport {ports} -j ACCEPT");
        let all = [22, 1798, 5900, 16_509, 49_152];
        assert!(refused(&[]).is_empty() && refused(&["-P INPUT ACCEPT"]).is_empty());
        assert_eq!(refused(&["-P INPUT DROP"]), all);
        let common = ["-P INPUT ACCEPT", "-A INPUT -m state --state ESTABLISHED -j ACCEPT", "-A INPUT -i lo -j ACCEPT"];
        let ssh = accept("22");
        assert_eq!(refused(&[&common[..], &[&ssh, reject]].concat()), all[1..]);
        // Appended behind the refusal they change nothing.
        assert_eq!(refused(&[&common[..], &[reject, &ssh]].concat()), all);
        let rest: Vec<String> = ["1798", "5900:6100", "16509", "49152:49216"].map(accept).into();
        let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
        assert!(refused(&[&rest[..], &[&ssh, reject]].concat()).is_empty());
        // Half of a range is not the range.
        let half = accept("5900:5999");
        assert_eq!(refused(&[&half, &ssh, rest[0], rest[2], rest[3], reject]), [5900]);
    }
}
