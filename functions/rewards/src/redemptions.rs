//! What customers redeem.

use app::partner::notice::tell_of_redemption;
use app::reward::{self, Detail, Order, RedemptionError, Step};
use serde::{Deserialize, Serialize};
use store::Connection;
use store::coupon::CouponRow;
use store::member::Member;
use store::redemption::{RedemptionFilter, RedemptionView, State};
use web::field::{IdText, Instant, Money, Text};
use web::page::Listing;
use web::{Answer, Call, Problem, Scope, Slug};

use crate::catalogue::moment;
use crate::code::{code, mask};
use crate::problem::of_redemption;

/// What a customer wants.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RedemptionBody {
    /// Who.
    customer_id: IdText,
    /// What.
    reward_id: IdText,
    /// Pieces, 1 to 1000; one when absent.
    #[serde(default)]
    quantity: Option<i64>,
    /// Where the part of the price that is money was paid.
    #[serde(default)]
    cash_reference: Option<Text>,
}

/// A step; the body may be absent.
#[derive(Deserialize, Default)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RedemptionStepBody {
    /// Of cancel: true when goods or codes that were handed over came back.
    #[serde(default)]
    returned: Option<bool>,
}

/// A redemption.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct RedemptionAnswer {
    id: String,
    customer_id: String,
    reward_id: String,
    /// The version whose price was paid.
    reward_version: u32,
    quantity: i64,
    /// ordered | fulfilled | shipped | delivered | reserved | confirmed | cancelled | void | timed_out.
    state: &'static str,
    /// Points of all pieces.
    points: i64,
    /// Money of all pieces.
    cash: Option<Money>,
    cash_reference: Option<String>,
    /// Money that the customer has to get back, because the redemption was cancelled, is void or timed out; null: none.
    cash_refund_due: Option<Money>,
    /// code | shipment | partner | none.
    fulfilment: &'static str,
    /// Until when a partner has to confirm.
    confirm_by: Option<Instant>,
}

/// Points of a lot.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct RedemptionLot {
    id: String,
    points: i64,
}

/// A state that a redemption came to.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct RedemptionStep {
    state: &'static str,
    person: String,
    at: Instant,
}

/// A redemption with all that belongs to it.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct RedemptionDetailAnswer {
    #[serde(flatten)]
    redemption: RedemptionAnswer,
    /// Codes that are good. With a key that lacks points:write their ends alone, as of those that were given back.
    codes: Vec<String>,
    /// Codes that were given back.
    void_codes: Vec<String>,
    /// Lots that paid; of a reserved one those that are held.
    lots: Vec<RedemptionLot>,
    /// Points that the customer can spend now.
    balance: i64,
    /// The earliest first.
    steps: Vec<RedemptionStep>,
}

fn shape(RedemptionView { row, member, reward_id }: RedemptionView) -> RedemptionAnswer {
    RedemptionAnswer {
        id: row.redemption_ref.to_string(),
        customer_id: member.customer_id,
        reward_id,
        reward_version: row.version,
        cash_refund_due: reward::cash_refund_due(&row).map(Money),
        quantity: row.quantity,
        state: row.state.name(),
        points: row.points,
        cash: row.cash.map(Money),
        cash_reference: row.cash_reference,
        fulfilment: row.fulfilment.name(),
        confirm_by: row.confirm_by.map(Instant),
    }
}

/// Codes are as good as what they buy: who reads and may not redeem is not shown them.
fn shape_detail(call: &Call, detail: Detail) -> RedemptionDetailAnswer {
    let is_shown = call.caller.scopes.allow(Scope::PointsWrite);
    let shown = |code: CouponRow| if is_shown { code.code } else { mask(&code.code) };
    let lot = |(number, points): (i64, i64)| RedemptionLot { id: number.to_string(), points };
    let (void, good): (Vec<_>, Vec<_>) = detail.codes.into_iter().partition(|code| code.void_at.is_some());
    let steps = detail.steps.into_iter().map(|step| RedemptionStep {
        state: step.state.name(),
        person: step.person,
        at: Instant(step.at),
    });
    RedemptionDetailAnswer {
        codes: good.into_iter().map(shown).collect(),
        void_codes: void.into_iter().map(shown).collect(),
        lots: detail.lots.into_iter().map(lot).collect(),
        balance: detail.balance,
        steps: steps.collect(),
        redemption: shape(detail.view),
    }
}

/// The customer of an id, whom the key sees; `at` is where the request names the customer.
fn customer<C: Connection>(connection: &mut C, call: &Call, id: &str, at: &str) -> Result<Member, Problem> {
    match store::member::by_id(connection, id)? {
        Some(customer) if call.caller.sees(connection, &customer)? => Ok(customer),
        _ => Err(Problem::not_found(Slug::UnknownCustomer).at(at, "the customer is not known")),
    }
}

/// The redemption that the path names; one of a customer whom the key does not see is not known to it.
fn redemption<C: Connection>(connection: &mut C, call: &Call) -> Result<Detail, Problem> {
    let unknown = || Problem::not_found(Slug::UnknownRedemption);
    let number: i64 = call.parameter("id").parse().map_err(|_| unknown())?;
    let found = reward::detail(connection, moment(call), number).map_err(of_redemption)?;
    if call.caller.sees(connection, &found.view.member)? { Ok(found) } else { Err(unknown()) }
}

/// `GET /redemptions`
pub(crate) fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let state = call.query.read("state", |name| {
        domain::name::meaning(&State::NAMES, name).ok_or(
            "ordered, fulfilled, shipped, delivered, reserved, confirmed, cancelled, void or timed_out is asked for",
        )
    })?;
    let of = match call.query.id("customer_id")? {
        None => None,
        Some(id) => Some(customer(connection, call, id.as_str(), "customer_id")?.customer_ref),
    };
    let reach = call.reach_or_own(connection, None)?;
    let filter = RedemptionFilter {
        customer_ref: of,
        state,
        organisation_ref: reach.top.map(|(number, _)| number),
        own: call.caller.own_customers(),
    };
    let after = page.after_integer()?.unwrap_or(0);
    let found = store::redemption::page(connection, &filter, call.now_ms, after, page.fetch())?;
    let listing = page.list(found, |last| vec![last.row.redemption_ref.into()]);
    let items: Vec<RedemptionAnswer> = listing.items.into_iter().map(shape).collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}

/// `GET /redemptions/{id}`
pub(crate) fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    Answer::json(&shape_detail(call, redemption(connection, call)?))
}

/// `POST /redemptions`
pub(crate) fn create<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let body: RedemptionBody = call.body()?;
    let made = call.atomically(connection, |connection| -> Result<Detail, Problem> {
        let member = customer(connection, call, body.customer_id.0.as_str(), "/customer_id")?;
        let order = Order {
            member: &member,
            reward_id: body.reward_id.0.as_str(),
            quantity: body.quantity.unwrap_or(1),
            cash_reference: body.cash_reference.as_ref().map(|text| text.0.as_str()),
        };
        let redeem = |connection: &mut C| -> Result<Detail, RedemptionError> {
            let number = reward::redeem(connection, moment(call), &order, code)?;
            let made = reward::detail(connection, moment(call), number)?;
            tell_of_redemption(connection, &made.view, call.now_ms)?;
            Ok(made)
        };
        redeem(connection).map_err(of_redemption)
    })?;
    Answer::created(&shape_detail(call, made))
}

/// `POST /redemptions/{id}/{step}`
pub(crate) fn step<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let body: RedemptionStepBody =
        if call.bytes().is_empty() { RedemptionStepBody::default() } else { call.body()? };
    let step = match call.parameter("step") {
        "ship" => Step::Ship,
        "deliver" => Step::Deliver,
        "confirm" => Step::Confirm,
        "cancel" => Step::Cancel { returned: body.returned.unwrap_or(false) },
        _ => return Err(Problem::not_found(Slug::UnknownPath)),
    };
    if body.returned.is_some() && !matches!(step, Step::Cancel { .. }) {
        return Err(Problem::rule("/returned", "only of cancel"));
    }
    let changed = call.atomically(connection, |connection| -> Result<Detail, Problem> {
        let found = redemption(connection, call)?;
        let number = found.view.row.redemption_ref;
        let change = |connection: &mut C| -> Result<Detail, RedemptionError> {
            reward::take_step(connection, moment(call), &found.view, step)?;
            reward::detail(connection, moment(call), number)
        };
        change(connection).map_err(of_redemption)
    })?;
    Answer::json(&shape_detail(call, changed))
}
