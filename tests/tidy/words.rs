//! Words that belong elsewhere, and links that lead nowhere.

use super::nothing_is_wrong;
use super::source::files;

/// Split here so that this file does not find itself.
const ELSEWHERE: &[(&str, &str)] = &[
    (concat!("TO", "DO"), "do it, or write down in docs what is open"),
    (concat!("FIX", "ME"), "fix it"),
    (concat!("issue", " #"), "the reason itself belongs here, not a number that a reader cannot open"),
    (concat!("Issue", " #"), "the reason itself belongs here, not a number that a reader cannot open"),
];

#[test]
fn nothing_is_left_to_do_and_no_number_stands_for_a_reason() {
    let mut findings = Vec::new();
    for extension in ["rs", "md", "toml", "sql", "wit"] {
        for file in files(extension) {
            for (at, line) in file.text.lines().enumerate() {
                for (word, advice) in ELSEWHERE.iter().filter(|(word, _)| line.contains(word)) {
                    findings.push(format!("{}:{}: {word}: {advice}", file.path, at + 1));
                }
            }
        }
    }
    nothing_is_wrong(&findings);
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut findings = Vec::new();
    for file in files("md") {
        let dir = tests::root().join(&file.path);
        let dir = dir.parent().unwrap();
        for (line, target) in links(&file.text) {
            let path = target.split('#').next().unwrap_or_default();
            let elsewhere = target.contains("://") || target.starts_with("mailto:") || path.is_empty();
            if !elsewhere && !dir.join(path).exists() {
                findings.push(format!("{}:{line}: {target} does not exist", file.path));
            }
        }
    }
    nothing_is_wrong(&findings);
}

/// Targets of `[text](target)` outside of code.
fn links(text: &str) -> Vec<(usize, String)> {
    let (mut found, mut in_code) = (Vec::new(), false);
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        let prose = line.split('`').step_by(2).collect::<String>();
        let targets = prose.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
        if !in_code {
            found.extend(targets.map(|target| (at + 1, target.to_owned())));
        }
    }
    found
}

#[test]
fn links_are_found_outside_of_code() {
    let text = "see [a](b.md#c) and `[x](y)`\n```\n[no](no.md)\n```\n[d](e/f.rs \"title\")\n";
    assert_eq!(links(text), [(1, "b.md#c".to_owned()), (5, "e/f.rs".to_owned())]);
}
