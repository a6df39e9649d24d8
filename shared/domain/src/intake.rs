//! What a bank's feeds may say: the records of intake and the rules that one record alone can break.
//!
//! Rules that need to know what is stored (an unknown customer, a cycle in the tree) are decided where that is
//! loaded. Texts borrow from the request, because a batch has a hundred thousand of them.

use std::borrow::Cow;

use crate::balance::AMOUNT_LIMIT;
use crate::date::Day;

mod account;
mod transaction;

pub use account::{Account, Assets, Balance, CardLevel};
pub use transaction::{CardEffect, Transaction, TransactionKind};

/// A text of a request: borrowed where it had no escapes.
pub type Text<'a> = Cow<'a, str>;

/// The first rule that a record breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// JSON pointer of the member to look at.
    pub pointer: &'static str,
    /// What the member should be.
    pub detail: &'static str,
}

/// The day of an instant in the programme's zone.
///
/// The zone is an offset in minutes: Asia/Shanghai has been eight hours ahead without exception since 1992. A
/// programme in a zone with summer time needs a table of offsets here, and nothing else changes.
pub fn business_day(instant_ms: i64, zone_offset_minutes: i32) -> Day {
    const DAY_MS: i64 = 86_400_000;
    let local = instant_ms.saturating_add(i64::from(zone_offset_minutes) * 60_000);
    Day::from_number(local.div_euclid(DAY_MS).clamp(i32::MIN.into(), i32::MAX.into()) as i32)
}

/// Offset of the default programme zone, Asia/Shanghai.
pub const SHANGHAI_OFFSET_MINUTES: i32 = 480;

/// A unit of the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation<'a> {
    /// The bank's id.
    pub id: Text<'a>,
    /// The unit above; none at a root.
    pub parent_id: Option<Text<'a>>,
    /// Its name.
    pub name: Text<'a>,
    /// What the bank calls this level.
    pub level: Option<Text<'a>>,
}

impl Organisation<'_> {
    /// Checks what the record alone can break.
    pub fn check(&self) -> Result<(), Broken> {
        name("/name", &self.name)?;
        short("/level", self.level.as_ref())?;
        rule(self.parent_id.as_ref() != Some(&self.id), "/parent_id", "an organisation is not its own parent")
    }
}

/// What somebody does at the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Customer manager.
    Manager,
    /// Teller.
    Teller,
    /// Head of a branch.
    BranchManager,
    /// Call centre.
    CallCentre,
    /// Marketing.
    Marketing,
}

impl Role {
    /// Every role with its name in feeds and in the store.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("manager", Self::Manager),
        ("teller", Self::Teller),
        ("branch_manager", Self::BranchManager),
        ("call_centre", Self::CallCentre),
        ("marketing", Self::Marketing),
    ];
}

/// Somebody who works at the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Employee<'a> {
    /// The bank's id.
    pub id: Text<'a>,
    /// Where they work.
    pub organisation_id: Text<'a>,
    /// Name.
    pub name: Text<'a>,
    /// What they do.
    pub role: Role,
    /// First day of work.
    pub active_from: Option<Day>,
    /// Last day of work.
    pub active_to: Option<Day>,
    /// Their share of a sale as its seller beside a referrer.
    pub seller_share_bp: Option<i64>,
    /// Their share of a sale as its referrer.
    pub referrer_share_bp: Option<i64>,
}

impl Employee<'_> {
    /// Checks what the record alone can break. The two shares are one ratio, so together they are no more than all.
    pub fn check(&self) -> Result<(), Broken> {
        name("/name", &self.name)?;
        in_order("/active_to", "active_to is not before active_from", self.active_from, self.active_to)?;
        for (pointer, share) in
            [("/seller_share_bp", self.seller_share_bp), ("/referrer_share_bp", self.referrer_share_bp)]
        {
            let possible = share.is_none_or(|share| (0..=10_000).contains(&share));
            rule(possible, pointer, "a share is 0 to 10000 basis points")?;
        }
        let together = self.seller_share_bp.unwrap_or(0) + self.referrer_share_bp.unwrap_or(0);
        rule(together <= 10_000, "/referrer_share_bp", "both shares together are at most 10000 basis points")
    }
}

/// A customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer<'a> {
    /// The bank's id.
    pub id: Text<'a>,
    /// The unit that keeps the customer.
    pub organisation_id: Text<'a>,
    /// Name.
    pub name: Text<'a>,
    /// Telephone number as the bank writes it.
    pub phone: Option<Text<'a>>,
    /// Mail address.
    pub email: Option<Text<'a>>,
    /// Date of birth.
    pub birth_date: Option<Day>,
    /// As the bank writes it.
    pub gender: Option<Text<'a>>,
    /// Customer since.
    pub opened_on: Option<Day>,
    /// Customers of one household share it.
    pub household_id: Option<Text<'a>>,
    /// IANA name of the customer's zone.
    pub time_zone: Option<Text<'a>>,
    /// Consents as the text that is stored.
    pub consents: Option<Text<'a>>,
    /// The bank's own facts as the text that is stored.
    pub attributes: Option<Text<'a>>,
}

impl Customer<'_> {
    /// Checks what the record alone can break.
    pub fn check(&self, today: Day) -> Result<(), Broken> {
        name("/name", &self.name)?;
        short("/phone", self.phone.as_ref())?;
        short("/gender", self.gender.as_ref())?;
        rule(
            self.email.as_ref().is_none_or(|email| is_address(email)),
            "/email",
            "a mail address is name@host of at most 254 characters",
        )?;
        rule(
            self.birth_date.is_none_or(|born| born <= today),
            "/birth_date",
            "a date of birth is not in the future",
        )?;
        rule(
            self.time_zone.as_ref().is_none_or(|zone| is_zone_name(zone)),
            "/time_zone",
            "a time zone is an IANA name such as Asia/Shanghai",
        )
    }
}

fn rule(holds: bool, pointer: &'static str, detail: &'static str) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken { pointer, detail }) }
}

fn in_order(
    pointer: &'static str,
    detail: &'static str,
    from: Option<Day>,
    to: Option<Day>,
) -> Result<(), Broken> {
    rule(from.zip(to).is_none_or(|(from, to)| from <= to), pointer, detail)
}

fn within(pointer: &'static str, amount: i64) -> Result<(), Broken> {
    let possible = (-AMOUNT_LIMIT..=AMOUNT_LIMIT).contains(&amount);
    rule(possible, pointer, "an amount is at most 90 000 000 000 000.00 either way")
}

fn name(pointer: &'static str, text: &str) -> Result<(), Broken> {
    let fits = text.len() <= 256 || text.chars().nth(256).is_none();
    let fits = fits && !has_controls(text) && !text.trim().is_empty();
    rule(fits, pointer, "a name has 1 to 256 characters and no control characters")
}

fn short(pointer: &'static str, text: Option<&Text<'_>>) -> Result<(), Broken> {
    let fits =
        text.is_none_or(|text| !text.is_empty() && text.chars().nth(64).is_none() && !has_controls(text));
    rule(fits, pointer, "the text has 1 to 64 characters and no control characters")
}

fn has_controls(text: &str) -> bool {
    text.bytes().any(|byte| byte < 0x20 || byte == 0x7f)
}

fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    text.len() <= 254
        && !has_controls(text)
        && !text.contains(' ')
        && parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}

/// The shape only: a table of zones would be half of the component, and a name nobody knows is treated like an
/// unknown zone wherever a zone matters.
fn is_zone_name(text: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+'))
    };
    text.len() <= 64
        && (text == "UTC" || ((2..=3).contains(&text.split('/').count()) && text.split('/').all(part)))
}

#[cfg(test)]
mod tests;
