//! Accounts and cards.

use std::borrow::Cow;

use crate::batch::Batch;
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
         from {} join account on account_id = row.value
         join customer on customer.customer_ref = account.customer_ref",
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
    let mut batch = Batch::new();
    for row in rows {
        batch.open();
        batch.integer(row.account_ref.into());
        batch.text(&row.account_id);
        batch.integer(row.customer_ref.into());
        batch.text(&row.class);
        batch.text_or_null(row.product_id.as_deref());
        batch.integer_or_null(row.opened_on.map(i64::from));
        batch.integer_or_null(row.closed_on.map(i64::from));
        batch.text_or_null(row.card_level.as_deref());
        batch.integer_or_null(row.valid_to.map(i64::from));
        batch.close();
    }
    if batch.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "insert into account (account_ref, account_id, customer_ref, class, product_id, opened_on, closed_on,
           card_level, valid_to)
         select row.value ->> 0, row.value ->> 1, row.value ->> 2, row.value ->> 3, row.value ->> 4,
           row.value ->> 5, row.value ->> 6, row.value ->> 7, row.value ->> 8
         from {} where true
         on conflict (account_ref) do update set
           customer_ref = excluded.customer_ref, class = excluded.class, product_id = excluded.product_id,
           opened_on = excluded.opened_on, closed_on = excluded.closed_on, card_level = excluded.card_level,
           valid_to = excluded.valid_to",
        dialect::batch(1)
    );
    connection.execute(&sql, &[batch.into_value()])?;
    Ok(())
}
