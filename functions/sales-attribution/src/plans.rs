//! Plans: what is to be sold in a month.

use app::sale::plan::{NewPlan, PlanError, PlanFault, keep, of_month};
use domain::date::Month;
use serde::{Deserialize, Serialize};
use store::Connection;
use store::sale_plan::{PlanOf, PlanView};
use web::field::{IdText, Instant, Money, MonthText};
use web::{Answer, Call, Problem, Slug};

use crate::problem::moment;

/// Faults of one answer at most: whoever has more mistakes looks at the file again.
const MOST_FAULTS: usize = 100;

/// A plan, either an organisation's or an employee's.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct SalePlanBody {
    /// The month.
    month: MonthText,
    /// The organisation, with all below it.
    #[serde(default)]
    organisation_id: Option<IdText>,
    /// The employee.
    #[serde(default)]
    employee_id: Option<IdText>,
    /// The product; all together when absent.
    #[serde(default)]
    product_id: Option<IdText>,
    /// What is to be sold; 0 or more.
    amount: Money,
}

/// Plans to be kept, all or none.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct SalePlansBody {
    /// 1 to 10 000; one of the same month, organisation or employee, and product replaces the one before.
    items: Vec<SalePlanBody>,
}

/// What was kept.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct SalePlansKeptAnswer {
    /// How many plans.
    kept: usize,
}

/// A plan that is kept.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct SalePlanAnswer {
    month: MonthText,
    /// The organisation; null for a plan of an employee.
    organisation_id: Option<String>,
    /// The employee; null for a plan of an organisation.
    employee_id: Option<String>,
    /// The product; null for all together.
    product_id: Option<String>,
    amount: Money,
    changed_by: String,
    changed_at: Instant,
}

/// Plans of a month.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct SalePlansAnswer {
    month: MonthText,
    /// Organisations first, then employees.
    items: Vec<SalePlanAnswer>,
}

fn problem(error: PlanError) -> Problem {
    let text = error.to_string();
    match error {
        PlanError::Number => Problem::rule("/items", text),
        PlanError::Items(faults) => {
            let broken = Problem::new(Slug::BrokenRule, "the request breaks a rule");
            faults.into_iter().take(MOST_FAULTS).fold(broken, |problem, (place, fault)| {
                problem.at(format!("/items/{place}{}", member(fault)), fault.to_string())
            })
        }
        PlanError::Store(error) => error.into(),
    }
}

const fn member(fault: PlanFault) -> &'static str {
    match fault {
        PlanFault::Whose | PlanFault::Twice => "",
        PlanFault::UnknownOrganisation => "/organisation_id",
        PlanFault::UnknownEmployee => "/employee_id",
        PlanFault::UnknownProduct => "/product_id",
        PlanFault::Amount => "/amount",
    }
}

/// `PUT /sales/plans`
pub(crate) fn put<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    call.whole_parts_only()?;
    let body: SalePlansBody = call.body()?;
    let plans: Vec<NewPlan<'_>> = body
        .items
        .iter()
        .map(|plan| NewPlan {
            month: plan.month.0,
            organisation_id: plan.organisation_id.as_ref().map(|id| id.0.as_str()),
            employee_id: plan.employee_id.as_ref().map(|id| id.0.as_str()),
            product_id: plan.product_id.as_ref().map(|id| id.0.as_str()),
            amount: plan.amount.0,
        })
        .collect();
    call.atomically(connection, |connection| keep(connection, moment(call), &call.caller, &plans))
        .map_err(problem)?;
    Answer::json(&SalePlansKeptAnswer { kept: plans.len() })
}

/// `GET /sales/plans`
pub(crate) fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let month: Month = call.query.month("month")?.unwrap_or_else(|| call.today("Asia/Shanghai").month());
    let reach = call.reach(connection, None)?;
    let found = of_month(connection, month, reach.organisations.as_deref())?;
    let items = found.into_iter().map(shape).collect();
    Answer::json(&SalePlansAnswer { month: MonthText(month), items })
}

fn shape(view: PlanView) -> SalePlanAnswer {
    let (organisation_id, employee_id) = match view.row.of {
        PlanOf::Organisation(_) => (Some(view.id), None),
        PlanOf::Employee(_) => (None, Some(view.id)),
    };
    SalePlanAnswer {
        month: MonthText(Month::from_number(view.row.month)),
        organisation_id,
        employee_id,
        product_id: view.product_id,
        amount: Money(view.row.amount),
        changed_by: view.changed_by,
        changed_at: Instant(view.changed_at),
    }
}
