//! Sales attribution: who is credited for a sale, and with how much of it.
//!
//! Known: the rule of the product, the assignment of the buyer, what people registered, what is booked and what was
//! taken back. Promised: the lines of a sale add up to what of its amount was not taken back as soon as somebody is
//! credited, whatever steps were taken in whatever order; a line once booked is never changed.

use std::cmp::Reverse;

mod deciding;
mod dividing;
mod restating;
mod rule;

pub use deciding::{
    AdjustmentError, Assigned, Person, automatic, by_default, check_adjustment, is_due, ratio, registered,
};
pub use dividing::{Line, divide, lines_between, standing};
pub use restating::{Phase, restated};
pub use rule::{Automatic, DefaultTo, MOST_DAYS, MOST_WEIGHT_BP, Ratio, Rule, RuleError, SellingUnit, Split};

use crate::name::meaning;

/// What somebody is credited as. The order is that in which shares are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Sold.
    Seller = 1,
    /// Sent the customer to the seller.
    Referrer = 2,
    /// The selling organisation itself, where nobody else can be credited.
    Organisation = 3,
}

impl Role {
    /// The stable names, in the order of the numbers.
    pub const NAMES: [(&'static str, Self); 3] =
        [("seller", Self::Seller), ("referrer", Self::Referrer), ("organisation", Self::Organisation)];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seller => "seller",
            Self::Referrer => "referrer",
            Self::Organisation => "organisation",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        meaning(&Self::NAMES, name)
    }

    /// The number it is stored as.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// The role of a stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::NAMES.into_iter().map(|(_, role)| role).find(|role| role.number() == number)
    }
}

/// What a line of the credit ledger was booked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The buyer is assigned.
    Automatic = 1,
    /// Somebody registered, or withdrew a registration.
    Registration = 2,
    /// Nobody registered in time.
    Default = 3,
    /// A branch manager decided otherwise.
    Adjustment = 4,
    /// The sale was taken back, in part or as a whole.
    Reversal = 5,
}

impl Step {
    /// The stable names, in the order of the numbers.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("automatic", Self::Automatic),
        ("registration", Self::Registration),
        ("default", Self::Default),
        ("adjustment", Self::Adjustment),
        ("reversal", Self::Reversal),
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Registration => "registration",
            Self::Default => "default",
            Self::Adjustment => "adjustment",
            Self::Reversal => "reversal",
        }
    }

    /// The step of that name.
    pub fn parse(name: &str) -> Option<Self> {
        meaning(&Self::NAMES, name)
    }

    /// The number it is stored as.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// The step of a stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::NAMES.into_iter().map(|(_, step)| step).find(|step| step.number() == number)
    }
}

/// Where a sale stands: what decided last who is credited for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Nobody is credited yet.
    Waiting,
    /// The assignment of the buyer.
    Automatic,
    /// Registrations.
    Manual,
    /// The default, when the window had closed.
    Default,
    /// A branch manager.
    Adjusted,
}

impl State {
    /// The stable names.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("waiting", Self::Waiting),
        ("automatic", Self::Automatic),
        ("manual", Self::Manual),
        ("default", Self::Default),
        ("adjusted", Self::Adjusted),
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Automatic => "automatic",
            Self::Manual => "manual",
            Self::Default => "default",
            Self::Adjusted => "adjusted",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        meaning(&Self::NAMES, name)
    }
}

/// Somebody's part of a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Share {
    /// Number of the employee; 0 for the organisation itself, which the role tells from an employee of this number.
    pub employee_ref: u32,
    /// What it is for.
    pub role: Role,
    /// The part, in basis points.
    pub share_bp: u32,
}

impl Share {
    /// A seller's part.
    pub const fn seller(employee_ref: u32, share_bp: u32) -> Self {
        Self { employee_ref, role: Role::Seller, share_bp }
    }

    /// A referrer's part.
    pub const fn referrer(employee_ref: u32, share_bp: u32) -> Self {
        Self { employee_ref, role: Role::Referrer, share_bp }
    }

    /// The part of the selling organisation itself.
    pub const fn organisation(share_bp: u32) -> Self {
        Self { employee_ref: 0, role: Role::Organisation, share_bp }
    }

    /// Whose part it is.
    const fn whose(self) -> (Role, u32) {
        (self.role, self.employee_ref)
    }

    /// The order of the shares of a sale: sellers, then referrers, then the organisation; of a role the larger share,
    /// then the lower number. It follows from the shares alone, so that ties of a division end alike in every step.
    const fn order(self) -> (Role, Reverse<u32>, u32) {
        (self.role, Reverse(self.share_bp), self.employee_ref)
    }
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
