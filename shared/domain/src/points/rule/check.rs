//! What one rule alone can break.

use super::*;
use crate::balance::AMOUNT_LIMIT;
use crate::id::is_id;

/// What makes no sense in a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct RuleError {
    /// JSON pointer of the member to look at, `/caps/1/points`.
    pub pointer: String,
    /// What the member should be.
    pub reason: &'static str,
}

impl RuleError {
    /// At that place, for that reason.
    pub fn new(pointer: impl Into<String>, reason: &'static str) -> Self {
        Self { pointer: pointer.into(), reason }
    }
}

fn insist(holds: bool, pointer: impl Into<String>, reason: &'static str) -> Result<(), RuleError> {
    if holds { Ok(()) } else { Err(RuleError::new(pointer, reason)) }
}

fn insist_on_points(points: i64, pointer: impl Into<String>) -> Result<(), RuleError> {
    insist((1..=MOST_POINTS).contains(&points), pointer, "points are above zero and at most 1000000000000")
}

impl Rule {
    /// Checks everything but the condition, which is checked when it is parsed.
    pub fn check(&self) -> Result<(), RuleError> {
        insist(is_id(&self.id), "/id", "the id of a rule is asked for")?;
        self.check_events()?;
        self.check_earning()?;
        self.check_multipliers()?;
        self.check_caps()?;
        let campaign = self.campaign.as_deref();
        insist(campaign.is_none_or(is_id), "/campaign_id", "the id of a campaign is asked for")?;
        self.expiry.check()?;
        insist(self.pending_days <= MOST_PENDING_DAYS, "/pending_days", "0 to 3660 days are asked for")?;
        let is_forward = !matches!((self.from, self.to), (Some(from), Some(to)) if to < from);
        insist(is_forward, "/to", "the last day is not before the first")
    }

    fn check_events(&self) -> Result<(), RuleError> {
        insist(!self.events.is_empty(), "/events", "name a type of event")?;
        insist(self.events.len() <= MOST_EVENTS, "/events", "a rule is about at most 50 types of events")?;
        for (place, event) in self.events.iter().enumerate() {
            let pointer = || format!("/events/{place}");
            insist(is_id(event), pointer(), "a type has 1 to 64 characters of an id")?;
            insist(!self.events[..place].contains(event), pointer(), "the type is named before")?;
        }
        Ok(())
    }

    fn check_earning(&self) -> Result<(), RuleError> {
        match self.earning {
            Earning::PerAmount { points, per, .. } => {
                insist_on_points(points, "/earn/per_amount/points")?;
                let is_amount = (1..=AMOUNT_LIMIT).contains(&per);
                insist(is_amount, "/earn/per_amount/per", "an amount above zero is asked for")
            }
            Earning::Fixed { points } => insist_on_points(points, "/earn/fixed/points"),
            Earning::Referral { customer, referrer } => {
                insist_on_points(customer, "/earn/referral/customer")?;
                insist_on_points(referrer, "/earn/referral/referrer")?;
                let is_referral = self.events == [REFERRAL];
                insist(is_referral, "/events", "a referral is earned by events of type referral alone")
            }
        }
    }

    fn check_multipliers(&self) -> Result<(), RuleError> {
        let multipliers = &self.multipliers;
        insist(multipliers.len() <= MOST_MULTIPLIERS, "/multipliers_bp", "at most 50 tiers are asked for")?;
        for (place, (tier, bp)) in multipliers.iter().enumerate() {
            let pointer = || format!("/multipliers_bp/{}", tier.replace('~', "~0").replace('/', "~1"));
            insist(!tier.is_empty(), pointer(), "the code of a tier is asked for")?;
            insist(*bp <= MOST_MULTIPLIER_BP, pointer(), "a multiplier is 0 to 1000000 basis points")?;
            let is_known = multipliers[..place].iter().any(|(known, _)| known == tier);
            insist(!is_known, pointer(), "the tier is named before")?;
        }
        Ok(())
    }

    fn check_caps(&self) -> Result<(), RuleError> {
        for (place, cap) in self.caps.iter().enumerate() {
            insist_on_points(cap.points, format!("/caps/{place}/points"))?;
            let is_known = self.caps[..place].iter().any(|known| known.per == cap.per);
            insist(!is_known, format!("/caps/{place}/per"), "there is a cap of this time before")?;
        }
        Ok(())
    }
}
