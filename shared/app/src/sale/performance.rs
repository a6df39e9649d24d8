//! Performance: what was sold and credited in a period, by employee, organisation, product, channel or month, beside
//! what was planned.

use std::collections::BTreeMap;

use domain::date::{Day, Month};
use store::sale_report::Key;
use store::{Connection, StoreError, in_snapshot};

use super::plan::Plans;
use crate::organisation::Tree;

mod figures;

pub use figures::Figures;
pub(super) use figures::gather;

/// Days of a period at most.
pub const MOST_DAYS: i32 = 3_660;

/// What performance is told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Who was credited.
    Employee,
    /// The selling organisation, with all below it.
    Organisation,
    /// The product.
    Product,
    /// The channel.
    Channel,
    /// The month.
    Month,
}

impl By {
    /// The stable names.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("employee", Self::Employee),
        ("organisation", Self::Organisation),
        ("product", Self::Product),
        ("channel", Self::Channel),
        ("month", Self::Month),
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Organisation => "organisation",
            Self::Product => "product",
            Self::Channel => "channel",
            Self::Month => "month",
        }
    }
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// What it is told by.
    pub by: By,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// What was booked after this day is not known yet.
    pub as_of: Day,
    /// Top of the subtree that sold; `None`: the whole bank.
    pub top: Option<u32>,
    /// Its organisations by number; `None`: all.
    pub organisations: Option<&'a [bool]>,
    /// Only this product.
    pub product_id: Option<&'a str>,
    /// Only this employee.
    pub own: Option<u32>,
}

impl Question<'_> {
    /// True when the organisation is within the part of the bank that is asked for.
    pub(super) fn covers(&self, organisation_ref: u32) -> bool {
        self.organisations.is_none_or(|seen| seen.get(organisation_ref as usize).copied().unwrap_or(false))
    }
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The first day of the period comes after its last.
    #[error("from is after to")]
    Span,
    /// The period is too long.
    #[error("a period has {MOST_DAYS} days at most")]
    TooLong,
    /// There is no product of this id.
    #[error("the product is not known")]
    UnknownProduct,
    /// There is no employee of this id, or one whom the caller does not see.
    #[error("the employee is not known")]
    UnknownEmployee,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Id of the employee, organisation or product, name of the channel, or the month; nothing for credit of
    /// organisations themselves, for sales without a channel, and of the total.
    pub id: Option<String>,
    /// Name of the employee or organisation, Chinese name of the product.
    pub name: Option<String>,
    /// English name of the product.
    pub name_en: Option<String>,
    /// The organisation above, if it is within what was asked for.
    pub parent_id: Option<String>,
    /// What was sold and credited.
    pub figures: Figures,
    /// What was planned, in minor units; nothing where there is no plan.
    pub plan: Option<i64>,
}

impl Line {
    /// What counts towards the plan, in basis points of it; nothing without a plan above zero.
    pub fn attainment_bp(&self) -> Option<i64> {
        let plan = self.plan.filter(|plan| *plan > 0)?;
        let share = i128::from(self.figures.counted) * 10_000 / i128::from(plan);
        Some(i64::try_from(share).unwrap_or(i64::MAX))
    }
}

/// Performance in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Performance {
    /// Employees and products by id, organisations in the order of their numbers, months in theirs.
    pub lines: Vec<Line>,
    /// Each sale and each line of credit once.
    pub total: Line,
}

/// The number of a product.
pub(super) fn product_ref<C: Connection>(
    connection: &mut C,
    id: Option<&str>,
) -> Result<Option<i64>, ReportError> {
    let Some(id) = id else { return Ok(None) };
    let found = store::sale_product::by_id(connection, id)?.ok_or(ReportError::UnknownProduct)?;
    Ok(Some(found.sale_product_ref))
}

/// Looks whether the days make a period.
pub(super) fn check_span(from: Day, to: Day) -> Result<(), ReportError> {
    match to.number() - from.number() {
        days if days < 0 => Err(ReportError::Span),
        days if days >= MOST_DAYS => Err(ReportError::TooLong),
        _ => Ok(()),
    }
}

/// Performance in a period as it was known at the end of a day. What a day's report of a period that was over said stays
/// so: later adjustments and reversals count in the period in which they are booked.
pub fn performance<C: Connection>(
    connection: &mut C,
    question: &Question<'_>,
) -> Result<Performance, ReportError> {
    check_span(question.from, question.to)?;
    in_snapshot(connection, |connection| {
        let product = product_ref(connection, question.product_id)?;
        let tree = Tree::load(connection)?;
        let plans = Plans::load(connection, question, product)?;
        let found = gather(connection, question, product, question.own)?;
        let mut total = Figures::default();
        found.values().for_each(|figures| total.add(figures));
        let found = match question.by {
            By::Organisation => rolled_up(&tree, question, &found),
            By::Employee | By::Product | By::Channel | By::Month => found,
        };
        let targets = plans.by_key(question, &tree);
        let mut lines: BTreeMap<Key, (Figures, Option<i64>)> =
            found.into_iter().map(|(key, figures)| (key, (figures, None))).collect();
        for (key, target) in &targets {
            lines.entry(key.clone()).or_default().1 = Some(*target);
        }
        let planned = match question.by {
            By::Employee => (!targets.is_empty()).then(|| targets.values().fold(0, sum)),
            By::Organisation | By::Product | By::Channel | By::Month => plans.of_all(question, &tree),
        };
        let lines = named(connection, question, &tree, lines)?;
        Ok(Performance { lines, total: Line { figures: total, plan: planned, ..Line::default() } })
    })
}

fn sum(sum: i64, part: &i64) -> i64 {
    sum.saturating_add(*part)
}

/// Adds what each organisation sold to itself and to all above it, as far as they were asked for.
fn rolled_up(tree: &Tree, question: &Question<'_>, found: &BTreeMap<Key, Figures>) -> BTreeMap<Key, Figures> {
    let mut sums: BTreeMap<Key, Figures> = BTreeMap::new();
    for (key, figures) in found {
        let Ok(organisation) = u32::try_from(key.number) else { continue };
        for unit in tree.upwards(organisation).filter(|unit| question.covers(*unit)) {
            sums.entry(Key::of(unit)).or_default().add(figures);
        }
    }
    sums
}

/// Gives each line the ids and names that callers know.
fn named<C: Connection>(
    connection: &mut C,
    question: &Question<'_>,
    tree: &Tree,
    lines: BTreeMap<Key, (Figures, Option<i64>)>,
) -> Result<Vec<Line>, StoreError> {
    let mut names: BTreeMap<i64, Line> = BTreeMap::new();
    let name = |id: String, name: String| Line { id: Some(id), name: Some(name), ..Line::default() };
    match question.by {
        By::Employee => {
            let numbers: Vec<i64> = lines.keys().map(|key| key.number).collect();
            for row in store::sale_report::employees(connection, &numbers)? {
                names.insert(row.employee_ref.into(), name(row.employee_id, row.name));
            }
        }
        By::Organisation => {
            for unit in tree.units() {
                let above = unit.parent_ref.filter(|above| question.covers(*above));
                let line = name(unit.organisation_id.clone().into_owned(), unit.name.clone().into_owned());
                let parent_id = above.map(|above| tree.id(above).to_owned());
                names.insert(unit.organisation_ref.into(), Line { parent_id, ..line });
            }
        }
        By::Product => {
            for row in store::sale_report::products(connection)? {
                let line = name(row.sale_product_id, row.name_zh);
                names.insert(row.sale_product_ref, Line { name_en: Some(row.name_en), ..line });
            }
        }
        By::Channel | By::Month => {}
    }
    let mut told: Vec<Line> = lines
        .into_iter()
        .map(|(key, (figures, plan))| {
            let line = match question.by {
                By::Channel => Line { id: key.text, ..Line::default() },
                By::Month => Line { id: Some(month(key.number).to_string()), ..Line::default() },
                By::Employee | By::Organisation | By::Product => {
                    names.remove(&key.number).unwrap_or_default()
                }
            };
            Line { figures, plan, ..line }
        })
        .collect();
    if matches!(question.by, By::Employee | By::Product) {
        told.sort_by(|one, other| one.id.cmp(&other.id));
    }
    Ok(told)
}

fn month(number: i64) -> Month {
    Month::from_number(i32::try_from(number).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attainment_is_told_of_plans_above_zero_alone() {
        let line = |counted, plan| Line {
            figures: Figures { counted, ..Figures::default() },
            plan,
            ..Line::default()
        };
        assert_eq!(line(5_000, Some(10_000)).attainment_bp(), Some(5_000));
        assert_eq!(line(-1, Some(10_000)).attainment_bp(), Some(-1));
        assert_eq!(line(i64::MAX, Some(1)).attainment_bp(), Some(i64::MAX));
        assert_eq!(line(5, Some(0)).attainment_bp(), None);
        assert_eq!(line(5, None).attainment_bp(), None);
    }

    #[test]
    fn a_period_begins_before_it_ends_and_is_no_longer_than_ten_years() {
        let day = Day::from_number;
        assert!(check_span(day(10), day(10)).is_ok());
        assert!(matches!(check_span(day(11), day(10)), Err(ReportError::Span)));
        assert!(check_span(day(1), day(MOST_DAYS)).is_ok());
        assert!(matches!(check_span(day(0), day(MOST_DAYS)), Err(ReportError::TooLong)));
    }
}
