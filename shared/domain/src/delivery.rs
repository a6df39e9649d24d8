//! Messages on their way to people: when an attempt is made again, and when it is given up.
//!
//! Known: how many attempts were made and how the latest ended. Promised: the waits between attempts never shrink; a
//! message that nobody takes is dead after the last attempt; who refuses for good is not asked again. The waits are
//! the first of those that the Standard Webhooks specification recommends: after a day the news is old.

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageState {
    /// An attempt is due, now or later.
    Waiting,
    /// The gateway has taken it.
    Delivered,
    /// Given up; a person may send it again.
    Dead,
}

impl MessageState {
    /// All of them.
    pub const ALL: [MessageState; 3] = [MessageState::Waiting, MessageState::Delivered, MessageState::Dead];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            MessageState::Waiting => "waiting",
            MessageState::Delivered => "delivered",
            MessageState::Dead => "dead",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The gateway has taken the message.
    Delivered,
    /// The gateway wants no message of this channel, now or later.
    Refused,
    /// Anything else: no connection, no answer, an error.
    Failed {
        /// How long the gateway asks to be left alone, in milliseconds.
        retry_after: Option<i64>,
    },
}

/// What follows from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing more to do.
    Delivered,
    /// Another attempt at that instant, in milliseconds, or later.
    At(i64),
    /// Given up.
    Dead,
}

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Waits after the first, the second, … attempt; the first is made at once.
const WAITS_MS: [i64; 6] =
    [5 * SECOND_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 5 * HOUR_MS, 10 * HOUR_MS];

/// How often a message is tried before it is given up.
pub const ATTEMPTS: u32 = WAITS_MS.len() as u32 + 1;

/// A gateway may ask for more patience than that; a day is enough.
const LONGEST_WAIT_MS: i64 = 24 * HOUR_MS;

/// What follows when the attempt with the number `attempts`, from 1, ended so at `now` (milliseconds). `message` is
/// the message's number: it spreads attempts that failed together by at most a tenth of the wait, and always alike.
pub fn next(message: i64, attempts: u32, outcome: Outcome, now: i64) -> Next {
    let retry_after = match outcome {
        Outcome::Delivered => return Next::Delivered,
        Outcome::Refused => return Next::Dead,
        Outcome::Failed { retry_after } => retry_after.unwrap_or(0).min(LONGEST_WAIT_MS),
    };
    let place = attempts.saturating_sub(1) as usize;
    let Some(wait) = WAITS_MS.get(place) else { return Next::Dead };
    let spread = wait * spread_bp(message, attempts) / 10_000;
    Next::At(now.saturating_add((wait + spread).max(retry_after)))
}

/// 0 to 1 000 basis points, as good as random: the finaliser of SplitMix64.
fn spread_bp(message: i64, attempts: u32) -> i64 {
    let mut bits = message.cast_unsigned().wrapping_add(u64::from(attempts) << 56);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    (bits % 1_001).cast_signed()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FAILED: Outcome = Outcome::Failed { retry_after: None };

    #[test]
    fn a_message_that_is_taken_or_refused_for_good_is_not_sent_again() {
        for attempts in [1, 5, ATTEMPTS, 99] {
            assert_eq!(next(7, attempts, Outcome::Delivered, 0), Next::Delivered);
            assert_eq!(next(7, attempts, Outcome::Refused, 0), Next::Dead);
        }
    }

    #[test]
    fn a_failed_attempt_is_made_again_after_the_recommended_wait() {
        let waits = [5, 300, 1_800, 7_200, 18_000, 36_000];
        for (place, seconds) in waits.into_iter().enumerate() {
            let Next::At(at) = next(7, place as u32 + 1, FAILED, 1_000_000) else { panic!("again") };
            let wait = at - 1_000_000;
            assert!((seconds * 1_000..=seconds * 1_100).contains(&wait), "{place}: {wait}");
        }
        assert_eq!(ATTEMPTS, 7);
        assert_eq!(next(7, ATTEMPTS, FAILED, 1_000_000), Next::Dead);
    }

    #[test]
    fn a_gateway_may_ask_for_more_patience_but_not_for_more_than_a_day() {
        let after = |retry_after| next(7, 1, Outcome::Failed { retry_after: Some(retry_after) }, 0);
        assert_eq!(after(60_000), Next::At(60_000));
        assert_eq!(after(i64::MAX), Next::At(86_400_000));
        assert_eq!(after(0), next(7, 1, FAILED, 0));
        assert_eq!(after(-5), next(7, 1, FAILED, 0));
    }

    #[test]
    fn messages_that_failed_together_are_not_tried_together() {
        let at: std::collections::BTreeSet<String> =
            (0..100).map(|message| format!("{:?}", next(message, 2, FAILED, 0))).collect();
        assert!(at.len() > 90, "{}", at.len());
    }

    #[test]
    fn states_read_as_they_are_written() {
        for state in MessageState::ALL {
            assert_eq!(MessageState::parse(state.name()), Some(state));
        }
        assert_eq!(MessageState::parse("Waiting"), None);
    }

    proptest! {
        #[test]
        fn waits_never_shrink_and_the_last_attempt_ends_it(
            message in any::<i64>(),
            now in 0..4_000_000_000_000_i64,
        ) {
            let mut before = 0;
            for attempts in 1..ATTEMPTS {
                let Next::At(at) = next(message, attempts, FAILED, now) else { panic!("again") };
                prop_assert!(at - now > before);
                before = at - now;
            }
            for attempts in [0, ATTEMPTS, ATTEMPTS + 1, u32::MAX] {
                let again = matches!(next(message, attempts, FAILED, now), Next::At(_));
                prop_assert_eq!(again, attempts == 0);
            }
        }
    }
}
