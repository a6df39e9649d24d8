//! The night: the review, the churn check after it, and overdue retention cases, whatever the review did; points that
//! ended, and the month of partners that is over.

use serde_json::{Value, json};
use store::Connection;
use tests::branches::gold_scheme;
use tests::desk::{Desk, NOW_MS};

fn bank(confirm: bool) -> Desk {
    let mut desk = Desk::new();
    desk.post("/intake/organisations", &json!({"id": "B1", "name": "B1"}));
    desk.post("/intake/customers", &json!({"id": "C1", "organisation_id": "B1", "name": "x"}));
    for (month, deposits) in [("2026-09", "200.00"), ("2026-10", "1.00")] {
        desk.post("/intake/assets", &json!({"customer_id": "C1", "month": month, "deposits": deposits}));
    }
    let mut scheme = gold_scheme();
    scheme["confirm"] = json!(confirm);
    desk.put_in_force(&scheme);
    desk
}

/// A case that is overdue by a day.
fn overdue(desk: &mut Desk) -> String {
    let case = desk.post("/churn/cases", &json!({"customer_id": "C1"}));
    let id = case["id"].as_str().expect("an id").to_owned();
    desk.connection.execute("update churn_case set due_on = due_on - 15", &[]).expect("moved");
    id
}

fn night(desk: &mut Desk) -> scheduler::Night {
    scheduler::nightly(&mut desk.connection, NOW_MS, || 0).expect("a night")
}

#[test]
fn a_night_reviews_then_checks_and_escalates() {
    let mut desk = bank(false);
    desk.post("/tiers/reviews", &json!({"as_of": "2026-09-30"}));
    let case = overdue(&mut desk);
    let done = night(&mut desk);
    assert!(done.review.done);
    assert_eq!(done.check.map(|check| (check.done, check.opened)), Some((true, 1)));
    assert_eq!(done.escalated, 1);
    assert_eq!(desk.get("/churn/alerts")["items"][0]["status"], "observed");
    assert_eq!(desk.get(&format!("/churn/cases/{case}"))["escalated_on"], "2026-11-22");
    let again = night(&mut desk);
    assert_eq!((again.check.map(|check| check.opened), again.escalated), (Some(0), 0));
}

#[test]
fn a_review_that_waits_for_confirmation_holds_up_the_check_and_not_the_escalation() {
    let mut desk = bank(true);
    let case = overdue(&mut desk);
    let done = night(&mut desk);
    assert!(done.review.proposed && done.check.is_none());
    assert_eq!(done.escalated, 1);
    assert_eq!(desk.get(&format!("/churn/cases/{case}"))["escalated_on"], "2026-11-22");
}

#[test]
fn a_check_that_was_cut_off_is_finished_by_the_next_night() {
    let mut desk = bank(false);
    desk.post("/tiers/reviews", &json!({"as_of": "2026-09-30"}));
    let cut_off = "insert into job (job_ref, job_id, kind, request, as_of, state, position, counts, started_by,
           started_at, busy_ms)
         select max(job_ref) + 1, 'churn-check-cut-off', 'churn-check', '2026-09-30/*', as_of, 'running', 0, '{}',
           'x', 0, 0 from job where as_of = (select min(as_of) from job)";
    desk.connection.execute(cut_off, &[]).expect("a check that was cut off");
    night(&mut desk);
    let jobs: Value = desk.get("/jobs/churn-check-cut-off");
    assert_eq!(jobs["state"], "done", "{jobs}");
}

#[test]
fn a_night_books_what_ended_and_settles_the_month_that_is_over_once() {
    let mut desk = bank(false);
    let rule = json!({"id": "r", "name": {"zh": "r", "en": "r"}, "events": ["visit"],
        "earn": {"fixed": {"points": 10}}, "expiry": {"rolling": {"amount": 2, "unit": "days"}}});
    desk.post("/points/rules", &rule);
    desk.post("/points/rules/r/activate", &json!({}));
    for day in ["2026-11-19", "2026-11-20"] {
        let event = json!({"source": "door", "id": day, "occurred_at": format!("{day}T10:00:00+08:00"),
            "customer_id": "C1", "type": "visit"});
        desk.post("/points/events", &event);
    }
    for partner in ["air", "hotel"] {
        desk.post("/partners", &json!({"id": partner, "name": "x"}));
    }
    let mut night = || scheduler::points(&mut desk.connection, NOW_MS, || 0).expect("a night");
    let first = night();
    assert!(first.expiry.done);
    assert_eq!((first.expiry.lots, first.expiry.points, first.settled), (1, 10, 2));
    let again = night();
    assert_eq!((again.expiry.lots, again.settled), (0, 0));
    assert_eq!(desk.get("/points/accounts/C1")["active"], 10);
    assert_eq!(desk.get("/partners/air/settlements/2026-10")["month"], "2026-10");
}
