//! What one check has found so far for the reports that it sends at its end.

use crate::{Connection, StoreError, batch};

/// An alert that belongs into a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRow {
    /// Id of the strategy that asks for the report.
    pub strategy_id: String,
    /// For whom, in the words of the writer.
    pub recipient: String,
    /// About whom.
    pub customer_ref: u32,
    /// The tier that is in danger or lost.
    pub tier_ref: u8,
    /// 1 observed, 2 attention, 3 churned.
    pub status: u8,
    /// First month below the tier's threshold.
    pub first_month: i32,
}

/// Adds what a page of the check has found; what is known stays as it is. Returns how many were new.
pub fn add<C: Connection>(
    connection: &mut C,
    job_ref: i64,
    entries: impl IntoIterator<Item = EntryRow>,
) -> Result<u64, StoreError> {
    let rows = entries.into_iter().map(|entry| {
        [
            job_ref.into(),
            entry.strategy_id.into(),
            entry.recipient.into(),
            entry.customer_ref.into(),
            i64::from(entry.tier_ref).into(),
            i64::from(entry.status).into(),
            entry.first_month.into(),
        ]
    });
    let into =
        "insert into churn_report_entry (job_ref, strategy_id, recipient, customer_ref, tier_ref, status,
           first_month)";
    let then = "on conflict do nothing returning customer_ref";
    Ok(batch::insert(connection, into, then, rows)?.rows.len() as u64)
}

/// Takes out all that a check has found and that still stands, report by report, customers in order of their numbers.
pub fn take<C: Connection>(connection: &mut C, job_ref: i64) -> Result<Vec<EntryRow>, StoreError> {
    let entries = connection
        .execute(
            "select strategy_id, recipient, entry.customer_ref, entry.tier_ref, entry.status, entry.first_month
             from churn_report_entry as entry
             join churn_alert on churn_alert.customer_ref = entry.customer_ref
               and churn_alert.tier_ref = entry.tier_ref and churn_alert.status = entry.status
               and churn_alert.first_month = entry.first_month
             where job_ref = ?1 and closed_on is null
             order by strategy_id, recipient, entry.customer_ref, entry.tier_ref",
            &[job_ref.into()],
        )?
        .read("churn_report_entry.take", |row| {
            Ok(EntryRow {
                strategy_id: row.text()?,
                recipient: row.text()?,
                customer_ref: row.narrow()?,
                tier_ref: row.narrow()?,
                status: row.narrow()?,
                first_month: row.narrow()?,
            })
        })?;
    connection.execute("delete from churn_report_entry where job_ref = ?1", &[job_ref.into()])?;
    Ok(entries)
}
