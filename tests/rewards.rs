//! Rewards (积分兑换): the catalogue, what is redeemed, refused, fulfilled, undone, and who sees it.

use app::points::Moment;
use domain::date::Day;
use serde_json::{Value, json};
use store::Connection;
use tests::desk::{Desk, KEY, NOW_MS};
use web::{Method, Request};

#[path = "rewards/accounts.rs"]
mod accounts;
#[path = "rewards/bank.rs"]
mod bank;
#[path = "rewards/codes.rs"]
mod codes;
#[path = "rewards/lapsed.rs"]
mod lapsed;
#[path = "rewards/payments.rs"]
mod payments;
#[path = "rewards/refusals.rs"]
mod refusals;

use bank::{bank, customer, ids, offer, order, refused, reward, texts};

#[test]
fn a_code_of_the_pool_goes_to_one_customer_in_the_order_of_the_import() {
    let mut desk = bank();
    offer(&mut desk, "R", &json!({"fulfilment": "code", "codes": "pool", "stock": 5}));
    assert_eq!(refused(&mut desk, Method::Post, "/redemptions", &order("C1", "R")).1, "out-of-stock");
    let imported = desk.post("/rewards/R/codes", &json!({"codes": ["K1", "K2", "K2", "K3"]}));
    assert_eq!(imported, json!({"accepted": 3, "duplicates": [{"line": 3, "code": "K2"}], "codes_left": 3}));
    let again = desk.post("/rewards/R/codes", &json!([{"code": "K3"}, {"codes": ["K4"]}]));
    assert_eq!(again, json!({"accepted": 1, "duplicates": [{"line": 1, "code": "K3"}], "codes_left": 4}));
    let lines = Request::new(Method::Post, "/rewards/R/codes")
        .key(KEY)
        .header("content-type", "application/x-ndjson")
        .body("{\"code\":\"K4\"}\n{\"code\":\"K5\"}\n");
    let (status, answer) = desk.ask_at(NOW_MS, lines);
    let known = json!({"accepted": 1, "duplicates": [{"line": 1, "code": "K4"}], "codes_left": 5});
    assert_eq!((status, answer), (200, known));

    let mut two = order("C1", "R");
    two["quantity"] = json!(2);
    let first = desk.post("/redemptions", &two);
    assert_eq!((&first["state"], texts(&first["codes"])), (&json!("fulfilled"), vec!["K1", "K2"]));
    assert_eq!((&first["points"], &first["balance"]), (&json!(200), &json!(800)));
    assert_eq!(first["lots"], json!([{"id": "1", "points": 200}]));
    assert_eq!(texts(&desk.post("/redemptions", &order("D1", "R"))["codes"]), ["K3"]);
    let shown = desk.get("/rewards/R");
    assert_eq!((&shown["stock"], &shown["codes_left"]), (&json!(2), &json!(2)));

    let path = format!("/redemptions/{}", first["id"].as_str().expect("an id"));
    assert_eq!(desk.get(&path), first);
    let cancel = format!("{path}/cancel");
    let kept = refused(&mut desk, Method::Post, &cancel, &json!({}));
    assert_eq!(kept, (409, "wrong-state".to_owned(), "/returned".to_owned()));
    let undone = desk.post(&cancel, &json!({"returned": true}));
    assert_eq!((&undone["state"], &undone["balance"]), (&json!("cancelled"), &json!(1000)));
    assert_eq!((texts(&undone["codes"]), texts(&undone["void_codes"])), (vec![], vec!["K1", "K2"]));
    // The pieces are there again, and what was handed out once goes to nobody else.
    let shown = desk.get("/rewards/R");
    assert_eq!((&shown["stock"], &shown["codes_left"]), (&json!(2), &json!(2)));
    assert_eq!(texts(&desk.post("/redemptions", &order("C1", "R"))["codes"]), ["K4"]);
}

#[test]
fn generated_codes_are_long_different_and_another_rewards_are_others() {
    let mut desk = bank();
    let mut all = Vec::new();
    for id in ["R", "S"] {
        offer(&mut desk, id, &json!({"fulfilment": "code", "codes": "generated"}));
        let mut body = order("C1", id);
        body["quantity"] = json!(3);
        let answer = desk.post("/redemptions", &body);
        all.extend(texts(&answer["codes"]).into_iter().map(str::to_owned));
        let codes = format!("/rewards/{id}/codes");
        let imported = refused(&mut desk, Method::Post, &codes, &json!({"code": "K"}));
        assert_eq!((imported.0, imported.1.as_str()), (409, "wrong-state"));
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 6);
    assert!(all.iter().all(|code| code.len() == 23), "{all:?}");
}

#[test]
fn a_reward_for_a_tier_is_for_its_holders() {
    let mut desk = bank();
    offer(&mut desk, "all", &json!({}));
    offer(&mut desk, "high", &json!({"tiers": ["core", "growth"]}));
    assert_eq!(ids(&desk.get("/rewards?tier=gold")), ["all"]);
    assert_eq!(ids(&desk.get("/rewards?tier=core")), ["all", "high"]);
    let month = |month: u8| {
        let month = format!("2026-{month:02}");
        json!({"customer_id": "C1", "month": month, "deposits": "90000000.00"})
    };
    let months: Vec<Value> = (1..=10).map(month).collect();
    desk.post("/intake/assets", &json!(months));
    desk.post("/tiers/reviews", &json!({"as_of": "2026-10-31"}));
    assert_eq!(desk.post("/redemptions", &order("C1", "high"))["state"], "fulfilled");
    assert_eq!(refused(&mut desk, Method::Post, "/redemptions", &order("D1", "high")).2, "/customer_id");
}

#[test]
fn the_last_piece_goes_to_exactly_one_of_many_buyers() {
    let mut desk = bank();
    offer(&mut desk, "R", &json!({"stock": 1}));
    let buyers: Vec<String> = (0..20).map(|buyer| format!("B{buyer}")).collect();
    buyers.iter().for_each(|buyer| customer(&mut desk, buyer, "B1"));
    let answers: Vec<(u16, Value)> = buyers
        .iter()
        .map(|buyer| desk.ask(Method::Post, "/redemptions", KEY, &order(buyer, "R").to_string()))
        .collect();
    assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 1);
    let others = answers.iter().filter(|(_, answer)| answer["type"] == "/problems/out-of-stock");
    assert_eq!(others.count(), 19);
    assert_eq!(desk.get("/rewards/R")["stock"], 0);
    assert_eq!(desk.get("/redemptions")["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(desk.post("/rewards/R/stock", &json!({"add": 2}))["stock"], 2);
    assert_eq!(refused(&mut desk, Method::Post, "/rewards/R/stock", &json!({"add": -3})).1, "out-of-stock");
    assert_eq!(desk.post("/rewards/R/stock", &json!({"add": -2}))["stock"], 0);
}

#[test]
fn a_repeat_with_one_key_redeems_and_cancels_once() {
    let mut desk = bank();
    offer(&mut desk, "R", &json!({"stock": 5}));
    let mut send = |target: &str, key: &str, body: &Value| {
        let request = Request::new(Method::Post, target).key(KEY).header("idempotency-key", key);
        desk.ask_at(NOW_MS, request.body(body.to_string()))
    };
    let first = send("/redemptions", "k1", &order("C1", "R"));
    assert_eq!((first.0, &first.1["balance"]), (201, &json!(900)));
    assert_eq!(send("/redemptions", "k1", &order("C1", "R")), first);
    let cancel = format!("/redemptions/{}/cancel", first.1["id"].as_str().expect("an id"));
    let undone = send(&cancel, "k2", &json!({}));
    assert_eq!((undone.0, &undone.1["balance"]), (200, &json!(1000)));
    assert_eq!(send(&cancel, "k2", &json!({})), undone);
    assert_eq!(send(&cancel, "k3", &json!({})).1["type"], "/problems/wrong-state");
    assert_eq!(desk.get("/rewards/R")["stock"], 5);
}

#[test]
fn a_higher_price_leaves_issued_points_what_they_could_buy() {
    let mut desk = bank();
    offer(&mut desk, "R", &json!({"stock": 9}));
    let earn_today = |desk: &mut Desk, id: &str| {
        desk.post("/intake/customers", &json!({"id": id, "organisation_id": "B1", "name": "x"}));
        let event = json!({"source": "t", "id": id, "occurred_at": "2026-11-22T03:00:00Z", "customer_id": id,
            "type": "purchase", "amount": "100.00"});
        desk.post("/points/events", &event);
    };
    earn_today(&mut desk, "F1");
    let dearer = json!({"price": {"points": 500}});
    let put = |desk: &mut Desk, members: &Value| {
        desk.ask(Method::Put, "/rewards/R", KEY, &reward("R", members).to_string())
    };
    let (status, problem) = put(&mut desk, &dearer);
    assert_eq!((status, &problem["type"]), (409, &json!("/problems/would-devalue")));
    assert_eq!((&problem["points"], desk.get("/rewards/R")["version"].as_i64()), (&json!(3000), Some(1)));
    let mut kept = dearer.clone();
    kept["issued"] = json!("grandfather");
    let (status, changed) = put(&mut desk, &kept);
    assert_eq!((status, &changed["version"], &changed["stock"]), (200, &json!(2), &json!(9)));
    assert_eq!(changed["prices"][0]["points"], 100);
    assert_eq!(changed["prices"][1]["points"], 500);
    earn_today(&mut desk, "E1");
    // On the day of the change F1 earned before it and E1 after it; C1 earned before there was a price at all.
    for (customer, points, version) in [("F1", 100, 1), ("E1", 500, 2), ("C1", 500, 2)] {
        let paid = desk.post("/redemptions", &order(customer, "R"));
        let expected = (&json!(points), &json!(version));
        assert_eq!((&paid["points"], &paid["reward_version"]), expected, "{customer}");
    }
}

#[test]
fn what_a_partner_did_not_confirm_is_booked_by_the_job_and_read_so_before() {
    let mut desk = bank();
    let members = json!({"fulfilment": "partner", "stock": 1, "confirm_within_seconds": 60});
    offer(&mut desk, "R", &members);
    let made = desk.post("/redemptions", &order("C1", "R"));
    assert_eq!((&made["state"], &made["balance"]), (&json!("reserved"), &json!(900)));
    assert_eq!(made["lots"], json!([{"id": "1", "points": 100}]));
    let (later, path) = (NOW_MS + 60_000, format!("/redemptions/{}", made["id"].as_str().expect("an id")));
    let read = |desk: &mut Desk, target: &str| desk.done_at(later, Method::Get, target, "");
    let shown = read(&mut desk, &path);
    assert_eq!((&shown["state"], &shown["balance"]), (&json!("timed_out"), &json!(1000)));
    assert_eq!(read(&mut desk, "/rewards/R")["stock"], 1);
    assert_eq!(ids(&read(&mut desk, "/redemptions?state=timed_out")).len(), 1);
    assert_eq!(ids(&read(&mut desk, "/redemptions?state=reserved")).len(), 0);
    let today = Day::parse("2026-11-22").expect("a date");
    let moment = Moment { now_ms: later, today, person: "job" };
    let booked: Vec<u64> =
        (0..2).map(|_| app::reward::time_out(&mut desk.connection, moment, 10).expect("booked")).collect();
    assert_eq!(booked, [1, 0]);
    let states = |shown: &Value| -> Vec<String> {
        shown["steps"].as_array().expect("steps").iter().map(|step| step["state"].to_string()).collect()
    };
    assert_eq!(states(&read(&mut desk, &path)), ["\"reserved\"", "\"timed_out\""]);
    assert_eq!(read(&mut desk, "/rewards/R")["stock"], 1);
    let left = desk.connection.execute("select stock from reward", &[]).expect("rows");
    assert_eq!(left.read_one("stock", |row| row.integer()).expect("a stock"), 1);
}
