//! Pairs of measurements: what it is compared with and the system in turn, so that a slow minute of a shared machine
//! meets both.

use std::time::Duration;

use super::sample::median;
use crate::failure::Failure;

/// Durations of the same work done by the baseline and by the system.
#[derive(Debug, Clone, Default)]
pub struct Pairs(Vec<(Duration, Duration)>);

impl Pairs {
    /// Measures so many pairs; both are told the number of the pair.
    pub fn of(
        times: usize,
        mut baseline: impl FnMut(usize) -> Result<Duration, Failure>,
        mut system: impl FnMut(usize) -> Result<Duration, Failure>,
    ) -> Result<Self, Failure> {
        (0..times).map(|pair| Ok((baseline(pair)?, system(pair)?))).collect::<Result<_, _>>().map(Self)
    }

    /// A pair that was measured elsewhere.
    pub fn add(&mut self, baseline: Duration, system: Duration) {
        self.0.push((baseline, system));
    }

    /// Median of the baseline in seconds.
    pub fn baseline(&self) -> f64 {
        median(self.0.iter().map(|(baseline, _)| baseline.as_secs_f64()))
    }

    /// Median of the system in seconds.
    pub fn system(&self) -> f64 {
        median(self.0.iter().map(|(_, system)| system.as_secs_f64()))
    }

    /// Median of the pairs' system ÷ baseline.
    pub fn ratio(&self) -> f64 {
        median(self.0.iter().map(|(baseline, system)| system.as_secs_f64() / baseline.as_secs_f64()))
    }
}

/// Seconds as they are printed.
pub fn seconds(seconds: f64) -> String {
    if seconds < 1.0 { format!("{:.0} ms", seconds * 1e3) } else { format!("{seconds:.2} s") }
}

/// The value at a share of a sorted list, in seconds; zero of none.
pub fn percentile(sorted: &[Duration], per_mille: usize) -> f64 {
    let place = (sorted.len() * per_mille / 1_000).min(sorted.len().saturating_sub(1));
    sorted.get(place).map_or(0.0, Duration::as_secs_f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_that_of_the_middle_pair() {
        let pairs =
            Pairs::of(3, |_| Ok(Duration::from_secs(2)), |pair| Ok(Duration::from_secs(1 + pair as u64)));
        let pairs = pairs.unwrap();
        assert_eq!((pairs.baseline(), pairs.system(), pairs.ratio()), (2.0, 2.0, 1.0));
    }

    #[test]
    fn percentiles_of_few_and_of_none() {
        let sorted: Vec<Duration> = (1..=100).map(Duration::from_secs).collect();
        assert_eq!((percentile(&sorted, 500), percentile(&sorted, 990)), (51.0, 100.0));
        assert_eq!(percentile(&[], 990), 0.0);
    }
}
