//! The rules of large movements as a bank sets them.

use domain::movement::Rules;
use store::movement_rule::{self, RuleListRow};
use store::{Connection, StoreError};

/// Puts a list of rules into force; the same list again changes nothing. Call it within a transaction.
pub fn replace_rules<C: Connection>(
    connection: &mut C,
    rules: &Rules,
    person: &str,
    now_ms: i64,
) -> Result<RuleListRow, StoreError> {
    if movement_rule::in_force(connection)?.rules != *rules {
        movement_rule::add(connection, rules, person, now_ms)?;
    }
    movement_rule::in_force(connection)
}
