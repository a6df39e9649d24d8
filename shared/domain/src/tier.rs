//! Customer tiers: who is 核心级 … 普通, who keeps a tier, who loses it and why.
//!
//! [`scheme`] holds the parameters, [`decision`] the rule for one customer, [`kernel`] the same rule over the columns of
//! the whole book, [`state`] what is held, [`effect`] what a run over the book adds up to,
//! [`explanation`] the words for people.

pub mod decision;
pub mod effect;
pub mod explanation;
pub mod kernel;
pub mod scheme;
mod scheme_error;
pub mod state;

pub use decision::{Decision, Facts, Held, Outcome, Override, OverrideKind, Status, decide};
pub use scheme::{Criterion, Scheme, Tier};
pub use scheme_error::SchemeError;
