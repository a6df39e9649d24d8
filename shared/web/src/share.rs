//! Shares on the wire of early signals.

use domain::signal::Share;

const SHARE: &str = "a share is a decimal from 0 to 1 with at most seven decimals, such as 0.25";

/// Reads a share such as `0.7324559`.
pub fn share(text: &str) -> Result<Share, &'static str> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 1 || fraction.len() > 7 || !digits(whole) || !digits(fraction) {
        return Err(SHARE);
    }
    let parts: u32 = format!("{whole}{fraction:0<7}").parse().map_err(|_| SHARE)?;
    Share::parse(parts).map_err(|_| SHARE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_strictly() {
        for (text, parts) in
            [("0.7324559", 7_324_559), ("1", 10_000_000), ("1.0", 10_000_000), ("0", 0), ("0.25", 2_500_000)]
        {
            assert_eq!(share(text).ok(), Share::parse(parts).ok(), "{text}");
        }
        for text in
            ["", ".5", "1.0000001", "2", "-0.1", "0.12345678", "0.", "00.5", "1e0", "0,5", "+1", "\u{661}"]
        {
            assert_eq!(share(text), Err(SHARE), "{text}");
        }
    }
}
