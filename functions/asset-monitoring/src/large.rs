//! Large movements of money.

use app::asset::{LargeFilter, LargeMovement, Position};
use domain::date::Day;
use domain::movement::Rule;
use serde::Serialize;
use store::Connection;
use web::field::{Date, Money};
use web::page::{Page, Part, foreign};
use web::{Answer, Call, Problem, Slug};

/// Days of one answer at most.
const MOST_DAYS: i32 = 92;

/// Days before `to` on which the span begins when nobody says otherwise.
const DAYS_BEFORE: i32 = 30;

/// A customer and a day at which a rule fires.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct LargeMovementAnswer {
    /// Who.
    pub customer_id: String,
    /// The organisation.
    pub organisation_id: String,
    /// Id of the rule.
    pub rule: String,
    /// in | out, seen from the customer's accounts.
    pub direction: &'static str,
    /// any | in_bank | out_of_bank.
    pub place: &'static str,
    /// single | rolling.
    pub basis: &'static str,
    /// The business day; of a rolling rule the first one of its run.
    pub on: Date,
    /// The day's largest transaction, or the sum of the window.
    pub amount: Money,
    /// Transactions of the day that reach the rule's amount, or transactions in the window.
    pub transactions: u32,
    /// First day of the window; the day itself for a single transaction.
    pub window_from: Date,
}

fn shape(large: LargeMovement, rules: &[Rule]) -> LargeMovementAnswer {
    let (rule, firing) = (&rules[large.rule], large.firing);
    LargeMovementAnswer {
        customer_id: large.member.customer_id,
        organisation_id: large.member.organisation_id,
        rule: rule.id.as_str().to_owned(),
        direction: rule.direction.name(),
        place: rule.place.name(),
        basis: rule.basis.name(),
        on: Date(firing.on),
        amount: Money(firing.amount),
        transactions: firing.transactions,
        window_from: Date(firing.window_from),
    }
}

/// `GET /assets/large-movements`
pub fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let after = position(&page)?;
    let days = days(call)?;
    let reach = call.reach_or_own(connection, call.query.id("organisation_id")?.as_ref())?;
    let filter = LargeFilter {
        days,
        rules: rules(connection, call)?,
        customer_ref: customer(connection, call)?,
        organisation_ref: reach.top.map(|(number, _)| number),
        owner: call.caller.own_customers(),
    };
    let limit = page.limit as usize;
    let (found, next) = app::asset::large_movements(connection, &filter, after.as_ref(), limit)?;
    let items: Vec<LargeMovementAnswer> =
        found.into_iter().map(|large| shape(large, &filter.rules)).collect();
    let end = next.map(|next| {
        vec![next.customer_ref.into(), i64::from(next.on.number()).into(), next.rule.as_str().into()]
    });
    Answer::json(&page.list_until(items, end))
}

/// Where the page before ended.
fn position(page: &Page) -> Result<Option<Position>, Problem> {
    match page.after.as_deref() {
        None => Ok(None),
        Some([Part::Integer(customer), Part::Integer(on), Part::Text(rule)]) => {
            let customer_ref = u32::try_from(*customer).map_err(|_| foreign())?;
            let on = Day::from_number(i32::try_from(*on).map_err(|_| foreign())?);
            Ok(Some(Position { customer_ref, on, rule: rule.clone() }))
        }
        Some(_) => Err(foreign()),
    }
}

/// `from` and `to`: the days up to today when absent.
fn days(call: &Call) -> Result<(Day, Day), Problem> {
    let to = call.query.date("to")?.unwrap_or_else(|| call.today("Asia/Shanghai"));
    let from = call.query.date("from")?.unwrap_or_else(|| to.plus(-DAYS_BEFORE));
    if from > to {
        return Err(Problem::query("from", "from is after to"));
    }
    if to.number() - from.number() >= MOST_DAYS {
        return Err(Problem::query("from", "at most 92 days are answered at once"));
    }
    Ok((from, to))
}

/// The rules in force, or the one that is named.
fn rules<C: Connection>(connection: &mut C, call: &Call) -> Result<Vec<Rule>, Problem> {
    let mut rules = store::movement_rule::in_force(connection)?.rules.all().to_vec();
    if let Some(id) = call.query.id("rule")? {
        rules.retain(|rule| rule.id == id);
        if rules.is_empty() {
            return Err(Problem::query("rule", "no rule in force has this id"));
        }
    }
    Ok(rules)
}

/// The customer that is named; one whom the key does not see is not known to it.
fn customer<C: Connection>(connection: &mut C, call: &Call) -> Result<Option<u32>, Problem> {
    let Some(id) = call.query.id("customer_id")? else { return Ok(None) };
    let unknown = || Problem::not_found(Slug::UnknownCustomer);
    let member = store::member::by_id(connection, id.as_str())?.ok_or_else(unknown)?;
    if call.caller.sees(connection, &member)? { Ok(Some(member.customer_ref)) } else { Err(unknown()) }
}
