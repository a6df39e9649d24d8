//! Tasks at the workbench.

use app::churn::status_name;
use app::task::{self, Task, TaskError, TaskQuestion};
use domain::date::Day;
use serde::{Deserialize, Serialize};
use store::Connection;
use store::task::About;
use web::field::{Date, Instant, Text};
use web::page::{Listing, Part, foreign};
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope, Slug};

/// A step; the body may be absent.
#[derive(Deserialize, Default)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DoneBody {
    /// What was done.
    #[serde(default)]
    pub note: Option<Text>,
}

/// A sentence in both languages.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct TaskText {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A task.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct TaskAnswer {
    /// Its id.
    pub id: String,
    /// churn_alert | case_overdue.
    pub kind: &'static str,
    /// About whom.
    pub customer_id: String,
    /// Where the employee works; where nobody is named, the organisation that has to see to it.
    pub organisation_id: String,
    /// Who has to do it.
    pub employee_id: Option<String>,
    /// Of an alert: the tier that is in danger or lost.
    pub tier: Option<String>,
    /// Of an alert: observed | attention | churned.
    pub status: Option<&'static str>,
    /// The retention case that is overdue.
    pub case_id: Option<String>,
    /// Last day in time.
    pub due_on: Date,
    /// True when it is not done and the due date has passed.
    pub overdue: bool,
    /// What has to be done.
    pub text: TaskText,
    /// When it was done.
    pub done_at: Option<Instant>,
    /// Who did it.
    pub done_by: Option<String>,
    /// What was done.
    pub note: Option<String>,
}

fn shape(task: Task) -> TaskAnswer {
    let Task { row, overdue, words } = task;
    let kind = row.about.kind();
    let (tier, status, case_id) = match row.about {
        About::Alert { tier, status, .. } => (Some(tier), Some(status_name(status)), None),
        About::OverdueCase(number) => (None, None, Some(number.to_string())),
    };
    TaskAnswer {
        id: row.task_ref.to_string(),
        kind,
        customer_id: row.customer_id,
        organisation_id: row.organisation_id,
        employee_id: row.employee_id,
        tier,
        status,
        case_id,
        due_on: Date(Day::from_number(row.due_on)),
        overdue,
        text: TaskText { zh: words.zh, en: words.en },
        done_at: row.done_at.map(Instant),
        done_by: row.done_by,
        note: row.note,
    }
}

/// The problem of an error.
fn problem(error: TaskError) -> Problem {
    let text = error.to_string();
    match error {
        TaskError::UnknownTask => Problem::not_found(Slug::UnknownTask),
        TaskError::Done => Problem::conflict(Slug::WrongState, text),
        TaskError::Store(error) => error.into(),
    }
}

fn today(call: &Call) -> Day {
    call.today("Asia/Shanghai")
}

/// `GET /tasks`
fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let reach = call.reach_or_own(connection, call.query.id("organisation_id")?.as_ref())?;
    let question = TaskQuestion {
        done: call.query.flag("done")?,
        due_to: call.query.date("date")?,
        organisation_ref: reach.top.map(|(number, _)| number),
        employee_id: call.query.id("employee_id")?.map(|id| id.as_str().to_owned()),
    };
    let after = match page.after.as_deref() {
        None => (i64::MIN, 0),
        Some([Part::Integer(due_on), Part::Integer(number)]) => (*due_on, *number),
        Some(_) => return Err(foreign()),
    };
    let found = task::tasks(connection, &call.caller, &question, after, page.fetch(), today(call))
        .map_err(problem)?;
    let listing = page.list(found, |last| vec![i64::from(last.row.due_on).into(), last.row.task_ref.into()]);
    let items: Vec<TaskAnswer> = listing.items.into_iter().map(shape).collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}

/// `POST /tasks/{id}/done`
fn finish<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let number: i64 = call.parameter("id").parse().map_err(|_| Problem::not_found(Slug::UnknownTask))?;
    let body: DoneBody = if call.bytes().is_empty() { DoneBody::default() } else { call.body()? };
    let note = body.note.as_ref().map(|note| note.0.as_str());
    let done = call
        .atomically(connection, |connection| {
            task::finish(connection, &call.caller, number, note, (call.now_ms, today(call)))
        })
        .map_err(problem)?;
    Answer::json(&shape(done))
}

/// The routes of tasks.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    vec![
        Route {
            method: Method::Get,
            path: "/tasks",
            scope: Scope::ChurnRead,
            repeat: Repeat::Read,
            query: &["employee_id", "organisation_id", "date", "done", "limit", "cursor"],
            handler: list,
        },
        Route {
            method: Method::Post,
            path: "/tasks/{id}/done",
            scope: Scope::ChurnWrite,
            repeat: Repeat::Keyed,
            query: &[],
            handler: finish,
        },
    ]
}

/// What the routes of tasks say of themselves in the OpenAPI document.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    use web::openapi::Operation;

    vec![
        Operation::new(Method::Get, "/tasks", Scope::ChurnRead, Repeat::Read, "List tasks")
            .description(
                "Those that are not done, by due date. A task of an employee belongs to where the employee works; a \
                 customer manager's key sees its own alone.",
            )
            .query::<String>("employee_id", "Only those of this employee.")
            .query::<String>("organisation_id", "This organisation and those below it.")
            .query::<String>("date", "Only those due up to this date.")
            .query::<bool>("done", "Those that are done, instead of those that are not.")
            .paged()
            .answer::<Listing<TaskAnswer>>(200, "A page of tasks."),
        Operation::new(
            Method::Post,
            "/tasks/{id}/done",
            Scope::ChurnWrite,
            Repeat::Keyed,
            "Note that a task is done",
        )
        .body::<DoneBody>()
        .answer::<TaskAnswer>(200, "The task, done."),
    ]
}
