//! Rules: pure, without IO, clock, randomness, SQL, JSON or HTTP.

pub mod balance;
pub mod book;
pub mod date;
pub mod id;
pub mod intake;
pub mod tier;
