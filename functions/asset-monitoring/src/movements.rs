//! Whose assets rose or fell between two month ends.

use app::asset::{ChangeFilter, Moved, MovementFilter};
use domain::change::Trend;
use serde::Serialize;
use store::Connection;
use web::field::{Money, MonthText};
use web::page::foreign;
use web::{Answer, Call, Problem};

use crate::span::{months, sight};

/// A customer whose assets moved.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct MovementAnswer {
    /// Who.
    pub customer_id: String,
    /// The organisation.
    pub organisation_id: String,
    /// Assets at the end of the first month.
    pub before: Money,
    /// Assets at the end of the last month.
    pub after: Money,
    /// The rise, or the fall with a minus sign.
    pub change: Money,
}

fn shape(moved: Moved) -> MovementAnswer {
    MovementAnswer {
        customer_id: moved.member.customer_id,
        organisation_id: moved.member.organisation_id,
        before: Money(moved.change.before),
        after: Money(moved.change.after),
        change: Money(moved.change.amount()),
    }
}

/// `GET /assets/movements`
pub fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let months = months(connection, call, 1)?;
    let at_least = call.query.money("at_least")?.unwrap_or(1);
    if at_least < 1 {
        return Err(Problem::query(
            "at_least",
            "an amount above zero is asked for; falls count by their size",
        ));
    }
    let start = u32::try_from(page.after_integer()?.unwrap_or(0)).map_err(|_| foreign())?;
    let filter = MovementFilter { months, at_least, sight: sight(connection, call, None)? };
    let (found, next) = app::asset::movements(connection, &filter, start, page.limit as usize)?;
    let items: Vec<MovementAnswer> = found.into_iter().map(shape).collect();
    Answer::json(&page.list_until(items, next.map(|next| vec![next.into()])))
}

/// The largest rises or falls.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ChangesAnswer {
    /// First month.
    pub from: MonthText,
    /// Last month.
    pub to: MonthText,
    /// rise | fall.
    pub direction: &'static str,
    /// The largest first, equal ones by customer id.
    pub items: Vec<MovementAnswer>,
}

/// `GET /assets/changes`
pub fn largest<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let limit = call.query.page()?.limit as usize;
    let direction = call.query.read("direction", |name| {
        let found = Trend::NAMES.into_iter().find(|(known, _)| *known == name);
        found.ok_or("rise or fall is asked for")
    })?;
    let (direction, trend) = call.query.required("direction", direction)?;
    let months = months(connection, call, 1)?;
    let manager = call.query.id("manager_id")?;
    let filter = ChangeFilter { months, trend, sight: sight(connection, call, manager.as_ref())? };
    let found = app::asset::changes(connection, &filter, limit)?;
    let items = found.into_iter().map(shape).collect();
    let (from, to) = (MonthText(months.0), MonthText(months.1));
    Answer::json(&ChangesAnswer { from, to, direction, items })
}
