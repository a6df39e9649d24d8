//! Codes are as good as what they buy: one reward's alone, and not for every reader's eyes.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY, NOW_MS};
use web::{Method, Request};

use super::bank::{bank, key, offer, order, texts};

fn pool(desk: &mut Desk, id: &str, codes: &[&str]) {
    offer(desk, id, &json!({"fulfilment": "code", "codes": "pool"}));
    desk.post(&format!("/rewards/{id}/codes"), &json!({"codes": codes}));
}

/// Redeems so many pieces of a reward for C1.
fn buy(desk: &mut Desk, id: &str, pieces: usize) -> Value {
    let mut body = order("C1", id);
    body["quantity"] = json!(pieces);
    desk.post("/redemptions", &body)
}

#[test]
fn a_code_of_one_reward_is_no_code_of_another_and_is_named_with_its_line() {
    let mut desk = bank();
    pool(&mut desk, "R", &["K1", "K2"]);
    assert_eq!(texts(&buy(&mut desk, "R", 1)["codes"]), ["K1"]);
    offer(&mut desk, "S", &json!({"fulfilment": "code", "codes": "pool"}));
    let lines = Request::new(Method::Post, "/rewards/S/codes")
        .key(KEY)
        .header("content-type", "application/x-ndjson")
        .body("{\"code\":\"N1\"}\n\n{\"code\":\"K2\"}\n{\"codes\":[\"N2\",\"K1\",\"N1\"]}\n");
    let (status, imported) = desk.ask_at(NOW_MS, lines);
    let known = |line: u32, code: &str| json!({"line": line, "code": code});
    let duplicates = [known(3, "K2"), known(4, "K1"), known(4, "N1")];
    assert_eq!((status, imported), (200, json!({"accepted": 2, "duplicates": duplicates, "codes_left": 2})));
    let of_one = desk.post("/rewards/S/codes", &json!({"codes": ["N3", "K1"]}));
    assert_eq!(of_one, json!({"accepted": 1, "duplicates": [known(2, "K1")], "codes_left": 3}));
    assert_eq!(texts(&buy(&mut desk, "S", 3)["codes"]), ["N1", "N2", "N3"]);
    assert_eq!(texts(&buy(&mut desk, "R", 1)["codes"]), ["K2"]);
}

#[test]
fn codes_are_masked_for_who_reads_and_may_not_redeem() {
    let mut desk = bank();
    pool(&mut desk, "R", &["ABCD-1234", "K1"]);
    let made = buy(&mut desk, "R", 2);
    assert_eq!(texts(&made["codes"]), ["ABCD-1234", "K1"]);
    let reader = key(&mut desk, &json!({"scopes": ["points:read"]}));
    let writer = key(&mut desk, &json!({"scopes": ["points:read", "points:write"]}));
    let path = format!("/redemptions/{}", made["id"].as_str().expect("an id"));
    let read = |desk: &mut Desk, key: &str| desk.ask(Method::Get, &path, key, "").1;
    assert_eq!(texts(&read(&mut desk, &reader)["codes"]), ["AB****34", "****"]);
    assert_eq!(read(&mut desk, &writer), made);
    let (status, listing) = desk.ask(Method::Get, "/redemptions", &reader, "");
    assert_eq!((status, listing.to_string().contains("1234")), (200, false));
    desk.post(&format!("{path}/cancel"), &json!({"returned": true}));
    let undone = read(&mut desk, &reader);
    assert_eq!((texts(&undone["codes"]), texts(&undone["void_codes"])), (vec![], vec!["AB****34", "****"]));
}

#[test]
fn the_kept_answer_with_its_codes_is_shown_to_its_own_client_alone() {
    let mut desk = bank();
    pool(&mut desk, "R", &["ABCD-1234", "EFGH-5678"]);
    let clients = ["first", "second"].map(|name| key(&mut desk, &json!({"name": name})));
    let mut send = |key: &str| {
        let request = Request::new(Method::Post, "/redemptions").key(key).header("idempotency-key", "k1");
        desk.ask_at(NOW_MS, request.body(order("C1", "R").to_string())).1
    };
    let first = send(&clients[0]);
    assert_eq!(texts(&first["codes"]), ["ABCD-1234"]);
    assert_eq!(texts(&send(&clients[1])["codes"]), ["EFGH-5678"], "another client's key is another key");
    assert_eq!(send(&clients[0]), first);
}
