//! Customers and their accounts.

use chrono::{NaiveDate, TimeDelta};

use super::names;
use super::plan::{MONTHS, Plan};
use super::random::Random;
use super::staff::branch_id;
use super::wealth::Wealth;
use super::write::{Line, id};
use crate::feed::{Batches, Stopped};

/// Months before the history that the oldest relationships began.
const OLDEST_MONTHS: i64 = 240;

/// A customer as far as other records depend on it.
pub struct Person {
    /// Number within the plan.
    pub number: u64,
    /// First day as a customer.
    pub opened_on: NaiveDate,
    /// First month of the history that has figures.
    pub first_month: i64,
    /// Assets, loans, spending.
    pub wealth: Wealth,
    /// Level of the card, when there is one.
    pub card: Option<Card>,
    /// Transactions in the latest month.
    pub transactions: u64,
}

/// A credit card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    /// As intake names it.
    pub level: &'static str,
    /// Months after the latest month that it stays valid; negative when it lapsed before.
    pub valid_months: i32,
}

impl Person {
    /// Customer `number` of the plan.
    pub fn of(plan: &Plan, number: u64) -> Self {
        let mut random = Random::of(plan.seed, 1, number);
        let wealth = Wealth::of(plan.seed, number, MONTHS);
        // Six of a hundred came within the history, the others over twenty years.
        let first_month = if random.chance(60_000) { random.between(1, MONTHS - 1) } else { 0 };
        let opened = match first_month {
            0 => plan.month(0).plus(-(random.between(1, OLDEST_MONTHS) as i32)),
            month => plan.month(month),
        };
        let opened_on = opened.first_day() + TimeDelta::days(random.between(0, 27));
        let card = card(&mut random, wealth.has_card());
        let transactions = if random.chance(200_000) { 1 + random.below(3) } else { 0 };
        Self { number, opened_on, first_month, wealth, card, transactions }
    }

    /// Accounts: a deposit account for everyone, others for some.
    pub fn accounts(&self) -> u64 {
        let wealth = &self.wealth;
        let some =
            [wealth.invests(), wealth.has_secured_loan(), wealth.has_unsecured_loan(), self.card.is_some()];
        1 + some.into_iter().filter(|has| *has).count() as u64
    }

    /// Months with figures.
    pub fn months(&self) -> u64 {
        (MONTHS - self.first_month) as u64
    }

    /// Writes the customer.
    pub fn customer(&self, plan: &Plan, batches: &mut Batches) -> Result<(), Stopped> {
        let mut random = Random::of(plan.seed, 5, self.number);
        let mut line = Line::new(batches.line());
        line.id("id", b'C', self.number);
        line.text("organisation_id", &branch_id(plan.branch_of(self.number)));
        line.text("name", &names::person(&mut random));
        line.text("phone", &format!("+8619{:09}", random.below(1_000_000_000)));
        if random.chance(300_000) {
            let id = id(b'c', self.number);
            line.text("email", &format!("{}@example.com", String::from_utf8_lossy(&id)));
        }
        // Adults on the day they came.
        let age_days = random.between(18 * 365 + 5, 70 * 365);
        line.text("birth_date", &(self.opened_on - TimeDelta::days(age_days)).to_string());
        line.text("gender", if random.chance(510_000) { "female" } else { "male" });
        line.text("opened_on", &self.opened_on.to_string());
        if Random::of(plan.seed, 6, self.number / 2).chance(300_000) {
            line.id("household_id", b'H', self.number / 2);
        }
        match random.below(1_000) {
            0..20 => line.text("time_zone", "Asia/Urumqi"),
            20..35 => line.text("time_zone", "Asia/Hong_Kong"),
            35..40 => line.text("time_zone", "Europe/London"),
            _ => &mut line,
        };
        let consents: u64 = random.below(100);
        line.raw(
            "consents",
            CONSENTS[usize::from(consents >= 55) + usize::from(consents >= 80) + usize::from(consents >= 92)],
        );
        if random.chance(250_000) {
            line.raw("attributes", random.one_of(ATTRIBUTES));
        }
        line.end();
        batches.end()
    }

    /// Writes the accounts.
    pub fn write_accounts(&self, plan: &Plan, batches: &mut Batches) -> Result<(), Stopped> {
        let wealth = &self.wealth;
        self.account(batches, b'D', "deposit", "demand-deposit")?;
        if wealth.invests() {
            self.account(batches, b'I', "investment", "wealth-plan")?;
        }
        if wealth.has_secured_loan() {
            self.account(batches, b'M', "secured_loan", "mortgage")?;
        }
        if wealth.has_unsecured_loan() {
            self.account(batches, b'L', "unsecured_loan", "consumer-loan")?;
        }
        let Some(card) = self.card else { return Ok(()) };
        let valid_to = plan.last_month.plus(card.valid_months).last_day();
        let mut line = Line::new(batches.line());
        line.id("id", b'K', self.number).id("customer_id", b'C', self.number).text("class", "credit_card");
        line.text("product_id", "credit-card").text("card_level", card.level);
        line.text("opened_on", &self.opened_on.min(valid_to).to_string());
        line.text("valid_to", &valid_to.to_string()).end();
        batches.end()
    }

    fn account(&self, batches: &mut Batches, letter: u8, class: &str, product: &str) -> Result<(), Stopped> {
        let mut line = Line::new(batches.line());
        line.id("id", letter, self.number).id("customer_id", b'C', self.number).text("class", class);
        line.text("product_id", product).text("opened_on", &self.opened_on.to_string()).end();
        batches.end()
    }
}

/// From everything to nothing; the last customers never said, which is not a consent.
const CONSENTS: [&str; 4] = [
    r#"{"sms":true,"email":true,"phone":true,"push":true}"#,
    r#"{"sms":true,"email":false,"phone":false,"push":true}"#,
    r#"{"sms":false,"email":false,"phone":false,"push":false}"#,
    "{}",
];

const ATTRIBUTES: &[&str] = &[
    r#"{"occupation":"teacher"}"#,
    r#"{"occupation":"engineer"}"#,
    r#"{"occupation":"merchant","owns_company":true}"#,
    r#"{"occupation":"retired"}"#,
    r#"{"occupation":"student"}"#,
];

fn card(random: &mut Random, pays_by_card: bool) -> Option<Card> {
    let (level_of, valid) = (random.below(1_000_000), random.between(1, 60) as i32);
    // One card in twelve lapsed lately; a lapsed diamond gives no tier.
    let valid_months = if random.chance(80_000) { -(random.between(1, 6) as i32) } else { valid };
    let level = match level_of {
        0..350 => "diamond",
        _ if !pays_by_card => return None,
        350..20_000 => "platinum",
        20_000..170_000 => "gold",
        _ => "classic",
    };
    Some(Card { level, valid_months })
}
