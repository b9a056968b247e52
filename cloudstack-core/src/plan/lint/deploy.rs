//! The machines to deploy: do the things exist that they name, and may they be reached.

use super::{Fix, Found, Rule, Subject, hierarchy::near};
use crate::plan::site::{Direction, RuleProtocol, SecurityRule, ZoneKind};

pub(super) const RULES: &[Rule] = &[
    Rule { id: "OFFR-05", title: "what a group of machines names is in the plan", check: references },
    Rule { id: "OFFR-08", title: "the host tags that offerings ask for are carried by a host", check: host_tags },
    Rule { id: "STOR-06", title: "templates have a format and a hypervisor that the zone can start", check: templates },
    Rule { id: "ZONE-15", title: "machines with security groups are in a zone that enforces them", check: enforced },
    Rule { id: "GNET-03", title: "machines of an Advanced zone name their networks", check: networks },
    Rule { id: "SITE-20", title: "security rules have the fields of their protocol", check: rule_fields },
    Rule { id: "SITE-21", title: "machines with security groups can be reached", check: reachable },
    Rule { id: "SITE-22", title: "log-in ports are not open to the whole Internet", check: open_to_all },
];

/// Networks and offerings that ship with the product need not be in the plan.
fn references(s: &Subject<'_>, found: &mut Found<'_>) {
    let plan = s.plan;
    let mut check = |place: String, what: &str, name: &str, known: Vec<&str>| {
        if !known.contains(&name) {
            near(found.error(&place, format!("there is no {what} `{name}`")), name, &known, &place);
        }
    };
    let zones: Vec<&str> = plan.zones.iter().map(|z| z.name.as_str()).collect();
    let groups: Vec<&str> = plan.security_groups.iter().map(|g| g.name.as_str()).collect();
    for (n, vm) in plan.vm_groups.iter().enumerate() {
        let place = |field: &str| format!("vm_groups[{n}].{field}");
        check(place("zone"), "zone", &vm.zone, zones.clone());
        let compute = plan.compute_offerings.iter().map(|o| o.name.as_str()).collect();
        check(place("offering"), "compute offering", &vm.offering, compute);
        check(place("template"), "template", &vm.template, plan.templates.iter().map(|t| t.name.as_str()).collect());
        if let Some(disk) = &vm.disk_offering {
            let known = plan.disk_offerings.iter().map(|o| o.name.as_str()).collect();
            check(place("disk_offering"), "disk offering", disk, known);
        }
        let zone = plan.zones.iter().find(|z| z.name == vm.zone);
        for (at, network) in vm.networks.iter().enumerate() {
            let known = zone.map(|z| z.guest_networks.iter().map(|n| n.name.as_str()).collect()).unwrap_or_default();
            check(format!("{}[{at}]", place("networks")), "guest network", network, known);
        }
        for (at, group) in vm.security_groups.iter().enumerate() {
            check(format!("{}[{at}]", place("security_groups")), "security group", group, groups.clone());
        }
    }
    for (place, rule) in security_rules(s) {
        for (at, group) in rule.groups.iter().enumerate() {
            check(format!("{place}.groups[{at}]"), "security group", group, groups.clone());
        }
    }
}

fn security_rules<'a>(s: &Subject<'a>) -> impl Iterator<Item = (String, &'a SecurityRule)> + use<'a> {
    let groups = s.plan.security_groups.iter().enumerate();
    groups.flat_map(|(n, group)| {
        group.rules.iter().enumerate().map(move |(at, rule)| (format!("security_groups[{n}].rules[{at}]"), rule))
    })
}

fn host_tags(s: &Subject<'_>, found: &mut Found<'_>) {
    for (n, offering) in s.plan.compute_offerings.iter().enumerate().filter(|(_, o)| !o.host_tags.is_empty()) {
        let carried = s.host_groups().iter().any(|(h, _)| offering.host_tags.iter().all(|tag| h.it.tags.contains(tag)));
        if !carried {
            let message =
                format!("no host carries `{}`, which `{}` asks for", offering.host_tags.join(", "), offering.name);
            found
                .error(format!("compute_offerings[{n}].host_tags"), message)
                .suggest("tag a host group so, or ask for other tags");
        }
    }
}

fn templates(s: &Subject<'_>, found: &mut Found<'_>) {
    for (n, template) in s.plan.templates.iter().enumerate() {
        let Some(sheet) = s.sheets.get(&template.hypervisor) else { continue };
        if let (false, Some(usual)) = (sheet.formats.contains(&template.format), sheet.formats.first()) {
            let place = format!("templates[{n}].format");
            let message = format!("{} starts no `{}` image", template.hypervisor, template.format);
            found.error(&place, message).suggest(format!("convert it and write `{usual}`")).fix(Fix::set(place, usual));
        }
    }
    for (n, group) in s.plan.vm_groups.iter().enumerate() {
        let Some(template) = s.plan.template(&group.template) else { continue };
        let clusters: Vec<_> = s.clusters().into_iter().filter(|(c, _)| c.zone.name == group.zone).collect();
        if !clusters.is_empty() && !clusters.iter().any(|(c, _)| c.it.hypervisor == template.hypervisor) {
            let message = format!(
                "zone `{}` has no {} cluster for template `{}`",
                group.zone, template.hypervisor, template.name
            );
            found
                .error(format!("vm_groups[{n}].template"), message)
                .suggest("choose a template for the zone's hypervisor");
        }
    }
}

fn enforced(s: &Subject<'_>, found: &mut Found<'_>) {
    for (n, group) in s.plan.vm_groups.iter().enumerate().filter(|(_, g)| !g.security_groups.is_empty()) {
        if let Some(z) = s.zones().find(|z| z.it.name == group.zone && !z.it.security_groups) {
            let message = format!("zone `{}` does not enforce security groups, and cannot be made to later", z.it.name);
            let fix = Fix::set(format!("{}.security_groups", z.place), true);
            found
                .error(format!("vm_groups[{n}].security_groups"), message)
                .suggest("create the zone with them")
                .fix(fix);
        }
    }
}

fn networks(s: &Subject<'_>, found: &mut Found<'_>) {
    for (n, group) in s.plan.vm_groups.iter().enumerate() {
        let Some(zone) = s.plan.zones.iter().find(|z| z.name == group.zone) else { continue };
        let place = format!("vm_groups[{n}].networks");
        match zone.kind {
            ZoneKind::Basic if !group.networks.is_empty() => {
                let fix = Fix { edits: vec![super::Edit { place: place.clone(), value: None }] };
                let message = format!("zone `{}` is Basic and has one guest network", zone.name);
                found.error(place, message).suggest("name no network").fix(fix);
            }
            ZoneKind::Advanced if group.networks.is_empty() && !zone.guest_networks.is_empty() => {
                let first = &zone.guest_networks[0].name;
                let fix = Fix::set(&place, [first]);
                let message = format!("zone `{}` has several kinds of network and none is named", zone.name);
                found
                    .warning(place, message)
                    .suggest(format!("name the default one first, such as `{first}`"))
                    .fix(fix);
            }
            _ => {}
        }
    }
}

fn rule_fields(s: &Subject<'_>, found: &mut Found<'_>) {
    for (place, rule) in security_rules(s) {
        let with_ports = matches!(rule.protocol, RuleProtocol::Tcp | RuleProtocol::Udp);
        let icmp = rule.icmp_type.is_some() || rule.icmp_code.is_some();
        let fault = match rule.ports {
            None if with_ports => {
                Some(("ports", "TCP and UDP rules name ports", "give ports such as `22` or `1-65535`"))
            }
            Some(_) if !with_ports => Some(("ports", "only TCP and UDP have ports", "leave `ports` out")),
            Some(ports) if ports.last < ports.first => {
                Some(("ports", "the last port comes before the first", "turn them round"))
            }
            _ if icmp && rule.protocol != RuleProtocol::Icmp => {
                Some(("icmp_type", "only ICMP has type and code", "leave them out"))
            }
            _ if rule.cidrs.is_empty() && rule.groups.is_empty() => {
                Some(("cidrs", "the rule names no peer and matches nothing", "give `cidrs` or `groups`"))
            }
            _ => None,
        };
        if let Some((field, message, text)) = fault {
            found.error(format!("{place}.{field}"), message).suggest(text);
        }
    }
}

fn reachable(s: &Subject<'_>, found: &mut Found<'_>) {
    for (n, vm) in s.plan.vm_groups.iter().enumerate().filter(|(_, vm)| !vm.security_groups.is_empty()) {
        let known = s.plan.security_groups.iter().filter(|g| vm.security_groups.contains(&g.name));
        let mut rules = known.flat_map(|g| &g.rules);
        if !rules.any(|rule| rule.direction == Direction::Ingress) {
            let message = "its security groups let nothing in";
            found
                .advice(format!("vm_groups[{n}].security_groups"), message)
                .suggest("add an ingress rule if anybody is to log in");
        }
    }
}

fn open_to_all(s: &Subject<'_>, found: &mut Found<'_>) {
    for (place, rule) in security_rules(s).filter(|(_, rule)| rule.direction == Direction::Ingress) {
        let all = rule.cidrs.iter().any(|cidr| cidr.0.prefix_len() == 0);
        let log_in =
            rule.ports.is_some_and(|ports| [22, 3389].iter().any(|port| (ports.first..=ports.last).contains(port)));
        if all && (log_in || rule.protocol == RuleProtocol::All) {
            let message = "log-in ports are open to every address";
            found.warning(format!("{place}.cidrs"), message).suggest("name the networks that people log in from");
        }
    }
}
