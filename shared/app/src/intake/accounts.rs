//! Accounts and cards: a changed owner, class or closing day moves what their balances came to.

use std::borrow::Cow;

use domain::balance::AccountClass;
use domain::date::Day;
use domain::intake::{Account, CardLevel};
use store::account::AccountRow;
use store::customer::CustomerPlace;
use store::{Connection, in_transaction};

use super::rollup::{self, AccountChange};
use super::{
    Context, Distinct, Entry, IntakeError, OUT_OF_REACH, Outcome, Reach, Rejection, last_of_each, name_of,
    sift,
};

/// Takes accounts.
pub fn accounts<C: Connection>(
    connection: &mut C,
    context: &Context,
    entries: &[Entry<Account<'_>>],
) -> Result<Outcome, IntakeError> {
    let (passed, mut rejected) = sift(entries, Account::check);
    in_transaction(connection, |connection| {
        let reach = Reach::load(connection, context)?;
        let owners = Distinct::of(passed.iter().map(|entry| entry.record.customer_id.as_ref()));
        let found_owners = owners.found(store::customer::places(
            connection,
            owners.list.iter().copied(),
            reach.is_limited(),
        )?);
        let ids = Distinct::of(passed.iter().map(|entry| entry.record.id.as_ref()));
        let found = store::account::find(connection, ids.list.iter().copied())?;
        let stored = ids.found(found.into_iter().map(|(place, row, unit)| (place, (row, unit))));

        let mut good = Vec::with_capacity(passed.len());
        for (at, entry) in passed.into_iter().enumerate() {
            let owner: Option<CustomerPlace> = found_owners[owners.places[at]];
            let account = ids.places[at];
            match place(&entry.record, owner, stored[account].as_ref(), &reach) {
                Ok(customer_ref) => good.push((account, customer_ref, &entry.record)),
                Err((pointer, detail)) => {
                    rejected.push(Rejection { index: entry.index, pointer, detail });
                }
            }
        }

        let total = good.len();
        let mut next = store::account::next_ref(connection)?;
        let (mut rows, mut changes) = (Vec::new(), Vec::new());
        for (account, customer_ref, record) in last_of_each(good, |(account, ..)| *account as u64) {
            let old = stored[account].as_ref().map(|(row, _)| row);
            let row = row_of(record, customer_ref, old.map_or(next, |old| old.account_ref));
            if old.is_none() {
                next += 1;
            }
            if old == Some(&row) {
                continue;
            }
            changes.extend(old.and_then(|old| change_of(old, &row)));
            rows.push(row);
        }
        store::account::save(connection, &rows)?;
        rollup::accounts_changed(connection, &changes)?;
        Ok(Outcome::new(rows.len(), total, rejected))
    })
}

/// The owner's number, or what is wrong.
fn place(
    record: &Account<'_>,
    owner: Option<CustomerPlace>,
    old: Option<&(AccountRow<'static>, u32)>,
    reach: &Reach,
) -> Result<u32, (&'static str, &'static str)> {
    let owner = owner.ok_or(("/customer_id", "the customer is not known"))?;
    if !reach.covers(owner.organisation_ref) || old.is_some_and(|(_, unit)| !reach.covers(Some(*unit))) {
        return Err(("/customer_id", OUT_OF_REACH));
    }
    // Purchases were counted as card spend, or not, when they came.
    let was_card = old.map(|(row, _)| row.class == name_of(&AccountClass::NAMES, &AccountClass::CreditCard));
    if was_card.is_some_and(|was_card| was_card != (record.class == AccountClass::CreditCard)) {
        return Err(("/class", "an account does not become a credit_card, nor a credit_card something else"));
    }
    Ok(owner.customer_ref)
}

/// What the account's months, and the months of its owners, depend on.
fn change_of(old: &AccountRow<'_>, new: &AccountRow<'_>) -> Option<AccountChange> {
    let closing_moved = old.closed_on != new.closed_on;
    if !closing_moved && old.customer_ref == new.customer_ref && old.class == new.class {
        return None;
    }
    let closed = [old.closed_on, new.closed_on].into_iter().flatten().min();
    Some(AccountChange {
        account_ref: new.account_ref,
        owners: [old.customer_ref, new.customer_ref],
        closed_on: new.closed_on.map(Day::from_number),
        closing_moved_from: closed.filter(|_| closing_moved).map(Day::from_number),
        moved: old.customer_ref != new.customer_ref || old.class != new.class,
    })
}

fn row_of<'a>(record: &'a Account<'_>, customer_ref: u32, account_ref: u32) -> AccountRow<'a> {
    AccountRow {
        account_ref,
        account_id: Cow::Borrowed(&record.id),
        customer_ref,
        class: Cow::Borrowed(name_of(&AccountClass::NAMES, &record.class)),
        product_id: record.product_id.as_deref().map(Cow::Borrowed),
        opened_on: record.opened_on.map(Day::number),
        closed_on: record.closed_on.map(Day::number),
        card_level: record.card_level.as_ref().map(|level| Cow::Borrowed(name_of(&CardLevel::NAMES, level))),
        valid_to: record.valid_to.map(Day::number),
    }
}
