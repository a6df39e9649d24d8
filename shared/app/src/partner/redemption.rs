//! Redemptions of rewards that a partner delivers: it says whether it does.

use store::Connection;
use store::partner_request::{NewRequest, RequestKind};
use store::redemption::State;

use super::request::{Asked, row};
use crate::reward::{RedemptionError, Step, take_step};

/// What a partner says to a redemption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It delivers: the points are spent.
    Confirmed,
    /// It does not: points and pieces are free again.
    Refused,
}

/// A redemption that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Number of the request.
    pub number: i64,
    /// Where the redemption stands now.
    pub state: State,
    /// Its points.
    pub points: i64,
}

/// Confirms or refuses a redemption that waits for the partner. One that another partner delivers is not known. Call it
/// inside a transaction.
pub fn decide<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    redemption_ref: i64,
    answered: Answered,
) -> Result<Decided, RedemptionError> {
    let moment = asked.moment;
    let view = store::redemption::by_ref(connection, redemption_ref, moment.now_ms)?
        .ok_or(RedemptionError::UnknownRedemption)?;
    if view.row.partner_id.as_deref() != Some(asked.partner.partner_id.as_str()) {
        return Err(RedemptionError::UnknownRedemption);
    }
    // What was confirmed is cancelled by the bank alone, once it came back.
    if view.row.state != State::Reserved {
        return Err(RedemptionError::State { is: view.row.state.name() });
    }
    let (kind, step, state) = match answered {
        Answered::Confirmed => (RequestKind::Confirm, Step::Confirm, State::Confirmed),
        Answered::Refused => (RequestKind::Refuse, Step::Cancel { returned: false }, State::Void),
    };
    let row = row(asked, kind, view.row.customer_ref, view.row.points);
    let new = NewRequest { of_ref: Some(redemption_ref), ..row };
    let number = store::partner_request::add(connection, &new)?;
    take_step(connection, moment, &view, step)?;
    Ok(Decided { number, state, points: view.row.points })
}
