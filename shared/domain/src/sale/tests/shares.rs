//! Shares by the assignment, by the ratio of two people, and by default.

use super::*;

fn keeps(employee_ref: u32, seller_share_bp: Option<u32>, referrer_share_bp: Option<u32>) -> Person {
    Person { employee_ref, seller_share_bp, referrer_share_bp }
}

#[test]
fn the_primary_manager_at_the_selling_organisation_is_the_seller_of_the_whole() {
    let rule = Rule::default();
    let of = |organisation, managers: &[(u32, u32, bool)]| {
        automatic(&rule, BRANCH, Some(&assigned(organisation, managers)))
    };
    let two = [(MANAGER, 6_000, true), (SECOND, 4_000, true)];
    assert_eq!(of(BRANCH, &two), Some(vec![Share::seller(MANAGER, WHOLE_BP)]));
    assert_eq!(of(ELSEWHERE, &two), None, "assigned at another organisation");
    assert_eq!(of(BRANCH, &[(MANAGER, 6_000, false), (SECOND, 4_000, true)]), None, "left before the sale");
    assert_eq!(of(BRANCH, &[]), None, "recalled");
    assert_eq!(automatic(&rule, BRANCH, None), None, "never assigned");
}

#[test]
fn a_rule_may_credit_managers_elsewhere_or_none_automatically() {
    let one = [(MANAGER, WHOLE_BP, true)];
    let whole = || Some(vec![Share::seller(MANAGER, WHOLE_BP)]);
    for (automatic_of, organisation, expected) in [
        (Automatic::Assigned, BRANCH, whole()),
        (Automatic::Assigned, ELSEWHERE, whole()),
        (Automatic::SameOrganisation, BRANCH, whole()),
        (Automatic::SameOrganisation, ELSEWHERE, None),
        (Automatic::Never, BRANCH, None),
        (Automatic::Never, ELSEWHERE, None),
    ] {
        let rule = Rule { automatic: automatic_of, ..Rule::default() };
        let said = automatic(&rule, BRANCH, Some(&assigned(organisation, &one)));
        assert_eq!(said, expected, "{automatic_of:?} at {organisation}");
    }
}

#[test]
fn managers_share_as_the_assignment_says_and_take_over_what_somebody_who_left_had() {
    let rule = Rule { split: Split::Shares, ..Rule::default() };
    let shares = |works: [bool; 3]| {
        let managers = [(MANAGER, 5_000, works[0]), (SECOND, 3_000, works[1]), (THIRD, 2_000, works[2])];
        automatic(&rule, BRANCH, Some(&assigned(BRANCH, &managers)))
            .map(|shares| shares.iter().map(|share| (share.employee_ref, share.share_bp)).collect::<Vec<_>>())
    };
    assert_eq!(shares([true; 3]), Some(vec![(MANAGER, 5_000), (SECOND, 3_000), (THIRD, 2_000)]));
    assert_eq!(shares([true, true, false]), Some(vec![(MANAGER, 6_250), (SECOND, 3_750)]));
    assert_eq!(shares([false, true, true]), Some(vec![(SECOND, 6_000), (THIRD, 4_000)]));
    assert_eq!(shares([true, false, true]), Some(vec![(MANAGER, 7_143), (THIRD, 2_857)]));
    assert_eq!(shares([false, false, true]), Some(vec![(THIRD, WHOLE_BP)]));
    assert_eq!(shares([false; 3]), None);
}

#[test]
fn the_ratio_kept_for_two_employees_goes_before_that_of_the_rule() {
    let rule = Rule::default();
    let rules = (7_000, 3_000);
    for (seller_bp, referrer_bp, expected) in [
        (Some(6_000), Some(4_000), (6_000, 4_000)),
        (Some(8_000), Some(3_000), (7_273, 2_727)),
        (Some(1), Some(1), (5_000, 5_000)),
        (Some(1), Some(2), (3_333, 6_667)),
        (Some(0), Some(3_000), (0, WHOLE_BP)),
        (Some(7_000), Some(0), (WHOLE_BP, 0)),
        (Some(u32::MAX), Some(u32::MAX), (5_000, 5_000)),
        (Some(0), Some(0), rules),
        (Some(6_000), None, rules),
        (None, Some(4_000), rules),
        (None, None, rules),
    ] {
        let (seller, referrer) = (keeps(SELLER, seller_bp, Some(1)), keeps(REFERRER, Some(1), referrer_bp));
        let said = ratio(&rule, &seller, &referrer);
        assert_eq!((said.seller_bp, said.referrer_bp), expected, "{seller_bp:?} : {referrer_bp:?}");
        let shares = registered(&rule, None, Some(&seller), Some(&referrer)).expect("a seller");
        let all = [Share::seller(SELLER, expected.0), Share::referrer(REFERRER, expected.1)];
        let some: Vec<Share> = all.into_iter().filter(|share| share.share_bp > 0).collect();
        assert_eq!(shares, some, "a share of nothing is none");
        let teller = Person { employee_ref: TELLER, ..seller };
        let shares = by_default(&rule, Some(&teller), Some(&referrer));
        assert_eq!(shares.iter().map(|share| share.share_bp).sum::<u32>(), WHOLE_BP);
        assert_eq!(shares.last().map(|share| share.share_bp), some.last().map(|share| share.share_bp));
    }
}

#[test]
fn the_organisation_takes_the_place_of_a_teller_who_is_not_known() {
    let teller = keeps(TELLER, Some(5_000), None);
    let referrer = keeps(REFERRER, None, Some(5_000));
    let rule = |default| Rule { default, ..Rule::default() };
    let organisation = |share_bp| Share::organisation(share_bp);
    for (default, teller, referrer, expected) in [
        (DefaultTo::Teller, None, None, vec![organisation(WHOLE_BP)]),
        (
            DefaultTo::Teller,
            None,
            Some(&referrer),
            vec![organisation(7_000), Share::referrer(REFERRER, 3_000)],
        ),
        (
            DefaultTo::Teller,
            Some(&teller),
            Some(&referrer),
            vec![Share::seller(TELLER, 5_000), Share::referrer(REFERRER, 5_000)],
        ),
        (DefaultTo::Teller, Some(&teller), Some(&teller), vec![Share::seller(TELLER, WHOLE_BP)]),
        (DefaultTo::Organisation, Some(&teller), None, vec![organisation(WHOLE_BP)]),
        (
            DefaultTo::Organisation,
            Some(&teller),
            Some(&teller),
            vec![organisation(7_000), Share::referrer(TELLER, 3_000)],
        ),
        (DefaultTo::Nobody, Some(&teller), None, vec![]),
        (DefaultTo::Nobody, Some(&teller), Some(&referrer), vec![]),
    ] {
        assert_eq!(by_default(&rule(default), teller, referrer), expected, "{default:?}");
    }
}
