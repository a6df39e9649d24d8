//! Books of customers as a bank has them, the same for the same seed: branches with five managers and two units under
//! each, a few managers above them, people who left or are away, limits of tiers, households together and apart.

use super::*;

/// Numbers that are the same on each machine: splitmix64.
pub(super) struct Dice(pub u64);

impl Dice {
    /// 0 to `below`, without it.
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % below
    }
}

/// What is asked, whole.
#[derive(Debug)]
pub(super) struct Asked {
    pub managers: Vec<Manager>,
    pub clients: Vec<Client>,
    pub options: Options,
}

impl Asked {
    pub fn propose(&self) -> Proposed {
        propose(&self.managers, &self.clients, &self.options)
    }
}

/// The unit above all others.
const TOP: u32 = 1;

/// Number of a branch; the two units under it have the numbers that follow.
fn branch(number: u64) -> u32 {
    u32::try_from(number).expect("few branches") * 10 + 10
}

/// 200 customers a manager, of whom each takes 270 to 299 and not many of the two higher tiers; the first two of each
/// branch have more than they take. In five of six branches somebody is away or left; each twentieth household has
/// nobody; each fourth customer lives with others, of these households each tenth has two managers.
pub(super) fn book(seed: u64, size: u64, scope: Scope) -> Asked {
    let mut dice = Dice(seed);
    let staff = size / 200;
    let branches = (staff / 5).max(1);
    // The last one of each branch is new and has nobody.
    let managers = (0..staff + branches).map(|number| manager(&mut dice, number, branches)).collect();
    let mut clients: Vec<Client> = Vec::new();
    while (clients.len() as u64) < size {
        household(&mut dice, &mut clients, branches, staff);
    }
    let mut parents = BTreeMap::new();
    for number in 0..branches {
        let branch = branch(number);
        parents.extend([(branch, TOP), (branch + 1, branch), (branch + 2, branch)]);
    }
    Asked { managers, clients, options: Options { scope, parents } }
}

/// A book in which most of what is asked cannot be done: 200 customers a manager, all of whom serve every unit. Half of
/// the managers have a tenth too many of each tier; the others are full in all tiers but the first. Seven of ten
/// households have several members, each with a manager of the own.
pub(super) fn crowded(seed: u64, size: u64) -> Asked {
    let mut dice = Dice(seed);
    let staff = size / 200;
    let mut clients: Vec<Client> = Vec::new();
    let mut limits = vec![BTreeMap::from([(1, 0), (2, 0), (3, 0), (4, 0)]); staff as usize];
    while (clients.len() as u64) < size {
        let members = if dice.roll(10) < 3 { 1 } else { 2 + dice.roll(2) as u32 };
        let (household, unit) = (clients.len() as u32, branch(dice.roll(staff)));
        for member in 0..members {
            let (held_by, tier_ref) = (dice.roll(staff) as usize, 1 + dice.roll(4) as u8);
            *limits[held_by].entry(tier_ref).or_default() += 1;
            clients.push(Client {
                customer_ref: household + member,
                organisation_ref: unit,
                tier_ref,
                household: (members > 1).then_some(household),
                held_by: Some(held_by),
            });
        }
    }
    let manager = |(employee_ref, mut tiers): (u32, BTreeMap<u8, u32>)| {
        if employee_ref % 2 == 0 {
            tiers.values_mut().for_each(|limit| *limit -= *limit / 10);
        } else {
            tiers.entry(1).and_modify(|limit| *limit += 10);
        }
        Manager {
            employee_ref,
            organisation_ref: TOP,
            capacity: Capacity { total: None, tiers },
            availability: Availability::Present,
            beyond: BTreeMap::new(),
        }
    };
    let managers = (1..).zip(limits).map(manager).collect();
    let parents = (0..staff).map(|number| (branch(number), TOP)).collect();
    Asked { managers, clients, options: Options { scope: Scope::Rebalance, parents } }
}

fn manager(dice: &mut Dice, number: u64, branches: u64) -> Manager {
    let gone = number / branches == number % branches % 6;
    let availability = match (gone, number % 2) {
        (true, 0) => Availability::Absent,
        (true, _) => Availability::Left,
        (false, _) => Availability::Present,
    };
    let unit = if number % 50 == 49 { TOP } else { branch(number % branches) };
    let tiers = BTreeMap::from([(4, 34), (3, 66)]);
    Manager {
        employee_ref: u32::try_from(number).expect("few managers") + 1,
        organisation_ref: unit,
        capacity: Capacity { total: Some(270 + u32::try_from(dice.roll(30)).expect("small")), tiers },
        availability,
        beyond: BTreeMap::new(),
    }
}

fn household(dice: &mut Dice, clients: &mut Vec<Client>, branches: u64, staff: u64) {
    let members = [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4][dice.roll(12) as usize];
    let number = dice.roll(branches);
    // Managers of a branch are each `branches`-th; the first of them have more customers than the others.
    let of_branch = (staff - number).div_ceil(branches).max(1);
    let pick = |dice: &mut Dice| {
        let among = if dice.roll(4) == 0 { of_branch.min(2) } else { of_branch };
        (dice.roll(20) > 0).then(|| (number + branches * dice.roll(among)) as usize)
    };
    let (together, second) = (pick(dice), pick(dice));
    let is_apart = dice.roll(10) == 0;
    let unit = branch(number) + dice.roll(3) as u32;
    for member in 0..members {
        let customer_ref = u32::try_from(clients.len()).expect("a book");
        clients.push(Client {
            customer_ref,
            organisation_ref: unit,
            tier_ref: [1, 1, 1, 1, 2, 2, 2, 3, 3, 4][dice.roll(10) as usize],
            household: (members > 1).then_some(customer_ref - member),
            held_by: if is_apart && member == 0 { second } else { together },
        });
    }
}
