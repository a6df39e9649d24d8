//! The records of intake as they are sent.

use domain::balance::AccountClass;
use domain::intake::{self as known, CardLevel, Role, TransactionKind};
use serde::{Deserialize, Serialize};
use web::FieldError;
use web::field::{Date, Instant, Money, MonthText, Scalar, StrictMap};

use crate::field::{Choice, IdRef, TextRef};

/// Bytes of a customer's attributes as they are stored.
const GREATEST_ATTRIBUTES: usize = 8 * 1024;

/// A unit of the bank.
#[derive(Debug, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'a"))]
pub struct Organisation<'a> {
    /// The bank's id.
    id: IdRef<'a>,
    /// The unit above; none at a root.
    parent_id: Option<IdRef<'a>>,
    /// Its name.
    name: TextRef<'a>,
    /// What the bank calls this level.
    level: Option<TextRef<'a>>,
}

impl<'a> Organisation<'a> {
    /// As the use case takes it.
    pub fn record(self) -> Result<known::Organisation<'a>, FieldError> {
        Ok(known::Organisation {
            id: self.id.0,
            parent_id: self.parent_id.map(|id| id.0),
            name: self.name.0,
            level: self.level.map(|text| text.0),
        })
    }
}

/// Somebody who works at the bank.
#[derive(Debug, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'a"))]
pub struct Employee<'a> {
    /// The bank's id.
    id: IdRef<'a>,
    /// Where they work.
    organisation_id: IdRef<'a>,
    /// Name.
    name: TextRef<'a>,
    /// What they do.
    role: Choice<Role>,
    /// First day of work.
    active_from: Option<Date>,
    /// Last day of work.
    active_to: Option<Date>,
    /// Share of a sale as its seller beside a referrer, in basis points.
    seller_share_bp: Option<i64>,
    /// Share of a sale as its referrer, in basis points.
    referrer_share_bp: Option<i64>,
}

impl<'a> Employee<'a> {
    /// As the use case takes it.
    pub fn record(self) -> Result<known::Employee<'a>, FieldError> {
        Ok(known::Employee {
            id: self.id.0,
            organisation_id: self.organisation_id.0,
            name: self.name.0,
            role: self.role.0,
            active_from: self.active_from.map(|date| date.0),
            active_to: self.active_to.map(|date| date.0),
            seller_share_bp: self.seller_share_bp,
            referrer_share_bp: self.referrer_share_bp,
        })
    }
}

/// A customer.
#[derive(Debug, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'a"))]
pub struct Customer<'a> {
    /// The bank's id.
    id: IdRef<'a>,
    /// The unit that keeps the customer.
    organisation_id: IdRef<'a>,
    /// Name.
    name: TextRef<'a>,
    /// Telephone number.
    phone: Option<TextRef<'a>>,
    /// Mail address.
    email: Option<TextRef<'a>>,
    /// Date of birth.
    birth_date: Option<Date>,
    /// As the bank writes it.
    gender: Option<TextRef<'a>>,
    /// Customer since.
    opened_on: Option<Date>,
    /// Customers of one household share it.
    household_id: Option<IdRef<'a>>,
    /// IANA name.
    time_zone: Option<TextRef<'a>>,
    /// What the customer agreed to.
    consents: Option<Consents>,
    /// The bank's own facts.
    attributes: Option<StrictMap<Scalar>>,
}

impl<'a> Customer<'a> {
    /// As the use case takes it.
    pub fn record(self) -> Result<known::Customer<'a>, FieldError> {
        let consents = self.consents.as_ref().map(stored).transpose()?;
        let attributes = self.attributes.as_ref().map(stored).transpose()?;
        if attributes.as_ref().is_some_and(|text| text.len() > GREATEST_ATTRIBUTES) {
            return Err(FieldError {
                pointer: "/attributes".to_owned(),
                detail: TOO_MANY_ATTRIBUTES.to_owned(),
            });
        }
        Ok(known::Customer {
            id: self.id.0,
            organisation_id: self.organisation_id.0,
            name: self.name.0,
            phone: self.phone.map(|text| text.0),
            email: self.email.map(|text| text.0),
            birth_date: self.birth_date.map(|date| date.0),
            gender: self.gender.map(|text| text.0),
            opened_on: self.opened_on.map(|date| date.0),
            household_id: self.household_id.map(|id| id.0),
            time_zone: self.time_zone.map(|text| text.0),
            consents: consents.map(Into::into),
            attributes: attributes.map(Into::into),
        })
    }
}

/// An account or a card.
#[derive(Debug, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'a"))]
pub struct Account<'a> {
    /// The bank's id.
    id: IdRef<'a>,
    /// Its owner.
    customer_id: IdRef<'a>,
    /// What kind it is; a credit card stays one.
    class: Choice<AccountClass>,
    /// The bank's product.
    product_id: Option<IdRef<'a>>,
    /// First day.
    opened_on: Option<Date>,
    /// From this day on it is worth nothing.
    closed_on: Option<Date>,
    /// Level of a credit card.
    card_level: Option<Choice<CardLevel>>,
    /// Last day it is valid.
    valid_to: Option<Date>,
}

impl<'a> Account<'a> {
    /// As the use case takes it.
    pub fn record(self) -> Result<known::Account<'a>, FieldError> {
        Ok(known::Account {
            id: self.id.0,
            customer_id: self.customer_id.0,
            class: self.class.0,
            product_id: self.product_id.map(|id| id.0),
            opened_on: self.opened_on.map(|date| date.0),
            closed_on: self.closed_on.map(|date| date.0),
            card_level: self.card_level.map(|name| name.0),
            valid_to: self.valid_to.map(|date| date.0),
        })
    }
}

/// The closing balance of an account on a day; the last one delivered for a day wins.
#[derive(Debug, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'a"))]
pub struct Balance<'a> {
    /// The account.
    account_id: IdRef<'a>,
    /// The day.
    date: Date,
    /// The balance; what is owed, for a loan.
    amount: Money,
}

impl<'a> Balance<'a> {
    /// As the use case takes it.
    pub fn record(self) -> Result<known::Balance<'a>, FieldError> {
        Ok(known::Balance { account_id: self.account_id.0, date: self.date.0, amount: self.amount.0 })
    }
}

/// A customer's month: month end and daily average alike. What is absent is zero.
#[derive(Debug, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'a"))]
pub struct Assets<'a> {
    /// The customer.
    customer_id: IdRef<'a>,
    /// The month it replaces.
    month: MonthText,
    /// Deposits.
    #[serde(default)]
    deposits: Money,
    /// Investments.
    #[serde(default)]
    investments: Money,
    /// Secured loans, outstanding.
    #[serde(default)]
    secured_loans: Money,
    /// Unsecured loans, outstanding.
    #[serde(default)]
    unsecured_loans: Money,
    /// Card spend of the month.
    #[serde(default)]
    card_spend: Money,
}

impl<'a> Assets<'a> {
    /// As the use case takes it.
    pub fn record(self) -> Result<known::Assets<'a>, FieldError> {
        Ok(known::Assets {
            customer_id: self.customer_id.0,
            month: self.month.0,
            deposits: self.deposits.0,
            investments: self.investments.0,
            secured_loans: self.secured_loans.0,
            unsecured_loans: self.unsecured_loans.0,
            card_spend: self.card_spend.0,
        })
    }
}

/// A movement of money, once for ever by source and id.
#[derive(Debug, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'a"))]
pub struct Transaction<'a> {
    /// The system that tells of it.
    source: IdRef<'a>,
    /// That system's id.
    id: IdRef<'a>,
    /// When.
    occurred_at: Instant,
    /// Whose.
    customer_id: IdRef<'a>,
    /// Their account.
    account_id: Option<IdRef<'a>>,
    /// The bank's product.
    product_id: Option<IdRef<'a>>,
    /// What it is.
    kind: Choice<TransactionKind>,
    /// Above zero; the kind gives the direction.
    amount: Money,
    /// Where it happened.
    organisation_id: Option<IdRef<'a>>,
    /// Who served.
    teller_id: Option<IdRef<'a>>,
    /// By which channel.
    channel: Option<TextRef<'a>>,
    /// The bank on the other side.
    counterparty_bank: Option<TextRef<'a>>,
    /// The merchant's category.
    merchant_category: Option<TextRef<'a>>,
    /// Id, in the same source, of the transaction that a refund takes back.
    refund_of: Option<IdRef<'a>>,
}

impl<'a> Transaction<'a> {
    /// As the use case takes it.
    pub fn record(self) -> Result<known::Transaction<'a>, FieldError> {
        Ok(known::Transaction {
            source: self.source.0,
            id: self.id.0,
            occurred_at: self.occurred_at.0,
            customer_id: self.customer_id.0,
            account_id: self.account_id.map(|id| id.0),
            product_id: self.product_id.map(|id| id.0),
            kind: self.kind.0,
            amount: self.amount.0,
            organisation_id: self.organisation_id.map(|id| id.0),
            teller_id: self.teller_id.map(|id| id.0),
            channel: self.channel.map(|text| text.0),
            counterparty_bank: self.counterparty_bank.map(|text| text.0),
            merchant_category: self.merchant_category.map(|text| text.0),
            refund_of: self.refund_of.map(|id| id.0),
        })
    }
}

const TOO_MANY_ATTRIBUTES: &str = "attributes take at most 8192 bytes as JSON";

/// What a customer agreed to; what is absent was not asked.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Consents {
    /// Text messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    sms: Option<bool>,
    /// Mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<bool>,
    /// Calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<bool>,
    /// Messages of the bank's app.
    #[serde(skip_serializing_if = "Option::is_none")]
    push: Option<bool>,
}

/// Equal facts are stored as equal text, whatever their order and spaces were, so that a repeat is seen as one.
fn stored(value: &impl Serialize) -> Result<String, FieldError> {
    serde_json::to_string(value)
        .map_err(|_| FieldError { pointer: String::new(), detail: "the object cannot be stored".to_owned() })
}
