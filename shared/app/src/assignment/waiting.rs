//! Where customers belong: to a manager, on a waiting list, or to the branch.

use std::collections::BTreeMap;

use domain::book::{SLOTS, chunk_of, customer_at, slot_of};
use domain::date::Day;
use store::assignment::Standing;
use store::member::Member;
use store::{Connection, StoreError, in_snapshot};

use super::works;

/// Chunks that one page looks through; a page may then be short, and says where the next one begins.
const CHUNKS_A_PAGE: u32 = 64;

/// Why a customer waits for a manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WaitingReason {
    /// No assignment ever began.
    NeverAssigned,
    /// Was taken from the manager.
    Recalled,
    /// The primary manager does not work on the day.
    ManagerLeft,
}

impl WaitingReason {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NeverAssigned => "never_assigned",
            Self::Recalled => "recalled",
            Self::ManagerLeft => "manager_left",
        }
    }
}

/// Where a customer belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A manager answers for the customer.
    Manager,
    /// The customer is to have a manager.
    Waiting(WaitingReason),
    /// The branch answers for the customer.
    Branch,
}

/// Where a customer belongs on a day, of what stands on it; `to_manager`: the customer's tier goes to managers.
pub fn place(standing: Option<&Standing>, to_manager: bool, on: Day) -> Place {
    match standing {
        Some(standing) if standing.managers.is_empty() => Place::Waiting(WaitingReason::Recalled),
        Some(standing) if standing.primary().is_some_and(|primary| works(primary, on)) => Place::Manager,
        _ if !to_manager => Place::Branch,
        Some(_) => Place::Waiting(WaitingReason::ManagerLeft),
        None => Place::Waiting(WaitingReason::NeverAssigned),
    }
}

/// A customer who waits for a manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingRow {
    /// Who.
    pub customer: Member,
    /// Number of the held tier; 0: none.
    pub tier_ref: u8,
    /// Its code.
    pub tier: Option<String>,
    /// Why.
    pub reason: WaitingReason,
    /// What stands: a recall, or an assignment whose primary manager does not work.
    pub standing: Option<Standing>,
}

/// Numbers and codes of tiers, and which of them go to managers.
struct Tiers {
    codes: BTreeMap<u8, String>,
    to_manager: [bool; 256],
}

impl Tiers {
    fn load<C: Connection>(connection: &mut C) -> Result<Self, StoreError> {
        let codes = store::tier::tier_codes(connection)?;
        let settings = store::assignment_settings::read(connection)?.settings;
        let mut to_manager = [false; 256];
        for (number, code) in &codes {
            to_manager[usize::from(*number)] = settings.manager_tiers.contains(code);
        }
        Ok(Self { codes, to_manager })
    }
}

/// Customers from the number `start` who wait on a day, by number, of these organisations (`None`: all); answers where
/// the next page starts. The tier is the one that is held now.
pub fn waiting<C: Connection>(
    connection: &mut C,
    on: Day,
    organisations: Option<&[bool]>,
    start: u32,
    limit: usize,
) -> Result<(Vec<WaitingRow>, Option<u32>), StoreError> {
    in_snapshot(connection, |connection| waiting_now(connection, on, organisations, start, limit))
}

/// The same in the caller's transaction.
pub(super) fn waiting_now<C: Connection>(
    connection: &mut C,
    on: Day,
    organisations: Option<&[bool]>,
    start: u32,
    limit: usize,
) -> Result<(Vec<WaitingRow>, Option<u32>), StoreError> {
    let tiers = Tiers::load(connection)?;
    let chunks = store::book::customers(connection)?.div_ceil(SLOTS as u32);
    let first = chunk_of(start);
    let end = chunks.min(first.saturating_add(CHUNKS_A_PAGE));
    let (mut found, mut chunk_id) = (Vec::new(), first);
    while chunk_id < end && found.len() <= limit {
        let range = (start.max(customer_at(chunk_id, 0)), customer_at(chunk_id + 1, 0));
        found.extend(of_chunk(connection, &tiers, on, organisations, range)?);
        chunk_id += 1;
    }
    let unread = (chunk_id < chunks).then(|| customer_at(chunk_id, 0));
    let next = found.get(limit).map(|row| row.customer.customer_ref).or(unread);
    found.truncate(limit);
    Ok((found, next))
}

/// Who wait among the customers `from..to`, which lie in one chunk.
fn of_chunk<C: Connection>(
    connection: &mut C,
    tiers: &Tiers,
    on: Day,
    organisations: Option<&[bool]>,
    (from, to): (u32, u32),
) -> Result<Vec<WaitingRow>, StoreError> {
    let chunk_id = chunk_of(from);
    let states = store::state::states(connection, chunk_id, chunk_id + 1)?.pop().unwrap_or_default();
    let held = |customer_ref: u32| states.tier[slot_of(customer_ref)];
    let mut candidates: Vec<u32> =
        (from..to).filter(|customer_ref| tiers.to_manager[usize::from(held(*customer_ref))]).collect();
    candidates.extend(store::assignment::recalled_between(connection, from, to)?);
    candidates.sort_unstable();
    candidates.dedup();
    let wanted: Vec<(u32, i32)> =
        candidates.iter().map(|customer_ref| (*customer_ref, on.number())).collect();
    let standing = store::assignment::standing_on(connection, &wanted)?;
    let mut waiting = BTreeMap::new();
    for (customer_ref, standing) in candidates.into_iter().zip(standing) {
        let to_manager = tiers.to_manager[usize::from(held(customer_ref))];
        if let Place::Waiting(reason) = place(standing.as_ref(), to_manager, on) {
            waiting.insert(customer_ref, (reason, standing));
        }
    }
    let refs: Vec<u32> = waiting.keys().copied().collect();
    let sees = |customer: &Member| {
        organisations.is_none_or(|of| of.get(customer.organisation_ref as usize).copied().unwrap_or(false))
    };
    let seen = store::member::members(connection, &refs)?.into_iter().filter(sees);
    let row = |customer: Member| {
        let (reason, standing) = waiting.remove(&customer.customer_ref)?;
        let tier_ref = held(customer.customer_ref);
        Some(WaitingRow { tier_ref, tier: tiers.codes.get(&tier_ref).cloned(), reason, standing, customer })
    };
    Ok(seen.filter_map(row).collect())
}

/// Where a customer belongs on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belonging {
    /// Where.
    pub place: Place,
    /// What stands.
    pub standing: Option<Standing>,
    /// The bank's id of the organisation that keeps the assignment, or else the customer.
    pub organisation_id: String,
}

/// Where a customer belongs on a day. Whether the customer's tier goes to managers is said of the tier held now.
pub fn belonging<C: Connection>(
    connection: &mut C,
    customer: &Member,
    on: Day,
) -> Result<Belonging, StoreError> {
    let tiers = Tiers::load(connection)?;
    let held = crate::points::wallet::held_tiers(connection, &[customer.customer_ref])?.pop().unwrap_or(0);
    let standing = store::assignment::standing(connection, &[customer.customer_ref], on.number())?.pop();
    let place = place(standing.as_ref(), tiers.to_manager[usize::from(held)], on);
    let organisation_id = match (&standing, place) {
        (Some(standing), Place::Manager | Place::Waiting(WaitingReason::Recalled)) => {
            store::member::organisation_ids(connection)?.remove(&standing.organisation_ref)
        }
        _ => None,
    };
    let organisation_id = organisation_id.unwrap_or_else(|| customer.organisation_id.clone());
    Ok(Belonging { place, standing, organisation_id })
}
