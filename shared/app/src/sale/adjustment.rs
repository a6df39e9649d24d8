//! Adjustments: a branch manager says who is credited for a sale. Whoever gains by the own word needs another person.

use domain::date::Day;
use domain::sale::{self, Role, Share, State, Step, check_adjustment};
use store::sale::SaleRow;
use store::sale_adjustment::{AdjustmentRow, AdjustmentState};
use store::{Connection, StoreError};

use super::colleague::{Stranger, are_colleagues, colleagues};
use super::view::{Credits, credits_of, is_reversed, seen};
use super::{Booking, Ledger, notice};
use crate::access::Caller;
use crate::points::Moment;

/// Most credits of an adjustment.
pub const MOST_CREDITS: usize = 50;

/// Why nothing was adjusted or decided. Nothing was changed. A place counts from 0, in the order given.
#[derive(Debug, thiserror::Error)]
pub enum AdjustmentError {
    /// No sale of this source and id, or one that the caller does not see.
    #[error("the sale is not known")]
    UnknownSale,
    /// None was ever made of this sale.
    #[error("the sale has no adjustment")]
    UnknownAdjustment,
    /// The last day of adjustment has passed.
    #[error("adjustment of this sale ended on {closes_on}")]
    Closed {
        /// That day.
        closes_on: Day,
    },
    /// All was taken back.
    #[error("the sale was taken back as a whole")]
    Reversed,
    /// Another one waits to be decided.
    #[error("an adjustment of the sale waits for another person")]
    Waits,
    /// It was decided.
    #[error("the adjustment is {is}")]
    Decided {
        /// Its state.
        is: &'static str,
    },
    /// What was told of an employee since it was submitted rules the credit out.
    #[error(
        "somebody whom the adjustment credits did not work at the organisation that sold on the day of the sale"
    )]
    Outdated,
    /// Who made it may not approve it.
    #[error("another person than the one who gains by it approves an adjustment")]
    SamePerson,
    /// More credits than anybody means.
    #[error("an adjustment has at most {MOST_CREDITS} credits")]
    TooMany,
    /// An employee is missing, or named for the organisation itself.
    #[error("a seller or referrer is an employee, and the organisation itself is none")]
    Employee {
        /// Place of the credit.
        place: usize,
    },
    /// The employee cannot be credited.
    #[error("{why}")]
    Stranger {
        /// Place of the credit.
        place: usize,
        /// Why not.
        why: Stranger,
    },
    /// The shares make no sense.
    #[error(transparent)]
    Shares(#[from] sale::AdjustmentError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A credit that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct NewCredit<'a> {
    /// Who; nobody for the organisation itself.
    pub employee_id: Option<&'a str>,
    /// As what.
    pub role: Role,
    /// How much of the sale, in basis points.
    pub share_bp: u32,
}

/// Adjusts who is credited: at once, unless the adjusting person gains by it; then it waits for another one. Those whom
/// it concerns are told, now and when it is decided. Call it inside a transaction.
pub fn adjust<C: Connection>(
    connection: &mut C,
    (caller, moment): (&Caller, Moment<'_>),
    transaction: (&str, &str),
    credits: &[NewCredit<'_>],
    reason: &str,
) -> Result<Credits, AdjustmentError> {
    let mut sale = seen(connection, caller, transaction)?.ok_or(AdjustmentError::UnknownSale)?;
    insist_on_time(&sale, moment.today)?;
    let latest = store::sale_adjustment::latest(connection, sale.sale_ref)?;
    if latest.is_some_and(|latest| latest.state == AdjustmentState::Submitted) {
        return Err(AdjustmentError::Waits);
    }
    let before = standing(connection, moment, &sale)?;
    let credits = shares(connection, (&sale, &before), credits)?;
    let waits = gains(connection, caller, &before, &credits)?;
    let mut row = AdjustmentRow {
        sale_adjustment_ref: 0,
        sale_ref: sale.sale_ref,
        credits,
        reason: reason.to_owned(),
        state: if waits { AdjustmentState::Submitted } else { AdjustmentState::Booked },
        created_by: moment.person.to_owned(),
        created_on: moment.today.number(),
        created_at: moment.now_ms,
        decided_by: None,
        decided_at: None,
    };
    row.sale_adjustment_ref = store::sale_adjustment::add(connection, &row)?;
    if !waits {
        book_adjusted(connection, moment, &mut sale, &row.credits)?;
    }
    notice::tell(connection, moment, (&sale, &row), &before)?;
    Ok(credits_of(connection, sale.sale_ref)?)
}

/// Approves the adjustment that waits and books it. Call it inside a transaction.
pub fn approve<C: Connection>(
    connection: &mut C,
    (caller, moment): (&Caller, Moment<'_>),
    transaction: (&str, &str),
) -> Result<Credits, AdjustmentError> {
    let (mut sale, mut row) = undecided(connection, caller, transaction)?;
    let before = standing(connection, moment, &sale)?;
    if row.created_by == moment.person || gains(connection, caller, &before, &row.credits)? {
        return Err(AdjustmentError::SamePerson);
    }
    insist_on_time(&sale, moment.today)?;
    if !are_colleagues(connection, &sale, &before, &row.credits)? {
        return Err(AdjustmentError::Outdated);
    }
    decide(connection, moment, &mut row, AdjustmentState::Booked)?;
    book_adjusted(connection, moment, &mut sale, &row.credits)?;
    notice::tell(connection, moment, (&sale, &row), &before)?;
    Ok(credits_of(connection, sale.sale_ref)?)
}

/// Rejects the adjustment that waits; who made it may take it back so. Call it inside a transaction.
pub fn reject<C: Connection>(
    connection: &mut C,
    (caller, moment): (&Caller, Moment<'_>),
    transaction: (&str, &str),
) -> Result<Credits, AdjustmentError> {
    let (sale, mut row) = undecided(connection, caller, transaction)?;
    let before = standing(connection, moment, &sale)?;
    decide(connection, moment, &mut row, AdjustmentState::Rejected)?;
    notice::tell(connection, moment, (&sale, &row), &before)?;
    Ok(credits_of(connection, sale.sale_ref)?)
}

fn decide<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    row: &mut AdjustmentRow,
    state: AdjustmentState,
) -> Result<(), StoreError> {
    row.state = state;
    let number = row.sale_adjustment_ref;
    store::sale_adjustment::decide(connection, number, state, moment.person, moment.now_ms)
}

fn undecided<C: Connection>(
    connection: &mut C,
    caller: &Caller,
    transaction: (&str, &str),
) -> Result<(SaleRow, AdjustmentRow), AdjustmentError> {
    let sale = seen(connection, caller, transaction)?.ok_or(AdjustmentError::UnknownSale)?;
    let row = store::sale_adjustment::latest(connection, sale.sale_ref)?
        .ok_or(AdjustmentError::UnknownAdjustment)?;
    match row.state {
        AdjustmentState::Submitted => Ok((sale, row)),
        decided => Err(AdjustmentError::Decided { is: decided.name() }),
    }
}

fn insist_on_time(sale: &SaleRow, today: Day) -> Result<(), AdjustmentError> {
    let closes_on = Day::from_number(sale.closes_on);
    if today > closes_on {
        return Err(AdjustmentError::Closed { closes_on });
    }
    if is_reversed(sale) {
        return Err(AdjustmentError::Reversed);
    }
    Ok(())
}

/// The credits as shares: of employees who worked at the selling organisation on the day of the sale, or are credited.
fn shares<C: Connection>(
    connection: &mut C,
    (sale, before): (&SaleRow, &[Share]),
    credits: &[NewCredit<'_>],
) -> Result<Vec<Share>, AdjustmentError> {
    if credits.len() > MOST_CREDITS {
        return Err(AdjustmentError::TooMany);
    }
    let is_odd = |credit: &NewCredit<'_>| (credit.role == Role::Organisation) == credit.employee_id.is_some();
    if let Some(place) = credits.iter().position(is_odd) {
        return Err(AdjustmentError::Employee { place });
    }
    let named: Vec<&str> = credits.iter().filter_map(|credit| credit.employee_id).collect();
    let mut found = colleagues(connection, sale, before, &named)?.into_iter();
    let mut shares = Vec::with_capacity(credits.len());
    for (place, credit) in credits.iter().enumerate() {
        let employee_ref = match credit.employee_id {
            None => 0,
            Some(_) => {
                let colleague = found.next().unwrap_or(Err(Stranger::Elsewhere));
                colleague.map_err(|why| AdjustmentError::Stranger { place, why })?
            }
        };
        shares.push(Share { employee_ref, role: credit.role, share_bp: credit.share_bp });
    }
    check_adjustment(&shares)?;
    Ok(shares)
}

/// Who is credited for the sale now.
fn standing<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    sale: &SaleRow,
) -> Result<Vec<Share>, StoreError> {
    Ok(Ledger::open(connection, moment, &[sale.sale_ref])?.standing(sale.sale_ref))
}

/// True when the caller stands for an employee who would be credited with more of the sale than before.
fn gains<C: Connection>(
    connection: &mut C,
    caller: &Caller,
    before: &[Share],
    after: &[Share],
) -> Result<bool, StoreError> {
    Ok(caller.employee(connection)?.is_some_and(|own| notice::gains(before, after, own)))
}

/// Books an adjustment. Within the month of the sale it counts in the day of the sale; a month that is over keeps its
/// figures, and the adjustment counts in the day on which it is made. What first credits anybody for a sale counts in the
/// day of the sale, whoever decides it.
fn book_adjusted<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    sale: &mut SaleRow,
    target: &[Share],
) -> Result<(), StoreError> {
    let (sold_on, today) = (Day::from_number(sale.sold_on), moment.today);
    let mut ledger = Ledger::open(connection, moment, &[sale.sale_ref])?;
    let corrects = !ledger.standing(sale.sale_ref).is_empty();
    let on_day = if corrects && today.month() > sold_on.month() { today } else { sold_on };
    let (step, state) = (Step::Adjustment, State::Adjusted);
    ledger.book(sale, &Booking { step, state, target, on_day });
    ledger.save(connection)
}
