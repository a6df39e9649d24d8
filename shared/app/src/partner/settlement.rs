//! A month with a partner, settled: what was given and taken, and who owes what.

use domain::date::{Day, Month};
use domain::intake::{SHANGHAI_OFFSET_MINUTES, business_day};
use store::partner::PartnerRow;
use store::partner_request::{KindTotal, LineRow, RequestKind};
use store::partner_settlement::SettlementRow;
use store::{Connection, StoreError};

use super::notice;
use crate::points::Moment;

/// What began just before midnight may be written after it; a month is settled when that is over.
const SETTLING_MS: i64 = 600_000;

/// Why a month is not settled, or shown.
#[derive(Debug, thiserror::Error)]
pub enum SettlementError {
    /// The month was not settled.
    #[error("the partner's month was not settled")]
    Unknown,
    /// The month is under way.
    #[error("a month is settled from ten minutes after its end")]
    NotEnded,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A settled month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// What is stored of it.
    pub row: SettlementRow,
    /// Kinds with a request.
    pub lines: Vec<KindTotal>,
}

impl Settlement {
    /// Kinds that a settlement counts, in their order.
    pub const KINDS: [RequestKind; 5] = [
        RequestKind::Earn,
        RequestKind::Burn,
        RequestKind::ExchangeIn,
        RequestKind::ExchangeOut,
        RequestKind::GiveBack,
    ];

    /// The month.
    pub fn month(&self) -> Month {
        Month::from_number(self.row.month)
    }

    /// The line of a kind; of nothing where there was no request.
    pub fn line(&self, kind: RequestKind) -> KindTotal {
        let found = self.lines.iter().find(|line| line.kind == kind).copied();
        found.unwrap_or(KindTotal { kind, requests: 0, points: 0, units: 0 })
    }

    /// Points that the bank owes the partner, because they were spent there.
    pub fn payable(&self) -> i64 {
        let points = |kind| self.line(kind).points;
        points(RequestKind::Burn) + points(RequestKind::ExchangeOut) - points(RequestKind::GiveBack)
    }

    /// Points that the partner owes the bank, because it gave them.
    pub fn receivable(&self) -> i64 {
        self.line(RequestKind::Earn).points + self.line(RequestKind::ExchangeIn).points
    }

    /// Points that the bank owes after all, below zero when the partner does; disputes that were resolved are in it.
    pub fn net(&self) -> i64 {
        self.payable() - self.receivable() + self.row.adjustment
    }

    /// Minor units of so many points; what is less than one is dropped, whoever pays. Nothing while no value of points
    /// was agreed, or when the amount is too large to count.
    pub fn amount(&self, points: i64) -> Option<i64> {
        let (of_points, amount) = self.row.value?;
        i64::try_from(i128::from(points) * i128::from(amount) / i128::from(of_points)).ok()
    }
}

/// First and last day of a month, as stored.
pub(super) fn days(month: Month) -> (i32, i32) {
    (month.first_day().number(), month.last_day().number())
}

/// Partners looked at in one transaction of [`settle_all`].
const PARTNERS_AT_ONCE: u32 = 100;

/// The latest months among which [`settle_all`] looks for one that was not settled.
const MONTHS_BACK: i32 = 36;

/// The last month that can be settled at an instant.
fn last_ended(moment: Moment<'_>) -> Month {
    business_day(moment.now_ms - SETTLING_MS, SHANGHAI_OFFSET_MINUTES).month().plus(-1)
}

/// Settles, for every partner, each month up to `last` that it has not settled, from that of its first request on; at
/// least `last` itself, and at most 36 months. `last` is the last month that has ended when nobody says. Answers how many
/// there were; a repeat settles what is missing. It opens transactions of its own.
pub fn settle_all<C: Connection>(
    connection: &mut C,
    last: Option<Month>,
    moment: Moment<'_>,
) -> Result<u64, SettlementError> {
    let ended = last_ended(moment);
    let last = last.unwrap_or(ended);
    if last > ended {
        return Err(SettlementError::NotEnded);
    }
    let (mut after, mut settled) = (String::new(), 0);
    loop {
        let (latest, of_page) = store::in_transaction(connection, |connection| {
            let page = store::partner::page(connection, &after, PARTNERS_AT_ONCE)?;
            let mut settled = 0;
            for partner in &page {
                settled += settle_missing(connection, partner, last, moment)?;
            }
            Ok::<_, SettlementError>((page.last().map(|latest| latest.partner_id.clone()), settled))
        })?;
        settled += of_page;
        let Some(latest) = latest else { return Ok(settled) };
        after = latest;
    }
}

/// Settles the months of a partner that it has not settled, up to `last`.
fn settle_missing<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    last: Month,
    moment: Moment<'_>,
) -> Result<u64, SettlementError> {
    let first = store::partner_request::first_day(connection, partner.partner_ref)?;
    let first = first.map_or(last, |day| Day::from_number(day).month());
    let first = first.clamp(last.plus(1 - MONTHS_BACK), last);
    let known = store::partner_settlement::months(connection, partner.partner_ref, first.number())?;
    let mut settled = 0;
    for month in (first.number()..=last.number()).filter(|month| !known.contains(month)) {
        settle(connection, partner, Month::from_number(month), moment)?;
        settled += 1;
    }
    Ok(settled)
}

/// Settles a month that has ended; again it answers what was found then. Call it inside a transaction.
pub fn settle<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    month: Month,
    moment: Moment<'_>,
) -> Result<Settlement, SettlementError> {
    let key = (partner.partner_ref, month.number());
    if store::partner_settlement::of_month(connection, key.0, key.1)?.is_some() {
        return settlement(connection, partner, month);
    }
    if month > last_ended(moment) {
        return Err(SettlementError::NotEnded);
    }
    let lines = store::partner_request::totals(connection, partner.partner_ref, days(month))?;
    let value = partner.terms.value;
    store::partner_settlement::add(connection, key, value, &lines, moment.person, moment.now_ms)?;
    let settled = settlement(connection, partner, month)?;
    if partner.terms.notify {
        notice::tell(connection, partner, &settled, moment.now_ms)?;
    }
    Ok(settled)
}

/// The settlement of a month.
pub fn settlement<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    month: Month,
) -> Result<Settlement, SettlementError> {
    let row = store::partner_settlement::of_month(connection, partner.partner_ref, month.number())?
        .ok_or(SettlementError::Unknown)?;
    let span = (month.number(), month.number());
    let lines = store::partner_settlement::lines(connection, partner.partner_ref, span)?;
    Ok(Settlement { row, lines: lines.into_iter().map(|(_, line)| line).collect() })
}

/// Settlements of months before a month, at most `limit`, the latest first.
pub fn settlements<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    before: Option<Month>,
    limit: u32,
) -> Result<Vec<Settlement>, SettlementError> {
    let before = before.map_or(i32::MAX, Month::number);
    let rows = store::partner_settlement::page(connection, partner.partner_ref, before, limit)?;
    let (Some(latest), Some(earliest)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let span = (earliest.month, latest.month);
    let lines = store::partner_settlement::lines(connection, partner.partner_ref, span)?;
    let of = |row: &SettlementRow| -> Vec<KindTotal> {
        let number = row.partner_settlement_ref;
        lines.iter().filter(|(of, _)| *of == number).map(|(_, line)| *line).collect()
    };
    Ok(rows.into_iter().map(|row| Settlement { lines: of(&row), row }).collect())
}

/// Where a page of a month's requests goes on: the day and the number of the last one.
pub type LinePlace = (i32, i64);

/// The place before all requests of a month.
pub(super) fn start(month: Month) -> LinePlace {
    (month.first_day().plus(-1).number(), i64::MAX)
}

/// Requests of a settled month after a place, at most `limit`.
pub fn lines<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    month: Month,
    after: Option<LinePlace>,
    limit: u32,
) -> Result<Vec<LineRow>, SettlementError> {
    settlement(connection, partner, month)?;
    let after = after.map_or(start(month), |after| after.max(start(month)));
    let to = days(month).1;
    Ok(store::partner_request::lines(connection, partner.partner_ref, after, to, limit)?)
}
