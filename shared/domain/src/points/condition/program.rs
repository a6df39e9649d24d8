//! A condition as a tree whose types are settled: it is answered in one walk, without a loop and without allocation.

use std::cmp::Ordering;
use std::sync::Arc;

use super::Unanswered;
use super::facts::{Fact, Facts};
use super::field::{Field, Side, TextField, WholeField};

/// What is answered with true or false.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    Value(bool),
    IsBirthday(Arc<str>),
    Attribute(Attribute),
    HasField(Field),
    HasAttribute(Attribute),
    Not(Box<Truth>),
    And(Box<[Truth; 2]>),
    Or(Box<[Truth; 2]>),
    /// The first decides between the two others.
    Choice(Box<[Truth; 3]>),
    Truths(Compare, Box<[Truth; 2]>),
    Wholes(Compare, Box<[Whole; 2]>),
    Texts(Compare, Box<[Text; 2]>),
    /// Two facts of the bank's own, whose types are known no sooner than they are there.
    Attributes(Compare, Box<[Attribute; 2]>),
    OneOfWholes(Whole, Vec<i64>),
    OneOfTexts(Text, Vec<Box<str>>),
    InSegments(Text),
    /// Something about a text and a part of it.
    Part(Part, Box<[Text; 2]>),
}

/// What is answered with a whole number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whole {
    Value(i64),
    Field(WholeField, Arc<str>),
    Attribute(Attribute),
    Negated(Box<Whole>),
    Arithmetic(Arithmetic, Box<[Whole; 2]>),
    Choice(Box<(Truth, [Whole; 2])>),
    /// Characters of a text.
    Length(Box<Text>),
    /// How many segments the customer is in.
    Segments,
}

/// What is answered with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Value(Box<str>),
    Field(TextField, Arc<str>),
    Attribute(Attribute),
    Choice(Box<(Truth, [Text; 2])>),
}

/// A fact of the bank's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) side: Side,
    pub(super) key: Box<str>,
    /// As a reason says it, with whose it is.
    pub(super) name: Arc<str>,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compare {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// What is worked out from two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Sum,
    Difference,
    Product,
}

/// Where a part of a text is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Start,
    End,
    Anywhere,
}

impl Compare {
    /// True for `==` and `!=`, which every type has.
    pub(super) fn is_about_equality(self) -> bool {
        matches!(self, Self::Equal | Self::Unequal)
    }

    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::More => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }
}

impl Attribute {
    fn find<'v>(&self, facts: &Facts<'v>) -> Option<&'v Fact> {
        let attributes = match self.side {
            Side::Event => facts.event.attributes,
            Side::Customer => facts.customer.attributes,
        };
        attributes.iter().find(|(key, _)| key.as_str() == &*self.key).map(|(_, fact)| fact)
    }

    fn read<'v>(&self, facts: &Facts<'v>) -> Result<&'v Fact, Unanswered> {
        self.find(facts).ok_or_else(|| Unanswered::Missing(self.name.clone()))
    }

    fn of_another_type(&self) -> Unanswered {
        Unanswered::OtherType(self.name.clone())
    }
}

fn known<T>(value: Option<T>, name: &Arc<str>) -> Result<T, Unanswered> {
    value.ok_or_else(|| Unanswered::Missing(name.clone()))
}

impl Truth {
    /// The answer. `&&` and `||` are answered where one side settles it, whatever is missing on the other.
    pub(super) fn ask(&self, facts: &Facts<'_>) -> Result<bool, Unanswered> {
        Ok(match self {
            Self::Value(value) => *value,
            Self::IsBirthday(name) => known(Field::birthday(facts), name)?,
            Self::Attribute(attribute) => match attribute.read(facts)? {
                Fact::Flag(value) => *value,
                Fact::Text(_) | Fact::Whole(_) => return Err(attribute.of_another_type()),
            },
            Self::HasField(field) => field.is_known(facts),
            Self::HasAttribute(attribute) => attribute.find(facts).is_some(),
            Self::Not(inner) => !inner.ask(facts)?,
            Self::And(sides) => return settled(sides, false, facts),
            Self::Or(sides) => return settled(sides, true, facts),
            Self::Choice(parts) => {
                let [decides, yes, no] = &**parts;
                return if decides.ask(facts)? { yes.ask(facts) } else { no.ask(facts) };
            }
            Self::Truths(compare, sides) => compare.holds(sides[0].ask(facts)?.cmp(&sides[1].ask(facts)?)),
            Self::Wholes(compare, sides) => compare.holds(sides[0].ask(facts)?.cmp(&sides[1].ask(facts)?)),
            Self::Texts(compare, sides) => compare.holds(sides[0].ask(facts)?.cmp(sides[1].ask(facts)?)),
            Self::Attributes(compare, sides) => {
                let [left, right] = &**sides;
                let order = match (left.read(facts)?, right.read(facts)?) {
                    (Fact::Text(left), Fact::Text(right)) => left.cmp(right),
                    (Fact::Whole(left), Fact::Whole(right)) => left.cmp(right),
                    (Fact::Flag(left), Fact::Flag(right)) => left.cmp(right),
                    _ => return Err(right.of_another_type()),
                };
                compare.holds(order)
            }
            Self::OneOfWholes(value, list) => list.contains(&value.ask(facts)?),
            Self::OneOfTexts(value, list) => {
                let value = value.ask(facts)?;
                list.iter().any(|one| &**one == value)
            }
            Self::InSegments(value) => {
                let value = value.ask(facts)?;
                facts.customer.segments.iter().any(|segment| segment.as_str() == value)
            }
            Self::Part(part, texts) => {
                let (whole, looked_for) = (texts[0].ask(facts)?, texts[1].ask(facts)?);
                match part {
                    Part::Start => whole.starts_with(looked_for),
                    Part::End => whole.ends_with(looked_for),
                    Part::Anywhere => whole.contains(looked_for),
                }
            }
        })
    }
}

/// Two sides of which either settles the answer when it is `by`.
fn settled(sides: &[Truth; 2], by: bool, facts: &Facts<'_>) -> Result<bool, Unanswered> {
    match sides[0].ask(facts) {
        Ok(first) if first == by => Ok(by),
        Ok(_) => sides[1].ask(facts),
        Err(reason) => match sides[1].ask(facts) {
            Ok(second) if second == by => Ok(by),
            _ => Err(reason),
        },
    }
}

impl Whole {
    /// The number; an overflow is no answer.
    pub(super) fn ask(&self, facts: &Facts<'_>) -> Result<i64, Unanswered> {
        match self {
            Self::Value(value) => Ok(*value),
            Self::Field(field, name) => known(field.read(facts), name),
            Self::Attribute(attribute) => match attribute.read(facts)? {
                Fact::Whole(value) => Ok(*value),
                Fact::Text(_) | Fact::Flag(_) => Err(attribute.of_another_type()),
            },
            Self::Negated(inner) => inner.ask(facts)?.checked_neg().ok_or(Unanswered::Overflow),
            Self::Arithmetic(arithmetic, sides) => {
                let (left, right) = (sides[0].ask(facts)?, sides[1].ask(facts)?);
                let result = match arithmetic {
                    Arithmetic::Sum => left.checked_add(right),
                    Arithmetic::Difference => left.checked_sub(right),
                    Arithmetic::Product => left.checked_mul(right),
                };
                result.ok_or(Unanswered::Overflow)
            }
            Self::Choice(parts) => {
                let (decides, [yes, no]) = &**parts;
                if decides.ask(facts)? { yes.ask(facts) } else { no.ask(facts) }
            }
            Self::Length(text) => Ok(text.ask(facts)?.chars().count() as i64),
            Self::Segments => Ok(facts.customer.segments.len() as i64),
        }
    }
}

impl Text {
    /// The text, borrowed from the condition or from the facts.
    pub(super) fn ask<'v>(&'v self, facts: &Facts<'v>) -> Result<&'v str, Unanswered> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Field(field, name) => known(field.read(facts), name),
            Self::Attribute(attribute) => match attribute.read(facts)? {
                Fact::Text(value) => Ok(value),
                Fact::Whole(_) | Fact::Flag(_) => Err(attribute.of_another_type()),
            },
            Self::Choice(parts) => {
                let (decides, [yes, no]) = &**parts;
                if decides.ask(facts)? { yes.ask(facts) } else { no.ask(facts) }
            }
        }
    }
}
