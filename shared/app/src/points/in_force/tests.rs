//! What an instance keeps of the rules, beside their digest.

use std::collections::BTreeMap;

use domain::date::Day;
use store::native::NativeConnection;
use store::points_rule::{EarnDefinition, ExpiryDefinition, RuleDefinition};

use super::*;
use crate::points::Moment;
use crate::points::rule::{Activation, activate, draft, retire};

const MOMENT: Moment<'static> = Moment { now_ms: 0, today: Day::from_number(0), person: "author" };

fn definition(expiry: ExpiryDefinition) -> RuleDefinition {
    RuleDefinition {
        name_zh: "x".to_owned(),
        name_en: "x".to_owned(),
        events: vec!["visit".to_owned()],
        condition: None,
        earn: EarnDefinition::Fixed { points: 1 },
        multipliers_bp: BTreeMap::new(),
        caps: Vec::new(),
        over_cap: "truncate".to_owned(),
        campaign_id: None,
        expiry,
        pending_days: 0,
        stacking: "additive".to_owned(),
        priority: 0,
        from: None,
        to: None,
        return_policy: "within_balance".to_owned(),
        issued: None,
    }
}

fn put_in_force(connection: &mut NativeConnection, id: &str, expiry: ExpiryDefinition) {
    draft(connection, id, definition(expiry), MOMENT).unwrap();
    activate(connection, id, Activation::default(), MOMENT).unwrap();
}

#[test]
fn activity_is_noticed_as_long_as_lots_of_any_rule_may_end_by_inactivity() {
    let mut connection = NativeConnection::in_memory().unwrap();
    let connection = &mut connection;
    put_in_force(connection, "plain", ExpiryDefinition::Never {});
    assert!(!in_force(connection).unwrap().has_inactivity());
    put_in_force(connection, "idle", ExpiryDefinition::Inactivity { months: 2 });
    assert!(in_force(connection).unwrap().has_inactivity());
    // The set is the first one again, and what is kept of that one no longer holds.
    retire(connection, "idle", MOMENT).unwrap();
    let rules = in_force(connection).unwrap();
    assert_eq!((rules.rules().len(), rules.has_inactivity()), (1, true));
    retire(connection, "plain", MOMENT).unwrap();
    let rules = in_force(connection).unwrap();
    assert_eq!((rules.rules().len(), rules.has_inactivity()), (0, true));
}
