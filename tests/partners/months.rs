//! Months of all partners that nobody settled in time.

use serde_json::{Value, json};
use tests::desk::{KEY, NOW_MS};
use web::Method;

use super::air::{Air, register};
use super::points;

const DAY_MS: i64 = 86_400_000;

fn months(air: &mut Air, partner: &str) -> Vec<String> {
    let listing = air.desk.get(&format!("/partners/{partner}/settlements?limit=100"));
    let month = |item: &Value| item["month"].as_str().expect("a month").to_owned();
    listing["items"].as_array().expect("items").iter().map(month).collect()
}

fn settle(air: &mut Air, body: &Value) -> Value {
    air.desk.post("/partners/settlements", body)["settled"].clone()
}

#[test]
fn every_month_from_the_first_request_on_is_settled_up_to_the_last_one() {
    let mut air = Air::new(&json!({}));
    register(&mut air.desk, "sea", &json!({}));
    // 14 August 2026.
    air.now_ms = NOW_MS - 100 * DAY_MS;
    air.done("earn", "e1", &points("c1", 5));
    air.now_ms = NOW_MS;
    air.done("earn", "e2", &points("c1", 7));
    air.desk.post("/partners/air/settlements", &json!({"month": "2026-09"}));
    for month in ["2026-11", "2027-01"] {
        let body = json!({"month": month}).to_string();
        let (status, problem) = air.desk.ask(Method::Post, "/partners/settlements", KEY, &body);
        assert_eq!((status, super::air::slug(&problem).1.as_str()), (422, "/month"), "{month}");
    }
    assert_eq!(
        settle(&mut air, &json!({"month": "2026-09"})),
        2,
        "August, and the other partner's September"
    );
    assert_eq!(settle(&mut air, &json!({})), 2, "October of both");
    assert_eq!(settle(&mut air, &json!({})), 0);
    assert_eq!(months(&mut air, "air"), ["2026-10", "2026-09", "2026-08"]);
    assert_eq!(months(&mut air, "sea"), ["2026-10", "2026-09"]);
    assert_eq!(air.desk.get("/partners/air/settlements/2026-08")["receivable"], 5);
}

#[test]
fn the_night_makes_up_for_what_was_missed_within_three_years() {
    let mut air = Air::new(&json!({}));
    air.now_ms = NOW_MS - 5 * 366 * DAY_MS;
    air.done("earn", "e1", &points("c1", 5));
    let night =
        |air: &mut Air| scheduler::points(&mut air.desk.connection, NOW_MS, || 0).expect("a night").settled;
    assert_eq!((night(&mut air), night(&mut air)), (36, 0));
    let settled = months(&mut air, "air");
    assert_eq!((settled.len(), settled[0].as_str(), settled[35].as_str()), (36, "2026-10", "2023-11"));
}

#[test]
fn a_partner_may_be_called_as_the_path_of_all_settlements() {
    let mut air = Air::new(&json!({}));
    register(&mut air.desk, "settlements", &json!({}));
    assert_eq!(air.desk.get("/partners/settlements")["id"], "settlements");
    assert_eq!(settle(&mut air, &json!({})), 2);
    assert_eq!(months(&mut air, "settlements"), ["2026-10"]);
}
