//! Overdue retention cases: the branch manager hears of them.

use std::collections::BTreeSet;

use domain::date::Day;
use domain::retention::escalates;
use domain::strategy::Recipient;
use store::churn_case::{DueRow, NewStep};
use store::task::{About, NewTask};
use store::{Connection, StoreError, in_transaction};

use super::announce::{Directory, key_part};

/// Cases that are looked at together.
const PAGE: u32 = 1000;
/// Days until a branch manager has to see to an overdue case.
const DUE_DAYS: i32 = 3;

/// Escalates the cases that are overdue on a date to those who head their customers' organisations, each once for its
/// due date, and says how many. Asked again it finds nothing to do, so that it may be cut off anywhere. Call it outside
/// a transaction.
pub fn escalate<C: Connection>(
    connection: &mut C,
    as_of: Day,
    person: &str,
    now_ms: i64,
) -> Result<u64, StoreError> {
    let (mut escalated, mut after) = (0, 0);
    loop {
        let next = in_transaction(connection, |connection| {
            let mut page = store::churn_case::due_before(connection, as_of.number(), after, PAGE)?;
            let Some(last) = page.last().map(|last| last.churn_case_ref) else { return Ok(None) };
            page.retain(|row| {
                escalates(Day::from_number(row.due_on), row.escalated_on.map(Day::from_number), as_of)
            });
            escalated += page.len() as u64;
            if !page.is_empty() {
                tell(connection, &page, as_of, (person, now_ms))?;
            }
            Ok::<_, StoreError>(Some(last))
        })?;
        match next {
            Some(last) => after = last,
            None => return Ok(escalated),
        }
    }
}

fn tell<C: Connection>(
    connection: &mut C,
    cases: &[DueRow],
    as_of: Day,
    (person, at): (&str, i64),
) -> Result<(), StoreError> {
    let customers: BTreeSet<u32> = cases.iter().map(|row| row.customer_ref).collect();
    let directory = Directory::load(connection, &customers, as_of)?;
    let (mut told, mut tasks) = (Vec::with_capacity(cases.len()), Vec::new());
    for row in cases {
        let customer = directory.customers.get(&row.customer_ref).ok_or_else(|| {
            StoreError::Damaged("a retention case is about a customer who is not stored".to_owned())
        })?;
        let heads = directory.heads(customer);
        let first = heads.iter().find_map(|head| match head {
            Recipient::Employee(number) => Some(*number),
            Recipient::Organisation(_) => None,
        });
        told.push((row.churn_case_ref, first));
        for head in heads {
            let (employee_ref, organisation_ref) = directory.in_charge(head)?;
            tasks.push(NewTask {
                task_key: format!("case-{}-{}-{}", row.churn_case_ref, row.due_on, key_part(head)),
                about: About::OverdueCase(row.churn_case_ref),
                employee_ref,
                organisation_ref,
                customer_ref: row.customer_ref,
                due_on: as_of.plus(DUE_DAYS).number(),
                created_at: at,
            });
        }
    }
    store::churn_case::escalate(connection, &told, as_of.number())?;
    let steps = told.iter().map(|(churn_case_ref, owner_ref)| NewStep {
        churn_case_ref: *churn_case_ref,
        step: "escalate",
        note: None,
        person,
        at,
        owner_ref: *owner_ref,
        due_on: None,
    });
    store::churn_case::add_steps(connection, steps)?;
    store::task::add(connection, tasks)?;
    Ok(())
}
