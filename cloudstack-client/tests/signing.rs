//! Signing against a second implementation of the rule, and what signer and verifier promise each other.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cloudstack_client::sign::{BadParam, Explained, Received, Refused, Scratch, Signer, UnixSeconds, Verifier};
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use sha1::Sha1;
use std::collections::BTreeMap;

const NOW: UnixSeconds = UnixSeconds(1_800_000_000);

struct Vector<'a> {
    case: &'a str,
    secret: &'a str,
    query: &'a str,
    signature: &'a str,
}

fn vectors() -> impl Iterator<Item = Vector<'static>> {
    let known = include_str!("data/signatures.tsv").lines();
    known.chain(include_str!("data/hard-signatures.tsv").lines()).filter(|line| !line.starts_with('#')).map(|line| {
        let fields: Vec<_> = line.split('\t').collect();
        let [case, secret, query, _text, signature] = fields[..] else { panic!("five fields: {line}") };
        Vector { case, secret, query, signature }
    })
}

fn read(query: &str) -> Received {
    let mut request = Received::default();
    request.parse(query).expect("a query that can be read");
    request
}

fn judge(secret: &str, query: &str) -> Result<(), Refused> {
    let mut request = Received::default();
    request.parse(query).map_err(|_| Refused::Mismatch)?;
    Verifier::new(secret).verify(&request, NOW, &mut Scratch::default())
}

fn escape(text: &str) -> String {
    let bare = |b: u8| b.is_ascii_alphanumeric() || b".-_*".contains(&b);
    text.bytes().map(|b| if bare(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Proves: API-03
#[test]
fn every_vector_is_verified_and_no_other_signature_is() {
    for Vector { case, secret, query, signature } in vectors() {
        assert_eq!(judge(secret, &format!("{query}&signature={}", escape(signature))), Ok(()), "{case}");
        let swapped: String = signature.chars().rev().collect();
        assert!(judge(secret, &format!("{query}&signature={}", escape(&swapped))).is_err(), "{case}");
        assert!(judge("another", &format!("{query}&signature={}", escape(signature))).is_err(), "{case}");
    }
}

/// Proves: API-03
#[test]
fn every_vector_is_signed_alike() {
    let mut signed = 0;
    for Vector { case, secret, query, signature } in vectors() {
        let request = read(query);
        let own = |name: &str| ["apikey", "expires", "signatureversion"].contains(&name.to_lowercase().as_str());
        let params: Vec<_> = request.pairs().filter(|(name, _)| !own(name)).collect();
        let signer = Signer::new(request.api_key().unwrap(), secret);
        let made = match (request.get("signatureVersion"), request.get("expires")) {
            (None, None) => signer.sign(&params).unwrap(),
            (Some("3"), Some("2030-01-01T00:00:00+0000")) => {
                signer.sign_until(&params, UnixSeconds(1_893_456_000)).unwrap()
            }
            // Other spellings of the deadline are read but never written.
            _ => continue,
        };
        assert_eq!(read(&made).get("signature"), Some(signature), "{case}");
        signed += 1;
    }
    assert!(signed >= 400, "only {signed} vectors were signed");
}

/// Proves: API-04
#[test]
fn names_and_values_are_sent_in_their_own_case() {
    let query = Signer::new("AbC", "s").sign(&[("name", "MyVM"), ("command", "listVirtualMachines")]).unwrap();
    assert!(query.starts_with("apiKey=AbC&command=listVirtualMachines&name=MyVM&signature="), "{query}");
}

#[test]
fn a_deadline_is_kept_to_the_second() {
    let query = Signer::new("k", "s").sign_until(&[("command", "listZones")], NOW).unwrap();
    let request = read(&query);
    let at = |now| Verifier::new("s").verify(&request, UnixSeconds(now), &mut Scratch::default());
    assert_eq!(at(NOW.0), Ok(()));
    assert_eq!(at(NOW.0 + 1), Err(Refused::Expired { at: NOW, now: UnixSeconds(NOW.0 + 1) }));
    let v3 = "apiKey=k&command=x&signatureVersion=3&signature=AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D";
    assert_eq!(judge("s", v3), Err(Refused::NoExpiry));
    assert_eq!(judge("s", &format!("{v3}&expires=tomorrow")), Err(Refused::NoExpiry));
}

#[test]
fn a_tilde_left_bare_by_the_client_is_read_as_well() {
    // The signature of `apikey=k&command=x&name=~%257e`, as a signer makes it that leaves the tilde alone.
    let bare = "command=x&apiKey=k&name=~%257E&signature=26KNtNvE8m4FjrmHCemrZyxzaUY%3D";
    assert_eq!(judge("s", bare), Ok(()));
    assert_eq!(judge("s", &bare.replace('~', "-")), Err(Refused::Mismatch));
}

/// libcloud signs brackets in values bare. CloudStack refuses that, and so do we.
const BEYOND: &str = "libcloud-get-brackets";

/// What clients in use really send: by the rule, but for the `~` (and for [`BEYOND`]).
///
/// Proves: API-03
#[test]
fn what_other_clients_send_is_believed() {
    let (mut seen, mut late) = (0, 0);
    for line in include_str!("data/client-requests.tsv").lines().filter(|line| !line.starts_with('#')) {
        let (case, query) = line.split_once('\t').expect("two fields");
        let then = UnixSeconds(1_700_000_000);
        let request = read(query);
        let (free, strict) = (Verifier::new("s3cr3t_Key-Zz"), Verifier::new("s3cr3t_Key-Zz").strict());
        let verdict = free.verify(&request, then, &mut Scratch::default());
        if case == BEYOND {
            assert_eq!(verdict, Err(Refused::Mismatch));
            continue;
        }
        assert_eq!(verdict, Ok(()), "{case}");
        let by_rule = strict.verify(&request, then, &mut Scratch::default()).is_ok();
        assert_eq!(by_rule, !query.contains('~'), "{case}");
        let other = read(&query.replacen("=n&", "=m&", 1).replacen("zoneid=z", "zoneid=y", 1));
        assert_eq!(free.verify(&other, then, &mut Scratch::default()), Err(Refused::Mismatch), "{case}");
        (seen, late) = (seen + 1, late + usize::from(query.contains("expires")));
    }
    assert!(seen > 40 && late > 20, "{seen} {late}");
}

#[test]
fn a_strict_verifier_keeps_to_the_rule() {
    let query = "command=x&apiKey=k&name=~%257E&signature=26KNtNvE8m4FjrmHCemrZyxzaUY%3D";
    let strict = |query| Verifier::new("s").strict().verify(&read(query), NOW, &mut Scratch::default());
    assert_eq!(strict(query), Err(Refused::Mismatch));
    let by_rule = Signer::new("k", "s").sign(&[("command", "x"), ("name", "~%7E")]).unwrap();
    assert_eq!(strict(&by_rule), Ok(()));
}

#[test]
fn what_a_server_could_read_differently_is_not_signed() {
    let sign = |params: &[(&str, &str)]| Signer::new("k", "s").sign(params).unwrap_err();
    for name in ["apikey", "apiKey", "SIGNATURE", "signatureVersion", "Expires"] {
        assert_eq!(sign(&[("command", "x"), (name, "1")]), BadParam::Reserved(name.into()));
    }
    assert_eq!(sign(&[("a", "1"), ("command", "x"), ("a", "1")]), BadParam::Repeated("a".into()));
    for name in ["", "a=1", "a&b"] {
        assert_eq!(sign(&[(name, "1")]), BadParam::Ambiguous(name.into()));
    }
}

#[test]
fn a_request_without_key_or_signature_is_refused() {
    assert_eq!(judge("s", "command=x&signature=AAAA"), Err(Refused::NoApiKey));
    assert_eq!(judge("s", "command=x&apikey=k"), Err(Refused::NoSignature));
    assert_eq!(judge("s", "command=x&apikey=k&signature=***"), Err(Refused::Mismatch));
    assert_eq!(judge("s", "command=x&apikey=k&signature="), Err(Refused::Mismatch));
}

#[test]
fn keys_are_not_printed() {
    let shown = format!("{:?} {:?}", Signer::new("key", "hunter2"), Verifier::new("hunter2"));
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("Key(…)"), "{shown}");
}

/// What a query says, by a plain reading of the rule: the signed text, the key and the signature.
fn meaning(request: &Received) -> (String, Option<String>, Option<String>) {
    let mut pairs = BTreeMap::new();
    for (name, value) in request.pairs().filter(|(name, _)| !name.eq_ignore_ascii_case("signature")) {
        pairs.entry(name.encode_utf16().collect::<Vec<_>>()).or_insert((name, value));
    }
    let text: Vec<_> = pairs.values().map(|(name, value)| format!("{name}={}", escape(value))).collect();
    let own = |name| request.get(name).map(str::to_owned);
    (text.join("&").to_lowercase(), own("apiKey").map(|key| key.to_lowercase()), own("signature"))
}

/// Every query that differs from `query` in the byte at `at` is refused, unless it says the same.
fn changes_are_noticed(query: &str, at: usize) {
    let said = meaning(&read(query));
    for byte in b' '..=b'~' {
        let mut changed = query.as_bytes().to_vec();
        changed[at] = byte;
        let changed = String::from_utf8(changed).expect("an ASCII change of an ASCII text");
        let mut request = Received::default();
        let same = request.parse(&changed).is_ok() && meaning(&request) == said;
        assert_eq!(judge("secret", &changed).is_ok(), same, "{query}\n{changed}");
    }
}

#[test]
fn a_change_of_any_byte_is_refused_unless_it_says_the_same() {
    let params = [("command", "deployVirtualMachine"), ("name", "a~B é*[0]"), ("tags[0].key", ""), ("z", "+")];
    let query = Signer::new("K-y", "secret").sign(&params).unwrap();
    (0..query.len()).for_each(|at| changes_are_noticed(&query, at));
}

fn params() -> impl Strategy<Value = BTreeMap<String, String>> {
    let name = prop_oneof![4 => "[a-zA-Z]{1,3}[a-zA-Z0-9.\\[\\]]{0,12}", 1 => "[^&=]{1,9}"];
    let value = prop_oneof!["[ -~]{0,20}", any::<String>()];
    prop::collection::btree_map(name, value, 0..9).prop_map(|mut map| {
        map.retain(|name, _| !["apikey", "signature", "signatureversion", "expires"].contains(&&*name.to_lowercase()));
        map
    })
}

/// What must be sent, said once more as plainly as can be: the rule without a thought for speed.
fn plainly_signed(params: &BTreeMap<String, String>, key: &str, secret: &str) -> String {
    let mut pairs: Vec<_> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    pairs.push(("apiKey", key));
    pairs.sort_by_key(|(name, _)| name.encode_utf16().collect::<Vec<_>>());
    let join = |name: fn(&str) -> String| {
        pairs.iter().map(|(n, value)| format!("{}={}", name(n), escape(value))).collect::<Vec<_>>().join("&")
    };
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(join(str::to_owned).to_lowercase().as_bytes());
    format!("{}&signature={}", join(escape), escape(&STANDARD.encode(mac.finalize().into_bytes())))
}

/// One buffer for all that is signed in a test: what is in it from before must not matter.
#[derive(Default)]
struct Desk {
    scratch: Scratch,
    query: String,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Proves: API-03, API-04
    #[test]
    fn what_is_signed_is_what_the_rule_says(
        requests in prop::collection::vec((params(), prop_oneof!["[ -~]{1,40}", "[a-zA-Z0-9_-]{86}"]), 1..4), secret in any::<String>(),
    ) {
        let mut desk = Desk::default();
        for (params, key) in &requests {
            let mut pairs: Vec<_> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            pairs.reverse();
            Signer::new(key.as_str(), &secret).sign_into(&pairs, None, &mut desk.scratch, &mut desk.query).unwrap();
            prop_assert_eq!(&desk.query, &plainly_signed(params, key, &secret));
            let explained = Explained::new(key, &secret, &pairs, Some(NOW)).unwrap();
            prop_assert_eq!(&explained.query, &Signer::new(key.as_str(), &secret).sign_until(&pairs, NOW).unwrap());
        }
    }

    /// However a client orders and escapes what it signed by the rule, it is believed; with another value it is not.
    #[test]
    fn any_spelling_of_a_signed_request_is_believed(
        params in params(), secret in any::<String>(), turn in any::<prop::sample::Index>(), all in any::<bool>(), form in any::<bool>(),
    ) {
        let query = plainly_signed(&params, "K-y", &secret);
        let mut pairs: Vec<_> = query.split('&').collect();
        let by = turn.index(pairs.len());
        pairs.rotate_left(by);
        let spell = |text: &str| -> String {
            let request = read(&format!("{text}&x=x"));
            let (name, value) = request.pairs().next().unwrap();
            let every = |text: &str| text.bytes().map(|b| format!("%{b:02x}")).collect::<String>();
            if all { format!("{}={}", every(name), every(value)) } else { text.replace("%20", "+").replace("%7E", "~") }
        };
        let spelt: Vec<_> = pairs.iter().map(|pair| spell(pair)).collect();
        let mut request = Received::default();
        if form {
            request.parse(&spelt[..by].join("&")).unwrap();
            request.append(&spelt[by..].join("&")).unwrap();
        } else {
            request.parse(&spelt.join("&")).unwrap();
        }
        let verdict = |request: &Received| Verifier::new(&secret).strict().verify(request, NOW, &mut Scratch::default());
        prop_assert_eq!(verdict(&request), Ok(()));
        request.append("zz=1").unwrap();
        prop_assert_eq!(verdict(&request), if params.contains_key("zz") { Ok(()) } else { Err(Refused::Mismatch) });
    }
}

proptest! {
    /// Proves: API-04
    #[test]
    fn what_is_signed_is_verified_and_read_back(params in params(), key in "[ -~]{1,40}", secret in any::<String>()) {
        let mut pairs: Vec<_> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        pairs.reverse();
        let query = Signer::new(key.clone(), &secret).sign(&pairs).unwrap();
        prop_assert!(query.is_ascii());
        prop_assert_eq!(judge(&secret, &query), Ok(()));
        let request = read(&query);
        prop_assert_eq!(request.api_key(), Some(key.as_str()));
        let back: BTreeMap<_, _> = request
            .pairs()
            .filter(|(name, _)| !["apiKey", "signature"].contains(name))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        prop_assert_eq!(back, params);
    }

    #[test]
    fn a_change_of_one_byte_is_noticed(params in params(), at in any::<prop::sample::Index>()) {
        let pairs: Vec<_> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let query = Signer::new("K-y", "secret").sign(&pairs).unwrap();
        changes_are_noticed(&query, at.index(query.len()));
    }

    #[test]
    fn buffers_carry_nothing_over(first in params(), second in params()) {
        let signer = Signer::new("k", "s");
        let (mut scratch, mut query) = (Scratch::default(), String::new());
        for params in [&first, &second, &first] {
            let pairs: Vec<_> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            signer.sign_into(&pairs, None, &mut scratch, &mut query).unwrap();
            prop_assert_eq!(&query, &signer.sign(&pairs).unwrap());
        }
    }
}
