//! Reading assignments: what stands, what was, what waits for a second person.

use domain::assignment::{ManagerRole, ManagerShare};

use super::{AssignmentRow, KINDS, STATES, ShareRow, Standing};
use crate::organisation::under;
use crate::points_lot::numbers;
use crate::{Connection, Row, Rows, StoreError, Value, dialect};

const COLUMNS: &str = "assignment.assignment_ref, assignment.customer_ref, assignment.from_day,
  assignment.organisation_ref, assignment.kind, assignment.state, assignment.reason, assignment.before_ref,
  assignment.assignment_proposal_ref, assignment.created_by, assignment.created_at, assignment.decided_by,
  assignment.decided_at, assignment_share.employee_ref, assignment_share.role, assignment_share.share_bp,
  employee.employee_id, employee.name, employee.organisation_ref, employee.active_from, employee.active_to";

const SHARES: &str =
    "left join assignment_share on assignment_share.assignment_ref = assignment.assignment_ref
  left join employee on employee.employee_ref = assignment_share.employee_ref";

/// An assignment without its shares, and one of them.
fn row_and_share(row: &mut Row<'_>) -> Result<(AssignmentRow, Option<ShareRow>), StoreError> {
    let found = AssignmentRow {
        assignment_ref: row.integer()?,
        customer_ref: row.narrow()?,
        from_day: row.narrow()?,
        organisation_ref: row.narrow()?,
        kind: row.named(&KINDS)?,
        state: row.named(&STATES)?,
        reason: row.text()?,
        before_ref: row.integer_or_null()?,
        assignment_proposal_ref: row.integer_or_null()?,
        created_by: row.text()?,
        created_at: row.integer()?,
        decided_by: row.text_or_null()?,
        decided_at: row.integer_or_null()?,
        managers: Vec::new(),
    };
    let Some(employee_ref) = row.narrow_or_null()? else { return Ok((found, None)) };
    let role = ManagerRole::from_number(row.integer()?)
        .ok_or_else(|| StoreError::Damaged("the role of a manager is none".to_owned()))?;
    let share = ManagerShare { employee_ref, role, share_bp: row.narrow()? };
    let manager = ShareRow {
        share,
        employee_id: row.text()?,
        name: row.text()?,
        organisation_ref: row.narrow()?,
        active_from: row.narrow_or_null()?,
        active_to: row.narrow_or_null()?,
    };
    Ok((found, Some(manager)))
}

/// Assignments of rows that begin with a place and are sorted by it; one row a share.
fn assembled(rows: Rows, query: &'static str) -> Result<Vec<(i64, AssignmentRow)>, StoreError> {
    let mut assembled: Vec<(i64, AssignmentRow)> = Vec::new();
    for (place, found, manager) in rows.read(query, |row| {
        let place = row.integer()?;
        let (found, manager) = row_and_share(row)?;
        Ok((place, found, manager))
    })? {
        if assembled.last().is_none_or(|(last, _)| *last != place) {
            assembled.push((place, found));
        }
        if let (Some(manager), Some((_, last))) = (manager, assembled.last_mut()) {
            last.managers.push(manager);
        }
    }
    Ok(assembled)
}

/// What stands of each customer on a day of its own, as (customer, day), in their order; nothing where no assignment
/// ever began.
pub fn standing_on<C: Connection>(
    connection: &mut C,
    wanted: &[(u32, i32)],
) -> Result<Vec<Option<Standing>>, StoreError> {
    let list: Vec<String> = wanted.iter().map(|(customer, day)| format!("[{customer},{day}]")).collect();
    let sql = format!(
        "with wanted (place, assignment_ref) as (select row.key, {} from {})
         select wanted.place, {COLUMNS} from wanted cross join assignment {SHARES}
         where assignment.assignment_ref = wanted.assignment_ref
         order by wanted.place, assignment_share.role, assignment_share.employee_ref",
        standing_sql("row.value ->> 0", "row.value ->> 1"),
        dialect::batch(1)
    );
    let rows = connection.execute(&sql, &[format!("[{}]", list.join(",")).into()])?;
    let mut standing: Vec<Option<Standing>> = vec![None; wanted.len()];
    for (place, found) in assembled(rows, "assignment.standing_on")? {
        if let Some(slot) = usize::try_from(place).ok().and_then(|place| standing.get_mut(place)) {
            *slot = Some(found);
        }
    }
    Ok(standing)
}

/// What stands of customers on a day, in their order; those of whom no assignment ever began are left out.
pub fn standing<C: Connection>(
    connection: &mut C,
    customer_refs: &[u32],
    on: i32,
) -> Result<Vec<Standing>, StoreError> {
    let wanted: Vec<(u32, i32)> = customer_refs.iter().map(|customer_ref| (*customer_ref, on)).collect();
    Ok(standing_on(connection, &wanted)?.into_iter().flatten().collect())
}

/// What is to stand of customers from days after a day on, in their order and by first day; recalls are left out, and what
/// something else of the same first day replaced.
pub fn scheduled<C: Connection>(
    connection: &mut C,
    customer_refs: &[u32],
    after: i32,
) -> Result<Vec<Standing>, StoreError> {
    let sql = format!(
        "with wanted (place, assignment_ref) as (
           select row.key, later.assignment_ref from {} cross join assignment as later
           where later.customer_ref = row.value and {})
         select wanted.assignment_ref, {COLUMNS} from wanted cross join assignment {SHARES}
         where assignment.assignment_ref = wanted.assignment_ref
         order by wanted.place, assignment.from_day, assignment_share.role, assignment_share.employee_ref",
        dialect::batch(1),
        is_scheduled_sql("?2")
    );
    let rows = connection.execute(&sql, &[numbers(customer_refs), after.into()])?;
    Ok(assembled(rows, "assignment.scheduled")?.into_iter().map(|(_, found)| found).collect())
}

/// Numbers of the customers in `from..to` who were ever put back on a waiting list, ascending.
pub fn recalled_between<C: Connection>(
    connection: &mut C,
    from: u32,
    to: u32,
) -> Result<Vec<u32>, StoreError> {
    connection
        .execute(
            "select distinct customer_ref from assignment
             where customer_ref >= ?1 and customer_ref < ?2 and state = 'in_force' and managers = 0
             order by customer_ref",
            &[from.into(), to.into()],
        )?
        .read("assignment.recalled_between", |row| row.narrow())
}

/// Numbers of the customers under an organisation (`None`: the whole bank), ascending, at most `limit`.
pub fn customers_under<C: Connection>(
    connection: &mut C,
    organisation_ref: Option<u32>,
    limit: u32,
) -> Result<Vec<u32>, StoreError> {
    let sql = format!(
        "{} select customer_ref from customer
         where ?1 is null or organisation_ref in (select organisation_ref from under)
         order by customer_ref limit ?2",
        under(1)
    );
    connection
        .execute(&sql, &[organisation_ref.into(), limit.into()])?
        .read("assignment.customers_under", |row| row.narrow())
}

/// Numbers of the customers of whom an employee has a share on a day, ascending.
pub fn of_employee<C: Connection>(
    connection: &mut C,
    employee_ref: u32,
    on: i32,
) -> Result<Vec<u32>, StoreError> {
    let own = of_employee_sql("?1", "?2");
    let sql = format!("select customer_ref from ({own}) as own order by customer_ref");
    connection
        .execute(&sql, &[employee_ref.into(), on.into()])?
        .read("assignment.of_employee", |row| row.narrow())
}

/// A query for the customers of whom an employee has a share on a day; both are parameters.
pub(crate) fn of_employee_sql(employee: &str, on: &str) -> String {
    format!(
        "select assignment.customer_ref from assignment_share cross join assignment
         where assignment_share.employee_ref = {employee}
           and assignment.assignment_ref = assignment_share.assignment_ref
           and assignment.assignment_ref = {}",
        standing_sql("assignment.customer_ref", on)
    )
}

/// The number of what stands of a customer on a day, as a subquery of one value.
pub(crate) fn standing_sql(customer: &str, on: &str) -> String {
    format!(
        "(select latest.assignment_ref from assignment as latest
           where latest.customer_ref = {customer} and latest.state = 'in_force' and latest.from_day <= {on}
           order by latest.from_day desc, latest.assignment_ref desc limit 1)"
    )
}

/// A condition: a customer is to have a manager from a day later than `after` on.
pub(crate) fn scheduled_sql(customer: &str, after: &str) -> String {
    format!(
        "exists (select 1 from assignment as later where later.customer_ref = {customer} and {})",
        is_scheduled_sql(after)
    )
}

/// A condition on a row named `later`: it begins after a day, gives its customer a manager, and nothing else of its first
/// day replaced it.
fn is_scheduled_sql(after: &str) -> String {
    format!(
        "later.state = 'in_force' and later.from_day > {after} and later.managers > 0
         and later.assignment_ref = {}",
        standing_sql("later.customer_ref", "later.from_day")
    )
}

/// The assignment of a number.
pub fn by_ref<C: Connection>(connection: &mut C, number: i64) -> Result<Option<AssignmentRow>, StoreError> {
    let sql = format!(
        "select 0, {COLUMNS} from assignment {SHARES} where assignment.assignment_ref = ?1
         order by assignment_share.role, assignment_share.employee_ref"
    );
    let rows = connection.execute(&sql, &[number.into()])?;
    Ok(assembled(rows, "assignment.by_ref")?.pop().map(|(_, found)| found))
}

/// Assignments of a customer after a number, by number, whatever became of them.
pub fn history<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
    after: i64,
    limit: u32,
) -> Result<Vec<AssignmentRow>, StoreError> {
    let page = "with page (assignment_ref) as (
         select assignment_ref from assignment where customer_ref = ?1 and assignment_ref > ?2
         order by assignment_ref limit ?3)";
    paged(connection, page, &[customer_ref.into(), after.into(), limit.into()])
}

/// Assignments of customers under an organisation (`None`: the whole bank) after a number, by number; of one state, or of
/// all.
pub fn page<C: Connection>(
    connection: &mut C,
    state: Option<&'static str>,
    organisation_ref: Option<u32>,
    after: i64,
    limit: u32,
) -> Result<Vec<AssignmentRow>, StoreError> {
    // The states are ours; as a part of the text they let the index of what is submitted be used.
    let state = state.map_or_else(String::new, |state| format!("and assignment.state = '{state}'"));
    let page = format!(
        "{}, page (assignment_ref) as (
           select assignment.assignment_ref from assignment
           join customer on customer.customer_ref = assignment.customer_ref
           where assignment.assignment_ref > ?1 {state}
             and (?2 is null or customer.organisation_ref in (select organisation_ref from under))
           order by assignment.assignment_ref limit ?3)",
        under(2)
    );
    paged(connection, &page, &[after.into(), organisation_ref.into(), limit.into()])
}

/// What stands from its first day on, of those that begin on a day, after a number, by number; recalls too.
pub fn beginning<C: Connection>(
    connection: &mut C,
    on: i32,
    after: i64,
    limit: u32,
) -> Result<Vec<AssignmentRow>, StoreError> {
    let page = format!(
        "with page (assignment_ref) as (
           select assignment.assignment_ref from assignment
           where assignment.state = 'in_force' and assignment.from_day = ?1 and assignment.assignment_ref > ?2
             and assignment.assignment_ref = {}
           order by assignment.assignment_ref limit ?3)",
        standing_sql("assignment.customer_ref", "?1")
    );
    paged(connection, &page, &[on.into(), after.into(), limit.into()])
}

/// Assignments whose numbers a `with` clause names as `page (assignment_ref)`, by number.
fn paged<C: Connection>(
    connection: &mut C,
    page: &str,
    parameters: &[Value],
) -> Result<Vec<AssignmentRow>, StoreError> {
    let sql = format!(
        "{page} select page.assignment_ref, {COLUMNS} from page cross join assignment {SHARES}
         where assignment.assignment_ref = page.assignment_ref
         order by page.assignment_ref, assignment_share.role, assignment_share.employee_ref"
    );
    let rows = connection.execute(&sql, parameters)?;
    Ok(assembled(rows, "assignment.page")?.into_iter().map(|(_, found)| found).collect())
}
