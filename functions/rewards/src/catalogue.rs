//! The catalogue.

use app::points::Moment;
use app::reward::{self, CatalogueError, Imported, NewReward, Offer};
use serde::{Deserialize, Serialize};
use store::Connection;
use web::field::Text;
use web::page::Listing;
use web::{Answer, Call, FieldError, Problem, body};

use crate::code::secret;
use crate::problem::of_catalogue;
use crate::wire::{RewardAnswer, RewardBody, shape, shape_with_prices};

/// Pieces that arrive, or go.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct StockBody {
    /// Pieces; below zero when some go.
    add: i64,
}

/// Codes for the pool: one, or a list of them.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct CodesBody {
    /// A code.
    #[serde(default)]
    code: Option<Text>,
    /// Codes.
    #[serde(default)]
    codes: Option<Vec<Text>>,
}

/// A code that was not imported.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct DuplicateCode {
    /// Its line, or place in the array, or in the list of a single object; from 1.
    line: u32,
    /// The code.
    code: String,
}

/// What became of codes that were imported.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct CodesAnswer {
    /// Codes that are in the pool now and were not before.
    accepted: usize,
    /// Codes that this or another reward had before, or that came more than once; they are left as they are.
    duplicates: Vec<DuplicateCode>,
    /// Codes of the pool that nobody has.
    codes_left: i64,
}

/// When something is done, and by whom.
pub(crate) fn moment(call: &Call) -> Moment<'_> {
    Moment { now_ms: call.now_ms, today: call.today("Asia/Shanghai"), person: &call.caller.person }
}

/// The catalogue is the whole bank's.
fn whole_bank_only(call: &Call) -> Result<(), Problem> {
    call.whole_parts_only()?;
    if call.caller.organisation.is_some() {
        return Err(Problem::forbidden("the catalogue is the whole bank's, and the key sees a part of it"));
    }
    Ok(())
}

/// `GET /rewards`
pub(crate) fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let after = page.after_text()?.unwrap_or("");
    let tier = call.query.text("tier");
    let found = reward::offers(connection, moment(call), tier, after, page.fetch())?;
    let listing = page.list(found, |last| vec![last.row.reward_id.as_str().into()]);
    let items: Vec<RewardAnswer> = listing.items.into_iter().map(shape).collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}

/// `GET /rewards/{id}`
pub(crate) fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let id = call.id("id")?;
    let found = reward::offer(connection, moment(call), id.as_str()).map_err(of_catalogue)?;
    Answer::json(&shape_with_prices(found))
}

/// `POST /rewards`
pub(crate) fn create<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank_only(call)?;
    let body: RewardBody = call.body()?;
    let id = body.id.as_ref().ok_or_else(|| Problem::rule("/id", "the field is missing"))?;
    if body.issued.is_some() {
        return Err(Problem::rule("/issued", "only of a new version"));
    }
    let (price, terms, secret) = (body.price(), body.terms(), secret()?);
    let new = NewReward { id: id.0.as_str(), stock: body.stock, price, terms: &terms, secret: &secret };
    let made = call
        .atomically(connection, |connection| reward::create(connection, moment(call), &new))
        .map_err(of_catalogue)?;
    Answer::created(&shape_with_prices(made))
}

/// `PUT /rewards/{id}`
pub(crate) fn replace<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank_only(call)?;
    let id = call.id("id")?;
    let body: RewardBody = call.body()?;
    if body.id.as_ref().is_some_and(|given| given.0 != id) {
        return Err(Problem::rule("/id", "another id than the path's"));
    }
    if body.stock.is_some() {
        return Err(Problem::rule("/stock", "stock is added by POST /rewards/{id}/stock"));
    }
    let (price, terms, grandfather) = (body.price(), body.terms(), body.issued.is_some());
    change(connection, call, |connection| {
        reward::replace(connection, moment(call), id.as_str(), (price, &terms), grandfather)
    })
}

/// `POST /rewards/{id}/stock`
pub(crate) fn add_stock<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank_only(call)?;
    let id = call.id("id")?;
    let body: StockBody = call.body()?;
    change(connection, call, |connection| reward::add_stock(connection, moment(call), id.as_str(), body.add))
}

/// `POST /rewards/{id}/retire`
pub(crate) fn retire<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank_only(call)?;
    let id = call.id("id")?;
    change(connection, call, |connection| reward::retire(connection, moment(call), id.as_str()))
}

fn change<C: Connection>(
    connection: &mut C,
    call: &Call,
    work: impl FnOnce(&mut C) -> Result<Offer, CatalogueError>,
) -> Result<Answer, Problem> {
    let changed = call.atomically(connection, work).map_err(of_catalogue)?;
    Answer::json(&shape_with_prices(changed))
}

/// `POST /rewards/{id}/codes`
pub(crate) fn import_codes<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank_only(call)?;
    let id = call.id("id")?;
    let (lines, codes): (Vec<u32>, Vec<String>) = codes(call)?.into_iter().unzip();
    let imported = call
        .atomically(connection, |connection| {
            reward::import_codes(connection, moment(call), id.as_str(), &codes)
        })
        .map_err(of_catalogue)?;
    let Imported { accepted, duplicates, codes_left } = imported;
    let duplicate = |place: usize| DuplicateCode { line: lines[place], code: codes[place].clone() };
    let duplicates = duplicates.into_iter().map(duplicate).collect();
    Answer::json(&CodesAnswer { accepted, duplicates, codes_left })
}

/// The codes of the body with their lines: of one object, of an array or of lines. A bad record is no reason to take
/// the others, because a pool is imported once.
fn codes(call: &Call) -> Result<Vec<(u32, String)>, Problem> {
    let records = call.records()?;
    let is_one = records.len() == 1;
    let mut codes = Vec::new();
    for (place, (line, bytes)) in records.iter().enumerate() {
        let at = |pointer: &str| if is_one { pointer.to_owned() } else { format!("/{place}{pointer}") };
        let record: CodesBody = if is_one {
            body::parse(bytes)?
        } else {
            let wrong = |FieldError { pointer, detail }| Problem::rule(at(&pointer), detail);
            body::record(bytes).map_err(wrong)?
        };
        match (record.code, record.codes) {
            (Some(code), None) => codes.push((*line, code.0)),
            (None, Some(several)) if is_one => {
                codes.extend((1..).zip(several.into_iter().map(|code| code.0)));
            }
            (None, Some(several)) => codes.extend(several.into_iter().map(|code| (*line, code.0))),
            _ => return Err(Problem::rule(at("/codes"), "code or codes, and not both")),
        }
    }
    if codes.len() > body::GREATEST_RECORDS {
        return Err(Problem::too_large("a request has at most 100000 codes"));
    }
    Ok(codes)
}
