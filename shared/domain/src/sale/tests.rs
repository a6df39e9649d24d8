//! Sales by the rule of an insurance, step by step.

use super::*;
use crate::assignment::{ManagerRole, ManagerShare, WHOLE_BP};
use crate::date::Day;

mod shares;

const BRANCH: u32 = 10;
const ELSEWHERE: u32 = 11;
const MANAGER: u32 = 1;
const SECOND: u32 = 2;
const THIRD: u32 = 3;
const SELLER: u32 = 4;
const REFERRER: u32 = 5;
const TELLER: u32 = 6;
const SOLD_ON: Day = Day::from_number(20_779);

fn person(employee_ref: u32) -> Person {
    Person { employee_ref, seller_share_bp: None, referrer_share_bp: None }
}

/// Managers as (number, share, works on the day); the first is the primary one.
fn assigned(organisation_ref: u32, managers: &[(u32, u32, bool)]) -> Assigned {
    let manager = |(place, (employee_ref, share_bp, works)): (usize, &(u32, u32, bool))| {
        let role = if place == 0 { ManagerRole::Primary } else { ManagerRole::Secondary };
        (ManagerShare { employee_ref: *employee_ref, role, share_bp: *share_bp }, *works)
    };
    let managers = managers.iter().enumerate().map(manager).collect();
    Assigned { organisation_ref, managers, assignment_ref: 1 }
}

fn line(employee_ref: u32, role: Role, share_bp: u32, amount: i64) -> Line {
    Line { employee_ref, role, share_bp, amount }
}

/// A sale at [`BRANCH`] by [`TELLER`], as the steps would book it.
struct Sale {
    rule: Rule,
    automatic: Option<Vec<Share>>,
    net_amount: i64,
    booked: Vec<Line>,
}

impl Sale {
    fn new(rule: Rule, assigned: Option<&Assigned>, amount: i64) -> Self {
        assert_eq!(rule.check(), Ok(()));
        let automatic = automatic(&rule, BRANCH, assigned);
        let mut sale = Self { rule, automatic, net_amount: amount, booked: Vec::new() };
        sale.book(&sale.automatic.clone().unwrap_or_default());
        sale
    }

    fn book(&mut self, target: &[Share]) -> Vec<Line> {
        let lines = lines_between(&self.booked, target, self.net_amount);
        self.booked.extend(&lines);
        lines
    }

    fn take_back(&mut self, amount: i64) -> Vec<Line> {
        self.net_amount -= amount;
        self.book(&standing(&self.booked))
    }

    /// What is known so many days after the sale: registrations, and the default when nobody sold by then.
    fn decide(&mut self, in_days: i32, seller: Option<Person>, referrer: Option<Person>) -> Vec<Share> {
        let said = registered(&self.rule, self.automatic.as_deref(), seller.as_ref(), referrer.as_ref());
        let is_due = is_due(SOLD_ON, &self.rule, SOLD_ON.plus(in_days));
        let target = match said {
            Some(shares) => shares,
            None if is_due => by_default(&self.rule, Some(&person(TELLER)), referrer.as_ref()),
            None => Vec::new(),
        };
        self.book(&target);
        assert_eq!(standing(&self.booked), target);
        target
    }

    fn amount_of(&self, employee_ref: u32) -> i64 {
        self.booked.iter().filter(|line| line.employee_ref == employee_ref).map(|line| line.amount).sum()
    }
}

#[test]
fn two_managers_and_a_referrer_share_a_sale_to_the_last_unit() {
    let two = assigned(BRANCH, &[(MANAGER, 6_667, true), (SECOND, 3_333, true)]);
    let mut sale = Sale::new(Rule { split: Split::Shares, ..Rule::default() }, Some(&two), 10_001);
    assert_eq!((sale.amount_of(MANAGER), sale.amount_of(SECOND)), (6_668, 3_333));
    let shares = sale.decide(2, None, Some(person(REFERRER)));
    // 7 000 as 6 667 to 3 333.
    let expected =
        [Share::seller(MANAGER, 4_667), Share::seller(SECOND, 2_333), Share::referrer(REFERRER, 3_000)];
    assert_eq!(shares, expected);
    assert_eq!([MANAGER, SECOND, REFERRER].map(|of| sale.amount_of(of)), [4_668, 2_333, 3_000]);
}

#[test]
fn a_manager_who_leaves_after_the_sale_keeps_it() {
    // Whether somebody works is asked of the day of the sale alone: the shares that stand are those of then.
    let mut sale = Sale::new(Rule::default(), Some(&assigned(BRANCH, &[(MANAGER, WHOLE_BP, true)])), 1_000);
    assert_eq!(sale.decide(300, None, None), [Share::seller(MANAGER, WHOLE_BP)]);
    assert_eq!(sale.take_back(1_000), [line(MANAGER, Role::Seller, WHOLE_BP, -1_000)]);
}

#[test]
fn registration_counts_and_after_five_days_the_teller_takes_the_place_of_a_missing_seller() {
    let whole = |employee_ref| vec![Share::seller(employee_ref, WHOLE_BP)];
    let shared = |seller| vec![Share::seller(seller, 7_000), Share::referrer(REFERRER, 3_000)];
    let (seller, referrer) = (Some(person(SELLER)), Some(person(REFERRER)));
    for (in_days, seller, referrer, expected) in [
        (4, None, None, vec![]),
        (4, None, referrer, vec![]),
        (4, seller, None, whole(SELLER)),
        (4, seller, referrer, shared(SELLER)),
        (5, None, None, whole(TELLER)),
        (5, None, referrer, shared(TELLER)),
        (5, seller, None, whole(SELLER)),
        (5, seller, referrer, shared(SELLER)),
        (6, None, None, whole(TELLER)),
        (6, None, referrer, shared(TELLER)),
        (6, seller, None, whole(SELLER)),
        (6, seller, referrer, shared(SELLER)),
    ] {
        // Somebody assigned elsewhere, and a primary manager who left, are as nobody.
        let elsewhere = assigned(ELSEWHERE, &[(MANAGER, WHOLE_BP, true)]);
        let left = assigned(BRANCH, &[(MANAGER, WHOLE_BP, false)]);
        for assigned in [None, Some(&elsewhere), Some(&left)] {
            let mut sale = Sale::new(Rule::default(), assigned, 1_000);
            assert_eq!(sale.decide(in_days, seller, referrer), expected, "day {in_days}");
            let credited: i64 = sale.booked.iter().map(|line| line.amount).sum();
            assert_eq!(credited, if expected.is_empty() { 0 } else { 1_000 });
        }
    }
}

#[test]
fn an_assigned_sale_waits_for_nobody_and_a_registered_seller_takes_the_managers_place() {
    let one = assigned(BRANCH, &[(MANAGER, WHOLE_BP, true)]);
    let sale = || Sale::new(Rule::default(), Some(&one), 1_000);
    for in_days in [0, 4, 5, 6] {
        assert_eq!(sale().decide(in_days, None, None), [Share::seller(MANAGER, WHOLE_BP)]);
        let shared = [Share::seller(MANAGER, 7_000), Share::referrer(REFERRER, 3_000)];
        assert_eq!(sale().decide(in_days, None, Some(person(REFERRER))), shared);
    }
    let mut sale = sale();
    assert_eq!(sale.decide(1, Some(person(SELLER)), None), [Share::seller(SELLER, WHOLE_BP)]);
    assert_eq!((sale.amount_of(MANAGER), sale.amount_of(SELLER)), (0, 1_000));
    // Withdrawn again.
    assert_eq!(sale.decide(2, None, None), [Share::seller(MANAGER, WHOLE_BP)]);
    assert_eq!((sale.amount_of(MANAGER), sale.amount_of(SELLER)), (1_000, 0));
}

#[test]
fn a_withdrawn_registration_leaves_nobody_and_the_default_follows() {
    let mut sale = Sale::new(Rule::default(), None, 1_000);
    sale.decide(1, Some(person(SELLER)), Some(person(REFERRER)));
    assert_eq!(sale.decide(2, None, Some(person(REFERRER))), []);
    assert_eq!([SELLER, REFERRER].map(|of| sale.amount_of(of)), [0, 0]);
    sale.decide(5, None, Some(person(REFERRER)));
    assert_eq!([SELLER, TELLER, REFERRER].map(|of| sale.amount_of(of)), [0, 700, 300]);
}

#[test]
fn a_reversal_before_the_default_lowers_what_is_credited() {
    let mut sale = Sale::new(Rule::default(), None, 1_000);
    assert_eq!(sale.take_back(400), [], "nobody is credited yet");
    sale.decide(5, None, Some(person(REFERRER)));
    assert_eq!((sale.amount_of(TELLER), sale.amount_of(REFERRER)), (420, 180));
}

#[test]
fn a_reversal_after_the_default_takes_back_from_each_by_the_original_split() {
    let mut sale = Sale::new(Rule::default(), None, 1_000);
    sale.decide(5, None, Some(person(REFERRER)));
    let lines = |seller, referrer| {
        [line(TELLER, Role::Seller, 7_000, seller), line(REFERRER, Role::Referrer, 3_000, referrer)]
    };
    assert_eq!(sale.take_back(333), lines(-233, -100));
    assert_eq!(sale.take_back(0), []);
    assert_eq!(sale.take_back(667), lines(-467, -200));
    assert_eq!((sale.amount_of(TELLER), sale.amount_of(REFERRER)), (0, 0));
    assert_eq!(standing(&sale.booked).len(), 2, "who had sold is still told");
}

#[test]
fn an_adjustment_moves_the_difference_and_a_later_reversal_follows_it() {
    let mut sale = Sale::new(Rule::default(), None, 1_001);
    sale.decide(5, None, Some(person(REFERRER)));
    assert_eq!((sale.amount_of(TELLER), sale.amount_of(REFERRER)), (701, 300));
    let target = [Share::organisation(2_000), Share::seller(SELLER, 5_000), Share::seller(TELLER, 3_000)];
    assert_eq!(check_adjustment(&target), Ok(()));
    let lines = sale.book(&target);
    let expected = [
        line(REFERRER, Role::Referrer, 0, -300),
        line(SELLER, Role::Seller, 5_000, 501),
        line(TELLER, Role::Seller, 3_000, 300 - 701),
        line(0, Role::Organisation, 2_000, 200),
    ];
    assert_eq!(lines, expected);
    assert_eq!(sale.book(&target), [], "the same again books nothing");
    sale.take_back(1);
    assert_eq!([SELLER, TELLER, 0, REFERRER].map(|of| sale.amount_of(of)), [500, 300, 200, 0]);
}

#[test]
fn adjustment_is_possible_up_to_the_last_day_of_its_window() {
    let rule = Rule::default();
    let may = |in_days| SOLD_ON.plus(in_days) <= rule.closes_on(SOLD_ON);
    assert_eq!([29, 30, 31].map(may), [true, true, false]);
    assert_eq!(rule.due_on(SOLD_ON), SOLD_ON.plus(5));
    assert_eq!([4, 5, 6].map(|in_days| is_due(SOLD_ON, &rule, SOLD_ON.plus(in_days))), [false, true, true]);
}

#[test]
fn a_sale_of_nothing_tells_who_sold() {
    let mut sale = Sale::new(Rule::default(), None, 0);
    sale.decide(1, Some(person(SELLER)), None);
    assert_eq!(sale.booked, [line(SELLER, Role::Seller, WHOLE_BP, 0)]);
    assert_eq!(sale.book(&[Share::seller(SELLER, WHOLE_BP)]), []);
}

#[test]
fn names_and_numbers_read_as_they_are_written() {
    for (place, (name, role)) in Role::NAMES.into_iter().enumerate() {
        assert_eq!((role.name(), Role::parse(name)), (name, Some(role)));
        assert_eq!((role.number(), Role::from_number(role.number())), (place as i64 + 1, Some(role)));
    }
    for (place, (name, step)) in Step::NAMES.into_iter().enumerate() {
        assert_eq!((step.name(), Step::parse(name)), (name, Some(step)));
        assert_eq!((step.number(), Step::from_number(step.number())), (place as i64 + 1, Some(step)));
    }
    assert_eq!((Role::from_number(0), Role::from_number(4), Step::from_number(6)), (None, None, None));
    for (name, state) in State::NAMES {
        assert_eq!((state.name(), State::parse(name)), (name, Some(state)));
    }
    for other in ["", "Seller", "organization"] {
        assert_eq!((Role::parse(other), Step::parse(other), State::parse(other)), (None, None, None));
    }
    assert!(SellingUnit::NAMES.into_iter().all(|(name, of)| of.name() == name));
    assert!(Automatic::NAMES.into_iter().all(|(name, of)| of.name() == name));
    assert!(Split::NAMES.into_iter().all(|(name, of)| of.name() == name));
    assert!(DefaultTo::NAMES.into_iter().all(|(name, of)| of.name() == name));
}
