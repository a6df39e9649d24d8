//! What counts in which period: what is known of it by a day, what comes later, and what is no correction.

use serde_json::{Value, json};
use tests::sales::{credit, deliver};
use web::Method;

use super::{LATER, MARCH, by_hand, counter, done, refund, report, sale, told, told_of};

#[test]
fn what_nobody_is_credited_for_yet_is_sold_and_not_credited() {
    let mut desk = counter(&by_hand());
    let sales = json!([
        sale("1", "2026-03-10", "B1", "T1", "100.00"),
        sale("2", "2026-03-10", "B1", "T1", "70.00"),
        refund("3", "2026-03-11", "2", "30.00")
    ]);
    deliver(&mut desk, "2026-03-11", "/intake/transactions", &sales);
    let target = format!("/sales/performance?{MARCH}&organisation_id=B1");
    let open = report(&mut desk, "2026-03-11", &target);
    assert_eq!(told(&open, &["sales", "amount", "credited"]), ["B1 2 140.00 0.00"]);
    done(&mut desk, "2026-03-20", Method::Post, "/sales/default-runs", &json!({"as_of": "2026-03-20"}));
    let decided = report(&mut desk, "2026-03-20", &target);
    assert_eq!(told(&decided, &["sales", "amount", "credited"]), ["B1 2 140.00 140.00"]);
    // The run came on the 20th: the day before, nothing of it was known.
    let before = report(&mut desk, "2026-03-20", &format!("{target}&as_of=2026-03-19"));
    assert_eq!(told(&before, &["sales", "amount", "credited"]), ["B1 2 140.00 0.00"]);
}

#[test]
fn a_closed_period_stays_as_it_was_told_and_what_came_later_is_a_correction() {
    let mut desk = counter(&by_hand());
    let sold = json!([sale("S", "2026-03-10", "B1", "T1", "1000.00")]);
    deliver(&mut desk, "2026-03-10", "/intake/transactions", &sold);
    done(&mut desk, "2026-03-20", Method::Post, "/sales/default-runs", &json!({"as_of": "2026-03-20"}));
    let closed = |by: &str| format!("/sales/performance?by={by}&{MARCH}&as_of=2026-03-31");
    let keys = ["employee", "organisation", "product", "channel", "month"];
    let before: Vec<Value> = keys.iter().map(|by| report(&mut desk, "2026-03-31", &closed(by))).collect();
    assert_eq!(told(&before[0], &["sales", "credited"]), ["T1 1 1000.00"]);

    let taken_back = json!([refund("R", "2026-04-05", "S", "400.00")]);
    deliver(&mut desk, "2026-04-05", "/intake/transactions", &taken_back);
    let adjusted = json!({"credits": [credit("T2 seller 10000")], "reason": "支行长调整"});
    done(&mut desk, "2026-04-06", Method::Put, "/sales/core/S/adjustment", &adjusted);

    for (by, before) in keys.iter().zip(&before) {
        assert_eq!(&report(&mut desk, LATER, &closed(by)), before, "{by}");
    }
    let now = report(&mut desk, LATER, &format!("/sales/performance?{MARCH}&organisation_id=B1"));
    assert_eq!(told(&now, &["sales", "amount", "credited", "corrections"]), ["B1 1 1000.00 1000.00 0.00"]);
    let mut april = |by: &str| {
        let target = format!("/sales/performance?by={by}&from=2026-04-01&to=2026-04-30&organisation_id=B1");
        told(&report(&mut desk, LATER, &target), &["sales", "amount", "credited", "corrections"])
    };
    assert_eq!(april("employee"), ["T1 0 0.00 -1000.00 -1000.00", "T2 0 0.00 600.00 600.00"]);
    assert_eq!(april("organisation"), ["B1 0 0.00 -400.00 -400.00"]);
}

#[test]
fn a_refund_before_the_decision_counts_in_its_own_month_whenever_the_run_comes() {
    let mut desk = counter(&by_hand());
    let told =
        json!([sale("S", "2026-03-30", "B1", "T1", "1000.00"), refund("R", "2026-04-01", "S", "400.00")]);
    deliver(&mut desk, "2026-04-01", "/intake/transactions", &told);
    done(&mut desk, "2026-04-10", Method::Post, "/sales/default-runs", &json!({"as_of": "2026-04-10"}));
    let mut of = |span: &str| {
        let answer = report(&mut desk, LATER, &format!("/sales/performance?{span}&organisation_id=B1"));
        told_of(&answer)
    };
    assert_eq!(of(MARCH), ["B1 1 1000.00 1000.00 0.00"]);
    assert_eq!(of("from=2026-04-01&to=2026-04-30"), ["B1 0 0.00 -400.00 -400.00"]);
    assert_eq!(of("from=2026-03-01&to=2026-04-30"), ["B1 1 600.00 600.00 0.00"]);
}

#[test]
fn an_adjustment_that_first_credits_anybody_is_no_correction() {
    let mut desk = counter(&json!({"automatic": "never", "window_days": 30}));
    deliver(
        &mut desk,
        "2026-03-10",
        "/intake/transactions",
        &json!([sale("S", "2026-03-10", "B1", "T1", "1000.00")]),
    );
    let adjusted = json!({"credits": [credit("T2 seller 10000")], "reason": "支行长调整"});
    done(&mut desk, "2026-04-02", Method::Put, "/sales/core/S/adjustment", &adjusted);
    let march = report(&mut desk, LATER, &format!("/sales/performance?by=employee&{MARCH}"));
    assert_eq!(told_of(&march), ["T2 1 1000.00 1000.00 0.00"]);
    let closed =
        report(&mut desk, LATER, &format!("/sales/performance?by=employee&{MARCH}&as_of=2026-03-31"));
    assert!(told_of(&closed).is_empty(), "{closed}");
}

#[test]
fn who_ends_with_nothing_has_no_sale_and_no_rank() {
    let mut desk = counter(&by_hand());
    let sold = json!([sale("S", "2026-03-10", "B1", "T1", "100.00")]);
    deliver(&mut desk, "2026-03-10", "/intake/transactions", &sold);
    done(&mut desk, "2026-03-15", Method::Post, "/sales/default-runs", &json!({"as_of": "2026-03-15"}));
    let adjusted = json!({"credits": [credit("T2 seller 10000")], "reason": "支行长调整"});
    done(&mut desk, "2026-03-20", Method::Put, "/sales/core/S/adjustment", &adjusted);
    let employees = report(&mut desk, LATER, &format!("/sales/performance?by=employee&{MARCH}"));
    assert_eq!(told(&employees, &["sales", "credited"]), ["T1 0 0.00", "T2 1 100.00"]);
    let mut ranked = |as_of: &str| {
        let answer = report(&mut desk, LATER, &format!("/sales/ranking?{MARCH}&as_of={as_of}"));
        assert_eq!(answer["as_of"], as_of);
        (answer["ranked"].clone(), told(&answer, &["rank", "sales"]))
    };
    assert_eq!(ranked("2026-03-31"), (json!(1), vec!["T2 1 1".to_owned()]));
    assert_eq!(ranked("2026-03-19"), (json!(1), vec!["T1 1 1".to_owned()]), "as it was known then");
    assert_eq!(ranked("2026-03-14"), (json!(0), Vec::new()));
}
