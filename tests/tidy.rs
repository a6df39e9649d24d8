//! Tidiness of the repository: what reviewers would otherwise have to say again and again.
#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

#[path = "tidy/arrows.rs"]
mod arrows;
#[path = "tidy/exceptions.rs"]
mod exceptions;
#[path = "tidy/layers.rs"]
mod layers;
#[path = "tidy/lexer.rs"]
mod lexer;
#[path = "tidy/names.rs"]
mod names;
#[path = "tidy/size.rs"]
mod size;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/words.rs"]
mod words;

/// Says everything that is wrong at once.
fn nothing_is_wrong(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}
