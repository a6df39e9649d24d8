//! Lists of rules of large movements; the latest is in force.

use domain::id::Id;
use domain::intake::TransactionKind;
use domain::movement::{Basis, Direction, Place, Rule, Rules};
use domain::name::meaning;
use serde::{Deserialize, Serialize};

use crate::{Connection, Row, StoreError};

/// A list with who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleListRow {
    /// Its number, from 1.
    pub version: i64,
    /// The rules.
    pub rules: Rules,
    /// Who made it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
}

const COLUMNS: &str = "movement_rule_list_ref, definition, created_by, created_at";

fn list_row(row: &mut Row<'_>) -> Result<RuleListRow, StoreError> {
    let (version, text) = (row.integer()?, row.text()?);
    let rules = read(&text).ok_or_else(|| {
        StoreError::Damaged(format!("list {version} of movement rules does not have its form"))
    })?;
    Ok(RuleListRow { version, rules, created_by: row.text()?, created_at: row.integer()? })
}

/// The list in force.
pub fn in_force<C: Connection>(connection: &mut C) -> Result<RuleListRow, StoreError> {
    let sql =
        format!("select {COLUMNS} from movement_rule_list order by movement_rule_list_ref desc limit 1");
    connection.execute(&sql, &[])?.read_one("movement_rule.in_force", list_row)
}

/// The list of a number.
pub fn by_version<C: Connection>(
    connection: &mut C,
    version: i64,
) -> Result<Option<RuleListRow>, StoreError> {
    let sql = format!("select {COLUMNS} from movement_rule_list where movement_rule_list_ref = ?1");
    connection.execute(&sql, &[version.into()])?.read_first("movement_rule.by_version", list_row)
}

/// Adds a list, which is then in force.
pub fn add<C: Connection>(
    connection: &mut C,
    rules: &Rules,
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    let text = write(rules).map_err(|error| StoreError::Damaged(error.to_string()))?;
    connection.execute(
        "insert into movement_rule_list (movement_rule_list_ref, definition, created_by, created_at)
         select coalesce(max(movement_rule_list_ref), 0) + 1, ?1, ?2, ?3 from movement_rule_list",
        &[text.into(), person.into(), now_ms.into()],
    )?;
    Ok(())
}

/// A list as its row holds it; amounts in minor units.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Definition {
    rules: Vec<RuleDefinition>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleDefinition {
    id: String,
    direction: String,
    place: String,
    basis: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    window_days: Option<u8>,
    at_least: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    kinds: Option<Vec<String>>,
}

fn write(rules: &Rules) -> Result<String, serde_json::Error> {
    let definition = |rule: &Rule| RuleDefinition {
        id: rule.id.as_str().to_owned(),
        direction: rule.direction.name().to_owned(),
        place: rule.place.name().to_owned(),
        basis: rule.basis.name().to_owned(),
        window_days: match rule.basis {
            Basis::Single => None,
            Basis::Rolling { window_days } => Some(window_days),
        },
        at_least: rule.at_least,
        kinds: rule.kinds.as_ref().map(|kinds| kinds.iter().map(|kind| kind.name().to_owned()).collect()),
    };
    serde_json::to_string(&Definition { rules: rules.all().iter().map(definition).collect() })
}

fn read(text: &str) -> Option<Rules> {
    let definition: Definition = serde_json::from_str(text).ok()?;
    Rules::parse(definition.rules.into_iter().map(rule).collect::<Option<_>>()?).ok()
}

fn rule(stored: RuleDefinition) -> Option<Rule> {
    let kinds = match stored.kinds {
        None => None,
        Some(names) => {
            Some(names.iter().map(|name| meaning(&TransactionKind::NAMES, name)).collect::<Option<_>>()?)
        }
    };
    Some(Rule {
        id: Id::parse(&stored.id).ok()?,
        direction: meaning(&Direction::NAMES, &stored.direction)?,
        place: meaning(&Place::NAMES, &stored.place)?,
        basis: match (stored.basis.as_str(), stored.window_days) {
            ("single", None) => Basis::Single,
            ("rolling", Some(window_days)) => Basis::Rolling { window_days },
            _ => return None,
        },
        at_least: stored.at_least,
        kinds,
    })
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::native::NativeConnection;

    #[test]
    fn the_seeded_list_is_in_force_and_later_ones_keep_it() {
        let mut connection = NativeConnection::in_memory().expect("a database");
        let seed = in_force(&mut connection).expect("a list");
        assert_eq!((seed.version, seed.rules.all().len()), (1, 4));
        let mut rules = seed.rules.all().to_vec();
        rules[0].kinds = Some(vec![TransactionKind::Deposit]);
        rules.truncate(3);
        let rules = Rules::parse(rules).expect("rules");
        add(&mut connection, &rules, "somebody", 5).expect("added");
        let now = in_force(&mut connection).expect("a list");
        let expected = RuleListRow { version: 2, rules, created_by: "somebody".to_owned(), created_at: 5 };
        assert_eq!(now, expected);
        assert_eq!(by_version(&mut connection, 1).expect("read"), Some(seed));
        assert_eq!(by_version(&mut connection, 3).expect("read"), None);
    }
}
