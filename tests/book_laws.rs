//! Laws of the book: whatever arrives in whatever order, in bulk or one by one, folded or not, the book answers like a
//! plain table of months.

use std::collections::BTreeMap;

use app::book::{FactsPlan, customer_facts, customer_months, fold_range, load_facts, record};
use domain::book::{Holdings, Measure, MonthFigures, Origin};
use domain::date::{Day, Month};
use domain::tier::kernel::SCRATCH;
use proptest::prelude::*;
use serde_json::json;
use store::native::NativeConnection;
use tests::desk::Desk;

const FIRST: i32 = 2023 * 12;
const LAST: i32 = FIRST + 14;
const CUSTOMERS: u32 = 40;

fn figures() -> impl Strategy<Value = MonthFigures> {
    let amount = || prop_oneof![Just(0_i64), -100_i64..100_000, Just(5_000_000_000_i64)];
    (0..CUSTOMERS, FIRST..LAST, any::<bool>(), amount(), amount(), proptest::option::of(0_i64..1000), 0_u8..4)
        .prop_map(|(customer_ref, month, delivered, deposits, investments, spend, part)| MonthFigures {
            customer_ref,
            month: Month::from_number(month),
            origin: if delivered { Origin::Delivered } else { Origin::RolledUp },
            // A warehouse delivers the whole month; accounts and cards tell their part each.
            holdings: (delivered || part != 0).then_some(Holdings {
                deposits_end: deposits,
                deposits_average: deposits / 2,
                investments_end: investments,
                investments_average: investments,
                secured_loans: deposits.abs(),
                unsecured_loans: 0,
            }),
            card_spend: if delivered { Some(spend.unwrap_or(0)) } else { spend },
        })
}

/// What is known of a customer's month: what was delivered, else what was rolled up, each part the latest.
#[derive(Clone, Copy, Default)]
struct Known {
    delivered: bool,
    holdings: Option<Holdings>,
    card_spend: Option<i64>,
}

/// The plain table: month by month, carried on where nothing was said.
fn model(said: &[MonthFigures], customer_ref: u32, last_written: i32) -> BTreeMap<i32, (i64, i64, i64)> {
    let mut known: BTreeMap<i32, Known> = BTreeMap::new();
    for figures in said.iter().filter(|figures| figures.customer_ref == customer_ref) {
        let entry = known.entry(figures.month.number()).or_default();
        if entry.delivered && figures.origin == Origin::RolledUp {
            continue;
        }
        if figures.holdings.is_some() {
            entry.holdings = figures.holdings;
            entry.delivered = figures.origin == Origin::Delivered;
        }
        entry.card_spend = figures.card_spend.or(entry.card_spend);
    }
    let mut months = BTreeMap::new();
    let mut carried: Option<Holdings> = None;
    for month in FIRST..=last_written {
        let own = known.get(&month).copied().unwrap_or_default();
        let holdings = match own.holdings {
            Some(holdings) => {
                carried = (!own.delivered).then_some(Holdings {
                    deposits_average: holdings.deposits_end,
                    investments_average: holdings.investments_end,
                    ..holdings
                });
                holdings
            }
            None => carried.unwrap_or_default(),
        };
        let average = holdings.deposits_average + holdings.investments_average;
        months.insert(
            month,
            (holdings.deposits_end + holdings.investments_end, average, own.card_spend.unwrap_or(0)),
        );
    }
    months
}

fn desk() -> NativeConnection {
    let mut desk = Desk::new();
    desk.post("/intake/organisations", &json!({"id": "HQ", "name": "HQ"}));
    let customers: Vec<_> = (0..CUSTOMERS)
        .map(|number| json!({"id": format!("C{number}"), "organisation_id": "HQ", "name": "x"}))
        .collect();
    desk.post("/intake/customers", &json!(customers));
    desk.connection
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Figures come in the order of their months, as the rule that adds up balances sends them; deliveries and
    /// corrections come whenever they come, because each replaces its month alone.
    #[test]
    fn the_book_answers_like_a_plain_table(
        mut said in proptest::collection::vec(figures(), 1..400),
        cuts in proptest::collection::vec(1_usize..80, 1..20),
        folds in proptest::collection::vec(any::<bool>(), 20),
    ) {
        said.sort_by_key(|figures| figures.month);
        let mut connection = desk();
        let (mut rest, mut written) = (said.as_slice(), Vec::new());
        for (cut, fold) in cuts.iter().cycle().zip(folds.iter().cycle()) {
            if rest.is_empty() {
                break;
            }
            let (batch, after) = rest.split_at((*cut).min(rest.len()));
            record(&mut connection, batch).expect("recorded");
            written.extend_from_slice(batch);
            rest = after;
            if *fold {
                fold_range(&mut connection, 0, 1).expect("folded");
            }
        }
        for customer_ref in 0..CUSTOMERS {
            let expected = model(&written, customer_ref, LAST);
            let rows = customer_months(&mut connection, customer_ref, Month::from_number(FIRST), Month::from_number(LAST)).expect("months");
            for (row, (month, figures)) in rows.iter().zip(expected) {
                let found = (row[Measure::AssetsEnd as usize], row[Measure::AssetsAverage as usize], row[Measure::CardSpend as usize]);
                prop_assert_eq!(found, figures, "customer {} month {}", customer_ref, Month::from_number(month));
            }
        }
        fold_range(&mut connection, 0, 1).expect("folded");
        let scheme = store::tier::scheme_by_id(&mut connection, "seed-2023").expect("reads").expect("the seed").scheme;
        for month in [LAST, LAST + 3] {
            let day: Day = Month::from_number(month).last_day();
            let mut room = Vec::new();
            load_facts(&mut connection, &FactsPlan::new(&scheme, day), 0, 1, &mut room).expect("facts");
            for customer_ref in 0..CUSTOMERS {
                let single = customer_facts(&mut connection, &scheme, customer_ref, day).expect("facts");
                let mut scratch = [0; SCRATCH];
                prop_assert_eq!(room[0].facts(customer_ref as usize, &mut scratch), single.facts());
            }
        }
    }
}
