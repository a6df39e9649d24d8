//! The book's tables of chunks and columns.

use domain::book::{Measure, MonthColumns, SLOTS};
use domain::date::Month;

use crate::{Connection, Row, StoreError, Value, column};

/// What a chunk's row says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChunkRow {
    /// Number of the chunk.
    pub chunk_id: u32,
    /// Customers that have been folded in.
    pub customers: usize,
    /// Latest month with columns; month 0 when there is none.
    pub last_month: i32,
    /// Organisation of each customer.
    pub organisation: Vec<u32>,
    /// Opening day of each customer, `i32::MIN` when unknown.
    pub opened: Vec<i32>,
}

/// One column as stored.
#[derive(Clone, Debug)]
pub struct ColumnRow {
    /// The chunk.
    pub chunk_id: u32,
    /// The month.
    pub month: i32,
    /// Number of the measure.
    pub measure: u8,
    /// Encoded figures, see [`crate::column`].
    pub data: Vec<u8>,
}

/// Customers of the bank: one more than the highest number given.
pub fn customers<C: Connection>(connection: &mut C) -> Result<u32, StoreError> {
    connection
        .execute("select coalesce(max(customer_ref) + 1, 0) from customer", &[])?
        .read_one("book.customers", |row| row.narrow())
}

/// Latest month that any chunk or the overlay knows.
pub fn last_month<C: Connection>(connection: &mut C) -> Result<Option<Month>, StoreError> {
    let month: i32 = connection
        .execute(
            "select max(coalesce((select max(last_month) from book_chunk), 0),
                        coalesce((select max(month) from book_month_change), 0))",
            &[],
        )?
        .read_one("book.last_month", |row| row.narrow())?;
    Ok((month > 0).then_some(Month::from_number(month)))
}

/// Latest month for which anybody's assets are known; a month of which only card spend is known does not count.
pub fn last_month_of_holdings<C: Connection>(connection: &mut C) -> Result<Option<Month>, StoreError> {
    let month: i32 = connection
        .execute(
            // The latest month of all mostly has assets, which its first chunk tells; only where it has card spend
            // alone is every chunk asked for its own latest one.
            "select max(coalesce(
               case when exists (select 1 from book_chunk cross join book_column
                   where book_column.chunk_id = book_chunk.chunk_id and month = latest.month and measure = ?1)
                 then latest.month
                 else (select max((select month from book_column
                     where book_column.chunk_id = book_chunk.chunk_id and measure = ?1 order by month desc limit 1))
                   from book_chunk)
               end, 0),
               coalesce((select max(month) from book_month_change where assets_end is not null), 0))
             from (select max(last_month) as month from book_chunk) as latest",
            &[i64::from(Measure::Origin as u8).into()],
        )?
        .read_one("book.last_month_of_holdings", |row| row.narrow())?;
    Ok((month > 0).then_some(Month::from_number(month)))
}

/// Rows of chunks `from..to`, in order; a chunk that was never folded has none.
pub fn chunks<C: Connection>(connection: &mut C, from: u32, to: u32) -> Result<Vec<ChunkRow>, StoreError> {
    connection
        .execute(
            "select chunk_id, customers, last_month, organisation, opened from book_chunk
             where chunk_id >= ?1 and chunk_id < ?2 order by chunk_id",
            &[from.into(), to.into()],
        )?
        .read("book.chunks", |row| {
            Ok(ChunkRow {
                chunk_id: row.narrow()?,
                customers: row.narrow()?,
                last_month: row.narrow()?,
                organisation: column::decode_words(&row.blob()?).collect(),
                opened: column::decode_words(&row.blob()?).map(|word| word as i32).collect(),
            })
        })
}

/// Writes a chunk's row.
pub fn put_chunk<C: Connection>(connection: &mut C, chunk: &ChunkRow) -> Result<(), StoreError> {
    connection.execute(
        "insert into book_chunk (chunk_id, customers, last_month, organisation, opened) values (?1, ?2, ?3, ?4, ?5)
         on conflict (chunk_id) do update set customers = excluded.customers, last_month = excluded.last_month,
           organisation = excluded.organisation, opened = excluded.opened",
        &[
            chunk.chunk_id.into(),
            (chunk.customers as i64).into(),
            chunk.last_month.into(),
            column::encode_words(chunk.organisation.iter().copied()).into(),
            column::encode_words(chunk.opened.iter().map(|day| *day as u32)).into(),
        ],
    )?;
    Ok(())
}

/// Columns of one measure in chunks `from..to` and months `first..=last`.
pub fn columns<C: Connection>(
    connection: &mut C,
    (from, to): (u32, u32),
    measure: Measure,
    (first, last): (i32, i32),
) -> Result<Vec<ColumnRow>, StoreError> {
    connection
        .execute(
            "select chunk_id, month, measure, data from book_column
             where chunk_id >= ?1 and chunk_id < ?2 and month >= ?3 and month <= ?4 and measure = ?5
             order by chunk_id, month",
            &[from.into(), to.into(), first.into(), last.into(), i64::from(measure as u8).into()],
        )?
        .read("book.columns", column_row)
}

/// All columns of one chunk in months `first..=last`.
pub fn chunk_columns<C: Connection>(
    connection: &mut C,
    chunk_id: u32,
    (first, last): (i32, i32),
) -> Result<Vec<ColumnRow>, StoreError> {
    connection
        .execute(
            "select chunk_id, month, measure, data from book_column
             where chunk_id = ?1 and month >= ?2 and month <= ?3 order by month, measure",
            &[chunk_id.into(), first.into(), last.into()],
        )?
        .read("book.chunk_columns", column_row)
}

/// Latest month with columns of a chunk; 0 when there is none.
pub fn last_month_of_chunk<C: Connection>(connection: &mut C, chunk_id: u32) -> Result<i32, StoreError> {
    let sql = "select last_month from book_chunk where chunk_id = ?1";
    let found = connection.execute(sql, &[chunk_id.into()])?;
    Ok(found.read_first("book.last_month_of_chunk", |row| row.narrow())?.unwrap_or(0))
}

fn column_row(row: &mut Row<'_>) -> Result<ColumnRow, StoreError> {
    Ok(ColumnRow { chunk_id: row.narrow()?, month: row.narrow()?, measure: row.narrow()?, data: row.blob()? })
}

/// Decodes a month's columns.
pub fn month_columns(rows: &[ColumnRow]) -> Result<MonthColumns, StoreError> {
    let mut month = MonthColumns::default();
    for row in rows {
        let measure = measure_from_number(row.measure)?;
        if column::is_same_as_end(&row.data) {
            *month.column_mut(measure) = month.column(end_of(measure)).to_vec();
        } else {
            let column = month.column_mut(measure);
            column.resize(SLOTS, 0);
            column::decode(&row.data, column)?;
        }
    }
    Ok(month)
}

/// The measure at the month's end to which an average refers. Its number is the smaller one, so it is read first.
pub fn end_of(measure: Measure) -> Measure {
    match measure {
        Measure::AssetsAverage => Measure::AssetsEnd,
        Measure::InvestmentsAverage => Measure::InvestmentsEnd,
        other => other,
    }
}

/// The measure of a number.
pub(crate) fn measure_from_number(number: u8) -> Result<Measure, StoreError> {
    let known = Measure::ALL.get(usize::from(number)).copied();
    known.ok_or_else(|| StoreError::Damaged(format!("the book has a column of unknown measure {number}")))
}

/// Writes the columns of one chunk and month that differ from `before`, which is what is stored of the month.
pub fn put_month<C: Connection>(
    connection: &mut C,
    (chunk_id, month): (u32, i32),
    before: &MonthColumns,
    columns: &MonthColumns,
) -> Result<(), StoreError> {
    let differs = |measure: Measure| before.column(measure) != columns.column(measure);
    let mut sql = String::from("insert into book_column (chunk_id, month, measure, data) values ");
    let mut parameters: Vec<Value> = vec![chunk_id.into(), month.into()];
    // An average is written with its month end, because it may be stored as equal to it.
    for measure in Measure::ALL.into_iter().filter(|measure| differs(*measure) || differs(end_of(*measure))) {
        let end = end_of(measure);
        let same = end != measure && columns.column(measure) == columns.column(end);
        let Some(data) = column::encode(columns.column(measure)) else {
            connection.execute(
                "delete from book_column where chunk_id = ?1 and month = ?2 and measure = ?3",
                &[chunk_id.into(), month.into(), i64::from(measure as u8).into()],
            )?;
            continue;
        };
        let data = if same { column::same_as_end() } else { data };
        parameters.extend([i64::from(measure as u8).into(), data.into()]);
        let at = parameters.len();
        sql.push_str(&format!("{}(?1, ?2, ?{}, ?{})", if at > 4 { ", " } else { "" }, at - 1, at));
    }
    if parameters.len() > 2 {
        sql.push_str(" on conflict (chunk_id, month, measure) do update set data = excluded.data");
        connection.execute(&sql, &parameters)?;
    }
    Ok(())
}

/// Customers of a range with a valid card of this level on a day.
pub fn card_holders<C: Connection>(
    connection: &mut C,
    level: &str,
    (from, to): (u32, u32),
    day: i32,
) -> Result<Vec<u32>, StoreError> {
    connection
        .execute(
            "select customer_ref from account
             where card_level = ?1 and customer_ref >= ?2 and customer_ref < ?3
               and (opened_on is null or opened_on <= ?4) and (valid_to is null or valid_to >= ?4)
               and (closed_on is null or closed_on > ?4)",
            &[level.into(), from.into(), to.into(), day.into()],
        )?
        .read("book.card_holders", |row| row.narrow())
}
