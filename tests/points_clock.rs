//! Edges of the calendar: each lot ends once, on its day, at midnight of the programme's zone, whatever the hour, the turn
//! of the year or a leap day, and however often the job runs.

use serde_json::json;
use tests::desk::Desk;
use web::Method;

/// A desk with one customer and a rule of so many units of validity.
fn desk(amount: u32, unit: &str) -> Desk {
    let mut desk = Desk::new();
    desk.post("/intake/organisations", &json!({"id": "B1", "name": "B1"}));
    desk.post("/intake/customers", &json!({"id": "C1", "organisation_id": "B1", "name": "x"}));
    let rule = json!({"id": "r", "name": {"zh": "r", "en": "r"}, "events": ["visit"],
        "earn": {"fixed": {"points": 10}}, "expiry": {"rolling": {"amount": amount, "unit": unit}}});
    desk.post("/points/rules", &rule);
    desk.post("/points/rules/r/activate", &json!({}));
    desk
}

fn ms(instant: &str) -> i64 {
    chrono::DateTime::parse_from_rfc3339(instant).expect("an instant").timestamp_millis()
}

fn visit(desk: &mut Desk, at: &str) {
    let body = json!({"source": "door", "id": at.replace(['+', ':'], "."), "occurred_at": at, "customer_id": "C1",
        "type": "visit"});
    desk.done_at(ms(at), Method::Post, "/points/events", &body.to_string());
}

fn active(desk: &mut Desk, at: &str) -> i64 {
    desk.done_at(ms(at), Method::Get, "/points/accounts/C1", "")["active"].as_i64().expect("points")
}

/// Lots booked by a run at an instant, for the business date of that instant.
fn booked(desk: &mut Desk, at: &str, as_of: &str) -> i64 {
    let body = json!({"as_of": as_of}).to_string();
    let run = desk.done_at(ms(at), Method::Post, "/points/expiry-runs", &body);
    assert_eq!(run["done"], true, "{run}");
    run["lots"].as_i64().expect("lots")
}

#[test]
fn a_lot_ends_at_midnight_of_the_programmes_zone() {
    let mut edges = 0;
    for (earned, last_moment, over) in [
        // The turn of the year.
        ("2025-12-31T12:00:00+08:00", "2026-12-31T23:59:59+08:00", "2027-01-01T00:00:00+08:00"),
        ("2026-01-01T00:00:00+08:00", "2027-01-01T23:59:59+08:00", "2027-01-02T00:00:00+08:00"),
        // A leap day, and the day before it in a year without one.
        ("2024-02-29T12:00:00+08:00", "2025-02-28T23:59:59+08:00", "2025-03-01T00:00:00+08:00"),
        ("2023-02-28T12:00:00+08:00", "2024-02-28T23:59:59+08:00", "2024-02-29T00:00:00+08:00"),
        // The same instant is another day in other zones, and the clocks of some change in these nights.
        ("2026-03-28T16:00:00Z", "2027-03-29T15:59:59Z", "2027-03-29T16:00:00Z"),
        ("2025-10-25T23:30:00-04:00", "2026-10-26T23:59:59+08:00", "2026-10-27T00:00:00+08:00"),
    ] {
        let mut desk = desk(1, "years");
        visit(&mut desk, earned);
        assert_eq!(active(&mut desk, last_moment), 10, "{earned} at {last_moment}");
        assert_eq!(active(&mut desk, over), 0, "{earned} at {over}");
        edges += 1;
    }
    println!("{edges} edges of the calendar: each lot ended on its day");
}

#[test]
fn a_run_every_six_hours_over_edges_of_the_calendar_books_each_lot_once_and_skips_no_day() {
    let (mut runs, mut lots_ended) = (0, 0);
    for (first, days) in [("2025-12-27", 10), ("2024-02-25", 10), ("2026-03-25", 10), ("2026-10-30", 10)] {
        let mut desk = desk(2, "days");
        let first = domain::date::Day::parse(first).expect("a date");
        for day in 0..days {
            visit(&mut desk, &format!("{}T10:00:00+08:00", first.plus(day)));
        }
        let mut ended = 0;
        for day in 0..days + 4 {
            let today = first.plus(day);
            for hour in ["00", "06", "12", "18"] {
                let at = format!("{today}T{hour}:00:00+08:00");
                let lots = booked(&mut desk, &at, &today.to_string());
                let due = i64::from(hour == "00" && (3..days + 3).contains(&day));
                assert_eq!(lots, due, "{at}");
                ended += lots;
                runs += 1;
            }
            // A run for a day that is over finds nothing that the day itself left.
            let at = format!("{today}T23:59:59+08:00");
            assert_eq!(booked(&mut desk, &at, &first.to_string()), 0);
        }
        assert_eq!(ended, i64::from(days));
        lots_ended += ended;
        let end = ms(&format!("{}T12:00:00+08:00", first.plus(days + 4)));
        let liability = desk.done_at(end, Method::Get, "/points/liability", "");
        assert_eq!((&liability["liability"], &liability["breakage"]), (&json!(0), &json!(10 * days)));
        let audit = desk.done_at(end, Method::Get, "/points/audit", "");
        assert_eq!(audit["ok"], true, "{audit}");
    }
    println!("{runs} runs: {lots_ended} lots ended once each, 0 days left out");
}

#[test]
fn a_night_that_was_missed_is_made_up_for() {
    let mut desk = desk(1, "days");
    for day in ["2025-12-28", "2025-12-29", "2025-12-30"] {
        visit(&mut desk, &format!("{day}T10:00:00+08:00"));
    }
    assert_eq!(booked(&mut desk, "2026-01-03T01:30:00+08:00", "2026-01-03"), 3);
    // Each counts on the day after its last one, so the year is right although the job came late.
    let old_year = "/points/liability?as_of=2025-12-31";
    let liability = desk.done_at(ms("2026-01-03T02:00:00+08:00"), Method::Get, old_year, "");
    assert_eq!((&liability["breakage"], &liability["liability"]), (&json!(20), &json!(10)));
}
