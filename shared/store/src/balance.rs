//! Daily balances of accounts and the months they add up to.

use crate::batch;
use crate::{Connection, Row, StoreError, Value};

/// The place of a balance: whose, in which month, on which day.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The bank's id of the account.
    pub account_id: &'a str,
    /// Month of the day.
    pub month: i32,
    /// The day.
    pub day: i32,
}

/// The account of a balance, and what is stored around it.
#[derive(Clone, Debug)]
pub struct Around {
    /// Our number of the account.
    pub account_ref: u32,
    /// Its owner.
    pub customer_ref: u32,
    /// Unit of the owner; looked up only on request.
    pub organisation_ref: Option<u32>,
    /// Name of the class.
    pub class: String,
    /// From this day on the account is worth nothing.
    pub closed_on: Option<i32>,
    /// The latest balance of the month up to and including the day, as (day, amount).
    pub prior: Option<(i32, i64)>,
    /// Day of the next balance of the month.
    pub next: Option<i32>,
    /// The month, as (closing, day_sum).
    pub stored: Option<(i64, i64)>,
    /// Closing balance of the latest month before.
    pub opening: Option<i64>,
    /// The latest month of the account.
    pub latest_month: Option<i32>,
}

/// What is stored around each of these places, as (place in `wanted`, what); unknown accounts are left out.
pub fn around<'a, C: Connection>(
    connection: &mut C,
    wanted: impl IntoIterator<Item = Wanted<'a>>,
    with_organisation: bool,
) -> Result<Vec<(usize, Around)>, StoreError> {
    let rows = wanted.into_iter().enumerate().map(|(place, Wanted { account_id, month, day })| {
        [Value::Integer(place as i64), account_id.into(), month.into(), day.into()]
    });
    let shape = "wanted (place, account_id, month, day)";
    let sql = around_sql(with_organisation);
    batch::select(connection, "balance.around", (shape, &sql), rows, |row| {
        let key = row.narrow()?;
        let account_ref = row.narrow()?;
        let customer_ref = row.narrow()?;
        let organisation_ref = row.narrow_or_null()?;
        let class = row.text()?;
        let closed_on = row.narrow_or_null()?;
        let prior = pair(row.narrow_or_null()?, row.integer_or_null()?);
        let next = row.narrow_or_null()?;
        let stored = pair(row.integer_or_null()?, row.integer_or_null()?);
        let (opening, latest_month) = (row.integer_or_null()?, row.narrow_or_null()?);
        let found = Around {
            account_ref,
            customer_ref,
            organisation_ref,
            class,
            closed_on,
            prior,
            next,
            stored,
            opening,
            latest_month,
        };
        Ok((key, found))
    })
}

fn pair<A, B>(one: Option<A>, other: Option<B>) -> Option<(A, B)> {
    one.zip(other)
}

fn around_sql(with_organisation: bool) -> String {
    let organisation = if with_organisation {
        "(select organisation_ref from customer where customer.customer_ref = account.customer_ref)"
    } else {
        "null"
    };
    // The opening is wanted only where no balance of the month stands before the day.
    format!(
        "select wanted.place, account.account_ref, account.customer_ref, {organisation}, account.class,
           account.closed_on, prior.day, prior.amount,
           (select min(next.day) from account_balance as next
             where next.month = wanted.month and next.account_ref = account.account_ref
               and next.day > wanted.day),
           stored.closing, stored.day_sum,
           case when prior.day is null then
             (select before.closing from account_month as before
               where before.account_ref = account.account_ref and before.month < wanted.month
               order by before.month desc limit 1)
           end,
           (select max(latest.month) from account_month as latest
             where latest.account_ref = account.account_ref)
         from wanted cross join account
         left join account_balance as prior on prior.month = wanted.month
           and prior.account_ref = account.account_ref
           and prior.day = (select max(day) from account_balance as until
             where until.month = wanted.month and until.account_ref = account.account_ref
               and until.day <= wanted.day)
         left join account_month as stored on stored.account_ref = account.account_ref
           and stored.month = wanted.month
         where account.account_id = wanted.account_id"
    )
}

/// A balance as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BalanceRow {
    /// Month of the day; first, because the table lies in this order.
    pub month: i32,
    /// The account.
    pub account_ref: u32,
    /// The day.
    pub day: i32,
    /// Minor units.
    pub amount: i64,
}

/// Writes balances, new or corrected; quickest in the order of [`BalanceRow`].
pub fn save<C: Connection>(
    connection: &mut C,
    rows: impl IntoIterator<Item = BalanceRow>,
) -> Result<(), StoreError> {
    let rows = rows
        .into_iter()
        .map(|row| [row.month.into(), row.account_ref.into(), row.day.into(), row.amount.into()]);
    let into = "insert into account_balance (month, account_ref, day, amount)";
    let then = "on conflict (month, account_ref, day) do update set amount = excluded.amount";
    batch::insert(connection, into, then, rows)?;
    Ok(())
}

/// An account's month as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountMonthRow {
    /// The account.
    pub account_ref: u32,
    /// The month.
    pub month: i32,
    /// Closing balance.
    pub closing: i64,
    /// Sum of the daily closing balances.
    pub day_sum: i64,
}

/// Writes months, new or changed; quickest in the order of [`AccountMonthRow`].
pub fn save_months<C: Connection>(
    connection: &mut C,
    rows: impl IntoIterator<Item = AccountMonthRow>,
) -> Result<(), StoreError> {
    let rows = rows
        .into_iter()
        .map(|row| [row.account_ref.into(), row.month.into(), row.closing.into(), row.day_sum.into()]);
    let into = "insert into account_month (account_ref, month, closing, day_sum)";
    let then = "on conflict (account_ref, month) do update set closing = excluded.closing, day_sum = excluded.day_sum";
    batch::insert(connection, into, then, rows)?;
    Ok(())
}

/// Forgets months of accounts that no longer have anything in them.
pub fn delete_months<C: Connection>(connection: &mut C, months: &[(u32, i32)]) -> Result<(), StoreError> {
    if months.is_empty() {
        return Ok(());
    }
    let rows = months.iter().map(|(account_ref, month)| [(*account_ref).into(), (*month).into()]);
    let delete = "delete from account_month where (account_ref, month) in (values";
    batch::paged(connection, delete, ")", &mut rows.into_iter())?;
    Ok(())
}

/// Stored months of each account from a month on, as (account, month).
pub fn months_from<C: Connection>(
    connection: &mut C,
    accounts: &[(u32, i32)],
) -> Result<Vec<(u32, i32)>, StoreError> {
    let sql = "select account_month.account_ref, account_month.month from wanted cross join account_month
         where account_month.account_ref = wanted.account_ref and account_month.month >= wanted.month";
    let read = |row: &mut Row<'_>| Ok((row.narrow()?, row.narrow()?));
    batch::select(connection, "balance.months_from", (PLACES, sql), places(accounts), read)
}

/// The next stored month of each account after a month, as (account, month).
pub fn months_after<C: Connection>(
    connection: &mut C,
    months: &[(u32, i32)],
) -> Result<Vec<(u32, i32)>, StoreError> {
    let sql = "select later.account_ref, later.month from wanted cross join account_month as later
         where later.account_ref = wanted.account_ref
           and later.month = (select min(next.month) from account_month as next
             where next.account_ref = wanted.account_ref and next.month > wanted.month)";
    let read = |row: &mut Row<'_>| Ok((row.narrow()?, row.narrow()?));
    batch::select(connection, "balance.months_after", (PLACES, sql), places(months), read)
}

/// All that an account's month is added up from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthContent {
    /// The latest stored month before, as (month, closing).
    pub before: Option<(i32, i64)>,
    /// A balance of the month, as (day, amount); none when the month has none.
    pub balance: Option<(i32, i64)>,
}

/// The contents of these months of accounts, as (place in `months`, one row a balance), in the order of days.
pub fn contents<C: Connection>(
    connection: &mut C,
    months: &[(u32, i32)],
) -> Result<Vec<(usize, MonthContent)>, StoreError> {
    let sql = "select wanted.place, before.month, before.closing, balance.day, balance.amount from wanted
         left join account_month as before on before.account_ref = wanted.account_ref
           and before.month = (select max(month) from account_month as earlier
             where earlier.account_ref = wanted.account_ref and earlier.month < wanted.month)
         left join account_balance as balance on balance.month = wanted.month
           and balance.account_ref = wanted.account_ref
         order by wanted.place, balance.day";
    batch::select(connection, "balance.contents", (PLACES, sql), places(months), |row| {
        let key = row.narrow()?;
        let before = pair(row.narrow_or_null()?, row.integer_or_null()?);
        let balance = pair(row.narrow_or_null()?, row.integer_or_null()?);
        Ok((key, MonthContent { before, balance }))
    })
}

/// A month of one of a customer's accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerMonthRow {
    /// The account.
    pub account_ref: u32,
    /// Name of its class.
    pub class: String,
    /// The month.
    pub month: i32,
    /// Closing balance.
    pub closing: i64,
    /// Sum of the daily closing balances.
    pub day_sum: i64,
}

/// Months of all accounts of each (customer, month): those from the month on, and the one that stands when it
/// begins. As (place in `customers`, month); months of an account in ascending order.
pub fn of_customers<C: Connection>(
    connection: &mut C,
    customers: &[(u32, i32)],
) -> Result<Vec<(usize, CustomerMonthRow)>, StoreError> {
    let sql = "select wanted.place, account.account_ref, account.class, account_month.month,
           account_month.closing, account_month.day_sum
         from wanted cross join account cross join account_month
         where account.customer_ref = wanted.customer_ref and account_month.account_ref = account.account_ref
           and account_month.month >= coalesce((select max(standing.month) from account_month as standing
             where standing.account_ref = account.account_ref and standing.month <= wanted.month), 0)
         order by wanted.place, account.account_ref, account_month.month";
    let shape = "wanted (place, customer_ref, month)";
    batch::select(connection, "balance.of_customers", (shape, sql), places(customers), |row| {
        let key = row.narrow()?;
        Ok((
            key,
            CustomerMonthRow {
                account_ref: row.narrow()?,
                class: row.text()?,
                month: row.narrow()?,
                closing: row.integer()?,
                day_sum: row.integer()?,
            },
        ))
    })
}

/// The table that [`places`] fills.
const PLACES: &str = "wanted (place, account_ref, month)";

fn places(pairs: &[(u32, i32)]) -> impl Iterator<Item = [Value; 3]> {
    pairs
        .iter()
        .enumerate()
        .map(|(place, (one, month))| [Value::Integer(place as i64), (*one).into(), (*month).into()])
}
