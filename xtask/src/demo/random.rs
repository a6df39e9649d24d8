//! Chance that never changes: SplitMix64, so that a seed means the same bank on every machine and in every year.

/// A stream of random numbers for one thing (a customer, a branch) of one seed.
#[derive(Debug, Clone)]
pub struct Random(u64);

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// Scrambles one number into another, one to one.
pub fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(GOLDEN);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Random {
    /// The stream `what` of thing `number` under `seed`.
    pub fn of(seed: u64, what: u64, number: u64) -> Self {
        Self(mix(mix(seed ^ mix(what)).wrapping_add(number)))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number from 0 to `end - 1`; zero when `end` is zero.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(end)) >> 64) as u64
    }

    /// A number from `from` to `to`, both included.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.below((to - from + 1).max(1) as u64) as i64
    }

    /// True in `ppm` of a million cases.
    pub fn chance(&mut self, ppm: u64) -> bool {
        self.below(1_000_000) < ppm
    }

    /// One of a list that has at least one.
    pub fn one_of(&mut self, list: &[&'static str]) -> &'static str {
        list[self.below(list.len() as u64) as usize]
    }
}

/// Spreads consecutive numbers evenly over a million, so that even a small bank has its one private-banking customer
/// where independent draws would often have none.
pub fn even_ppm(seed: u64, number: u64) -> u64 {
    let place = number.wrapping_add(1).wrapping_mul(GOLDEN).wrapping_add(mix(seed));
    ((place >> 32) * 1_000_000) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_of_a_seed_is_fixed_for_ever() {
        // The published first value of SplitMix64 for the state 0.
        assert_eq!(mix(0), 0xE220_A839_7B1D_CDAF);
        let mut one = Random::of(7, 1, 3);
        let mut same = Random::of(7, 1, 3);
        assert_eq!((one.bits(), one.bits()), (same.bits(), same.bits()));
    }

    #[test]
    fn even_places_hit_every_thousandth_of_a_thousand_numbers_about_once() {
        let mut hits = vec![0u32; 100];
        for number in 0..10_000 {
            hits[even_ppm(11, number) as usize / 10_000] += 1;
        }
        assert!(hits.iter().all(|hit| (98..=102).contains(hit)), "{hits:?}");
    }
}
