use domain::book::Measure;

use super::*;

pub(super) fn assets_of(customer_id: &'static str, of: &str, deposits: i64) -> Assets<'static> {
    Assets {
        customer_id: customer_id.into(),
        month: month(of),
        deposits,
        investments: 0,
        secured_loans: 0,
        unsecured_loans: 0,
        card_spend: 0,
    }
}

fn take(connection: &mut NativeConnection, records: &[Transaction<'static>]) -> Outcome {
    transactions(connection, &everything(), &entries(records.iter().cloned())).unwrap()
}

fn spend(connection: &mut NativeConnection, of: &str) -> i64 {
    book_month(connection, "c1", month(of))[Measure::CardSpend as usize]
}

#[test]
fn a_transaction_counts_once_however_often_it_comes() {
    let mut connection = bank();
    let records = [transaction("t1", Some("k1"), 500), transaction("t1", Some("k1"), 500)];
    assert_eq!(counts(&take(&mut connection, &records)), (1, 1, 0));
    assert_eq!(counts(&take(&mut connection, &records)), (0, 2, 0));
    assert_eq!(spend(&mut connection, "2026-03"), 500);
}

#[test]
fn another_transaction_under_a_known_id_is_refused() {
    let mut connection = bank();
    let records = [transaction("t1", None, 500), transaction("t1", None, 501)];
    assert_eq!(pointers(&take(&mut connection, &records)), [(1, "/id")]);
    assert_eq!(pointers(&take(&mut connection, &records[1..])), [(0, "/id")]);
    let elsewhere = Transaction { source: "cards".into(), ..transaction("t1", None, 501) };
    assert_eq!(counts(&take(&mut connection, &[elsewhere])), (1, 0, 0));
}

#[test]
fn refunds_reduce_card_spend_whatever_comes_first_and_never_below_zero() {
    let mut connection = bank();
    let refund = Transaction {
        kind: TransactionKind::Refund,
        refund_of: Some("t1".into()),
        ..transaction("t2", Some("k1"), 300)
    };
    take(&mut connection, &[refund]);
    assert_eq!(spend(&mut connection, "2026-03"), 0);
    take(&mut connection, &[transaction("t1", Some("k1"), 500)]);
    assert_eq!(spend(&mut connection, "2026-03"), 200);
}

#[test]
fn card_spend_counts_in_the_month_of_the_banks_zone() {
    let mut connection = bank();
    // 2026-02-28T16:00:00Z is midnight of 1 March in Shanghai.
    let midnight = i64::from(day("2026-02-28").number()) * 86_400_000 + 16 * 3_600_000;
    take(
        &mut connection,
        &[
            Transaction { occurred_at: midnight, ..transaction("t1", Some("k1"), 7) },
            Transaction { occurred_at: midnight - 1, ..transaction("t2", Some("k1"), 11) },
        ],
    );
    assert_eq!((spend(&mut connection, "2026-02"), spend(&mut connection, "2026-03")), (11, 7));
}

#[test]
fn purchases_from_a_deposit_are_no_card_spend() {
    let mut connection = bank();
    take(&mut connection, &[transaction("t1", Some("d1"), 500), transaction("t2", None, 500)]);
    assert_eq!(spend(&mut connection, "2026-03"), 0);
}

#[test]
fn a_delivered_month_serves_as_month_end_and_as_average_and_the_last_one_wins() {
    let mut connection = bank();
    let rich =
        Assets { investments: 7, unsecured_loans: 9, card_spend: 3, ..assets_of("c1", "2026-02", 500) };
    let outcome =
        assets(&mut connection, &everything(), &entries([assets_of("c1", "2026-02", 1), rich.clone()]))
            .unwrap();
    assert_eq!(counts(&outcome), (1, 1, 0));
    let row = book_month(&mut connection, "c1", month("2026-02"));
    assert_eq!(row[Measure::AssetsEnd as usize], 507);
    assert_eq!(row[Measure::AssetsAverage as usize], 507);
    assert_eq!(row[Measure::UnsecuredLoans as usize], 9);
    assert_eq!(spend(&mut connection, "2026-02"), 3);
    assets(&mut connection, &everything(), &entries([assets_of("c1", "2026-02", 1)])).unwrap();
    assert_eq!(book_month(&mut connection, "c1", month("2026-02"))[Measure::UnsecuredLoans as usize], 0);
}

#[test]
fn a_repeated_balance_is_a_duplicate_and_a_negative_loan_is_refused() {
    let mut connection = bank();
    accounts(&mut connection, &everything(), &entries([account("l1", "c1", AccountClass::SecuredLoan)]))
        .unwrap();
    let records = [
        balance("d1", "2026-03-01", 5),
        balance("d1", "2026-03-01", -6),
        balance("l1", "2026-03-01", -1),
        balance("l1", "2026-03-01", 1),
    ];
    let outcome = balances(&mut connection, &everything(), &entries(records)).unwrap();
    assert_eq!(counts(&outcome), (2, 1, 1));
    assert_eq!(pointers(&outcome), [(2, "/amount")]);
    let again =
        balances(&mut connection, &everything(), &entries([balance("d1", "2026-03-01", -6)])).unwrap();
    assert_eq!(counts(&again), (0, 1, 0));
}

#[test]
fn an_account_does_not_become_a_card() {
    let mut connection = bank();
    let records = [account("d1", "c1", AccountClass::CreditCard), account("k1", "c1", AccountClass::Deposit)];
    let outcome = accounts(&mut connection, &everything(), &entries(records)).unwrap();
    assert_eq!(pointers(&outcome), [(0, "/class"), (1, "/class")]);
}

/// Counts what reaches the engine.
struct Counting(NativeConnection, usize);

impl Connection for Counting {
    fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<store::Rows, store::StoreError> {
        self.1 += 1;
        self.0.execute(sql, parameters)
    }
}

#[test]
fn a_transaction_takes_six_statements_and_a_batch_one_more_a_page() {
    let mut connection = Counting(bank(), 0);
    transactions(&mut connection, &everything(), &entries([transaction("t0", None, 5)])).unwrap();
    assert_eq!(connection.1, 6, "begin, known, resolve, insert, rules of points, commit");
    let sold = Transaction {
        kind: TransactionKind::Sale,
        product_id: Some("p".into()),
        ..transaction("s0", None, 5)
    };
    connection.1 = 0;
    transactions(&mut connection, &everything(), &entries([sold])).unwrap();
    assert_eq!(connection.1, 7, "a sale also asks whether a product has a rule");
    let ids: Vec<String> = (1..=500).map(|number| format!("t{number}")).collect();
    let records = ids.iter().map(|id| Transaction { id: id.clone().into(), ..transaction("", None, 5) });
    connection.1 = 0;
    let outcome = transactions(&mut connection, &everything(), &entries(records)).unwrap();
    assert_eq!((counts(&outcome), connection.1), ((500, 0, 0), 5 + 4), "four pages of 128");

    let feed = |connection: &mut Counting, days: std::ops::Range<i32>| {
        let records = days
            .map(|number| Balance { date: day("2026-01-01").plus(number), ..balance("d1", "2026-01-01", 5) });
        connection.1 = 0;
        balances(connection, &everything(), &entries(records)).unwrap();
        connection.1
    };
    let one = feed(&mut connection, 0..1);
    assert!(feed(&mut connection, 1..31) <= one, "a batch of one month");
    assert!(feed(&mut connection, 31..70) <= one + 5, "a batch of several months");
}
