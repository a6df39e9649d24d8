//! A customer's entries, and the statement of a month.

use app::points::account::{self, Statement};
use domain::date::Month;
use domain::points::{Cause, EntryKind};
use serde::Serialize;
use store::Connection;
use store::points_report::EntryView;
use web::field::{Date, Instant, MonthText};
use web::page::{Listing, Part, foreign};
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope};

/// An entry of the ledger.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct EntryAnswer {
    /// Its id.
    pub id: String,
    /// earn | partner_earn | exchange_in | adjust_up | transfer_in | reinstate | give_back | partner_give_back |
    /// partner_reinstate | debt_moved | redeem | partner_burn | exchange_out | adjust_down | transfer_out | return |
    /// expire | repay | owe.
    pub kind: &'static str,
    /// Added when above zero, taken when below; of `owe` what became debt.
    pub points: i64,
    /// Its lot; debt concerns none.
    pub lot_id: Option<String>,
    /// The business day it counts in.
    pub on: Date,
    /// event | reservation | redemption | transfer | adjustment | job | partner_request.
    pub cause: &'static str,
    /// When it was written.
    pub written_at: Instant,
}

/// What a month added or took.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct StatementLine {
    /// A kind of entry.
    pub kind: &'static str,
    /// Added when above zero, taken when below; of `owe` what became debt.
    pub points: i64,
}

/// The statement of a month.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct StatementAnswer {
    /// Whose.
    pub customer_id: String,
    /// The month.
    pub month: MonthText,
    /// First day.
    pub from: Date,
    /// Last day; today in the month under way.
    pub to: Date,
    /// Points, pending ones too, before the first day.
    pub opening: i64,
    /// By kind; together, without `owe`, the difference of opening and closing.
    pub lines: Vec<StatementLine>,
    /// Points at the end of the last day.
    pub closing: i64,
    /// Debt before the first day.
    pub opening_debt: i64,
    /// Debt at the end of the last day.
    pub closing_debt: i64,
}

/// The routes of entries and statements.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let read = |path, query, handler| Route {
        method: Method::Get,
        path,
        scope: Scope::PointsRead,
        repeat: Repeat::Read,
        query,
        handler,
    };
    vec![
        read("/points/accounts/{id}/statement", &["month"], statement),
        read("/points/accounts/{id}/entries", &["from", "to", "limit", "cursor"], entries),
    ]
}

/// The operations of entries and statements, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    let read = |path, summary| {
        web::openapi::Operation::new(Method::Get, path, Scope::PointsRead, Repeat::Read, summary)
    };
    vec![
        read("/points/accounts/{id}/statement", "Show the statement of a month")
            .description("What ended counts on the day after its last one, booked or not.")
            .query::<String>("month", "The month; the one under way when absent.")
            .answer::<StatementAnswer>(200, "Opening, lines and closing."),
        read("/points/accounts/{id}/entries", "List a customer's entries")
            .description("What ended is among them as soon as the job has booked it.")
            .query::<String>("from", "First day; the very first when absent.")
            .query::<String>("to", "Last day; today when absent.")
            .paged()
            .answer::<Listing<EntryAnswer>>(200, "A page of entries, by day and id."),
    ]
}

fn signed(kind: EntryKind, points: i64) -> i64 {
    if kind.sign() < 0 { -points } else { points }
}

/// `GET /points/accounts/{id}/statement`
pub fn statement<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let customer = call.customer(connection)?;
    let today = call.today("Asia/Shanghai");
    let month: Month = call.query.month("month")?.unwrap_or(today.month());
    if month > today.month() {
        return Err(Problem::query("month", "a month that has begun is asked for"));
    }
    let statement = account::statement(connection, customer.customer_ref, month, today, call.now_ms)?;
    let Statement { days, opening, lines, closing, opening_debt, closing_debt } = statement;
    let lines = lines.into_iter().map(|(kind, points)| StatementLine { kind: kind.name(), points }).collect();
    Answer::json(&StatementAnswer {
        customer_id: customer.customer_id,
        month: MonthText(month),
        from: Date(days.0),
        to: Date(days.1),
        opening,
        lines,
        closing,
        opening_debt,
        closing_debt,
    })
}

/// `GET /points/accounts/{id}/entries`
pub fn entries<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let customer = call.customer(connection)?;
    let page = call.query.page()?;
    let after = match page.after.as_deref() {
        None => (i64::MIN, 0),
        Some([Part::Integer(day), Part::Integer(number)]) => (*day, *number),
        Some(_) => return Err(foreign()),
    };
    let from = call.query.date("from")?.map_or(i32::MIN, |day| day.number());
    let to = call.query.date("to")?.unwrap_or(call.today("Asia/Shanghai")).number();
    if from > to {
        return Err(Problem::query("from", "a span begins before it ends"));
    }
    let customer_ref = customer.customer_ref;
    let found = store::points_report::entries(connection, customer_ref, (from, to), after, page.fetch())?;
    let listing = page.list(found, |last| vec![i64::from(last.on_day).into(), last.points_entry_ref.into()]);
    let items: Vec<EntryAnswer> = listing.items.into_iter().map(shape).collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}

fn shape(entry: EntryView) -> EntryAnswer {
    EntryAnswer {
        id: entry.points_entry_ref.to_string(),
        kind: entry.kind.name(),
        points: signed(entry.kind, entry.points),
        lot_id: entry.points_lot_ref.map(|lot| lot.to_string()),
        on: Date(domain::date::Day::from_number(entry.on_day)),
        cause: Cause::name_of(entry.cause),
        written_at: Instant(entry.written_at),
    }
}
