//! Rows of CSV (RFC 4180, without line ends in cells).

/// The cells of a row; nothing when a quotation is not closed, or something follows it.
pub fn cells(row: &str) -> Option<Vec<String>> {
    let (mut cells, mut rest) = (Vec::new(), row);
    loop {
        let Some(mut quoted) = rest.strip_prefix('"') else {
            let Some((cell, more)) = rest.split_once(',') else {
                cells.push(rest.to_owned());
                return Some(cells);
            };
            cells.push(cell.to_owned());
            rest = more;
            continue;
        };
        let mut cell = String::new();
        let after = loop {
            let (part, after) = quoted.split_once('"')?;
            cell.push_str(part);
            let Some(more) = after.strip_prefix('"') else { break after };
            cell.push('"');
            quoted = more;
        };
        cells.push(cell);
        match after.strip_prefix(',') {
            Some(more) => rest = more,
            None => return after.is_empty().then_some(cells),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotations_hold_commas_and_quotes() {
        let row = |text| cells(text).map(|cells| cells.join("|"));
        assert_eq!(row("a,,\"b,\"\"c\"\"\","), Some("a||b,\"c\"|".to_owned()));
        assert_eq!(row("\"open"), None);
        assert_eq!(row("\"a\"b,c"), None);
    }
}
