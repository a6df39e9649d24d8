//! Power cuts: a churn check that is killed anywhere and called again ends like one that was left alone, with the same
//! alerts, messages, tasks and cases.

use std::path::Path;
use std::sync::mpsc;
use std::time::Instant;

use serde_json::json;
use store::native::NativeConnection;
use store::{Connection, Value};
use tests::falling::post;
use tests::{As, Bank, demo, kills};
use xtask::client::JSON;

/// Kill points; `KEZHI_KILLS` asks for others (a soak runs more).
const KILLS: u32 = 20;
/// Three pages of the check, so that a kill falls between and within pages.
const CUSTOMERS: u64 = 140_000;
const EARLIER: &str = "2026-09-30";
const LAST: &str = "2026-10-31";

/// Everything that a check writes, without the times it was written at.
fn outcome(database: &Path) -> Vec<String> {
    let mut connection = NativeConnection::open(database).expect("the database");
    let mut lines = Vec::new();
    for sql in [
        "select * from churn_alert order by churn_alert_ref",
        "select message_id, channel, topic, organisation_ref, recipient, json_remove(body, '$.timestamp') as body,
         state, attempts from outbox order by outbox_ref",
        "select * from task order by task_ref",
        "select * from churn_case order by churn_case_ref",
        "select * from churn_case_step order by churn_case_ref, step_number",
    ] {
        let found = connection.execute(sql, &[]).expect("reads");
        assert!(!found.rows.is_empty(), "{sql}: a check that writes nothing shows nothing");
        let is_time = |column: &str| column == "at" || column.ends_with("_at");
        for row in &found.rows {
            let values = found.columns.iter().zip(row).filter(|(column, _)| !is_time(column));
            let values: Vec<&Value> = values.map(|(_, value)| value).collect();
            lines.push(format!("{values:?}"));
        }
    }
    let integrity = connection.execute("pragma integrity_check", &[]).expect("checks");
    assert_eq!(integrity.read_one("integrity", |row| row.text()).expect("a row"), "ok");
    lines
}

/// A message, a task and a case for everybody who begins to fall, and a mail for those who have fallen.
fn strategies() -> String {
    let strategies = json!([
        {"id": "tell", "status": "observed", "action": "sms", "to": "manager", "due_days": 14},
        {"id": "ask", "status": "observed", "action": "task", "to": "branch_manager", "due_days": 14},
        {"id": "keep", "status": "observed", "action": "case", "due_days": 14},
        {"id": "write", "status": "churned", "action": "mail", "to": "supervisor", "due_days": 3},
    ]);
    json!({"strategies": strategies}).to_string()
}

fn as_of(date: &str) -> String {
    json!({"as_of": date}).to_string()
}

/// A bank whose last review has been made and not yet been checked; stopped.
fn template() -> Bank {
    let mut bank = Bank::start();
    let plan = demo::plan::Plan::new(CUSTOMERS, 11, "2026-11-22".parse().expect("a date")).expect("a plan");
    demo::load(&bank.client(), &plan, 50_000).expect("the demo bank loads");
    let answer = bank.put("/churn/strategies", As::Administrator, &strategies());
    assert_eq!(answer.status, 200, "{}", answer.text);
    for (path, date) in [("/tiers/reviews", EARLIER), ("/churn/checks", EARLIER), ("/tiers/reviews", LAST)] {
        assert_eq!(post(&bank, path, &as_of(date))["done"], true, "{path}");
    }
    bank.stop();
    bank
}

#[test]
fn a_churn_check_killed_anywhere_and_called_again_ends_like_one_left_alone() {
    let template = template();
    let mut bank = Bank::start();
    bank.take_over(&template);
    bank.restart();
    let started = Instant::now();
    let expected_check = post(&bank, "/churn/checks", &as_of(LAST));
    let whole = started.elapsed();
    assert_eq!(expected_check["done"], true);
    bank.stop();
    let expected = outcome(&bank.database());

    let mut cut_short = 0;
    for kill in 0..kills(KILLS) {
        bank.take_over(&template);
        bank.restart();
        // Spread over the whole run by a fixed sequence, so that a failure can be repeated.
        let point = whole.mul_f64(f64::from(kill * 37 % kills(KILLS)) / f64::from(kills(KILLS)));
        let (sender, receiver) = mpsc::channel();
        let client = bank.client();
        let asking = std::thread::spawn(move || {
            let asked = client.post("/churn/checks", JSON, as_of(LAST).as_bytes());
            let _gone_when_killed = sender.send(asked.is_ok());
        });
        let finished = receiver.recv_timeout(point).unwrap_or(false);
        bank.kill();
        asking.join().expect("the asking thread ends");
        cut_short += u32::from(!finished);
        bank.restart();
        let check = post(&bank, "/churn/checks", &as_of(LAST));
        assert_eq!(check["done"], true, "after kill {kill}");
        // A run that had ended before the kill is followed by one that finds nothing left to change.
        if check["job"] == expected_check["job"] {
            for count in ["alerts_opened", "alerts_closed"] {
                assert_eq!(check[count], expected_check[count], "{count} after kill {kill}");
            }
        }
        bank.stop();
        assert!(outcome(&bank.database()) == expected, "after kill {kill} at {point:?}");
    }
    println!(
        "{} kills, {cut_short} of them during the check ({whole:?}); {} rows identical each time",
        kills(KILLS),
        expected.len()
    );
    assert!(cut_short * 2 >= kills(KILLS), "most kills have to fall into the run: {cut_short}");
}
