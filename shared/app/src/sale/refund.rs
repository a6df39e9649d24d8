//! Refunds: what they take back of a sale is taken from everybody who is credited, by the shares that stand.

use std::collections::BTreeMap;

use domain::date::Day;
use domain::intake::{SHANGHAI_OFFSET_MINUTES, business_day};
use store::sale::{RefundRow, SaleRow};
use store::{Connection, StoreError};

use super::Ledger;

/// Books the refunds of these sales that were not booked yet, whichever came first, the sale or the refund. One that
/// says more than is left takes what is left; of a sale that nobody is credited for it is taken back when somebody is.
pub(super) fn take_back<C: Connection>(
    connection: &mut C,
    ledger: &mut Ledger<'_>,
    sales: &mut BTreeMap<i64, SaleRow>,
) -> Result<(), StoreError> {
    let sale_refs: Vec<i64> = sales.keys().copied().collect();
    let today = ledger.moment().today;
    let mut refunds = Vec::new();
    for refund in store::sale::open_refunds(connection, &sale_refs)? {
        let Some(sale) = sales.get_mut(&refund.sale_ref) else { continue };
        let refunded_on: Day = business_day(refund.occurred_at, SHANGHAI_OFFSET_MINUTES);
        let amount = refund.amount.min(sale.net_amount());
        refunds.push(RefundRow {
            sale_refund_ref: refund.sale_refund_ref,
            sale_ref: refund.sale_ref,
            amount,
            refunded_on: refunded_on.number(),
            booked_on: refunded_on.max(today).number(),
        });
        ledger.take_back(sale, refunded_on, amount);
    }
    store::sale::add_refunds(connection, &refunds)
}
