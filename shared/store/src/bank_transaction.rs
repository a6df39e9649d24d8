//! Movements of money, each once for ever, and the card spend they come to.

use std::borrow::Cow;

use crate::batch::{self, Batch, grouped};
use crate::{Connection, StoreError, Value};

/// What a batch of transactions names.
#[derive(Clone, Debug, Default)]
pub struct Named<'a> {
    /// Ids of customers, each once.
    pub customers: Vec<&'a str>,
    /// Ids of accounts, each once.
    pub accounts: Vec<&'a str>,
    /// Ids of organisations, each once.
    pub organisations: Vec<&'a str>,
}

/// Something that a batch names and that is stored. `place` is that in the list of [`Named`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A customer.
    Customer {
        /// Place in `customers`.
        place: usize,
        /// Their number.
        customer_ref: u32,
        /// Their unit; looked up only on request.
        organisation_ref: Option<u32>,
    },
    /// An account.
    Account {
        /// Place in `accounts`.
        place: usize,
        /// Its number.
        account_ref: u32,
        /// Its owner.
        customer_ref: u32,
        /// True when it is of the class asked for.
        of_class: bool,
    },
    /// An organisation.
    Organisation {
        /// Place in `organisations`.
        place: usize,
        /// Its number.
        organisation_ref: u32,
    },
}

/// Looks up everything that a batch names, in one statement: a webhook must not pay for three. Of an account's class
/// only one thing is asked, whether it is `class`.
pub fn resolve<C: Connection>(
    connection: &mut C,
    named: Named<'_>,
    class: &str,
    with_organisation: bool,
) -> Result<Vec<Found>, StoreError> {
    let parameters = [
        Batch::of_texts(named.customers).into_value(),
        Batch::of_texts(named.accounts).into_value(),
        Batch::of_texts(named.organisations).into_value(),
        class.into(),
    ];
    const QUERY: &str = "bank_transaction.resolve";
    connection.execute(&resolve_sql(with_organisation), &parameters)?.read(QUERY, |row| {
        let what = row.integer()?;
        let place = row.narrow()?;
        Ok(match what {
            0 => Found::Customer {
                place,
                customer_ref: row.narrow()?,
                organisation_ref: row.narrow_or_null()?,
            },
            1 => Found::Account {
                place,
                account_ref: row.narrow()?,
                customer_ref: row.narrow()?,
                of_class: row.flag()?,
            },
            _ => Found::Organisation { place, organisation_ref: row.narrow()? },
        })
    })
}

fn resolve_sql(with_organisation: bool) -> String {
    let organisation = if with_organisation { "organisation_ref" } else { "null" };
    format!(
        "select 0, row.key, customer_ref, {organisation}, null
         from json_each(?1) as row cross join customer where customer_id = row.value
         union all
         select 1, row.key, account_ref, customer_ref, class = ?4
         from json_each(?2) as row cross join account where account_id = row.value
         union all
         select 2, row.key, organisation_ref, null, null
         from json_each(?3) as row cross join organisation where organisation_id = row.value"
    )
}

/// A transaction that was taken before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its source.
    pub source: String,
    /// Place in the source's list.
    pub place: usize,
    /// What tells a repeat from a different one.
    pub payload_hash: i64,
}

/// Which of these transactions (ids by source) were taken before.
pub fn known<'a, C: Connection>(
    connection: &mut C,
    transactions: impl IntoIterator<Item = (&'a str, Vec<&'a str>)>,
) -> Result<Vec<Known>, StoreError> {
    let sql = "select source.key, known.key, payload_hash
         from json_each(?1) as source cross join json_each(source.value) as known cross join bank_transaction
         where bank_transaction.source = source.key and transaction_id = known.value";
    connection.execute(sql, &[grouped(transactions)])?.read("bank_transaction.known", |row| {
        Ok(Known { source: row.text()?, place: row.narrow()?, payload_hash: row.integer()? })
    })
}

/// A transaction as it is stored.
#[derive(Clone, Debug)]
pub struct TransactionRow<'a> {
    /// The system that told of it.
    pub source: &'a str,
    /// That system's id.
    pub transaction_id: &'a str,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub occurred_at: i64,
    /// Whose.
    pub customer_ref: u32,
    /// Name of the kind.
    pub kind: &'static str,
    /// Minor units.
    pub amount: i64,
    /// The account.
    pub account_ref: Option<u32>,
    /// The bank's product.
    pub product_id: Option<&'a Cow<'a, str>>,
    /// Where.
    pub organisation_ref: Option<u32>,
    /// Who served.
    pub teller_id: Option<&'a Cow<'a, str>>,
    /// By which channel.
    pub channel: Option<&'a Cow<'a, str>>,
    /// The bank on the other side.
    pub counterparty_bank: Option<&'a Cow<'a, str>>,
    /// The merchant's category.
    pub merchant_category: Option<&'a Cow<'a, str>>,
    /// What a refund takes back.
    pub refund_of: Option<&'a Cow<'a, str>>,
    /// What tells a repeat from a different one.
    pub payload_hash: i64,
}

/// Writes transactions that are not stored yet.
pub fn insert<'a, C: Connection>(
    connection: &mut C,
    rows: impl IntoIterator<Item = TransactionRow<'a>>,
) -> Result<(), StoreError> {
    let text = |field: Option<&'a Cow<'a, str>>| Value::from(field.map(|text| text.as_ref()));
    let rows = rows.into_iter().map(|row| {
        [
            row.source.into(),
            row.transaction_id.into(),
            row.occurred_at.into(),
            row.customer_ref.into(),
            row.kind.into(),
            row.amount.into(),
            row.account_ref.into(),
            text(row.product_id),
            row.organisation_ref.into(),
            text(row.teller_id),
            text(row.channel),
            text(row.counterparty_bank),
            text(row.merchant_category),
            text(row.refund_of),
            row.payload_hash.into(),
        ]
    });
    let into = "insert into bank_transaction (source, transaction_id, occurred_at, customer_ref, kind, amount, account_ref,
           product_id, organisation_ref, teller_id, channel, counterparty_bank, merchant_category, refund_of,
           payload_hash)";
    batch::insert(connection, into, "", rows)?;
    Ok(())
}

/// Card spend of a customer's month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CardSpend {
    /// The customer.
    pub customer_ref: u32,
    /// The month.
    pub month: i32,
    /// Minor units; below zero while refunds have come before their purchases.
    pub amount: i64,
}

/// Adds to the card spend of each month (one row a month) and returns what they come to.
///
/// The net is kept even below zero, so that the order in which a feed sends purchases and refunds does not matter.
pub fn add_card_spend<C: Connection>(
    connection: &mut C,
    additions: impl IntoIterator<Item = CardSpend>,
) -> Result<Vec<CardSpend>, StoreError> {
    let rows = additions
        .into_iter()
        .map(|addition| [addition.customer_ref.into(), addition.month.into(), addition.amount.into()]);
    let into = "insert into card_spend_month (customer_ref, month, amount)";
    let then =
        "on conflict (customer_ref, month) do update set amount = card_spend_month.amount + excluded.amount
         returning customer_ref, month, amount";
    batch::insert(connection, into, then, rows)?.read("bank_transaction.add_card_spend", |row| {
        Ok(CardSpend { customer_ref: row.narrow()?, month: row.narrow()?, amount: row.integer()? })
    })
}
