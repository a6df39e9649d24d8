//! Tiers: schemes and their life, reviews of the whole book, what-if, confirmation, overrides, and the questions that
//! people ask of one customer.

mod confirm;
mod counts;
mod customer;
mod error;
pub(crate) mod held;
mod member;
mod number;
mod overrides;
mod replay;
mod review;
mod run;
mod scheme;
mod what_if;

pub use confirm::{Confirmation, confirm};
pub use customer::{HistoryEntry, Lost, TierView, history, view};
pub use error::TierError;
pub use member::{MemberFilter, MemberRow, members};
pub use overrides::{NewOverride, add_override, end_override, kind_name, overrides};
pub use replay::{Replay, replay};
pub use review::{Review, ReviewRequest, review};
pub use scheme::{activate, approve, draft, list, retire, scheme, state_on, submit};
pub use what_if::{Change, ChangeFilter, Direction, WhatIf, changes, cursor_place, what_if};

use domain::date::Day;
use store::Connection;

/// The date that a question is about when the caller does not say: today, or the last day of the latest month whose
/// assets the book knows when the feed is behind; a date without figures would show everyone at zero.
pub fn default_date<C: Connection>(connection: &mut C, today: Day) -> Result<Day, TierError> {
    let known = store::book::last_month_of_holdings(connection)?.map(|month| month.last_day());
    let reviewed = store::job::latest_as_of(connection, review::KIND)?.map(Day::from_number);
    Ok(known.map_or(today, |known| known.min(today)).max(reviewed.unwrap_or(Day::from_number(i32::MIN))))
}

/// Where the store's numbers of tiers stand in a scheme.
pub(crate) fn positions<C: Connection>(
    connection: &mut C,
    scheme: &domain::tier::Scheme,
) -> Result<domain::tier::state::Positions, TierError> {
    Ok(run::Codes::load(connection, scheme)?.positions)
}
