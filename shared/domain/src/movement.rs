//! Large movements of money: rules that a bank sets, and the days on which a customer's transactions meet them.

use crate::date::Day;
use crate::id::Id;
use crate::intake::{SHANGHAI_OFFSET_MINUTES, TransactionKind};

/// Rules of one list at most; each is looked at for every customer.
pub const MOST_RULES: usize = 50;

/// Days that a rolling window may have.
pub const WINDOW_DAYS: std::ops::RangeInclusive<u8> = 2..=31;

/// Which way the money goes, seen from the customer's accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the customer.
    In,
    /// Away from the customer.
    Out,
}

impl Direction {
    /// Every direction with its name.
    pub const NAMES: [(&'static str, Self); 2] = [("in", Self::In), ("out", Self::Out)];

    /// The name.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }

    /// Which way a kind of transaction moves money.
    pub fn of(kind: TransactionKind) -> Self {
        match kind {
            TransactionKind::Deposit
            | TransactionKind::TransferIn
            | TransactionKind::Interest
            | TransactionKind::Refund => Self::In,
            TransactionKind::Withdrawal
            | TransactionKind::TransferOut
            | TransactionKind::Purchase
            | TransactionKind::Fee
            | TransactionKind::Sale => Self::Out,
        }
    }

    /// What counts where a rule names no kinds: money brought and money taken. Spending, fees, interest and products of
    /// the bank are not what a customer manager is called for.
    fn usual(self) -> &'static [TransactionKind] {
        match self {
            Self::In => &[TransactionKind::Deposit, TransactionKind::TransferIn],
            Self::Out => &[TransactionKind::Withdrawal, TransactionKind::TransferOut],
        }
    }
}

/// Where the other side is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anywhere.
    Any,
    /// At this bank, or cash: no other bank is named.
    InBank,
    /// At the other bank that the transaction names.
    OutOfBank,
}

impl Place {
    /// Every place with its name.
    pub const NAMES: [(&'static str, Self); 3] =
        [("any", Self::Any), ("in_bank", Self::InBank), ("out_of_bank", Self::OutOfBank)];

    /// The name.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }
}

/// What is compared with the amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Each transaction by itself.
    Single,
    /// The sum of a window that ends on a day.
    Rolling {
        /// Days of the window, its last one included.
        window_days: u8,
    },
}

impl Basis {
    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Rolling { .. } => "rolling",
        }
    }
}

/// One rule; checked as part of [`Rules`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The bank's id.
    pub id: Id,
    /// Which way the money goes.
    pub direction: Direction,
    /// Where the other side is.
    pub place: Place,
    /// What is compared.
    pub basis: Basis,
    /// The amount that makes a movement large, in minor units.
    pub at_least: i64,
    /// Kinds that count; `None`: the usual ones of the direction.
    pub kinds: Option<Vec<TransactionKind>>,
}

/// What is wrong with a list of rules; `rule` and `kind` are places in their lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum RulesError {
    #[error("a list has at most 50 rules")]
    TooMany,
    #[error("another rule has the same id")]
    IdTwice { rule: usize },
    #[error("the amount is above zero")]
    NotPositive { rule: usize },
    #[error("a rolling window has 2 to 31 days")]
    Window { rule: usize },
    #[error("kinds are left out, or there is at least one")]
    NoKinds { rule: usize },
    #[error("each kind is named once and moves money in the rule's direction")]
    Kind { rule: usize, kind: usize },
}

/// The rules of a bank, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules(Vec<Rule>);

impl Rules {
    /// The only door: checks every rule and that their ids differ.
    pub fn parse(rules: Vec<Rule>) -> Result<Self, RulesError> {
        if rules.len() > MOST_RULES {
            return Err(RulesError::TooMany);
        }
        for (at, rule) in rules.iter().enumerate() {
            if rules[..at].iter().any(|other| other.id == rule.id) {
                return Err(RulesError::IdTwice { rule: at });
            }
            rule.check(at)?;
        }
        Ok(Self(rules))
    }

    /// The rules.
    pub fn all(&self) -> &[Rule] {
        &self.0
    }
}

/// Money that moved on a day: one transaction, or several of one kind and place together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Business day.
    pub on: Day,
    /// What it was.
    pub kind: TransactionKind,
    /// True when another bank is named.
    pub out_of_bank: bool,
    /// Minor units.
    pub amount: i64,
    /// How many transactions.
    pub transactions: u32,
}

/// A day on which a rule fires for a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Firing {
    /// The day.
    pub on: Day,
    /// First day of the window; the day itself for a single transaction.
    pub window_from: Day,
    /// The largest transaction of the day, or the sum of the window, in minor units.
    pub amount: i64,
    /// Transactions of the day that reach the amount, or transactions in the window.
    pub transactions: u32,
}

struct DaySum {
    on: Day,
    amount: i128,
    transactions: u32,
}

impl Rule {
    fn check(&self, rule: usize) -> Result<(), RulesError> {
        if self.at_least <= 0 {
            return Err(RulesError::NotPositive { rule });
        }
        if matches!(self.basis, Basis::Rolling { window_days } if !WINDOW_DAYS.contains(&window_days)) {
            return Err(RulesError::Window { rule });
        }
        let Some(kinds) = &self.kinds else { return Ok(()) };
        if kinds.is_empty() {
            return Err(RulesError::NoKinds { rule });
        }
        for (at, kind) in kinds.iter().enumerate() {
            if Direction::of(*kind) != self.direction || kinds[..at].contains(kind) {
                return Err(RulesError::Kind { rule, kind: at });
            }
        }
        Ok(())
    }

    /// Days before the first one asked for whose movements count: the window that ends on the day before it.
    pub fn days_before(&self) -> i32 {
        match self.basis {
            Basis::Single => 0,
            Basis::Rolling { window_days } => window_days.into(),
        }
    }

    /// Kinds of transactions that count.
    pub fn counted_kinds(&self) -> &[TransactionKind] {
        self.kinds.as_deref().unwrap_or_else(|| self.direction.usual())
    }

    fn counts(&self, movement: &Movement) -> bool {
        let place = match self.place {
            Place::Any => true,
            Place::InBank => !movement.out_of_bank,
            Place::OutOfBank => movement.out_of_bank,
        };
        place
            && self.counted_kinds().contains(&movement.kind)
            && (self.basis != Basis::Single || movement.amount >= self.at_least)
    }

    /// The days of `from..=to` on which the rule fires, given one customer's movements by day: single transactions
    /// for a single rule, and for a rolling one those of [`Rule::days_before`] earlier days too.
    ///
    /// A single rule fires on each day that has such a transaction. A rolling rule fires on the first day whose window
    /// comes to the amount, and again only after a day whose window did not. A refund lowers no sum: it is money in.
    pub fn firings(&self, (from, to): (Day, Day), movements: &[Movement]) -> Vec<Firing> {
        let days = self.days(movements);
        let asked = (0..days.len()).filter(|at| (from..=to).contains(&days[*at].on));
        match self.basis {
            Basis::Single => asked.map(|at| firing(days[at].on, &days[at..=at])).collect(),
            Basis::Rolling { window_days } => {
                asked.filter_map(|at| self.passed(&days[..=at], i32::from(window_days))).collect()
            }
        }
    }

    fn days(&self, movements: &[Movement]) -> Vec<DaySum> {
        let mut days: Vec<DaySum> = Vec::new();
        for movement in movements.iter().filter(|movement| self.counts(movement)) {
            let amount = i128::from(movement.amount);
            match days.last_mut() {
                Some(day) if day.on == movement.on => {
                    let single = self.basis == Basis::Single;
                    day.amount = if single { day.amount.max(amount) } else { day.amount + amount };
                    day.transactions = day.transactions.saturating_add(movement.transactions);
                }
                _ => days.push(DaySum { on: movement.on, amount, transactions: movement.transactions }),
            }
        }
        days
    }

    /// The firing on the last of the days, if its window comes to the amount and that of the day before does not.
    fn passed(&self, days: &[DaySum], window_days: i32) -> Option<Firing> {
        let (today, earlier) = days.split_last()?;
        let first = today.on.plus(1 - window_days);
        let since = |days: &[DaySum], day: Day| days.partition_point(|other| other.on < day);
        let sum = |days: &[DaySum]| days.iter().map(|day| day.amount).sum::<i128>();
        let window = &days[since(days, first)..];
        let before = &earlier[since(earlier, first.plus(-1))..];
        let at_least = i128::from(self.at_least);
        (sum(window) >= at_least && sum(before) < at_least).then(|| firing(first, window))
    }
}

/// What fires on the last of the days of a window, which has one at least.
fn firing(window_from: Day, window: &[DaySum]) -> Firing {
    let amount: i128 = window.iter().map(|day| day.amount).sum();
    Firing {
        on: window.last().map_or(window_from, |day| day.on),
        window_from,
        amount: i64::try_from(amount).unwrap_or(i64::MAX),
        transactions: window.iter().fold(0_u32, |sum, day| sum.saturating_add(day.transactions)),
    }
}

/// First instant of a business day in Asia/Shanghai, in milliseconds since 1970-01-01T00:00:00Z.
pub fn starts_at(day: Day) -> i64 {
    i64::from(day.number()) * 86_400_000 - i64::from(SHANGHAI_OFFSET_MINUTES) * 60_000
}

#[cfg(test)]
mod tests;
