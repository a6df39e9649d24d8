//! A return by itself, taken once by its source and id.

use domain::points::Balance;
use store::points_event::{self, NewEvent, WAITING};
use store::points_return::{self, NOBODY, Settled};
use store::{Connection, StoreError};

use super::{ReturnEvent, ReturnRefusal, Returned, Returns};
use crate::access::Caller;
use crate::points::{Book, Moment};

/// A return as its sender tells it.
#[derive(Clone, Copy, Debug)]
pub struct NewReturn<'a> {
    /// The system that tells of it.
    pub source: &'a str,
    /// That system's id of the return.
    pub id: &'a str,
    /// The system that told of the original.
    pub original_source: &'a str,
    /// That system's id of the original.
    pub original_id: &'a str,
    /// What is taken back of the original's amount, in minor units.
    pub amount: i64,
}

/// A return that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// Now. The caller keeps the answer with `points_event::keep_answer`.
    Now {
        /// Number of its row.
        points_event_ref: i64,
        /// What it did.
        returned: Returned,
        /// The account afterwards; none while the original has not arrived, and when the customer was merged into
        /// another: who sees the one and repeats the return need not see the other.
        balance: Option<Balance>,
    },
    /// Before, with this answer.
    Before {
        /// As it was given.
        answer: String,
    },
}

/// Takes a return. Call it inside a transaction.
pub fn submit<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    caller: &Caller,
    new: &NewReturn<'_>,
) -> Result<Submitted, ReturnRefusal> {
    let payload_hash = points_return::payload_hash(new.original_source, new.original_id, new.amount);
    if let Some(known) = points_event::known(connection, [(new.source, vec![new.id])])?.pop() {
        let is_same =
            known.payload_hash == payload_hash && sees(connection, caller, Some(known.customer_ref))?;
        return match points_event::answer(connection, known.points_event_ref)? {
            Some(answer) if is_same => Ok(Submitted::Before { answer }),
            _ => Err(ReturnRefusal::Reused),
        };
    }
    if new.amount <= 0 {
        return Err(ReturnRefusal::NotPositive);
    }
    let original = points_event::find(connection, new.original_source, new.original_id)?;
    let customer_ref = original.as_ref().map(|original| original.customer_ref);
    if !sees(connection, caller, customer_ref)? {
        return Err(ReturnRefusal::UnknownOriginal);
    }
    if (new.source, new.id) == (new.original_source, new.original_id) {
        return Err(ReturnRefusal::NotReturnable);
    }
    let points_event_ref = points_event::next_ref(connection)?;
    write(connection, moment, new, (points_event_ref, payload_hash, customer_ref.unwrap_or(NOBODY)))?;
    let Some(original) = original else {
        let returned = Returned { is_waiting: true, ..Returned::default() };
        return Ok(Submitted::Now { points_event_ref, returned, balance: None });
    };
    let event = ReturnEvent {
        points_event_ref,
        source: new.original_source,
        original_id: new.original_id,
        amount: new.amount,
        on: moment.today,
    };
    let mut book = Book::open(connection, moment)?;
    let mut returns = Returns::default();
    let returned = returns.apply(connection, &mut book, moment, event)?;
    book.save(connection)?;
    let decision = returned.decision();
    let settled = Settled { points_event_ref, is_applied: true, decision, earned: -returned.points };
    points_return::settle(connection, original.points_event_ref, &[settled])?;
    let own = returns.wallets.get(&original.customer_ref);
    let balance = own.map(|wallet| wallet.balance(moment.today));
    Ok(Submitted::Now { points_event_ref, returned, balance })
}

/// True when the caller sees the customer; of nobody's, only who sees the whole bank.
fn sees<C: Connection>(
    connection: &mut C,
    caller: &Caller,
    customer_ref: Option<u32>,
) -> Result<bool, StoreError> {
    let member = match customer_ref {
        None => None,
        Some(number) => store::member::members(connection, &[number])?.pop(),
    };
    match member {
        Some(member) => caller.sees(connection, &member),
        None => Ok(caller.organisation.is_none() && caller.own.is_none()),
    }
}

/// Writes the row of a return as one that waits.
fn write<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    new: &NewReturn<'_>,
    (points_event_ref, payload_hash, customer_ref): (i64, i64, u32),
) -> Result<(), StoreError> {
    let return_of = points_return::return_of(new.source, new.original_source, new.original_id);
    let event = NewEvent {
        points_event_ref,
        source: new.source,
        event_id: new.id,
        payload_hash,
        kind: WAITING,
        customer_ref,
        organisation_ref: NOBODY,
        tier_ref: 0,
        type_name: "return",
        occurred_at: moment.now_ms,
        occurred_on: moment.today.number(),
        amount: Some(new.amount),
        return_of: Some(&return_of),
        details: None,
        facts: None,
        decision: "{}".to_owned(),
        earned: 0,
    };
    points_event::insert(connection, [event])
}
