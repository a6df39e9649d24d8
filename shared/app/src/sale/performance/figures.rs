//! The figures of a period, month by month: a statement that adds up a month has little to sort.

use std::collections::BTreeMap;

use domain::assignment::WHOLE_BP;
use domain::date::Day;
use store::sale_report::{self, CreditSum, Grouping, Key, ReportFilter};
use store::{Connection, StoreError};

use super::{By, Question};

/// What was sold and credited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Sales of the period, each once; of an employee, those that leave a credit on the day of the sale.
    pub sales: u64,
    /// What the period's sales come to less what was taken back in it, in minor units; of an employee, the credit of
    /// them.
    pub amount: i64,
    /// Credit that counts in the period, in minor units.
    pub credited: i64,
    /// Of the credit: adjustments and reversals of earlier sales.
    pub corrections: i64,
    /// What of the credit counts towards plans, by the weights of the rules.
    pub counted: i64,
}

impl Figures {
    /// Adds other figures; sums past 64 bits stand at the limit.
    pub(super) fn add(&mut self, other: &Self) {
        self.sales += other.sales;
        self.amount = self.amount.saturating_add(other.amount);
        self.credited = self.credited.saturating_add(other.credited);
        self.corrections = self.corrections.saturating_add(other.corrections);
        self.counted = self.counted.saturating_add(other.counted);
    }
}

/// The figures of each key; of organisations what each sold itself. `employee`: only this one's credit.
pub(in crate::sale) fn gather<C: Connection>(
    connection: &mut C,
    question: &Question<'_>,
    product: Option<i64>,
    employee: Option<u32>,
) -> Result<BTreeMap<Key, Figures>, StoreError> {
    let weights = weights(connection)?;
    let to = question.to.min(question.as_of);
    let whole = ReportFilter {
        from: question.from.number(),
        to: to.number(),
        begins: question.from.number(),
        as_of: question.as_of.number(),
        top: question.top,
        product,
        employee,
        rule: None,
    };
    let mut found: BTreeMap<Key, Figures> = BTreeMap::new();
    let mut put = |key: Key, figures: &Figures| {
        found.entry(named(question.by, key)).or_default().add(figures);
    };
    for (first, last) in months(question.from, to) {
        let filter = ReportFilter { from: first.number(), to: last.number(), ..whole };
        for CreditSum { key, sales, credited, corrections } in credits(connection, question.by, &filter)? {
            // What an employee is credited for sales of the period is all but the corrections of earlier ones.
            let amount = if question.by == By::Employee { credited.saturating_sub(corrections) } else { 0 };
            put(key, &Figures { sales, amount, credited, corrections, counted: credited });
        }
        if let Some(grouping) = grouping(question.by) {
            for sum in sale_report::sales(connection, grouping, &filter)? {
                put(sum.key, &Figures { sales: sum.sales, amount: sum.amount, ..Figures::default() });
            }
        }
        for (rule, weight_bp) in &weights {
            let filter = ReportFilter { rule: Some(*rule), ..filter };
            for sum in credits(connection, question.by, &filter)? {
                let counted = beside_whole(sum.credited, *weight_bp);
                put(sum.key, &Figures { counted, ..Figures::default() });
            }
        }
    }
    // What is stored of a sale is what was taken back up to now: what came after the period, or is not known yet, is
    // given back to it, so that a closed period keeps its amount. Refunds are few.
    if let Some(grouping) = grouping(question.by) {
        for (key, amount) in sale_report::refunded_later(connection, grouping, &whole)? {
            put(key, &Figures { amount, ..Figures::default() });
        }
    }
    Ok(found)
}

/// What sales are grouped by; employees are told by lines of credit alone.
fn grouping(by: By) -> Option<Grouping> {
    match by {
        By::Employee => None,
        By::Organisation => Some(Grouping::Organisation),
        By::Product => Some(Grouping::Product),
        By::Channel => Some(Grouping::Channel),
        By::Month => Some(Grouping::Day),
    }
}

fn credits<C: Connection>(
    connection: &mut C,
    by: By,
    filter: &ReportFilter,
) -> Result<Vec<CreditSum>, StoreError> {
    match grouping(by) {
        None => sale_report::credits_of_employees(connection, filter),
        Some(grouping) => sale_report::credits(connection, grouping, filter),
    }
}

/// The key under which figures are told: that of a day is its month.
fn named(by: By, key: Key) -> Key {
    match by {
        By::Month => {
            let day = Day::from_number(i32::try_from(key.number).unwrap_or_default());
            Key::of(day.month().number())
        }
        By::Employee | By::Organisation | By::Product | By::Channel => key,
    }
}

/// Rules under which an amount counts for more or less than itself, as (number, weight in basis points); usually none.
fn weights<C: Connection>(connection: &mut C) -> Result<Vec<(i64, u32)>, StoreError> {
    let rules = store::sale_product::rules(connection)?;
    let weighted = rules.into_iter().map(|row| (row.sale_rule_ref, row.rule.plan_weight_bp));
    Ok(weighted.filter(|(_, weight_bp)| *weight_bp != WHOLE_BP).collect())
}

/// What a weight adds to an amount, or takes from it.
fn beside_whole(amount: i64, weight_bp: u32) -> i64 {
    let whole = i128::from(WHOLE_BP);
    let beside = i128::from(amount) * (i128::from(weight_bp) - whole) / whole;
    i64::try_from(beside).unwrap_or(if beside < 0 { i64::MIN } else { i64::MAX })
}

/// The period cut at the ends of months, as (first day, last day).
fn months(from: Day, to: Day) -> impl Iterator<Item = (Day, Day)> {
    std::iter::successors(Some(from), |first| Some(first.month().plus(1).first_day()))
        .take_while(move |first| *first <= to)
        .map(move |first| (first, first.month().last_day().min(to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_cut_at_the_ends_of_months_and_loses_no_day() {
        let day = |text: &str| Day::parse(text).expect("a day");
        let told = |from: &str, to: &str| {
            months(day(from), day(to)).map(|(first, last)| format!("{first}/{last}")).collect::<Vec<_>>()
        };
        assert_eq!(told("2026-01-31", "2026-01-31"), ["2026-01-31/2026-01-31"]);
        assert_eq!(
            told("2026-01-15", "2026-03-01"),
            ["2026-01-15/2026-01-31", "2026-02-01/2026-02-28", "2026-03-01/2026-03-01"]
        );
        assert!(told("2026-01-02", "2026-01-01").is_empty());
    }

    #[test]
    fn a_weight_counts_beside_the_whole() {
        assert_eq!(beside_whole(1_000, 15_000), 500);
        assert_eq!(beside_whole(1_000, 0), -1_000);
        assert_eq!(beside_whole(-1_000, 5_000), 500);
        assert_eq!(beside_whole(i64::MAX, 100_000), i64::MAX);
    }
}
