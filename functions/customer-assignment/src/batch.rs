//! Many assignments at once: items, lines, a file of CSV, or all customers of a filter.

use app::assignment::{self, AssignmentError, BatchOutcome, NewAssignment, NewShare, Selection};
use domain::assignment::SharesError;
use domain::date::Day;
use serde::{Deserialize, Serialize};
use store::Connection;
use web::body::{GREATEST_RECORDS, record};
use web::field::{Date, IdText, Text};
use web::{Answer, Call, FieldError, Problem};

use crate::csv;
use crate::problem::{of_assignment, pointer};
use crate::proposals::moment;
use crate::wire::{AssignmentBody, AssignmentMove, ManagerBody, shape_move, shares};

/// Errors that an answer names.
const NAMED_ERRORS: usize = 100;

/// Which customers a batch is about; all that is said has to hold.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignmentFilterBody {
    /// Customers of this organisation and those below it.
    organisation_id: IdText,
    /// Who hold this tier now.
    #[serde(default)]
    tier: Option<IdText>,
    /// Of whom this employee has a share on the first day.
    #[serde(default)]
    manager_id: Option<IdText>,
    /// Only who waits for a manager on the first day.
    #[serde(default)]
    waiting: bool,
}

/// Many assignments: items, each whole; or a filter with the managers of all its customers.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignmentBatchBody {
    /// Assignments; or `filter`.
    #[serde(default)]
    items: Option<Vec<AssignmentBody>>,
    /// Whose; or `items`.
    #[serde(default)]
    filter: Option<AssignmentFilterBody>,
    /// With a filter: the managers of all its customers.
    #[serde(default)]
    managers: Option<Vec<ManagerBody>>,
    /// With a filter: the first day.
    #[serde(default)]
    from: Option<Date>,
    /// With a filter: why.
    #[serde(default)]
    reason: Option<Text>,
    /// Says what would happen, and changes nothing.
    #[serde(default)]
    dry_run: bool,
}

/// What is wrong with an assignment of a batch.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct AssignmentLineError {
    /// Line of the body, or place of the item, from 1; of a filter the place of the customer.
    pub(crate) line: u32,
    /// Where in the assignment.
    pub(crate) pointer: String,
    /// What.
    detail: String,
}

impl AssignmentLineError {
    /// The error of a line.
    pub(crate) fn new(line: u32, error: FieldError) -> Self {
        Self { line, pointer: error.pointer, detail: error.detail }
    }
}

/// What a batch came to, or would come to.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct AssignmentBatchAnswer {
    /// Assignments that were made.
    accepted: u64,
    /// Of them, how many wait for a second person.
    submitted: u64,
    /// Customers who were refused.
    rejected: u64,
    /// True when nothing was changed.
    dry_run: bool,
    /// The first 100 of what was refused.
    errors: Vec<AssignmentLineError>,
    /// The first 100 of what was accepted.
    moves: Vec<AssignmentMove>,
}

/// An assignment of a batch.
pub(crate) struct Item {
    /// Its line or place.
    pub(crate) line: u32,
    /// The lines of its managers, where each has its own.
    pub(crate) manager_lines: Vec<u32>,
    /// Whose.
    pub(crate) customer_id: String,
    /// Who.
    pub(crate) managers: Vec<NewShare>,
    /// First day.
    pub(crate) from: Day,
    /// Why.
    pub(crate) reason: String,
}

impl Item {
    fn of(line: u32, body: AssignmentBody) -> Self {
        Self {
            line,
            manager_lines: Vec::new(),
            customer_id: body.customer_id.0.as_str().to_owned(),
            managers: shares(body.managers),
            from: body.from.0,
            reason: body.reason.0,
        }
    }

    fn wanted(&self) -> NewAssignment<'_> {
        let (customer_id, reason) = (self.customer_id.as_str(), self.reason.as_str());
        NewAssignment { customer_id, managers: &self.managers, from: self.from, reason }
    }

    /// The line that an error is about.
    fn line_of(&self, error: &AssignmentError) -> u32 {
        match error {
            AssignmentError::UnknownEmployee { place }
            | AssignmentError::Away { place }
            | AssignmentError::Shares(SharesError::Twice { place } | SharesError::Share { place }) => {
                self.manager_lines.get(*place).copied().unwrap_or(self.line)
            }
            _ => self.line,
        }
    }
}

/// The line of a place that counts from 0.
pub(crate) fn line(place: usize) -> u32 {
    u32::try_from(place + 1).unwrap_or(u32::MAX)
}

/// Refuses more items than a request may have.
pub(crate) fn check_size(items: usize) -> Result<(), Problem> {
    if items > GREATEST_RECORDS {
        return Err(Problem::too_large("a request has at most 100000 records"));
    }
    Ok(())
}

/// The answer to a batch; `unreadable` never came to be judged.
pub(crate) fn answer(
    outcome: BatchOutcome,
    unreadable: Vec<AssignmentLineError>,
    line_of: impl Fn(usize, &AssignmentError) -> u32,
    dry_run: bool,
) -> Result<Answer, Problem> {
    let mut errors = unreadable;
    for (place, refusal) in outcome.refused {
        // What goes wrong on our side is no matter of a row.
        if let AssignmentError::Store(error) = refusal {
            return Err(error.into());
        }
        let line = line_of(place, &refusal);
        let (pointer, detail) = (pointer(&refusal), refusal.to_string());
        errors.push(AssignmentLineError { line, pointer, detail });
    }
    let rejected = errors.len() as u64;
    errors.sort_by_key(|error| error.line);
    errors.truncate(NAMED_ERRORS);
    Answer::json(&AssignmentBatchAnswer {
        accepted: outcome.accepted,
        submitted: outcome.submitted,
        rejected,
        dry_run,
        errors,
        moves: outcome.moves.into_iter().map(shape_move).collect(),
    })
}

/// `POST /assignments/batch`
pub(crate) fn create<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let dry_run = call.query.flag("dry_run")?;
    let content_type = call.header("content-type").unwrap_or("").split(';').next().unwrap_or("").trim();
    if content_type.eq_ignore_ascii_case("text/csv") {
        let (items, unreadable) = csv::items(call.bytes())?;
        return assign(connection, call, &items, unreadable, dry_run);
    }
    let lines = ["application/x-ndjson", "application/ndjson", "application/jsonl"];
    if lines.iter().any(|lines| content_type.eq_ignore_ascii_case(lines)) {
        let (mut items, mut unreadable) = (Vec::new(), Vec::new());
        for (line, bytes) in call.records()? {
            match record(bytes) {
                Ok(body) => items.push(Item::of(line, body)),
                Err(error) => unreadable.push(AssignmentLineError::new(line, error)),
            }
        }
        return assign(connection, call, &items, unreadable, dry_run);
    }
    named(connection, call, dry_run)
}

/// The batch of a JSON body.
fn named<C: Connection>(connection: &mut C, call: &Call, dry_run: bool) -> Result<Answer, Problem> {
    let body: AssignmentBatchBody = call.body()?;
    let dry_run = dry_run || body.dry_run;
    match (body.items, body.filter) {
        (Some(items), None) => {
            check_size(items.len())?;
            if body.managers.is_some() || body.from.is_some() || body.reason.is_some() {
                return Err(Problem::rule("", "managers, from and reason belong to a filter"));
            }
            let items = items.into_iter().enumerate().map(|(place, body)| Item::of(line(place), body));
            assign(connection, call, &items.collect::<Vec<_>>(), Vec::new(), dry_run)
        }
        (None, Some(filter)) => {
            let missing = |name: &str| Problem::rule(format!("/{name}"), "with a filter this is asked for");
            let managers = shares(body.managers.ok_or_else(|| missing("managers"))?);
            let from = body.from.ok_or_else(|| missing("from"))?.0;
            let reason = body.reason.ok_or_else(|| missing("reason"))?.0;
            by_filter(connection, call, &filter, (managers.as_slice(), from, reason.as_str()), dry_run)
        }
        _ => Err(Problem::rule("", "either items or filter is asked for")),
    }
}

fn assign<C: Connection>(
    connection: &mut C,
    call: &Call,
    items: &[Item],
    unreadable: Vec<AssignmentLineError>,
    dry_run: bool,
) -> Result<Answer, Problem> {
    let wanted: Vec<NewAssignment<'_>> = items.iter().map(Item::wanted).collect();
    let outcome = call.atomically(connection, |connection| {
        assignment::assign_many(connection, moment(call), &call.caller, &wanted, dry_run)
    })?;
    let line_of =
        |place: usize, error: &AssignmentError| items.get(place).map_or(0, |item: &Item| item.line_of(error));
    answer(outcome, unreadable, line_of, dry_run)
}

fn by_filter<C: Connection>(
    connection: &mut C,
    call: &Call,
    filter: &AssignmentFilterBody,
    (managers, from, reason): (&[NewShare], Day, &str),
    dry_run: bool,
) -> Result<Answer, Problem> {
    let reach = call.reach(connection, Some(&filter.organisation_id.0))?;
    let selection = Selection {
        organisation_ref: reach.top.as_ref().map(|(number, _)| *number),
        organisations: reach.organisations.as_deref(),
        tier: filter.tier.as_ref().map(|code| code.0.as_str()),
        manager_id: filter.manager_id.as_ref().map(|id| id.0.as_str()),
        waiting: filter.waiting,
    };
    let work = |connection: &mut C| -> Result<BatchOutcome, AssignmentError> {
        let ids = assignment::select(connection, &call.caller, selection, from)?;
        let wanted = ids.iter().map(|id| NewAssignment { customer_id: id.as_str(), managers, from, reason });
        let wanted: Vec<NewAssignment<'_>> = wanted.collect();
        Ok(assignment::assign_many(connection, moment(call), &call.caller, &wanted, dry_run)?)
    };
    let outcome = call.atomically(connection, work).map_err(of_assignment)?;
    answer(outcome, Vec::new(), |place, _| line(place), dry_run)
}
