//! The export that the cron trigger calls. It is synchronous, so nothing below may wait for an asynchronous import.

#![allow(unsafe_code, reason = "the generated export is an extern function")]

use crate::{Night, PointsNight, assignments, nightly, points, sales};

#[allow(missing_docs, clippy::all)]
mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../../wit",
        world: "scheduler",
        runtime_path: "::spin_sdk::wit_bindgen::rt",
        generate_all,
    });
}

use bindings::{Error, Guest, Metadata};

struct Scheduler;

impl Guest for Scheduler {
    fn handle_cron_event(metadata: Metadata) -> Result<(), Error> {
        let started = std::time::Instant::now();
        let now = i64::try_from(metadata.timestamp).unwrap_or(0).saturating_mul(1000);
        let elapsed_ms = || started.elapsed().as_millis() as i64;
        let of_points = store::spin::with_connection(|connection| points(connection, now, elapsed_ms));
        match &of_points {
            Ok(PointsNight { expiry, settled, .. }) => println!(
                "points expiry {} done={} lots={} points={} redemptions lapsed={} partners settled={settled}",
                expiry.job_id, expiry.done, expiry.lots, expiry.points, expiry.redemptions_lapsed
            ),
            Err(error) => eprintln!("points: {error}"),
        }
        let began_ms = elapsed_ms();
        let of_sales =
            store::spin::with_connection(|connection| sales(connection, now, || elapsed_ms() - began_ms));
        match &of_sales {
            Ok(run) => println!("sales default {} done={} sales={}", run.job_id, run.done, run.defaulted),
            Err(error) => eprintln!("sales: {error}"),
        }
        let of_assignments = store::spin::with_connection(|connection| assignments(connection, now));
        match &of_assignments {
            Ok(told) => println!("assignments begun told={told}"),
            Err(error) => eprintln!("assignments: {error}"),
        }
        let began_ms = elapsed_ms();
        let done =
            store::spin::with_connection(|connection| nightly(connection, now, || elapsed_ms() - began_ms));
        match done {
            Ok(Night { review, check, escalated }) => {
                println!(
                    "tier review {} done={} customers={} decisions={}",
                    review.job_id, review.done, review.moves.customers, review.decisions
                );
                if let Some(check) = check {
                    println!(
                        "churn check {} done={} opened={} closed={}",
                        check.job_id, check.done, check.opened, check.closed
                    );
                }
                println!("retention cases escalated={escalated}");
                of_points.map_err(|error| Error::Other(error.to_string()))?;
                of_sales.map_err(|error| Error::Other(error.to_string()))?;
                of_assignments.map(drop).map_err(|error| Error::Other(error.to_string()))
            }
            Err(error) => Err(Error::Other(error.to_string())),
        }
    }
}

bindings::export!(Scheduler with_types_in bindings);
