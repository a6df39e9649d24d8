//! Double entry: every movement of points debits one account and credits another.

/// Accounts of the programme, in points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Account {
    /// What points that were given cost the programme.
    ProgrammeCost = 1,
    /// What the programme owes its customers.
    Liability = 2,
    /// What ended unspent.
    Breakage = 3,
    /// What rewards were paid with.
    RewardCost = 4,
    /// What the programme owes partners, for points that were spent there.
    PartnerPayable = 5,
    /// What partners owe the programme, for points that they gave.
    PartnerReceivable = 6,
    /// What customers owe, for points that were returned after they had been spent.
    CustomerDebt = 7,
    /// Between the two lots of a transfer; always nothing.
    Transfer = 8,
}

/// What an entry is. Kinds up to 10 add to the liability, those above 10 take from it, or leave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntryKind {
    /// Earned by a rule.
    Earn = 1,
    /// Given by a partner.
    PartnerEarn = 2,
    /// Got for a partner's units.
    ExchangeIn = 3,
    /// Given by an adjustment.
    AdjustUp = 4,
    /// Got from another customer.
    TransferIn = 5,
    /// Given again for a redemption that was cancelled after its lot ended; a new lot.
    Reinstate = 6,
    /// Given back to its lot, because a redemption was cancelled.
    GiveBack = 7,
    /// Given back to its lot, because a partner cancelled.
    PartnerGiveBack = 8,
    /// Given again, because a partner cancelled after the lot ended; a new lot.
    PartnerReinstate = 9,
    /// Given to pay off debt that a merge moves to another customer. Nobody gets anything by it.
    DebtMoved = 10,
    /// Spent on a reward or a posted reservation.
    Redeem = 11,
    /// Spent at a partner.
    PartnerBurn = 12,
    /// Spent on a partner's units.
    ExchangeOut = 13,
    /// Taken by an adjustment.
    AdjustDown = 14,
    /// Gone to another customer.
    TransferOut = 15,
    /// Taken back, because what earned it was returned.
    Return = 16,
    /// Ended unspent.
    Expire = 17,
    /// Paid off debt.
    Repay = 18,
    /// Became debt: returned, and no longer there to take. Concerns no lot.
    Owe = 19,
}

impl EntryKind {
    /// Every kind with its name.
    pub const NAMES: [(&'static str, Self); 19] = [
        ("earn", Self::Earn),
        ("partner_earn", Self::PartnerEarn),
        ("exchange_in", Self::ExchangeIn),
        ("adjust_up", Self::AdjustUp),
        ("transfer_in", Self::TransferIn),
        ("reinstate", Self::Reinstate),
        ("give_back", Self::GiveBack),
        ("partner_give_back", Self::PartnerGiveBack),
        ("partner_reinstate", Self::PartnerReinstate),
        ("debt_moved", Self::DebtMoved),
        ("redeem", Self::Redeem),
        ("partner_burn", Self::PartnerBurn),
        ("exchange_out", Self::ExchangeOut),
        ("adjust_down", Self::AdjustDown),
        ("transfer_out", Self::TransferOut),
        ("return", Self::Return),
        ("expire", Self::Expire),
        ("repay", Self::Repay),
        ("owe", Self::Owe),
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// The kind of a stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::NAMES.iter().map(|(_, kind)| *kind).find(|kind| *kind as i64 == number)
    }

    /// The account that is debited and the one that is credited.
    pub const fn accounts(self) -> (Account, Account) {
        use Account::*;
        match self {
            Self::Earn | Self::AdjustUp | Self::DebtMoved => (ProgrammeCost, Liability),
            Self::PartnerEarn | Self::ExchangeIn => (PartnerReceivable, Liability),
            Self::TransferIn => (Transfer, Liability),
            Self::Reinstate | Self::GiveBack => (RewardCost, Liability),
            Self::PartnerGiveBack | Self::PartnerReinstate => (PartnerPayable, Liability),
            Self::Redeem => (Liability, RewardCost),
            Self::PartnerBurn | Self::ExchangeOut => (Liability, PartnerPayable),
            Self::AdjustDown | Self::Return => (Liability, ProgrammeCost),
            Self::TransferOut => (Liability, Transfer),
            Self::Expire => (Liability, Breakage),
            Self::Repay => (Liability, CustomerDebt),
            Self::Owe => (CustomerDebt, ProgrammeCost),
        }
    }

    /// +1 when it adds to the liability, -1 when it takes from it, 0 when it leaves it.
    pub const fn sign(self) -> i64 {
        match self.accounts() {
            (_, Account::Liability) => 1,
            (Account::Liability, _) => -1,
            _ => 0,
        }
    }
}

/// What led to an entry: a kind and the number of its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// `points_event`.
    Event(i64),
    /// `points_reservation`.
    Reservation(i64),
    /// `redemption`.
    Redemption(i64),
    /// `points_transfer`, a merge too.
    Transfer(i64),
    /// `points_adjustment`.
    Adjustment(i64),
    /// The run of a job.
    Job(i64),
    /// `partner_request`.
    PartnerRequest(i64),
}

impl Cause {
    /// The number of the kind, and that of the row.
    pub const fn numbers(self) -> (i64, i64) {
        match self {
            Self::Event(number) => (1, number),
            Self::Reservation(number) => (2, number),
            Self::Redemption(number) => (3, number),
            Self::Transfer(number) => (4, number),
            Self::Adjustment(number) => (5, number),
            Self::Job(number) => (6, number),
            Self::PartnerRequest(number) => (7, number),
        }
    }

    /// The name of the kind of a stored number.
    pub const fn name_of(number: i64) -> &'static str {
        match number {
            1 => "event",
            2 => "reservation",
            3 => "redemption",
            4 => "transfer",
            5 => "adjustment",
            6 => "job",
            7 => "partner_request",
            _ => "",
        }
    }
}
