//! The bank's files as they were published: `;` between fields, quotes around texts, CRLF at line ends.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;

use crate::failure::{Failure, OrAdvise};

const ADVICE: &str = "give the folder with the published files: --berka ../shared/data/berka";

/// A file that has been read, with the places of its columns.
pub struct Table {
    file: String,
    columns: Vec<String>,
    text: String,
}

/// One line of a table.
pub struct Record<'a> {
    table: &'a Table,
    line: usize,
    fields: Vec<&'a str>,
}

impl Table {
    /// Reads `file` in `dir`, unpacked when its name ends in `.gz`.
    pub fn read(dir: &Path, file: &str) -> Result<Self, Failure> {
        let path = dir.join(file);
        let mut bytes = Vec::new();
        let opened = File::open(&path).or_advise(path.display(), ADVICE)?;
        let read = if file.ends_with(".gz") {
            GzDecoder::new(opened).read_to_end(&mut bytes)
        } else {
            (&opened).read_to_end(&mut bytes)
        };
        read.or_advise(path.display(), ADVICE)?;
        Ok(Self::parse(file, String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// A table from its text.
    pub fn parse(file: &str, text: String) -> Self {
        let head = text.lines().next().unwrap_or_default();
        let columns = fields(head).map(str::to_owned).collect();
        Self { file: file.to_owned(), columns, text }
    }

    /// The lines below the head.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        let lines = self.text.lines().enumerate().skip(1).filter(|(_, line)| !line.is_empty());
        lines.map(|(line, text)| Record { table: self, line: line + 1, fields: fields(text).collect() })
    }
}

fn fields(line: &str) -> impl Iterator<Item = &str> {
    line.trim_end_matches('\r').split(';').map(|field| field.trim_matches('"'))
}

impl<'a> Record<'a> {
    /// The text of a column.
    pub fn text(&self, column: &str) -> Result<&'a str, Failure> {
        let place = self.table.columns.iter().position(|name| name == column);
        place.and_then(|place| self.fields.get(place).copied()).ok_or_else(|| self.bad(column, "is missing"))
    }

    /// A whole number.
    pub fn number(&self, column: &str) -> Result<u32, Failure> {
        self.text(column)?.parse().map_err(|_| self.bad(column, "is not a whole number"))
    }

    /// An amount with two digits behind the point, in haler.
    pub fn haler(&self, column: &str) -> Result<i64, Failure> {
        let text = self.text(column)?;
        let amount = match text.split_once('.') {
            Some((crowns, haler)) if haler.len() == 2 => format!("{crowns}{haler}").parse().ok(),
            Some(_) => None,
            None => text.parse().ok().and_then(|crowns: i64| crowns.checked_mul(100)),
        };
        amount.ok_or_else(|| self.bad(column, "is not an amount"))
    }

    /// A date `YYMMDD` of the 20th century, with or without a time behind it.
    pub fn date(&self, column: &str) -> Result<chrono::NaiveDate, Failure> {
        let text = self.text(column)?;
        let number: Option<u32> = text.get(..6).and_then(|digits| digits.parse().ok());
        let date = number.and_then(|number| {
            chrono::NaiveDate::from_ymd_opt(1900 + (number / 10_000) as i32, number / 100 % 100, number % 100)
        });
        date.ok_or_else(|| self.bad(column, "is not a date YYMMDD"))
    }

    /// This record is not what the file should hold.
    pub fn bad(&self, column: &str, what: &str) -> Failure {
        Failure::new(format!("{} line {}: {column} {what}", self.table.file, self.line), ADVICE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_unquoted_and_typed() {
        let text = "\"id\";\"date\";\"amount\";\"kind\"\r\n7;930131;\"1234.50\";\"\"\r\n8;9302;x;\"A\"\r\n";
        let table = Table::parse("test.asc", text.to_owned());
        let records: Vec<_> = table.records().collect();
        assert_eq!(records[0].number("id").unwrap(), 7);
        assert_eq!(records[0].date("date").unwrap().to_string(), "1993-01-31");
        assert_eq!(records[0].haler("amount").unwrap(), 123_450);
        assert_eq!(records[0].text("kind").unwrap(), "");
        let failure = records[1].haler("amount").unwrap_err().to_string();
        assert!(failure.starts_with("test.asc line 3: amount is not an amount"), "{failure}");
        assert!(records[1].date("date").is_err() && records[1].text("none").is_err());
    }
}
