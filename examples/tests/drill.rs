//! The drill as a program: the same seeds tell the same story, and no number stops it half way.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::process::{Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_drill");

fn drill(args: &[&str]) -> Output {
    Command::new(PROGRAM).args(args).args(["--steps", "5"]).output().unwrap()
}

/// What it told, without the time it took.
fn told(done: &Output) -> String {
    let text = String::from_utf8(done.stdout.clone()).unwrap();
    text.rsplit_once(", ").unwrap().0.to_owned()
}

#[test]
fn the_same_seeds_tell_the_same_in_the_same_order() {
    let (one, many) = (drill(&["--seeds", "6", "--threads", "1"]), drill(&["--seeds", "6", "--threads", "3"]));
    assert!(one.status.success() && many.status.success(), "{one:?}");
    assert_eq!(told(&one), told(&many));
    let alone = told(&drill(&["--seed", "4", "--trace"]));
    let line = told(&one).lines().find(|line| line.starts_with("seed 4: ")).unwrap().to_owned();
    assert!(alone.contains(&line) && alone.lines().count() > 3, "{line}: {alone}");
}

#[test]
fn the_last_seeds_there_are_can_be_played() {
    let last = u64::MAX.to_string();
    assert!(told(&drill(&["--seed", &last])).contains(&format!("seed {last}: ")));
    let two = told(&drill(&["--seeds", "9", "--from", &(u64::MAX - 1).to_string()]));
    assert!(two.contains("2 campaigns, "), "{two}");
}

#[test]
fn what_cannot_be_played_is_refused() {
    for args in [&["--seeds", "0"][..], &["--trace"], &["--threads", "0"], &["--threads", "9999999"], &["--hosts", "0"]]
    {
        let done = drill(args);
        assert_eq!(done.status.code(), Some(2), "{args:?}");
        assert!(done.stdout.is_empty() && !done.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn a_reader_that_has_gone_away_does_not_stop_it() {
    let mut child =
        Command::new(PROGRAM).args(["--seeds", "2", "--steps", "2"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
