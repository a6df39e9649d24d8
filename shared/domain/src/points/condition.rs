//! Conditions of rules, written in a part of CEL, the Common Expression Language.
//!
//! The crate `cel` parses; names and types are checked here, when a rule is written, and the text becomes a tree of our
//! own. What is left for the day an event comes cannot loop, cannot ask for what does not exist and knows no float: it
//! is true, false, or not answered, because a fact is missing or a number grew too large.

use std::fmt;
use std::sync::Arc;

use cel::parser::pratt_parser::{Lexer, TokenKind};
use cel::parser::{ParseErrors, PrattParser};

mod facts;
mod field;
mod lower;
mod program;
#[cfg(test)]
mod refusal_tests;
#[cfg(test)]
mod tests;
mod typed;

pub use facts::{CustomerFacts, EventFacts, Fact, Facts, Reads};

/// Characters that a condition may have.
pub const MAX_CHARACTERS: usize = 2_000;

/// Names, values and operators that a condition may have. Each becomes a part of the parser's tree, so that they bound
/// how deep the tree of any text can grow, a chain of operators without brackets included.
pub const MAX_PARTS: usize = 300;

/// How deep brackets, and the checked tree, may be nested.
pub const MAX_DEPTH: usize = 64;

/// The same for the parser, which never gets there.
const DEPTH: u16 = MAX_DEPTH as u16;

/// Characters of a name, or of the parser's words, that a reason repeats.
const MAX_SHOWN: usize = 80;

/// A condition that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    source: String,
    program: program::Truth,
    reads: Reads,
}

/// Why a text is no condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionError {
    /// The character at which it goes wrong, the first is 1; nothing when the text can be read but means nothing.
    pub position: Option<usize>,
    /// What is wrong, a sentence without a full stop.
    pub reason: String,
}

/// Why a condition is neither true nor false for an event: its rule gives nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// A fact that it asks for is not known; its name in the condition.
    #[error("{0} is not known")]
    Missing(Arc<str>),
    /// A fact of the bank's own is of another type than the condition takes it for; its name in the condition.
    #[error("{0} is of another type")]
    OtherType(Arc<str>),
    /// A number left the range of 64 bits.
    #[error("a number is too large")]
    Overflow,
}

impl Condition {
    /// Reads and checks a condition; the error says where and why not.
    pub fn parse(source: &str) -> Result<Self, ConditionError> {
        measure(source)?;
        // Names in backquotes let has() ask for an attribute whatever its name is.
        let parser = PrattParser::new().enable_ident_escape_syntax(true).max_recursion_depth(DEPTH);
        let tree = parser.parse(source).map_err(|errors| misread(source, errors))?;
        match lower::lower(&tree) {
            Ok((program, reads)) => Ok(Self { source: source.to_owned(), program, reads }),
            Err(reason) => Err(ConditionError { position: None, reason }),
        }
    }

    /// The text as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it is true of an event and its customer.
    pub fn holds(&self, facts: &Facts<'_>) -> Result<bool, Unanswered> {
        self.program.ask(facts)
    }

    /// Which facts of the customer it asks for.
    pub fn reads(&self) -> Reads {
        self.reads
    }
}

impl fmt::Display for ConditionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(position) => write!(formatter, "at character {position}: {}", self.reason),
            None => formatter.write_str(&self.reason),
        }
    }
}

impl std::error::Error for ConditionError {}

/// Refuses what is too large before it is parsed: the parser calls itself once a level.
fn measure(source: &str) -> Result<(), ConditionError> {
    let refuse = |position, reason: String| Err(ConditionError { position: Some(position), reason });
    if source.chars().count() > MAX_CHARACTERS {
        return refuse(MAX_CHARACTERS + 1, format!("a condition has up to {MAX_CHARACTERS} characters"));
    }
    let (mut lexer, mut parts, mut depth) = (Lexer::new(source), 0_usize, 0_usize);
    loop {
        let token = lexer.lex();
        match token.kind {
            // What cannot be read is for the parser to report.
            TokenKind::TokEnd | TokenKind::TokError => return Ok(()),
            TokenKind::TokLeftParen | TokenKind::TokLeftBracket | TokenKind::TokLeftBrace => depth += 1,
            TokenKind::TokRightParen | TokenKind::TokRightBracket | TokenKind::TokRightBrace => {
                depth = depth.saturating_sub(1);
            }
            TokenKind::TokWhitespace
            | TokenKind::TokComment
            | TokenKind::TokDot
            | TokenKind::TokComma
            | TokenKind::TokColon => {}
            _ => parts += 1,
        }
        if parts > MAX_PARTS {
            let reason = format!("a condition has up to {MAX_PARTS} names, values and operators");
            return refuse(character(source, token.start), reason);
        }
        if depth > MAX_DEPTH {
            return refuse(character(source, token.start), nested_too_deep());
        }
    }
}

fn nested_too_deep() -> String {
    format!("a condition is nested up to {MAX_DEPTH} deep")
}

/// The first thing that the parser could not read.
fn misread(source: &str, errors: ParseErrors) -> ConditionError {
    // Its summaries have no line.
    let Some(error) = errors.errors.into_iter().find(|error| error.pos.0 > 0) else {
        return ConditionError { position: None, reason: "this is not an expression of CEL".to_owned() };
    };
    let line = usize::try_from(error.pos.0 - 1).unwrap_or(0);
    let column = usize::try_from(error.pos.1 - 1).unwrap_or(0);
    let before: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
    let message = error.msg.strip_prefix("Syntax error: ").unwrap_or(&error.msg);
    let reason = match shown(message) {
        Some(message) => format!("this is not an expression of CEL: {message}"),
        None => "this is not an expression of CEL".to_owned(),
    };
    ConditionError { position: Some(character(source, before + column)), reason }
}

/// The number of the character at a byte, counted from 1.
fn character(source: &str, byte: usize) -> usize {
    source.char_indices().take_while(|(at, _)| *at < byte).count() + 1
}

/// Words of a request that are short enough to be repeated in a reason.
fn shown(words: &str) -> Option<&str> {
    (words.chars().count() <= MAX_SHOWN).then_some(words)
}
