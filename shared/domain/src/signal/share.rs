//! A share as precise as the parameters of early signals ask for.

/// Parts of a [`Share`].
const WHOLE: u32 = 10_000_000;

/// A share in ten-millionths: 7 324 559 is 0.7324559.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

/// Why a number of parts is no share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a share is 0 to 10000000 ten-millionths")]
pub struct NotAShare;

impl Share {
    /// A share of so many ten-millionths.
    pub fn parse(parts: u32) -> Result<Self, NotAShare> {
        if parts > WHOLE { Err(NotAShare) } else { Ok(Self(parts)) }
    }

    /// True when there is nothing of it.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// How `part` compares with this share of `of`, exactly.
    pub(super) fn compare(self, part: i128, of: i128) -> std::cmp::Ordering {
        (part * i128::from(WHOLE)).cmp(&(of * i128::from(self.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering;

    #[test]
    fn a_share_is_nothing_to_all() {
        assert_eq!(Share::parse(WHOLE), Ok(Share(WHOLE)));
        assert_eq!(Share::parse(WHOLE + 1), Err(NotAShare));
        assert!(Share(0).is_zero() && !Share(1).is_zero());
    }

    #[test]
    fn a_share_is_compared_to_the_last_part() {
        let quarter = Share(2_500_000);
        assert_eq!(quarter.compare(25, 100), Ordering::Equal);
        assert_eq!(quarter.compare(24, 100), Ordering::Less);
        assert_eq!(quarter.compare(25, 99), Ordering::Greater);
        let most = i128::from(i64::MAX) * 48;
        assert_eq!(Share(WHOLE).compare(most, most), Ordering::Equal);
    }
}
