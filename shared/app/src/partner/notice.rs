//! What a partner is told: that a month was settled, through the bank's gateway.

use domain::date::Day;
use serde::Serialize;
use store::outbox::NewMessage;
use store::partner::PartnerRow;
use store::{Connection, StoreError};

use super::settlement::Settlement;

const TOPIC: &str = "partner.settlement";
const CHANNEL: &str = "partner";

/// A message in the form of Standard Webhooks.
#[derive(Serialize)]
struct Payload<'a> {
    #[serde(rename = "type")]
    topic: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    channel: &'static str,
    partner_id: &'a str,
    endpoint: Option<&'a str>,
    settlement_id: String,
    month: String,
    payable: i64,
    receivable: i64,
    net: i64,
}

/// Writes the message in the caller's transaction. It is told once, however often a month is settled.
pub(super) fn tell<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    settled: &Settlement,
    now_ms: i64,
) -> Result<(), StoreError> {
    // An empty bank has no customers, and no request that could be settled.
    let Some(organisation_ref) = store::partner::top_organisation(connection)? else { return Ok(()) };
    let number = settled.row.partner_settlement_ref;
    let payload = Payload {
        topic: TOPIC,
        timestamp: rfc_3339(now_ms),
        data: Data {
            channel: CHANNEL,
            partner_id: &partner.partner_id,
            endpoint: partner.terms.endpoint.as_deref(),
            settlement_id: number.to_string(),
            month: settled.month().to_string(),
            payable: settled.payable(),
            receivable: settled.receivable(),
            net: settled.net(),
        },
    };
    let message = NewMessage {
        message_id: format!("settlement-{number}"),
        channel: CHANNEL,
        topic: TOPIC,
        organisation_ref,
        recipient: partner.partner_id.clone(),
        subject: None,
        body: serde_json::to_string(&payload).map_err(|error| StoreError::Damaged(error.to_string()))?,
        created_at: now_ms,
        due_at: now_ms,
        send_from: None,
    };
    store::outbox::add(connection, [message])?;
    Ok(())
}

/// An instant in UTC, to the second.
fn rfc_3339(now_ms: i64) -> String {
    let seconds = now_ms.div_euclid(1000);
    let (day, of_day) = (Day::from_number(seconds.div_euclid(86_400) as i32), seconds.rem_euclid(86_400));
    format!("{day}T{:02}:{:02}:{:02}Z", of_day / 3600, of_day / 60 % 60, of_day % 60)
}
