//! Four eyes: what one person writes another one looks at and puts in force.

use serde_json::json;
use tests::desk::Desk;
use web::Method;

use super::{bank, draft, put, rule, slug, step};

/// A bank with four eyes, switched on by the administrator; and the key of somebody else.
fn four_eyes() -> (Desk, String) {
    let mut desk = bank();
    assert_eq!(put(&mut desk, "/points/programme", &json!({"four_eyes": true})).0, 200);
    let other = desk.post("/api-clients", &json!({"name": "other", "scopes": ["points:rules"]}));
    let key = other["key"].as_str().expect("a key").to_owned();
    (desk, key)
}

#[test]
fn four_eyes_ask_for_somebody_else_than_the_author_and_for_the_version_that_was_looked_at() {
    let (mut desk, key) = four_eyes();
    draft(&mut desk, &rule("base", 1));
    let version = |number: u8| json!({ "version": number }).to_string();
    let (status, refused) = step(&mut desk, "base/activate", &version(1));
    assert_eq!((status, slug(&refused)), (409, "same-person"));
    let path = "/points/rules/base/activate";
    let (status, refused) = desk.ask(Method::Post, path, &key, "");
    assert_eq!((status, &refused["errors"][0]["pointer"]), (422, &json!("/version")), "{refused}");
    // The author writes something else under the same id while the other one looks.
    assert_eq!(draft(&mut desk, &rule("base", 1))["version"], 1, "the same again is the same version");
    assert_eq!(draft(&mut desk, &rule("base", 9))["version"], 2);
    let (status, refused) = desk.ask(Method::Post, path, &key, &version(1));
    assert_eq!((status, slug(&refused)), (409, "wrong-state"));
    let (status, active) = desk.ask(Method::Post, path, &key, &version(2));
    assert_eq!((status, &active["state"]), (200, &json!("active")), "{active}");
    assert_eq!(active["created_by"], "admin");
    assert_ne!(active["activated_by"], "admin");
    let repeats =
        [desk.ask(Method::Post, path, &key, &version(2)), step(&mut desk, "base/activate", &version(2))];
    for repeat in repeats {
        assert_eq!(repeat, (200, active.clone()), "as the first time, whoever sends it");
    }
}

#[test]
fn four_eyes_stay_when_other_settings_change_and_are_given_up_by_somebody_else() {
    let (mut desk, key) = four_eyes();
    let path = "/points/programme";
    let (_, changed) = put(&mut desk, path, &json!({"reinstate_days": 60}));
    assert_eq!((&changed["four_eyes"], &changed["reinstate_days"]), (&json!(true), &json!(60)), "{changed}");
    let (_, changed) = put(&mut desk, path, &json!({"price_notice_days": 7}));
    assert_eq!((&changed["four_eyes"], &changed["reinstate_days"]), (&json!(true), &json!(60)), "{changed}");
    let off = json!({"four_eyes": false});
    let (status, refused) = put(&mut desk, path, &off);
    let pointer = &refused["errors"][0]["pointer"];
    assert_eq!((status, slug(&refused), pointer), (409, "same-person", &json!("/four_eyes")));
    assert_eq!(desk.get(path)["four_eyes"], true);
    let (status, changed) = desk.ask(Method::Put, path, &key, &off.to_string());
    assert_eq!((status, &changed["four_eyes"], &changed["version"]), (200, &json!(false), &json!(4)));
    // Whoever switched it on last is asked for another person.
    assert_eq!(desk.ask(Method::Put, path, &key, "{\"four_eyes\":true}").0, 200);
    assert_eq!(desk.ask(Method::Put, path, &key, &off.to_string()).0, 409);
    assert_eq!(put(&mut desk, path, &off).0, 200);
}
