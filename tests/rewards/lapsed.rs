//! Redemptions that a partner did not confirm in time, however many.

use serde_json::json;
use store::Connection;
use tests::desk::{Desk, NOW_MS};
use web::Method;

use super::bank::{bank, offer, order};

/// A minute after all that a test reserved for a minute.
const LATER_MS: i64 = NOW_MS + 60_000;

fn reserved(desk: &mut Desk, customer: &str, reward: &str, stock: Option<i64>) -> String {
    let members = json!({"fulfilment": "partner", "stock": stock, "confirm_within_seconds": 60});
    offer(desk, reward, &members);
    let made = desk.post("/redemptions", &order(customer, reward));
    assert_eq!(made["state"], "reserved");
    format!("/redemptions/{}", made["id"].as_str().expect("an id"))
}

/// Writes as many more redemptions of S as there shall be, which lapse before the others.
fn many_of_s(desk: &mut Desk, pieces: i64) {
    let copies = "insert into redemption (reward_ref, version, customer_ref, quantity, points, fulfilment, state,
           confirm_by, ordered_on)
         with recursive many (n) as (select 1 union all select n + 1 from many where n < ?1)
         select reward_ref, version, customer_ref, quantity, points, fulfilment, state, confirm_by - 1, ordered_on
         from redemption cross join many
         where reward_ref = (select reward_ref from reward where reward_id = 'S')";
    desk.connection.execute(copies, &[pieces.into()]).expect("copies");
}

#[test]
fn an_expiry_run_books_redemptions_that_nobody_confirmed() {
    let mut desk = bank();
    let path = reserved(&mut desk, "C1", "R", Some(1));
    let mut run = |now_ms: i64| {
        let run = desk.done_at(now_ms, Method::Post, "/points/expiry-runs", "");
        assert_eq!(run["done"], true, "{run}");
        (run["redemptions_lapsed"].as_u64(), run["reservations_timed_out"].as_u64())
    };
    assert_eq!(run(LATER_MS - 1), (Some(0), Some(0)));
    assert_eq!(run(LATER_MS), (Some(1), Some(1)));
    assert_eq!(run(LATER_MS), (Some(0), Some(0)));
    let steps = desk.done_at(LATER_MS, Method::Get, &path, "")["steps"].clone();
    assert_eq!((&steps[0]["state"], &steps[1]["state"]), (&json!("reserved"), &json!("timed_out")));
    assert_eq!(desk.done_at(LATER_MS, Method::Get, "/rewards/R", "")["stock"], 1);
}

#[test]
fn an_expiry_run_books_page_after_page() {
    let mut desk = bank();
    reserved(&mut desk, "D1", "S", None);
    many_of_s(&mut desk, 4_100);
    let run = desk.done_at(LATER_MS, Method::Post, "/points/expiry-runs", "");
    assert_eq!((&run["redemptions_lapsed"], &run["done"]), (&json!(4_101), &json!(true)));
}

#[test]
fn the_last_piece_is_had_again_however_many_redemptions_lapsed_before_it() {
    let mut desk = bank();
    reserved(&mut desk, "C1", "R", Some(1));
    reserved(&mut desk, "D1", "S", None);
    many_of_s(&mut desk, 2_100);
    assert_eq!(desk.done_at(LATER_MS, Method::Get, "/rewards/R", "")["stock"], 1);
    let made = desk.done_at(LATER_MS, Method::Post, "/redemptions", &order("D1", "R").to_string());
    assert_eq!(made["state"], "reserved");
}

#[test]
fn pieces_that_nobody_confirmed_can_be_taken_out_of_stock() {
    let mut desk = bank();
    reserved(&mut desk, "C1", "R", Some(1));
    let taken = desk.done_at(LATER_MS, Method::Post, "/rewards/R/stock", &json!({"add": -1}).to_string());
    assert_eq!(taken["stock"], 0);
}
