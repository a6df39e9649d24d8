//! Refusals of spending, which several functions answer alike.

use app::points::SpendRefusal;

use crate::{Problem, Slug};

impl From<SpendRefusal> for Problem {
    fn from(refusal: SpendRefusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            SpendRefusal::NotPositive => Self::rule("/points", text),
            SpendRefusal::NotEnough { spendable } => {
                Self::conflict(Slug::NotEnoughPoints, text).with("spendable", &spendable)
            }
            SpendRefusal::Blocked => Self::conflict(Slug::AccountBlocked, text),
            SpendRefusal::Merged => Self::conflict(Slug::AccountClosed, text),
            SpendRefusal::Store(error) => error.into(),
        }
    }
}
