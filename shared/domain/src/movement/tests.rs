use super::*;
use crate::intake::business_day;

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn rule(basis: Basis, at_least: i64) -> Rule {
    let id = Id::parse("r").expect("an id");
    Rule { id, direction: Direction::Out, place: Place::Any, basis, at_least, kinds: None }
}

fn out(on: &str, amount: i64) -> Movement {
    Movement { on: day(on), kind: TransactionKind::Withdrawal, out_of_bank: false, amount, transactions: 1 }
}

/// Days on which a rule fires in 2023 to 2024.
fn fires(rule: &Rule, movements: &[Movement]) -> Vec<String> {
    let firings = rule.firings((day("2023-01-01"), day("2024-12-31")), movements);
    firings.into_iter().map(|firing| firing.on.to_string()).collect()
}

#[test]
fn a_single_transaction_exactly_at_the_amount_fires_and_one_fen_less_does_not() {
    let rule = rule(Basis::Single, 100);
    let movements =
        [out("2024-03-01", 100), out("2024-03-02", 99), out("2024-03-03", 60), out("2024-03-03", 60)];
    assert_eq!(fires(&rule, &movements), ["2024-03-01"]);
}

#[test]
fn several_large_transactions_of_a_day_are_one_firing_with_the_largest() {
    let rule = rule(Basis::Single, 100);
    let movements = [out("2024-03-01", 150), out("2024-03-01", 300), out("2024-03-01", 99)];
    let found = rule.firings((day("2024-03-01"), day("2024-03-01")), &movements);
    let on = day("2024-03-01");
    assert_eq!(found, [Firing { on, window_from: on, amount: 300, transactions: 2 }]);
}

#[test]
fn a_window_exactly_at_the_amount_fires_and_one_fen_less_does_not() {
    let rule = rule(Basis::Rolling { window_days: 7 }, 100);
    assert_eq!(fires(&rule, &[out("2024-03-01", 40), out("2024-03-05", 60)]), ["2024-03-05"]);
    assert!(fires(&rule, &[out("2024-03-01", 40), out("2024-03-05", 59)]).is_empty());
}

#[test]
fn a_window_holds_its_days_and_not_the_one_before() {
    let rule = rule(Basis::Rolling { window_days: 7 }, 100);
    assert_eq!(fires(&rule, &[out("2024-03-01", 50), out("2024-03-07", 50)]), ["2024-03-07"]);
    assert!(fires(&rule, &[out("2024-03-01", 50), out("2024-03-08", 50)]).is_empty());
}

#[test]
fn a_window_reaches_over_the_end_of_a_year_and_over_a_leap_day() {
    let rule = rule(Basis::Rolling { window_days: 2 }, 100);
    let movements = [
        out("2023-12-31", 50),
        out("2024-01-01", 50),
        out("2024-02-28", 50),
        out("2024-02-29", 50),
        out("2024-03-02", 50),
    ];
    assert_eq!(fires(&rule, &movements), ["2024-01-01", "2024-02-29"]);
}

#[test]
fn a_run_fires_on_its_first_day_and_again_after_the_sum_has_fallen_below() {
    let rule = rule(Basis::Rolling { window_days: 3 }, 100);
    let run = [out("2024-03-01", 100), out("2024-03-02", 5), out("2024-03-03", 100), out("2024-03-05", 100)];
    assert_eq!(fires(&rule, &run), ["2024-03-01"], "it never falls below in between");
    let two = [out("2024-03-01", 100), out("2024-03-04", 100)];
    assert_eq!(fires(&rule, &two), ["2024-03-01"], "on the third the window still comes to the amount");
    let apart = [out("2024-03-01", 100), out("2024-03-05", 100)];
    assert_eq!(fires(&rule, &apart), ["2024-03-01", "2024-03-05"], "on the fourth it does not");
}

#[test]
fn a_run_that_began_before_the_span_is_not_told_again() {
    let rule = rule(Basis::Rolling { window_days: 3 }, 100);
    let movements = [out("2024-03-01", 100), out("2024-03-02", 5), out("2024-03-03", 5)];
    assert!(rule.firings((day("2024-03-02"), day("2024-03-31")), &movements).is_empty());
    assert_eq!(rule.days_before(), 3);
}

#[test]
fn place_and_kind_decide_what_counts_and_a_refund_lowers_no_sum() {
    let far = Movement { out_of_bank: true, ..out("2024-03-01", 100) };
    let of = |place| Rule { place, ..rule(Basis::Single, 100) };
    assert_eq!(fires(&of(Place::OutOfBank), &[far]), ["2024-03-01"]);
    assert!(fires(&of(Place::InBank), &[far]).is_empty());
    assert!(fires(&of(Place::OutOfBank), &[out("2024-03-01", 100)]).is_empty());
    let bought = Movement { kind: TransactionKind::Purchase, ..out("2024-03-01", 100) };
    let back = Movement { kind: TransactionKind::Refund, ..out("2024-03-01", 100) };
    assert!(fires(&of(Place::Any), &[bought]).is_empty(), "spending is not usual");
    let spending =
        Rule { kinds: Some(vec![TransactionKind::Purchase]), ..rule(Basis::Rolling { window_days: 2 }, 100) };
    assert_eq!(fires(&spending, &[bought, back]), ["2024-03-01"]);
}

#[test]
fn the_largest_sums_stand_at_the_limit() {
    let rule = rule(Basis::Rolling { window_days: 2 }, i64::MAX);
    let movements = [out("2024-03-01", i64::MAX), out("2024-03-01", i64::MAX)];
    let found = rule.firings((day("2024-03-01"), day("2024-03-02")), &movements);
    assert_eq!(found.iter().map(|firing| firing.amount).collect::<Vec<_>>(), [i64::MAX]);
}

#[test]
fn a_list_that_contradicts_itself_is_refused_by_place() {
    let good = rule(Basis::Single, 1);
    let kinds = |kinds: &[TransactionKind]| Rule { kinds: Some(kinds.to_vec()), ..good.clone() };
    let refused = |rule: Rule| Rules::parse(vec![rule]).map(|_| ());
    assert_eq!(refused(good.clone()), Ok(()));
    assert_eq!(Rules::parse(vec![]).map(|_| ()), Ok(()));
    assert_eq!(Rules::parse(vec![good.clone(), good.clone()]), Err(RulesError::IdTwice { rule: 1 }));
    assert_eq!(Rules::parse(vec![good.clone(); 51]), Err(RulesError::TooMany));
    assert_eq!(refused(Rule { at_least: 0, ..good.clone() }), Err(RulesError::NotPositive { rule: 0 }));
    for window_days in [0, 1, 32] {
        let wrong = Rule { basis: Basis::Rolling { window_days }, ..good.clone() };
        assert_eq!(refused(wrong), Err(RulesError::Window { rule: 0 }));
    }
    assert_eq!(refused(kinds(&[])), Err(RulesError::NoKinds { rule: 0 }));
    let mixed = kinds(&[TransactionKind::Fee, TransactionKind::Interest]);
    assert_eq!(refused(mixed), Err(RulesError::Kind { rule: 0, kind: 1 }));
    let twice = kinds(&[TransactionKind::Fee, TransactionKind::Fee]);
    assert_eq!(refused(twice), Err(RulesError::Kind { rule: 0, kind: 1 }));
}

#[test]
fn a_business_day_begins_at_midnight_in_shanghai() {
    for text in ["2024-02-29", "1970-01-01", "1969-12-31", "2023-12-31"] {
        let start = starts_at(day(text));
        assert_eq!(business_day(start, SHANGHAI_OFFSET_MINUTES), day(text));
        assert_eq!(business_day(start - 1, SHANGHAI_OFFSET_MINUTES), day(text).plus(-1));
    }
}
