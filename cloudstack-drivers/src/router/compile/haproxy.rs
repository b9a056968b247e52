//! Load balancers for TCP, as HAProxy reads them. It answers for the world at the public address, and asks members for itself.

use super::sets::listening;
use super::{Unfit, plain, v4};
use cloudstack_core::base::id::{EntityId, LoadBalancerId};
use cloudstack_core::rules::router::{Algorithm, Balancer, Router, Stickiness, Transport};
use std::fmt::Write;

/// None if nothing is balanced by it.
pub(in crate::router) fn haproxy(router: &Router, folder: &str) -> Result<Option<String>, Unfit> {
    let mut out = format!(
        "global\n    maxconn 4096\n    hard-stop-after 1h\n    \
         stats socket {folder}/haproxy.sock mode 600 level admin expose-fd listeners\n\
         defaults\n    mode tcp\n    timeout connect 5s\n    timeout client 50s\n    timeout server 50s\n    retries 3\n    \
         option redispatch\n"
    );
    let mut any = false;
    for (id, balancer) in listening(router).filter(|(_, b)| b.transport == Transport::Tcp) {
        any = true;
        listen(id, balancer, &mut out)?;
    }
    Ok(any.then_some(out))
}

fn listen(id: LoadBalancerId, balancer: &Balancer, out: &mut String) -> Result<(), Unfit> {
    let by = match balancer.algorithm {
        Algorithm::RoundRobin => "roundrobin",
        Algorithm::LeastConn => "leastconn",
        Algorithm::Source => "source",
    };
    let public = v4("public address", balancer.public)?;
    let _ = writeln!(out, "listen lb-{:032x}\n    bind {public}:{}\n    balance {by}", id.to_u128(), balancer.port);
    let sticky = balancer.stickiness.as_ref().map(|s| stickiness(id, s)).transpose()?.unwrap_or_default();
    for line in &sticky.lines {
        let _ = writeln!(out, "    {line}");
    }
    for member in &balancer.members {
        let member = v4("load balancer member", *member)?;
        let name = format!("m-{:08x}", mixed(id, member.to_bits()));
        let cookie = if sticky.cookie { format!(" cookie {name}") } else { String::new() };
        let _ = writeln!(out, "    server {name} {member}:{} check{cookie}", balancer.to);
    }
    Ok(())
}

/// A name for a member that says nothing of its address to clients, and stays when others come and go.
fn mixed(id: LoadBalancerId, address: u32) -> u32 {
    let bytes = id.to_u128().to_be_bytes().into_iter().chain(address.to_be_bytes());
    bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[derive(Default)]
struct Sticky {
    lines: Vec<String>,
    /// Members are named in a cookie.
    cookie: bool,
}

fn stickiness(id: LoadBalancerId, wanted: &Stickiness) -> Result<Sticky, Unfit> {
    let given = |name: &str| wanted.parameters.get(name).map(String::as_str);
    let word = |name: &'static str, otherwise: &str| match given(name) {
        Some(text) if !text.is_empty() => plain(name, text).map(str::to_owned),
        _ => Ok(otherwise.to_owned()),
    };
    // A flag is set if it is there and does not say no.
    let flag = |name: &'static str| given(name).is_some_and(|text| !matches!(text, "false" | "no" | "0"));
    let own = format!("lb-{:08x}", mixed(id, 0));
    match wanted.method.as_str() {
        "SourceBased" => {
            let (size, expire) = (word("tablesize", "200k")?, word("expire", "30m")?);
            let lines = vec![format!("stick-table type ip size {size} expire {expire}"), "stick on src".to_owned()];
            Ok(Sticky { lines, cookie: false })
        }
        "LbCookie" => {
            let name = word("cookie-name", &own)?;
            let mode = word("mode", "insert")?;
            if !matches!(mode.as_str(), "insert" | "rewrite" | "prefix") {
                return Err(Unfit::new("mode", mode, "give insert, rewrite or prefix"));
            }
            let mut line = format!("cookie {name} {mode}");
            for option in ["nocache", "indirect", "postonly"].into_iter().filter(|option| flag(option)) {
                line.push(' ');
                line.push_str(option);
            }
            if let Some(domain) = given("domain").filter(|domain| !domain.is_empty()) {
                let _ = write!(line, " domain {}", plain("domain", domain)?);
            }
            Ok(Sticky { lines: vec!["mode http".to_owned(), line], cookie: true })
        }
        "AppCookie" => {
            let (name, length) = (word("cookie-name", &own)?, word("length", "52")?);
            let hold = word("holdtime", "3h")?;
            let table = format!("stick-table type string len {length} size 200k expire {hold}");
            let mut lines = vec!["mode http".to_owned(), table, format!("stick store-response res.cook({name})")];
            lines.push(match flag("request-learn") {
                true => format!("stick on req.cook({name})"),
                false => format!("stick match req.cook({name})"),
            });
            Ok(Sticky { lines, cookie: false })
        }
        other => Err(Unfit::new("stickiness method", other, "give LbCookie, AppCookie or SourceBased")),
    }
}
