//! Conditions that can be written, and what they answer.

use super::*;
use crate::date::Day;

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

/// The bank's own facts of an event and of a customer, and the customer's segments.
struct Own {
    event: Vec<(String, Fact)>,
    customer: Vec<(String, Fact)>,
    segments: Vec<String>,
}

impl Own {
    fn new() -> Self {
        let text = |text: &str| Fact::Text(text.to_owned());
        Self {
            event: vec![
                ("city".to_owned(), text("上海")),
                ("terms".to_owned(), Fact::Whole(12)),
                ("online".to_owned(), Fact::Flag(true)),
            ],
            customer: vec![("city".to_owned(), text("上海")), ("home-branch".to_owned(), text("B7"))],
            segments: vec!["vip".to_owned(), "payroll".to_owned()],
        }
    }

    /// A payment by card on Friday 2024-03-01 at 19:30, of which the other side is not known.
    fn facts(&self) -> Facts<'_> {
        Facts {
            event: EventFacts {
                kind: "card_payment",
                source: "cards",
                on: day("2024-03-01"),
                minute_of_day: 19 * 60 + 30,
                amount: Some(12_550),
                channel: Some("online"),
                merchant_category: Some("5411"),
                product_id: Some("GOLD-1"),
                organisation_id: Some("S1"),
                counterparty_bank: None,
                attributes: &self.event,
            },
            customer: CustomerFacts {
                tier: Some("gold"),
                organisation_id: "B1",
                gender: Some("f"),
                birth_date: Some(day("1990-03-01")),
                opened_on: Some(day("2023-01-31")),
                segments: &self.segments,
                attributes: &self.customer,
            },
        }
    }
}

fn parse(source: &str) -> Condition {
    Condition::parse(source).unwrap_or_else(|error| panic!("{source}: {error}"))
}

fn answer(source: &str) -> Result<bool, Unanswered> {
    parse(source).holds(&Own::new().facts())
}

#[test]
fn every_field_is_read_where_it_is() {
    for source in [
        "event.type == 'card_payment' && event.source == \"cards\"",
        "event.amount == 12550 && event.amount == money(\"125.50\")",
        "event.channel == 'online' && event.merchant_category == '5411' && event.product_id == 'GOLD-1'",
        "event.organisation_id == 'S1' && !has(event.counterparty_bank)",
        "event.month == 3 && event.day == 1 && event.weekday == 5 && event.hour == 19",
        "customer.tier == 'gold' && customer.organisation_id == 'B1' && customer.gender == 'f'",
        "customer.age == 34 && customer.is_birthday && customer.member_months == 13",
        "'vip' in customer.segments && !('staff' in customer.segments) && size(customer.segments) == 2",
        "event.attributes.city == '上海' && event.attributes['terms'] >= 12 && event.attributes.online",
        "event.attributes.city == customer.attributes.city",
        "customer.attributes['home-branch'] == 'B7' && customer.attributes.`home-branch` != 'B8'",
        "'terms' in event.attributes && !('terms' in customer.attributes)",
    ] {
        assert_eq!(answer(source), Ok(true), "{source}");
    }
}

#[test]
fn operators_do_what_the_language_says() {
    for (source, expected) in [
        ("true", true),
        ("!!!true", false),
        ("1 + 2 * 3 == 7 && (1 + 2) * 3 == 9 && 10 - 2 - 3 == 5", true),
        ("-event.amount == -12550 && 0x10 == 16", true),
        ("1 < 2 && 2 <= 2 && 3 > 2 && 2 >= 2 && 1 != 2", true),
        ("2 < 2 || 3 <= 2 || 2 > 2 || 1 >= 2 || 1 == 2", false),
        ("'a' < 'b' && 'B' < 'a' && '' <= '' && 'z' > '' && '上' >= 'z'", true),
        ("true == !false && true != false", true),
        ("event.merchant_category in ['5411', '5412'] && !(event.channel in ['branch'])", true),
        ("event.weekday in [6, 7]", false),
        ("-1 in [-1, money('-0.01')]", true),
        ("event.product_id.startsWith('GOLD') && event.product_id.endsWith('-1')", true),
        ("event.product_id.contains('LD-') && !event.product_id.startsWith('1')", true),
        ("size('上海') == 2 && event.channel.size() == 6 && size(event.attributes.city) == 2", true),
        ("(event.amount > 10000 ? 'a' : 'b') == 'a' && (false ? 1 : event.attributes.terms) == 12", true),
        ("event.amount > 10000 ? customer.is_birthday : false", true),
        ("event.amount > 10000 // a comment\n && true", true),
        ("false || true && false", false),
        ("r'\\d' == '\\\\d' && '\\u4e0a' == '上' && '''it's''' == \"it's\"", true),
    ] {
        assert_eq!(answer(source), Ok(expected), "{source}");
    }
}

#[test]
fn amounts_of_money_are_minor_units() {
    for (text, units) in [
        ("0", 0_i64),
        ("12", 1_200),
        ("12.5", 1_250),
        ("12.05", 1_205),
        ("-0.01", -1),
        ("92233720368547758", 9_223_372_036_854_775_800),
    ] {
        assert_eq!(answer(&format!("money('{text}') == {units}")), Ok(true), "{text}");
    }
}

#[test]
fn what_is_not_known_is_not_answered() {
    let own = Own::new();
    let mut facts = own.facts();
    (facts.event.amount, facts.customer.birth_date, facts.customer.opened_on) = (None, None, None);
    (facts.customer.gender, facts.customer.tier) = (None, None);
    for (source, name) in [
        ("event.amount == 1", "event.amount"),
        ("event.amount != 1", "event.amount"),
        ("!(event.amount + 1 > 0)", "event.amount"),
        ("event.counterparty_bank.startsWith('x')", "event.counterparty_bank"),
        ("customer.is_birthday", "customer.is_birthday"),
        ("customer.age < 18", "customer.age"),
        ("customer.member_months > 1", "customer.member_months"),
        ("customer.gender in ['f']", "customer.gender"),
        ("event.attributes.shop == 'x'", "event.attributes.shop"),
        ("event.attributes.city == customer.attributes.town", "customer.attributes.town"),
        ("event.amount > 1 ? true : true", "event.amount"),
    ] {
        assert_eq!(parse(source).holds(&facts), Err(Unanswered::Missing(name.into())), "{source}");
    }
    for source in [
        "!has(event.amount) && !has(customer.age) && !has(customer.is_birthday) && !has(customer.gender)",
        "has(event.amount) ? event.amount > 1 : true",
        "!has(event.attributes.shop) && has(event.attributes.city)",
        "customer.tier == ''",
    ] {
        assert_eq!(parse(source).holds(&facts), Ok(true), "{source}");
    }
}

#[test]
fn and_and_or_are_answered_where_one_side_settles_it() {
    // Nobody knows the other side's bank.
    let open = "event.counterparty_bank == 'x'";
    let missing = Err(Unanswered::Missing("event.counterparty_bank".into()));
    for (source, expected) in [
        ("false && ?", Ok(false)),
        ("? && false", Ok(false)),
        ("true && ?", missing.clone()),
        ("? && true", missing.clone()),
        ("? && ?", missing.clone()),
        ("true || ?", Ok(true)),
        ("? || true", Ok(true)),
        ("false || ?", missing.clone()),
        ("? || false", missing.clone()),
        ("!(?) || true", Ok(true)),
        ("(? && false) || true", Ok(true)),
        ("!(?)", missing.clone()),
        ("? && event.attributes.none", missing),
    ] {
        assert_eq!(answer(&source.replace('?', open)), expected, "{source}");
    }
}

#[test]
fn an_attribute_of_another_type_is_not_answered() {
    for (source, name) in [
        ("event.attributes.terms == '12'", "event.attributes.terms"),
        ("event.attributes.city > 1", "event.attributes.city"),
        ("event.attributes.terms && true", "event.attributes.terms"),
        ("size(event.attributes.city) == 1 || size(event.attributes.online) == 1", "event.attributes.online"),
        ("event.attributes.terms != customer.attributes.city", "customer.attributes.city"),
    ] {
        assert_eq!(answer(source), Err(Unanswered::OtherType(name.into())), "{source}");
    }
}

#[test]
fn numbers_that_grow_too_large_are_not_answered() {
    for source in [
        "event.amount * 9223372036854775807 > 0",
        "9223372036854775807 + event.day > 0",
        "-9223372036854775808 - event.day < 0",
        "-(-9223372036854775807 - 1) > 0",
    ] {
        assert_eq!(answer(source), Err(Unanswered::Overflow), "{source}");
    }
}

/// Age and birthday on a day.
fn life(born: &str, on: &str) -> (i64, bool) {
    (facts::age(day(born), day(on)), facts::is_birthday(day(born), day(on)))
}

#[test]
fn a_year_of_life_is_complete_on_the_birthday() {
    for (born, on, expected) in [
        ("1990-06-15", "2024-06-14", (33, false)),
        ("1990-06-15", "2024-06-15", (34, true)),
        ("1990-06-15", "2024-06-16", (34, false)),
        ("2000-02-29", "2024-02-28", (23, false)),
        ("2000-02-29", "2024-02-29", (24, true)),
        ("2000-02-29", "2023-02-27", (22, false)),
        ("2000-02-29", "2023-02-28", (23, true)),
        ("2000-02-29", "2023-03-01", (23, false)),
        ("2000-02-28", "2024-02-29", (24, false)),
        ("2024-06-15", "2024-06-15", (0, true)),
        ("2024-06-15", "2020-01-01", (0, false)),
    ] {
        assert_eq!(life(born, on), expected, "{born} {on}");
    }
}

#[test]
fn a_month_of_membership_is_complete_on_its_day() {
    for (opened, on, months) in [
        ("2024-01-15", "2024-02-14", 0),
        ("2024-01-15", "2024-02-15", 1),
        ("2024-01-31", "2024-02-28", 0),
        ("2024-01-31", "2024-02-29", 1),
        ("2024-01-31", "2024-04-30", 3),
        ("2020-05-01", "2024-05-01", 48),
        ("2024-05-01", "2024-01-01", 0),
    ] {
        assert_eq!(facts::member_months(day(opened), day(on)), months, "{opened} {on}");
    }
}

#[test]
fn weekdays_begin_with_monday() {
    let own = Own::new();
    for (on, weekday) in [("2024-02-26", 1), ("2024-02-29", 4), ("2024-03-03", 7)] {
        let mut facts = own.facts();
        (facts.event.on, facts.event.minute_of_day) = (day(on), 1_439);
        let condition = parse(&format!("event.weekday == {weekday} && event.hour == 23"));
        assert_eq!(condition.holds(&facts), Ok(true), "{on}");
    }
}

#[test]
fn a_condition_says_which_facts_of_the_customer_it_needs() {
    for (source, expected) in [
        ("event.amount > 1 && has(event.attributes.a)", Reads::default()),
        ("customer.tier == 'a'", Reads { tier: true, ..Reads::default() }),
        ("customer.organisation_id == 'a'", Reads { organisation_id: true, ..Reads::default() }),
        ("has(customer.gender)", Reads { gender: true, ..Reads::default() }),
        ("customer.is_birthday", Reads { birth_date: true, ..Reads::default() }),
        ("customer.age > 1", Reads { birth_date: true, ..Reads::default() }),
        ("customer.member_months > 1", Reads { opened_on: true, ..Reads::default() }),
        ("'a' in customer.segments", Reads { segments: true, ..Reads::default() }),
        ("'a' in customer.attributes", Reads { attributes: true, ..Reads::default() }),
    ] {
        let reads = parse(source).reads();
        assert_eq!((reads, reads.any()), (expected, expected != Reads::default()), "{source}");
    }
}
