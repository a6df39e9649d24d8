//! Churn: the check and its alerts, retention cases, the report.

mod alert;
mod announce;
mod case;
mod check;
mod error;
mod escalation;
mod key_customer;
mod report;
mod signal;
mod strategy;
mod tier_name;

pub(crate) use alert::status_from_number;
pub use alert::{acknowledge, status_from_name, status_name};
pub use case::*;
pub use check::{Check, CheckRequest, check, unfinished};
pub use error::ChurnError;
pub use escalation::escalate;
pub use key_customer::{KeyCustomers, KeyLine, Standing, key_customers};
pub use report::{Counts, Report, ReportLine, report};
pub use signal::{Found, SignalFilter, signals};
pub use strategy::{StrategiesError, StrategyVersion, replace_strategies, strategies};
pub(crate) use tier_name::TierNames;
