//! Laws of conditions: whatever the text, it is taken or refused, and what was taken always has an answer.

use domain::date::Day;
use domain::points::condition::{Condition, CustomerFacts, EventFacts, Fact, Facts};
use proptest::prelude::*;

/// Pieces that a person, or an attacker, would write.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(vec![
            "event",
            ".",
            "amount",
            "customer",
            "tier",
            "attributes",
            "x",
            "has",
            "(",
            ")",
            "[",
            "]",
            ",",
            "&&",
            "||",
            "!",
            "==",
            "!=",
            "<",
            ">=",
            "+",
            "-",
            "*",
            "/",
            "?",
            ":",
            "in",
            "true",
            "null",
            "\"gold\"",
            "1",
            "9223372036854775807",
            "1.5",
            "1u",
            "money",
            "\"12.50\"",
            "size",
            "segments",
            ".exists(s, s == \"a\")",
            ".map(x, x)",
            "{",
            "}",
            "'",
            "\\",
            "\u{0}",
            "客",
            " ",
            "\n",
            "event.amount",
            "event.attributes.x",
            "customer.age",
            "startsWith",
            "`a-b`",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,4}",
    ]
}

fn facts<'a>(amount: Option<i64>, attributes: &'a [(String, Fact)], segments: &'a [String]) -> Facts<'a> {
    Facts {
        event: EventFacts {
            kind: "purchase",
            source: "shop",
            on: Day::from_number(20_000),
            minute_of_day: 600,
            amount,
            channel: None,
            merchant_category: Some("5411"),
            product_id: None,
            organisation_id: None,
            counterparty_bank: None,
            attributes,
        },
        customer: CustomerFacts {
            tier: Some("gold"),
            organisation_id: "B1",
            gender: None,
            birth_date: None,
            opened_on: Some(Day::from_number(10_000)),
            segments,
            attributes,
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_taken_or_refused_and_what_is_taken_has_an_answer(
        pieces in proptest::collection::vec(piece(), 0..40),
        amount in proptest::option::of(any::<i64>()),
        value in any::<i64>(),
    ) {
        let text = pieces.concat();
        if let Ok(condition) = Condition::parse(&text) {
            let attributes = [("x".to_owned(), Fact::Whole(value))];
            let segments = ["vip".to_owned()];
            let facts = facts(amount, &attributes, &segments);
            prop_assert_eq!(condition.holds(&facts), condition.holds(&facts));
            let again = Condition::parse(condition.source());
            prop_assert!(again.is_ok_and(|again| again.holds(&facts) == condition.holds(&facts)));
        }
    }

    #[test]
    fn towers_of_operators_and_brackets_are_refused_or_taken_and_end(
        opening in proptest::sample::select(vec!["(", "!", "-", "[", "event.amount + ", "true ? true : ", "has(", "{"]),
        height in 1_usize..3_000,
    ) {
        let text = format!("{}true", opening.repeat(height));
        let _taken_or_refused = Condition::parse(&text);
        let closed = format!("{}true{}", "(".repeat(height), ")".repeat(height));
        prop_assert_eq!(Condition::parse(&closed).is_ok(), height <= 64, "{}", height);
    }
}
