//! What tells a repeat of an event from another event under the same id.

use domain::points::condition::Fact;

use super::Event;

/// FNV-1a over parts with their lengths, so that they cannot run into each other.
struct Fnv(u64);

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in (bytes.len() as u32).to_le_bytes().iter().chain(bytes) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// What is absent differs from what is empty.
    fn text(&mut self, text: Option<&str>) {
        self.bytes(&[u8::from(text.is_some())]);
        self.bytes(text.unwrap_or("").as_bytes());
    }
}

impl Event<'_> {
    /// A number over what the fields mean and not over how they were written. It is stored: it must never change.
    pub fn fingerprint(&self) -> i64 {
        let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
        hash.bytes(&self.occurred_at.to_le_bytes());
        hash.bytes(&[u8::from(self.amount.is_some())]);
        hash.bytes(&self.amount.unwrap_or(0).to_le_bytes());
        for text in [Some(self.customer_id), Some(self.kind)] {
            hash.text(text);
        }
        for text in [
            self.channel,
            self.merchant_category,
            self.product_id,
            self.organisation_id,
            self.counterparty_bank,
            self.return_of,
        ] {
            hash.text(text);
        }
        let mut attributes: Vec<&(String, Fact)> = self.attributes.iter().collect();
        attributes.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        for (name, fact) in attributes {
            hash.text(Some(name));
            match fact {
                Fact::Text(text) => hash.text(Some(text)),
                Fact::Whole(number) => hash.bytes(&number.to_le_bytes()),
                Fact::Flag(flag) => hash.bytes(&[u8::from(*flag)]),
            }
        }
        hash.0 as i64
    }
}
