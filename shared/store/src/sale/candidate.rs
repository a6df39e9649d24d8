//! Transactions that may become sales: of the kind sale, of a product whose sales are credited, and not sales yet.

use domain::intake::SHANGHAI_OFFSET_MINUTES;

use crate::batch::grouped;
use crate::employee::post_sql;
use crate::{Connection, Row, StoreError};

/// A transaction that is a sale as soon as its product has a rule on its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Number of the transaction.
    pub bank_transaction_ref: i64,
    /// The system that told of it.
    pub source: String,
    /// That system's id.
    pub transaction_id: String,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub occurred_at: i64,
    /// Who bought.
    pub customer_ref: u32,
    /// The unit that keeps the buyer.
    pub customer_organisation_ref: u32,
    /// Where it happened.
    pub organisation_ref: Option<u32>,
    /// What was sold.
    pub sale_product_ref: i64,
    /// By which channel.
    pub channel: Option<String>,
    /// Minor units.
    pub amount: i64,
    /// Who served.
    pub teller_ref: Option<u32>,
    /// First day on which who served worked.
    pub teller_from: Option<i32>,
    /// Last day.
    pub teller_to: Option<i32>,
    /// Number of the organisation where who served worked on the day, which is Shanghai's.
    pub teller_organisation_ref: Option<u32>,
}

fn candidate_sql() -> String {
    let on_day = format!("(occurred_at + {SHANGHAI_OFFSET_MINUTES} * 60000) / 86400000");
    format!(
        "select bank_transaction_ref, bank_transaction.source, transaction_id, occurred_at,
           bank_transaction.customer_ref, customer.organisation_ref, bank_transaction.organisation_ref,
           sale_product_code.sale_product_ref, bank_transaction.channel, bank_transaction.amount,
           employee.employee_ref, active_from, active_to, {}",
        post_sql(&on_day)
    )
}

const OF_IT: &str = "cross join sale_product_code cross join customer
     left join employee on employee.employee_id = bank_transaction.teller_id
     where sale_product_code.product_id = bank_transaction.product_id
       and customer.customer_ref = bank_transaction.customer_ref
       and bank_transaction.kind = 'sale'
       and not exists (select 1 from sale where sale_ref = bank_transaction_ref)";

fn candidate(row: &mut Row<'_>) -> Result<Candidate, StoreError> {
    Ok(Candidate {
        bank_transaction_ref: row.integer()?,
        source: row.text()?,
        transaction_id: row.text()?,
        occurred_at: row.integer()?,
        customer_ref: row.narrow()?,
        customer_organisation_ref: row.narrow()?,
        organisation_ref: row.narrow_or_null()?,
        sale_product_ref: row.integer()?,
        channel: row.text_or_null()?,
        amount: row.integer()?,
        teller_ref: row.narrow_or_null()?,
        teller_from: row.narrow_or_null()?,
        teller_to: row.narrow_or_null()?,
        teller_organisation_ref: row.narrow_or_null()?,
    })
}

/// Those among these transactions (ids by source), by number.
pub fn candidates<'a, C: Connection>(
    connection: &mut C,
    transactions: impl IntoIterator<Item = (&'a str, Vec<&'a str>)>,
) -> Result<Vec<Candidate>, StoreError> {
    let sql = format!(
        "{} from json_each(?1) as source cross join json_each(source.value) as known
         cross join bank_transaction
         {OF_IT} and bank_transaction.source = source.key and transaction_id = known.value
         order by bank_transaction_ref",
        candidate_sql()
    );
    connection.execute(&sql, &[grouped(transactions)])?.read("sale.candidates", candidate)
}

/// Those of one of the bank's products after an instant and number, by instant and number.
pub fn candidates_of_code<C: Connection>(
    connection: &mut C,
    product_id: &str,
    (occurred_at, number): (i64, i64),
    limit: u32,
) -> Result<Vec<Candidate>, StoreError> {
    let sql = format!(
        "{} from bank_transaction
         {OF_IT} and bank_transaction.product_id = ?1 and occurred_at >= ?2
           and (occurred_at > ?2 or bank_transaction_ref > ?3)
         order by occurred_at, bank_transaction_ref limit ?4",
        candidate_sql()
    );
    connection
        .execute(&sql, &[product_id.into(), occurred_at.into(), number.into(), limit.into()])?
        .read("sale.candidates_of_code", candidate)
}
