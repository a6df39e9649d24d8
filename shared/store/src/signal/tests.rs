//! Statements of early signals: their plans, and sums past 64 bits.

use domain::signal::{
    ALONE_MS, ASSET_CLASSES, ORDER_KINDS, OUT_KINDS, OWN_KINDS, PAID_KINDS, REPEATS_MS, USED_CLASSES,
};

use super::*;
use crate::Rows;
use crate::native::NativeConnection;

/// Notes the plan of every statement on its way.
struct Explaining {
    connection: NativeConnection,
    steps: Vec<String>,
}

impl Connection for Explaining {
    fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<Rows, StoreError> {
        let plan = self.connection.execute(&format!("explain query plan {sql}"), parameters)?;
        self.steps.extend(plan.read("plan", |row| {
            row.integer()?;
            row.integer()?;
            row.integer()?;
            row.text()
        })?);
        self.connection.execute(sql, parameters)
    }
}

#[test]
fn customers_come_first_and_their_rows_are_entered_by_index() {
    let connection = NativeConnection::in_memory().expect("a database");
    let mut explaining = Explaining { connection, steps: Vec::new() };
    let (range, day) = ((0, 4096), Day::from_number(20_000));
    closes(&mut explaining, range, &ASSET_CLASSES, (day, day)).expect("runs");
    outgoing(&mut explaining, range, (0, 1), &OUT_KINDS).expect("runs");
    pay_streams(&mut explaining, range, (&[0, 1], 2), (&PAID_KINDS, 1)).expect("runs");
    closed_accounts(&mut explaining, range, (day, day)).expect("runs");
    let wanted = Unrepeated {
        kinds: &OWN_KINDS,
        order_kinds: &ORDER_KINDS,
        repeats_ms: &REPEATS_MS,
        alone_ms: ALONE_MS,
        until_at: 1,
    };
    latest_unrepeated(&mut explaining, range, (&USED_CLASSES, day, day), wanted).expect("runs");
    let steps = explaining.steps;
    let tables =
        ["customer", "account", "closed", "other", "movement", "earlier", "nearer", "balance", "standing"];
    for table in tables {
        let steps_of = |word: &str| {
            let start = format!("{word} {table} ");
            steps.iter().filter(|step| format!("{step} ").starts_with(&start)).count()
        };
        assert_eq!(steps_of("SCAN"), 0, "{table}: {steps:#?}");
        assert!(steps_of("SEARCH") > 0, "{table}: {steps:#?}");
    }
    for movement in ["SEARCH movement ", "SEARCH earlier ", "SEARCH nearer "] {
        let by_index = "bank_transaction_of_customer (customer_ref=? AND occurred_at";
        let plans: Vec<&String> = steps.iter().filter(|step| step.starts_with(movement)).collect();
        assert!(plans.iter().all(|step| step.contains(by_index)), "{plans:#?}");
    }
}

#[test]
fn a_sum_past_64_bits_stands_at_the_limit() {
    let mut connection = NativeConnection::in_memory().expect("a database");
    let sql =
        "insert into customer (customer_ref, customer_id, organisation_ref, name) values (0, 'C', 7, 'x')";
    connection.execute(sql, &[]).expect("written");
    for number in 0..3 {
        let row = [format!("t{number}").into(), number.into(), (i64::MAX / 2).into()];
        let sql =
            "insert into bank_transaction (source, transaction_id, occurred_at, customer_ref, kind, amount,
                     counterparty_bank, payload_hash)
                   values ('core', ?1, ?2, 0, 'transfer_out', ?3, 'other', 0)";
        connection.execute(sql, &row).expect("written");
    }
    let sent = |connection: &mut NativeConnection, until_at: i64| {
        let found = outgoing(connection, (0, 1), (0, until_at), &OUT_KINDS).expect("runs");
        found.into_iter().map(|known| (known.organisation_ref, known.fact)).collect::<Vec<_>>()
    };
    let of = |amount, transactions| vec![(7, Outgoing { amount, transactions })];
    assert!(sent(&mut connection, 0).is_empty());
    assert_eq!(sent(&mut connection, 1), of(i64::MAX / 2, 1));
    assert_eq!(sent(&mut connection, 2), of(i64::MAX - 1, 2));
    assert_eq!(sent(&mut connection, 3), of(i64::MAX, 3));
}
