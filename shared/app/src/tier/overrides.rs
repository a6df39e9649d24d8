//! Overrides: a person, with a reason and an end, overrules what the measures say at the next review.

use domain::date::Day;
use domain::tier::OverrideKind;
use store::Connection;
use store::tier_override::OverrideRow;

use super::TierError;

/// What is asked.
#[derive(Clone, Debug)]
pub struct NewOverride {
    /// What it does.
    pub kind: OverrideKind,
    /// The tier; a risk without one means the lowest.
    pub tier_code: Option<String>,
    /// overdue | fraud | manual.
    pub cause: String,
    /// In a person's words.
    pub reason: String,
    /// First day.
    pub from: Day,
    /// Last day.
    pub until: Option<Day>,
}

/// The name of a kind, as rows and answers have it.
pub fn kind_name(kind: OverrideKind) -> &'static str {
    match kind {
        OverrideKind::Risk => "risk",
        OverrideKind::Lock => "lock",
        OverrideKind::Floor => "floor",
    }
}

/// Makes an override; the same one asked for again is answered as the first time.
pub fn add_override<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
    new: &NewOverride,
    person: &str,
    now: i64,
) -> Result<OverrideRow, TierError> {
    if new.until.is_some_and(|until| until < new.from) {
        return Err(TierError::OverrideDates);
    }
    let scheme =
        store::tier::scheme_in_force(connection, new.from.number())?.ok_or(TierError::NothingInForce)?;
    let tiers = scheme.scheme.tiers();
    let tier = match (&new.tier_code, new.kind) {
        (Some(code), _) => scheme.scheme.position(code).map(|position| &tiers[position]),
        (None, OverrideKind::Risk) => tiers.last(),
        (None, OverrideKind::Lock | OverrideKind::Floor) => None,
    };
    let mut row = OverrideRow {
        tier_override_ref: 0,
        customer_ref,
        kind: kind_name(new.kind).to_owned(),
        tier_code: tier.ok_or(TierError::UnknownTier)?.code.clone(),
        cause: new.cause.clone(),
        reason: new.reason.clone(),
        from_on: new.from.number(),
        until_on: new.until.map(Day::number),
        created_by: person.to_owned(),
        created_at: now,
        ended_by: None,
        ended_on: None,
    };
    let same = |of: &OverrideRow| {
        let times = OverrideRow { tier_override_ref: 0, created_at: now, ..of.clone() };
        times == row
    };
    if let Some(existing) = overrides(connection, customer_ref)?.into_iter().find(same) {
        return Ok(existing);
    }
    row.tier_override_ref = store::tier_override::add_override(connection, &row)?;
    Ok(row)
}

/// Overrides of a customer, those that ended included, the latest first.
pub fn overrides<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
) -> Result<Vec<OverrideRow>, TierError> {
    Ok(store::tier_override::overrides_of(connection, customer_ref)?)
}

/// Ends an override from `day` on.
pub fn end_override<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
    number: i64,
    person: &str,
    day: Day,
) -> Result<(), TierError> {
    let known = overrides(connection, customer_ref)?.iter().any(|row| row.tier_override_ref == number);
    if !known {
        return Err(TierError::UnknownOverride);
    }
    Ok(store::tier_override::end_override(connection, number, person, day.number())?)
}
