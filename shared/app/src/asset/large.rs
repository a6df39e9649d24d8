//! Large movements of money: customers and days at which a rule fires.

use domain::date::Day;
use domain::intake::TransactionKind;
use domain::movement::{Basis, Firing, Movement, Rule};
use store::member::Member;
use store::movement::Wanted;
use store::portfolio::Own;
use store::{Connection, StoreError, in_snapshot};

use super::Sight;

/// Customers whose transactions are read at once: a quarter year of them fits in memory even where they all count.
const CUSTOMERS_AT_ONCE: u32 = 1024;

/// How often one page looks: where few rules fire, pages are short, but come in time.
const LOOKS_A_PAGE: u32 = 64;

/// Which movements are looked for.
#[derive(Clone, Debug)]
pub struct LargeFilter {
    /// First and last business day.
    pub days: (Day, Day),
    /// The rules.
    pub rules: Vec<Rule>,
    /// Only this customer.
    pub customer_ref: Option<u32>,
    /// Top of the customers' subtree; `None`: the whole bank.
    pub organisation_ref: Option<u32>,
    /// Only this employee's own customers.
    pub owner: Option<Own>,
}

/// A rule that fires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LargeMovement {
    /// For whom.
    pub member: Member,
    /// Its place among the rules of the filter.
    pub rule: usize,
    /// When, and what was compared.
    pub firing: Firing,
}

/// Where a page ends: the list is ordered by customer number, day and id of the rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The customer.
    pub customer_ref: u32,
    /// The day.
    pub on: Day,
    /// The rule's id; empty before the first one.
    pub rule: String,
}

struct Found {
    customer_ref: u32,
    rule: usize,
    firing: Firing,
}

/// Large movements after a position; answers where the page ends, unless it is the last.
pub fn large_movements<C: Connection>(
    connection: &mut C,
    filter: &LargeFilter,
    after: Option<&Position>,
    limit: usize,
) -> Result<(Vec<LargeMovement>, Option<Position>), StoreError> {
    let (first, past_last) = match filter.customer_ref {
        Some(customer_ref) => (customer_ref, customer_ref + 1),
        None => (0, store::book::customers(connection)?),
    };
    // Ranges in which the manager has no customer are not looked through.
    let sight = Sight::load(connection, None, filter.owner.as_slice())?;
    let next_seen = |from: u32| sight.next_seen(from).filter(|customer_ref| *customer_ref < past_last);
    let mut unread = next_seen(after.map_or(first, |after| after.customer_ref.max(first)));
    let (mut found, mut looks) = (Vec::new(), 0);
    while let Some(from) = unread.filter(|_| looks < LOOKS_A_PAGE && found.len() <= limit) {
        let to = past_last.min(from.saturating_add(CUSTOMERS_AT_ONCE));
        look(connection, filter, (from, to), &mut found)?;
        found.retain(|entry| after.is_none_or(|after| position(filter, entry) > *after));
        unread = next_seen(to);
        looks += 1;
    }
    let next = if found.len() > limit {
        found.truncate(limit);
        found.last().map(|last| position(filter, last))
    } else {
        unread.map(|customer_ref| Position {
            customer_ref,
            on: Day::from_number(i32::MIN),
            rule: String::new(),
        })
    };
    let refs: Vec<u32> = found.iter().map(|found| found.customer_ref).collect();
    let members = store::member::members(connection, &refs)?.into_iter();
    let large =
        members.zip(found).map(|(member, Found { rule, firing, .. })| LargeMovement { member, rule, firing });
    Ok((large.collect(), next))
}

fn position(filter: &LargeFilter, found: &Found) -> Position {
    let rule = filter.rules[found.rule].id.as_str().to_owned();
    Position { customer_ref: found.customer_ref, on: found.firing.on, rule }
}

/// Adds what fires for the customers `from..to`, in order.
fn look<C: Connection>(
    connection: &mut C,
    filter: &LargeFilter,
    customers: (u32, u32),
    found: &mut Vec<Found>,
) -> Result<(), StoreError> {
    let (single, by_day) = in_snapshot(connection, |connection| {
        let single = match wanted(filter, customers, |rule| rule.basis == Basis::Single) {
            Some((kinds, wanted)) => {
                store::movement::single(connection, &Wanted { kinds: &kinds, ..wanted })?
            }
            None => Vec::new(),
        };
        let by_day = match wanted(filter, customers, |rule| rule.basis != Basis::Single) {
            Some((kinds, wanted)) => {
                store::movement::by_day(connection, &Wanted { kinds: &kinds, ..wanted })?
            }
            None => Vec::new(),
        };
        Ok::<_, StoreError>((single, by_day))
    })?;
    let (mut single, mut by_day) = (single.as_slice(), by_day.as_slice());
    while let Some(customer_ref) =
        single.first().into_iter().chain(by_day.first()).map(|(customer_ref, _)| *customer_ref).min()
    {
        let (one_by_one, day_by_day) = (take(&mut single, customer_ref), take(&mut by_day, customer_ref));
        let start = found.len();
        for (rule, parameters) in filter.rules.iter().enumerate() {
            let movements = if parameters.basis == Basis::Single { &one_by_one } else { &day_by_day };
            let firings = parameters.firings(filter.days, movements);
            found.extend(firings.into_iter().map(|firing| Found { customer_ref, rule, firing }));
        }
        found[start..].sort_by(|one, other| {
            let id = |found: &Found| filter.rules[found.rule].id.as_str();
            one.firing.on.cmp(&other.firing.on).then_with(|| id(one).cmp(id(other)))
        });
    }
    Ok(())
}

/// What the rules chosen have to know: their kinds, and the rest; nothing when there is no such rule.
fn wanted(
    filter: &LargeFilter,
    customers: (u32, u32),
    is_chosen: impl Fn(&Rule) -> bool,
) -> Option<(Vec<TransactionKind>, Wanted<'static>)> {
    let (mut kinds, mut days_before, mut at_least) = (Vec::<TransactionKind>::new(), 0, i64::MAX);
    for rule in filter.rules.iter().filter(|rule| is_chosen(rule)) {
        for kind in rule.counted_kinds() {
            if !kinds.contains(kind) {
                kinds.push(*kind);
            }
        }
        days_before = days_before.max(rule.days_before());
        at_least = at_least.min(rule.at_least);
    }
    let days = (filter.days.0.plus(-days_before), filter.days.1);
    let LargeFilter { organisation_ref, owner, .. } = *filter;
    let wanted = Wanted { customers, days, kinds: &[], at_least, organisation_ref, owner };
    (!kinds.is_empty()).then_some((kinds, wanted))
}

/// Takes the movements of the customer off the front.
fn take(rows: &mut &[(u32, Movement)], customer_ref: u32) -> Vec<Movement> {
    let (own, rest) = rows.split_at(rows.partition_point(|(other, _)| *other <= customer_ref));
    *rows = rest;
    own.iter().map(|(_, movement)| *movement).collect()
}
