//! Who may use whom, and that folder, package and component carry one name.

use std::collections::BTreeSet;

use super::nothing_is_wrong;
use super::source::files;

/// Members below a folder, and the members that they may build on.
const ARROWS: &[(&str, &[&str])] = &[
    ("shared/domain/", &[]),
    ("shared/store/", &["domain"]),
    ("shared/app/", &["domain", "store"]),
    ("shared/web/", &["domain", "store", "app"]),
    ("functions/", &["domain", "store", "app", "web"]),
    ("host/", &[]),
    // Benches compare with the same use cases and statements run natively; the demo delivers to a stand-in.
    ("xtask/", &["domain", "store", "app", "gateway"]),
];

/// Tests look at everything.
const ABOVE_ALL: &str = "tests/";

struct Member {
    path: String,
    name: String,
    dependencies: BTreeSet<String>,
}

fn members() -> Vec<Member> {
    let manifests = files("toml").into_iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    let read = |file: super::source::File| {
        let manifest: toml::Table = file.text.parse().unwrap();
        let mut dependencies = keys(&manifest, "dependencies");
        dependencies.extend(keys(&manifest, "build-dependencies"));
        for (_, target) in manifest.get("target").and_then(toml::Value::as_table).into_iter().flatten() {
            dependencies.extend(keys(target.as_table().unwrap(), "dependencies"));
        }
        let name = manifest["package"]["name"].as_str().unwrap().to_owned();
        Member { path: file.path, name, dependencies }
    };
    manifests.map(read).collect()
}

fn keys(table: &toml::Table, name: &str) -> BTreeSet<String> {
    let inner = table.get(name).and_then(toml::Value::as_table);
    inner.map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

#[test]
fn the_arrows_between_layers_point_one_way() {
    let members = members();
    let ours: BTreeSet<&str> = members.iter().map(|member| member.name.as_str()).collect();
    let mut findings = Vec::new();
    for member in members.iter().filter(|member| !member.path.starts_with(ABOVE_ALL)) {
        let Some((_, allowed)) = ARROWS.iter().find(|(folder, _)| member.path.starts_with(folder)) else {
            findings.push(format!("{}: this folder has no layer in tests/tidy/arrows.rs", member.path));
            continue;
        };
        let used = member.dependencies.iter().filter(|name| ours.contains(name.as_str()));
        for wrong in used.filter(|name| !allowed.contains(&name.as_str())) {
            findings.push(format!("{} must not use {wrong}", member.name));
        }
    }
    nothing_is_wrong(&findings);
}

#[test]
fn no_function_uses_another_function() {
    let members = members();
    let functions = || members.iter().filter(|member| member.path.starts_with("functions/"));
    let mut findings = Vec::new();
    for function in functions() {
        for other in functions().filter(|other| function.dependencies.contains(&other.name)) {
            findings.push(format!("{} uses {}: they meet in the database", function.name, other.name));
        }
    }
    nothing_is_wrong(&findings);
}

#[test]
fn folder_package_and_component_carry_one_name() {
    let text = std::fs::read_to_string(tests::root().join("spin.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let components = keys(&manifest, "component");
    let mut findings = Vec::new();
    let mut packages = BTreeSet::new();
    for member in members().into_iter().filter(|member| member.path.starts_with("functions/")) {
        if member.path != format!("functions/{}/Cargo.toml", member.name) {
            findings.push(format!("{} is the package {}", member.path, member.name));
        }
        packages.insert(member.name);
    }
    for name in components.symmetric_difference(&packages) {
        findings.push(format!("{name} is a folder of functions/ or a component of spin.toml, and not both"));
    }
    nothing_is_wrong(&findings);
}

#[test]
fn no_component_is_granted_more_than_its_database_its_key_and_delivery_its_gateway() {
    let text = std::fs::read_to_string(tests::root().join("spin.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let known = ["source", "sqlite_databases", "variables", "build"];
    let mut findings = Vec::new();
    for (id, component) in manifest["component"].as_table().unwrap() {
        let grants = component.as_table().unwrap();
        // Messages leave through one component, to one address that the operator names.
        let gateway = toml::Value::from(vec!["{{ gateway_origin }}"]);
        let is_gateway =
            |grant: &str| id == "delivery" && grant == "allowed_outbound_hosts" && grants[grant] == gateway;
        for grant in grants.keys().filter(|grant| !known.contains(&grant.as_str()) && !is_gateway(grant)) {
            findings.push(format!("{id} is granted {grant}: say why in tests/tidy/arrows.rs"));
        }
    }
    nothing_is_wrong(&findings);
}
