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
