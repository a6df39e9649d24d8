//! Repeated measurements. A median of five says more on a shared machine than a mean of fifty.

use std::time::Duration;

/// How often each thing is measured.
pub const TIMES: usize = 5;

/// Durations of the same thing.
#[derive(Debug, Clone, Default)]
pub struct Sample(Vec<Duration>);

impl Sample {
    /// Measures [`TIMES`] times.
    pub fn of<E>(mut measure: impl FnMut() -> Result<Duration, E>) -> Result<Self, E> {
        (0..TIMES).map(|_| measure()).collect::<Result<Vec<_>, E>>().map(Self)
    }

    /// The middle one, in milliseconds.
    pub fn median_ms(&self) -> f64 {
        median(self.0.iter().map(|duration| duration.as_secs_f64() * 1e3))
    }
}

/// The middle value; zero of none.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_ignores_one_slow_run() {
        assert_eq!(median([3.0, 900.0, 1.0, 2.0, 4.0].into_iter()), 3.0);
        assert_eq!(median(std::iter::empty()), 0.0);
    }
}
