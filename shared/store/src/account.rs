//! Accounts and cards.

use std::borrow::Cow;

use crate::batch::{self, Batch};
use crate::{Connection, StoreError, dialect};

/// One account as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow<'a> {
    /// Our number.
    pub account_ref: u32,
    /// The bank's id.
    pub account_id: Cow<'a, str>,
    /// Its owner.
    pub customer_ref: u32,
    /// Name of the class.
    pub class: Cow<'a, str>,
    /// The bank's product.
    pub product_id: Option<Cow<'a, str>>,
    /// First day.
    pub opened_on: Option<i32>,
    /// From this day on it is worth nothing.
    pub closed_on: Option<i32>,
    /// Name of a card's level.
    pub card_level: Option<Cow<'a, str>>,
    /// Last day it is valid.
    pub valid_to: Option<i32>,
}

/// Stored accounts with these ids, as (place in `ids`, row, unit of the owner).
pub fn find<'a, C: Connection>(
    connection: &mut C,
    ids: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<(usize, AccountRow<'static>, u32)>, StoreError> {
    let sql = format!(
        "select row.key, account_ref, account_id, account.customer_ref, class, product_id, account.opened_on,
           closed_on, card_level, valid_to, organisation_ref
         from {} cross join account cross join customer
         where account_id = row.value and customer.customer_ref = account.customer_ref",
        dialect::batch(1)
    );
    connection.execute(&sql, &[Batch::of_texts(ids).into_value()])?.read("account.find", |row| {
        let key = row.narrow()?;
        let found = AccountRow {
            account_ref: row.narrow()?,
            account_id: row.text()?.into(),
            customer_ref: row.narrow()?,
            class: row.text()?.into(),
            product_id: row.text_or_null()?.map(Cow::from),
            opened_on: row.narrow_or_null()?,
            closed_on: row.narrow_or_null()?,
            card_level: row.text_or_null()?.map(Cow::from),
            valid_to: row.narrow_or_null()?,
        };
        Ok((key, found, row.narrow()?))
    })
}

/// The number that the next new account gets.
pub fn next_ref<C: Connection>(connection: &mut C) -> Result<u32, StoreError> {
    connection
        .execute("select coalesce(max(account_ref), -1) + 1 from account", &[])?
        .read_one("account.next_ref", |row| row.narrow())
}

/// Writes accounts, new or changed.
pub fn save<'a, C: Connection>(
    connection: &mut C,
    rows: impl IntoIterator<Item = &'a AccountRow<'a>>,
) -> Result<(), StoreError> {
    let rows = rows.into_iter().map(|row| {
        [
            row.account_ref.into(),
            row.account_id.as_ref().into(),
            row.customer_ref.into(),
            row.class.as_ref().into(),
            row.product_id.as_deref().into(),
            row.opened_on.into(),
            row.closed_on.into(),
            row.card_level.as_deref().into(),
            row.valid_to.into(),
        ]
    });
    let into =
        "insert into account (account_ref, account_id, customer_ref, class, product_id, opened_on, closed_on,
           card_level, valid_to)";
    let then = "on conflict (account_ref) do update set
           customer_ref = excluded.customer_ref, class = excluded.class, product_id = excluded.product_id,
           opened_on = excluded.opened_on, closed_on = excluded.closed_on, card_level = excluded.card_level,
           valid_to = excluded.valid_to";
    batch::insert(connection, into, then, rows)?;
    Ok(())
}
