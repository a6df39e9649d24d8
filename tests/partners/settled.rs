//! A month with a partner: settled as the ledger has it, reconciled with the partner's list, disputed, paid.

use serde_json::{Value, json};
use store::{Connection, Value as Stored};
use tests::desk::{Desk, KEY, NOW_MS};
use web::signature::{Secret, Signed, verify};
use web::{Method, Request};

use super::air::Air;

/// 2026-10-15T04:00:00Z.
const OCTOBER_MS: i64 = NOW_MS - 38 * 86_400_000;

/// A month of the airline's: 500 earned, 130 burnt of which 30 came back, 300 got for 200 miles, 15 given for 10.
fn flown(terms: &Value) -> Air {
    let mut terms = terms.clone();
    terms["exchange"] = json!({"units": 2, "points": 3, "rounding": "floor"});
    terms["point_value"] = json!({"points": 100, "amount": "1.50"});
    let mut air = Air::new(&terms);
    air.now_ms = OCTOBER_MS;
    let miles =
        |direction: &str, units: i64| json!({"customer_id": "c2", "direction": direction, "units": units});
    air.done("earn", "e1", &json!({"customer_id": "c1", "points": 500, "reference": "CA1831"}));
    air.done("burn", "b1", &json!({"customer_id": "c1", "points": 100}));
    air.done("burn", "b2", &json!({"customer_id": "c1", "points": 30}));
    air.done("burn/cancel", "x1", &json!({"of": "b2"}));
    air.done("exchange", "i1", &miles("in", 200));
    air.done("exchange", "o1", &miles("out", 10));
    air.done("reserve", "r1", &json!({"customer_id": "c1", "points": 5, "ttl_seconds": 60}));
    air.now_ms = NOW_MS;
    air.done("earn", "later", &json!({"customer_id": "c1", "points": 1}));
    air
}

fn settle(desk: &mut Desk) -> Value {
    desk.post("/partners/air/settlements", &json!({"month": "2026-10"}))
}

/// Points that the ledger has of partners' requests up to a day, by the kinds of its entries.
fn of_ledger(desk: &mut Desk, kind: i64) -> i64 {
    let october = domain::date::Month::parse("2026-10").expect("a month");
    let rows = desk.connection.execute(
        "select coalesce(sum(points), 0) from points_entry
         where cause = 7 and kind = ?1 and on_day between ?2 and ?3",
        &[Stored::Integer(kind), october.first_day().number().into(), october.last_day().number().into()],
    );
    rows.expect("read").read_one("of_ledger", |row| row.integer()).expect("a sum")
}

#[test]
fn a_month_is_settled_once_and_as_the_ledger_has_it() {
    let mut air = flown(&json!({"notify": true, "endpoint": "/air"}));
    for month in ["2026-11", "2026-12"] {
        let body = json!({"month": month}).to_string();
        let (status, problem) = air.desk.ask(Method::Post, "/partners/air/settlements", KEY, &body);
        assert_eq!((status, super::air::slug(&problem).1.as_str()), (422, "/month"), "{month}");
    }
    let settled = settle(&mut air.desk);
    for (line, requests, points, units, kind) in [
        ("earn", 1, 500, 0, 2),
        ("burn", 2, 130, 0, 12),
        ("exchange_in", 1, 300, 200, 3),
        ("exchange_out", 1, 15, 10, 13),
        ("give_back", 1, 30, 0, 8),
    ] {
        let lines = settled["lines"].as_array().expect("lines");
        let found = lines.iter().find(|found| found["kind"] == line).expect(line);
        assert_eq!(found, &json!({"kind": line, "requests": requests, "points": points, "units": units}));
        assert_eq!(of_ledger(&mut air.desk, kind), points, "{line}");
    }
    let figure = |name: &str| settled[name].as_i64().expect(name);
    assert_eq!(["payable", "receivable", "net"].map(figure), [115, 800, -685]);
    let amount = |name: &str| settled[name].as_str().expect(name).to_owned();
    let amounts = ["payable_amount", "receivable_amount", "net_amount"].map(amount);
    assert_eq!(amounts, ["1.72", "12.00", "-10.27"], "what is less than a unit is dropped");
    assert_eq!(settled["state"], "open");

    air.desk.ask(Method::Put, "/partners/air", KEY, "{\"name\":\"Air\"}");
    assert_eq!(settle(&mut air.desk), settled, "terms that change later leave it as it is");
    assert_eq!(air.desk.get("/partners/air/settlements")["items"], json!([settled]));
    let messages = air.desk.get("/outbox?channel=partner");
    let items = messages["items"].as_array().expect("items");
    assert_eq!(items.len(), 1, "told once");
    assert_eq!((&items[0]["topic"], &items[0]["recipient"]), (&json!("partner.settlement"), &json!("air")));

    let lines = air.desk.get("/partners/air/settlements/2026-10/lines?limit=4");
    let cursor = lines["next_cursor"].as_str().expect("a cursor");
    let rest = air.desk.get(&format!("/partners/air/settlements/2026-10/lines?limit=4&cursor={cursor}"));
    let reference = |line: &Value| line["reference"].as_str().expect("an id").to_owned();
    let all = [&lines, &rest].map(|page| page["items"].as_array().expect("items").iter().map(reference));
    let all: Vec<String> = all.into_iter().flatten().collect();
    assert_eq!(all, ["e1", "b1", "b2", "x1", "i1", "o1"]);
    assert_eq!(lines["items"][0]["note"], "CA1831");
    assert_eq!(air.desk.ask(Method::Get, "/partners/air/settlements/2026-09", KEY, "").0, 404);
    assert_eq!(air.desk.ask(Method::Get, "/partners/air/settlements/10-2026", KEY, "").0, 400);
}

#[test]
fn the_file_of_a_month_is_signed_for_its_partner() {
    let mut air = flown(&json!({}));
    let id = settle(&mut air.desk)["id"].as_str().expect("an id").to_owned();
    let request = Request::new(Method::Get, "/partners/air/settlements/2026-10").key(KEY);
    let answer = air.desk.answer_at(NOW_MS, request.header("accept", "text/csv"));
    let text = String::from_utf8(answer.body.clone()).expect("text");
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows[0], "partner_id,month,line,requests,points,units,amount");
    assert_eq!(rows[2], "air,2026-10,burn,2,130,0,");
    assert_eq!(rows[6], "air,2026-10,payable,,115,,1.72");
    assert_eq!(rows[9], "air,2026-10,net,,-685,,-10.27");
    let header = |name: &str| answer.find_header(name).expect("a header");
    let headers = Signed {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
    };
    assert_eq!(headers.id, id);
    let secret = Secret::parse(&air.secret).expect("a secret");
    assert!(verify(std::slice::from_ref(&secret), headers, &answer.body, NOW_MS, 0).is_ok());
    let forged = text.replace("-685", "-585");
    assert!(verify(&[secret], headers, forged.as_bytes(), NOW_MS, 0).is_err());
}

/// Reconciles October with a list as CSV, and what was paid.
fn reconcile(desk: &mut Desk, rows: &[&str], paid: &str) -> Value {
    let csv = format!("reference,kind,points\r\n{}\r\n", rows.join("\r\n"));
    let target = format!("/partners/air/reconcile?month=2026-10{paid}");
    let request = Request::new(Method::Post, &target).key(KEY).header("content-type", "text/csv").body(csv);
    let (status, json) = desk.ask_at(NOW_MS, request);
    assert_eq!(status, 200, "{json}");
    json
}

const ALL: [&str; 6] = [
    "e1,earn,500",
    "b1,burn,100",
    "b2,burn,30",
    "x1,give_back,30",
    "i1,exchange_in,300",
    "o1,exchange_out,15",
];

#[test]
fn both_lists_and_the_payment_are_compared() {
    let mut air = flown(&json!({}));
    let early = air.desk.ask(Method::Post, "/partners/air/reconcile?month=2026-10", KEY, "");
    assert_eq!((early.0, super::air::slug(&early.1).0.as_str()), (404, "unknown-settlement"));
    settle(&mut air.desk);
    let found = reconcile(&mut air.desk, &["e1,earn,500", "b1,burn,101", "z9,burn,7"], "");
    assert_eq!((&found["matched"], &found["settlement"]["state"]), (&json!(1), &json!("open")));
    let told = |kind: &str| {
        let items = found[kind]["items"].as_array().expect("items");
        assert_eq!(found[kind]["count"], items.len());
        items.iter().map(|item| item["reference"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told("missing_here"), ["z9"]);
    assert_eq!(told("missing_there"), ["b2", "x1", "i1", "o1"]);
    assert_eq!(told("different"), ["b1"]);
    let expected = json!({"reference": "b1", "ours": {"kind": "burn", "points": 100},
        "theirs": {"kind": "burn", "points": 101}});
    assert_eq!(found["different"]["items"][0], expected);

    let alike = reconcile(&mut air.desk, &ALL, "&paid=-10.00");
    assert_eq!((&alike["matched"], &alike["settlement"]["state"]), (&json!(6), &json!("reconciled")));
    let payment = json!({"expected": "-10.27", "paid": "-10.00", "difference": "0.27"});
    assert_eq!(alike["payment"], payment);
    assert_eq!(reconcile(&mut air.desk, &ALL, "&paid=-10.27")["settlement"]["state"], "paid");
    let after = reconcile(&mut air.desk, &ALL[..1], "");
    assert_eq!(after["settlement"]["state"], "paid", "what is paid stays paid");

    let lines = ALL.map(|row| {
        let cells: Vec<&str> = row.split(',').collect();
        let points: i64 = cells[2].parse().expect("points");
        json!({"reference": cells[0], "kind": cells[1], "points": points}).to_string()
    });
    let target = "/partners/air/reconcile?month=2026-10";
    let (status, json) = air.desk.ask(Method::Post, target, KEY, &lines.join("\n"));
    assert_eq!((status, &json["matched"]), (200, &json!(6)), "lines of JSON tell the same");
    for (body, pointer) in [
        ("{\"reference\":\"e1\",\"kind\":\"reserve\",\"points\":1}", "/0/kind"),
        (
            "[{\"reference\":\"e1\",\"kind\":\"earn\",\"points\":1},{\"reference\":\"e1\",\"kind\":\"earn\",\"points\":1}]",
            "/1/reference",
        ),
    ] {
        let (status, problem) = air.desk.ask(Method::Post, target, KEY, body);
        assert_eq!((status, super::air::slug(&problem).1.as_str()), (422, pointer), "{problem}");
    }
}

#[test]
fn a_month_with_an_open_dispute_is_open_however_alike_both_lists_are() {
    let mut air = flown(&json!({}));
    settle(&mut air.desk);
    assert_eq!(reconcile(&mut air.desk, &ALL, "")["settlement"]["state"], "reconciled");
    let dispute = json!({"month": "2026-10", "reference": "b1", "reason": "the customer did not fly"});
    let opened = air.desk.post("/partners/air/disputes", &dispute);
    assert_eq!(air.desk.get("/partners/air/settlements/2026-10")["state"], "open");
    let paid = reconcile(&mut air.desk, &ALL, "&paid=-10.27");
    assert_eq!((&paid["matched"], &paid["settlement"]["state"]), (&json!(6), &json!("open")));
    let resolve = format!("/partners/air/disputes/{}/resolve", opened["id"].as_str().expect("an id"));
    air.desk.post(&resolve, &json!({"resolution": "the customer did"}));
    assert_eq!(reconcile(&mut air.desk, &ALL, "&paid=-10.27")["settlement"]["state"], "paid");
}

#[test]
fn a_dispute_that_is_resolved_settles_its_request_and_moves_the_sum() {
    let mut air = flown(&json!({}));
    let dispute = json!({"month": "2026-10", "reference": "b1", "reason": "101 points by our books"});
    let path = "/partners/air/disputes";
    assert_eq!(air.desk.ask(Method::Post, path, KEY, &dispute.to_string()).0, 404, "nothing is settled yet");
    settle(&mut air.desk);
    let opened = air.desk.post(path, &dispute);
    assert_eq!((&opened["state"], &opened["reference"]), (&json!("open"), &json!("b1")));
    let again = air.desk.ask(Method::Post, path, KEY, &dispute.to_string());
    assert_eq!((again.0, super::air::slug(&again.1).0.as_str()), (409, "already-exists"));
    let mut theirs = ALL;
    theirs[1] = "b1,burn,101";
    assert_eq!(reconcile(&mut air.desk, &theirs, "")["settlement"]["state"], "open");

    let resolve = format!("{path}/{}/resolve", opened["id"].as_str().expect("an id"));
    let resolved = air.desk.post(&resolve, &json!({"resolution": "the receipt says 101", "adjustment": 1}));
    assert_eq!((&resolved["state"], &resolved["adjustment"]), (&json!("resolved"), &json!(1)));
    assert_eq!(air.desk.ask(Method::Post, &resolve, KEY, "{\"resolution\":\"x\"}").0, 409);
    assert_eq!(air.desk.get(path)["items"], json!([resolved]));
    let found = reconcile(&mut air.desk, &theirs, "&paid=-10.26");
    assert_eq!((&found["settled"], &found["matched"]), (&json!(1), &json!(5)));
    let settlement = &found["settlement"];
    assert_eq!((&settlement["adjustment"], &settlement["net"]), (&json!(1), &json!(-684)));
    assert_eq!((&settlement["net_amount"], &settlement["state"]), (&json!("-10.26"), &json!("paid")));

    let late = air.desk.post(path, &json!({"month": "2026-10", "reference": "b2", "reason": "late"}));
    let resolve = format!("{path}/{}/resolve", late["id"].as_str().expect("an id"));
    let body = "{\"resolution\":\"x\",\"adjustment\":5}";
    assert_eq!(air.desk.ask(Method::Post, &resolve, KEY, body).0, 409, "the month is paid");
    assert_eq!(air.desk.post(&resolve, &json!({"resolution": "nothing to it"}))["adjustment"], 0);
    assert_eq!(air.desk.ask(Method::Post, &format!("{path}/99/resolve"), KEY, body).0, 404);
}

#[test]
fn what_comes_back_to_a_lot_that_has_ended_can_be_spent_for_a_while() {
    let mut air = Air::new(&json!({"expiry_months": 1}));
    air.now_ms = OCTOBER_MS;
    air.done("earn", "e1", &json!({"customer_id": "c1", "points": 100}));
    air.done("burn", "b1", &json!({"customer_id": "c1", "points": 60}));
    air.now_ms = NOW_MS;
    assert_eq!(air.active("c1"), 0, "the last day was 15 November");
    assert_eq!(air.done("burn/cancel", "x1", &json!({"of": "b1"}))["active"], 60, "what had ended stays so");
    air.desk.post("/points/expiry-runs", &json!({}));
    let rows = air.desk.connection.execute("select sum(points_left) from points_open_lot", &[]);
    let left = rows.expect("read").read_one("left", |row| row.integer()).expect("a sum");
    assert_eq!(left, 60);
    assert_eq!(air.desk.get("/points/audit")["ok"], true, "the ledger adds up");
    air.now_ms += 31 * 86_400_000;
    assert_eq!(air.active("c1"), 0, "thirty days later it ends again");
}
