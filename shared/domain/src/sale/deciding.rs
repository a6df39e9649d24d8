//! Who is credited: by the assignment, by registrations, by default, by adjustment.

use thiserror::Error;

use super::dividing::parts;
use super::rule::{Automatic, DefaultTo, Ratio, Rule, Split};
use super::{Role, Share};
use crate::assignment::{ManagerRole, ManagerShare, WHOLE_BP};
use crate::date::Day;

/// Somebody who may be credited, with what the organisation keeps for those who share a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// Number of the employee.
    pub employee_ref: u32,
    /// The part as a seller.
    pub seller_share_bp: Option<u32>,
    /// The part as a referrer.
    pub referrer_share_bp: Option<u32>,
}

/// The assignment of the buyer that stood on the day of the sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// Number of the organisation that it is kept at.
    pub organisation_ref: u32,
    /// The managers, and whether each worked on the day of the sale.
    pub managers: Vec<(ManagerShare, bool)>,
    /// Its number.
    pub assignment_ref: i64,
}

/// Who is credited without a registration, larger shares first; none when the sale waits.
///
/// A manager who did not work on the day of the sale is not credited. By shares, the others take over that part as
/// theirs stand to one another; a primary manager who left has no successor, and the sale waits.
pub fn automatic(rule: &Rule, selling_organisation: u32, assigned: Option<&Assigned>) -> Option<Vec<Share>> {
    let assigned = assigned?;
    let applies = match rule.automatic {
        Automatic::Never => false,
        Automatic::SameOrganisation => assigned.organisation_ref == selling_organisation,
        Automatic::Assigned => true,
    };
    if !applies {
        return None;
    }
    let mut sellers: Vec<Share> = assigned
        .managers
        .iter()
        .filter(|(manager, works)| {
            *works && (rule.split == Split::Shares || manager.role == ManagerRole::Primary)
        })
        .map(|(manager, _)| Share::seller(manager.employee_ref, manager.share_bp))
        .collect();
    sellers.sort_by_key(|share| share.order());
    let shares = scaled(&sellers, WHOLE_BP);
    (!shares.is_empty()).then_some(shares)
}

/// What registrations and the automatic shares say together, sellers first; none when there is no seller: a referrer
/// alone waits for one.
///
/// A registered seller takes the place of the automatic ones. Automatic sellers share with a referrer as the rule says:
/// a ratio of their own is that of one person. A caller who knows it of a single automatic seller gives that one as the
/// seller. That a referrer is not the seller is the caller's to check.
pub fn registered(
    rule: &Rule,
    automatic: Option<&[Share]>,
    seller: Option<&Person>,
    referrer: Option<&Person>,
) -> Option<Vec<Share>> {
    let sellers = match seller {
        Some(seller) => vec![Share::seller(seller.employee_ref, WHOLE_BP)],
        None => automatic.filter(|sellers| !sellers.is_empty())?.to_vec(),
    };
    let Some(referrer) = referrer else { return Some(sellers) };
    let ratio = seller.map_or(rule.referrer, |seller| ratio(rule, seller, referrer));
    Some(with_referrer(&sellers, referrer, ratio))
}

/// How a seller and a referrer share: as what the organisation keeps for the two, when it keeps both and not nothing of
/// either, otherwise as the rule says.
pub fn ratio(rule: &Rule, seller: &Person, referrer: &Person) -> Ratio {
    match (seller.seller_share_bp, referrer.referrer_share_bp) {
        (Some(own), Some(its)) if own > 0 || its > 0 => {
            let scaled = parts(i64::from(WHOLE_BP), &[own, its]);
            let seller_bp = scaled.first().map_or(0, |part| *part as u32);
            Ratio { seller_bp, referrer_bp: WHOLE_BP - seller_bp }
        }
        _ => rule.referrer,
    }
}

/// Who is credited when the window closed without a seller; nobody where the rule says so.
///
/// The organisation takes the place of a teller who is not known or did not work. A teller who registered as the
/// referrer is the seller of the whole: nobody refers to oneself.
pub fn by_default(rule: &Rule, teller: Option<&Person>, referrer: Option<&Person>) -> Vec<Share> {
    let teller = match rule.default {
        DefaultTo::Teller => teller,
        DefaultTo::Organisation => None,
        DefaultTo::Nobody => return Vec::new(),
    };
    let seller = match teller {
        Some(teller) => Share::seller(teller.employee_ref, WHOLE_BP),
        None => Share::organisation(WHOLE_BP),
    };
    let is_teller =
        |person: &&Person| teller.is_some_and(|teller| teller.employee_ref == person.employee_ref);
    let Some(referrer) = referrer.filter(|person| !is_teller(person)) else { return vec![seller] };
    let ratio = teller.map_or(rule.referrer, |teller| ratio(rule, teller, referrer));
    with_referrer(&[seller], referrer, ratio)
}

/// True when the default applies: registration ended on the day before.
pub fn is_due(sold_on: Day, rule: &Rule, as_of: Day) -> bool {
    rule.due_on(sold_on) <= as_of
}

/// The shares as they stand to one another, of another whole; shares of nothing are left out.
fn scaled(shares: &[Share], whole_bp: u32) -> Vec<Share> {
    let weights: Vec<u32> = shares.iter().map(|share| share.share_bp).collect();
    let scaled = parts(i64::from(whole_bp), &weights);
    let of = |(share, part): (&Share, i64)| Share { share_bp: part as u32, ..*share };
    shares.iter().zip(scaled).map(of).filter(|share| share.share_bp > 0).collect()
}

fn with_referrer(sellers: &[Share], referrer: &Person, ratio: Ratio) -> Vec<Share> {
    let mut shares = scaled(sellers, ratio.seller_bp);
    if ratio.referrer_bp > 0 {
        shares.push(Share::referrer(referrer.employee_ref, ratio.referrer_bp));
    }
    shares
}

/// Why an adjustment is refused. A place counts from 0, in the order given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AdjustmentError {
    /// Neither an employee nor the organisation sold.
    #[error("somebody is the seller, or the organisation itself is credited")]
    NoSeller,
    /// The share at that place is nothing, or more than the whole.
    #[error("a share is 1 to {WHOLE_BP} basis points")]
    Share {
        /// Place of the share.
        place: usize,
    },
    /// The share at that place is the organisation's and names an employee.
    #[error("the part of the organisation itself names no employee")]
    Organisation {
        /// Place of the share.
        place: usize,
    },
    /// The same was credited in the same role before.
    #[error("nobody is credited twice in one role")]
    Twice {
        /// Place of the second mention.
        place: usize,
    },
    /// The shares do not add up to the whole.
    #[error("the shares add up to {is} basis points, not to {WHOLE_BP}")]
    Sum {
        /// What they add up to.
        is: u64,
    },
}

/// Whether a sale may be credited so: first what each share says alone, then what they say together.
pub fn check_adjustment(shares: &[Share]) -> Result<(), AdjustmentError> {
    for (place, share) in shares.iter().enumerate() {
        if !(1..=WHOLE_BP).contains(&share.share_bp) {
            return Err(AdjustmentError::Share { place });
        }
        if share.role == Role::Organisation && share.employee_ref != 0 {
            return Err(AdjustmentError::Organisation { place });
        }
        if shares[..place].iter().any(|earlier| earlier.whose() == share.whose()) {
            return Err(AdjustmentError::Twice { place });
        }
    }
    if shares.iter().all(|share| share.role == Role::Referrer) {
        return Err(AdjustmentError::NoSeller);
    }
    let is = shares.iter().fold(0_u64, |sum, share| sum.saturating_add(u64::from(share.share_bp)));
    if is == u64::from(WHOLE_BP) { Ok(()) } else { Err(AdjustmentError::Sum { is }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adjustment_that_breaks_a_rule_is_refused_at_its_place() {
        let (seller, referrer) = (Share::seller, Share::referrer);
        let twice = Err(AdjustmentError::Twice { place: 1 });
        for (shares, expected) in [
            (vec![seller(1, WHOLE_BP)], Ok(())),
            (vec![Share::organisation(WHOLE_BP)], Ok(())),
            (vec![seller(1, 5_000), seller(2, 2_000), referrer(1, 3_000)], Ok(())),
            (vec![seller(0, 5_000), Share::organisation(5_000)], Ok(())),
            (vec![], Err(AdjustmentError::NoSeller)),
            (vec![referrer(1, WHOLE_BP)], Err(AdjustmentError::NoSeller)),
            (vec![seller(1, 5_000), seller(2, 0)], Err(AdjustmentError::Share { place: 1 })),
            (vec![seller(1, 10_001)], Err(AdjustmentError::Share { place: 0 })),
            (vec![seller(1, 5_000), seller(1, 5_000)], twice),
            (vec![Share::organisation(5_000), Share::organisation(5_000)], twice),
            (vec![seller(1, 5_000), seller(2, 4_999)], Err(AdjustmentError::Sum { is: 9_999 })),
            (vec![seller(1, WHOLE_BP), referrer(2, WHOLE_BP)], Err(AdjustmentError::Sum { is: 20_000 })),
            (
                vec![seller(1, 5_000), Share { employee_ref: 1, ..Share::organisation(5_000) }],
                Err(AdjustmentError::Organisation { place: 1 }),
            ),
        ] {
            assert_eq!(check_adjustment(&shares), expected, "{shares:?}");
        }
    }
}
