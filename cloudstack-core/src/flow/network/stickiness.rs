//! createLBStickinessPolicy and deleteLBStickinessPolicy: what makes a client come back to the same member (LB-05, LB-06).

use super::balancer::{changed, live};
use crate::base::id::{JobId, LoadBalancerId, StickinessPolicyId};
use crate::base::{Caller, Error, ErrorKind, Name, Result};
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::model::network::rule::{Stickiness, StickinessPolicy, Transport};
use std::collections::BTreeMap;

/// What a parameter's value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// It is there or not, and has no value.
    Flag,
    /// A name: letters, digits, `-`, `_` and `.`, 1 to 64 of them.
    Word,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A number of bytes or entries, with `k`, `m` or `g` behind it or not.
    Count,
    /// A time: a number, with `us`, `ms`, `s`, `m`, `h` or `d` behind it or not.
    Time,
}

/// A parameter of a stickiness method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What its value may be.
    pub shape: Shape,
    /// What it does.
    pub meaning: &'static str,
}

/// A stickiness method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// It reads HTTP, and so balances TCP only.
    pub http: bool,
    /// Its parameters; none must be given.
    pub parameters: &'static [Parameter],
}

const fn parameter(name: &'static str, shape: Shape, meaning: &'static str) -> Parameter {
    Parameter { name, shape, meaning }
}

/// Every stickiness method (LB-05).
pub const METHODS: &[Method] = &[
    Method {
        name: "LbCookie",
        http: true,
        parameters: &[
            parameter("cookie-name", Shape::Word, "the cookie; generated if none is given"),
            parameter("mode", Shape::OneOf(&["rewrite", "insert", "prefix"]), "how the cookie is put into replies"),
            parameter("nocache", Shape::Flag, "caches between may not keep replies with the cookie"),
            parameter("indirect", Shape::Flag, "no cookie for who sent a valid one"),
            parameter("postonly", Shape::Flag, "a cookie in replies to POST only"),
            parameter("domain", Shape::Word, "the domain the cookie is for"),
        ],
    },
    Method {
        name: "AppCookie",
        http: true,
        parameters: &[
            parameter("cookie-name", Shape::Word, "the cookie of the application; generated if none is given"),
            parameter("length", Shape::Count, "how many characters of it count"),
            parameter("holdtime", Shape::Time, "how long one that is not seen is remembered"),
            parameter("request-learn", Shape::Flag, "cookies are learnt from requests too"),
            parameter("prefix", Shape::Flag, "the cookie's name may be the beginning of a longer one"),
            parameter("mode", Shape::OneOf(&["path-parameters", "query-string"]), "where in the URL it may be"),
        ],
    },
    Method {
        name: "SourceBased",
        http: false,
        parameters: &[
            parameter("tablesize", Shape::Count, "how many clients are remembered"),
            parameter("expire", Shape::Time, "how long one that does not come is remembered"),
        ],
    },
];

/// A method with its parameters, if they are right.
///
/// # Errors
/// [`ErrorKind::Invalid`] names the method or the parameter, and what would be accepted.
pub fn checked(method: &str, parameters: &BTreeMap<String, String>, transport: Transport) -> Result<Stickiness> {
    let Some(known) = METHODS.iter().find(|m| m.name.eq_ignore_ascii_case(method)) else {
        let names = METHODS.iter().map(|m| m.name).collect::<Vec<_>>().join(", ");
        return Err(Error::invalid("method", method, format!("give one of {names}")));
    };
    if known.http && transport != Transport::Tcp {
        return Err(Error::invalid("method", method, "it reads HTTP; the rule balances UDP"));
    }
    for (name, value) in parameters {
        let Some(parameter) = known.parameters.iter().find(|p| p.name == name) else {
            let names = known.parameters.iter().map(|p| p.name).collect::<Vec<_>>().join(", ");
            return Err(Error::invalid("parameters", name, format!("{} has {names}", known.name)));
        };
        fits(parameter, value)?;
    }
    Ok(Stickiness { method: known.name.to_owned(), parameters: parameters.clone() })
}

fn fits(parameter: &Parameter, value: &str) -> Result<()> {
    let number = |units: &[&str]| {
        let digits = value.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = &value[digits.len()..];
        let count = digits.parse::<u32>().is_ok_and(|n| n > 0) && digits.bytes().all(|b| b.is_ascii_digit());
        count && (unit.is_empty() || units.contains(&unit))
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let (fits, accepted) = match parameter.shape {
        Shape::Flag => (matches!(value, "" | "true"), "it is a flag: give no value, or `true`".to_owned()),
        Shape::Word => {
            let fits = (1..=64).contains(&value.len()) && value.chars().all(plain);
            (fits, "give 1 to 64 letters, digits, `-`, `_` or `.`".to_owned())
        }
        Shape::OneOf(words) => (words.contains(&value), format!("give one of {}", words.join(", "))),
        Shape::Count => (number(&["k", "m", "g"]), "give a number above 0, with k, m or g or without".to_owned()),
        Shape::Time => {
            let units = ["us", "ms", "s", "m", "h", "d"];
            (number(&units), "give a time above 0 such as 30m or 3h".to_owned())
        }
    };
    if fits { Ok(()) } else { Err(Error::invalid(parameter.name, value.escape_default(), accepted)) }
}

/// A request that clients of a load balancer rule come back to the same member (LB-05).
///
/// If a device does not answer, it is told until it has.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/routed.rs"));
/// # fn main() { routed(async |Routed { cloud, admin, ip, .. }| {
/// # use cloudstack_core::{base::ErrorKind, flow::network::*};
/// let rule = AddLoadBalancer::new(ip, "web".parse()?, 80, 8080);
/// let rule = cloud.balancers().add(&admin, rule).await?.done().await?;
/// let (description, parameters) = (String::new(), [("mode".into(), "insert".into()), ("nocache".into(), "".into())].into());
/// let wish = AddStickiness { rule, name: "sticky".parse()?, description, method: "LbCookie".into(), parameters };
/// let policy = cloud.balancers().add_stickiness(&admin, wish.clone()).await?.done().await?;
/// let refused = cloud.balancers().add_stickiness(&admin, wish).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Conflict);
/// cloud.balancers().delete_stickiness(&admin, DeleteStickiness { rule, policy }).await?.done().await?;
/// assert!(cloud.view().load_balancer(rule).is_some_and(|rule| rule.stickiness.is_none()));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddStickiness {
    /// The load balancer rule; it has no policy yet.
    pub rule: LoadBalancerId,
    /// The policy's name.
    pub name: Name,
    /// What people say of it.
    pub description: String,
    /// The method: one of [`METHODS`].
    pub method: String,
    /// Its parameters. A flag that is set has an empty value, or `true`.
    pub parameters: BTreeMap<String, String>,
}

impl Verb for AddStickiness {
    type Answer = StickinessPolicyId;
    const NAME: &'static str = "stickiness.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<StickinessPolicyId>> {
        let mut row = live(desk.view(), caller, self.rule)?;
        let does = checked(&self.method, &self.parameters, row.transport)?;
        if let Some(there) = &row.stickiness {
            let why = format!("the rule has policy {} already", there.name);
            return Err(Error::new(ErrorKind::Conflict, why).on(self.rule).remedy("delete that policy first"));
        }
        let id = desk.id::<StickinessPolicyId>();
        let (name, description) = (self.name.clone(), self.description.clone());
        let text = format!("{name} of {}", row.name);
        row.stickiness = Some(StickinessPolicy { id, name, description, does });
        let steps = changed(desk, &row, "LB.STICKINESSPOLICY.CREATE", text)?;
        Ok(Decision::then(id, row.id, steps))
    }
}

/// A request that clients of a load balancer rule go anywhere again. [`AddStickiness`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteStickiness {
    /// The load balancer rule.
    pub rule: LoadBalancerId,
    /// Its policy.
    pub policy: StickinessPolicyId,
}

impl Verb for DeleteStickiness {
    type Answer = ();
    const NAME: &'static str = "stickiness.delete";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let mut row = live(desk.view(), caller, self.rule)?;
        let Some(policy) = row.stickiness.take().filter(|policy| policy.id == self.policy) else {
            return Err(Error::not_found("stickiness policy", self.policy));
        };
        let steps = changed(desk, &row, "LB.STICKINESSPOLICY.DELETE", policy.name.to_string())?;
        Ok(Decision::then((), row.id, steps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Proves: LB-05, LB-06
    #[test]
    fn every_parameter_of_every_method_is_checked() {
        for method in METHODS {
            for parameter in method.parameters {
                let (good, bad): (&[&str], &[&str]) = match parameter.shape {
                    Shape::Flag => (&["", "true"], &["false", "yes", " "]),
                    Shape::Word => (&["SRV", "a-b_c.d"], &["", "a b", "a;b", "a\nb", "é"]),
                    Shape::OneOf(words) => (words, &["", "other"]),
                    Shape::Count => (&["1", "52", "200k", "1m"], &["", "0", "-1", "k", "1kk", "+1", "4294967296"]),
                    Shape::Time => (&["30", "30m", "3h", "100ms"], &["", "0s", "m", "1w", "-1s", "1 s"]),
                };
                let check = |value: &str| {
                    let parameters = [(parameter.name.to_owned(), value.to_owned())].into();
                    checked(method.name, &parameters, Transport::Tcp)
                };
                for value in good {
                    let done = check(value).unwrap();
                    assert_eq!((done.method.as_str(), done.parameters.len()), (method.name, 1));
                }
                for value in bad {
                    let refused = check(value).unwrap_err();
                    assert_eq!(refused.entity(), Some(parameter.name), "{} {value:?}", method.name);
                }
            }
            let unknown = [("no-such".to_owned(), String::new())].into();
            assert_eq!(checked(method.name, &unknown, Transport::Tcp).unwrap_err().entity(), Some("parameters"));
            let plain = checked(&method.name.to_lowercase(), &BTreeMap::new(), Transport::Udp);
            assert_eq!(plain.is_ok(), !method.http, "{} over UDP", method.name);
        }
        assert_eq!(checked("Cookie", &BTreeMap::new(), Transport::Tcp).unwrap_err().entity(), Some("method"));
    }
}
