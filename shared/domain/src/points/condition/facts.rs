//! What a condition may ask about: an event, its customer, and what follows from their dates.

use chrono::{Datelike, NaiveDate};

use crate::date::Day;

/// A fact that a bank sends along under a name of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// True or false.
    Flag(bool),
}

/// Everything that is known when an event is judged.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The event.
    pub event: EventFacts<'a>,
    /// Its customer as known now.
    pub customer: CustomerFacts<'a>,
}

/// What is known of an event.
#[derive(Clone, Copy, Debug)]
pub struct EventFacts<'a> {
    /// The kind of event, `event.type`.
    pub kind: &'a str,
    /// The system that sent it.
    pub source: &'a str,
    /// The day it happened.
    pub on: Day,
    /// Minutes since that day began, below 1 440.
    pub minute_of_day: u16,
    /// In minor units.
    pub amount: Option<i64>,
    /// The channel it came through.
    pub channel: Option<&'a str>,
    /// The category of the merchant.
    pub merchant_category: Option<&'a str>,
    /// The product.
    pub product_id: Option<&'a str>,
    /// The unit where it happened.
    pub organisation_id: Option<&'a str>,
    /// The bank of the other side.
    pub counterparty_bank: Option<&'a str>,
    /// The bank's own facts by name.
    pub attributes: &'a [(String, Fact)],
}

/// What is known of a customer.
#[derive(Clone, Copy, Debug)]
pub struct CustomerFacts<'a> {
    /// Code of the tier; none: the customer has none, which a condition reads as an empty text.
    pub tier: Option<&'a str>,
    /// The unit the customer belongs to.
    pub organisation_id: &'a str,
    /// The gender as the bank writes it.
    pub gender: Option<&'a str>,
    /// The day of birth.
    pub birth_date: Option<Day>,
    /// The day the customer became one.
    pub opened_on: Option<Day>,
    /// Names of the segments the customer is in.
    pub segments: &'a [String],
    /// The bank's own facts by name.
    pub attributes: &'a [(String, Fact)],
}

/// Which facts of the customer a condition asks for: what it does not ask for need not be loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// The tier.
    pub tier: bool,
    /// The unit.
    pub organisation_id: bool,
    /// The gender.
    pub gender: bool,
    /// The day of birth.
    pub birth_date: bool,
    /// The day the customer became one.
    pub opened_on: bool,
    /// The segments.
    pub segments: bool,
    /// The bank's own facts.
    pub attributes: bool,
}

impl Reads {
    /// What one or the other asks for.
    pub fn union(self, other: Self) -> Self {
        Self {
            tier: self.tier || other.tier,
            organisation_id: self.organisation_id || other.organisation_id,
            gender: self.gender || other.gender,
            birth_date: self.birth_date || other.birth_date,
            opened_on: self.opened_on || other.opened_on,
            segments: self.segments || other.segments,
            attributes: self.attributes || other.attributes,
        }
    }

    /// True when a condition asks for some fact of the customer.
    pub fn any(self) -> bool {
        self != Self::default()
    }
}

/// Month and day of a birthday in the year of `on`: who was born on 29 February has it on the 28th in other years.
fn birthday(born: NaiveDate, on: NaiveDate) -> (u32, u32) {
    match (born.month(), born.day()) {
        (2, 29) if !on.leap_year() => (2, 28),
        date => date,
    }
}

/// True when the birthday is on this day.
pub(super) fn is_birthday(born: Day, on: Day) -> bool {
    let on = on.date();
    birthday(born.date(), on) == (on.month(), on.day())
}

/// Completed years of life; a year is complete on the birthday. Zero before birth.
pub(super) fn age(born: Day, on: Day) -> i64 {
    let (born, on) = (born.date(), on.date());
    let is_complete = (on.month(), on.day()) >= birthday(born, on);
    i64::from(on.year() - born.year() - i32::from(!is_complete)).max(0)
}

/// Completed months since the first day; after the 31st a month is complete on the last day of a shorter one. Zero
/// before it.
pub(super) fn member_months(opened: Day, on: Day) -> i64 {
    let months = on.month().number() - opened.month().number();
    let due = opened.date().day().min(on.month().last_day().date().day());
    i64::from(months - i32::from(on.date().day() < due)).max(0)
}
