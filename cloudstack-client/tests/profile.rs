//! Settings from files and the environment, as other tools read them.

#![cfg(feature = "send")]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use cloudstack_client::send::profile::Surroundings;
use cloudstack_client::send::{BadProfile, Method, Profile};
use std::time::Duration;
use tempfile::TempDir;

const INI: &str = "[cloudstack]\nendpoint = https://one.example/client/api\nkey = file-key\nsecret = hunter2\ntimeout = 30\n\
    method = POST\nexpiration = -1\nretry = 3\nretry_backoff = 0.25\njob_timeout = 90\npoll_interval = 5\nheader_X-Tenant = blue\n\
    dangerous_no_tls_verify = yes\n\n[lab]\nendpoint = http://127.0.0.1:8080\nusername = admin\npassword = hunter2\ndomain = Comp1/hr\n";

/// A home and a folder to work in, with files in them.
struct Place {
    home: TempDir,
    folder: TempDir,
}

impl Place {
    fn new(files: &[(&str, &str)]) -> Self {
        let place = Self { home: TempDir::new().unwrap(), folder: TempDir::new().unwrap() };
        for (path, text) in files {
            let path = match path.strip_prefix("~/") {
                Some(rest) => place.home.path().join(rest),
                None => place.folder.path().join(path),
            };
            std::fs::write(path, text).unwrap();
        }
        place
    }

    fn load(&self, region: Option<&str>, variables: &[(&str, &str)]) -> Result<Profile, BadProfile> {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let (home, folder) = (Some(self.home.path().to_owned()), self.folder.path().to_owned());
        Profile::load_from(region, &Surroundings { variable: &variable, home, folder })
    }
}

#[test]
fn a_section_of_the_file_is_read_whole() {
    let place = Place::new(&[("~/.cloudstack.ini", INI)]);
    let profile = place.load(None, &[]).unwrap();
    assert_eq!(profile.endpoint, "https://one.example/client/api");
    assert_eq!(profile.keys.as_ref().map(|(key, _)| key.as_str()), Some("file-key"));
    assert_eq!((profile.timeout, profile.method), (Some(Duration::from_secs(30)), Some(Method::Post)));
    assert_eq!((profile.expiration, profile.retry), (Some(None), 3));
    assert_eq!(profile.retry_backoff, Some(Duration::from_millis(250)));
    assert_eq!(
        (profile.job_timeout, profile.poll_interval),
        (Some(Duration::from_secs(90)), Some(Duration::from_secs(5)))
    );
    assert_eq!(profile.headers, [("x-tenant".to_owned(), "blue".to_owned())]);
    assert!(profile.dangerous_no_tls_verify && !profile.trace);
    let lab = place.load(Some("lab"), &[]).unwrap();
    assert!(lab.credentials.is_some() && lab.keys.is_none());
    assert!(lab.builder().is_ok());
    let shown = format!("{profile:?} {lab:?}");
    assert!(!shown.contains("hunter2") && shown.contains("Comp1/hr"), "{shown}");
}

#[test]
fn later_files_overrule_and_regions_are_named() {
    let other = "[cloudstack]\nkey = nearer\n[ext]\nendpoint = http://ext\n";
    let named = "[cloudstack]\nsecret = named\ntimeout = 5\n";
    let place = Place::new(&[("~/.cloudstack.ini", INI), ("cloudstack.ini", other), ("named.ini", named)]);
    let profile = place.load(None, &[("CLOUDSTACK_CONFIG", "named.ini")]).unwrap();
    assert_eq!(profile.keys.as_ref().map(|(key, _)| key.as_str()), Some("nearer"));
    assert_eq!(profile.timeout, Some(Duration::from_secs(5)));
    assert_eq!(place.load(None, &[("CLOUDSTACK_REGION", "ext")]).unwrap().endpoint, "http://ext");
    let fault = place.load(Some("none"), &[]).unwrap_err();
    assert_eq!(fault.to_string(), "there is no region `none`; there are cloudstack, ext, lab");
}

#[test]
fn the_environment_alone_fills_in_or_overrules() {
    let place = Place::new(&[("cloudstack.ini", "[cloudstack]\nendpoint = http://file\nkey = file-key\nsecret = s\n")]);
    let environment = [
        ("CLOUDSTACK_ENDPOINT", "http://env"),
        ("CLOUDSTACK_KEY", "env-key"),
        ("CLOUDSTACK_SECRET", "s"),
        ("CLOUDSTACK_TIMEOUT", "7"),
    ];
    let key = |profile: &Profile| profile.keys.as_ref().map(|(key, _)| key.clone()).unwrap();
    let alone = place.load(None, &environment).unwrap();
    assert_eq!((alone.endpoint.as_str(), key(&alone).as_str(), alone.region), ("http://env", "env-key", None));
    let filled = place.load(None, &environment[1..]).unwrap();
    assert_eq!((key(&filled).as_str(), filled.timeout), ("file-key", Some(Duration::from_secs(7))));
    let overrules = [&environment[..], &[("CLOUDSTACK_OVERRIDES", "key, secret")]].concat();
    let overruled = place.load(None, &overrules).unwrap();
    assert_eq!((overruled.endpoint.as_str(), key(&overruled).as_str()), ("http://file", "env-key"));
    let empty = Place::new(&[]).load(None, &[("CLOUDSTACK_KEY", "k"), ("CLOUDSTACK_SECRET", "s")]).unwrap_err();
    assert!(matches!(&empty, BadProfile::NoEndpoint { looked } if looked.len() == 2), "{empty}");
}

#[test]
fn what_cannot_be_used_is_named_with_what_would_do() {
    for (line, part) in [
        ("timeout = soon", "`timeout = soon` cannot be used; it takes seconds"),
        ("method = put", "`get` or `post`"),
        ("retry = -1", "`retry = -1`"),
        ("dangerous_no_tls_verify = maybe", "`true` or `false`"),
        ("key = k", "`secret = ` cannot be used"),
        ("secret = hunter2", "`key = ` cannot be used"),
        ("oops", "line 3: expected `key = value`"),
    ] {
        let text = format!("[cloudstack]\nendpoint = http://h\n{line}\n");
        let fault = Place::new(&[("cloudstack.ini", &text)]).load(None, &[]).unwrap_err().to_string();
        assert!(fault.contains(part) && !fault.contains("hunter2"), "{line}: {fault}");
    }
    let place =
        Place::new(&[("cloudstack.ini", "[cloudstack]\nendpoint = https://h\nverify = none.pem\nheader_x = a\n")]);
    let fault = place.load(None, &[]).unwrap().client().unwrap_err();
    assert!(fault.to_string().starts_with("none.pem"), "{fault}");
}
