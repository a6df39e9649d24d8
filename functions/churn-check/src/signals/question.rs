//! The rule that a query names, with its parameters.

use domain::signal::{
    AssetsDown, BalanceRatio, Inactive, Outflow, ProductClosed, SalaryStopped, Share, Signal, Span,
};
use web::{Problem, Query, field};

/// What the route knows of; of the parameters of rules, those of another kind are refused.
pub(crate) const PARAMETERS: &[&str] =
    &["kind", "months", "days", "share", "at_least", "last", "as_of", "organisation_id", "limit", "cursor"];

/// Every kind with the parameters of its rule.
const KINDS: [(&str, &[&str]); 6] = [
    ("balance_ratio", &["months", "share"]),
    ("assets_down", &["months", "days", "share"]),
    ("outflow", &["days", "at_least", "share"]),
    ("salary_stopped", &["months", "days", "at_least"]),
    ("product_closed", &["days", "last"]),
    ("inactive", &["days"]),
];

const KIND: &str =
    "balance_ratio, assets_down, outflow, salary_stopped, product_closed or inactive is asked for";

/// A salary comes once a month: fewer quiet days than the shortest month has tell of everybody between two pay days.
const FEWEST_QUIET_DAYS: u16 = 28;

/// The rule that the query names.
pub(super) fn signal(query: &Query) -> Result<Signal, Problem> {
    let kind = query.required("kind", query.text("kind"))?;
    let Some((_, own)) = KINDS.iter().find(|(known, _)| *known == kind) else {
        return Err(Problem::query("kind", KIND));
    };
    for name in ["months", "days", "share", "at_least", "last"] {
        if query.text(name).is_some() && !own.contains(&name) {
            return Err(Problem::query(name, "no parameter of this kind"));
        }
    }
    Ok(match kind {
        "balance_ratio" => {
            let months = required_months(query)?;
            Signal::BalanceRatio(BalanceRatio { months, at_most: required_share(query)? })
        }
        "assets_down" => {
            let over = span(query)?;
            Signal::AssetsDown(AssetsDown { over, at_least: required_share(query)? })
        }
        "outflow" => Signal::Outflow(outflow(query)?),
        "salary_stopped" => {
            let months = required_months(query)?;
            let days = required_days(query)?;
            if days < FEWEST_QUIET_DAYS {
                return Err(Problem::query("days", "28 to 400 days are asked for: a month has one pay day"));
            }
            let at_least = query.required("at_least", at_least(query)?)?;
            Signal::SalaryStopped(SalaryStopped { months, days, at_least })
        }
        "product_closed" => {
            let days = required_days(query)?;
            Signal::ProductClosed(ProductClosed { days, last: query.flag("last")? })
        }
        _ => Signal::Inactive(Inactive { days: required_days(query)? }),
    })
}

fn span(query: &Query) -> Result<Span, Problem> {
    match (months(query)?, days(query)?) {
        (Some(months), None) => Ok(Span::Months(months)),
        (None, Some(days)) => Ok(Span::Days(days)),
        (None, None) => Err(Problem::query("months", "months or days are asked for")),
        (Some(_), Some(_)) => Err(Problem::query("days", "either months or days are asked for")),
    }
}

fn outflow(query: &Query) -> Result<Outflow, Problem> {
    let days = required_days(query)?;
    let (at_least, share) = (at_least(query)?, share(query)?);
    if share.is_some_and(Share::is_zero) {
        return Err(Problem::query("share", "a share above 0 is asked for"));
    }
    if at_least.is_none() && share.is_none() {
        return Err(Problem::query("at_least", "at_least, share or both are asked for"));
    }
    Ok(Outflow { days, at_least, share })
}

fn months(query: &Query) -> Result<Option<u8>, Problem> {
    query.read("months", |text| {
        text.parse().ok().filter(|months| (1..=24_u8).contains(months)).ok_or("1 to 24 months are asked for")
    })
}

fn days(query: &Query) -> Result<Option<u16>, Problem> {
    query.read("days", |text| {
        text.parse().ok().filter(|days| (1..=400_u16).contains(days)).ok_or("1 to 400 days are asked for")
    })
}

fn share(query: &Query) -> Result<Option<Share>, Problem> {
    query.read("share", field::share)
}

fn at_least(query: &Query) -> Result<Option<i64>, Problem> {
    query.read("at_least", |text| match field::minor_units(text) {
        Ok(amount) if amount > 0 => Ok(amount),
        Ok(_) => Err("an amount above zero is asked for"),
        Err(detail) => Err(detail),
    })
}

fn required_months(query: &Query) -> Result<u8, Problem> {
    query.required("months", months(query)?)
}

fn required_days(query: &Query) -> Result<u16, Problem> {
    query.required("days", days(query)?)
}

fn required_share(query: &Query) -> Result<Share, Problem> {
    query.required("share", share(query)?)
}
