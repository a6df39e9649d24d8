//! Numbered migrations, applied on first use exactly once however many instances start together.

use crate::{Connection, StoreError, in_transaction};

/// Migrations in order; never edited once released. `schema.sql` holds their sum and a test compares it.
pub const MIGRATIONS: [(i64, &str); 13] = [
    (1, include_str!("../migrations/0001_foundation.sql")),
    (2, include_str!("../migrations/0002_seed_scheme.sql")),
    (3, include_str!("../migrations/0003_churn.sql")),
    (4, include_str!("../migrations/0004_churn_case.sql")),
    (5, include_str!("../migrations/0005_outbox.sql")),
    (6, include_str!("../migrations/0006_churn_strategy.sql")),
    (7, include_str!("../migrations/0007_case_history.sql")),
    (8, include_str!("../migrations/0008_movement_rule.sql")),
    (9, include_str!("../migrations/0009_points.sql")),
    (10, include_str!("../migrations/0010_reward.sql")),
    (11, include_str!("../migrations/0011_partner.sql")),
    (12, include_str!("../migrations/0012_assignment.sql")),
    (13, include_str!("../migrations/0013_sale.sql")),
];

/// Brings the database up to the newest migration. Cheap when there is nothing to do: one read.
pub fn apply<C: Connection>(connection: &mut C) -> Result<(), StoreError> {
    let newest = MIGRATIONS[MIGRATIONS.len() - 1].0;
    if applied(connection).is_ok_and(|reached| reached == newest) {
        return Ok(());
    }
    // The loser of a race waits at `begin immediate` and then finds nothing left to do.
    in_transaction(connection, |connection| {
        connection.execute(
            "create table if not exists schema_migration (number integer primary key) strict",
            &[],
        )?;
        let reached = applied(connection)?;
        if reached > newest {
            return Err(StoreError::Damaged(format!(
                "the database is at migration {reached}, newer than this program's {newest}"
            )));
        }
        for (number, script) in MIGRATIONS.iter().filter(|(number, _)| *number > reached) {
            for statement in statements(script) {
                connection.execute(&statement, &[])?;
            }
            connection.execute("insert into schema_migration (number) values (?1)", &[(*number).into()])?;
        }
        Ok(())
    })
}

fn applied<C: Connection>(connection: &mut C) -> Result<i64, StoreError> {
    connection
        .execute("select coalesce(max(number), 0) from schema_migration", &[])?
        .read_one("migration.applied", |row| row.integer())
}

/// A driver runs one statement a call, so a script is cut where a line ends with `;`. Comment lines go.
fn statements(script: &str) -> Vec<String> {
    let code: Vec<&str> = script.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    code.join("\n")
        .split(";\n")
        .map(|statement| statement.trim().trim_end_matches(';').to_owned())
        .filter(|statement| !statement.is_empty())
        .collect()
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::native::NativeConnection;

    /// `schema.sql` is what all migrations add up to; to renew it run this test with `KEZHI_WRITE_SCHEMA=1`.
    #[test]
    fn the_migrations_add_up_to_the_committed_schema() {
        let mut connection = NativeConnection::in_memory().expect("a database");
        let statements = connection
            .execute(
                "select sql from sqlite_schema where sql is not null and name not like 'sqlite_%' order by type desc, name",
                &[],
            )
            .and_then(|rows| rows.read("schema", |row| row.text()))
            .expect("the schema");
        let sum =
            format!("-- What all migrations add up to; a test compares.\n{};\n", statements.join(";\n\n"));
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.sql");
        if std::env::var_os("KEZHI_WRITE_SCHEMA").is_some() {
            std::fs::write(path, &sum).expect("written");
        }
        assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), sum);
    }

    #[test]
    fn a_database_of_a_newer_program_is_refused() {
        let mut connection = NativeConnection::in_memory().expect("a database");
        connection.execute("insert into schema_migration (number) values (99)", &[]).expect("written");
        assert!(matches!(apply(&mut connection), Err(StoreError::Damaged(_))));
    }
}
