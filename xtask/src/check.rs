//! `cargo xtask check`: what a change must pass before it is shared. All parts run, so that one look shows everything.

use std::process::{Command, Stdio};

use crate::build::{cargo, run};
use crate::failure::Failure;
use crate::openapi;
use crate::workspace::{self, COMPONENT_TARGET};

type Part = (&'static str, fn() -> Result<(), Failure>);

const PARTS: &[Part] = &[
    ("format", format),
    ("lints", lints),
    ("lints of the components", component_lints),
    ("licences, bans, sources", licences),
    ("tidiness", tidiness),
    ("API description", openapi::check),
];

/// Runs every part.
pub fn check() -> Result<(), Failure> {
    let mut failures = Vec::new();
    for (name, part) in PARTS {
        eprintln!("\n-- {name}");
        if let Err(failure) = part() {
            failures.push(format!("{name}: {failure}"));
        }
    }
    if failures.is_empty() {
        eprintln!("\nall {} parts passed", PARTS.len());
        return Ok(());
    }
    Err(Failure::new(
        format!("{} of {} parts failed\n{}", failures.len(), PARTS.len(), failures.join("\n")),
        "correct these and run it again",
    ))
}

fn format() -> Result<(), Failure> {
    run(cargo(&["fmt", "--all", "--check"]), "checking the format", "run: cargo fmt --all")
}

/// In the profile of the tests: its procedural macros and build scripts are there already.
fn lints() -> Result<(), Failure> {
    let arguments =
        ["clippy", "--workspace", "--all-targets", "--profile", "fast", "--quiet", "--", "-D", "warnings"];
    run(cargo(&arguments), "linting", "correct what clippy says above")
}

/// Code for WebAssembly alone is invisible to the lints above.
fn component_lints() -> Result<(), Failure> {
    let mut command = cargo(&["clippy", "--release", "--quiet", "--target", COMPONENT_TARGET]);
    for component in workspace::components()? {
        command.args(["--package", &component.id]);
    }
    command.args(["--", "-D", "warnings"]);
    run(command, "linting the components", "correct what clippy says above")
}

fn licences() -> Result<(), Failure> {
    let installed =
        Command::new("cargo-deny").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !installed.is_ok_and(|status| status.success()) {
        eprintln!("cargo-deny is not installed; installing it takes some minutes, once");
        let advice = "install it yourself: cargo install --locked cargo-deny";
        run(cargo(&["install", "--locked", "cargo-deny"]), "installing cargo-deny", advice)?;
    }
    // It looks at the crates of every platform, and a build has fetched those of this one.
    let advice = "let cargo reach its registry once: cargo fetch --locked";
    run(cargo(&["fetch", "--locked", "--quiet"]), "fetching the crates of all platforms", advice)?;
    let command = cargo(&["deny", "--offline", "check", "licenses", "bans", "sources"]);
    run(command, "checking dependencies", "remove the dependency, or allow it in deny.toml with its reason")?;
    eprintln!(
        "not checked here: known vulnerabilities. The advisory database needs the network; where there is one, run: \
         cargo deny check advisories"
    );
    Ok(())
}

fn tidiness() -> Result<(), Failure> {
    let command = cargo(&["test", "--quiet", "--profile", "fast", "--package", "tests", "--test", "tidy"]);
    run(command, "tidiness", "tests/tidy.rs says each rule and its reason")
}
