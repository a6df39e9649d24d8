//! Rewards: versions of their terms, prices, stock.

use serde::{Deserialize, Serialize};

use crate::{Connection, Row, StoreError, Value, batch};

mod stock;

pub use stock::{Taken, add_stock, prices, put_back, retire, secret, take};

/// How a reward reaches its customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fulfilment {
    /// By a code, at once.
    Code,
    /// By a parcel.
    Shipment,
    /// By a partner who confirms.
    Partner,
    /// By nothing that could be sent.
    #[serde(rename = "none")]
    Nothing,
}

impl Fulfilment {
    /// Every way with its name.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("code", Self::Code),
        ("shipment", Self::Shipment),
        ("partner", Self::Partner),
        ("none", Self::Nothing),
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }
}

/// Where codes come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Codes {
    /// Imported.
    Pool,
    /// Made here.
    Generated,
}

/// The span that a customer's limit counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// A business day.
    Day,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
    /// As long as there is the reward.
    Ever,
}

/// What a customer may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Pieces, above zero.
    pub per_customer: i64,
    /// In which span.
    pub per: Per,
}

/// Terms of a version, but the price, as its row holds them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// What it is.
    pub description: Option<String>,
    /// What a customer may have; `None`: any number.
    pub limit: Option<Limit>,
    /// Codes of the tiers that it is meant for; `None`: everybody.
    pub tiers: Option<Vec<String>>,
    /// First day on which it is to be had.
    pub from_on: Option<i32>,
    /// Last day on which it is to be had.
    pub to_on: Option<i32>,
    /// How it reaches its customer.
    pub fulfilment: Fulfilment,
    /// Where its codes come from; there when it is fulfilled by codes.
    pub codes: Option<Codes>,
    /// The partner who delivers it.
    pub partner_id: Option<String>,
    /// How long a partner has to confirm; there when a partner delivers.
    pub confirm_within_seconds: Option<u32>,
}

/// What one piece costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// Points, above zero.
    pub points: i64,
    /// Money beside the points, in minor units, above zero.
    pub cash: Option<i64>,
}

/// A reward with its latest version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewardRow {
    /// Its number.
    pub reward_ref: i64,
    /// The bank's id.
    pub reward_id: String,
    /// The latest version, from 1.
    pub version: u32,
    /// Pieces left, those of lapsed redemptions among them; `None`: no end of them.
    pub stock: Option<i64>,
    /// Codes of the pool that nobody has.
    pub codes_left: i64,
    /// When it was taken out of the catalogue, in milliseconds.
    pub retired_at: Option<i64>,
    /// Terms of the latest version, but the price.
    pub terms: Terms,
    /// Who wrote the version.
    pub changed_by: String,
    /// When, in milliseconds.
    pub changed_at: i64,
}

/// The price of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceRow {
    /// The version.
    pub version: u32,
    /// Its price.
    pub price: Price,
    /// First day on which it is in force.
    pub from_on: i32,
    /// The day on which it was written.
    pub created_on: i32,
    /// The number of the last lot that was there then; 0: there was none.
    pub last_lot_ref: i64,
}

/// A version about to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewVersion<'a> {
    /// Of which reward.
    pub reward_ref: i64,
    /// Its number.
    pub version: u32,
    /// The price.
    pub price: Price,
    /// First day on which it is in force.
    pub from_on: i32,
    /// The other terms.
    pub terms: &'a Terms,
    /// The day on which it is written.
    pub on: i32,
    /// Who writes it.
    pub person: &'a str,
    /// When, in milliseconds.
    pub at: i64,
}

// ?1 is now. What was reserved and lapsed is back in stock before a job says so.
const SELECT: &str = "select reward.reward_ref, reward_id, reward.version,
       stock + coalesce((select sum(quantity) from redemption where redemption.reward_ref = reward.reward_ref
         and state = 'reserved' and confirm_by <= ?1), 0),
       codes_left, retired_at, definition, created_by, created_at
     from reward join reward_version
       on reward_version.reward_ref = reward.reward_ref and reward_version.version = reward.version";

fn reward_row(row: &mut Row<'_>) -> Result<RewardRow, StoreError> {
    let (reward_ref, reward_id, version) = (row.integer()?, row.text()?, row.narrow()?);
    let (stock, codes_left, retired_at) = (row.integer_or_null()?, row.integer()?, row.integer_or_null()?);
    let terms = serde_json::from_str(&row.text()?)
        .map_err(|_| StoreError::Damaged("the terms of a reward do not have their form".to_owned()))?;
    let (changed_by, changed_at) = (row.text()?, row.integer()?);
    Ok(RewardRow {
        reward_ref,
        reward_id,
        version,
        stock,
        codes_left,
        retired_at,
        terms,
        changed_by,
        changed_at,
    })
}

/// The reward of an id.
pub fn by_id<C: Connection>(
    connection: &mut C,
    reward_id: &str,
    now_ms: i64,
) -> Result<Option<RewardRow>, StoreError> {
    let sql = format!("{SELECT} where reward_id = ?2");
    connection.execute(&sql, &[now_ms.into(), reward_id.into()])?.read_first("reward.by_id", reward_row)
}

/// Rewards of the catalogue after the id `after`, at most `limit`, by id; with a tier those that its holders may have.
pub fn page<C: Connection>(
    connection: &mut C,
    tier_code: Option<&str>,
    now_ms: i64,
    after: &str,
    limit: u32,
) -> Result<Vec<RewardRow>, StoreError> {
    let sql = format!(
        "{SELECT}
         where reward_id > ?2 and retired_at is null
           and (?3 is null
             or not exists (select 1 from reward_tier where reward_tier.reward_ref = reward.reward_ref)
             or exists (select 1 from reward_tier
               where reward_tier.reward_ref = reward.reward_ref and tier_code = ?3))
         order by reward_id limit ?4"
    );
    let parameters: [Value; 4] = [now_ms.into(), after.into(), tier_code.into(), limit.into()];
    connection.execute(&sql, &parameters)?.read("reward.page", reward_row)
}

/// Writes a reward without a version and returns its number; nothing when the id is taken.
pub fn add<C: Connection>(
    connection: &mut C,
    reward_id: &str,
    stock: Option<i64>,
    secret: &str,
) -> Result<Option<i64>, StoreError> {
    connection
        .execute(
            "insert into reward (reward_id, version, stock, codes_left, codes_made, secret)
             values (?1, 0, ?2, 0, 0, ?3) on conflict (reward_id) do nothing returning reward_ref",
            &[reward_id.into(), stock.into(), secret.into()],
        )?
        .read_first("reward.add", |row| row.integer())
}

/// Writes a version, which is the latest from now on.
pub fn add_version<C: Connection>(connection: &mut C, new: &NewVersion<'_>) -> Result<(), StoreError> {
    let definition =
        serde_json::to_string(new.terms).map_err(|error| StoreError::Damaged(error.to_string()))?;
    connection.execute(
        "insert into reward_version (reward_ref, version, points, cash, definition, from_on, created_on, last_lot_ref,
           created_by, created_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, (select coalesce(max(points_lot_ref), 0) from points_lot), ?8, ?9)",
        &[
            new.reward_ref.into(),
            new.version.into(),
            new.price.points.into(),
            new.price.cash.into(),
            definition.into(),
            new.from_on.into(),
            new.on.into(),
            new.person.into(),
            new.at.into(),
        ],
    )?;
    let reward: Value = new.reward_ref.into();
    connection.execute(
        "update reward set version = ?2 where reward_ref = ?1",
        &[reward.clone(), new.version.into()],
    )?;
    connection.execute("delete from reward_tier where reward_ref = ?1", &[reward])?;
    let tiers = new.terms.tiers.iter().flatten().map(|tier| [new.reward_ref.into(), tier.as_str().into()]);
    batch::insert(connection, "insert into reward_tier (reward_ref, tier_code)", "", tiers)?;
    Ok(())
}
