//! Held tiers of a chunk as bytes: the number of customers, then one column after the other.

use domain::book::SLOTS;
use domain::tier::state::TierStates;

use crate::{Connection, StoreError, column};

/// Bytes of a customer: five columns of a byte, two of four.
const WIDTH: usize = 5 + 2 * 4;

/// Encodes the states of the first `customers` of a chunk.
pub fn encode(states: &TierStates, customers: usize) -> Vec<u8> {
    let mut data = Vec::with_capacity(2 + WIDTH * customers);
    data.extend((customers as u16).to_le_bytes());
    for bytes in [&states.tier, &states.status, &states.months_below, &states.lost_tier, &states.lost_months]
    {
        data.extend(&bytes[..customers]);
    }
    for days in [&states.since, &states.lost_on] {
        data.extend(days[..customers].iter().flat_map(|day| day.to_le_bytes()));
    }
    data
}

/// Decodes the states of a chunk.
pub fn decode(data: &[u8]) -> Result<TierStates, StoreError> {
    let damaged = || StoreError::Damaged("the held tiers of a chunk do not have their form".to_owned());
    let (count, mut rest) = data.split_at_checked(2).ok_or_else(damaged)?;
    let customers = usize::from(u16::from_le_bytes([count[0], count[1]]));
    if customers > SLOTS || rest.len() != WIDTH * customers {
        return Err(damaged());
    }
    let mut states = TierStates::default();
    for bytes in [
        &mut states.tier,
        &mut states.status,
        &mut states.months_below,
        &mut states.lost_tier,
        &mut states.lost_months,
    ] {
        bytes[..customers].copy_from_slice(&rest[..customers]);
        rest = &rest[customers..];
    }
    for days in [&mut states.since, &mut states.lost_on] {
        let words = column::decode_words(&rest[..4 * customers]);
        days.iter_mut().zip(words).for_each(|(day, word)| *day = word as i32);
        rest = &rest[4 * customers..];
    }
    Ok(states)
}

/// Held tiers of chunks `from..to`; a chunk that was never reviewed holds nothing.
pub fn states<C: Connection>(connection: &mut C, from: u32, to: u32) -> Result<Vec<TierStates>, StoreError> {
    let mut states: Vec<TierStates> = Vec::new();
    states.resize_with((to - from) as usize, TierStates::default);
    let rows = connection
        .execute(
            "select chunk_id, data from tier_state where chunk_id >= ?1 and chunk_id < ?2",
            &[from.into(), to.into()],
        )?
        .read("state.states", |row| Ok((row.narrow::<u32>()?, row.blob()?)))?;
    for (chunk_id, data) in rows {
        states[(chunk_id - from) as usize] = decode(&data)?;
    }
    Ok(states)
}

/// Writes the held tiers of a chunk.
pub fn put<C: Connection>(
    connection: &mut C,
    chunk_id: u32,
    states: &TierStates,
    customers: usize,
) -> Result<(), StoreError> {
    connection.execute(
        "insert into tier_state (chunk_id, data) values (?1, ?2)
         on conflict (chunk_id) do update set data = excluded.data",
        &[chunk_id.into(), encode(states, customers).into()],
    )?;
    Ok(())
}
