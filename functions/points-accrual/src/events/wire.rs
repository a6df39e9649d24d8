//! Events as they are sent.

use std::borrow::Cow;

use app::points::accrual::Event;
use domain::balance::AMOUNT_LIMIT;
use domain::id::{NotAnId, is_id};
use domain::intake::{SHANGHAI_OFFSET_MINUTES, business_day};
use domain::points::condition::Fact;
use serde::Deserialize;
use web::FieldError;
use web::field::{Instant, Money, Scalar, StrictMap};

/// Free facts that an event may have.
const MOST_ATTRIBUTES: usize = 50;
/// Characters of a free fact's name.
const LONGEST_NAME: usize = 64;
/// Characters of a free fact that is a text.
const LONGEST_TEXT: usize = 256;
/// How far clocks of feeds may be ahead.
const DAY_MS: i64 = 86_400_000;

/// Something that may earn points, once for ever by source and id.
#[derive(Debug, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PointsEvent<'a> {
    /// The system that tells of it.
    #[serde(borrow)]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "web::field::IdText"))]
    source: Cow<'a, str>,
    /// That system's id.
    #[serde(borrow)]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "web::field::IdText"))]
    id: Cow<'a, str>,
    /// When; at most one day ahead.
    occurred_at: Instant,
    /// Whose.
    #[serde(borrow)]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "web::field::IdText"))]
    customer_id: Cow<'a, str>,
    /// What it is, such as `purchase`, `survey`, `sign_up`: 1 to 64 of `a-z0-9_`.
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    /// Above zero.
    amount: Option<Money>,
    /// The sender's own facts, at most 50; a referral names its referrer under `referrer_id`.
    attributes: Option<StrictMap<Scalar>>,
    /// By which channel.
    channel: Option<String>,
    /// The merchant's category.
    merchant_category: Option<String>,
    /// The bank's product.
    product_id: Option<String>,
    /// Where it happened.
    organisation_id: Option<String>,
    /// The bank on the other side.
    counterparty_bank: Option<String>,
    /// Id, in the same source, of the event that a `refund` takes back.
    refund_of: Option<String>,
}

fn rule(holds: bool, pointer: &str, detail: impl ToString) -> Result<(), FieldError> {
    if holds { Ok(()) } else { Err(FieldError { pointer: pointer.to_owned(), detail: detail.to_string() }) }
}

fn is_short(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.chars().take(LONGEST_NAME + 1).count())
        && !text.chars().any(char::is_control)
}

impl PointsEvent<'_> {
    /// Checks what the event alone can break.
    pub fn check(&self, now_ms: i64) -> Result<(), FieldError> {
        for (pointer, id) in [
            ("/source", Some(self.source.as_ref())),
            ("/id", Some(self.id.as_ref())),
            ("/customer_id", Some(self.customer_id.as_ref())),
            ("/product_id", self.product_id.as_deref()),
            ("/organisation_id", self.organisation_id.as_deref()),
            ("/refund_of", self.refund_of.as_deref()),
        ] {
            rule(id.is_none_or(is_id), pointer, NotAnId)?;
        }
        let is_type = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let is_typed = (1..=64).contains(&self.kind.len()) && self.kind.bytes().all(is_type);
        rule(is_typed, "/type", "a type has 1 to 64 characters of a-z, 0-9 and _")?;
        let happened = self.occurred_at.0 <= now_ms.saturating_add(DAY_MS);
        rule(happened, "/occurred_at", "an event is not more than one day in the future")?;
        let amount = self.amount.map(|amount| amount.0);
        rule(amount.is_none_or(|amount| amount > 0), "/amount", "an amount is above zero")?;
        let is_possible = amount.is_none_or(|amount| amount <= AMOUNT_LIMIT);
        rule(is_possible, "/amount", "an amount is at most 90 000 000 000 000.00")?;
        for (pointer, text) in [
            ("/channel", &self.channel),
            ("/merchant_category", &self.merchant_category),
            ("/counterparty_bank", &self.counterparty_bank),
        ] {
            let fits = text.as_deref().is_none_or(is_short);
            rule(fits, pointer, "the text has 1 to 64 characters and no control characters")?;
        }
        self.check_refund()?;
        self.check_attributes()
    }

    fn check_refund(&self) -> Result<(), FieldError> {
        let (is_refund, of) = (self.kind == "refund", self.refund_of.as_deref());
        rule(!is_refund || of.is_some(), "/refund_of", "a refund names the event that it takes back")?;
        rule(is_refund || of.is_none(), "/refund_of", "only a refund takes an event back")?;
        rule(of != Some(self.id.as_ref()), "/refund_of", "a refund does not take itself back")?;
        rule(!is_refund || self.amount.is_some(), "/amount", "a refund says how much it takes back")
    }

    fn check_attributes(&self) -> Result<(), FieldError> {
        let Some(StrictMap(attributes)) = &self.attributes else { return Ok(()) };
        rule(attributes.len() <= MOST_ATTRIBUTES, "/attributes", "an event has at most 50 attributes")?;
        for (name, value) in attributes {
            rule(is_short(name), "/attributes", "a name has 1 to 64 characters and no control characters")?;
            let fits = match value {
                Scalar::Text(text) => text.chars().nth(LONGEST_TEXT).is_none(),
                Scalar::Integer(_) | Scalar::Flag(_) => true,
            };
            let pointer = format!("/attributes/{}", name.replace('~', "~0").replace('/', "~1"));
            rule(fits, &pointer, "a text has at most 256 characters")?;
        }
        Ok(())
    }

    /// As the use case takes it.
    pub fn event(&self) -> Event<'_> {
        let attributes = self.attributes.iter().flat_map(|StrictMap(attributes)| attributes);
        let mut event = Event {
            source: &self.source,
            id: &self.id,
            occurred_at: self.occurred_at.0,
            occurred_on: business_day(self.occurred_at.0, SHANGHAI_OFFSET_MINUTES),
            customer_id: &self.customer_id,
            kind: &self.kind,
            amount: self.amount.map(|amount| amount.0),
            channel: self.channel.as_deref(),
            merchant_category: self.merchant_category.as_deref(),
            product_id: self.product_id.as_deref(),
            organisation_id: self.organisation_id.as_deref(),
            counterparty_bank: self.counterparty_bank.as_deref(),
            attributes: attributes.map(|(name, value)| (name.clone(), fact(value))).collect(),
            return_of: self.refund_of.as_deref(),
            payload_hash: 0,
        };
        event.payload_hash = event.fingerprint();
        event
    }
}

fn fact(value: &Scalar) -> Fact {
    match value {
        Scalar::Text(text) => Fact::Text(text.clone()),
        Scalar::Integer(number) => Fact::Whole(*number),
        Scalar::Flag(flag) => Fact::Flag(*flag),
    }
}
