//! From the parser's tree to a program: every name is one that exists, every type is the one that is needed.

use cel::common::ast::{CallExpr, Expr, IdedExpr, SelectExpr, operators};

use super::facts::Reads;
use super::field::{Field, Side};
use super::program::{Arithmetic, Attribute, Compare, Part, Text, Truth, Whole};
use super::typed::{Lowered, Typed, choice, compared, literal, minor_units, size};
use super::{MAX_DEPTH, nested_too_deep, shown};

/// The program of a whole condition and which facts of the customer it asks for; the error is a reason.
pub(super) fn lower(tree: &IdedExpr) -> Lowered<(Truth, Reads)> {
    let mut lowering = Lowering { reads: Reads::default(), depth: 0 };
    let program = lowering.lower(tree)?.truth()?;
    Ok((program, lowering.reads))
}

struct Lowering {
    reads: Reads,
    depth: usize,
}

impl Lowering {
    fn lower(&mut self, node: &IdedExpr) -> Lowered {
        if self.depth == MAX_DEPTH {
            return Err(nested_too_deep());
        }
        self.depth += 1;
        let typed = match &node.expr {
            Expr::Literal(value) => literal(value),
            Expr::Ident(name) => match name.as_str() {
                "event" => Ok(Typed::Record(Side::Event)),
                "customer" => Ok(Typed::Record(Side::Customer)),
                other => Err(unknown(other)),
            },
            Expr::Select(select) => self.select(select),
            Expr::List(list) => self.list(&list.elements),
            Expr::Call(call) => self.call(call),
            Expr::Comprehension(_) => Err("the only macro is has()".to_owned()),
            Expr::Map(_) | Expr::Struct(_) => Err("there are no maps and no structures".to_owned()),
            Expr::Unspecified => Err("this is not an expression of CEL".to_owned()),
        };
        self.depth -= 1;
        typed
    }

    /// A field or an attribute, or with has() whether it is there.
    fn select(&mut self, select: &SelectExpr) -> Lowered {
        let (operand, name) = (self.lower(&select.operand)?, select.field.as_str());
        match operand {
            Typed::Attributes(side) if select.test => Ok(Typed::Truth(self.has_attribute(side, name))),
            Typed::Attributes(side) => Ok(Typed::Attribute(self.attribute(side, name))),
            Typed::Record(side) if select.test => self.has_field(side, name),
            Typed::Record(side) => self.field(side, name),
            other => Err(format!("{} has no fields", other.name())),
        }
    }

    fn field(&mut self, side: Side, name: &str) -> Lowered {
        match (side, name) {
            (_, "attributes") => return Ok(Typed::Attributes(side)),
            (Side::Customer, "segments") => {
                self.reads.segments = true;
                return Ok(Typed::Segments);
            }
            _ => {}
        }
        let (field, _) =
            Field::find(side, name).ok_or_else(|| unknown(&format!("{}.{name}", side.name())))?;
        field.note(&mut self.reads);
        let full = format!("{}.{name}", side.name()).into();
        Ok(match field {
            Field::Text(field) => Typed::Text(Text::Field(field, full)),
            Field::Whole(field) => Typed::Whole(Whole::Field(field, full)),
            Field::IsBirthday => Typed::Truth(Truth::IsBirthday(full)),
        })
    }

    fn has_field(&mut self, side: Side, name: &str) -> Lowered {
        let always = name == "attributes" || (side == Side::Customer && name == "segments");
        match Field::find(side, name) {
            Some((field, true)) => {
                field.note(&mut self.reads);
                Ok(Typed::Truth(Truth::HasField(field)))
            }
            None if !always => Err(unknown(&format!("{}.{name}", side.name()))),
            _ => Err(format!("{}.{name} is always there: has() is for what can be absent", side.name())),
        }
    }

    fn attribute(&mut self, side: Side, key: &str) -> Attribute {
        self.reads.attributes |= side == Side::Customer;
        Attribute { side, key: key.into(), name: format!("{}.attributes.{key}", side.name()).into() }
    }

    fn has_attribute(&mut self, side: Side, key: &str) -> Truth {
        Truth::HasAttribute(self.attribute(side, key))
    }

    /// A list of values of one type; `in` is all that is asked of it.
    fn list(&mut self, elements: &[IdedExpr]) -> Lowered {
        let (mut wholes, mut texts) = (Vec::new(), Vec::new());
        for element in elements {
            match self.lower(element)? {
                Typed::Whole(Whole::Value(value)) => wholes.push(value),
                Typed::Text(Text::Value(value)) => texts.push(value),
                _ => return Err("a list has nothing but written texts or numbers in it".to_owned()),
            }
        }
        match (wholes.is_empty(), texts.is_empty()) {
            (false, true) => Ok(Typed::Wholes(wholes)),
            (true, false) => Ok(Typed::Texts(texts)),
            (true, true) => Err("a list has something in it".to_owned()),
            (false, false) => Err("a list has texts or numbers in it, not both".to_owned()),
        }
    }

    fn call(&mut self, call: &CallExpr) -> Lowered {
        let name = call.func_name.as_str();
        if let Some(target) = &call.target {
            let part = match (name, call.args.as_slice()) {
                ("startsWith", [_]) => Part::Start,
                ("endsWith", [_]) => Part::End,
                ("contains", [_]) => Part::Anywhere,
                ("size", []) => return size(self.lower(target)?),
                _ => return Err(no_function(name)),
            };
            let texts = [self.lower(target)?.text()?, self.lower(&call.args[0])?.text()?];
            return Ok(Typed::Truth(Truth::Part(part, Box::new(texts))));
        }
        match call.args.as_slice() {
            [only] => self.unary(name, only),
            [left, right] => self.binary(name, left, right),
            [decides, yes, no] if name == operators::CONDITIONAL => {
                let decides = self.lower(decides)?.truth()?;
                let (yes, no) = (self.lower(yes)?, self.lower(no)?);
                choice(decides, yes, no)
            }
            _ => Err(no_function(name)),
        }
    }

    fn unary(&mut self, name: &str, only: &IdedExpr) -> Lowered {
        match name {
            operators::LOGICAL_NOT => Ok(Typed::Truth(Truth::Not(Box::new(self.lower(only)?.truth()?)))),
            operators::NEGATE => Ok(Typed::Whole(Whole::Negated(Box::new(self.lower(only)?.whole()?)))),
            "size" => size(self.lower(only)?),
            "money" => match self.lower(only)? {
                Typed::Text(Text::Value(text)) => match minor_units(&text) {
                    Some(units) => Ok(Typed::Whole(Whole::Value(units))),
                    None => Err("money() takes an amount with up to two decimals".to_owned()),
                },
                _ => Err("money() takes a text in quotes, such as \"12.50\"".to_owned()),
            },
            _ => Err(no_function(name)),
        }
    }

    fn binary(&mut self, name: &str, left: &IdedExpr, right: &IdedExpr) -> Lowered {
        // Any name that is not known here stops it before anything is made of its sides.
        let operation = Operation::of(name)?;
        let (left, right) = (self.lower(left)?, self.lower(right)?);
        match operation {
            Operation::And => Ok(Typed::Truth(Truth::And(Box::new([left.truth()?, right.truth()?])))),
            Operation::Or => Ok(Typed::Truth(Truth::Or(Box::new([left.truth()?, right.truth()?])))),
            Operation::Compare(compare) => compared(compare, left, right).map(Typed::Truth),
            Operation::Arithmetic(arithmetic) => {
                let sides = Box::new([left.whole()?, right.whole()?]);
                Ok(Typed::Whole(Whole::Arithmetic(arithmetic, sides)))
            }
            Operation::In => self.is_in(left, right).map(Typed::Truth),
            Operation::Index => match (left, right) {
                (Typed::Attributes(side), Typed::Text(Text::Value(key))) => {
                    Ok(Typed::Attribute(self.attribute(side, &key)))
                }
                _ => Err("brackets take the name of an attribute in quotes".to_owned()),
            },
        }
    }

    fn is_in(&mut self, value: Typed, list: Typed) -> Lowered<Truth> {
        match (list, value) {
            (Typed::Wholes(list), value) => Ok(Truth::OneOfWholes(value.whole()?, list)),
            (Typed::Texts(list), value) => Ok(Truth::OneOfTexts(value.text()?, list)),
            (Typed::Segments, value) => Ok(Truth::InSegments(value.text()?)),
            (Typed::Attributes(side), Typed::Text(Text::Value(key))) => Ok(self.has_attribute(side, &key)),
            (Typed::Attributes(_), _) => Err("attributes are looked for by a text in quotes".to_owned()),
            (other, _) => Err(format!("`in` needs a list, not {}", other.name())),
        }
    }
}

/// What stands between two sides.
enum Operation {
    And,
    Or,
    In,
    Index,
    Compare(Compare),
    Arithmetic(Arithmetic),
}

impl Operation {
    fn of(name: &str) -> Lowered<Self> {
        Ok(match name {
            operators::LOGICAL_AND => Self::And,
            operators::LOGICAL_OR => Self::Or,
            operators::IN => Self::In,
            operators::INDEX => Self::Index,
            operators::EQUALS => Self::Compare(Compare::Equal),
            operators::NOT_EQUALS => Self::Compare(Compare::Unequal),
            operators::LESS => Self::Compare(Compare::Less),
            operators::LESS_EQUALS => Self::Compare(Compare::AtMost),
            operators::GREATER => Self::Compare(Compare::More),
            operators::GREATER_EQUALS => Self::Compare(Compare::AtLeast),
            operators::ADD => Self::Arithmetic(Arithmetic::Sum),
            operators::SUBSTRACT => Self::Arithmetic(Arithmetic::Difference),
            operators::MULTIPLY => Self::Arithmetic(Arithmetic::Product),
            operators::DIVIDE | operators::MODULO => {
                return Err("there is no division: multiply the other side".to_owned());
            }
            _ => return Err(no_function(name)),
        })
    }
}

fn unknown(name: &str) -> String {
    match shown(name) {
        Some(name) => format!("there is no `{name}`: a condition asks for fields of event and customer"),
        None => "a condition asks for fields of event and customer".to_owned(),
    }
}

fn no_function(name: &str) -> String {
    match shown(name) {
        Some(name) => format!("there is no function {name}() that is called like this"),
        None => "there is no function of this name".to_owned(),
    }
}
