//! What a product's rule says about crediting its sales.

use thiserror::Error;

use crate::assignment::WHOLE_BP;
use crate::date::Day;

/// Longest window of a rule, in days.
pub const MOST_DAYS: u16 = 366;

/// Heaviest weight in a plan: ten times the amount.
pub const MOST_WEIGHT_BP: u32 = 100_000;

/// Which organisation sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SellingUnit {
    /// The one where the transaction happened.
    Transaction,
    /// The one that keeps the buyer.
    Customer,
}

impl SellingUnit {
    /// The stable names.
    pub const NAMES: [(&'static str, Self); 2] =
        [("transaction", Self::Transaction), ("customer", Self::Customer)];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transaction => "transaction",
            Self::Customer => "customer",
        }
    }
}

/// When the managers of a buyer are credited without a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Automatic {
    /// Never.
    Never,
    /// When the buyer is assigned at the selling organisation.
    SameOrganisation,
    /// When the buyer is assigned, wherever that is.
    Assigned,
}

impl Automatic {
    /// The stable names.
    pub const NAMES: [(&'static str, Self); 3] =
        [("never", Self::Never), ("same_organisation", Self::SameOrganisation), ("assigned", Self::Assigned)];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::SameOrganisation => "same_organisation",
            Self::Assigned => "assigned",
        }
    }
}

/// Which managers of a buyer are credited automatically.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Split {
    /// The primary one, with all.
    Primary,
    /// Every one who works on the day, by the shares of the assignment.
    Shares,
}

impl Split {
    /// The stable names.
    pub const NAMES: [(&'static str, Self); 2] = [("primary", Self::Primary), ("shares", Self::Shares)];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Shares => "shares",
        }
    }
}

/// Who takes the place of the seller when the window closed without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DefaultTo {
    /// The teller; the selling organisation where no teller is known.
    Teller,
    /// The selling organisation.
    Organisation,
    /// Nobody: the sale is not credited.
    Nobody,
}

impl DefaultTo {
    /// The stable names.
    pub const NAMES: [(&'static str, Self); 3] =
        [("teller", Self::Teller), ("organisation", Self::Organisation), ("nobody", Self::Nobody)];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Teller => "teller",
            Self::Organisation => "organisation",
            Self::Nobody => "nobody",
        }
    }
}

/// How a seller and a referrer share a sale; together the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ratio {
    /// The seller's part, in basis points.
    pub seller_bp: u32,
    /// The referrer's part, in basis points.
    pub referrer_bp: u32,
}

/// How sales of a product are credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// Which organisation sold.
    pub selling: SellingUnit,
    /// When managers are credited without a registration.
    pub automatic: Automatic,
    /// Which of them.
    pub split: Split,
    /// Calendar days from the sale in which people register; 0: nobody can.
    pub window_days: u16,
    /// Who is credited afterwards.
    pub default: DefaultTo,
    /// For a seller and a referrer who have no ratio of their own.
    pub referrer: Ratio,
    /// Calendar days from the sale up to the last one of adjustment.
    pub adjustment_days: u16,
    /// What a sale counts for in a plan, in basis points of its amount.
    pub plan_weight_bp: u32,
}

/// What makes no sense in a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{detail}")]
pub struct RuleError {
    /// JSON pointer of the member within the rule, `/window_days`.
    pub pointer: &'static str,
    /// What the member should be.
    pub detail: &'static str,
}

impl Default for Rule {
    /// The rule of an insurance: the primary manager at the selling organisation, or who registers within five days, or
    /// the teller, who shares with a referrer as seven to three.
    fn default() -> Self {
        Self {
            selling: SellingUnit::Transaction,
            automatic: Automatic::SameOrganisation,
            split: Split::Primary,
            window_days: 5,
            default: DefaultTo::Teller,
            referrer: Ratio { seller_bp: 7_000, referrer_bp: 3_000 },
            adjustment_days: 30,
            plan_weight_bp: WHOLE_BP,
        }
    }
}

fn insist(holds: bool, pointer: &'static str, detail: &'static str) -> Result<(), RuleError> {
    if holds { Ok(()) } else { Err(RuleError { pointer, detail }) }
}

impl Rule {
    /// Whether the parts make sense together; the first reason against it.
    pub fn check(&self) -> Result<(), RuleError> {
        insist(self.window_days <= MOST_DAYS, "/window_days", "0 to 366 days are asked for")?;
        insist(self.adjustment_days <= MOST_DAYS, "/adjustment_days", "0 to 366 days are asked for")?;
        insist(
            self.adjustment_days >= self.window_days,
            "/adjustment_days",
            "adjustment does not end before registration does",
        )?;
        let Ratio { seller_bp, referrer_bp } = self.referrer;
        insist(
            u64::from(seller_bp) + u64::from(referrer_bp) == u64::from(WHOLE_BP),
            "/referrer",
            "the two parts add up to 10000 basis points",
        )?;
        insist(
            !(self.automatic == Automatic::Never && self.default == DefaultTo::Nobody),
            "/default",
            "never automatic and nobody by default leaves nobody to credit",
        )?;
        insist(
            !(self.window_days == 0 && self.default == DefaultTo::Nobody),
            "/default",
            "nobody by default without a day to register in leaves nobody to credit",
        )?;
        insist(
            self.plan_weight_bp <= MOST_WEIGHT_BP,
            "/plan_weight_bp",
            "0 to 100000 basis points are asked for",
        )
    }

    /// The organisation that sold, of the one of the transaction (not every feed tells it) and the one that keeps the
    /// buyer.
    pub fn selling_organisation(&self, of_transaction: Option<u32>, of_customer: u32) -> u32 {
        match self.selling {
            SellingUnit::Transaction => of_transaction.unwrap_or(of_customer),
            SellingUnit::Customer => of_customer,
        }
    }

    /// The day from which the default applies; people register on the days before it.
    pub fn due_on(&self, sold_on: Day) -> Day {
        sold_on.plus(i32::from(self.window_days))
    }

    /// The last day of adjustment.
    pub fn closes_on(&self, sold_on: Day) -> Day {
        sold_on.plus(i32::from(self.adjustment_days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BRANCH: u32 = 10;
    const ELSEWHERE: u32 = 11;

    #[test]
    fn a_rule_that_makes_no_sense_is_refused_at_the_member() {
        let rule = Rule::default();
        let ratio = |seller_bp, referrer_bp| Ratio { seller_bp, referrer_bp };
        for (rule, expected) in [
            (Rule { window_days: 0, adjustment_days: 0, ..rule }, None),
            (Rule { window_days: 366, adjustment_days: 366, ..rule }, None),
            (Rule { window_days: 367, adjustment_days: 367, ..rule }, Some("/window_days")),
            (Rule { adjustment_days: 367, ..rule }, Some("/adjustment_days")),
            (Rule { window_days: 31, ..rule }, Some("/adjustment_days")),
            (Rule { referrer: ratio(WHOLE_BP, 0), ..rule }, None),
            (Rule { referrer: ratio(7_000, 3_001), ..rule }, Some("/referrer")),
            (Rule { referrer: ratio(u32::MAX, 10_001), ..rule }, Some("/referrer")),
            (Rule { default: DefaultTo::Nobody, ..rule }, None),
            (Rule { automatic: Automatic::Never, ..rule }, None),
            (Rule { automatic: Automatic::Never, default: DefaultTo::Nobody, ..rule }, Some("/default")),
            (Rule { window_days: 0, default: DefaultTo::Nobody, ..rule }, Some("/default")),
            (Rule { window_days: 1, default: DefaultTo::Nobody, ..rule }, None),
            (Rule { plan_weight_bp: MOST_WEIGHT_BP, ..rule }, None),
            (Rule { plan_weight_bp: MOST_WEIGHT_BP + 1, ..rule }, Some("/plan_weight_bp")),
        ] {
            assert_eq!(rule.check().err().map(|error| error.pointer), expected, "{rule:?}");
        }
    }

    #[test]
    fn the_selling_organisation_is_that_of_the_transaction_or_the_one_that_keeps_the_buyer() {
        let of = |selling, transaction| {
            Rule { selling, ..Rule::default() }.selling_organisation(transaction, ELSEWHERE)
        };
        assert_eq!(of(SellingUnit::Transaction, Some(BRANCH)), BRANCH);
        assert_eq!(of(SellingUnit::Transaction, None), ELSEWHERE);
        assert_eq!(of(SellingUnit::Customer, Some(BRANCH)), ELSEWHERE);
    }
}
