//! Alerts of the churn check.

use crate::batch;
use crate::organisation::under;
use crate::portfolio::own_sql;
use crate::{Connection, Row, StoreError, Value, dialect};

mod count;

pub use count::{MovementCount, StandingCount, movements, standing};

/// An alert as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRow {
    /// Whose.
    pub customer_ref: u32,
    /// The tier, by its number.
    pub tier_ref: u8,
    /// 1 observed, 2 attention, 3 churned.
    pub status: u8,
    /// First month of the spell.
    pub first_month: i32,
    /// Date of the earliest check that found it.
    pub opened_on: i32,
    /// Date of the check that closed it.
    pub closed_on: Option<i32>,
    /// Why it was closed.
    pub closing: Option<String>,
    /// Times in between in which it did not stand, as the table says.
    pub gaps: Option<String>,
}

const COLUMNS: &str = "customer_ref, tier_ref, status, first_month, opened_on, closed_on, closing, gaps";

fn alert_row(row: &mut Row<'_>) -> Result<AlertRow, StoreError> {
    Ok(AlertRow {
        customer_ref: row.narrow()?,
        tier_ref: row.narrow()?,
        status: row.narrow()?,
        first_month: row.narrow()?,
        opened_on: row.narrow()?,
        closed_on: row.narrow_or_null()?,
        closing: row.text_or_null()?,
        gaps: row.text_or_null()?,
    })
}

/// Alerts of the customers `from..to` that stand, and those that were closed on the day or later; by customer.
pub fn of_customers<C: Connection>(
    connection: &mut C,
    (from, to): (u32, u32),
    day: i32,
) -> Result<Vec<AlertRow>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from churn_alert
         where customer_ref >= ?1 and customer_ref < ?2 and (closed_on is null or closed_on >= ?3)
         order by customer_ref, churn_alert_ref"
    );
    connection
        .execute(&sql, &[from.into(), to.into(), day.into()])?
        .read("churn_alert.of_customers", alert_row)
}

/// All alerts of these customers, by customer.
pub fn all_of<C: Connection>(connection: &mut C, customer_refs: &[u32]) -> Result<Vec<AlertRow>, StoreError> {
    let list = customer_refs.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    let sql = format!(
        "select {COLUMNS} from {} cross join churn_alert where customer_ref = row.value
         order by customer_ref, churn_alert_ref",
        dialect::batch(1)
    );
    connection.execute(&sql, &[format!("[{list}]").into()])?.read("churn_alert.all_of", alert_row)
}

/// Writes alerts, new or changed.
pub fn save<C: Connection>(
    connection: &mut C,
    rows: impl IntoIterator<Item = AlertRow>,
) -> Result<(), StoreError> {
    let rows = rows.into_iter().map(|row| {
        [
            row.customer_ref.into(),
            i64::from(row.tier_ref).into(),
            i64::from(row.status).into(),
            row.first_month.into(),
            row.opened_on.into(),
            row.closed_on.into(),
            row.closing.into(),
            row.gaps.into(),
        ]
    });
    let into = format!("insert into churn_alert ({COLUMNS})");
    let then = "on conflict (customer_ref, tier_ref, status, first_month) do update set
           opened_on = excluded.opened_on, closed_on = excluded.closed_on, closing = excluded.closing,
           gaps = excluded.gaps";
    batch::insert(connection, &into, then, rows)?;
    Ok(())
}

/// An alert with the ids that callers know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertView {
    /// Its number.
    pub churn_alert_ref: i64,
    /// Whose.
    pub customer_id: String,
    /// Number of the customer's organisation.
    pub organisation_ref: u32,
    /// Its id.
    pub organisation_id: String,
    /// The tier.
    pub tier_code: String,
    /// 1 observed, 2 attention, 3 churned.
    pub status: u8,
    /// First month of the spell.
    pub first_month: i32,
    /// Opened on.
    pub opened_on: i32,
    /// Closed on.
    pub closed_on: Option<i32>,
    /// Why it was closed.
    pub closing: Option<String>,
    /// Who has seen it.
    pub acknowledged_by: Option<String>,
    /// When, in milliseconds.
    pub acknowledged_at: Option<i64>,
}

const VIEW: &str =
    "select churn_alert_ref, customer_id, customer.organisation_ref, organisation_id, tier_code,
         churn_alert.status, first_month, churn_alert.opened_on, closed_on, closing, acknowledged_by,
         acknowledged_at
     from churn_alert
     join customer on customer.customer_ref = churn_alert.customer_ref
     join organisation on organisation.organisation_ref = customer.organisation_ref
     join tier on tier.tier_ref = churn_alert.tier_ref";

fn view(row: &mut Row<'_>) -> Result<AlertView, StoreError> {
    Ok(AlertView {
        churn_alert_ref: row.integer()?,
        customer_id: row.text()?,
        organisation_ref: row.narrow()?,
        organisation_id: row.text()?,
        tier_code: row.text()?,
        status: row.narrow()?,
        first_month: row.narrow()?,
        opened_on: row.narrow()?,
        closed_on: row.narrow_or_null()?,
        closing: row.text_or_null()?,
        acknowledged_by: row.text_or_null()?,
        acknowledged_at: row.integer_or_null()?,
    })
}

/// Which alerts a page shows.
#[derive(Clone, Debug, Default)]
pub struct AlertFilter {
    /// 1 observed, 2 attention, 3 churned.
    pub status: Option<u8>,
    /// The tier's code.
    pub tier_code: Option<String>,
    /// Also those that are closed.
    pub closed: bool,
    /// Only those of this employee's customers, of the day `on`.
    pub owner_id: Option<String>,
    /// Top of the subtree; `None`: the whole bank.
    pub organisation_ref: Option<u32>,
    /// Only those of this employee's own customers, of the day `on`.
    pub own: Option<u32>,
    /// The day whose assignments say whose a customer is.
    pub on: i32,
}

/// Alerts after the number `after`, at most `limit`, by number.
pub fn page<C: Connection>(
    connection: &mut C,
    filter: &AlertFilter,
    after: i64,
    limit: u32,
) -> Result<Vec<AlertView>, StoreError> {
    // Without an "or", so that the indexes of standing alerts and of customers serve.
    let closed = if filter.closed { "" } else { "and closed_on is null" };
    let among = |employee: &str| format!("and churn_alert.customer_ref in ({})", own_sql(employee, "?8"));
    let owner = match filter.owner_id {
        None => "and ?5 is null".to_owned(),
        Some(_) => among("(select employee_ref from employee where employee_id = ?5)"),
    };
    let own = match filter.own {
        None => "and ?6 is null".to_owned(),
        Some(_) => among("?6"),
    };
    let sql = format!(
        "{} {VIEW}
         where churn_alert_ref > ?1 and (?2 is null or churn_alert.status = ?2) and (?3 is null or tier_code = ?3)
           and (?4 is null or customer.organisation_ref in (select organisation_ref from under))
           {owner} {own} {closed} and ?8 is not null
         order by churn_alert_ref limit ?7",
        under(4)
    );
    let parameters: [Value; 8] = [
        after.into(),
        filter.status.map(i64::from).into(),
        filter.tier_code.as_deref().into(),
        filter.organisation_ref.into(),
        filter.owner_id.as_deref().into(),
        filter.own.into(),
        limit.into(),
        filter.on.into(),
    ];
    connection.execute(&sql, &parameters)?.read("churn_alert.page", view)
}

/// The alert of a number.
pub fn by_ref<C: Connection>(connection: &mut C, number: i64) -> Result<Option<AlertView>, StoreError> {
    let sql = format!("{VIEW} where churn_alert_ref = ?1");
    connection.execute(&sql, &[number.into()])?.read_first("churn_alert.by_ref", view)
}

/// Notes who has seen the alert.
pub fn acknowledge<C: Connection>(
    connection: &mut C,
    number: i64,
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "update churn_alert set acknowledged_by = ?2, acknowledged_at = ?3 where churn_alert_ref = ?1",
        &[number.into(), person.into(), now_ms.into()],
    )?;
    Ok(())
}
