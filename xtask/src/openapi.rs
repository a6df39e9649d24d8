//! The API's description: made from what the functions say of themselves, kept beside the function that serves it.

use std::process::Stdio;

use crate::build::cargo;
use crate::failure::{Failure, OrAdvise};
use crate::workspace;

/// Where it is kept, below the root.
const PATH: &str = "functions/administration/openapi.json";

/// Makes the description and writes it.
pub fn write() -> Result<(), Failure> {
    let text = document()?;
    let path = workspace::root().join(PATH);
    let changed = std::fs::read_to_string(&path).ok().as_deref() != Some(text.as_str());
    if changed {
        std::fs::write(&path, text).or_advise(path.display(), "make the folder writable")?;
    }
    eprintln!("{PATH} {}", if changed { "written" } else { "is up to date" });
    Ok(())
}

/// Fails when the kept description is not that of the functions.
pub fn check() -> Result<(), Failure> {
    let kept = std::fs::read_to_string(workspace::root().join(PATH)).unwrap_or_default();
    if kept == document()? {
        return Ok(());
    }
    Err(Failure::new(
        format!("{PATH} is not what the functions say of themselves"),
        "run: cargo xtask openapi",
    ))
}

/// The description as text. A program of its own prints it, because it is made of the functions' types, and tools
/// that build with every change of a function would be slow tools.
fn document() -> Result<String, Failure> {
    let mut command =
        cargo(&["run", "--quiet", "--profile", "fast", "--package", "tests", "--example", "openapi"]);
    let advice = "correct what is said above";
    let output = command.stderr(Stdio::inherit()).output().or_advise("describing the API", advice)?;
    if !output.status.success() {
        return Err(Failure::new("the API could not be described", advice));
    }
    String::from_utf8(output.stdout).or_advise("describing the API", advice)
}
