//! What two versions of a router do not share, so that a device is told no more than that.

use super::{Balancer, Forward, PublicAddress, Router};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Where two versions of a router differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// Public addresses that came, went, or lead elsewhere or let in something else than before.
    pub addresses: BTreeSet<IpAddr>,
    /// What guests may reach changed.
    pub egress: bool,
    /// The address that guests leave under changed.
    pub source_nat: bool,
    /// Some public address came, went, or lives elsewhere than before.
    pub places: bool,
}

impl Touched {
    /// True if the versions are the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Where `after` differs from `before`. Costs a walk over both.
///
/// ```
/// use cloudstack_core::rules::router::{Router, diff::touched};
///
/// let closed = Router::default();
/// let mut open = closed.clone();
/// open.egress.open = true;
/// assert!(touched(&closed, &closed).is_empty());
/// assert!(touched(&closed, &open).egress);
/// ```
#[must_use]
pub fn touched(before: &Router, after: &Router) -> Touched {
    let mut touched = Touched {
        addresses: BTreeSet::new(),
        egress: before.egress != after.egress,
        source_nat: before.source_nat != after.source_nat,
        places: false,
    };
    let place = |address: &PublicAddress| (address.subnet, address.gateway, address.vlan);
    for (address, old, new) in differing(&before.public, &after.public) {
        touched.addresses.insert(*address);
        touched.places |= old.map(place) != new.map(place);
    }
    for (_, old, new) in differing(&before.forwards, &after.forwards) {
        touched.addresses.extend([old, new].into_iter().flatten().map(|f: &Forward| f.public));
    }
    for (_, old, new) in differing(&before.balancers, &after.balancers) {
        touched.addresses.extend([old, new].into_iter().flatten().map(|b: &Balancer| b.public));
    }
    touched
}

type Differing<'a, K, V> = (&'a K, Option<&'a V>, Option<&'a V>);

/// The entries that one map has and the other has not, or has otherwise, by rising key.
fn differing<'a, K: Ord, V: PartialEq>(
    before: &'a BTreeMap<K, V>,
    after: &'a BTreeMap<K, V>,
) -> impl Iterator<Item = Differing<'a, K, V>> {
    let (mut left, mut right) = (before.iter().peekable(), after.iter().peekable());
    std::iter::from_fn(move || {
        loop {
            let key = match (left.peek(), right.peek()) {
                (Some((a, _)), Some((b, _))) => (*a).min(*b),
                (Some((a, _)), None) => *a,
                (None, Some((b, _))) => *b,
                (None, None) => return None,
            };
            let old = left.next_if(|(k, _)| *k == key).map(|(_, v)| v);
            let new = right.next_if(|(k, _)| *k == key).map(|(_, v)| v);
            if old != new {
                return Some((key, old, new));
            }
        }
    })
}

impl Router {
    /// The part that is about these public addresses alone: what they let in and where they lead. Egress is as in the whole.
    #[must_use]
    pub fn about(&self, addresses: &BTreeSet<IpAddr>) -> Self {
        let on = |address: &IpAddr| addresses.contains(address);
        Self {
            public: self.public.iter().filter(|(a, _)| on(a)).map(|(a, p)| (*a, p.clone())).collect(),
            source_nat: self.source_nat.filter(on),
            egress: self.egress.clone(),
            forwards: self.forwards.iter().filter(|(_, f)| on(&f.public)).map(|(id, f)| (*id, f.clone())).collect(),
            balancers: self.balancers.iter().filter(|(_, b)| on(&b.public)).map(|(id, b)| (*id, b.clone())).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::{EntityId, FirewallRuleId, PortForwardId};
    use crate::model::network::security_rule::{Ports, Service};
    use crate::rules::router::{Opening, Transport};

    fn address(n: u8) -> IpAddr {
        [203, 0, 113, n].into()
    }

    fn router() -> Router {
        let public = |n| {
            let subnet = "203.0.113.0/24".parse().unwrap();
            let place =
                PublicAddress { subnet, gateway: address(1), vlan: None, static_nat: None, firewall: BTreeMap::new() };
            (address(n), place)
        };
        Router { public: (2..9).map(public).collect(), source_nat: Some(address(2)), ..Router::default() }
    }

    #[test]
    fn a_rule_more_touches_its_address_alone() {
        let before = router();
        let mut after = before.clone();
        let opening = Opening { service: Service::Tcp(Ports::one(22)), from: ["0.0.0.0/0".parse().unwrap()].into() };
        after.public.get_mut(&address(3)).unwrap().firewall.insert(FirewallRuleId::from_u128(1), opening);
        let wanted = Touched { addresses: [address(3)].into(), ..Touched::default() };
        assert_eq!(touched(&before, &after), wanted);
        assert_eq!(touched(&after, &before), wanted);
        assert!(touched(&after, &after).is_empty());
        assert_eq!(after.about(&wanted.addresses).public.len(), 1);
    }

    #[test]
    fn a_forward_that_moves_touches_both_addresses_and_no_place() {
        let mut before = router();
        let forward = |n| Forward {
            public: address(n),
            transport: Transport::Tcp,
            ports: Ports::one(80),
            to: [10, 1, 1, 5].into(),
            to_first: 80,
            from: BTreeSet::new(),
        };
        before.forwards.insert(PortForwardId::from_u128(1), forward(3));
        let mut after = before.clone();
        after.forwards.insert(PortForwardId::from_u128(1), forward(4));
        let wanted = Touched { addresses: [address(3), address(4)].into(), ..Touched::default() };
        assert_eq!(touched(&before, &after), wanted);
        after.public.remove(&address(8));
        after.source_nat = None;
        let more = touched(&before, &after);
        assert!(more.places && more.source_nat && more.addresses.contains(&address(8)));
    }
}
