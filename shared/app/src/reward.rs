//! Rewards: the catalogue, what customers redeem, and how that is fulfilled or undone.

mod catalogue;
mod error;
mod price;
mod redeem;
mod step;
mod terms;

pub use catalogue::{
    Imported, NewReward, Offer, add_stock, create, import_codes, offer, offers, replace, retire,
};
pub use error::{CatalogueError, RedemptionError};
pub use redeem::{Detail, MakeCode, Order, cash_refund_due, detail, redeem};
pub use step::{Step, take_step, time_out};
pub use terms::TermsError;
