//! The bank itself: head office, regional offices, branches, and who works there.

use chrono::NaiveDate;

use super::names;
use super::plan::Plan;
use super::random::Random;
use super::write::Line;
use crate::feed::{Batches, Stopped};

/// The root of the tree.
pub const HEAD_OFFICE: &str = "HO";

/// About one manager for a hundred customers of gold and above, who are about a tenth.
const CUSTOMERS_A_MANAGER: u64 = 1_000;
const TELLERS: u64 = 2;

/// Id of a regional office.
pub fn region_id(region: u64) -> String {
    format!("R{region:04}")
}

/// Id of a branch.
pub fn branch_id(branch: u64) -> String {
    format!("B{branch:05}")
}

/// Writes every organisation, parents first.
pub fn organisations(plan: &Plan, batches: &mut Batches) -> Result<(), Stopped> {
    batches.begin("organisations")?;
    Line::new(batches.line()).text("id", HEAD_OFFICE).text("name", "总行").text("level", "head_office").end();
    batches.end()?;
    for region in 0..plan.regions() {
        let mut line = Line::new(batches.line());
        line.text("id", &region_id(region)).text("parent_id", HEAD_OFFICE);
        line.text("name", &plan.region_name(region)).text("level", "region").end();
        batches.end()?;
    }
    for branch in 0..plan.branches() {
        let mut line = Line::new(batches.line());
        line.text("id", &branch_id(branch)).text("parent_id", &region_id(plan.region_of(branch)));
        line.text("name", &plan.branch_name(branch)).text("level", "branch").end();
        batches.end()?;
    }
    Ok(())
}

/// Number of organisations.
pub fn organisation_count(plan: &Plan) -> u64 {
    1 + plan.regions() + plan.branches()
}

fn managers(plan: &Plan) -> u64 {
    (plan.customers / plan.branches() / CUSTOMERS_A_MANAGER).max(1)
}

/// The roles of one branch, the manager of the branch first.
fn roles(plan: &Plan) -> impl Iterator<Item = &'static str> {
    let of = |role, count| std::iter::repeat_n(role, count as usize);
    of("branch_manager", 1).chain(of("manager", managers(plan))).chain(of("teller", TELLERS))
}

const HEAD_OFFICE_ROLES: &[&str] =
    &["marketing", "marketing", "marketing", "call_centre", "call_centre", "call_centre"];

/// Writes everybody who works at the bank.
pub fn employees(plan: &Plan, batches: &mut Batches) -> Result<(), Stopped> {
    batches.begin("employees")?;
    let mut number = 0;
    for role in HEAD_OFFICE_ROLES {
        employee(plan, number, HEAD_OFFICE, role, batches)?;
        number += 1;
    }
    for branch in 0..plan.branches() {
        for role in roles(plan) {
            employee(plan, number, &branch_id(branch), role, batches)?;
            number += 1;
        }
    }
    Ok(())
}

/// Number of employees.
pub fn employee_count(plan: &Plan) -> u64 {
    HEAD_OFFICE_ROLES.len() as u64 + plan.branches() * (1 + managers(plan) + TELLERS)
}

/// The tellers of a branch, by id.
pub fn teller_id(plan: &Plan, branch: u64, which: u64) -> String {
    employee_id(first_of(plan, branch) + 1 + managers(plan) + which % TELLERS)
}

/// The manager of a branch, by id.
pub fn head_id(plan: &Plan, branch: u64) -> String {
    employee_id(first_of(plan, branch))
}

/// The customer managers of a branch who have not left, by id.
pub fn manager_ids(plan: &Plan, branch: u64) -> Vec<String> {
    let first = first_of(plan, branch) + 1;
    let numbers = first..first + managers(plan);
    numbers.filter(|number| !Hired::of(plan, *number, "manager").has_left).map(employee_id).collect()
}

/// Number of the manager of a branch, whom the others of the branch follow.
fn first_of(plan: &Plan, branch: u64) -> u64 {
    HEAD_OFFICE_ROLES.len() as u64 + branch * (1 + managers(plan) + TELLERS)
}

fn employee_id(number: u64) -> String {
    format!("E{number:06}")
}

/// What chance says of an employee.
struct Hired {
    since: NaiveDate,
    name: String,
    /// Every twentieth manager has left: assignment and sales must not choose people who are gone.
    has_left: bool,
}

impl Hired {
    fn of(plan: &Plan, number: u64, role: &str) -> Self {
        let mut random = Random::of(plan.seed, 4, number);
        let since = plan.last_month.plus(-(random.between(1, 180) as i32)).first_day();
        let name = names::person(&mut random);
        Self { since, name, has_left: role == "manager" && random.chance(50_000) }
    }
}

fn employee(plan: &Plan, number: u64, at: &str, role: &str, batches: &mut Batches) -> Result<(), Stopped> {
    let hired = Hired::of(plan, number, role);
    let mut line = Line::new(batches.line());
    line.text("id", &employee_id(number)).text("organisation_id", at);
    line.text("name", &hired.name).text("role", role);
    line.text("active_from", &hired.since.to_string());
    if hired.has_left {
        line.text("active_to", &plan.last_month.plus(-1).last_day().to_string());
    }
    if role == "manager" || role == "teller" {
        line.raw("seller_share_bp", "7000").raw("referrer_share_bp", "3000");
    }
    line.end();
    batches.end()
}
