//! What somebody sends who means harm.

use crate::every::balanced;
use crate::lab::{Answer, Lab, Person, run};
use cloudstack_client::serve::{Method, Request, Response};
use cloudstack_client::sign::{Signer, UnixSeconds};
use cloudstack_core::base::RoleType;
use std::time::Instant;

async fn get(lab: &Lab, query: &str) -> Response {
    lab.api.handle(Request { query, ..Request::new(Method::Get) }).await
}

async fn post(lab: &Lab, query: &str, body: &str, cookies: &str) -> Response {
    lab.api.handle(Request { query, body: body.as_bytes(), cookies, ..Request::new(Method::Post) }).await
}

/// A request that was signed and seen by somebody is not another request.
#[test]
fn what_was_signed_cannot_be_bent() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let params = [("command", "listUsers"), ("response", "json"), ("keyword", "nobody-has-this")];
        let signed = admin.sign(&params);
        assert_eq!(get(&lab, &signed).await.status, 200);
        let other = lab.newcomer("ROOT/a", RoleType::User).await;
        let key = format!("key-of-{}", other.caller.user);
        for (front, back) in [
            ("command=listHosts&", ""),
            ("Command=listHosts&", ""),
            ("COMMAND=listHosts&", ""),
            ("", "&command=listHosts&x=y"),
            ("", "&x=y"),
            ("x=y&", ""),
            ("KEYWORD=a&", ""),
            ("&&sessionkey=x&", ""),
            ("signatureVersion=3&expires=2999-01-01T00:00:00%2B0000&", ""),
            (&format!("apiKey={key}&"), ""),
            (&format!("apikey={key}&"), ""),
            (&format!("APIKEY={key}&"), ""),
            ("signature=AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D&", ""),
            ("SIGNATURE=&", ""),
        ] {
            let bent = format!("{front}{signed}{back}");
            assert_eq!(get(&lab, &bent).await.status, 401, "{bent}");
            // The same in two places: what stands in the query counts.
            if back.is_empty() {
                assert_eq!(post(&lab, front.trim_end_matches('&'), &signed, "").await.status, 401, "{front}");
            }
        }
        // What does not count changes nothing: the second of a name, and another signature behind the first.
        for back in ["&command=listUsers", "&command=listHosts", "&signature=x", "&Signature=x", "&&&"] {
            let told = Answer::read(&get(&lab, &format!("{signed}{back}")).await);
            assert_eq!((told.status, &*told.root), (200, "listusersresponse"), "{back}");
        }
        let told = Answer::read(&post(&lab, &signed, "command=listHosts", "").await);
        assert_eq!((told.status, &*told.root), (200, "listusersresponse"));
        // A parameter is not lost to a letter whose small letter is another's.
        let last = [("apiKey", "x"), ("command", "listUsers"), ("keyword", "nobody-has-this")];
        let signed = admin.sign(&last[1..]);
        let bent = signed.replace("keyword", "%E2%84%AAeyword");
        assert_ne!(signed, bent);
        let told = get(&lab, &bent).await;
        assert!([401, 430].contains(&told.status), "{}", told.body);
    });
}

/// Who is gone, shut out or has other keys by now, and requests whose time is over.
#[test]
fn old_keys_and_old_requests_open_nothing() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let status = async |who: &Person| lab.ask(who, "listZones", &[]).await.status;
        for (command, field) in [
            ("disableUser", "id"),
            ("lockUser", "id"),
            ("deleteUser", "id"),
            ("disableAccount", "account"),
            ("lockAccount", "account"),
            ("deleteAccount", "account"),
        ] {
            let who = lab.newcomer("ROOT/a", RoleType::User).await;
            let (user, account) = (who.caller.user.to_string(), who.caller.account.to_string());
            // Keys of its own, besides those it was given.
            let pair = lab.job_or_answer(&admin, "registerUserKeys", &[("id", &user)]).await;
            let pair = &pair["userkeys"];
            let (key, secret) = (pair["apikey"].as_str().unwrap(), pair["secretkey"].as_str().unwrap());
            let own = Person::with(who.caller.clone(), key, secret);
            assert_eq!((status(&who).await, status(&own).await), (200, 200), "{command}");
            let domain = who.caller.domain.to_string();
            let name = lab.cloud.view().account(who.caller.account).unwrap().name.to_string();
            let params = match (command, field) {
                ("deleteAccount", _) => vec![("id", &*account)],
                ("disableAccount", _) => vec![("account", &*name), ("domainid", &*domain), ("lock", "false")],
                (_, "account") => vec![("account", &*name), ("domainid", &*domain)],
                _ => vec![("id", &*user)],
            };
            lab.job_or_answer(&admin, command, &params).await;
            assert_eq!((status(&who).await, status(&own).await), (401, 401), "{command}");
        }
        let now = lab.cloud.now().as_micros() / 1_000_000;
        let who = lab.newcomer("ROOT/a", RoleType::User).await;
        let key = format!("key-of-{}", who.caller.user);
        let signer = Signer::new(&key, "secret");
        for (expires, wanted) in [(now + 60, 200), (now - 60, 401), (0, 401)] {
            let params = [("command", "listZones"), ("response", "json")];
            let query = signer.sign_until(&params, UnixSeconds(expires)).unwrap();
            assert_eq!(get(&lab, &query).await.status, wanted, "{expires}");
            // Its deadline cannot be moved, taken away or hidden behind another.
            for bent in [
                query.replace("expires=", "expires=2999-01-01T00:00:00%2B0000&expires="),
                format!("EXPIRES=2999-01-01T00:00:00%2B0000&{query}"),
                format!("signatureversion=2&{query}"),
                query.replace("signatureVersion=3&", ""),
            ] {
                assert_eq!(get(&lab, &bent).await.status, 401, "{bent}");
            }
        }
    });
}

/// Cookies that carry more than one meaning, and keys that are not told as a parameter.
#[test]
fn cookies_cannot_be_smuggled() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let user = lab.newcomer("ROOT/a", RoleType::User).await;
        let (id, name) =
            (user.caller.user.to_string(), lab.cloud.view().user(user.caller.user).unwrap().name.to_string());
        lab.get(&admin, "updateUser", &[("id", &id), ("password", "first")]).await;
        let enter = async |cookies: &str| {
            let body = format!("command=login&response=json&domain=/a&username={name}&password=first");
            let response = post(&lab, "", &body, cookies).await;
            let key = Answer::read(&response).body["sessionkey"].as_str().unwrap().to_owned();
            let session = response.headers.iter().find_map(|(_, value)| value.strip_prefix("JSESSIONID=")).unwrap();
            (session.split(';').next().unwrap().to_owned(), key)
        };
        // Whatever a browser is made to bring along, a new session has a new id and a new key.
        let fixed =
            ["JSESSIONID=fixed", "JSESSIONID=\"fixed\"; sessionkey=fixed", "JSESSIONID=fixed; JSESSIONID=fixed"];
        for cookies in fixed {
            let (id, key) = enter(cookies).await;
            assert!(id != "fixed" && key != "fixed");
            let fixed = "command=listZones&response=json&sessionkey=fixed";
            assert_eq!(post(&lab, fixed, "", "JSESSIONID=fixed").await.status, 401);
        }
        for (cookies, with_key, wanted) in [
            ("JSESSIONID={}", true, 200),
            ("a=b; JSESSIONID={} ; c", true, 200),
            ("JSESSIONID={}; JSESSIONID=x", true, 200),
            ("JSESSIONID=x; JSESSIONID={}", true, 401),
            ("jsessionid={}", true, 401),
            ("XJSESSIONID={}", true, 401),
            ("a=\"; JSESSIONID={}", true, 200),
            ("a=JSESSIONID={}", true, 401),
            ("JSESSIONID=\r\n{}", true, 200),
            ("JSESSIONID={}; sessionkey={key}", false, 401),
            ("", true, 401),
        ] {
            let (id, key) = enter("").await;
            let cookies = cookies.replace("{}", &id).replace("{key}", &key);
            let query = "command=listZones&response=json";
            let query = if with_key { format!("{query}&sessionkey={key}") } else { query.to_owned() };
            let told = post(&lab, &query, "", &cookies).await;
            assert_eq!(told.status, wanted, "{cookies:?}");
            assert!(!told.body.contains(&id) && told.headers.iter().all(|(_, value)| !value.contains(&id)));
        }
        // A key beside a session counts, and it must be signed for.
        let (id, key) = enter("").await;
        let both = format!("command=listZones&response=json&sessionkey={key}&apiKey=key-of-{}", admin.caller.user);
        assert_eq!(post(&lab, &both, "", &format!("JSESSIONID={id}")).await.status, 401);
    });
}

/// Too much of everything, from nobody and from somebody: an answer, soon.
#[test]
fn much_of_anything_is_refused_soon() {
    run(async {
        let lab = Lab::new().await;
        let user = lab.newcomer("ROOT/a", RoleType::User).await;
        let mega = "x".repeat(1 << 20);
        let ids = "01a00000-0000-7000-8000-000000000001,".repeat(20_000);
        let bomb: Vec<String> = (0..900).map(|n| format!("tags[{}].key=k", n * 1_000_003)).collect();
        let deep = format!("tags{}=v", "[0]".repeat(10_000));
        for (what, body, wanted) in [
            ("a long name", format!("command=createSecurityGroup&name={mega}"), 431),
            ("a long unknown value", format!("command=listZones&unheard={mega}"), 200),
            ("a long unknown name", format!("command=listZones&{mega}=1"), 200),
            ("a long command", format!("command={mega}"), 432),
            ("many ids", format!("command=listVirtualMachines&ids={ids}"), 531),
            ("many groups", format!("command=listVirtualMachines&{}", bomb.join("&")), 200),
            ("many brackets", format!("command=listVirtualMachines&{deep}"), 430),
            ("10,000 parameters", format!("command=listZones{}", "&a=1".repeat(10_000)), 400),
            ("2,000,000 parameters", format!("command=listZones{}", "&a".repeat(2_000_000)), 400),
            ("only separators", format!("{}command=listZones", "&".repeat(2_000_000)), 200),
        ] {
            let pairs: Vec<(&str, &str)> = body.split('&').map(|p| p.split_once('=').unwrap_or((p, ""))).collect();
            let signed = match what {
                "10,000 parameters" | "2,000,000 parameters" => body.clone(),
                "only separators" => format!("{}{}", "&".repeat(2_000_000), user.sign(&[("command", "listZones")])),
                _ => user.sign(&pairs),
            };
            for signed in [&signed, &body] {
                let began = Instant::now();
                let told = post(&lab, "", signed, "").await;
                // As long as nobody knows who asks, nobody learns more than that.
                let known = signed != &body || [400, 432].contains(&wanted);
                assert_eq!(told.status, if known { wanted } else { 401 }, "{what}: {:.300}", told.body);
                assert!(told.body.len() < 16_384 && began.elapsed().as_secs() < 20, "{what}");
                assert!(told.headers.iter().all(|(_, value)| value.len() <= 512), "{what}");
            }
        }
    });
}

/// Bytes that mean nothing, forms of answers that nobody knows, and paths that lead elsewhere.
#[test]
fn nonsense_is_answered_in_an_envelope() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        for garbage in ["%", "%%", "%0", "%zz", "%ff", "%C3%28", "%ED%A0%80", "%u0041", "a%", "%F8%88%80%80%80"] {
            for query in [format!("command=listZones&a={garbage}"), format!("{garbage}=1"), garbage.to_owned()] {
                let told = get(&lab, &query).await;
                assert_eq!(told.status, 400, "{query}");
                balanced(&told.body);
            }
        }
        for zero in ["a=%00", "a=%0D%0AX-Y:%20z%1B"] {
            let value = if zero.contains("1B") { "\r\nX-Y: z\u{1b}" } else { "\0" };
            let told = lab.ask(&admin, "listZones", &[("a", value)]).await;
            assert_eq!(told.status, 431, "{zero}");
        }
        for form in ["", "yaml", "JSON", "jsonp", "json\u{0}", "xml", "<x>", "text/html"] {
            let told = lab.raw(&admin, &[("command", "listZones"), ("response", form)]).await;
            if form.eq_ignore_ascii_case("json") {
                Answer::read(&told);
            } else {
                assert!(told.content_type.starts_with("text/xml"), "{form:?}");
                balanced(&told.body);
            }
            assert!(!told.body.contains("<x>"), "{}", told.body);
        }
        // Where it was sent to opens nothing that its signature does not.
        for path in ["/client/api/", "/", "", "//client//api", "/client/api/../console", "/client/%61pi", "/\r\nX: y"] {
            let open = Request { path, query: "command=listZones&response=json", ..Request::new(Method::Get) };
            let told = lab.api.handle(open).await;
            assert_eq!(told.status, 401, "{path:?}");
            let signed = admin.sign(&[("command", "listZones"), ("response", "json")]);
            assert_eq!(lab.api.handle(Request { query: &signed, ..open }).await.status, 200, "{path:?}");
        }
    });
}
