//! The customers of one chunk, one after the other.

use std::iter::Peekable;

use domain::book::{SLOTS, customer_at, slot_of};
use domain::churn::{Alert, Sight, Spell, follow, has_spell, spells};
use domain::tier::state::TierStates;
use store::churn_alert::AlertRow;
use store::{Connection, StoreError};

use super::{Found, Look};
use crate::churn::ChurnError;
use crate::churn::alert::{from_row, to_row};
use crate::churn::strategy::Opened;

/// What a page comes to.
#[derive(Default)]
pub(super) struct Written {
    pub rows: Vec<AlertRow>,
    /// Alerts that nobody has heard of.
    pub news: Vec<Opened>,
    /// Alerts that stand no longer.
    pub over: Vec<Opened>,
}

/// Brings the alerts of a chunk's customers into line, whose rows come next.
pub(super) fn check_chunk<C: Connection>(
    connection: &mut C,
    seen: &[(&Look, &TierStates)],
    chunk_id: u32,
    rows: &mut Peekable<impl Iterator<Item = AlertRow>>,
    found: &mut Found,
    written: &mut Written,
) -> Result<(), ChurnError> {
    let mut customer = OneCustomer { seen, alerts: Vec::new(), spells: vec![Vec::new(); seen.len()] };
    let mut with_news: Vec<u32> = Vec::new();
    for slot in 0..SLOTS {
        let customer_ref = customer_at(chunk_id, slot);
        let has_row = rows.peek().is_some_and(|row| row.customer_ref == customer_ref);
        if !has_row && !seen.iter().any(|(_, states)| has_spell(states, slot)) {
            continue;
        }
        customer.look(customer_ref, rows)?;
        if customer.alerts.iter().any(|alert| alert.stored.is_none()) {
            with_news.push(customer_ref);
        } else {
            customer.write(customer_ref, found, written);
        }
    }
    if with_news.is_empty() {
        return Ok(());
    }
    // What seems new may be known from long ago: of these few customers all alerts are looked at.
    let mut rows = store::churn_alert::all_of(connection, &with_news)?.into_iter().peekable();
    for customer_ref in with_news {
        customer.look(customer_ref, &mut rows)?;
        customer.write(customer_ref, found, written);
    }
    Ok(())
}

/// One customer of a chunk after the other; room is made once.
struct OneCustomer<'a> {
    seen: &'a [(&'a Look, &'a TierStates)],
    alerts: Vec<Alert>,
    spells: Vec<Vec<Spell>>,
}

impl OneCustomer<'_> {
    /// Brings the customer's alerts, whose rows come next, into line with what is seen.
    fn look(
        &mut self,
        customer_ref: u32,
        rows: &mut Peekable<impl Iterator<Item = AlertRow>>,
    ) -> Result<(), StoreError> {
        let slot = slot_of(customer_ref);
        self.alerts.clear();
        while let Some(row) = rows.next_if(|row| row.customer_ref == customer_ref) {
            self.alerts.push(from_row(&row)?);
        }
        for ((look, states), now) in self.seen.iter().zip(&mut self.spells) {
            now.clear();
            now.extend(spells(states, slot, look.reviewed_on.month()));
        }
        let sights = self.seen.iter().zip(&self.spells).map(|((look, states), now)| {
            let tier = look.positions.position(states.tier[slot]);
            let recovered = move |lost: u8| {
                tier.is_some_and(|tier| look.positions.position(lost).is_some_and(|lost| tier <= lost))
            };
            Sight { as_of: look.as_of, spells: now, recovered }
        });
        if let Some((first, _)) = self.seen.first() {
            follow(&mut self.alerts, sights, first.as_of);
        }
        Ok(())
    }

    fn write(&self, customer_ref: u32, found: &mut Found, written: &mut Written) {
        let Some((first, _)) = self.seen.first() else { return };
        for alert in self.alerts.iter().filter(|alert| alert.changed()) {
            found.alerts_opened += u64::from(alert.opened_by(first.as_of));
            found.alerts_closed += u64::from(alert.closed_by(first.as_of));
            written.rows.push(to_row(customer_ref, alert));
            let Spell { tier_ref, status, first_month, .. } = alert.spell;
            let told = Opened { customer_ref, tier_ref, status, first_month, opened_on: alert.opened_on };
            match (&alert.stored, alert.closed) {
                (None, None) => written.news.push(told),
                // What was told stays told: keys of messages and tasks are known.
                (Some(stored), None) if stored.closed.is_some() => written.news.push(told),
                (Some(stored), Some(_)) if stored.closed.is_none() => written.over.push(told),
                _ => {}
            }
        }
    }
}
