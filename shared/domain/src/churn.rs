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

/// A time in which an alert did not stand: from one check to a later one, which found its spell again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Date of the check that had closed it.
    pub closed_on: Day,
    /// Why.
    pub closing: Closing,
    /// Date of the check that found it again.
    pub reopened_on: Day,
}

/// What is stored of an alert besides its spell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// When it was opened.
    pub opened_on: Day,
    /// When it was closed, and why.
    pub closed: Option<(Day, Closing)>,
    /// In between it did not stand.
    pub gaps: Vec<Gap>,
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
    /// Times in between in which it did not stand, the earliest first.
    pub gaps: Vec<Gap>,
    /// What is stored of it; `None`: nothing yet.
    pub stored: Option<Stored>,
}

impl Alert {
    /// True when it has to be written.
    pub fn changed(&self) -> bool {
        let is = |stored: &Stored| {
            (stored.opened_on, stored.closed) == (self.opened_on, self.closed) && stored.gaps == self.gaps
        };
        !self.stored.as_ref().is_some_and(is)
    }

    /// True when the check of that date is the first to find it.
    pub fn opened_by(&self, check: Day) -> bool {
        self.stored.is_none() && self.opened_on == check
    }

    /// True when the check of that date is the first to find it gone.
    pub fn closed_by(&self, check: Day) -> bool {
        let closed_on = |closed: Option<(Day, Closing)>| closed.map(|(on, _)| on);
        closed_on(self.closed) == Some(check)
            && self.stored.as_ref().is_some_and(|stored| closed_on(stored.closed) != Some(check))
    }

    /// Goes back to what was known before a day on which the alert was open already.
    fn rewind(&mut self, day: Day) {
        if self.closed.is_some_and(|(on, _)| on >= day) {
            self.closed = None;
        }
        while let Some(gap) = self.gaps.pop_if(|gap| gap.reopened_on >= day) {
            self.closed = (gap.closed_on < day).then_some((gap.closed_on, gap.closing));
        }
    }

    fn is(&self, spell: &Spell) -> bool {
        (self.spell.tier_ref, self.spell.status, self.spell.first_month)
            == (spell.tier_ref, spell.status, spell.first_month)
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

/// What a check sees of one customer on its date.
pub struct Sight<'a, R> {
    /// The date.
    pub as_of: Day,
    /// The spells of that date.
    pub spells: &'a [Spell],
    /// Tells of a tier's number whether the customer stands as high again.
    pub recovered: R,
}

/// Brings one customer's alerts up to what a check and the later ones see, the earliest first.
///
/// All that the earliest and later checks have ever said is forgotten and found again, so that the order in which checks
/// are made does not matter. An alert that is not found again was told to people: it stays, as withdrawn on the day it
/// was opened.
pub fn follow<'a, R: Fn(u8) -> bool>(
    alerts: &mut Vec<Alert>,
    sights: impl IntoIterator<Item = Sight<'a, R>>,
    from: Day,
) {
    let mut forgotten: Vec<Alert> = Vec::new();
    alerts.retain_mut(|alert| {
        if alert.opened_on >= from {
            forgotten.push(alert.clone());
            return false;
        }
        alert.rewind(from);
        true
    });
    for sight in sights {
        open(alerts, &sight, &mut forgotten);
        close(alerts, &sight);
    }
    alerts.extend(forgotten.into_iter().map(|mut alert| {
        alert.closed = Some((alert.opened_on, Closing::Withdrawn));
        alert.gaps.clear();
        alert
    }));
}

fn open<R>(alerts: &mut Vec<Alert>, sight: &Sight<'_, R>, forgotten: &mut Vec<Alert>) {
    let as_of = sight.as_of;
    for spell in sight.spells {
        let of_spell = |alert: &Alert| {
            let alike = alert.spell.tier_ref == spell.tier_ref && alert.spell.status == spell.status;
            let during = spell.or_earlier || alert.opened_on.month() >= spell.first_month;
            alike && (alert.is(spell) || alert.closed.is_none() && during)
        };
        // One that stands comes first: a customer has not two of a spell.
        let standing = alerts.iter().position(|alert| alert.closed.is_none() && of_spell(alert));
        if let Some(place) = standing.or_else(|| alerts.iter().position(of_spell)) {
            let alert = &mut alerts[place];
            match alert.closed.take() {
                Some((_, Closing::Withdrawn)) => alert.opened_on = as_of,
                Some((closed_on, closing)) => alert.gaps.push(Gap { closed_on, closing, reopened_on: as_of }),
                None => {}
            }
            continue;
        }
        let known = forgotten.iter().position(|alert| alert.is(spell)).map(|place| forgotten.remove(place));
        let stored = known.and_then(|alert| alert.stored);
        alerts.push(Alert { spell: *spell, opened_on: as_of, closed: None, gaps: Vec::new(), stored });
    }
}

fn close<R: Fn(u8) -> bool>(alerts: &mut [Alert], sight: &Sight<'_, R>) {
    for alert in alerts.iter_mut().filter(|alert| alert.closed.is_none()) {
        let of_tier = || sight.spells.iter().filter(|spell| spell.tier_ref == alert.spell.tier_ref);
        if of_tier().any(|spell| spell.or_earlier || spell.first_month <= alert.opened_on.month()) {
            continue;
        }
        let recovered = of_tier().next().is_none() && (sight.recovered)(alert.spell.tier_ref);
        let closing = if recovered { Closing::Recovered } else { Closing::Superseded };
        alert.closed = Some((sight.as_of, closing));
    }
}

#[cfg(test)]
mod tests;
