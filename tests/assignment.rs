//! Assignments (客户分配): who answers for a customer from a day on, who has to agree, and who waits for a manager.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use web::Method;

#[path = "assignment/bank.rs"]
mod bank;
#[path = "assignment/batch.rs"]
mod batch;
#[path = "assignment/begun.rs"]
mod begun;
#[path = "assignment/gains.rs"]
mod gains;
#[path = "assignment/recall.rs"]
mod recall;
#[path = "assignment/rights.rs"]
mod rights;

use bank::{TODAY, alone, assign, assignment, bank, key, managers, messages, refused, waiting, wanted};

#[test]
fn a_customer_who_waits_is_assigned_at_once_and_belongs_to_the_manager_from_that_day_on() {
    let mut desk = bank();
    let reason = |reason: &str, id: &str| format!("{id}: {reason}");
    let never = |id: &str| reason("never_assigned", id);
    assert_eq!(waiting(&mut desk, ""), ["of-k1", "of-b1", "of-b2", "of-hq"].map(never));
    assert_eq!(waiting(&mut desk, "?organisation_id=B1"), ["of-k1", "of-b1"].map(never));
    let shares = managers(&[("m2", "secondary", 4000), ("m1", "primary", 6000)]);
    let made = assign(&mut desk, "of-k1", &shares, TODAY);
    assert_eq!((&made["state"], &made["kind"]), (&json!("in_force"), &json!("single")), "{made}");
    assert_eq!((&made["organisation_id"], &made["by"]), (&json!("B1"), &json!("admin")), "{made}");

    let shown = assignment(&mut desk, "of-k1", "");
    assert_eq!((&shown["belongs_to"], &shown["from"]), (&json!("manager"), &json!(TODAY)), "{shown}");
    let first = json!({"employee_id": "m1", "name": "x", "role": "primary", "share_bp": 6000});
    let second = json!({"employee_id": "m2", "name": "x", "role": "secondary", "share_bp": 4000});
    assert_eq!(shown["managers"], json!([first, second]), "the primary manager comes first");
    let before = assignment(&mut desk, "of-k1", "?as_of=2026-11-21");
    assert_eq!((&before["belongs_to"], &before["managers"]), (&json!("waiting"), &json!([])), "{before}");
    assert_eq!(waiting(&mut desk, "?organisation_id=B1"), ["of-b1"].map(never));
    let history = desk.get("/customers/of-k1/assignment/history");
    assert_eq!(history["items"], json!([made]));
    assert_eq!(desk.get(&format!("/assignments/{}", made["id"].as_str().expect("an id"))), made);

    let told = messages(&mut desk);
    assert_eq!(told.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), ["m1", "m2"]);
    for ((_, body), share_bp) in told.iter().zip([6000, 4000]) {
        let customer = &body["data"]["customers"][0];
        assert_eq!((&body["data"]["gained"], &customer["customer_id"]), (&json!(1), &json!("of-k1")));
        assert_eq!((&customer["share_before_bp"], &customer["share_bp"]), (&json!(0), &json!(share_bp)));
        assert!(!body.to_string().contains("王芳"), "no name: {body}");
    }
}

#[test]
fn managers_who_cannot_answer_for_the_customer_are_refused_by_their_place() {
    let mut desk = bank();
    let two = |first: u32, second: u32| managers(&[("m1", "primary", first), ("m2", "secondary", second)]);
    let unknown = "unknown-employee";
    for (customer, shares, from, expected) in [
        ("of-b1", two(6000, 3000), TODAY, (422, "broken-rule", "/managers")),
        ("of-b1", json!([]), TODAY, (422, "broken-rule", "/managers")),
        ("of-b1", managers(&[("m1", "secondary", 10_000)]), TODAY, (422, "broken-rule", "/managers")),
        (
            "of-b1",
            managers(&[("m1", "primary", 5000), ("m2", "primary", 5000)]),
            TODAY,
            (422, "broken-rule", "/managers"),
        ),
        (
            "of-b1",
            managers(&[("m1", "primary", 5000), ("m1", "secondary", 5000)]),
            TODAY,
            (422, "broken-rule", "/managers/1/employee_id"),
        ),
        ("of-b1", two(10_000, 0), TODAY, (422, "broken-rule", "/managers/1/share_bp")),
        ("of-b1", managers(&[("m1", "secondary", 1); 21]), TODAY, (422, "broken-rule", "/managers")),
        ("of-b1", alone("nobody"), TODAY, (404, unknown, "/managers/0/employee_id")),
        ("of-b1", alone("m3"), TODAY, (404, unknown, "/managers/0/employee_id")),
        ("of-hq", alone("m1"), TODAY, (404, unknown, "/managers/0/employee_id")),
        ("of-b2", alone("gone"), TODAY, (422, "broken-rule", "/managers/0/employee_id")),
        ("of-b1", alone("m1"), "1999-12-31", (422, "broken-rule", "/from")),
        ("of-b1", alone("m1"), "2027-11-24", (422, "broken-rule", "/from")),
        ("nobody", alone("m1"), TODAY, (404, "unknown-customer", "/customer_id")),
    ] {
        let body = wanted(customer, &shares, from);
        let (status, slug, pointer) = refused(&mut desk, "/assignments", KEY, &body);
        assert_eq!((status, slug.as_str(), pointer.as_str()), expected, "{body}");
    }
    assert_eq!(waiting(&mut desk, "").len(), 4, "nothing was changed");
    assign(&mut desk, "of-b1", &alone("m1"), "2027-11-23");
    assign(&mut desk, "of-b2", &alone("gone"), "2026-11-21");
}

#[test]
fn what_goes_back_in_time_and_takes_share_waits_for_another_person() {
    let mut desk = bank();
    let first = assign(&mut desk, "of-b1", &alone("m1"), "2026-11-01");
    assert_eq!(first["state"], "in_force", "nobody had the customer in that time");
    let told = messages(&mut desk).len();
    let back = assign(&mut desk, "of-b1", &alone("m2"), "2026-11-10");
    let other = assign(&mut desk, "of-b1", &alone("head"), "2026-11-10");
    assert_eq!((&back["state"], &back["before_id"]), (&json!("submitted"), &first["id"]), "{back}");
    assert_eq!(assignment(&mut desk, "of-b1", "")["assignment_id"], first["id"]);
    assert_eq!(messages(&mut desk).len(), told, "nobody is told before it is approved");
    let listed = desk.get("/assignments?state=submitted&organisation_id=B1");
    assert_eq!(listed["items"], json!([back, other]));

    let approver = key(&mut desk, "second", "organisation_id", "B1");
    let path = |made: &Value, step: &str| {
        let id = made["id"].as_str().expect("an id");
        format!("/assignments/{id}/{step}")
    };
    let none = json!({});
    assert_eq!(refused(&mut desk, &path(&back, "approve"), KEY, &none).1, "same-person");
    let (status, approved) = desk.ask(Method::Post, &path(&back, "approve"), &approver, "");
    assert_eq!((status, &approved["state"]), (200, &json!("in_force")), "{approved}");
    assert_eq!(refused(&mut desk, &path(&back, "approve"), &approver, &none).1, "wrong-state", "once");
    let owner = |desk: &mut Desk, day: &str| {
        assignment(desk, "of-b1", &format!("?as_of={day}"))["managers"][0]["employee_id"].clone()
    };
    let days = ["2026-11-09", "2026-11-10", TODAY];
    assert_eq!(days.map(|day| owner(&mut desk, day)), ["m1", "m2", "m2"].map(Value::from));
    assert_eq!(messages(&mut desk).len(), told + 2, "who gained and who lost the customer");

    let (status, slug, _) = refused(&mut desk, &path(&other, "approve"), &approver, &none);
    assert_eq!((status, slug.as_str()), (409, "wrong-state"), "another one stands by now");
    let (status, rejected) = desk.ask(Method::Post, &path(&other, "reject"), KEY, "");
    assert_eq!((status, &rejected["state"]), (200, &json!("rejected")), "{rejected}");
    assert_eq!(assignment(&mut desk, "of-b1", "")["assignment_id"], back["id"]);
}

#[test]
fn an_assignment_from_today_on_counts_at_once_and_what_was_before_stays() {
    let mut desk = bank();
    assign(&mut desk, "of-b1", &alone("m1"), "2026-11-01");
    for (manager, from) in [("m2", TODAY), ("head", "2026-12-01")] {
        let made = assign(&mut desk, "of-b1", &alone(manager), from);
        assert_eq!(made["state"], "in_force", "{made}");
    }
    for (day, manager) in [
        ("2026-11-21", "m1"),
        (TODAY, "m2"),
        ("2026-11-30", "m2"),
        ("2026-12-01", "head"),
        ("2027-06-01", "head"),
    ] {
        let shown = assignment(&mut desk, "of-b1", &format!("?as_of={day}"));
        assert_eq!(shown["managers"][0]["employee_id"], manager, "{day}");
    }
}

#[test]
fn the_end_of_a_dispute_that_takes_share_always_waits_for_another_person() {
    let mut desk = bank();
    assign(&mut desk, "of-b1", &alone("m1"), "2026-11-01");
    let adjust =
        |desk: &mut Desk, shares: &Value| desk.post("/assignments/adjust", &wanted("of-b1", shares, TODAY));
    let same = adjust(&mut desk, &alone("m1"));
    assert_eq!((&same["kind"], &same["state"]), (&json!("adjust"), &json!("in_force")), "nobody loses");
    let shares = managers(&[("m1", "primary", 7000), ("m2", "secondary", 3000)]);
    let split = adjust(&mut desk, &shares);
    assert_eq!((&split["state"], &split["before_id"]), (&json!("submitted"), &same["id"]), "{split}");
    let approver = key(&mut desk, "second", "organisation_id", "B1");
    let path = format!("/assignments/{}/approve", split["id"].as_str().expect("an id"));
    assert_eq!(desk.ask(Method::Post, &path, &approver, "").0, 200);
    assert_eq!(assignment(&mut desk, "of-b1", "")["managers"][1]["share_bp"], 3000);
}

#[test]
fn a_recalled_customer_waits_again_and_old_days_stay() {
    let mut desk = bank();
    assign(&mut desk, "of-b1", &alone("m1"), "2026-11-01");
    let recall = |from: &str| json!({"customer_id": "of-b1", "from": from, "reason": "moves house"});
    let past = refused(&mut desk, "/assignments/recall", KEY, &recall("2026-11-21"));
    assert_eq!(past, (422, "broken-rule".to_owned(), "/from".to_owned()));
    let recalled = desk.post("/assignments/recall", &recall(TODAY));
    assert_eq!((&recalled["kind"], &recalled["managers"]), (&json!("recall"), &json!([])), "{recalled}");
    let shown = assignment(&mut desk, "of-b1", "");
    assert_eq!((&shown["belongs_to"], &shown["waiting_reason"]), (&json!("waiting"), &json!("recalled")));
    assert!(waiting(&mut desk, "?organisation_id=B1").contains(&"of-b1: recalled".to_owned()));
    let before = assignment(&mut desk, "of-b1", "?as_of=2026-11-21");
    assert_eq!(before["belongs_to"], "manager");
    assert_eq!(before["managers"][0]["employee_id"], "m1");
    let again = refused(&mut desk, "/assignments/recall", KEY, &recall(TODAY));
    assert_eq!(again, (409, "wrong-state".to_owned(), "/customer_id".to_owned()));
    let many = json!({"items": ["of-b1", "of-k1", "nobody"], "reason": "x"});
    let many = desk.post("/assignments/recall", &many);
    assert_eq!((&many["accepted"], &many["rejected"]), (&json!(0), &json!(3)), "{many}");
    for body in [json!({"reason": "x"}), json!({"customer_id": "of-b1", "items": [], "reason": "x"})] {
        assert_eq!(refused(&mut desk, "/assignments/recall", KEY, &body).0, 422, "{body}");
    }
}

#[test]
fn a_customer_whose_primary_manager_left_waits_while_the_tier_goes_to_managers() {
    let mut desk = bank();
    assign(&mut desk, "of-b2", &alone("m3"), "2026-11-01");
    desk.post(
        "/intake/employees",
        &json!({"id": "m3", "organisation_id": "B2", "name": "x", "role": "manager",
            "active_to": "2026-11-21"}),
    );
    assert_eq!(waiting(&mut desk, "?organisation_id=B2"), ["of-b2: manager_left"]);
    let shown = assignment(&mut desk, "of-b2", "?as_of=2026-11-21");
    assert_eq!(shown["belongs_to"], "manager", "the last day of work counts");

    let usual = desk.get("/assignments/settings");
    assert_eq!(usual["manager_tiers"], json!(["core", "growth", "platinum", "gold"]), "{usual}");
    let put = |desk: &mut Desk, tiers: Value| {
        let body = json!({"manager_tiers": tiers, "capacity": {"total": 10}});
        desk.ask(Method::Put, "/assignments/settings", KEY, &body.to_string())
    };
    let (status, problem) = put(&mut desk, json!(["gold", "none-such"]));
    assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/manager_tiers/1")), "{problem}");
    let (status, changed) = put(&mut desk, json!([]));
    assert_eq!((status, &changed["version"], &changed["capacity"]["total"]), (200, &json!(2), &json!(10)));
    assert_eq!(desk.get("/assignments/settings"), changed);
    assert!(waiting(&mut desk, "").is_empty());
    assert_eq!(assignment(&mut desk, "of-b2", "")["belongs_to"], "branch");
    assert_eq!(assignment(&mut desk, "of-hq", "")["belongs_to"], "branch");
}
