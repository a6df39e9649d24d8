//! How daily balances of accounts become months: what an account was worth at the end and summed over the days.
//!
//! A balance stands until the next one replaces it; before the first balance the account is worth zero; from the day
//! it closes it is worth zero, whatever is delivered for later days; the latest balance stands for the days of its
//! month that are still to come. The daily average of a customer's class is the sum of the daily closing balances of
//! the class's accounts divided by the days in the month, rounded half away from zero, in integers.

use crate::book::Holdings;
use crate::date::{Day, Month};

/// Largest amount that a feed may deliver, in minor units: a thousand such accounts still add up within 64 bits.
pub const AMOUNT_LIMIT: i64 = 9_000_000_000_000_000;

/// The closing balance of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayBalance {
    /// The day.
    pub day: Day,
    /// What the account held when the day closed.
    pub amount: i64,
}

/// What an account's month comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountMonth {
    /// The month.
    pub month: Month,
    /// Closing balance of its last day.
    pub closing: i64,
    /// Sum of the closing balances of all its days.
    pub day_sum: i64,
}

/// The month of an account that begins with `opening`, from every balance of the month in ascending order.
pub fn month(month: Month, opening: i64, balances: &[DayBalance], closed_on: Option<Day>) -> AccountMonth {
    let end = month.last_day().plus(1);
    let live_until = closed_on.map_or(end, |closed| closed.clamp(month.first_day(), end));
    let (mut standing, mut since, mut day_sum) = (opening, month.first_day(), 0);
    for balance in balances.iter().filter(|balance| balance.day < live_until) {
        day_sum += standing * days(since, balance.day);
        (standing, since) = (balance.amount, balance.day);
    }
    day_sum += standing * days(since, live_until);
    AccountMonth { month, closing: if live_until < end { 0 } else { standing }, day_sum }
}

/// A balance that arrives for a month already added up, and what is stored around it in the same month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// What arrives.
    pub balance: DayBalance,
    /// The latest stored balance of the month up to and including the day.
    pub prior: Option<DayBalance>,
    /// The day of the next stored balance of the month.
    pub next: Option<Day>,
}

/// The month of an open account after `arrivals` (in ascending order of days, one a day), without looking at the
/// days in between: a nightly feed at a month's end must not read thirty balances for each one it brings.
///
/// `stored` is the month before they arrive, `opening` what the account held when the month began.
pub fn month_after(
    month: Month,
    opening: i64,
    stored: Option<AccountMonth>,
    arrivals: &[Arrival],
) -> AccountMonth {
    let end = month.last_day().plus(1);
    let mut after = stored.unwrap_or(AccountMonth {
        month,
        closing: opening,
        day_sum: opening * i64::from(month.days()),
    });
    let mut arrived: Option<DayBalance> = None;
    for Arrival { balance, prior, next } in arrivals {
        let replaced = match (arrived, *prior) {
            (Some(arrived), Some(prior)) if arrived.day >= prior.day => arrived.amount,
            (_, Some(prior)) => prior.amount,
            (Some(arrived), None) => arrived.amount,
            (None, None) => opening,
        };
        after.day_sum += (balance.amount - replaced) * days(balance.day, next.unwrap_or(end));
        if next.is_none() {
            after.closing = balance.amount;
        }
        arrived = Some(*balance);
    }
    after
}

/// What kind of account it is, and so where its balance counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountClass {
    /// Money deposited; may be overdrawn.
    Deposit,
    /// Funds, wealth products, gold, insurance, bonds.
    Investment,
    /// A loan against security, as the outstanding amount.
    SecuredLoan,
    /// A loan without security, as the outstanding amount.
    UnsecuredLoan,
    /// A card; its balance is no asset, its purchases are card spend.
    CreditCard,
}

impl AccountClass {
    /// Every class with its name in feeds and in the store.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("deposit", Self::Deposit),
        ("investment", Self::Investment),
        ("secured_loan", Self::SecuredLoan),
        ("unsecured_loan", Self::UnsecuredLoan),
        ("credit_card", Self::CreditCard),
    ];

    /// True for classes whose amount is what is owed, and so never below zero.
    pub fn is_loan(self) -> bool {
        matches!(self, Self::SecuredLoan | Self::UnsecuredLoan)
    }
}

/// A customer's accounts of one month, added up by class.
#[derive(Clone, Copy, Debug, Default)]
pub struct MonthSums {
    deposits: Sum,
    investments: Sum,
    secured_loans: Sum,
    unsecured_loans: Sum,
}

/// Sums of hundreds of thousands of the largest amounts need more than 64 bits.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    closing: i128,
    day_sum: i128,
}

impl MonthSums {
    /// Adds one account's month.
    pub fn add(&mut self, class: AccountClass, closing: i64, day_sum: i64) {
        let sum = match class {
            AccountClass::Deposit => &mut self.deposits,
            AccountClass::Investment => &mut self.investments,
            AccountClass::SecuredLoan => &mut self.secured_loans,
            AccountClass::UnsecuredLoan => &mut self.unsecured_loans,
            AccountClass::CreditCard => return,
        };
        sum.closing += i128::from(closing);
        sum.day_sum += i128::from(day_sum);
    }

    /// The holdings of a month of `days_in_month` days. Totals past 64 bits stand at the limit.
    pub fn holdings(&self, days_in_month: i32) -> Holdings {
        Holdings {
            deposits_end: narrow(self.deposits.closing),
            deposits_average: average(self.deposits.day_sum, days_in_month),
            investments_end: narrow(self.investments.closing),
            investments_average: average(self.investments.day_sum, days_in_month),
            secured_loans: narrow(self.secured_loans.closing),
            unsecured_loans: narrow(self.unsecured_loans.closing),
        }
    }
}

fn days(from: Day, until: Day) -> i64 {
    i64::from(until.number() - from.number())
}

/// Half away from zero: the average of an overdrawn account mirrors that of an equal credit.
fn average(day_sum: i128, days_in_month: i32) -> i64 {
    let days = i128::from(days_in_month);
    let half = if day_sum < 0 { -days } else { days };
    narrow((2 * day_sum + half) / (2 * days))
}

fn narrow(sum: i128) -> i64 {
    sum.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEBRUARY: &str = "2023-02";

    fn february(day: i32) -> Day {
        Month::parse(FEBRUARY).unwrap().first_day().plus(day - 1)
    }

    fn at(day: i32, amount: i64) -> DayBalance {
        DayBalance { day: february(day), amount }
    }

    #[test]
    fn a_balance_stands_until_the_next_one_and_for_the_rest_of_the_month() {
        // opening, balances (day, amount), closed on, closing, sum over the 28 days
        type Row<'a> = (i64, &'a [(i32, i64)], Option<i32>, i64, i64);
        let table: [Row; 10] = [
            (0, &[], None, 0, 0),
            (100, &[], None, 100, 2_800),
            (0, &[(1, 10)], None, 10, 280),
            (0, &[(28, 10)], None, 10, 10),
            (100, &[(8, 50)], None, 50, 7 * 100 + 21 * 50),
            (100, &[(8, 50), (15, -20)], None, -20, 7 * 100 + 7 * 50 - 14 * 20),
            (100, &[(8, 50)], Some(15), 0, 7 * 100 + 7 * 50),
            (100, &[(8, 50)], Some(8), 0, 7 * 100),
            (100, &[(8, 50)], Some(1), 0, 0),
            (100, &[(8, 50), (20, 70)], Some(15), 0, 7 * 100 + 7 * 50),
        ];
        for (opening, balances, closed, closing, day_sum) in table {
            let balances: Vec<_> = balances.iter().map(|(day, amount)| at(*day, *amount)).collect();
            let month_of = Month::parse(FEBRUARY).unwrap();
            let found = month(month_of, opening, &balances, closed.map(february));
            assert_eq!(
                (found.closing, found.day_sum),
                (closing, day_sum),
                "{opening} {balances:?} {closed:?}"
            );
        }
    }

    #[test]
    fn an_account_closed_in_an_earlier_month_is_worth_nothing_and_one_closed_later_is_untouched() {
        let month_of = Month::parse(FEBRUARY).unwrap();
        let before = Day::parse("2023-01-31").unwrap();
        let later = Day::parse("2023-03-01").unwrap();
        assert_eq!(month(month_of, 100, &[at(3, 7)], Some(before)).day_sum, 0);
        assert_eq!(month(month_of, 100, &[], Some(later)).closing, 100);
    }

    #[test]
    fn averages_round_half_away_from_zero() {
        for (sum, days, expected) in
            [(14, 28, 1), (13, 28, 0), (-14, 28, -1), (-13, 28, 0), (42, 28, 2), (0, 31, 0)]
        {
            assert_eq!(average(sum, days), expected, "{sum} over {days}");
        }
    }

    #[test]
    fn thousands_of_the_largest_accounts_add_up() {
        let mut sums = MonthSums::default();
        for _ in 0..1_000 {
            sums.add(AccountClass::Deposit, AMOUNT_LIMIT, AMOUNT_LIMIT * 31);
        }
        let holdings = sums.holdings(31);
        assert_eq!(holdings.deposits_end, AMOUNT_LIMIT * 1_000);
        assert_eq!(holdings.deposits_average, AMOUNT_LIMIT * 1_000);
        assert_eq!(holdings.investments_end, 0);
    }

    #[test]
    fn cards_are_no_assets() {
        let mut sums = MonthSums::default();
        sums.add(AccountClass::CreditCard, 5, 5);
        assert_eq!(sums.holdings(31), Holdings::default());
    }

    proptest::proptest! {
        /// Adding arrivals to a month gives what adding up the whole month gives.
        #[test]
        fn arrivals_change_a_month_as_if_it_were_added_up_anew(
            opening in -1_000i64..1_000,
            stored in proptest::collection::btree_map(1i32..=28, -1_000i64..1_000, 0..8),
            news in proptest::collection::btree_map(1i32..=28, -1_000i64..1_000, 1..8),
        ) {
            let month_of = Month::parse(FEBRUARY).unwrap();
            let list = |balances: &std::collections::BTreeMap<i32, i64>| {
                balances.iter().map(|(day, amount)| at(*day, *amount)).collect::<Vec<_>>()
            };
            let before = (!stored.is_empty()).then(|| month(month_of, opening, &list(&stored), None));
            let arrivals: Vec<_> = news.iter().map(|(day, amount)| Arrival {
                balance: at(*day, *amount),
                prior: stored.range(..=day).next_back().map(|(day, amount)| at(*day, *amount)),
                next: stored.range(day + 1..).next().map(|(day, _)| february(*day)),
            }).collect();
            let mut all = stored.clone();
            all.extend(news);
            proptest::prop_assert_eq!(
                month_after(month_of, opening, before, &arrivals),
                month(month_of, opening, &list(&all), None)
            );
        }
    }
}
