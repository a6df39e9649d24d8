//! A batch, cut into records without reading them.

use crate::{Problem, pointer};

/// The largest body: 32 MiB.
pub const GREATEST_BODY_BYTES: usize = 32 * 1024 * 1024;
/// The most records in one request.
pub const GREATEST_RECORDS: usize = 100_000;

/// Cuts a body into records with their numbers (lines, or places in an array, from 1): one object, a JSON array, or
/// NDJSON, which is taken as such under its content type or when a second value follows the first.
///
/// Only the cut is made here. A record may still turn out to be no JSON; in an array the brackets must be right,
/// or no record is taken at all.
pub fn records<'a>(content_type: &str, body: &'a [u8]) -> Result<Vec<(u32, &'a [u8])>, Problem> {
    if body.len() > GREATEST_BODY_BYTES {
        return Err(Problem::too_large("a body has at most 32 MiB"));
    }
    // Files from Windows begin with a byte order mark.
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let media_type = content_type.split(';').next().unwrap_or("").trim();
    if ["application/x-ndjson", "application/ndjson", "application/jsonl"]
        .iter()
        .any(|lines| media_type.eq_ignore_ascii_case(lines))
    {
        return lines(body);
    }
    let start = skip_space(body, 0);
    match body.get(start) {
        None => Err(Problem::malformed("", "the body is empty")),
        Some(b'[') => array(body, start),
        Some(_) => match value_end(body, start) {
            Some(end) if skip_space(body, end) == body.len() => Ok(vec![(1, &body[start..end])]),
            Some(_) => lines(body),
            None => Err(Problem::malformed("", "the JSON ends too early")),
        },
    }
}

fn lines(body: &[u8]) -> Result<Vec<(u32, &[u8])>, Problem> {
    let mut records = Vec::new();
    for (number, line) in (1..).zip(body.split(|byte| *byte == b'\n')) {
        let line = line.trim_ascii();
        if !line.is_empty() {
            push(&mut records, number, line)?;
        }
    }
    Ok(records)
}

fn array(body: &[u8], start: usize) -> Result<Vec<(u32, &[u8])>, Problem> {
    let mut records = Vec::new();
    let mut position = skip_space(body, start + 1);
    if body.get(position) == Some(&b']') {
        return ended(body, position, records);
    }
    for number in 1.. {
        let end = value_end(body, position)
            .filter(|end| *end > position)
            .ok_or_else(|| Problem::malformed(format!("/{}", number - 1), "the JSON array ends too early"))?;
        push(&mut records, number, &body[position..end])?;
        position = skip_space(body, end);
        match body.get(position) {
            Some(b',') => position = skip_space(body, position + 1),
            Some(b']') => break,
            _ => {
                return Err(Problem::malformed(
                    format!("/{}", number - 1),
                    "expected a comma or the array's end",
                ));
            }
        }
    }
    ended(body, position, records)
}

fn ended<'a>(
    body: &'a [u8],
    bracket: usize,
    records: Vec<(u32, &'a [u8])>,
) -> Result<Vec<(u32, &'a [u8])>, Problem> {
    if skip_space(body, bracket + 1) == body.len() {
        Ok(records)
    } else {
        Err(Problem::malformed("", "something follows the JSON array"))
    }
}

fn push<'a>(records: &mut Vec<(u32, &'a [u8])>, number: u32, record: &'a [u8]) -> Result<(), Problem> {
    if records.len() == GREATEST_RECORDS {
        return Err(Problem::too_large("a request has at most 100000 records"));
    }
    records.push((number, record));
    Ok(())
}

fn skip_space(json: &[u8], mut position: usize) -> usize {
    while matches!(json.get(position), Some(b' ' | b'\t' | b'\r' | b'\n')) {
        position += 1;
    }
    position
}

/// Where the value that starts here ends, by its brackets and strings alone.
fn value_end(json: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut position = start;
    loop {
        match json.get(position) {
            Some(b'"') => position = pointer::string_end(json, position),
            Some(b'{' | b'[') => {
                depth += 1;
                position += 1;
            }
            Some(b'}' | b']') if depth > 0 => {
                depth -= 1;
                position += 1;
            }
            Some(b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n') if depth == 0 => return Some(position),
            Some(_) => {
                position += 1;
                if depth == 0 {
                    continue;
                }
            }
            None => return (depth == 0).then_some(position),
        }
        if depth == 0 {
            return Some(position);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Slug;

    fn cut(content_type: &str, body: &str) -> Result<Vec<(u32, String)>, Slug> {
        records(content_type, body.as_bytes())
            .map(|records| {
                records
                    .into_iter()
                    .map(|(number, record)| (number, String::from_utf8_lossy(record).into_owned()))
                    .collect()
            })
            .map_err(|problem| problem.slug())
    }

    fn numbered(records: &[(u32, &str)]) -> Result<Vec<(u32, String)>, Slug> {
        Ok(records.iter().map(|(number, record)| (*number, (*record).to_owned())).collect())
    }

    #[test]
    fn one_object_an_array_and_lines_are_told_apart() {
        let json = "application/json";
        assert_eq!(
            cut(json, " {\"a\": \"}\",\n \"b\": [1]} "),
            numbered(&[(1, "{\"a\": \"}\",\n \"b\": [1]}")])
        );
        assert_eq!(cut(json, "[ {\"a\":\"],[\"} ,\n{} ]\n"), numbered(&[(1, "{\"a\":\"],[\"}"), (2, "{}")]));
        assert_eq!(cut(json, "[]"), numbered(&[]));
        assert_eq!(cut(json, "[1,\"x\\\"]\",null]"), numbered(&[(1, "1"), (2, "\"x\\\"]\""), (3, "null")]));
        assert_eq!(cut("", "{\"a\":1}\n\n{\"a\":2}\r\n"), numbered(&[(1, "{\"a\":1}"), (3, "{\"a\":2}")]));
        assert_eq!(cut("application/x-ndjson; charset=utf-8", "[1]\n{"), numbered(&[(1, "[1]"), (2, "{")]));
        assert_eq!(cut("", "\u{feff}{}"), numbered(&[(1, "{}")]));
    }

    #[test]
    fn a_batch_with_broken_brackets_is_refused_whole() {
        for body in
            ["", "  ", "[", "[{}", "[{},", "[{},]", "[{} {}]", "[{}]x", "{", "{\"a", "[{\"a\":[}]", "[,]"]
        {
            assert_eq!(cut("application/json", body), Err(Slug::MalformedBody), "{body}");
        }
    }

    #[test]
    fn more_records_than_a_request_may_have_are_refused() {
        let body = "{}\n".repeat(GREATEST_RECORDS);
        assert_eq!(
            records("application/x-ndjson", body.as_bytes()).map(|all| all.len()).ok(),
            Some(GREATEST_RECORDS)
        );
        assert_eq!(cut("application/x-ndjson", &(body + "{}")), Err(Slug::TooLarge));
    }
}
