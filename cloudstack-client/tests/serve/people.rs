//! People who log in with a name and a password.

use crate::lab::{Answer, Lab, run};
use cloudstack_client::serve::{Method, Request, Response};
use cloudstack_core::base::RoleType;

/// The cookies that a response sets, as a browser sends them back.
fn cookies(response: &Response) -> String {
    let set = response.headers.iter().filter(|(name, _)| *name == "Set-Cookie");
    let pairs: Vec<&str> = set.map(|(_, value)| value.split(';').next().unwrap()).collect();
    pairs.join("; ")
}

/// Proves: API-05
#[test]
fn a_browser_logs_in_and_out() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let made = [
            ("username", "ada"),
            ("account", "ada"),
            ("password", "hunter2!"),
            ("email", "a@b.example"),
            ("firstname", "Ada"),
            ("lastname", "L"),
        ];
        let made = lab.get(&admin, "createAccount", &made).await;
        assert_eq!(made["account"]["user"][0]["firstname"], "Ada");
        assert!(!made.to_string().contains("hunter2"), "a password is never told");

        let post = async |body: &str, cookies: &str| {
            let request = Request { body: body.as_bytes(), cookies, ..Request::new(Method::Post) };
            lab.api.handle(request).await
        };
        // Whatever is wrong is told in the same words.
        let login = "command=login&response=json&domain=/&username=";
        let mut told = Vec::new();
        // A wrong password makes the next one wait, so these are told of another user.
        let bob = lab.newcomer("ROOT", RoleType::DomainAdmin).await;
        let bob = lab.cloud.view().user(bob.caller.user).unwrap().name.to_string();
        for wrong in [&format!("{bob}&password=x"), "nobody&password=x", &format!("{bob}&password=hunter2!")] {
            let refused = Answer::read(&post(&format!("{login}{wrong}"), "").await);
            assert_eq!(
                (refused.status, &*refused.root, &refused.body["cserrorcode"]),
                (531, "loginresponse", &4290.into())
            );
            told.push(refused.text().to_owned());
        }
        assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:?}");
        assert_eq!(post("command=login&response=json&username=ada", "").await.status, 431);

        let fixed = "JSESSIONID=chosen-by-somebody";
        let welcome = post(&format!("{login}ada&password=hunter2!"), fixed).await;
        let told = Answer::read(&welcome);
        assert_eq!(
            (told.status, &told.body["username"], &told.body["type"]),
            (200, &"ada".into(), &"0".into()),
            "{told:?}"
        );
        let (cookies, key) = (cookies(&welcome), told.body["sessionkey"].as_str().unwrap().to_owned());
        assert!(!cookies.contains("chosen-by-somebody"));
        assert!(welcome.headers.iter().all(|(_, value)| value.contains("HttpOnly") && value.contains("SameSite=Lax")));

        let list = format!("command=listZones&response=json&sessionkey={key}");
        assert_eq!(Answer::read(&post(&list, &cookies).await).body["count"], 1);
        // By GET, and in XML.
        let get = Request { query: &list, cookies: &cookies, ..Request::new(Method::Get) };
        assert_eq!(lab.api.handle(get).await.status, 200);
        // The cookie alone is not enough; and a wrong key ends the session.
        let second = Answer::read(&post(&format!("{login}ada&password=hunter2!"), "").await);
        assert_eq!(second.status, 200);
        assert_eq!(post("command=listZones&response=json", &cookies).await.status, 401);
        assert_eq!(post(&list, &cookies).await.status, 401, "the wrong key has ended it");

        let again = post(&format!("{login}ada&password=hunter2!"), "").await;
        let key = Answer::read(&again).body["sessionkey"].as_str().unwrap().to_owned();
        let cookies = super::people::cookies(&again);
        let out = format!("command=logout&response=json&sessionkey={key}");
        assert_eq!(Answer::read(&post(&out, &cookies).await).body["description"], "success");
        assert_eq!(post(&out, &cookies).await.status, 401);
    });
}

/// A user who is disabled, or whose password is changed, is not let go on.
///
/// Proves: AUTH-01
#[test]
fn sessions_end_with_their_reason() {
    run(async {
        let lab = Lab::new().await;
        let admin = lab.admin();
        let user = lab.newcomer("ROOT/a", RoleType::User).await;
        let id = user.caller.user.to_string();
        lab.get(&admin, "updateUser", &[("id", &id), ("password", "first")]).await;
        let name = lab.cloud.view().user(user.caller.user).unwrap().name.to_string();
        let enter = async |password: &str| {
            let body = format!("command=login&response=json&domain=/a&username={name}&password={password}");
            let response = lab.api.handle(Request { body: body.as_bytes(), ..Request::new(Method::Post) }).await;
            let key = Answer::read(&response).body["sessionkey"].as_str().unwrap().to_owned();
            (format!("command=listZones&response=json&sessionkey={key}"), cookies(&response))
        };
        let ask = async |(query, cookies): &(String, String)| {
            lab.api.handle(Request { query, cookies, ..Request::new(Method::Get) }).await.status
        };
        let before = enter("first").await;
        assert_eq!(ask(&before).await, 200);
        lab.get(&admin, "updateUser", &[("id", &id), ("password", "second")]).await;
        assert_eq!(ask(&before).await, 401);
        let after = enter("second").await;
        assert_eq!(ask(&after).await, 200);
        lab.job(&admin, "disableUser", &[("id", &id)]).await;
        assert_eq!(ask(&after).await, 401);
        assert_eq!(lab.ask(&user, "listZones", &[]).await.status, 401, "nor by keys");
    });
}
