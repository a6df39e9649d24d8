//! Customers whom a proposal leaves without a manager: counted, the first shown, all listed.

use serde_json::json;
use tests::desk::KEY;
use web::Method;

use crate::bank::{bank, propose};

#[test]
fn everybody_who_gets_nobody_is_listed_page_by_page() {
    let ids: Vec<String> = (0..103).map(|number| format!("c{number:03}")).collect();
    let customers: Vec<(&str, &str, &str)> = ids.iter().map(|id| (id.as_str(), "B1", "")).collect();
    let mut bank = bank(&customers);
    for manager in ["m1", "m2"] {
        let path = format!("/assignments/capacities/{manager}");
        assert_eq!(bank.desk.ask(Method::Put, &path, KEY, r#"{"total":0}"#).0, 200);
    }
    let made = propose(&mut bank.desk, &json!({"organisation_id": "B1", "scope": "waiting"}));
    assert_eq!((&made["moves"], &made["left"]), (&json!(0), &json!(103)), "{made}");
    assert_eq!(made["left_reasons"], json!({"no_room": 103}));
    assert_eq!(made["left_customers"].as_array().map(Vec::len), Some(100), "the first hundred");

    let path = format!("/assignments/proposals/{}/left?limit=60", made["id"].as_str().expect("an id"));
    let (mut found, mut sizes, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let page = bank.desk.get(&format!("{path}{cursor}"));
        let items = page["items"].as_array().expect("items");
        sizes.push(items.len());
        for item in items {
            assert_eq!(item["reason"], "no_room", "{item}");
            found.push(item["customer_id"].as_str().expect("an id").to_owned());
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!((found, sizes), (ids, vec![60, 43]));
}

#[test]
fn a_proposal_that_places_everybody_leaves_nobody() {
    let mut bank = bank(&[("c1", "B1", "")]);
    let made = propose(&mut bank.desk, &json!({"organisation_id": "B1", "scope": "waiting"}));
    let path = format!("/assignments/proposals/{}/left", made["id"].as_str().expect("an id"));
    assert_eq!(bank.desk.get(&path)["items"], json!([]));
    assert_eq!(made["left_customers"], json!([]));
}
