//! Sums that may pass 64 bits, where the engine's own sum fails: millions and what is left of them are added up apart.

use crate::{Row, StoreError};

const MILLION: i64 = 1_000_000;

/// The two columns of a sum of amounts, in minor units.
pub(crate) fn sum(amount: &str) -> String {
    format!("sum({amount} / {MILLION}), sum({amount} % {MILLION})")
}

/// The two columns of a sum of amounts under a name, for [`sum_of`] in the query around it.
pub(crate) fn sum_as(amount: &str, name: &str) -> String {
    format!("sum({amount} / {MILLION}) as {name}_millions, sum({amount} % {MILLION}) as {name}_rest")
}

/// The two columns of the sum of sums that [`sum_as`] named.
pub(crate) fn sum_of(name: &str) -> String {
    format!("sum({name}_millions), sum({name}_rest)")
}

/// One sum that [`sum_as`] named, where it is known to fit.
pub(crate) fn whole(name: &str) -> String {
    format!("{name}_millions * {MILLION} + {name}_rest")
}

/// The two columns of one amount, where sums are read from the same place.
pub(crate) fn single(amount: &str) -> String {
    format!("0, {amount}")
}

/// Reads the two columns; a sum past 64 bits stands at the limit.
pub(crate) fn read(row: &mut Row<'_>) -> Result<i64, StoreError> {
    let (millions, rest) = (row.integer()?, row.integer()?);
    Ok(millions.saturating_mul(MILLION).saturating_add(rest))
}
