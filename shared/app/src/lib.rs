//! Use cases: load, decide, save.

pub mod access;
pub mod asset;
pub mod book;
pub mod churn;
pub mod intake;
pub mod outbox;
pub mod task;
pub mod tier;
