//! Plans: what is to be sold in a month, of an organisation or an employee, of a product or all together.

use std::collections::{BTreeMap, BTreeSet};

use domain::date::Month;
use store::sale_plan::{PlanOf, PlanRow, PlanView};
use store::sale_report::Key;
use store::{Connection, StoreError};

use super::performance::{By, Question};
use crate::access::Caller;
use crate::organisation::Tree;
use crate::points::Moment;

/// Plans of one request at most.
pub const MOST_PLANS: usize = 10_000;

/// A plan to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewPlan<'a> {
    /// The month.
    pub month: Month,
    /// Whose: of an organisation.
    pub organisation_id: Option<&'a str>,
    /// Whose: of an employee.
    pub employee_id: Option<&'a str>,
    /// Of what; all together when absent.
    pub product_id: Option<&'a str>,
    /// Minor units.
    pub amount: i64,
}

/// What is wrong with a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanFault {
    /// It names neither an organisation nor an employee, or both.
    #[error("a plan is either an organisation's or an employee's")]
    Whose,
    /// There is no organisation of this id, or one that the caller does not see.
    #[error("the organisation is not known")]
    UnknownOrganisation,
    /// There is no employee of this id, or one whom the caller does not see.
    #[error("the employee is not known")]
    UnknownEmployee,
    /// There is no product of this id.
    #[error("the product is not known")]
    UnknownProduct,
    /// Less than nothing.
    #[error("a plan is 0 or more")]
    Amount,
    /// The same month, organisation or employee, and product stand above.
    #[error("the same plan is given twice")]
    Twice,
}

/// Why no plan was kept.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// There are none, or too many.
    #[error("1 to {MOST_PLANS} plans are asked for")]
    Number,
    /// Some are wrong, as (place, fault).
    #[error("plans are wrong")]
    Items(Vec<(usize, PlanFault)>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Numbers behind the ids of some plans, by place.
struct Known {
    organisations: BTreeMap<usize, u32>,
    employees: BTreeMap<usize, u32>,
    products: BTreeMap<String, i64>,
}

impl Known {
    /// Looks all ids up that the caller sees.
    fn load<C: Connection>(
        connection: &mut C,
        caller: &Caller,
        plans: &[NewPlan<'_>],
    ) -> Result<Self, StoreError> {
        let subtree = caller.subtree(connection)?;
        let sees = |unit: &u32| subtree.as_ref().is_none_or(|seen| seen.contains(unit));
        // No id is empty, so that an absent one finds nothing and places stay as they are.
        let organisation_ids = plans.iter().map(|plan| plan.organisation_id.unwrap_or_default());
        let organisations = store::organisation::find(connection, organisation_ids)?;
        let employee_ids = plans.iter().map(|plan| plan.employee_id.unwrap_or_default());
        let employees = store::employee::find(connection, employee_ids)?;
        let products = store::sale_report::products(connection)?;
        Ok(Self {
            organisations: organisations.into_iter().filter(|(_, unit)| sees(unit)).collect(),
            employees: employees
                .into_iter()
                .filter(|(_, employee)| sees(&employee.organisation_ref))
                .map(|(place, employee)| (place, employee.employee_ref))
                .collect(),
            products: products.into_iter().map(|row| (row.sale_product_id, row.sale_product_ref)).collect(),
        })
    }

    fn row(&self, place: usize, plan: &NewPlan<'_>) -> Result<PlanRow, PlanFault> {
        let of = match (plan.organisation_id, plan.employee_id) {
            (Some(_), None) => {
                let unit = self.organisations.get(&place).ok_or(PlanFault::UnknownOrganisation)?;
                PlanOf::Organisation(*unit)
            }
            (None, Some(_)) => {
                PlanOf::Employee(*self.employees.get(&place).ok_or(PlanFault::UnknownEmployee)?)
            }
            _ => return Err(PlanFault::Whose),
        };
        let sale_product_ref = match plan.product_id {
            None => 0,
            Some(id) => *self.products.get(id).ok_or(PlanFault::UnknownProduct)?,
        };
        if plan.amount < 0 {
            return Err(PlanFault::Amount);
        }
        Ok(PlanRow { month: plan.month.number(), of, sale_product_ref, amount: plan.amount })
    }
}

/// Keeps plans; one that is known is replaced. All of them are kept or none. Call it inside a transaction.
pub fn keep<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    caller: &Caller,
    plans: &[NewPlan<'_>],
) -> Result<(), PlanError> {
    if !(1..=MOST_PLANS).contains(&plans.len()) {
        return Err(PlanError::Number);
    }
    let known = Known::load(connection, caller, plans)?;
    let (mut rows, mut faults) = (Vec::with_capacity(plans.len()), Vec::new());
    let mut given = BTreeSet::new();
    for (place, plan) in plans.iter().enumerate() {
        match known.row(place, plan) {
            Ok(row) if given.insert((row.month, row.of, row.sale_product_ref)) => rows.push(row),
            Ok(_) => faults.push((place, PlanFault::Twice)),
            Err(fault) => faults.push((place, fault)),
        }
    }
    if !faults.is_empty() {
        return Err(PlanError::Items(faults));
    }
    store::sale_plan::save(connection, &rows, moment.person, moment.now_ms)?;
    Ok(())
}

/// Plans of a month, of the organisations by number (`None`: all) and of those who work there.
pub fn of_month<C: Connection>(
    connection: &mut C,
    month: Month,
    organisations: Option<&[bool]>,
) -> Result<Vec<PlanView>, StoreError> {
    let mut plans = store::sale_plan::of_months(connection, (month.number(), month.number()))?;
    let seen = |unit: u32| organisations.is_none_or(|seen| seen.get(unit as usize).copied().unwrap_or(false));
    plans.retain(|plan| seen(plan.organisation_ref));
    Ok(plans)
}

/// An amount by month and whom it is of.
type Cells = BTreeMap<(i32, PlanOf), i64>;

/// The plans of the months that a period touches, as far as they are asked for.
pub(super) struct Plans {
    views: Vec<PlanView>,
    product: Option<i64>,
}

impl Plans {
    pub(super) fn load<C: Connection>(
        connection: &mut C,
        question: &Question<'_>,
        product: Option<i64>,
    ) -> Result<Self, StoreError> {
        let months = (question.from.month().number(), question.to.month().number());
        let mut views = store::sale_plan::of_months(connection, months)?;
        let is_told = |of: PlanOf| question.own.is_none_or(|own| of == PlanOf::Employee(own));
        views.retain(|plan| question.covers(plan.organisation_ref) && is_told(plan.row.of));
        Ok(Self { views, product })
    }

    /// The plans of the keys of an answer, in minor units.
    pub(super) fn by_key(&self, question: &Question<'_>, tree: &Tree) -> BTreeMap<Key, i64> {
        let mut sums: BTreeMap<Key, i64> = BTreeMap::new();
        let mut put = |key: Key, amount: i64| {
            let sum = sums.entry(key).or_default();
            *sum = sum.saturating_add(amount);
        };
        let cells = cells(&self.views, self.product);
        match question.by {
            By::Employee => {
                for ((_, of), amount) in cells {
                    if let PlanOf::Employee(number) = of {
                        put(Key::of(number), amount);
                    }
                }
            }
            By::Organisation => {
                for ((_, unit), amount) in units(tree, &cells) {
                    // The sum goes up to the top of the bank, which may be more than was asked for.
                    if question.covers(unit) {
                        put(Key::of(unit), amount);
                    }
                }
            }
            By::Month => {
                for (month, amount) in at_top(tree, question.top, &cells) {
                    put(Key::of(month), amount);
                }
            }
            By::Product => {
                let products: BTreeSet<i64> =
                    self.views.iter().map(|plan| plan.row.sale_product_ref).collect();
                let is_asked = |product: &i64| *product > 0 && self.product.is_none_or(|one| one == *product);
                for product in products.into_iter().filter(is_asked) {
                    let cells = self::cells(&self.views, Some(product));
                    let months = at_top(tree, question.top, &cells);
                    months.into_values().for_each(|amount| put(Key::of(product), amount));
                }
            }
            By::Channel => {}
        }
        sums
    }

    /// The plan of everything that is asked for, in minor units; nothing where there is none.
    pub(super) fn of_all(&self, question: &Question<'_>, tree: &Tree) -> Option<i64> {
        let months = at_top(tree, question.top, &cells(&self.views, self.product));
        months.into_values().reduce(i64::saturating_add)
    }
}

/// What was planned of a product; or of all together, which is the sum of the products where nobody said more.
fn cells(views: &[PlanView], product: Option<i64>) -> Cells {
    let mut found: BTreeMap<(i32, PlanOf), (Option<i64>, i64)> = BTreeMap::new();
    for PlanRow { month, of, sale_product_ref, amount } in views.iter().map(|plan| plan.row) {
        if product.is_some_and(|product| product != sale_product_ref) {
            continue;
        }
        let (together, parts) = found.entry((month, of)).or_default();
        match (product, sale_product_ref) {
            (None, 0) => *together = Some(amount),
            _ => *parts = parts.saturating_add(amount),
        }
    }
    found.into_iter().map(|(cell, (together, parts))| (cell, together.unwrap_or(parts))).collect()
}

/// The plan of every unit by month: its own, or else the sum of those below it that have one.
fn units(tree: &Tree, cells: &Cells) -> BTreeMap<(i32, u32), i64> {
    let mut sums: BTreeMap<(i32, u32), i64> = BTreeMap::new();
    for ((month, of), amount) in cells {
        let PlanOf::Organisation(own) = *of else { continue };
        for unit in tree.upwards(own) {
            if unit != own && cells.contains_key(&(*month, PlanOf::Organisation(unit))) {
                break;
            }
            let sum = sums.entry((*month, unit)).or_default();
            *sum = sum.saturating_add(*amount);
        }
    }
    sums
}

/// The plan of the subtree's top by month; without one, of the tops of the bank together.
fn at_top(tree: &Tree, top: Option<u32>, cells: &Cells) -> BTreeMap<i32, i64> {
    let is_top = |unit: u32| top.map_or_else(|| tree.parent(unit).is_none(), |top| top == unit);
    let mut sums: BTreeMap<i32, i64> = BTreeMap::new();
    for ((month, unit), amount) in units(tree, cells) {
        if is_top(unit) {
            let sum = sums.entry(month).or_default();
            *sum = sum.saturating_add(amount);
        }
    }
    sums
}
