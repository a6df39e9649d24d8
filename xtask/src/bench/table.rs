//! The table as it is printed: plain text that also reads as Markdown.

use super::{Figure, Row};
use crate::failure::Failure;

/// The head of the table.
pub fn head() -> String {
    "| # | what | figure | target | met |\n| --- | --- | --- | --- | --- |".to_owned()
}

/// The lines of a row, one a figure.
pub fn lines(row: &Row, figures: &[Figure]) -> String {
    let line = |figure: &Figure| {
        let met = match figure.met {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        format!("| {} | {}: {} | {} | {} | {met} |", row.id, row.what, figure.name, figure.value, row.target)
    };
    figures.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The line of a row that could not be measured.
pub fn failed(row: &Row, failure: &Failure) -> String {
    let reason = failure.to_string().replace('\n', " ").replace('|', "/");
    format!("| {} | {} | not measured: {reason} | {} | |", row.id, row.what, row.target)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: Row = Row { id: "P0", what: "nothing", target: "≤ 1", run: || Ok(Vec::new()) };

    #[test]
    fn a_figure_stands_beside_its_target() {
        let figures = [Figure::against("warm", "0.5 ms", true), Figure::plain("cold", "9 ms")];
        assert_eq!(
            lines(&ROW, &figures),
            "| P0 | nothing: warm | 0.5 ms | ≤ 1 | yes |\n| P0 | nothing: cold | 9 ms | ≤ 1 |  |"
        );
    }

    #[test]
    fn a_failure_stays_on_its_line() {
        assert_eq!(failed(&ROW, &Failure::new("a|b", "c")).lines().count(), 1);
    }
}
