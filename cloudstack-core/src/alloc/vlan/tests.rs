use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn vlans(text: &str) -> Vec<TagRange> {
    TagRange::parse_list(Isolation::Vlan, text).unwrap()
}

#[test]
fn ranges_read_and_print() {
    let text = "1,140-147,196-203,4094";
    let printed: Vec<_> = vlans(text).iter().map(ToString::to_string).collect();
    assert_eq!(printed.join(","), text);
    let vni = TagRange::parse(Isolation::Vxlan, "5000-16777214").unwrap();
    assert_eq!((vni.first(), vni.last(), vni.kind()), (5_000, 16_777_214, Isolation::Vxlan));
}

#[test]
fn what_is_no_tag_is_refused_with_the_reason() {
    let bad = |kind, text| TagRange::parse(kind, text).unwrap_err();
    // The first three were accepted up to release 4.1.
    for (text, id) in [("0", 0), ("0-4096", 0), ("1-4096", 4_096), ("4095", 4_095), ("100-4095", 4_095)] {
        assert_eq!(bad(Isolation::Vlan, text), BadTags::NoTag { kind: Isolation::Vlan, id }, "{text}");
    }
    assert_eq!(bad(Isolation::Vlan, "4095").to_string(), "4095 is not a VLAN id; 1 to 4094 are");
    assert_eq!(bad(Isolation::Vxlan, "16777215").to_string(), "16777215 is not a VXLAN id; 1 to 16777214 are");
    assert_eq!(bad(Isolation::Vlan, "9-8"), BadTags::Backwards { kind: Isolation::Vlan, first: 9, last: 8 });
    for text in ["", "-", "5-", "-5", "a", "5-6-7", "+5", "5.0", "99999999999"] {
        assert!(matches!(bad(Isolation::Vlan, text), BadTags::Text { .. }), "{text}");
    }
    let overlap = TagPool::new(Isolation::Vlan, &vlans("5-9,1-2,9")).unwrap_err();
    assert_eq!(overlap.to_string(), "5-9 and 9 cannot be in one pool: they overlap, or are of two kinds");
    let vni = TagRange::new(Isolation::Vxlan, 7, 8).unwrap();
    assert!(TagPool::new(Isolation::Vlan, &[vlans("5")[0], vni]).is_err());
}

/// Every number of 16 bits has one use in the plan, or is no VLAN.
///
/// Proves: VLAN-01
#[test]
fn every_vlan_has_one_use_in_the_example_plan() {
    for id in 0..=u32::from(u16::MAX) {
        let expected = match id {
            1..500 => Some(VlanUse::Management),
            500..600 => Some(VlanUse::Public),
            600..800 => Some(VlanUse::GuestPicked),
            800..900 => Some(VlanUse::GuestAssigned),
            900..1_000 => Some(VlanUse::GuestShared),
            1_000..4_095 => Some(VlanUse::Reserved),
            _ => None,
        };
        assert_eq!(example_use(id), expected, "{id}");
    }
    let plan = EXAMPLE_PLAN.map(|(first, last, _)| ("a use", TagRange::new(Isolation::Vlan, first, last).unwrap()));
    assert_eq!(separate(&plan), Ok(()));
    assert!(plan.windows(2).all(|pair| pair[0].1.last() + 1 == pair[1].1.first()), "no tag between two rows");
}

/// Proves: PHYS-08
#[test]
fn kinds_of_traffic_must_have_ranges_of_their_own() {
    let mut uses: Vec<_> = ["management", "public", "guest"].into_iter().zip(vlans("1-499,500-599,600-799")).collect();
    assert_eq!(separate(&uses), Ok(()));
    // The same numbers as VXLAN identifiers are other tags.
    uses.push(("guest", TagRange::new(Isolation::Vxlan, 500, 600).unwrap()));
    assert_eq!(separate(&uses), Ok(()));
    uses.push(("storage", vlans("599-600")[0]));
    let refused = separate(&uses).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "public 500-599 and storage 599-600 overlap; each kind of traffic needs ids of its own"
    );
}

/// Networks come and go 10⁵ times over 200 tags: none is given to two at once, none is lost, and a full pool says so.
/// This is the pool's half of VLAN-02; when a network asks and gives back is not decided here.
#[test]
fn a_hundred_thousand_networks_leak_no_tag() {
    let mut pool = TagPool::new(Isolation::Vlan, &vlans("600-799")).unwrap();
    let (mut seed, mut live, mut cycles, mut full) = (Seed::new(42), Vec::new(), 0, 0);
    while cycles < 100_000 {
        // Waves: first more networks are implemented than shut down, then more shut down.
        let growing = (cycles / 1_000) % 2 == 0;
        if seed.chance(if growing { 3 } else { 1 }, 4) {
            match pool.take_random(&mut seed) {
                Ok(id) => {
                    assert!((600..=799).contains(&id) && !live.contains(&id), "{id}");
                    live.push(id);
                }
                Err(none) => {
                    assert_eq!((none.taken, live.len()), (200, 200));
                    full += 1;
                }
            }
        } else if !live.is_empty() {
            let id = live.swap_remove(seed.below(live.len() as u64) as usize);
            assert!(pool.give(id) && !pool.give(id));
            cycles += 1;
        }
        assert_eq!(pool.taken(), live.len() as u64);
    }
    assert!(full > 0, "the pool was never full, so the test shows less than it says");
    assert!(live.drain(..).all(|id| pool.give(id)));
    assert_eq!((pool.free(), pool.taken()), (200, 0));
}

/// The tag of an account's tier is drawn from the whole set, by the seed alone.
///
/// Proves: VPC-21
#[test]
fn a_tag_is_drawn_from_the_whole_set_by_the_seed() {
    let pool = TagPool::new(Isolation::Vlan, &vlans("600-649,700-749")).unwrap();
    let draw = |seed| pool.clone().take_random(&mut Seed::new(seed)).unwrap();
    assert_eq!(draw(9), draw(9));
    let drawn: BTreeSet<u32> = (0..2_000).map(draw).collect();
    assert_eq!(drawn, (600..=649).chain(700..=749).collect());
}

#[test]
fn every_vxlan_identifier_can_be_given() {
    let all = TagRange::new(Isolation::Vxlan, 1, Isolation::Vxlan.highest()).unwrap();
    let mut pool = TagPool::new(Isolation::Vxlan, &[all]).unwrap();
    assert_eq!((pool.free(), pool.take_lowest()), (16_777_214, Ok(1)));
    assert!(pool.take(16_777_214) && !pool.take(16_777_215) && !pool.take(0));
}

#[test]
fn ranges_in_use_may_grow_and_not_shrink_below_their_use() {
    let mut pool = TagPool::new(Isolation::Vlan, &vlans("600-699")).unwrap();
    assert!(pool.take(650) && pool.take(690));
    let mut grown = pool.reshaped(&vlans("500-799")).unwrap();
    assert_eq!((grown.taken(), grown.is_free(650), grown.take_lowest()), (2, false, Ok(500)));
    assert_eq!(pool.reshaped(&vlans("650,690")).unwrap().free(), 0);
    assert_eq!(pool.reshaped(&vlans("600-680")).unwrap_err(), BadTags::InUse { kind: Isolation::Vlan, id: 690 });
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_and_what_is_read_prints_back(text in "[0-9,+ -]{0,14}") {
        if let Ok(ranges) = TagRange::parse_list(Isolation::Vlan, &text) {
            let printed = ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
            prop_assert_eq!(TagRange::parse_list(Isolation::Vlan, &printed).unwrap(), ranges);
        }
    }
}
