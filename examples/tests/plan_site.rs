//! The planner as a program: what it prints, and how it ends.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::process::{Command, Output};

fn plan_site(args: &[&str]) -> Output {
    let manifest = env!("CARGO_MANIFEST_DIR");
    Command::new(env!("CARGO_BIN_EXE_plan-site")).args(args).current_dir(manifest).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn fifty_people_are_planned_without_a_finding() {
    let done = plan_site(&["--people", "50"]);
    let out = text(&done.stdout);
    assert_eq!(done.status.code(), Some(0), "{out}");
    for part in [
        "112 cores for 200 planned",
        "300 GiB of 448 GiB memory: 67 %",
        "7 hosts in 1 cluster and 1 pod",
        "Findings\n  none",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
}

#[test]
fn a_plan_with_errors_is_status_one_and_its_correction_status_zero() {
    let faulty = plan_site(&["--check", "clouds/dev-team.toml"]);
    assert_eq!(faulty.status.code(), Some(1));
    assert_eq!(text(&faulty.stdout).matches("PLAN-08").count(), 3);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("better.toml");
    let file = file.to_str().unwrap();
    let corrected = plan_site(&["--check", "clouds/dev-team.toml", "--correct", "--format", "toml", "--out", file]);
    assert_eq!(corrected.status.code(), Some(0), "{}", text(&corrected.stderr));
    assert_eq!(plan_site(&["--check", file]).status.code(), Some(0));
}

#[test]
fn every_format_is_whole() {
    let json: serde_json::Value = serde_json::from_slice(&plan_site(&["--format", "json"]).stdout).unwrap();
    assert_eq!((json["sizing"]["hosts"].as_u64(), json["findings"].as_array().map(Vec::len)), (Some(7), Some(0)));
    let svg = text(&plan_site(&["--format", "svg"]).stdout);
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    let plan = text(&plan_site(&["--format", "toml"]).stdout);
    assert!(cloudstack_core::plan::site::SitePlan::from_toml(&plan).is_ok());
}

#[test]
fn bad_input_is_status_two_with_field_value_and_remedy() {
    for (args, parts) in [
        (vec!["--people", "0"], ["people = 0", "a number above 0"]),
        (vec!["--vm-ram", "1GB"], ["--vm-ram: `1GB`", "`64 GiB`"]),
        (vec!["--subnet", "10.0.0.1/24"], ["--subnet: `10.0.0.1/24`", "`10.0.0.0/24`"]),
        (vec!["--hypervisor", "Zen"], ["--hypervisor: `Zen`", "XenServer"]),
        (vec!["--check", "nowhere.toml"], ["nowhere.toml", "give a plan file"]),
        (vec!["--check", "Cargo.toml"], ["Cargo.toml: line", "unknown field"]),
    ] {
        let done = plan_site(&args);
        let error = text(&done.stderr);
        assert_eq!(done.status.code(), Some(2), "{args:?}: {error}");
        assert!(parts.iter().all(|part| error.contains(part)), "{args:?}: {error}");
    }
}
