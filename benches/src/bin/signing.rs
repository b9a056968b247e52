//! Signing and verifying requests, beside the HMAC alone and beside a signer written without care for allocations.
//!
//! `cargo run --release -p cloudstack-benches --bin signing`
//!
//! Rounds of all contestants alternate, so that a noisy neighbour hits each of them; the median round counts.
//! One thread, by its own clock: the rates are per CPU second.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cloudstack_client::sign::{Received, Scratch, Signer, UnixSeconds, Verifier};
use hmac::{Hmac, KeyInit, Mac};
use rustix::time::{ClockId, clock_gettime};
use sha1::Sha1;
use std::hint::black_box;

const API_KEY: &str = "plgWJfZK4gyS3mOMTVmjUVg-X-jlWlnfaUJ9GAbBbf9EdM-kAYMmAiLqzzq1ElZLYq_u38zCm0bewzGUdP66mg";
const SECRET: &str = "VDaACYb0LV9eNjTetIOElcVQkvJck_J_QljX_FcHRj87ZKiy0z0ty0ZsYBkoXkY9b7eq1EhwJaw7FF3akA3KBQ";
const PARAMS: &[(&str, &str)] = &[
    ("command", "deployVirtualMachine"),
    ("zoneid", "1e1c5a08-7f1a-4f0e-9d0c-3f8d2f6a9b10"),
    ("serviceofferingid", "5c2b6f3e-2d8a-4a57-8f67-1b9c0d3e4f51"),
    ("templateid", "9a7d3c21-6e5f-4b8a-a1c9-0f2e4d6b8c72"),
    ("displayname", "build host 17 of qa"),
    ("response", "json"),
];

/// The peer: the same rule, said with `format!` and `String`s, the key set up again for each request.
fn plain_sign(params: &[(&str, &str)]) -> String {
    let mut pairs: Vec<(String, String)> = params.iter().map(|(n, v)| ((*n).to_owned(), plain_escape(v))).collect();
    pairs.push(("apiKey".to_owned(), plain_escape(API_KEY)));
    pairs.sort();
    let query = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    let mut mac = Hmac::<Sha1>::new_from_slice(SECRET.as_bytes()).expect("any length");
    mac.update(query.to_lowercase().as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    format!("{query}&signature={}", plain_escape(&signature))
}

fn plain_escape(text: &str) -> String {
    let bare = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'*');
    text.bytes().map(|b| if bare(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// The same request unsorted, with `+` for blanks, as a dictionary is sent by most libraries.
fn spelt(query: &str) -> String {
    let mut pairs: Vec<_> = query.split('&').collect();
    pairs.rotate_left(3);
    pairs.join("&").replace("%20", "+")
}

const ROUNDS: usize = 31;
const PER_ROUND: u32 = 20_000;

/// What this thread has used of its core, in nanoseconds.
fn cpu_nanos() -> i64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}

struct Lane<'a> {
    name: &'static str,
    goal: Option<f64>,
    work: Box<dyn FnMut() + 'a>,
    nanos: Vec<f64>,
}

impl<'a> Lane<'a> {
    fn new(name: &'static str, goal: Option<f64>, work: impl FnMut() + 'a) -> Self {
        Self { name, goal, work: Box::new(work), nanos: Vec::with_capacity(ROUNDS) }
    }

    fn round(&mut self) {
        let start = cpu_nanos();
        for _ in 0..PER_ROUND {
            (self.work)();
        }
        self.nanos.push((cpu_nanos() - start) as f64 / f64::from(PER_ROUND));
    }

    fn median(&mut self) -> f64 {
        self.nanos.sort_by(f64::total_cmp);
        self.nanos[self.nanos.len() / 2]
    }
}

fn main() {
    let signer = Signer::new(API_KEY, SECRET);
    let verifier = Verifier::new(SECRET);
    let query = signer.sign(PARAMS).expect("the parameters can be signed");
    assert_eq!(query, plain_sign(PARAMS), "the peer must do the same work");
    let text = query.rsplit_once("&signature=").expect("signed").0.to_lowercase();
    let keyed = Hmac::<Sha1>::new_from_slice(SECRET.as_bytes()).expect("any length");
    let now = UnixSeconds(1_800_000_000);

    let (mut sign_scratch, mut out) = (Scratch::default(), String::new());
    let (mut verify_scratch, mut request) = (Scratch::default(), Received::default());
    let (mut spelt_scratch, mut request_spelt) = (Scratch::default(), Received::default());
    let spelt = spelt(&query);
    let mut lanes = [
        Lane::new("HMAC-SHA1 alone, keyed state cloned", None, || {
            let mut mac = keyed.clone();
            mac.update(black_box(text.as_bytes()));
            black_box(mac.finalize());
        }),
        Lane::new("sign, whole", Some(2.0), || {
            signer.sign_into(black_box(PARAMS), None, &mut sign_scratch, &mut out).expect("can be signed");
            black_box(&out);
        }),
        Lane::new("sign, plain peer (format!, String)", None, || {
            black_box(plain_sign(black_box(PARAMS)));
        }),
        Lane::new("verify, as other clients spell it", None, || {
            request_spelt.parse(black_box(&spelt)).expect("can be read");
            verifier.verify(&request_spelt, now, &mut spelt_scratch).expect("is genuine");
        }),
        Lane::new("verify, whole: parse the query, judge it", Some(1.2), || {
            request.parse(black_box(&query)).expect("can be read");
            verifier.verify(&request, now, &mut verify_scratch).expect("is genuine");
        }),
    ];
    for _ in 0..ROUNDS {
        lanes.iter_mut().for_each(Lane::round);
    }

    println!("signed text: {} bytes, query: {} bytes; median of {ROUNDS} rounds", text.len(), query.len());
    println!("{:<42} {:>9} {:>8} {:>8} {:>9}", "what", "ns each", "M/s", "goal", "of HMAC");
    let bound = lanes[0].median();
    for lane in &mut lanes {
        let nanos = lane.median();
        let goal = lane.goal.map_or(String::new(), |goal| format!("{goal:.1}"));
        println!("{:<42} {nanos:>9.0} {:>8.2} {goal:>8} {:>8.2}x", lane.name, 1e3 / nanos, nanos / bound);
    }
}
