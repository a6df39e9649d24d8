//! A file of assignments: a row of names, then a row a manager. The rows of a customer are one assignment.

use std::collections::{HashMap, HashSet};

use app::assignment::NewShare;
use domain::assignment::ManagerRole;
use domain::date::Day;
use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use web::body::GREATEST_RECORDS;
use web::csv::cells;
use web::field::{Date, IdText, Text};
use web::{FieldError, Problem};

use crate::batch::{AssignmentLineError, Item};

/// The columns, in any order; further ones are left alone.
const COLUMNS: [&str; 6] = ["customer_id", "employee_id", "role", "share_bp", "from", "reason"];

/// A row that was read.
struct Line {
    share: NewShare,
    from: Day,
    reason: String,
}

/// Reads assignments, and what could not be read: of a customer with such a row nothing is kept, and the first one is
/// told.
pub(crate) fn items(bytes: &[u8]) -> Result<(Vec<Item>, Vec<AssignmentLineError>), Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_| Problem::malformed("", "the text is not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = (1_u32..).zip(text.lines()).filter(|(_, row)| !row.trim().is_empty());
    let Some((_, names)) = rows.next() else { return Ok((Vec::new(), Vec::new())) };
    let columns = columns(names)?;
    let (mut items, mut places): (Vec<Item>, HashMap<String, usize>) = (Vec::new(), HashMap::new());
    let (mut broken, mut errors) = (HashSet::new(), Vec::new());
    for (count, (number, row)) in rows.enumerate() {
        if count >= GREATEST_RECORDS {
            return Err(Problem::too_large("a request has at most 100000 records"));
        }
        let Some(cells) = cells(row) else {
            let error = FieldError { pointer: String::new(), detail: "a quotation is not closed".to_owned() };
            errors.push(AssignmentLineError::new(number, error));
            continue;
        };
        let cell = |column: usize| cells.get(columns[column]).map_or("", |cell| cell.trim());
        let customer_id = match read::<IdText>(cell(0), COLUMNS[0]) {
            Ok(id) => id.0.as_str().to_owned(),
            Err(error) => {
                errors.push(AssignmentLineError::new(number, error));
                continue;
            }
        };
        let taken = line(cell).and_then(|line| match places.get(&customer_id).copied() {
            Some(place) => join(&mut items[place], number, line),
            None => {
                places.insert(customer_id.clone(), items.len());
                items.push(first(number, &customer_id, line));
                Ok(())
            }
        });
        if let Err(error) = taken
            && broken.insert(customer_id)
        {
            errors.push(AssignmentLineError::new(number, error));
        }
    }
    items.retain(|item| !broken.contains(&item.customer_id));
    Ok((items, errors))
}

/// Where the columns are.
fn columns(names: &str) -> Result<[usize; 6], Problem> {
    let names = cells(names).ok_or_else(|| Problem::malformed("", "a quotation is not closed"))?;
    let mut columns = [0; 6];
    for (column, name) in columns.iter_mut().zip(COLUMNS) {
        *column = names
            .iter()
            .position(|known| known.trim() == name)
            .ok_or_else(|| Problem::rule("", format!("the first row has no column {name}")))?;
    }
    Ok(columns)
}

/// A cell as a field is read from JSON.
fn read<T: DeserializeOwned>(cell: &str, column: &str) -> Result<T, FieldError> {
    let text: StrDeserializer<'_, Error> = cell.into_deserializer();
    T::deserialize(text).map_err(|error| wrong(column, error.to_string()))
}

fn wrong(column: &str, detail: impl Into<String>) -> FieldError {
    FieldError { pointer: format!("/{column}"), detail: detail.into() }
}

/// A row but for its customer; `cell` gives the cell of a column.
fn line<'a>(cell: impl Fn(usize) -> &'a str) -> Result<Line, FieldError> {
    let [_, employee_id, role, share_bp, from, reason] = COLUMNS;
    let share = NewShare {
        employee_id: read::<IdText>(cell(1), employee_id)?.0.as_str().to_owned(),
        role: ManagerRole::parse(cell(2)).ok_or_else(|| wrong(role, "primary or secondary is asked for"))?,
        share_bp: cell(3).parse().map_err(|_| wrong(share_bp, "a whole number is asked for"))?,
    };
    Ok(Line { share, from: read::<Date>(cell(4), from)?.0, reason: read::<Text>(cell(5), reason)?.0 })
}

/// The item that a customer's first row begins.
fn first(number: u32, customer_id: &str, line: Line) -> Item {
    Item {
        line: number,
        manager_lines: vec![number],
        customer_id: customer_id.to_owned(),
        managers: vec![line.share],
        from: line.from,
        reason: line.reason,
    }
}

/// Adds a further row of the same customer.
fn join(item: &mut Item, number: u32, line: Line) -> Result<(), FieldError> {
    if line.from != item.from {
        return Err(wrong("from", "all rows of a customer have the same first day"));
    }
    if line.reason != item.reason {
        return Err(wrong("reason", "all rows of a customer have the same reason"));
    }
    item.manager_lines.push(number);
    item.managers.push(line.share);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: &str = "reason,customer_id,employee_id,role,share_bp,from\n";

    #[test]
    fn the_rows_of_a_customer_are_one_assignment_wherever_they_stand() {
        let text = format!(
            "\u{feff}{NAMES}new,c1,m1,primary,6000,2026-12-01\n\"new, too\",c2,m1,primary,10000,2026-12-02\r\n\n\
             new,c1,m2,secondary,4000,2026-12-01\n"
        );
        let (items, errors) = items(text.as_bytes()).expect("a file");
        assert!(errors.is_empty());
        let told: Vec<(u32, &str, usize, &str)> = items
            .iter()
            .map(|item| (item.line, item.customer_id.as_str(), item.managers.len(), item.reason.as_str()))
            .collect();
        assert_eq!(told, [(2, "c1", 2, "new"), (3, "c2", 1, "new, too")]);
        assert_eq!(items[0].manager_lines, [2, 5]);
    }

    #[test]
    fn of_a_customer_with_a_row_that_cannot_be_read_nothing_is_kept() {
        for (row, pointer) in [
            ("new,c1,m 2,secondary,4000,2026-12-01", "/employee_id"),
            ("new,c1,m2,third,4000,2026-12-01", "/role"),
            ("new,c1,m2,secondary,0.4,2026-12-01", "/share_bp"),
            ("new,c1,m2,secondary,4000,2026-13-01", "/from"),
            ("new,c1,m2,secondary,4000,2026-12-02", "/from"),
            ("old,c1,m2,secondary,4000,2026-12-01", "/reason"),
            (",c1,m2,secondary,4000,2026-12-01", "/reason"),
            ("new,c1", "/employee_id"),
        ] {
            let text = format!(
                "{NAMES}new,c1,m1,primary,6000,2026-12-01\n{row}\nnew,c2,m1,primary,10000,2026-12-01\n"
            );
            let (items, errors) = items(text.as_bytes()).expect("a file");
            assert_eq!(items.len(), 1, "{row}");
            assert_eq!(items[0].customer_id, "c2", "{row}");
            assert_eq!(errors.len(), 1, "{row}");
            assert_eq!((errors[0].line, errors[0].pointer.as_str()), (3, pointer), "{row}");
        }
    }

    #[test]
    fn a_file_without_a_column_is_refused_and_an_empty_one_has_nothing() {
        assert!(items(b"customer_id,employee_id,role,share_bp,from\n").is_err());
        assert!(items(b"").expect("nothing").0.is_empty());
    }
}
