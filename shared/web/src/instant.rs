//! Instants of the wire: RFC 3339.

use std::fmt;

use domain::date::Day;
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::field::from_text;

/// An instant, in milliseconds since 1970-01-01T00:00:00Z; `"2024-02-29T08:30:00Z"` on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub i64);

const EXPECTED: &str = "an instant is RFC 3339 with an offset, such as \"2024-02-29T08:30:00+08:00\"";
const DAY_MS: i64 = 86_400_000;

fn number(bytes: &[u8], limit: i64) -> Option<i64> {
    let mut value = 0;
    for byte in bytes {
        value = value * 10 + i64::from(byte.is_ascii_digit().then(|| byte - b'0')?);
    }
    (value < limit).then_some(value)
}

impl Instant {
    /// Reads RFC 3339; what is finer than a millisecond is cut off, and leap seconds are not known.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        Self::read(text).ok_or(EXPECTED)
    }

    fn read(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (date, rest) = text.split_at_checked(10)?;
        let day = Day::parse(date).ok()?;
        let [b'T' | b't' | b' ', h1, h2, b':', m1, m2, b':', s1, s2, ..] = *rest.as_bytes() else {
            return None;
        };
        let hours = number(&[h1, h2], 24)?;
        let minutes = number(&[m1, m2], 60)?;
        let seconds = number(&[s1, s2], 60)?;
        let mut rest = &bytes[19..];
        let mut milliseconds = 0;
        if let Some(fraction) = rest.strip_prefix(b".") {
            let length = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if !(1..=9).contains(&length) {
                return None;
            }
            for place in 0..3 {
                let digit = fraction[..length].get(place).map_or(0, |byte| byte - b'0');
                milliseconds = milliseconds * 10 + i64::from(digit);
            }
            rest = &fraction[length..];
        }
        let offset_minutes = match *rest {
            [b'Z' | b'z'] => 0,
            [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
                let minutes = number(&[h1, h2], 24)? * 60 + number(&[m1, m2], 60)?;
                if sign == b'-' { -minutes } else { minutes }
            }
            _ => return None,
        };
        let local = ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds;
        Some(Self(i64::from(day.number()) * DAY_MS + local - offset_minutes * 60_000))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = Day::from_number(self.0.div_euclid(DAY_MS) as i32);
        let of_day = self.0.rem_euclid(DAY_MS);
        let (hours, minutes, seconds) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1000 % 60);
        write!(formatter, "{day}T{hours:02}:{minutes:02}:{seconds:02}")?;
        match of_day % 1000 {
            0 => formatter.write_str("Z"),
            milliseconds => write!(formatter, ".{milliseconds:03}Z"),
        }
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer, "an instant as RFC 3339", Self::parse)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_read_with_their_offset_and_print_in_utc() {
        for (text, utc) in [
            ("2024-02-29T08:30:00+08:00", "2024-02-29T00:30:00Z"),
            ("2024-03-01T00:00:00.5+00:30", "2024-02-29T23:30:00.500Z"),
            ("1969-12-31T23:59:59.999999z", "1969-12-31T23:59:59.999Z"),
            ("2023-12-31 20:00:00-05:00", "2024-01-01T01:00:00Z"),
        ] {
            assert_eq!(Instant::parse(text).map(|instant| instant.to_string()).as_deref(), Ok(utc), "{text}");
        }
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for text in [
            "",
            "2024-02-29",
            "2024-02-29T08:30:00",
            "2024-02-29T24:00:00Z",
            "2024-02-29T08:60:00Z",
            "2024-02-29T08:30:60Z",
            "2023-02-29T08:30:00Z",
            "2024-02-29T08:30:00.Z",
            "2024-02-29T08:30:00.0123456789Z",
            "2024-02-29T08:30:00+8:00",
            "2024-02-29T08:30:00+08:00x",
            "2024-02-2９T08:30:00Z",
            "1709195400",
        ] {
            assert_eq!(Instant::parse(text), Err(EXPECTED), "{text}");
        }
    }
}
