//! Every verb with steps meets every mishap: the list of verbs is read from the source, the list of steps from the program,
//! and a verb or a step that no case plays fails here.

use cloudstack_core::flow::Steps;
use cloudstack_core::flow::trouble::Phase;
use cloudstack_core::testkit::campaign::{Case, Stage, Tried};
use cloudstack_core::testkit::reality::Reality;
use cloudstack_drivers::sim::SimReality;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// The text of every file below a folder.
fn sources(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(std::fs::read_to_string(&path).expect("it is text"));
        }
    }
    found
}

/// The names in the blocks that begin with this, if the block says one of these words.
fn names(begin: &str, words: &[&str]) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/flow");
    let mut names = BTreeSet::new();
    for text in sources(&root) {
        for block in text.split(begin).skip(1) {
            let block = block.split("\n}\n").next().unwrap_or_default();
            let name = block.split("NAME: &'static str = \"").nth(1).and_then(|rest| rest.split('"').next());
            if let Some(name) = name.filter(|_| words.iter().any(|word| block.contains(word))) {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

#[test]
fn every_verb_with_steps_has_a_case() {
    let verbs = names("\nimpl Verb for ", &["Decision::then", "steps", "Decision {"]);
    let cases: BTreeSet<String> = Case::ALL.iter().map(|case| case.verb.to_owned()).collect();
    assert!(verbs.len() > 12, "the source is not read rightly: {verbs:?}");
    assert_eq!(verbs, cases, "a verb with steps needs a line in `cases!` of testkit/campaign/cases.rs");
}

/// What came of playing every case of a stage.
#[derive(Default)]
struct Played {
    times: u32,
    seen: BTreeSet<(&'static str, Phase)>,
    /// What was broken, and the story of the first.
    broken: Vec<String>,
    story: Vec<String>,
}

fn play(stage: Stage) -> Played {
    let devices = |seed, platform| -> Arc<dyn Reality> { Arc::new(SimReality::new(seed, platform)) };
    let mut played = Played::default();
    for case in Case::ALL.iter().filter(|case| case.stage == stage) {
        let did = case.play_all(&devices, &mut |what, tried: &Tried| {
            played.times += 1;
            if played.broken.is_empty() {
                played.story.clone_from(&tried.lines);
            }
            let laws: BTreeSet<String> = tried.violations.iter().map(ToString::to_string).collect();
            played.broken.extend(laws.into_iter().map(|law| format!("{what}: {law}")));
        });
        assert!(did.iter().any(|(_, phase)| *phase == Phase::Act), "{case:?} has no steps");
        played.seen.extend(did);
    }
    played
}

#[test]
fn every_step_of_every_verb_survives_every_mishap() {
    let stages = [Stage::Empty, Stage::Basic, Stage::Advanced];
    let played = std::thread::scope(|scope| {
        let playing = stages.map(|stage| scope.spawn(move || play(stage)));
        playing.map(|stage| stage.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    for stage in &played {
        assert!(stage.broken.is_empty(), "{:#?}\n{}", stage.broken, stage.story.join("\n"));
    }
    for step in Steps::NAMES {
        assert!(played.iter().any(|stage| stage.seen.contains(&(*step, Phase::Act))), "no case lets `{step}` act");
    }
    assert!(played.iter().map(|stage| stage.times).sum::<u32>() > 300);
}
