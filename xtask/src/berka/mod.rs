//! A real bank: the Czech bank of the PKDD'99 challenge, 1993–1994, loaded through intake like any other.

pub mod source;
pub mod table;

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDate;

use crate::client::Client;
use crate::demo::write::Line;
use crate::failure::Failure;
use crate::feed::{Batches, Delivered, Stopped, deliver};
use source::{Account, Product, Source};

/// The root of the tree.
pub const HEAD_OFFICE: &str = "head-office";

/// What to load of the published files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The last day with balances. The excerpt is complete up to 1994-03-30.
    pub until: NaiveDate,
    /// Loans and cards as accounts too. They have no balances: the files tell only what was granted.
    pub loans_and_cards: bool,
}

impl Default for Extent {
    fn default() -> Self {
        let until = NaiveDate::from_ymd_opt(1994, 3, 30).unwrap_or_default();
        Self { until, loans_and_cards: false }
    }
}

/// Id of a customer in the loaded bank.
pub fn customer_id(client_id: u32) -> String {
    format!("client-{client_id}")
}

/// Id of an account in the loaded bank.
pub fn account_id(account_id: u32) -> String {
    format!("account-{account_id}")
}

/// Id of a district's branch in the loaded bank.
pub fn branch_id(district_id: u32) -> String {
    format!("district-{district_id}")
}

/// Id of a region in the loaded bank: its name with hyphens.
pub fn region_id(name: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    format!("region-{}", name.chars().map(plain).collect::<String>())
}

/// Reads the folder and sends the bank.
pub fn load(client: &Client, dir: &Path, extent: Extent) -> Result<Delivered, Failure> {
    let source = Source::read(dir)?;
    let accounts = accounts_of(&source, extent).count() as u64;
    let balances: u64 =
        accounts_of(&source, extent).map(|(_, account)| closes(account, extent).count() as u64).sum();
    let records = 2 * accounts + balances + source.districts.len() as u64;
    deliver(client, "loading the Czech bank", records, crate::demo::RECORDS_A_REQUEST, |batches| {
        make(&source, extent, batches)
    })
}

/// Accounts that count by then: those with a transaction.
fn accounts_of(source: &Source, extent: Extent) -> impl Iterator<Item = (u32, &Account)> {
    let counts = move |account: &Account| account.first_day().is_some_and(|day| day <= extent.until);
    source.accounts.iter().filter(move |(_, account)| counts(account)).map(|(id, account)| (*id, account))
}

fn closes(account: &Account, extent: Extent) -> impl Iterator<Item = (NaiveDate, i64)> {
    account.closes.iter().copied().filter(move |(day, _)| *day <= extent.until)
}

fn make(source: &Source, extent: Extent, batches: &mut Batches) -> Result<(), Stopped> {
    organisations(source, batches)?;
    batches.begin("customers")?;
    for (_, account) in accounts_of(source, extent) {
        customer(account, batches)?;
    }
    batches.begin("accounts")?;
    for (id, account) in accounts_of(source, extent) {
        let mut line = Line::new(batches.line());
        line.text("id", &account_id(id)).text("customer_id", &customer_id(account.owner.client_id));
        line.text("class", "deposit").text("opened_on", &account.opened_on.to_string()).end();
        batches.end()?;
    }
    if extent.loans_and_cards {
        loans_and_cards(source, extent, batches)?;
    }
    batches.begin("balances")?;
    // By month first: a month's part of the book is then written once and not a thousand times.
    let mut lines: Vec<_> = accounts_of(source, extent)
        .flat_map(|(id, account)| closes(account, extent).map(move |(day, close)| (day, id, close)))
        .collect();
    lines.sort_unstable_by_key(|(day, id, _)| (crate::month::CalendarMonth::of(*day), *id, *day));
    for (day, id, close) in lines {
        let mut line = Line::new(batches.line());
        line.text("account_id", &account_id(id)).text("date", &day.to_string()).money("amount", close).end();
        batches.end()?;
    }
    Ok(())
}

fn organisations(source: &Source, batches: &mut Batches) -> Result<(), Stopped> {
    batches.begin("organisations")?;
    Line::new(batches.line())
        .text("id", HEAD_OFFICE)
        .text("name", "Head office")
        .text("level", "head_office")
        .end();
    batches.end()?;
    let regions: BTreeSet<&str> = source.districts.iter().map(|district| district.region.as_str()).collect();
    for region in regions {
        let mut line = Line::new(batches.line());
        line.text("id", &region_id(region)).text("parent_id", HEAD_OFFICE);
        line.text("name", region).text("level", "region").end();
        batches.end()?;
    }
    for district in &source.districts {
        let mut line = Line::new(batches.line());
        line.text("id", &branch_id(district.id)).text("parent_id", &region_id(&district.region));
        line.text("name", &district.name).text("level", "branch").end();
        batches.end()?;
    }
    Ok(())
}

fn customer(account: &Account, batches: &mut Batches) -> Result<(), Stopped> {
    let owner = &account.owner;
    let mut line = Line::new(batches.line());
    line.text("id", &customer_id(owner.client_id)).text("organisation_id", &branch_id(account.district_id));
    // The files name nobody.
    line.text("name", &format!("Client {}", owner.client_id));
    line.text("birth_date", &owner.born.to_string());
    line.text("gender", if owner.is_woman { "female" } else { "male" });
    if let Some(day) = account.first_day() {
        line.text("opened_on", &day.to_string());
    }
    line.text("time_zone", "Europe/Prague").end();
    batches.end()
}

fn loans_and_cards(source: &Source, extent: Extent, batches: &mut Batches) -> Result<(), Stopped> {
    for loan in source.loans.iter().filter(|loan| loan.opened_on <= extent.until) {
        product(source, batches, &format!("loan-{}", loan.id), loan, "unsecured_loan", None)?;
    }
    for card in source.cards.iter().filter(|card| card.opened_on <= extent.until) {
        // The bank had a third type, for the young; it is a plain card.
        let level = if card.kind == "gold" { "gold" } else { "classic" };
        product(source, batches, &format!("card-{}", card.id), card, "credit_card", Some(level))?;
    }
    Ok(())
}

fn product(
    source: &Source,
    batches: &mut Batches,
    id: &str,
    product: &Product,
    class: &str,
    level: Option<&str>,
) -> Result<(), Stopped> {
    let Some(account) = source.accounts.get(&product.account_id) else { return Ok(()) };
    let mut line = Line::new(batches.line());
    line.text("id", id).text("customer_id", &customer_id(account.owner.client_id)).text("class", class);
    line.text("opened_on", &product.opened_on.to_string());
    if let Some(level) = level {
        line.text("card_level", level);
    }
    line.end();
    batches.end()
}

#[cfg(test)]
mod tests;
