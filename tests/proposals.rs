//! Proposals of assignments (分配方案): who takes a waiting list or what is too much, approved by another person.

use serde_json::{Value, json};
use tests::desk::{KEY, NOW_MS};
use web::{Method, Request};

#[path = "proposals/approval.rs"]
mod approval;
#[path = "proposals/bank.rs"]
mod bank;
#[path = "proposals/later.rs"]
mod later;
#[path = "proposals/left.rs"]
mod left;

use bank::{TODAY, assign, bank, decide, key, loads, manager_of, moves, propose};

#[test]
fn a_waiting_list_is_spread_over_the_managers_and_counts_once_another_person_approved() {
    let customers = ["c1", "c2", "c3", "c4", "c5", "c6"].map(|id| (id, "B1", ""));
    let mut bank = bank(&customers);
    let made = propose(&mut bank.desk, &json!({"organisation_id": "B1", "scope": "waiting", "from": TODAY}));
    assert_eq!((&made["moves"], &made["lower_bound"], &made["left"]), (&json!(6), &json!(6), &json!(0)));
    assert_eq!(loads(&made), ["m1: 0 → 3", "m2: 0 → 3"], "{made}");
    assert_eq!(made["reasons"], json!({"waiting": 6}));
    assert_eq!(manager_of(&mut bank.desk, "c1"), None, "nothing counts before it is approved");

    let path = format!("/assignments/proposals/{}", made["id"].as_str().expect("an id"));
    let (status, same) = bank.desk.ask(Method::Post, &format!("{path}/approve"), KEY, "");
    assert_eq!((status, &same["type"]), (409, &json!("/problems/same-person")), "{same}");
    let (status, approved) = decide(&mut bank, &made, "approve");
    assert_eq!((status, &approved["state"]), (200, &json!("approved")), "{approved}");
    assert_eq!(approved["created_by"], "admin");
    assert!(approved["decided_by"].is_string() && approved["decided_by"] != "admin", "{approved}");
    let owners: Vec<String> =
        customers.iter().filter_map(|(id, ..)| manager_of(&mut bank.desk, id)).collect();
    let of = |manager: &str| owners.iter().filter(|owner| *owner == manager).count();
    assert_eq!((of("m1"), of("m2"), of("m3")), (3, 3, 0));
    assert_eq!(decide(&mut bank, &made, "approve").0, 409, "once");
    assert_eq!(decide(&mut bank, &made, "reject").0, 409, "nor undone");

    let told = bank.desk.get("/outbox");
    let about =
        told["items"].as_array().expect("items").iter().filter(|one| one["topic"] == "assignment.changed");
    let mut recipients: Vec<&str> = about.filter_map(|one| one["recipient"].as_str()).collect();
    recipients.sort_unstable();
    assert_eq!(recipients, ["m1", "m2"], "each manager is told once, of all customers");
    let nothing_more = propose(&mut bank.desk, &json!({"scope": "waiting"}));
    assert_eq!((&nothing_more["moves"], &nothing_more["from"]), (&json!(0), &json!(TODAY)));
}

#[test]
fn a_household_comes_to_one_manager_and_one_that_fits_nowhere_is_left() {
    let mut bank = bank(&[
        ("a1", "B1", "a"),
        ("a2", "B1", "a"),
        ("b1", "B1", "b"),
        ("b2", "B1", "b"),
        ("b3", "K1", "b"),
        ("c1", "B1", ""),
    ]);
    for manager in ["m1", "m2"] {
        let (status, written) =
            bank.desk.ask(Method::Put, &format!("/assignments/capacities/{manager}"), KEY, r#"{"total":2}"#);
        assert_eq!((status, &written["total"], &written["own"]), (200, &json!(2), &json!(true)), "{written}");
    }
    assign(&mut bank.desk, "a1", "m2");
    let made = propose(&mut bank.desk, &json!({"organisation_id": "B1", "scope": "waiting"}));
    assert_eq!(moves(&mut bank.desk, &made), ["a2: nobody → m2, waiting", "c1: nobody → m1, waiting"]);
    assert_eq!((&made["left"], &made["left_reasons"]), (&json!(3), &json!({"household": 3})), "{made}");
    let left = made["left_customers"].as_array().expect("customers").iter();
    assert_eq!(left.map(|one| &one["customer_id"]).collect::<Vec<_>>(), ["b1", "b2", "b3"]);
    let listed = bank.desk.get("/assignments/capacities?organisation_id=B1");
    let line = |one: &Value| format!("{} {} {}", one["employee_id"], one["total"], one["customers"]);
    let items: Vec<String> = listed["items"].as_array().expect("items").iter().map(line).collect();
    assert_eq!(items, ["\"m1\" 2 0", "\"m2\" 2 1"]);
}

#[test]
fn a_rebalance_takes_away_what_is_above_a_capacity_and_nothing_else() {
    let customers = ["c1", "c2", "c3", "c4", "c5"].map(|id| (id, "B1", ""));
    let mut bank = bank(&customers);
    customers.iter().for_each(|(id, ..)| assign(&mut bank.desk, id, "m1"));
    let waiting = propose(&mut bank.desk, &json!({"organisation_id": "B1", "scope": "waiting"}));
    assert_eq!(waiting["moves"], 0, "who has a manager stays");
    bank.desk.ask(Method::Put, "/assignments/capacities/m1", KEY, r#"{"tiers":{"gold":3}}"#);
    let made = propose(&mut bank.desk, &json!({"organisation_id": "B1", "scope": "rebalance"}));
    assert_eq!((&made["moves"], &made["lower_bound"]), (&json!(2), &json!(2)), "{made}");
    assert_eq!(loads(&made), ["m1: 5 → 3", "m2: 0 → 2"]);
    assert_eq!(made["reasons"], json!({"over_capacity": 2}));
    assert_eq!(decide(&mut bank, &made, "approve").0, 200);
    let again = propose(&mut bank.desk, &json!({"organisation_id": "B1", "scope": "rebalance"}));
    assert_eq!(again["moves"], 0, "what was balanced stays");
}

#[test]
fn who_is_away_gets_nobody_and_hands_over_only_when_away_for_long() {
    let mut bank = bank(&[("c1", "B1", ""), ("c2", "B1", ""), ("c3", "B1", "h"), ("c4", "B1", "h")]);
    assign(&mut bank.desk, "c1", "m1");
    assign(&mut bank.desk, "c3", "m1");
    let away = json!({"employee_id": "m1", "from": "2026-11-20", "to": "2026-12-04", "reason": "holiday"});
    for _ in 0..2 {
        bank.desk.post("/assignments/absences", &away);
    }
    let listed = bank.desk.get("/assignments/absences?employee_id=m1");
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "a repeat replaces it: {listed}");

    let made = propose(&mut bank.desk, &json!({"organisation_id": "B1", "scope": "rebalance"}));
    assert_eq!(moves(&mut bank.desk, &made), ["c2: nobody → m2, waiting"]);
    assert_eq!(made["left_customers"], json!([{"customer_id": "c4", "reason": "household"}]), "{made}");
    let body = json!({"organisation_id": "B1", "scope": "waiting", "hand_over_days": 13});
    let made = propose(&mut bank.desk, &body);
    assert_eq!(
        moves(&mut bank.desk, &made),
        [
            "c1: m1 → m2, absent",
            "c2: nobody → m2, waiting",
            "c3: m1 → m2, absent",
            "c4: nobody → m2, waiting"
        ]
    );
    let back = json!({"employee_id": "m1", "from": "2026-11-20"});
    assert_eq!(bank.desk.post("/assignments/absences/remove", &back)["removed"], true);
    assert_eq!(bank.desk.post("/assignments/absences/remove", &back)["removed"], false);
    let made = propose(&mut bank.desk, &json!({"organisation_id": "B1", "scope": "waiting"}));
    assert_eq!(moves(&mut bank.desk, &made), ["c2: nobody → m2, waiting", "c4: nobody → m1, waiting"]);
}

#[test]
fn customers_of_who_left_are_placed_and_secondary_managers_keep_their_shares() {
    let mut bank = bank(&[("c1", "B1", "")]);
    let managers = json!([{"employee_id": "m1", "role": "primary", "share_bp": 7_000},
        {"employee_id": "head", "role": "secondary", "share_bp": 3_000}]);
    bank.desk.post(
        "/assignments",
        &json!({"customer_id": "c1", "managers": managers, "from": TODAY, "reason": "shared"}),
    );
    bank.desk.post(
        "/intake/employees",
        &json!({"id": "m1", "organisation_id": "B1", "name": "m1", "role": "manager", "active_to": "2026-11-30"}),
    );
    let body = json!({"organisation_id": "B1", "scope": "waiting", "from": "2026-12-01"});
    let made = propose(&mut bank.desk, &body);
    assert_eq!(moves(&mut bank.desk, &made), ["c1: m1 → m2, left"]);
    assert_eq!(decide(&mut bank, &made, "approve").0, 200);
    assert_eq!(manager_of(&mut bank.desk, "c1").as_deref(), Some("m1"), "until then");
    let shown = bank.desk.get("/customers/c1/assignment?as_of=2026-12-01");
    let share = |one: &Value| format!("{} {} {}", one["employee_id"], one["role"], one["share_bp"]);
    let shares: Vec<String> = shown["managers"].as_array().expect("managers").iter().map(share).collect();
    assert_eq!(shares, ["\"m2\" \"primary\" 7000", "\"head\" \"secondary\" 3000"]);
}

#[test]
fn a_proposal_that_no_longer_holds_is_refused_as_a_whole() {
    let mut bank = bank(&[("c1", "B1", ""), ("c2", "B1", ""), ("c3", "B1", "")]);
    let stale = propose(&mut bank.desk, &json!({"organisation_id": "B1", "scope": "waiting"}));
    assign(&mut bank.desk, "c1", "m2");
    let (status, refused) = decide(&mut bank, &stale, "approve");
    assert_eq!((status, &refused["type"]), (409, &json!("/problems/wrong-state")), "{refused}");
    assert_eq!(refused["moves"], 1, "{refused}");
    assert_eq!(manager_of(&mut bank.desk, "c2"), None, "nothing of it was done");
    assert_eq!(decide(&mut bank, &stale, "reject").1["state"], "rejected");

    let made = propose(&mut bank.desk, &json!({"organisation_id": "B1", "scope": "waiting"}));
    bank.desk.post("/assignments/absences", &json!({"employee_id": "m1", "from": TODAY, "to": TODAY}));
    let (status, refused) = decide(&mut bank, &made, "approve");
    assert_eq!((status, &refused["employees"]), (409, &json!(1)), "{refused}");
    bank.desk.post("/assignments/absences/remove", &json!({"employee_id": "m1", "from": TODAY}));
    let later = format!("/assignments/proposals/{}/approve", made["id"].as_str().expect("an id"));
    let tomorrow = NOW_MS + 86_400_000;
    let ask = Request::new(Method::Post, &later).key(&bank.approver);
    assert_eq!(bank.desk.ask_at(tomorrow, ask).0, 409, "its day has passed");
    assert_eq!(decide(&mut bank, &made, "approve").0, 200);
}

#[test]
fn managers_whom_others_filled_since_get_nobody_beyond_their_capacity() {
    let mut bank = bank(&[("c1", "B1", ""), ("c2", "B2", ""), ("c3", "B2", "")]);
    bank.desk.ask(Method::Put, "/assignments/capacities/m3", KEY, r#"{"total":1}"#);
    let made = propose(&mut bank.desk, &json!({"organisation_id": "B2", "scope": "waiting"}));
    assert_eq!((&made["moves"], &made["left_reasons"]), (&json!(1), &json!({"no_room": 1})), "{made}");
    let taken = made["left_customers"][0]["customer_id"].as_str().expect("a customer").to_owned();
    assign(&mut bank.desk, &taken, "m3");
    let (status, refused) = decide(&mut bank, &made, "approve");
    assert_eq!((status, &refused["employees"]), (409, &json!(1)), "{refused}");
}

#[test]
fn a_branch_makes_and_sees_proposals_of_its_own_part_alone() {
    let mut bank = bank(&[("c1", "B1", ""), ("c2", "B2", "")]);
    let (one, two) = (key(&mut bank.desk, "b1", Some("B1")), key(&mut bank.desk, "b2", Some("B2")));
    let body = json!({"scope": "waiting"}).to_string();
    let (status, own) = bank.desk.ask(Method::Post, "/assignments/proposals", &one, &body);
    assert_eq!((status, &own["organisation_id"], &own["moves"]), (201, &json!("B1"), &json!(1)), "{own}");
    let whole = propose(&mut bank.desk, &json!({"scope": "waiting"}));
    assert_eq!((&whole["organisation_id"], &whole["moves"]), (&Value::Null, &json!(2)));
    let foreign = json!({"scope": "waiting", "organisation_id": "HQ"}).to_string();
    assert_eq!(bank.desk.ask(Method::Post, "/assignments/proposals", &one, &foreign).0, 403);
    for (id, expected) in [(&own["id"], 200), (&whole["id"], 404), (&json!("99"), 404), (&json!("x"), 404)] {
        let path = format!("/assignments/proposals/{}", id.as_str().expect("an id"));
        for end in ["", "/moves", "/left"] {
            assert_eq!(
                bank.desk.ask(Method::Get, &format!("{path}{end}"), &one, "").0,
                expected,
                "{path}{end}"
            );
            assert_eq!(bank.desk.ask(Method::Get, &format!("{path}{end}"), &two, "").0, 404, "{path}{end}");
        }
        assert_eq!(bank.desk.ask(Method::Post, &format!("{path}/approve"), &two, "").0, 404);
    }
    let ids = |(status, listed): (u16, Value)| {
        assert_eq!(status, 200, "{listed}");
        let items = listed["items"].as_array().expect("items").iter();
        items.map(|item| item["id"].clone()).collect::<Vec<_>>()
    };
    let list = "/assignments/proposals?state=submitted";
    assert_eq!(ids(bank.desk.ask(Method::Get, list, KEY, "")), [whole["id"].clone(), own["id"].clone()]);
    assert_eq!(ids(bank.desk.ask(Method::Get, list, &one, "")), [own["id"].clone()]);
    assert!(ids(bank.desk.ask(Method::Get, list, &two, "")).is_empty());
    for (method, path, body) in [
        (Method::Put, "/assignments/capacities/m1", json!({"total": 1})),
        (Method::Post, "/assignments/absences", json!({"employee_id": "m1", "from": TODAY, "to": TODAY})),
        (Method::Get, "/assignments/absences?employee_id=m1", json!({})),
    ] {
        let (status, refused) = bank.desk.ask(method, path, &two, &body.to_string());
        assert_eq!((status, &refused["type"]), (404, &json!("/problems/unknown-employee")), "{path}");
    }
}

#[test]
fn what_cannot_be_proposed_is_refused_by_its_field() {
    let mut bank = bank(&[("c1", "B1", "")]);
    let proposals = "/assignments/proposals";
    let absence = |from: &str, to: &str| json!({"employee_id": "m1", "from": from, "to": to});
    for (method, path, body, status, pointer) in [
        (Method::Post, proposals, json!({"scope": "waiting", "from": "2026-11-21"}), 422, "/from"),
        (Method::Post, proposals, json!({"scope": "waiting", "from": "2027-11-24"}), 422, "/from"),
        (Method::Post, proposals, json!({"scope": "waiting", "hand_over_days": 0}), 422, "/hand_over_days"),
        (Method::Post, proposals, json!({"scope": "all"}), 422, "/scope"),
        (Method::Put, "/assignments/capacities/m1", json!({"total": 1_000_001}), 422, "/total"),
        (Method::Put, "/assignments/capacities/m1", json!({"total": -1}), 422, "/total"),
        (Method::Put, "/assignments/capacities/m1", json!({"tiers": {"tin": 1}}), 422, "/tiers/tin"),
        (
            Method::Put,
            "/assignments/capacities/m1",
            json!({"tiers": {"gold": 1_000_001}}),
            422,
            "/tiers/gold",
        ),
        (Method::Post, "/assignments/absences", absence("2026-11-22", "2026-11-21"), 422, "/to"),
        (Method::Post, "/assignments/absences", absence("2026-11-22", "2037-11-22"), 422, "/to"),
    ] {
        let (is, refused) = bank.desk.ask(method, path, KEY, &body.to_string());
        assert_eq!((is, &refused["errors"][0]["pointer"]), (status, &json!(pointer)), "{body}: {refused}");
    }
    let unknown = json!({"scope": "waiting", "organisation_id": "B9"}).to_string();
    assert_eq!(bank.desk.ask(Method::Post, proposals, KEY, &unknown).0, 404);
    let made = propose(&mut bank.desk, &json!({"scope": "waiting"}));
    assert_eq!(decide(&mut bank, &made, "burn").0, 404);
}
