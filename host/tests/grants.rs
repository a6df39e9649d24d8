//! A component reaches what its manifest grants, and nothing else.

mod support;

use support::{Host, command, directory, manifest};

#[test]
fn a_component_without_grants_is_denied_everything() {
    let host = Host::start("denied", &manifest(""));
    for (attempt, subject, refusal) in [
        ("sqlite", "select 1", "AccessDenied"),
        ("key-value", "key", "AccessDenied"),
        ("variable", "name", "Undefined"),
        ("variable", "No Name", "InvalidName"),
        ("outbound", &format!("http://{}/hello", host.address), "HttpRequestDenied"),
        ("file", "/etc/hostname", "refused"),
        ("directory", "", "refused"),
        ("socket", &host.address, "PermissionDenied"),
        ("resolve", "localhost:80", "refused"),
    ] {
        let said = host.attempt(attempt, subject);
        assert!(said.starts_with("refused") && said.contains(refusal), "{attempt} {subject}: {said}");
    }
    assert_eq!(host.attempt("environment", ""), "[]");
}

#[test]
fn a_component_reaches_what_its_manifest_grants() {
    let grants = "sqlite_databases = [\"default\"]\n\
                  key_value_stores = [\"default\"]\n\
                  allowed_outbound_hosts = [\"http://{{ server }}:*\"]\n\
                  environment = { GIVEN = \"value\" }\n\
                  variables = { greeting = \"hello {{ server }}\" }\n\
                  [variables]\n\
                  server = { default = \"127.0.0.1\" }";
    let host = Host::start("granted", &manifest(grants));
    assert_eq!(host.attempt("sqlite", "select 1, 'two', null"), {
        r#"ok: [[Value::Integer(1), Value::Text("two"), Value::Null]]"#
    });
    assert_eq!(host.attempt("key-value", "key"), r#"ok: ["key"]"#);
    assert_eq!(host.attempt("variable", "greeting"), r#"ok: "hello 127.0.0.1""#);
    assert_eq!(host.attempt("environment", ""), r#"[("GIVEN", "value")]"#);
    let health = format!("http://{}/.well-known/spin/health", host.address);
    assert_eq!(host.attempt("outbound", &health), r#"ok: "200 OK OK""#);
    assert!(host.attempt("outbound", "http://localhost:1/").contains("HttpRequestDenied"));
}

#[test]
fn the_environment_overrides_a_variable() {
    let grants = "variables = { key = \"{{ key }}\" }\n[variables]\nkey = { required = true }";
    let directory = directory("overridden");
    let mut command = command(&directory, &manifest(grants));
    let host = Host::run(&directory, command.env("SPIN_VARIABLE_KEY", "from outside"));
    assert_eq!(host.attempt("variable", "key"), r#"ok: "from outside""#);
    assert_eq!(host.attempt("environment", ""), "[]");
}

#[test]
fn sql_stays_inside_the_granted_database() {
    let host = Host::start("confined", &manifest("sqlite_databases = [\"default\"]"));
    for statement in [
        "attach '/tmp/elsewhere.db' as elsewhere",
        "attach '/tmp/else' || 'where.db' as elsewhere",
        "vacuum into '/tmp/elsewhere.db'",
    ] {
        let said = host.attempt("sqlite", statement);
        assert!(said.starts_with("refused"), "{statement}: {said}");
    }
    assert_eq!(host.attempt("sqlite", "vacuum"), "ok: []");
}

#[test]
fn the_gateways_secret_and_address_are_for_the_delivering_component_alone() {
    let bank: toml::Table =
        include_str!("../../spin.toml").parse().expect("the bank's manifest is a manifest");
    for (id, component) in bank["component"].as_table().expect("it has components") {
        let text = toml::to_string(component).expect("a component is a table");
        assert_eq!(text.contains("gateway_"), id == "delivery", "{id}: {text}");
        assert_eq!(text.contains("allowed_outbound_hosts"), id == "delivery", "{id}: {text}");
    }
}

#[test]
fn in_the_place_of_each_component_of_the_bank_all_that_it_is_not_granted_is_denied() {
    let bank: toml::Table =
        include_str!("../../spin.toml").parse().expect("the bank's manifest is a manifest");
    let components = bank["component"].as_table().expect("it has components");
    assert!(components.len() >= 5);
    for (id, component) in components {
        let mut grants = component.as_table().expect("a component is a table").clone();
        ["source", "build"].into_iter().for_each(|key| drop(grants.remove(key)));
        let granted = |key: &str| grants.contains_key(key);
        let variables = grants.get("variables").and_then(|given| given.as_table());
        let knows = |name: &str| variables.is_some_and(|variables| variables.contains_key(name));
        let text = toml::to_string(&grants).expect("grants are a table");
        let inline = text.replace("[variables]", "[component.probe.variables]");
        // The gateway of the bank, which delivery may call, is not this host.
        let declared = "[variables]\n\
                        admin_key = { default = \"k\" }\n\
                        gateway_origin = { default = \"http://127.0.0.1:1\" }\n\
                        gateway_secret = { default = \"s\" }";
        let host = Host::start(id, &manifest(&format!("{inline}\n{declared}")));
        let outbound = format!("http://{}/hello", host.address);
        for (attempt, subject, allowed) in [
            ("sqlite", "select 1", granted("sqlite_databases")),
            ("sqlite", "attach '/tmp/elsewhere.db' as elsewhere", false),
            ("key-value", "key", granted("key_value_stores")),
            ("variable", "admin_key", knows("admin_key")),
            ("variable", "gateway_secret", knows("gateway_secret")),
            ("variable", "another", false),
            ("outbound", outbound.as_str(), false),
            ("file", "/etc/hostname", false),
            ("directory", "", false),
            ("socket", host.address.as_str(), false),
            ("resolve", "localhost:80", false),
        ] {
            let said = host.attempt(attempt, subject);
            assert_eq!(said.starts_with("ok"), allowed, "{id}: {attempt} {subject}: {said}");
        }
    }
}
