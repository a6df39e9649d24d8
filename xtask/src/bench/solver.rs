//! Proposals of assignments over the rule alone: no database, so that the figure is the solver's own.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use domain::proposal::{Availability, Capacity, Client, Manager, Options, Scope, propose};

use super::pair::seconds;
use super::sample::{TIMES, median};
use super::{Figure, Row};
use crate::demo::random::Random;
use crate::failure::Failure;

/// A whole bank's waiting list, the same bank brought into balance, and a bank in which most of that cannot be done.
pub const PROPOSAL: Row = Row {
    id: "SOLVER",
    what: "proposal for 100 000 customers and 500 managers over the domain crate",
    target: "≤ 1 s; moves ≤ 1.05 × the bound",
    run,
};

const CUSTOMERS: u32 = 100_000;
const MANAGERS: u32 = 500;
const BRANCHES: u32 = 50;
/// Under this many customers everybody has room, because a few are away.
const CAPACITY: u32 = 260;
const SEED: u64 = 7;
const SECONDS: f64 = 1.0;
const RATIO: f64 = 1.05;

fn run() -> Result<Vec<Figure>, Failure> {
    let (managers, clients) = (managers(), clients());
    let parents: BTreeMap<u32, u32> = (1..=BRANCHES).map(|branch| (branch, 0)).collect();
    let mut figures = Vec::new();
    for (scope, name) in [(Scope::Waiting, "waiting list"), (Scope::Rebalance, "rebalance")] {
        let options = Options { scope, parents: parents.clone() };
        figures.extend(measured(name, &managers, &clients, &options));
    }
    let (managers, clients) = crowded();
    let parents = (1..=MANAGERS).map(|unit| (unit, 0)).collect();
    let options = Options { scope: Scope::Rebalance, parents };
    figures.extend(measured("rebalance with little room", &managers, &clients, &options));
    Ok(figures)
}

fn measured(name: &str, managers: &[Manager], clients: &[Client], options: &Options) -> [Figure; 2] {
    let mut took: Vec<Duration> = Vec::with_capacity(TIMES);
    let mut proposed = propose(managers, clients, options);
    for _ in 0..TIMES {
        let began = Instant::now();
        proposed = propose(managers, clients, options);
        took.push(began.elapsed());
    }
    let time = median(took.iter().map(Duration::as_secs_f64));
    let ratio = proposed.moves.len() as f64 / (proposed.lower_bound.max(1)) as f64;
    let outcome = format!(
        "{name}: {} moves, bound {}, {} left, {} apart, {} above capacity",
        proposed.moves.len(),
        proposed.lower_bound,
        proposed.left.len(),
        proposed.split.len(),
        proposed.held.iter().map(|held| held.over).sum::<u64>()
    );
    [
        Figure::against(outcome, seconds(time), time <= SECONDS),
        Figure::against(format!("{name}: moves ÷ bound"), format!("{ratio:.3}"), ratio <= RATIO),
    ]
}

/// Ten managers a branch; of each hundred two left and two are away.
fn managers() -> Vec<Manager> {
    let manager = |number: u32| Manager {
        employee_ref: number,
        organisation_ref: 1 + number % BRANCHES,
        capacity: Capacity { total: Some(CAPACITY), tiers: BTreeMap::new() },
        // No divisor of the number of branches, so that those who are missing are spread over them.
        availability: match number % 97 {
            3 | 53 => Availability::Left,
            7 | 57 => Availability::Absent,
            _ => Availability::Present,
        },
        beyond: BTreeMap::new(),
    };
    (0..MANAGERS).map(manager).collect()
}

/// Households of one to three; one customer in four waits, some managers have far more than they take, and members of
/// one household in fifty have a manager of their own.
fn clients() -> Vec<Client> {
    let mut clients = Vec::with_capacity(CUSTOMERS as usize);
    let mut household = 0;
    while clients.len() < CUSTOMERS as usize {
        let mut random = Random::of(SEED, 1, household.into());
        let branch = random.below(BRANCHES.into()) as u32;
        // Managers of a branch are ten numbers apart by the number of branches; the first is liked most.
        let place = random.below(10).min(random.below(10)) as u32;
        let waits = random.chance(250_000);
        let is_split = random.chance(20_000);
        for member in 0..1 + random.below(3) as u32 {
            let place = if is_split { (place + member) % 10 } else { place };
            clients.push(Client {
                customer_ref: clients.len() as u32,
                organisation_ref: 1 + branch,
                tier_ref: 1 + random.below(4) as u8,
                household: Some(household),
                held_by: (!waits).then_some((branch + BRANCHES * place) as usize),
            });
        }
        household += 1;
    }
    clients.truncate(CUSTOMERS as usize);
    clients
}

/// Everybody serves every unit; half of the managers have a tenth too many of each tier, the others have room in the
/// first tier alone; in seven of ten households each member has a manager of the own.
fn crowded() -> (Vec<Manager>, Vec<Client>) {
    let mut clients = Vec::with_capacity(CUSTOMERS as usize);
    let mut limits = vec![BTreeMap::from([(1, 0), (2, 0), (3, 0), (4, 0)]); MANAGERS as usize];
    let mut household = 0;
    while clients.len() < CUSTOMERS as usize {
        let mut random = Random::of(SEED, 2, household.into());
        let unit = 1 + random.below(MANAGERS.into()) as u32;
        let members = if random.chance(300_000) { 1 } else { 2 + random.below(2) };
        for _ in 0..members {
            let (manager, tier_ref) = (random.below(MANAGERS.into()) as usize, 1 + random.below(4) as u8);
            *limits[manager].entry(tier_ref).or_default() += 1;
            clients.push(Client {
                customer_ref: clients.len() as u32,
                organisation_ref: unit,
                tier_ref,
                household: (members > 1).then_some(household),
                held_by: Some(manager),
            });
        }
        household += 1;
    }
    let manager = |(employee_ref, mut tiers): (u32, BTreeMap<u8, u32>)| {
        if employee_ref % 2 == 0 {
            tiers.values_mut().for_each(|limit| *limit -= *limit / 10);
        } else {
            tiers.entry(1).and_modify(|limit| *limit += 10);
        }
        Manager {
            employee_ref,
            organisation_ref: 0,
            capacity: Capacity { total: None, tiers },
            availability: Availability::Present,
            beyond: BTreeMap::new(),
        }
    };
    ((0..).zip(limits).map(manager).collect(), clients)
}
