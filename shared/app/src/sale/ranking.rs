//! Ranking: who was credited with most in a period. Who has as much as another shares the rank, and the ranks after it
//! are left out (1, 2, 2, 4).

use std::collections::BTreeMap;

use store::{Connection, StoreError, in_snapshot};

use super::performance::{By, Question, ReportError, check_span, gather, product_ref};
use crate::organisation::Tree;

/// Somebody's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankedLine {
    /// From 1.
    pub rank: usize,
    /// True when somebody else has the same rank.
    pub tied: bool,
    /// Id of the employee or organisation.
    pub id: String,
    /// Name.
    pub name: String,
    /// Sales of the period; of an employee, those that leave a credit on the day of the sale.
    pub sales: u64,
    /// Credit that counts in the period, in minor units.
    pub credited: i64,
}

/// A ranking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranking {
    /// How many were ranked.
    pub ranked: usize,
    /// The first of them; of equal rank by id.
    pub lines: Vec<RankedLine>,
}

/// Ranks the employees who have sales or credit in the period, or the organisations that sold in it, each with what it
/// sold itself: one that only has sellers below it is not compared with them. `question.own` is ranked among all, and told
/// alone.
pub fn ranking<C: Connection>(
    connection: &mut C,
    question: &Question<'_>,
    limit: usize,
) -> Result<Ranking, ReportError> {
    check_span(question.from, question.to)?;
    in_snapshot(connection, |connection| {
        let product = product_ref(connection, question.product_id)?;
        let found = gather(connection, question, product, None)?;
        let numbers: Vec<i64> = found.keys().map(|key| key.number).collect();
        let names = names(connection, question.by, &numbers)?;
        let mut lines: Vec<(i64, RankedLine)> = found
            .into_iter()
            .filter(|(_, figures)| figures.sales > 0 || figures.credited != 0)
            .filter_map(|(key, figures)| {
                // Credit that went to nobody in person has no name here.
                let (id, name) = names.get(&key.number)?.clone();
                let (sales, credited) = (figures.sales, figures.credited);
                Some((key.number, RankedLine { rank: 0, tied: false, id, name, sales, credited }))
            })
            .collect();
        lines.sort_by(|(_, one), (_, other)| {
            other.credited.cmp(&one.credited).then_with(|| one.id.cmp(&other.id))
        });
        let credited: Vec<i64> = lines.iter().map(|(_, line)| line.credited).collect();
        for ((_, line), (rank, tied)) in lines.iter_mut().zip(ranks(&credited)) {
            (line.rank, line.tied) = (rank, tied);
        }
        let ranked = lines.len();
        let is_told = |number: i64| question.own.is_none_or(|own| i64::from(own) == number);
        let told = lines.into_iter().filter(|(number, _)| is_told(*number)).map(|(_, line)| line);
        Ok(Ranking { ranked, lines: told.take(limit).collect() })
    })
}

/// Ids and names by number.
fn names<C: Connection>(
    connection: &mut C,
    by: By,
    numbers: &[i64],
) -> Result<BTreeMap<i64, (String, String)>, StoreError> {
    if by == By::Employee {
        let rows = store::sale_report::employees(connection, numbers)?;
        return Ok(rows
            .into_iter()
            .map(|row| (row.employee_ref.into(), (row.employee_id, row.name)))
            .collect());
    }
    let tree = Tree::load(connection)?;
    let name = |id: &str, name: &str| (id.to_owned(), name.to_owned());
    Ok(tree
        .units()
        .map(|unit| (unit.organisation_ref.into(), name(&unit.organisation_id, &unit.name)))
        .collect())
}

/// The rank of each of some amounts that fall, and whether another has the same.
fn ranks(falling: &[i64]) -> Vec<(usize, bool)> {
    let mut rank = 0;
    let equal = |one: Option<&i64>, other: i64| one.is_some_and(|one| *one == other);
    falling
        .iter()
        .enumerate()
        .map(|(place, amount)| {
            let as_before = place > 0 && equal(falling.get(place - 1), *amount);
            if !as_before {
                rank = place + 1;
            }
            (rank, as_before || equal(falling.get(place + 1), *amount))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_amounts_share_a_rank_and_the_next_ones_are_left_out() {
        assert_eq!(ranks(&[9, 5, 5, 1]), [(1, false), (2, true), (2, true), (4, false)]);
        assert_eq!(ranks(&[0, 0]), [(1, true), (1, true)]);
        assert!(ranks(&[]).is_empty());
    }
}
