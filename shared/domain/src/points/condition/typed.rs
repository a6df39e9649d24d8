//! Expressions with their types, and what may be made of two of them.

use cel::common::ast::LiteralValue;

use super::field::Side;
use super::program::{Attribute, Compare, Text, Truth, Whole};

/// What an expression is.
pub(super) enum Typed {
    Truth(Truth),
    Whole(Whole),
    Text(Text),
    /// A fact of the bank's own: of the type that it is used as.
    Attribute(Attribute),
    Wholes(Vec<i64>),
    Texts(Vec<Box<str>>),
    Segments,
    Attributes(Side),
    Record(Side),
}

/// Something settled, or the reason why not.
pub(super) type Lowered<T = Typed> = Result<T, String>;

impl Typed {
    /// As a reason calls it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Truth(_) => "true or false",
            Self::Whole(_) => "a whole number",
            Self::Text(_) => "a text",
            Self::Attribute(_) => "an attribute",
            Self::Wholes(_) | Self::Texts(_) | Self::Segments => "a list",
            Self::Attributes(_) => "all attributes",
            Self::Record(side) => side.name(),
        }
    }

    fn instead_of<T>(&self, needed: &str) -> Lowered<T> {
        Err(format!("{needed} is needed, not {}", self.name()))
    }

    /// As something true or false.
    pub(super) fn truth(self) -> Lowered<Truth> {
        match self {
            Self::Truth(truth) => Ok(truth),
            Self::Attribute(attribute) => Ok(Truth::Attribute(attribute)),
            other => other.instead_of("true or false"),
        }
    }

    /// As a whole number.
    pub(super) fn whole(self) -> Lowered<Whole> {
        match self {
            Self::Whole(whole) => Ok(whole),
            Self::Attribute(attribute) => Ok(Whole::Attribute(attribute)),
            other => other.instead_of("a whole number"),
        }
    }

    /// As a text.
    pub(super) fn text(self) -> Lowered<Text> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Attribute(attribute) => Ok(Text::Attribute(attribute)),
            other => other.instead_of("a text"),
        }
    }
}

/// A value as it is written.
pub(super) fn literal(value: &LiteralValue) -> Lowered {
    match value {
        LiteralValue::Boolean(value) => Ok(Typed::Truth(Truth::Value(*value.inner()))),
        LiteralValue::Int(value) => Ok(Typed::Whole(Whole::Value(*value.inner()))),
        LiteralValue::String(value) => Ok(Typed::Text(Text::Value(value.inner().into()))),
        LiteralValue::Double(_) => {
            Err("numbers are whole, amounts in minor units: money(\"12.50\") is 1250".to_owned())
        }
        LiteralValue::UInt(_) => Err("whole numbers are written without u".to_owned()),
        LiteralValue::Bytes(_) => Err("there are no bytes, texts are written without b".to_owned()),
        LiteralValue::Null => Err("there is no null: has() says whether something is there".to_owned()),
    }
}

/// Two sides compared. Texts are ordered by their characters' numbers; true and false have no order.
pub(super) fn compared(compare: Compare, left: Typed, right: Typed) -> Lowered<Truth> {
    match (left, right) {
        (Typed::Attribute(left), Typed::Attribute(right)) if compare.is_about_equality() => {
            Ok(Truth::Attributes(compare, Box::new([left, right])))
        }
        (left @ Typed::Whole(_), right) | (left, right @ Typed::Whole(_)) => {
            Ok(Truth::Wholes(compare, Box::new([left.whole()?, right.whole()?])))
        }
        (left @ Typed::Text(_), right) | (left, right @ Typed::Text(_)) => {
            Ok(Truth::Texts(compare, Box::new([left.text()?, right.text()?])))
        }
        (left @ Typed::Truth(_), right) | (left, right @ Typed::Truth(_)) if compare.is_about_equality() => {
            Ok(Truth::Truths(compare, Box::new([left.truth()?, right.truth()?])))
        }
        (left, right) => Err(format!("{} and {} cannot be compared like this", left.name(), right.name())),
    }
}

/// One of two values of one type.
pub(super) fn choice(decides: Truth, yes: Typed, no: Typed) -> Lowered {
    match (yes, no) {
        (yes @ Typed::Whole(_), no) | (yes, no @ Typed::Whole(_)) => {
            Ok(Typed::Whole(Whole::Choice(Box::new((decides, [yes.whole()?, no.whole()?])))))
        }
        (yes @ Typed::Text(_), no) | (yes, no @ Typed::Text(_)) => {
            Ok(Typed::Text(Text::Choice(Box::new((decides, [yes.text()?, no.text()?])))))
        }
        (yes @ Typed::Truth(_), no) | (yes, no @ Typed::Truth(_)) => {
            Ok(Typed::Truth(Truth::Choice(Box::new([decides, yes.truth()?, no.truth()?]))))
        }
        (yes, no) => Err(format!("`?` cannot choose between {} and {}", yes.name(), no.name())),
    }
}

/// Characters of a text, or segments.
pub(super) fn size(of: Typed) -> Lowered {
    match of {
        Typed::Segments => Ok(Typed::Whole(Whole::Segments)),
        Typed::Text(_) | Typed::Attribute(_) => Ok(Typed::Whole(Whole::Length(Box::new(of.text()?)))),
        other => Err(format!("size() is for texts and segments, not for {}", other.name())),
    }
}

/// An amount such as `12.50` in minor units; nothing when it is none or too large.
pub(super) fn minor_units(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (units, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(units) || !is_number(decimals) || decimals.len() > 2 {
        return None;
    }
    let tenfold = if decimals.len() == 1 { 10 } else { 1 };
    let decimals = decimals.parse::<i64>().ok()? * tenfold;
    let amount = units.parse::<i64>().ok()?.checked_mul(100)?.checked_add(decimals)?;
    Some(sign * amount)
}
