//! Strategies (预警策略): who is told what when an alert opens, changed as data.

use serde_json::{Value, json};
use store::Connection;
use tests::branches::{ATTENTION, CHURNED, OBSERVED, bank, branch_key, check, check_again};
use tests::desk::{Desk, KEY, NOW_MS};
use web::Method;

fn put(desk: &mut Desk, strategies: &Value) -> (u16, Value) {
    let body = json!({"strategies": strategies}).to_string();
    desk.ask(Method::Put, "/churn/strategies", KEY, &body)
}

fn replace(desk: &mut Desk, strategies: &Value) -> Value {
    let (status, answer) = put(desk, strategies);
    assert_eq!(status, 200, "{answer}");
    answer
}

/// Due date, customer and who has to do it, of every task that is not done.
fn tasks(desk: &mut Desk) -> Vec<String> {
    let listing = desk.get("/tasks");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = listing["items"].as_array().expect("items").iter();
    let who = |item: &Value| match item["employee_id"].as_str() {
        Some(employee) => employee.to_owned(),
        None => format!("[{}]", text(&item["organisation_id"])),
    };
    items
        .map(|item| format!("{} {} {}", text(&item["due_on"]), text(&item["customer_id"]), who(item)))
        .collect()
}

/// Id, channel, recipient, text and instant of every message, by id.
fn messages(desk: &mut Desk) -> Vec<(String, String, String, Value, i64)> {
    let rows = desk
        .connection
        .execute("select message_id, channel, recipient, body, due_at from outbox order by message_id", &[])
        .expect("messages");
    let read = rows.read("test.messages", |row| {
        Ok((row.text()?, row.text()?, row.text()?, row.text()?, row.integer()?))
    });
    let parse = |body: &str| serde_json::from_str(body).expect("JSON");
    let messages = read.expect("messages").into_iter();
    messages.map(|(id, channel, to, body, due_at)| (id, channel, to, parse(&body), due_at)).collect()
}

fn number(desk: &mut Desk, table: &str, id: &str) -> i64 {
    let sql = format!("select {table}_ref from {table} where {table}_id = ?1");
    let rows = desk.connection.execute(&sql, &[id.into()]).expect("a number");
    rows.read_one("test.number", |row| row.integer()).expect("a number")
}

fn task(id: &str, to: &str, due_days: u8) -> Value {
    json!({"id": id, "status": "observed", "action": "task", "to": to, "due_days": due_days})
}

#[test]
fn everybody_is_told_whom_the_strategy_names() {
    let mut desk = bank();
    let list = json!([task("a", "manager", 0), task("b", "branch_manager", 1), task("c", "supervisor", 90)]);
    replace(&mut desk, &list);
    desk.post("/churn/cases", &json!({"customer_id": "of-b1", "owner_id": "m1"}));
    assert_eq!(check(&mut desk, OBSERVED), 4);
    let expected = [
        "2026-11-22 of-k1 head",
        "2026-11-22 of-b1 m1",
        "2026-11-22 of-b2 boss",
        "2026-11-22 of-hq boss",
        "2026-11-23 of-k1 head",
        "2026-11-23 of-b1 head",
        "2026-11-23 of-b2 boss",
        "2026-11-23 of-hq boss",
        "2027-02-20 of-k1 head",
        "2027-02-20 of-b1 boss",
        "2027-02-20 of-b2 boss",
        "2027-02-20 of-hq [HQ]",
    ];
    assert_eq!(tasks(&mut desk), expected);
    assert_eq!(check_again(&mut desk, OBSERVED), 0);
    assert_eq!(tasks(&mut desk), expected, "a check that is made again asks nobody twice");
}

#[test]
fn a_report_tells_each_head_once_a_check_of_all_that_is_new() {
    let mut desk = bank();
    let list = json!([{"id": "weekly", "status": "observed", "action": "report", "to": "supervisor",
        "tiers": ["gold"], "due_days": 0, "send_from": "18:00"}]);
    replace(&mut desk, &list);
    assert_eq!(check(&mut desk, OBSERVED), 4);
    let sent = messages(&mut desk);
    // Above K1 is B1 with its head; above the branches the house; above the house nobody.
    let to: Vec<(&str, &str)> =
        sent.iter().map(|(_, channel, to, ..)| (channel.as_str(), to.as_str())).collect();
    assert_eq!(to, [("mail", "boss"), ("mail", "head"), ("mail", "HQ")]);
    let (id, _, _, body, _) = &sent[0];
    assert!(id.starts_with("report-") && id.ends_with("-weekly"), "{id}");
    assert_eq!((&body["type"], &body["data"]["as_of"]), (&json!("churn.report"), &json!(OBSERVED)));
    assert_eq!(body["data"]["tiers"], json!([{"tier": "gold", "customers": 2}]));
    let customers: Vec<&Value> = body["data"]["customers"]
        .as_array()
        .expect("customers")
        .iter()
        .map(|line| &line["customer_id"])
        .collect();
    assert_eq!(customers, [&json!("of-b1"), &json!("of-b2")]);
    assert_eq!(
        body["data"]["text"],
        json!({"zh": format!("{OBSERVED}的流失检查发现2位客户状态变为观测。"),
               "en": format!("The churn check of {OBSERVED} found 2 customers whose status is now observed.")})
    );
    assert_eq!(check_again(&mut desk, OBSERVED), 0);
    assert_eq!(messages(&mut desk).len(), 3, "a check that finds nothing new reports nothing");
    check(&mut desk, ATTENTION);
    assert_eq!(messages(&mut desk).len(), 3, "another status is another strategy's");
}

#[test]
fn a_message_says_who_is_told_what_and_nothing_that_is_personal() {
    let mut desk = bank();
    let list = json!([
        {"id": "text", "status": "observed", "action": "sms", "to": "branch_manager", "due_days": 5,
         "send_from": "18:00"},
        {"id": "letter", "status": "observed", "action": "mail", "to": "supervisor", "due_days": 0,
         "send_from": "08:30"}]);
    replace(&mut desk, &list);
    check(&mut desk, OBSERVED);
    let sent = messages(&mut desk);
    assert_eq!(sent.len(), 8);
    let (customer, head) = (number(&mut desk, "customer", "of-b1"), number(&mut desk, "employee", "head"));
    let id = format!("churn-{customer}-4-1-{}-e{head}-text", 2026 * 12 + 7);
    let (_, channel, to, body, due_at) = sent.iter().find(|message| message.0 == id).expect("the message");
    assert_eq!((channel.as_str(), to.as_str()), ("sms", "head"));
    assert_eq!(*due_at, NOW_MS + 6 * 3_600_000, "noon has to wait for 18:00");
    let text = json!({
        "zh": "客户of-b1自2026-08起低于金级的门槛,状态为观测,请在2026-11-27或之前跟进。",
        "en": "Customer of-b1 has been below the threshold of Gold since 2026-08; the status is observed. Please \
               follow up by 2026-11-27.",
    });
    let expected = json!({"type": "churn.alert", "timestamp": "2026-11-22T04:00:00Z", "data": {
        "channel": "sms", "to": {"employee_id": "head"}, "customer_id": "of-b1", "tier": "gold", "status": "observed",
        "spell_from": "2026-08", "opened_on": OBSERVED, "due_on": "2026-11-27", "text": text}});
    assert_eq!(*body, expected);
    let to_house =
        sent.iter().find(|message| message.2 == "HQ").expect("nobody heads what is above the house");
    assert_eq!((to_house.1.as_str(), to_house.4), ("mail", NOW_MS), "08:30 has passed");
    assert_eq!(to_house.3["data"]["to"], json!({"organisation_id": "HQ"}));
    for (id, .., body, _) in &sent {
        let body = body.to_string();
        for personal in ["王芳", "13912345678", "wang@example.com"] {
            assert!(!body.contains(personal), "{id}: {body}");
        }
    }
    check_again(&mut desk, OBSERVED);
    assert_eq!(messages(&mut desk), sent, "a check that is made again sends nothing new");
}

#[test]
fn a_strategy_opens_one_case_about_an_alert_and_none_beside_an_open_one() {
    let mut desk = bank();
    replace(&mut desk, &json!([{"id": "k", "status": "observed", "action": "case", "due_days": 10}]));
    let own = desk.post("/churn/cases", &json!({"customer_id": "of-b2"}));
    check(&mut desk, OBSERVED);
    let listing = desk.get("/churn/cases");
    let cases = listing["items"].as_array().expect("items").clone();
    assert_eq!(cases.len(), 4);
    for case in cases.iter().filter(|case| case["id"] != own["id"]) {
        let expected = (json!("strategy:k"), json!("2026-12-02"), json!("gold"), Value::Null);
        let of = |name: &str| case[name].clone();
        assert_eq!((of("opened_by"), of("due_on"), of("tier"), of("owner_id")), expected);
        let alert = desk.get(&format!("/churn/alerts/{}", case["alert_id"].as_str().expect("an alert")));
        assert_eq!(alert["customer_id"], case["customer_id"]);
        let path = format!("/churn/cases/{}", case["id"].as_str().expect("an id"));
        let steps = desk.get(&path)["steps"].clone();
        assert_eq!((&steps[0]["step"], &steps[0]["person"]), (&json!("open"), &json!("strategy:k")));
        assert_eq!(steps.as_array().map(Vec::len), Some(1));
        desk.post(&format!("{path}/dismiss"), &json!({}));
    }
    check_again(&mut desk, OBSERVED);
    let again = desk.get("/churn/cases");
    assert_eq!(again["items"].as_array().map(Vec::len), Some(4), "a closed case is not opened again");
}

#[test]
fn a_list_that_is_replaced_acts_at_the_next_alert_and_every_version_is_kept() {
    let mut desk = bank();
    let seed = desk.get("/churn/strategies");
    assert_eq!((&seed["version"], &seed["created_by"]), (&json!(1), &json!("seed")));
    check(&mut desk, OBSERVED);
    assert_eq!(tasks(&mut desk).len(), 4, "the seed gives the manager a task");
    assert!(messages(&mut desk).is_empty(), "and sends messages about the two highest tiers only");

    let mail = json!([{"id": "letter", "status": "attention", "tiers": ["gold"], "action": "mail",
        "to": "branch_manager", "due_days": 7, "send_from": null}]);
    let second = replace(&mut desk, &mail);
    assert_eq!((&second["version"], &second["created_by"]), (&json!(2), &json!("admin")));
    assert_eq!(replace(&mut desk, &mail), second, "the same list again is the same version");
    check_again(&mut desk, OBSERVED);
    assert_eq!((tasks(&mut desk).len(), messages(&mut desk).len()), (4, 0), "what was announced stays so");
    assert_eq!(check(&mut desk, ATTENTION), 4);
    assert_eq!((tasks(&mut desk).len(), messages(&mut desk).len()), (4, 4));

    assert_eq!(replace(&mut desk, &json!([]))["version"], 3);
    assert_eq!(check(&mut desk, CHURNED), 4);
    assert_eq!((tasks(&mut desk).len(), messages(&mut desk).len()), (4, 4), "an empty list tells nobody");
    assert_eq!(desk.get("/churn/strategies?version=1"), seed);
    assert_eq!(desk.get("/churn/strategies?version=2"), second);
    let back = replace(&mut desk, &seed["strategies"]);
    assert_eq!((&back["version"], &back["strategies"]), (&json!(4), &seed["strategies"]));
    assert_eq!(desk.get("/churn/strategies"), back);
}

#[test]
fn a_list_that_makes_no_sense_is_refused_where_it_is_wrong() {
    let mut desk = Desk::new();
    let before = desk.get("/churn/strategies");
    let good = json!({"id": "s", "status": "observed", "action": "sms", "to": "manager", "due_days": 3});
    for (member, value, pointer) in [
        ("id", json!("a b"), "id"),
        ("id", json!("a.b"), "id"),
        ("id", json!("a:b"), "id"),
        ("status", json!("normal"), "status"),
        ("tiers", json!(["gold", "brass"]), "tiers/1"),
        ("tiers", json!(["gold", "gold"]), "tiers/1"),
        ("tiers", json!([]), "tiers"),
        ("action", json!("fax"), "action"),
        ("to", json!("customer"), "to"),
        ("to", Value::Null, "to"),
        ("due_days", json!(91), "due_days"),
        ("due_days", json!(-1), "due_days"),
        ("due_days", json!(1.5), "due_days"),
        ("send_from", json!("8:30"), "send_from"),
        ("send_from", json!("24:00"), "send_from"),
        ("phone", json!("1"), "phone"),
    ] {
        let mut wrong = good.clone();
        wrong[member] = value.clone();
        let mut first = good.clone();
        first["id"] = json!("first");
        let (status, problem) = put(&mut desk, &json!([first, wrong]));
        let expected = json!(format!("/strategies/1/{pointer}"));
        assert_eq!(
            (status, &problem["errors"][0]["pointer"]),
            (422, &expected),
            "{member} {value}: {problem}"
        );
    }
    let mut case = good.clone();
    case["action"] = json!("case");
    let mut early = task("early", "manager", 0);
    early["send_from"] = json!("08:30");
    let many: Vec<Value> = (0..51).map(|number| task(&format!("s{number}"), "manager", 0)).collect();
    for (list, pointer) in [
        (json!([good, good]), "/strategies/1/id"),
        (json!([case]), "/strategies/0/to"),
        (json!([early]), "/strategies/0/send_from"),
        (json!(many), "/strategies"),
        (json!({}), "/strategies"),
    ] {
        let (status, problem) = put(&mut desk, &list);
        assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!(pointer)), "{problem}");
    }
    assert_eq!(put(&mut desk, &json!(many[1..])).0, 200, "fifty are allowed");
    assert_eq!(replace(&mut desk, &before["strategies"])["version"], 3, "nothing wrong was kept");
    for (query, status) in [("version=0", 400), ("version=x", 400), ("version=9", 404), ("since=1", 400)] {
        let answer = desk.ask(Method::Get, &format!("/churn/strategies?{query}"), KEY, "");
        assert_eq!(answer.0, status, "{query}: {}", answer.1);
    }
}

#[test]
fn a_branch_reads_the_strategies_and_does_not_replace_them() {
    let mut desk = bank();
    let key = branch_key(&mut desk, "B1");
    assert_eq!(desk.ask(Method::Get, "/churn/strategies", &key, "").0, 200);
    let body = json!({"strategies": []}).to_string();
    assert_eq!(desk.ask(Method::Put, "/churn/strategies", &key, &body).0, 403);
    let reader = desk.post("/api-clients", &json!({"name": "reader", "scopes": ["churn:read"]}));
    let reader = reader["key"].as_str().expect("a key").to_owned();
    assert_eq!(desk.ask(Method::Put, "/churn/strategies", &reader, &body).0, 403);
}
