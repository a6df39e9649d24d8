//! What early signals are told from: closes of accounts, movements of money and closed accounts, for a range of
//! customers in one statement each.
//!
//! Customers come first and each one's rows are entered by index: the range of customers alone would walk all that ever
//! happened to them. `customer` gives the organisation on the way.

use domain::balance::AccountClass;
use domain::date::Day;
use domain::intake::TransactionKind;
use domain::signal::{Outgoing, PayStream};

use crate::batch::Batch;
use crate::{Connection, Row, StoreError, Value, dialect, wide};

mod account;

pub use account::{Closes, closed_accounts, closes};

/// Something that is known of a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known<T> {
    /// Whose.
    pub customer_ref: u32,
    /// Number of their organisation.
    pub organisation_ref: u32,
    /// What.
    pub fact: T,
}

fn known<T>(
    row: &mut Row<'_>,
    fact: impl FnOnce(&mut Row<'_>) -> Result<T, StoreError>,
) -> Result<Known<T>, StoreError> {
    Ok(Known { customer_ref: row.narrow()?, organisation_ref: row.narrow()?, fact: fact(row)? })
}

fn of_classes(classes: &[AccountClass]) -> Value {
    let names = AccountClass::NAMES.into_iter().filter(|(_, class)| classes.contains(class));
    Batch::of_texts(names.map(|(name, _)| name)).into_value()
}

fn of_kinds(kinds: &[TransactionKind]) -> Value {
    Batch::of_texts(kinds.iter().map(|kind| kind.name())).into_value()
}

/// What customers `from..to` sent to other banks by these kinds, from an instant on and before another, by customer.
pub fn outgoing<C: Connection>(
    connection: &mut C,
    (from, to): (u32, u32),
    (from_at, until_at): (i64, i64),
    kinds: &[TransactionKind],
) -> Result<Vec<Known<Outgoing>>, StoreError> {
    let sql = format!(
        "select customer.customer_ref, customer.organisation_ref, count(*), {}
         from customer cross join bank_transaction as movement
         where customer.customer_ref >= ?1 and customer.customer_ref < ?2
           and movement.customer_ref = customer.customer_ref
           and movement.occurred_at >= ?3 and movement.occurred_at < ?4
           and movement.counterparty_bank is not null and movement.kind in (select row.value from {})
         group by customer.customer_ref, customer.organisation_ref order by customer.customer_ref",
        wide::sum("movement.amount"),
        dialect::batch(5),
    );
    let parameters = [from.into(), to.into(), from_at.into(), until_at.into(), of_kinds(kinds)];
    connection.execute(&sql, &parameters)?.read("signal.outgoing", |row| {
        known(row, |row| Ok(Outgoing { transactions: row.narrow()?, amount: wide::read(row)? }))
    })
}

/// Payments to customers `from..to` by these kinds, each of at least so much, from the first of `month_starts` and
/// before an instant, added up by kind and bank, by customer. Each start but the last begins a month that is counted.
pub fn pay_streams<C: Connection>(
    connection: &mut C,
    (from, to): (u32, u32),
    (month_starts, until_at): (&[i64], i64),
    (kinds, at_least): (&[TransactionKind], i64),
) -> Result<Vec<Known<PayStream>>, StoreError> {
    let Some((first, rest)) = month_starts.split_first() else { return Ok(Vec::new()) };
    let sql = format!(
        "with begun (from_at) as materialized (select row.value from {}),
         payment (customer_ref, organisation_ref, kind, counterparty_bank, amount, occurred_at, place)
           as materialized (
           select customer.customer_ref, customer.organisation_ref, movement.kind, movement.counterparty_bank,
             movement.amount, movement.occurred_at,
             (select count(*) from begun where begun.from_at <= movement.occurred_at)
           from customer cross join bank_transaction as movement
           where customer.customer_ref >= ?2 and customer.customer_ref < ?3
             and movement.customer_ref = customer.customer_ref
             and movement.occurred_at >= ?4 and movement.occurred_at < ?5
             and movement.amount >= ?6 and movement.kind in (select row.value from {}))
         select customer_ref, organisation_ref, kind, counterparty_bank,
           count(distinct case when place <= ?8 then place end), max(occurred_at), min(amount)
         from payment group by customer_ref, organisation_ref, kind, counterparty_bank
         order by customer_ref, kind, counterparty_bank",
        dialect::batch(1),
        dialect::batch(7),
    );
    let starts = month_starts.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    let parameters = [
        format!("[{starts}]").into(),
        from.into(),
        to.into(),
        (*first).into(),
        until_at.into(),
        at_least.into(),
        of_kinds(kinds),
        (rest.len() as i64).into(),
    ];
    connection.execute(&sql, &parameters)?.read("signal.pay_streams", |row| {
        known(row, |row| {
            Ok(PayStream {
                kind: row.named(&TransactionKind::NAMES)?,
                bank: row.text_or_null()?,
                months: row.narrow()?,
                last_at: row.integer()?,
                smallest: row.integer()?,
            })
        })
    })
}

/// Transactions that are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Unrepeated<'a> {
    /// Of these kinds.
    pub kinds: &'a [TransactionKind],
    /// Of these, left out where they repeat: where at each of the distances before there is one of the same kind and
    /// amount, and none nearer.
    pub order_kinds: &'a [TransactionKind],
    /// Distances, from the least to the most, in milliseconds.
    pub repeats_ms: &'a [(i64, i64)],
    /// Before this distance, in milliseconds, one of the same kind and amount is nearer.
    pub alone_ms: i64,
    /// Before this instant.
    pub until_at: i64,
}

/// The latest such transaction of each of the customers `from..to` who have an account of these classes that was open
/// from one day to another, by customer; nothing where there is none.
///
/// A customer's transactions are walked from the latest one backwards, and mostly the first one of the kinds ends the
/// walk.
pub fn latest_unrepeated<C: Connection>(
    connection: &mut C,
    (from, to): (u32, u32),
    (classes, first, last): (&[AccountClass], Day, Day),
    wanted: Unrepeated<'_>,
) -> Result<Vec<Known<Option<i64>>>, StoreError> {
    let sql = format!(
        "with distance (nearest, farthest) as materialized (select row.value ->> 0, row.value ->> 1 from {})
         select customer.customer_ref, customer.organisation_ref,
           (select movement.occurred_at from bank_transaction as movement
             where movement.customer_ref = customer.customer_ref and movement.occurred_at < ?2
               and movement.kind in (select row.value from {})
               and (movement.kind not in (select row.value from {})
                 or exists (select 1 from distance where not exists (
                   select 1 from bank_transaction as earlier
                   where earlier.customer_ref = movement.customer_ref
                     and earlier.occurred_at >= movement.occurred_at - distance.farthest
                     and earlier.occurred_at <= movement.occurred_at - distance.nearest
                     and earlier.kind = movement.kind and earlier.amount = movement.amount))
                 or exists (select 1 from bank_transaction as nearer
                   where nearer.customer_ref = movement.customer_ref
                     and nearer.occurred_at > movement.occurred_at - ?10 and nearer.occurred_at < movement.occurred_at
                     and nearer.kind = movement.kind and nearer.amount = movement.amount))
             order by movement.occurred_at desc limit 1)
         from customer
         where customer.customer_ref >= ?4 and customer.customer_ref < ?5
           and exists (select 1 from account
             where account.customer_ref = customer.customer_ref and account.class in (select row.value from {})
               and (account.opened_on is null or account.opened_on <= ?7)
               and (account.closed_on is null or account.closed_on > ?8))
         order by customer.customer_ref",
        dialect::batch(1),
        dialect::batch(3),
        dialect::batch(9),
        dialect::batch(6),
    );
    let pairs = wanted.repeats_ms.iter().map(|(least, most)| format!("[{least},{most}]"));
    let parameters = [
        format!("[{}]", pairs.collect::<Vec<_>>().join(",")).into(),
        wanted.until_at.into(),
        of_kinds(wanted.kinds),
        from.into(),
        to.into(),
        of_classes(classes),
        first.number().into(),
        last.number().into(),
        of_kinds(wanted.order_kinds),
        wanted.alone_ms.into(),
    ];
    connection
        .execute(&sql, &parameters)?
        .read("signal.latest_unrepeated", |row| known(row, |row| row.integer_or_null()))
}

#[cfg(all(test, feature = "native"))]
mod tests;
