//! The demo's points programme, put in force over the public API: rules, a budget, rewards, three months of events,
//! what some customers spent, and a partner.

mod event;
mod terms;

use chrono::NaiveDate;

use super::plan::Plan;
use super::write::id;
use crate::client::{Answer, Ask, Client, JSON, NDJSON};
use crate::failure::Failure;
use crate::progress::Progress;
use event::Event;

/// The customer to look at, who buys all the time and spends nothing, so that there are always some points.
pub const REGULAR: u64 = 1;

/// Events of one request.
const BATCH: u64 = 10_000;

/// Customers who redeem something, out of the first ones of the bank.
const REDEMPTIONS: usize = 12;
const CANDIDATES: u64 = 60;

/// Puts the programme in force and fills it with events up to the day before `today`. One line of what it came to; none
/// when it is there already, or the bank is not the plan's. Every step can be repeated, so that a call of the same day
/// goes on where one was cut off.
pub fn furnish(client: &Client, plan: &Plan, today: NaiveDate) -> Result<Option<String>, Failure> {
    if is_furnished(client)? || !is_the_plans(client, plan)? {
        return Ok(None);
    }
    put_in_force(client)?;
    let last = today - chrono::TimeDelta::days(1);
    let events = send_events(client, plan, last)?;
    redeem(client, plan)?;
    // The partner is the last one: whoever finds it finds all the rest. Nobody reads its secret; another can be made.
    send(client, ("POST", "/partners"), terms::PARTNER, "demo-partner")?;
    summary(client, plan, events).map(Some)
}

fn is_furnished(client: &Client) -> Result<bool, Failure> {
    is_there(client, &format!("/partners/{}", terms::PARTNER_ID))
}

/// True when the bank has as many customers as the plan, or more.
pub(super) fn is_the_plans(client: &Client, plan: &Plan) -> Result<bool, Failure> {
    is_there(client, &format!("/customers/{}/assets", customer_id(plan.customers - 1)))
}

/// True when a path answers, false when it is not known.
pub(super) fn is_there(client: &Client, path: &str) -> Result<bool, Failure> {
    let answer = client.get(path)?;
    match answer.status {
        200 => Ok(true),
        404 => Ok(false),
        _ => Err(refused("GET", path, &answer)),
    }
}

/// The id of a customer.
pub fn customer_id(number: u64) -> String {
    String::from_utf8_lossy(&id(b'C', number)).into_owned()
}

/// The budget comes before the rule that uses it.
fn put_in_force(client: &Client) -> Result<(), Failure> {
    let budget = format!("/points/campaigns/{}", terms::CAMPAIGN_ID);
    send(client, ("PUT", budget.as_str()), terms::BUDGET, "demo-budget")?;
    for (id, rule) in terms::RULES {
        send(client, ("POST", "/points/rules"), rule, &format!("demo-rule-{id}"))?;
        let activate = format!("/points/rules/{id}/activate");
        send(client, ("POST", activate.as_str()), "{}", "demo-activation")?;
    }
    for (id, reward) in terms::REWARDS {
        send(client, ("POST", "/rewards"), reward, &format!("demo-reward-{id}"))?;
    }
    Ok(())
}

fn send_events(client: &Client, plan: &Plan, last: NaiveDate) -> Result<u64, Failure> {
    let count = event::count(plan);
    let mut progress = Progress::over("earning points", count, "events");
    let (mut body, mut first) = (Vec::new(), 0);
    while first < count {
        let end = count.min(first + BATCH);
        body.clear();
        (first..end).for_each(|number| Event::of(plan, last, number).write(&mut body));
        all_taken(&client.post("/points/events", NDJSON, &body)?, end - first)?;
        progress.advance(end - first);
        first = end;
    }
    progress.finish();
    Ok(count)
}

/// Events that we made ourselves are all good: one that is refused is a fault.
fn all_taken(answer: &Answer, events: u64) -> Result<(), Failure> {
    let report = answer.json();
    let count = |name: &str| report[name].as_u64().unwrap_or(0);
    if answer.status == 200 && count("accepted") + count("duplicates") == events {
        return Ok(());
    }
    Err(refused("POST", "/points/events", answer))
}

/// The first of the candidates who have enough points redeem something; to the others the bank says no.
fn redeem(client: &Client, plan: &Plan) -> Result<(), Failure> {
    let mut redeemed = 0;
    for number in (0..plan.customers.min(CANDIDATES)).filter(|number| *number != REGULAR) {
        if redeemed == REDEMPTIONS {
            break;
        }
        let (reward, _) = terms::REWARDS[number as usize % terms::REWARDS.len()];
        let body = format!("{{\"customer_id\":\"{}\",\"reward_id\":\"{reward}\"}}", customer_id(number));
        let answer = ask(client, ("POST", "/redemptions"), &body, &format!("demo-redemption-{number}"))?;
        match answer.status {
            201 => redeemed += 1,
            409 => {}
            _ => return Err(refused("POST", "/redemptions", &answer)),
        }
    }
    Ok(())
}

fn summary(client: &Client, plan: &Plan, events: u64) -> Result<String, Failure> {
    let path = "/points/liability";
    let answer = client.get(path)?;
    if answer.status != 200 {
        return Err(refused("GET", path, &answer));
    }
    let report = answer.json();
    let points = |name: &str| report[name].as_i64().unwrap_or(0);
    Ok(format!(
        "points: {events} events, {} given, liability {}, a customer to look at: {}",
        points("programme_cost"),
        points("liability"),
        customer_id(REGULAR.min(plan.customers - 1)),
    ))
}

/// Sends what has to succeed.
fn send(client: &Client, to: (&str, &str), body: &str, key: &str) -> Result<(), Failure> {
    let answer = ask(client, to, body, key)?;
    if (200..300).contains(&answer.status) { Ok(()) } else { Err(refused(to.0, to.1, &answer)) }
}

fn ask(client: &Client, (method, path): (&str, &str), body: &str, key: &str) -> Result<Answer, Failure> {
    let headers = &[("content-type", JSON), ("idempotency-key", key)];
    client.ask(Ask { method, path, headers, body: Some(body.as_bytes()) })
}

/// An answer that was not expected.
pub(super) fn refused(method: &str, path: &str, answer: &Answer) -> Failure {
    let text: String = answer.text.chars().take(400).collect();
    Failure::new(
        format!("{method} {path} answered {}: {text}", answer.status),
        "read the answer above and the runtime's log; the data are loaded and stay",
    )
}

#[cfg(test)]
mod tests;
