//! A name says what is inside; these say only that something is.

use super::nothing_is_wrong;
use super::source::files;

const SAY_NOTHING: &[&str] = &[
    "util", "utils", "helper", "helpers", "common", "type", "types", "model", "models", "manager",
    "managers", "service", "services", "misc", "base", "core",
];

#[test]
fn files_and_modules_are_named_for_what_is_inside() {
    let mut findings = Vec::new();
    for file in files("rs") {
        let parts = file.path.trim_end_matches(".rs").split('/');
        for part in parts.filter(|part| SAY_NOTHING.contains(part)) {
            findings.push(format!("{}: {part} says nothing", file.path));
        }
        for (line, text) in file.text.lines().enumerate() {
            let Some(name) = module_name(text) else { continue };
            if SAY_NOTHING.contains(&name) {
                findings.push(format!("{}:{}: module {name} says nothing", file.path, line + 1));
            }
        }
    }
    nothing_is_wrong(&findings);
}

fn module_name(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("pub(crate) ").or_else(|| line.strip_prefix("pub ")).unwrap_or(line);
    line.strip_prefix("mod ")?.split([' ', ';', '{']).next()
}

#[test]
fn names_of_tests_are_sentences() {
    let mut findings = Vec::new();
    for file in files("rs") {
        let lines: Vec<&str> = file.text.lines().collect();
        for (at, _) in lines.iter().enumerate().filter(|(_, line)| line.trim() == "#[test]") {
            let Some(name) = lines[at..].iter().find_map(|line| line.trim_start().strip_prefix("fn ")) else {
                continue;
            };
            let name = name.split('(').next().unwrap_or_default();
            if name.split('_').count() < 3 {
                findings.push(format!("{}:{}: {name} is not a sentence", file.path, at + 1));
            }
        }
    }
    nothing_is_wrong(&findings);
}

#[test]
fn modules_are_found_whatever_their_visibility() {
    assert_eq!(module_name("    pub(crate) mod column;"), Some("column"));
    assert_eq!(module_name("mod tests {"), Some("tests"));
    assert_eq!(module_name("let model = 1;"), None);
}
