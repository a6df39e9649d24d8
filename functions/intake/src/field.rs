//! Fields that borrow from the body: a batch has a million texts, and most are only looked up or handed on.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use domain::balance::AccountClass;
use domain::id::is_id;
use domain::intake::{CardLevel, Role, TransactionKind};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A caller's id.
#[derive(Debug)]
pub struct IdRef<'a>(pub Cow<'a, str>);

/// Any text; what it may be is the record's rule.
#[derive(Debug)]
pub struct TextRef<'a>(pub Cow<'a, str>);

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for TextRef<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor).map(Self)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for IdRef<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_str(TextVisitor)?;
        if is_id(&text) { Ok(Self(text)) } else { Err(D::Error::custom(domain::id::NotAnId)) }
    }
}

/// A value that has a name among few.
pub trait Named: Copy + 'static {
    /// The names and what they stand for.
    const NAMES: &'static [(&'static str, Self)];
    /// What is said of any other name.
    const EXPECTED: &'static str;
}

impl Named for Role {
    const NAMES: &'static [(&'static str, Self)] = &Role::NAMES;
    const EXPECTED: &'static str = "one of manager, teller, branch_manager, call_centre, marketing";
}

impl Named for AccountClass {
    const NAMES: &'static [(&'static str, Self)] = &AccountClass::NAMES;
    const EXPECTED: &'static str = "one of deposit, investment, secured_loan, unsecured_loan, credit_card";
}

impl Named for CardLevel {
    const NAMES: &'static [(&'static str, Self)] = &CardLevel::NAMES;
    const EXPECTED: &'static str = "one of diamond, platinum, gold, classic";
}

impl Named for TransactionKind {
    const NAMES: &'static [(&'static str, Self)] = &TransactionKind::NAMES;
    const EXPECTED: &'static str =
        "one of purchase, deposit, withdrawal, transfer_in, transfer_out, fee, interest, sale, refund";
}

/// A field that holds one of the names.
#[derive(Clone, Copy, Debug)]
pub struct Choice<T>(pub T);

struct ChoiceVisitor<T>(PhantomData<T>);

impl<T: Named> Visitor<'_> for ChoiceVisitor<T> {
    type Value = Choice<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Choice<T>, E> {
        domain::name::meaning(T::NAMES, text).map(Choice).ok_or_else(|| E::custom(T::EXPECTED))
    }
}

impl<'de, T: Named> Deserialize<'de> for Choice<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(ChoiceVisitor(PhantomData))
    }
}
