//! Paths and queries, decoded and read strictly.

use domain::date::{Day, Month};
use domain::id::Id;

use crate::page::Page;
use crate::{Problem, Slug, field};

/// The parameters of a query, each known to the route and given once.
#[derive(Debug, Default)]
pub struct Query {
    path: String,
    pairs: Vec<(&'static str, String)>,
}

impl Query {
    /// Reads `text` with the names in `known`; an unknown or repeated one is refused, because a filter that is
    /// silently ignored answers another question.
    pub(crate) fn parse(path: &str, text: &str, known: &[&'static str]) -> Result<Self, Problem> {
        let mut pairs: Vec<(&'static str, String)> = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name, true)
                .ok_or_else(|| Problem::query("", "a name is not percent-encoded UTF-8"))?;
            let Some(name) = known.iter().copied().find(|known| **known == name) else {
                let shown: String = name.chars().take(64).collect();
                return Err(Problem::query(shown, "no parameter of this path"));
            };
            if pairs.iter().any(|(given, _)| *given == name) {
                return Err(Problem::query(name, "given more than once"));
            }
            let value =
                decode(value, true).ok_or_else(|| Problem::query(name, "not percent-encoded UTF-8"))?;
            pairs.push((name, value));
        }
        Ok(Self { path: path.to_owned(), pairs })
    }

    /// The parameter as text; an empty one counts as absent.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(given, _)| *given == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// The parameter, read by `read`; its error becomes the detail.
    pub fn read<T, E: std::fmt::Display>(
        &self,
        name: &'static str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Problem> {
        let read = |text| read(text).map_err(|error| Problem::query(name, error.to_string()));
        self.text(name).map(read).transpose()
    }

    /// The parameter as an id.
    pub fn id(&self, name: &'static str) -> Result<Option<Id>, Problem> {
        self.read(name, Id::parse)
    }

    /// The parameter as a date.
    pub fn date(&self, name: &'static str) -> Result<Option<Day>, Problem> {
        self.read(name, Day::parse)
    }

    /// The parameter as a month.
    pub fn month(&self, name: &'static str) -> Result<Option<Month>, Problem> {
        self.read(name, Month::parse)
    }

    /// The parameter as money, in minor units.
    pub fn money(&self, name: &'static str) -> Result<Option<i64>, Problem> {
        self.read(name, field::minor_units)
    }

    /// The parameter as an integer.
    pub fn integer(&self, name: &'static str) -> Result<Option<i64>, Problem> {
        self.read(name, |text| text.parse().map_err(|_| "an integer is asked for"))
    }

    /// The parameter as a yes or no, absent meaning no.
    pub fn flag(&self, name: &'static str) -> Result<bool, Problem> {
        let read = |text: &str| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("true or false is asked for"),
        };
        Ok(self.read(name, read)?.unwrap_or(false))
    }

    /// What the path cannot do without: `query.required("as_of", query.date("as_of")?)`.
    pub fn required<T>(&self, name: &'static str, value: Option<T>) -> Result<T, Problem> {
        value.ok_or_else(|| Problem::query(name, "this path asks for it"))
    }

    /// `limit` and `cursor`.
    pub fn page(&self) -> Result<Page, Problem> {
        Page::read(self, &self.path)
    }
}

/// The parts of a path between its slashes, decoded after it was cut, so that an encoded slash cuts nothing.
pub(crate) fn path_parts(path: &str) -> Result<Vec<String>, Problem> {
    path.split('/')
        .skip(1)
        .map(|part| {
            decode(part, false).ok_or_else(|| {
                Problem::new(
                    Slug::MalformedPath,
                    "the path is not percent-encoded UTF-8 without control characters",
                )
            })
        })
        .collect()
}

fn decode(text: &str, plus_is_space: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
                (digit()? << 4 | digit()?) as u8
            }
            b'+' if plus_is_space => b' ',
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok().filter(|decoded| !decoded.chars().any(char::is_control))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_and_read_by_type() {
        let query = Query::parse(
            "/x",
            "name=%E9%87%91+a%2Bb&as_of=2024-02-29&on=true&least=12.50&",
            &["name", "as_of", "on", "least", "absent"],
        )
        .expect("a query");
        assert_eq!(query.text("name"), Some("金 a+b"));
        assert_eq!(
            query.date("as_of").expect("a date").map(|day| day.to_string()).as_deref(),
            Some("2024-02-29")
        );
        assert!(query.flag("on").expect("a flag"));
        assert_eq!(query.money("least").expect("money"), Some(1250));
        assert_eq!(query.integer("absent").expect("nothing"), None);
        assert!(query.integer("least").is_err());
    }

    #[test]
    fn what_a_route_does_not_know_is_refused_by_name() {
        for (text, name) in [
            ("tier=a&teir=b", "teir"),
            ("tier=a&tier=b", "tier"),
            ("tier=%f", "tier"),
            ("tier=%ff", "tier"),
            ("tier=%00", "tier"),
        ] {
            let problem = Query::parse("/x", text, &["tier"]).expect_err(text);
            assert_eq!(problem.slug(), Slug::MalformedQuery);
            assert_eq!(problem.errors()[0].pointer, name);
        }
    }

    #[test]
    fn an_encoded_slash_does_not_cut_a_path() {
        assert_eq!(path_parts("/a%2Fb/c").expect("parts"), ["a/b", "c"]);
        for path in ["/%", "/%zz", "/%c3%28", "/a%00"] {
            assert!(path_parts(path).is_err(), "{path}");
        }
    }
}
