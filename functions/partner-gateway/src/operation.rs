//! What a partner asks for, as paths and bodies name it.

use serde::Deserialize;
use web::Problem;

/// An operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum OperationName {
    /// Points are given.
    Earn,
    /// Points are taken.
    Burn,
    /// A burn is cancelled.
    #[serde(rename = "burn/cancel")]
    Cancel,
    /// Units and points are exchanged.
    Exchange,
    /// A question.
    Balance,
    /// Points are held.
    Reserve,
    /// Held points are taken.
    Post,
    /// Held points are let go.
    Void,
    /// A redemption is confirmed.
    #[serde(rename = "redemptions/confirm")]
    Confirm,
    /// A redemption is refused.
    #[serde(rename = "redemptions/refuse")]
    Refuse,
}

impl OperationName {
    /// The end of the path.
    pub fn name(self) -> &'static str {
        match self {
            Self::Earn => "earn",
            Self::Burn => "burn",
            Self::Cancel => "burn/cancel",
            Self::Exchange => "exchange",
            Self::Balance => "balance",
            Self::Reserve => "reserve",
            Self::Post => "post",
            Self::Void => "void",
            Self::Confirm => "redemptions/confirm",
            Self::Refuse => "redemptions/refuse",
        }
    }

    /// Refuses a body that was written, and signed, for another operation.
    pub fn is_meant(self, said: Option<Self>) -> Result<(), Problem> {
        if said.is_none_or(|said| said == self) {
            return Ok(());
        }
        Err(Problem::rule("/type", format!("\"{}\", as the path says", self.name())))
    }
}
