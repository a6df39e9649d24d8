//! Assignments: which employees answer for a customer, and for how much of the customer each.
//!
//! Known: the managers with their roles and shares. Promised: shares that were found right have one primary manager,
//! name nobody twice, and add up to the whole.

use thiserror::Error;

/// The whole of a customer, in basis points.
pub const WHOLE_BP: u32 = 10_000;

/// What a manager is to a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ManagerRole {
    /// Answers for the customer; there is exactly one.
    Primary = 1,
    /// Has a share of the customer.
    Secondary = 2,
}

impl ManagerRole {
    /// The stable names, in the order of the numbers.
    pub const NAMES: [(&'static str, Self); 2] = [("primary", Self::Primary), ("secondary", Self::Secondary)];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(its, _)| *its == name).map(|(_, role)| role)
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

/// One manager's part of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManagerShare {
    /// Number of the employee.
    pub employee_ref: u32,
    /// What the employee is to the customer.
    pub role: ManagerRole,
    /// The part, in basis points.
    pub share_bp: u32,
}

/// Why shares are refused. A place counts from 0, in the order given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SharesError {
    /// Nobody answers for the customer.
    #[error("one of the managers is the primary one")]
    NoPrimary,
    /// More than one answers for the customer.
    #[error("only one of the managers is the primary one")]
    TwoPrimaries,
    /// The employee at that place was named before.
    #[error("an employee is named once")]
    Twice {
        /// Place of the second mention.
        place: usize,
    },
    /// The share at that place is nothing, or more than the whole.
    #[error("a share is 1 to {WHOLE_BP} basis points")]
    Share {
        /// Place of the share.
        place: usize,
    },
    /// The shares do not add up to the whole.
    #[error("the shares add up to {is} basis points, not to {WHOLE_BP}")]
    Sum {
        /// What they add up to.
        is: u64,
    },
}

/// Whether an assignment may have these shares: first each of them, in order, then what they come to together.
pub fn check_shares(shares: &[ManagerShare]) -> Result<(), SharesError> {
    for (place, share) in shares.iter().enumerate() {
        if !(1..=WHOLE_BP).contains(&share.share_bp) {
            return Err(SharesError::Share { place });
        }
        if shares[..place].iter().any(|earlier| earlier.employee_ref == share.employee_ref) {
            return Err(SharesError::Twice { place });
        }
    }
    match shares.iter().filter(|share| share.role == ManagerRole::Primary).count() {
        0 => return Err(SharesError::NoPrimary),
        1 => {}
        _ => return Err(SharesError::TwoPrimaries),
    }
    let is = shares.iter().fold(0_u64, |sum, share| sum.saturating_add(u64::from(share.share_bp)));
    if is == u64::from(WHOLE_BP) { Ok(()) } else { Err(SharesError::Sum { is }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ManagerRole::{Primary, Secondary};

    /// Employee, role, share.
    type Given = (u32, ManagerRole, u32);

    fn shares(of: &[Given]) -> Vec<ManagerShare> {
        let share = |(employee_ref, role, share_bp): &Given| ManagerShare {
            employee_ref: *employee_ref,
            role: *role,
            share_bp: *share_bp,
        };
        of.iter().map(share).collect()
    }

    #[test]
    fn shares_have_one_primary_manager_name_nobody_twice_and_add_up_to_the_whole() {
        use SharesError::{NoPrimary, Share, Sum, Twice, TwoPrimaries};
        let table: [(&[Given], Result<(), SharesError>); 12] = [
            (&[(1, Primary, 10_000)], Ok(())),
            (&[(1, Secondary, 9_998), (2, Primary, 1), (3, Secondary, 1)], Ok(())),
            (&[], Err(NoPrimary)),
            (&[(1, Secondary, 10_000)], Err(NoPrimary)),
            (&[(1, Primary, 5_000), (2, Primary, 5_000)], Err(TwoPrimaries)),
            (&[(1, Primary, 5_000), (1, Secondary, 5_000)], Err(Twice { place: 1 })),
            (&[(1, Primary, 10_000), (2, Secondary, 0)], Err(Share { place: 1 })),
            (&[(1, Primary, 10_001)], Err(Share { place: 0 })),
            (&[(1, Primary, u32::MAX)], Err(Share { place: 0 })),
            (&[(1, Primary, 9_999)], Err(Sum { is: 9_999 })),
            (&[(1, Primary, 10_000), (2, Secondary, 1)], Err(Sum { is: 10_001 })),
            (&[(1, Primary, 1), (2, Secondary, 0), (1, Secondary, 1)], Err(Share { place: 1 })),
        ];
        for (given, expected) in table {
            assert_eq!(check_shares(&shares(given)), expected, "{given:?}");
        }
    }

    #[test]
    fn roles_read_as_they_are_written_and_stored() {
        for (name, role) in ManagerRole::NAMES {
            assert_eq!((role.name(), ManagerRole::parse(name)), (name, Some(role)));
            assert_eq!(ManagerRole::from_number(role.number()), Some(role));
        }
        assert_eq!((Primary.number(), Secondary.number()), (1, 2));
        assert_eq!((ManagerRole::parse("Primary"), ManagerRole::from_number(3)), (None, None));
    }
}
