//! Building: the components for WebAssembly, the host for this machine.

use std::process::{Command, Stdio};

use crate::failure::{Failure, OrAdvise};
use crate::workspace::{self, COMPONENT_TARGET};

/// Builds every component of spin.toml and the host.
pub fn everything() -> Result<(), Failure> {
    components()?;
    host()
}

/// Builds every component of spin.toml as a release.
pub fn components() -> Result<(), Failure> {
    ensure_target()?;
    for component in workspace::components()? {
        // Of the component alone: the library beside it, which tests use, would keep the linker from cutting as deep.
        let mut command =
            cargo(&["rustc", "--release", "--target", COMPONENT_TARGET, "--crate-type", "cdylib"]);
        command.args(["--package", &component.id]);
        run(command, "building the components", "correct what the compiler says above")?;
    }
    Ok(())
}

/// Builds the host in the profile of tests and tools, and as part of the whole workspace: cargo then settles on the
/// same features as for the tests, and compiles its hundreds of crates once and not twice.
pub fn host() -> Result<(), Failure> {
    if !workspace::host_program().exists() {
        eprintln!(
            "The first build of the host compiles wasmtime and takes some minutes; later ones take seconds."
        );
    }
    let command = cargo(&["build", "--profile", "fast", "--workspace", "--bin", "kezhi-host"]);
    run(command, "building the host", "correct what the compiler says above")
}

/// Adds the compiler's target for components when this machine lacks it.
fn ensure_target() -> Result<(), Failure> {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", COMPONENT_TARGET]).current_dir(workspace::root());
    let advice = "install Rust by rustup (https://rustup.rs)";
    let output = rustc.stderr(Stdio::null()).output().or_advise("running rustc", advice)?;
    let dir = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() && std::path::Path::new(&dir).is_dir() {
        return Ok(());
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", COMPONENT_TARGET]).current_dir(workspace::root());
    run(rustup, "adding the target wasm32-wasip2", "run: rustup target add wasm32-wasip2")
}

/// A cargo command at the repository's root.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(workspace::root());
    command
}

/// Runs a command with its output on the terminal.
pub fn run(mut command: Command, doing: &str, advice: &str) -> Result<(), Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .or_advise(format!("{doing}: starting {program}"), "install the program, or put it on the PATH")?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("{doing} failed ({status})"), advice)) }
}
