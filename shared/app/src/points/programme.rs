//! The settings of the points programme.

use store::points_programme::{ProgrammeDefinition, ProgrammeRow};
use store::{Connection, StoreError};

use super::Moment;

/// Why settings were not changed.
#[derive(Debug, thiserror::Error)]
pub enum ProgrammeError {
    /// A figure is out of its range.
    #[error("{detail}")]
    Range {
        /// Pointer to it.
        pointer: &'static str,
        /// What it may be.
        detail: &'static str,
    },
    /// Points of ended lots would come back for fewer days.
    #[error("points that were issued would come back for fewer days after a cancelled redemption")]
    WouldDevalue {
        /// Points that customers hold.
        points: i64,
    },
    /// Who asked for a second person does not do without one alone.
    #[error("somebody else than who asked for four eyes has to do without them")]
    SamePerson,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// A rule is made active by somebody else than its author.
    pub four_eyes: bool,
    /// Days for which points of a cancelled redemption come back, when their lot has ended: 1 to 366.
    pub reinstate_days: u16,
    /// So many points, 1 to 1 000 000 000 …
    pub cost_points: i64,
    /// … cost the bank so much, 0 to 100 000 000 000 minor units.
    pub cost_minor: i64,
    /// Days of notice before a reward costs more points: 0 to 366.
    pub price_notice_days: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            four_eyes: false,
            reinstate_days: 30,
            cost_points: 1_000,
            cost_minor: 1_000,
            price_notice_days: 0,
        }
    }
}

/// What is to be set; what is absent stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// A rule is made active by somebody else than its author.
    pub four_eyes: Option<bool>,
    /// Days for which points of a cancelled redemption come back, when their lot has ended.
    pub reinstate_days: Option<u16>,
    /// So many points cost the bank so much, in minor units.
    pub cost: Option<(i64, i64)>,
    /// Days of notice before a reward costs more points.
    pub price_notice_days: Option<u16>,
}

impl Settings {
    fn with(self, changes: Changes) -> Self {
        let (cost_points, cost_minor) = changes.cost.unwrap_or((self.cost_points, self.cost_minor));
        Self {
            four_eyes: changes.four_eyes.unwrap_or(self.four_eyes),
            reinstate_days: changes.reinstate_days.unwrap_or(self.reinstate_days),
            cost_points,
            cost_minor,
            price_notice_days: changes.price_notice_days.unwrap_or(self.price_notice_days),
        }
    }

    fn check(&self) -> Result<(), ProgrammeError> {
        let range = |holds: bool, pointer, detail| {
            if holds { Ok(()) } else { Err(ProgrammeError::Range { pointer, detail }) }
        };
        range((1..=366).contains(&self.reinstate_days), "/reinstate_days", "1 to 366 days")?;
        range(
            (1..=1_000_000_000).contains(&self.cost_points),
            "/point_cost/points",
            "1 to 1 000 000 000 points",
        )?;
        range(
            (0..=100_000_000_000).contains(&self.cost_minor),
            "/point_cost/amount",
            "an amount from 0.00 to 1 000 000 000.00",
        )?;
        range(self.price_notice_days <= 366, "/price_notice_days", "0 to 366 days")
    }
}

/// The settings in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programme {
    /// How often they were changed; 0: never.
    pub version: u32,
    /// A rule is made active by somebody else than its author.
    pub four_eyes: bool,
    /// Days for which points of a cancelled redemption come back, when their lot has ended.
    pub reinstate_days: u16,
    /// So many points …
    pub cost_points: i64,
    /// … cost the bank so much, in minor units.
    pub cost_minor: i64,
    /// Days of notice before a reward costs more points.
    pub price_notice_days: u16,
    /// Who changed them last, and when in milliseconds; nobody yet for version 0.
    pub changed: Option<(String, i64)>,
    four_eyes_by: Option<String>,
    earlier_reinstate_days: Vec<(u32, u16)>,
}

impl Programme {
    /// What can be set, as it is.
    pub fn settings(&self) -> Settings {
        Settings {
            four_eyes: self.four_eyes,
            reinstate_days: self.reinstate_days,
            cost_points: self.cost_points,
            cost_minor: self.cost_minor,
            price_notice_days: self.price_notice_days,
        }
    }

    /// Days for which points of a lot come back: those of today, or those of the terms (`points_lot.terms`) that the lot
    /// was issued with, whichever are more.
    pub fn reinstate_days_of(&self, terms: i64) -> u16 {
        let issued = self.earlier_reinstate_days.iter().find(|(version, _)| i64::from(*version) == terms);
        issued.map_or(0, |(_, days)| *days).max(self.reinstate_days)
    }

    /// What points cost the bank, in minor units, rounded down.
    pub fn cost(&self, points: i64) -> i64 {
        let cost = i128::from(points) * i128::from(self.cost_minor);
        let cost = cost.div_euclid(i128::from(self.cost_points.max(1)));
        i64::try_from(cost).unwrap_or(if cost < 0 { i64::MIN } else { i64::MAX })
    }
}

impl From<ProgrammeRow> for Programme {
    fn from(row: ProgrammeRow) -> Self {
        let definition = row.definition;
        Self {
            version: row.version,
            four_eyes: definition.four_eyes,
            reinstate_days: definition.reinstate_days,
            cost_points: definition.cost_points,
            cost_minor: definition.cost_minor,
            price_notice_days: definition.price_notice_days,
            changed: (row.version > 0).then_some((row.changed_by, row.changed_at)),
            four_eyes_by: definition.four_eyes_by,
            earlier_reinstate_days: definition.earlier_reinstate_days,
        }
    }
}

/// The settings in force: the first ones where nobody has changed any.
pub fn programme<C: Connection>(connection: &mut C) -> Result<Programme, StoreError> {
    let row = store::points_programme::load(connection)?;
    let nobody = Moment { now_ms: 0, today: domain::date::Day::from_number(0), person: "" };
    Ok(row.unwrap_or_else(|| first(nobody)).into())
}

/// Changes settings, which are then the next version; those in force, given again, stay the version they are. Four eyes
/// are given up by somebody else than who asked for them. Fewer days for points to come back are refused as long as
/// customers hold points, unless `grandfather` says that issued lots keep theirs. Call it inside a transaction.
pub fn change<C: Connection>(
    connection: &mut C,
    changes: Changes,
    grandfather: bool,
    moment: Moment<'_>,
) -> Result<Programme, ProgrammeError> {
    let before = programme(connection)?;
    let settings = before.settings().with(changes);
    settings.check()?;
    if before.version > 0 && before.settings() == settings {
        return Ok(before);
    }
    if settings.reinstate_days < before.reinstate_days && !grandfather {
        let points = store::points_rule::open_points(connection, None)?;
        if points > 0 {
            return Err(ProgrammeError::WouldDevalue { points });
        }
    }
    let four_eyes_by = match (before.four_eyes, settings.four_eyes) {
        (true, true) => before.four_eyes_by,
        (false, true) => Some(moment.person.to_owned()),
        (true, false) if before.four_eyes_by.as_deref() == Some(moment.person) => {
            return Err(ProgrammeError::SamePerson);
        }
        (_, false) => None,
    };
    let mut earlier = before.earlier_reinstate_days;
    earlier.push((before.version, before.reinstate_days));
    let row = ProgrammeRow {
        version: before.version + 1,
        definition: ProgrammeDefinition { four_eyes_by, ..definition(settings, earlier) },
        changed_by: moment.person.to_owned(),
        changed_at: moment.now_ms,
    };
    store::points_programme::put(connection, &row)?;
    Ok(row.into())
}

/// Writes down which rules are in force from now on. Call it in the transaction that changed them.
pub(super) fn renew_rules_digest<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
) -> Result<(), StoreError> {
    let digest = store::points_rule::active(connection)?.digest;
    store::points_programme::put_rules_digest(connection, digest, &first(moment))
}

/// Version 0.
fn first(moment: Moment<'_>) -> ProgrammeRow {
    ProgrammeRow {
        version: 0,
        definition: definition(Settings::default(), Vec::new()),
        changed_by: moment.person.to_owned(),
        changed_at: moment.now_ms,
    }
}

fn definition(settings: Settings, earlier_reinstate_days: Vec<(u32, u16)>) -> ProgrammeDefinition {
    ProgrammeDefinition {
        four_eyes: settings.four_eyes,
        four_eyes_by: None,
        reinstate_days: settings.reinstate_days,
        cost_points: settings.cost_points,
        cost_minor: settings.cost_minor,
        price_notice_days: settings.price_notice_days,
        earlier_reinstate_days,
    }
}
