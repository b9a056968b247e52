//! For every rule: a planted violation is found, and by that rule alone; what is fine is left in peace.

use super::features::{PATH, proofs, refreshed};
use super::source::Source;
use super::{Violation, check};

const CORE: &str = "cloudstack-core/src/plan/site.rs";
const FREE: &str = "cloudstack-client/src/a.rs";

/// The rules that fire on one file.
fn fires(path: &str, text: &str) -> Vec<&'static str> {
    rules(&check(&[(path, text)]))
}

fn rules(found: &[Violation]) -> Vec<&'static str> {
    let mut rules: Vec<_> = found.iter().map(|violation| violation.rule).collect();
    rules.dedup();
    rules
}

const FINE: [&str; 0] = [];

#[test]
fn imports_from_above_and_from_neighbours_are_found() {
    for (path, text) in [
        ("cloudstack-core/src/base/id.rs", "use crate::model::vm::Vm;"),
        ("cloudstack-core/src/model.rs", "use crate::{base::id, plan::site};"),
        ("cloudstack-core/src/plan/site.rs", "fn f() { crate::alloc::ip::lowest(); }"),
        ("cloudstack-core/src/plan/site.rs", "use super::super::rules::ir;"),
        ("cloudstack-core/src/plan/site.rs", "#[cfg(test)] mod tests { use crate::flow::vm; }"),
        ("cloudstack-core/src/ledger.rs", "use crate::engine::saga;"),
        ("cloudstack-core/src/rules/ir.rs", "use crate::Error;"),
        ("cloudstack-core/src/flow/vm.rs", "use crate::testkit::world;"),
        ("cloudstack-core/src/attic.rs", ""),
    ] {
        assert_eq!(fires(path, text), ["arrow"], "{path}: {text}");
    }
    for (path, text) in [
        ("cloudstack-core/src/model/vm.rs", "use crate::base::{id::VmId, Name}; use crate::model::nic;"),
        ("cloudstack-core/src/flow/vm/deploy.rs", "use crate::{engine::saga, ledger::View, plan, rules};"),
        ("cloudstack-core/src/plan/site.rs", "use super::placement; // use crate::flow is prose here\n"),
        ("cloudstack-core/src/plan/site.rs", "#[cfg(test)] mod tests { use crate::testkit::checks; use super::*; }"),
        ("cloudstack-core/src/testkit/world.rs", "use crate::{cloud::Cloud, flow, docs, Cloud as C};"),
        ("cloudstack-core/src/lib.rs", "pub use crate::cloud::Cloud;"),
        ("cloudstack-core/src/base/id.rs", "crate::registry! { a }"),
    ] {
        assert_eq!(fires(path, text), FINE, "{path}: {text}");
    }
}

#[test]
fn impure_words_are_found_in_pure_rooms() {
    for text in [
        "async fn f() {}",
        "use tokio::sync::Notify;",
        "use std::{collections::BTreeMap, fs};",
        "use std::net::{Ipv4Addr, TcpStream};",
        "fn f() { std::thread::yield_now() }",
        "fn f() -> u64 { std::process::id().into() }",
        "use std::time::Instant;",
        "fn f() { std::time::SystemTime::now(); }",
        "fn f() { rand::random() }",
    ] {
        assert_eq!(fires(CORE, text), ["purity"], "{text}");
        assert_eq!(fires("cloudstack-core/src/flow/vm.rs", text), FINE, "{text}");
    }
    assert_eq!(fires(CORE, "use std::net::{IpAddr, Ipv4Addr}; use std::time::Duration;"), FINE);
}

#[test]
fn lengths_are_measured() {
    assert_eq!(fires(FREE, &"\n".repeat(801)), ["file-length"]);
    assert_eq!(fires(FREE, &"\n".repeat(800)), FINE);
    let function = |lines: usize| format!("fn f(a: [u8; 3]) -> u8 {{\n{}}}\n", "    \"}\";\n".repeat(lines - 2));
    assert_eq!(fires(FREE, &function(71)), ["function-length"]);
    assert_eq!(fires(FREE, &function(70)), FINE);
    assert_eq!(fires(FREE, &format!("trait T {{ fn f(&self); }}\n{}", "struct A;\n".repeat(90))), FINE);
}

#[test]
fn modules_and_names_follow_the_house() {
    assert_eq!(fires("cloudstack-drivers/src/sim/mod.rs", ""), ["mod-rs"]);
    for text in ["struct VmManager;", "enum StringUtils {}", "trait DnsService {}", "type FooImpl = u8;"] {
        assert_eq!(fires(FREE, text), ["name"], "{text}");
    }
    assert_eq!(fires("examples/src/helpers.rs", ""), ["name"]);
    assert_eq!(fires(FREE, "enum Service {} struct Implicit; struct Manages; fn manager() {}"), FINE);
}

#[test]
fn vendors_words_stay_in_their_folder() {
    let text = "fn f() -> &'static str { \"KVM\" }";
    assert_eq!(fires("cloudstack-core/src/flow/vm.rs", text), ["vendor"]);
    assert_eq!(fires("cloudstack-core/src/flow/vm.rs", "struct VmwareHost;"), ["vendor"]);
    assert_eq!(fires("cloudstack-core/src/flow/vm.rs", "//! Unlike KVM, this.\n/* vSphere */"), FINE);
    assert_eq!(fires("cloudstack-core/src/flow/vm.rs", "struct Hypervisor { driver: &'static str }"), FINE);
    assert_eq!(fires("cloudstack-core/src/flow/vm.rs", "#[cfg(test)] mod tests { const K: &str = \"KVM\"; }"), FINE);
    assert_eq!(fires("cloudstack-core/src/plan/lint/agent.rs", text), FINE);
    assert_eq!(fires("cloudstack-drivers/src/sim/host.rs", text), ["vendor"]);
    let filter = "const PROGRAM: &str = \"ipset\";";
    assert_eq!(fires("cloudstack-drivers/src/iptables/apply.rs", filter), FINE);
    assert_eq!(fires("cloudstack-drivers/src/nftables/apply.rs", filter), ["vendor"]);
    assert_eq!(fires("cloudstack-drivers/src/lib.rs", "pub mod iptables;"), FINE);
}

#[test]
fn unfinished_work_is_found() {
    assert_eq!(fires(FREE, "fn f() { g().unwrap() }"), ["unwrap"]);
    assert_eq!(fires(FREE, "/// g().unwrap()\nfn f() {}\n#[cfg(test)] mod tests { fn g() { h().unwrap() } }"), FINE);
    assert_eq!(fires("cloudstack-client/tests/a.rs", "fn f() { g().unwrap() }"), FINE);
    for text in
        ["fn f() { todo!() }", "fn f() { dbg!(1); }", "fn f() { unimplemented!() }", "// TODO later", "/// FIXME"]
    {
        assert_eq!(fires(FREE, text), ["unfinished"], "{text}");
    }
    assert_eq!(fires(FREE, "const A: &str = \"TODO dbg!(1)\"; // a todo list is a noun"), FINE);
    for text in ["// let a = b();", "// }", "// if a {", "// #[test]", "    // foo(bar);"] {
        assert_eq!(fires(FREE, text), ["dead-code"], "{text}");
    }
    assert_eq!(fires(FREE, "// Sorted by name; see above.\n/// let a = b();\n//! use x;\n"), FINE);
}

#[test]
fn silenced_lints_give_a_reason_and_nothing_is_unsafe() {
    assert_eq!(fires(FREE, "#[allow(dead_code)] fn f() {}"), ["allow"]);
    assert_eq!(fires(FREE, "#![expect(dead_code)]"), ["allow"]);
    assert_eq!(fires(FREE, "#[expect(dead_code, reason = \"kept for its shape\")] fn f() {}"), FINE);
    assert_eq!(fires(FREE, "fn f() { unsafe { g() } }"), ["unsafe"]);
}

#[test]
fn places_of_one_machine_are_found_in_every_text() {
    for place in [concat!("/wo", "rk/x"), concat!("/ro", "ot/x"), concat!("../sha", "red/x")] {
        for path in [FREE, "README.md", ".ci/run"] {
            assert_eq!(fires(path, &format!("// see {place}")), ["place"], "{path}: {place}");
        }
    }
}

/// Two rows, and a test that claims the first.
fn feature_files(first: &str, second: &str, claim: &str) -> Vec<Violation> {
    let table = format!("| id | what | status | tests |\n|---|---|---|---|\n{first}\n{second}\n");
    let test = format!("/// Shows it.\n///\n/// Proves: {claim}\n#[test]\nfn shown() {{}}\n");
    check(&[(PATH, &table), ("cloudstack-core/src/a.rs", &format!("use a;\n{test}"))])
        .into_iter()
        .filter(|violation| violation.rule != "arrow")
        .collect()
}

#[test]
fn features_and_tests_agree_at_both_ends() {
    let done = "| AB-01 | a | done | `core/src/a.rs::shown` |";
    let open = "| AB-02 | b | open | |";
    assert_eq!(feature_files(done, open, "AB-01"), []);
    for (first, second, claim, told) in [
        ("| AB-01 | a | open | |", open, "AB-01", "proven, but the table says open"),
        (done, "| AB-02 | b | done | `core/src/a.rs::shown` |", "AB-01", "no test proves it"),
        ("| AB-01 | a | done | |", open, "AB-01", "names no test"),
        ("| AB-01 | a | done | `core/src/a.rs::gone` |", open, "AB-01", "does not exist"),
        (done, open, "AB-01, AB-03", "not in the table"),
        (done, "| AB-02 | b | nearly | |", "AB-01", "not a status"),
        (done, "| AB-01 | b | open | |", "AB-01", "there twice"),
    ] {
        let found = feature_files(first, second, claim);
        assert!(found.iter().any(|v| v.rule == "feature" && v.text.contains(told)), "{told}: {found:?}");
    }
    let claim = "/// Proves: AB-01\nfn not_a_test() {}";
    let found = check(&[(PATH, "| AB-01 | a | open | |"), (FREE, claim)]);
    assert!(found.iter().any(|violation| violation.text.contains("not a test")), "{found:?}");
}

#[test]
fn a_refreshed_table_is_true_and_stays_as_it_is() {
    let text = "/// Proves: AB-01\n#[tokio::test]\nasync fn shown() {}";
    let table = "# Head\n\n| id | what | status | tests |\n|---|---|---|---|\n| AB-01 | a | open | |\n| AB-02 | b | done | `x` |\n";
    let proofs = proofs(&[Source::new(FREE, text)]);
    let fresh = refreshed(table, &proofs);
    assert!(fresh.contains("| AB-01 | a | done | `client/src/a.rs::shown` |\n| AB-02 | b | open | |\n"), "{fresh}");
    assert_eq!(refreshed(&fresh, &proofs), fresh);
    assert_eq!(rules(&check(&[(PATH, &fresh), (FREE, text)])), FINE);
}
