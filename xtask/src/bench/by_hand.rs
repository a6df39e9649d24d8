//! Intake as one would write it by hand against rusqlite: a prepared statement for each step of each record, row by
//! row, in one transaction a batch. The same rows are written to the same tables under the same pragmas; what is left
//! out is what the functions do beyond it (rights, rules of records, reports, chunks).

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, NaiveDate};
use rusqlite::{CachedStatement, Connection, OptionalExtension, TransactionBehavior, params};
use serde::Deserialize;

use super::bank::month_number;
use super::bodies::Kind;
use crate::failure::{Failure, OrAdvise};
use crate::month::CalendarMonth;

const ADVICE: &str = "remove target/bench and run the row again";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Transaction<'a> {
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    occurred_at: Cow<'a, str>,
    #[serde(borrow)]
    customer_id: Cow<'a, str>,
    #[serde(borrow)]
    account_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    organisation_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    amount: Cow<'a, str>,
    #[serde(borrow)]
    channel: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Balance<'a> {
    #[serde(borrow)]
    account_id: Cow<'a, str>,
    date: NaiveDateText<'a>,
    #[serde(borrow)]
    amount: Cow<'a, str>,
}

/// A date as text; it is read where it is used.
type NaiveDateText<'a> = &'a str;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Assets<'a> {
    #[serde(borrow)]
    customer_id: Cow<'a, str>,
    month: &'a str,
    #[serde(borrow)]
    deposits: Cow<'a, str>,
    #[serde(borrow)]
    investments: Cow<'a, str>,
    #[serde(borrow)]
    card_spend: Cow<'a, str>,
}

const CUSTOMER: &str = "select customer_ref from customer where customer_id = ?1";
const ACCOUNT: &str = "select account_ref, customer_ref from account where account_id = ?1";
const ORGANISATION: &str = "select organisation_ref from organisation where organisation_id = ?1";
const TRANSACTION: &str = "insert into bank_transaction (source, transaction_id, occurred_at, customer_ref, kind, amount, account_ref,
   organisation_ref, channel, payload_hash) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
 on conflict (source, transaction_id) do nothing";
const BALANCE: &str = "insert into account_balance (month, account_ref, day, amount) values (?1, ?2, ?3, ?4)
 on conflict (month, account_ref, day) do update set amount = excluded.amount";
const ACCOUNT_MONTH: &str =
    "insert into account_month (account_ref, month, closing, day_sum) values (?1, ?2, ?3, ?4)
 on conflict (account_ref, month) do update set closing = excluded.closing, day_sum = excluded.day_sum";
const BOOK: &str = "insert into book_month_change (customer_ref, month, origin, assets_end, assets_average, investments_end,
   investments_average, secured_loans, unsecured_loans, card_spend) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, ?8)
 on conflict (customer_ref, month) do update set origin = excluded.origin, assets_end = excluded.assets_end,
   assets_average = excluded.assets_average, investments_end = excluded.investments_end,
   investments_average = excluded.investments_average, secured_loans = excluded.secured_loans,
   unsecured_loans = excluded.unsecured_loans, card_spend = coalesce(excluded.card_spend, card_spend)";

/// Takes one body in one transaction.
pub fn take(connection: &mut Connection, kind: Kind, body: &[u8]) -> Result<(), Failure> {
    let batch = connection.transaction_with_behavior(TransactionBehavior::Immediate);
    let batch = batch.or_advise("beginning a batch", ADVICE)?;
    match kind {
        Kind::Transactions => transactions(&batch, body),
        Kind::Balances => balances(&batch, body),
        Kind::Assets => assets(&batch, body),
    }?;
    batch.commit().or_advise("committing a batch", ADVICE)
}

/// Takes one webhook's transaction in a transaction of its own.
pub fn take_one(connection: &mut Connection, body: &[u8]) -> Result<(), Failure> {
    take(connection, Kind::Transactions, body)
}

fn records<'a, T: Deserialize<'a>>(body: &'a [u8]) -> impl Iterator<Item = Result<T, Failure>> {
    let lines = body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).or_advise("reading a record", ADVICE))
}

fn minor(amount: &str) -> Result<i64, Failure> {
    let parsed = match amount.split_once('.') {
        Some((major, cents)) if cents.len() == 2 => {
            major.parse::<i64>().ok().zip(cents.parse::<i64>().ok()).map(|(major, cents)| major * 100 + cents)
        }
        _ => amount.parse::<i64>().ok().map(|major| major * 100),
    };
    parsed.ok_or_else(|| Failure::new("an amount is not one", ADVICE))
}

fn prepared<'a>(connection: &'a Connection, sql: &str) -> Result<CachedStatement<'a>, Failure> {
    connection.prepare_cached(sql).or_advise("preparing a statement", ADVICE)
}

fn number(statement: &mut CachedStatement<'_>, id: &str) -> Result<i64, Failure> {
    statement.query_row([id], |row| row.get(0)).or_advise("looking up an id", ADVICE)
}

fn transactions(connection: &Connection, body: &[u8]) -> Result<(), Failure> {
    let mut customer = prepared(connection, CUSTOMER)?;
    let mut account = prepared(connection, ACCOUNT)?;
    let mut organisation = prepared(connection, ORGANISATION)?;
    let mut insert = prepared(connection, TRANSACTION)?;
    for record in records::<Transaction<'_>>(body) {
        let record = record?;
        let at = DateTime::parse_from_rfc3339(&record.occurred_at).or_advise("reading an instant", ADVICE)?;
        let customer_ref = number(&mut customer, &record.customer_id)?;
        let account_ref = record.account_id.as_ref().map(|id| number(&mut account, id)).transpose()?;
        let organisation_ref =
            record.organisation_id.as_ref().map(|id| number(&mut organisation, id)).transpose()?;
        let amount = minor(&record.amount)?;
        let mut hasher = DefaultHasher::new();
        (&record.kind, amount, at.timestamp_millis(), customer_ref, &record.channel).hash(&mut hasher);
        insert
            .execute(params![
                record.source,
                record.id,
                at.timestamp_millis(),
                customer_ref,
                record.kind,
                amount,
                account_ref,
                organisation_ref,
                record.channel,
                hasher.finish() as i64,
            ])
            .or_advise("inserting a transaction", ADVICE)?;
    }
    Ok(())
}

fn balances(connection: &Connection, body: &[u8]) -> Result<(), Failure> {
    let mut account = prepared(connection, ACCOUNT)?;
    let mut balance = prepared(connection, BALANCE)?;
    let mut account_month = prepared(connection, ACCOUNT_MONTH)?;
    let mut book = prepared(connection, BOOK)?;
    for record in records::<Balance<'_>>(body) {
        let record = record?;
        let date: NaiveDate = record.date.parse().or_advise("reading a date", ADVICE)?;
        let of_month = CalendarMonth::of(date);
        let month = month_number(of_month);
        let amount = minor(&record.amount)?;
        let found = account.query_row([record.account_id.as_ref()], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        });
        let (account_ref, customer_ref) = found
            .optional()
            .or_advise("looking up an account", ADVICE)?
            .ok_or_else(|| Failure::new("an account is not known", ADVICE))?;
        let day = domain::date::Day::from_date(date).number();
        balance.execute(params![month, account_ref, day, amount]).or_advise("inserting a balance", ADVICE)?;
        let days = (of_month.last_day() - date).num_days() + 1;
        account_month
            .execute(params![account_ref, month, amount, amount * days])
            .or_advise("putting a month", ADVICE)?;
        let average = amount * days / i64::from(domain::date::Month::from_number(month).days());
        book.execute(params![customer_ref, month, 1, amount, average, 0, 0, None::<i64>])
            .or_advise("putting a month of the book", ADVICE)?;
    }
    Ok(())
}

fn assets(connection: &Connection, body: &[u8]) -> Result<(), Failure> {
    let mut customer = prepared(connection, CUSTOMER)?;
    let mut book = prepared(connection, BOOK)?;
    for record in records::<Assets<'_>>(body) {
        let record = record?;
        let month = domain::date::Month::parse(record.month).or_advise("reading a month", ADVICE)?.number();
        let customer_ref = number(&mut customer, &record.customer_id)?;
        let investments = minor(&record.investments)?;
        let total = minor(&record.deposits)? + investments;
        book.execute(params![
            customer_ref,
            month,
            2,
            total,
            total,
            investments,
            investments,
            minor(&record.card_spend)?
        ])
        .or_advise("putting a month of the book", ADVICE)?;
    }
    Ok(())
}
