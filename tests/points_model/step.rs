//! What can happen in a sequence.

use proptest::prelude::*;

/// Customers of a sequence.
pub const PEOPLE: usize = 2;

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Step {
    /// A purchase of so many units earns as many points, which end after so many days.
    Earn { who: usize, units: i64, days: usize },
    /// A reservation is posted in part.
    Spend { who: usize, points: i64, post: i64 },
    /// A reservation holds points for some days.
    Reserve { who: usize, points: i64, days: i64 },
    /// The oldest open reservation is given up.
    Void,
    /// Part of an earlier purchase comes back.
    Return { which: usize, units: i64 },
    /// From one to the other.
    Transfer { from: usize, points: i64 },
    /// What ended is booked.
    Expire,
    /// Time goes by.
    Wait { days: i64 },
}

/// Lengths of validity, one rule each.
pub const DAYS: [i64; 3] = [2, 5, 30];

pub fn step() -> impl Strategy<Value = Step> {
    let who = 0..PEOPLE;
    prop_oneof![
        4 => (who.clone(), 1..50_i64, 0..DAYS.len())
            .prop_map(|(who, units, days)| Step::Earn { who, units, days }),
        3 => (who.clone(), 1..60_i64, 0..60_i64)
            .prop_map(|(who, points, post)| Step::Spend { who, points, post }),
        2 => (who.clone(), 1..40_i64, 1..6_i64)
            .prop_map(|(who, points, days)| Step::Reserve { who, points, days }),
        1 => Just(Step::Void),
        3 => (0..8_usize, 1..60_i64).prop_map(|(which, units)| Step::Return { which, units }),
        2 => (who, 1..40_i64).prop_map(|(from, points)| Step::Transfer { from, points }),
        1 => Just(Step::Expire),
        2 => (1..4_i64).prop_map(|days| Step::Wait { days }),
    ]
}
