//! Settlements of months, as JSON or as a signed file.

use std::fmt::Write;

use app::partner::{Settlement, settlement};
use domain::date::Month;
use serde::{Deserialize, Serialize};
use store::Connection;
use store::partner::PartnerRow;
use web::field::{Date, Instant, Money, MonthText};
use web::page::{Listing, Part, foreign};
use web::{Answer, Call, Problem, Slug};

use crate::partners::{PointValueWire, found, whole_bank_only};
use crate::{problem, secret, signed};

/// The month to be settled.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SettleBody {
    /// One that has ended.
    pub month: MonthText,
}

/// The month up to which all partners' are settled; the body may be absent.
#[derive(Default, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SettleAllBody {
    /// One that has ended; the last one when absent.
    #[serde(default)]
    pub month: Option<MonthText>,
}

/// What was settled of all partners.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct SettledAnswer {
    /// Months, each of one partner.
    pub settled: u64,
}

/// Requests of a kind.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct KindAnswer {
    /// earn | burn | exchange_in | exchange_out | give_back.
    pub kind: &'static str,
    /// How many.
    pub requests: u64,
    /// Their points.
    pub points: i64,
    /// Their units, of exchanges.
    pub units: i64,
}

/// A settled month. Amounts are of their own points, so that the three need not add up to the last unit.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct SettlementAnswer {
    /// Its id, under which the answer is signed.
    pub id: String,
    /// Whose.
    pub partner_id: String,
    /// The month.
    pub month: MonthText,
    /// open | reconciled | paid.
    pub state: &'static str,
    /// By kind, those without a request too.
    pub lines: Vec<KindAnswer>,
    /// Points that the bank owes: burn and exchange_out, less give_back.
    pub payable: i64,
    /// Points that the partner owes: earn and exchange_in.
    pub receivable: i64,
    /// Points that the bank owes on top, by disputes that were resolved.
    pub adjustment: i64,
    /// Points that the bank owes after all; below zero when the partner does.
    pub net: i64,
    /// What points were settled with when the month was.
    pub point_value: Option<PointValueWire>,
    /// What payable costs.
    pub payable_amount: Option<Money>,
    /// What receivable costs.
    pub receivable_amount: Option<Money>,
    /// What net costs: to be paid by the bank, or by the partner when below zero.
    pub net_amount: Option<Money>,
    /// What was paid, as the reconciliation was told.
    pub paid: Option<Money>,
    /// Who settled it.
    pub created_by: String,
    /// When.
    pub created_at: Instant,
    /// Who reconciled it last.
    pub reconciled_by: Option<String>,
    /// When.
    pub reconciled_at: Option<Instant>,
}

/// A request of a settled month.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct LineAnswer {
    /// Its webhook-id.
    pub reference: String,
    /// earn | burn | exchange_in | exchange_out | give_back.
    pub kind: &'static str,
    /// The day that it counts in.
    pub on: Date,
    /// Whose points.
    pub customer_id: String,
    /// Points that moved.
    pub points: i64,
    /// The partner's units, of an exchange.
    pub units: Option<i64>,
    /// The partner's own words for it.
    pub note: Option<String>,
}

/// The id under which a settlement is known and signed.
fn id(settled: &Settlement) -> String {
    format!("settlement-{}", settled.row.partner_settlement_ref)
}

/// A settlement as it is answered.
pub(crate) fn shape(partner: &PartnerRow, settled: &Settlement) -> SettlementAnswer {
    let row = &settled.row;
    let amount = |points| settled.amount(points).map(Money);
    let kinds = Settlement::KINDS.map(|kind| settled.line(kind));
    SettlementAnswer {
        id: id(settled),
        partner_id: partner.partner_id.clone(),
        month: MonthText(settled.month()),
        state: row.state.name(),
        lines: kinds
            .into_iter()
            .map(|line| KindAnswer {
                kind: line.kind.name(),
                requests: line.requests,
                points: line.points,
                units: line.units,
            })
            .collect(),
        payable: settled.payable(),
        receivable: settled.receivable(),
        adjustment: row.adjustment,
        net: settled.net(),
        point_value: row.value.map(|(points, amount)| PointValueWire { points, amount: Money(amount) }),
        payable_amount: amount(settled.payable()),
        receivable_amount: amount(settled.receivable()),
        net_amount: amount(settled.net()),
        paid: row.paid_amount.map(Money),
        created_by: row.created_by.clone(),
        created_at: Instant(row.created_at),
        reconciled_by: row.reconciled_by.clone(),
        reconciled_at: row.reconciled_at.map(Instant),
    }
}

/// Ids have no commas, quotes or line ends, so no cell needs quoting.
fn csv(answer: &SettlementAnswer) -> String {
    let mut text = String::from("partner_id,month,line,requests,points,units,amount\r\n");
    let mut add = |line: &str, requests: String, points: i64, units: String, amount: Option<Money>| {
        let (partner, month) = (&answer.partner_id, answer.month.0);
        let amount = amount.map(|amount| amount.to_string()).unwrap_or_default();
        let _infallible = write!(text, "{partner},{month},{line},{requests},{points},{units},{amount}\r\n");
    };
    for line in &answer.lines {
        add(line.kind, line.requests.to_string(), line.points, line.units.to_string(), None);
    }
    for (name, points, amount) in [
        ("payable", answer.payable, answer.payable_amount),
        ("receivable", answer.receivable, answer.receivable_amount),
        ("adjustment", answer.adjustment, None),
        ("net", answer.net, answer.net_amount),
    ] {
        add(name, String::new(), points, String::new(), amount);
    }
    text
}

/// The month that the path names.
fn month(call: &Call) -> Result<Month, Problem> {
    Month::parse(call.parameter("month")).map_err(|error| {
        Problem::new(Slug::MalformedPath, "the path has a part that is no month")
            .at("month", error.to_string())
    })
}

/// `POST /partners/{id}/settlements`
pub fn settle<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank_only(call)?;
    let body: SettleBody = call.body()?;
    let moment = signed::moment(call, &call.caller.person);
    call.atomically(connection, |connection| {
        let partner = found(connection, call)?;
        let settled =
            settlement::settle(connection, &partner, body.month.0, moment).map_err(problem::settlement)?;
        Answer::json(&shape(&partner, &settled))
    })
}

/// `POST /partners/settlements`
pub fn settle_all<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank_only(call)?;
    let body: SettleAllBody = if call.bytes().is_empty() { SettleAllBody::default() } else { call.body()? };
    let (last, moment) = (body.month.map(|month| month.0), signed::moment(call, &call.caller.person));
    let settled = settlement::settle_all(connection, last, moment).map_err(problem::settlement)?;
    Answer::json(&SettledAnswer { settled })
}

/// `GET /partners/{id}/settlements`
pub fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let partner = found(connection, call)?;
    let page = call.query.page()?;
    let before = page.after_integer()?.map(|month| i32::try_from(month).map_err(|_| foreign()));
    let before = before.transpose()?.map(Month::from_number);
    let rows =
        settlement::settlements(connection, &partner, before, page.fetch()).map_err(problem::settlement)?;
    let listing = page.list(rows, |last| vec![i64::from(last.row.month).into()]);
    let items: Vec<SettlementAnswer> = listing.items.iter().map(|row| shape(&partner, row)).collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}

/// `GET /partners/{id}/settlements/{month}`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let partner = found(connection, call)?;
    let settled = settlement::settlement(connection, &partner, month(call)?).map_err(problem::settlement)?;
    let shaped = shape(&partner, &settled);
    let answer =
        if call.wants_csv() { Answer::csv("settlement.csv", csv(&shaped)) } else { Answer::json(&shaped)? };
    secret::sign(connection, &partner, answer, &shaped.id, call.now_ms)
}

/// `GET /partners/{id}/settlements/{month}/lines`
pub fn lines<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let partner = found(connection, call)?;
    let page = call.query.page()?;
    let after = match page.after.as_deref() {
        None => None,
        Some([Part::Integer(day), Part::Integer(number)]) => {
            Some((i32::try_from(*day).map_err(|_| foreign())?, *number))
        }
        Some(_) => return Err(foreign()),
    };
    let rows = settlement::lines(connection, &partner, month(call)?, after, page.fetch())
        .map_err(problem::settlement)?;
    let listing =
        page.list(rows, |last| vec![i64::from(last.on_day).into(), last.partner_request_ref.into()]);
    let items: Vec<LineAnswer> = listing
        .items
        .into_iter()
        .map(|row| LineAnswer {
            reference: row.webhook_id,
            kind: row.kind.name(),
            on: Date(domain::date::Day::from_number(row.on_day)),
            customer_id: row.customer_id,
            points: row.points,
            units: row.units,
            note: row.reference,
        })
        .collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}
