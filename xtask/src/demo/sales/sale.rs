//! A month of sales, and what was taken back of some. Each is made from its number alone, in the order of their days.

use chrono::{NaiveDate, TimeDelta};

use super::terms::{PRODUCTS, Product};
use crate::demo::person::Person;
use crate::demo::plan::{MONTHS, Plan};
use crate::demo::random::Random;
use crate::demo::staff::{branch_id, teller_id};
use crate::demo::wealth::Wealth;
use crate::demo::write::Line;

/// Days that have sales.
pub const DAYS: i64 = 30;

const MOST_SALES: u64 = 3_000;
const SALES_A_CUSTOMER: u64 = 4;

/// The wealthiest of so many customers buys: who has more buys more.
const CANDIDATES: u64 = 8;

/// Every so many sales one is taken back so many days later, unless that is yet to come.
const REFUND_EVERY: u64 = 60;
const REFUND_DAYS: i64 = 3;

const SOURCE: &str = "demo-sale";
const COUNTER: &str = "counter";
const CHANNELS: &[&str] = &[COUNTER, COUNTER, "mobile", "online"];

/// A sale of the demo.
#[derive(Debug)]
pub struct Sale {
    /// Number of the customer.
    pub customer: u64,
    /// What was sold.
    pub product: &'static Product,
    /// In minor units.
    pub amount: i64,
    /// When.
    pub on: NaiveDate,
    /// Number of the branch that sold.
    pub branch: u64,
    /// Who served, at the counter.
    pub teller: Option<String>,
    /// What was taken back.
    pub refund: Option<Refund>,
    channel: &'static str,
    minute: i64,
    id: String,
}

/// What was taken back of a sale, or all of it.
#[derive(Debug)]
pub struct Refund {
    /// In minor units.
    pub amount: i64,
    /// When.
    pub on: NaiveDate,
}

/// Sales of a plan.
pub fn count(plan: &Plan) -> u64 {
    plan.customers.saturating_mul(SALES_A_CUSTOMER).min(MOST_SALES)
}

/// The first day that has sales when `last` is the latest one.
pub fn first_day(last: NaiveDate) -> NaiveDate {
    last - TimeDelta::days(DAYS - 1)
}

impl Sale {
    /// Sale `number` of a plan whose latest day is `last`.
    pub fn of(plan: &Plan, last: NaiveDate, number: u64) -> Self {
        let mut random = Random::of(plan.seed, 10, number);
        let customer = buyer(plan, &mut random);
        let product = &PRODUCTS[random.below(PRODUCTS.len() as u64) as usize];
        let (least, most) = product.amounts;
        // The smaller of two draws, in whole yuan: most sales are small.
        let amount = random.between(least, most).min(random.between(least, most)) / 100 * 100;
        let anywhere = random.below(plan.branches());
        // One in ten buys elsewhere than at home.
        let branch = if random.chance(100_000) { anywhere } else { plan.branch_of(customer) };
        let channel = random.one_of(CHANNELS);
        let served_by = teller_id(plan, branch, random.below(2));
        let on = day(plan, last, number, customer);
        let back = if random.chance(500_000) { amount } else { amount / 2 };
        let back_on = on + TimeDelta::days(REFUND_DAYS);
        let is_taken_back = number % REFUND_EVERY == REFUND_EVERY - 1 && back_on <= last;
        Self {
            customer,
            product,
            amount,
            on,
            branch,
            teller: (channel == COUNTER).then_some(served_by),
            refund: is_taken_back.then_some(Refund { amount: back, on: back_on }),
            channel,
            minute: random.between(9 * 60, 17 * 60),
            // The same number is another sale when the days are others.
            id: format!("{last}-{number:04}"),
        }
    }

    /// Writes it as a line of a batch.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut line = Line::new(out);
        line.text("source", SOURCE).text("id", &self.id).text("kind", "sale");
        line.text("occurred_at", &self.instant(self.on)).id("customer_id", b'C', self.customer);
        line.money("amount", self.amount).text("product_id", self.product.id);
        line.text("organisation_id", &branch_id(self.branch)).text("channel", self.channel);
        if let Some(teller) = &self.teller {
            line.text("teller_id", teller);
        }
        line.end();
    }

    /// Writes what was taken back of it.
    pub fn write_refund(&self, refund: &Refund, out: &mut Vec<u8>) {
        let mut line = Line::new(out);
        line.text("source", SOURCE).text("id", &format!("{}-back", self.id)).text("kind", "refund");
        line.text("occurred_at", &self.instant(refund.on)).id("customer_id", b'C', self.customer);
        line.money("amount", refund.amount).text("refund_of", &self.id);
        line.text("organisation_id", &branch_id(self.branch)).text("channel", self.channel);
        line.end();
    }

    fn instant(&self, on: NaiveDate) -> String {
        format!("{on}T{:02}:{:02}:00+08:00", self.minute / 60, self.minute % 60)
    }
}

fn buyer(plan: &Plan, random: &mut Random) -> u64 {
    let assets = |customer: &u64| {
        let figures = Wealth::of(plan.seed, *customer, MONTHS).month(MONTHS - 1, MONTHS);
        figures.deposits + figures.investments
    };
    (0..CANDIDATES).map(|_| random.below(plan.customers)).max_by_key(assets).unwrap_or(0)
}

/// The day of a sale: later numbers come later, and nobody buys before being a customer.
fn day(plan: &Plan, last: NaiveDate, number: u64, customer: u64) -> NaiveDate {
    let back = DAYS - 1 - (number as i64 * DAYS / count(plan) as i64).min(DAYS - 1);
    let on = last - TimeDelta::days(back);
    on.max(Person::of(plan, customer).opened_on).min(last)
}
