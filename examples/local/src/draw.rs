//! A picture of what runs where: the hosts with their guests, the networks, and the way of one packet with the rule that let it in.
//!
//! Left stands the world, in the middle the routers and the shared network, on the right the hosts.

use crate::checks::Path;
use crate::cloud::{Lab, Story};
use crate::failure::Result;
use crate::space::{OFFICE_ADDRESS, SITE, WORLD_GATEWAY};
use cloudstack_core::model::network::GuestType;
use std::fmt::Write as _;

const WIDTH: usize = 1180;
const STYLE: &str = "\
text{font-family:Inter,'Segoe UI','DejaVu Sans',Helvetica,Arial,sans-serif;fill:#1e293b;font-size:13px}\
.strong{font-weight:600;fill:#0f172a}.title{font-size:20px;font-weight:600}.muted{fill:#64748b;font-size:12px}\
.host{fill:#f1f5f9;stroke:#cbd5e1}.card{fill:#ffffff;stroke:#d5dde8}.world{fill:#fef9ee;stroke:#e8cf97}\
.net{fill:#eef6ff;stroke:#a9c9ee}.wire{fill:none;stroke:#94a3b8;stroke-width:1.5}\
.path{fill:none;stroke:#d9372c;stroke-width:3;marker-end:url(#tip)}.rule{fill:#d9372c;font-size:12px}\
.up{fill:#22a559}.down{fill:#d9372c}";

/// What is drawn, as plain text.
#[derive(Debug, Default)]
struct Scene {
    subtitle: String,
    hosts: Vec<Host>,
    networks: Vec<Net>,
    path: Option<Path>,
}

#[derive(Debug)]
struct Host {
    name: String,
    note: String,
    guests: Vec<Guest>,
}

#[derive(Debug)]
struct Guest {
    name: String,
    address: String,
    network: usize,
    up: bool,
}

#[derive(Debug)]
struct Net {
    name: String,
    notes: Vec<String>,
    isolated: bool,
}

/// The picture, as one self-contained SVG text.
pub(crate) fn svg(lab: &Lab, story: &Story) -> Result<String> {
    Ok(paint(&scene(lab, story)))
}

fn scene(lab: &Lab, story: &Story) -> Scene {
    let view = lab.cloud.view();
    let passed = story.table.rows.len() - story.table.failed();
    let mut scene = Scene {
        subtitle: format!("{passed} of {} checks passed with real packets", story.table.rows.len()),
        path: story.path.clone(),
        ..Scene::default()
    };
    let networks: Vec<_> = view.networks().iter().collect();
    for network in &networks {
        let owner = network.account.and_then(|id| view.account(id)).map_or("everybody", |a| a.name.as_str());
        let tag = network.vlan.map_or("untagged".to_owned(), |tag| format!("VXLAN {tag}"));
        let mut notes = vec![format!("{} · {tag} · {owner}", network.cidr)];
        for ip in view.public_ips().by("network", network.id) {
            let stands_for = ip.static_nat.and_then(|nic| view.nic(nic)).and_then(|nic| view.vm(nic.vm));
            notes.push(match stands_for {
                Some(vm) => format!("{} static NAT to {}", ip.address, vm.name),
                None if ip.source_nat => format!("{} source NAT", ip.address),
                None => format!("{} ports and balancers", ip.address),
            });
        }
        let isolated = network.guest == GuestType::Isolated;
        scene.networks.push(Net { name: network.name.to_string(), notes, isolated });
    }
    for host in view.hosts().iter() {
        let guests = view.vms().by("host", host.id).filter_map(|vm| {
            let nic = view.nics().by("vm", vm.id).next()?;
            let network = networks.iter().position(|n| n.id == nic.network)?;
            let address = nic.ip4.map(|ip| ip.to_string()).unwrap_or_default();
            let up = vm.state == cloudstack_core::model::vm::VmState::Running;
            Some(Guest { name: vm.name.to_string(), address, network, up })
        });
        let note = format!("{} · {}", host.address, host.status);
        scene.hosts.push(Host { name: host.name.to_string(), note, guests: guests.collect() });
    }
    scene
}

/// A picture in the making.
#[derive(Debug, Default)]
struct Canvas(String);

impl Canvas {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }
    fn rect(&mut self, (x, y, w, h): (usize, usize, usize, usize), class: &str) {
        self.line(&format!("<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"8\" class=\"{class}\"/>"));
    }
    fn text(&mut self, x: usize, y: usize, class: &str, text: &str) {
        self.line(&format!("<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{}</text>", escape(text)));
    }
    fn wire(&mut self, class: &str, points: &[(usize, usize)]) {
        let mut d = String::new();
        for (n, (x, y)) in points.iter().enumerate() {
            let _written = write!(d, "{}{x} {y}", if n == 0 { "M" } else { " L" });
        }
        self.line(&format!("<path d=\"{d}\" class=\"{class}\"/>"));
    }
}

/// Where the columns begin, and how wide their cards are.
const WORLD: (usize, usize) = (24, 220);
const NETS: (usize, usize) = (350, 300);
const HOSTS: (usize, usize) = (780, 376);
const TOP: usize = 96;

fn paint(scene: &Scene) -> String {
    let mut canvas = Canvas::default();
    canvas.text(24, 40, "title", "local-cloud: what runs where");
    canvas.text(24, 64, "muted", &scene.subtitle);
    let mut y = TOP;
    let mut nets = Vec::new();
    for net in &scene.networks {
        let height = 40 + 18 * net.notes.len();
        nets.push((y, height));
        y += height + 28;
    }
    let mut bottom = y;
    let mut guests = Vec::new();
    let mut y = TOP;
    let mut hosts = Vec::new();
    for host in &scene.hosts {
        let height = 44 + 46 * host.guests.len().max(1);
        hosts.push((y, height));
        for n in 0..host.guests.len() {
            guests.push(y + 40 + 46 * n);
        }
        y += height + 24;
    }
    bottom = bottom.max(y).max(TOP + 220);
    world(&mut canvas);
    let of_hosts = scene.hosts.iter().flat_map(|host| &host.guests);
    for (guest, top) in of_hosts.zip(&guests) {
        let (net, height) = nets[guest.network];
        let points =
            [(NETS.0 + NETS.1, net + height / 2), (715, net + height / 2), (740, top + 19), (HOSTS.0 + 12, top + 19)];
        canvas.wire("wire", &points);
    }
    for (net, (top, height)) in scene.networks.iter().zip(&nets) {
        network(&mut canvas, net, (*top, *height));
    }
    let mut tops = guests.iter();
    for (host, (top, height)) in scene.hosts.iter().zip(&hosts) {
        canvas.rect((HOSTS.0, *top, HOSTS.1, *height), "host");
        canvas.text(HOSTS.0 + 14, top + 25, "strong", &host.name);
        canvas.text(HOSTS.0 + 90, top + 25, "muted", &host.note);
        for guest in &host.guests {
            let Some(top) = tops.next() else { break };
            one(&mut canvas, scene, guest, *top);
        }
    }
    if let Some(path) = &scene.path {
        trace(&mut canvas, scene, path, (&nets, &guests), bottom);
        bottom += 56;
    }
    finish(&canvas, bottom + 24)
}

fn world(canvas: &mut Canvas) {
    canvas.rect((WORLD.0, TOP, WORLD.1, 92), "world");
    canvas.text(WORLD.0 + 14, TOP + 25, "strong", "the world");
    canvas.text(WORLD.0 + 14, TOP + 47, "muted", &format!("web site {}", SITE.ip()));
    canvas.text(WORLD.0 + 14, TOP + 67, "muted", &format!("gateway {WORLD_GATEWAY}"));
    canvas.rect((WORLD.0, TOP + 124, WORLD.1, 72), "world");
    canvas.text(WORLD.0 + 14, TOP + 149, "strong", "the office");
    canvas.text(WORLD.0 + 14, TOP + 171, "muted", &format!("{OFFICE_ADDRESS}, no guest"));
}

fn network(canvas: &mut Canvas, net: &Net, (top, height): (usize, usize)) {
    let middle = top + height / 2;
    // Isolated networks reach the world by their routers, the shared one has the office in it.
    let from = if net.isolated { TOP + 46 } else { TOP + 160 };
    canvas.wire("wire", &[(WORLD.0 + WORLD.1, from), (280, from), (310, middle), (NETS.0, middle)]);
    canvas.rect((NETS.0, top, NETS.1, height), "net");
    let title =
        if net.isolated { format!("{} · router", net.name) } else { format!("{} · security groups", net.name) };
    canvas.text(NETS.0 + 14, top + 24, "strong", &title);
    for (n, note) in net.notes.iter().enumerate() {
        canvas.text(NETS.0 + 14, top + 44 + 18 * n, "muted", note);
    }
}

fn one(canvas: &mut Canvas, scene: &Scene, guest: &Guest, top: usize) {
    canvas.rect((HOSTS.0 + 12, top, HOSTS.1 - 24, 38), "card");
    let state = if guest.up { "up" } else { "down" };
    canvas.line(&format!("<circle cx=\"{}\" cy=\"{}\" r=\"4\" class=\"{state}\"/>", HOSTS.0 + 28, top + 19));
    canvas.text(HOSTS.0 + 42, top + 24, "strong", &guest.name);
    canvas.text(HOSTS.0 + 140, top + 24, "", &guest.address);
    let network = scene.networks.get(guest.network).map_or("", |net| net.name.as_str());
    canvas.text(HOSTS.0 + 250, top + 24, "muted", network);
}

/// The way of the packet: from the world through the router of its network to its guest.
fn trace(
    canvas: &mut Canvas,
    scene: &Scene,
    path: &Path,
    (nets, guests): (&[(usize, usize)], &[usize]),
    bottom: usize,
) {
    let last = path.stations.last().map(String::as_str).unwrap_or_default();
    let all = scene.hosts.iter().flat_map(|host| &host.guests);
    let target = all.zip(guests).find(|(guest, _)| last.starts_with(&format!("{} ", guest.name)));
    if let Some((guest, top)) = target {
        let (net, height) = nets[guest.network];
        let middle = net + height / 2;
        let points = [
            (WORLD.0 + WORLD.1, TOP + 46),
            (280, TOP + 46),
            (310, middle),
            (NETS.0, middle),
            (NETS.0 + NETS.1, middle),
            (715, middle),
            (740, top + 19),
            (HOSTS.0 + 6, top + 19),
        ];
        canvas.wire("path", &points[..4]);
        canvas.wire("path", &points[4..]);
    }
    canvas.text(24, bottom + 14, "strong", &format!("{}: {}", path.packet, path.stations.join(" → ")));
    canvas.text(24, bottom + 36, "rule", &format!("let in by {}", path.rule));
}

fn finish(canvas: &Canvas, height: usize) -> String {
    let size = format!("width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\"");
    let tip = "<defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"8\" refY=\"5\" markerWidth=\"5\" markerHeight=\"5\" \
               orient=\"auto\"><path d=\"M0 0 L10 5 L0 10 z\" fill=\"#d9372c\"/></marker></defs>";
    let back = format!("<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>");
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" {size}>\n<style>{STYLE}</style>\n{tip}\n{back}\n{}</svg>\n",
        canvas.0
    )
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_control()) {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene() -> Scene {
        let guest = |name: &str, network| Guest { name: name.into(), address: "10.1.1.2".into(), network, up: true };
        let net = |name: &str, isolated| Net { name: name.into(), notes: vec!["10.1.1.0/24".into()], isolated };
        let host = |name: &str, guests| Host { name: name.into(), note: "Up".into(), guests };
        Scene {
            subtitle: "3 of 3".into(),
            hosts: vec![host("kvm1", vec![guest("web-1", 0)]), host("kvm2", vec![guest("<back>", 1)])],
            networks: vec![net("app", true), net("shared", false)],
            path: Some(Path {
                packet: "TCP".into(),
                stations: vec!["the world".into(), "web-1 10.1.1.2:80 on kvm1".into()],
                rule: "a rule".into(),
            }),
        }
    }

    #[test]
    fn everything_is_drawn_and_names_cannot_break_out() {
        let drawn = paint(&scene());
        for part in ["kvm1", "kvm2", "web-1", "&lt;back&gt;", "app · router", "let in by a rule", "class=\"path\""] {
            assert!(drawn.contains(part), "{part}");
        }
        assert!(!drawn.contains("<back>"));
        assert_eq!(drawn, paint(&scene()));
    }

    #[test]
    fn a_packet_to_nobody_has_no_way() {
        let mut scene = scene();
        scene.path = scene.path.map(|path| Path { stations: vec!["the world".into()], ..path });
        assert!(!paint(&scene).contains("class=\"path\""));
    }
}
