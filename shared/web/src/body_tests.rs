use std::collections::BTreeMap;

use super::*;
use crate::Slug;
use crate::field::{Date, IdText, Money, Scalar, StrictMap, Text};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read by the parser")]
struct Wire {
    id: IdText,
    name: Option<Text>,
    amount: Option<Money>,
    on: Option<Date>,
    count: Option<i64>,
    parts: Option<Vec<Part>>,
    attributes: Option<StrictMap<Scalar>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read by the parser")]
struct Part {
    share_bp: u32,
}

fn refusal(body: &[u8]) -> (Slug, String, String) {
    let problem = parse::<Wire>(body).expect_err(&String::from_utf8_lossy(body));
    let error = problem.errors()[0].clone();
    (problem.slug(), error.pointer, error.detail)
}

#[test]
fn a_well_formed_body_is_read() {
    let wire: Wire = parse(
        br#"{"id": "a", "name": "\u5ba2\ud83d\ude00\\u0000", "amount": "-0.50", "count": -9223372036854775808,
             "on": "2024-02-29", "attributes": {"x": 1, "y": "z", "w": true}}"#,
    )
    .expect("a body");
    assert_eq!(wire.name.map(|name| name.0).as_deref(), Some("客😀\\u0000"));
    assert_eq!(wire.amount, Some(Money(-50)));
    assert_eq!(wire.count, Some(i64::MIN));
    let attributes = BTreeMap::from([
        ("x".to_owned(), Scalar::Integer(1)),
        ("y".to_owned(), Scalar::Text("z".to_owned())),
        ("w".to_owned(), Scalar::Flag(true)),
    ]);
    assert_eq!(wire.attributes.map(|map| map.0), Some(attributes));
}

#[test]
fn what_is_no_json_is_malformed() {
    let deep = format!("{{\"id\":{}", "[".repeat(100_000));
    let deep_closed = format!("{{\"id\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_attributes = format!("{{\"id\":\"a\",\"attributes\":{}", "{\"a\":".repeat(100_000));
    let bodies: [&[u8]; 22] = [
        b"",
        b"{",
        b"{\"id\"",
        b"{\"id\":\"a",
        b"{\"id\":\"a\"",
        b"{\"id\":\"a\"}}",
        b"{\"id\":\"a\",}",
        b"{'id':'a'}",
        b"{\"id\":\"a\\x\"}",
        b"{\"id\":\"a\",\"count\":01}",
        b"{\"id\":\"a\",\"count\":1e400}",
        b"{\"id\":\"a\",\"count\":NaN}",
        b"{\"id\":\"a\",\"name\":\"\xff\"}",
        b"{\"id\":\"a\",\"na\xc3\x28me\":1}",
        b"{\"id\":\"a\",\"name\":\"\0\"}",
        b"{\"id\":\"a\",\"name\":\"\\ud800\"}",
        b"{\"id\":\"a\",\"name\":\"\\udc00\\ud800\"}",
        b"{\"id\":\"a\",\"id\":\"b\"}",
        b"{\"id\":\"a\",\"attributes\":{\"x\":1,\"x\":2}}",
        b"{\"id\":7,\"name\":",
        deep.as_bytes(),
        deep_attributes.as_bytes(),
    ];
    for body in bodies {
        let (slug, ..) = refusal(body);
        assert_eq!(slug, Slug::MalformedBody, "{}", String::from_utf8_lossy(&body[..body.len().min(60)]));
    }
    // Closed again it is valid JSON, of a shape that nobody asked for.
    assert_eq!(refusal(deep_closed.as_bytes()).0, Slug::BrokenRule);
}

#[test]
fn json_of_another_shape_is_refused_with_its_pointer() {
    for (body, pointer, detail) in [
        ("[]", "", "expected struct Wire"),
        ("null", "", "expected struct Wire"),
        ("{}", "/id", "the field is missing"),
        (r#"{"id": "a b"}"#, "/id", "an id has 1 to 64 characters"),
        (r#"{"id": 7}"#, "/id", "expected an id"),
        (r#"{"id": "a", "nick/name": 1}"#, "/nick~1name", "no such field, expected one of"),
        (r#"{"id": "a", "amount": 12000.5}"#, "/amount", "expected money as a decimal string"),
        (r#"{"id": "a", "amount": "12.345"}"#, "/amount", "money is a decimal string"),
        (r#"{"id": "a", "amount": "92233720368547758.08"}"#, "/amount", "too large"),
        (r#"{"id": "a", "on": "2023-02-29"}"#, "/on", "a date is YYYY-MM-DD"),
        (r#"{"id": "a", "count": 9223372036854775808}"#, "/count", "expected i64"),
        (r#"{"id": "a", "count": -9223372036854775809}"#, "/count", "expected i64"),
        (r#"{"id": "a", "count": 1e3}"#, "/count", "expected i64"),
        (r#"{"id": "a", "attributes": {"x": "a\u0000"}}"#, "/attributes/x", "NUL"),
        (r#"{"id": "a", "name": "x\u0001y"}"#, "/name", "control"),
        (r#"{"id": "a", "name": ""}"#, "/name", "1 to 256"),
        (r#"{"id": "a", "parts": [{"share_bp": 1}, {"share_bp": -1}]}"#, "/parts/1/share_bp", "expected u32"),
        (r#"{"id": "a", "parts": [{"share_bp": 1}, {}]}"#, "/parts/1/share_bp", "the field is missing"),
        (r#"{"id": "a", "parts": [{"share_bp": 1, "x": 1}]}"#, "/parts/0/x", "no such field"),
        (r#"{"id": "a", "attributes": {"x": [1]}}"#, "/attributes/x", "expected a text, an integer"),
        (r#"{"id": "a", "attributes": {"x": 1.5}}"#, "/attributes/x", "expected a text, an integer"),
    ] {
        let (slug, found_pointer, found_detail) = refusal(body.as_bytes());
        assert_eq!((slug, found_pointer.as_str()), (Slug::BrokenRule, pointer), "{body}");
        assert!(found_detail.contains(detail), "{body}: {found_detail}");
    }
}

#[test]
fn a_refusal_never_repeats_the_value() {
    for body in [
        r#"{"id": "Zhang San 13800138000"}"#,
        r#"{"id": "a", "count": "13800138000"}"#,
        r#"{"id": "a", "amount": "13800138000.999"}"#,
        r#"{"id": "a", "count": 13800138000.5}"#,
        r#"{"id": "a", "parts": "13800138000, expected 13800138000"}"#,
    ] {
        let (.., detail) = refusal(body.as_bytes());
        assert!(!detail.contains("138"), "{body}: {detail}");
    }
}

#[test]
fn a_damaged_body_is_read_or_refused_and_never_more() {
    let whole = "{\"id\": \"a\", \"name\": \"\\u5ba2\\\"\u{5ba2}\",\n \"amount\": \"1.5\", \"count\": -7,
        \"parts\": [{\"share_bp\": 1}, {\"share_bp\": 2}], \"attributes\": {\"x\": true, \"y\": [1]}}";
    let whole = whole.as_bytes();
    let mut refused = 0;
    for position in 0..whole.len() {
        let mut bodies = vec![whole[..position].to_vec(), whole[position..].to_vec()];
        for byte in [0, b'"', b'\\', b'{', b'}', b'[', b',', b'9', b' ', 0x80, 0xff] {
            let mut flipped = whole.to_vec();
            flipped[position] = byte;
            bodies.push(flipped);
        }
        for body in bodies {
            let Err(problem) = parse::<Wire>(&body) else { continue };
            refused += 1;
            assert!(matches!(problem.slug(), Slug::MalformedBody | Slug::BrokenRule));
            let pointer = &problem.errors()[0].pointer;
            assert!(pointer.is_empty() || pointer.starts_with('/'), "{pointer}");
            let _cut_or_refused = records("", &body).map(|records| records.len());
        }
    }
    // The list in `attributes` is refused, so nothing at all gets through.
    assert_eq!(refused, whole.len() * 13);
}
