use std::collections::BTreeMap;
use std::io::Read;

use super::*;
use crate::client::stub;
use crate::month::{CalendarMonth, parse_date};
use crate::workspace;

/// One row of the published month balances, in haler.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
struct MonthRow {
    closing: i64,
    day_sum: i64,
}

/// Day by day, the slow and obvious way: the last close known, zero before the first.
fn month_of(account: &Account, month: CalendarMonth) -> MonthRow {
    let mut row = MonthRow { closing: 0, day_sum: 0 };
    for day in month.first_day().iter_days().take_while(|day| *day <= month.last_day()) {
        let known = account.closes.iter().rev().find(|(closed, _)| *closed <= day);
        row.closing = known.map_or(0, |(_, close)| *close);
        row.day_sum += row.closing;
    }
    row
}

fn published(dir: &Path) -> BTreeMap<(u32, String), MonthRow> {
    let file = std::fs::File::open(dir.join("month_balances_1993-01_1994-02.csv.gz")).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let row = |line: &str| {
        let fields: Vec<&str> = line.trim().split(',').collect();
        let row = MonthRow { closing: fields[2].parse().unwrap(), day_sum: fields[3].parse().unwrap() };
        ((fields[0].parse().unwrap(), fields[1].to_owned()), row)
    };
    text.lines().skip(1).map(row).collect()
}

#[test]
fn month_balances_of_the_real_bank_are_the_published_ones_to_the_haler() {
    let Some(dir) = workspace::data_dir("berka") else { return };
    let source = Source::read(&dir).unwrap();
    let (first, last) = (CalendarMonth::of(parse_date("1993-01-01").unwrap()), 14);
    let mut ours = BTreeMap::new();
    for month in (0..last).map(|months| first.plus(months)) {
        for (id, account) in &source.accounts {
            if account.first_day().is_some_and(|day| day <= month.last_day()) {
                ours.insert((*id, month.to_string()), month_of(account, month));
            }
        }
    }
    assert_eq!(ours.len(), 9_729);
    assert!(ours == published(&dir), "month balances differ");
}

#[test]
fn the_real_bank_has_as_many_accounts_and_as_much_money_at_each_month_end_as_was_published() {
    let Some(dir) = workspace::data_dir("berka") else { return };
    let source = Source::read(&dir).unwrap();
    let table = [
        ("1993-06-30", 554, 1_594_619_900),
        ("1993-12-31", 1_139, 3_657_594_610),
        ("1994-01-31", 1_163, 3_121_945_220),
        ("1994-02-28", 1_197, 3_671_060_370),
    ];
    for (date, accounts, haler) in table {
        let extent = Extent { until: parse_date(date).unwrap(), loans_and_cards: false };
        let close = |(_, account): (u32, &Account)| closes(account, extent).last().unwrap().1;
        let closing: Vec<i64> = accounts_of(&source, extent).map(close).collect();
        assert_eq!(closing.len(), accounts, "{date}");
        assert_eq!(closing.iter().sum::<i64>(), haler, "{date}");
    }
}

#[test]
fn the_real_bank_is_sent_as_one_customer_an_account_with_its_loans_and_cards() {
    let Some(dir) = workspace::data_dir("berka") else { return };
    let answer = r#"{"accepted":1,"duplicates":0,"rejected":0,"errors":[]}"#;
    let (base, seen) = stub::start(move |_| (200, answer.to_owned()));
    let extent = Extent { loans_and_cards: true, ..Extent::default() };
    let delivered = load(&Client::new(&base, None), &dir, extent).unwrap();
    let records: Vec<_> = delivered.kinds.iter().map(|kind| (kind.kind, kind.records)).collect();
    assert_eq!(records[0], ("organisations", 1 + 8 + 77));
    let (customers, accounts, balances) = (records[1].1, records[2].1, records[3].1);
    assert!(customers > 1_197 && accounts > customers && balances > 30_000, "{records:?}");
    let seen = seen.lock().unwrap();
    let lines = |kind: &str| -> Vec<serde_json::Value> {
        let bodies = seen.iter().filter(|(line, ..)| line.contains(kind)).map(|(.., body)| body);
        let lines = bodies.flat_map(|body| body.split(|byte| *byte == b'\n')).filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
    };
    let mut ids: Vec<_> = lines("customers").iter().map(|one| one["id"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len() as u64, customers);
    assert!(lines("balances").iter().all(|one| one["date"].as_str().unwrap() <= "1994-03-30"));
}
