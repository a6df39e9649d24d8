//! One movement of money, known once for ever by its source and id.

use super::{Broken, Text, business_day, rule, short, within};
use crate::balance::AccountClass;
use crate::date::Month;

/// What a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionKind {
    /// Goods or services paid.
    Purchase,
    /// Money paid in.
    Deposit,
    /// Money taken out.
    Withdrawal,
    /// From another account.
    TransferIn,
    /// To another account.
    TransferOut,
    /// A fee of the bank.
    Fee,
    /// Interest.
    Interest,
    /// A product sold by the bank.
    Sale,
    /// A purchase or a sale taken back.
    Refund,
}

impl TransactionKind {
    /// Every kind with its name in feeds and in the store.
    pub const NAMES: [(&'static str, Self); 9] = [
        ("purchase", Self::Purchase),
        ("deposit", Self::Deposit),
        ("withdrawal", Self::Withdrawal),
        ("transfer_in", Self::TransferIn),
        ("transfer_out", Self::TransferOut),
        ("fee", Self::Fee),
        ("interest", Self::Interest),
        ("sale", Self::Sale),
        ("refund", Self::Refund),
    ];

    /// The name in feeds and in the store.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }
}

/// A movement of money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction<'a> {
    /// The system that tells of it.
    pub source: Text<'a>,
    /// That system's id.
    pub id: Text<'a>,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub occurred_at: i64,
    /// Whose.
    pub customer_id: Text<'a>,
    /// Their account.
    pub account_id: Option<Text<'a>>,
    /// The bank's product.
    pub product_id: Option<Text<'a>>,
    /// What it is; the direction of the money follows from it.
    pub kind: TransactionKind,
    /// Minor units, above zero.
    pub amount: i64,
    /// Where it happened.
    pub organisation_id: Option<Text<'a>>,
    /// Who served.
    pub teller_id: Option<Text<'a>>,
    /// By which channel.
    pub channel: Option<Text<'a>>,
    /// The bank on the other side.
    pub counterparty_bank: Option<Text<'a>>,
    /// The merchant's category.
    pub merchant_category: Option<Text<'a>>,
    /// Id, in the same source, of the transaction that a refund takes back.
    pub refund_of: Option<Text<'a>>,
}

/// What a transaction adds to its customer's card spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardEffect {
    /// The month it counts in: a refund counts where it happens, so that a month once reviewed stays.
    pub month: Month,
    /// Minor units; below zero for a refund.
    pub amount: i64,
}

impl Transaction<'_> {
    /// Checks what the record alone can break. A day ahead is allowed, because clocks of feeds differ.
    pub fn check(&self, now_ms: i64) -> Result<(), Broken> {
        const DAY_MS: i64 = 86_400_000;
        let happened = self.occurred_at <= now_ms.saturating_add(DAY_MS);
        rule(happened, "/occurred_at", "a transaction is not more than one day in the future")?;
        rule(self.amount > 0, "/amount", "an amount is above zero; the kind gives the direction")?;
        within("/amount", self.amount)?;
        let is_refund = self.kind == TransactionKind::Refund;
        rule(
            !is_refund || self.refund_of.is_some(),
            "/refund_of",
            "a refund names the transaction it takes back",
        )?;
        rule(is_refund || self.refund_of.is_none(), "/refund_of", "only a refund takes a transaction back")?;
        rule(self.refund_of.as_ref() != Some(&self.id), "/refund_of", "a refund does not take itself back")?;
        short("/channel", self.channel.as_ref())?;
        short("/counterparty_bank", self.counterparty_bank.as_ref())?;
        short("/merchant_category", self.merchant_category.as_ref())
    }

    /// What it does to card spend, given the class of its account: purchases by credit card add, refunds to the
    /// card reduce.
    pub fn card_effect(&self, class: Option<AccountClass>, zone_offset_minutes: i32) -> Option<CardEffect> {
        if class != Some(AccountClass::CreditCard) {
            return None;
        }
        let amount = match self.kind {
            TransactionKind::Purchase => self.amount,
            TransactionKind::Refund => -self.amount,
            _ => return None,
        };
        Some(CardEffect { month: business_day(self.occurred_at, zone_offset_minutes).month(), amount })
    }

    /// A number that tells a repeat from a second, different transaction under the same id.
    ///
    /// It is taken over what the fields mean and not over how they were written, and it is stored: it must never
    /// change. FNV-1a over each field behind its presence and length, so that fields cannot run into each other.
    pub fn fingerprint(&self) -> i64 {
        let mut hash = Fnv::new();
        hash.number(self.occurred_at);
        hash.number(self.amount);
        hash.text(Some(self.kind.name()));
        hash.text(Some(&self.customer_id));
        for field in [
            &self.account_id,
            &self.product_id,
            &self.organisation_id,
            &self.teller_id,
            &self.channel,
            &self.counterparty_bank,
            &self.merchant_category,
            &self.refund_of,
        ] {
            hash.text(field.as_deref());
        }
        hash.0 as i64
    }
}

struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    fn number(&mut self, number: i64) {
        number.to_le_bytes().into_iter().for_each(|byte| self.byte(byte));
    }

    fn text(&mut self, text: Option<&str>) {
        match text {
            None => self.byte(0),
            Some(text) => {
                self.byte(1);
                self.byte(text.len().min(255) as u8);
                text.bytes().for_each(|byte| self.byte(byte));
            }
        }
    }
}
