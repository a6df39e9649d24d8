//! Checks that are cut off, or made in an unlucky order: everybody is still told, once.

use domain::date::Day;
use serde_json::{Value, json};
use store::Connection;
use tests::branches::gold_scheme;
use tests::desk::{Desk, NOW_MS};

/// More than one page of a check.
const CUSTOMERS: u32 = 70_000;

/// Everybody has 200.00 up to August; then a few fall in September, and a few more in October.
fn is_rich(customer: u32, month: &str) -> bool {
    match customer % 1_000 {
        0 => month < "2026-09",
        1 => month < "2026-10",
        _ => true,
    }
}

fn take_in(desk: &mut Desk, month: &str, rich: impl Fn(u32) -> bool) {
    for from in (0..CUSTOMERS).step_by(35_000) {
        let lines: Vec<String> = (from..CUSTOMERS.min(from + 35_000))
            .map(|customer| {
                let assets = if rich(customer) { "200.00" } else { "1.00" };
                format!("{{\"customer_id\":\"C{customer}\",\"month\":\"{month}\",\"deposits\":\"{assets}\"}}")
            })
            .collect();
        let (status, answer) =
            desk.ask(web::Method::Post, "/intake/assets", tests::desk::KEY, &lines.join("\n"));
        assert_eq!(status, 200, "{answer}");
    }
}

fn bank() -> Desk {
    let mut desk = Desk::new();
    desk.post("/intake/organisations", &json!({"id": "B1", "name": "B1"}));
    for from in (0..CUSTOMERS).step_by(35_000) {
        let people: Vec<Value> = (from..from + 35_000)
            .map(|customer| json!({"id": format!("C{customer}"), "organisation_id": "B1", "name": "x"}))
            .collect();
        desk.post("/intake/customers", &json!(people));
    }
    for month in ["2026-08", "2026-09", "2026-10"] {
        take_in(&mut desk, month, |customer| is_rich(customer, month));
    }
    desk.put_in_force(&gold_scheme());
    for date in ["2026-08-31", "2026-09-30", "2026-10-31"] {
        review(&mut desk, date);
    }
    desk
}

fn review(desk: &mut Desk, date: &str) {
    while desk.post("/tiers/reviews", &json!({"as_of": date}))["done"] != true {}
}

/// One call of a check that has so much time; true when it is done.
fn check(desk: &mut Desk, date: &str, budget_ms: i64) -> bool {
    let day = |text: &str| Day::parse(text).expect("a date");
    let request = app::churn::CheckRequest {
        as_of: day(date),
        person: "test".to_owned(),
        now: NOW_MS,
        today: day("2026-11-22"),
    };
    app::churn::check(&mut desk.connection, &request, budget_ms, || 0).expect("a check").done
}

/// Standing alerts, and those of them that nobody has a task about.
fn standing(desk: &mut Desk) -> (i64, i64) {
    let sql = "select count(*), count(*) filter (where not exists (
               select 1 from task where task.customer_ref = churn_alert.customer_ref
                 and task.status = churn_alert.status and task.first_month = churn_alert.first_month))
             from churn_alert where closed_on is null";
    let rows = desk.connection.execute(sql, &[]).expect("reads");
    rows.read_one("standing", |row| Ok((row.integer()?, row.integer()?))).expect("a row")
}

#[test]
fn a_check_that_is_cut_off_while_an_earlier_one_is_made_still_tells_of_everybody() {
    let mut desk = bank();
    assert!(check(&mut desk, "2026-08-31", i64::MAX));
    assert!(!check(&mut desk, "2026-10-31", 0), "cut off after its first page");
    assert!(check(&mut desk, "2026-09-30", i64::MAX));
    assert!(check(&mut desk, "2026-10-31", i64::MAX));
    // 70 fell in September and are told of twice by now, 70 in October.
    assert_eq!(standing(&mut desk), (210, 0));
}

#[test]
fn what_a_repeated_earlier_check_finds_by_corrected_figures_is_told() {
    let mut desk = bank();
    for date in ["2026-08-31", "2026-09-30", "2026-10-31"] {
        assert!(check(&mut desk, date, i64::MAX));
    }
    // Ten more had fallen in October, as is known only now.
    take_in(&mut desk, "2026-10", |customer| is_rich(customer, "2026-10") && customer % 7_000 != 2);
    review(&mut desk, "2026-10-31");
    for date in ["2026-09-30", "2026-10-31"] {
        assert!(check(&mut desk, date, i64::MAX));
    }
    assert_eq!(standing(&mut desk), (220, 0));
}
