//! Sales with the ids that callers know.

use domain::sale::State;

use crate::organisation::under;
use crate::sale::numbers;
use crate::{Connection, Row, StoreError, Value, dialect};

/// A sale with the ids that callers know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaleView {
    /// Its number.
    pub sale_ref: i64,
    /// The system that told of it.
    pub source: String,
    /// That system's id.
    pub transaction_id: String,
    /// Who bought.
    pub customer_id: String,
    /// Number of the organisation that sold.
    pub organisation_ref: u32,
    /// Its id.
    pub organisation_id: String,
    /// What was sold.
    pub product_id: String,
    /// Version of the product's rule.
    pub rule_version: u32,
    /// Who served.
    pub teller_id: Option<String>,
    /// By which channel.
    pub channel: Option<String>,
    /// The assignment that stood on the day of the sale.
    pub assignment_ref: Option<i64>,
    /// Day of the sale.
    pub sold_on: i32,
    /// From this day on nobody registers, and the default applies.
    pub due_on: i32,
    /// Last day of adjustment.
    pub closes_on: i32,
    /// Minor units.
    pub amount: i64,
    /// What was taken back.
    pub refunded: i64,
    /// Where it stands.
    pub state: State,
}

const VIEW: &str =
    "select sale_ref, bank_transaction.source, transaction_id, customer_id, sale.organisation_ref, organisation_id,
       sale_product_id, sale_rule.version, employee_id, sale.channel, assignment_ref, sold_on, due_on, closes_on,
       sale.amount, refunded, state
     from sale
     join bank_transaction on bank_transaction_ref = sale_ref
     join customer on customer.customer_ref = sale.customer_ref
     join organisation on organisation.organisation_ref = sale.organisation_ref
     join sale_product on sale_product.sale_product_ref = sale.sale_product_ref
     join sale_rule on sale_rule.sale_rule_ref = sale.sale_rule_ref
     left join employee on employee.employee_ref = sale.teller_ref";

fn view(row: &mut Row<'_>) -> Result<SaleView, StoreError> {
    Ok(SaleView {
        sale_ref: row.integer()?,
        source: row.text()?,
        transaction_id: row.text()?,
        customer_id: row.text()?,
        organisation_ref: row.narrow()?,
        organisation_id: row.text()?,
        product_id: row.text()?,
        rule_version: row.narrow()?,
        teller_id: row.text_or_null()?,
        channel: row.text_or_null()?,
        assignment_ref: row.integer_or_null()?,
        sold_on: row.narrow()?,
        due_on: row.narrow()?,
        closes_on: row.narrow()?,
        amount: row.integer()?,
        refunded: row.integer()?,
        state: row.named(&State::NAMES)?,
    })
}

/// The sale of a number.
pub fn by_ref<C: Connection>(connection: &mut C, sale_ref: i64) -> Result<Option<SaleView>, StoreError> {
    let sql = format!("{VIEW} where sale_ref = ?1");
    connection.execute(&sql, &[sale_ref.into()])?.read_first("sale_view.by_ref", view)
}

/// Which sales a page shows.
#[derive(Clone, Debug, Default)]
pub struct SaleFilter {
    /// Top of the subtree that sold; `None`: the whole bank.
    pub top: Option<u32>,
    /// Only what this organisation itself sold.
    pub exactly: Option<u32>,
    /// Only those that nobody is credited for: they wait, or were decided so and can be adjusted on this day.
    pub uncredited_on: Option<i32>,
    /// What was sold.
    pub product_id: Option<String>,
    /// First day.
    pub from: Option<i32>,
    /// Last day.
    pub to: Option<i32>,
}

/// Sales with something left of which nobody is credited with anything: they wait, or the default gave them to nobody and
/// they can still be adjusted.
const UNCREDITED: &str = "and sale_ref in (
           select waiting.sale_ref from sale as waiting
           where waiting.state = 'waiting' and (waiting.refunded = 0 or waiting.refunded < waiting.amount)
           union all
           select open.sale_ref from sale as open
           where open.state = 'default' and open.closes_on >= ?4 and open.amount > open.refunded
             and (select coalesce(sum(line.amount), 0) from sale_credit as line where line.sale_ref = open.sale_ref) = 0)";

/// Sales after a number, at most `limit`, by number.
pub fn page<C: Connection>(
    connection: &mut C,
    filter: &SaleFilter,
    after: i64,
    limit: u32,
) -> Result<Vec<SaleView>, StoreError> {
    // Each condition is in the text only when it is asked for, so that its index is used.
    let asked = |given: bool, sql: &'static str| if given { sql } else { "" };
    let sql = format!(
        "{} {VIEW}
         where sale_ref > ?1 {} {} {} {} {} {}
           and ?2 is ?2 and ?3 is ?3 and ?4 is ?4 and ?5 is ?5 and ?6 is ?6 and ?7 is ?7
         order by sale_ref limit ?8",
        under(2),
        asked(filter.top.is_some(), "and sale.organisation_ref in (select organisation_ref from under)"),
        asked(filter.exactly.is_some(), "and sale.organisation_ref = ?3"),
        asked(filter.uncredited_on.is_some(), UNCREDITED),
        asked(filter.product_id.is_some(), "and sale_product_id = ?5"),
        asked(filter.from.is_some(), "and sold_on >= ?6"),
        asked(filter.to.is_some(), "and sold_on <= ?7"),
    );
    let parameters: [Value; 8] = [
        after.into(),
        filter.top.into(),
        filter.exactly.into(),
        filter.uncredited_on.into(),
        filter.product_id.as_deref().into(),
        filter.from.into(),
        filter.to.into(),
        limit.into(),
    ];
    connection.execute(&sql, &parameters)?.read("sale_view.page", view)
}

/// Ids of employees by their numbers, as (number, id).
pub fn employee_ids<C: Connection>(
    connection: &mut C,
    employee_refs: &[u32],
) -> Result<Vec<(u32, String)>, StoreError> {
    let list: Vec<i64> = employee_refs.iter().copied().map(i64::from).collect();
    let sql = format!(
        "select employee_ref, employee_id from {} cross join employee where employee_ref = row.value",
        dialect::batch(1)
    );
    connection
        .execute(&sql, &[numbers(&list)])?
        .read("sale_view.employee_ids", |row| Ok((row.narrow()?, row.text()?)))
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::batch_plans::Explaining;

    #[test]
    fn sales_that_nobody_is_credited_for_are_found_by_their_own_indexes() {
        let mut explaining = Explaining::new().expect("a database");
        let filter = SaleFilter { uncredited_on: Some(1), ..SaleFilter::default() };
        page(&mut explaining, &filter, 0, 9).expect("a page");
        let (_, steps) = explaining.into_plans().remove(0);
        let is_step = |wanted: &str| steps.iter().any(|step| step.starts_with(wanted));
        for wanted in [
            "SCAN waiting USING INDEX sale_waiting",
            "SEARCH open USING INDEX sale_defaulted",
            "SEARCH sale USING INTEGER PRIMARY KEY (rowid=?)",
        ] {
            assert!(is_step(wanted), "{wanted}: {steps:#?}");
        }
    }
}
