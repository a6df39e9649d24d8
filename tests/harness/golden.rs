//! Golden cases: what a bank's analyst writes down, a file a case, whose name is the sentence.

use serde_json::Value;

/// Runs every case of a folder of `tests/golden`, in the order of their names, and insists on a number of them.
///
/// # Panics
/// When a case cannot be read or does not come out as written, or when there are fewer.
pub fn run_all(folder: &str, at_least: usize, run: impl Fn(&str, &Value)) {
    let folder = crate::root().join("tests/golden").join(folder);
    let entries = std::fs::read_dir(&folder).expect("the folder of cases").flatten();
    let mut cases: Vec<_> = entries.map(|entry| entry.path()).collect();
    cases.sort();
    assert!(cases.len() >= at_least, "only {} cases in {}", cases.len(), folder.display());
    for path in cases {
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let text = std::fs::read_to_string(&path).expect("a case");
        run(&name, &serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}")));
        println!("{name}");
    }
}

/// True when what is written down is in the answer; members that it does not name may be anything.
pub fn tells(expected: &Value, answer: &Value) -> bool {
    match (expected, answer) {
        (Value::Object(expected), _) => {
            expected.iter().all(|(name, value)| tells(value, answer.get(name).unwrap_or(&Value::Null)))
        }
        (Value::Array(expected), Value::Array(answer)) => {
            expected.len() == answer.len()
                && expected.iter().zip(answer).all(|(expected, answer)| tells(expected, answer))
        }
        _ => expected == answer,
    }
}
