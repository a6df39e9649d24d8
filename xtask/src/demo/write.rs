//! JSON as bytes, straight into the batch: a month of a million customers is a million lines, and a tree of values
//! for each would cost more than everything else together.

/// Appends one JSON object and its line end.
pub struct Line<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

impl<'a> Line<'a> {
    /// Begins an object.
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, first: true }
    }

    fn name(&mut self, name: &str) {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    /// Text that needs no escape: ids, names, dates, all from our own lists.
    pub fn text(&mut self, name: &str, value: &str) -> &mut Self {
        debug_assert!(!value.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\'), "{value}");
        self.name(name);
        self.out.push(b'"');
        self.out.extend_from_slice(value.as_bytes());
        self.out.push(b'"');
        self
    }

    /// A letter and eight digits.
    pub fn id(&mut self, name: &str, letter: u8, number: u64) -> &mut Self {
        self.name(name);
        self.out.push(b'"');
        self.out.extend_from_slice(&id(letter, number));
        self.out.push(b'"');
        self
    }

    /// Minor units as a decimal string in major units.
    pub fn money(&mut self, name: &str, minor: i64) -> &mut Self {
        self.name(name);
        self.out.push(b'"');
        money(self.out, minor);
        self.out.push(b'"');
        self
    }

    /// The same, and nothing at all for zero: an absent figure is zero.
    pub fn money_unless_zero(&mut self, name: &str, minor: i64) -> &mut Self {
        if minor == 0 { self } else { self.money(name, minor) }
    }

    /// A value that is JSON already.
    pub fn raw(&mut self, name: &str, json: &str) -> &mut Self {
        self.name(name);
        self.out.extend_from_slice(json.as_bytes());
        self
    }

    /// Ends the object and the line.
    pub fn end(&mut self) {
        self.out.extend_from_slice(b"}\n");
    }
}

/// A letter and eight digits: sorts like the number, and stays short.
pub fn id(letter: u8, number: u64) -> [u8; 9] {
    let mut bytes = [letter; 9];
    let mut rest = number;
    for place in bytes[1..].iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    bytes
}

/// Writes minor units as `major.minor`.
pub fn money(out: &mut Vec<u8>, minor: i64) {
    if minor < 0 {
        out.push(b'-');
    }
    let mut digits = [b'0'; 22];
    let (mut rest, mut place) = (minor.unsigned_abs(), digits.len());
    // Two digits behind the point and one before it, however small the amount.
    while rest > 0 || digits.len() - place < 4 {
        place -= 1;
        if digits.len() - place == 3 {
            digits[place] = b'.';
            continue;
        }
        digits[place] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    out.extend_from_slice(&digits[place..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_decimal_text() {
        let cases = [
            (0, "0.00"),
            (5, "0.05"),
            (99, "0.99"),
            (100, "1.00"),
            (1_200_050, "12000.50"),
            (-205, "-2.05"),
            (i64::MAX, "92233720368547758.07"),
            (i64::MIN, "-92233720368547758.08"),
        ];
        for (minor, text) in cases {
            let mut out = Vec::new();
            money(&mut out, minor);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }

    #[test]
    fn a_line_is_json() {
        let mut out = Vec::new();
        let mut line = Line::new(&mut out);
        line.id("id", b'C', 42).text("name", "王伟").money("amount", 1).money_unless_zero("none", 0);
        line.raw("consents", "{\"sms\":true}").end();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let expected = serde_json::json!({
            "id": "C00000042", "name": "王伟", "amount": "0.01", "consents": {"sms": true}
        });
        assert_eq!(value, expected);
        assert!(out.ends_with(b"}\n"));
    }
}
