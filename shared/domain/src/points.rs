//! Points: lots, the double entry ledger, and the rules by which points are earned, spent, returned and end.

pub mod condition;
pub mod earning;
pub mod entry;
pub mod exchange;
pub mod expiry;
pub mod lot;
pub mod returning;
pub mod rule;

pub use entry::{Account, Cause, EntryKind};
pub use lot::{Balance, Dimension, Lot, LotState, NewLot, ReturnPolicy, SpendError, Taking};
