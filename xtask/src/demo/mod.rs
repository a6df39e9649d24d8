//! The demo bank: made from a seed, deterministic to the byte, and sent through intake like any bank's data.

pub mod movement;
pub mod names;
pub mod person;
pub mod plan;
pub mod points;
pub mod random;
pub mod review;
pub mod sales;
pub mod staff;
pub mod wealth;
pub mod write;

use crate::client::Client;
use crate::failure::Failure;
use crate::feed::{Batches, Delivered, Stopped, deliver};
use person::Person;
use plan::{MONTHS, Plan};
use write::Line;

/// Twelve chunks of the book (12 × 4 096 customers): a request rewrites whole chunks and touches none twice.
pub const RECORDS_A_REQUEST: u32 = 49_152;

/// The seed of a bank that nobody asked to be another.
pub const SEED: u64 = 20_260_101;

/// Customers of a bank that nobody asked to be larger: loaded within seconds, and every tier occurs.
pub const CUSTOMERS: u64 = 5_000;

/// Makes the bank and sends it.
pub fn load(client: &Client, plan: &Plan, records_a_request: u32) -> Result<Delivered, Failure> {
    let records = count(plan);
    let what = format!("loading {} customers", plan.customers);
    deliver(client, &what, records, records_a_request, |batches| make(plan, batches))
}

/// Writes every record of the bank in an order that intake accepts: whatever is referred to comes first.
pub fn make(plan: &Plan, batches: &mut Batches) -> Result<(), Stopped> {
    staff::organisations(plan, batches)?;
    staff::employees(plan, batches)?;
    batches.begin("customers")?;
    for number in 0..plan.customers {
        Person::of(plan, number).customer(plan, batches)?;
    }
    batches.begin("accounts")?;
    for number in 0..plan.customers {
        Person::of(plan, number).write_accounts(plan, batches)?;
    }
    batches.begin("assets")?;
    for month in 0..MONTHS {
        assets(plan, month, batches)?;
        // A request with the end of one month and the start of the next would touch both months' columns.
        batches.flush()?;
    }
    batches.begin("transactions")?;
    for number in 0..plan.customers {
        let person = Person::of(plan, number);
        movement::transactions(&person, plan, batches)?;
    }
    Ok(())
}

/// One month of everybody, by customer.
fn assets(plan: &Plan, month: i64, batches: &mut Batches) -> Result<(), Stopped> {
    let text = plan.month(month).to_string();
    for number in 0..plan.customers {
        let person = Person::of(plan, number);
        if month < person.first_month {
            continue;
        }
        let figures = person.wealth.month(month, MONTHS);
        let mut line = Line::new(batches.line());
        line.id("customer_id", b'C', number).text("month", &text);
        line.money_unless_zero("deposits", figures.deposits);
        line.money_unless_zero("investments", figures.investments);
        line.money_unless_zero("secured_loans", figures.secured_loans);
        line.money_unless_zero("unsecured_loans", figures.unsecured_loans);
        line.money_unless_zero("card_spend", figures.card_spend);
        line.end();
        batches.end()?;
    }
    Ok(())
}

/// Number of records that [`make`] writes.
pub fn count(plan: &Plan) -> u64 {
    let people = (0..plan.customers).map(|number| {
        let person = Person::of(plan, number);
        1 + person.accounts() + person.months() + person.transactions
    });
    staff::organisation_count(plan) + staff::employee_count(plan) + people.sum::<u64>()
}

#[cfg(test)]
mod tests;
