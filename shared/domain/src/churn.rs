//! Churn check: the alerts that held and lost tiers ask for, and how they follow from one check to the next.
//!
//! Known: held tiers of a chunk at a date, the alerts so far. Promised: one alert a customer, tier, status and spell; a
//! check changes nothing when it is made again, and checks made in any order lead to the same alerts.

use crate::date::{Day, Month};
use crate::tier::Status;
use crate::tier::state::{NO_TIER, TierStates, status_from_number};

/// Months without a break in which a customer is below the threshold of a tier that is held or was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// The tier, by the store's number.
    pub tier_ref: u8,
    /// How far it has come: observed, attention or churned.
    pub status: Status,
    /// Its first month.
    pub first_month: Month,
    /// True when months are only counted so far (a tier that an override holds): it began then or earlier.
    pub or_earlier: bool,
}

/// Why an alert was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// The customer meets the tier again.
    Recovered,
    /// The spell ended otherwise: another tier was lost since, or corrected figures tell of another spell.
    Superseded,
    /// On the day it was opened, the figures no longer showed it.
    Withdrawn,
}

/// An alert as the check sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// What it tells of.
    pub spell: Spell,
    /// Date of the earliest check that found it.
    pub opened_on: Day,
    /// Date of the earliest later check that found it gone, and why.
    pub closed: Option<(Day, Closing)>,
    /// True when it has to be written.
    pub changed: bool,
}

impl Alert {
    /// True when the alert stands on that day.
    pub fn stands_on(&self, day: Day) -> bool {
        self.opened_on <= day && self.closed.is_none_or(|(on, _)| on > day)
    }
}

/// The spells of the customer at `slot`: of the held tier, and of the lost one. `month` is that of the decisions.
pub fn spells(states: &TierStates, slot: usize, month: Month) -> impl Iterator<Item = Spell> {
    let began = |last: Month, months: u8| last.plus(1 - i32::from(months.max(1)));
    let held =
        status_from_number(states.status[slot]).filter(|status| *status != Status::Normal).map(|status| {
            Spell {
                tier_ref: states.tier[slot],
                status,
                first_month: began(month, states.months_below[slot]),
                or_earlier: status == Status::Churned,
            }
        });
    let lost = (states.lost_tier[slot] != NO_TIER).then(|| Spell {
        tier_ref: states.lost_tier[slot],
        status: Status::Churned,
        first_month: began(Day::from_number(states.lost_on[slot]).month(), states.lost_months[slot]),
        or_earlier: false,
    });
    held.into_iter().chain(lost)
}

/// True when the customer at `slot` has a spell: most have none, and cost two comparisons.
#[inline]
pub fn has_spell(states: &TierStates, slot: usize) -> bool {
    states.status[slot] > 1 || states.lost_tier[slot] != NO_TIER
}

/// Alerts that one check opened and closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Changes {
    /// Opened.
    pub opened: u64,
    /// Closed.
    pub closed: u64,
}

/// Brings one customer's alerts up to what the spells at a date say. `recovered` tells of a tier's number whether the
/// customer stands as high again.
pub fn reconcile(
    alerts: &mut Vec<Alert>,
    spells: &[Spell],
    as_of: Day,
    recovered: impl Fn(u8) -> bool,
) -> Changes {
    let mut changes = Changes::default();
    for spell in spells {
        let of_spell = |alert: &&mut Alert| {
            let during = alert.opened_on.month() >= spell.first_month && alert.opened_on <= as_of;
            // A later check found the spell longer than it was known to be on this date.
            let covered = alert.opened_on > as_of && alert.spell.first_month <= as_of.month();
            let standing = spell.or_earlier && alert.stands_on(as_of);
            alert.spell.tier_ref == spell.tier_ref
                && alert.spell.status == spell.status
                && (alert.spell.first_month == spell.first_month || during || covered || standing)
        };
        match alerts.iter_mut().find(of_spell) {
            Some(alert) => {
                if as_of < alert.opened_on {
                    (alert.opened_on, alert.changed) = (as_of, true);
                }
                if alert.closed.is_some_and(|(on, _)| on <= as_of) {
                    (alert.closed, alert.changed) = (None, true);
                }
            }
            None => {
                changes.opened += 1;
                alerts.push(Alert { spell: *spell, opened_on: as_of, closed: None, changed: true });
            }
        }
    }
    for alert in alerts.iter_mut().filter(|alert| alert.stands_on(as_of)) {
        let of_tier = || spells.iter().filter(|spell| spell.tier_ref == alert.spell.tier_ref);
        if of_tier().any(|spell| spell.or_earlier || spell.first_month <= alert.opened_on.month()) {
            continue;
        }
        let closing = if alert.opened_on == as_of {
            Closing::Withdrawn
        } else if of_tier().next().is_none() && recovered(alert.spell.tier_ref) {
            Closing::Recovered
        } else {
            Closing::Superseded
        };
        (alert.closed, alert.changed) = (Some((as_of, closing)), true);
        changes.closed += 1;
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLD: u8 = 2;

    fn day(month: i32) -> Day {
        Month::from_number(24_000 + month).last_day()
    }

    fn spell(status: Status, first: i32) -> Spell {
        let or_earlier = status == Status::Churned;
        Spell { tier_ref: GOLD, status, first_month: Month::from_number(24_000 + first), or_earlier }
    }

    /// What the spells of a customer who is below in these months look like at the end of a month.
    fn at(below: &[i32], month: i32) -> Vec<Spell> {
        let run = (0..=month).rev().take_while(|past| below.contains(past)).count() as i32;
        let status = match run {
            0 => return Vec::new(),
            1 => Status::Observed,
            2 => Status::Attention,
            _ => Status::Churned,
        };
        vec![spell(status, month + 1 - run)]
    }

    fn check(alerts: &mut Vec<Alert>, below: &[i32], done: &mut Vec<i32>, month: i32) -> Changes {
        let changes = reconcile(alerts, &at(below, month), day(month), |_| true);
        done.retain(|known| *known != month);
        done.push(month);
        done.sort_unstable();
        for later in done.iter().copied().filter(|later| *later > month).collect::<Vec<_>>() {
            reconcile(alerts, &at(below, later), day(later), |_| true);
        }
        changes
    }

    type Shown = Vec<(Status, i32, i32, Option<i32>)>;

    fn shown(alerts: &[Alert]) -> Shown {
        let mut shown: Shown = alerts
            .iter()
            .map(|alert| {
                let number = |day: Day| day.month().number() - 24_000;
                let first = alert.spell.first_month.number() - 24_000;
                (alert.spell.status, first, number(alert.opened_on), alert.closed.map(|(on, _)| number(on)))
            })
            .collect();
        shown.sort_by_key(|(status, first, ..)| (*first, *status as u8));
        shown
    }

    #[test]
    fn a_spell_opens_one_alert_a_status_and_recovery_closes_them() {
        let (mut alerts, mut done) = (Vec::new(), Vec::new());
        for month in 0..6 {
            check(&mut alerts, &[1, 2, 3], &mut done, month);
        }
        assert_eq!(
            shown(&alerts),
            [
                (Status::Observed, 1, 1, Some(4)),
                (Status::Attention, 1, 2, Some(4)),
                (Status::Churned, 1, 3, Some(4))
            ]
        );
        assert!(alerts.iter().all(|alert| alert.closed.is_some_and(|(_, why)| why == Closing::Recovered)));
    }

    #[test]
    fn a_check_made_again_changes_nothing() {
        let (mut alerts, mut done) = (Vec::new(), Vec::new());
        for month in 0..6 {
            check(&mut alerts, &[1, 2, 4], &mut done, month);
        }
        let before = shown(&alerts);
        for month in [5, 0, 3, 1, 4, 2] {
            assert_eq!(check(&mut alerts, &[1, 2, 4], &mut done, month), Changes::default(), "month {month}");
        }
        assert_eq!(shown(&alerts), before);
    }

    #[test]
    fn corrected_figures_that_lengthen_a_spell_open_no_second_alert_of_a_status() {
        let mut alerts = Vec::new();
        reconcile(&mut alerts, &[spell(Status::Observed, 2)], day(2), |_| true);
        reconcile(&mut alerts, &[spell(Status::Observed, 1)], day(3), |_| true);
        assert_eq!(shown(&alerts), [(Status::Observed, 2, 2, None)]);
    }

    #[test]
    fn a_spell_that_was_lengthened_later_has_one_alert_a_status_in_either_order() {
        let (known, corrected) = ((day(2), spell(Status::Observed, 2)), (day(3), spell(Status::Observed, 1)));
        for order in [vec![known, corrected], vec![corrected, known, corrected]] {
            let mut alerts = Vec::new();
            for (as_of, spell) in order {
                reconcile(&mut alerts, &[spell], as_of, |_| true);
            }
            assert_eq!((alerts.len(), alerts[0].opened_on, alerts[0].closed), (1, day(2), None));
        }
    }

    #[test]
    fn a_tier_that_an_override_holds_for_years_keeps_its_alert() {
        let mut alerts = Vec::new();
        for month in 13..40 {
            // Not more than thirteen months are counted.
            reconcile(&mut alerts, &[spell(Status::Churned, month - 12)], day(month), |_| true);
        }
        assert_eq!(shown(&alerts), [(Status::Churned, 1, 13, None)]);
    }

    #[test]
    fn what_ends_otherwise_is_not_called_recovered() {
        let mut alerts = Vec::new();
        reconcile(&mut alerts, &[spell(Status::Observed, 2)], day(2), |_| true);
        reconcile(&mut alerts, &[], day(3), |_| false);
        assert_eq!(alerts[0].closed, Some((day(3), Closing::Superseded)));
        reconcile(&mut alerts, &[spell(Status::Observed, 5)], day(5), |_| true);
        reconcile(&mut alerts, &[], day(5), |_| true);
        assert_eq!(alerts[1].closed, Some((day(5), Closing::Withdrawn)));
    }

    mod laws {
        use super::*;
        use proptest::prelude::*;

        proptest! {
            #[test]
            fn checks_in_any_order_lead_to_the_same_alerts(
                below in proptest::collection::vec(any::<bool>(), 12),
                order in Just((0..12).collect::<Vec<i32>>()).prop_shuffle(),
                checks in 1_usize..12,
            ) {
                let below: Vec<i32> = (0..12).filter(|month| below[*month as usize]).collect();
                let made: Vec<i32> = order.into_iter().take(checks).collect();
                let mut sorted = made.clone();
                sorted.sort_unstable();
                let run = |months: &[i32]| {
                    let (mut alerts, mut done) = (Vec::new(), Vec::new());
                    months.iter().for_each(|month| { check(&mut alerts, &below, &mut done, *month); });
                    shown(&alerts)
                };
                prop_assert_eq!(run(&made), run(&sorted));
            }
        }
    }
}
