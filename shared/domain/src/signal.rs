//! Early signals: figures that tell of a customer who drifts away before any tier is in danger.
//!
//! "No transactions" finds almost nobody, because standing orders keep posting; what remains on the accounts tells.

/// Parts of a [`Share`].
const WHOLE: i128 = 10_000_000;

/// A share in ten-millionths: 7 324 559 is 0.7324559.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

/// Why a text is no share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a share is a decimal from 0 to 1 with at most seven decimals, such as 0.25")]
pub struct NotAShare;

impl Share {
    /// Reads `0.7324559`.
    pub fn parse(text: &str) -> Result<Self, NotAShare> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() != 1
            || fraction.len() > 7
            || !digits(whole)
            || !digits(fraction)
            || text.ends_with('.')
        {
            return Err(NotAShare);
        }
        let parts: u32 = format!("{whole}{fraction:0<7}").parse().map_err(|_| NotAShare)?;
        if i128::from(parts) > WHOLE { Err(NotAShare) } else { Ok(Self(parts)) }
    }
}

/// A rule with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The average assets of the latest months are at most this share of the average of as many months before.
    BalanceRatio {
        /// Months of each half.
        months: u8,
        /// Share that is left.
        at_most: Share,
    },
    /// Assets at the month's end are lower by at least this share than so many months before.
    AssetsDown {
        /// Months between the two.
        months: u8,
        /// Share that is gone.
        at_least: Share,
    },
}

/// The two figures that a rule compares, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Of the time before.
    pub before: i64,
    /// Of the latest time.
    pub after: i64,
}

impl Signal {
    /// Months of assets that the rule looks at.
    pub fn months(self) -> usize {
        match self {
            Self::BalanceRatio { months, .. } => 2 * usize::from(months),
            Self::AssetsDown { months, .. } => usize::from(months) + 1,
        }
    }

    /// What the rule compares when it fires, otherwise nothing. `assets(k)` are those of the month k months ago. Who had
    /// nothing before has nothing to take away.
    pub fn fires(self, assets: impl Fn(usize) -> i64) -> Option<Figures> {
        match self {
            Self::BalanceRatio { months, at_most } => {
                let months = usize::from(months);
                let sum =
                    |from: usize| (from..from + months).map(|month| i128::from(assets(month))).sum::<i128>();
                let (after, before) = (sum(0), sum(months));
                let fires = before > 0 && after * WHOLE <= before * i128::from(at_most.0);
                let average = |sum: i128| i64::try_from(sum / (months.max(1) as i128)).unwrap_or(i64::MAX);
                fires.then(|| Figures { before: average(before), after: average(after) })
            }
            Self::AssetsDown { months, at_least } => {
                let (after, before) = (assets(0), assets(months.into()));
                let gone = i128::from(before) - i128::from(after);
                let fires =
                    before > 0 && gone > 0 && gone * WHOLE >= i128::from(before) * i128::from(at_least.0);
                fires.then_some(Figures { before, after })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(text: &str) -> Share {
        Share::parse(text).expect("a share")
    }

    fn fires(signal: Signal, newest_first: &[i64]) -> bool {
        assert_eq!(newest_first.len(), signal.months());
        signal.fires(|month| newest_first[month]).is_some()
    }

    #[test]
    fn a_ratio_exactly_on_the_share_fires_and_one_fen_more_does_not() {
        let signal = Signal::BalanceRatio { months: 2, at_most: share("0.75") };
        assert!(fires(signal, &[70, 80, 100, 100]));
        assert!(!fires(signal, &[70, 81, 100, 100]));
    }

    #[test]
    fn a_fall_exactly_of_the_share_fires_and_one_fen_less_does_not() {
        let signal = Signal::AssetsDown { months: 3, at_least: share("0.3") };
        assert!(fires(signal, &[70, 0, 0, 100]));
        assert!(!fires(signal, &[71, 0, 0, 100]));
    }

    #[test]
    fn who_had_nothing_or_less_does_not_fall() {
        for before in [0, -100] {
            assert!(!fires(Signal::BalanceRatio { months: 1, at_most: share("1") }, &[-500, before]));
            assert!(!fires(Signal::AssetsDown { months: 1, at_least: share("0") }, &[-500, before]));
        }
    }

    #[test]
    fn who_has_as_much_as_before_has_not_fallen() {
        assert!(!fires(Signal::AssetsDown { months: 1, at_least: share("0") }, &[100, 100]));
    }

    #[test]
    fn the_greatest_amounts_do_not_overflow() {
        let signal = Signal::BalanceRatio { months: 12, at_most: share("1") };
        assert!(signal.fires(|_| i64::MAX).is_some());
        assert!(
            Signal::AssetsDown { months: 1, at_least: share("1") }
                .fires(|month| [i64::MIN, i64::MAX][month])
                .is_some()
        );
    }

    #[test]
    fn shares_are_read_strictly() {
        assert_eq!(share("0.7324559"), Share(7_324_559));
        assert_eq!((share("1"), share("0")), (Share(10_000_000), Share(0)));
        for text in ["", ".5", "1.0000001", "2", "-0.1", "0.12345678", "0.", "00.5", "1e0", "0,5"] {
            assert_eq!(Share::parse(text), Err(NotAShare), "{text}");
        }
    }
}
