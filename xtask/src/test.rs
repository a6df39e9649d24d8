//! `cargo xtask test`: everything built once, every test run, and a count at the end.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::build::{self, cargo};
use crate::cli::{RuntimeKind, Soak, Test};
use crate::failure::{Failure, OrAdvise};

/// Test programs that have a larger size.
const PROGRAMS: [&str; 7] = [
    "faults",
    "churn_faults",
    "delivery_faults",
    "points_faults",
    "points_races",
    "points_model",
    "points_year",
];

/// Builds and tests.
pub fn test(options: &Test) -> Result<(), Failure> {
    if !options.no_build {
        build::everything()?;
    }
    let mut command = cargo(&["test", "--workspace", "--profile", "fast", "--no-fail-fast"]);
    command.env("KEZHI_RUNTIME", options.runtime.name());
    if !options.filter.is_empty() {
        command.arg("--").args(&options.filter);
    }
    run(command, options.runtime)
}

/// Builds, and runs the tests of faults, races and long histories at their full size, with what they print.
pub fn soak(options: &Soak) -> Result<(), Failure> {
    if !options.no_build {
        build::everything()?;
    }
    let mut command = cargo(&["test", "--package", "tests", "--profile", "fast", "--no-fail-fast"]);
    PROGRAMS.iter().for_each(|program| {
        command.args(["--test", program]);
    });
    command.env("KEZHI_SOAK", "1").args(["--", "--nocapture"]).args(&options.filter);
    run(command, RuntimeKind::Host)
}

/// Runs a command of tests to its end and says what they came to.
fn run(mut command: Command, runtime: RuntimeKind) -> Result<(), Failure> {
    let started = Instant::now();
    command.stdout(Stdio::piped());
    let advice = "correct what is said above; `cargo xtask test NAME` repeats single tests";
    let mut child = command.spawn().or_advise("starting cargo test", advice)?;
    let mut summary = Summary::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            println!("{line}");
            summary.read(&line);
        }
    }
    let status = child.wait().or_advise("running cargo test", advice)?;
    println!("\n{summary} on {} in {:.0} s", runtime, started.elapsed().as_secs_f64());
    if status.success() { Ok(()) } else { Err(Failure::new("not every test passed", advice)) }
}

/// What all test programs said together.
#[derive(Debug, Default, PartialEq, Eq)]
struct Summary {
    passed: u64,
    failed: u64,
    ignored: u64,
    failures: Vec<String>,
}

impl Summary {
    /// Takes in a line of a test program.
    fn read(&mut self, line: &str) {
        if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            self.failures.push(name.to_owned());
        }
        let Some(counts) = line.strip_prefix("test result: ") else { return };
        let mut words = counts.split([' ', ';', '.']).filter(|word| !word.is_empty()).peekable();
        while let Some(word) = words.next() {
            let (Ok(count), Some(what)) = (word.parse::<u64>(), words.peek()) else { continue };
            match *what {
                "passed" => self.passed += count,
                "failed" => self.failed += count,
                "ignored" => self.ignored += count,
                _ => {}
            }
        }
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for name in &self.failures {
            writeln!(formatter, "FAILED {name}")?;
        }
        write!(formatter, "{} passed, {} failed, {} ignored", self.passed, self.failed, self.ignored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_all_programs_are_added_up_and_failures_named() {
        let mut summary = Summary::default();
        for line in [
            "running 3 tests",
            "test month::tests::a ... ok",
            "test month::tests::b ... FAILED",
            "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: ok. 40 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 1.50s",
        ] {
            summary.read(line);
        }
        assert_eq!(summary.to_string(), "FAILED month::tests::b\n42 passed, 1 failed, 1 ignored");
    }
}
