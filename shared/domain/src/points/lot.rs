//! Lots: what was earned, when it can be spent, and in which order.

use crate::date::Day;

/// What happens when the event that earned a lot is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReturnPolicy {
    /// Only what is still pending of the event's own lots is taken.
    OnlyPending = 1,
    /// The event's own lots first, then other spendable ones; what is not there is forgiven.
    WithinBalance = 2,
    /// As within the balance; what is not there becomes debt, which later points pay off first.
    Debt = 3,
}

impl ReturnPolicy {
    /// Every policy with its name.
    pub const NAMES: [(&'static str, Self); 3] =
        [("only_pending", Self::OnlyPending), ("within_balance", Self::WithinBalance), ("debt", Self::Debt)];

    /// The policy of a stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::NAMES.iter().map(|(_, policy)| *policy).find(|policy| *policy as i64 == number)
    }
}

/// By what a lot is counted for ever, whatever becomes of its customer: where it was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Dimension {
    /// Number of the customer's organisation at that time.
    pub organisation_ref: u32,
    /// Number of the customer's tier at that time; 0: none yet.
    pub tier_ref: u8,
    /// Number of the partner that gave it; 0: none.
    pub partner_ref: u32,
}

/// A lot about to be issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewLot {
    /// Whose.
    pub customer_ref: u32,
    /// Above zero.
    pub points: i64,
    /// The day of what earned it.
    pub earned_on: Day,
    /// The first day on which it can be spent.
    pub available_on: Day,
    /// The last day on which it can be spent; none: it does not end.
    pub expires_on: Option<Day>,
    /// It ends so many months after the customer's last activity.
    pub inactivity_months: Option<u16>,
    /// Where it was issued.
    pub dimension: Dimension,
    /// What a return does to it.
    pub return_policy: ReturnPolicy,
    /// Number of the rule's version.
    pub points_rule_ref: Option<i64>,
    /// Number of the event.
    pub points_event_ref: Option<i64>,
    /// Number of the lot that it continues, after a transfer or a reinstatement.
    pub origin_lot_ref: Option<i64>,
}

/// A lot as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    /// Its number.
    pub points_lot_ref: i64,
    /// What it was issued with. Its `expires_on` is the present one, which moves with activity for lots that end by
    /// inactivity.
    pub issued: NewLot,
    /// What is left of it.
    pub left: i64,
    /// Of what is left: held by open reservations.
    pub held: i64,
}

/// What can be done with a lot on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LotState {
    /// Not yet to be spent.
    Pending,
    /// To be spent.
    Active,
    /// Ended, whether or not a job has booked it.
    Expired,
}

impl Lot {
    /// The state on a day.
    pub fn state(&self, today: Day) -> LotState {
        if self.issued.expires_on.is_some_and(|last| last < today) {
            LotState::Expired
        } else if today < self.issued.available_on {
            LotState::Pending
        } else {
            LotState::Active
        }
    }

    /// What is left and not held.
    pub fn free(&self) -> i64 {
        self.left - self.held
    }

    /// What can be spent of it on a day.
    pub fn spendable(&self, today: Day) -> i64 {
        if self.state(today) == LotState::Active { self.free() } else { 0 }
    }
}

/// Points taken from a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taking {
    /// Place of the lot in the list that was given.
    pub place: usize,
    /// Above zero.
    pub points: i64,
}

/// Why points were not spent. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpendError {
    /// Zero, or below.
    #[error("points are a whole number above zero")]
    NotPositive,
    /// There is less.
    #[error("there are not enough points to spend")]
    NotEnough {
        /// What there is.
        spendable: i64,
    },
}

/// Takes points from the lots that can be spent on a day: what ends first goes first, then what was earned first, then
/// the lower number. All or nothing.
pub fn spend(lots: &[Lot], points: i64, today: Day) -> Result<Vec<Taking>, SpendError> {
    if points <= 0 {
        return Err(SpendError::NotPositive);
    }
    let takings = take(lots, points, |lot| lot.spendable(today));
    let found: i64 = takings.iter().map(|taking| taking.points).sum();
    if found < points {
        return Err(SpendError::NotEnough { spendable: found });
    }
    Ok(takings)
}

/// Takes up to so many points in the order of spending, from each lot no more than `of` says.
pub fn take(lots: &[Lot], points: i64, of: impl Fn(&Lot) -> i64) -> Vec<Taking> {
    let mut order: Vec<usize> = (0..lots.len()).filter(|place| of(&lots[*place]) > 0).collect();
    order.sort_unstable_by_key(|place| {
        let lot = &lots[*place];
        (
            lot.issued.expires_on.map_or(i32::MAX, Day::number),
            lot.issued.earned_on.number(),
            lot.points_lot_ref,
        )
    });
    let mut wanted = points;
    let mut takings = Vec::new();
    for place in order {
        if wanted <= 0 {
            break;
        }
        let points = of(&lots[place]).min(wanted);
        wanted -= points;
        takings.push(Taking { place, points });
    }
    takings
}

/// A customer's points on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// To be spent now.
    pub active: i64,
    /// Not yet to be spent.
    pub pending: i64,
    /// Held by open reservations.
    pub reserved: i64,
    /// Neither spent nor to be spent while the account is blocked.
    pub blocked: i64,
    /// Active and pending points by the last day on which they can be spent, the earliest first; those that do not end
    /// are left out.
    pub expiring: Vec<(Day, i64)>,
    /// What the customer owes.
    pub debt: i64,
}

/// Adds lots up. A blocked account has nothing active: what would be stands under `blocked`.
pub fn balance(lots: &[Lot], today: Day, debt: i64, is_blocked: bool) -> Balance {
    let mut balance = Balance { debt, ..Balance::default() };
    for lot in lots {
        balance.reserved += lot.held;
        let free = lot.free();
        match lot.state(today) {
            LotState::Expired => continue,
            LotState::Pending => balance.pending += free,
            LotState::Active if is_blocked => balance.blocked += free,
            LotState::Active => balance.active += free,
        }
        if let Some(last) = lot.issued.expires_on.filter(|_| free > 0) {
            balance.expiring.push((last, free));
        }
    }
    balance.expiring.sort_unstable();
    balance.expiring.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    balance
}

#[cfg(test)]
mod tests;
