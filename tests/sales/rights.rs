//! Who sees and does what: keys of branches, of customer managers, of branch managers under four eyes.

use serde_json::{Value, json};
use tests::desk::Desk;
use tests::sales::{deliver, noon, shares};
use web::{Method, Request};

use super::{SALE, SOLD_ON, adjustment, ids, refused, register, sold, transaction};

const ON: &str = "2026-03-11";
const ALL: [&str; 4] = ["sales:read", "sales:write", "sales:adjust", "sales:rules"];

fn key(desk: &mut Desk, owner: &str, id: &str, scopes: &[&str]) -> String {
    let mut client = json!({"name": id, "scopes": scopes});
    client[owner] = json!(id);
    desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned()
}

fn ask(desk: &mut Desk, key: &str, method: Method, target: &str, body: &Value) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    desk.ask_at(noon(ON), Request::new(method, target).key(key).body(body))
}

fn branch_managers(desk: &mut Desk) {
    let employee =
        |id: &str| json!({"id": id, "organisation_id": "B1", "name": id, "role": "branch_manager"});
    deliver(desk, SOLD_ON, "/intake/employees", &json!([employee("H1"), employee("H2")]));
}

#[test]
fn whoever_gains_by_an_adjustment_needs_another_person() {
    let mut desk = sold(&json!({}), &json!({"automatic": "never"}), &[]);
    branch_managers(&mut desk);
    let scopes = ["sales:read", "sales:adjust"];
    let [one, other] = ["H1", "H2"].map(|id| key(&mut desk, "employee_id", id, &scopes));
    let path = format!("{SALE}/adjustment");
    let of_others = ask(&mut desk, &one, Method::Put, &path, &adjustment(&["T1 seller 10000"]));
    assert_eq!((of_others.0, &of_others.1["adjustment"]["state"]), (200, &json!("booked")));

    let own = adjustment(&["T1 seller 6000", "H1 seller 4000"]);
    let (status, proposed) = ask(&mut desk, &one, Method::Put, &path, &own);
    assert_eq!((status, &proposed["adjustment"]["state"]), (200, &json!("submitted")));
    let asked = json!({"employee_id": "H1", "role": "seller", "share_bp": 4000, "amount": null});
    assert_eq!(proposed["adjustment"]["credits"][1], asked);
    assert_eq!(shares(&proposed), ["T1 seller 10000 1000.00"], "nothing is booked before");
    let second = ask(&mut desk, &other, Method::Put, &path, &adjustment(&["T2 seller 10000"]));
    assert_eq!(refused(&second).1, "wrong-state", "one waits already");

    let approve = format!("{path}/approve");
    assert_eq!(refused(&ask(&mut desk, &one, Method::Post, &approve, &Value::Null)).1, "same-person");
    let (status, approved) = ask(&mut desk, &other, Method::Post, &approve, &Value::Null);
    assert_eq!((status, &approved["adjustment"]["decided_by"]), (200, &json!("H2")), "{approved}");
    assert_eq!(shares(&approved), ["T1 seller 6000 600.00", "H1 seller 4000 400.00"]);
    assert_eq!(refused(&ask(&mut desk, &other, Method::Post, &approve, &Value::Null)).1, "wrong-state");

    // Giving some of it up takes nothing from anybody else.
    let less = adjustment(&["T1 seller 7000", "H1 seller 3000"]);
    assert_eq!(ask(&mut desk, &one, Method::Put, &path, &less).1["adjustment"]["state"], "booked");
    assert_eq!(ask(&mut desk, &one, Method::Put, &path, &own).1["adjustment"]["state"], "submitted");
    let (status, rejected) = ask(&mut desk, &one, Method::Post, &format!("{path}/reject"), &Value::Null);
    assert_eq!((status, &rejected["adjustment"]["state"]), (200, &json!("rejected")), "taken back");
    assert_eq!(shares(&rejected), ["T1 seller 7000 700.00", "H1 seller 3000 300.00"]);
}

#[test]
fn a_branch_sees_and_changes_its_own_sales_alone() {
    let mut desk = sold(&json!({}), &json!({"automatic": "never"}), &[]);
    let (own, foreign) =
        (key(&mut desk, "organisation_id", "B1", &ALL), key(&mut desk, "organisation_id", "B2", &ALL));
    let registration = json!({"employee_id": "M1", "role": "seller"});
    let credited = adjustment(&["M1 seller 10000"]);
    let steps = [
        (Method::Get, "credits", Value::Null),
        (Method::Post, "registrations", registration),
        (Method::Delete, "registrations/1", Value::Null),
        (Method::Put, "adjustment", credited),
        (Method::Post, "adjustment/approve", Value::Null),
        (Method::Post, "adjustment/reject", Value::Null),
    ];
    for (method, end, body) in &steps {
        let seen = ask(&mut desk, &foreign, *method, &format!("{SALE}/{end}"), body);
        let unknown = ask(&mut desk, &foreign, *method, &format!("/sales/core/unknown/{end}"), body);
        assert_eq!(refused(&seen).1, "unknown-sale", "{end}");
        assert_eq!(seen, unknown, "{end} tells nothing apart");
    }
    for (method, end, body) in &steps[..4] {
        let (status, answer) = ask(&mut desk, &own, *method, &format!("{SALE}/{end}"), body);
        assert!((200..300).contains(&status), "{end}: {status} {answer}");
    }
    assert_eq!(ids(&ask(&mut desk, &own, Method::Get, "/sales", &Value::Null).1), ["S"]);
    assert!(ids(&ask(&mut desk, &foreign, Method::Get, "/sales", &Value::Null).1).is_empty());
    for organisation in ["B1", "HQ"] {
        let list = format!("/sales?organisation_id={organisation}");
        assert_eq!(ask(&mut desk, &foreign, Method::Get, &list, &Value::Null).0, 403);
        let run = json!({"organisation_id": organisation});
        assert_eq!(ask(&mut desk, &foreign, Method::Post, "/sales/default-runs", &run).0, 403);
    }
    let product = json!({"id": "Q", "name": {"zh": "基金", "en": "Fund"}, "category": "fund"});
    assert_eq!(
        ask(&mut desk, &own, Method::Post, "/sales/products", &product).0,
        403,
        "products are the bank's"
    );
    assert_eq!(ask(&mut desk, &own, Method::Put, "/sales/products/P", &json!({"rule": {}})).0, 403);
    assert_eq!(ask(&mut desk, &own, Method::Get, "/sales/products/P", &Value::Null).0, 200);
}

#[test]
fn a_run_of_a_branch_decides_its_own_sales_alone() {
    let mut desk = sold(&json!({}), &json!({"automatic": "never"}), &[]);
    deliver(&mut desk, SOLD_ON, "/intake/transactions", &transaction("S2", "B2"));
    let branch = key(&mut desk, "organisation_id", "B2", &["sales:rules"]);
    let request = Request::new(Method::Post, "/sales/default-runs").key(&branch);
    let (status, run) = desk.ask_at(noon("2026-03-20"), request);
    assert_eq!((status, &run["defaulted"]), (200, &json!(1)), "{run}");
    let waiting = desk.get("/sales?unregistered=true");
    assert_eq!(ids(&waiting), ["S"]);
}

#[test]
fn an_employees_key_registers_that_employee_alone_and_sees_sales_of_the_own_organisation() {
    let mut desk = sold(&json!({}), &json!({"automatic": "never"}), &[]);
    let counter = json!({"id": "K1", "parent_id": "B1", "name": "柜台"});
    deliver(&mut desk, SOLD_ON, "/intake/organisations", &counter);
    deliver(&mut desk, SOLD_ON, "/intake/transactions", &transaction("S-K1", "K1"));
    let scopes = ["sales:read", "sales:write"];
    let manager = key(&mut desk, "employee_id", "M1", &scopes);
    let teller = key(&mut desk, "employee_id", "T2", &scopes);
    let stranger = key(&mut desk, "employee_id", "N1", &scopes);
    let list = |desk: &mut Desk, key: &str| ask(desk, key, Method::Get, "/sales", &Value::Null).1;
    assert_eq!(ids(&list(&mut desk, &manager)), ["S"], "not those of the counter below");
    assert_eq!(ids(&list(&mut desk, &teller)), ["S", "S-K1"]);
    assert!(ids(&list(&mut desk, &stranger)).is_empty());
    assert_eq!(ask(&mut desk, &manager, Method::Get, "/sales/core/S-K1/credits", &Value::Null).0, 404);

    let path = format!("{SALE}/registrations");
    let of = |who: &str, role: &str| json!({"employee_id": who, "role": role});
    for (who, key) in [("M2", &manager), ("M1", &teller)] {
        assert_eq!(ask(&mut desk, key, Method::Post, &path, &of(who, "seller")).0, 403, "{who}");
    }
    assert_eq!(ask(&mut desk, &stranger, Method::Post, &path, &of("N1", "seller")).0, 404);
    assert_eq!(ask(&mut desk, &manager, Method::Post, &path, &of("M1", "seller")).0, 201);
    assert_eq!(ask(&mut desk, &teller, Method::Post, &path, &of("T2", "referrer")).0, 201);
    assert_eq!(ask(&mut desk, &teller, Method::Delete, &format!("{path}/1"), &Value::Null).0, 403);
    assert_eq!(ask(&mut desk, &manager, Method::Delete, &format!("{path}/1"), &Value::Null).0, 200);
    let adjusted = ask(&mut desk, &manager, Method::Put, &format!("{SALE}/adjustment"), &json!({}));
    assert_eq!(adjusted.0, 403, "without the scope");

    branch_managers(&mut desk);
    let head = key(&mut desk, "employee_id", "H1", &ALL);
    assert_eq!(ask(&mut desk, &head, Method::Delete, &format!("{path}/2"), &Value::Null).0, 200);
    assert_eq!(ask(&mut desk, &head, Method::Post, &path, &of("M2", "seller")).0, 201);
    // Who took a registration away does not take the place of it: that is an adjustment, under four eyes.
    let answer = ask(&mut desk, &head, Method::Post, &path, &of("H1", "referrer"));
    assert_eq!(refused(&answer), (409, "wrong-state".to_owned(), "/employee_id".to_owned()));
    let own = register(&mut desk, ON, "R1", "referrer");
    assert_eq!(shares(&own), ["M2 seller 7000 700.00", "R1 referrer 3000 300.00"]);
}

#[test]
fn nobody_withdraws_another_ones_registration_to_the_own_gain() {
    let mut desk = sold(&json!({}), &json!({"automatic": "never"}), &[]);
    branch_managers(&mut desk);
    let head = key(&mut desk, "employee_id", "H1", &ALL);
    let other = key(&mut desk, "employee_id", "H2", &ALL);
    let served = key(&mut desk, "employee_id", "T1", &ALL);
    register(&mut desk, ON, "H1", "seller");
    register(&mut desk, ON, "R1", "referrer");
    let path = format!("{SALE}/registrations/2");
    let answer = ask(&mut desk, &head, Method::Delete, &path, &Value::Null);
    assert_eq!(refused(&answer), (409, "wrong-state".to_owned(), String::new()), "H1 would have all");
    let answer = ask(&mut desk, &served, Method::Delete, &format!("{SALE}/registrations/1"), &Value::Null);
    assert_eq!(refused(&answer), (409, "wrong-state".to_owned(), String::new()), "the default is T1");
    assert_eq!(ask(&mut desk, &other, Method::Delete, &path, &Value::Null).0, 200);
}

#[test]
fn an_adjustment_is_approved_only_while_those_it_credits_may_be_credited() {
    let mut desk = sold(&json!({}), &json!({"automatic": "never"}), &[]);
    branch_managers(&mut desk);
    let head = key(&mut desk, "employee_id", "H1", &ALL);
    let other = key(&mut desk, "employee_id", "H2", &ALL);
    let path = format!("{SALE}/adjustment");
    let wanted = adjustment(&["H1 seller 4000", "T1 referrer 6000"]);
    assert_eq!(ask(&mut desk, &head, Method::Put, &path, &wanted).0, 200);
    let left = json!({"id": "T1", "organisation_id": "B1", "name": "T1", "role": "teller", "active_to": "2026-03-05"});
    deliver(&mut desk, ON, "/intake/employees", &left);
    let answer = ask(&mut desk, &other, Method::Post, &format!("{path}/approve"), &Value::Null);
    assert_eq!(refused(&answer), (409, "wrong-state".to_owned(), String::new()));
    let back = json!({"id": "T1", "organisation_id": "B1", "name": "T1", "role": "teller"});
    deliver(&mut desk, ON, "/intake/employees", &back);
    assert_eq!(ask(&mut desk, &other, Method::Post, &format!("{path}/approve"), &Value::Null).0, 200);
}
