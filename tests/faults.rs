//! Power cuts: a review that is killed anywhere and called again ends like one that was left alone; several instances
//! that start together migrate once.

use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::json;
use store::Connection;
use store::native::NativeConnection;
use tests::{As, Bank, demo, kills};

/// Kill points; `KEZHI_KILLS` asks for others (a soak runs more).
const KILLS: u32 = 50;
/// Three pages of the review, so that a kill falls between and within pages.
const CUSTOMERS: u64 = 140_000;
const EARLIER: &str = "2026-09-30";
const LAST: &str = "2026-10-31";

/// Everything that a review writes, without the times it was written at.
fn outcome(database: &Path) -> (u64, Vec<String>) {
    let mut connection = NativeConnection::open(database).expect("the database");
    let mut lines = Vec::new();
    for sql in [
        "select 's' || chunk_id, hex(data) from tier_state order by chunk_id",
        "select 'd' || chunk_id || '/' || job_ref || '/' || part || state, hex(data) from tier_decision
         order by chunk_id, job_ref, part",
        "select 'j' || job_id || state || position, counts from job order by job_ref",
    ] {
        let rows = connection.execute(sql, &[]).expect("reads");
        lines.extend(
            rows.read("outcome", |row| Ok(format!("{} {}", row.text()?, row.text()?))).expect("rows"),
        );
    }
    let integrity = connection.execute("pragma integrity_check", &[]).expect("checks");
    assert_eq!(integrity.read_one("integrity", |row| row.text()).expect("a row"), "ok");
    (lines.len() as u64, lines)
}

fn review(bank: &Bank, as_of: &str) -> serde_json::Value {
    let answer = bank.post("/tiers/reviews", As::Administrator, &json!({"as_of": as_of}).to_string());
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[test]
fn a_review_killed_anywhere_and_called_again_ends_like_one_left_alone() {
    let mut template = Bank::start();
    let plan = demo::plan::Plan::new(CUSTOMERS, 11, "2026-11-22".parse().expect("a date")).expect("a plan");
    demo::load(&template.client(), &plan, 50_000).expect("the demo bank loads");
    review(&template, EARLIER);
    template.stop();

    let mut undisturbed = Bank::start();
    undisturbed.take_over(&template);
    undisturbed.restart();
    let started = Instant::now();
    let expected_moves = review(&undisturbed, LAST);
    let whole = started.elapsed();
    undisturbed.stop();
    let (written, expected) = outcome(&undisturbed.database());

    let mut cut_short = 0;
    let mut bank = Bank::start();
    for kill in 0..kills(KILLS) {
        bank.take_over(&template);
        bank.restart();
        // Spread over the whole run by a fixed sequence, so that a failure can be repeated.
        let point = whole.mul_f64(f64::from(kill * 37 % kills(KILLS)) / f64::from(kills(KILLS)));
        let (sender, receiver) = mpsc::channel();
        let client = bank.client();
        let asking = std::thread::spawn(move || {
            let body = json!({"as_of": LAST}).to_string();
            let headers = &[("content-type", "application/json")];
            let ask = xtask::client::Ask {
                method: "POST",
                path: "/tiers/reviews",
                headers,
                body: Some(body.as_bytes()),
            };
            let _gone_when_killed = sender.send(client.ask(ask).is_ok());
        });
        let finished = receiver.recv_timeout(point).unwrap_or(false);
        bank.kill();
        asking.join().expect("the asking thread ends");
        cut_short += u32::from(!finished);
        bank.restart();
        let moves = review(&bank, LAST);
        bank.stop();
        for count in ["customers", "upgraded", "downgraded", "churned", "unchanged"] {
            // A run that had answered before the kill is followed by one that finds nothing left to change.
            if !finished && moves["job"] == expected_moves["job"] {
                assert_eq!(moves[count], expected_moves[count], "{count} after kill {kill}");
            }
        }
        let (_, found) = outcome(&bank.database());
        let of_first_run: Vec<&String> =
            found.iter().filter(|line| !line.contains("tier-review-3")).collect();
        assert_eq!(of_first_run, expected.iter().collect::<Vec<_>>(), "after kill {kill} at {point:?}");
    }
    println!(
        "{} kills, {cut_short} of them during the review ({whole:?}); {written} rows identical each time",
        kills(KILLS)
    );
    assert!(cut_short * 2 >= kills(KILLS), "most kills have to fall into the run: {cut_short}");
}

#[test]
fn instances_that_start_together_on_a_new_database_migrate_it_once() {
    let bank = Bank::start();
    let deadline = Instant::now() + Duration::from_secs(60);
    let paths = [
        "/healthz",
        "/tiers/members",
        "/customers/C/assets",
        "/tiers/schemes",
        "/api-clients",
        "/assets/movements",
    ];
    std::thread::scope(|scope| {
        for worker in 0..24 {
            let (bank, path) = (&bank, paths[worker % paths.len()]);
            scope.spawn(move || {
                let answer = bank.get(path, As::Administrator);
                assert!(answer.status < 500, "{path}: {}", answer.text);
            });
        }
    });
    assert!(Instant::now() < deadline);
    let mut connection = NativeConnection::open(&bank.database()).expect("the database");
    let rows = connection.execute("select count(*), max(number) from schema_migration", &[]).expect("reads");
    let (count, newest) =
        rows.read_one("migrations", |row| Ok((row.integer()?, row.integer()?))).expect("a row");
    assert_eq!((count, newest), (store::migration::MIGRATIONS.len() as i64, count));
}
