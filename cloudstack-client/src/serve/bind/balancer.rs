//! Load balancer rules, their members and their stickiness.

use super::rule::{blocks, listed, port, transport};
use super::vm::list_some;
use super::{Ask, Fault, Look, Object, binds, has_keyword, need_name, owner, refuse, says, tagged, tags};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::scope::Scope;
use crate::serve::write::Shown;
use cloudstack_core::base::id::{EntityId, LoadBalancerId, NetworkId, PublicIpId, StickinessPolicyId, VmId, ZoneId};
use cloudstack_core::flow::network::{
    AddLoadBalancer, AddStickiness, AssignMembers, DeleteLoadBalancer, DeleteStickiness, RemoveMembers,
    UpdateLoadBalancer,
};
use cloudstack_core::ledger::View;
use cloudstack_core::model::network::rule::{Algorithm, LoadBalancer};
use std::collections::BTreeSet;

binds! {
    "createLoadBalancerRule" act create, show_rule;
    "updateLoadBalancerRule" act update, show_rule;
    "deleteLoadBalancerRule" act delete;
    "listLoadBalancerRules" read list;
    "assignToLoadBalancerRule" act assign;
    "removeFromLoadBalancerRule" act remove;
    "listLoadBalancerRuleInstances" read list_members;
    "createLBStickinessPolicy" act stick, show_policy;
    "deleteLBStickinessPolicy" act unstick;
    "listLBStickinessPolicies" read list_policies;
}

fn algorithm(text: &str) -> Result<Algorithm, Fault> {
    let found = Algorithm::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(text));
    found.ok_or_else(|| Fault::invalid("algorithm", text, "give roundrobin, leastconn or source"))
}

async fn create(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    let need = |name: &str| port(ask, name)?.ok_or_else(|| Fault::missing(name));
    let ip = args.need("publicipid")?;
    let wish = AddLoadBalancer {
        description: args.text("description").unwrap_or("").to_owned(),
        transport: transport(ask)?,
        algorithm: algorithm(args.need_text("algorithm")?)?,
        from: blocks(ask, "cidrlist")?,
        open_firewall: args.flag("openfirewall").unwrap_or(true),
        network: args.id("networkid"),
        ..AddLoadBalancer::new(ip, need_name(ask, "name")?, need("publicport")?, need("privateport")?)
    };
    ask.make(wish).await
}

async fn update(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["customid", "protocol"])?;
    let rule = args.need("id")?;
    let wish = UpdateLoadBalancer {
        name: args.text("name").map(|text| super::name("name", text)).transpose()?,
        description: args.any_text("description").map(str::to_owned),
        algorithm: args.text("algorithm").map(algorithm).transpose()?,
        from: args.has("cidrlist").then(|| blocks(ask, "cidrlist")).transpose()?,
        ..UpdateLoadBalancer::of(rule)
    };
    ask.act(wish, rule).await
}

async fn delete(ask: &Ask<'_>) -> Result<Done, Fault> {
    let rule = ask.args.need("id")?;
    ask.act(DeleteLoadBalancer { rule }, rule).await
}

/// The machines that a request names.
fn members(ask: &Ask<'_>) -> Result<BTreeSet<VmId>, Fault> {
    refuse(ask, &["vmidipmap"])?;
    let vms: BTreeSet<VmId> = ask.args.ids("virtualmachineids").into_iter().collect();
    if vms.is_empty() { Err(Fault::missing("virtualmachineids")) } else { Ok(vms) }
}

async fn assign(ask: &Ask<'_>) -> Result<Done, Fault> {
    let rule = ask.args.need("id")?;
    ask.act(AssignMembers { rule, vms: members(ask)? }, rule).await
}

async fn remove(ask: &Ask<'_>) -> Result<Done, Fault> {
    let rule = ask.args.need("id")?;
    ask.act(RemoveMembers { rule, vms: members(ask)? }, rule).await
}

/// Rules that a list may show.
fn rules<'v>(ask: &'v Ask<'_>) -> Result<impl Iterator<Item = &'v LoadBalancer>, Fault> {
    let scope = Scope::of(ask)?;
    let view = ask.view();
    Ok(scope.rows::<LoadBalancer>(view).filter(move |rule| scope.holds(view, rule.account)))
}

fn members_of(view: &View, rule: &LoadBalancer) -> BTreeSet<VmId> {
    rule.members.iter().filter_map(|nic| view.nic(*nic)).map(|nic| nic.vm).collect()
}

fn list(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let (args, view) = (&ask.args, ask.view());
    let (id, ip) = (args.id::<LoadBalancerId>("id"), args.id::<PublicIpId>("publicipid"));
    let (network, zone) = (args.id::<NetworkId>("networkid"), args.id::<ZoneId>("zoneid"));
    let vm = args.id::<VmId>("virtualmachineid");
    let rows = rules(ask)?.filter(|rule| {
        id.is_none_or(|id| id == rule.id)
            && ip.is_none_or(|ip| ip == rule.ip)
            && network.is_none_or(|network| network == rule.network)
            && zone.is_none_or(|zone| view.network(rule.network).is_some_and(|n| n.zone == zone))
            && vm.is_none_or(|vm| members_of(view, rule).contains(&vm))
            && says(ask, "name", rule.name.as_str())
            && tagged(ask, rule.id)
            && has_keyword(ask, rule.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, rule| rule_fields(look, rule, o));
    Ok(())
}

fn show_rule(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.load_balancer(LoadBalancerId::from_u128(id)).map(|rule| rule_fields(look, rule, o)).is_some()
}

fn rule_fields(look: Look<'_>, rule: &LoadBalancer, o: &mut Object<'_>) {
    o.id("id", rule.id);
    o.put("name", rule.name.as_str());
    o.put("description", &rule.description);
    o.id("publicipid", rule.ip);
    o.put("publicip", look.view.public_ip(rule.ip).map(|ip| Shown(ip.address)));
    o.put("publicport", rule.port);
    o.put("privateport", rule.to);
    o.put("algorithm", rule.algorithm.as_str());
    o.id("networkid", rule.network);
    o.put("cidrlist", listed(&rule.from));
    owner(look, rule.account, o);
    o.put("state", rule.state.as_str());
    let zone = look.view.network(rule.network).and_then(|n| look.view.zone(n.zone));
    o.maybe("zoneid", zone.map(|z| z.id));
    o.put("zonename", zone.map(|z| z.name.as_str()));
    o.put("protocol", rule.transport.as_str());
    tags(look, rule.id, o);
    o.put("fordisplay", true);
}

fn list_members(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    if ask.args.is("lbvmips") {
        return Err(Fault::invalid("lbvmips", "true", "machines are told without their addresses apart"));
    }
    let view = ask.view();
    let id = ask.args.need::<LoadBalancerId>("id")?;
    // Whose rule it is was checked when its id was read.
    let rule = view.load_balancer(id).ok_or_else(|| Fault::foreign("id", &id.to_string()))?;
    let inside = members_of(view, rule);
    let vms: BTreeSet<VmId> = match ask.args.flag("applied") {
        Some(false) => {
            let there = view.nics().by("network", rule.network).map(|nic| nic.vm);
            there
                .filter(|vm| !inside.contains(vm) && view.vm(*vm).is_some_and(|vm| vm.account == rule.account))
                .collect()
        }
        _ => inside,
    };
    list_some(ask, reply, vms.into_iter().filter_map(|vm| view.vm(vm)))
}

/// The rule that has this policy.
fn having(view: &View, id: StickinessPolicyId) -> Option<&LoadBalancer> {
    view.load_balancers().iter().find(|rule| rule.stickiness.as_ref().is_some_and(|policy| policy.id == id))
}

/// Who owns the rule that has this policy.
pub(in crate::serve) fn owner_of_policy(
    view: &View,
    id: StickinessPolicyId,
) -> Option<cloudstack_core::base::id::AccountId> {
    having(view, id).map(|rule| rule.account)
}

async fn stick(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    let parameters = args.pairs("param").into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let wish = AddStickiness {
        rule: args.need("lbruleid")?,
        name: need_name(ask, "name")?,
        description: args.text("description").unwrap_or("").to_owned(),
        method: args.need_text("methodname")?.to_owned(),
        parameters,
    };
    ask.make(wish).await
}

async fn unstick(ask: &Ask<'_>) -> Result<Done, Fault> {
    let policy = ask.args.need::<StickinessPolicyId>("id")?;
    let rule = having(ask.view(), policy).map(|rule| rule.id);
    let rule = rule.ok_or_else(|| Fault::foreign("id", &policy.to_string()))?;
    ask.act(DeleteStickiness { rule, policy }, policy).await
}

fn list_policies(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let (rule, id) = (args.id::<LoadBalancerId>("lbruleid"), args.id::<StickinessPolicyId>("id"));
    if rule.is_none() && id.is_none() {
        return Err(Fault::missing("lbruleid"));
    }
    // Whose they are was checked when the ids were read.
    let rows = ask.view().load_balancers().iter().filter(|row| {
        let policy = row.stickiness.as_ref();
        rule.is_none_or(|rule| rule == row.id)
            && policy.is_some_and(|policy| id.is_none_or(|id| id == policy.id))
            && policy.is_some_and(|policy| has_keyword(ask, policy.name.as_str()))
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, rule| policy_fields(look, rule, o));
    Ok(())
}

fn show_policy(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    having(look.view, StickinessPolicyId::from_u128(id)).map(|rule| policy_fields(look, rule, o)).is_some()
}

fn policy_fields(look: Look<'_>, rule: &LoadBalancer, o: &mut Object<'_>) {
    o.id("lbruleid", rule.id);
    o.put("name", rule.name.as_str());
    o.put("description", &rule.description);
    let account = look.view.account(rule.account);
    o.put("account", account.map(|a| a.name.as_str()));
    o.maybe("domainid", account.map(|a| a.domain));
    o.put("domain", account.and_then(|a| look.view.domain(a.domain)).map(|d| d.name.as_str()));
    o.put("state", rule.state.as_str());
    o.maybe("zoneid", look.view.network(rule.network).map(|n| n.zone));
    o.each("stickinesspolicy", rule.stickiness.iter(), |o, policy| {
        o.id("id", policy.id);
        o.put("name", policy.name.as_str());
        o.put("methodname", &policy.does.method);
        o.put("description", &policy.description);
        o.put("state", rule.state.as_str());
        o.put("fordisplay", true);
        o.map("params", policy.does.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    });
}
