//! Texts that are no condition, and the reasons that are given.

use super::*;

fn refused(source: &str) -> ConditionError {
    match Condition::parse(source) {
        Ok(_) => panic!("{source} was taken"),
        Err(error) => error,
    }
}

#[test]
fn what_a_condition_cannot_say_is_refused_with_the_reason() {
    for (source, reason) in [
        ("1", "true or false is needed, not a whole number"),
        ("\"x\"", "true or false is needed, not a text"),
        ("customer.segments", "true or false is needed, not a list"),
        ("event", "true or false is needed, not event"),
        ("event.attributes", "true or false is needed, not all attributes"),
        ("event.amount > 1.5", "numbers are whole"),
        ("event.amount > -1e3", "numbers are whole"),
        ("event.amount > 1u", "without u"),
        ("event.channel == null", "there is no null"),
        ("event.channel == b'x'", "there are no bytes"),
        ("{'a': 1} == {'a': 1}", "there are no maps"),
        ("Point{x: 1} == Point{x: 1}", "there are no maps and no structures"),
        ("colour == 'red'", "there is no `colour`"),
        (".event.amount > 1", "there is no `.event`"),
        ("event.colour == 'red'", "there is no `event.colour`"),
        ("customer.amount > 1", "there is no `customer.amount`"),
        ("event.amount.units > 1", "a whole number has no fields"),
        ("event['amount'] > 1", "brackets take the name of an attribute"),
        ("event.attributes[event.channel] == 'x'", "brackets take the name of an attribute"),
        ("has(event.colour)", "there is no `event.colour`"),
        ("has(event.type)", "event.type is always there"),
        ("has(customer.segments)", "customer.segments is always there"),
        ("has(event.attributes)", "event.attributes is always there"),
        ("event.amount == '1'", "a whole number is needed, not a text"),
        ("event.channel == true", "a text is needed, not true or false"),
        ("event.amount", "true or false is needed, not a whole number"),
        ("event.amount && true", "true or false is needed"),
        ("!event.amount", "true or false is needed"),
        ("-event.channel == 1", "a whole number is needed, not a text"),
        ("event.channel + 'x' == 'yx'", "a whole number is needed, not a text"),
        ("true < false", "cannot be compared"),
        ("event.attributes.a < event.attributes.b", "cannot be compared"),
        ("customer.segments == customer.segments", "cannot be compared"),
        ("(true ? 1 : 'x') == 1", "a whole number is needed, not a text"),
        ("(true ? event.attributes.a : event.attributes.b) == 1", "cannot choose between"),
        ("event.amount / 2 > 1", "there is no division"),
        ("event.amount % 2 == 1", "there is no division"),
        ("1 in []", "a list has something in it"),
        ("1 in [1, 'x']", "not both"),
        ("true in [true]", "a list has nothing but written texts or numbers in it"),
        ("event.amount in [event.day]", "a list has nothing but written texts or numbers in it"),
        ("event.channel in [1]", "a whole number is needed, not a text"),
        ("1 in customer.segments", "a text is needed, not a whole number"),
        ("'a' in event.channel", "`in` needs a list, not a text"),
        ("event.channel in event.attributes", "attributes are looked for by a text in quotes"),
        ("money(event.channel) == 1", "money() takes a text in quotes"),
        ("money(1) == 1", "money() takes a text in quotes"),
        ("event.channel.matches('x.*')", "there is no function matches()"),
        ("event.amount.startsWith('x')", "a text is needed, not a whole number"),
        ("size([1, 2]) == 2", "size() is for texts and segments"),
        ("size(event.amount) == 2", "size() is for texts and segments"),
        ("timestamp('2024-01-01') == 1", "there is no function timestamp()"),
        ("has(event.amount, event.channel)", "there is no function has()"),
    ] {
        let error = refused(source);
        assert!(error.reason.contains(reason), "{source}: {}", error.reason);
        assert_eq!(error.position, None, "{source}");
        assert_eq!(error.to_string(), error.reason);
    }
}

#[test]
fn amounts_of_another_form_are_no_money() {
    let too_much = "92233720368547759";
    for text in ["", "-", ".5", "1.", "1.234", "1,5", "1e3", " 1", "+1", "--1", "1.-5", "１", too_much] {
        assert!(refused(&format!("money('{text}') == 1")).reason.contains("up to two decimals"), "{text}");
    }
}

#[test]
fn macros_other_than_has_are_refused() {
    for source in [
        "customer.segments.exists(s, s == 'vip')",
        "customer.segments.all(s, s == 'vip')",
        "customer.segments.exists_one(s, s == 'vip')",
        "customer.segments.map(s, s + 'x').size() == 2",
        "customer.segments.filter(s, s == 'vip').size() == 1",
        "size(customer.segments.map(s, s == 'a', s)) == 0",
    ] {
        assert_eq!(refused(source).reason, "the only macro is has()", "{source}");
    }
    // Run, it would take 8 to the power of 40 steps.
    let nested = format!("{}true{}", "[1,2,3,4,5,6,7,8].all(x, ".repeat(40), ")".repeat(40));
    assert_eq!(refused(&nested).reason, "a condition has up to 300 names, values and operators");
    let nested = format!("{}true{}", "[1, 2].all(x, ".repeat(40), ")".repeat(40));
    assert_eq!(refused(&nested).reason, "the only macro is has()");
}

#[test]
fn what_is_not_the_language_is_refused_where_it_goes_wrong() {
    for (source, position) in [
        ("", 1),
        ("event.amount >", 15),
        ("event.amount > > 1", 16),
        ("event.amount = 1", 14),
        ("event.amount > 1)", 17),
        ("(event.amount > 1", 18),
        ("'上海' == '上海' && #", 17),
        ("event.channel == 'x", 18),
        ("true\n&& event.amount > 1 2", 26),
        ("true and false", 6),
        ("has(event)", 5),
        ("99999999999999999999 > 1", 1),
        ("event.attributes.?a == 1", 17),
        ("true; drop table customer", 5),
    ] {
        let error = refused(source);
        assert_eq!(error.position, Some(position), "{source}: {}", error.reason);
        assert!(error.reason.starts_with("this is not an expression of CEL"), "{source}: {}", error.reason);
        assert_eq!(error.to_string(), format!("at character {position}: {}", error.reason));
    }
}

#[test]
fn a_reason_does_not_repeat_long_values() {
    let long = "x".repeat(500);
    for source in [
        format!("{long} == 1"),
        format!("event.{long} == 1"),
        format!("{long}(1) == 1"),
        format!("true '{long}'"),
        format!("event.channel == '{long}' + 1"),
        format!("money('{long}') == 1"),
    ] {
        let error = refused(&source);
        assert!(error.reason.len() < 150, "{}", error.reason);
    }
}

#[test]
fn a_condition_has_up_to_2000_characters() {
    let of = |characters: usize| format!("event.channel == '{}'", "客".repeat(characters - 19));
    assert!(Condition::parse(&of(2_000)).is_ok());
    let (error, reason) = (refused(&of(2_001)), "a condition has up to 2000 characters");
    assert_eq!((error.position, error.reason.as_str()), (Some(2_001), reason));
    assert_eq!(refused(&"(".repeat(10_000)).position, Some(2_001));
}

#[test]
fn a_condition_has_up_to_300_names_values_and_operators() {
    // Four parts for every further one of the chain.
    let of = |comparisons: usize| vec!["1<2"; comparisons].join("||");
    assert!(Condition::parse(&of(75)).is_ok());
    let error = refused(&of(76));
    let reason = "a condition has up to 300 names, values and operators";
    assert_eq!((error.position, error.reason.as_str()), (Some(376), reason));
    // Chains nest without brackets: none may exhaust the stack.
    for source in ["!-".repeat(999), "1+".repeat(999), "true?true:".repeat(199), "a.b".repeat(660)] {
        assert_eq!(refused(&source).reason, reason);
    }
}

#[test]
fn a_condition_is_nested_up_to_64_deep() {
    let brackets = |depth: usize| format!("{}true{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Condition::parse(&brackets(64)).is_ok());
    let error = refused(&brackets(65));
    assert_eq!((error.position, error.reason.as_str()), (Some(65), "a condition is nested up to 64 deep"));
    // A chain of sums is a tree as deep as it is long.
    let sums = |terms: usize| format!("{} > 0", vec!["1"; terms].join("+"));
    assert!(Condition::parse(&sums(63)).is_ok());
    assert_eq!(refused(&sums(64)).reason, "a condition is nested up to 64 deep");
    let sums = format!("{}1{} > 0", "(1+".repeat(60), ")".repeat(60));
    assert!(Condition::parse(&sums).is_ok());
    for open in ["[", "{", "f("] {
        assert_eq!(refused(&open.repeat(600)).reason, "a condition is nested up to 64 deep", "{open}");
    }
}
