//! Returns: what an event earned is taken back as far as the event is.
//!
//! Of each lot that the original gave its customer (what a referrer got stays), the floor of the share that is returned
//! in all is due, less what was due before; the last return takes the rest. The lot's policy says what happens to points
//! that are not there any more. Points that went to another customer are not followed, held ones stay, and what ended is
//! not there.

use std::collections::btree_map::{BTreeMap, Entry};

use domain::date::Day;
use domain::points::returning::{take_back, taken_after};
use domain::points::{Cause, EntryKind, Lot};
use store::points_event::{self, EARNING, StoredEvent};
use store::{Connection, StoreError, points_return};

use super::{Book, Moment, Status, Wallet};

mod submission;
mod waiting;

pub use submission::{NewReturn, Submitted, submit};

/// A return as it arrives.
#[derive(Clone, Copy, Debug)]
pub struct ReturnEvent<'a> {
    /// Number of the return's own row of `points_event`.
    pub points_event_ref: i64,
    /// Source of the original.
    pub source: &'a str,
    /// Id of the original.
    pub original_id: &'a str,
    /// What is taken back of the original's amount, in minor units, above zero.
    pub amount: i64,
    /// The business day that it counts in.
    pub on: Day,
}

/// What a return did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Returned {
    /// Points that were taken.
    pub points: i64,
    /// Points that were due, not there, and stay the customer's.
    pub forgiven: i64,
    /// Points that were due, not there, and are owed.
    pub debt: i64,
    /// True when the original has not arrived: nothing was booked, the return waits.
    pub is_waiting: bool,
}

impl Returned {
    fn add(&mut self, other: Self) {
        self.points += other.points;
        self.forgiven += other.forgiven;
        self.debt += other.debt;
    }

    /// As `points_event.decision` keeps it.
    fn decision(&self) -> String {
        let Self { points, forgiven, debt, .. } = self;
        format!("{{\"returned\":{points},\"forgiven\":{forgiven},\"debt\":{debt}}}")
    }
}

/// Why a return was not taken. Nothing was booked.
#[derive(Debug, thiserror::Error)]
pub enum ReturnRefusal {
    /// Zero, or below.
    #[error("what is returned is above zero")]
    NotPositive,
    /// More than what is left of the original's amount.
    #[error("more is returned than is left of the original's amount")]
    MoreThanOriginal,
    /// The original has no amount of which a share could be returned.
    #[error("the original has no amount")]
    NoAmount,
    /// The original is a return itself.
    #[error("the original is a return itself")]
    NotReturnable,
    /// The caller does not see the original; only a key of the whole bank lets a return wait.
    #[error("the original is not known")]
    UnknownOriginal,
    /// Something else came under this source and id.
    #[error("this id came with something else before")]
    Reused,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The returns of one book. Wallets are read once and follow what is booked here; what stands unsaved in the book from
/// elsewhere is not seen. So a batch that holds events and returns is written like this, in one transaction: the events
/// in a first book, saved; then a second book with [`Returns`], which finds their lots.
///
/// Rows of returns are written as waiting ones (`points_event::WAITING`) before their original is asked for, with
/// `points_return::NOBODY` where the customer is not known; [`Returns::apply_waiting`] does the rest for every original
/// that is there.
#[derive(Default)]
pub struct Returns {
    /// By customer, those into whom another was merged included.
    wallets: BTreeMap<u32, Wallet>,
    /// By number of the original: returns that were applied, by number, with their amounts.
    applied: BTreeMap<i64, BTreeMap<i64, i64>>,
}

impl Returns {
    /// Books a return; the caller writes its row. One whose original is not there waits.
    pub fn apply<C: Connection>(
        &mut self,
        connection: &mut C,
        book: &mut Book,
        moment: Moment<'_>,
        event: ReturnEvent<'_>,
    ) -> Result<Returned, ReturnRefusal> {
        match points_event::find(connection, event.source, event.original_id)? {
            Some(original) => self.book(connection, book, moment, (event, &original)),
            None if event.amount <= 0 => Err(ReturnRefusal::NotPositive),
            None => Ok(Returned { is_waiting: true, ..Returned::default() }),
        }
    }

    fn book<C: Connection>(
        &mut self,
        connection: &mut C,
        book: &mut Book,
        moment: Moment<'_>,
        (event, original): (ReturnEvent<'_>, &StoredEvent),
    ) -> Result<Returned, ReturnRefusal> {
        if original.kind != EARNING {
            return Err(ReturnRefusal::NotReturnable);
        }
        if event.amount <= 0 {
            return Err(ReturnRefusal::NotPositive);
        }
        let whole = original.amount.filter(|amount| *amount > 0).ok_or(ReturnRefusal::NoAmount)?;
        let applied = match self.applied.entry(original.points_event_ref) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => {
                let stored = points_return::applied(connection, event.source, event.original_id)?;
                free.insert(stored.into_iter().collect())
            }
        };
        let before: i64 = applied.values().sum();
        let after = before.checked_add(event.amount).filter(|after| *after <= whole);
        let after = after.ok_or(ReturnRefusal::MoreThanOriginal)?;
        applied.insert(event.points_event_ref, event.amount);
        let mut lots = store::points_lot::of_events(connection, &[original.points_event_ref], moment.now_ms)?;
        // Lots that continue another one have their share of it already.
        lots.retain(|lot| {
            lot.issued.origin_lot_ref.is_none() && lot.issued.customer_ref == original.customer_ref
        });
        let numbers: Vec<i64> = lots.iter().map(|lot| lot.points_lot_ref).collect();
        let given_back: BTreeMap<i64, i32> =
            store::points_entry::given_back(connection, &numbers)?.into_iter().collect();
        let mut wallet = self.take_wallet(connection, original.customer_ref, moment.now_ms)?;
        let mut returned = Returned::default();
        for lot in &lots {
            let points = lot.issued.points;
            let due = taken_after(points, whole, after) - taken_after(points, whole, before);
            if due > 0 {
                let back = given_back.get(&lot.points_lot_ref).copied().map(Day::from_number);
                let from = back.unwrap_or(lot.issued.earned_on);
                returned.add(take(book, moment, event, &mut wallet, (lot, due, from)));
            }
        }
        self.wallets.insert(wallet.customer_ref, wallet);
        Ok(returned)
    }

    /// The wallet of a customer, or of the one that the customer was merged into.
    fn take_wallet<C: Connection>(
        &mut self,
        connection: &mut C,
        customer_ref: u32,
        now_ms: i64,
    ) -> Result<Wallet, StoreError> {
        let mut holder = customer_ref;
        loop {
            let wallet = match self.wallets.remove(&holder) {
                Some(wallet) => wallet,
                None => Wallet::load(connection, holder, now_ms)?,
            };
            // A merge goes into an account that is open, so that this ends.
            let Status::Merged { into } = wallet.status else { return Ok(wallet) };
            holder = into;
        }
    }
}

/// Takes what is due of a lot that the original gave, and that has had all that is left of it now since the day `from`.
fn take(
    book: &mut Book,
    moment: Moment<'_>,
    event: ReturnEvent<'_>,
    wallet: &mut Wallet,
    (given, due, from): (&Lot, i64, Day),
) -> Returned {
    let came_of_it = |lot: &Lot| {
        lot.issued.points_event_ref == given.issued.points_event_ref
            && lot.issued.points_rule_ref == given.issued.points_rule_ref
    };
    let places = 0..wallet.lots.len();
    let of_customer = places.filter(|place| wallet.lots[*place].issued.customer_ref == wallet.customer_ref);
    let (own, others): (Vec<usize>, Vec<usize>) =
        of_customer.partition(|place| came_of_it(&wallet.lots[*place]));
    let pick = |places: &[usize]| -> Vec<Lot> { places.iter().map(|place| wallet.lots[*place]).collect() };
    let plan = take_back(&pick(&own), &pick(&others), due, given.issued.return_policy, moment.today);
    let cause = Cause::Event(event.points_event_ref);
    // A clock that is ahead may tell of tomorrow; the points are gone today.
    let told_on = event.on.min(moment.today);
    let takings = plan.own.iter().map(|taking| (own[taking.place], taking.points));
    let takings = takings.chain(plan.others.iter().map(|taking| (others[taking.place], taking.points)));
    for (place, points) in takings {
        let lot = &mut wallet.lots[place];
        // The original's own lot loses its points when the return happened, as it got them when the original did; but
        // not before it was last given points back, because on no day does it lose what it had not got. Other lots may
        // not have been there yet on that day, and lose them today.
        let is_given = lot.points_lot_ref == given.points_lot_ref;
        let on = if is_given { told_on.max(from) } else { moment.today };
        book.take(lot, points, EntryKind::Return, on, cause);
        lot.left -= points;
    }
    if plan.debt > 0 {
        book.owe(wallet.customer_ref, plan.debt, given.issued.dimension, told_on, cause);
        wallet.debt += plan.debt;
    }
    Returned { points: plan.points(), forgiven: plan.forgiven, debt: plan.debt, is_waiting: false }
}

/// Places of those originals, (source, id), for which returns wait: a batch asks once.
pub fn waited_for<C: Connection>(
    connection: &mut C,
    originals: &[(&str, &str)],
) -> Result<Vec<usize>, StoreError> {
    points_return::waited_for(connection, originals)
}
