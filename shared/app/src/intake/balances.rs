//! Daily closing balances of accounts.

use std::collections::HashMap;

use domain::balance::{AccountClass, AccountMonth, Arrival, DayBalance, month_after};
use domain::date::{Day, Month};
use domain::intake::Balance;
use store::balance::{AccountMonthRow, Around, BalanceRow, Wanted};
use store::{Connection, StoreError, in_transaction};

use super::rollup::{self, Touched};
use super::{
    Context, Entry, IntakeError, OUT_OF_REACH, Outcome, Reach, Rejection, broken, by_name, last_of_each,
    pair_key, sift,
};

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
        let months: Vec<Month> = passed.iter().map(|entry| entry.record.date.month()).collect();
        let wanted = passed.iter().zip(&months).map(|(entry, month)| Wanted {
            account_id: &entry.record.account_id,
            month: month.number(),
            day: entry.record.date.number(),
        });
        let mut found: Vec<Option<Around>> = vec![None; passed.len()];
        for (place, around) in store::balance::around(connection, wanted, reach.is_limited())? {
            found[place] = Some(around);
        }

        let mut good = Vec::with_capacity(passed.len());
        for ((entry, month), around) in passed.iter().zip(months).zip(found) {
            match arriving(&entry.record, month, around, &reach)? {
                Ok(arriving) => good.push(arriving),
                Err((pointer, detail)) => {
                    rejected.push(Rejection { index: entry.index, pointer, detail });
                }
            }
        }
        let total = good.len();
        let mut news = last_of_each(good, |new| pair_key(new.around.account_ref, new.balance.day.number()));
        news.retain(|new| new.around.prior != Some((new.balance.day.number(), new.balance.amount)));
        news.sort_unstable_by_key(|new| (new.month, new.around.account_ref, new.balance.day));
        store::balance::save(connection, news.iter().map(Arriving::row))?;
        let accepted = news.len();
        add_up(connection, news)?;
        Ok(Outcome::new(accepted, total, rejected))
    })
}

/// A balance that may be kept.
struct Arriving {
    month: Month,
    balance: DayBalance,
    around: Around,
}

impl Arriving {
    fn row(&self) -> BalanceRow {
        BalanceRow {
            month: self.month.number(),
            account_ref: self.around.account_ref,
            day: self.balance.day.number(),
            amount: self.balance.amount,
        }
    }
}

type Refused = (&'static str, &'static str);

fn arriving(
    record: &Balance<'_>,
    month: Month,
    around: Option<Around>,
    reach: &Reach,
) -> Result<Result<Arriving, Refused>, StoreError> {
    let Some(around) = around else { return Ok(Err(("/account_id", "the account is not known"))) };
    if !reach.covers(around.organisation_ref) {
        return Ok(Err(("/account_id", OUT_OF_REACH)));
    }
    let class = by_name(&AccountClass::NAMES, &around.class)?;
    Ok(match record.check_class(class) {
        Ok(()) => {
            let balance = DayBalance { day: record.date, amount: record.amount };
            Ok(Arriving { month, balance, around })
        }
        Err(rule) => {
            let rejection = broken(0, rule);
            Err((rejection.pointer, rejection.detail))
        }
    })
}

/// Adds up what the news changed. An open account whose latest month is the one that changed (each account, on a
/// feed's day) needs nothing but what was read around its balances; any other is added up from its balances.
fn add_up<C: Connection>(connection: &mut C, news: Vec<Arriving>) -> Result<(), StoreError> {
    let mut months_of: HashMap<u32, Month> = HashMap::with_capacity(news.len());
    let mut several: Vec<u32> = Vec::new();
    for new in &news {
        let first = *months_of.entry(new.around.account_ref).or_insert(new.month);
        let latest = new.around.latest_month.is_none_or(|latest| latest <= new.month.number());
        if first != new.month || !latest || new.around.closed_on.is_some() {
            several.push(new.around.account_ref);
        }
    }
    several.sort_unstable();
    let (mut rows, mut touched, mut anew) = (Vec::new(), Vec::new(), Vec::new());
    for group in news
        .chunk_by(|one, other| (one.month, one.around.account_ref) == (other.month, other.around.account_ref))
    {
        let Arriving { month, around, .. } = &group[0];
        if several.binary_search(&around.account_ref).is_ok() {
            anew.push(rollup::Anew {
                account_ref: around.account_ref,
                customer_ref: around.customer_ref,
                closed_on: around.closed_on.map(Day::from_number),
                month: *month,
            });
            continue;
        }
        rows.push(latest_month(*month, group));
        touched.push(Touched { customer_ref: around.customer_ref, from: *month, until: None });
    }
    touched.extend(rollup::add_up_anew(connection, &anew)?);
    store::balance::save_months(connection, rows)?;
    rollup::customers(connection, &touched)
}

fn latest_month(month: Month, group: &[Arriving]) -> AccountMonthRow {
    let day_balance = |(day, amount)| DayBalance { day: Day::from_number(day), amount };
    let arrivals: Vec<Arrival> = group
        .iter()
        .map(|new| Arrival {
            balance: new.balance,
            prior: new.around.prior.map(day_balance),
            next: new.around.next.map(Day::from_number),
        })
        .collect();
    let around = &group[0].around;
    let stored = around.stored.map(|(closing, day_sum)| AccountMonth { month, closing, day_sum });
    let after = month_after(month, around.opening.unwrap_or(0), stored, &arrivals);
    rollup::row(around.account_ref, after)
}
