//! The plans of batch statements: the batch is walked once, and every table is entered by an index.

use crate::native::NativeConnection;
use crate::{Connection, Rows, StoreError, Value};
use crate::{account, balance, bank_transaction, customer, employee, organisation, outbox};

/// Notes the plan of every statement on its way.
pub(crate) struct Explaining {
    connection: NativeConnection,
    plans: Vec<(String, Vec<String>)>,
}

impl Explaining {
    pub(crate) fn new() -> Result<Self, StoreError> {
        Ok(Self { connection: NativeConnection::in_memory()?, plans: Vec::new() })
    }

    /// Every statement with the steps of its plan.
    pub(crate) fn into_plans(self) -> Vec<(String, Vec<String>)> {
        self.plans
    }
}

impl Connection for Explaining {
    fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<Rows, StoreError> {
        let plan = self.connection.execute(&format!("explain query plan {sql}"), parameters)?;
        let steps = plan.read("plan", |row| {
            row.integer()?;
            row.integer()?;
            row.integer()?;
            row.text()
        })?;
        self.plans.push((sql.to_owned(), steps));
        self.connection.execute(sql, parameters)
    }
}

fn all_statements() -> Result<Vec<(String, Vec<String>)>, StoreError> {
    let mut explaining = Explaining::new()?;
    let connection = &mut explaining;
    bank_transaction::known(connection, [("core", vec!["t"])])?;
    for limited in [false, true] {
        let named =
            bank_transaction::Named { customers: vec!["c"], accounts: vec!["a"], organisations: vec!["o"] };
        bank_transaction::resolve(connection, named, "credit_card", limited)?;
        customer::places(connection, ["c"], limited)?;
        let wanted = balance::Wanted { account_id: "a", month: 1, day: 1 };
        balance::owners(connection, &[wanted], limited)?;
    }
    organisation::find(connection, ["o"])?;
    employee::find(connection, ["e"])?;
    customer::find(connection, ["c"])?;
    account::find(connection, ["a"])?;
    balance::around(connection, [(0, 1, 1)])?;
    balance::months_from(connection, &[(0, 0)])?;
    balance::months_after(connection, &[(0, 0)])?;
    balance::contents(connection, &[(0, 0)])?;
    balance::of_customers(connection, &[(0, 0)])?;
    balance::delete_months(connection, &[(0, 0)])?;
    outbox::claim(connection, &["sms"], 1, 2, 16)?;
    outbox::settle(connection, [settlement()])?;
    outbox::give_up_unsettled(connection, 7, 1)?;
    outbox::give_up_about(connection, ["a"], "x", 1)?;
    for next_ref in [customer::next_ref, account::next_ref, employee::next_ref] {
        next_ref(connection)?;
    }
    Ok(explaining.into_plans())
}

fn settlement() -> outbox::Settlement {
    let state = domain::delivery::MessageState::Delivered;
    let (attempts, due_at, delivered_at, last_error) = (1, None, Some(1), None);
    outbox::Settlement { outbox_ref: 1, leased_until: 2, state, attempts, due_at, delivered_at, last_error }
}

#[test]
fn no_batch_statement_walks_a_table() {
    let plans = all_statements().expect("statements run");
    assert!(plans.len() > 15);
    for (sql, steps) in plans {
        for step in &steps {
            let batches = [
                "SCAN row VIRTUAL",
                "SCAN source VIRTUAL",
                "SCAN known VIRTUAL",
                "SCAN wanted",
                "SCAN CONSTANT",
            ];
            let walks_the_batch = batches.iter().any(|batch| step.starts_with(batch));
            assert!(!step.starts_with("SCAN") || walks_the_batch, "{step}\n{sql}\n{steps:#?}");
        }
    }
}

#[test]
fn a_batch_of_known_transactions_is_looked_up_by_both_parts_of_the_key() {
    let plans = all_statements().expect("statements run");
    let (_, steps) = &plans[0];
    assert!(steps.iter().any(|step| step.contains("(source=? AND transaction_id=?)")), "{steps:#?}");
    assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:#?}");
}
