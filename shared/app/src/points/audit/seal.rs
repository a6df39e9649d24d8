//! The seal of a batch: what its hash is made of.

use sha2::{Digest, Sha256};
use store::points_entry::{BatchRow, EntryRow};
use store::points_lot::LotRow;

/// The hash before the first batch.
pub const NOTHING: [u8; 32] = [0; 32];

/// Bytes that go to the hash together: its own buffer is slow for a field at a time.
const TOGETHER: usize = 8_192;

/// SHA-256 over the hash before, the batch, its entries in order and then its lots. A number is eight bytes, the lowest
/// first; one that may be absent follows a byte that says whether it is there; a text follows its length.
pub struct Seal {
    hasher: Sha256,
    waiting: Vec<u8>,
}

impl Seal {
    /// Begins the seal of a batch; its own hash is not looked at.
    pub fn new(before: &[u8], batch: &BatchRow) -> Self {
        let mut seal = Self { hasher: Sha256::new(), waiting: Vec::with_capacity(TOGETHER + 256) };
        seal.waiting.extend_from_slice(before);
        seal.numbers(&[batch.points_batch_ref, batch.written_at, batch.person.len() as i64]);
        seal.waiting.extend_from_slice(batch.person.as_bytes());
        seal.numbers(&[batch.first_entry_ref, batch.entries, batch.first_lot_ref, batch.lots]);
        seal
    }

    /// Takes in the next entry.
    pub fn entry(&mut self, entry: &EntryRow) {
        self.numbers(&[entry.points_entry_ref, entry.points_batch_ref, entry.kind, entry.customer_ref]);
        self.optional(entry.points_lot_ref);
        self.numbers(&[entry.points, entry.debit, entry.credit, entry.on_day, entry.cause, entry.cause_ref]);
        self.flush(TOGETHER);
    }

    /// Takes in the next lot.
    pub fn lot(&mut self, lot: &LotRow) {
        self.numbers(&[lot.points_lot_ref, lot.customer_ref, lot.points, lot.earned_on, lot.available_on]);
        self.optional(lot.expires_on);
        self.optional(lot.inactivity_months);
        self.numbers(&[lot.organisation_ref, lot.tier_ref, lot.partner_ref, lot.return_policy, lot.terms]);
        self.optional(lot.points_rule_ref);
        self.optional(lot.points_event_ref);
        self.optional(lot.origin_lot_ref);
        self.numbers(&[lot.points_batch_ref]);
        self.flush(TOGETHER);
    }

    /// The hash.
    pub fn hash(mut self) -> [u8; 32] {
        self.flush(0);
        self.hasher.finalize().into()
    }

    fn numbers(&mut self, numbers: &[i64]) {
        numbers.iter().for_each(|number| self.waiting.extend_from_slice(&number.to_le_bytes()));
    }

    fn optional(&mut self, number: Option<i64>) {
        self.waiting.push(u8::from(number.is_some()));
        if let Some(number) = number {
            self.numbers(&[number]);
        }
    }

    fn flush(&mut self, above: usize) {
        if self.waiting.len() > above {
            self.hasher.update(&self.waiting);
            self.waiting.clear();
        }
    }
}
