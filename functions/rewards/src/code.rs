//! Codes that are made here.

use web::{Problem, base64, key};

/// Digits and capitals without I, L, O and U, which people take for others (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Letters of a code: 100 bits.
const LETTERS: usize = 20;

/// Letters between two hyphens.
const GROUP: usize = 5;

/// The code of a number: a digest of secret and number, so that the same number gives the same code, and nobody without
/// the secret finds one.
pub(crate) fn code(secret: &str, number: i64) -> String {
    let digest = key::hash(&format!("{secret}:{number}"));
    let mut text = String::with_capacity(LETTERS + LETTERS / GROUP);
    for (place, byte) in digest.iter().take(LETTERS).enumerate() {
        if place > 0 && place % GROUP == 0 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    text
}

/// What stands for the letters of a code that are not shown, however many they are.
const HIDDEN: &str = "****";

/// Shorter codes are hidden whole: the ends would tell more than half of them.
const LEAST_SHOWN: usize = 8;

/// A code as who may not redeem sees it: its first and last two letters. Who knows a code can use it.
pub(crate) fn mask(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    match letters.as_slice() {
        [first, second, .., before, last] if letters.len() >= LEAST_SHOWN => {
            format!("{first}{second}{HIDDEN}{before}{last}")
        }
        _ => HIDDEN.to_owned(),
    }
}

/// A reward's secret: 256 random bits.
pub(crate) fn secret() -> Result<String, Problem> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| Problem::internal("the runtime gives no random numbers"))?;
    Ok(base64::encode(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_code_that_another_secret_does_not_make() {
        let first = code("secret", 1);
        assert_eq!(first, code("secret", 1));
        assert_eq!(first.len(), 23);
        assert!(first.bytes().all(|byte| byte == b'-' || ALPHABET.contains(&byte)), "{first}");
        let others = [code("secret", 2), code("secret", 11), code("other", 1)];
        assert!(others.iter().all(|other| *other != first));
    }

    #[test]
    fn a_masked_code_shows_its_ends_and_a_short_one_nothing() {
        for (code, masked) in [
            ("ABCD-1234", "AB****34"),
            ("ABCD1234", "AB****34"),
            ("ABC1234", "****"),
            ("K1", "****"),
            ("", "****"),
            ("优惠券一二三四五", "优惠****四五"),
        ] {
            assert_eq!(mask(code), masked, "{code}");
        }
    }
}
