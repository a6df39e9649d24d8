//! Use cases: load, decide, save.

pub mod access;
pub mod asset;
pub mod book;
pub mod churn;
pub mod intake;
pub mod tier;
