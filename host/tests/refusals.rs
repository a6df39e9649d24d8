//! What a manifest asks for and the host cannot do is an error at the start that names the key.

mod support;

use support::{command, directory, manifest};

/// What the host says to a manifest that it refuses.
fn refusal(test: &str, manifest: &str) -> String {
    let output = command(&directory(test), manifest).output().expect("the host runs");
    assert!(!output.status.success(), "{test} is accepted");
    assert!(output.stdout.is_empty(), "{test}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn unknown_keys_are_refused_by_name() {
    for (test, addition, key) in [
        ("files", "files = [\"assets/*\"]", "files"),
        ("ai_models", "ai_models = [\"llama\"]", "ai_models"),
        ("dependencies", "[component.probe.dependencies]\n\"a:b\" = \"1\"", "dependencies"),
        ("trigger", "[[trigger.redis]]\nchannel = \"c\"\ncomponent = \"probe\"", "redis"),
        ("trigger_key", "[[trigger.cron]]\nschedule = \"c\"\ncomponent = \"probe\"", "schedule"),
        ("top", "[outbound]\nsome = 1", "outbound"),
        ("variable", "[variables.name]\nvalue = \"x\"", "value"),
        ("application", "[application.trigger.http]\nbase = \"/api\"", "trigger"),
    ] {
        let said = refusal(&format!("unknown_{test}"), &manifest(addition));
        assert!(said.contains(&format!("unknown field `{key}`")), "{test}: {said}");
    }
}

#[test]
fn known_keys_with_what_the_host_has_not_are_refused_by_name() {
    for (test, addition, words) in [
        ("database", "sqlite_databases = [\"other\"]", "component.probe: sqlite_databases"),
        ("store", "key_value_stores = [\"other\"]", "component.probe: key_value_stores"),
        ("outbound", "allowed_outbound_hosts = [\"http://self\"]", "allowed_outbound_hosts"),
        ("template", "variables = { name = \"{{ unknown }}\" }", "component.probe: variables.name"),
        ("required", "[variables]\nmissing = { required = true }", "SPIN_VARIABLE_MISSING"),
        ("absent", "[[trigger.http]]\nroute = \"/x\"\ncomponent = \"y\"", "trigger.http[1].component"),
        (
            "private",
            "[[trigger.http]]\nroute = { private = true }\ncomponent = \"probe\"",
            "trigger.http[1].route",
        ),
        ("twice", "[[trigger.http]]\nroute = \"/...\"\ncomponent = \"probe\"", "trigger.http.route"),
        ("cron", "[[trigger.cron]]\ncron_expression = \"soon\"\ncomponent = \"probe\"", "cron_expression"),
        ("source", "[component.far]\nsource = { url = \"u\", digest = \"d\" }", "component.far: source"),
        ("nowhere", "[component.far]\nsource = \"nowhere.wasm\"", "component.far.source"),
    ] {
        let said = refusal(&format!("refused_{test}"), &manifest(addition));
        assert!(said.contains(words), "{test}: {said}");
    }
}

#[test]
fn an_unknown_option_is_refused() {
    let output = command(&directory("option"), &manifest("")).arg("--quick").output().expect("the host runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--quick"));
}
