//! A site as a picture: zones, pods, clusters and hosts with what they hold, networks and storage with what is left.
//!
//! The picture is one self-contained SVG text. The same topology always gives the same text.
//!
//! ```
//! use cloudstack_core::plan::{draw::{svg, Topology}, site::SitePlan};
//! let plan = SitePlan::from_toml("name = \"lab\"\n[[zones]]\nname = \"z\"\nkind = \"Basic\"\n")?;
//! assert!(svg(&Topology::from_plan(&plan)).starts_with("<svg "));
//! # Ok::<(), cloudstack_core::plan::site::PlanError>(())
//! ```

mod canvas;
mod topology;

use self::canvas::{Canvas, Fill};

pub use self::topology::{ClusterView, Gauge, HostView, NetworkView, PodView, PoolView, Topology, Unit, ZoneView};

const WIDTH: i64 = 1280;
const MARGIN: i64 = 24;
const GAP: i64 = 12;
const SIDE: i64 = 330;
/// With more hosts than this in a zone the cards shrink, so that the picture stays one that can be looked at.
const MANY: usize = 48;

/// Draws the topology.
#[must_use]
pub fn svg(topology: &Topology) -> String {
    let mut canvas = Canvas::default();
    canvas.text(MARGIN, 44, 24, "strong", &topology.title, WIDTH - 2 * MARGIN);
    canvas.text(MARGIN, 68, 13, "muted", &topology.subtitle, WIDTH - 480);
    legend(&mut canvas);
    let mut y = 92;
    for zone in &topology.zones {
        y = draw_zone(&mut canvas, zone, y) + 2 * GAP;
    }
    canvas.finish(WIDTH, y)
}

fn legend(canvas: &mut Canvas) {
    let entries =
        [(Fill::Cpu.class(), "processor", 94), (Fill::Ram.class(), "memory", 84), (Fill::Space.class(), "space", 68)];
    let more = [(Fill::Address.class(), "addresses", 94), ("full", "over 85 %", 84)];
    let mut x = WIDTH - MARGIN - 424;
    for (class, name, room) in entries.into_iter().chain(more) {
        canvas.rect(x, 58, 12, 12, 3, class);
        canvas.text(x + 18, 68, 12, "muted", name, room);
        x += room;
    }
}

fn draw_zone(canvas: &mut Canvas, zone: &ZoneView, top: i64) -> i64 {
    let (x, width) = (MARGIN, WIDTH - 2 * MARGIN);
    canvas.panel(x, top, width, "zone", |canvas| {
        canvas.text(x + 16, top + 28, 17, "strong", &format!("Zone {}", zone.name), 520);
        let hosts = zone.pods.iter().flat_map(|p| &p.clusters).flat_map(|c| &c.hosts);
        let (count, vms) = (hosts.clone().count(), hosts.map(|h| h.vms).sum::<u64>());
        let figures = format!("{} · {count} hosts · {vms} machines", zone.kind);
        canvas.text_end(x + width - 16, top + 28, 13, "muted", &figures, 620);
        let y = top + 44;
        let left = draw_side(canvas, zone, x + 16, y);
        let (area, wide) = (x + 16 + SIDE + GAP, width - 32 - SIDE - GAP);
        let mut right = y;
        for pod in &zone.pods {
            right = draw_pod(canvas, pod, area, right, wide, count > MANY) + GAP;
        }
        left.max(right).max(y + 20) + 4
    })
}

/// Storage and networks, one card below the other.
fn draw_side(canvas: &mut Canvas, zone: &ZoneView, x: i64, top: i64) -> i64 {
    let mut y = top;
    for pool in &zone.pools {
        y = draw_side_card(canvas, (x, y), (&pool.name, &pool.purpose), &pool.protocol, pool.space, Fill::Space);
    }
    for network in &zone.networks {
        let vlan = network.vlan.as_deref().map_or_else(|| "untagged".to_owned(), |id| format!("VLAN {id}"));
        let note = format!("{} · {vlan}", network.subnet);
        y = draw_side_card(canvas, (x, y), (&network.name, &network.purpose), &note, network.addresses, Fill::Address);
    }
    y
}

fn draw_side_card(
    canvas: &mut Canvas,
    (x, y): (i64, i64),
    (name, purpose): (&str, &str),
    note: &str,
    gauge: Gauge,
    fill: Fill,
) -> i64 {
    canvas.rect(x, y, SIDE, 64, 9, "card");
    let title = if name == purpose { name.to_owned() } else { format!("{name} · {purpose}") };
    canvas.text(x + 12, y + 21, 13, "strong", &title, 180);
    canvas.text_end(x + SIDE - 12, y + 21, 12, "", &gauge.shown(), 122);
    canvas.text(x + 12, y + 39, 12, "muted", note, SIDE - 84);
    canvas.text_end(x + SIDE - 12, y + 39, 12, "muted", &gauge.percent(), 56);
    canvas.bar(x + 12, y + 48, SIDE - 24, 7, gauge.used, gauge.total, fill);
    y + 64 + 8
}

fn draw_pod(canvas: &mut Canvas, pod: &PodView, x: i64, top: i64, width: i64, small: bool) -> i64 {
    canvas.panel(x, top, width, "pod", |canvas| {
        canvas.text(x + 14, top + 24, 14, "strong", &format!("Pod {}", pod.name), width / 2);
        canvas.text_end(x + width - 14, top + 24, 12, "muted", &pod.subnet, width / 2 - 40);
        let mut y = top + 36;
        for cluster in &pod.clusters {
            y = draw_cluster(canvas, cluster, x + 12, y, width - 24, small) + GAP;
        }
        y
    })
}

fn draw_cluster(canvas: &mut Canvas, cluster: &ClusterView, x: i64, top: i64, width: i64, small: bool) -> i64 {
    let (columns, height) = if small { (6, 56) } else { (4, 104) };
    canvas.panel(x, top, width, "cluster", |canvas| {
        canvas.text(x + 12, top + 22, 13, "strong", &format!("Cluster {}", cluster.name), width / 2);
        let vms: u64 = cluster.hosts.iter().map(|h| h.vms).sum();
        let note = format!("{} · {} hosts · {vms} machines", cluster.hypervisor, cluster.hosts.len());
        canvas.text_end(x + width - 12, top + 22, 12, "muted", &note, width / 2 - 30);
        let (y, card) = (top + 32, (width - 24 - (columns - 1) * 8) / columns);
        let mut bottom = y;
        for (n, host) in (0..).zip(&cluster.hosts) {
            let at = (x + 12 + n % columns * (card + 8), y + n / columns * (height + 8));
            if small {
                draw_small_host(canvas, host, at, card)
            } else {
                draw_host(canvas, host, at, card)
            }
            bottom = at.1 + height + GAP;
        }
        bottom
    })
}

fn draw_host(canvas: &mut Canvas, host: &HostView, (x, y): (i64, i64), width: i64) {
    canvas.group(&host.told(), |canvas| {
        canvas.rect(x, y, width, 104, 6, "card");
        canvas.dot(x + 15, y + 17, host.up);
        canvas.text(x + 26, y + 22, 13, "strong", &host.name, width - 100);
        canvas.text_end(x + width - 10, y + 22, 12, "muted", &host.machines(), 66);
        for (row, name, gauge, fill) in [(0, "CPU", host.cpu, Fill::Cpu), (1, "RAM", host.ram, Fill::Ram)] {
            let line = y + 43 + row * 33;
            canvas.text(x + 10, line, 11, "muted", name, 30);
            canvas.text_end(x + width - 10, line, 11, "", &gauge.shown(), width - 60);
            canvas.bar(x + 10, line + 6, width - 20, 7, gauge.used, gauge.total, fill);
        }
    });
}

fn draw_small_host(canvas: &mut Canvas, host: &HostView, (x, y): (i64, i64), width: i64) {
    canvas.group(&host.told(), |canvas| {
        canvas.rect(x, y, width, 56, 5, "card");
        canvas.dot(x + 12, y + 15, host.up);
        canvas.text(x + 21, y + 19, 11, "strong", &host.name, width - 62);
        canvas.text_end(x + width - 8, y + 19, 11, "muted", &host.vms.to_string(), 30);
        canvas.bar(x + 8, y + 28, width - 16, 6, host.cpu.used, host.cpu.total, Fill::Cpu);
        canvas.bar(x + 8, y + 40, width - 16, 6, host.ram.used, host.ram.total, Fill::Ram);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str, used: u64) -> HostView {
        let cpu = Gauge { used, total: 100_000, unit: Unit::Mhz };
        let ram = Gauge { used: used / 4, total: 65_536, unit: Unit::Mib };
        HostView { name: name.into(), up: true, cpu, ram, vms: used / 2_000 }
    }

    fn topology(hosts: usize) -> Topology {
        let hosts = (0..hosts).map(|n| host(&format!("h-{n:02}"), n as u64 * 2_000)).collect();
        let cluster = ClusterView { name: "c".into(), hypervisor: "Simulator".into(), hosts };
        let pod = PodView { name: "p".into(), subnet: "10.0.0.0/24".into(), clusters: vec![cluster] };
        let zone =
            ZoneView { name: "z".into(), kind: "Basic".into(), pods: vec![pod], networks: vec![], pools: vec![] };
        Topology { title: "t".into(), subtitle: "s".into(), zones: vec![zone] }
    }

    #[test]
    fn every_host_is_drawn_and_the_text_is_always_the_same() {
        for count in [0, 1, 7, 40, 48, 49, 200] {
            let drawn = svg(&topology(count));
            assert_eq!(drawn, svg(&topology(count)));
            assert_eq!(drawn.matches("<title>h-").count(), count);
            assert_eq!(drawn.matches("<g").count(), drawn.matches("</g>").count());
        }
    }

    #[test]
    fn names_cannot_break_out_of_the_picture() {
        let mut nasty = topology(1);
        nasty.title = "<script>alert(\"1\") & 'x'</script>\u{1}".into();
        nasty.zones[0].pods[0].clusters[0].hosts[0].name = "</title><a>".into();
        let drawn = svg(&nasty);
        assert!(!drawn.contains("<script") && !drawn.contains("<a>") && !drawn.contains('\u{1}'));
        assert!(drawn.contains("&lt;script&gt;alert(&quot;1&quot;) &amp; &apos;x&apos;"));
    }

    #[test]
    fn long_names_are_cut_to_their_place() {
        let mut long = topology(1);
        long.zones[0].pods[0].clusters[0].hosts[0].name = "a-very-long-host-name.with.a.domain.example.org".into();
        let drawn = svg(&long);
        assert!(drawn.contains('…'));
        // The whole name is still there for whoever points at the host.
        assert!(drawn.contains("<title>a-very-long-host-name.with.a.domain.example.org"));
    }
}
