//! JSON pointers for errors, found after the fact.
//!
//! Parsing keeps no path, because a batch is almost always right and a path costs time and code for every field.
//! When the parser stops, this walks the text once more up to the place where it stopped.

/// Keys longer than this are cut in pointers: an error need not repeat a hostile megabyte.
const LONGEST_KEY: usize = 64;
/// Deeper than the parser goes.
const DEEPEST: usize = 130;

enum Step {
    Key(String),
    Index(usize),
}

/// The pointer of the innermost value that holds the byte at `offset`; a key counts as part of its value.
pub(crate) fn at(json: &[u8], offset: usize) -> String {
    let mut steps: Vec<Step> = Vec::new();
    let mut position = 0;
    let mut key_next = false;
    while let Some(byte) = json.get(position).filter(|_| position <= offset) {
        match byte {
            b'{' | b'[' if position == offset || steps.len() >= DEEPEST => break,
            b'{' => {
                steps.push(Step::Key(String::new()));
                key_next = true;
            }
            b'[' => {
                steps.push(Step::Index(0));
                key_next = false;
            }
            b'}' | b']' => {
                // The closing bracket belongs to the object, not to its last field.
                steps.pop();
                key_next = false;
            }
            b',' => match steps.last_mut() {
                Some(Step::Index(index)) => *index += 1,
                Some(Step::Key(_)) => key_next = true,
                None => {}
            },
            b'"' => {
                let end = string_end(json, position);
                if let (true, Some(Step::Key(key))) = (key_next, steps.last_mut()) {
                    *key = shown(&json[position..end.min(json.len())]);
                    key_next = false;
                }
                position = end;
                continue;
            }
            _ => {}
        }
        position += 1;
    }
    let mut pointer = String::new();
    for step in &steps {
        pointer.push('/');
        match step {
            Step::Key(key) => pointer.push_str(&escaped(key)),
            Step::Index(index) => pointer.push_str(&index.to_string()),
        }
    }
    // Before its first key an object has a step without a name.
    pointer.trim_end_matches('/').to_owned()
}

/// The pointer of a field in the value at `parent`.
pub(crate) fn child(parent: &str, field: &str) -> String {
    format!("{parent}/{}", escaped(field))
}

/// Where the string that opens at `start` ends, past its closing quote.
pub(crate) fn string_end(json: &[u8], start: usize) -> usize {
    let mut position = start + 1;
    while let Some(found) = json.get(position..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        position += found;
        if json[position] == b'"' {
            return position + 1;
        }
        position += 2;
    }
    json.len()
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn shown(quoted: &[u8]) -> String {
    let key = serde_json::from_slice::<String>(quoted)
        .unwrap_or_else(|_| String::from_utf8_lossy(quoted).trim_matches('"').to_owned());
    key.chars().filter(|letter| !letter.is_control()).take(LONGEST_KEY).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_text_is_named_by_its_pointer() {
        let json = br#"{"a": {"b/c": [1, {"d\"~": 22}]}, "e": "f,\"g"}"#;
        for (needle, pointer) in [
            ("22", "/a/b~1c/1/d\"~0"),
            ("1,", "/a/b~1c/0"),
            ("}]}", "/a/b~1c/1"),
            ("}, ", "/a"),
            ("\"f,", "/e"),
            ("\"e\"", "/e"),
            ("{\"a", ""),
        ] {
            let text = std::str::from_utf8(json).expect("text");
            let offset = text.find(needle).expect("the needle");
            assert_eq!(at(json, offset), pointer, "{needle}");
        }
        assert_eq!(at(b"{", 5), "");
        assert_eq!(at(b"{\"a\": \"b", 50), "/a");
    }
}
