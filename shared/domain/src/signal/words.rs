//! What a signal tells, in one sentence, Chinese or English.

use super::Evidence;
use crate::balance::AccountClass;
use crate::tier::explanation::{Language, money};

/// The sentence.
pub fn sentence(evidence: &Evidence, language: Language) -> String {
    match language {
        Language::Chinese => chinese(evidence),
        Language::English => english(evidence),
    }
}

fn chinese(evidence: &Evidence) -> String {
    match evidence {
        Evidence::BalanceRatio { before, after, months, .. } => {
            format!("近{months}个月的月均资产为{},此前{months}个月为{}。", money(*after), money(*before))
        }
        Evidence::AssetsDown { before, before_on, after, after_on } => {
            format!("资产从{before_on}的{}降至{after_on}的{}。", money(*before), money(*after))
        }
        Evidence::Outflow { window, amount, transactions, assets_before, assets_on } => format!(
            "{}至{}共{transactions}笔、合计{}转往他行;{assets_on}的资产为{}。",
            window.first,
            window.last,
            money(*amount),
            money(*assets_before)
        ),
        Evidence::SalaryStopped { smallest, months, last_on, quiet, .. } => format!(
            "此前连续{months}个月每月有不低于{}的固定入账,最近一笔在{last_on},{}至{}没有入账。",
            money(*smallest),
            quiet.first,
            quiet.last
        ),
        Evidence::ProductClosed { class, closed_on, remaining, .. } => {
            format!("{}账户于{closed_on}关闭,同类账户尚有{remaining}个。", class_name(*class, true))
        }
        Evidence::Inactive { window, last_on: Some(last_on) } => format!(
            "{}至{}没有客户主动发起的交易(定期转账和定投除外),最近一笔在{last_on}。",
            window.first, window.last
        ),
        Evidence::Inactive { window, last_on: None } => {
            format!("截至{}没有客户主动发起的交易(定期转账和定投除外)。", window.last)
        }
    }
}

fn english(evidence: &Evidence) -> String {
    match evidence {
        Evidence::BalanceRatio { before, after, months, .. } => format!(
            "Average assets of the latest {} are {}; of as many before they were {}.",
            counted((*months).into(), "month"),
            money(*after),
            money(*before)
        ),
        Evidence::AssetsDown { before, before_on, after, after_on } => {
            format!("Assets fell from {} on {before_on} to {} on {after_on}.", money(*before), money(*after))
        }
        Evidence::Outflow { window, amount, transactions, assets_before, assets_on } => format!(
            "{} went to other banks in {} from {} to {}; assets on {assets_on} were {}.",
            money(*amount),
            counted(*transactions, "transaction"),
            window.first,
            window.last,
            money(*assets_before)
        ),
        Evidence::SalaryStopped { smallest, months, last_on, quiet, .. } => format!(
            "Payments of at least {} came in each of {} in a row, the latest on {last_on}, and none from {} to {}.",
            money(*smallest),
            counted((*months).into(), "month"),
            quiet.first,
            quiet.last
        ),
        Evidence::ProductClosed { class, closed_on, remaining, .. } => format!(
            "The {} account was closed on {closed_on}, which leaves {} of its class.",
            class_name(*class, false),
            counted(*remaining, "open account")
        ),
        Evidence::Inactive { window, last_on: Some(last_on) } => format!(
            "From {} to {} there was no transaction of the customer's own but standing orders; the latest was on \
             {last_on}.",
            window.first, window.last
        ),
        Evidence::Inactive { window, last_on: None } => {
            format!(
                "Up to {} no transaction of the customer's own is known but standing orders.",
                window.last
            )
        }
    }
}

fn counted(count: u32, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn class_name(class: AccountClass, zh: bool) -> &'static str {
    match (class, zh) {
        (AccountClass::Deposit, true) => "存款",
        (AccountClass::Investment, true) => "投资",
        (AccountClass::SecuredLoan, true) => "抵押贷款",
        (AccountClass::UnsecuredLoan, true) => "信用贷款",
        (AccountClass::CreditCard, true) => "信用卡",
        (AccountClass::Deposit, false) => "deposit",
        (AccountClass::Investment, false) => "investment",
        (AccountClass::SecuredLoan, false) => "secured loan",
        (AccountClass::UnsecuredLoan, false) => "unsecured loan",
        (AccountClass::CreditCard, false) => "credit card",
    }
}
