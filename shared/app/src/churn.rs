//! Churn: the check and its alerts, retention cases, the report.

mod alert;
mod case;
mod check;
mod error;
mod report;
mod signal;

pub use alert::{acknowledge, status_from_name, status_name};
pub use case::*;
pub use check::{Check, CheckRequest, check};
pub use error::ChurnError;
pub use report::{Counts, Report, ReportLine, report};
pub use signal::{Found, signals};
