//! On random books movements, changes and totals are what a plain count says.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use tests::desk::Desk;
use web::field::Money;

use super::{bank, money};

const ORGANISATIONS: [&str; 4] = ["HQ", "B1", "B2", "O1"];

/// Organisations at and above each one, by place.
const ABOVE: [&[usize]; 4] = [&[0], &[1, 0], &[2, 0], &[3, 1, 0]];

/// Account, month and its end in haler, from the reference file.
pub fn month_ends(path: &Path) -> Vec<(String, String, i64)> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).expect("the file"))
        .read_to_string(&mut text)
        .expect("text");
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().expect("names").split(',').collect();
    let place = |part: &str| names.iter().position(|name| name.contains(part)).expect(part);
    let places = [place("account"), place("month"), place("eom")];
    let read = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let [account, month, end] = places.map(|place| cells[place]);
        (account.to_owned(), month.to_owned(), end.parse().expect("a figure"))
    };
    lines.map(read).collect()
}

/// Organisation by place, assets in August and in October, in fen.
type Customer = (usize, i64, i64);

fn id(number: usize) -> String {
    format!("C{number:03}")
}

fn take_in(customers: &[Customer]) -> Desk {
    let ids: Vec<String> = (0..customers.len()).map(id).collect();
    let people: Vec<(&str, &str)> = customers
        .iter()
        .zip(&ids)
        .map(|((organisation, ..), id)| (id.as_str(), ORGANISATIONS[*organisation]))
        .collect();
    let mut desk = bank(&people);
    let months: Vec<Value> = customers
        .iter()
        .zip(&ids)
        .flat_map(|((_, before, after), id)| {
            [("2026-08", before), ("2026-10", after)]
                .map(|(month, figure)| json!({"customer_id": id, "month": month, "deposits": Money(*figure)}))
        })
        .collect();
    desk.post("/intake/assets", &json!(months));
    desk
}

fn listed(desk: &mut Desk, target: &str) -> Vec<(String, i64)> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = desk.get(&format!("{target}{cursor}"));
        for item in page["items"].as_array().expect("items") {
            let customer = item["customer_id"].as_str().expect("a customer").to_owned();
            assert_eq!(money(&item["change"]), money(&item["after"]) - money(&item["before"]));
            found.push((customer, money(&item["change"])));
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn lists_and_totals_are_what_a_plain_count_says(
        customers in proptest::collection::vec((0_usize..4, -30_i64..30, -30_i64..30), 1..60),
        at_least in 1_i64..40,
        limit in 1_usize..70,
    ) {
        let mut desk = take_in(&customers);
        let span = "from=2026-08&to=2026-10";
        let changes: Vec<(String, i64)> = customers
            .iter()
            .enumerate()
            .map(|(number, (_, before, after))| (id(number), after - before))
            .filter(|(_, change)| *change != 0)
            .collect();

        let target = format!("/assets/movements?{span}&limit=7&at_least={}", Money(at_least));
        let moved: Vec<(String, i64)> =
            changes.iter().filter(|(_, change)| change.abs() >= at_least).cloned().collect();
        prop_assert_eq!(listed(&mut desk, &target), moved);

        for (direction, sign) in [("rise", 1), ("fall", -1)] {
            let mut largest: Vec<(String, i64)> =
                changes.iter().filter(|(_, change)| change * sign > 0).cloned().collect();
            // Ids follow the order of arrival, and the sort keeps it for equal changes.
            largest.sort_by_key(|(_, change)| -change * sign);
            largest.truncate(limit);
            let target = format!("/assets/changes?{span}&direction={direction}&limit={limit}");
            prop_assert_eq!(listed(&mut desk, &target), largest);
        }

        let mut expected: BTreeMap<&str, (u64, i64)> = BTreeMap::new();
        for (organisation, _, after) in &customers {
            for above in ABOVE[*organisation] {
                let total = expected.entry(ORGANISATIONS[*above]).or_default();
                *total = (total.0 + 1, total.1 + after);
            }
        }
        let told = desk.get("/assets/totals?from=2026-10&to=2026-10");
        let found: BTreeMap<&str, (u64, i64)> = told["lines"]
            .as_array()
            .expect("lines")
            .iter()
            .map(|line| {
                let figures = (line["customers"].as_u64().expect("a count"), money(&line["amount"]));
                (line["key"].as_str().expect("an organisation"), figures)
            })
            .collect();
        prop_assert_eq!(found, expected);
    }
}
