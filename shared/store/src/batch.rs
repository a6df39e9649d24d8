//! A batch as one JSON parameter, written by hand: a statement costs a host call, so records travel together.

use crate::Value;

/// A JSON array of records (arrays of figures) or of plain ids, for [`crate::dialect::batch`].
#[derive(Debug)]
pub struct Batch {
    text: String,
    fresh: bool,
}

impl Default for Batch {
    fn default() -> Self {
        Self::new()
    }
}

impl Batch {
    /// An empty batch.
    pub fn new() -> Self {
        Self { text: String::from("["), fresh: true }
    }

    /// An empty batch with room for `bytes`.
    pub fn with_capacity(bytes: usize) -> Self {
        let mut text = String::with_capacity(bytes);
        text.push('[');
        Self { text, fresh: true }
    }

    /// A batch of plain texts; `row.value` is the text.
    pub fn of_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut batch = Self::new();
        for text in texts {
            batch.text(text);
        }
        batch
    }

    /// A batch of plain numbers; `row.value` is the number.
    pub fn of_integers(numbers: impl IntoIterator<Item = i64>) -> Self {
        let mut batch = Self::new();
        for number in numbers {
            batch.integer(number);
        }
        batch
    }

    /// Starts a record.
    pub fn open(&mut self) {
        self.comma();
        self.text.push('[');
        self.fresh = true;
    }

    /// Ends a record.
    pub fn close(&mut self) {
        self.text.push(']');
        self.fresh = false;
    }

    /// Adds a number.
    pub fn integer(&mut self, number: i64) {
        self.comma();
        push_integer(&mut self.text, number);
    }

    /// Adds a number or null.
    pub fn integer_or_null(&mut self, number: Option<i64>) {
        match number {
            Some(number) => self.integer(number),
            None => self.null(),
        }
    }

    /// Adds a text.
    pub fn text(&mut self, text: &str) {
        self.comma();
        push_text(&mut self.text, text);
    }

    /// Adds a text or null.
    pub fn text_or_null(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    /// Adds null.
    pub fn null(&mut self) {
        self.comma();
        self.text.push_str("null");
    }

    /// True when nothing was added.
    pub fn is_empty(&self) -> bool {
        self.text.len() == 1
    }

    /// The parameter.
    pub fn into_value(mut self) -> Value {
        self.text.push(']');
        Value::Text(self.text)
    }

    fn comma(&mut self) {
        if self.fresh {
            self.fresh = false;
        } else {
            self.text.push(',');
        }
    }
}

/// Ids by group as a JSON object `{group: [id, …]}`, for keys of two parts: a nested walk reads plain texts, where
/// arrays of pairs would be parsed once more for each pair.
pub fn grouped<'a>(groups: impl IntoIterator<Item = (&'a str, Vec<&'a str>)>) -> Value {
    let mut text = String::from("{");
    for (group, ids) in groups {
        if text.len() > 1 {
            text.push(',');
        }
        push_text(&mut text, group);
        text.push_str(":[");
        for (place, id) in ids.into_iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            push_text(&mut text, id);
        }
        text.push(']');
    }
    text.push('}');
    Value::Text(text)
}

/// The formatter of the standard library costs several times this loop, and a batch has a million numbers.
fn push_integer(out: &mut String, number: i64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push('-');
    }
    out.extend(digits[at..].iter().map(|digit| char::from(*digit)));
}

fn push_text(out: &mut String, text: &str) {
    out.push('"');
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[written..at]);
        written = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            control => {
                out.push_str("\\u00");
                out.push(if control < 0x10 { '0' } else { '1' });
                out.push(char::from(b"0123456789abcdef"[usize::from(control & 0xf)]));
            }
        }
    }
    out.push_str(&text[written..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let texts = ["", "plain", "客户", "a\"b\\c\n\u{1}\u{1f}\u{7f}", "\"", "end\\"];
        let numbers = [0, -1, 42, i64::MAX, i64::MIN];
        let mut batch = Batch::new();
        for text in texts {
            batch.open();
            batch.text(text);
            batch.null();
            batch.close();
        }
        batch.open();
        numbers.into_iter().for_each(|number| batch.integer(number));
        batch.close();
        let Value::Text(written) = batch.into_value() else { panic!("a batch is text") };
        let mut expected: Vec<_> = texts.iter().map(|text| serde_json::json!([text, null])).collect();
        expected.push(serde_json::json!(numbers));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap(), serde_json::json!(expected));
    }

    #[test]
    fn groups_are_an_object_of_lists() {
        let value = grouped([("core", vec!["a", "b"]), ("ca\"rd", vec![])]);
        assert_eq!(value, Value::Text(r#"{"core":["a","b"],"ca\"rd":[]}"#.to_owned()));
    }
}
