//! Rules: pure, without IO, clock, randomness, SQL, JSON or HTTP.

// Money and points are integers; a float in a rule would round them.
#![deny(clippy::float_arithmetic)]

pub mod assignment;
pub mod balance;
pub mod book;
pub mod change;
pub mod churn;
pub mod date;
pub mod delivery;
pub mod id;
pub mod intake;
pub mod movement;
pub mod name;
pub mod points;
pub mod proposal;
pub mod retention;
pub mod sale;
pub mod signal;
pub mod strategy;
pub mod tier;
pub mod total;
