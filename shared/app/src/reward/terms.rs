//! What terms a reward may have.

use std::collections::BTreeSet;

use store::reward::{Fulfilment, Price, Terms};
use store::{Connection, StoreError};

use super::CatalogueError;

/// The largest number of points, or of minor units of money, that a piece may cost.
const MOST_PRICE: i64 = 1_000_000_000_000;

/// The largest stock that is given at once.
pub(super) const MOST_PIECES: i64 = 1_000_000_000;

/// The largest limit of a customer.
const MOST_PER_CUSTOMER: i64 = 1_000_000;

/// A minute to thirty days.
const CONFIRM_SECONDS: std::ops::RangeInclusive<u32> = 60..=2_592_000;

/// A rule that terms break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct TermsError {
    /// Where they do.
    pub pointer: String,
    /// What is asked for.
    pub detail: &'static str,
}

fn holds(is_right: bool, pointer: &str, detail: &'static str) -> Result<(), TermsError> {
    if is_right { Ok(()) } else { Err(TermsError { pointer: pointer.to_owned(), detail }) }
}

/// A stock, when the reward is new or more of it arrives.
pub(super) fn check_pieces(pieces: i64, least: i64, pointer: &str) -> Result<(), TermsError> {
    let detail = "a whole number of pieces, at most 1000000000";
    holds((least..=MOST_PIECES).contains(&pieces), pointer, detail)
}

fn check_plain(price: Price, terms: &Terms) -> Result<(), TermsError> {
    let is_price = |amount: &i64| (1..=MOST_PRICE).contains(amount);
    holds(is_price(&price.points), "/price/points", "1 to 1000000000000 points")?;
    let is_cash = price.cash.as_ref().is_none_or(is_price);
    holds(is_cash, "/price/cash", "money above zero, at most 10000000000.00")?;
    let is_limit = terms.limit.is_none_or(|limit| (1..=MOST_PER_CUSTOMER).contains(&limit.per_customer));
    holds(is_limit, "/limit/per_customer", "1 to 1000000 pieces")?;
    let is_span = terms.from_on.zip(terms.to_on).is_none_or(|(from, to)| from <= to);
    holds(is_span, "/to", "the last day is not before the first")?;
    let by_code = terms.fulfilment == Fulfilment::Code;
    let detail = "where codes come from is said when codes are the fulfilment, and only then";
    holds(by_code == terms.codes.is_some(), "/codes", detail)?;
    let by_partner = terms.fulfilment == Fulfilment::Partner;
    let only_partners = "only of a reward that a partner delivers";
    holds(by_partner || terms.partner_id.is_none(), "/partner_id", only_partners)?;
    let Some(seconds) = terms.confirm_within_seconds else { return Ok(()) };
    holds(by_partner, "/confirm_within_seconds", only_partners)?;
    holds(CONFIRM_SECONDS.contains(&seconds), "/confirm_within_seconds", "60 to 2592000 seconds")
}

fn check_tiers<C: Connection>(connection: &mut C, tiers: &[String]) -> Result<(), CatalogueError> {
    holds(!tiers.is_empty(), "/tiers", "at least one tier; leave it out when the reward is for everybody")?;
    let known: BTreeSet<String> = store::tier::tier_codes(connection)?.into_values().collect();
    let mut seen = BTreeSet::new();
    for (place, tier) in tiers.iter().enumerate() {
        let pointer = format!("/tiers/{place}");
        holds(known.contains(tier), &pointer, "no scheme has this tier")?;
        holds(seen.insert(tier), &pointer, "the tier is named more than once")?;
    }
    Ok(())
}

/// Checks terms by themselves, and against the tiers and partners that there are.
pub(super) fn check<C: Connection>(
    connection: &mut C,
    price: Price,
    terms: &Terms,
) -> Result<(), CatalogueError> {
    check_plain(price, terms)?;
    if let Some(tiers) = &terms.tiers {
        check_tiers(connection, tiers)?;
    }
    if let Some(id) = &terms.partner_id {
        holds(is_partner(connection, id)?, "/partner_id", "there is no partner of this id")?;
    }
    Ok(())
}

fn is_partner<C: Connection>(connection: &mut C, partner_id: &str) -> Result<bool, StoreError> {
    Ok(store::partner::by_id(connection, partner_id)?.is_some())
}
