//! The rule for one customer: measures in, tier and status out, with the reason.
//!
//! Known: the months' assets (newest first), trailing card spend, loans, valid cards, the held tier, an override.
//! Promised: the highest tier met wins; a tier held by assets is lost exactly when `months_below` exceeds its window;
//! the same inputs always give the same decision. Source: domain rules, section 1.

use super::scheme::{Criterion, Measure, Scheme, Tier};

/// What a decision looks at. `assets[0]` is the current month, `assets[k]` the k-th month before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts<'a> {
    /// Assets, newest month first; as many months as the scheme asks for.
    pub assets: &'a [i64],
    /// Card spend of twelve months.
    pub card_spend: i64,
    /// Secured loans, current month.
    pub secured_loans: i64,
    /// Unsecured loans, current month.
    pub unsecured_loans: i64,
    /// Bits of [`super::scheme::CardLevel`] with a valid card.
    pub cards: u8,
}

/// The tier that a customer holds before the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Never decided.
    Nothing,
    /// A tier of this scheme, by position.
    Tier(usize),
    /// A tier of an earlier scheme that this one does not have; it gives way to the highest tier met.
    Foreign,
}

/// Why a person overrules the measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverrideKind {
    /// Overdue or fraud: not above the tier, whatever the measures say.
    Risk,
    /// Exactly the tier.
    Lock,
    /// Not below the tier.
    Floor,
}

/// An override in force on the date, with the tier's position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Override {
    /// What it does.
    pub kind: OverrideKind,
    /// The tier it names.
    pub tier: usize,
}

/// Status of a holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// 正常
    Normal,
    /// 观测
    Observed,
    /// 关注
    Attention,
    /// 流失
    Churned,
}

/// What became of the held tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// First decision for the customer.
    First,
    /// To a higher tier.
    Upgraded,
    /// To a lower tier, without churn: the tier has no status, or an override or a new scheme did it.
    Downgraded,
    /// To a lower tier because the held one was below its threshold for too long.
    Churned,
    /// The held tier stays.
    Unchanged,
    /// From a tier that the scheme no longer has.
    Reassigned,
}

/// The decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// New tier.
    pub tier: usize,
    /// Highest tier met by the measures alone.
    pub met: usize,
    /// Months below of the new tier.
    pub months_below: u8,
    /// Status of the new tier; `None` where the tier has none.
    pub status: Option<Status>,
    /// Months below of the tier held before; 0 when there was none in this scheme.
    pub held_months_below: u8,
    /// What became of the held tier.
    pub outcome: Outcome,
    /// The override that changed the result, if one did.
    pub overridden: Option<OverrideKind>,
}

/// Decides one customer.
pub fn decide(scheme: &Scheme, facts: &Facts<'_>, held: Held, standing: &[Override]) -> Decision {
    let tiers = scheme.tiers();
    let met = tiers.iter().position(|tier| meets(tier, facts)).unwrap_or(tiers.len() - 1);
    settle(scheme, met, held, standing, |tier| months_below(&tiers[tier], facts))
}

/// The part of the rule that comes after measuring; the kernel and [`decide`] share it.
#[inline]
pub(super) fn settle(
    scheme: &Scheme,
    met: usize,
    held: Held,
    standing: &[Override],
    months_below: impl Fn(usize) -> u8,
) -> Decision {
    let (tier, overridden) = overrule(met, standing);
    let below = months_below(tier);
    let limits = |tier: usize| scheme.tiers()[tier].status;
    let mut decision = Decision {
        tier,
        met,
        months_below: below,
        status: limits(tier).map(|limits| status(below, limits.observed_to, limits.attention_to)),
        held_months_below: 0,
        outcome: Outcome::First,
        overridden,
    };
    decision.outcome = match held {
        Held::Nothing => Outcome::First,
        Held::Foreign => Outcome::Reassigned,
        Held::Tier(held) if held == tier => {
            decision.held_months_below = below;
            Outcome::Unchanged
        }
        Held::Tier(held) => {
            decision.held_months_below = months_below(held);
            if tier < held {
                Outcome::Upgraded
            } else if limits(held).is_some_and(|limits| decision.held_months_below > limits.attention_to) {
                Outcome::Churned
            } else {
                Outcome::Downgraded
            }
        }
    };
    decision
}

/// Risk comes first, then a lock, then a floor: what protects the bank outranks what favours the customer.
#[inline]
fn overrule(met: usize, standing: &[Override]) -> (usize, Option<OverrideKind>) {
    if standing.is_empty() {
        return (met, None);
    }
    let named =
        |kind| standing.iter().filter(move |standing| standing.kind == kind).map(|standing| standing.tier);
    // Positions grow downwards: of several floors or locks the highest tier counts, of several ceilings the lowest.
    let (tier, by) = match (named(OverrideKind::Lock).min(), named(OverrideKind::Floor).min()) {
        (Some(lock), _) => (lock, (lock != met).then_some(OverrideKind::Lock)),
        (None, Some(floor)) if floor < met => (floor, Some(OverrideKind::Floor)),
        _ => (met, None),
    };
    match named(OverrideKind::Risk).max() {
        Some(ceiling) if ceiling > tier => (ceiling, Some(OverrideKind::Risk)),
        _ => (tier, by),
    }
}

/// True when a criterion other than assets holds now.
#[inline]
pub(super) fn holds_otherwise(criterion: &Criterion, facts: &Facts<'_>) -> bool {
    match criterion {
        Criterion::Card(level) => facts.cards & level.bit() != 0,
        Criterion::Amount { measure, at_least, below } => {
            let amount = match measure {
                Measure::Assets => return false,
                Measure::CardSpend => facts.card_spend,
                Measure::SecuredLoans => facts.secured_loans,
                Measure::UnsecuredLoans => facts.unsecured_loans,
            };
            amount >= *at_least && below.is_none_or(|below| amount < below)
        }
    }
}

fn meets(tier: &Tier, facts: &Facts<'_>) -> bool {
    tier.any_of.is_empty() || months_below(tier, facts) <= tier.window_months
}

/// Months below the tier: 0 while a criterion other than assets holds now; otherwise the months, ending with the
/// current one, whose assets meet no assets criterion. Counting stops with the months that the scheme looks at.
/// A tier that can only be met otherwise is below for one month more than its window as soon as nothing holds.
pub fn months_below(tier: &Tier, facts: &Facts<'_>) -> u8 {
    if tier.any_of.is_empty() || tier.any_of.iter().any(|criterion| holds_otherwise(criterion, facts)) {
        return 0;
    }
    if !tier.any_of.iter().any(Criterion::is_assets) {
        return tier.window_months + 1;
    }
    let meets = |assets: &i64| tier.any_of.iter().any(|criterion| criterion.month_meets(*assets));
    facts.assets.iter().position(meets).unwrap_or(facts.assets.len()) as u8
}

fn status(months_below: u8, observed_to: u8, attention_to: u8) -> Status {
    match months_below {
        0 => Status::Normal,
        below if below <= observed_to => Status::Observed,
        below if below <= attention_to => Status::Attention,
        _ => Status::Churned,
    }
}

/// The criterion of a tier that holds, in the order of the scheme; an assets criterion holds within the window.
pub fn criterion_met(tier: &Tier, facts: &Facts<'_>) -> Option<usize> {
    let window = &facts.assets[..facts.assets.len().min(usize::from(tier.window_months) + 1)];
    tier.any_of.iter().position(|criterion| {
        holds_otherwise(criterion, facts) || window.iter().any(|assets| criterion.month_meets(*assets))
    })
}
