//! Tells employees of adjustments of a sale: whose credit changes, who may decide, who asked. A message names the sale
//! and the recipient's own credit, and no customer.

use std::collections::{BTreeMap, BTreeSet};

use domain::intake;
use domain::sale::{Role, Share};
use domain::strategy::Words;
use serde::Serialize;
use store::sale::SaleRow;
use store::sale_adjustment::{AdjustmentRow, AdjustmentState};
use store::{Connection, StoreError};

use crate::organisation::Tree;
use crate::outbox::{Mail, is_at_work};
use crate::points::Moment;

/// What messages are about.
const TOPIC: &str = "sale.adjustment";

/// Writes a message to each employee at work whom an adjustment in its present state concerns, in the caller's
/// transaction. `before` is who is credited without it. The id comes from adjustment, state and employee, so that the
/// same news has the same id.
pub(super) fn tell<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    (sale, row): (&SaleRow, &AdjustmentRow),
    before: &[Share],
) -> Result<(), StoreError> {
    let changes =
        |employee_ref: &u32| credits_of(before, *employee_ref) != credits_of(&row.credits, *employee_ref);
    let mut told: BTreeSet<u32> =
        before.iter().chain(&row.credits).filter(is_somebodys).map(|share| share.employee_ref).collect();
    told.retain(changes);
    let place = store::api_client::employee(connection, &row.created_by)?;
    let author = place.map(|place| place.employee_ref);
    let mut deciders = BTreeSet::new();
    match row.state {
        AdjustmentState::Submitted => {
            told.retain(|employee_ref| Some(*employee_ref) != author);
            let is_barred =
                |employee_ref: u32| Some(employee_ref) == author || gains(before, &row.credits, employee_ref);
            deciders = who_may_decide(connection, moment, sale, is_barred)?;
            told.extend(&deciders);
        }
        AdjustmentState::Booked => {}
        AdjustmentState::Rejected => told.extend(author),
    }
    let told: Vec<u32> = told.into_iter().collect();
    let mut messages = Vec::with_capacity(told.len());
    for person in store::assignment_proposal::people(connection, &told)? {
        if !is_at_work(&person, moment.today) {
            continue;
        }
        let (number, state) = (row.sale_adjustment_ref, row.state);
        let decides = deciders.contains(&person.employee_ref);
        let mail = Mail {
            topic: TOPIC,
            message_id: format!("sale-adjustment-{number}-{}-e{}", state.name(), person.employee_ref),
            // Whoever sees the organisation that sold sees the sale.
            organisation_ref: sale.organisation_ref,
            news: News {
                sale: SaleName { source: &sale.source, id: &sale.transaction_id },
                adjustment_id: number.to_string(),
                state: state.name(),
                decides,
                credits_before: shown(before, person.employee_ref),
                credits: shown(&row.credits, person.employee_ref),
            },
            words: words(sale, state, decides),
        };
        messages.push(mail.message(&person, moment.now_ms)?);
    }
    store::outbox::add(connection, messages)?;
    Ok(())
}

/// True when an employee is credited with more of a sale afterwards.
pub(super) fn gains(before: &[Share], after: &[Share], employee_ref: u32) -> bool {
    let own_bp = |shares: &[Share]| credits_of(shares, employee_ref).values().sum::<u32>();
    own_bp(after) > own_bp(before)
}

/// The branch managers at work who are not barred: those of the organisation that sold, or else of the nearest above
/// that has one.
fn who_may_decide<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    sale: &SaleRow,
    is_barred: impl Fn(u32) -> bool,
) -> Result<BTreeSet<u32>, StoreError> {
    let head = intake::Role::NAMES.iter().find(|(_, role)| *role == intake::Role::BranchManager);
    let mut heads = store::recipient::of_role(connection, head.map_or("", |(name, _)| name))?;
    heads.retain(|head| is_at_work(head, moment.today) && !is_barred(head.employee_ref));
    let tree = Tree::load(connection)?;
    let is_headed = |unit: &u32| heads.iter().any(|head| head.organisation_ref == *unit);
    let nearest = tree.upwards(sale.organisation_ref).find(is_headed);
    let of_nearest = heads.iter().filter(|head| Some(head.organisation_ref) == nearest);
    Ok(of_nearest.map(|head| head.employee_ref).collect())
}

/// False for the part of the organisation itself.
fn is_somebodys(share: &&Share) -> bool {
    share.role != Role::Organisation
}

/// What an employee is credited with, by role.
fn credits_of(shares: &[Share], employee_ref: u32) -> BTreeMap<Role, u32> {
    let own = shares.iter().filter(is_somebodys).filter(|share| share.employee_ref == employee_ref);
    own.map(|share| (share.role, share.share_bp)).collect()
}

/// What programs read of a message.
#[derive(Serialize)]
struct News<'a> {
    sale: SaleName<'a>,
    adjustment_id: String,
    /// submitted | booked | rejected.
    state: &'static str,
    /// The recipient is asked to decide.
    decides: bool,
    /// What the recipient is credited with without the adjustment.
    credits_before: Vec<Credit>,
    /// With it.
    credits: Vec<Credit>,
}

#[derive(Serialize)]
struct SaleName<'a> {
    source: &'a str,
    id: &'a str,
}

#[derive(Serialize)]
struct Credit {
    role: &'static str,
    share_bp: u32,
}

fn shown(shares: &[Share], employee_ref: u32) -> Vec<Credit> {
    let credits = credits_of(shares, employee_ref).into_iter();
    credits.map(|(role, share_bp)| Credit { role: role.name(), share_bp }).collect()
}

fn words(sale: &SaleRow, state: AdjustmentState, decides: bool) -> Words {
    let name = format!("{}/{}", sale.source, sale.transaction_id);
    let (zh, en) = match state {
        AdjustmentState::Submitted if decides => (
            format!("销售 {name} 的归属调整等待您决定。"),
            format!("An adjustment of the credit of sale {name} waits for you to decide."),
        ),
        AdjustmentState::Submitted => (
            format!("有人申请调整销售 {name} 的归属，您的份额将会变动，正等待他人批准。"),
            format!("An adjustment of sale {name} that would change your credit waits for another person."),
        ),
        AdjustmentState::Booked => (
            format!("销售 {name} 的归属已调整，您的份额有变动。"),
            format!("The credit of sale {name} was adjusted, and yours has changed."),
        ),
        AdjustmentState::Rejected => (
            format!("销售 {name} 的归属调整申请被拒绝，归属不变。"),
            format!("An adjustment of the credit of sale {name} was rejected, and nothing has changed."),
        ),
    };
    Words { zh, en }
}
