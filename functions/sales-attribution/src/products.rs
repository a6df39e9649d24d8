//! Products whose sales are credited.

use app::sale::{NewProduct, ProductView, add_version, create as keep, find_product, products};
use domain::date::Day;
use domain::name::meaning;
use domain::sale::{Automatic, DefaultTo, Ratio, Rule, SellingUnit, Split};
use serde::{Deserialize, Serialize};
use store::Connection;
use store::sale_product::RuleRow;
use web::field::{Date, IdText, Instant, Text};
use web::page::Listing;
use web::{Answer, Call, Problem};

use crate::problem::{moment, of_product};

/// A name in two languages.
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct SaleProductName {
    /// Chinese.
    pub zh: Text,
    /// English.
    pub en: Text,
}

/// How a seller and a referrer share; together 10 000.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct SaleRatio {
    /// The seller's part.
    pub seller_bp: u32,
    /// The referrer's part.
    pub referrer_bp: u32,
}

/// How sales of a product are credited. What is absent is as in the rule of an insurance.
#[derive(Default, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct SaleRuleBody {
    /// Which organisation sold: transaction (where it happened; default) | customer (which keeps the buyer).
    #[serde(default)]
    selling: Option<String>,
    /// When the buyer's managers are credited at once: never | same_organisation (default) | assigned.
    #[serde(default)]
    automatic: Option<String>,
    /// Which managers: primary (with all; default) | shares (each by the share of the assignment).
    #[serde(default)]
    split: Option<String>,
    /// Calendar days from the sale in which people register; 5 when absent.
    #[serde(default)]
    window_days: Option<u16>,
    /// Who is credited afterwards without a seller: teller (default) | organisation | nobody.
    #[serde(default)]
    default: Option<String>,
    /// For a seller and a referrer who have no shares of their own; 7000 and 3000 when absent.
    #[serde(default)]
    referrer: Option<SaleRatio>,
    /// Calendar days from the sale up to the last one of adjustment; 30 when absent.
    #[serde(default)]
    adjustment_days: Option<u16>,
    /// What a sale counts for in a plan, in basis points of its amount; 10000 when absent.
    #[serde(default)]
    plan_weight_bp: Option<u32>,
}

fn named<T: Copy>(
    pointer: &str,
    given: Option<&str>,
    names: &[(&'static str, T)],
    otherwise: T,
) -> Result<T, Problem> {
    let Some(name) = given else { return Ok(otherwise) };
    meaning(names, name).ok_or_else(|| {
        let names: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
        Problem::rule(pointer, format!("one of {} is asked for", names.join(", ")))
    })
}

impl SaleRuleBody {
    fn read(&self) -> Result<Rule, Problem> {
        let usual = Rule::default();
        let Self { selling, automatic, split, default, .. } = self;
        Ok(Rule {
            selling: named("/rule/selling", selling.as_deref(), &SellingUnit::NAMES, usual.selling)?,
            automatic: named("/rule/automatic", automatic.as_deref(), &Automatic::NAMES, usual.automatic)?,
            split: named("/rule/split", split.as_deref(), &Split::NAMES, usual.split)?,
            window_days: self.window_days.unwrap_or(usual.window_days),
            default: named("/rule/default", default.as_deref(), &DefaultTo::NAMES, usual.default)?,
            referrer: self.referrer.map_or(usual.referrer, |ratio| Ratio {
                seller_bp: ratio.seller_bp,
                referrer_bp: ratio.referrer_bp,
            }),
            adjustment_days: self.adjustment_days.unwrap_or(usual.adjustment_days),
            plan_weight_bp: self.plan_weight_bp.unwrap_or(usual.plan_weight_bp),
        })
    }
}

/// A new product.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct SaleProductBody {
    /// Its id.
    id: IdText,
    /// Its name.
    name: SaleProductName,
    /// deposit | settlement | fund | paper_gold | physical_gold | insurance | bond | wealth | fx | e_banking |
    /// sms_service | card.
    category: String,
    /// The product ids of transactions that are sold as it; its own id when absent.
    #[serde(default)]
    product_ids: Option<Vec<IdText>>,
    /// First day of sales that are credited, also of those that were taken in before; today when absent.
    #[serde(default)]
    from: Option<Date>,
    /// How its sales are credited.
    #[serde(default)]
    rule: SaleRuleBody,
}

/// A new version of a product's rule.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct SaleRuleVersionBody {
    /// How its sales are credited.
    rule: SaleRuleBody,
    /// First day of sales that it is about: today or later; today when absent.
    #[serde(default)]
    from: Option<Date>,
}

/// A version of a rule.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct SaleRuleAnswer {
    /// Its number, from 1.
    version: u32,
    /// First day of sales that it is about.
    from: Date,
    /// transaction | customer.
    selling: &'static str,
    /// never | same_organisation | assigned.
    automatic: &'static str,
    /// primary | shares.
    split: &'static str,
    window_days: u16,
    /// teller | organisation | nobody.
    default: &'static str,
    referrer: SaleRatio,
    adjustment_days: u16,
    plan_weight_bp: u32,
    created_by: String,
    created_at: Instant,
}

/// A product.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct SaleProductAnswer {
    id: String,
    name: SaleProductName,
    category: String,
    /// The product ids of transactions that are sold as it.
    product_ids: Vec<String>,
    /// The version for today's sales; null before the first one begins.
    rule: Option<SaleRuleAnswer>,
    /// Every version, the first one first. Of a day the one with the latest first day up to it holds.
    versions: Vec<SaleRuleAnswer>,
    /// True while sales that came before a version are still to be taken in; a default run goes on with it.
    taking_in: bool,
    created_by: String,
    created_at: Instant,
}

fn shape_rule(row: &RuleRow) -> SaleRuleAnswer {
    let rule = row.rule;
    let Ratio { seller_bp, referrer_bp } = rule.referrer;
    SaleRuleAnswer {
        version: row.version,
        from: Date(Day::from_number(row.from_day)),
        selling: rule.selling.name(),
        automatic: rule.automatic.name(),
        split: rule.split.name(),
        window_days: rule.window_days,
        default: rule.default.name(),
        referrer: SaleRatio { seller_bp, referrer_bp },
        adjustment_days: rule.adjustment_days,
        plan_weight_bp: rule.plan_weight_bp,
        created_by: row.created_by.clone(),
        created_at: Instant(row.created_at),
    }
}

fn shape(view: ProductView, today: Day) -> SaleProductAnswer {
    let rule = view.on(today).map(shape_rule);
    let versions = view.versions.iter().map(shape_rule).collect();
    let ProductView { row, product_ids, taking_in, .. } = view;
    SaleProductAnswer {
        id: row.sale_product_id,
        name: SaleProductName { zh: Text(row.name_zh), en: Text(row.name_en) },
        category: row.category,
        product_ids,
        rule,
        versions,
        taking_in,
        created_by: row.created_by,
        created_at: Instant(row.created_at),
    }
}

/// Products are the whole bank's.
fn whole_bank_only(call: &Call) -> Result<(), Problem> {
    call.whole_parts_only()?;
    if call.caller.organisation.is_some() {
        return Err(Problem::forbidden("products are the whole bank's, and the key sees a part of it"));
    }
    Ok(())
}

/// `GET /sales/products`
pub(crate) fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let found = products(connection, page.after_text()?.unwrap_or(""), page.fetch())?;
    let listing = page.list(found, |last| vec![last.row.sale_product_id.as_str().into()]);
    let today = moment(call).today;
    let items: Vec<SaleProductAnswer> = listing.items.into_iter().map(|view| shape(view, today)).collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}

/// `GET /sales/products/{id}`
pub(crate) fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let id = call.id("id")?;
    let found = find_product(connection, id.as_str()).map_err(of_product)?;
    Answer::json(&shape(found, moment(call).today))
}

/// `POST /sales/products`
pub(crate) fn create<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank_only(call)?;
    let body: SaleProductBody = call.body()?;
    let today = moment(call).today;
    let id = body.id.0.as_str();
    let product_ids = match &body.product_ids {
        Some(ids) => ids.iter().map(|id| id.0.as_str().to_owned()).collect(),
        None => vec![id.to_owned()],
    };
    let new = NewProduct {
        id,
        name_zh: &body.name.zh.0,
        name_en: &body.name.en.0,
        category: &body.category,
        product_ids,
        from: body.from.map_or(today, |from| from.0),
        rule: body.rule.read()?,
    };
    let made =
        call.atomically(connection, |connection| keep(connection, moment(call), new)).map_err(of_product)?;
    Answer::created(&shape(made, today))
}

/// `PUT /sales/products/{id}`
pub(crate) fn replace<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank_only(call)?;
    let id = call.id("id")?;
    let body: SaleRuleVersionBody = call.body()?;
    let today = moment(call).today;
    let (rule, from) = (body.rule.read()?, body.from.map_or(today, |from| from.0));
    let changed = call
        .atomically(connection, |connection| add_version(connection, moment(call), id.as_str(), from, rule))
        .map_err(of_product)?;
    Answer::json(&shape(changed, today))
}
