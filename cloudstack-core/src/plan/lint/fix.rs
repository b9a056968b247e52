//! Corrections as data: values to set or remove at places of a plan.

use serde::Serialize;
use toml::Value;

use crate::plan::site::SitePlan;

/// A correction that can be shown before it is made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Fix {
    /// The edits, made in this order.
    pub edits: Vec<Edit>,
}

/// One edit of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// The place, such as `zones[0].pods[0].gateway`. An index one past the end of a list appends to it.
    pub place: String,
    /// The new value, as TOML; nothing removes what is there.
    pub value: Option<String>,
}

/// A correction that does not fit the plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FixError {
    /// The plan has no such place.
    #[error("the plan has no place `{0}`")]
    NoPlace(String),
    /// The corrected plan cannot be read.
    #[error("the corrected plan is not accepted: {0}")]
    Refused(String),
}

impl Fix {
    /// Sets one place to a value.
    pub(super) fn set(place: impl Into<String>, value: impl Serialize) -> Self {
        Self::default().and(place, value)
    }

    /// Sets another place too.
    pub(super) fn and(mut self, place: impl Into<String>, value: impl Serialize) -> Self {
        let value = Value::try_from(value).expect("rules set texts, numbers, switches and lists, which TOML can hold");
        self.edits.push(Edit { place: place.into(), value: Some(value.to_string()) });
        self
    }

    /// Makes the correction.
    ///
    /// # Errors
    /// [`FixError`] if the plan is not the one that the correction was made for; the plan is then unchanged.
    pub fn apply(&self, plan: &mut SitePlan) -> Result<(), FixError> {
        let refused = |e: &dyn std::fmt::Display| FixError::Refused(e.to_string());
        let mut tree = Value::try_from(&*plan).map_err(|e| refused(&e))?;
        for edit in &self.edits {
            let value = edit.value.as_deref().map(str::parse).transpose().map_err(|e: toml::de::Error| refused(&e))?;
            let steps = steps(&edit.place).ok_or_else(|| FixError::NoPlace(edit.place.clone()))?;
            put(&mut tree, &steps, value).ok_or_else(|| FixError::NoPlace(edit.place.clone()))?;
        }
        *plan = tree.try_into().map_err(|e: toml::de::Error| refused(&e))?;
        Ok(())
    }
}

/// One step down into a plan.
enum Step<'a> {
    Field(&'a str),
    Index(usize),
}

fn steps(place: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    for part in place.split('.') {
        let mut pieces = part.split('[');
        steps.push(Step::Field(pieces.next()?));
        for index in pieces {
            steps.push(Step::Index(index.strip_suffix(']')?.parse().ok()?));
        }
    }
    Some(steps)
}

/// Puts a value at the end of the steps, or takes away what is there.
fn put(tree: &mut Value, steps: &[Step<'_>], value: Option<Value>) -> Option<()> {
    let (step, rest) = steps.split_first()?;
    match (step, tree) {
        (Step::Field(name), Value::Table(table)) if rest.is_empty() => {
            match value {
                Some(value) => table.insert((*name).to_owned(), value),
                None => table.remove(*name),
            };
        }
        (Step::Index(at), Value::Array(items)) if rest.is_empty() => match value {
            Some(value) if *at == items.len() => items.push(value),
            Some(value) => *items.get_mut(*at)? = value,
            None if *at < items.len() => drop(items.remove(*at)),
            None => return None,
        },
        (Step::Field(name), Value::Table(table)) => {
            let empty = || {
                if matches!(rest[0], Step::Index(_)) {
                    Value::Array(Vec::new())
                } else {
                    Value::Table(toml::Table::new())
                }
            };
            return put(table.entry((*name).to_owned()).or_insert_with(empty), rest, value);
        }
        (Step::Index(at), Value::Array(items)) => return put(items.get_mut(*at)?, rest, value),
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> SitePlan {
        SitePlan::from_toml("name = \"a\"\nvm_groups = []\n[[zones]]\nname = \"z\"\nkind = \"Basic\"\n").unwrap()
    }

    #[test]
    fn edits_set_append_and_remove() {
        let mut plan = plan();
        Fix::set("zones[0].dns1", "10.0.0.1").and("name", "b").apply(&mut plan).unwrap();
        assert_eq!((plan.name.as_str(), plan.zones[0].dns1), ("b", "10.0.0.1".parse().ok()));
        let zone = plan.zones[0].clone();
        Fix::set("zones[1]", &zone).apply(&mut plan).unwrap();
        assert_eq!(plan.zones.len(), 2);
        Fix { edits: vec![Edit { place: "zones[0]".into(), value: None }] }.apply(&mut plan).unwrap();
        assert_eq!(plan.zones.len(), 1);
    }

    #[test]
    fn a_correction_for_another_plan_changes_nothing() {
        let mut plan = plan();
        let before = plan.clone();
        assert_eq!(Fix::set("zones[3].name", "x").apply(&mut plan), Err(FixError::NoPlace("zones[3].name".into())));
        assert!(matches!(Fix::set("name", 5).apply(&mut plan), Err(FixError::Refused(_))));
        assert!(matches!(Fix::set("name[x]", 5).apply(&mut plan), Err(FixError::NoPlace(_))));
        assert_eq!(plan, before);
    }
}
