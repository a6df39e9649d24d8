//! A partner's list as CSV: a row of names, then a row a request.

use app::partner::TheirLine;
use domain::id::Id;
use web::body::GREATEST_RECORDS;
use web::csv::cells;
use web::{Problem, Slug};

use crate::reconcile::kind;

/// Reads the columns `reference`, `kind` and `points`; further ones are left alone.
pub fn lines(bytes: &[u8]) -> Result<Vec<TheirLine>, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_| Problem::malformed("", "the text is not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = text.lines().filter(|row| !row.is_empty());
    let Some(names) = rows.next() else { return Ok(Vec::new()) };
    let names = cells(names).ok_or_else(|| Problem::malformed("", "a quotation is not closed"))?;
    let mut columns = [0; 3];
    for (column, name) in columns.iter_mut().zip(["reference", "kind", "points"]) {
        *column = names
            .iter()
            .position(|known| known.trim() == name)
            .ok_or_else(|| Problem::rule("", format!("the first row has no column {name}")))?;
    }
    let mut lines = Vec::new();
    for (place, row) in rows.enumerate() {
        if place >= GREATEST_RECORDS {
            return Err(Problem::new(Slug::TooLarge, "a list has at most 100 000 requests"));
        }
        lines.push(line(place, row, columns)?);
    }
    Ok(lines)
}

fn line(place: usize, row: &str, [reference, of_kind, points]: [usize; 3]) -> Result<TheirLine, Problem> {
    let at = |member: &str, detail: &str| Problem::rule(format!("/{place}/{member}"), detail);
    let cells = cells(row).ok_or_else(|| at("", "a quotation is not closed"))?;
    let cell = |column: usize| cells.get(column).map_or("", |cell| cell.trim());
    let reference = Id::parse(cell(reference)).map_err(|error| at("reference", &error.to_string()))?;
    Ok(TheirLine {
        reference: reference.as_str().to_owned(),
        kind: kind(cell(of_kind))
            .ok_or_else(|| at("kind", "earn, burn, exchange_in, exchange_out or give_back"))?,
        points: cell(points).parse().map_err(|_| at("points", "a whole number"))?,
    })
}

#[cfg(test)]
mod tests {
    use store::partner_request::RequestKind;

    use super::*;

    #[test]
    fn a_list_is_read_whatever_the_order_of_its_columns() {
        let text = "\u{feff}day,points,\"kind\",reference\r\n\"1, 2\",7,burn,a\r\n\r\n,\"8\",earn,\"b\"\n";
        let read = lines(text.as_bytes()).expect("a list");
        let expected = [("a", RequestKind::Burn, 7), ("b", RequestKind::Earn, 8)]
            .map(|(reference, kind, points)| TheirLine { reference: reference.to_owned(), kind, points });
        assert_eq!(read, expected);
        assert!(lines(b"").expect("nothing").is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_by_its_place() {
        for (row, pointer) in [
            ("a b,earn,1", "/0/reference"),
            ("a,reserve,1", "/0/kind"),
            ("a,earn,1.5", "/0/points"),
            ("a,earn", "/0/points"),
            ("\"a,earn,1", "/0/"),
        ] {
            let problem = lines(format!("reference,kind,points\n{row}").as_bytes()).expect_err(row);
            assert_eq!(problem.errors()[0].pointer, pointer, "{row}");
        }
        assert!(lines(b"reference,points\n").is_err());
    }
}
