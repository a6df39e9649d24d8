//! Accounts: what they were worth at two closes, and which of them were closed.

use domain::balance::AccountClass;
use domain::date::Day;
use domain::signal::ClosedAccount;

use super::{Known, known, of_classes};
use crate::{Connection, StoreError, dialect, wide};

/// What a customer's accounts were worth at two closes, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closes {
    /// At the earlier one.
    pub before: i64,
    /// At the later one.
    pub after: i64,
}

/// Closing balance of an account on the day of one parameter, whose month is another's: the latest of the month up to
/// the day, otherwise what stood when the month began; nothing from the day on that the account closes.
fn close(day: u8, month: u8) -> String {
    format!(
        "case when account.closed_on <= ?{day} then 0 else coalesce(
           (select balance.amount from account_balance as balance
             where balance.month = ?{month} and balance.account_ref = account.account_ref and balance.day <= ?{day}
             order by balance.day desc limit 1),
           (select standing.closing from account_month as standing
             where standing.account_ref = account.account_ref and standing.month < ?{month}
             order by standing.month desc limit 1), 0) end"
    )
}

/// What the accounts of these classes were worth at the close of two days, for customers `from..to` who have any, by
/// customer.
pub fn closes<C: Connection>(
    connection: &mut C,
    (from, to): (u32, u32),
    classes: &[AccountClass],
    (earlier, later): (Day, Day),
) -> Result<Vec<Known<Closes>>, StoreError> {
    // Kept apart, so that each close is looked up once and not once for each half of its sum.
    let sql = format!(
        "with worth (customer_ref, organisation_ref, earlier, later) as materialized (
           select customer.customer_ref, customer.organisation_ref, {}, {}
           from customer cross join account
           where customer.customer_ref >= ?5 and customer.customer_ref < ?6
             and account.customer_ref = customer.customer_ref
             and account.class in (select row.value from {}))
         select customer_ref, organisation_ref, {}, {} from worth
         group by customer_ref, organisation_ref order by customer_ref",
        close(1, 2),
        close(3, 4),
        dialect::batch(7),
        wide::sum("earlier"),
        wide::sum("later"),
    );
    let parameters = [
        earlier.number().into(),
        earlier.month().number().into(),
        later.number().into(),
        later.month().number().into(),
        from.into(),
        to.into(),
        of_classes(classes),
    ];
    connection.execute(&sql, &parameters)?.read("signal.closes", |row| {
        known(row, |row| Ok(Closes { before: wide::read(row)?, after: wide::read(row)? }))
    })
}

/// Accounts of customers `from..to` that were closed from one day to another, by customer, each with the number of the
/// customer's accounts of its class that are open on the later day.
pub fn closed_accounts<C: Connection>(
    connection: &mut C,
    (from, to): (u32, u32),
    (first, last): (Day, Day),
) -> Result<Vec<Known<ClosedAccount>>, StoreError> {
    let sql = "select customer.customer_ref, customer.organisation_ref, closed.account_id, closed.class,
           closed.product_id, closed.closed_on,
           (select count(*) from account as other
             where other.customer_ref = customer.customer_ref and other.class = closed.class
               and (other.opened_on is null or other.opened_on <= ?1)
               and (other.closed_on is null or other.closed_on > ?1))
         from customer cross join account as closed
         where customer.customer_ref >= ?2 and customer.customer_ref < ?3
           and closed.customer_ref = customer.customer_ref
           and closed.closed_on >= ?4 and closed.closed_on <= ?1
         order by customer.customer_ref, closed.account_ref";
    let parameters = [last.number().into(), from.into(), to.into(), first.number().into()];
    connection.execute(sql, &parameters)?.read("signal.closed_accounts", |row| {
        known(row, |row| {
            Ok(ClosedAccount {
                account_id: row.text()?,
                class: row.named(&AccountClass::NAMES)?,
                product_id: row.text_or_null()?,
                closed_on: Day::from_number(row.narrow()?),
                remaining: row.narrow()?,
            })
        })
    })
}
