//! Where employees worked on past days. Only moves are written: who never moved has always worked where the employee's
//! row says.

use crate::batch::{self, Batch};
use crate::{Connection, StoreError, Value, dialect};

/// First day of what held before the first move.
const EVER: i32 = i32::MIN;

/// An employee who moves to another organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoveRow {
    /// The employee.
    pub employee_ref: u32,
    /// First day there.
    pub from_day: i32,
    /// Number of the organisation where the employee worked until then.
    pub left_ref: u32,
    /// Number of the organisation where the employee works now.
    pub organisation_ref: u32,
}

/// Writes moves, at most one of an employee; of several on one day the last one holds.
pub fn add_moves<C: Connection>(
    connection: &mut C,
    moves: impl IntoIterator<Item = MoveRow>,
) -> Result<(), StoreError> {
    let row = |employee_ref: u32, from_day: i32, organisation_ref: u32| -> [Value; 3] {
        [employee_ref.into(), from_day.into(), organisation_ref.into()]
    };
    let rows = moves.into_iter().flat_map(|moved| {
        [
            row(moved.employee_ref, EVER, moved.left_ref),
            row(moved.employee_ref, moved.from_day, moved.organisation_ref),
        ]
    });
    let into = "insert into employee_post (employee_ref, from_day, organisation_ref)";
    // What held before the first move is written with it, and stays.
    let then = format!(
        "on conflict (employee_ref, from_day) do update set organisation_ref = excluded.organisation_ref
         where excluded.from_day > {EVER}"
    );
    batch::insert(connection, into, &then, rows)?;
    Ok(())
}

/// An employee as of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostRow {
    /// The employee.
    pub employee_ref: u32,
    /// Number of the organisation where the employee worked on the day.
    pub organisation_ref: u32,
    /// First day of work.
    pub active_from: Option<i32>,
    /// Last day of work.
    pub active_to: Option<i32>,
}

/// Stored employees with these ids as of a day, as (place in `ids`, row).
pub fn posts_on<'a, C: Connection>(
    connection: &mut C,
    ids: impl IntoIterator<Item = &'a str>,
    on: i32,
) -> Result<Vec<(usize, PostRow)>, StoreError> {
    let sql = format!(
        "select row.key, employee.employee_ref, {}, active_from, active_to
         from {} cross join employee where employee_id = row.value",
        post_sql("?2"),
        dialect::batch(1)
    );
    let rows = connection.execute(&sql, &[Batch::of_texts(ids).into_value(), on.into()])?;
    rows.read("employee.posts_on", |row| {
        let key = row.narrow()?;
        let post = PostRow {
            employee_ref: row.narrow()?,
            organisation_ref: row.narrow()?,
            active_from: row.narrow_or_null()?,
            active_to: row.narrow_or_null()?,
        };
        Ok((key, post))
    })
}

/// The number of the organisation where the `employee` of a query worked on a day, as one value.
pub(crate) fn post_sql(on: &str) -> String {
    format!(
        "coalesce((select post.organisation_ref from employee_post as post
           where post.employee_ref = employee.employee_ref and post.from_day <= {on}
           order by post.from_day desc limit 1), employee.organisation_ref)"
    )
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::native::NativeConnection;

    #[test]
    fn an_employee_worked_where_the_latest_move_up_to_the_day_says() {
        let mut connection = NativeConnection::in_memory().expect("a database");
        let sql = "insert into employee (employee_ref, employee_id, organisation_ref, name, role, active_to)
                   values (1, 'moved', 5, 'x', 'teller', null), (2, 'stayed', 5, 'x', 'teller', 30)";
        connection.execute(sql, &[]).expect("written");
        // Twice on day 20, and back on day 25.
        for (from_day, left_ref, organisation_ref) in [(10, 5, 6), (20, 6, 7), (20, 7, 8), (25, 8, 5)] {
            let moved = MoveRow { employee_ref: 1, from_day, left_ref, organisation_ref };
            add_moves(&mut connection, [moved]).expect("written");
        }
        let post = |employee_ref, organisation_ref, active_to| PostRow {
            employee_ref,
            organisation_ref,
            active_from: None,
            active_to,
        };
        for (on, expected) in [(-9_999, 5), (9, 5), (10, 6), (19, 6), (20, 8), (24, 8), (25, 5), (9_999, 5)] {
            let found = posts_on(&mut connection, ["nobody", "stayed", "moved"], on).expect("read");
            assert_eq!(found, [(1, post(2, 5, Some(30))), (2, post(1, expected, None))], "{on}");
        }
        let rows = "select count(*) from employee_post";
        let rows = connection.execute(rows, &[]).expect("read").read_one("test.rows", |row| row.integer());
        assert_eq!(rows.expect("read"), 4, "before, and the three days of moves");
    }
}
