//! What fits on a screen or two can be read in one go.

use super::exceptions::{FILES, FUNCTIONS};
use super::nothing_is_wrong;
use super::source::files;

const FILE_LINES: usize = 300;
const FUNCTION_LINES: usize = 70;

/// Compares a size with its limit, or with what a known exception had: that may only shrink, and is then noted.
fn judge(name: &str, lines: usize, limit: usize, known: Option<usize>) -> Option<String> {
    match known {
        None if lines > limit => {
            Some(format!("{name} has {lines} lines, the limit is {limit}: split it by meaning"))
        }
        Some(known) if lines > known => {
            Some(format!("{name} grew from {known} to {lines} lines: it may only shrink"))
        }
        Some(_) if lines <= limit => {
            Some(format!("{name} fits now: remove it from tests/tidy/exceptions.rs"))
        }
        Some(known) if lines < known => {
            Some(format!("{name} shrank: lower {known} to {lines} in tests/tidy/exceptions.rs"))
        }
        _ => None,
    }
}

#[test]
fn files_have_at_most_300_lines() {
    let mut findings = Vec::new();
    for file in files("rs") {
        let known = FILES.iter().find(|(path, _)| *path == file.path).map(|(_, lines)| *lines);
        findings.extend(judge(&file.path, file.text.lines().count(), FILE_LINES, known));
    }
    nothing_is_wrong(&findings);
}

#[test]
fn functions_have_at_most_70_lines() {
    let mut findings = Vec::new();
    for file in files("rs") {
        for (name, lines) in functions(&file.text) {
            let name = format!("{}::{name}", file.path);
            let known = FUNCTIONS.iter().find(|(known, _)| *known == name).map(|(_, lines)| *lines);
            findings.extend(judge(&name, lines, FUNCTION_LINES, known));
        }
    }
    nothing_is_wrong(&findings);
}

#[test]
fn every_exception_is_about_something_that_exists() {
    let files = files("rs");
    let gone = |path: &str| !files.iter().any(|file| file.path == path);
    let mut findings: Vec<String> = Vec::new();
    findings.extend(FILES.iter().filter(|(path, _)| gone(path)).map(|(path, _)| format!("{path} is gone")));
    for (name, _) in FUNCTIONS {
        let (path, function) = name.rsplit_once("::").unwrap();
        let file = files.iter().find(|file| file.path == path);
        if !file.is_some_and(|file| functions(&file.text).iter().any(|(name, _)| name == function)) {
            findings.push(format!("{name} is gone"));
        }
    }
    nothing_is_wrong(&findings);
}

/// Functions of formatted source with their lines, from `fn` to the brace under it.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let indent = line.len() - line.trim_start().len();
        let end = format!("{}}}", " ".repeat(indent));
        let length = lines[start..].iter().position(|line| *line == end);
        let head_ends = lines[start..].iter().position(|line| line.ends_with(['{', ';', '}'])).unwrap_or(0);
        let has_body = lines[start + head_ends].ends_with('{');
        if let (Some(length), true) = (length, has_body) {
            found.push((name, length + 1));
        }
    }
    found
}

fn function_name(line: &str) -> Option<String> {
    let before =
        |word: &str| matches!(word, "pub" | "const" | "async" | "unsafe") || word.starts_with("pub(");
    let mut words = line.split_whitespace().skip_while(|word| before(word));
    (words.next() == Some("fn")).then_some(())?;
    let name: String =
        words.next()?.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    Some(name)
}

#[test]
fn functions_are_measured_from_their_name_to_their_brace() {
    let text = "pub fn one() {\n    if true {\n    }\n}\n\ntrait T {\n    fn none(&self);\n    fn two(&self) -> u8 {\n        2\n    }\n}\n";
    assert_eq!(functions(text), [("one".to_owned(), 4), ("two".to_owned(), 3)]);
}

#[test]
fn an_exception_may_only_shrink() {
    assert!(judge("a", 300, 300, None).is_none() && judge("a", 320, 300, Some(320)).is_none());
    for (lines, known) in [(301, None), (321, Some(320)), (319, Some(320)), (300, Some(320))] {
        assert!(judge("a", lines, 300, known).is_some(), "{lines} {known:?}");
    }
}
