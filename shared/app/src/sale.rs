//! Sales: who is credited for each, from the transaction that tells of it to the last reversal.
//!
//! Intake hands over the transactions that it has written; employees register, and what nobody registered in time is
//! decided by the default; branch managers adjust; refunds take credit back. All of them write through one ledger, which
//! adds lines and changes none.

mod book;
mod colleague;
mod default_run;
mod notice;
mod product;
mod refund;
mod take_in;

pub mod adjustment;
pub mod performance;
pub mod plan;
pub mod ranking;
pub mod registration;
pub mod view;
pub mod work;

pub(crate) use book::{Booking, Ledger, book};
pub use colleague::Stranger;
pub use default_run::{DefaultRun, DefaultRunError, default_run};
pub(crate) use product::Rules;
pub use product::{
    CATEGORIES, NewProduct, ProductError, ProductView, add_version, create, find_product, products,
};
pub(crate) use take_in::take_in;
