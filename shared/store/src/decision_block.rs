//! Blocks of tier decisions as rows: one a review, chunk and part.

use crate::{Connection, StoreError, Value};

/// State of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockState {
    /// In force.
    Decided,
    /// Waits for confirmation.
    Proposed,
}

impl BlockState {
    fn text(self) -> &'static str {
        match self {
            Self::Decided => "decided",
            Self::Proposed => "proposed",
        }
    }
}

/// A block as stored.
#[derive(Clone, Debug)]
pub struct BlockRow {
    /// Its number.
    pub tier_decision_ref: i64,
    /// The chunk.
    pub chunk_id: u32,
    /// The review.
    pub job_ref: i64,
    /// Parts of one review's decisions for the chunk, as they were confirmed.
    pub part: i64,
    /// Date of the review.
    pub as_of: i32,
    /// The scheme.
    pub tier_scheme_ref: i64,
    /// The entries, see [`entries`].
    pub data: Vec<u8>,
}

/// Writes a block.
pub fn put<C: Connection>(connection: &mut C, block: &BlockRow, state: BlockState) -> Result<(), StoreError> {
    connection.execute(
        "insert into tier_decision (chunk_id, job_ref, part, state, as_of, tier_scheme_ref, data)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        &[
            block.chunk_id.into(),
            block.job_ref.into(),
            block.part.into(),
            state.text().into(),
            block.as_of.into(),
            block.tier_scheme_ref.into(),
            block.data.clone().into(),
        ],
    )?;
    Ok(())
}

const COLUMNS: &str = "tier_decision_ref, chunk_id, job_ref, part, as_of, tier_scheme_ref, data";

fn block_row(row: &mut crate::Row<'_>) -> Result<BlockRow, StoreError> {
    Ok(BlockRow {
        tier_decision_ref: row.integer()?,
        chunk_id: row.narrow()?,
        job_ref: row.integer()?,
        part: row.integer()?,
        as_of: row.narrow()?,
        tier_scheme_ref: row.integer()?,
        data: row.blob()?,
    })
}

/// Blocks in force for a chunk up to a day, in the order in which they came into force.
pub fn of_chunk<C: Connection>(
    connection: &mut C,
    chunk_id: u32,
    to: i32,
) -> Result<Vec<BlockRow>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from tier_decision where chunk_id = ?1 and as_of <= ?2 and state = 'decided'
         order by as_of, tier_decision_ref"
    );
    connection.execute(&sql, &[chunk_id.into(), to.into()])?.read("decision.of_chunk", block_row)
}

/// Blocks of a review in one state, after the block `after`, at most `limit`, by number.
pub fn of_job<C: Connection>(
    connection: &mut C,
    job_ref: i64,
    state: BlockState,
    after: i64,
    limit: u32,
) -> Result<Vec<BlockRow>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from tier_decision where job_ref = ?1 and state = ?2 and tier_decision_ref > ?3
         order by tier_decision_ref limit ?4"
    );
    let parameters: [Value; 4] = [job_ref.into(), state.text().into(), after.into(), limit.into()];
    connection.execute(&sql, &parameters)?.read("decision.of_job", block_row)
}

/// Number of the next part of a review's decisions for a chunk.
pub fn next_part<C: Connection>(connection: &mut C, chunk_id: u32, job_ref: i64) -> Result<i64, StoreError> {
    connection
        .execute(
            "select max(part) + 1 from tier_decision where chunk_id = ?1 and job_ref = ?2",
            &[chunk_id.into(), job_ref.into()],
        )?
        .read_one("decision.next_part", |row| Ok(row.integer_or_null()?.unwrap_or(0)))
}

/// Leaves a proposed block with the entries that still wait. Its number stays, so that a run over the review's blocks
/// meets it once.
pub fn replace<C: Connection>(
    connection: &mut C,
    tier_decision_ref: i64,
    data: Vec<u8>,
) -> Result<(), StoreError> {
    connection.execute(
        "update tier_decision set data = ?2 where tier_decision_ref = ?1",
        &[tier_decision_ref.into(), data.into()],
    )?;
    Ok(())
}

/// Takes a proposed block away, once nothing in it waits.
pub fn delete<C: Connection>(connection: &mut C, tier_decision_ref: i64) -> Result<(), StoreError> {
    connection
        .execute("delete from tier_decision where tier_decision_ref = ?1", &[tier_decision_ref.into()])?;
    Ok(())
}

/// Proposals of earlier reviews make way for those of a new one.
pub fn supersede<C: Connection>(connection: &mut C, job_ref: i64) -> Result<(), StoreError> {
    connection.execute(
        "update tier_decision set state = 'superseded' where state = 'proposed' and job_ref < ?1",
        &[job_ref.into()],
    )?;
    Ok(())
}
