//! The proof that the ledger adds up, and that nobody changed it afterwards.

use app::points::audit::{self, KeptHead};
use serde::Serialize;
use store::Connection;
use web::field::{Date, Instant};
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope};

/// A request ends in time for any proxy; a longer verification continues from where the answer says.
const BUDGET_MS: i64 = 20_000;

/// A sum that is not what it should be.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct AuditDifferenceAnswer {
    /// lot (what is left of one) | debt (of a customer) | day (its entries) | issued (all lots) | liability (all that is
    /// left) | end (last day of a lot, days since 1970-01-01) | campaign (what its rules gave) | hold (what reservations
    /// hold of a lot) | event (what its lots gave) | entry (of a lot that is gone).
    pub sum: &'static str,
    /// The campaign, or the event as `source/id`, if it is one's.
    pub of: Option<String>,
    /// The customer, if it is one's.
    pub customer_id: Option<String>,
    /// The lot, if it is one's.
    pub lot: Option<String>,
    /// The day, if it is one's.
    pub on: Option<Date>,
    /// What lots and entries say.
    pub expected: i64,
    /// What is kept.
    pub kept: i64,
}

/// What an audit found.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct AuditAnswer {
    /// True when nothing differs.
    pub ok: bool,
    /// Lots.
    pub lots: i64,
    /// Entries.
    pub entries: i64,
    /// Points that the programme owes: what is left of all lots.
    pub liability: i64,
    /// Up to 100 of each kind.
    pub differences: Vec<AuditDifferenceAnswer>,
}

/// The end of the chain of batches.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ChainAnswer {
    /// SHA-256 of the last batch, which covers all before it; in hexadecimal digits.
    pub head: String,
    /// Number of batches.
    pub batches: i64,
    /// Number of entries.
    pub entries: i64,
    /// When the last batch was written; null before the first.
    pub written_at: Option<Instant>,
}

/// The first batch that is not what was written.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct BadBatchAnswer {
    /// Its number.
    pub batch: i64,
    /// batch_missing | batch_inserted | entry_missing | entry_inserted | lot_missing | lot_inserted | altered |
    /// unsealed (entries or lots after the last batch) | truncated | rewritten.
    pub reason: &'static str,
}

/// What a verification found.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct VerificationAnswer {
    /// True when no flaw was found, as far as this answer goes.
    pub ok: bool,
    /// Batches that were found right.
    pub batches: u64,
    /// Their entries.
    pub entries: u64,
    /// The first flaw; nothing behind it was looked at.
    pub first_bad: Option<BadBatchAnswer>,
    /// Ask again with this as `from`; null at the end.
    pub next_from: Option<i64>,
}

fn whole_bank(call: &Call) -> Result<(), Problem> {
    if call.caller.organisation.is_some() || call.caller.own.is_some() {
        return Err(Problem::forbidden("the proof is about the whole bank, and the key sees a part of it"));
    }
    Ok(())
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hash(text: &str) -> Result<Vec<u8>, &'static str> {
    let wrong = "64 hexadecimal digits are asked for";
    if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(wrong);
    }
    let pairs = (0..32).map(|place| u8::from_str_radix(&text[2 * place..2 * place + 2], 16));
    pairs.collect::<Result<_, _>>().map_err(|_| wrong)
}

/// `GET /points/audit`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank(call)?;
    let found = audit::audit(connection, call.now_ms)?;
    let differences = found.differences.into_iter().map(|difference| AuditDifferenceAnswer {
        sum: difference.sum.name(),
        of: difference.of,
        customer_id: difference.customer_id,
        lot: difference.points_lot_ref.map(|number| number.to_string()),
        on: difference.on.map(Date),
        expected: difference.expected,
        kept: difference.kept,
    });
    let differences: Vec<AuditDifferenceAnswer> = differences.collect();
    Answer::json(&AuditAnswer {
        ok: differences.is_empty(),
        lots: found.lots,
        entries: found.entries,
        liability: found.liability,
        differences,
    })
}

/// `GET /points/chain`
pub fn chain<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank(call)?;
    let head = audit::head(connection)?;
    Answer::json(&ChainAnswer {
        head: digits(&head.hash),
        batches: head.batches,
        entries: head.entries,
        written_at: head.written_at.map(Instant),
    })
}

/// `GET /points/chain/verification`
pub fn verify<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank(call)?;
    let started = std::time::Instant::now();
    let elapsed = || started.elapsed().as_millis() as i64;
    let number = |text: &str, least: i64| {
        text.parse::<i64>().ok().filter(|number| *number >= least).ok_or("a number of batches is asked for")
    };
    let head = audit::head(connection)?;
    let from = call.query.read("from", |text| number(text, 1))?.unwrap_or(1);
    if from > head.batches.saturating_add(1) {
        return Err(Problem::query("from", "there are fewer batches"));
    }
    let kept_hash = call.query.read("head", hash)?;
    let kept_batches = call.query.read("batches", |text| number(text, 0))?;
    let kept = match (kept_hash, kept_batches) {
        (None, None) => None,
        (Some(hash), Some(batches)) => Some(KeptHead { batches, hash }),
        (Some(_), None) => return Err(Problem::query("batches", "it is kept together with the head")),
        (None, Some(_)) => return Err(Problem::query("head", "it is kept together with the batches")),
    };
    let report = audit::verify_chain(connection, from, kept.as_ref(), BUDGET_MS, elapsed)?;
    Answer::json(&VerificationAnswer {
        ok: report.first_bad.is_none(),
        batches: report.batches,
        entries: report.entries,
        first_bad: report.first_bad.map(|bad| BadBatchAnswer { batch: bad.batch, reason: bad.reason.name() }),
        next_from: report.next_from,
    })
}

/// The routes of the proof.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let read = |path, query, handler| Route {
        method: Method::Get,
        path,
        scope: Scope::PointsRead,
        repeat: Repeat::Read,
        query,
        handler,
    };
    vec![
        read("/points/audit", &[], show),
        read("/points/chain", &[], chain),
        read("/points/chain/verification", &["from", "head", "batches"], verify),
    ]
}

/// The operations of the proof, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    use web::openapi::Operation;
    let read = |path, summary| Operation::new(Method::Get, path, Scope::PointsRead, Repeat::Read, summary);
    vec![
        read("/points/audit", "Add up again what is kept of the ledger")
            .answer::<AuditAnswer>(200, "What differs, if anything."),
        read("/points/chain", "Show the end of the chain that seals the ledger")
            .description(
                "Kept elsewhere, head and batches show later that nothing up to them was taken away.",
            )
            .answer::<ChainAnswer>(200, "The end of the chain."),
        read("/points/chain/verification", "Verify the chain that seals the ledger")
            .query::<i64>(
                "from",
                "Number of the first batch to look at, 1 when absent; the one before is believed.",
            )
            .query::<String>("head", "A head that was kept elsewhere.")
            .query::<i64>("batches", "The number of batches that was kept with it.")
            .answer::<VerificationAnswer>(200, "The first flaw, if there is one."),
    ]
}
