//! A tier scheme: tiers from the highest to the one for everyone else, each met when ANY of its criteria holds.

use std::collections::HashSet;

use super::SchemeError;

/// Longest window that a tier may look back on. The book keeps every month, so this bounds the work of one evaluation.
pub const LONGEST_WINDOW_MONTHS: u8 = 36;
/// Most tiers of one scheme; the kernel counts them in small arrays.
pub const MOST_TIERS: usize = 32;
/// Card spend is the sum of this many months, the current one included.
pub const CARD_SPEND_MONTHS: i32 = 12;

/// What a criterion looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Assets of a month: deposits and investments.
    Assets,
    /// Card spend of the twelve months that end with the current one.
    CardSpend,
    /// Secured loan balance of the current month.
    SecuredLoans,
    /// Unsecured loan balance of the current month.
    UnsecuredLoans,
}

/// Level of a credit card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardLevel {
    /// 钻石卡
    Diamond,
    /// 白金卡
    Platinum,
    /// 金卡
    Gold,
    /// 普卡
    Classic,
}

impl CardLevel {
    /// All levels, highest first.
    pub const ALL: [CardLevel; 4] = [Self::Diamond, Self::Platinum, Self::Gold, Self::Classic];

    /// The level's bit in a set of levels.
    pub const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// The level's name in feeds and schemes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Diamond => "diamond",
            Self::Platinum => "platinum",
            Self::Gold => "gold",
            Self::Classic => "classic",
        }
    }
}

/// One way to meet a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// A measure of at least `at_least`, and less than `below` if that is given, in minor units.
    Amount {
        /// What is measured.
        measure: Measure,
        /// Lowest amount that meets it.
        at_least: i64,
        /// First amount that no longer meets it.
        below: Option<i64>,
    },
    /// A card of exactly this level that is valid on the date.
    Card(CardLevel),
}

impl Criterion {
    /// True when an assets criterion holds for the assets of one month.
    #[inline]
    pub fn month_meets(&self, assets: i64) -> bool {
        match self {
            Self::Amount { measure: Measure::Assets, at_least, below } => {
                assets >= *at_least && below.is_none_or(|below| assets < below)
            }
            _ => false,
        }
    }

    /// True for a criterion on the assets of months.
    pub fn is_assets(&self) -> bool {
        matches!(self, Self::Amount { measure: Measure::Assets, .. })
    }
}

/// Months below the threshold until which a holder is observed, then needs attention, then is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusLimits {
    /// Last month of 观测 (observed).
    pub observed_to: u8,
    /// Last month of 关注 (attention); equals the tier's window, so that status and tier never contradict each other.
    pub attention_to: u8,
}

/// One tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Stable code, `gold`.
    pub code: String,
    /// Chinese name, 金级.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// The current month and this many before it count.
    pub window_months: u8,
    /// Any of these meets the tier; empty only for the lowest tier: everyone else.
    pub any_of: Vec<Criterion>,
    /// Limits of the statuses, for tiers whose loss is a churn.
    pub status: Option<StatusLimits>,
}

/// Which figure of a month is its assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AssetBasis {
    /// The balance at the month's end.
    MonthEnd,
    /// The average of the daily closing balances.
    DailyAverage,
}

/// How much of each class counts as assets, in basis points; 10 000 is all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coefficients {
    /// Deposits.
    pub deposits_bp: u32,
    /// Investments.
    pub investments_bp: u32,
}

impl Default for Coefficients {
    fn default() -> Self {
        Self { deposits_bp: 10_000, investments_bp: 10_000 }
    }
}

impl Coefficients {
    /// True when assets are the plain sum.
    pub fn are_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Assets from the total and the investments in it, rounded down.
    pub fn weigh(&self, total: i64, investments: i64) -> i64 {
        let deposits = i128::from(total) - i128::from(investments);
        let weighed = deposits * i128::from(self.deposits_bp)
            + i128::from(investments) * i128::from(self.investments_bp);
        weighed.div_euclid(10_000).clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }
}

/// The parts of a scheme before they have been looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeParts {
    /// Which figure of a month counts.
    pub basis: AssetBasis,
    /// How much of each class counts.
    pub coefficients: Coefficients,
    /// Review results are proposals until confirmed per organisation.
    pub confirm: bool,
    /// Tiers, highest first.
    pub tiers: Vec<Tier>,
}

/// A scheme that makes sense: tiers descend, each can be met, and the lowest takes everyone else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme(SchemeParts);

impl Scheme {
    /// The only door: checks the parts; appends the tier for everyone else when the lowest one has criteria.
    pub fn parse(mut parts: SchemeParts) -> Result<Self, SchemeError> {
        if parts.coefficients.deposits_bp > 10_000 || parts.coefficients.investments_bp > 10_000 {
            return Err(SchemeError::Coefficient);
        }
        if parts.tiers.last().is_some_and(|lowest| !lowest.any_of.is_empty()) {
            parts.tiers.push(everyone_else());
        }
        if parts.tiers.is_empty() || parts.tiers.len() > MOST_TIERS {
            return Err(SchemeError::Tiers);
        }
        let mut codes = HashSet::new();
        for (position, tier) in parts.tiers.iter().enumerate() {
            if !codes.insert(tier.code.as_str()) {
                return Err(SchemeError::CodeTwice { tier: position });
            }
            check_tier(position, &parts.tiers)?;
        }
        Ok(Self(parts))
    }

    /// Tiers, highest first; the last one takes everyone else.
    pub fn tiers(&self) -> &[Tier] {
        &self.0.tiers
    }

    /// Position of a tier by its code.
    pub fn position(&self, code: &str) -> Option<usize> {
        self.0.tiers.iter().position(|tier| tier.code == code)
    }

    /// Which figure of a month counts.
    pub fn basis(&self) -> AssetBasis {
        self.0.basis
    }

    /// How much of each class counts.
    pub fn coefficients(&self) -> Coefficients {
        self.0.coefficients
    }

    /// True when review results wait for confirmation.
    pub fn confirm(&self) -> bool {
        self.0.confirm
    }

    /// Months of assets that an evaluation needs: the current one and the longest window before it.
    pub fn months(&self) -> usize {
        usize::from(self.0.tiers.iter().map(|tier| tier.window_months).max().unwrap_or(0)) + 1
    }

    /// True when a criterion of the scheme looks at this measure.
    pub fn uses(&self, wanted: Measure) -> bool {
        self.criteria()
            .any(|criterion| matches!(criterion, Criterion::Amount { measure, .. } if *measure == wanted))
    }

    /// Card levels that the scheme looks at.
    pub fn card_levels(&self) -> Vec<CardLevel> {
        CardLevel::ALL
            .into_iter()
            .filter(|level| self.criteria().any(|criterion| *criterion == Criterion::Card(*level)))
            .collect()
    }

    fn criteria(&self) -> impl Iterator<Item = &Criterion> {
        self.0.tiers.iter().flat_map(|tier| &tier.any_of)
    }
}

fn everyone_else() -> Tier {
    Tier {
        code: "ordinary".to_owned(),
        name_zh: "普通".to_owned(),
        name_en: "Ordinary".to_owned(),
        window_months: 0,
        any_of: Vec::new(),
        status: None,
    }
}

fn check_tier(position: usize, tiers: &[Tier]) -> Result<(), SchemeError> {
    let tier = &tiers[position];
    if tier.window_months > LONGEST_WINDOW_MONTHS {
        return Err(SchemeError::Window { tier: position });
    }
    if tier.any_of.is_empty() && position + 1 < tiers.len() {
        return Err(SchemeError::NoCriteria { tier: position });
    }
    if let Some(limits) = tier.status
        && (limits.observed_to > limits.attention_to || limits.attention_to != tier.window_months)
    {
        return Err(SchemeError::Limits { tier: position });
    }
    for (place, criterion) in tier.any_of.iter().enumerate() {
        let Criterion::Amount { measure, at_least, below } = criterion else { continue };
        if *at_least <= 0 {
            return Err(SchemeError::NotPositive { tier: position, criterion: place });
        }
        if below.is_some_and(|below| below <= *at_least) {
            return Err(SchemeError::Empty { tier: position, criterion: place });
        }
        let descends =
            tiers[position + 1..].iter().flat_map(|lower| &lower.any_of).all(|lower| match lower {
                Criterion::Amount { measure: other, at_least: lower, .. } => {
                    other != measure || at_least > lower
                }
                Criterion::Card(_) => true,
            });
        if !descends {
            return Err(SchemeError::NotDescending { tier: position, criterion: place });
        }
    }
    Ok(())
}
