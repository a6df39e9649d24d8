//! Sales and who is credited for them.

use app::sale::view::{self, Credits};
use domain::date::Day;
use domain::sale::Role;
use serde::Serialize;
use store::Connection;
use store::sale_view::{SaleFilter, SaleView};
use web::field::{Date, Instant, Money};
use web::page::Listing;
use web::{Answer, Call, Problem};

use crate::problem::unknown_sale;

/// A sale.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct SaleAnswer {
    /// The system that told of it.
    source: String,
    /// That system's id.
    id: String,
    customer_id: String,
    /// The organisation that sold.
    organisation_id: String,
    product_id: String,
    /// Who served, and worked on the day.
    teller_id: Option<String>,
    channel: Option<String>,
    sold_on: Date,
    /// From this day on nobody registers, and the default applies.
    due_on: Date,
    /// Last day of adjustment.
    closes_on: Date,
    amount: Money,
    /// What was taken back.
    refunded: Money,
    /// waiting | automatic | manual | default | adjusted.
    state: &'static str,
    /// Version of the product's rule that it is credited by.
    rule_version: u32,
    /// Id of the assignment that stood on the day when the sale came in.
    assignment: Option<String>,
}

/// Somebody's part of a sale.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct SaleShareAnswer {
    /// Null for the organisation itself.
    employee_id: Option<String>,
    /// seller | referrer | organisation.
    role: &'static str,
    share_bp: u32,
    /// What it comes to; null in an adjustment that is not booked.
    amount: Option<Money>,
}

/// A line of the credit ledger.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct SaleLineAnswer {
    /// automatic | registration | default | adjustment | reversal.
    step: &'static str,
    /// seller | referrer | organisation.
    role: &'static str,
    /// Null for the organisation itself.
    employee_id: Option<String>,
    /// The share that stands from this line on; 0 when it takes all away.
    share_bp: u32,
    /// Below zero when it takes away.
    amount: Money,
    /// The business day that it counts in.
    on: Date,
    /// The day from which it is known.
    booked_on: Date,
    /// Who, or what, booked it.
    person: String,
    at: Instant,
    rule_version: u32,
    assignment: Option<String>,
    campaign_id: Option<String>,
}

/// A registration.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct RegistrationAnswer {
    /// Its number among those of the sale.
    number: u32,
    employee_id: String,
    /// seller | referrer.
    role: &'static str,
    registered_by: String,
    registered_at: Instant,
    /// Null while it stands.
    withdrawn_by: Option<String>,
    withdrawn_at: Option<Instant>,
}

/// An adjustment.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct SaleAdjustmentAnswer {
    /// submitted | booked | rejected.
    state: &'static str,
    credits: Vec<SaleShareAnswer>,
    reason: String,
    created_by: String,
    created_at: Instant,
    /// Who approved or rejected it; null when it was booked at once.
    decided_by: Option<String>,
    decided_at: Option<Instant>,
}

/// Who is credited for a sale, and how it came to that.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct CreditsAnswer {
    sale: SaleAnswer,
    /// waiting | automatic | manual | default | adjusted.
    state: &'static str,
    rule_version: u32,
    assignment: Option<String>,
    amount: Money,
    /// What was taken back.
    refunded: Money,
    /// Who is credited; their amounts add up to what is left of the sale.
    shares: Vec<SaleShareAnswer>,
    /// How it came to that, the earliest first.
    lines: Vec<SaleLineAnswer>,
    registrations: Vec<RegistrationAnswer>,
    /// The latest adjustment.
    adjustment: Option<SaleAdjustmentAnswer>,
}

fn date(on: i32) -> Date {
    Date(Day::from_number(on))
}

fn shape(view: SaleView) -> SaleAnswer {
    SaleAnswer {
        source: view.source,
        id: view.transaction_id,
        customer_id: view.customer_id,
        organisation_id: view.organisation_id,
        product_id: view.product_id,
        teller_id: view.teller_id,
        channel: view.channel,
        sold_on: date(view.sold_on),
        due_on: date(view.due_on),
        closes_on: date(view.closes_on),
        amount: Money(view.amount),
        refunded: Money(view.refunded),
        state: view.state.name(),
        rule_version: view.rule_version,
        assignment: view.assignment_ref.map(|number| number.to_string()),
    }
}

fn shape_lines(found: &Credits) -> Vec<SaleLineAnswer> {
    let line = |row: &store::sale_credit::CreditRow| SaleLineAnswer {
        step: row.step.name(),
        role: row.role.name(),
        employee_id: found.employee_id(row.role, row.employee_ref).map(str::to_owned),
        share_bp: row.share_bp,
        amount: Money(row.amount),
        on: date(row.on_day),
        booked_on: date(row.booked_on),
        person: row.person.clone(),
        at: Instant(row.written_at),
        rule_version: found.sale.rule_version,
        assignment: row.assignment_ref.map(|number| number.to_string()),
        campaign_id: row.campaign_ref.map(|number| number.to_string()),
    };
    found.lines.iter().map(line).collect()
}

/// The credits of a sale on the wire.
pub(crate) fn shape_credits(found: Credits) -> CreditsAnswer {
    let id = |role: Role, number: u32| found.employee_id(role, number).map(str::to_owned);
    let share = |share: &domain::sale::Share, amount: Option<i64>| SaleShareAnswer {
        employee_id: id(share.role, share.employee_ref),
        role: share.role.name(),
        share_bp: share.share_bp,
        amount: amount.map(Money),
    };
    let registration = |view: &store::sale_registration::RegistrationView| RegistrationAnswer {
        number: view.row.number,
        employee_id: view.employee_id.clone(),
        role: view.row.role.name(),
        registered_by: view.row.registered_by.clone(),
        registered_at: Instant(view.row.registered_at),
        withdrawn_by: view.row.withdrawn_by.clone(),
        withdrawn_at: view.row.withdrawn_at.map(Instant),
    };
    let adjustment = found.adjustment.as_ref().map(|row| SaleAdjustmentAnswer {
        state: row.state.name(),
        credits: row.credits.iter().map(|credit| share(credit, None)).collect(),
        reason: row.reason.clone(),
        created_by: row.created_by.clone(),
        created_at: Instant(row.created_at),
        decided_by: row.decided_by.clone(),
        decided_at: row.decided_at.map(Instant),
    });
    let sale = shape(found.sale.clone());
    CreditsAnswer {
        state: sale.state,
        rule_version: sale.rule_version,
        assignment: sale.assignment.clone(),
        amount: sale.amount,
        refunded: sale.refunded,
        shares: found.shares.iter().map(|(credit, amount)| share(credit, Some(*amount))).collect(),
        lines: shape_lines(&found),
        registrations: found.registrations.iter().map(registration).collect(),
        adjustment,
        sale,
    }
}

/// `GET /sales`
pub(crate) fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let reach = call.reach_or_own(connection, call.query.id("organisation_id")?.as_ref())?;
    let (from, to) = (call.query.date("from")?, call.query.date("to")?);
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(Problem::query("from", "from is after to"));
    }
    let filter = SaleFilter {
        top: reach.top.map(|(number, _)| number),
        exactly: None,
        uncredited_on: call.query.flag("unregistered")?.then(|| call.today("Asia/Shanghai").number()),
        product_id: call.query.id("product_id")?.map(|id| id.as_str().to_owned()),
        from: from.map(Day::number),
        to: to.map(Day::number),
    };
    let after = page.after_integer()?.unwrap_or(0);
    let found = view::sales(connection, &call.caller, filter, after, page.fetch())?;
    let listing = page.list(found, |last| vec![last.sale_ref.into()]);
    let items: Vec<SaleAnswer> = listing.items.into_iter().map(shape).collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}

/// `GET /sales/{source}/{id}/credits`
pub(crate) fn credits<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let (source, id) = (call.id("source")?, call.id("id")?);
    let found = view::credits(connection, &call.caller, (source.as_str(), id.as_str()))?;
    Answer::json(&shape_credits(found.ok_or_else(unknown_sale)?))
}
