//! Rewards on the wire.

use app::reward::Offer;
use domain::date::Day;
use serde::{Deserialize, Serialize};
use store::reward::{Codes, Fulfilment, Limit, Per, Price, PriceRow, Terms};
use web::field::{Date, IdText, Instant, Money, Text};

/// A name in two languages.
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RewardName {
    /// Chinese.
    pub zh: Text,
    /// English.
    pub en: Text,
}

/// What a piece costs.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RewardPrice {
    /// Points, above zero.
    pub points: i64,
    /// Money beside the points, above zero.
    #[serde(default)]
    pub cash: Option<Money>,
}

/// The span that a limit counts in.
#[derive(Clone, Copy, Default, Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum PerName {
    /// A business day.
    Day,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
    /// As long as there is the reward.
    #[default]
    Ever,
}

/// What a customer may have.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RewardLimit {
    /// Pieces, above zero.
    pub per_customer: i64,
    /// In which span; ever when absent.
    #[serde(default)]
    pub per: PerName,
}

/// How a reward reaches its customer.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum FulfilmentName {
    /// By a code, at once.
    Code,
    /// By a parcel.
    Shipment,
    /// By a partner who confirms.
    Partner,
    /// By nothing that could be sent.
    None,
}

/// Where codes come from.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum CodesName {
    /// Imported.
    Pool,
    /// Made here.
    Generated,
}

/// What happens to points that customers hold when a piece costs more.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum IssuedName {
    /// They keep the price that they were earned under.
    Grandfather,
}

/// A reward, new or as a new version.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RewardBody {
    /// The bank's id; of a new reward only.
    #[serde(default)]
    pub id: Option<IdText>,
    /// Its name.
    pub name: RewardName,
    /// What it is.
    #[serde(default)]
    pub description: Option<Text>,
    /// What a piece costs.
    pub price: RewardPrice,
    /// Pieces, of a new reward only; no end of them when absent.
    #[serde(default)]
    pub stock: Option<i64>,
    /// What a customer may have; any number when absent.
    #[serde(default)]
    pub limit: Option<RewardLimit>,
    /// Codes of the tiers that it is meant for; everybody when absent.
    #[serde(default)]
    pub tiers: Option<Vec<IdText>>,
    /// First day on which it is to be had.
    #[serde(default)]
    pub from: Option<Date>,
    /// Last day on which it is to be had.
    #[serde(default)]
    pub to: Option<Date>,
    /// How it reaches its customer.
    pub fulfilment: FulfilmentName,
    /// Where its codes come from; with the fulfilment code, and only then.
    #[serde(default)]
    pub codes: Option<CodesName>,
    /// The partner who delivers it.
    #[serde(default)]
    pub partner_id: Option<IdText>,
    /// How long a partner has to confirm; a day when absent.
    #[serde(default)]
    pub confirm_within_seconds: Option<u32>,
    /// What happens to issued points when a piece costs more; of a new version only.
    #[serde(default)]
    pub issued: Option<IssuedName>,
}

impl RewardBody {
    /// The price.
    pub(crate) fn price(&self) -> Price {
        Price { points: self.price.points, cash: self.price.cash.map(|cash| cash.0) }
    }

    /// The other terms.
    pub(crate) fn terms(&self) -> Terms {
        let id = |id: &IdText| id.0.as_str().to_owned();
        Terms {
            name_zh: self.name.zh.0.clone(),
            name_en: self.name.en.0.clone(),
            description: self.description.as_ref().map(|text| text.0.clone()),
            limit: self.limit.map(|limit| Limit {
                per_customer: limit.per_customer,
                per: match limit.per {
                    PerName::Day => Per::Day,
                    PerName::Month => Per::Month,
                    PerName::Year => Per::Year,
                    PerName::Ever => Per::Ever,
                },
            }),
            tiers: self.tiers.as_ref().map(|tiers| tiers.iter().map(id).collect()),
            from_on: self.from.map(|from| from.0.number()),
            to_on: self.to.map(|to| to.0.number()),
            fulfilment: match self.fulfilment {
                FulfilmentName::Code => Fulfilment::Code,
                FulfilmentName::Shipment => Fulfilment::Shipment,
                FulfilmentName::Partner => Fulfilment::Partner,
                FulfilmentName::None => Fulfilment::Nothing,
            },
            codes: self.codes.map(|codes| match codes {
                CodesName::Pool => Codes::Pool,
                CodesName::Generated => Codes::Generated,
            }),
            partner_id: self.partner_id.as_ref().map(id),
            confirm_within_seconds: self.confirm_within_seconds,
        }
    }
}

/// A reward.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct RewardAnswer {
    id: String,
    version: u32,
    name: RewardName,
    description: Option<String>,
    /// What a piece costs today.
    price: RewardPrice,
    /// Pieces that can be had; null: no end of them.
    stock: Option<i64>,
    /// Codes of the pool that nobody has; null without a pool.
    codes_left: Option<i64>,
    limit: Option<RewardLimit>,
    tiers: Option<Vec<String>>,
    from: Option<Date>,
    to: Option<Date>,
    fulfilment: FulfilmentName,
    codes: Option<CodesName>,
    partner_id: Option<String>,
    confirm_within_seconds: Option<u32>,
    /// Null while it is in the catalogue.
    retired_at: Option<Instant>,
    changed_by: String,
    changed_at: Instant,
}

/// The price of a version.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct PriceAnswer {
    version: u32,
    points: i64,
    cash: Option<Money>,
    /// First day on which it is in force, unless another version came before.
    from: Date,
}

/// A reward with its prices.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct RewardPricesAnswer {
    #[serde(flatten)]
    reward: RewardAnswer,
    /// Of every version, the first one first.
    prices: Vec<PriceAnswer>,
}

/// A reward as it is offered.
pub(crate) fn shape(offer: Offer) -> RewardAnswer {
    let (left, price, row) = (offer.left(), offer.price, offer.row);
    let terms = row.terms;
    let has_pool = terms.codes == Some(Codes::Pool);
    let day = |on: i32| Date(Day::from_number(on));
    RewardAnswer {
        id: row.reward_id,
        version: row.version,
        name: RewardName { zh: Text(terms.name_zh), en: Text(terms.name_en) },
        description: terms.description,
        price: RewardPrice { points: price.points, cash: price.cash.map(Money) },
        stock: left,
        codes_left: has_pool.then_some(row.codes_left),
        limit: terms.limit.map(|limit| RewardLimit {
            per_customer: limit.per_customer,
            per: match limit.per {
                Per::Day => PerName::Day,
                Per::Month => PerName::Month,
                Per::Year => PerName::Year,
                Per::Ever => PerName::Ever,
            },
        }),
        tiers: terms.tiers,
        from: terms.from_on.map(day),
        to: terms.to_on.map(day),
        fulfilment: match terms.fulfilment {
            Fulfilment::Code => FulfilmentName::Code,
            Fulfilment::Shipment => FulfilmentName::Shipment,
            Fulfilment::Partner => FulfilmentName::Partner,
            Fulfilment::Nothing => FulfilmentName::None,
        },
        codes: terms.codes.map(|codes| match codes {
            Codes::Pool => CodesName::Pool,
            Codes::Generated => CodesName::Generated,
        }),
        partner_id: terms.partner_id,
        confirm_within_seconds: terms.confirm_within_seconds,
        retired_at: row.retired_at.map(Instant),
        changed_by: row.changed_by,
        changed_at: Instant(row.changed_at),
    }
}

/// A reward as it is offered, with its prices.
pub(crate) fn shape_with_prices(offer: Offer) -> RewardPricesAnswer {
    let price = |row: &PriceRow| PriceAnswer {
        version: row.version,
        points: row.price.points,
        cash: row.price.cash.map(Money),
        from: Date(Day::from_number(row.from_on)),
    };
    let prices = offer.prices.iter().map(price).collect();
    RewardPricesAnswer { reward: shape(offer), prices }
}
