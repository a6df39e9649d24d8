//! What a verification of the chain says.

/// The end of the chain. Who keeps it elsewhere can show later that nothing up to it was taken away or written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of batches.
    pub batches: i64,
    /// Hash of the last one; zeros before the first.
    pub hash: Vec<u8>,
    /// Number of entries.
    pub entries: i64,
    /// When the last batch was written, in milliseconds.
    pub written_at: Option<i64>,
}

/// A head as somebody kept it: the number of batches and the hash of the last of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptHead {
    /// Number of batches.
    pub batches: i64,
    /// Hash of the last one; zeros before the first.
    pub hash: Vec<u8>,
}

/// What is wrong with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// There is no batch of this number, and there are later ones.
    BatchMissing,
    /// A batch stands where none was written.
    BatchInserted,
    /// An entry of it is gone.
    EntryMissing,
    /// An entry stands before its own that no batch wrote.
    EntryInserted,
    /// A lot of it is gone.
    LotMissing,
    /// A lot stands before its own that no batch wrote.
    LotInserted,
    /// The batch, an entry or a lot is not what was sealed.
    Altered,
    /// There are entries or lots after the last batch.
    Unsealed,
    /// The batches that the kept head knew are gone.
    Truncated,
    /// The chain was written anew, up to here at least.
    Rewritten,
}

impl Flaw {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BatchMissing => "batch_missing",
            Self::BatchInserted => "batch_inserted",
            Self::EntryMissing => "entry_missing",
            Self::EntryInserted => "entry_inserted",
            Self::LotMissing => "lot_missing",
            Self::LotInserted => "lot_inserted",
            Self::Altered => "altered",
            Self::Unsealed => "unsealed",
            Self::Truncated => "truncated",
            Self::Rewritten => "rewritten",
        }
    }
}

/// The first batch with a flaw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadBatch {
    /// Its number.
    pub batch: i64,
    /// What is wrong.
    pub reason: Flaw,
}

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainReport {
    /// The end of the chain.
    pub head: Head,
    /// Batches that were found right.
    pub batches: u64,
    /// Their entries.
    pub entries: u64,
    /// The first flaw; nothing was looked at behind it.
    pub first_bad: Option<BadBatch>,
    /// Where the next call continues, when the time was over.
    pub next_from: Option<i64>,
}
