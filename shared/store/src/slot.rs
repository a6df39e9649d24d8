//! Figures of one customer: most columns lie so that the engine can cut the figure out, where handing a chunk's columns
//! over whole would copy half a megabyte for a dozen figures.

use domain::book::Measure;

use crate::column::{self, BYTES, DENSE};
use crate::{Connection, Row, StoreError, book};

/// Figures of one slot of a chunk in months `first..=last`, as (month, measure, figure), by month and measure; no
/// figure for an average that equals its month's end.
pub fn figures<C: Connection>(
    connection: &mut C,
    (chunk_id, slot): (u32, usize),
    (first, last): (i32, i32),
) -> Result<Vec<(i32, Measure, Option<i64>)>, StoreError> {
    // A figure that stands as a patch lies elsewhere, so that a dense column with patches comes whole.
    let sql = format!(
        "select month, measure,
           case when substr(data, 1, 1) = x'0{BYTES}' then {BYTES}
                when substr(data, 1, 1) = x'0{DENSE}' and substr(data, 4, 2) = x'0000' then {DENSE} end as form,
           case when substr(data, 1, 1) = x'0{BYTES}' then substr(data, 4 + ?4, 1)
                when substr(data, 1, 1) = x'0{DENSE}' and substr(data, 4, 2) = x'0000'
                  then substr(data, 6 + 4 * ?4, 4)
                else data end
         from book_column where chunk_id = ?1 and month >= ?2 and month <= ?3 order by month, measure"
    );
    let parameters = [chunk_id.into(), first.into(), last.into(), (slot as i64).into()];
    connection.execute(&sql, &parameters)?.read("slot.figures", |row| {
        Ok((row.narrow()?, book::measure_from_number(row.narrow()?)?, figure(row, slot)?))
    })
}

fn figure(row: &mut Row<'_>, slot: usize) -> Result<Option<i64>, StoreError> {
    let (form, data) = (row.integer_or_null()?, row.blob()?);
    Ok(match (form, data.as_slice()) {
        // Figures after the last one that is not zero are not stored.
        (Some(_), []) => Some(0),
        (Some(_), [byte]) => Some((*byte).into()),
        (Some(_), [one, two, three, four]) => Some(i32::from_le_bytes([*one, *two, *three, *four]).into()),
        _ if column::is_same_as_end(&data) => None,
        _ => Some(column::at(&data, slot)?),
    })
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::native::NativeConnection;
    use domain::book::{MonthColumns, SLOTS};

    #[test]
    fn a_figure_is_found_in_every_form_of_a_column() {
        let mut connection = NativeConnection::in_memory().expect("a database");
        let mut columns = MonthColumns::default();
        for slot in 0..SLOTS - 10 {
            let number = slot as i64;
            columns.put(Measure::Origin, slot, 1 + number % 2);
            columns.put(Measure::AssetsEnd, slot, number * 1_000 - 500);
            columns.put(Measure::AssetsAverage, slot, number * 1_000 - 500);
            columns.put(Measure::InvestmentsEnd, slot, if slot % 9 == 0 { 300 + number } else { 0 });
            columns.put(Measure::InvestmentsAverage, slot, if slot == 70 { i64::MAX } else { 300 + number });
            columns.put(Measure::SecuredLoans, slot, i64::MIN + number);
        }
        book::put_month(&mut connection, (3, 24_000), &MonthColumns::default(), &columns).expect("written");
        for slot in [0, 1, 9, 70, 4_000, SLOTS - 11, SLOTS - 10, SLOTS - 1] {
            let found = figures(&mut connection, (3, slot), (24_000, 24_000)).expect("read");
            assert_eq!(found.len(), 6);
            for (_, measure, figure) in found {
                let expected = columns.column(measure).get(slot).copied().unwrap_or(0);
                let end = measure == Measure::AssetsAverage;
                assert_eq!(figure, (!end).then_some(expected), "{measure:?} of slot {slot}");
            }
        }
    }
}
