//! Sales: transactions of products that have a rule, and what was taken back of them.

use domain::sale::State;

use crate::batch::{self, grouped};
use crate::organisation::under;
use crate::{Connection, Row, StoreError};

mod candidate;
mod history;
mod refund;
mod worker;

pub use candidate::{Candidate, candidates, candidates_of_code};
pub use history::{
    HistoryRow, advance_history, begin_history, end_history, open_history, products_under_way,
};
pub use refund::{OpenRefund, RefundRow, add_refunds, open_refunds, refunds};
pub use worker::{TellerRow, WorkerRow, tellers, workers};

/// A sale as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaleRow {
    /// Its number: that of the transaction.
    pub sale_ref: i64,
    /// The system that told of it.
    pub source: String,
    /// That system's id.
    pub transaction_id: String,
    /// Who bought.
    pub customer_ref: u32,
    /// What was sold.
    pub sale_product_ref: i64,
    /// The version of its rule that held on the day.
    pub sale_rule_ref: i64,
    /// The selling organisation.
    pub organisation_ref: u32,
    /// Who served, and worked on the day.
    pub teller_ref: Option<u32>,
    /// The assignment that stood on the day when the sale came in.
    pub assignment_ref: Option<i64>,
    /// The campaign that it is a result of.
    pub campaign_ref: Option<i64>,
    /// By which channel.
    pub channel: Option<String>,
    /// Day of the sale.
    pub sold_on: i32,
    /// From this day on nobody registers, and the default applies.
    pub due_on: i32,
    /// Last day of adjustment.
    pub closes_on: i32,
    /// The day from which it is known: its own, or the one on which it came in.
    pub booked_on: i32,
    /// Minor units.
    pub amount: i64,
    /// What was taken back of it, in minor units.
    pub refunded: i64,
    /// Where it stands.
    pub state: State,
}

impl SaleRow {
    /// What is left of it, in minor units.
    pub fn net_amount(&self) -> i64 {
        self.amount - self.refunded
    }
}

const SALE: &str = "select sale_ref, bank_transaction.source, transaction_id, sale.customer_ref, sale_product_ref,
       sale_rule_ref, sale.organisation_ref, teller_ref, assignment_ref, campaign_ref, sale.channel, sold_on, due_on,
       closes_on, sale.booked_on, sale.amount, refunded, state";

fn sale(row: &mut Row<'_>) -> Result<SaleRow, StoreError> {
    Ok(SaleRow {
        sale_ref: row.integer()?,
        source: row.text()?,
        transaction_id: row.text()?,
        customer_ref: row.narrow()?,
        sale_product_ref: row.integer()?,
        sale_rule_ref: row.integer()?,
        organisation_ref: row.narrow()?,
        teller_ref: row.narrow_or_null()?,
        assignment_ref: row.integer_or_null()?,
        campaign_ref: row.integer_or_null()?,
        channel: row.text_or_null()?,
        sold_on: row.narrow()?,
        due_on: row.narrow()?,
        closes_on: row.narrow()?,
        booked_on: row.narrow()?,
        amount: row.integer()?,
        refunded: row.integer()?,
        state: row.named(&State::NAMES)?,
    })
}

/// The sale of a source and id.
pub fn find<C: Connection>(
    connection: &mut C,
    source: &str,
    transaction_id: &str,
) -> Result<Option<SaleRow>, StoreError> {
    let sql = format!(
        "{SALE} from bank_transaction cross join sale
         where bank_transaction.source = ?1 and transaction_id = ?2 and sale_ref = bank_transaction_ref"
    );
    connection.execute(&sql, &[source.into(), transaction_id.into()])?.read_first("sale.find", sale)
}

/// The sales among these transactions (ids by source), by number.
pub fn of_transactions<'a, C: Connection>(
    connection: &mut C,
    transactions: impl IntoIterator<Item = (&'a str, Vec<&'a str>)>,
) -> Result<Vec<SaleRow>, StoreError> {
    let sql = format!(
        "{SALE} from json_each(?1) as source cross join json_each(source.value) as known
         cross join bank_transaction cross join sale
         where bank_transaction.source = source.key and transaction_id = known.value
           and sale_ref = bank_transaction_ref
         order by sale_ref"
    );
    connection.execute(&sql, &[grouped(transactions)])?.read("sale.of_transactions", sale)
}

/// Sales that wait for somebody to be credited and are due by a day, those due first; of the subtree under `top`, or of
/// the whole bank.
pub fn due<C: Connection>(
    connection: &mut C,
    as_of: i32,
    top: Option<u32>,
    limit: u32,
) -> Result<Vec<SaleRow>, StoreError> {
    let sql = format!(
        "{} {SALE} from sale cross join bank_transaction
         where bank_transaction_ref = sale_ref and state = 'waiting' and due_on <= ?2
           and (?1 is null or sale.organisation_ref in (select organisation_ref from under))
         order by due_on, sale_ref limit ?3",
        under(1)
    );
    connection.execute(&sql, &[top.into(), as_of.into(), limit.into()])?.read("sale.due", sale)
}

/// Writes new sales.
pub fn insert<'a, C: Connection>(
    connection: &mut C,
    sales: impl IntoIterator<Item = &'a SaleRow>,
) -> Result<(), StoreError> {
    let rows = sales.into_iter().map(|sale| {
        [
            sale.sale_ref.into(),
            sale.customer_ref.into(),
            sale.sale_product_ref.into(),
            sale.sale_rule_ref.into(),
            sale.organisation_ref.into(),
            sale.teller_ref.into(),
            sale.assignment_ref.into(),
            sale.campaign_ref.into(),
            sale.channel.as_deref().into(),
            sale.sold_on.into(),
            sale.due_on.into(),
            sale.closes_on.into(),
            sale.booked_on.into(),
            sale.amount.into(),
            sale.refunded.into(),
            sale.state.name().into(),
        ]
    });
    let into = "insert into sale (sale_ref, customer_ref, sale_product_ref, sale_rule_ref, organisation_ref, teller_ref,
           assignment_ref, campaign_ref, channel, sold_on, due_on, closes_on, booked_on, amount, refunded,
           state)";
    batch::insert(connection, into, "", rows)?;
    Ok(())
}

/// Writes where sales stand, what was taken back of them, and who is known to have served and answered for the buyer;
/// nothing else of a sale changes.
pub fn update<'a, C: Connection>(
    connection: &mut C,
    sales: impl IntoIterator<Item = &'a SaleRow>,
) -> Result<(), StoreError> {
    let rows = sales.into_iter().map(|sale| {
        [
            sale.sale_ref.into(),
            sale.state.name().into(),
            sale.refunded.into(),
            sale.teller_ref.into(),
            sale.assignment_ref.into(),
        ]
    });
    let sql = "update sale set state = wanted.new_state, refunded = wanted.new_refunded, teller_ref = wanted.new_teller,
           assignment_ref = wanted.new_assignment
         from wanted where sale.sale_ref = wanted.number";
    let columns = "number, new_state, new_refunded, new_teller, new_assignment";
    batch::select(connection, "sale.update", (columns, sql), rows, |_| Ok(()))?;
    Ok(())
}

/// Numbers as a JSON array, for [`crate::dialect::batch`].
pub(crate) fn numbers(list: &[i64]) -> crate::Value {
    let list: Vec<String> = list.iter().map(i64::to_string).collect();
    crate::Value::Text(format!("[{}]", list.join(",")))
}
