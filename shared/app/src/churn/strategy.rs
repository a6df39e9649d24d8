//! Strategies in force, and every list before them.

use std::collections::BTreeMap;

use domain::date::{Day, Month};
use domain::id::Id;
use domain::strategy::{Action, Addressee, Strategy, StrategyError, StrategyList, TimeOfDay};
use domain::tier::Status;
use store::churn_strategy::{StrategyRow, VersionRow};
use store::{Connection, StoreError};

use super::alert::{status_from_number, status_number};

/// Why strategies were not shown or replaced.
#[derive(Debug, thiserror::Error)]
pub enum StrategiesError {
    /// There is no such version.
    #[error("this version of the strategies is not known")]
    UnknownVersion,
    /// The list makes no sense.
    #[error(transparent)]
    Broken(#[from] StrategyError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A version of the list of strategies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrategyVersion {
    /// Its number, from 1.
    pub version: u32,
    /// The list.
    pub list: StrategyList,
    /// Who wrote it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
}

/// A version of the strategies; the one in force when none is named.
pub fn strategies<C: Connection>(
    connection: &mut C,
    version: Option<u32>,
) -> Result<StrategyVersion, StrategiesError> {
    let row = match version {
        None => store::churn_strategy::latest(connection)?,
        Some(version) => store::churn_strategy::by_version(connection, version)?,
    };
    let codes = store::tier::tier_codes(connection)?;
    Ok(read(row.ok_or(StrategiesError::UnknownVersion)?, &codes)?)
}

/// Replaces the whole list, which is then the next version; the list in force, given again, stays the version it is.
/// Call it inside a transaction.
pub fn replace_strategies<C: Connection>(
    connection: &mut C,
    strategies: Vec<Strategy>,
    person: &str,
    now_ms: i64,
) -> Result<StrategyVersion, StrategiesError> {
    let codes = store::tier::tier_codes(connection)?;
    let list = StrategyList::parse(strategies, codes.values().map(String::as_str))?;
    let before = store::churn_strategy::latest(connection)?.map(|row| read(row, &codes)).transpose()?;
    let version = match before {
        Some(before) if before.list == list => return Ok(before),
        Some(before) => before.version + 1,
        None => 1,
    };
    let row = VersionRow {
        version,
        strategies: list.strategies().iter().map(write).collect(),
        created_by: person.to_owned(),
        created_at: now_ms,
    };
    store::churn_strategy::add(connection, &row)?;
    Ok(StrategyVersion { version, list, created_by: row.created_by, created_at: now_ms })
}

fn write(strategy: &Strategy) -> StrategyRow {
    StrategyRow {
        id: strategy.id.as_str().to_owned(),
        status: status_number(strategy.status),
        tiers: strategy.tiers.clone(),
        action: strategy.action.name().to_owned(),
        to: strategy.to.map(|to| to.name().to_owned()),
        due_days: strategy.due_days,
        send_from: strategy.send_from.map(|time| time.to_string()),
    }
}

/// Codes of tiers are never taken away, so that a list that made sense once still does.
fn read(row: VersionRow, codes: &BTreeMap<u8, String>) -> Result<StrategyVersion, StoreError> {
    let damaged = || StoreError::Damaged("a version of the strategies does not have its form".to_owned());
    let strategies: Option<Vec<Strategy>> = row.strategies.into_iter().map(strategy).collect();
    let list = StrategyList::parse(strategies.ok_or_else(damaged)?, codes.values().map(String::as_str))
        .map_err(|_| damaged())?;
    Ok(StrategyVersion { version: row.version, list, created_by: row.created_by, created_at: row.created_at })
}

fn strategy(row: StrategyRow) -> Option<Strategy> {
    Some(Strategy {
        id: Id::parse(&row.id).ok()?,
        status: status_from_number(row.status)?,
        tiers: row.tiers,
        action: Action::parse(&row.action)?,
        to: match row.to {
            None => None,
            Some(name) => Some(Addressee::parse(&name)?),
        },
        due_days: row.due_days,
        send_from: match row.send_from {
            None => None,
            Some(text) => Some(TimeOfDay::parse(&text).ok()?),
        },
    })
}

/// An alert that a check has just opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Opened {
    /// Whose.
    pub customer_ref: u32,
    /// The tier, by its number.
    pub tier_ref: u8,
    /// The status entered.
    pub status: Status,
    /// First month of the spell.
    pub first_month: Month,
    /// Date of the check.
    pub opened_on: Day,
}

/// The strategies in force, as a page of a check uses them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strategies {
    list: StrategyList,
    codes: BTreeMap<u8, String>,
}

impl Strategies {
    /// Reads them; load them once a page.
    pub(crate) fn load<C: Connection>(connection: &mut C) -> Result<Self, StoreError> {
        let codes = store::tier::tier_codes(connection)?;
        let latest = store::churn_strategy::latest(connection)?.map(|row| read(row, &codes)).transpose()?;
        Ok(Self { list: latest.map(|latest| latest.list).unwrap_or_default(), codes })
    }

    /// The code of a tier; empty for a number that no scheme has.
    pub(super) fn code(&self, tier_ref: u8) -> &str {
        self.codes.get(&tier_ref).map_or("", String::as_str)
    }

    /// The one of that id.
    pub(super) fn by_id(&self, id: &str) -> Option<&Strategy> {
        self.list.strategies().iter().find(|strategy| strategy.id.as_str() == id)
    }

    /// Those about an alert, in the bank's order.
    pub(super) fn about(&self, alert: &Opened) -> impl Iterator<Item = &Strategy> {
        let (status, code) = (alert.status, self.code(alert.tier_ref));
        self.list.strategies().iter().filter(move |strategy| strategy.is_about(status, code))
    }
}
