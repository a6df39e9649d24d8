//! Retention cases: opened for a customer who may leave, taken from step to step, handed over, escalated, counted.

use domain::date::Day;
use domain::retention::{CaseState, Transition, due_date, works_on};
use store::churn_case::{
    CaseFilter, CaseRow, CaseView, Grouping, NewStep, OutcomeCounts, OutcomeFilter, OutcomeRow, StepRow,
};
use store::{Connection, StoreError};

use crate::access::Caller;

/// Why a case was not opened, shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// No case of this number, or one of a customer whom the caller does not see.
    #[error("the retention case is not known")]
    UnknownCase,
    /// No customer of this id, or one whom the caller does not see.
    #[error("the customer is not known")]
    UnknownCustomer,
    /// No scheme has a tier of this code.
    #[error("no scheme has this tier")]
    UnknownTier,
    /// No alert of this number about this customer.
    #[error("the customer has no alert of this id")]
    UnknownAlert,
    /// No employee of this id, or one of another part of the bank; told alike, so that nobody learns who works where.
    #[error("no employee of this id works at the customer's organisation or above it")]
    UnknownOwner,
    /// The employee has not begun to work, or works no longer.
    #[error("the employee does not work today")]
    OwnerAway,
    /// The due date has passed.
    #[error("the due date lies in the past")]
    DueInPast,
    /// A case of the customer is not closed.
    #[error("the customer has a retention case that is not closed")]
    AlreadyOpen,
    /// The step does not follow from the case's state.
    #[error("the retention case is {is}; this step does not follow")]
    State {
        /// Its state.
        is: &'static str,
    },
    /// Neither an owner nor a due date was given.
    #[error("an owner or a due date is asked for")]
    NothingToAssign,
    /// The first day of a span comes after its last.
    #[error("from is after to")]
    Span,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who acts, and when.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// Who.
    pub caller: &'a Caller,
    /// The edge's clock, in milliseconds.
    pub now_ms: i64,
    /// The business day of `now_ms`.
    pub today: Day,
}

impl<'a> Act<'a> {
    fn step(self, churn_case_ref: i64, step: &'a str, note: Option<&'a str>) -> NewStep<'a> {
        let person = &self.caller.person;
        NewStep { churn_case_ref, step, note, person, at: self.now_ms, owner_ref: None, due_on: None }
    }
}

/// A case to be opened.
#[derive(Clone, Debug, Default)]
pub struct NewCase {
    /// Whose.
    pub customer_id: String,
    /// The tier that is in danger or lost; the alert's when absent.
    pub tier_code: Option<String>,
    /// The alert that it answers.
    pub alert: Option<i64>,
    /// Why the customer may leave, in a person's words.
    pub reason: Option<String>,
    /// The employee who takes care of it.
    pub owner_id: Option<String>,
    /// Last day in time; two weeks from today when absent.
    pub due_on: Option<Day>,
    /// For the history.
    pub note: Option<String>,
}

/// What changes when a case is handed over.
#[derive(Clone, Debug, Default)]
pub struct Handover {
    /// The employee who takes care of it from now on.
    pub owner_id: Option<String>,
    /// The new last day in time.
    pub due_on: Option<Day>,
    /// For the history.
    pub note: Option<String>,
}

/// Opens a case of a customer who has none that is not closed. Call it inside a transaction.
pub fn open_case<C: Connection>(
    connection: &mut C,
    act: Act<'_>,
    new: &NewCase,
) -> Result<CaseView, CaseError> {
    let customer = store::member::by_id(connection, &new.customer_id)?.ok_or(CaseError::UnknownCustomer)?;
    if !act.caller.sees(connection, &customer)? {
        return Err(CaseError::UnknownCustomer);
    }
    let alert = match new.alert {
        None => None,
        Some(number) => Some(
            store::churn_alert::by_ref(connection, number)?
                .filter(|alert| alert.customer_id == customer.customer_id)
                .ok_or(CaseError::UnknownAlert)?,
        ),
    };
    if let Some(code) = &new.tier_code
        && !store::tier::tier_codes(connection)?.values().any(|known| known == code)
    {
        return Err(CaseError::UnknownTier);
    }
    let owner_ref = match &new.owner_id {
        None => None,
        Some(id) => Some(owner(connection, act.today, id, customer.organisation_ref)?),
    };
    let due_on = due_date(new.due_on, act.today).ok_or(CaseError::DueInPast)?;
    if store::churn_case::has_unclosed(connection, customer.customer_ref)? {
        return Err(CaseError::AlreadyOpen);
    }
    let row = CaseRow {
        churn_case_ref: 0,
        customer_ref: customer.customer_ref,
        tier_code: new.tier_code.clone().or_else(|| alert.as_ref().map(|alert| alert.tier_code.clone())),
        churn_alert_ref: alert.map(|alert| alert.churn_alert_ref),
        state: CaseState::Open,
        reason: new.reason.clone(),
        owner_ref,
        due_on: due_on.number(),
        opened_on: act.today.number(),
        opened_by: act.caller.person.clone(),
        opened_at: act.now_ms,
        closed_at: None,
        escalated_on: None,
        escalated_to_ref: None,
    };
    let number = store::churn_case::add(connection, &row)?;
    let step = act.step(number, "open", new.note.as_deref());
    let step = NewStep { owner_ref, due_on: Some(row.due_on), ..step };
    store::churn_case::add_steps(connection, [step])?;
    case(connection, act.caller, number)
}

/// The number of an employee who may own a case of a customer of that organisation: who works today, at it or above it.
/// Nobody else would see the customer.
fn owner<C: Connection>(
    connection: &mut C,
    today: Day,
    employee_id: &str,
    customers_organisation: u32,
) -> Result<u32, CaseError> {
    let found = store::employee::find(connection, [employee_id])?.pop();
    let (_, employee) = found.ok_or(CaseError::UnknownOwner)?;
    if !store::api_client::lies_under(connection, customers_organisation, employee.organisation_ref)? {
        return Err(CaseError::UnknownOwner);
    }
    let (first, last) =
        (employee.active_from.map(Day::from_number), employee.active_to.map(Day::from_number));
    if works_on(first, last, today) { Ok(employee.employee_ref) } else { Err(CaseError::OwnerAway) }
}

/// The case of a number, if the caller sees its customer.
pub fn case<C: Connection>(connection: &mut C, caller: &Caller, number: i64) -> Result<CaseView, CaseError> {
    let found = store::churn_case::by_ref(connection, number)?.ok_or(CaseError::UnknownCase)?;
    let own = caller.own.is_none_or(|own| found.row.owner_ref == Some(own));
    if own && caller.covers(connection, found.organisation_ref)? {
        Ok(found)
    } else {
        Err(CaseError::UnknownCase)
    }
}

/// The steps of a case, the earliest first.
pub fn case_steps<C: Connection>(connection: &mut C, number: i64) -> Result<Vec<StepRow>, CaseError> {
    Ok(store::churn_case::steps(connection, number)?)
}

/// Cases after a number, by number.
pub fn cases<C: Connection>(
    connection: &mut C,
    filter: &CaseFilter,
    after: i64,
    limit: u32,
) -> Result<Vec<CaseView>, CaseError> {
    Ok(store::churn_case::page(connection, filter, after, limit)?)
}

/// Takes a step; one that closes the case ends its tasks. Call it inside a transaction.
pub fn take_step<C: Connection>(
    connection: &mut C,
    act: Act<'_>,
    number: i64,
    transition: Transition,
    note: Option<&str>,
) -> Result<CaseView, CaseError> {
    let mut row = case(connection, act.caller, number)?.row;
    row.state = row.state.after(transition).ok_or(CaseError::State { is: row.state.name() })?;
    row.closed_at = row.state.is_closed().then_some(act.now_ms);
    store::churn_case::save(connection, &row)?;
    store::churn_case::add_steps(connection, [act.step(number, transition.name(), note)])?;
    if row.state.is_closed() {
        // Nobody has to see to it any more that it is overdue.
        let case = (row.customer_ref, number);
        store::task::end_of_case(connection, case, &act.caller.person, act.now_ms)?;
    }
    case(connection, act.caller, number)
}

/// Gives a case that is not closed to another owner, or until another day. Call it inside a transaction.
pub fn hand_over<C: Connection>(
    connection: &mut C,
    act: Act<'_>,
    number: i64,
    handover: &Handover,
) -> Result<CaseView, CaseError> {
    let found = case(connection, act.caller, number)?;
    let (mut row, mut step) = (found.row, act.step(number, "assign", handover.note.as_deref()));
    if row.state.is_closed() {
        return Err(CaseError::State { is: row.state.name() });
    }
    if handover.owner_id.is_none() && handover.due_on.is_none() {
        return Err(CaseError::NothingToAssign);
    }
    if let Some(id) = &handover.owner_id {
        row.owner_ref = Some(owner(connection, act.today, id, found.organisation_ref)?);
        step.owner_ref = row.owner_ref;
    }
    if handover.due_on.is_some() {
        row.due_on = due_date(handover.due_on, act.today).ok_or(CaseError::DueInPast)?.number();
        step.due_on = Some(row.due_on);
    }
    store::churn_case::save(connection, &row)?;
    store::churn_case::add_steps(connection, [step])?;
    // Whom the case was given to, a caller who sees own cases only may no longer see.
    store::churn_case::by_ref(connection, number)?.ok_or(CaseError::UnknownCase)
}

/// What became of cases.
#[derive(Clone, Debug)]
pub struct Outcomes {
    /// Over all groups.
    pub total: OutcomeCounts,
    /// The largest first.
    pub groups: Vec<OutcomeRow>,
}

/// Counts the cases that were opened from one day to another.
pub fn outcomes<C: Connection>(
    connection: &mut C,
    grouping: Grouping,
    (from, to): (Day, Day),
    organisation_ref: Option<u32>,
    today: Day,
) -> Result<Outcomes, CaseError> {
    if from > to {
        return Err(CaseError::Span);
    }
    let filter =
        OutcomeFilter { from: from.number(), to: to.number(), organisation_ref, due_before: today.number() };
    let groups = store::churn_case::outcomes(connection, grouping, &filter)?;
    let total = groups.iter().fold(OutcomeCounts::default(), |sum, group| OutcomeCounts {
        opened: sum.opened + group.counts.opened,
        won_back: sum.won_back + group.counts.won_back,
        lost: sum.lost + group.counts.lost,
        dismissed: sum.dismissed + group.counts.dismissed,
        unclosed: sum.unclosed + group.counts.unclosed,
        overdue: sum.overdue + group.counts.overdue,
    });
    Ok(Outcomes { total, groups })
}

#[cfg(test)]
mod tests;
