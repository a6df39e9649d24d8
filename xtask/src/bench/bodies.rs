//! Bodies of intake, made before anything is timed.

use chrono::NaiveDate;

use crate::demo::plan::Plan;
use crate::demo::random::Random;
use crate::demo::staff::branch_id;
use crate::demo::write::Line;
use crate::month::CalendarMonth;

/// Records of one request.
pub const RECORDS: u64 = 10_000;

/// One kind of intake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Movements of money, of customers all over the bank.
    Transactions,
    /// A new balance for each account, in the order of accounts.
    Balances,
    /// A month of each customer, in the order of customers.
    Assets,
}

impl Kind {
    /// The last part of the path.
    pub fn name(self) -> &'static str {
        match self {
            Self::Transactions => "transactions",
            Self::Balances => "balances",
            Self::Assets => "assets",
        }
    }
}

/// The month that the book does not know yet and that has begun.
pub fn open_month(plan: &Plan) -> CalendarMonth {
    plan.last_month.plus(1)
}

/// The body of request `number`, whose records continue those of the one before.
pub fn body(plan: &Plan, kind: Kind, day: NaiveDate, number: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(RECORDS as usize * 160);
    for record in number * RECORDS..(number + 1) * RECORDS {
        let mut random = Random::of(plan.seed, 12, record);
        let customer = record % plan.customers;
        match kind {
            Kind::Transactions => transaction(&mut out, plan, day, record, &mut random),
            Kind::Balances => {
                let mut line = Line::new(&mut out);
                line.id("account_id", b'D', customer).text("date", &day.to_string());
                line.money("amount", random.between(0, 9_000_000)).end();
            }
            Kind::Assets => {
                let mut line = Line::new(&mut out);
                line.id("customer_id", b'C', customer).text("month", &CalendarMonth::of(day).to_string());
                line.money("deposits", random.between(0, 9_000_000));
                line.money("investments", random.between(0, 900_000));
                line.money("card_spend", random.between(0, 90_000)).end();
            }
        }
    }
    out
}

fn transaction(out: &mut Vec<u8>, plan: &Plan, day: NaiveDate, record: u64, random: &mut Random) {
    let customer = random.below(plan.customers);
    let kind = random.one_of(&["deposit", "withdrawal", "transfer_in", "transfer_out"]);
    let (hour, minute, second) = (random.below(24), random.below(60), random.below(60));
    let mut line = Line::new(out);
    line.text("source", "core").id("id", b'T', record);
    line.text("occurred_at", &format!("{day}T{hour:02}:{minute:02}:{second:02}+08:00"));
    line.id("customer_id", b'C', customer).id("account_id", b'D', customer);
    line.text("kind", kind).money("amount", random.between(100, 900_000)).text("channel", "mobile");
    line.text("organisation_id", &branch_id(plan.branch_of(customer))).end();
}
