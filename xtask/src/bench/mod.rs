//! `cargo xtask bench`: figures beside their targets. Ratios and sizes; the machine is shared, so no row is a timed test.

mod bank;
mod bodies;
mod by_hand;
mod by_hand_server;
mod churn;
mod clients;
mod cpu;
mod intake;
mod interest;
mod large;
mod pair;
mod points;
mod reviews;
mod sales;
mod sample;
mod solver;
mod start;
mod table;
mod webhooks;
mod whole;

use crate::build;
use crate::cli::Bench;
use crate::failure::Failure;
pub use sample::{Sample, median};

/// One thing measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What of the row it is.
    pub name: String,
    /// The value with its unit.
    pub value: String,
    /// Whether it reaches the target; none when the row only informs.
    pub met: Option<bool>,
}

/// One row of the table of targets.
pub struct Row {
    /// `P13`.
    pub id: &'static str,
    /// What is measured.
    pub what: &'static str,
    /// What it should be.
    pub target: &'static str,
    /// Measures.
    pub run: fn() -> Result<Vec<Figure>, Failure>,
}

/// Every row, in order of ids. A row lives in a module of its own and is entered here.
pub const ROWS: &[Row] = &[
    intake::BATCHES,
    webhooks::SYNCS,
    webhooks::TAIL,
    points::DUPLICATES,
    points::ACCRUALS,
    points::ONE_BUDGET,
    whole::WHAT_IF,
    reviews::REVIEW,
    reviews::FEW_CHANGED,
    large::TEN_TIMES,
    start::FIRST_ANSWER,
    start::COMPONENT_SIZE,
    points::ONE_CUSTOMER,
    webhooks::RATE,
    interest::INTEREST_DAY,
    churn::CHECK,
    sales::SALES,
    solver::PROPOSAL,
];

impl Figure {
    /// A figure with a target.
    pub fn against(name: impl Into<String>, value: impl Into<String>, met: bool) -> Self {
        Self { name: name.into(), value: value.into(), met: Some(met) }
    }

    /// A figure that informs.
    pub fn plain(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), met: None }
    }
}

/// Measures the rows that were asked for and prints the table.
pub fn bench(options: &Bench) -> Result<(), Failure> {
    let rows = chosen(&options.rows)?;
    if options.list {
        rows.iter().for_each(|row| println!("{:<5} {} (target {})", row.id, row.what, row.target));
        return Ok(());
    }
    if !options.no_build {
        build::everything()?;
    }
    println!("{}", table::head());
    for row in rows {
        match (row.run)() {
            Ok(figures) => println!("{}", table::lines(row, &figures)),
            // The rows after it are still worth having.
            Err(failure) => println!("{}", table::failed(row, &failure)),
        }
    }
    Ok(())
}

fn chosen(ids: &[String]) -> Result<Vec<&'static Row>, Failure> {
    let named = |id: &String| ROWS.iter().any(|row| row.id.eq_ignore_ascii_case(id));
    if let Some(unknown) = ids.iter().find(|id| !named(id)) {
        let known: Vec<&str> = ROWS.iter().map(|row| row.id).collect();
        return Err(Failure::new(
            format!("there is no row {unknown}"),
            format!("choose of {}, or run: cargo xtask bench --list", known.join(", ")),
        ));
    }
    let wanted = |row: &&Row| ids.is_empty() || ids.iter().any(|id| row.id.eq_ignore_ascii_case(id));
    Ok(ROWS.iter().filter(wanted).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_chosen_by_id_and_an_unknown_one_is_named() {
        assert_eq!(chosen(&[]).unwrap().len(), ROWS.len());
        assert!(chosen(&["p13".to_owned()]).unwrap().iter().all(|row| row.id == "P13"));
        assert!(chosen(&["P99".to_owned()]).err().unwrap().to_string().contains("P99"));
    }
}
