//! Variables: the manifest's defaults, overridden by the environment, filled into the templates of the components.

use std::collections::BTreeMap;

use anyhow::{Context, bail, ensure};
use wasmtime::component::Accessor;

use crate::bindings::imports::fermyon::spin::variables as synchronous;
use crate::bindings::imports::spin::variables::variables as interface;
use crate::guest::{Guest, GuestData};
use crate::manifest::{Component, Variable};

/// Values by name.
pub type Values = BTreeMap<String, String>;

/// The application's variables; one that is required and has no value is an error.
pub fn application(
    declared: &BTreeMap<String, Variable>,
    environment: impl Fn(&str) -> Option<String>,
) -> anyhow::Result<Values> {
    let mut values = Values::new();
    for (name, variable) in declared {
        ensure!(is_name(name), "variables.{name}: not a name (lower case, digits, underscores)");
        ensure!(
            variable.required != variable.default.is_some(),
            "variables.{name}: needs either default or required = true"
        );
        let key = format!("SPIN_VARIABLE_{}", name.to_ascii_uppercase());
        let Some(value) = environment(&key).or_else(|| variable.default.clone()) else {
            bail!("variables.{name} is required: set {key}");
        };
        values.insert(name.clone(), value);
    }
    Ok(values)
}

/// A component's own variables, its templates filled in.
pub fn of_component(component: &Component, application: &Values) -> anyhow::Result<Values> {
    let mut values = Values::new();
    for (name, template) in &component.variables {
        ensure!(is_name(name), "variables.{name}: not a name (lower case, digits, underscores)");
        let value = fill(template, application).with_context(|| format!("variables.{name}"))?;
        values.insert(name.clone(), value);
    }
    Ok(values)
}

/// Replaces each `{{ name }}` by the variable's value.
pub fn fill(template: &str, values: &Values) -> anyhow::Result<String> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((literal, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").context("a {{ without its }}")?;
        let name = name.trim();
        let value = values.get(name).with_context(|| format!("there is no variable {name:?}"))?;
        filled.push_str(literal);
        filled.push_str(value);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

impl interface::Host for Guest {}

impl<T: Send> interface::HostWithStore<T> for GuestData {
    async fn get(accessor: &Accessor<T, Self>, name: String) -> Result<String, interface::Error> {
        if !is_name(&name) {
            return Err(interface::Error::InvalidName(name));
        }
        accessor.with(|mut access| {
            let value = access.get().component.variables.get(&name).cloned();
            value.ok_or_else(|| interface::Error::Undefined(format!("no variable {name:?}")))
        })
    }
}

/// The same values for exports that may not wait.
impl synchronous::Host for Guest {
    fn get(&mut self, name: String) -> Result<String, synchronous::Error> {
        if !is_name(&name) {
            return Err(synchronous::Error::InvalidName(name));
        }
        let value = self.component.variables.get(&name).cloned();
        value.ok_or_else(|| synchronous::Error::Undefined(format!("no variable {name:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(default: Option<&str>) -> BTreeMap<String, Variable> {
        let text = match default {
            Some(default) => format!("key = {{ default = {default:?} }}"),
            None => "key = { required = true }".to_owned(),
        };
        toml::from_str(&text).expect("a variable")
    }

    #[test]
    fn the_environment_overrides_a_default() {
        let set = |key: &str| (key == "SPIN_VARIABLE_KEY").then(|| "set".to_owned());
        assert_eq!(application(&declared(Some("fallback")), set).unwrap()["key"], "set");
        assert_eq!(application(&declared(Some("fallback")), |_| None).unwrap()["key"], "fallback");
    }

    #[test]
    fn a_required_variable_without_a_value_is_refused_by_name() {
        let error = application(&declared(None), |_| None).unwrap_err().to_string();
        assert!(error.contains("variables.key"), "{error}");
        assert!(error.contains("SPIN_VARIABLE_KEY"), "{error}");
    }

    #[test]
    fn templates_are_filled_and_unknown_names_refused() {
        let values = Values::from([("host".to_owned(), "example.com".to_owned())]);
        assert_eq!(
            fill("https://{{ host }}:{{host}}/", &values).unwrap(),
            "https://example.com:example.com/"
        );
        assert!(fill("{{ port }}", &values).unwrap_err().to_string().contains("port"));
        assert!(fill("{{ host", &values).is_err());
    }
}
