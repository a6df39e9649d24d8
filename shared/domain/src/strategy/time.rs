//! Times of the business day, before which no message is sent.

use std::fmt;

/// A time of the business day, to the minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(u16);

/// Why a text is not a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time of day is HH:MM, from 00:00 to 23:59")]
pub struct NotATime;

impl TimeOfDay {
    /// Parses `HH:MM`.
    pub fn parse(text: &str) -> Result<Self, NotATime> {
        let [h1, h2, b':', m1, m2] = *text.as_bytes() else { return Err(NotATime) };
        let two = |tens: u8, ones: u8| {
            let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
            digits.then(|| u16::from(tens - b'0') * 10 + u16::from(ones - b'0'))
        };
        match (two(h1, h2), two(m1, m2)) {
            (Some(hours), Some(minutes)) if hours < 24 && minutes < 60 => Ok(Self(hours * 60 + minutes)),
            _ => Err(NotATime),
        }
    }

    /// From minutes since midnight, as the store keeps it.
    pub fn from_minutes(minutes: u16) -> Result<Self, NotATime> {
        if minutes < 24 * 60 { Ok(Self(minutes)) } else { Err(NotATime) }
    }

    /// Minutes since midnight, as the store keeps it.
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// Dates are Shanghai's, which keeps no summer time.
const SHANGHAI_MS: i64 = 8 * 60 * MINUTE_MS;

/// When a message that is ready at `ready_ms` may be sent: not before that time of the business day, and at once after
/// it. Both instants are milliseconds since 1970-01-01T00:00:00Z.
pub fn due_at(send_from: Option<TimeOfDay>, ready_ms: i64) -> i64 {
    let Some(TimeOfDay(minutes)) = send_from else { return ready_ms };
    let midnight_ms = (ready_ms + SHANGHAI_MS).div_euclid(DAY_MS) * DAY_MS - SHANGHAI_MS;
    ready_ms.max(midnight_ms + i64::from(minutes) * MINUTE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_reads_as_it_is_written_and_nothing_else_does() {
        for text in ["00:00", "08:30", "23:59"] {
            let time = TimeOfDay::parse(text).expect(text);
            assert_eq!(time.to_string(), text);
            assert_eq!(TimeOfDay::from_minutes(time.minutes()), Ok(time));
        }
        for text in ["", "8:30", "24:00", "08:60", "08-30", "08:30:00", "+8:30", "０8:30", " 8:30"] {
            assert_eq!(TimeOfDay::parse(text), Err(NotATime), "{text}");
        }
        assert_eq!(TimeOfDay::from_minutes(24 * 60), Err(NotATime));
    }

    #[test]
    fn a_message_waits_for_its_hour_of_the_day_on_which_it_is_ready_and_goes_at_once_after_it() {
        // 12:00 in Shanghai, and the midnights before and after it.
        let noon = 1_795_320_000_000;
        let (midnight, next_midnight) = (noon - DAY_MS / 2, noon + DAY_MS / 2);
        for (ready, send_from, expected) in [
            (noon, None, noon),
            (noon, Some("00:00"), noon),
            (noon, Some("12:00"), noon),
            (noon, Some("12:01"), noon + MINUTE_MS),
            (noon, Some("18:00"), noon + 6 * 60 * MINUTE_MS),
            (midnight, Some("08:30"), midnight + 510 * MINUTE_MS),
            (next_midnight - 1, Some("08:30"), next_midnight - 1),
            (next_midnight, Some("08:30"), next_midnight + 510 * MINUTE_MS),
        ] {
            let time = send_from.map(|text| TimeOfDay::parse(text).expect("a time"));
            assert_eq!(due_at(time, ready), expected, "{send_from:?} at {ready}");
        }
    }
}
