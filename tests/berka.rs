//! The real Czech bank: balances exact to the haler, and the tier counts and moves that the data's page states.

use std::collections::BTreeMap;
use std::io::Read;

use serde_json::{Value, json};
use tests::{As, Bank, berka};

const MONTHS: [&str; 14] = [
    "1993-01", "1993-02", "1993-03", "1993-04", "1993-05", "1993-06", "1993-07", "1993-08", "1993-09",
    "1993-10", "1993-11", "1993-12", "1994-01", "1994-02",
];

/// Month end and its accounts, then ≥ 20k, ≥ 50k, ≥ 100k, then new, up, down, same.
const STATED: [(&str, u64, [u64; 3], [u64; 4]); 4] = [
    ("1993-06-30", 554, [358, 78, 1], [88, 125, 47, 294]),
    ("1993-12-31", 1139, [887, 155, 3], [91, 177, 54, 817]),
    ("1994-01-31", 1163, [740, 83, 2], [24, 98, 316, 725]),
    ("1994-02-28", 1197, [899, 140, 3], [34, 246, 36, 881]),
];

fn load() -> Option<Bank> {
    let dir = tests::data_dir("berka")?;
    let bank = Bank::start();
    berka::load(&bank.client(), &dir, berka::Extent::default()).expect("the bank loads");
    Some(bank)
}

fn last_day(month: &str) -> String {
    domain::date::Month::parse(month).expect("a month").last_day().to_string()
}

/// Account → month → (month end, sum of daily balances), in haler, from the reference file.
fn reference() -> BTreeMap<String, BTreeMap<String, (i64, i64)>> {
    let path = tests::data_dir("berka").expect("the data").join("month_balances_1993-01_1994-02.csv.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).expect("the file"))
        .read_to_string(&mut text)
        .expect("text");
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let place = |part: &str| {
        header.iter().position(|name| name.contains(part)).unwrap_or_else(|| panic!("{part} in {header:?}"))
    };
    let (account, month, end, sum) = (place("account"), place("month"), place("eom"), place("sum"));
    let mut balances: BTreeMap<String, BTreeMap<String, (i64, i64)>> = BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let figure = |at: usize| cells[at].parse().expect("a figure");
        balances
            .entry(cells[account].to_owned())
            .or_default()
            .insert(cells[month].to_owned(), (figure(end), figure(sum)));
    }
    balances
}

fn haler(money: &Value) -> i64 {
    web::field::minor_units(money.as_str().expect("money")).expect("two decimals")
}

#[test]
fn every_month_of_every_account_is_exact_to_the_haler() {
    let Some(bank) = load() else { return };
    let source =
        berka::source::Source::read(&tests::data_dir("berka").expect("the data")).expect("the tables");
    let (mut compared, mut total) = (0, 0);
    for (account, months) in reference() {
        let owner = source.accounts[&account.parse::<u32>().expect("a number")].owner.client_id;
        let customer = berka::customer_id(owner);
        let answer =
            bank.get(&format!("/customers/{customer}/assets?from=1993-01&to=1994-02"), As::Administrator);
        assert_eq!(answer.status, 200, "{}", answer.text);
        let answer = answer.json();
        for month in answer["months"].as_array().expect("months") {
            let name = month["month"].as_str().expect("a month");
            let (end, sum) = months.get(name).copied().unwrap_or((0, 0));
            assert_eq!(haler(&month["assets"]), end, "account {account} at the end of {name}");
            let days = i64::from(domain::date::Month::parse(name).expect("a month").days());
            // Half away from zero, as docs/tiers.md states.
            let average = (2 * sum.abs() + days) / (2 * days) * sum.signum();
            assert_eq!(haler(&month["assets_average"]), average, "account {account}, average of {name}");
            compared += 1;
            total += end;
        }
    }
    assert_eq!(compared, 14 * reference().len());
    println!("{compared} month ends and averages equal; their ends add up to {total} haler");
}

/// Thresholds of the data's page over the months, each reviewed at its end. Answers the reviews by date.
fn review_all(bank: &Bank, window_months: u8) -> BTreeMap<String, Value> {
    let tier = |code: &str, at_least: &str| {
        json!({"code": code, "name": {"zh": code, "en": code}, "window_months": window_months,
               "any_of": [{"measure": "assets", "at_least": at_least}]})
    };
    let scheme = json!({"id": "berka", "zone": "Europe/Prague", "asset_basis": "month_end", "tiers": [
        tier("platinum", "100000.00"), tier("gold", "50000.00"), tier("silver", "20000.00"),
        {"code": "bronze", "name": {"zh": "铜", "en": "Bronze"}, "window_months": 0, "any_of": []}]});
    let post = |who: As<'_>, path: &str, body: &Value| {
        let answer = bank.post(path, who, &body.to_string());
        assert!((200..300).contains(&answer.status), "{path}: {}", answer.text);
        answer.json()
    };
    post(As::Administrator, "/tiers/schemes", &scheme);
    post(As::Administrator, "/tiers/schemes/berka/submit", &json!({"as_of": "1994-02-28"}));
    let other =
        post(As::Administrator, "/api-clients", &json!({"name": "approver", "scopes": ["tiers:approve"]}));
    let key = other["key"].as_str().expect("a key");
    post(As::Key(key), "/tiers/schemes/berka/approve", &json!({}));
    post(As::Key(key), "/tiers/schemes/berka/activate", &json!({"from": "1993-01-01"}));
    MONTHS
        .iter()
        .map(|month| {
            let day = last_day(month);
            let review = post(As::Administrator, "/tiers/reviews", &json!({"as_of": day}));
            (day, review)
        })
        .collect()
}

#[test]
fn tier_counts_and_moves_are_those_of_the_data() {
    let Some(bank) = load() else { return };
    let reviews = review_all(&bank, 0);
    for (day, accounts, at_least, moves) in STATED {
        let review = &reviews[day];
        let counts =
            ["first", "upgraded", "downgraded", "unchanged"].map(|name| review[name].as_u64().unwrap_or(0));
        assert_eq!((review["customers"].as_u64(), counts), (Some(accounts), moves), "{day}: {review}");
        let body = json!({"as_of": day}).to_string();
        let effect = bank.post("/tiers/schemes/berka/what-if", As::Administrator, &body).json();
        let mut tiers: BTreeMap<&str, u64> = BTreeMap::new();
        for cell in effect["matrix"].as_array().expect("a matrix") {
            *tiers.entry(cell["to"].as_str().expect("a tier")).or_insert(0) +=
                cell["customers"].as_u64().unwrap_or(0);
        }
        let count = |code: &str| tiers.get(code).copied().unwrap_or(0);
        let found = [
            count("silver") + count("gold") + count("platinum"),
            count("gold") + count("platinum"),
            count("platinum"),
        ];
        assert_eq!(found, at_least, "{day}");
        println!("{day}: {accounts} accounts, ≥20k/50k/100k {found:?}, new/up/down/same {counts:?}");
    }
}

#[test]
fn a_window_of_six_months_keeps_those_who_would_fall_in_january() {
    let Some(bank) = load() else { return };
    let reviews = review_all(&bank, 6);
    let falls = reviews["1994-01-31"]["downgraded"].as_u64().expect("a count");
    println!("January 1994: 316 fall without a window, {falls} with a window of six months");
    assert!(falls < 316 / 10, "{falls} still fall");
}
