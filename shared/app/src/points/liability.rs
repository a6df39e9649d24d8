//! What the programme owes, as of any day that has begun: accounts of the ledger by where lots were issued.

use std::collections::BTreeMap;

use domain::date::Day;
use domain::points::{Account, Dimension, EntryKind};
use store::{Connection, StoreError};

/// By what sums are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// The organisation that the customer belonged to when the lot was issued.
    Organisation,
    /// The tier that the customer held then.
    Tier,
    /// The partner that gave the lot.
    Partner,
}

/// The accounts of the ledger, in points. Cost, receivable and debt together equal all the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// What is owed to customers, pending and reserved points too.
    pub liability: i64,
    /// Of it: cannot be spent yet.
    pub pending: i64,
    /// Of it: held by open reservations; known of today only.
    pub reserved: i64,
    /// Ended unspent.
    pub breakage: i64,
    /// Given, less what was returned.
    pub programme_cost: i64,
    /// Spent on rewards, less what was cancelled.
    pub reward_cost: i64,
    /// Owed to partners.
    pub partner_payable: i64,
    /// Owed by partners.
    pub partner_receivable: i64,
    /// Owed by customers.
    pub customer_debt: i64,
}

impl Accounts {
    fn book(&mut self, kind: EntryKind, points: i64) {
        let (debit, credit) = kind.accounts();
        for (account, points) in [(debit, -points), (credit, points)] {
            match account {
                Account::ProgrammeCost => self.programme_cost -= points,
                Account::Liability => self.liability += points,
                Account::Breakage => self.breakage += points,
                Account::RewardCost => self.reward_cost += points,
                Account::PartnerPayable => self.partner_payable += points,
                Account::PartnerReceivable => self.partner_receivable -= points,
                Account::CustomerDebt => self.customer_debt -= points,
                Account::Transfer => {}
            }
        }
    }

    /// True when both sides of the ledger are equal.
    pub fn is_balanced(&self) -> bool {
        self.programme_cost + self.partner_receivable + self.customer_debt
            == self.liability + self.breakage + self.reward_cost + self.partner_payable
    }
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct LiabilityQuestion<'a> {
    /// At the end of this day.
    pub as_of: Day,
    /// Sums are told apart by it.
    pub by: Grouping,
    /// Organisations by number; `None`: all.
    pub organisations: Option<&'a [bool]>,
    /// The business day of now.
    pub today: Day,
    /// Now, in milliseconds.
    pub now_ms: i64,
}

/// The answer: everything, and by group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Liability {
    /// All groups together.
    pub total: Accounts,
    /// By the group's id; none: no tier, or no partner.
    pub groups: Vec<(Option<String>, Accounts)>,
}

/// What the programme owes at the end of a day. What ended by then counts as breakage, booked or not.
pub fn liability<C: Connection>(
    connection: &mut C,
    question: &LiabilityQuestion<'_>,
) -> Result<Liability, StoreError> {
    let (as_of, now_ms) = (question.as_of.number(), question.now_ms);
    let mut groups: BTreeMap<u32, Accounts> = BTreeMap::new();
    let mut total = Accounts::default();
    let mut add = |dimension: Dimension, change: &dyn Fn(&mut Accounts)| {
        if sees(question.organisations, dimension.organisation_ref) {
            change(&mut total);
            change(groups.entry(key_of(question.by, dimension)).or_default());
        }
    };
    for sum in store::points_report::kind_sums(connection, (i32::MIN, as_of))? {
        add(sum.dimension, &|accounts| accounts.book(sum.kind, sum.points));
    }
    let ended = (i32::MIN, question.as_of.plus(-1).number());
    for (dimension, points) in store::points_report::ended_unbooked(connection, ended, now_ms)? {
        add(dimension, &|accounts| accounts.book(EntryKind::Expire, points));
    }
    for (dimension, points) in store::points_report::pending(connection, as_of)? {
        add(dimension, &|accounts| accounts.pending += points);
    }
    if question.as_of >= question.today {
        for (dimension, points) in store::points_report::reserved(connection, now_ms)? {
            add(dimension, &|accounts| accounts.reserved += points);
        }
    }
    Ok(Liability { total, groups: named(connection, question.by, groups)? })
}

/// True when a list of seen organisations has this one, or there is no list.
pub(super) fn sees(organisations: Option<&[bool]>, organisation_ref: u32) -> bool {
    organisations.is_none_or(|seen| seen.get(organisation_ref as usize).copied().unwrap_or(false))
}

/// The number of a dimension's group.
pub(super) fn key_of(by: Grouping, dimension: Dimension) -> u32 {
    match by {
        Grouping::Organisation => dimension.organisation_ref,
        Grouping::Tier => dimension.tier_ref.into(),
        Grouping::Partner => dimension.partner_ref,
    }
}

/// Groups with their ids instead of numbers, by id.
pub(super) fn named<C: Connection, T>(
    connection: &mut C,
    by: Grouping,
    groups: BTreeMap<u32, T>,
) -> Result<Vec<(Option<String>, T)>, StoreError> {
    let mut ids: BTreeMap<u32, String> = match by {
        Grouping::Organisation => store::member::organisation_ids(connection)?.into_iter().collect(),
        Grouping::Tier => {
            let codes = store::tier::tier_codes(connection)?;
            codes.into_iter().map(|(number, code)| (number.into(), code)).collect()
        }
        Grouping::Partner => store::partner::partner_ids(connection)?.into_iter().collect(),
    };
    let mut named: Vec<_> = groups.into_iter().map(|(number, group)| (ids.remove(&number), group)).collect();
    named.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(named)
}
