//! Callers, order of checks, hostile input.

use crate::every::balanced;
use crate::lab::{Answer, Lab, run};
use cloudstack_client::catalogue::COMMANDS;
use cloudstack_client::serve::{Api, Method, Request};
use cloudstack_client::sign::Signer;
use cloudstack_core::Cloud;
use cloudstack_core::base::RoleType;
use proptest::prelude::*;
use std::sync::Arc;

/// What is wrong with a request, and what is said.
///
/// Proves: API-02
#[test]
fn requests_are_checked_in_order() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let unsigned =
            async |query: &str| Answer::read(&lab.api.handle(Request { query, ..Request::new(Method::Get) }).await);
        for (query, status, root) in [
            ("response=json", 432, "errorresponse"),
            ("response=json&command=", 432, "errorresponse"),
            ("response=json&command=noSuchCommand", 432, "errorresponse"),
            ("response=json&command=listzones", 432, "errorresponse"),
            ("response=json&command=listZones", 401, "listzonesresponse"),
            ("response=json&command=listZones&apiKey=x", 401, "listzonesresponse"),
            ("response=json&command=listZones&apiKey=x&signature=y", 401, "listzonesresponse"),
            ("response=json&command=listZones&sessionkey=x", 401, "listzonesresponse"),
            // Who is not known does not learn what is wrong with the parameters.
            ("response=json&command=listZones&page=x", 401, "listzonesresponse"),
            ("response=json&command=listZones&a=%zz", 400, "errorresponse"),
            ("response=json&command=listZones&a=%ff", 400, "errorresponse"),
        ] {
            let answer = unsigned(query).await;
            assert_eq!(answer.status, status, "{query}");
            if status != 400 {
                assert_eq!(answer.root, root, "{query}");
            }
        }
        // A command of the catalogue that nothing answers is as unknown as any other.
        let bound: Vec<&str> = Api::commands().map(|row| row.name).collect();
        let unbound = COMMANDS.iter().find(|row| !bound.contains(&row.name) && !row.name.starts_with("log")).unwrap();
        assert_eq!(lab.ask(&admin, unbound.name, &[]).await.status, 432);
        // A role that a command is not open to does not see it either.
        let user = lab.newcomer("ROOT/a", RoleType::User).await;
        assert_eq!(lab.ask(&user, "createZone", &[]).await.status, 432);
        assert_eq!(lab.ask(&admin, "createZone", &[]).await.status, 431);
    });
}

/// Query and form are one set of parameters; the query's count.
#[test]
fn a_form_is_merged_with_the_query() {
    run(async {
        let lab = Lab::new().await;
        lab.api.give_keys("k", "s", lab.cloud.root_caller().user);
        let form = Signer::new("k", "s").sign(&[("command", "listZones"), ("response", "json")]).unwrap();
        let post = |query, body| Request { query, body, ..Request::new(Method::Post) };
        let answer = Answer::read(&lab.api.handle(post("", form.as_bytes())).await);
        assert_eq!((answer.status, &answer.body["count"]), (200, &serde_json::json!(1)));
        // What the query says counts, and it is not what was signed.
        let answer = Answer::read(&lab.api.handle(post("command=listPods&response=json", form.as_bytes())).await);
        assert_eq!((answer.status, &*answer.root), (401, "listpodsresponse"));
        // A form that comes with GET is not read.
        let get = Request { body: form.as_bytes(), ..Request::new(Method::Get) };
        assert_eq!(lab.api.handle(get).await.status, 432);
        let other = Request { query: &form, ..Request::new(Method::Other) };
        assert_eq!(lab.api.handle(other).await.status, 405);
    });
}

/// The integration port needs no signature and is the cloud itself.
#[test]
fn the_integration_port_is_the_cloud_itself() {
    run(async {
        let lab = Lab::new().await;
        let request = Request { query: "command=listHosts&response=json", ..Request::new(Method::Get) };
        assert_eq!(lab.api.handle(request).await.status, 401);
        let inside = Request { integration: true, ..request };
        assert_eq!(Answer::read(&lab.api.handle(inside).await).body["count"], 1);
    });
}

/// A refusal says the same in both forms, and in its header.
#[test]
fn refusals_are_complete() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let json = lab.raw(&admin, &[("command", "listZones"), ("response", "JSON"), ("id", "17")]).await;
        assert_eq!(json.status, 431);
        let text = "parameter `id`: `17` is not accepted; give the id of a thing that exists";
        assert_eq!(
            json.body,
            format!(
                r#"{{"listzonesresponse":{{"uuidList":[],"errorcode":431,"cserrorcode":4350,"errortext":"{text}"}}}}"#
            )
        );
        assert_eq!(json.headers, [("X-Description", text.to_owned())]);
        assert_eq!(json.content_type, "application/json; charset=UTF-8");
        let xml = lab.raw(&admin, &[("command", "listZones"), ("response", "anything"), ("id", "17")]).await;
        assert_eq!(xml.content_type, "text/xml; charset=UTF-8");
        assert!(xml.body.contains("<errorcode>431</errorcode><cserrorcode>4350</cserrorcode>"), "{}", xml.body);
    });
}

/// What is too long or too much is refused before it is read.
#[test]
fn requests_are_bounded() {
    run(async {
        let lab = Lab::new().await;
        let long = format!("response=json&command={}", "x".repeat(1 << 16));
        assert_eq!(lab.api.handle(Request { query: &long, ..Request::new(Method::Get) }).await.status, 400);
        let many = "a=1&".repeat(1_001);
        assert_eq!(lab.api.handle(Request { query: &many, ..Request::new(Method::Get) }).await.status, 400);
        let body = vec![b'a'; (4 << 20) + 1];
        assert_eq!(lab.api.handle(Request { body: &body, ..Request::new(Method::Post) }).await.status, 400);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever bytes come in, a well-formed refusal goes out.
    #[test]
    fn no_input_breaks_the_server(
        query in prop_oneof![
            any::<String>(),
            "(response=json&)?(command|COMMAND)=[a-zA-Z]{0,12}&[a-z]{0,6}(\\[[0-9x]{0,2}\\])?(\\.[a-z]{0,2})?=(%[0-9a-fA-F]{0,2}|[ -~]){0,8}",
        ],
        body in proptest::collection::vec(any::<u8>(), 0..64),
        cookies in "(JSESSIONID=[ -~]{0,8}; ?)?(sessionkey=[ -~]{0,8})?",
        integration: bool,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let cloud = Arc::new(Cloud::in_memory().without_loops().start().await.unwrap());
            let api = Api::new(cloud);
            let request =
                Request { query: &query, body: &body, cookies: &cookies, integration, ..Request::new(Method::Post) };
            let response = api.handle(request).await;
            assert!((400..=540).contains(&response.status) || integration, "{}", response.body);
            if response.content_type.starts_with("application/json") {
                Answer::read(&response);
            } else {
                balanced(&response.body);
            }
            for (_, value) in &response.headers {
                assert!(value.bytes().all(|b| (0x20..0x7f).contains(&b)), "{value}");
            }
        });
    }
}
