//! The client against a cloud made of a function: types, jobs, pages, sessions, repetitions, errors.

#![cfg(feature = "send")]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "send/cloud.rs"]
mod cloud;

use cloud::{Answer, Cloud, NOW, Virtual, lost, ok, status};
use cloudstack_client::catalogue::request::{DeployVirtualMachine, ListVirtualMachines, ListZones, StopVirtualMachine};
use cloudstack_client::send::{Client, Credentials, Error, Format, HttpReply, Method};
use cloudstack_client::sign::{Scratch, UnixSeconds, Verifier};
use proptest::prelude::*;
use std::future::{Future, IntoFuture};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

/// The same two machines as JSON and as XML.
const JSON: &str = r#"{"listvirtualmachinesresponse":{"count":2,"virtualmachine":[
    {"id":"a","name":"web & db","cpunumber":2,"haenable":true,"nic":[{"id":"n1","ipaddress":"10.1.1.9","isdefault":true}],"tags":[],"unheard":{"of":[1]}},
    {"id":"b","name":"","cpunumber":"4","haenable":"false","nic":[{"id":"n2"},{"id":"n3"}]}]}}"#;
const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?><listvirtualmachinesresponse cloud-stack-version="4.1.1"><count>2</count>
    <virtualmachine><id>a</id><name>web &amp; db</name><cpunumber>2</cpunumber><haenable>true</haenable><nic><id>n1</id><ipaddress>10.1.1.9</ipaddress><isdefault>true</isdefault></nic><unheard><of>1</of></unheard></virtualmachine>
    <virtualmachine><id>b</id><name></name><cpunumber>4</cpunumber><haenable>false</haenable><nic><id>n2</id></nic><nic><id>n3</id></nic></virtualmachine></listvirtualmachinesresponse>"#;

#[tokio::test]
async fn json_and_xml_give_the_same_structs() {
    let mut read = Vec::new();
    for (format, body) in [(Format::Json, JSON), (Format::Xml, XML)] {
        let cloud = Cloud::new(move |asked| {
            assert_eq!(asked.get("response"), if format == Format::Json { "json" } else { "xml" });
            ok(body)
        });
        let client = cloud.builder(&Arc::default()).format(format).build().unwrap();
        read.push(client.send(&ListVirtualMachines::new()).await.unwrap());
    }
    assert_eq!(read[0], read[1]);
    let [web, other] = &read[0].items[..] else { panic!("{read:?}") };
    assert_eq!((web.name.as_deref(), web.cpunumber, web.haenable), (Some("web & db"), Some(2), Some(true)));
    assert_eq!((other.cpunumber, other.haenable, other.nic.len()), (Some(4), Some(false), 2));
    assert_eq!(web.nic[0].ipaddress.as_deref(), Some("10.1.1.9"));
}

#[tokio::test]
async fn an_empty_list_is_empty_in_both() {
    for body in ["{\"listzonesresponse\":{}}", "<listzonesresponse></listzonesresponse>", "<listzonesresponse/>"] {
        let list = Cloud::new(move |_| ok(body)).client().send(&ListZones::new()).await.unwrap();
        assert_eq!((list.count, list.items.len()), (0, 0), "{body}");
    }
}

/// A deployment whose job is done at the third look.
fn deploying(format: Format, end: &'static str) -> Arc<Cloud> {
    let mut looks = 0;
    Cloud::new(move |asked| match (asked.get("command"), format) {
        ("deployVirtualMachine", Format::Json) => {
            ok(r#"{"deployvirtualmachineresponse":{"id":"vm-1","jobid":"job-1"}}"#)
        }
        ("deployVirtualMachine", Format::Xml) => {
            ok("<deployvirtualmachineresponse><id>vm-1</id><jobid>job-1</jobid></deployvirtualmachineresponse>")
        }
        (_, Format::Json) if looks < 2 => {
            looks += 1;
            ok(r#"{"queryasyncjobresultresponse":{"jobid":"job-1","jobstatus":0,"jobprocstatus":0}}"#)
        }
        (_, Format::Xml) if looks < 2 => {
            looks += 1;
            ok("<queryasyncjobresultresponse><jobstatus>0</jobstatus></queryasyncjobresultresponse>")
        }
        _ => ok(end),
    })
}

const DONE: &str = r#"{"queryasyncjobresultresponse":{"jobstatus":1,"jobresultcode":0,"jobresulttype":"object",
    "jobresult":{"virtualmachine":{"id":"vm-1","state":"Running"}}}}"#;
const DONE_XML: &str = "<queryasyncjobresultresponse><jobstatus>1</jobstatus><jobresult><virtualmachine><id>vm-1</id>\
    <state>Running</state></virtualmachine></jobresult></queryasyncjobresultresponse>";
const FAILED: &str = r#"{"queryasyncjobresultresponse":{"jobstatus":2,"jobresultcode":530,"jobresult":
    {"errorcode":533,"cserrorcode":4325,"errortext":"no host has room"}}}"#;
const FAILED_XML: &str = "<queryasyncjobresultresponse><jobstatus>2</jobstatus><jobresultcode>530</jobresultcode><jobresult>\
    <errorcode>533</errorcode><cserrorcode>4325</cserrorcode><errortext>no host has room</errortext></jobresult></queryasyncjobresultresponse>";

#[tokio::test]
async fn a_job_is_awaited_for_what_it_makes() {
    for (format, done) in [(Format::Json, DONE), (Format::Xml, DONE_XML)] {
        let (cloud, clock) = (deploying(format, done), Arc::new(Virtual::default()));
        let client = cloud.builder(&clock).keys("k", "s").format(format).build().unwrap();
        let job = client.start(&DeployVirtualMachine::new("zone", "offering")).await.unwrap();
        assert_eq!((job.id(), job.entity()), ("job-1", Some("vm-1")));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let watched = Arc::clone(&seen);
        let machine = job.watch(move |progress| watched.lock().unwrap().push(progress.looks)).await.unwrap();
        assert_eq!(machine.state.as_deref(), Some("Running"));
        assert_eq!(*seen.lock().unwrap(), [1, 2]);
        assert_eq!(*clock.slept.lock().unwrap(), [100, 150].map(Duration::from_millis));
        assert_eq!(cloud.asked().last().unwrap().get("jobid"), "job-1");
    }
}

#[tokio::test]
async fn a_failed_job_says_its_own_reason() {
    for (format, failed) in [(Format::Json, FAILED), (Format::Xml, FAILED_XML)] {
        let client = deploying(format, failed).builder(&Arc::default()).format(format).build().unwrap();
        let fault = client.send(&DeployVirtualMachine::new("zone", "offering")).await.unwrap_err();
        let refusal = fault.refusal().unwrap();
        assert_eq!((refusal.code, refusal.cs_code, refusal.text.as_str()), (533, Some(4325), "no host has room"));
        assert_eq!(refusal.command, "deployVirtualMachine");
        assert!(matches!(&fault, Error::JobFailed { job, .. } if job == "job-1"), "{fault}");
    }
    let text = r#"{"queryasyncjobresultresponse":{"jobstatus":"2","jobresultcode":530,"jobresulttype":"text","jobresult":"boom"}}"#;
    let fault = deploying(Format::Json, text).client().send(&DeployVirtualMachine::new("z", "o")).await.unwrap_err();
    assert_eq!(fault.refusal().map(|refusal| (refusal.code, refusal.text.as_str())), Some((530, "boom")));
}

#[tokio::test]
async fn a_job_is_waited_for_until_its_deadline_and_no_longer() {
    let pending = || {
        Cloud::new(|asked| match asked.get("command") {
            "stopVirtualMachine" => ok(r#"{"stopvirtualmachineresponse":{"jobid":"j"}}"#),
            _ => ok(r#"{"queryasyncjobresultresponse":{"jobstatus":0}}"#),
        })
    };
    let (cloud, clock) = (pending(), Arc::new(Virtual::default()));
    let client = cloud.builder(&clock).timeout(Duration::from_secs(60)).build().unwrap();
    let job = client.start(&StopVirtualMachine::new("vm")).await.unwrap();
    let fault = job.within(Duration::from_secs(30)).await.unwrap_err();
    assert!(matches!(&fault, Error::JobLate { waited, .. } if *waited == Duration::from_secs(30)), "{fault}");
    assert!(clock.slept.lock().unwrap().iter().all(|pause| *pause <= Duration::from_secs(2)));
    // No look may take longer than what is left.
    let asked = cloud.asked();
    assert!(
        asked[1].request.timeout <= Duration::from_secs(30)
            && asked.last().unwrap().request.timeout <= Duration::from_secs(2)
    );
}

#[test]
fn a_dropped_job_is_not_looked_at_any_more() {
    let cloud = Cloud::new(|_| ok(r#"{"queryasyncjobresultresponse":{"jobstatus":0}}"#));
    let client = cloud.builder(&Arc::new(Virtual { stopped: true, ..Virtual::default() })).build().unwrap();
    let mut waiting = client.job::<serde_json::Value>("j").into_future();
    let mut context = Context::from_waker(Waker::noop());
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    drop(waiting);
    assert_eq!(cloud.asked().len(), 1);
}

#[tokio::test]
async fn a_look_that_fails_is_made_again_and_a_job_nobody_knows_is_not() {
    let mut looks = 0;
    let cloud = Cloud::new(move |_| {
        looks += 1;
        if looks < 9 { lost(true) } else { ok(DONE) }
    });
    let client = cloud.builder(&Arc::default()).retries(0, Duration::ZERO).build().unwrap();
    let made: serde_json::Value = client.job("j").await.unwrap();
    assert_eq!(made["state"], "Running");
    let cloud =
        Cloud::new(|_| status(431, r#"{"queryasyncjobresultresponse":{"errorcode":431,"errortext":"no such job"}}"#));
    let fault = cloud.client().job::<serde_json::Value>("j").await.unwrap_err();
    assert_eq!((fault.refusal().unwrap().code, cloud.asked().len()), (431, 1));
}

#[tokio::test]
async fn only_what_does_no_harm_is_repeated() {
    // What is asked, what happens to it, how often it is asked with two repetitions allowed.
    type Case = (&'static str, fn() -> Answer, usize);
    let cases: &[Case] = &[
        ("listZones", || lost(true), 3),
        ("listZones", || lost(false), 3),
        ("listZones", || status(503, "<html>busy</html>"), 3),
        ("listZones", || status(429, r#"{"errorresponse":{"errorcode":429,"errortext":"slowly"}}"#), 3),
        ("listZones", || status(530, r#"{"listzonesresponse":{"errorcode":530,"errortext":"no"}}"#), 1),
        ("listZones", || ok("nonsense"), 1),
        ("deployVirtualMachine", || lost(true), 1),
        ("deployVirtualMachine", || lost(false), 3),
        ("deployVirtualMachine", || status(503, "busy"), 1),
        ("deployVirtualMachine", || status(429, r#"{"errorresponse":{"errorcode":429,"errortext":"slowly"}}"#), 1),
        ("listAndSwitchSamlAccount", || lost(true), 1),
    ];
    for (command, answer, times) in cases {
        let (cloud, clock) = (Cloud::new(move |_| answer()), Arc::new(Virtual::default()));
        let client = cloud.builder(&clock).retries(2, Duration::from_secs(1)).build().unwrap();
        assert!(client.call(command, &[]).await.is_err());
        assert_eq!(cloud.asked().len(), *times, "{command} {:?}", answer());
        assert_eq!(*clock.slept.lock().unwrap(), [1, 2].map(Duration::from_secs)[..times - 1]);
    }
}

/// Answers pages of a list of `total` zones, as if `hidden` said nothing of the total.
fn zones(total: usize, hidden: bool) -> Arc<Cloud> {
    Cloud::new(move |asked| {
        let (page, size): (usize, usize) = (asked.get("page").parse().unwrap(), asked.get("pagesize").parse().unwrap());
        let rows: Vec<_> =
            (0..total).skip((page - 1) * size).take(size).map(|at| format!(r#"{{"id":"z{at}"}}"#)).collect();
        if rows.is_empty() {
            return ok(r#"{"listzonesresponse":{}}"#);
        }
        let count = if hidden { String::new() } else { format!(r#""count":{total},"#) };
        ok(&format!(r#"{{"listzonesresponse":{{{count}"zone":[{}]}}}}"#, rows.join(",")))
    })
}

#[tokio::test]
async fn a_long_list_is_read_page_by_page() {
    for (total, hidden, asked) in
        [(0, false, 1), (3, false, 1), (5, false, 1), (10, false, 2), (11, false, 3), (10, true, 3), (11, true, 3)]
    {
        let cloud = zones(total, hidden);
        let rows = cloud.client().pages(&ListZones::new(), 5).collect(1_000).await.unwrap();
        let ids: Vec<_> = rows.iter().filter_map(|zone| zone.id.clone()).collect();
        assert_eq!(ids, (0..total).map(|at| format!("z{at}")).collect::<Vec<_>>());
        assert_eq!(cloud.asked().len(), asked, "{total} {hidden}");
    }
    // Nothing is fetched before it is asked for.
    let cloud = zones(100, false);
    assert_eq!(cloud.client().pages(&ListZones::new(), 10).collect(15).await.unwrap().len(), 15);
    assert_eq!(cloud.asked().len(), 2);
}

#[tokio::test]
async fn a_server_that_ignores_pages_ends_and_an_error_ends_too() {
    let cloud = Cloud::new(|_| ok(r#"{"listzonesresponse":{"count":2,"zone":[{"id":"a"},{"id":"b"}]}}"#));
    assert_eq!(cloud.client().pages(&ListZones::new(), 2).collect(100).await.unwrap().len(), 2);
    let cloud = Cloud::new(|asked| match asked.get("page") {
        "1" => ok(r#"{"listzonesresponse":{"count":9,"zone":[{"id":"a"}]}}"#),
        _ => status(531, r#"{"listzonesresponse":{"errorcode":531,"errortext":"no more"}}"#),
    });
    let mut pages = cloud.client().pages(&ListZones::new(), 1);
    assert!(pages.next().await.unwrap().is_ok());
    assert_eq!(pages.next().await.unwrap().unwrap_err().refusal().unwrap().code, 531);
    assert!(pages.next().await.is_none());
}

/// A cloud with sessions: each login makes another key, `expired` says when one has ended.
fn sessions(expired: impl Fn(usize) -> bool + Send + 'static) -> Arc<Cloud> {
    let (mut logins, mut calls) = (0, 0);
    Cloud::new(move |asked| {
        if asked.get("command") == "login" {
            if asked.get("password") != "pass word&" {
                return status(531, r#"{"loginresponse":{"errorcode":531,"errortext":"Failed to authenticate user"}}"#);
            }
            logins += 1;
            let cookie = |text: String| ("set-cookie".to_owned(), text);
            return Ok(HttpReply {
                status: 200,
                headers: vec![
                    cookie(format!("JSESSIONID=node{logins}; Path=/client")),
                    cookie(format!("sessionkey=k{logins}; HttpOnly")),
                ],
                body: format!(
                    r#"{{"loginresponse":{{"timeout":"1800","username":"admin","sessionkey":"k{logins}"}}}}"#
                )
                .into_bytes(),
            });
        }
        calls += 1;
        let known = asked.get("sessionkey") == format!("k{logins}")
            && asked.header("Cookie") == Some(&format!("JSESSIONID=node{logins}; sessionkey=k{logins}"));
        if !known || expired(calls) {
            return status(
                401,
                r#"{"errorresponse":{"errorcode":401,"errortext":"unable to verify user credentials"}}"#,
            );
        }
        ok(r#"{"anyresponse":{"success":"true"}}"#)
    })
}

fn admin() -> Credentials {
    Credentials::new("admin", "pass word&")
}

/// Proves: API-05
#[tokio::test]
async fn a_session_is_opened_used_renewed_and_closed() {
    let cloud = sessions(|call| call == 2);
    let client = cloud.builder(&Arc::default()).session(admin()).build().unwrap();
    client.call("listZones", &[]).await.unwrap();
    // The second call finds the session expired: it was not done, so it is made again, though it is no read.
    let raw = client.call("startVirtualMachine", &[("id", "x")]).await.unwrap();
    assert_eq!(raw.to_json().unwrap(), serde_json::json!({"success": "true"}));
    client.logout().await.unwrap();
    client.logout().await.unwrap();
    client.call("listZones", &[]).await.unwrap();
    let commands = cloud.commands();
    let expected =
        ["login", "listZones", "startVirtualMachine", "login", "startVirtualMachine", "logout", "login", "listZones"];
    assert_eq!(commands, expected);
    let asked = cloud.asked();
    assert!(asked.iter().all(|asked| asked.get("signature").is_empty() && asked.get("apikey").is_empty()));
    assert_eq!((asked[0].request.method, asked[0].get("domain")), (Method::Post, "/"));
    assert!(!asked[0].request.url.contains('?'), "a password stays out of the URL");
}

#[tokio::test]
async fn a_session_by_hand_that_has_ended_is_a_typed_error() {
    let client = sessions(|call| call == 2).builder(&Arc::default()).session_by_hand(admin()).build().unwrap();
    let fault = client.call("listZones", &[]).await.unwrap_err();
    assert!(matches!(fault, Error::NoSession { .. }) && fault.was_not_done(), "{fault}");
    client.login().await.unwrap();
    client.call("listZones", &[]).await.unwrap();
    assert!(matches!(client.call("listZones", &[]).await, Err(Error::NoSession { .. })));
    assert!(matches!(client.call("listZones", &[]).await, Err(Error::NoSession { .. })));
    client.login().await.unwrap();
    client.call("listZones", &[]).await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_is_refused_once() {
    let cloud = sessions(|_| false);
    let client = cloud.builder(&Arc::default()).session(Credentials::new("admin", "wrong")).build().unwrap();
    let fault = client.call("listZones", &[]).await.unwrap_err();
    assert_eq!(fault.refusal().map(|refusal| refusal.code), Some(531));
    assert_eq!(cloud.commands(), ["login"]);
    assert!(!format!("{fault} {fault:?}").contains("wrong"));
}

#[tokio::test]
async fn errors_keep_their_code_kind_text_and_entities() {
    let json = r#"{"deployvirtualmachineresponse":{"uuidList":[{"uuid":"u-1","description":"zoneId"}],"errorcode":431,"cserrorcode":4350,"errortext":"no \"zone\""}}"#;
    let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><deployvirtualmachineresponse><uuidList><uuid>u-1</uuid><description>zoneId</description></uuidList>\
        <errorcode>431</errorcode><cserrorcode>4350</cserrorcode><errortext>no &quot;zone&quot;</errortext></deployvirtualmachineresponse>";
    for (body, code) in [(json, 431), (xml, 431), (json, 200), (xml, 200)] {
        let fault =
            Cloud::new(move |_| status(code, body)).client().call("deployVirtualMachine", &[]).await.unwrap_err();
        let refusal = fault.refusal().unwrap();
        assert_eq!((refusal.status, refusal.code, refusal.cs_code), (code, 431, Some(4350)));
        assert_eq!((refusal.text.as_str(), &refusal.entities[..]), ("no \"zone\"", &["u-1".to_owned()][..]));
        assert_eq!(fault.to_string(), "`deployVirtualMachine` was refused with 431 (4350): no \"zone\"");
    }
}

#[tokio::test]
async fn what_is_no_answer_is_said_to_be_none() {
    let cases: &[(u16, &[u8])] = &[
        (200, b""),
        (200, b"hello"),
        (502, b"<html><body>Bad gateway</body></html>"),
        (200, b"<html><p>x</p></html>"),
        (200, b"[1]"),
        (200, b"{}"),
        (200, b"{\"a\":{},\"b\":{}}"),
        (200, b"{\"listzonesresponse\":{\"count\":1,\"zone\":[{\"id\":"),
        (200, b"<a><b>"),
        (500, b"{\"x\":{}}"),
        (200, b"<a>&x;</a>"),
        (404, b"<?xml version='1.0'?><notfound/>"),
        (200, b"\xff\xfe\x00"),
    ];
    for (code, body) in cases {
        let fault = Cloud::new(move |_| status(*code, body)).client().call("getX", &[]).await.unwrap_err();
        assert!(matches!(&fault, Error::NoAnswer { status, .. } if status == code), "{fault}");
    }
    let cloud = Cloud::new(|_| {
        let location = ("Location".to_owned(), "https://evil.test/x?token=1#y".to_owned());
        Ok(HttpReply { status: 302, headers: vec![location], body: Vec::new() })
    });
    let fault = cloud.client().call("listZones", &[]).await.unwrap_err();
    assert!(matches!(&fault, Error::Redirected { to, .. } if to == "https://evil.test/x"), "{fault}");
    assert_eq!(cloud.asked().len(), 1);
}

#[tokio::test]
async fn old_logins_in_latin_1_are_read() {
    let body = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><xresponse><firstname>Ren\xe9</firstname></xresponse>";
    let raw = Cloud::new(move |_| status(200, body)).client().call("x", &[]).await.unwrap();
    assert_eq!(raw.to_json().unwrap()["firstname"], "René");
}

#[tokio::test]
async fn a_field_that_says_something_else_is_named() {
    #[derive(Debug, serde::Deserialize)]
    struct Limits {
        #[expect(dead_code, reason = "it is read, or not")]
        limit: Vec<Limit>,
    }
    #[derive(Debug, serde::Deserialize)]
    struct Limit {
        #[expect(dead_code, reason = "it is read, or not")]
        max: i64,
    }
    let cloud = Cloud::new(|_| ok(r#"{"xresponse":{"limit":[{"max":"-1"},{"max":"lots"}]}}"#));
    let raw = cloud.client().call("x", &[]).await.unwrap();
    let fault = raw.read::<Limits>().unwrap_err();
    assert!(matches!(&fault, Error::Unread { path, .. } if path == "limit[1].max"), "{fault}");
}

/// Proves: API-03, API-04
#[tokio::test]
async fn line_breaks_and_all_else_travel_in_values_and_nowhere_else() {
    let evil = "a\r\nX-Evil: 1\r\n\r\n&command=deleteUser&x=y#~+%00\0é";
    for method in [Method::Get, Method::Post] {
        let cloud = Cloud::new(|_| ok(r#"{"xresponse":{}}"#));
        let client = cloud.builder(&Arc::default()).keys("AbC", "secret").method(method).build().unwrap();
        client.call("updateUser", &[("email", evil), ("e\r\nx", evil)]).await.unwrap();
        let asked = cloud.asked().remove(0);
        let sent = format!("{}{}", asked.request.url, asked.request.body.clone().unwrap_or_default());
        assert!(sent.bytes().all(|byte| byte.is_ascii_graphic()), "{sent:?}");
        assert_eq!((asked.get("email"), asked.get("command"), asked.get("e\r\nx")), (evil, "updateUser", evil));
        assert_eq!((asked.get("expires"), asked.get("signatureVersion")), ("2001-09-09T01:56:40+0000", "3"));
        let at = |now| Verifier::new("secret").verify(asked.params(), UnixSeconds(now), &mut Scratch::default());
        assert!(at(NOW.0).is_ok() && at(NOW.0 + 601).is_err());
    }
    let fault = Cloud::new(|_| ok("")).client().call("x", &[("a&b", "1")]).await.unwrap_err();
    assert!(matches!(fault, Error::Param(_)) && fault.was_not_done());
}

#[tokio::test]
async fn what_is_too_long_for_a_url_travels_in_the_body() {
    let cloud = Cloud::new(|_| ok(r#"{"xresponse":{}}"#));
    let userdata = "x".repeat(7_000);
    cloud.client().call("x", &[("userdata", &userdata)]).await.unwrap();
    let asked = cloud.asked().remove(0);
    assert_eq!((asked.request.method, asked.get("userdata").len()), (Method::Post, 7_000));
    assert_eq!(asked.header("Content-Type"), Some("application/x-www-form-urlencoded"));
}

#[tokio::test]
async fn nothing_secret_is_shown() {
    let cloud = Cloud::new(|_| ok(r#"{"createsshkeypairresponse":{"keypair":{"privatekey":"hunter2"}}}"#));
    let client = cloud.builder(&Arc::default()).keys("key", "hunter2").header("X-Token", "hunter2").build().unwrap();
    let raw = client.call("createSSHKeyPair", &[("name", "hunter2")]).await.unwrap();
    let shown = format!(
        "{client:?} {raw:?} {:?} {:?}",
        cloud.asked()[0].request,
        Client::builder("http://h").keys("k", "hunter2")
    );
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("cloud.test"), "{shown}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    /// Whatever comes back, there is an answer or a typed error, and no panic.
    #[test]
    fn any_body_is_read_or_refused(
        code in prop_oneof![Just(200_u16), Just(431), Just(302), any::<u16>()],
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            // A good answer with a piece cut out, doubled or changed.
            (prop::sample::select(vec![JSON, XML, DONE, DONE_XML, FAILED, FAILED_XML]), any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<Option<u8>>())
                .prop_map(|(good, from, to, put)| {
                    let mut bytes = good.as_bytes().to_vec();
                    let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
                    bytes.splice(from.min(to)..from.max(to), put);
                    bytes
                }),
        ],
    ) {
        let cloud = Cloud::new(move |_| status(code, &body));
        let client = cloud.builder(&Arc::default()).retries(0, Duration::ZERO).job_deadline(Duration::from_secs(5)).build().unwrap();
        let run = async {
            let _ = client.call("x", &[]).await.map(|raw| (raw.to_json().unwrap(), raw.job().unwrap()));
            let _ = client.send(&ListVirtualMachines::new()).await;
            let _ = client.send(&DeployVirtualMachine::new("z", "o")).await;
        };
        let mut run = pin!(run);
        prop_assert!(run.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
    }
}
