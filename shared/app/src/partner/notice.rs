//! What a partner is told through the bank's gateway: that a month was settled, that a redemption waits for it.

use serde::Serialize;
use store::outbox::NewMessage;
use store::partner::PartnerRow;
use store::redemption::{RedemptionView, State};
use store::{Connection, StoreError};

use super::settlement::Settlement;
use crate::outbox::{PARTNER_CHANNEL, payload, rfc_3339};

#[derive(Serialize)]
struct Data<'a, T> {
    channel: &'static str,
    partner_id: &'a str,
    endpoint: Option<&'a str>,
    #[serde(flatten)]
    news: T,
}

/// A month that was settled.
#[derive(Serialize)]
struct Settled {
    settlement_id: String,
    month: String,
    payable: i64,
    receivable: i64,
    net: i64,
}

/// A redemption that waits for the partner.
#[derive(Serialize)]
struct Reserved<'a> {
    redemption_id: String,
    reward_id: &'a str,
    customer_id: &'a str,
    quantity: i64,
    confirm_by: Option<String>,
}

/// Tells of a month in the caller's transaction. It is told once, however often a month is settled.
pub(super) fn tell<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    settled: &Settlement,
    now_ms: i64,
) -> Result<(), StoreError> {
    let number = settled.row.partner_settlement_ref;
    let news = Settled {
        settlement_id: number.to_string(),
        month: settled.month().to_string(),
        payable: settled.payable(),
        receivable: settled.receivable(),
        net: settled.net(),
    };
    send(connection, partner, ("partner.settlement", format!("settlement-{number}")), news, now_ms)
}

/// Tells the partner who delivers a reward of a redemption that waits for it, when it hears of such things. Call it in
/// the transaction that made the redemption; it is told once.
pub fn tell_of_redemption<C: Connection>(
    connection: &mut C,
    view: &RedemptionView,
    now_ms: i64,
) -> Result<(), StoreError> {
    if view.row.state != State::Reserved {
        return Ok(());
    }
    let Some(partner_id) = &view.row.partner_id else { return Ok(()) };
    let Some(partner) = store::partner::by_id(connection, partner_id)? else { return Ok(()) };
    if !partner.terms.notify {
        return Ok(());
    }
    let number = view.row.redemption_ref;
    let news = Reserved {
        redemption_id: number.to_string(),
        reward_id: &view.reward_id,
        customer_id: &view.member.customer_id,
        quantity: view.row.quantity,
        confirm_by: view.row.confirm_by.map(rfc_3339),
    };
    send(connection, &partner, ("partner.redemption", format!("redemption-{number}")), news, now_ms)
}

/// Writes a message of a topic under an id.
fn send<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    (topic, message_id): (&'static str, String),
    news: impl Serialize,
    now_ms: i64,
) -> Result<(), StoreError> {
    // An empty bank has no customers, and nothing that a partner could be told of.
    let Some(organisation_ref) = store::partner::top_organisation(connection)? else { return Ok(()) };
    let data = Data {
        channel: PARTNER_CHANNEL,
        partner_id: &partner.partner_id,
        endpoint: partner.terms.endpoint.as_deref(),
        news,
    };
    let message = NewMessage {
        message_id,
        channel: PARTNER_CHANNEL,
        topic,
        organisation_ref,
        recipient: partner.partner_id.clone(),
        subject: None,
        body: payload(topic, data, now_ms)?,
        created_at: now_ms,
        due_at: now_ms,
        send_from: None,
    };
    store::outbox::add(connection, [message])?;
    Ok(())
}
