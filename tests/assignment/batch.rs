//! Many at once: what is good is kept, what is not is named, and a preview changes nothing.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY, NOW_MS};
use web::{Method, Request};

use crate::bank::{
    TODAY, alone, assign, assignment, bank, key, managers, messages, refused, waiting, wanted,
};

fn manager_of(desk: &mut Desk, customer: &str) -> Value {
    assignment(desk, customer, "")["managers"][0]["employee_id"].clone()
}

fn file(desk: &mut Desk, target: &str, content_type: &str, text: &str) -> (u16, Value) {
    let request = Request::new(Method::Post, target).key(KEY).header("content-type", content_type).body(text);
    desk.ask_at(NOW_MS, request)
}

#[test]
fn good_items_are_kept_and_the_others_are_named_by_their_place() {
    let mut desk = bank();
    assign(&mut desk, "of-b1", &alone("m2"), "2026-11-01");
    let told = messages(&mut desk).len();
    let items = json!([
        wanted("of-k1", &alone("m1"), TODAY),
        wanted("nobody", &alone("m1"), TODAY),
        wanted("of-b1", &alone("m1"), "2026-11-10"),
        wanted("of-k1", &alone("m2"), TODAY),
        wanted("of-b2", &alone("m1"), TODAY),
        wanted("of-hq", &managers(&[("boss", "primary", 9_999)]), TODAY),
    ]);
    let preview = desk.post("/assignments/batch", &json!({"items": items, "dry_run": true}));
    assert_eq!(manager_of(&mut desk, "of-k1"), Value::Null, "a preview changes nothing");
    let mut done = desk.post("/assignments/batch", &json!({"items": items}));
    assert_eq!((&preview["dry_run"], &done["dry_run"]), (&json!(true), &json!(false)));
    done["dry_run"] = json!(true);
    assert_eq!(preview, done, "and tells what will be");
    let counts = [&done["accepted"], &done["submitted"], &done["rejected"]];
    assert_eq!(counts, [&json!(2), &json!(1), &json!(4)], "{done}");
    let errors = done["errors"].as_array().expect("errors").iter();
    let errors: Vec<String> = errors.map(|error| format!("{} {}", error["line"], error["pointer"])).collect();
    let of = |line: u32, pointer: &str| format!("{line} \"{pointer}\"");
    let expected =
        [of(2, "/customer_id"), of(4, "/customer_id"), of(5, "/managers/0/employee_id"), of(6, "/managers")];
    assert_eq!(errors, expected);
    let moves = json!([{"customer_id": "of-k1", "from": null, "to": "m1"},
        {"customer_id": "of-b1", "from": "m2", "to": "m1"}]);
    assert_eq!(done["moves"], moves);
    assert_eq!(["of-k1", "of-b1"].map(|id| manager_of(&mut desk, id)), ["m1", "m2"].map(Value::from));
    assert_eq!(messages(&mut desk).len(), told + 1, "one message to m1");
    assert_eq!(desk.get("/customers/of-b1/assignment/history")["items"][1]["kind"], "batch");
}

#[test]
fn a_filter_selects_by_organisation_tier_manager_and_waiting() {
    let mut desk = bank();
    assign(&mut desk, "of-k1", &alone("m1"), "2026-11-01");
    let mut ask = |filter: Value| {
        let body = json!({"filter": filter, "managers": alone("head"), "from": "2026-12-01", "reason": "x",
            "dry_run": true});
        let answer = desk.post("/assignments/batch", &body);
        let moves = answer["moves"].as_array().expect("moves").iter();
        moves.map(|one| one["customer_id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ask(json!({"organisation_id": "B1"})), ["of-k1", "of-b1"]);
    assert_eq!(ask(json!({"organisation_id": "K1"})), ["of-k1"]);
    assert_eq!(ask(json!({"organisation_id": "B1", "manager_id": "m1"})), ["of-k1"]);
    assert_eq!(ask(json!({"organisation_id": "B1", "waiting": true})), ["of-b1"]);
    assert_eq!(ask(json!({"organisation_id": "B1", "tier": "gold"})), ["of-k1", "of-b1"]);
    assert!(ask(json!({"organisation_id": "B1", "tier": "ordinary"})).is_empty());
    assert!(ask(json!({"organisation_id": "B1", "manager_id": "m1", "waiting": true})).is_empty());

    let with =
        |filter: Value| json!({"filter": filter, "managers": alone("head"), "from": TODAY, "reason": "x"});
    let done = desk.post("/assignments/batch", &with(json!({"organisation_id": "B1", "waiting": true})));
    assert_eq!((&done["accepted"], &done["rejected"]), (&json!(1), &json!(0)), "{done}");
    assert_eq!(manager_of(&mut desk, "of-b1"), "head");
    assert!(waiting(&mut desk, "?organisation_id=B1").is_empty());
    for (body, status, pointer) in [
        (with(json!({"organisation_id": "B1", "tier": "none-such"})), 422, "/filter/tier"),
        (with(json!({"organisation_id": "B1", "manager_id": "nobody"})), 404, "/filter/manager_id"),
        (with(json!({"organisation_id": "nowhere"})), 404, ""),
        (json!({"filter": {"organisation_id": "B1"}, "from": TODAY, "reason": "x"}), 422, "/managers"),
        (json!({"items": [], "reason": "x"}), 422, ""),
        (json!({}), 422, ""),
    ] {
        let (found, _, at) = refused(&mut desk, "/assignments/batch", KEY, &body);
        assert_eq!((found, at.as_str()), (status, pointer), "{body}");
    }
}

#[test]
fn the_manager_of_a_filter_is_one_whom_the_key_sees_wherever_the_customers_are() {
    let mut desk = bank();
    assign(&mut desk, "of-k1", &alone("m1"), "2026-11-01");
    assign(&mut desk, "of-b1", &alone("m1"), "2026-11-01");
    let branch = key(&mut desk, "branch", "organisation_id", "B1");
    let body = |organisation: &str, manager: &str| {
        let filter = json!({"organisation_id": organisation, "manager_id": manager});
        json!({"filter": filter, "managers": alone("head"), "from": TODAY, "reason": "x", "dry_run": true})
    };
    let (status, of_counter) =
        desk.ask(Method::Post, "/assignments/batch", &branch, &body("K1", "m1").to_string());
    assert_eq!(
        (status, &of_counter["accepted"]),
        (200, &json!(1)),
        "m1 works above the counter: {of_counter}"
    );
    assert_eq!(of_counter["moves"][0]["customer_id"], "of-k1");
    let (status, slug, pointer) = refused(&mut desk, "/assignments/batch", &branch, &body("K1", "m3"));
    assert_eq!((status, slug.as_str(), pointer.as_str()), (404, "unknown-employee", "/filter/manager_id"));
    let of_nobody = desk.post("/assignments/batch", &body("B1", "m3"));
    assert_eq!((&of_nobody["accepted"], &of_nobody["rejected"]), (&json!(0), &json!(0)), "{of_nobody}");
}

#[test]
fn a_file_has_a_row_a_manager_and_errors_name_its_lines() {
    let mut desk = bank();
    let text = "customer_id,employee_id,role,share_bp,from,reason\n\
        of-k1,m1,primary,6000,2026-11-22,new team\n\
        of-b1,m1,primary,10000,2026-11-22,\"new, too\"\n\
        of-k1,m9,secondary,4000,2026-11-22,new team\n\
        of-b2,m3,first,10000,2026-11-22,x\n";
    let (status, done) = file(&mut desk, "/assignments/batch?dry_run=true", "text/csv", text);
    assert_eq!((status, &done["accepted"], &done["rejected"]), (200, &json!(1), &json!(2)), "{done}");
    let errors = done["errors"].as_array().expect("errors").iter();
    let errors: Vec<String> = errors.map(|error| format!("{} {}", error["line"], error["pointer"])).collect();
    assert_eq!(errors, ["4 \"/managers/1/employee_id\"", "5 \"/role\""]);
    assert_eq!(manager_of(&mut desk, "of-b1"), Value::Null);

    let good = text.replace("m9", "m2").replace("first", "primary");
    let (status, done) = file(&mut desk, "/assignments/batch", "text/csv; charset=utf-8", &good);
    assert_eq!((status, &done["accepted"]), (200, &json!(3)), "{done}");
    let shown = assignment(&mut desk, "of-k1", "");
    assert_eq!((&shown["managers"][1]["share_bp"], &shown["reason"]), (&json!(4000), &json!("new team")));
    assert_eq!(assignment(&mut desk, "of-b1", "")["reason"], "new, too");
    assert_eq!(file(&mut desk, "/assignments/batch", "text/csv", "customer_id,role\n").0, 422);
}

#[test]
fn lines_of_json_are_read_one_by_one() {
    let mut desk = bank();
    let good = wanted("of-k1", &alone("m1"), TODAY);
    let text = format!("{good}\n{{\"customer_id\":\"of-b1\"}}\n");
    let (status, done) = file(&mut desk, "/assignments/batch", "application/x-ndjson", &text);
    assert_eq!((status, &done["accepted"], &done["rejected"]), (200, &json!(1), &json!(1)), "{done}");
    assert_eq!(done["errors"][0]["line"], 2);
    assert_eq!(manager_of(&mut desk, "of-k1"), "m1");
}
