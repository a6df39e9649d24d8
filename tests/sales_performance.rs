//! What was sold and credited (业绩): performance by key, closed periods, plans, ranking, work, and who sees what.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY, NOW_MS};
use tests::sales::{ask, bank, credit, customer, deliver, product};
use web::{Method, Request};

#[path = "sales_performance/law.rs"]
mod law;
#[path = "sales_performance/periods.rs"]
mod periods;
#[path = "sales_performance/plans.rs"]
mod plans;

/// Today, for what is asked long after it happened.
const LATER: &str = "2026-11-22";

const MARCH: &str = "from=2026-03-01&to=2026-03-31";

fn done(desk: &mut Desk, on: &str, method: Method, target: &str, body: &Value) -> Value {
    let (status, answer) = ask(desk, on, method, target, body);
    assert!((200..300).contains(&status), "{target}: {status} {answer}");
    answer
}

fn report(desk: &mut Desk, on: &str, target: &str) -> Value {
    done(desk, on, Method::Get, target, &Value::Null)
}

fn sale(id: &str, on: &str, organisation: &str, teller: &str, amount: &str) -> Value {
    json!({"source": "core", "id": id, "occurred_at": format!("{on}T10:00:00+08:00"), "customer_id": "C",
        "kind": "sale", "amount": amount, "product_id": "P", "organisation_id": organisation, "teller_id": teller,
        "channel": "counter"})
}

fn refund(id: &str, on: &str, of: &str, amount: &str) -> Value {
    json!({"source": "core", "id": id, "occurred_at": format!("{on}T10:00:00+08:00"), "customer_id": "C",
        "kind": "refund", "amount": amount, "refund_of": of})
}

/// The bank with a customer and a product of which nobody is credited automatically.
fn counter(rule: &Value) -> Desk {
    let mut desk = bank(&json!({}));
    customer(&mut desk, "C", "B1", &[]);
    product(&mut desk, rule);
    desk
}

fn by_hand() -> Value {
    json!({"automatic": "never"})
}

/// Members of each item after its key, as one text.
fn told(answer: &Value, members: &[&str]) -> Vec<String> {
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let items = answer["items"].as_array().unwrap_or_else(|| panic!("items: {answer}")).iter();
    let line = |item: &Value| {
        let words = std::iter::once(word(&item["key"])).chain(members.iter().map(|name| word(&item[*name])));
        words.collect::<Vec<_>>().join(" ")
    };
    items.map(line).collect()
}

/// Each key with its sales, amount, credit and corrections.
fn told_of(answer: &Value) -> Vec<String> {
    told(answer, &["sales", "amount", "credited", "corrections"])
}

/// Four employees of B1 and one of B2 have sold in March.
fn sold() -> Desk {
    let mut desk = counter(&by_hand());
    let sales = json!([
        sale("1", "2026-03-02", "B1", "T1", "100.00"),
        sale("2", "2026-03-31", "B1", "T1", "200.00"),
        sale("3", "2026-03-10", "B1", "T2", "200.00"),
        sale("4", "2026-03-10", "B1", "M1", "200.00"),
        sale("5", "2026-03-10", "B1", "R1", "100.00"),
        sale("6", "2026-03-10", "B2", "N1", "50.00"),
        sale("7", "2026-04-01", "B2", "N1", "999.00"),
    ]);
    deliver(&mut desk, LATER, "/intake/transactions", &sales);
    desk
}

#[test]
fn what_was_sold_is_told_by_employee_organisation_product_channel_and_month() {
    let mut desk = sold();
    let mut ask = |by: &str| {
        let answer = report(&mut desk, LATER, &format!("/sales/performance?by={by}&{MARCH}"));
        assert_eq!(
            (&answer["total"]["sales"], &answer["total"]["credited"]),
            (&json!(6), &json!("850.00")),
            "{by}: {answer}"
        );
        told(&answer, &["sales", "amount", "credited", "corrections"])
    };
    assert_eq!(
        ask("employee"),
        [
            "M1 1 200.00 200.00 0.00",
            "N1 1 50.00 50.00 0.00",
            "R1 1 100.00 100.00 0.00",
            "T1 2 300.00 300.00 0.00",
            "T2 1 200.00 200.00 0.00"
        ]
    );
    assert_eq!(
        ask("organisation"),
        ["HQ 6 850.00 850.00 0.00", "B1 5 800.00 800.00 0.00", "B2 1 50.00 50.00 0.00"]
    );
    assert_eq!(ask("product"), ["P 6 850.00 850.00 0.00"]);
    assert_eq!(ask("channel"), ["counter 6 850.00 850.00 0.00"]);
    assert_eq!(ask("month"), ["2026-03 6 850.00 850.00 0.00"]);
    let months = report(&mut desk, LATER, "/sales/performance?by=month&from=2026-03-31&to=2026-04-30");
    assert_eq!(told(&months, &["sales", "credited"]), ["2026-03 1 200.00", "2026-04 1 999.00"]);
    let branch =
        report(&mut desk, LATER, &format!("/sales/performance?{MARCH}&organisation_id=B2&product_id=P"));
    assert_eq!(told(&branch, &["parent_id", "sales"]), ["B2 null 1"]);
}

#[test]
fn equal_credit_shares_a_rank_and_the_next_ranks_are_left_out() {
    let mut desk = sold();
    let target = format!("/sales/ranking?{MARCH}");
    let first = report(&mut desk, LATER, &format!("{target}&organisation_id=B1"));
    assert_eq!(
        told(&first, &["rank", "tied", "credited"]),
        ["T1 1 false 300.00", "M1 2 true 200.00", "T2 2 true 200.00", "R1 4 false 100.00"]
    );
    let short = report(&mut desk, LATER, &format!("{target}&limit=2"));
    assert_eq!((told(&short, &["rank"]).join(", "), &short["ranked"]), ("T1 1, M1 2".to_owned(), &json!(5)));
    let units = report(&mut desk, LATER, &format!("{target}&by=organisation"));
    assert_eq!(told(&units, &["rank", "sales"]), ["B1 1 5", "B2 2 1"], "HQ sold nothing itself");
}

#[test]
fn a_table_has_a_row_a_key_with_plain_cells() {
    let mut desk = sold();
    let mut table = |target: &str| {
        let request = Request::new(Method::Get, target).key(KEY).header("accept", "text/csv");
        let answer = desk.answer_at(NOW_MS, request);
        assert!(answer.content_type.starts_with("text/csv"), "{target}");
        String::from_utf8(answer.body).expect("text")
    };
    assert_eq!(
        table(&format!("/sales/performance?{MARCH}&organisation_id=B2")),
        "key,name,parent_id,sales,amount,credited,corrections,counted,plan,attainment_bp\r\n\
         B2,城西,,1,50.00,50.00,0.00,50.00,,\r\n"
    );
    assert_eq!(
        table(&format!("/sales/ranking?{MARCH}&organisation_id=B2")),
        "rank,tied,key,name,sales,credited\r\n1,false,N1,N1,1,50.00\r\n"
    );
}

#[test]
fn work_is_counted_by_employee() {
    let mut desk = bank(&json!({}));
    customer(&mut desk, "C", "B1", &["M1 primary 10000"]);
    product(&mut desk, &by_hand());
    let sold = json!([sale("S", "2026-03-10", "B1", "T1", "100.00")]);
    deliver(&mut desk, "2026-03-10", "/intake/transactions", &sold);
    let seller = json!({"employee_id": "M1", "role": "seller"});
    done(&mut desk, "2026-03-11", Method::Post, "/sales/core/S/registrations", &seller);
    done(&mut desk, "2026-03-12", Method::Delete, "/sales/core/S/registrations/1", &Value::Null);
    done(&mut desk, "2026-03-20", Method::Post, "/sales/default-runs", &json!({"as_of": "2026-03-20"}));
    let adjusted = json!({"credits": [credit("T2 seller 10000")], "reason": "支行长调整"});
    done(&mut desk, "2026-03-21", Method::Put, "/sales/core/S/adjustment", &adjusted);
    let answer = report(&mut desk, LATER, &format!("/sales/work?{MARCH}"));
    let counts = |item: &Value| {
        let names = ["registered", "withdrawn", "automatic", "defaulted", "adjusted_away", "customers"];
        let numbers = names.map(|name| item[name].to_string()).join(" ");
        format!("{} {numbers}", item["employee_id"].as_str().unwrap_or_default())
    };
    let items = answer["items"].as_array().expect("items");
    assert_eq!(items.iter().map(counts).collect::<Vec<_>>(), ["M1 1 1 0 0 0 1", "T1 0 0 0 1 1 0"]);
    let own = report(&mut desk, LATER, &format!("/sales/work?{MARCH}&employee_id=M1"));
    assert_eq!(
        own["items"].as_array().map(|own| own.iter().map(counts).collect()),
        Some(vec!["M1 1 1 0 0 0 1".to_owned()])
    );
    let nothing = report(&mut desk, LATER, &format!("/sales/work?{MARCH}&employee_id=R1"));
    assert_eq!(counts(&nothing["items"][0]), "R1 0 0 0 0 0 0");
}

#[test]
fn a_branch_sees_itself_and_a_customer_manager_the_own_line() {
    let mut desk = sold();
    let mut key = |owner: &str, id: &str| {
        let scopes = ["sales:read", "sales:rules"];
        let mut client = json!({"name": id, "scopes": scopes});
        client[owner] = json!(id);
        desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned()
    };
    let (branch, own) = (key("organisation_id", "B1"), key("employee_id", "M1"));
    let performance = format!("/sales/performance?{MARCH}");
    let (status, answer) = desk.ask(Method::Get, &performance, &branch, "");
    assert_eq!((status, told(&answer, &["sales"])), (200, vec!["B1 5".to_owned()]));
    for other in ["B2", "HQ"] {
        let target = format!("{performance}&organisation_id={other}");
        assert_eq!(desk.ask(Method::Get, &target, &branch, "").0, 403, "{other}");
    }
    let plan = json!({"items": [{"month": "2026-03", "organisation_id": "B2", "amount": "1.00"}]});
    assert_eq!(desk.ask(Method::Put, "/sales/plans", &branch, &plan.to_string()).0, 422);
    let elsewhere = "/sales/work?employee_id=N1";
    assert_eq!(desk.ask(Method::Get, elsewhere, &branch, "").0, 404);

    let mut to_manager = |target: &str| desk.ask(Method::Get, target, &own, "");
    for by in ["organisation", "product", "channel", "month"] {
        assert_eq!(to_manager(&format!("{performance}&by={by}")).0, 403, "{by}");
    }
    let (status, answer) = to_manager(&format!("{performance}&by=employee"));
    assert_eq!((status, told(&answer, &["credited"])), (200, vec!["M1 200.00".to_owned()]));
    assert_eq!(answer["total"]["credited"], "200.00");
    let (status, answer) = to_manager(&format!("/sales/ranking?{MARCH}"));
    assert_eq!((status, told(&answer, &["rank", "tied"])), (200, vec!["M1 2 true".to_owned()]));
    assert_eq!(to_manager("/sales/plans").0, 403);
    assert_eq!(to_manager("/sales/work?employee_id=T1").0, 404);
    let (status, answer) = to_manager(&format!("/sales/work?{MARCH}"));
    assert_eq!((status, answer["items"].as_array().map(Vec::len)), (200, Some(1)), "{answer}");
}

#[test]
fn a_question_that_cannot_be_answered_is_refused_with_its_parameter() {
    let mut desk = sold();
    for (target, status, parameter) in [
        ("/sales/performance?from=2026-03-02&to=2026-03-01", 400, "from"),
        ("/sales/performance?from=2000-01-01", 400, "from"),
        ("/sales/performance?as_of=2026-11-23", 400, "as_of"),
        ("/sales/performance?by=teller", 400, "by"),
        ("/sales/performance?product_id=X", 404, ""),
        ("/sales/performance?organisation_id=X", 404, ""),
        ("/sales/ranking?by=month", 400, "by"),
        ("/sales/ranking?as_of=2026-11-23", 400, "as_of"),
        ("/sales/ranking?limit=0", 400, "limit"),
        ("/sales/work?from=2026-03-02&to=2026-03-01", 400, "from"),
        ("/sales/work?employee_id=X", 404, ""),
        ("/sales/plans?month=2026-13", 400, "month"),
    ] {
        let (found, problem) = ask(&mut desk, LATER, Method::Get, target, &Value::Null);
        assert_eq!(found, status, "{target}: {problem}");
        assert_eq!(problem["errors"][0]["pointer"].as_str().unwrap_or(""), parameter, "{target}");
    }
}
