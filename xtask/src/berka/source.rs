//! What the published files say, brought into one picture: who owns which account, and what each held on which day.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use chrono::NaiveDate;

use super::table::{Record, Table};
use crate::failure::Failure;

/// The transactions of the first months; the later ones are not in the excerpt.
const TRANSACTIONS: &str = "trans_1993-01_1994-03.asc.gz";

/// A district: where a branch is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct District {
    /// Number in the files.
    pub id: u32,
    /// Name of the town.
    pub name: String,
    /// Name of the region it belongs to.
    pub region: String,
}

/// The person who owns an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Number in the files.
    pub client_id: u32,
    /// Date of birth.
    pub born: NaiveDate,
    /// Months are given plus 50 for women.
    pub is_woman: bool,
}

/// An account with at least one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The district of the branch that keeps it.
    pub district_id: u32,
    /// When it was opened.
    pub opened_on: NaiveDate,
    /// Whose it is.
    pub owner: Owner,
    /// Closing balance in haler of every day that has transactions, in order of days.
    pub closes: Vec<(NaiveDate, i64)>,
}

/// A loan or a card beside the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Number in the files.
    pub id: u32,
    /// The account that it belongs to.
    pub account_id: u32,
    /// Granted or issued.
    pub opened_on: NaiveDate,
    /// The type of a card.
    pub kind: String,
}

/// Everything that is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// All districts, by number.
    pub districts: Vec<District>,
    /// Accounts that have a transaction in the excerpt, by number.
    pub accounts: BTreeMap<u32, Account>,
    /// Loans of those accounts.
    pub loans: Vec<Product>,
    /// Cards of their owners.
    pub cards: Vec<Product>,
}

impl Source {
    /// Reads the folder.
    pub fn read(dir: &Path) -> Result<Self, Failure> {
        let owners = owners(dir)?;
        let closes = closes(&Table::read(dir, TRANSACTIONS)?)?;
        let mut accounts = BTreeMap::new();
        for record in Table::read(dir, "account.asc")?.records() {
            let id = record.number("account_id")?;
            // The files name 4 500 accounts up to 1998; those without a transaction yet are not yet customers.
            let Some(closes) = closes.get(&id) else { continue };
            let owner = owners
                .by_account
                .get(&id)
                .cloned()
                .ok_or_else(|| record.bad("account_id", "has no owner"))?;
            let account = Account {
                district_id: record.number("district_id")?,
                opened_on: record.date("date")?,
                owner,
                closes: closes.iter().map(|(day, close)| (*day, *close)).collect(),
            };
            accounts.insert(id, account);
        }
        let loans = products(&Table::read(dir, "loan.asc")?, |record| {
            Ok((record.number("loan_id")?, record.number("account_id")?, record.date("date")?, String::new()))
        })?;
        let cards = products(&Table::read(dir, "card.asc")?, |record| {
            let account = owners.account_of_disposition.get(&record.number("disp_id")?).copied().unwrap_or(0);
            Ok((record.number("card_id")?, account, record.date("issued")?, record.text("type")?.to_owned()))
        })?;
        let of_known = |list: Vec<Product>| -> Vec<Product> {
            list.into_iter().filter(|product| accounts.contains_key(&product.account_id)).collect()
        };
        let (loans, cards) = (of_known(loans), of_known(cards));
        Ok(Self { districts: districts(dir)?, accounts, loans, cards })
    }
}

impl Account {
    /// The day of the first transaction: from then on the account counts.
    pub fn first_day(&self) -> Option<NaiveDate> {
        self.closes.first().map(|(day, _)| *day)
    }
}

fn districts(dir: &Path) -> Result<Vec<District>, Failure> {
    let table = Table::read(dir, "district.asc")?;
    let read = |record: Record<'_>| {
        Ok(District {
            id: record.number("A1")?,
            name: record.text("A2")?.to_owned(),
            region: record.text("A3")?.to_owned(),
        })
    };
    table.records().map(read).collect()
}

struct Owners {
    by_account: HashMap<u32, Owner>,
    account_of_disposition: HashMap<u32, u32>,
}

fn owners(dir: &Path) -> Result<Owners, Failure> {
    let mut clients = HashMap::new();
    for record in Table::read(dir, "client.asc")?.records() {
        let client_id = record.number("client_id")?;
        let number = record.number("birth_number")?;
        let (year, month, day) = (1900 + (number / 10_000) as i32, number / 100 % 100, number % 100);
        let is_woman = month > 50;
        let born = NaiveDate::from_ymd_opt(year, if is_woman { month - 50 } else { month }, day);
        let born = born.ok_or_else(|| record.bad("birth_number", "holds no date"))?;
        clients.insert(client_id, Owner { client_id, born, is_woman });
    }
    let mut owners = Owners { by_account: HashMap::new(), account_of_disposition: HashMap::new() };
    for record in Table::read(dir, "disp.asc")?.records() {
        // The others may only dispose of the account.
        if record.text("type")? != "OWNER" {
            continue;
        }
        let account = record.number("account_id")?;
        let client = clients.get(&record.number("client_id")?);
        let owner = client.cloned().ok_or_else(|| record.bad("client_id", "is not in client.asc"))?;
        owners.by_account.insert(account, owner);
        owners.account_of_disposition.insert(record.number("disp_id")?, account);
    }
    Ok(owners)
}

/// Closing balances by account and day. The order within a day is arbitrary and the file's own balance column follows
/// another order, so a close is the cumulative signed amount.
fn closes(table: &Table) -> Result<HashMap<u32, BTreeMap<NaiveDate, i64>>, Failure> {
    let mut accounts: HashMap<u32, BTreeMap<NaiveDate, i64>> = HashMap::new();
    for record in table.records() {
        let amount = record.haler("amount")?;
        let signed = match record.text("type")? {
            "PRIJEM" => amount,
            // Withdrawals come under two names.
            "VYDAJ" | "VYBER" => -amount,
            _ => return Err(record.bad("type", "is none of PRIJEM, VYDAJ, VYBER")),
        };
        let days = accounts.entry(record.number("account_id")?).or_default();
        *days.entry(record.date("date")?).or_default() += signed;
    }
    for days in accounts.values_mut() {
        let mut balance = 0;
        for change in days.values_mut() {
            balance += *change;
            *change = balance;
        }
    }
    Ok(accounts)
}

type ProductFields = (u32, u32, NaiveDate, String);

fn products(
    table: &Table,
    read: impl Fn(&Record<'_>) -> Result<ProductFields, Failure>,
) -> Result<Vec<Product>, Failure> {
    let product = |record: Record<'_>| {
        let (id, account_id, opened_on, kind) = read(&record)?;
        Ok(Product { id, account_id, opened_on, kind })
    };
    table.records().map(product).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_close_adds_up_the_day_whatever_its_order_and_both_names_of_withdrawal_take_away() {
        let text = "account_id;date;type;amount\n\
            1;930102;\"VYBER\";30.50\n1;930101;\"PRIJEM\";100.00\n1;930102;\"VYDAJ\";80.00\n1;930102;\"PRIJEM\";5.00\n";
        let closes = closes(&Table::parse("trans", text.to_owned())).unwrap();
        let days: Vec<i64> = closes[&1].values().copied().collect();
        assert_eq!(days, [10_000, -550]);
    }

    #[test]
    fn an_unknown_type_of_transaction_is_an_error_and_not_a_guess() {
        let text = "account_id;date;type;amount\n1;930101;\"PREVOD\";100.00\n";
        assert!(closes(&Table::parse("trans", text.to_owned())).is_err());
    }
}
