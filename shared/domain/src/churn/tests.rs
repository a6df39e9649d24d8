//! The alerts of one customer over months.

use std::collections::BTreeMap;

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

/// Alerts of one customer as the store keeps them, and the checks made so far.
#[derive(Default)]
struct Checked {
    alerts: Vec<Alert>,
    /// Spells and recovery on the date of each check.
    sights: BTreeMap<i32, (Vec<Spell>, bool)>,
}

impl Checked {
    /// Makes a check, and says how many alerts it was the first to open and to close.
    fn check(&mut self, month: i32, spells: Vec<Spell>, recovered: bool) -> (usize, usize) {
        self.sights.insert(month, (spells, recovered));
        let sights = || {
            self.sights.range(month..).map(|(month, (spells, recovered))| Sight {
                as_of: day(*month),
                spells,
                recovered: |_| *recovered,
            })
        };
        // As in the store: what was closed before is looked at only where an alert would be new.
        let is_over = |alert: &Alert| alert.closed.is_some_and(|(on, _)| on < day(month));
        let (over, mut alerts): (Vec<Alert>, Vec<Alert>) = self.alerts.iter().cloned().partition(is_over);
        follow(&mut alerts, sights(), day(month));
        if alerts.iter().any(|alert| alert.stored.is_none()) {
            follow(&mut self.alerts, sights(), day(month));
        } else {
            self.alerts = over.into_iter().chain(alerts).collect();
        }
        let opened = self.alerts.iter().filter(|alert| alert.opened_by(day(month))).count();
        let closed = self.alerts.iter().filter(|alert| alert.closed_by(day(month))).count();
        for alert in &mut self.alerts {
            let (opened_on, closed, gaps) = (alert.opened_on, alert.closed, alert.gaps.clone());
            alert.stored = Some(Stored { opened_on, closed, gaps });
        }
        (opened, closed)
    }

    /// Checks of months by what each of them sees.
    fn seeing(sights: &[(i32, Vec<i32>)]) -> Self {
        let mut checked = Self::default();
        for (month, below) in sights {
            checked.check(*month, at(below, *month), true);
        }
        checked
    }

    fn of(below: &[i32], months: impl IntoIterator<Item = i32>) -> Self {
        let sights: Vec<(i32, Vec<i32>)> = months.into_iter().map(|month| (month, below.to_vec())).collect();
        Self::seeing(&sights)
    }
}

type Shown = Vec<(Status, i32, i32, Option<i32>)>;

fn shown(alerts: &[Alert]) -> Shown {
    // What was taken back is no alert; that it once was told does depend on the order.
    let withdrawn = |alert: &&Alert| matches!(alert.closed, Some((_, Closing::Withdrawn)));
    let mut shown: Shown = alerts
        .iter()
        .filter(|alert| !withdrawn(alert))
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
    let checked = Checked::of(&[1, 2, 3], 0..6);
    assert_eq!(
        shown(&checked.alerts),
        [
            (Status::Observed, 1, 1, Some(4)),
            (Status::Attention, 1, 2, Some(4)),
            (Status::Churned, 1, 3, Some(4))
        ]
    );
    let recovered = |alert: &Alert| alert.closed.is_some_and(|(_, why)| why == Closing::Recovered);
    assert!(checked.alerts.iter().all(recovered));
}

#[test]
fn a_check_made_again_changes_nothing() {
    let below = [1, 2, 4];
    let mut checked = Checked::of(&below, 0..6);
    let before = shown(&checked.alerts);
    for month in [5, 0, 3, 1, 4, 2] {
        assert_eq!(checked.check(month, at(&below, month), true), (0, 0), "month {month}");
    }
    assert_eq!(shown(&checked.alerts), before);
}

#[test]
fn corrected_figures_that_lengthen_a_spell_open_no_second_alert_of_a_status() {
    let mut checked = Checked::default();
    checked.check(2, vec![spell(Status::Observed, 2)], true);
    checked.check(3, vec![spell(Status::Observed, 1)], true);
    assert_eq!(shown(&checked.alerts), [(Status::Observed, 2, 2, None)]);
}

#[test]
fn a_spell_that_was_lengthened_later_has_one_standing_alert_a_status_in_either_order() {
    let (known, corrected) = ((2, spell(Status::Observed, 2)), (3, spell(Status::Observed, 1)));
    for order in [vec![known, corrected], vec![corrected, known, corrected]] {
        let mut checked = Checked::default();
        for (month, spell) in order {
            checked.check(month, vec![spell], true);
        }
        assert_eq!(shown(&checked.alerts), [(Status::Observed, 2, 2, None)]);
    }
}

#[test]
fn a_tier_that_an_override_holds_for_years_keeps_its_alert() {
    let mut checked = Checked::default();
    for month in 13..40 {
        // Not more than thirteen months are counted.
        checked.check(month, vec![spell(Status::Churned, month - 12)], true);
    }
    assert_eq!(shown(&checked.alerts), [(Status::Churned, 1, 13, None)]);
}

#[test]
fn what_ends_otherwise_is_not_called_recovered() {
    let mut checked = Checked::default();
    checked.check(2, vec![spell(Status::Observed, 2)], true);
    assert_eq!(checked.check(3, vec![], false), (0, 1));
    assert_eq!(checked.alerts[0].closed, Some((day(3), Closing::Superseded)));
}

#[test]
fn an_alert_that_the_same_day_no_longer_shows_is_withdrawn_and_found_again_stands_again() {
    let mut checked = Checked::default();
    assert_eq!(checked.check(5, vec![spell(Status::Observed, 5)], true), (1, 0));
    assert_eq!(checked.check(5, vec![], true), (0, 1));
    assert_eq!(checked.alerts[0].closed, Some((day(5), Closing::Withdrawn)));
    checked.check(6, vec![spell(Status::Observed, 5)], true);
    assert_eq!(shown(&checked.alerts), [(Status::Observed, 5, 6, None)]);
}

#[test]
fn an_earlier_check_that_tells_of_another_spell_takes_the_later_alert_back() {
    // A check of the ninth month cannot know that the customer stood higher in the sixth, which nobody checked.
    let below = [3, 4, 5, 7, 8, 9];
    assert_eq!(shown(&Checked::of(&below, [9, 5]).alerts), shown(&Checked::of(&below, [5, 9]).alerts));
}

#[test]
fn a_spell_that_is_told_of_only_after_a_recovery_is_a_new_alert_in_every_order() {
    // In January below; in February figures were late and all seemed well; since March it is known to last from December.
    let sights = [(1, vec![1]), (2, vec![]), (3, vec![0, 1, 2, 3])];
    let [january, february, march] = sights;
    let expected = shown(&Checked::seeing(&[january.clone(), february.clone(), march.clone()]).alerts);
    let other = [january.clone(), march.clone(), february.clone()];
    assert_eq!(shown(&Checked::seeing(&other).alerts), expected);
    let again = [january, february.clone(), march, february];
    assert_eq!(shown(&Checked::seeing(&again).alerts), expected);
}

mod laws {
    use super::*;
    use proptest::prelude::*;

    fn figures() -> impl Strategy<Value = Vec<i32>> {
        proptest::collection::vec(any::<bool>(), 10)
            .prop_map(|below| (0..10).filter(|month| below[*month as usize]).collect())
    }

    proptest! {
        #[test]
        fn checks_in_any_order_lead_to_the_same_alerts(
            below in figures(),
            corrected in proptest::collection::vec(proptest::option::weighted(0.3, figures()), 10),
            order in Just((0..10).collect::<Vec<i32>>()).prop_shuffle(),
            checks in 1_usize..10,
            again in proptest::collection::vec(0_usize..10, 0..4),
        ) {
            // Each check sees the figures that were known to the review before it.
            let sight = |month: i32| {
                let seen = corrected[month as usize].as_ref().unwrap_or(&below);
                (month, seen.clone())
            };
            let made: Vec<i32> = order.into_iter().take(checks).collect();
            let mut sorted = made.clone();
            sorted.sort_unstable();
            let repeated = again.into_iter().map(|place| made[place % made.len()]);
            let made: Vec<_> = made.iter().copied().chain(repeated).map(sight).collect();
            let sorted: Vec<_> = sorted.into_iter().map(sight).collect();
            prop_assert_eq!(shown(&Checked::seeing(&made).alerts), shown(&Checked::seeing(&sorted).alerts));
        }
    }
}
