//! The quickstart as a program: the whole story, the second run, and what it says to bad input.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const PLAN: &str = include_str!("../clouds/dev-team.toml");
const PROGRAM: &str = env!("CARGO_BIN_EXE_quickstart");

fn quickstart(data: &Path, args: &[&str]) -> Output {
    Command::new(PROGRAM).arg("--data").arg(data).args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The one object on standard output.
fn told(done: &Output) -> Value {
    serde_json::from_slice(&done.stdout).unwrap_or_else(|e| panic!("{e}: {done:?}"))
}

/// Every file of a directory with what is in it; nothing if there is no directory.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().map(Result::unwrap);
    entries.map(|e| (e.file_name().into_string().unwrap(), std::fs::read(e.path()).unwrap())).collect()
}

/// A data directory with the smallest cloud in it, and its plan.
fn tiny() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/clouds/tiny.toml").to_owned();
    let done = quickstart(&folder.path().join("data"), &[&plan, "--json"]);
    assert!(done.status.success(), "{done:?}");
    (folder, plan)
}

#[test]
fn the_whole_story_and_again() {
    let folder = tempfile::tempdir().unwrap();
    let (data, picture) = (folder.path().join("data"), folder.path().join("cloud.svg"));
    let first = quickstart(&data, &["--svg", picture.to_str().unwrap()]);
    let story = text(&first.stdout);
    assert!(first.status.success(), "{first:?}");
    for part in [
        "What is wrong with it as written: 4 errors, 1 warning, 2 to consider",
        "the guest range 92.168.168.30-250 lies outside 192.168.168.0/24",
        "Corrected: 5 findings",
        "simulated, standing in for XenServer",
        "200 of 200 machines run; 200 made now",
        "200 different addresses, 200 different hardware addresses",
        "XS-07  192.168.168.9  Up",
        "192.168.168.30-250   guests, guest (dev)    untagged   200  221",
        "fits nowhere:",
        "The smallest change: ",
        "it fits, on XS-0",
    ] {
        assert!(story.contains(part), "{part}: {story}");
    }
    assert!(story.lines().all(|line| line.chars().count() <= 100), "{story}");
    assert!(text(&first.stderr).contains("200 of 200"), "progress is told");
    let drawn = std::fs::read_to_string(&picture).unwrap();
    assert!(drawn.starts_with("<svg ") && drawn.matches("<title>XS-").count() == 7);

    let hosts = std::fs::read(data.join("hosts.jsonl")).unwrap();
    let second = told(&quickstart(&data, &["--json"]));
    for (key, value) in [("vms_running", 200), ("addresses_used", 200), ("macs_used", 200), ("vms_deployed", 0)] {
        assert_eq!(second[key], value, "{key}");
    }
    assert_eq!((second["changed"].as_bool(), second["guests_running"].as_u64()), (Some(false), Some(200)));
    assert_eq!(second["findings"].as_array().unwrap().len(), 7);
    assert_eq!(second["hosts"].as_array().unwrap().iter().map(|h| h["vms"].as_u64().unwrap()).sum::<u64>(), 200);
    assert_eq!(second["refusal"]["hosts"].as_array().unwrap().len(), 7);
    assert!(second["refusal"]["fits_on"].is_string() && second["elapsed_ms"].is_u64());
    assert_eq!(std::fs::read(data.join("hosts.jsonl")).unwrap(), hosts, "no host was asked to do anything");
}

const LONG_NAME: &str = concat!(
    "name = \"#",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\""
);

/// What a plan gets wrong, by the text that is replaced in it, and what is said about it.
const BAD_PLANS: &[(&str, &str, &str, [&str; 3])] = &[
    (
        "overlapping ranges",
        "guest = { addresses = \"92.168.168.30-250\" }  # printed so",
        "guest = { addresses = \"192.168.168.5-250\" }",
        ["SITE-07 zones[0].pods[0].guest", "192.168.168.5-250", "->"],
    ),
    (
        "a gateway outside its subnet",
        "gateway = \"192.168.168.1\"",
        "gateway = \"192.168.169.1\"",
        ["SITE-04 zones[0].pods[0].gateway", "192.168.169.1", "write `192.168.168.1`"],
    ),
    ("an unknown offering", "offering = \"dev\"", "offering = \"huge\"", ["vm_groups[0].offering", "huge", "->"]),
    ("a duplicate name", "name = \"ubuntu\"\nos", "name = \"windows-2008\"\nos", ["templates", "windows-2008", "->"]),
    (
        "no address",
        "gateway = \"192.168.168.1\"",
        "gateway = \"192.168.168.1.7\"",
        ["gateway", "192.168.168.1.7", "line"],
    ),
    ("a name nobody sees", "name = \"rack-1\"", "name = \"\\u001b[31m\"", ["zones[0].pods[0].name", "control", "->"]),
    ("a name too long", "name = \"win-###\"", LONG_NAME, ["vm_groups[0].name", "longer than 255", "->"]),
    ("no space", "capacity = \"900 GB\"", "capacity = \"0 GB\"", ["SITE-17 zones[0]", "of 0 B", "add primary storage"]),
    ("an unknown field", "count = 7", "counts = 7", ["counts", "unknown field", "line"]),
];

#[test]
fn a_plan_that_cannot_be_built_is_refused_and_nothing_is_touched() {
    let (folder, _) = tiny();
    let (fresh, old) = (folder.path().join("fresh"), folder.path().join("data"));
    let before = files(&old);
    for (what, part, instead, said) in BAD_PLANS {
        assert!(PLAN.contains(part), "{part}");
        let plan = folder.path().join("plan.toml");
        std::fs::write(&plan, PLAN.replacen(part, instead, 1)).unwrap();
        for data in [&fresh, &old] {
            let done = quickstart(data, &[plan.to_str().unwrap(), "--json"]);
            let error = text(&done.stderr);
            assert_eq!(done.status.code(), Some(2), "{what}: {error}");
            assert!(said.iter().all(|part| error.contains(part)), "{what}: {error}");
            assert!(error.contains("remedy: "), "{what}: {error}");
            assert_eq!(told(&done)["error"]["kind"], "Invalid", "{what}");
        }
        assert!(!fresh.exists() && files(&old) == before, "{what}: something was touched");
    }
}

#[test]
fn corrections_that_are_decisions_are_made_when_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let (plan, data) = (folder.path().join("plan.toml"), folder.path().join("data"));
    let moved = PLAN.replacen("gateway = \"192.168.168.1\"", "gateway = \"192.168.169.1\"", 1);
    std::fs::write(&plan, moved.replace("count = 100", "count = 1")).unwrap();
    let done = told(&quickstart(&data, &[plan.to_str().unwrap(), "--json", "--correct"]));
    assert_eq!(done["vms_running"], 2, "{done}");
}

#[test]
fn a_host_that_does_not_answer_is_named_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let done = quickstart(&data, &["--silence", "XS-03"]);
    let error = text(&done.stderr);
    assert_eq!(done.status.code(), Some(1), "{error}");
    for part in ["host XS-03 at 192.168.168.5 does not answer", "remedy: power it on"] {
        assert!(error.contains(part), "{error}");
    }
    assert!(!data.exists());
    let unknown = quickstart(&data, &["--silence", "XS-99"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("--silence: `XS-99`"));
}

#[test]
fn a_directory_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "mine").unwrap();
    let (below_a_file, proc) = (file.join("data"), Path::new("/proc/cloud"));
    let both = [Some(below_a_file.as_path()), Some(proc).filter(|p| p.parent().is_some_and(Path::exists))];
    for data in both.into_iter().flatten() {
        let done = quickstart(data, &["--json"]);
        let error = text(&done.stderr);
        assert_eq!(done.status.code(), Some(2), "{error}");
        for part in ["--data: ", data.to_str().unwrap(), "remedy: give "] {
            assert!(error.contains(part), "{part}: {error}");
        }
    }
    assert_eq!(std::fs::read(&file).unwrap(), b"mine");
    // The directory is there, and a file of it cannot be.
    std::fs::create_dir_all(folder.path().join("data/cloud.db")).unwrap();
    let done = quickstart(&folder.path().join("data"), &["--json"]);
    let error = text(&done.stderr);
    assert!(done.status.code() == Some(1) && error.contains("cloud.db cannot be written"), "{error}");
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let (folder, plan) = tiny();
    let data = folder.path().join("data");
    let database = data.join("cloud.db");
    // The version of the schema is at byte 60 of the file, in four bytes.
    let mut bytes = std::fs::read(&database).unwrap();
    bytes[60..64].copy_from_slice(&999u32.to_be_bytes());
    std::fs::write(&database, &bytes).unwrap();
    let before = files(&data);
    let done = quickstart(&data, &[&plan, "--json"]);
    let error = text(&done.stderr);
    assert_eq!(done.status.code(), Some(1), "{error}");
    for part in ["cloud.db has schema version 999", "run a newer program"] {
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(told(&done)["error"]["kind"], "Store");
    // The lock that was asked for may leave an empty log beside the file.
    let after = files(&data).into_iter().filter(|(name, bytes)| name != "cloud.db-wal" || !bytes.is_empty());
    assert!(after.eq(before), "something was touched");
}

#[test]
fn files_that_are_something_else_are_left_alone() {
    let letters = [
        ("cloud.db", "a letter to my aunt", "restore it from a backup"),
        ("hosts.jsonl", "dear aunt\n", "give the directory of an earlier run"),
    ];
    for (file, text_in_it, remedy) in letters {
        let (folder, plan) = tiny();
        let data = folder.path().join("data");
        std::fs::write(data.join(file), text_in_it).unwrap();
        let before = files(&data);
        let done = quickstart(&data, &[&plan]);
        let error = text(&done.stderr);
        assert!(!done.status.success() && error.contains(file) && error.contains(remedy), "{error}");
        assert!(files(&data) == before, "{file}: something was touched");
    }
}

/// A disk that takes nothing more is simulated by a limit on the size of files, which every Unix has.
#[test]
fn a_full_disk_stops_it_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut met = 0;
    // Blocks of 512 bytes: too little for an empty database, for the site, for all machines, for the last of them.
    for blocks in [8, 400, 1_500, 3_000] {
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" --json --data \"$1\"");
        let done = Command::new("sh").args(["-c", &limited, PROGRAM]).arg(&data).output().unwrap();
        let error = text(&done.stderr);
        if done.status.success() {
            continue;
        }
        met += 1;
        assert_eq!(done.status.code(), Some(1), "{blocks}: {error}");
        assert!(error.contains("no room left to write") && error.contains("free some space"), "{blocks}: {error}");
    }
    assert!(met >= 2, "the limit was met {met} times");
    let done = told(&quickstart(&data, &["--json"]));
    assert_eq!((done["vms_running"].as_u64(), done["guests_wrong"].as_u64()), (Some(200), Some(0)), "{done}");
    assert_eq!((done["addresses_used"].as_u64(), done["guests_running"].as_u64()), (Some(200), Some(200)), "{done}");
}

/// What stands where a file should be read or written is told before anything is built, and never waited for.
#[cfg(target_os = "linux")]
#[test]
fn pipes_and_devices_in_the_place_of_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let data = folder.path().join("data");
    let pipe = pipe.to_str().unwrap();
    for (args, said) in [
        (&["--svg", pipe][..], "--svg: "),
        (&["--svg", "/"], "--svg: "),
        (&["--svg", "/nowhere/cloud.svg"], "--svg: "),
        (&["/dev/zero"], "bytes are taken at most"),
        (&[pipe], "nobody writes to it"),
    ] {
        let done = quickstart(&data, args);
        let error = text(&done.stderr);
        assert_eq!(done.status.code(), Some(2), "{args:?}: {error}");
        assert!(error.contains(said) && error.contains("remedy: give "), "{args:?}: {error}");
        assert!(!data.exists(), "{args:?}");
    }
    let (folder, plan) = tiny();
    let data = folder.path().join("data");
    std::fs::remove_file(data.join("hosts.jsonl")).unwrap_or_default();
    std::os::unix::fs::symlink("/dev/zero", data.join("hosts.jsonl")).unwrap();
    let done = quickstart(&data, &[&plan]);
    assert!(done.status.code() == Some(2) && text(&done.stderr).contains("it is no file"), "{done:?}");
}

/// Hosts that have lost their guests are told, and not called a success.
#[test]
fn hosts_that_were_lost_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let (plan, data) = (folder.path().join("plan.toml"), folder.path().join("data"));
    std::fs::write(&plan, PLAN.replace("count = 100", "count = 1")).unwrap();
    let args = [plan.to_str().unwrap(), "--json"];
    assert!(quickstart(&data, &args).status.success());
    std::fs::remove_file(data.join("hosts.jsonl")).unwrap();
    let done = quickstart(&data, &args);
    let error = text(&done.stderr);
    assert_eq!(done.status.code(), Some(1), "{error}");
    assert!(error.contains("2 machines run, the hosts say 0") && error.contains("hosts.jsonl"), "{error}");
}

/// Paths need not be text, nor look like one of SQLite's own.
#[cfg(target_os = "linux")]
#[test]
fn paths_are_taken_as_they_are() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/clouds/tiny.toml");
    for name in [&b"data \xff\xfe"[..], b"file:data", b"data?mode=memory"] {
        let name = std::ffi::OsStr::from_bytes(name);
        let mut command = Command::new(PROGRAM);
        let done = command.current_dir(folder.path()).arg("--data").arg(name).args([plan, "--json"]).output().unwrap();
        assert!(done.status.success(), "{name:?}: {}", text(&done.stderr));
        assert!(told(&done)["database"].is_string());
        assert!(folder.path().join(name).join("cloud.db").is_file(), "{name:?}");
    }
}

/// A success is only told by the exit status if the object was told too.
#[cfg(target_os = "linux")]
#[test]
fn output_that_is_lost_is_a_failure() {
    let (folder, plan) = tiny();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = Command::new(PROGRAM);
    command.arg("--data").arg(folder.path().join("data")).args([&plan, "--json"]);
    let done = command.stdout(full).output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stderr).contains("standard output takes nothing more"), "{done:?}");
}

#[test]
fn help_says_what_it_does() {
    let help = text(&Command::new(PROGRAM).arg("--help").output().unwrap().stdout);
    for part in ["--data", "--svg", "--json", "--silence", "PLAN", "Exit status"] {
        assert!(help.contains(part), "{help}");
    }
}
