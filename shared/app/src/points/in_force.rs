//! The rules in force, compiled once an instance.

use std::cell::RefCell;
use std::rc::Rc;

use domain::points::rule::RuleSet;
use store::{Connection, StoreError};

use super::rule::stored;

thread_local! {
    /// What this instance compiled last, by the digest of its content: never asked for under any other, so that an
    /// instance that serves two databases, or one that was restored, cannot take the rules of one for the other's.
    static COMPILED: RefCell<Option<(i64, Rc<RuleSet>)>> = const { RefCell::new(None) };
}

/// The rules in force. One small statement when they are those that the instance knows.
pub fn in_force<C: Connection>(connection: &mut C) -> Result<Rc<RuleSet>, StoreError> {
    let digest = store::points_programme::rules_digest(connection)?;
    if digest == 0 {
        return Ok(Rc::new(RuleSet::new(Vec::new())));
    }
    let known = COMPILED.with_borrow(|compiled| {
        compiled.as_ref().filter(|(of, _)| *of == digest).map(|(_, rules)| Rc::clone(rules))
    });
    if let Some(rules) = known {
        return Ok(rules);
    }
    // Outside of a transaction the rules may have changed since the digest was read: what is read now tells its own.
    let active = store::points_rule::active(connection)?;
    let rules = active.rules.iter().map(stored).collect::<Result<Vec<_>, _>>()?;
    let rules = RuleSet::new(rules);
    let rules = Rc::new(if active.was_inactivity_asked { rules.with_inactivity() } else { rules });
    COMPILED.with_borrow_mut(|compiled| *compiled = Some((active.digest, Rc::clone(&rules))));
    Ok(rules)
}

#[cfg(test)]
mod tests;
