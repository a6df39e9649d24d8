//! How the programme does: what was given, spent and lost in a span, how many members take part, and what it costs.

use std::collections::BTreeMap;

use domain::date::Day;
use domain::points::EntryKind;
use store::{Connection, StoreError};

use super::liability::{Grouping, key_of, named, sees};

/// Sums of a span, in points and customers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// Given: by rules, partners, exchange and adjustment.
    pub issued: i64,
    /// Spent on rewards and at partners, less what was cancelled.
    pub redeemed: i64,
    /// Ended unspent in the span, booked or not.
    pub expired: i64,
    /// Taken back with what had earned them.
    pub returned: i64,
    /// Customers who had points by the end of the span; one who was merged into another is no member any more. Told by
    /// organisation alone.
    pub members: i64,
    /// Of them: earned or spent in the span.
    pub active_members: i64,
}

/// A share in basis points, rounded down; none of nothing, and none that is out of range.
pub fn share_bp(part: i64, whole: i64) -> Option<i64> {
    if whole <= 0 {
        return None;
    }
    i64::try_from((i128::from(part) * 10_000).div_euclid(i128::from(whole))).ok()
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct MeasureQuestion<'a> {
    /// First and last day.
    pub days: (Day, Day),
    /// Sums are told apart by it.
    pub by: Grouping,
    /// Organisations by number; `None`: all.
    pub organisations: Option<&'a [bool]>,
    /// Now, in milliseconds.
    pub now_ms: i64,
}

/// Everything, and by the group's id.
pub type Measured = (Measures, Vec<(Option<String>, Measures)>);

/// The measures of a span.
pub fn measures<C: Connection>(
    connection: &mut C,
    question: &MeasureQuestion<'_>,
) -> Result<Measured, StoreError> {
    let (from, to) = (question.days.0.number(), question.days.1.number());
    let mut groups: BTreeMap<u32, Measures> = BTreeMap::new();
    let mut total = Measures::default();
    let mut add = |organisation_ref: u32, key: Option<u32>, change: &dyn Fn(&mut Measures)| {
        if sees(question.organisations, organisation_ref) {
            change(&mut total);
            if let Some(key) = key {
                change(groups.entry(key).or_default());
            }
        }
    };
    for sum in store::points_report::kind_sums(connection, (from, to))? {
        let key = key_of(question.by, sum.dimension);
        add(sum.dimension.organisation_ref, Some(key), &|measures| count(measures, sum.kind, sum.points));
    }
    // A lot ends the day after its last day.
    let ended = (from.saturating_sub(1), to.saturating_sub(1));
    for (dimension, points) in store::points_report::ended_unbooked(connection, ended, question.now_ms)? {
        let key = key_of(question.by, dimension);
        add(dimension.organisation_ref, Some(key), &|measures| measures.expired += points);
    }
    for count in store::points_report::members(connection, (from, to))? {
        let key = (question.by == Grouping::Organisation).then_some(count.organisation_ref);
        add(count.organisation_ref, key, &|measures| {
            measures.members += count.members;
            measures.active_members += count.active;
        });
    }
    Ok((total, named(connection, question.by, groups)?))
}

fn count(measures: &mut Measures, kind: EntryKind, points: i64) {
    match kind {
        EntryKind::Earn | EntryKind::PartnerEarn | EntryKind::ExchangeIn | EntryKind::AdjustUp => {
            measures.issued += points;
        }
        EntryKind::Redeem | EntryKind::PartnerBurn | EntryKind::ExchangeOut => measures.redeemed += points,
        EntryKind::GiveBack
        | EntryKind::PartnerGiveBack
        | EntryKind::Reinstate
        | EntryKind::PartnerReinstate => measures.redeemed -= points,
        EntryKind::Expire => measures.expired += points,
        EntryKind::Return => measures.returned += points,
        EntryKind::TransferIn
        | EntryKind::DebtMoved
        | EntryKind::TransferOut
        | EntryKind::AdjustDown
        | EntryKind::Repay
        | EntryKind::Owe => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_down_and_none_of_nothing() {
        assert_eq!(share_bp(1, 3), Some(3_333));
        assert_eq!(share_bp(0, 5), Some(0));
        assert_eq!(share_bp(-1, 3), Some(-3_334));
        assert_eq!(share_bp(5, 0), None);
        assert_eq!(share_bp(i64::MAX, 1), None);
        assert_eq!(share_bp(i64::MAX, i64::MAX), Some(10_000));
    }
}
