//! Lists in pages.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{Problem, Query, base64};

const DEFAULT_LIMIT: u32 = 100;
const GREATEST_LIMIT: u32 = 1000;

const FOREIGN: &str = "not a cursor of this list; send next_cursor as it came";

/// One part of the place where a page ended: the sort key of its last item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A number.
    Integer(i64),
    /// A text.
    Text(String),
}

impl From<i64> for Part {
    fn from(value: i64) -> Self {
        Part::Integer(value)
    }
}
impl From<u32> for Part {
    fn from(value: u32) -> Self {
        Part::Integer(value.into())
    }
}
impl From<&str> for Part {
    fn from(value: &str) -> Self {
        Part::Text(value.to_owned())
    }
}

/// Which page is asked for.
#[derive(Debug)]
pub struct Page {
    /// How many items at most; ask the store for one more ([`Page::fetch`]) to learn whether there are more.
    pub limit: u32,
    /// Where the page before ended; nothing on the first page.
    pub after: Option<Vec<Part>>,
    path: String,
}

/// One page of a list.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema), schemars(rename = "ListingOf{T}"))]
pub struct Listing<T> {
    /// The items.
    pub items: Vec<T>,
    /// Send it as `cursor` for the next page; null on the last one.
    pub next_cursor: Option<String>,
}

impl Page {
    pub(crate) fn read(query: &Query, path: &str) -> Result<Self, Problem> {
        let limit = query.read("limit", |text| {
            text.parse()
                .ok()
                .filter(|limit| (1..=GREATEST_LIMIT).contains(limit))
                .ok_or("an integer from 1 to 1000 is asked for")
        })?;
        let after = query.read("cursor", |text| decode(path, text).ok_or(FOREIGN))?;
        Ok(Self { limit: limit.unwrap_or(DEFAULT_LIMIT), after, path: path.to_owned() })
    }

    /// How many rows to ask the store for.
    pub fn fetch(&self) -> u32 {
        self.limit + 1
    }

    /// The place as one number.
    pub fn after_integer(&self) -> Result<Option<i64>, Problem> {
        match self.after.as_deref() {
            None => Ok(None),
            Some([Part::Integer(number)]) => Ok(Some(*number)),
            Some(_) => Err(foreign()),
        }
    }

    /// The place as one text.
    pub fn after_text(&self) -> Result<Option<&str>, Problem> {
        match self.after.as_deref() {
            None => Ok(None),
            Some([Part::Text(text)]) => Ok(Some(text)),
            Some(_) => Err(foreign()),
        }
    }

    /// Shapes the rows that [`Page::fetch`] asked for; `place` is the sort key of an item.
    pub fn list<T>(&self, mut items: Vec<T>, place: impl FnOnce(&T) -> Vec<Part>) -> Listing<T> {
        let more = items.len() > self.limit as usize;
        items.truncate(self.limit as usize);
        let next_cursor = if more { items.last().map(|last| encode(&self.path, &place(last))) } else { None };
        Listing { items, next_cursor }
    }

    /// A page whose end the store tells itself, `None` on the last one.
    pub fn list_until<T>(&self, items: Vec<T>, end: Option<Vec<Part>>) -> Listing<T> {
        Listing { items, next_cursor: end.map(|end| encode(&self.path, &end)) }
    }
}

/// The cursor is another list's, or was changed.
pub fn foreign() -> Problem {
    Problem::query("cursor", FOREIGN)
}

/// The digest finds cursors of other lists and mistakes in copying. It is no signature: a forged cursor only starts
/// the caller's own list elsewhere.
fn digest(path: &str, place: &[u8]) -> [u8; 4] {
    let digest: [u8; 32] =
        Sha256::new().chain_update(path).chain_update([0]).chain_update(place).finalize().into();
    [digest[0], digest[1], digest[2], digest[3]]
}

fn encode(path: &str, place: &[Part]) -> String {
    let mut bytes = Vec::new();
    for part in place {
        match part {
            Part::Integer(number) => {
                bytes.push(b'i');
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            Part::Text(text) => {
                bytes.push(b't');
                bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
        }
    }
    let digest = digest(path, &bytes);
    bytes.extend_from_slice(&digest);
    base64::encode(&bytes)
}

fn decode(path: &str, cursor: &str) -> Option<Vec<Part>> {
    let bytes = base64::decode(cursor)?;
    let (mut rest, sum) = bytes.split_last_chunk::<4>()?;
    if digest(path, rest) != *sum {
        return None;
    }
    let mut place = Vec::new();
    while let Some((kind, after)) = rest.split_first() {
        match kind {
            b'i' => {
                let (number, after) = after.split_first_chunk::<8>()?;
                place.push(Part::Integer(i64::from_le_bytes(*number)));
                rest = after;
            }
            b't' => {
                let (length, after) = after.split_first_chunk::<4>()?;
                let (text, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
                place.push(Part::Text(std::str::from_utf8(text).ok()?.to_owned()));
                rest = after;
            }
            _ => return None,
        }
    }
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str, query: &str) -> Result<Page, Problem> {
        Query::parse(path, query, &["limit", "cursor"])?.page()
    }

    #[test]
    fn a_list_continues_after_its_last_item() {
        let first = page("/members", "limit=2").expect("a page");
        assert_eq!(first.fetch(), 3);
        let listing = first.list(vec!["a", "b", "c"], |last| vec![7_i64.into(), (*last).into()]);
        assert_eq!(listing.items, ["a", "b"]);
        let cursor = listing.next_cursor.expect("a cursor");
        let second = page("/members", &format!("cursor={cursor}")).expect("a page");
        assert_eq!(second.after, Some(vec![Part::Integer(7), Part::Text("b".to_owned())]));
        assert_eq!(second.list(vec!["c"], |_| vec![]).next_cursor, None);
    }

    #[test]
    fn a_cursor_that_is_not_ours_is_refused() {
        let cursor = encode("/members", &[Part::Integer(i64::MIN), Part::Text("客".to_owned())]);
        assert!(page("/members", &format!("cursor={cursor}")).is_ok());
        assert!(page("/other", &format!("cursor={cursor}")).is_err());
        for at in 0..cursor.len() {
            let mut tampered = cursor.clone().into_bytes();
            tampered[at] = if tampered[at] == b'A' { b'B' } else { b'A' };
            let tampered = String::from_utf8(tampered).expect("text");
            assert!(page("/members", &format!("cursor={tampered}")).is_err(), "{at}");
        }
        for limit in ["0", "1001", "-1", "x", "1e2", "99999999999999999999"] {
            assert!(page("/members", &format!("limit={limit}")).is_err(), "{limit}");
        }
    }
}
