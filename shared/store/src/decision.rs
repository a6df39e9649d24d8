//! Stored decisions: for one review and chunk the customers of whom something new was decided, each with its inputs, so
//! that the decision can be replayed. Entries are skipped by their length, so looking for one customer is cheap.
//!
//! Block: months (1 byte), entries (2), then entries. Entry: length of the rest (2), slot (2), organisation (4), held
//! tier, new tier, status, months below, outcome, override, months below of the held tier (1 each), hash of the inputs
//! (8), then the inputs: overrides in force (count, then kind and tier each), cards, and as variable-length integers
//! the current month's assets, the difference of each earlier month to the later one, card spend, and both loans.
//! The hash is XXH3-64 of the inputs' bytes, seeded with the day: it shows damage, it is no signature.

use domain::book::SLOTS;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::StoreError;

/// What a decision looked at.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Inputs {
    /// Overrides in force: number of the kind, the store's number of the tier.
    pub standing: Vec<(u8, u8)>,
    /// Bits of card levels.
    pub cards: u8,
    /// Assets, newest month first.
    pub assets: Vec<i64>,
    /// Card spend of twelve months.
    pub card_spend: i64,
    /// Secured loans.
    pub secured_loans: i64,
    /// Unsecured loans.
    pub unsecured_loans: i64,
}

/// One stored decision. Numbers of statuses, outcomes and overrides are those of `app::tier`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Place in the chunk.
    pub slot: u16,
    /// Organisation at the time.
    pub organisation_ref: u32,
    /// Held before.
    pub held: u8,
    /// New tier.
    pub tier: u8,
    /// Status of the new tier.
    pub status: u8,
    /// Months below the new tier.
    pub months_below: u8,
    /// What became of the held tier.
    pub outcome: u8,
    /// The override that changed the result.
    pub overridden: u8,
    /// Months below the held tier.
    pub held_months_below: u8,
    /// Hash of the inputs.
    pub inputs_hash: u64,
    /// The inputs.
    pub inputs: Inputs,
}

/// Decisions of one chunk as they are made.
#[derive(Debug, Default)]
pub struct Block {
    data: Vec<u8>,
    count: u16,
}

impl Block {
    /// An empty block for decisions over this many months of assets.
    pub fn new(months: usize) -> Self {
        Self { data: vec![months as u8, 0, 0], count: 0 }
    }

    /// Entries so far.
    pub fn len(&self) -> usize {
        self.count.into()
    }

    /// True without entries.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Appends a decision; the hash is computed here. `assets` are the months, newest first.
    pub fn push(&mut self, entry: &Entry, assets: impl Iterator<Item = i64>, as_of: i32) {
        let start = self.data.len();
        let [slot, organisation] = [entry.slot.into(), entry.organisation_ref];
        self.data.extend([0, 0]);
        self.data.extend(&u32::to_le_bytes(slot)[..2]);
        self.data.extend(organisation.to_le_bytes());
        self.data.extend([entry.held, entry.tier, entry.status, entry.months_below, entry.outcome]);
        self.data.extend([entry.overridden, entry.held_months_below]);
        let hash_at = self.data.len();
        self.data.extend([0; 8]);
        let inputs_at = self.data.len();
        self.data.push(entry.inputs.standing.len() as u8);
        entry.inputs.standing.iter().for_each(|(kind, tier)| self.data.extend([*kind, *tier]));
        self.data.push(entry.inputs.cards);
        let mut before = 0;
        for month in assets {
            put_varint(&mut self.data, month.wrapping_sub(before));
            before = month;
        }
        for figure in [entry.inputs.card_spend, entry.inputs.secured_loans, entry.inputs.unsecured_loans] {
            put_varint(&mut self.data, figure);
        }
        let hash = xxh3_64_with_seed(&self.data[inputs_at..], as_of as u64);
        self.data[hash_at..inputs_at].copy_from_slice(&hash.to_le_bytes());
        let length = (self.data.len() - start - 2) as u16;
        self.data[start..start + 2].copy_from_slice(&length.to_le_bytes());
        self.count += 1;
    }

    /// The block's bytes.
    pub fn into_bytes(mut self) -> Vec<u8> {
        self.data[1..3].copy_from_slice(&self.count.to_le_bytes());
        self.data
    }
}

/// Reads the entries of a block, those for which `wanted` says so by slot.
pub fn entries(data: &[u8], as_of: i32, wanted: impl Fn(u16) -> bool) -> Result<Vec<Entry>, StoreError> {
    read_entries(data, as_of, wanted)
        .ok_or_else(|| StoreError::Damaged("a block of tier decisions does not have its form".to_owned()))
}

/// Slots of the customers of whom a block tells.
pub fn slots(data: &[u8]) -> Result<Vec<u16>, StoreError> {
    let damaged = || StoreError::Damaged("a block of tier decisions does not have its form".to_owned());
    let [_, low, high, rest @ ..] = data else { return Err(damaged()) };
    let mut rest = rest;
    let mut slots = Vec::with_capacity(usize::from(u16::from_le_bytes([*low, *high])));
    while let [low, high, after @ ..] = rest {
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let (entry, after) = after.split_at_checked(length).ok_or_else(damaged)?;
        let [low, high, ..] = entry else { return Err(damaged()) };
        let slot = u16::from_le_bytes([*low, *high]);
        slots.push(Some(slot).filter(|slot| usize::from(*slot) < SLOTS).ok_or_else(damaged)?);
        rest = after;
    }
    Ok(slots)
}

fn read_entries(data: &[u8], as_of: i32, wanted: impl Fn(u16) -> bool) -> Option<Vec<Entry>> {
    let [months, low, high, rest @ ..] = data else { return None };
    let mut rest = rest;
    let mut found = Vec::new();
    for _ in 0..u16::from_le_bytes([*low, *high]) {
        let (length, after) = rest.split_at_checked(2)?;
        let (entry, after) = after.split_at_checked(u16::from_le_bytes([length[0], length[1]]).into())?;
        rest = after;
        let slot = u16::from_le_bytes([*entry.first()?, *entry.get(1)?]);
        if wanted(slot) {
            found.push(read_entry(slot, entry.get(2..)?, (*months).into(), as_of)?);
        }
    }
    rest.is_empty().then_some(found)
}

fn read_entry(slot: u16, bytes: &[u8], months: usize, as_of: i32) -> Option<Entry> {
    let (organisation, bytes) = bytes.split_first_chunk::<4>()?;
    let ([held, tier, status, months_below, outcome, overridden, held_months_below], bytes) =
        bytes.split_first_chunk::<7>()?;
    let (hash, mut bytes) = bytes.split_first_chunk::<8>()?;
    let inputs_hash = u64::from_le_bytes(*hash);
    if xxh3_64_with_seed(bytes, as_of as u64) != inputs_hash {
        return None;
    }
    let mut inputs = Inputs::default();
    let (count, after) = bytes.split_first()?;
    let (standing, after) = after.split_at_checked(2 * usize::from(*count))?;
    inputs.standing = standing.as_chunks::<2>().0.iter().map(|[kind, tier]| (*kind, *tier)).collect();
    let (cards, after) = after.split_first()?;
    inputs.cards = *cards;
    bytes = after;
    let mut before = 0_i64;
    for _ in 0..months {
        before = before.wrapping_add(take_varint(&mut bytes)?);
        inputs.assets.push(before);
    }
    for figure in [&mut inputs.card_spend, &mut inputs.secured_loans, &mut inputs.unsecured_loans] {
        *figure = take_varint(&mut bytes)?;
    }
    bytes.is_empty().then_some(Entry {
        slot,
        organisation_ref: u32::from_le_bytes(*organisation),
        held: *held,
        tier: *tier,
        status: *status,
        months_below: *months_below,
        outcome: *outcome,
        overridden: *overridden,
        held_months_below: *held_months_below,
        inputs_hash,
        inputs,
    })
}

/// Zig-zag, then seven bits a byte: small figures of either sign are short.
fn put_varint(data: &mut Vec<u8>, figure: i64) {
    let mut bits = ((figure << 1) ^ (figure >> 63)) as u64;
    while bits >= 0x80 {
        data.push(bits as u8 | 0x80);
        bits >>= 7;
    }
    data.push(bits as u8);
}

fn take_varint(data: &mut &[u8]) -> Option<i64> {
    let mut bits = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = data.split_first()?;
        *data = rest;
        bits |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some((bits >> 1) as i64 ^ -((bits & 1) as i64));
        }
    }
    None
}
