//! Redemptions and the states that they came to.

use crate::member::Member;
use crate::organisation::under;
use crate::portfolio::{Own, own_sql};
use crate::reward::Fulfilment;
use crate::{Connection, Row, StoreError, Value};

mod step;

pub use step::{PaidRow, StepRow, add_step, come_to, lapse, paid_with, steps};

/// Where a redemption stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Paid, not yet sent.
    Ordered,
    /// Handed over at once.
    Fulfilled,
    /// On its way.
    Shipped,
    /// It has arrived.
    Delivered,
    /// Points are held until the partner confirms.
    Reserved,
    /// The partner has confirmed; points are spent.
    Confirmed,
    /// Points were given back.
    Cancelled,
    /// Called off before the partner confirmed.
    Void,
    /// The partner did not confirm in time.
    TimedOut,
}

impl State {
    /// Every state with its name.
    pub const NAMES: [(&'static str, Self); 9] = [
        ("ordered", Self::Ordered),
        ("fulfilled", Self::Fulfilled),
        ("shipped", Self::Shipped),
        ("delivered", Self::Delivered),
        ("reserved", Self::Reserved),
        ("confirmed", Self::Confirmed),
        ("cancelled", Self::Cancelled),
        ("void", Self::Void),
        ("timed_out", Self::TimedOut),
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }
}

/// A redemption as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedemptionRow {
    /// Its number; 0 before it is stored.
    pub redemption_ref: i64,
    /// What was redeemed.
    pub reward_ref: i64,
    /// The version whose price was paid.
    pub version: u32,
    /// By whom.
    pub customer_ref: u32,
    /// Pieces.
    pub quantity: i64,
    /// Points of all pieces.
    pub points: i64,
    /// Money of all pieces, in minor units.
    pub cash: Option<i64>,
    /// Where the money was paid, in the caller's words.
    pub cash_reference: Option<String>,
    /// How it reaches the customer.
    pub fulfilment: Fulfilment,
    /// Where it stands.
    pub state: State,
    /// The reservation of its points, when a partner delivers.
    pub points_reservation_ref: Option<i64>,
    /// When a partner's time to confirm is over, in milliseconds.
    pub confirm_by: Option<i64>,
    /// Id of the partner who delivers it.
    pub partner_id: Option<String>,
    /// The business day on which it was ordered.
    pub ordered_on: i32,
}

/// A redemption with the ids that callers know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedemptionView {
    /// The redemption.
    pub row: RedemptionRow,
    /// By whom.
    pub member: Member,
    /// The bank's id of what was redeemed.
    pub reward_id: String,
}

// ?1 is now: a partner's time ends by itself.
const STATE: &str = "case when state = 'reserved' and confirm_by <= ?1 then 'timed_out' else state end";

fn view_sql() -> String {
    format!(
        "select redemption_ref, redemption.reward_ref, redemption.version, redemption.customer_ref, quantity,
           points, cash, cash_reference, fulfilment, {STATE}, points_reservation_ref, confirm_by, partner_id,
           ordered_on, customer_id, customer.organisation_ref, organisation_id, reward_id
         from redemption
         join reward on reward.reward_ref = redemption.reward_ref
         join customer on customer.customer_ref = redemption.customer_ref
         join organisation on organisation.organisation_ref = customer.organisation_ref"
    )
}

fn view(row: &mut Row<'_>) -> Result<RedemptionView, StoreError> {
    let row_of = RedemptionRow {
        redemption_ref: row.integer()?,
        reward_ref: row.integer()?,
        version: row.narrow()?,
        customer_ref: row.narrow()?,
        quantity: row.integer()?,
        points: row.integer()?,
        cash: row.integer_or_null()?,
        cash_reference: row.text_or_null()?,
        fulfilment: row.named(&Fulfilment::NAMES)?,
        state: row.named(&State::NAMES)?,
        points_reservation_ref: row.integer_or_null()?,
        confirm_by: row.integer_or_null()?,
        partner_id: row.text_or_null()?,
        ordered_on: row.narrow()?,
    };
    let member = Member {
        customer_ref: row_of.customer_ref,
        customer_id: row.text()?,
        organisation_ref: row.narrow()?,
        organisation_id: row.text()?,
    };
    Ok(RedemptionView { row: row_of, member, reward_id: row.text()? })
}

/// Writes a new redemption and returns its number; nothing when another one names the same payment.
pub fn add<C: Connection>(connection: &mut C, row: &RedemptionRow) -> Result<Option<i64>, StoreError> {
    connection
        .execute(
            "insert into redemption (reward_ref, version, customer_ref, quantity, points, cash, cash_reference,
               fulfilment, state, points_reservation_ref, confirm_by, partner_id, ordered_on)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             on conflict do nothing returning redemption_ref",
            &[
                row.reward_ref.into(),
                row.version.into(),
                row.customer_ref.into(),
                row.quantity.into(),
                row.points.into(),
                row.cash.into(),
                row.cash_reference.as_deref().into(),
                row.fulfilment.name().into(),
                row.state.name().into(),
                row.points_reservation_ref.into(),
                row.confirm_by.into(),
                row.partner_id.as_deref().into(),
                row.ordered_on.into(),
            ],
        )?
        .read_first("redemption.add", |row| row.integer())
}

/// Notes the reservation of a redemption's points, and when it ends.
pub fn set_reservation<C: Connection>(
    connection: &mut C,
    redemption_ref: i64,
    points_reservation_ref: i64,
    confirm_by: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "update redemption set points_reservation_ref = ?2, confirm_by = ?3 where redemption_ref = ?1",
        &[redemption_ref.into(), points_reservation_ref.into(), confirm_by.into()],
    )?;
    Ok(())
}

/// The redemption of a number, in the state of this instant.
pub fn by_ref<C: Connection>(
    connection: &mut C,
    number: i64,
    now_ms: i64,
) -> Result<Option<RedemptionView>, StoreError> {
    let sql = format!("{} where redemption_ref = ?2", view_sql());
    connection.execute(&sql, &[now_ms.into(), number.into()])?.read_first("redemption.by_ref", view)
}

/// Which redemptions a page shows.
#[derive(Clone, Debug, Default)]
pub struct RedemptionFilter {
    /// By whom.
    pub customer_ref: Option<u32>,
    /// Where they stand.
    pub state: Option<State>,
    /// Top of the customers' subtree; `None`: the whole bank.
    pub organisation_ref: Option<u32>,
    /// Only those of this employee's own customers.
    pub own: Option<Own>,
}

/// Redemptions after the number `after`, at most `limit`, by number.
pub fn page<C: Connection>(
    connection: &mut C,
    filter: &RedemptionFilter,
    now_ms: i64,
    after: i64,
    limit: u32,
) -> Result<Vec<RedemptionView>, StoreError> {
    let sql = format!(
        "{} {}
         where redemption_ref > ?2 and (?3 is null or redemption.customer_ref = ?3)
           and (?4 is null or {STATE} = ?4)
           and (?5 is null or customer.organisation_ref in (select organisation_ref from under))
           and (?6 is null or redemption.customer_ref in ({}))
         order by redemption_ref limit ?7",
        under(5),
        view_sql(),
        own_sql("?6", "?8")
    );
    let parameters: [Value; 8] = [
        now_ms.into(),
        after.into(),
        filter.customer_ref.into(),
        filter.state.map(State::name).into(),
        filter.organisation_ref.into(),
        filter.own.map(|own| own.employee_ref).into(),
        limit.into(),
        filter.own.map(|own| own.on).into(),
    ];
    connection.execute(&sql, &parameters)?.read("redemption.page", view)
}

/// Pieces of a reward that a customer, or one whose account was merged into this customer's, ordered from a day on and
/// has, or may still get.
pub fn had<C: Connection>(
    connection: &mut C,
    (customer_ref, reward_ref): (u32, i64),
    from_on: i32,
    now_ms: i64,
) -> Result<i64, StoreError> {
    let sql = format!(
        "with recursive merged (customer_ref) as (
           select customer_ref from customer where customer_ref = ?2
           union select points_account.customer_ref from merged cross join points_account
           where points_account.merged_into_ref = merged.customer_ref)
         select coalesce(sum(quantity), 0) from redemption
         where customer_ref in (select customer_ref from merged) and reward_ref = ?3 and ordered_on >= ?4
           and {STATE} not in ('cancelled', 'void', 'timed_out')"
    );
    let parameters: [Value; 4] = [now_ms.into(), customer_ref.into(), reward_ref.into(), from_on.into()];
    connection.execute(&sql, &parameters)?.read_one("redemption.had", |row| row.integer())
}
