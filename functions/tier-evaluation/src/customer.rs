//! One customer's tier, its history and its explanation.

use app::tier::{self, TierView};
use domain::tier::explanation::{self, Explained, Language, keep, next_step};
use serde::Serialize;
use store::Connection;
use store::member::Member;
use web::field::{Date, Money};
use web::{Answer, Call, Problem};

use crate::answer::{CriterionAnswer, measure_name, outcome_name, status_name};
use crate::overrides::{OverrideAnswer, shape};
use crate::problem::problem;

/// The next higher tier.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct NextAnswer {
    /// The tier.
    pub tier: String,
    /// What is measured.
    pub measure: &'static str,
    /// What is missing.
    pub missing: Money,
}

/// What keeps the tier.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct KeepAnswer {
    /// What is measured.
    pub measure: &'static str,
    /// The threshold.
    pub at_least: Money,
}

/// An entry of the lost list.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct LostAnswer {
    /// The tier.
    pub tier: String,
    /// When it was lost.
    pub on: Date,
    /// Months below then.
    pub months_below: u8,
}

/// The measures at the date.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct MeasuresAnswer {
    /// Assets, the current month first.
    pub assets: Vec<Money>,
    /// Card spend of twelve months.
    pub card_spend: Money,
    /// Secured loans.
    pub secured_loans: Money,
    /// Unsecured loans.
    pub unsecured_loans: Money,
}

/// One customer's tier.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct CustomerTierAnswer {
    /// Who.
    pub customer_id: String,
    /// Date.
    pub as_of: Date,
    /// The tier; before the first review the one that a review would give, and a rise as soon as the figures show it.
    pub tier: String,
    /// True when a review has decided it; a rise is booked by the next review.
    pub decided: bool,
    /// Its status; null where the tier has none.
    pub status: Option<&'static str>,
    /// Months below.
    pub months_below: u8,
    /// Day since which it is held.
    pub since: Option<Date>,
    /// The scheme in force.
    pub scheme_id: String,
    /// The criterion that holds for the tier at the date.
    pub criterion: Option<CriterionAnswer>,
    /// The next higher tier.
    pub next: Option<NextAnswer>,
    /// What keeps this one.
    pub keep: Option<KeepAnswer>,
    /// The lost tier, until it is won back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost: Option<LostAnswer>,
    /// The override that decides.
    #[serde(rename = "override", skip_serializing_if = "Option::is_none")]
    pub override_: Option<OverrideAnswer>,
    /// The measures.
    pub measures: MeasuresAnswer,
}

fn load<C: Connection>(connection: &mut C, call: &Call) -> Result<(Member, TierView), Problem> {
    let customer = call.customer(connection)?;
    let as_of = match call.past_date("as_of")? {
        Some(day) => day,
        None => tier::default_date(connection, call.today("Asia/Shanghai")).map_err(problem)?,
    };
    let view = tier::view(connection, &customer, as_of).map_err(problem)?;
    Ok((customer, view))
}

/// `GET /customers/{id}/tier`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let (customer, view) = load(connection, call)?;
    Answer::json(&answer(customer, view))
}

fn answer(customer: Member, view: TierView) -> CustomerTierAnswer {
    let scheme = &view.scheme.scheme;
    let position = view.position();
    let facts = view.facts.facts();
    let held = position.map(|position| &scheme.tiers()[position]);
    let criterion = held.and_then(|tier| {
        domain::tier::decision::criterion_met(tier, &facts).map(|at| (&tier.any_of[at]).into())
    });
    CustomerTierAnswer {
        customer_id: customer.customer_id,
        as_of: Date(view.as_of),
        decided: view.booked,
        status: view.status.map(status_name),
        months_below: view.months_below,
        since: view.since.map(Date),
        criterion,
        next: position.and_then(|position| next_step(scheme, position, &facts)).map(
            |(next, measure, missing)| NextAnswer {
                tier: scheme.tiers()[next].code.clone(),
                measure: measure_name(measure),
                missing: Money(missing),
            },
        ),
        keep: held.and_then(keep).map(|(measure, at_least)| KeepAnswer {
            measure: measure_name(measure),
            at_least: Money(at_least),
        }),
        measures: MeasuresAnswer {
            assets: view.facts.assets.iter().copied().map(Money).collect(),
            card_spend: Money(view.facts.card_spend),
            secured_loans: Money(view.facts.secured_loans),
            unsecured_loans: Money(view.facts.unsecured_loans),
        },
        tier: view.tier,
        lost: view.lost.map(|lost| LostAnswer {
            tier: lost.tier,
            on: Date(lost.on),
            months_below: lost.months_below,
        }),
        override_: view.override_row.map(shape),
        scheme_id: view.scheme.tier_scheme_id,
    }
}

/// One decision in the history.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct HistoryItem {
    /// Date of the review.
    pub as_of: Date,
    /// The scheme.
    pub scheme_id: String,
    /// Held before.
    pub from: Option<String>,
    /// New tier.
    pub to: String,
    /// Status of the new tier.
    pub status: Option<&'static str>,
    /// Months below the new tier.
    pub months_below: u8,
    /// first | upgraded | downgraded | churned | unchanged | reassigned.
    pub outcome: &'static str,
    /// Months below the tier held before.
    pub held_months_below: u8,
    /// The override that changed the result.
    #[serde(rename = "override")]
    pub override_: Option<&'static str>,
    /// Hash of the inputs.
    pub inputs_hash: String,
    /// The inputs' assets, the current month first.
    pub assets: Vec<Money>,
    /// The stored inputs give the stored decision again.
    pub replays: bool,
}

/// The history.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct HistoryAnswer {
    /// Who.
    pub customer_id: String,
    /// The latest first.
    pub items: Vec<HistoryItem>,
}

/// `GET /customers/{id}/tier/history`
pub fn history<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let customer = call.customer(connection)?;
    let as_of = call.query.date("as_of")?.unwrap_or_else(|| call.today("Asia/Shanghai").plus(1));
    let items = tier::history(connection, &customer, as_of)
        .map_err(problem)?
        .into_iter()
        .map(|entry| HistoryItem {
            as_of: Date(entry.as_of),
            scheme_id: entry.tier_scheme_id,
            from: entry.from,
            to: entry.to,
            status: entry.status.map(status_name),
            months_below: entry.months_below,
            outcome: outcome_name(entry.outcome),
            held_months_below: entry.held_months_below,
            override_: entry.overridden,
            inputs_hash: format!("{:016x}", entry.inputs_hash),
            assets: entry.assets.into_iter().map(Money).collect(),
            replays: entry.replays,
        })
        .collect();
    Answer::json(&HistoryAnswer { customer_id: customer.customer_id, items })
}

/// An explanation.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ExplanationAnswer {
    /// Language of the words.
    pub lang: &'static str,
    /// All sentences in one text.
    pub text: String,
    /// The sentences, each from one fact.
    pub sentences: Vec<String>,
    /// The same in figures.
    #[serde(flatten)]
    pub figures: CustomerTierAnswer,
}

/// `GET /customers/{id}/tier/explanation`
pub fn explanation<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let language = call.query.read("lang", |text| match text {
        "zh" => Ok(Language::Chinese),
        "en" => Ok(Language::English),
        _ => Err("zh or en is asked for"),
    })?;
    let language = language.unwrap_or(Language::Chinese);
    let zh = language == Language::Chinese;
    let (customer, view) = load(connection, call)?;
    let scheme = &view.scheme.scheme;
    let name = |code: &str| {
        scheme
            .position(code)
            .map(|at| &scheme.tiers()[at])
            .map(|tier| if zh { tier.name_zh.clone() } else { tier.name_en.clone() })
    };
    let lost = view.lost.as_ref().map(|lost| (name(&lost.tier).unwrap_or_else(|| lost.tier.clone()), lost));
    let until = |row: &store::tier_override::OverrideRow| row.until_on.map(domain::date::Day::from_number);
    let sentences = explanation::explain(
        &Explained {
            scheme,
            scheme_id: &view.scheme.tier_scheme_id,
            as_of: view.as_of,
            facts: view.facts.facts(),
            decision: &view.decision,
            held: view.held.as_deref().and_then(|code| scheme.position(code)),
            criterion: view.criterion,
            overridden: view.override_row.as_ref().map(|row| (row.reason.as_str(), until(row))),
            lost: lost.as_ref().map(|(name, lost)| (name.as_str(), lost.on, lost.months_below)),
        },
        language,
    );
    Answer::json(&ExplanationAnswer {
        lang: if zh { "zh" } else { "en" },
        text: sentences.join(if zh { "" } else { " " }),
        sentences,
        figures: answer(customer, view),
    })
}
