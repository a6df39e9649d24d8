//! The overlay of the book: single changes that wait to be folded into columns.

use domain::book::{HOLDING_MEASURES, MonthChange, Origin, SLOTS};
use domain::date::Month;

use crate::{Connection, StoreError, Value, batch, dialect};

/// Single changes of customers `from..to`, by customer and month.
pub fn month_changes<C: Connection>(
    connection: &mut C,
    from: u32,
    to: u32,
) -> Result<Vec<MonthChange>, StoreError> {
    connection
        .execute(
            "select customer_ref, month, origin, assets_end, assets_average, investments_end, investments_average,
                    secured_loans, unsecured_loans, card_spend
             from book_month_change where customer_ref >= ?1 and customer_ref < ?2 order by customer_ref, month",
            &[from.into(), to.into()],
        )?
        .read("book.month_changes", |row| {
            let (customer_ref, month, origin) = (row.narrow()?, row.narrow()?, row.integer()?);
            let mut holdings = [0; HOLDING_MEASURES.len()];
            let mut known = true;
            for figure in &mut holdings {
                match row.integer_or_null()? {
                    Some(value) => *figure = value,
                    None => known = false,
                }
            }
            Ok(MonthChange {
                customer_ref,
                month: Month::from_number(month),
                origin: if origin == Origin::Delivered.number() { Origin::Delivered } else { Origin::RolledUp },
                holdings: known.then_some(holdings),
                card_spend: row.integer_or_null()?,
            })
        })
}

/// Number of single changes that wait in each of these chunks, in their order.
pub fn waiting<C: Connection>(connection: &mut C, chunks: &[u32]) -> Result<Vec<usize>, StoreError> {
    let sql = format!(
        "select (select count(*) from book_month_change
                 where customer_ref >= row.value * {SLOTS} and customer_ref < (row.value + 1) * {SLOTS})
              + (select count(*) from book_customer_change
                 where customer_ref >= row.value * {SLOTS} and customer_ref < (row.value + 1) * {SLOTS})
         from {} order by row.key",
        dialect::batch(1)
    );
    let list = chunks.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    connection.execute(&sql, &[format!("[{list}]").into()])?.read("book.waiting", |row| row.narrow())
}

/// Puts single changes into the overlay. What a change does not say stays as an earlier one said it; a delivered month
/// stays whatever is rolled up later (the merge of `domain::book::MonthChange`, in the engine's words).
pub fn put_month_changes<C: Connection>(
    connection: &mut C,
    changes: &[MonthChange],
) -> Result<(), StoreError> {
    let rows = changes.iter().map(|change| {
        let of = |place: usize| Value::from(change.holdings.map(|holdings| holdings[place]));
        [
            change.customer_ref.into(),
            change.month.number().into(),
            change.origin.number().into(),
            of(0),
            of(1),
            of(2),
            of(3),
            of(4),
            of(5),
            change.card_spend.into(),
        ]
    });
    let into =
        "insert into book_month_change (customer_ref, month, origin, assets_end, assets_average, investments_end,
           investments_average, secured_loans, unsecured_loans, card_spend)";
    let then = "on conflict (customer_ref, month) do update set
           origin = case when excluded.assets_end is null then book_month_change.origin else excluded.origin end,
           assets_end = coalesce(excluded.assets_end, book_month_change.assets_end),
           assets_average = coalesce(excluded.assets_average, book_month_change.assets_average),
           investments_end = coalesce(excluded.investments_end, book_month_change.investments_end),
           investments_average = coalesce(excluded.investments_average, book_month_change.investments_average),
           secured_loans = coalesce(excluded.secured_loans, book_month_change.secured_loans),
           unsecured_loans = coalesce(excluded.unsecured_loans, book_month_change.unsecured_loans),
           card_spend = coalesce(excluded.card_spend, book_month_change.card_spend)
         where not (book_month_change.origin = 2 and book_month_change.assets_end is not null and excluded.origin = 1)";
    batch::insert(connection, into, then, rows)?;
    Ok(())
}

/// Marks customers whose master data changed.
pub fn put_customer_changes<C: Connection>(
    connection: &mut C,
    customer_refs: &[u32],
) -> Result<(), StoreError> {
    let list = customer_refs.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    let sql = format!(
        "insert into book_customer_change (customer_ref) select row.value from {} where true
         on conflict (customer_ref) do nothing",
        dialect::batch(1)
    );
    connection.execute(&sql, &[format!("[{list}]").into()])?;
    Ok(())
}

/// Master data of marked customers in `from..to`: place, organisation, opening day.
pub fn customer_changes<C: Connection>(
    connection: &mut C,
    from: u32,
    to: u32,
) -> Result<Vec<(u32, u32, Option<i32>)>, StoreError> {
    connection
        .execute(
            "select customer.customer_ref, organisation_ref, opened_on
             from book_customer_change join customer on customer.customer_ref = book_customer_change.customer_ref
             where book_customer_change.customer_ref >= ?1 and book_customer_change.customer_ref < ?2
             order by customer.customer_ref",
            &[from.into(), to.into()],
        )?
        .read("book.customer_changes", |row| Ok((row.narrow()?, row.narrow()?, row.narrow_or_null()?)))
}

/// Clears the overlay of customers `from..to`.
pub fn clear_changes<C: Connection>(connection: &mut C, from: u32, to: u32) -> Result<(), StoreError> {
    for sql in [
        "delete from book_month_change where customer_ref >= ?1 and customer_ref < ?2",
        "delete from book_customer_change where customer_ref >= ?1 and customer_ref < ?2",
    ] {
        connection.execute(sql, &[from.into(), to.into()])?;
    }
    Ok(())
}

/// Chunks that have something in the overlay.
pub fn changed_chunks<C: Connection>(connection: &mut C) -> Result<Vec<u32>, StoreError> {
    let sql = format!(
        "select distinct customer_ref / {SLOTS} as chunk_id from
           (select customer_ref from book_month_change union all select customer_ref from book_customer_change)
         order by chunk_id"
    );
    connection.execute(&sql, &[])?.read("book.changed_chunks", |row| row.narrow())
}
