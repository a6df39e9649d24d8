//! Lists of strategies, times, recipients and sentences.

use super::*;

fn strategy(id: &str) -> Strategy {
    Strategy {
        id: Id::parse(id).expect("an id"),
        status: Status::Attention,
        tiers: None,
        action: Action::Sms,
        to: Some(Addressee::Manager),
        due_days: 7,
        send_from: None,
    }
}

fn parse(strategies: Vec<Strategy>) -> Result<StrategyList, StrategyError> {
    StrategyList::parse(strategies, ["core", "gold"])
}

#[test]
fn names_read_as_they_are_written() {
    for action in Action::ALL {
        assert_eq!(Action::parse(action.name()), Some(action));
    }
    for addressee in Addressee::ALL {
        assert_eq!(Addressee::parse(addressee.name()), Some(addressee));
    }
    for other in ["", "SMS", "branch-manager"] {
        assert_eq!((Action::parse(other), Addressee::parse(other)), (None, None), "{other}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_its_place() {
    type Change = fn(&mut Strategy);
    let table: [(Change, StrategyError); 13] = [
        (|of| of.id = strategy("a.b").id, StrategyError::Id { strategy: 1 }),
        (|of| of.id = strategy("a:b").id, StrategyError::Id { strategy: 1 }),
        (|of| of.status = Status::Normal, StrategyError::Status { strategy: 1 }),
        (|of| of.tiers = Some(vec![]), StrategyError::NoTiers { strategy: 1 }),
        (
            |of| of.tiers = Some(vec!["core".to_owned(), "brass".to_owned()]),
            StrategyError::UnknownTier { strategy: 1, tier: 1 },
        ),
        (
            |of| of.tiers = Some(vec!["core".to_owned(), "core".to_owned()]),
            StrategyError::TierTwice { strategy: 1, tier: 1 },
        ),
        (|of| of.to = None, StrategyError::NoAddressee { strategy: 1 }),
        (|of| (of.action, of.to) = (Action::Task, None), StrategyError::NoAddressee { strategy: 1 }),
        (|of| of.action = Action::Case, StrategyError::CaseWithAddressee { strategy: 1 }),
        (|of| of.due_days = 91, StrategyError::DueDays { strategy: 1 }),
        (
            |of| (of.action, of.send_from) = (Action::Task, TimeOfDay::parse("00:00").ok()),
            StrategyError::SendFrom { strategy: 1 },
        ),
        (
            |of| (of.action, of.to, of.send_from) = (Action::Case, None, TimeOfDay::parse("00:00").ok()),
            StrategyError::SendFrom { strategy: 1 },
        ),
        (|of| of.id = strategy("first").id, StrategyError::IdTwice { strategy: 1 }),
    ];
    for (change, expected) in table {
        let mut wrong = strategy("second");
        change(&mut wrong);
        assert_eq!(parse(vec![strategy("first"), wrong]), Err(expected));
    }
    let many: Vec<Strategy> = (0..=MOST_STRATEGIES).map(|number| strategy(&format!("s{number}"))).collect();
    assert_eq!(parse(many[1..].to_vec()).map(|list| list.strategies().len()), Ok(MOST_STRATEGIES));
    assert_eq!(parse(many), Err(StrategyError::TooMany));
}

#[test]
fn the_limits_themselves_are_allowed() {
    let mut longest = strategy("longest");
    (longest.due_days, longest.send_from) = (MOST_DUE_DAYS, TimeOfDay::parse("23:59").ok());
    let mut case = strategy("case");
    (case.action, case.to, case.due_days) = (Action::Case, None, 0);
    assert!(parse(vec![longest, case]).is_ok() && parse(vec![]).is_ok());
}

#[test]
fn a_strategy_is_about_its_status_and_its_tiers() {
    let mut of = strategy("s");
    assert!(of.is_about(Status::Attention, "gold") && !of.is_about(Status::Churned, "gold"));
    of.tiers = Some(vec!["core".to_owned()]);
    assert!(of.is_about(Status::Attention, "core") && !of.is_about(Status::Attention, "gold"));
}

/// House 0 above branches 1 and 2, counter 3 under branch 1; the house has two heads, branch 2 one.
fn staff() -> Staff {
    Staff::new([(1, 0), (2, 0), (3, 1)], [(0, 10), (0, 11), (2, 20)])
}

#[test]
fn everybody_is_told_by_the_table() {
    use Addressee::{BranchManager, Manager, Supervisor};
    use Recipient::{Employee, Organisation};
    let heads = vec![Employee(10), Employee(11)];
    for (to, organisation, owner, expected) in [
        (Manager, 2, Some(7), vec![Employee(7)]),
        (Manager, 2, None, vec![Employee(20)]),
        (BranchManager, 2, Some(7), vec![Employee(20)]),
        (BranchManager, 3, None, heads.clone()),
        (Supervisor, 2, Some(7), heads.clone()),
        (Supervisor, 3, None, heads),
        (Supervisor, 0, None, vec![Organisation(0)]),
    ] {
        assert_eq!(staff().recipients(to, organisation, owner), expected, "{to:?} of {organisation}");
    }
}

#[test]
fn where_nobody_is_found_the_organisation_itself_is_told() {
    let empty = Staff::new([(1, 0)], []);
    for (to, expected) in [(Addressee::Manager, 1), (Addressee::BranchManager, 1), (Addressee::Supervisor, 0)]
    {
        assert_eq!(empty.recipients(to, 1, None), [Recipient::Organisation(expected)], "{to:?}");
    }
}

#[test]
fn a_damaged_tree_does_not_hold_the_walk_up() {
    let circle = Staff::new([(1, 2), (2, 1)], []);
    assert_eq!(circle.recipients(Addressee::BranchManager, 1, None), [Recipient::Organisation(1)]);
}

#[test]
fn the_sentence_names_the_customer_by_id() {
    let told = Told {
        customer_id: "C1",
        tier: ("金级", "Gold"),
        status: Status::Attention,
        first_month: Month::parse("2026-09").expect("a month"),
        due_on: Day::parse("2026-11-29").expect("a date"),
    };
    let words = told.words();
    assert_eq!(words.zh, "客户C1自2026-09起低于金级的门槛,状态为关注,请在2026-11-29或之前跟进。");
    assert_eq!(
        words.en,
        "Customer C1 has been below the threshold of Gold since 2026-09; the status is attention. \
         Please follow up by 2026-11-29."
    );
}
