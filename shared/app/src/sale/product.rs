//! Products whose sales are credited, and the versions of their rules.

use domain::date::Day;
use domain::sale::{Rule, RuleError};
use store::sale::SaleRow;
use store::sale_product::{ProductRow, RuleRow};
use store::{Connection, StoreError};

use super::take_in::begin_history;
use crate::points::Moment;

/// What kinds of products there are.
pub const CATEGORIES: [&str; 12] = [
    "deposit",
    "settlement",
    "fund",
    "paper_gold",
    "physical_gold",
    "insurance",
    "bond",
    "wealth",
    "fx",
    "e_banking",
    "sms_service",
    "card",
];

/// The bank's ids that may be sold as one product.
pub const MOST_CODES: usize = 1_000;

/// The first day that a rule can be about: 2000-01-01.
const FIRST_DAY: Day = Day::from_number(10_957);

/// A rule begins at most so many days ahead.
const MOST_AHEAD: i32 = 366;

/// Why a product or a rule was not kept. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ProductError {
    /// Another product has this id.
    #[error("another product is known under this id")]
    Exists,
    /// There is no such product.
    #[error("the product is not known")]
    Unknown,
    /// No such category.
    #[error("a category is one of those that products have")]
    Category,
    /// None of the bank's ids, or too many.
    #[error("one to {MOST_CODES} of the bank's ids are sold as a product")]
    Codes,
    /// The bank's id at that place, from 0, is named before.
    #[error("an id is named once")]
    Twice {
        /// Its place.
        place: usize,
    },
    /// The bank's id at that place, from 0, is sold as another product.
    #[error("the id is sold as another product")]
    Sold {
        /// Its place.
        place: usize,
    },
    /// A rule of a new product begins on or after 2000-01-01, a further version today or later; no rule begins more than
    /// 366 days ahead.
    #[error("a rule is from a day on that is not before {first}, nor more than {MOST_AHEAD} days ahead")]
    From {
        /// The first day that is possible.
        first: Day,
    },
    /// The rule cannot be.
    #[error("{0}")]
    Rule(RuleError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a new product is to be.
#[derive(Clone, Debug)]
pub struct NewProduct<'a> {
    /// The bank's id.
    pub id: &'a str,
    /// Chinese name.
    pub name_zh: &'a str,
    /// English name.
    pub name_en: &'a str,
    /// One of [`CATEGORIES`].
    pub category: &'a str,
    /// The bank's ids that are sold as it.
    pub product_ids: Vec<String>,
    /// First day of sales that are credited.
    pub from: Day,
    /// Its rule.
    pub rule: Rule,
}

/// A product with its rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductView {
    /// The product.
    pub row: ProductRow,
    /// The bank's ids that are sold as it, ascending.
    pub product_ids: Vec<String>,
    /// Every version of its rule, by number.
    pub versions: Vec<RuleRow>,
    /// True while sales that came before a version are still to be taken in.
    pub taking_in: bool,
}

impl ProductView {
    /// The version that holds for sales of a day.
    pub fn on(&self, day: Day) -> Option<&RuleRow> {
        latest(self.versions.iter(), day)
    }
}

/// The version with the latest first day up to a day holds, of one first day the highest version.
fn latest<'a>(versions: impl Iterator<Item = &'a RuleRow>, day: Day) -> Option<&'a RuleRow> {
    versions
        .filter(|version| version.from_day <= day.number())
        .max_by_key(|version| (version.from_day, version.version))
}

/// Every version of every rule.
pub(crate) struct Rules {
    versions: Vec<RuleRow>,
}

impl Rules {
    /// Reads them.
    pub(crate) fn load<C: Connection>(connection: &mut C) -> Result<Self, StoreError> {
        Ok(Self { versions: store::sale_product::rules(connection)? })
    }

    /// The version that holds for sales of a product on a day.
    pub(crate) fn on(&self, sale_product_ref: i64, day: Day) -> Option<&RuleRow> {
        latest(self.versions.iter().filter(|version| version.sale_product_ref == sale_product_ref), day)
    }

    /// The version by which a sale is credited.
    pub(crate) fn of(&self, sale: &SaleRow) -> Result<&RuleRow, StoreError> {
        self.versions
            .iter()
            .find(|version| version.sale_rule_ref == sale.sale_rule_ref)
            .ok_or_else(|| StoreError::Damaged("the rule of a sale is gone".to_owned()))
    }
}

/// Keeps a new product with its rule. Sales that came before it are taken in: some tens of thousands at once, what is left
/// by the default run. Call it inside a transaction.
pub fn create<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    new: NewProduct<'_>,
) -> Result<ProductView, ProductError> {
    if !CATEGORIES.contains(&new.category) {
        return Err(ProductError::Category);
    }
    check_rule((&new.rule, new.from), FIRST_DAY, moment)?;
    check_codes(&new.product_ids)?;
    if store::sale_product::by_id(connection, new.id)?.is_some() {
        return Err(ProductError::Exists);
    }
    if let Some(place) = store::sale_product::sold_codes(connection, &new.product_ids)?.first() {
        return Err(ProductError::Sold { place: *place });
    }
    let row = ProductRow {
        sale_product_ref: 0,
        sale_product_id: new.id.to_owned(),
        name_zh: new.name_zh.to_owned(),
        name_en: new.name_en.to_owned(),
        category: new.category.to_owned(),
        created_by: moment.person.to_owned(),
        created_at: moment.now_ms,
    };
    let number = store::sale_product::add(connection, &row)?;
    store::sale_product::add_codes(connection, number, &new.product_ids)?;
    add_rule(connection, moment, number, new.from, new.rule)?;
    begin_history(connection, moment, (number, &new.product_ids), new.from)?;
    find_product(connection, new.id)
}

/// Keeps another version of a product's rule, for sales from a day on. Sales that were taken in keep their version; those
/// of its days that had no rule are taken in. Call it inside a transaction.
pub fn add_version<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    id: &str,
    from: Day,
    rule: Rule,
) -> Result<ProductView, ProductError> {
    check_rule((&rule, from), moment.today, moment)?;
    let row = store::sale_product::by_id(connection, id)?.ok_or(ProductError::Unknown)?;
    add_rule(connection, moment, row.sale_product_ref, from, rule)?;
    let product = find_product(connection, id)?;
    begin_history(connection, moment, (product.row.sale_product_ref, &product.product_ids), from)?;
    find_product(connection, id)
}

/// The product of an id.
pub fn find_product<C: Connection>(connection: &mut C, id: &str) -> Result<ProductView, ProductError> {
    let row = store::sale_product::by_id(connection, id)?.ok_or(ProductError::Unknown)?;
    let mut found = with_rules(connection, vec![row])?;
    found.pop().ok_or(ProductError::Unknown)
}

/// Products after an id, at most `limit`, by id.
pub fn products<C: Connection>(
    connection: &mut C,
    after: &str,
    limit: u32,
) -> Result<Vec<ProductView>, StoreError> {
    let rows = store::sale_product::page(connection, after, limit)?;
    with_rules(connection, rows)
}

fn with_rules<C: Connection>(
    connection: &mut C,
    rows: Vec<ProductRow>,
) -> Result<Vec<ProductView>, StoreError> {
    let codes = store::sale_product::codes(connection)?;
    let rules = Rules::load(connection)?;
    let under_way = store::sale::products_under_way(connection)?;
    let view = |row: ProductRow| {
        let number = row.sale_product_ref;
        let own = codes.iter().filter(|(of, _)| *of == number).map(|(_, id)| id.clone()).collect();
        let versions = rules.versions.iter().filter(|version| version.sale_product_ref == number);
        let taking_in = under_way.contains(&number);
        ProductView { row, product_ids: own, versions: versions.cloned().collect(), taking_in }
    };
    Ok(rows.into_iter().map(view).collect())
}

fn add_rule<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    sale_product_ref: i64,
    from: Day,
    rule: Rule,
) -> Result<(), StoreError> {
    let row = RuleRow {
        sale_rule_ref: 0,
        sale_product_ref,
        version: 0,
        from_day: from.number(),
        rule,
        created_by: moment.person.to_owned(),
        created_at: moment.now_ms,
    };
    store::sale_product::add_rule(connection, &row)?;
    Ok(())
}

fn check_rule((rule, from): (&Rule, Day), first: Day, moment: Moment<'_>) -> Result<(), ProductError> {
    rule.check().map_err(ProductError::Rule)?;
    if from < first || from > moment.today.plus(MOST_AHEAD) {
        return Err(ProductError::From { first });
    }
    Ok(())
}

fn check_codes(product_ids: &[String]) -> Result<(), ProductError> {
    if product_ids.is_empty() || product_ids.len() > MOST_CODES {
        return Err(ProductError::Codes);
    }
    let mut seen = std::collections::BTreeSet::new();
    match product_ids.iter().position(|id| !seen.insert(id.as_str())) {
        Some(place) => Err(ProductError::Twice { place }),
        None => Ok(()),
    }
}
