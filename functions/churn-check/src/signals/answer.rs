//! Signals on the wire.

use app::churn::Found;
use domain::balance::AccountClass;
use domain::signal::{Evidence, sentence};
use domain::tier::explanation::Language;
use serde::Serialize;
use web::field::{Date, Money, MonthText};

/// A customer of whom a signal tells.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct SignalAnswer {
    /// Who.
    pub customer_id: String,
    /// The organisation.
    pub organisation_id: String,
    /// Of balance_ratio and assets_down: the figure of the time before, an average or a close.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Money>,
    /// Of balance_ratio and assets_down: the latest figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Money>,
    /// What the rule compared.
    pub evidence: EvidenceAnswer,
    /// The same in words.
    pub text: SignalText,
}

/// One sentence in two languages.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct SignalText {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// What a rule compared, by kind.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EvidenceAnswer {
    /// Averages of two equal spans of months.
    BalanceRatio {
        /// Average assets of the earlier months.
        before: Money,
        /// Average assets of the latest months.
        after: Money,
        /// Months of each span.
        months: u8,
        /// The latest month.
        to: MonthText,
    },
    /// Assets at two closes.
    AssetsDown {
        /// At the earlier close.
        before: Money,
        /// Its day.
        before_on: Date,
        /// At the later close.
        after: Money,
        /// Its day.
        after_on: Date,
    },
    /// Money that went to other banks.
    Outflow {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
        /// Its sum.
        amount: Money,
        /// Transactions that it was made of.
        transactions: u32,
        /// Assets at the month's end before the first day.
        assets_before: Money,
        /// That month's end.
        assets_on: Date,
    },
    /// A regular payment, and the days without it.
    SalaryStopped {
        /// deposit | transfer_in.
        payment: &'static str,
        /// The bank that it came from; null where the feed names none.
        counterparty_bank: Option<String>,
        /// The smallest of its payments.
        smallest: Money,
        /// Calendar months in a row in which it came.
        months: u8,
        /// Day of the latest one.
        last_on: Date,
        /// First day without it.
        from: Date,
        /// Last day without it.
        to: Date,
    },
    /// An account that was closed.
    ProductClosed {
        /// The account.
        account_id: String,
        /// deposit | investment | secured_loan | unsecured_loan | credit_card.
        class: &'static str,
        /// The bank's product.
        product_id: Option<String>,
        /// The day.
        closed_on: Date,
        /// Open accounts of its class that remain.
        remaining: u32,
    },
    /// Days without a transaction of the customer's own.
    Inactive {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
        /// Day of the latest one before; null where none is known.
        last_on: Option<Date>,
    },
}

/// A signal as it is answered.
pub(super) fn shape(found: Found) -> SignalAnswer {
    let Found { member, evidence } = found;
    let (before, after) = match &evidence {
        Evidence::BalanceRatio { before, after, .. } | Evidence::AssetsDown { before, after, .. } => {
            (Some(Money(*before)), Some(Money(*after)))
        }
        Evidence::Outflow { .. }
        | Evidence::SalaryStopped { .. }
        | Evidence::ProductClosed { .. }
        | Evidence::Inactive { .. } => (None, None),
    };
    let text =
        SignalText { zh: sentence(&evidence, Language::Chinese), en: sentence(&evidence, Language::English) };
    SignalAnswer {
        customer_id: member.customer_id,
        organisation_id: member.organisation_id,
        before,
        after,
        evidence: compared(evidence),
        text,
    }
}

fn compared(evidence: Evidence) -> EvidenceAnswer {
    match evidence {
        Evidence::BalanceRatio { before, after, months, to } => EvidenceAnswer::BalanceRatio {
            before: Money(before),
            after: Money(after),
            months,
            to: MonthText(to),
        },
        Evidence::AssetsDown { before, before_on, after, after_on } => EvidenceAnswer::AssetsDown {
            before: Money(before),
            before_on: Date(before_on),
            after: Money(after),
            after_on: Date(after_on),
        },
        Evidence::Outflow { window, amount, transactions, assets_before, assets_on } => {
            EvidenceAnswer::Outflow {
                from: Date(window.first),
                to: Date(window.last),
                amount: Money(amount),
                transactions,
                assets_before: Money(assets_before),
                assets_on: Date(assets_on),
            }
        }
        Evidence::SalaryStopped { payment, bank, smallest, months, last_on, quiet } => {
            EvidenceAnswer::SalaryStopped {
                payment: payment.name(),
                counterparty_bank: bank,
                smallest: Money(smallest),
                months,
                last_on: Date(last_on),
                from: Date(quiet.first),
                to: Date(quiet.last),
            }
        }
        Evidence::ProductClosed { account_id, class, product_id, closed_on, remaining } => {
            EvidenceAnswer::ProductClosed {
                account_id,
                class: class_name(class),
                product_id,
                closed_on: Date(closed_on),
                remaining,
            }
        }
        Evidence::Inactive { window, last_on } => EvidenceAnswer::Inactive {
            from: Date(window.first),
            to: Date(window.last),
            last_on: last_on.map(Date),
        },
    }
}

fn class_name(class: AccountClass) -> &'static str {
    AccountClass::NAMES.into_iter().find(|(_, known)| *known == class).map_or("", |(name, _)| name)
}
