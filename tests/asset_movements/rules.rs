//! The rules as data, what is refused, and who sees what.

use serde_json::{Value, json};
use store::Connection;
use tests::desk::{Desk, KEY};
use web::Method;

use super::bank::{bank, fired, put_rules, take_in, transaction};

#[test]
fn lists_of_rules_are_replaced_whole_and_kept() {
    let mut desk = bank();
    let seed = desk.get("/assets/movement-rules");
    assert_eq!((&seed["version"], &seed["created_by"]), (&json!(1), &json!("kezhi")));
    assert_eq!(put_rules(&mut desk, &seed["rules"])["version"], 1, "the same list again changes nothing");
    let other =
        json!([{"id": "one", "direction": "out", "place": "any", "basis": "single", "at_least": "1.00"}]);
    let now = put_rules(&mut desk, &other);
    assert_eq!((&now["version"], &now["rules"]), (&json!(2), &other));
    assert_eq!(put_rules(&mut desk, &json!([]))["rules"], json!([]));
    assert_eq!(desk.get("/assets/movement-rules")["version"], 3);
    assert_eq!(desk.get("/assets/movement-rules?version=1"), seed);
    assert!(fired(&mut desk, KEY, "").is_empty(), "without rules nothing is large");
}

#[test]
fn a_list_of_rules_that_makes_no_sense_is_refused_by_place() {
    let mut desk = bank();
    let good = json!({"id": "r", "direction": "in", "place": "any", "basis": "rolling", "window_days": 7,
                      "at_least": "1.00"});
    let with = |name: &str, value: Value| {
        let mut rule = good.clone();
        rule[name] = value;
        json!([rule])
    };
    let mut bare = with("basis", json!("single"));
    bare[0].as_object_mut().expect("a rule").remove("window_days");
    assert_eq!(put_rules(&mut desk, &bare)["version"], 2);
    let mut windowless = json!([good.clone()]);
    windowless[0].as_object_mut().expect("a rule").remove("window_days");
    for (rules, pointer) in [
        (with("direction", json!("up")), "/rules/0/direction"),
        (with("place", json!("home")), "/rules/0/place"),
        (with("basis", json!("monthly")), "/rules/0/basis"),
        (with("basis", json!("single")), "/rules/0/window_days"),
        (windowless, "/rules/0/window_days"),
        (with("window_days", json!(1)), "/rules/0/window_days"),
        (with("window_days", json!(32)), "/rules/0/window_days"),
        (with("at_least", json!("0.00")), "/rules/0/at_least"),
        (with("at_least", json!("-1.00")), "/rules/0/at_least"),
        (with("kinds", json!([])), "/rules/0/kinds"),
        (with("kinds", json!(["gift"])), "/rules/0/kinds/0"),
        (with("kinds", json!(["deposit", "fee"])), "/rules/0/kinds/1"),
        (with("kinds", json!(["deposit", "deposit"])), "/rules/0/kinds/1"),
        (json!([good, good]), "/rules/1/id"),
        (json!((0..51).map(|_| good.clone()).collect::<Vec<_>>()), "/rules"),
    ] {
        let body = json!({"rules": rules}).to_string();
        let (status, problem) = desk.ask(Method::Put, "/assets/movement-rules", KEY, &body);
        assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!(pointer)), "{body}: {problem}");
    }
    assert_eq!(desk.get("/assets/movement-rules")["version"], 2, "nothing was changed");
}

#[test]
fn a_question_that_makes_no_sense_is_refused_by_name() {
    let mut desk = bank();
    for (target, pointer) in [
        ("large-movements?from=2026-11-02&to=2026-11-01", "from"),
        ("large-movements?from=2026-08-01&to=2026-11-01", "from"),
        ("large-movements?from=2026-11", "from"),
        ("large-movements?to=x", "to"),
        ("large-movements?rule=unheard-of", "rule"),
        ("large-movements?customer_id=a%20b", "customer_id"),
        ("large-movements?limit=0", "limit"),
        ("large-movements?cursor=x", "cursor"),
        ("large-movements?at_least=1", "at_least"),
        ("movement-rules?version=x", "version"),
    ] {
        let (status, problem) = desk.ask(Method::Get, &format!("/assets/{target}"), KEY, "");
        assert_eq!((status, &problem["errors"][0]["pointer"]), (400, &json!(pointer)), "{target}: {problem}");
    }
    for (target, slug) in [
        ("large-movements?customer_id=nobody", "unknown-customer"),
        ("large-movements?organisation_id=nowhere", "unknown-organisation"),
        ("movement-rules?version=9", "unknown-movement-rules"),
        ("movement-rules?version=0", "unknown-movement-rules"),
    ] {
        let (status, problem) = desk.ask(Method::Get, &format!("/assets/{target}"), KEY, "");
        let kind = json!(format!("/problems/{slug}"));
        assert_eq!((status, &problem["type"]), (404, &kind), "{target}: {problem}");
    }
}

#[test]
fn a_branch_and_a_manager_see_their_own_customers_and_set_no_rules() {
    let mut desk = bank();
    let employee = json!({"id": "m1", "organisation_id": "B1", "name": "x", "role": "manager"});
    desk.post("/intake/employees", &employee);
    let at = "2026-11-02T10:00:00+08:00";
    let transfers =
        ["c1", "c2", "d1"].map(|customer| transaction(customer, customer, "deposit", at, "500000.00"));
    take_in(&mut desk, &transfers);
    desk.post("/churn/cases", &json!({"customer_id": "c2", "owner_id": "m1"}));
    let scopes = ["assets:read", "assets:write"];
    let mut key = |extra: &str, value: &str| {
        let mut client = json!({"name": value, "scopes": scopes});
        client[extra] = json!(value);
        desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned()
    };
    let (branch, manager) = (key("organisation_id", "B1"), key("employee_id", "m1"));
    let who = |lines: Vec<String>| -> Vec<String> {
        lines.iter().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
    };
    assert_eq!(who(fired(&mut desk, KEY, "")), ["c1", "c2", "d1"]);
    assert_eq!(who(fired(&mut desk, KEY, "organisation_id=B2")), ["d1"]);
    assert_eq!(who(fired(&mut desk, &branch, "")), ["c1", "c2"]);
    assert_eq!(who(fired(&mut desk, &manager, "")), ["c2"]);
    assert_eq!(who(fired(&mut desk, &manager, "customer_id=c2")), ["c2"]);
    for (key, target, expected) in [
        (&branch, "?organisation_id=B2", 403),
        (&branch, "?customer_id=d1", 404),
        (&manager, "?customer_id=c1", 404),
        (&manager, "?customer_id=d1", 404),
    ] {
        let (status, answer) = desk.ask(Method::Get, &format!("/assets/large-movements{target}"), key, "");
        assert_eq!(status, expected, "{target}: {answer}");
    }
    for key in [&branch, &manager] {
        let (status, _) = desk.ask(Method::Put, "/assets/movement-rules", key, "{\"rules\":[]}");
        assert_eq!(status, 403);
    }
}

#[test]
fn a_manager_of_a_large_bank_finds_own_customers_on_one_page() {
    let mut desk = bank();
    desk.post(
        "/intake/employees",
        &json!({"id": "m1", "organisation_id": "B1", "name": "x", "role": "manager"}),
    );
    let far = "insert into customer (customer_ref, customer_id, organisation_ref, name)
        select 400000, 'far', organisation_ref, 'x' from organisation where organisation_id = 'B1'";
    desk.connection.execute(far, &[]).expect("a customer far behind the others");
    let at = "2026-11-02T10:00:00+08:00";
    take_in(&mut desk, &["c1", "c2", "far"].map(|id| transaction(id, id, "deposit", at, "500000.00")));
    for customer in ["c2", "far"] {
        desk.post("/churn/cases", &json!({"customer_id": customer, "owner_id": "m1"}));
    }
    let client = json!({"name": "m1", "scopes": ["assets:read"], "employee_id": "m1"});
    let key = desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned();
    let page = |desk: &mut Desk, key: &str| {
        let (status, page) = desk.ask(Method::Get, "/assets/large-movements", key, "");
        assert_eq!(status, 200, "{page}");
        let items = page["items"].as_array().expect("items").iter();
        let ids: Vec<String> = items.map(|item| item["customer_id"].to_string()).collect();
        (ids.join(" "), page["next_cursor"].is_null())
    };
    assert_eq!(page(&mut desk, &key), ("\"c2\" \"far\"".to_owned(), true));
    assert_eq!(page(&mut desk, KEY), ("\"c1\" \"c2\"".to_owned(), false), "the whole bank takes several");
    assert_eq!(fired(&mut desk, KEY, "").len(), 3);
}
