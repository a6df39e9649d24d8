//! Three months of events: purchases at home and abroad, refunds of some, surveys and referrals. Each is made from its
//! number alone, in the order of their days.

use chrono::{NaiveDate, TimeDelta};

use super::REGULAR;
use crate::demo::person::Person;
use crate::demo::plan::Plan;
use crate::demo::random::Random;
use crate::demo::write::Line;

/// Days that have events.
const DAYS: u64 = 90;

const MOST_EVENTS: u64 = 20_000;
const EVENTS_A_CUSTOMER: u64 = 4;

/// Every so many events one is a purchase of the customer to look at, the very first among them.
const REGULAR_EVERY: u64 = 250;

/// Every so many events one takes back another that came so many before it. That one is no refund itself, because
/// refunds are farther apart.
const REFUND_EVERY: u64 = 97;
const REFUND_AFTER: u64 = 40;

const AT_HOME: &[&str] = &["5411", "5812", "5541", "5732", "5912", "7011"];
const ABROAD: &[&str] = &["4511", "5812", "7011"];
/// Told of purchases abroad alone.
const COUNTRIES: &[&str] = &["JP", "TH", "FR", "SG"];
const CHANNELS: &[&str] = &["pos", "mobile", "online"];

/// An event of the demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its number, from zero.
    pub number: u64,
    /// Number of the customer.
    pub customer: u64,
    /// When it happened.
    pub on: NaiveDate,
    /// Minute of that day.
    pub minute: i64,
    /// What happened.
    pub kind: Kind,
    last: NaiveDate,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The customer paid so much, in minor units.
    Purchase { amount: i64, category: &'static str, channel: &'static str, country: Option<&'static str> },
    /// So much of an earlier purchase comes back.
    Refund { of: u64, amount: i64 },
    /// The customer answered questions.
    Survey,
    /// The customer was brought by another one.
    Referral { referrer: u64 },
}

/// Events of a plan.
pub fn count(plan: &Plan) -> u64 {
    plan.customers.saturating_mul(EVENTS_A_CUSTOMER).min(MOST_EVENTS)
}

impl Event {
    /// Event `number` of a plan whose latest day is `last`.
    pub fn of(plan: &Plan, last: NaiveDate, number: u64) -> Self {
        Self::refund(plan, last, number).unwrap_or_else(|| Self::first_hand(plan, last, number))
    }

    fn refund(plan: &Plan, last: NaiveDate, number: u64) -> Option<Self> {
        let of = number.checked_sub(REFUND_AFTER)?;
        let is_due = number % REFUND_EVERY == REFUND_EVERY - 1;
        if !is_due || is_regulars(number) || is_regulars(of) {
            return None;
        }
        let original = Self::first_hand(plan, last, of);
        let Kind::Purchase { amount, .. } = original.kind else { return None };
        let amount = if Random::of(plan.seed, 9, number).chance(500_000) { amount } else { amount / 2 };
        let on = day(plan, last, number, original.customer);
        // After the shops have closed, so that it never comes before its purchase.
        let minute = 22 * 60;
        Some(Self {
            number,
            customer: original.customer,
            on,
            minute,
            kind: Kind::Refund { of, amount },
            last,
        })
    }

    fn first_hand(plan: &Plan, last: NaiveDate, number: u64) -> Self {
        let mut random = Random::of(plan.seed, 8, number);
        let anybody = |random: &mut Random| random.below(plan.customers);
        // The smaller of two draws: some customers buy more often than others.
        let drawn = anybody(&mut random).min(anybody(&mut random));
        let customer = if is_regulars(number) { REGULAR.min(plan.customers - 1) } else { drawn };
        let minute = random.between(8 * 60, 21 * 60);
        let kind = match random.below(100) {
            0..5 if !is_regulars(number) => Kind::Survey,
            5..7 if !is_regulars(number) => Kind::Referral { referrer: anybody(&mut random) },
            7..13 => purchase(&mut random, ABROAD, Some(COUNTRIES)),
            _ => purchase(&mut random, AT_HOME, None),
        };
        Self { number, customer, on: day(plan, last, number, customer), minute, kind, last }
    }

    /// Writes it as a line of a batch.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut line = Line::new(out);
        line.text("source", "demo-card").text("id", &self.id(self.number));
        let (hour, minute) = (self.minute / 60, self.minute % 60);
        line.text("occurred_at", &format!("{}T{hour:02}:{minute:02}:00+08:00", self.on));
        line.id("customer_id", b'C', self.customer);
        match self.kind {
            Kind::Purchase { amount, category, channel, country } => {
                line.text("type", "purchase").money("amount", amount);
                line.text("merchant_category", category).text("channel", channel);
                if let Some(country) = country {
                    line.raw("attributes", &format!("{{\"country\":\"{country}\"}}"));
                }
            }
            Kind::Refund { of, amount } => {
                line.text("type", "refund").money("amount", amount).text("refund_of", &self.id(of));
            }
            Kind::Survey => {
                line.text("type", "survey");
            }
            Kind::Referral { referrer } => {
                let referrer = super::customer_id(referrer);
                line.text("type", "referral");
                line.raw("attributes", &format!("{{\"referrer_id\":\"{referrer}\"}}"));
            }
        }
        line.end();
    }

    /// The latest day is a part of ids, because the same number is another event when the days are others.
    fn id(&self, number: u64) -> String {
        format!("{}-{number:05}", self.last)
    }
}

fn is_regulars(number: u64) -> bool {
    number.is_multiple_of(REGULAR_EVERY)
}

/// The day of an event: later numbers come later, and nobody buys before being a customer.
fn day(plan: &Plan, last: NaiveDate, number: u64, customer: u64) -> NaiveDate {
    let back = DAYS - 1 - (number * DAYS / count(plan)).min(DAYS - 1);
    let on = last - TimeDelta::days(back as i64);
    on.max(Person::of(plan, customer).opened_on).min(last)
}

fn purchase(random: &mut Random, categories: &[&'static str], countries: Option<&[&'static str]>) -> Kind {
    // The smaller of two draws: most purchases are small.
    let amount = random.between(5_000, 250_000).min(random.between(5_000, 250_000));
    let (category, channel) = (random.one_of(categories), random.one_of(CHANNELS));
    Kind::Purchase { amount, category, channel, country: countries.map(|countries| random.one_of(countries)) }
}
