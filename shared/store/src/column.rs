//! Columns as bytes: 4 096 figures of one measure, most of them small, many of them zero.
//!
//! | form | bytes | when |
//! | --- | --- | --- |
//! | no row | 0 | every figure is zero |
//! | `SAME_AS_END` | 1 | an average that equals the month's end |
//! | `BYTES` | 3 + n | all figures 0–255 (origins) |
//! | `SPARSE` | 5 + 512 + 4 m | at most half of the figures are not zero |
//! | `DENSE` | 5 + 4 n | the others |
//! | `WIDE` | 3 + 8 n | so many figures beyond 32 bits that patching does not pay |
//!
//! `SPARSE` and `DENSE` hold 32-bit figures; those that need more stand as (slot, i64) patches at the end, 10 bytes
//! each. n counts the figures up to the last that is not zero, m those that are not zero. All little-endian.

use domain::book::SLOTS;

use crate::StoreError;

const SAME_AS_END: u8 = 1;
pub(crate) const BYTES: u8 = 2;
const SPARSE: u8 = 3;
pub(crate) const DENSE: u8 = 4;
const WIDE: u8 = 5;
const BITMAP: usize = SLOTS / 8;
const PATCH: usize = 10;

/// The bytes of an average column that equals its month-end column.
pub fn same_as_end() -> Vec<u8> {
    vec![SAME_AS_END]
}

/// True for the bytes of [`same_as_end`].
pub fn is_same_as_end(data: &[u8]) -> bool {
    data == [SAME_AS_END]
}

/// Encodes a column; `None` when every figure is zero.
pub fn encode(figures: &[i64]) -> Option<Vec<u8>> {
    let used = figures.iter().rposition(|figure| *figure != 0)? + 1;
    let figures = &figures[..used];
    let (mut filled, mut wide, mut small) = (0, 0, true);
    for figure in figures {
        filled += usize::from(*figure != 0);
        wide += usize::from(i32::try_from(*figure).is_err());
        small &= (0..=255).contains(figure);
    }
    let count = (used as u16).to_le_bytes();
    let mut data = Vec::new();
    if small && used < BITMAP + 4 * filled {
        data.extend([BYTES, count[0], count[1]]);
        data.extend(figures.iter().map(|figure| *figure as u8));
        return Some(data);
    }
    if wide > used / 4 {
        data.extend([WIDE, count[0], count[1]]);
        data.extend(figures.iter().flat_map(|figure| figure.to_le_bytes()));
        return Some(data);
    }
    let patches = (wide as u16).to_le_bytes();
    // A figure that is patched stands as zero in a dense column and with its bit set in a sparse one.
    let narrow = |figure: i64| i32::try_from(figure).unwrap_or(0).to_le_bytes();
    if BITMAP + 4 * filled < 4 * used {
        data.reserve(5 + BITMAP + 4 * filled + PATCH * wide);
        data.extend([SPARSE, count[0], count[1], patches[0], patches[1]]);
        let mut bitmap = [0_u8; BITMAP];
        for (slot, figure) in figures.iter().enumerate() {
            bitmap[slot / 8] |= u8::from(*figure != 0) << (slot % 8);
        }
        data.extend(bitmap);
        data.extend(figures.iter().filter(|figure| **figure != 0).flat_map(|figure| narrow(*figure)));
    } else {
        data.reserve(5 + 4 * used + PATCH * wide);
        data.extend([DENSE, count[0], count[1], patches[0], patches[1]]);
        data.extend(figures.iter().flat_map(|figure| narrow(*figure)));
    }
    if wide > 0 {
        for (slot, figure) in
            figures.iter().enumerate().filter(|(_, figure)| i32::try_from(**figure).is_err())
        {
            data.extend((slot as u16).to_le_bytes());
            data.extend(figure.to_le_bytes());
        }
    }
    Some(data)
}

/// Decodes into `room`, whose figures it replaces; `room` has [`SLOTS`] places.
pub fn decode(data: &[u8], room: &mut [i64]) -> Result<(), StoreError> {
    let parts = Parts::of(data)?;
    // Only what the figures leave is cleared: a run over the book decodes hundreds of megabytes.
    let figures = match parts.form {
        BYTES => parts.body.len(),
        WIDE => parts.body.len() / 8,
        DENSE => parts.body.len() / 4,
        _ => 0,
    };
    let (used, rest) = room.split_at_mut(figures.min(room.len()));
    rest.fill(0);
    match parts.form {
        BYTES => used.iter_mut().zip(parts.body).for_each(|(room, byte)| *room = i64::from(*byte)),
        WIDE => {
            for (room, bytes) in used.iter_mut().zip(parts.body.as_chunks::<8>().0) {
                *room = i64::from_le_bytes(*bytes);
            }
        }
        DENSE => {
            for (room, bytes) in used.iter_mut().zip(parts.body.as_chunks::<4>().0) {
                *room = i64::from(i32::from_le_bytes(*bytes));
            }
        }
        _ => for_each_sparse(&parts, |slot, figure| room[slot] = figure),
    }
    for (slot, figure) in parts.patches() {
        room[slot] = figure;
    }
    Ok(())
}

/// Adds the column's figures to `sums`.
pub fn add(data: &[u8], sums: &mut [i64]) -> Result<(), StoreError> {
    let parts = Parts::of(data)?;
    let put = |sum: &mut i64, figure: i64| *sum = sum.saturating_add(figure);
    match parts.form {
        BYTES => sums.iter_mut().zip(parts.body).for_each(|(sum, byte)| put(sum, i64::from(*byte))),
        WIDE => {
            for (sum, bytes) in sums.iter_mut().zip(parts.body.as_chunks::<8>().0) {
                put(sum, i64::from_le_bytes(*bytes));
            }
        }
        DENSE => {
            for (sum, bytes) in sums.iter_mut().zip(parts.body.as_chunks::<4>().0) {
                put(sum, i64::from(i32::from_le_bytes(*bytes)));
            }
        }
        _ => for_each_sparse(&parts, |slot, figure| put(&mut sums[slot], figure)),
    }
    for (slot, figure) in parts.patches() {
        put(&mut sums[slot], figure);
    }
    Ok(())
}

/// One figure of a column, without decoding the others.
pub fn at(data: &[u8], slot: usize) -> Result<i64, StoreError> {
    let parts = Parts::of(data)?;
    if let Some((_, figure)) = parts.patches().find(|(patched, _)| *patched == slot) {
        return Ok(figure);
    }
    Ok(match parts.form {
        BYTES => parts.body.get(slot).map_or(0, |byte| i64::from(*byte)),
        WIDE => parts.body.as_chunks::<8>().0.get(slot).map_or(0, |bytes| i64::from_le_bytes(*bytes)),
        DENSE => parts.body.as_chunks::<4>().0.get(slot).map_or(0, |bytes| i32::from_le_bytes(*bytes).into()),
        _ => {
            let bit = |slot: usize| parts.bitmap[slot / 8] >> (slot % 8) & 1 == 1;
            if slot >= SLOTS || !bit(slot) {
                return Ok(0);
            }
            let rank = parts.bitmap[..slot / 8].iter().map(|byte| byte.count_ones()).sum::<u32>()
                + (parts.bitmap[slot / 8] & ((1 << (slot % 8)) - 1)).count_ones();
            parts
                .body
                .as_chunks::<4>()
                .0
                .get(rank as usize)
                .map_or(0, |bytes| i32::from_le_bytes(*bytes).into())
        }
    })
}

struct Parts<'a> {
    form: u8,
    bitmap: &'a [u8],
    body: &'a [u8],
    patches: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(data: &'a [u8]) -> Result<Self, StoreError> {
        Self::cut(data)
            .ok_or_else(|| StoreError::Damaged("a column of the book does not have its form".to_owned()))
    }

    fn cut(data: &'a [u8]) -> Option<Self> {
        let (&form, rest) = data.split_first()?;
        let (count, rest) = rest.split_at_checked(2)?;
        let count = usize::from(u16::from_le_bytes([count[0], count[1]]));
        if count > SLOTS {
            return None;
        }
        if form == BYTES || form == WIDE {
            let width = if form == BYTES { 1 } else { 8 };
            return (rest.len() == width * count).then_some(Self {
                form,
                bitmap: &[],
                body: rest,
                patches: &[],
            });
        }
        let (patches, rest) = rest.split_at_checked(2)?;
        let patched = usize::from(u16::from_le_bytes([patches[0], patches[1]]));
        let (bitmap, rest) = rest.split_at_checked(if form == SPARSE { BITMAP } else { 0 })?;
        let figures = match form {
            DENSE => count,
            SPARSE => bitmap.iter().map(|byte| byte.count_ones() as usize).sum(),
            _ => return None,
        };
        let (body, patches) = rest.split_at_checked(4 * figures)?;
        let slots_exist = patches
            .as_chunks::<PATCH>()
            .0
            .iter()
            .all(|patch| usize::from(u16::from_le_bytes([patch[0], patch[1]])) < SLOTS);
        (patches.len() == PATCH * patched && slots_exist).then_some(Self { form, bitmap, body, patches })
    }

    fn patches(&self) -> impl Iterator<Item = (usize, i64)> {
        self.patches.as_chunks::<PATCH>().0.iter().map(|[low, high, figure @ ..]| {
            (usize::from(u16::from_le_bytes([*low, *high])), i64::from_le_bytes(*figure))
        })
    }
}

#[inline]
fn for_each_sparse(parts: &Parts<'_>, mut put: impl FnMut(usize, i64)) {
    let mut figures = parts.body.as_chunks::<4>().0.iter();
    for (group, bytes) in parts.bitmap.as_chunks::<8>().0.iter().enumerate() {
        let mut bits = u64::from_le_bytes(*bytes);
        while bits != 0 {
            let slot = group * 64 + bits.trailing_zeros() as usize;
            bits &= bits - 1;
            if let Some(figure) = figures.next() {
                put(slot, i64::from(i32::from_le_bytes(*figure)));
            }
        }
    }
}

/// Encodes numbers that belong to a chunk as a whole (organisations, opening days): 4 bytes each, `SLOTS` at most.
pub fn encode_words(words: impl Iterator<Item = u32>) -> Vec<u8> {
    words.flat_map(u32::to_le_bytes).collect()
}

/// Decodes what [`encode_words`] wrote.
pub fn decode_words(data: &[u8]) -> impl Iterator<Item = u32> {
    data.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn figure() -> impl Strategy<Value = i64> {
        prop_oneof![4 => Just(0_i64), 4 => 0_i64..256, 6 => any::<i32>().prop_map(i64::from), 1 => any::<i64>()]
    }

    proptest! {
        #[test]
        fn a_column_reads_back_what_was_written(
            dense in proptest::collection::vec(figure(), 0..SLOTS),
            shift in 0_u32..63,
        ) {
            let mut figures = dense;
            figures.resize(SLOTS, 0);
            figures.iter_mut().for_each(|figure| *figure >>= shift);
            let mut decoded = vec![7; SLOTS];
            let mut sums = vec![0; SLOTS];
            match encode(&figures) {
                None => prop_assert!(figures.iter().all(|figure| *figure == 0)),
                Some(data) => {
                    decode(&data, &mut decoded).expect("decodes");
                    prop_assert_eq!(&decoded, &figures);
                    add(&data, &mut sums).expect("adds");
                    prop_assert_eq!(&sums, &figures);
                    for slot in (0..SLOTS).step_by(97) {
                        prop_assert_eq!(at(&data, slot).expect("has a figure"), figures[slot]);
                    }
                }
            }
        }

        #[test]
        fn damaged_bytes_are_an_error_or_figures_but_never_a_panic(data in proptest::collection::vec(any::<u8>(), 0..900)) {
            let mut room = vec![0; SLOTS];
            let _either = (decode(&data, &mut room), add(&data, &mut room), at(&data, 4095));
        }
    }
}
