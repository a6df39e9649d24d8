//! P10: ten million customers beside one million, and the memory that it takes.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::bank::{Bank, People, customers, file};
use super::pair::{Pairs, seconds};
use super::reviews::{forget, reviewed};
use super::{Figure, Row};
use crate::failure::{Failure, OrAdvise};
use crate::progress::Progress;
use crate::up::reviews;

/// A review of ten times as many.
pub const TEN_TIMES: Row = Row {
    id: "P10",
    what: "review of 10 M ÷ 1 M; peak memory",
    target: "≤ 11; ≤ 300 MB (stretch 10; 150)",
    run: ten_times,
};

/// Pairs of a row that takes long.
const FEW_TIMES: usize = 3;

const RATIO: f64 = 11.0;
const MEGABYTES: f64 = 300.0;

fn ten_times() -> Result<Vec<Figure>, Failure> {
    let small = Bank::start("one", customers(), People::Last)?;
    let large = Bank::start("ten", 10 * customers(), People::Last)?;
    let measured = measure(&small, &large);
    // Gigabytes that nobody needs until this row is asked for again.
    let kept = file(&large.plan, People::Last);
    drop(large);
    std::fs::remove_file(&kept).or_advise(kept.display(), "remove it by hand")?;
    measured
}

fn measure(small: &Bank, large: &Bank) -> Result<Vec<Figure>, Failure> {
    let [first, _] = reviews(&small.plan);
    let (mut own_small, mut own_large) = (small.connect()?, large.connect()?);
    let mut progress = Progress::over("reviews of 1 M and 10 M", FEW_TIMES as u64, "pairs");
    let mut peak: f64 = 0.0;
    let pairs = Pairs::of(
        FEW_TIMES,
        |_| {
            forget(&mut own_small)?;
            reviewed(&small.client, first).map(|(took, _)| took)
        },
        |_| {
            forget(&mut own_large)?;
            let (taken, reviewed) = peak_of(large.pid(), || reviewed(&large.client, first))?;
            peak = peak.max(taken);
            progress.advance(1);
            reviewed.map(|(took, _)| took)
        },
    )?;
    progress.finish();
    let ratio = pairs.ratio();
    Ok(vec![
        Figure::plain("1 M, 10 M", format!("{}, {}", seconds(pairs.baseline()), seconds(pairs.system()))),
        Figure::against("10 M ÷ 1 M", format!("{ratio:.1}"), ratio <= RATIO),
        Figure::against(
            "most anonymous memory of the host beyond that before",
            format!("{peak:.0} MB"),
            peak <= MEGABYTES,
        ),
    ])
}

/// Runs `work` and says by how many megabytes the anonymous memory of a process grew at most meanwhile.
fn peak_of<T>(pid: u32, work: impl FnOnce() -> T) -> Result<(f64, T), Failure> {
    let before = anonymous_kb(pid)?;
    let (peak, done) = (AtomicU64::new(before), AtomicBool::new(false));
    let result = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                peak.fetch_max(anonymous_kb(pid).unwrap_or(0), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let result = work();
        done.store(true, Ordering::Relaxed);
        result
    });
    Ok(((peak.into_inner() - before) as f64 / 1e3, result))
}

fn anonymous_kb(pid: u32) -> Result<u64, Failure> {
    let path = format!("/proc/{pid}/status");
    let text = std::fs::read_to_string(&path).or_advise(&path, "this row needs Linux")?;
    let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let figure = line.and_then(|rest| rest.trim().split(' ').next()).and_then(|figure| figure.parse().ok());
    figure.ok_or_else(|| Failure::new(format!("{path} does not say RssAnon"), "this row needs Linux"))
}
