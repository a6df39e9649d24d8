//! Use cases: load, decide, save.

pub mod access;
pub mod asset;
pub mod assignment;
pub mod book;
pub mod churn;
pub mod intake;
mod job;
mod organisation;
pub mod outbox;
pub mod partner;
pub mod points;
pub mod proposal;
pub mod reward;
pub mod sale;
pub mod task;
pub mod tier;
