//! Reservations: points held for a while, then spent or let go.

use domain::points::{Cause, EntryKind, Lot};
use store::points_reservation::{self, HoldRow, ReservationRow};
use store::{Connection, StoreError};

use super::spend::{active_now, choose};
use super::{Book, Moment, SpendRefusal, Status, Wallet, clock};

mod held;

/// The longest time of a reservation, in seconds: 30 days.
pub const MOST_SECONDS: u32 = 2_592_000;

/// What a reservation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Whatever its maker wants.
    Plain,
    /// A redemption, by its number.
    Redemption(i64),
    /// A partner's request, by its number.
    Partner(i64),
}

impl Purpose {
    const fn numbers(self) -> (i64, i64) {
        match self {
            Self::Plain => (1, 0),
            Self::Redemption(number) => (2, number),
            Self::Partner(number) => (3, number),
        }
    }

    fn of(row: &ReservationRow) -> Result<Self, StoreError> {
        match row.purpose {
            1 => Ok(Self::Plain),
            2 => Ok(Self::Redemption(row.purpose_ref)),
            3 => Ok(Self::Partner(row.purpose_ref)),
            _ => Err(StoreError::Damaged("a reservation has a purpose of no meaning".to_owned())),
        }
    }
}

/// How a reservation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It holds its points.
    Open,
    /// They were spent, all or some.
    Posted,
    /// They were let go.
    Void,
    /// They were let go, because its time was over.
    TimedOut,
}

impl State {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Posted => "posted",
            Self::Void => "void",
            Self::TimedOut => "timed_out",
        }
    }

    /// Time is over when it is over, whether or not a job has booked it.
    fn of(row: &ReservationRow, now_ms: i64) -> Result<Self, StoreError> {
        match row.state {
            points_reservation::OPEN if row.expires_at > now_ms => Ok(Self::Open),
            points_reservation::OPEN | points_reservation::TIMED_OUT => Ok(Self::TimedOut),
            points_reservation::POSTED => Ok(Self::Posted),
            points_reservation::VOID => Ok(Self::Void),
            _ => Err(StoreError::Damaged("a reservation is in a state of no meaning".to_owned())),
        }
    }
}

/// A reservation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// Its number.
    pub points_reservation_ref: i64,
    /// Number of the customer.
    pub customer_ref: u32,
    /// Points that it holds, or held.
    pub points: i64,
    /// Points that were spent of it.
    pub posted: i64,
    /// How it stands.
    pub state: State,
    /// What it is for.
    pub purpose: Purpose,
    /// Who reserved.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
    /// From when on it holds nothing, in milliseconds.
    pub expires_at: i64,
}

impl Reservation {
    fn of(row: ReservationRow, now_ms: i64) -> Result<Self, StoreError> {
        Ok(Self {
            state: State::of(&row, now_ms)?,
            purpose: Purpose::of(&row)?,
            points_reservation_ref: row.points_reservation_ref,
            customer_ref: row.customer_ref,
            points: row.points,
            posted: row.posted,
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
    }
}

/// Why nothing was reserved, spent or let go. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ReservationRefusal {
    /// The points cannot be spent.
    #[error(transparent)]
    Spend(#[from] SpendRefusal),
    /// It would end at once, or hold points for too long.
    #[error("a reservation lasts from 1 to 2592000 seconds")]
    Time,
    /// There is none of this number.
    #[error("the reservation is not known")]
    Unknown,
    /// It has ended.
    #[error("the reservation is {}", .state.name())]
    Ended {
        /// How.
        state: State,
    },
    /// More than it holds.
    #[error("the reservation holds fewer points")]
    TooMuch {
        /// What it holds.
        points: i64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was spent of a reservation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The reservation, as it is now.
    pub reservation: Reservation,
    /// The lots and the points that were taken from each; none when it had been posted before.
    pub takings: Vec<(Lot, i64)>,
}

/// The reservation of a number, as it stands at an instant.
pub fn reservation<C: Connection>(
    connection: &mut C,
    points_reservation_ref: i64,
    now_ms: i64,
) -> Result<Option<Reservation>, StoreError> {
    let now_ms = clock::instant(connection, now_ms)?;
    find(connection, points_reservation_ref, now_ms)
}

fn find<C: Connection>(
    connection: &mut C,
    points_reservation_ref: i64,
    now_ms: i64,
) -> Result<Option<Reservation>, StoreError> {
    let row = points_reservation::by_ref(connection, points_reservation_ref)?;
    row.map(|row| Reservation::of(row, now_ms)).transpose()
}

/// Holds points of the lots that spending would take them from, the pool's among them; books nothing. Call it inside
/// the transaction that loaded the wallet.
pub fn reserve<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    wallet: &Wallet,
    points: i64,
    ttl_seconds: u32,
    purpose: Purpose,
) -> Result<Reservation, ReservationRefusal> {
    if !(1..=MOST_SECONDS).contains(&ttl_seconds) {
        return Err(ReservationRefusal::Time);
    }
    let takings = choose(wallet, points, moment.today)?;
    let holds = takings.iter().map(|taking| {
        let lot = &wallet.lots[taking.place];
        let (customer_ref, points_lot_ref) = (lot.issued.customer_ref, lot.points_lot_ref);
        HoldRow { customer_ref, points_lot_ref, points: taking.points }
    });
    let holds: Vec<HoldRow> = holds.collect();
    let now_ms = clock::instant(connection, moment.now_ms)?;
    let (purpose, purpose_ref) = purpose.numbers();
    let mut row = ReservationRow {
        points_reservation_ref: 0,
        customer_ref: wallet.customer_ref,
        points,
        posted: 0,
        state: points_reservation::OPEN,
        purpose,
        purpose_ref,
        created_by: moment.person.to_owned(),
        created_at: now_ms,
        expires_at: now_ms + i64::from(ttl_seconds) * 1_000,
        ended_at: None,
    };
    row.points_reservation_ref = points_reservation::insert(connection, &row, &holds)?;
    Ok(Reservation::of(row, now_ms)?)
}

/// Spends up to what a reservation holds and lets the rest go, in the order of spending. A lot that ended while it was
/// held is honoured; one whose owner was blocked or merged since is left. A repeat with the same points answers the
/// same and books nothing.
pub fn post<C: Connection>(
    connection: &mut C,
    book: &mut Book,
    moment: Moment<'_>,
    points_reservation_ref: i64,
    points: i64,
    kind: EntryKind,
    cause: Cause,
) -> Result<Posted, ReservationRefusal> {
    let now_ms = clock::instant(connection, moment.now_ms)?;
    let mut reservation =
        find(connection, points_reservation_ref, now_ms)?.ok_or(ReservationRefusal::Unknown)?;
    match reservation.state {
        State::Open => {}
        State::Posted if reservation.posted == points => {
            return Ok(Posted { reservation, takings: Vec::new() });
        }
        state => return Err(ReservationRefusal::Ended { state }),
    }
    if points <= 0 {
        return Err(SpendRefusal::NotPositive.into());
    }
    if points > reservation.points {
        return Err(ReservationRefusal::TooMuch { points: reservation.points });
    }
    let account = store::points_account::of_customer(connection, reservation.customer_ref)?;
    match Status::of(&account)? {
        Status::Open => {}
        Status::Blocked => return Err(SpendRefusal::Blocked.into()),
        Status::Merged { .. } => return Err(SpendRefusal::Merged.into()),
    }
    let takings = held::takings(connection, points_reservation_ref, points, now_ms)?;
    for (lot, points) in &takings {
        book.take(lot, *points, kind, moment.today, cause);
    }
    let end = (points_reservation::POSTED, points);
    points_reservation::end(connection, points_reservation_ref, end, now_ms)?;
    active_now(connection, &[(reservation.customer_ref, moment.today)], moment.today)?;
    (reservation.state, reservation.posted) = (State::Posted, points);
    Ok(Posted { reservation, takings })
}

/// Lets go what a reservation holds. One that is void already stays as it is.
pub fn void<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    points_reservation_ref: i64,
) -> Result<Reservation, ReservationRefusal> {
    let now_ms = clock::instant(connection, moment.now_ms)?;
    let mut reservation =
        find(connection, points_reservation_ref, now_ms)?.ok_or(ReservationRefusal::Unknown)?;
    match reservation.state {
        State::Open => {}
        State::Void => return Ok(reservation),
        state => return Err(ReservationRefusal::Ended { state }),
    }
    let end = (points_reservation::VOID, 0);
    points_reservation::end(connection, points_reservation_ref, end, now_ms)?;
    reservation.state = State::Void;
    Ok(reservation)
}

/// Books up to `page` reservations whose time is over, and says how many. Call it inside a transaction.
pub fn expire_reservations<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    page: u32,
) -> Result<u64, StoreError> {
    points_reservation::time_out(connection, moment.now_ms, page)
}
