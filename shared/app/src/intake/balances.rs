//! Daily closing balances of accounts.

use domain::balance::{AccountMonth, Arrival, DayBalance, month_after};
use domain::date::{Day, Month};
use domain::intake::Balance;
use store::balance::{AccountMonthRow, BalanceRow, CustomerMonthRow, Owner, Wanted};
use store::{Connection, StoreError, in_transaction};

use super::rollup::{self, Anew, IntoBook, Touched};
use super::{Context, Entry, IntakeError, OUT_OF_REACH, Outcome, Reach, Rejection, broken, sift};

/// Takes balances and adds up the months they change.
pub fn balances<C: Connection>(
    connection: &mut C,
    context: &Context,
    entries: &[Entry<Balance<'_>>],
) -> Result<Outcome, IntakeError> {
    let today = context.today();
    let (passed, mut rejected) = sift(entries, |record| record.check(today));
    in_transaction(connection, |connection| {
        let reach = Reach::load(connection, context)?;
        let wanted: Vec<Wanted<'_>> = passed.iter().map(|entry| wanted(&entry.record)).collect();
        let mut owners: Vec<Option<Owner>> = vec![None; passed.len()];
        for (place, owner) in store::balance::owners(connection, &wanted, reach.is_limited())? {
            owners[place] = Some(owner);
        }
        let mut good = Vec::with_capacity(passed.len());
        for ((entry, wanted), owner) in passed.iter().zip(wanted).zip(owners) {
            match arriving(&entry.record, Month::from_number(wanted.month), owner, &reach) {
                Ok(arriving) => good.push(arriving),
                Err((pointer, detail)) => {
                    rejected.push(Rejection { index: entry.index, pointer, detail });
                }
            }
        }
        let total = good.len();
        let mut news = good;
        news.sort_by_key(Arriving::place);
        news.dedup_by(|later, kept| {
            let same = later.place() == kept.place();
            if same {
                // Of several balances of a day the last one wins.
                *kept = *later;
            }
            same
        });
        look_around(connection, &mut news)?;
        news.retain(|new| new.prior != Some(new.balance));
        let mut rows: Vec<BalanceRow> = news.iter().map(Arriving::row).collect();
        rows.sort_unstable();
        store::balance::save(connection, rows)?;
        add_up(connection, &news)?;
        Ok(Outcome::new(news.len(), total, rejected))
    })
}

fn wanted<'a>(record: &'a Balance<'_>) -> Wanted<'a> {
    let (month, day) = (record.date.month().number(), record.date.number());
    Wanted { account_id: &record.account_id, month, day }
}

/// A balance that may be kept, and what is stored around it in the same month.
#[derive(Clone, Copy)]
struct Arriving {
    owner: Owner,
    month: Month,
    balance: DayBalance,
    prior: Option<DayBalance>,
    next: Option<Day>,
}

impl Arriving {
    fn row(&self) -> BalanceRow {
        BalanceRow {
            month: self.month.number(),
            account_ref: self.owner.account_ref,
            day: self.balance.day.number(),
            amount: self.balance.amount,
        }
    }

    /// Whose balance it is, of which account, on which day.
    fn place(&self) -> (u32, u32, Day) {
        (self.owner.customer_ref, self.owner.account_ref, self.balance.day)
    }

    fn is_late(&self) -> bool {
        self.prior.is_some_and(|prior| prior.day > self.balance.day)
    }
}

fn day_balance((day, amount): (i32, i64)) -> DayBalance {
    DayBalance { day: Day::from_number(day), amount }
}

type Refused = (&'static str, &'static str);

fn arriving(
    record: &Balance<'_>,
    month: Month,
    owner: Option<Owner>,
    reach: &Reach,
) -> Result<Arriving, Refused> {
    let owner = owner.ok_or(("/account_id", "the account is not known"))?;
    if !reach.covers(owner.organisation_ref) {
        return Err(("/account_id", OUT_OF_REACH));
    }
    record.check_class(owner.class).map_err(|rule| {
        let rejection = broken(0, rule);
        (rejection.pointer, rejection.detail)
    })?;
    let balance = DayBalance { day: record.date, amount: record.amount };
    Ok(Arriving { owner, month, balance, prior: owner.latest.map(day_balance), next: None })
}

/// Until here the latest balance of the month stands for the one before; where it is of a later day, the one before
/// and the next are read. A feed in the order of days has no such balance.
fn look_around<C: Connection>(connection: &mut C, news: &mut [Arriving]) -> Result<(), StoreError> {
    let mut late: Vec<&mut Arriving> = news.iter_mut().filter(|new| new.is_late()).collect();
    let days = late.iter().map(|new| (new.owner.account_ref, new.month.number(), new.balance.day.number()));
    let found = store::balance::around(connection, days.collect::<Vec<_>>())?;
    for (new, around) in late.iter_mut().zip(found) {
        new.prior = around.prior.map(day_balance);
        new.next = around.next.map(Day::from_number);
    }
    Ok(())
}

/// Adds up what the news, in the order of their places, changed. Where only the latest months of open accounts changed
/// (everywhere, on a feed's day), nothing is needed but the months that the customer's accounts stand at; else months
/// are added up from balances.
fn add_up<C: Connection>(connection: &mut C, news: &[Arriving]) -> Result<(), StoreError> {
    let by_customer = news.chunk_by(|one, other| one.owner.customer_ref == other.owner.customer_ref);
    let (open, mut anew): (Vec<&[Arriving]>, Vec<&[Arriving]>) =
        by_customer.partition(|own| in_one_month(own));
    let wanted: Vec<(u32, i32)> =
        open.iter().map(|own| (own[0].owner.customer_ref, own[0].month.number())).collect();
    let mut rows = Vec::with_capacity(news.len());
    if !open.is_empty() {
        let mut standing = store::balance::of_customers(connection, &wanted)?.into_iter().peekable();
        let mut book = IntoBook::begin(connection)?;
        let (mut months, mut changed) = (Vec::new(), Vec::new());
        for (place, own) in open.into_iter().enumerate() {
            rollup::take_place(&mut standing, place, &mut months);
            changed.clear();
            if !latest_months(own, &months, &mut changed) {
                anew.push(own);
                continue;
            }
            rows.extend(changed.iter().map(account_month));
            months.extend_from_slice(&changed);
            months.sort_by_key(|row| (row.account_ref, row.month));
            let touched =
                Touched { customer_ref: own[0].owner.customer_ref, from: own[0].month, until: None };
            book.add(connection, touched, &months)?;
        }
        rows.sort_unstable();
        store::balance::save_months(connection, rows)?;
        book.end(connection)?;
    }
    let anew: Vec<Anew> = anew.into_iter().flat_map(months_of_accounts).map(anew_of).collect();
    let touched = rollup::add_up_anew(connection, &anew)?;
    rollup::customers(connection, &touched)
}

/// True when a customer's news are of one month and of open accounts.
fn in_one_month(own: &[Arriving]) -> bool {
    own.iter().all(|new| new.month == own[0].month && new.owner.closed_on.is_none())
}

fn months_of_accounts(own: &[Arriving]) -> impl Iterator<Item = &[Arriving]> {
    own.chunk_by(|one, other| (one.owner.account_ref, one.month) == (other.owner.account_ref, other.month))
}

fn anew_of(group: &[Arriving]) -> Anew {
    let Arriving { owner, month, .. } = group[0];
    Anew {
        account_ref: owner.account_ref,
        customer_ref: owner.customer_ref,
        closed_on: owner.closed_on.map(Day::from_number),
        month,
    }
}

fn account_month(row: &CustomerMonthRow) -> AccountMonthRow {
    let CustomerMonthRow { account_ref, month, closing, day_sum, .. } = *row;
    AccountMonthRow { account_ref, month, closing, day_sum }
}

/// The months of a customer's accounts after the news of one month, from what the accounts stand at; false when one of
/// them has a later month, or a balance before the first one of a month, whose opening was not read.
fn latest_months(
    own: &[Arriving],
    standing: &[CustomerMonthRow],
    changed: &mut Vec<CustomerMonthRow>,
) -> bool {
    let after = |group: &[Arriving]| {
        let Arriving { owner, month, prior, .. } = group[0];
        let until = standing.partition_point(|row| row.account_ref <= owner.account_ref);
        let latest = standing[..until].last().filter(|row| row.account_ref == owner.account_ref);
        let (opening, stored) = match latest {
            None => (0, None),
            Some(row) if row.month < month.number() => (row.closing, None),
            Some(row) if row.month > month.number() || prior.is_none() => return None,
            Some(row) => (0, Some(AccountMonth { month, closing: row.closing, day_sum: row.day_sum })),
        };
        let arrival = |new: &Arriving| Arrival { balance: new.balance, prior: new.prior, next: new.next };
        let arrivals: Vec<Arrival> = group.iter().map(arrival).collect();
        let AccountMonth { closing, day_sum, .. } = month_after(month, opening, stored, &arrivals);
        let (account_ref, class) = (owner.account_ref, owner.class);
        Some(CustomerMonthRow { account_ref, month: month.number(), class, closing, day_sum })
    };
    months_of_accounts(own).all(|group| {
        let row = after(group);
        changed.extend(row);
        row.is_some()
    })
}
