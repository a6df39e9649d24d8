//! From a body to the use case, alike for every kind.

use app::intake::{Context, Entry, IntakeError, Outcome};
use domain::intake::SHANGHAI_OFFSET_MINUTES;
use serde::Deserialize;
use store::Connection;
use web::{Answer, BatchReport, Call, FieldError, Problem, body};

/// What the use case of a kind looks like.
type Intake<C, T> = fn(&mut C, &Context, &[Entry<T>]) -> Result<Outcome, IntakeError>;

/// Reads every record as `W`, turns it into the use case's `T`, runs `intake`, and answers.
pub fn records<'a, C: Connection, W: Deserialize<'a>, T>(
    connection: &mut C,
    call: &'a Call,
    record: fn(W) -> Result<T, FieldError>,
    intake: Intake<C, T>,
) -> Result<Answer, Problem> {
    call.whole_parts_only()?;
    let context = Context {
        now_ms: call.now_ms,
        zone_offset_minutes: SHANGHAI_OFFSET_MINUTES,
        within: call.caller.organisation,
    };
    let cut = call.records()?;
    let single = cut.len() == 1 && call.is_object();
    let mut entries = Vec::with_capacity(cut.len());
    let mut report = BatchReport::default();
    for (index, (line, bytes)) in cut.iter().enumerate() {
        let read = if single { Ok(body::parse::<W>(bytes)?) } else { body::record::<W>(bytes) };
        match read.and_then(record) {
            Ok(record) => entries.push(Entry { index, record }),
            Err(error) => report.refuse(*line, error),
        }
    }
    let outcome = if entries.is_empty() {
        Outcome::default()
    } else {
        intake(connection, &context, &entries).map_err(problem)?
    };
    report.take(outcome, |index| cut[index].0);
    if single && let Some(refused) = report.errors.pop() {
        return Err(Problem::rule(refused.pointer, refused.detail));
    }
    report.answer(call, "no record was kept")
}

fn problem(error: IntakeError) -> Problem {
    match error {
        IntakeError::Store(error) => error.into(),
    }
}
