//! Products whose sales are credited, the bank's ids that are sold as each, and every version of their rules.

use domain::sale::Rule;

use crate::batch::{self, Batch};
use crate::{Connection, Row, StoreError, dialect};

mod definition;

/// A product as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductRow {
    /// Its number; 0 before it is stored.
    pub sale_product_ref: i64,
    /// The bank's id.
    pub sale_product_id: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// What kind of product it is.
    pub category: String,
    /// Who wrote it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
}

const PRODUCT: &str =
    "select sale_product_ref, sale_product_id, name_zh, name_en, category, created_by, created_at
     from sale_product";

fn product(row: &mut Row<'_>) -> Result<ProductRow, StoreError> {
    Ok(ProductRow {
        sale_product_ref: row.integer()?,
        sale_product_id: row.text()?,
        name_zh: row.text()?,
        name_en: row.text()?,
        category: row.text()?,
        created_by: row.text()?,
        created_at: row.integer()?,
    })
}

/// Writes a new product and returns its number.
pub fn add<C: Connection>(connection: &mut C, row: &ProductRow) -> Result<i64, StoreError> {
    connection
        .execute(
            "insert into sale_product (sale_product_id, name_zh, name_en, category, created_by, created_at)
             values (?1, ?2, ?3, ?4, ?5, ?6) returning sale_product_ref",
            &[
                row.sale_product_id.as_str().into(),
                row.name_zh.as_str().into(),
                row.name_en.as_str().into(),
                row.category.as_str().into(),
                row.created_by.as_str().into(),
                row.created_at.into(),
            ],
        )?
        .read_one("sale_product.add", |row| row.integer())
}

/// The product of an id.
pub fn by_id<C: Connection>(connection: &mut C, id: &str) -> Result<Option<ProductRow>, StoreError> {
    let sql = format!("{PRODUCT} where sale_product_id = ?1");
    connection.execute(&sql, &[id.into()])?.read_first("sale_product.by_id", product)
}

/// Products after an id, by id.
pub fn page<C: Connection>(
    connection: &mut C,
    after: &str,
    limit: u32,
) -> Result<Vec<ProductRow>, StoreError> {
    let sql = format!("{PRODUCT} where sale_product_id > ?1 order by sale_product_id limit ?2");
    connection.execute(&sql, &[after.into(), limit.into()])?.read("sale_product.page", product)
}

/// Lets the bank's ids be sold as a product.
pub fn add_codes<C: Connection>(
    connection: &mut C,
    sale_product_ref: i64,
    product_ids: &[String],
) -> Result<(), StoreError> {
    let rows = product_ids.iter().map(|id| [id.as_str().into(), sale_product_ref.into()]);
    batch::insert(connection, "insert into sale_product_code (product_id, sale_product_ref)", "", rows)?;
    Ok(())
}

/// Which of the bank's ids are sold as some product, as places in the list, ascending.
pub fn sold_codes<C: Connection>(
    connection: &mut C,
    product_ids: &[String],
) -> Result<Vec<usize>, StoreError> {
    let sql = format!(
        "select row.key from {} cross join sale_product_code where product_id = row.value order by row.key",
        dialect::batch(1)
    );
    let ids = Batch::of_texts(product_ids.iter().map(String::as_str)).into_value();
    connection.execute(&sql, &[ids])?.read("sale_product.sold_codes", |row| row.narrow())
}

/// The bank's ids that are sold as each product, as (number of the product, id), by both.
pub fn codes<C: Connection>(connection: &mut C) -> Result<Vec<(i64, String)>, StoreError> {
    connection
        .execute(
            "select sale_product_ref, product_id from sale_product_code order by sale_product_ref, product_id",
            &[],
        )?
        .read("sale_product.codes", |row| Ok((row.integer()?, row.text()?)))
}

/// A version of a product's rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleRow {
    /// Its number; 0 before it is stored.
    pub sale_rule_ref: i64,
    /// The product.
    pub sale_product_ref: i64,
    /// Number of the version, from 1; 0 before it is stored.
    pub version: u32,
    /// First day of sales that it is about.
    pub from_day: i32,
    /// What it says.
    pub rule: Rule,
    /// Who wrote it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
}

/// True when a product has a rule.
pub fn any_rule<C: Connection>(connection: &mut C) -> Result<bool, StoreError> {
    connection
        .execute("select exists (select 1 from sale_rule)", &[])?
        .read_one("sale_product.any_rule", |row| row.flag())
}

/// Every version of every rule, by product and number of the version. A bank has some dozens of products.
pub fn rules<C: Connection>(connection: &mut C) -> Result<Vec<RuleRow>, StoreError> {
    connection
        .execute(
            "select sale_rule_ref, sale_product_ref, version, from_day, definition, created_by, created_at
             from sale_rule order by sale_product_ref, version",
            &[],
        )?
        .read("sale_product.rules", |row| {
            Ok(RuleRow {
                sale_rule_ref: row.integer()?,
                sale_product_ref: row.integer()?,
                version: row.narrow()?,
                from_day: row.narrow()?,
                rule: definition::read(&row.text()?).ok_or_else(|| {
                    StoreError::Damaged("the rule of a product does not have its form".to_owned())
                })?,
                created_by: row.text()?,
                created_at: row.integer()?,
            })
        })
}

/// Writes the next version of a product's rule and returns its number among them.
pub fn add_rule<C: Connection>(connection: &mut C, row: &RuleRow) -> Result<u32, StoreError> {
    connection
        .execute(
            "insert into sale_rule (sale_product_ref, version, from_day, definition, created_by, created_at)
             select ?1, coalesce(max(version), 0) + 1, ?2, ?3, ?4, ?5 from sale_rule where sale_product_ref = ?1
             returning version",
            &[
                row.sale_product_ref.into(),
                row.from_day.into(),
                definition::write(&row.rule)?.into(),
                row.created_by.as_str().into(),
                row.created_at.into(),
            ],
        )?
        .read_one("sale_product.add_rule", |row| row.narrow())
}
