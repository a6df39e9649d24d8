//! Transactions of the latest month.

use super::person::Person;
use super::plan::{MONTHS, Plan};
use super::random::Random;
use super::staff::{branch_id, teller_id};
use super::write::Line;
use crate::feed::{Batches, Stopped};

const CHANNELS: &[&str] = &["counter", "mobile", "online", "atm"];
const OTHER_BANKS: &[&str] = &["bank-of-the-north", "river-bank", "city-commercial", "harbour-bank"];
const MERCHANTS: &[&str] = &["5411", "5812", "5541", "4511", "7011", "5732"];

/// Writes the customer's transactions.
pub fn transactions(person: &Person, plan: &Plan, batches: &mut Batches) -> Result<(), Stopped> {
    let mut random = Random::of(plan.seed, 7, person.number);
    let figures = person.wealth.month(MONTHS - 1, MONTHS);
    let assets = (figures.deposits + figures.investments).max(20_000);
    for place in 0..person.transactions {
        let branch = plan.branch_of(person.number);
        // One in a hundred is large enough for somebody to look at it.
        let per_mille = if random.chance(10_000) { random.between(300, 700) } else { random.between(2, 60) };
        let amount = (assets / 1_000 * per_mille).max(100);
        let channel = random.one_of(CHANNELS);
        let mut line = Line::new(batches.line());
        line.text("source", "demo").id("id", b'T', person.number * 4 + place);
        line.text("occurred_at", &instant(person, plan, &mut random));
        line.id("customer_id", b'C', person.number).id("account_id", b'D', person.number);
        match random.below(10) {
            0..3 => line.text("kind", "deposit"),
            3..5 => line.text("kind", "withdrawal"),
            5 => line.text("kind", "transfer_in").text("counterparty_bank", random.one_of(OTHER_BANKS)),
            6 => line.text("kind", "transfer_out").text("counterparty_bank", random.one_of(OTHER_BANKS)),
            7 => line.text("kind", "sale").text("product_id", "wealth-plan"),
            _ => line.text("kind", "purchase").text("merchant_category", random.one_of(MERCHANTS)),
        };
        line.money("amount", amount).text("channel", channel);
        line.text("organisation_id", &branch_id(branch));
        if channel == "counter" {
            line.text("teller_id", &teller_id(plan, branch, random.below(2)));
        }
        line.end();
        batches.end()?;
    }
    Ok(())
}

/// Some time of the latest month at which the customer was one already.
fn instant(person: &Person, plan: &Plan, random: &mut Random) -> String {
    let (first, last) = (plan.last_month.first_day(), plan.last_month.last_day());
    let from = person.opened_on.max(first);
    let day = from + chrono::TimeDelta::days(random.between(0, (last - from).num_days()));
    let minute = random.between(8 * 60, 21 * 60);
    format!("{day}T{:02}:{:02}:{:02}+08:00", minute / 60, minute % 60, random.below(60))
}
