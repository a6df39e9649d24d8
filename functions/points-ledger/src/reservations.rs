//! Reservations: points held for a while.

use app::points::reservation::{self, Purpose, Reservation, ReservationRefusal};
use app::points::{Book, Moment, Wallet};
use domain::points::{Cause, EntryKind};
use serde::{Deserialize, Serialize};
use store::Connection;
use web::field::{IdText, Instant};
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope, Slug};

/// A new reservation.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReservationBody {
    /// Whose points; those of the customer's pool too.
    pub customer_id: IdText,
    /// Above zero.
    pub points: i64,
    /// How long they are held: 1 to 2592000 (30 days).
    pub ttl_seconds: u32,
}

/// What is spent of a reservation.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PostBody {
    /// Above zero and at most what is held; the rest is let go.
    pub points: i64,
}

/// A reservation.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReservationAnswer {
    /// Its id.
    pub id: String,
    /// Whose.
    pub customer_id: String,
    /// Points that it holds, or held.
    pub points: i64,
    /// Points that were spent of it.
    pub posted: i64,
    /// open | posted | void | timed_out.
    pub state: &'static str,
    /// From when on it holds nothing.
    pub expires_at: Instant,
}

/// The problem of a refusal.
fn problem(refusal: ReservationRefusal) -> Problem {
    let text = refusal.to_string();
    match refusal {
        ReservationRefusal::Spend(refusal) => refusal.into(),
        ReservationRefusal::Time => Problem::rule("/ttl_seconds", text),
        ReservationRefusal::Unknown => Problem::not_found(Slug::UnknownReservation),
        ReservationRefusal::Ended { .. } => Problem::conflict(Slug::WrongState, text),
        ReservationRefusal::TooMuch { points } => Problem::rule("/points", text).with("held", &points),
        ReservationRefusal::Store(error) => error.into(),
    }
}

fn moment(call: &Call) -> Moment<'_> {
    Moment { now_ms: call.now_ms, today: call.today("Asia/Shanghai"), person: &call.caller.person }
}

fn shape(reservation: &Reservation, customer_id: String) -> ReservationAnswer {
    ReservationAnswer {
        id: reservation.points_reservation_ref.to_string(),
        customer_id,
        points: reservation.points,
        posted: reservation.posted,
        state: reservation.state.name(),
        expires_at: Instant(reservation.expires_at),
    }
}

/// The reservation that the path names, with its customer's id; one of a customer whom the key does not see is not
/// known to it.
fn find<C: Connection>(connection: &mut C, call: &Call) -> Result<(Reservation, String), Problem> {
    let unknown = || Problem::not_found(Slug::UnknownReservation);
    let number: i64 = call.parameter("id").parse().map_err(|_| unknown())?;
    let found = reservation::reservation(connection, number, call.now_ms)?.ok_or_else(unknown)?;
    match store::member::members(connection, &[found.customer_ref])?.pop() {
        Some(customer) if call.caller.sees(connection, &customer)? => Ok((found, customer.customer_id)),
        _ => Err(unknown()),
    }
}

/// `POST /points/reservations`
pub fn create<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let body: ReservationBody = call.body()?;
    let answer = call.atomically(connection, |connection| {
        let customer = match store::member::by_id(connection, body.customer_id.0.as_str())? {
            Some(customer) if call.caller.sees(connection, &customer)? => customer,
            _ => {
                let detail = "no customer has this id";
                return Err(Problem::not_found(Slug::UnknownCustomer).at("/customer_id", detail));
            }
        };
        let wallet = Wallet::load(connection, customer.customer_ref, call.now_ms)?;
        let (points, ttl_seconds) = (body.points, body.ttl_seconds);
        let held =
            reservation::reserve(connection, moment(call), &wallet, points, ttl_seconds, Purpose::Plain)
                .map_err(problem)?;
        Ok::<_, Problem>(shape(&held, customer.customer_id))
    })?;
    Answer::created(&answer)
}

/// `GET /points/reservations/{id}`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let (found, customer_id) = find(connection, call)?;
    Answer::json(&shape(&found, customer_id))
}

/// A plain reservation; those of redemptions and partners end with what they are for.
fn plain<C: Connection>(connection: &mut C, call: &Call) -> Result<(Reservation, String), Problem> {
    let (found, customer_id) = find(connection, call)?;
    if found.purpose != Purpose::Plain {
        let detail = "the reservation belongs to a redemption or a partner's request and ends with it";
        return Err(Problem::conflict(Slug::WrongState, detail));
    }
    Ok((found, customer_id))
}

/// `POST /points/reservations/{id}/post`
pub fn post<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let body: PostBody = call.body()?;
    let answer = call.atomically(connection, |connection| {
        let (found, customer_id) = plain(connection, call)?;
        let number = found.points_reservation_ref;
        let mut book = Book::open(connection, moment(call))?;
        let (kind, cause) = (EntryKind::Redeem, Cause::Reservation(number));
        let posted = reservation::post(connection, &mut book, moment(call), number, body.points, kind, cause)
            .map_err(problem)?;
        book.save(connection)?;
        Ok::<_, Problem>(shape(&posted.reservation, customer_id))
    })?;
    Answer::json(&answer)
}

/// `POST /points/reservations/{id}/void`
pub fn void<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let answer = call.atomically(connection, |connection| {
        let (found, customer_id) = plain(connection, call)?;
        let ended = reservation::void(connection, moment(call), found.points_reservation_ref);
        Ok::<_, Problem>(shape(&ended.map_err(problem)?, customer_id))
    })?;
    Answer::json(&answer)
}

/// The routes of reservations.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let write = |path, handler| Route {
        method: Method::Post,
        path,
        scope: Scope::PointsWrite,
        repeat: Repeat::Keyed,
        query: &[],
        handler,
    };
    vec![
        write("/points/reservations", create),
        Route {
            method: Method::Get,
            scope: Scope::PointsRead,
            repeat: Repeat::Read,
            ..write("/points/reservations/{id}", show)
        },
        write("/points/reservations/{id}/post", post),
        write("/points/reservations/{id}/void", void),
    ]
}

/// The operations of reservations, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    use web::openapi::Operation;
    let write =
        |path, summary| Operation::new(Method::Post, path, Scope::PointsWrite, Repeat::Keyed, summary);
    vec![
        write("/points/reservations", "Hold a customer's points for a while")
            .description(
                "Points that end first are held first. Until the time is over they cannot be spent otherwise, and can be \
                 spent by this reservation even if they end in between.",
            )
            .body::<ReservationBody>()
            .answer::<ReservationAnswer>(201, "The reservation."),
        Operation::new(
            Method::Get,
            "/points/reservations/{id}",
            Scope::PointsRead,
            Repeat::Read,
            "Show a reservation",
        )
        .answer::<ReservationAnswer>(200, "The reservation."),
        write("/points/reservations/{id}/post", "Spend what a reservation holds, or less")
            .description("A repeat with the same points answers the same; any other is refused.")
            .body::<PostBody>()
            .answer::<ReservationAnswer>(200, "The reservation, posted."),
        write("/points/reservations/{id}/void", "Let go what a reservation holds")
            .description("A repeat answers the same.")
            .answer::<ReservationAnswer>(200, "The reservation, void."),
    ]
}
