//! What each layer must not know: SQL stays in the store, the web stays at the edge.

use super::lexer::parts;
use super::nothing_is_wrong;
use super::source::files;

/// The store is the memory. The host is a runtime with a database engine of its own, the benches need native
/// baselines, and tests (also those beside the code) look at what was stored.
const MAY_SPEAK_SQL: &[&str] = &["shared/store/", "host/", "xtask/src/bench/", "tests/"];

/// Rules, memory and use cases do not know by which door a request came.
const KNOWS_NO_WEB: &[&str] = &["shared/domain/", "shared/store/", "shared/app/"];

const WEB_WORDS: &[&str] =
    &["http::", "web::", "StatusCode", "status_code", "HTTP", "http://", "application/json"];

#[test]
fn sql_is_spoken_in_the_store_alone() {
    let mut findings = Vec::new();
    for file in files("rs").iter().filter(|file| !file.is_in(MAY_SPEAK_SQL) && !is_test(&file.path)) {
        let statements = parts(&file.text).texts.into_iter().filter(|(_, text)| is_statement(text));
        findings.extend(statements.map(|(line, text)| {
            let start: String = text.trim().chars().take(50).collect();
            format!("{}:{line}: SQL outside shared/store: {start}", file.path)
        }));
    }
    nothing_is_wrong(&findings);
}

fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("/tests/")
}

fn is_statement(text: &str) -> bool {
    let text = text.trim_start().to_ascii_lowercase();
    let starts = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
    starts(&[
        "insert into ",
        "insert or ",
        "delete from ",
        "create table ",
        "create index ",
        "drop table ",
        "pragma ",
    ]) || starts(&["begin immediate", "alter table "])
        || (text.starts_with("select ") && (text.contains(" from ") || text.len() < 12))
        || (text.starts_with("update ") && text.contains(" set "))
        || (text.starts_with("with ") && text.contains(" select "))
}

#[test]
fn the_web_is_known_at_the_edge_alone() {
    let mut findings = Vec::new();
    for file in files("rs").iter().filter(|file| file.is_in(KNOWS_NO_WEB)) {
        let parts = parts(&file.text);
        let code = parts.code.iter().enumerate().map(|(line, code)| (line + 1, code.as_str()));
        let texts = parts.texts.iter().map(|(line, text)| (*line, text.as_str()));
        for (line, text) in code.chain(texts) {
            for word in WEB_WORDS.iter().filter(|word| holds(text, word)) {
                findings.push(format!("{}:{line}: {word} belongs into shared/web or a function", file.path));
            }
        }
    }
    nothing_is_wrong(&findings);
}

/// True when the word stands for itself and is not the end of a longer one.
fn holds(text: &str, word: &str) -> bool {
    let part_of_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(word).any(|(at, _)| !text[..at].ends_with(part_of_word))
}

#[test]
fn statements_are_told_from_sentences() {
    for statement in
        ["select a from b", " update t set a = 1", "pragma user_version", "insert into t values (1)"]
    {
        assert!(is_statement(statement), "{statement}");
    }
    for sentence in ["select a tier to see its members", "update the scheme", "with one page"] {
        assert!(!is_statement(sentence), "{sentence}");
    }
}

/// Tables whose rows are history: they are added, and never changed or taken away.
const HISTORY: [&str; 4] = ["sale_credit", "assignment_share", "sale_refund", "points_entry"];

#[test]
fn no_statement_changes_or_deletes_history() {
    let mut findings = Vec::new();
    for file in files("rs").iter().filter(|file| file.is_in(&["shared/store/"])) {
        for (line, text) in parts(&file.text).texts {
            let words: Vec<&str> = text.split_whitespace().collect();
            let changes = words.windows(2).any(|pair| pair[0] == "update" && HISTORY.contains(&pair[1]));
            let deletes =
                words.windows(3).any(|three| three[..2] == ["delete", "from"] && HISTORY.contains(&three[2]));
            if changes || deletes {
                findings.push(format!("{}:{line}: history is only added to", file.path));
            }
        }
    }
    nothing_is_wrong(&findings);
}
