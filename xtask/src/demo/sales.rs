//! The demo's managers and sales, put in force over the public API: who answers for whom, products with their rules, a
//! month of sales, what nobody registered in time, and plans.

mod sale;
mod terms;

use chrono::{NaiveDate, TimeDelta};
use serde_json::Value;

use super::plan::Plan;
use super::points::{is_the_plans, is_there, refused};
use super::review;
use super::staff::{branch_id, head_id, manager_ids};
use crate::client::{Ask, Client, JSON};
use crate::failure::Failure;
use crate::feed::{Batches, Stopped, deliver};
use crate::month::CalendarMonth;
use crate::progress::Progress;
use sale::Sale;
use terms::{PRODUCTS, Product};

/// Records of one request.
const BATCH: u32 = 1_000;

/// Branches whose customers get managers and that have plans. Those of the last branch wait, so that there is something
/// to propose for.
const MOST_BRANCHES: u64 = 24;

/// What a branch, and each of its managers, is to sell in a month.
const PLAN_OF_BRANCH: &str = "6000000.00";
const PLAN_OF_MANAGER: &str = "2000000.00";

/// Assigns customers and sells up to the day before `today`. One line of what it came to; none when it is there
/// already, or the bank is not the plan's. Every step can be repeated, so that a call of the same day goes on where one
/// was cut off.
pub fn furnish(client: &Client, plan: &Plan, today: NaiveDate) -> Result<Option<String>, Failure> {
    let [others @ .., latest] = &PRODUCTS;
    if is_there(client, &format!("/sales/products/{}", latest.id))? || !is_the_plans(client, plan)? {
        return Ok(None);
    }
    let last = today - TimeDelta::days(1);
    let first = sale::first_day(last);
    let assigned = assign(client, plan, first)?;
    for product in others {
        put_in_force(client, product, first)?;
    }
    let refunds = sell(client, plan, last)?;
    review::run(client, "/sales/default-runs", &format!("deciding sales as of {last}"), last)?;
    set_plans(client, plan, (first, last))?;
    // The latest product is the last one: whoever finds it finds all the rest. Its sales are credited when it comes.
    put_in_force(client, latest, first)?;
    let sales = sale::count(plan);
    let ranking = format!("/sales/ranking?from={first}&to={last}");
    let best = done(client, ("GET", &ranking), None)?;
    let best = best["items"][0]["key"].as_str().unwrap_or("nobody").to_owned();
    Ok(Some(format!(
        "sales: {sales} of {} products, {refunds} taken back, {assigned} customers assigned, best: {best}: \
         curl -s '{}{ranking}' -H \"Authorization: Bearer $KEY\"",
        PRODUCTS.len(),
        client.base(),
    )))
}

/// Branches that have managers and plans.
fn branches(plan: &Plan) -> std::ops::Range<u64> {
    0..(plan.branches() - 1).min(MOST_BRANCHES)
}

/// Assigns whoever waits at the branches; how many that were.
fn assign(client: &Client, plan: &Plan, from: NaiveDate) -> Result<u64, Failure> {
    let all = branches(plan);
    let mut progress = Progress::over("assigning customers", all.end, "branches");
    let mut assigned = 0;
    for branch in all {
        let body = format!(
            r#"{{"filter":{{"organisation_id":"{}","waiting":true}},
                "managers":[{}],"from":"{from}","reason":"首次分配"}}"#,
            branch_id(branch),
            managers(plan, branch),
        );
        let report = done(client, ("POST", "/assignments/batch"), Some(&body))?;
        assigned += report["accepted"].as_u64().unwrap_or(0);
        progress.advance(1);
    }
    progress.finish();
    Ok(assigned)
}

/// Who takes the customers of a branch: a manager who works there, at every third branch together with the manager of the
/// branch, who takes them alone where nobody else is left.
fn managers(plan: &Plan, branch: u64) -> String {
    let share = |id: &str, role: &str, share_bp: u32| {
        format!(r#"{{"employee_id":"{id}","role":"{role}","share_bp":{share_bp}}}"#)
    };
    let head = head_id(plan, branch);
    match manager_ids(plan, branch).first() {
        None => share(&head, "primary", 10_000),
        Some(manager) if branch.is_multiple_of(3) => {
            format!("{},{}", share(manager, "primary", 7_000), share(&head, "secondary", 3_000))
        }
        Some(manager) => share(manager, "primary", 10_000),
    }
}

/// Makes a product; one that is there stays as it is.
fn put_in_force(client: &Client, product: &Product, from: NaiveDate) -> Result<(), Failure> {
    let path = "/sales/products";
    let answer = client.post(path, JSON, product.body(from).as_bytes())?;
    match answer.status {
        201 | 409 => Ok(()),
        _ => Err(refused("POST", path, &answer)),
    }
}

/// Sends the sales; how many of them were taken back.
fn sell(client: &Client, plan: &Plan, last: NaiveDate) -> Result<u64, Failure> {
    let sales = sale::count(plan);
    let is_taken_back = |number: &u64| Sale::of(plan, last, *number).refund.is_some();
    let refunds = (0..sales).filter(is_taken_back).count() as u64;
    deliver(client, "selling", sales + refunds, BATCH, |batches| write(plan, last, batches))?;
    Ok(refunds)
}

fn write(plan: &Plan, last: NaiveDate, batches: &mut Batches) -> Result<(), Stopped> {
    batches.begin("transactions")?;
    for number in 0..sale::count(plan) {
        let sale = Sale::of(plan, last, number);
        sale.write(batches.line());
        batches.end()?;
        if let Some(refund) = &sale.refund {
            sale.write_refund(refund, batches.line());
            batches.end()?;
        }
    }
    Ok(())
}

/// Plans of the branches and their managers, for every month that has sales.
fn set_plans(client: &Client, plan: &Plan, (first, last): (NaiveDate, NaiveDate)) -> Result<(), Failure> {
    let (mut month, until) = (CalendarMonth::of(first), CalendarMonth::of(last));
    let mut items = Vec::new();
    while month <= until {
        let item =
            |whose: &str, amount: &str| format!(r#"{{"month":"{month}",{whose},"amount":"{amount}"}}"#);
        for branch in branches(plan) {
            items.push(item(&format!(r#""organisation_id":"{}""#, branch_id(branch)), PLAN_OF_BRANCH));
            for manager in manager_ids(plan, branch) {
                items.push(item(&format!(r#""employee_id":"{manager}""#), PLAN_OF_MANAGER));
            }
        }
        month = month.plus(1);
    }
    done(client, ("PUT", "/sales/plans"), Some(&format!(r#"{{"items":[{}]}}"#, items.join(","))))?;
    Ok(())
}

/// The answer to what has to succeed as a whole.
fn done(client: &Client, (method, path): (&str, &str), body: Option<&str>) -> Result<Value, Failure> {
    let headers = &[("content-type", JSON)];
    let answer = client.ask(Ask { method, path, headers, body: body.map(str::as_bytes) })?;
    let report = answer.json();
    let is_whole = report["rejected"].as_u64().unwrap_or(0) == 0;
    if answer.status == 200 && is_whole { Ok(report) } else { Err(refused(method, path, &answer)) }
}

#[cfg(test)]
mod tests;
