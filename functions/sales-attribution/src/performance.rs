//! Performance, as JSON or CSV.

use std::fmt::Write;

use app::sale::performance::{By, Figures, Line, Performance, Question, ReportError, performance};
use domain::date::Day;
use domain::id::Id;
use domain::name::meaning;
use serde::Serialize;
use store::Connection;
use web::field::{Date, Money};
use web::{Answer, Call, Problem, Reach, Slug};

/// What was sold and credited.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct SalesFiguresAnswer {
    /// Sales of the period, each once; of an employee, those that leave a credit on the day of the sale.
    sales: u64,
    /// What the period's sales come to, less what was taken back in the period and known by as_of; of an employee, the
    /// credit of them.
    amount: Money,
    /// Credit that counts in the period.
    credited: Money,
    /// Of the credit: adjustments and reversals of sales from before the period.
    corrections: Money,
    /// What of the credit counts towards the plan, by the weights of the products' rules.
    counted: Money,
    /// Plans of the months that the period touches; null where there is none.
    plan: Option<Money>,
    /// What counts, in basis points of the plan; null without a plan above zero.
    attainment_bp: Option<i64>,
}

/// One line.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct SalesLineAnswer {
    /// Id of the employee, organisation or product, name of the channel, or the month; null for credit of organisations
    /// themselves, and for sales without a channel.
    key: Option<String>,
    /// Name of the employee or organisation, Chinese name of the product.
    name: Option<String>,
    /// English name of the product.
    name_en: Option<String>,
    /// The organisation above, if it is within what was asked for.
    parent_id: Option<String>,
    /// What was sold and credited.
    #[serde(flatten)]
    figures: SalesFiguresAnswer,
}

/// Performance in a period.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct PerformanceAnswer {
    /// First date.
    from: Date,
    /// Last date.
    to: Date,
    /// What was booked after this date is not counted.
    as_of: Date,
    /// employee | organisation | product | channel | month.
    by: &'static str,
    /// A line a key. Organisations count themselves and all below them.
    items: Vec<SalesLineAnswer>,
    /// Each sale and each line of credit once.
    total: SalesFiguresAnswer,
}

/// What a query asks for.
pub(crate) struct Asked {
    by: By,
    /// First day.
    pub(crate) from: Day,
    /// Last day.
    pub(crate) to: Day,
    /// What was booked after this day is not known yet.
    pub(crate) as_of: Day,
    product_id: Option<Id>,
    reach: Reach,
}

impl Asked {
    pub(crate) fn read<C: Connection>(connection: &mut C, call: &Call, by: By) -> Result<Self, Problem> {
        let as_of = call.past_date("as_of")?.unwrap_or_else(|| call.today("Asia/Shanghai"));
        let (from, to) = span(call, as_of)?;
        let product_id = call.query.id("product_id")?;
        Ok(Self { by, from, to, as_of, product_id, reach: reach(connection, call, by)? })
    }

    /// As the report takes it.
    pub(crate) fn question(&self) -> Question<'_> {
        Question {
            by: self.by,
            from: self.from,
            to: self.to,
            as_of: self.as_of,
            top: self.reach.top.as_ref().map(|(number, _)| *number),
            organisations: self.reach.organisations.as_deref(),
            product_id: self.product_id.as_ref().map(Id::as_str),
            own: self.reach.own,
        }
    }
}

/// The period of a query: up to `last`, from the first day of the month, when nobody says otherwise.
pub(crate) fn span(call: &Call, last: Day) -> Result<(Day, Day), Problem> {
    let to = call.query.date("to")?.unwrap_or(last);
    let from = call.query.date("from")?.unwrap_or_else(|| to.month().first_day());
    Ok((from, to))
}

/// The problem of a report.
pub(crate) fn of_report(error: ReportError) -> Problem {
    let text = error.to_string();
    match error {
        ReportError::Span | ReportError::TooLong => {
            Problem::new(Slug::MalformedQuery, "the dates make no span").at("from", text)
        }
        ReportError::UnknownProduct => Problem::not_found(Slug::UnknownProduct),
        ReportError::UnknownEmployee => Problem::not_found(Slug::UnknownEmployee),
        ReportError::Store(error) => error.into(),
    }
}

/// A customer manager's key sees the own line; everything else is about a part of the bank.
fn reach<C: Connection>(connection: &mut C, call: &Call, by: By) -> Result<Reach, Problem> {
    let named = call.query.id("organisation_id")?;
    match by {
        By::Employee => call.reach_or_own(connection, named.as_ref()),
        By::Organisation | By::Product | By::Channel | By::Month => call.reach(connection, named.as_ref()),
    }
}

/// `GET /sales/performance`
pub(crate) fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let by = call.query.read("by", |name| {
        meaning(&By::NAMES, name).ok_or("employee, organisation, product, channel or month is asked for")
    })?;
    let by = by.unwrap_or(By::Organisation);
    let asked = Asked::read(connection, call, by)?;
    let Asked { from, to, as_of, .. } = asked;
    let found = performance(connection, &asked.question()).map_err(of_report)?;
    if call.wants_csv() {
        return Ok(Answer::csv("sales-performance.csv", csv(&found)));
    }
    let total = figures(&found.total);
    Answer::json(&PerformanceAnswer {
        from: Date(from),
        to: Date(to),
        as_of: Date(as_of),
        by: by.name(),
        items: found.lines.into_iter().map(shape).collect(),
        total,
    })
}

fn figures(line: &Line) -> SalesFiguresAnswer {
    let Figures { sales, amount, credited, corrections, counted } = line.figures;
    SalesFiguresAnswer {
        sales,
        amount: Money(amount),
        credited: Money(credited),
        corrections: Money(corrections),
        counted: Money(counted),
        plan: line.plan.map(Money),
        attainment_bp: line.attainment_bp(),
    }
}

fn shape(line: Line) -> SalesLineAnswer {
    let figures = figures(&line);
    let Line { id, name, name_en, parent_id, .. } = line;
    SalesLineAnswer { key: id, name, name_en, parent_id, figures }
}

fn csv(found: &Performance) -> String {
    let mut text =
        String::from("key,name,parent_id,sales,amount,credited,corrections,counted,plan,attainment_bp\r\n");
    for line in &found.lines {
        let SalesFiguresAnswer { sales, amount, credited, corrections, counted, plan, attainment_bp } =
            figures(line);
        let (plan, attainment) = (plan.map(|plan| plan.to_string()), attainment_bp.map(|bp| bp.to_string()));
        let _infallible = write!(
            text,
            "{},{},{},{sales},{amount},{credited},{corrections},{counted},{},{}\r\n",
            cell(line.id.as_deref()),
            cell(line.name.as_deref()),
            cell(line.parent_id.as_deref()),
            plan.unwrap_or_default(),
            attainment.unwrap_or_default(),
        );
    }
    text
}

/// A text as a cell. One that a spreadsheet would take for a formula is told from one by an apostrophe.
pub(crate) fn cell(text: Option<&str>) -> String {
    let text = text.unwrap_or_default();
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_would_break_the_table_and_is_never_a_formula() {
        for (text, told) in [
            ("柜台", "柜台"),
            ("Li, Wei", "\"Li, Wei\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "'=1+1"),
            ("-a,b", "\"'-a,b\""),
        ] {
            assert_eq!(cell(Some(text)), told);
        }
        assert_eq!(cell(None), "");
    }
}
