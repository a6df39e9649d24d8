//! Writes assignments, and tells the employees who gain or lose a share. No name of a customer is in a message.

use std::collections::{BTreeMap, BTreeSet};

use domain::assignment::{ManagerShare, share_of};
use domain::date::Day;
use domain::strategy::Words;
use serde::Serialize;
use store::assignment::{IN_FORCE, NewRow};
use store::member::Member;
use store::{Connection, StoreError};

use crate::organisation::Tree;
use crate::outbox::{Mail, is_at_work};
use crate::points::Moment;

/// Customers that one message lists at most; it always counts all of them.
const LISTED: usize = 100;

/// What an assignment that came into force changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its number.
    pub assignment_ref: i64,
    /// Whose.
    pub customer_ref: u32,
    /// The shares that stood on its first day before.
    pub before: Vec<ManagerShare>,
    /// Its shares.
    pub after: Vec<ManagerShare>,
    /// Its first day.
    pub from: Day,
}

/// Writes assignments, and messages about those that are in force, and returns their numbers in their order. What stood
/// before is read here. Call it inside a transaction.
pub fn put<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    rows: Vec<NewRow>,
) -> Result<Vec<i64>, StoreError> {
    let wanted: Vec<(u32, i32)> = rows.iter().map(|row| (row.customer_ref, row.from_day)).collect();
    let before = store::assignment::standing_on(connection, &wanted)?;
    let mut changes: Vec<(usize, Change)> = Vec::new();
    let in_force = rows.iter().zip(&before).enumerate().filter(|(_, (row, _))| row.state == IN_FORCE);
    for (place, (row, before)) in in_force {
        let change = Change {
            assignment_ref: 0,
            customer_ref: row.customer_ref,
            before: before.as_ref().map(|before| before.shares()).unwrap_or_default(),
            after: row.shares.clone(),
            from: Day::from_number(row.from_day),
        };
        changes.push((place, change));
    }
    let numbers = store::assignment::add(connection, rows)?;
    let numbered = |(place, change): (usize, Change)| Change {
        assignment_ref: numbers.get(place).copied().unwrap_or_default(),
        ..change
    };
    let changes: Vec<Change> = changes.into_iter().map(numbered).collect();
    notify(connection, moment, &changes)?;
    Ok(numbers)
}

/// What is told of changes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Told {
    /// They were decided.
    Decided,
    /// They were decided before this day, and begin on it.
    Begun(Day),
}

impl Told {
    const fn topic(self) -> &'static str {
        match self {
            Self::Decided => "assignment.changed",
            Self::Begun(_) => "assignment.begun",
        }
    }

    /// From the employee, and the first of the assignments or the day, so that the same news has the same id.
    fn message_id(self, employee_ref: u32, affected: &[Affected<'_>]) -> String {
        match self {
            Self::Decided => {
                let numbers = affected.iter().map(|affected| affected.change.assignment_ref);
                format!("assignment-{}-e{employee_ref}", numbers.min().unwrap_or_default())
            }
            Self::Begun(day) => format!("assignment-begun-{day}-e{employee_ref}"),
        }
    }

    fn words(self, gained: usize, lost: usize, changed: usize) -> Words {
        let zh = format!("新增 {gained} 位，移出 {lost} 位，角色或份额调整 {changed} 位。");
        let en = format!("{gained} new, {lost} given away, {changed} with another role or share.");
        match self {
            Self::Decided => Words {
                zh: format!("您负责的客户有变动：{zh}"),
                en: format!("The customers you answer for have changed: {en}"),
            },
            Self::Begun(day) => Words {
                zh: format!("此前定下的客户变动自 {day} 起生效：{zh}"),
                en: format!("As decided before, the customers you answer for change from {day} on: {en}"),
            },
        }
    }
}

/// A customer of whom an employee gains or loses share, or becomes or was the primary manager.
struct Affected<'a> {
    change: &'a Change,
    before: Option<ManagerShare>,
    after: Option<ManagerShare>,
}

/// Writes a message to each employee at work whose role or share changes by what was decided, in the caller's
/// transaction. One message tells of all customers of a call. Its id comes from the employee and the first of the
/// assignments, so that the same news has the same id.
pub fn notify<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    changes: &[Change],
) -> Result<(), StoreError> {
    tell(connection, moment, changes, Told::Decided)?;
    Ok(())
}

/// The same of whatever is told, and returns how many messages were new.
pub(super) fn tell<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    changes: &[Change],
    told: Told,
) -> Result<u64, StoreError> {
    let by_employee = by_employee(changes);
    if by_employee.is_empty() {
        return Ok(0);
    }
    let tree = Tree::load(connection)?;
    let refs: Vec<u32> = changes.iter().map(|change| change.customer_ref).collect();
    let customers: BTreeMap<u32, Member> = store::member::members(connection, &refs)?
        .into_iter()
        .map(|customer| (customer.customer_ref, customer))
        .collect();
    let employees: Vec<u32> = by_employee.keys().copied().collect();
    let mut messages = Vec::with_capacity(by_employee.len());
    for person in store::assignment_proposal::people(connection, &employees)? {
        let Some(affected) = by_employee.get(&person.employee_ref) else { continue };
        if !is_at_work(&person, moment.today) {
            continue;
        }
        // Who was moved to another part of the bank does not learn ids of customers whom nobody sees there.
        let sees = |affected: &&Affected<'_>| {
            customers.get(&affected.change.customer_ref).is_some_and(|customer| {
                tree.upwards(customer.organisation_ref).any(|unit| unit == person.organisation_ref)
            })
        };
        let listed = affected.iter().filter(sees).take(LISTED);
        let listed: Vec<Line<'_>> = listed.filter_map(|affected| line(affected, &customers)).collect();
        let gained = affected.iter().filter(|one| one.before.is_none()).count();
        let lost = affected.iter().filter(|one| one.after.is_none()).count();
        let changed = affected.len() - gained - lost;
        let mail = Mail {
            topic: told.topic(),
            message_id: told.message_id(person.employee_ref, affected),
            // Whoever sees the employee's organisation sees the customers that are listed.
            organisation_ref: person.organisation_ref,
            news: News { gained, lost, changed, customers: listed },
            words: told.words(gained, lost, changed),
        };
        messages.push(mail.message(&person, moment.now_ms)?);
    }
    store::outbox::add(connection, messages)
}

/// What changes for each employee for whom something does. Who is lost is told of once, though what was scheduled ends
/// with what stands.
fn by_employee(changes: &[Change]) -> BTreeMap<u32, Vec<Affected<'_>>> {
    let mut by_employee: BTreeMap<u32, Vec<Affected<'_>>> = BTreeMap::new();
    for change in changes {
        let employees: BTreeSet<u32> =
            change.before.iter().chain(&change.after).map(|share| share.employee_ref).collect();
        for employee_ref in employees {
            let before = share_of(&change.before, employee_ref);
            let after = share_of(&change.after, employee_ref);
            let affected = by_employee.entry(employee_ref).or_default();
            let is_lost_already = |last: &Affected<'_>| {
                last.change.customer_ref == change.customer_ref && last.after.is_none() && after.is_none()
            };
            if before != after && !affected.last().is_some_and(is_lost_already) {
                affected.push(Affected { change, before, after });
            }
        }
    }
    by_employee.retain(|_, affected| !affected.is_empty());
    by_employee
}

/// What programs read of a message.
#[derive(Serialize)]
struct News<'a> {
    gained: usize,
    lost: usize,
    changed: usize,
    customers: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    customer_id: &'a str,
    assignment_id: String,
    from: String,
    role_before: Option<&'static str>,
    role: Option<&'static str>,
    share_before_bp: u32,
    share_bp: u32,
}

fn line<'a>(affected: &Affected<'_>, customers: &'a BTreeMap<u32, Member>) -> Option<Line<'a>> {
    let customer = customers.get(&affected.change.customer_ref)?;
    Some(Line {
        customer_id: &customer.customer_id,
        assignment_id: affected.change.assignment_ref.to_string(),
        from: affected.change.from.to_string(),
        role_before: affected.before.map(|share| share.role.name()),
        role: affected.after.map(|share| share.role.name()),
        share_before_bp: affected.before.map_or(0, |share| share.share_bp),
        share_bp: affected.after.map_or(0, |share| share.share_bp),
    })
}
