//! What is decided of sales whose window is over, by all that is known by now: what was told late of the assignment of
//! the buyer or of who served counts as if it had been told in time.

use std::collections::BTreeMap;

use domain::date::Day;
use domain::retention::works_on;
use domain::sale::{Automatic, Person, Role, Share, State, Step, automatic, by_default, registered};
use store::sale::{SaleRow, TellerRow, WorkerRow};
use store::{Connection, StoreError};

use super::super::take_in::assigned;
use super::super::{Booking, Ledger, Rules};

/// Books sales that wait and are due: to the managers of the buyer where the assignment says so by now, otherwise by
/// default.
pub(in crate::sale) fn decide<C: Connection>(
    connection: &mut C,
    rules: &Rules,
    ledger: &mut Ledger<'_>,
    due: Vec<&mut SaleRow>,
) -> Result<(), StoreError> {
    if due.is_empty() {
        return Ok(());
    }
    let numbers: Vec<i64> = due.iter().map(|sale| sale.sale_ref).collect();
    let referrers = referrers(connection, &numbers)?;
    let tellers: BTreeMap<i64, TellerRow> =
        store::sale::tellers(connection, &numbers)?.into_iter().map(|row| (row.sale_ref, row)).collect();
    let assigned = by_assignment(connection, rules, &due)?;
    // One seller's own ratio with the referrer counts, also of one whom nobody had to register.
    let single = assigned.values().filter_map(|(_, sellers)| match sellers.as_slice() {
        [only] => Some(only.employee_ref),
        _ => None,
    });
    let singles = persons(connection, single.collect())?;
    for sale in due {
        let rule = &rules.of(sale)?.rule;
        let on_day = Day::from_number(sale.sold_on);
        let referrer = referrers.get(&sale.sale_ref);
        if let Some((assignment_ref, sellers)) = assigned.get(&sale.sale_ref) {
            sale.assignment_ref = Some(*assignment_ref);
            let (step, state) = (Step::Automatic, State::Automatic);
            ledger.book(sale, &Booking { step, state, target: sellers, on_day });
            // Nobody refers to oneself.
            let is_seller =
                |person: &&Person| sellers.iter().any(|share| share.employee_ref == person.employee_ref);
            if let Some(referrer) = referrer.filter(|person| !is_seller(person)) {
                let seller = match sellers.as_slice() {
                    [only] => singles.get(&only.employee_ref),
                    _ => None,
                };
                let target = registered(rule, Some(sellers.as_slice()), seller, Some(referrer));
                let target = target.unwrap_or_default();
                let (step, state) = (Step::Registration, State::Manual);
                ledger.book(sale, &Booking { step, state, target: &target, on_day });
            }
            continue;
        }
        let teller = tellers.get(&sale.sale_ref).filter(|teller| served(sale, teller));
        sale.teller_ref = teller.map(|teller| teller.worker.employee_ref);
        let teller = teller.map(|teller| person(teller.worker));
        let target = by_default(rule, teller.as_ref(), referrer);
        let (step, state) = (Step::Default, State::Default);
        ledger.book(sale, &Booking { step, state, target: &target, on_day });
    }
    Ok(())
}

/// True of an employee who worked at the organisation that sold on the day, wherever he or she has moved since.
fn served(sale: &SaleRow, teller: &TellerRow) -> bool {
    let (first, last) = (teller.active_from.map(Day::from_number), teller.active_to.map(Day::from_number));
    teller.organisation_ref == sale.organisation_ref && works_on(first, last, Day::from_number(sale.sold_on))
}

fn person(WorkerRow { employee_ref, seller_share_bp, referrer_share_bp }: WorkerRow) -> Person {
    Person { employee_ref, seller_share_bp, referrer_share_bp }
}

/// Employees by their numbers.
fn persons<C: Connection>(
    connection: &mut C,
    mut employee_refs: Vec<u32>,
) -> Result<BTreeMap<u32, Person>, StoreError> {
    employee_refs.sort_unstable();
    employee_refs.dedup();
    if employee_refs.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = store::sale::workers(connection, &employee_refs)?;
    Ok(rows.into_iter().map(|row| (row.employee_ref, person(row))).collect())
}

/// Who is registered as the referrer of each sale.
fn referrers<C: Connection>(
    connection: &mut C,
    numbers: &[i64],
) -> Result<BTreeMap<i64, Person>, StoreError> {
    let rows = store::sale_registration::standing(connection, numbers)?.into_iter();
    let referrer = rows.filter(|row| row.role == Role::Referrer).map(|row| {
        let person = Person {
            employee_ref: row.employee_ref,
            seller_share_bp: row.seller_share_bp,
            referrer_share_bp: row.referrer_share_bp,
        };
        (row.sale_ref, person)
    });
    Ok(referrer.collect())
}

/// The assignment and its sellers, of the sales that are credited by the assignment as it is known by now.
fn by_assignment<C: Connection>(
    connection: &mut C,
    rules: &Rules,
    due: &[&mut SaleRow],
) -> Result<BTreeMap<i64, (i64, Vec<Share>)>, StoreError> {
    let mut asked = Vec::new();
    for sale in due {
        let rule = &rules.of(sale)?.rule;
        if rule.automatic != Automatic::Never {
            asked.push((&**sale, rule));
        }
    }
    if asked.is_empty() {
        return Ok(BTreeMap::new());
    }
    let wanted: Vec<(u32, i32)> = asked.iter().map(|(sale, _)| (sale.customer_ref, sale.sold_on)).collect();
    let standing = store::assignment::standing_on(connection, &wanted)?;
    let mut found = BTreeMap::new();
    for ((sale, rule), standing) in asked.into_iter().zip(standing) {
        let Some(standing) = standing else { continue };
        let assigned = assigned(&standing, Day::from_number(sale.sold_on));
        if let Some(sellers) = automatic(rule, sale.organisation_ref, Some(&assigned)) {
            found.insert(sale.sale_ref, (assigned.assignment_ref, sellers));
        }
    }
    Ok(found)
}
