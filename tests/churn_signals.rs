//! Early signals on the two years of the Czech bank that have labels.
//!
//! The label is made from the same two averages (an account churned when the second year's is at most a share of the
//! first year's), so that finding exactly the labelled accounts holds the arithmetic to a published list. It is no
//! evidence that the ratio predicts anything.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use web::Method;

struct Account {
    id: String,
    churned: bool,
    transactions: f64,
    before: f64,
    after: f64,
}

/// The labelled accounts, or nothing where the data are absent.
fn labelled() -> Option<Vec<Account>> {
    let path = tests::data_dir("berka")?.join("churn_labels.csv");
    let text = std::fs::read_to_string(path).expect("the labels");
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().expect("names").split(',').collect();
    let place = |name: &str| names.iter().position(|known| *known == name).expect(name);
    let places =
        ["account_id", "churned", "tx_count_label", "avg_balance_obs", "avg_balance_label"].map(place);
    let read = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let [id, churned, transactions, before, after] = places.map(|place| cells[place]);
        let number = |text: &str| text.parse().expect("a number");
        // Nothing moved on a few accounts in the second year: what stood on them stands.
        let after = if after.is_empty() { before } else { after };
        Account {
            id: format!("A{id}"),
            churned: churned == "1",
            transactions: number(transactions),
            before: number(before),
            after: number(after),
        }
    };
    Some(lines.map(read).collect())
}

/// Both years' average balances as the averages of their months.
fn take_in(desk: &mut Desk, accounts: &[Account]) {
    desk.post("/intake/organisations", &json!({"id": "HQ", "name": "HQ"}));
    let people: Vec<Value> = accounts
        .iter()
        .map(|account| json!({"id": account.id, "organisation_id": "HQ", "name": "x"}))
        .collect();
    desk.post("/intake/customers", &json!(people));
    for year in [1997, 1998] {
        for month in 1..=12 {
            let line = |account: &Account| {
                let figure = if year == 1997 { account.before } else { account.after };
                format!(
                    "{{\"customer_id\":\"{}\",\"month\":\"{year}-{month:02}\",\"deposits\":\"{figure:.2}\"}}",
                    account.id
                )
            };
            let lines: Vec<String> = accounts.iter().map(line).collect();
            let (status, answer) = desk.ask(Method::Post, "/intake/assets", KEY, &lines.join("\n"));
            assert_eq!(status, 200, "{answer}");
            assert_eq!(answer["accepted"], accounts.len(), "{answer}");
        }
    }
}

fn listed(desk: &mut Desk, query: &str) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = desk.get(&format!("/churn/signals?{query}&limit=100{cursor}"));
        let items = page["items"].as_array().expect("items");
        ids.extend(items.iter().map(|item| item["customer_id"].as_str().expect("an id").to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return ids,
        }
    }
}

#[test]
fn the_balance_ratio_adds_up_to_the_published_list_and_no_transaction_finds_almost_none() {
    let Some(accounts) = labelled() else {
        println!("../shared/data/berka is absent; nothing is compared");
        return;
    };
    let mut desk = Desk::new();
    take_in(&mut desk, &accounts);
    let mut labels: Vec<&str> =
        accounts.iter().filter(|account| account.churned).map(|account| account.id.as_str()).collect();
    labels.sort_unstable();
    let mut found = listed(&mut desk, "kind=balance_ratio&months=12&share=0.7324559&as_of=1998-12-31");
    found.sort_unstable();
    let idle = accounts.iter().filter(|account| account.transactions == 0.0).count();
    println!("balance ratio: {} of {} labelled; no transaction: {idle}", found.len(), labels.len());
    assert_eq!((labels.len(), accounts.len()), (406, 4057));
    assert_eq!(found, labels);
    assert_eq!(idle, 5);

    let down = listed(&mut desk, "kind=assets_down&months=12&share=0.5&as_of=1998-12-31");
    let halved =
        accounts.iter().filter(|account| account.before > 0.0 && account.after <= account.before / 2.0);
    assert_eq!(down.len(), halved.count());
}
