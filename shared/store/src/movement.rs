//! What customers' transactions moved, for the rules of large movements.

use domain::date::Day;
use domain::intake::TransactionKind;
use domain::movement::{Movement, starts_at};

use crate::batch::Batch;
use crate::organisation::under;
use crate::portfolio::{Own, own_sql};
use crate::{Connection, Row, StoreError, Value, dialect, wide};

/// Whose transactions are looked at, and which.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// Customers `from..to` by number.
    pub customers: (u32, u32),
    /// First and last business day.
    pub days: (Day, Day),
    /// Kinds of transactions.
    pub kinds: &'a [TransactionKind],
    /// Smaller amounts are left out, in minor units: of single transactions, or of all that a customer moved.
    pub at_least: i64,
    /// Top of the customers' subtree; `None`: the whole bank.
    pub organisation_ref: Option<u32>,
    /// Only this employee's own customers.
    pub owner: Option<Own>,
}

impl Wanted<'_> {
    fn parameters(&self) -> [Value; 9] {
        [
            self.customers.0.into(),
            self.customers.1.into(),
            starts_at(self.days.0).into(),
            starts_at(self.days.1.plus(1)).into(),
            Batch::of_texts(self.kinds.iter().map(|kind| kind.name())).into_value(),
            self.at_least.into(),
            self.organisation_ref.into(),
            self.owner.map(|owner| owner.employee_ref).into(),
            self.owner.map(|owner| owner.on).into(),
        ]
    }

    fn read(&self, row: &mut Row<'_>) -> Result<(u32, Movement), StoreError> {
        let customer_ref = row.narrow()?;
        let movement = Movement {
            on: self.days.0.plus(row.narrow()?),
            kind: row.named(&TransactionKind::NAMES)?,
            out_of_bank: row.flag()?,
            amount: wide::read(row)?,
            transactions: row.narrow()?,
        };
        Ok((customer_ref, movement))
    }
}

/// The transactions of the customers in the span. The index of a customer's transactions is entered once a customer.
fn transactions() -> String {
    format!(
        "from customer cross join bank_transaction
         where customer.customer_ref >= ?1 and customer.customer_ref < ?2
           and bank_transaction.customer_ref = customer.customer_ref and occurred_at >= ?3 and occurred_at < ?4
           and kind in (select row.value from {})
           and (?7 is null or customer.organisation_ref in (select organisation_ref from under))
           and (?8 is null or customer.customer_ref in ({}))",
        dialect::batch(5),
        own_sql("?8", "?9")
    )
}

/// Single transactions of an amount or more, by customer and time.
pub fn single<C: Connection>(
    connection: &mut C,
    wanted: &Wanted<'_>,
) -> Result<Vec<(u32, Movement)>, StoreError> {
    let sql = format!(
        "{}
         select customer.customer_ref, (occurred_at - ?3) / 86400000, kind, counterparty_bank is not null,
           {}, 1
         {} and amount >= ?6
         order by customer.customer_ref, occurred_at",
        under(7),
        wide::single("amount"),
        transactions()
    );
    connection.execute(&sql, &wanted.parameters())?.read("movement.single", |row| wanted.read(row))
}

/// What customers moved on each day, by kind and place: customers whose transactions come to the amount at all, by
/// customer and day.
///
/// Whoever does not come to the amount over the whole span is left out early, by sums of rounded amounts that are never
/// too small and do not pass 64 bits.
pub fn by_day<C: Connection>(
    connection: &mut C,
    wanted: &Wanted<'_>,
) -> Result<Vec<(u32, Movement)>, StoreError> {
    let sql = format!(
        "{}, due (customer_ref) as (
           select customer.customer_ref {}
           group by customer.customer_ref having sum(amount / 65536) + count(*) >= ?6 / 65536)
         select due.customer_ref, (occurred_at - ?3) / 86400000 as on_day, kind,
           counterparty_bank is not null as out_of_bank,
           {}, count(*)
         from due cross join bank_transaction
         where bank_transaction.customer_ref = due.customer_ref and occurred_at >= ?3 and occurred_at < ?4
           and kind in (select row.value from {})
         group by due.customer_ref, on_day, kind, out_of_bank
         order by due.customer_ref, on_day",
        under(7),
        transactions(),
        wide::sum("amount"),
        dialect::batch(5)
    );
    connection.execute(&sql, &wanted.parameters())?.read("movement.by_day", |row| wanted.read(row))
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::native::NativeConnection;

    fn plan(connection: &mut NativeConnection, sql: &str, wanted: &Wanted<'_>) -> Vec<String> {
        connection
            .execute(&format!("explain query plan {sql}"), &wanted.parameters())
            .and_then(|rows| {
                rows.read("plan", |row| {
                    row.integer()?;
                    row.integer()?;
                    row.integer()?;
                    row.text()
                })
            })
            .expect("a plan")
    }

    #[test]
    fn transactions_are_entered_by_customer_and_time() {
        let mut connection = NativeConnection::in_memory().expect("a database");
        let wanted = Wanted {
            customers: (0, 10),
            days: (Day::from_number(0), Day::from_number(9)),
            kinds: &[TransactionKind::Deposit],
            at_least: 1,
            organisation_ref: None,
            owner: None,
        };
        assert!(single(&mut connection, &wanted).expect("rows").is_empty());
        assert!(by_day(&mut connection, &wanted).expect("rows").is_empty());
        let sql = format!("{} select amount {} and amount >= ?6", under(7), transactions());
        let steps = plan(&mut connection, &sql, &wanted);
        let entered = "bank_transaction_of_customer (customer_ref=? AND occurred_at>? AND occurred_at<?)";
        assert!(steps.iter().any(|step| step.contains(entered)), "{steps:#?}");
        assert!(!steps.iter().any(|step| step.starts_with("SCAN bank_transaction")), "{steps:#?}");
    }
}
