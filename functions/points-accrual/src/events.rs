//! Events that earn points.

use app::intake::{Entry, Outcome};
use app::points::Moment;
use app::points::accrual::{self, AccrualError, Accrued, Event, Single};
use serde::{Deserialize, Serialize};
use store::Connection;
use web::{Answer, BatchReport, Call, FieldError, Method, Problem, Repeat, Route, Scope, Slug, body};

mod answer;
mod reason;
mod wire;

use answer::{explained, given, tried};
use reason::Language;
use wire::PointsEvent;

/// Decisions that one replay makes again, unless it is told otherwise, and at most.
const REPLAYED: u32 = 10_000;
const MOST_REPLAYED: u32 = 100_000;

/// Which decisions are made again.
#[derive(Debug, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PointsReplayBody {
    /// How many at most, 1 to 100 000; 10 000 when absent.
    pub limit: Option<u32>,
    /// Where to go on: `last` of the replay before.
    pub after: Option<i64>,
}

/// What a replay found.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct PointsReplayAnswer {
    /// Decisions that were made again.
    pub checked: u64,
    /// Those that came out differently.
    pub differences: u64,
    /// The first hundred of them.
    pub differing: Vec<answer::PointsEventId>,
    /// The last event that was looked at.
    pub last: i64,
}

/// Routes of events.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let post = |path, handler| Route {
        method: Method::Post,
        path,
        scope: Scope::PointsWrite,
        repeat: Repeat::Natural,
        query: &[],
        handler,
    };
    vec![
        post("/points/events", take),
        Route { scope: Scope::PointsRead, ..post("/points/events/dry-run", dry_run) },
        post("/points/replays", replay),
        Route {
            method: Method::Get,
            path: "/points/events/{source}/{id}",
            scope: Scope::PointsRead,
            repeat: Repeat::Read,
            query: &["lang"],
            handler: show,
        },
    ]
}

/// The operations of events, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    use web::openapi::Operation;

    let post =
        |path, summary| Operation::new(Method::Post, path, Scope::PointsWrite, Repeat::Natural, summary);
    vec![
        post("/points/events", "Take events that earn points")
            .description(
                "Each source and id once for ever: the same event again gets its first answer with Idempotency-Hit: \
                 true, something else under it gets 422. One object is answered with what it earned and why; an array \
                 or lines with counts, where good events are kept and bad ones named. A refund takes back what its \
                 original earned, and waits when it comes first.",
            )
            .records::<PointsEvent<'static>>()
            .answer::<TakenAnswer>(200, "What a single event earned and why, or what became of a batch.")
            .plain_answer(204, "Everything was kept and Prefer: return=minimal was sent.", ""),
        Operation::new(
            Method::Post,
            "/points/events/dry-run",
            Scope::PointsRead,
            Repeat::Natural,
            "Show what an event would earn",
        )
        .description("By the same path as an event that is taken, without writing anything.")
        .body::<PointsEvent<'static>>()
        .answer::<answer::DryRunAnswer>(200, "What it would earn and why."),
        post("/points/replays", "Make decisions again and compare")
            .description(
                "With the versions of rules, the facts and the limits of that time. Only with a key that sees the \
                 whole bank.",
            )
            .body::<PointsReplayBody>()
            .answer::<PointsReplayAnswer>(200, "What differs."),
        Operation::new(
            Method::Get,
            "/points/events/{source}/{id}",
            Scope::PointsRead,
            Repeat::Read,
            "Show what an event earned and why",
        )
        .query::<String>("lang", "zh (default) or en.")
        .answer::<answer::PointsEventView>(200, "The event, with the reasons as sentences."),
    ]
}

/// What `POST /points/events` answers: the one to a single object, the other to a batch.
#[cfg(not(target_arch = "wasm32"))]
enum TakenAnswer {}

#[cfg(not(target_arch = "wasm32"))]
impl schemars::JsonSchema for TakenAnswer {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TakenPointsEvents".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let single = generator.subschema_for::<answer::PointsEventAnswer>();
        let batch = generator.subschema_for::<BatchReport>();
        schemars::json_schema!({ "oneOf": [single, batch] })
    }
}

fn problem(error: AccrualError) -> Problem {
    let text = error.to_string();
    match error {
        AccrualError::Another => {
            Problem::new(Slug::KeyReused, "the source and id belong to another event").at("/id", text)
        }
        AccrualError::Refused { pointer, detail } => Problem::rule(pointer, detail),
        AccrualError::UnknownEvent => Problem::not_found(Slug::UnknownEvent),
        AccrualError::Store(error) => error.into(),
    }
}

fn moment(call: &Call) -> Moment<'_> {
    Moment { now_ms: call.now_ms, today: call.today("Asia/Shanghai"), person: &call.caller.person }
}

fn broken(FieldError { pointer, detail }: FieldError) -> Problem {
    Problem::rule(pointer, detail)
}

/// `POST /points/events`
fn take<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    call.whole_parts_only()?;
    let cut = call.records()?;
    match cut.as_slice() {
        [(_, bytes)] if call.is_object() => take_one(connection, call, bytes),
        _ => take_batch(connection, call, &cut),
    }
}

fn take_one<C: Connection>(connection: &mut C, call: &Call, bytes: &[u8]) -> Result<Answer, Problem> {
    let event: PointsEvent<'_> = body::parse(bytes)?;
    event.check(call.now_ms).map_err(broken)?;
    call.atomically(connection, |connection| -> Result<Answer, Problem> {
        let single = accrual::accrue_single(connection, moment(call), &call.caller, event.event());
        match single.map_err(problem)? {
            Single::Now { points_event_ref, earned } => {
                let answer = Answer::json(&given(earned, None))?;
                let text = String::from_utf8_lossy(&answer.body);
                accrual::keep_answer(connection, points_event_ref, &text)?;
                Ok(call.minimal().unwrap_or(answer))
            }
            Single::Answered(text) => Ok(repeated(call, Answer::json_text(text))),
            Single::Before(earned) => Ok(repeated(call, Answer::json(&given(earned, None))?)),
        }
    })
}

fn repeated(call: &Call, answer: Answer) -> Answer {
    call.minimal().unwrap_or(answer).header("idempotency-hit", "true")
}

fn take_batch<C: Connection>(
    connection: &mut C,
    call: &Call,
    cut: &[(u32, &[u8])],
) -> Result<Answer, Problem> {
    let mut events: Vec<(usize, PointsEvent<'_>)> = Vec::with_capacity(cut.len());
    let mut report = BatchReport::default();
    for (index, (line, bytes)) in cut.iter().enumerate() {
        let read = body::record::<PointsEvent<'_>>(bytes);
        match read.and_then(|event| event.check(call.now_ms).map(|()| event)) {
            Ok(event) => events.push((index, event)),
            Err(error) => report.refuse(*line, error),
        }
    }
    let entries: Vec<Entry<Event<'_>>> =
        events.iter().map(|(index, event)| Entry { index: *index, record: event.event() }).collect();
    let accrued = if entries.is_empty() {
        Accrued::default()
    } else {
        let within = call.caller.organisation;
        call.atomically(connection, |connection| accrual::accrue(connection, moment(call), within, &entries))
            .map_err(problem)?
    };
    let Accrued { accepted, duplicates, rejected } = accrued;
    report.take(Outcome { accepted, duplicates, rejected }, |index| cut[index].0);
    report.answer(call, "no event was kept")
}

/// `POST /points/events/dry-run`
fn dry_run<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    call.whole_parts_only()?;
    let event: PointsEvent<'_> = body::parse(call.bytes())?;
    event.check(call.now_ms).map_err(broken)?;
    let dry = accrual::dry_run(connection, moment(call), &call.caller, &event.event()).map_err(problem)?;
    Answer::json(&tried(dry))
}

/// `GET /points/events/{source}/{id}`
fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let language = call.query.read("lang", Language::parse)?.unwrap_or(Language::Chinese);
    let (source, id) = (call.id("source")?, call.id("id")?);
    let names = (source.as_str(), id.as_str());
    let earned = accrual::view(connection, moment(call), &call.caller, names).map_err(problem)?;
    Answer::json(&explained(earned, language))
}

/// `POST /points/replays`
fn replay<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    call.whole_parts_only()?;
    if call.caller.organisation.is_some() {
        return Err(Problem::forbidden("a replay looks at the whole bank"));
    }
    let body: PointsReplayBody = call.body()?;
    let limit = body.limit.unwrap_or(REPLAYED);
    if !(1..=MOST_REPLAYED).contains(&limit) {
        return Err(Problem::rule("/limit", "1 to 100 000 decisions are made again"));
    }
    let report = accrual::replay(connection, limit, body.after.unwrap_or(0))?;
    let differing = report.differing.into_iter().map(|(source, id)| answer::PointsEventId { source, id });
    Answer::json(&PointsReplayAnswer {
        checked: report.checked,
        differences: report.differences,
        differing: differing.collect(),
        last: report.last,
    })
}
