use super::*;
use crate::balance::AccountClass;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn today() -> Day {
    day("2026-03-15")
}

fn pointer(checked: Result<(), Broken>) -> &'static str {
    checked.map_or_else(|broken| broken.pointer, |()| "")
}

fn transaction() -> Transaction<'static> {
    Transaction {
        source: "core".into(),
        id: "t1".into(),
        occurred_at: 1_773_500_000_000,
        customer_id: "c1".into(),
        account_id: None,
        product_id: None,
        kind: TransactionKind::Purchase,
        amount: 100,
        organisation_id: None,
        teller_id: None,
        channel: None,
        counterparty_bank: None,
        merchant_category: None,
        refund_of: None,
    }
}

#[test]
fn each_broken_rule_of_a_transaction_names_its_member() {
    let good = transaction();
    let now = good.occurred_at;
    let table: [(Transaction<'_>, &str); 11] = [
        (good.clone(), ""),
        (Transaction { amount: 0, ..good.clone() }, "/amount"),
        (Transaction { amount: -1, ..good.clone() }, "/amount"),
        (Transaction { amount: AMOUNT_LIMIT, ..good.clone() }, ""),
        (Transaction { amount: AMOUNT_LIMIT + 1, ..good.clone() }, "/amount"),
        (Transaction { occurred_at: now + 86_400_000, ..good.clone() }, ""),
        (Transaction { occurred_at: now + 86_400_001, ..good.clone() }, "/occurred_at"),
        (Transaction { kind: TransactionKind::Refund, ..good.clone() }, "/refund_of"),
        (Transaction { refund_of: Some("t0".into()), ..good.clone() }, "/refund_of"),
        (
            Transaction { kind: TransactionKind::Refund, refund_of: Some("t1".into()), ..good.clone() },
            "/refund_of",
        ),
        (Transaction { channel: Some("a\0".into()), ..good.clone() }, "/channel"),
    ];
    for (record, expected) in table {
        assert_eq!(pointer(record.check(now)), expected, "{record:?}");
    }
}

#[test]
fn fields_that_swap_places_or_flow_together_are_another_transaction() {
    let base = Transaction { channel: Some("ab".into()), ..transaction() };
    let others = [
        Transaction { channel: None, teller_id: Some("ab".into()), ..base.clone() },
        Transaction { channel: Some("a".into()), counterparty_bank: Some("b".into()), ..base.clone() },
        Transaction { amount: base.amount + 1, ..base.clone() },
        Transaction { kind: TransactionKind::Sale, ..base.clone() },
        Transaction { customer_id: "c2".into(), ..base.clone() },
    ];
    for other in others {
        assert_ne!(base.fingerprint(), other.fingerprint(), "{other:?}");
    }
    assert_eq!(base.fingerprint(), base.clone().fingerprint());
}

#[test]
fn the_fingerprint_of_released_versions_stays() {
    assert_eq!(transaction().fingerprint(), -3_377_983_105_958_386_016);
}

#[test]
fn names_of_kinds_are_in_the_order_of_the_enum() {
    for (name, kind) in TransactionKind::NAMES {
        assert_eq!(kind.name(), name);
    }
}

#[test]
fn only_purchases_and_refunds_by_credit_card_are_card_spend() {
    let card = Some(AccountClass::CreditCard);
    let refund = Transaction { kind: TransactionKind::Refund, refund_of: Some("t0".into()), ..transaction() };
    let effect = |record: &Transaction<'_>, class| record.card_effect(class, 480).map(|effect| effect.amount);
    assert_eq!(effect(&transaction(), card), Some(100));
    assert_eq!(effect(&refund, card), Some(-100));
    assert_eq!(effect(&transaction(), Some(AccountClass::Deposit)), None);
    assert_eq!(effect(&transaction(), None), None);
    assert_eq!(effect(&Transaction { kind: TransactionKind::Fee, ..transaction() }, card), None);
}

#[test]
fn the_business_day_turns_at_midnight_in_the_zone() {
    let midnight_in_shanghai = i64::from(day("2026-03-15").number()) * 86_400_000 - 8 * 3_600_000;
    assert_eq!(business_day(midnight_in_shanghai, SHANGHAI_OFFSET_MINUTES), day("2026-03-15"));
    assert_eq!(business_day(midnight_in_shanghai - 1, SHANGHAI_OFFSET_MINUTES), day("2026-03-14"));
    assert_eq!(business_day(-1, 0), day("1969-12-31"));
}

#[test]
fn employees_have_periods_and_shares_that_exist() {
    let good = Employee {
        id: "e1".into(),
        organisation_id: "o1".into(),
        name: "Li Wei".into(),
        role: Role::Manager,
        active_from: Some(day("2020-01-01")),
        active_to: Some(day("2020-01-01")),
        seller_share_bp: Some(7_000),
        referrer_share_bp: Some(3_000),
    };
    let table = [
        (good.clone(), ""),
        (Employee { active_to: Some(day("2019-12-31")), ..good.clone() }, "/active_to"),
        (
            Employee { seller_share_bp: Some(10_001), referrer_share_bp: None, ..good.clone() },
            "/seller_share_bp",
        ),
        (Employee { referrer_share_bp: Some(-1), ..good.clone() }, "/referrer_share_bp"),
        (Employee { referrer_share_bp: Some(3_001), ..good.clone() }, "/referrer_share_bp"),
        (Employee { name: "".into(), ..good.clone() }, "/name"),
    ];
    for (record, expected) in table {
        assert_eq!(pointer(record.check()), expected, "{record:?}");
    }
}

#[test]
fn customers_are_born_have_addresses_and_live_in_zones() {
    let good = Customer {
        id: "c1".into(),
        organisation_id: "o1".into(),
        name: "王芳".into(),
        phone: Some("+86 10 1234".into()),
        email: Some("a@b.cn".into()),
        birth_date: Some(today()),
        gender: None,
        opened_on: None,
        household_id: None,
        time_zone: Some("America/Argentina/Buenos_Aires".into()),
        consents: None,
        attributes: None,
    };
    let table = [
        (good.clone(), ""),
        (Customer { name: " ".into(), ..good.clone() }, "/name"),
        (Customer { name: "芳".repeat(257).into(), ..good.clone() }, "/name"),
        (Customer { email: Some("a".into()), ..good.clone() }, "/email"),
        (Customer { email: Some("a@b@c".into()), ..good.clone() }, "/email"),
        (Customer { birth_date: Some(today().plus(1)), ..good.clone() }, "/birth_date"),
        (Customer { time_zone: Some("UTC".into()), ..good.clone() }, ""),
        (Customer { time_zone: Some("Shanghai".into()), ..good.clone() }, "/time_zone"),
        (Customer { time_zone: Some("Asia/../etc".into()), ..good.clone() }, "/time_zone"),
        (Customer { phone: Some("".into()), ..good.clone() }, "/phone"),
    ];
    for (record, expected) in table {
        assert_eq!(pointer(record.check(today())), expected, "{record:?}");
    }
}

#[test]
fn accounts_close_after_they_open_and_only_cards_have_levels() {
    let good = Account {
        id: "a1".into(),
        customer_id: "c1".into(),
        class: AccountClass::CreditCard,
        product_id: None,
        opened_on: Some(day("2020-05-01")),
        closed_on: Some(day("2020-05-01")),
        card_level: Some(CardLevel::Gold),
        valid_to: None,
    };
    let table = [
        (good.clone(), ""),
        (Account { closed_on: Some(day("2020-04-30")), ..good.clone() }, "/closed_on"),
        (Account { valid_to: Some(day("2020-04-30")), ..good.clone() }, "/valid_to"),
        (Account { class: AccountClass::Deposit, ..good.clone() }, "/card_level"),
    ];
    for (record, expected) in table {
        assert_eq!(pointer(record.check()), expected, "{record:?}");
    }
}

#[test]
fn balances_may_be_negative_but_not_of_loans_nor_of_the_future() {
    let good = Balance { account_id: "a1".into(), date: today().plus(1), amount: -5 };
    assert_eq!(pointer(good.check(today())), "");
    assert_eq!(pointer(Balance { date: today().plus(2), ..good.clone() }.check(today())), "/date");
    assert_eq!(pointer(Balance { amount: -AMOUNT_LIMIT - 1, ..good.clone() }.check(today())), "/amount");
    assert_eq!(pointer(Balance { amount: i64::MIN, ..good.clone() }.check(today())), "/amount");
    assert_eq!(pointer(good.check_class(AccountClass::Deposit)), "");
    assert_eq!(pointer(good.check_class(AccountClass::SecuredLoan)), "/amount");
}

#[test]
fn delivered_months_have_begun_and_owe_nothing_negative() {
    let good = Assets {
        customer_id: "c1".into(),
        month: today().month(),
        deposits: -5,
        investments: 0,
        secured_loans: 0,
        unsecured_loans: 0,
        card_spend: 0,
    };
    let table = [
        (good.clone(), ""),
        (Assets { month: today().month().plus(1), ..good.clone() }, "/month"),
        (Assets { deposits: AMOUNT_LIMIT + 1, ..good.clone() }, "/deposits"),
        (Assets { secured_loans: -1, ..good.clone() }, "/secured_loans"),
        (Assets { card_spend: -1, ..good.clone() }, "/card_spend"),
    ];
    for (record, expected) in table {
        assert_eq!(pointer(record.check(today())), expected, "{record:?}");
    }
}
