//! Partners and their terms.

use domain::name::meaning;
use domain::points::rule::Rounding;

use crate::{Connection, Row, StoreError, Value};

mod key;

pub use key::{KeyRow, add_key, end_keys, forget_keys, keys, revoke_key, valid_secrets};

/// So many units of a partner are worth so many points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExchangeRow {
    /// Units of the partner.
    pub units: i64,
    /// Points.
    pub points: i64,
    /// What becomes of a part of a point that the customer gets.
    pub rounding: Rounding,
}

/// What was agreed with a partner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermsRow {
    /// What people call it.
    pub name: String,
    /// How its units become points.
    pub exchange: Option<ExchangeRow>,
    /// Points of one request.
    pub limit_request: Option<i64>,
    /// Points of a customer's day.
    pub limit_customer_day: Option<i64>,
    /// Points of a month.
    pub limit_month: Option<i64>,
    /// Points that it may ever give.
    pub budget: Option<i64>,
    /// What it gives ends so many months later.
    pub expiry_months: Option<u16>,
    /// Points and the minor units that settle them.
    pub value: Option<(i64, i64)>,
    /// True when it hears of its settlements.
    pub notify: bool,
    /// Where the bank's gateway finds it.
    pub endpoint: Option<String>,
}

/// A partner as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerRow {
    /// Its number.
    pub partner_ref: u32,
    /// The bank's id.
    pub partner_id: String,
    /// True while nothing is taken from it.
    pub is_suspended: bool,
    /// What was agreed.
    pub terms: TermsRow,
    /// Points that it has given.
    pub budget_used: i64,
    /// Who registered it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
    /// Who changed it last.
    pub changed_by: String,
    /// When, in milliseconds.
    pub changed_at: i64,
}

/// The name of a rounding.
pub fn rounding_name(rounding: Rounding) -> &'static str {
    Rounding::NAMES.iter().find(|(_, known)| *known == rounding).map_or("", |(name, _)| name)
}

const ACTIVE: &str = "active";
const SUSPENDED: &str = "suspended";

const VIEW: &str =
    "select partner_ref, partner_id, state, name, exchange_units, exchange_points, exchange_rounding,
         limit_request, limit_customer_day, limit_month, budget, expiry_months, value_points, value_amount,
         notify, endpoint, budget_used, created_by, created_at, changed_by, changed_at
     from partner";

fn damaged() -> StoreError {
    StoreError::Damaged("a partner's rate of exchange is not whole".to_owned())
}

fn view(row: &mut Row<'_>) -> Result<PartnerRow, StoreError> {
    let (partner_ref, partner_id) = (row.narrow()?, row.text()?);
    let is_suspended = row.named(&[(ACTIVE, false), (SUSPENDED, true)])?;
    let name = row.text()?;
    let exchange = match (row.integer_or_null()?, row.integer_or_null()?, row.text_or_null()?) {
        (Some(units), Some(points), Some(name)) => {
            let rounding = meaning(&Rounding::NAMES, &name).ok_or_else(damaged)?;
            Some(ExchangeRow { units, points, rounding })
        }
        (None, None, None) => None,
        _ => return Err(damaged()),
    };
    Ok(PartnerRow {
        partner_ref,
        partner_id,
        is_suspended,
        terms: TermsRow {
            name,
            exchange,
            limit_request: row.integer_or_null()?,
            limit_customer_day: row.integer_or_null()?,
            limit_month: row.integer_or_null()?,
            budget: row.integer_or_null()?,
            expiry_months: row.narrow_or_null()?,
            value: row.integer_or_null()?.zip(row.integer_or_null()?),
            notify: row.flag()?,
            endpoint: row.text_or_null()?,
        },
        budget_used: row.integer()?,
        created_by: row.text()?,
        created_at: row.integer()?,
        changed_by: row.text()?,
        changed_at: row.integer()?,
    })
}

/// Terms as the parameters 1 to 13 of a statement.
fn parameters(terms: &TermsRow) -> Vec<Value> {
    vec![
        terms.name.as_str().into(),
        terms.exchange.map(|exchange| exchange.units).into(),
        terms.exchange.map(|exchange| exchange.points).into(),
        terms.exchange.map(|exchange| rounding_name(exchange.rounding)).into(),
        terms.limit_request.into(),
        terms.limit_customer_day.into(),
        terms.limit_month.into(),
        terms.budget.into(),
        terms.expiry_months.map(u32::from).into(),
        terms.value.map(|(points, _)| points).into(),
        terms.value.map(|(_, amount)| amount).into(),
        Value::Integer(terms.notify.into()),
        terms.endpoint.as_deref().into(),
    ]
}

/// Registers a partner and returns its number; nothing when the id is taken.
pub fn add<C: Connection>(
    connection: &mut C,
    partner_id: &str,
    terms: &TermsRow,
    person: &str,
    now_ms: i64,
) -> Result<Option<u32>, StoreError> {
    let mut values = parameters(terms);
    values.extend([partner_id.into(), ACTIVE.into(), person.into(), now_ms.into()]);
    connection
        .execute(
            "insert into partner (name, exchange_units, exchange_points, exchange_rounding, limit_request,
               limit_customer_day, limit_month, budget, expiry_months, value_points, value_amount, notify,
               endpoint, partner_id, state, created_by, created_at, changed_by, changed_at, budget_used)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?16, ?17, 0)
             on conflict (partner_id) do nothing
             returning partner_ref",
            &values,
        )?
        .read_first("partner.add", |row| row.narrow())
}

/// Writes other terms.
pub fn replace<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    terms: &TermsRow,
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    let mut values = parameters(terms);
    values.extend([partner_ref.into(), person.into(), now_ms.into()]);
    connection.execute(
        "update partner set name = ?1, exchange_units = ?2, exchange_points = ?3, exchange_rounding = ?4,
           limit_request = ?5, limit_customer_day = ?6, limit_month = ?7, budget = ?8, expiry_months = ?9,
           value_points = ?10, value_amount = ?11, notify = ?12, endpoint = ?13, changed_by = ?15,
           changed_at = ?16
         where partner_ref = ?14",
        &values,
    )?;
    Ok(())
}

/// Suspends a partner, or takes it up again.
pub fn set_suspended<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    is_suspended: bool,
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    let state = if is_suspended { SUSPENDED } else { ACTIVE };
    connection.execute(
        "update partner set state = ?2, changed_by = ?3, changed_at = ?4 where partner_ref = ?1",
        &[partner_ref.into(), state.into(), person.into(), now_ms.into()],
    )?;
    Ok(())
}

/// Takes points from a partner's budget; false when it has less left, and nothing was changed.
pub fn use_budget<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    points: i64,
) -> Result<bool, StoreError> {
    let used = connection.execute(
        "update partner set budget_used = budget_used + ?2
         where partner_ref = ?1 and (budget is null or budget - budget_used >= ?2)
         returning partner_ref",
        &[partner_ref.into(), points.into()],
    )?;
    Ok(!used.rows.is_empty())
}

/// The partner of an id.
pub fn by_id<C: Connection>(connection: &mut C, partner_id: &str) -> Result<Option<PartnerRow>, StoreError> {
    let sql = format!("{VIEW} where partner_id = ?1");
    connection.execute(&sql, &[partner_id.into()])?.read_first("partner.by_id", view)
}

/// Partners after the id `after`, at most `limit`, by id.
pub fn page<C: Connection>(
    connection: &mut C,
    after: &str,
    limit: u32,
) -> Result<Vec<PartnerRow>, StoreError> {
    let sql = format!("{VIEW} where partner_id > ?1 order by partner_id limit ?2");
    connection.execute(&sql, &[after.into(), limit.into()])?.read("partner.page", view)
}

/// Numbers and ids of all partners; a bank has some hundreds.
pub fn partner_ids<C: Connection>(connection: &mut C) -> Result<Vec<(u32, String)>, StoreError> {
    connection
        .execute("select partner_ref, partner_id from partner", &[])?
        .read("partner.partner_ids", |row| Ok((row.narrow()?, row.text()?)))
}

/// Number of the organisation at the top of the bank, whose business partners are; nothing in an empty bank.
pub fn top_organisation<C: Connection>(connection: &mut C) -> Result<Option<u32>, StoreError> {
    connection
        .execute(
            "select organisation_ref from organisation where parent_ref is null
             order by organisation_ref limit 1",
            &[],
        )?
        .read_first("partner.top_organisation", |row| row.narrow())
}
