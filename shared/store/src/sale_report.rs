//! Sums of sales and of their credit by key, one scan each, and the names behind the keys.

use crate::organisation::under;
use crate::sale::numbers;
use crate::{Connection, Row, StoreError, Value, dialect, wide};

mod work;

pub use work::{Work, WorkCount, WorkFilter, work};

/// What sales and their credit are added up by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// The selling organisation.
    Organisation,
    /// The product.
    Product,
    /// The channel, as the transaction named it.
    Channel,
    /// The day: of a sale its own, of credit the one that it counts in.
    Day,
}

/// What a sum is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Our number of the employee, organisation or product, or the day; of an employee's key -1 for credit of
    /// organisations themselves.
    pub number: i64,
    /// The channel, where that is the key and the transaction named one.
    pub text: Option<String>,
}

impl Key {
    /// A key that is a number.
    pub fn of(number: impl Into<i64>) -> Self {
        Self { number: number.into(), text: None }
    }

    fn read(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { number: row.integer()?, text: row.text_or_null()? })
    }
}

impl Grouping {
    /// The two columns of the key; `day` is the column of the day.
    fn key(self, day: &str) -> String {
        match self {
            Grouping::Organisation => "sale.organisation_ref, null".to_owned(),
            Grouping::Product => "sale.sale_product_ref, null".to_owned(),
            Grouping::Channel => "0, sale.channel".to_owned(),
            Grouping::Day => format!("{day}, null"),
        }
    }

    /// Which of the two tells keys apart.
    const fn column(self) -> u8 {
        match self {
            Grouping::Channel => 2,
            Grouping::Organisation | Grouping::Product | Grouping::Day => 1,
        }
    }
}

/// Which sales and lines are added up.
#[derive(Clone, Copy, Debug)]
pub struct ReportFilter {
    /// First day.
    pub from: i32,
    /// Last day.
    pub to: i32,
    /// First day of the whole period, of which `from..=to` may be a part.
    pub begins: i32,
    /// What was booked after this day is not known yet.
    pub as_of: i32,
    /// Top of the subtree that sold; `None`: the whole bank.
    pub top: Option<u32>,
    /// Only this product.
    pub product: Option<i64>,
    /// Only credit of this employee.
    pub employee: Option<u32>,
    /// Only sales under this version of a rule.
    pub rule: Option<i64>,
}

/// Credit of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditSum {
    /// Of what.
    pub key: Key,
    /// Of an employee: sales of the span that leave him or her a credit on the day of the sale; otherwise 0.
    pub sales: u64,
    /// Minor units.
    pub credited: i64,
    /// Of that: adjustments and reversals of sales from before the whole period.
    pub corrections: i64,
}

/// Credit that counts in a span of days.
pub fn credits<C: Connection>(
    connection: &mut C,
    grouping: Grouping,
    filter: &ReportFilter,
) -> Result<Vec<CreditSum>, StoreError> {
    let (credited, corrections) = (wide::sum("credit.amount"), wide::sum(CORRECTION));
    let sql = format!(
        "{} select {}, 0, {credited}, {corrections} from {CREDIT} group by {}",
        under(4),
        grouping.key("on_day"),
        grouping.column()
    );
    credit_sums(connection, "sale_report.credits", &sql, filter)
}

/// Credit that counts in a span of days, by employee.
pub fn credits_of_employees<C: Connection>(
    connection: &mut C,
    filter: &ReportFilter,
) -> Result<Vec<CreditSum>, StoreError> {
    // All lines of a sale on its own day lie in one span, so that sales of several spans may be added up. A sale is
    // somebody's that leaves a credit on its day.
    let sql = format!(
        "{} select who, null, count(case when {} <> 0 then 1 end), {}, {}
         from (select case when role = 3 then -1 else employee_ref end as who, {}, {}, {}
               from {CREDIT} group by 1, credit.sale_ref) as of_sale
         group by who",
        under(4),
        wide::whole("own"),
        wide::sum_of("credited"),
        wide::sum_of("correction"),
        wide::sum_as("case when sold_on = on_day then credit.amount else 0 end", "own"),
        wide::sum_as("credit.amount", "credited"),
        wide::sum_as(CORRECTION, "correction"),
    );
    credit_sums(connection, "sale_report.credits_of_employees", &sql, filter)
}

/// Of a line: the credit, where it counts in another day than the sale, which was before the period.
const CORRECTION: &str = "case when on_day <> sold_on and sold_on < ?7 then credit.amount else 0 end";

/// Lines of credit with their sales.
const CREDIT: &str = "sale_credit as credit cross join sale
         where sale.sale_ref = credit.sale_ref and on_day >= ?1 and on_day <= ?2 and credit.booked_on <= ?3
           and (?4 is null or sale.organisation_ref in (select organisation_ref from under))
           and (?5 is null or sale_product_ref = ?5)
           and (?6 is null or (employee_ref = ?6 and role <> 3))
           and (?8 is null or credit.sale_rule_ref = ?8)";

fn credit_sums<C: Connection>(
    connection: &mut C,
    query: &'static str,
    sql: &str,
    filter: &ReportFilter,
) -> Result<Vec<CreditSum>, StoreError> {
    let parameters: [Value; 8] = [
        filter.from.into(),
        filter.to.into(),
        filter.as_of.into(),
        filter.top.into(),
        filter.product.into(),
        filter.employee.into(),
        filter.begins.into(),
        filter.rule.into(),
    ];
    connection.execute(sql, &parameters)?.read(query, |row| {
        Ok(CreditSum {
            key: Key::read(row)?,
            sales: row.narrow()?,
            credited: wide::read(row)?,
            corrections: wide::read(row)?,
        })
    })
}

/// Sales of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaleSum {
    /// Of what.
    pub key: Key,
    /// How many, each once.
    pub sales: u64,
    /// What they come to, in minor units.
    pub amount: i64,
}

/// Sales of a span of days, less everything that was taken back of them so far.
pub fn sales<C: Connection>(
    connection: &mut C,
    grouping: Grouping,
    filter: &ReportFilter,
) -> Result<Vec<SaleSum>, StoreError> {
    let sql = format!(
        "{} select {}, count(*), {}
         from sale
         where sold_on >= ?1 and sold_on <= ?2 and booked_on <= ?5
           and (?3 is null or sale.organisation_ref in (select organisation_ref from under))
           and (?4 is null or sale_product_ref = ?4)
         group by {}",
        under(3),
        grouping.key("sold_on"),
        wide::sum("(amount - refunded)"),
        grouping.column(),
    );
    let parameters: [Value; 5] =
        [filter.from.into(), filter.to.into(), filter.top.into(), filter.product.into(), filter.as_of.into()];
    connection.execute(&sql, &parameters)?.read("sale_report.sales", |row| {
        Ok(SaleSum { key: Key::read(row)?, sales: row.narrow()?, amount: wide::read(row)? })
    })
}

/// What was taken back of sales of a span of days after that span, or after the day up to which things are known, in
/// minor units.
pub fn refunded_later<C: Connection>(
    connection: &mut C,
    grouping: Grouping,
    filter: &ReportFilter,
) -> Result<Vec<(Key, i64)>, StoreError> {
    let sql = format!(
        "{} select {}, {}
         from sale_refund cross join sale
         where sale.sale_ref = sale_refund.sale_ref and (sale_refund.booked_on > ?5 or refunded_on > ?2)
           and sold_on >= ?1 and sold_on <= ?2 and sale.booked_on <= ?5
           and (?3 is null or sale.organisation_ref in (select organisation_ref from under))
           and (?4 is null or sale_product_ref = ?4)
         group by {}",
        under(3),
        grouping.key("sold_on"),
        wide::sum("sale_refund.amount"),
        grouping.column(),
    );
    let parameters: [Value; 5] =
        [filter.from.into(), filter.to.into(), filter.top.into(), filter.product.into(), filter.as_of.into()];
    connection
        .execute(&sql, &parameters)?
        .read("sale_report.refunded_later", |row| Ok((Key::read(row)?, wide::read(row)?)))
}

/// What an employee is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmployeeName {
    /// Our number.
    pub employee_ref: u32,
    /// The bank's id.
    pub employee_id: String,
    /// Name.
    pub name: String,
    /// Number of the organisation where the employee works.
    pub organisation_ref: u32,
}

/// Employees by their numbers.
pub fn employees<C: Connection>(
    connection: &mut C,
    employee_refs: &[i64],
) -> Result<Vec<EmployeeName>, StoreError> {
    let sql = format!(
        "select employee_ref, employee_id, name, organisation_ref
         from {} cross join employee where employee_ref = row.value",
        dialect::batch(1)
    );
    connection.execute(&sql, &[numbers(employee_refs)])?.read("sale_report.employees", |row| {
        Ok(EmployeeName {
            employee_ref: row.narrow()?,
            employee_id: row.text()?,
            name: row.text()?,
            organisation_ref: row.narrow()?,
        })
    })
}

/// What a product is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductName {
    /// Our number.
    pub sale_product_ref: i64,
    /// The bank's id.
    pub sale_product_id: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
}

/// Every product; a bank has some dozens.
pub fn products<C: Connection>(connection: &mut C) -> Result<Vec<ProductName>, StoreError> {
    connection
        .execute(
            "select sale_product_ref, sale_product_id, name_zh, name_en from sale_product order by sale_product_id",
            &[],
        )?
        .read("sale_report.products", |row| {
            Ok(ProductName {
                sale_product_ref: row.integer()?,
                sale_product_id: row.text()?,
                name_zh: row.text()?,
                name_en: row.text()?,
            })
        })
}
