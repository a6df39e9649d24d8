//! Points, rewards and partners: what is a foreign customer's, and what is the whole bank's. Made from the route list, for
//! the key of a branch and for a customer manager's.

use serde_json::{Value, json};
use store::Connection;
use tests::desk::{Desk, KEY};
use web::{Method, Scope};

/// Paths that go on with what belongs to a customer.
const OWNED: [&str; 9] = [
    "/points/accounts/",
    "/points/adjustments/",
    "/points/blocks/",
    "/points/events/",
    "/points/merges/",
    "/points/pools/",
    "/points/reservations/",
    "/points/transfers/",
    "/redemptions/",
];

/// What every key may read, because it tells of no customer.
const OPEN: [&str; 7] = [
    "/points/campaigns",
    "/points/campaigns/{id}",
    "/points/programme",
    "/points/rules",
    "/points/rules/{id}",
    "/rewards",
    "/rewards/{id}",
];

/// What answers for a part of the bank, or takes the ids of customers in its body.
const PARTS: [&str; 11] = [
    "/points/adjustments",
    "/points/blocks",
    "/points/events",
    "/points/events/dry-run",
    "/points/liability",
    "/points/measures",
    "/points/merges",
    "/points/reservations",
    "/points/returns",
    "/points/transfers",
    "/redemptions",
];

pub(super) type Routes = Vec<(Method, &'static str)>;

/// Routes of keys, about points; partners' own requests are signed instead.
pub(super) fn routes(desk: &Desk) -> Routes {
    let mut routes = desk.routes();
    let about = ["/points/", "/redemptions", "/rewards", "/partners"];
    routes.retain(|(_, path)| about.iter().any(|start| path.starts_with(start)));
    routes
}

fn is_owned(path: &str) -> bool {
    path.contains('{') && OWNED.iter().any(|start| path.starts_with(start))
}

/// What belongs to a customer, by the word of the path that it follows.
pub(super) struct Things(Vec<(&'static str, String)>);

impl Things {
    /// Nobody's: ids that are not known.
    fn nobodys() -> Self {
        let of = |word: &'static str| (word, "999999".to_owned());
        Self(OWNED.map(|start| of(word(start))).to_vec())
    }

    /// The path of a route about this customer's thing.
    fn path(&self, route: &str) -> String {
        let id = &self.0.iter().find(|(of, _)| *of == word(route)).expect("a thing").1;
        route.replace("{source}", "core").replace("{id}", id).replace("{step}", "cancel")
    }
}

/// `accounts` of `/points/accounts/{id}`, `redemptions` of `/redemptions/{id}`.
fn word(path: &str) -> &str {
    path.trim_start_matches("/points").split('/').nth(1).unwrap_or_default()
}

fn customer(desk: &mut Desk, id: &str, organisation: &str) {
    desk.post("/intake/customers", &json!({"id": id, "organisation_id": organisation, "name": "x"}));
    desk.post("/points/events", &purchase(id, id));
}

pub(super) fn purchase(id: &str, customer: &str) -> Value {
    json!({"source": "core", "id": id, "customer_id": customer, "type": "purchase", "amount": "100.00",
        "occurred_at": "2026-11-01T10:00:00+08:00"})
}

/// Gives a customer, and two more of the same organisation, all that a customer can have.
fn furnish(desk: &mut Desk, id: &str, organisation: &str) -> Things {
    let (other, twin) = (format!("{id}-other"), format!("{id}-twin"));
    for id in [id, &other, &twin] {
        customer(desk, id, organisation);
    }
    let mut made =
        |target: &str, body: Value| desk.post(target, &body)["id"].as_str().expect("an id").to_owned();
    let reservation = json!({"customer_id": id, "points": 10, "ttl_seconds": 3_600});
    let things = vec![
        ("accounts", id.to_owned()),
        ("blocks", id.to_owned()),
        ("events", id.to_owned()),
        ("reservations", made("/points/reservations", reservation)),
        ("transfers", made("/points/transfers", json!({"from": id, "to": other, "points": 5}))),
        ("merges", made("/points/merges", json!({"from": twin, "into": id, "reason": "x"}))),
        ("adjustments", made("/points/adjustments", json!({"customer_id": id, "points": 5, "reason": "x"}))),
        ("redemptions", made("/redemptions", json!({"customer_id": id, "reward_id": "cup"}))),
        ("pools", format!("home-of-{id}")),
    ];
    let members = json!({"members": [id]}).to_string();
    assert_eq!(desk.ask(Method::Put, &format!("/points/pools/home-of-{id}"), KEY, &members).0, 200);
    Things(things)
}

/// A bank with the customers `own` and `colleague` of the branch B1 and `foreign` of the branch B2, who have the same
/// things. The customer manager m1 of B1 takes care of `own`, and of the twin whose account was merged into it.
pub(super) fn bank() -> (Desk, [Things; 3]) {
    let mut desk = Desk::new();
    desk.post(
        "/intake/organisations",
        &json!([{"id": "HQ", "name": "HQ"}, {"id": "B1", "parent_id": "HQ", "name": "B1"},
            {"id": "B2", "parent_id": "HQ", "name": "B2"}]),
    );
    desk.post(
        "/intake/employees",
        &json!({"id": "m1", "organisation_id": "B1", "name": "x", "role": "manager"}),
    );
    desk.post("/points/rules", &rule());
    desk.post("/points/rules/buy/activate", &json!({}));
    desk.post("/rewards", &reward());
    desk.post("/partners", &json!({"id": "hotel", "name": "Hotel"}));
    let things = [("own", "B1"), ("colleague", "B1"), ("foreign", "B2")]
        .map(|(id, organisation)| furnish(&mut desk, id, organisation));
    for id in ["own", "own-twin"] {
        desk.post("/churn/cases", &json!({"customer_id": id, "owner_id": "m1"}));
    }
    (desk, things)
}

pub(super) fn rule() -> Value {
    json!({"id": "buy", "name": {"zh": "x", "en": "x"}, "events": ["purchase"],
        "earn": {"per_amount": {"points": 1, "per": "1.00", "rounding": "floor"}}})
}

pub(super) fn reward() -> Value {
    json!({"id": "cup", "name": {"zh": "杯", "en": "Cup"}, "price": {"points": 10}, "fulfilment": "shipment"})
}

/// Each class of keys that see a part of the bank, with the places of the customers that are foreign to it.
pub(super) const CLASSES: [(&str, &str, &[usize]); 2] =
    [("organisation_id", "B1", &[2]), ("employee_id", "m1", &[1, 2])];

pub(super) fn key(desk: &mut Desk, owner: &str, id: &str) -> String {
    let scopes: Vec<&str> =
        Scope::GRANTABLE.into_iter().filter(|scope| *scope != Scope::Admin).map(Scope::name).collect();
    let mut client = json!({"name": id, "scopes": scopes});
    client[owner] = json!(id);
    desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned()
}

/// Every row of every table of points, so that no change is missed.
pub(super) fn rows(desk: &mut Desk) -> Vec<String> {
    rows_of(desk, &["points_", "redemption", "reward", "partner", "coupon"], 20)
}

/// Every row of the tables, `least` or more, whose names start so.
pub(super) fn rows_of(desk: &mut Desk, starts: &[&str], least: usize) -> Vec<String> {
    let mut tables = desk
        .connection
        .execute("select name from sqlite_schema where type = 'table' order by name", &[])
        .and_then(|found| found.read("tables", |row| row.text()))
        .expect("tables");
    tables.retain(|table| starts.iter().any(|start| table.starts_with(start)));
    assert!(tables.len() >= least, "{tables:?}");
    let mut rows = Vec::new();
    for table in tables {
        let columns = desk
            .connection
            .execute(&format!("select name from pragma_table_info('{table}')"), &[])
            .and_then(|found| found.read("columns", |row| row.text()))
            .expect("columns");
        let shown: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
        let sql = format!("select {} from {table} order by 1", shown.join(" || ',' || "));
        let found = desk.connection.execute(&sql, &[]).and_then(|found| found.read("rows", |row| row.text()));
        rows.extend(found.expect("rows").into_iter().map(|row| format!("{table}: {row}")));
    }
    rows
}

pub(super) fn unchanged(before: &[String], after: &[String]) {
    for (before, after) in before.iter().zip(after) {
        assert_eq!(before, after);
    }
    assert_eq!(before.len(), after.len());
}

/// A body that the route takes.
fn body(path: &str) -> String {
    if path.ends_with("/post") {
        return json!({"points": 1}).to_string();
    }
    if path.starts_with("/points/pools/") { json!({"members": ["own"]}).to_string() } else { String::new() }
}

#[test]
fn what_a_foreign_customer_has_is_neither_seen_nor_changed() {
    for (owner, id, foreign) in CLASSES {
        let (mut desk, things) = bank();
        let key = key(&mut desk, owner, id);
        let before = rows(&mut desk);
        let mut checked = 0;
        for (method, path) in routes(&desk).into_iter().filter(|(_, path)| is_owned(path)) {
            let mut ask = |things: &Things| desk.ask(method, &things.path(path), &key, &body(path));
            let unknown = ask(&Things::nobodys());
            for place in foreign {
                let answer = ask(&things[*place]);
                // A pool that is not there is dissolved already, and one that is not known can be made.
                let is_pool = path.starts_with("/points/pools/");
                let expected = if is_pool && method == Method::Delete { 204 } else { 404 };
                assert_eq!(answer.0, expected, "{} {path}: {}", method.name(), answer.1);
                let may_tell_apart = is_pool && method == Method::Put;
                assert!(may_tell_apart || answer == unknown, "{} {path} tells them apart", method.name());
            }
            checked += 1;
        }
        assert!(checked >= 17, "{checked}");
        unchanged(&before, &rows(&mut desk));
        for (method, path) in routes(&desk).into_iter().filter(|(_, path)| is_owned(path)) {
            let (status, answer) = desk.ask(method, &things[0].path(path), &key, &body(path));
            // What an earlier route has ended is in the wrong state for the next one.
            assert!(
                (200..300).contains(&status) || status == 409,
                "{} {path}: {status} {answer}",
                method.name()
            );
        }
    }
}

#[test]
fn what_is_the_whole_banks_is_refused_to_a_key_that_sees_a_part_of_it() {
    for (owner, id, _) in CLASSES {
        let (mut desk, _) = bank();
        let key = key(&mut desk, owner, id);
        let before = rows(&mut desk);
        let mut refused = 0;
        for (method, path) in routes(&desk) {
            let is_open = method == Method::Get && OPEN.contains(&path);
            if is_owned(path) || PARTS.contains(&path) {
                continue;
            }
            let target = path
                .replace("{id}", if path.starts_with("/partners") { "hotel" } else { "cup" })
                .replace("{number}", "1")
                .replace("{month}", "2026-10");
            let target =
                if path.starts_with("/points/rules") { target.replace("cup", "buy") } else { target };
            let (status, answer) = desk.ask(method, &target, &key, "{}");
            if is_open {
                assert!(status == 200 || path == "/points/campaigns/{id}", "{path}: {status} {answer}");
            } else {
                assert_eq!(status, 403, "{} {path}: {answer}", method.name());
                refused += 1;
            }
        }
        assert!(refused >= 30, "{refused}");
        for path in ["/points/liability", "/points/measures", "/points/adjustments"] {
            for part in ["B2", "HQ"] {
                let target = format!("{path}?organisation_id={part}");
                assert_eq!(desk.ask(Method::Get, &target, &key, "").0, 403, "{target}");
            }
            let (status, answer) = desk.ask(Method::Get, path, &key, "");
            assert_eq!(status, if owner == "employee_id" { 403 } else { 200 }, "{path}: {answer}");
            let told = answer.to_string();
            assert!(!told.contains("B2") && !told.contains("foreign"), "{path}: {told}");
        }
        unchanged(&before, &rows(&mut desk));
    }
}
