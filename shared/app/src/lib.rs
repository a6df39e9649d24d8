//! Use cases: load, decide, save.

pub mod access;
pub mod book;
