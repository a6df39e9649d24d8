//! The plans of batch statements: the batch is walked once, and every table is entered by an index.

use crate::native::NativeConnection;
use crate::{Connection, Rows, StoreError, Value};
use crate::{account, assignment, balance, bank_transaction, customer, employee, organisation, outbox};
use crate::{points_account, points_cap_use, points_entry, points_event, points_lot, points_referral};
use crate::{points_reservation, points_rule, portfolio, recipient};
use crate::{sale, sale_credit, sale_product, sale_registration, sale_view};

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
    employee::posts_on(connection, ["e"], 1)?;
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
    assignment::standing_on(connection, &[(1, 1)])?;
    portfolio::is_own(connection, 1, portfolio::Own { employee_ref: 1, on: 1 })?;
    recipient::customers(connection, &[1], 1)?;
    for next_ref in [customer::next_ref, account::next_ref, employee::next_ref] {
        next_ref(connection)?;
    }
    Ok(explaining.into_plans())
}

fn statements_of_points() -> Result<Vec<(String, Vec<String>)>, StoreError> {
    let mut explaining = Explaining::new()?;
    let connection = &mut explaining;
    points_lot::put_left(connection, &[used_up()])?;
    points_lot::open(connection, &[1], 1)?;
    points_lot::by_refs(connection, &[1], 1)?;
    points_lot::of_events(connection, &[1], 1)?;
    points_lot::left(connection, &[(1, 1)])?;
    points_lot::inactive(connection, &[1])?;
    points_account::of_customers(connection, &[1])?;
    points_account::organisations(connection, &[1])?;
    points_account::held_tiers(connection, &[1])?;
    points_event::known(connection, [("core", vec!["e"])])?;
    let wanted = points_event::Wanted { birth_date: true, gender: true, opened_on: true, attributes: true };
    points_event::earners(connection, ["c"], wanted)?;
    points_event::earners_by_ref(connection, &[1], wanted)?;
    points_event::rule_names(connection, [1])?;
    points_cap_use::used(connection, [cap_use()])?;
    points_cap_use::budgets(connection, ["spring"])?;
    points_referral::referred(connection, &[1])?;
    points_reservation::by_ref(connection, 1)?;
    points_reservation::holds(connection, 1)?;
    points_reservation::end(connection, 1, (points_reservation::VOID, 0), 1)?;
    points_reservation::time_out(connection, 1, 1)?;
    points_entry::given_back(connection, &[1])?;
    points_rule::open_points(connection, Some("r"))?;
    Ok(explaining.into_plans())
}

fn statements_of_sales() -> Result<Vec<(String, Vec<String>)>, StoreError> {
    let mut explaining = Explaining::new()?;
    let connection = &mut explaining;
    let exactly = sale_view::SaleFilter { exactly: Some(1), ..Default::default() };
    sale_view::page(connection, &exactly, 0, 1)?;
    sale::candidates(connection, [("core", vec!["s"])])?;
    sale::candidates_of_code(connection, "p", (1, 1), 1)?;
    sale::of_transactions(connection, [("core", vec!["s"])])?;
    sale::open_refunds(connection, &[1])?;
    sale::refunds(connection, &[1])?;
    sale::update(connection, [&decided_sale()])?;
    sale::tellers(connection, &[1])?;
    sale::workers(connection, &[1])?;
    sale_credit::of_sales(connection, &[1])?;
    sale_product::sold_codes(connection, &["p".to_owned()])?;
    sale_registration::standing(connection, &[1])?;
    Ok(explaining.into_plans())
}

fn decided_sale() -> sale::SaleRow {
    sale::SaleRow {
        sale_ref: 1,
        source: String::new(),
        transaction_id: String::new(),
        customer_ref: 1,
        sale_product_ref: 1,
        sale_rule_ref: 1,
        organisation_ref: 1,
        teller_ref: None,
        assignment_ref: Some(1),
        campaign_ref: None,
        channel: None,
        sold_on: 0,
        due_on: 5,
        closes_on: 30,
        booked_on: 0,
        amount: 1,
        refunded: 0,
        state: domain::sale::State::Default,
    }
}

fn used_up() -> points_lot::Rest {
    points_lot::Rest { customer_ref: 1, points_lot_ref: 1, expires_on: None, points_left: 0 }
}

fn cap_use() -> points_cap_use::CapUse<'static> {
    points_cap_use::CapUse { customer_ref: 1, points_rule_id: "r", per: 1, period: 1, points: 0 }
}

fn settlement() -> outbox::Settlement {
    let state = domain::delivery::MessageState::Delivered;
    let (attempts, due_at, delivered_at, last_error) = (1, None, Some(1), None);
    outbox::Settlement { outbox_ref: 1, leased_until: 2, state, attempts, due_at, delivered_at, last_error }
}

#[test]
fn no_batch_statement_walks_a_table() {
    let mut plans = all_statements().expect("statements run");
    assert!(plans.len() > 15);
    let of_points = statements_of_points().expect("statements run");
    assert!(of_points.len() > 15);
    plans.extend(of_points);
    plans.extend(statements_of_sales().expect("statements run"));
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

#[test]
fn what_is_used_up_is_deleted_by_the_whole_key() {
    let plans = statements_of_points().expect("statements run");
    let (sql, steps) = &plans[0];
    assert!(sql.contains("delete from points_open_lot"), "{sql}");
    let is_by_key =
        |step: &&String| step.starts_with("SEARCH points_open_lot") && step.contains("points_lot_ref=?");
    // Once to find the keys, and once to delete them.
    assert_eq!(steps.iter().filter(is_by_key).count(), 2, "{steps:#?}");
}
