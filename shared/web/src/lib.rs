//! HTTP manners: what every function does alike, so that a handler is parse, one use case, shape.
//!
//! A function crate lists [`Route`]s; [`serve`] finds the route, asks for the key and its scope, reads query and
//! body strictly, answers repeats from the store, and turns every failure into a problem document. Nothing here knows
//! Spin except [`edge`], so the same routes are called natively in tests.

pub mod base64;
pub mod body;
mod call;
pub mod csv;
#[cfg(target_arch = "wasm32")]
pub mod edge;
pub mod field;
#[cfg(not(target_arch = "wasm32"))]
mod field_schema;
mod instant;
pub mod key;
mod message;
#[cfg(not(target_arch = "wasm32"))]
pub mod openapi;
pub mod page;
mod pointer;
mod points;
mod problem;
mod query;
mod reach;
mod records;
mod report;
mod route;
mod serve;
mod share;
pub mod signature;
mod slug;

pub use app::access::{Caller, Scope, Scopes};
pub use call::Call;
pub use message::{Answer, Method, Request};
pub use points::{ExpiringPoints, PointsBalance};
pub use problem::{FieldError, Problem};
pub use query::Query;
pub use reach::Reach;
pub use report::{BatchReport, RefusedRecord};
pub use route::{Repeat, Route};
pub use serve::serve;
pub use slug::Slug;
