//! The administrator's key of a local bank.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::failure::{Failure, OrAdvise};

/// The environment variable that gives the key to every runtime.
pub const KEY_VARIABLE: &str = "SPIN_VARIABLE_ADMIN_KEY";

/// The key, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// The caller set it in the environment; it is not ours to print.
    Given(String),
    /// Made for this state directory, and kept there.
    Made(String),
}

impl Key {
    /// The key itself.
    pub fn text(&self) -> &str {
        match self {
            Key::Given(key) | Key::Made(key) => key,
        }
    }
}

/// 128 random bits in hexadecimal.
pub fn random_key() -> Result<String, Failure> {
    let advice = "check that /dev/urandom exists and is readable";
    let mut bytes = [0u8; 16];
    let mut source = File::open("/dev/urandom").or_advise("making a random key", advice)?;
    source.read_exact(&mut bytes).or_advise("making a random key", advice)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The key from the environment, else the one kept in `state`, else a new one that is kept there.
pub fn key_for(state: &Path) -> Result<Key, Failure> {
    if let Ok(key) = std::env::var(KEY_VARIABLE)
        && !key.is_empty()
    {
        return Ok(Key::Given(key));
    }
    kept_in(state).map(Key::Made)
}

fn kept_in(state: &Path) -> Result<String, Failure> {
    let advice = "make the state directory writable, or choose another with --state";
    fs::create_dir_all(state).or_advise(state.display(), advice)?;
    let path = state.join("admin_key");
    if let Ok(kept) = fs::read_to_string(&path)
        && !kept.trim().is_empty()
    {
        return Ok(kept.trim().to_owned());
    }
    let key = random_key()?;
    // Readable by the owner alone from the first moment, not after a chmod.
    let file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path);
    let mut file = file.or_advise(path.display(), advice)?;
    writeln!(file, "{key}").or_advise(path.display(), advice)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_made_key_is_kept_private_and_found_again() {
        let dir = std::env::temp_dir().join(format!("kezhi-key-{}", std::process::id()));
        let first = kept_in(&dir).unwrap();
        assert_eq!(first.len(), 32);
        assert_eq!(kept_in(&dir).unwrap(), first);
        let mode = fs::metadata(dir.join("admin_key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn two_random_keys_differ() {
        assert_ne!(random_key().unwrap(), random_key().unwrap());
    }
}
