//! The catalogue: rewards are written, replaced by new versions, stocked and retired.

use std::collections::{BTreeMap, BTreeSet};

use domain::date::Day;
use store::reward::{Codes, NewVersion, Price, PriceRow, RewardRow, Terms};
use store::{Connection, StoreError};

use super::step::{LAPSES, time_out};
use super::terms::{MOST_PIECES, check, check_pieces};
use super::{CatalogueError, price};
use crate::points::Moment;
use crate::points::programme::programme;

/// A reward as it is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The reward with the terms of its latest version.
    pub row: RewardRow,
    /// What a piece costs today.
    pub price: Price,
    /// What it cost in each version, the first one first.
    pub prices: Vec<PriceRow>,
}

impl Offer {
    fn new(row: RewardRow, prices: Vec<PriceRow>, today: Day) -> Result<Self, StoreError> {
        Ok(Self { row, price: price::price_now(&prices, today)?.price, prices })
    }

    /// Pieces that can be had; `None`: no end of them. Each piece of a pool needs a code.
    pub fn left(&self) -> Option<i64> {
        match self.row.terms.codes {
            Some(Codes::Pool) => {
                Some(self.row.stock.map_or(self.row.codes_left, |stock| stock.min(self.row.codes_left)))
            }
            Some(Codes::Generated) | None => self.row.stock,
        }
    }
}

/// A reward to be written.
#[derive(Clone, Debug)]
pub struct NewReward<'a> {
    /// The bank's id.
    pub id: &'a str,
    /// Pieces; `None`: no end of them.
    pub stock: Option<i64>,
    /// What a piece costs.
    pub price: Price,
    /// The other terms.
    pub terms: &'a Terms,
    /// Random text that generated codes are made from.
    pub secret: &'a str,
}

/// A reward of the catalogue, a retired one too.
pub fn offer<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    id: &str,
) -> Result<Offer, CatalogueError> {
    let found = store::reward::by_id(connection, id, moment.now_ms)?;
    let row = found.ok_or(CatalogueError::UnknownReward)?;
    let prices = prices_of(connection, row.reward_ref)?;
    Ok(Offer::new(row, prices, moment.today)?)
}

/// Prices of a reward's versions.
pub(super) fn prices_of<C: Connection>(
    connection: &mut C,
    reward_ref: i64,
) -> Result<Vec<PriceRow>, StoreError> {
    let prices = store::reward::prices(connection, &[reward_ref])?;
    Ok(prices.into_iter().map(|(_, row)| row).collect())
}

/// Rewards after an id, at most `limit`, by id; with a tier those that its holders may have.
pub fn offers<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    tier_code: Option<&str>,
    after: &str,
    limit: u32,
) -> Result<Vec<Offer>, StoreError> {
    let rows = store::reward::page(connection, tier_code, moment.now_ms, after, limit)?;
    let refs: Vec<i64> = rows.iter().map(|row| row.reward_ref).collect();
    let mut prices: BTreeMap<i64, Vec<PriceRow>> = BTreeMap::new();
    for (reward_ref, row) in store::reward::prices(connection, &refs)? {
        prices.entry(reward_ref).or_default().push(row);
    }
    rows.into_iter()
        .map(|row| {
            let of_row = prices.remove(&row.reward_ref).unwrap_or_default();
            Offer::new(row, of_row, moment.today)
        })
        .collect()
}

/// Writes a reward. Call it inside a transaction.
pub fn create<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    new: &NewReward<'_>,
) -> Result<Offer, CatalogueError> {
    check(connection, new.price, new.terms)?;
    if let Some(stock) = new.stock {
        check_pieces(stock, 0, "/stock")?;
    }
    let reward_ref = store::reward::add(connection, new.id, new.stock, new.secret)?
        .ok_or(CatalogueError::AlreadyExists)?;
    let version = NewVersion {
        reward_ref,
        version: 1,
        price: new.price,
        from_on: moment.today.number(),
        terms: new.terms,
        on: moment.today.number(),
        person: moment.person,
        at: moment.now_ms,
    };
    store::reward::add_version(connection, &version)?;
    offer(connection, moment, new.id)
}

/// Writes a new version of a reward. More points for a piece, or more money, are refused while customers hold points,
/// unless `grandfather` says that those points keep the price that they were earned under; and they are asked for only
/// after the programme's notice. Call it inside a transaction.
pub fn replace<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    id: &str,
    (new_price, terms): (Price, &Terms),
    grandfather: bool,
) -> Result<Offer, CatalogueError> {
    let before = in_catalogue(connection, moment, id)?;
    check(connection, new_price, terms)?;
    let today = moment.today.number();
    let announced = before.prices.last().filter(|latest| latest.price == new_price);
    let from_on = if let Some(latest) = announced {
        latest.from_on
    } else if let Some(pointer) = price::dearer_part(new_price, before.price) {
        let points = store::points_rule::open_points(connection, None)?;
        if points > 0 && !grandfather {
            return Err(CatalogueError::WouldDevalue { pointer, points });
        }
        today + i32::from(programme(connection)?.price_notice_days)
    } else {
        today
    };
    let version = NewVersion {
        reward_ref: before.row.reward_ref,
        version: before.row.version + 1,
        price: new_price,
        from_on,
        terms,
        on: today,
        person: moment.person,
        at: moment.now_ms,
    };
    store::reward::add_version(connection, &version)?;
    offer(connection, moment, id)
}

fn in_catalogue<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    id: &str,
) -> Result<Offer, CatalogueError> {
    let found = offer(connection, moment, id)?;
    if found.row.retired_at.is_some() { Err(CatalogueError::Retired) } else { Ok(found) }
}

/// Adds pieces, or takes some out. Call it inside a transaction.
pub fn add_stock<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    id: &str,
    pieces: i64,
) -> Result<Offer, CatalogueError> {
    check_pieces(pieces, -MOST_PIECES, "/add")?;
    // What a partner did not confirm in time is there again, and can be taken out.
    while time_out(connection, moment, LAPSES)? == u64::from(LAPSES) {}
    let found = in_catalogue(connection, moment, id)?;
    if found.row.stock.is_none() {
        return Err(CatalogueError::NoStock);
    }
    store::reward::add_stock(connection, found.row.reward_ref, pieces)?.ok_or(CatalogueError::OutOfStock)?;
    offer(connection, moment, id)
}

/// What became of codes that were imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Codes that are in the pool now.
    pub accepted: usize,
    /// Places, from 0, of codes that came more than once or that some reward had before; they were left out.
    pub duplicates: Vec<usize>,
    /// Codes of the pool that nobody has.
    pub codes_left: i64,
}

/// Adds codes to a reward's pool. A code is one reward's alone: it would buy twice otherwise. Call it inside a
/// transaction.
pub fn import_codes<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    id: &str,
    codes: &[String],
) -> Result<Imported, CatalogueError> {
    let found = in_catalogue(connection, moment, id)?;
    if found.row.terms.codes != Some(Codes::Pool) {
        return Err(CatalogueError::NoPool);
    }
    let mut seen = BTreeSet::new();
    let fresh: Vec<&str> = codes.iter().map(String::as_str).filter(|code| seen.insert(*code)).collect();
    let added = store::coupon::import(connection, found.row.reward_ref, fresh)?;
    let accepted = added.len();
    // The first of several is the one that was accepted.
    let mut added: BTreeSet<String> = added.into_iter().collect();
    let places = codes.iter().enumerate().filter(|(_, code)| !added.remove(*code));
    let duplicates: Vec<usize> = places.map(|(place, _)| place).collect();
    Ok(Imported { accepted, duplicates, codes_left: found.row.codes_left + accepted as i64 })
}

/// Takes a reward out of the catalogue for good; what was redeemed goes on. Call it inside a transaction.
pub fn retire<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    id: &str,
) -> Result<Offer, CatalogueError> {
    let found = in_catalogue(connection, moment, id)?;
    store::reward::retire(connection, found.row.reward_ref, moment.person, moment.now_ms)?;
    offer(connection, moment, id)
}
