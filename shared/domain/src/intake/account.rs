//! Accounts, their balances, and customers' months as a warehouse delivers them.

use super::{Broken, Text, in_order, rule, within};
use crate::balance::AccountClass;
use crate::date::{Day, Month};

/// Level of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardLevel {
    /// Highest.
    Diamond,
    /// Second.
    Platinum,
    /// Third.
    Gold,
    /// Plain.
    Classic,
}

impl CardLevel {
    /// Every level with its name in feeds and in the store.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("diamond", Self::Diamond),
        ("platinum", Self::Platinum),
        ("gold", Self::Gold),
        ("classic", Self::Classic),
    ];
}

/// An account or a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account<'a> {
    /// The bank's id.
    pub id: Text<'a>,
    /// Its owner.
    pub customer_id: Text<'a>,
    /// What kind it is.
    pub class: AccountClass,
    /// The bank's product.
    pub product_id: Option<Text<'a>>,
    /// First day.
    pub opened_on: Option<Day>,
    /// From this day on it is worth nothing.
    pub closed_on: Option<Day>,
    /// Level of a card.
    pub card_level: Option<CardLevel>,
    /// Last day a card is valid, or a deposit runs.
    pub valid_to: Option<Day>,
}

impl Account<'_> {
    /// Checks what the record alone can break.
    pub fn check(&self) -> Result<(), Broken> {
        in_order("/closed_on", "closed_on is not before opened_on", self.opened_on, self.closed_on)?;
        in_order("/valid_to", "valid_to is not before opened_on", self.opened_on, self.valid_to)?;
        let level_fits = self.card_level.is_none() || self.class == AccountClass::CreditCard;
        rule(level_fits, "/card_level", "only a credit_card has a level")
    }
}

/// A closing balance of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance<'a> {
    /// The account.
    pub account_id: Text<'a>,
    /// The day whose close it is.
    pub date: Day,
    /// Minor units; what is owed, for a loan.
    pub amount: i64,
}

impl Balance<'_> {
    /// Checks what the record alone can break. A day ahead is allowed, because clocks and zones of feeds differ.
    pub fn check(&self, today: Day) -> Result<(), Broken> {
        rule(self.date <= today.plus(1), "/date", "a balance is not more than one day in the future")?;
        within("/amount", self.amount)
    }

    /// Checks the amount against what kind of account it turns out to be.
    pub fn check_class(&self, class: AccountClass) -> Result<(), Broken> {
        let owed = self.amount >= 0 || !class.is_loan();
        rule(owed, "/amount", "a loan is given as the outstanding amount, which is not negative")
    }
}

/// A customer's month as a warehouse delivers it, in minor units; what is absent is zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets<'a> {
    /// The customer.
    pub customer_id: Text<'a>,
    /// The month.
    pub month: Month,
    /// Deposits.
    pub deposits: i64,
    /// Investments.
    pub investments: i64,
    /// Secured loans, outstanding.
    pub secured_loans: i64,
    /// Unsecured loans, outstanding.
    pub unsecured_loans: i64,
    /// Card spend of the month.
    pub card_spend: i64,
}

impl Assets<'_> {
    /// Checks what the record alone can break.
    pub fn check(&self, today: Day) -> Result<(), Broken> {
        let begun = self.month <= today.plus(1).month();
        rule(begun, "/month", "a month is not delivered more than one day before it begins")?;
        within("/deposits", self.deposits)?;
        within("/investments", self.investments)?;
        for (pointer, amount) in [
            ("/secured_loans", self.secured_loans),
            ("/unsecured_loans", self.unsecured_loans),
            ("/card_spend", self.card_spend),
        ] {
            rule(amount >= 0, pointer, "an amount owed or spent is not negative")?;
            within(pointer, amount)?;
        }
        Ok(())
    }
}
