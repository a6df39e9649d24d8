//! Movements of money: each once for ever.

use std::collections::{BTreeMap, HashMap};

use domain::balance::AccountClass;
use domain::book::{MonthFigures, Origin};
use domain::date::Month;
use domain::intake::Transaction;
use store::bank_transaction::{CardSpend, Found, Named, TransactionRow};
use store::{Connection, StoreError, in_transaction};

use super::{Context, Distinct, Entry, IntakeError, OUT_OF_REACH, Outcome, Reach, Rejection, name_of, sift};

/// Takes transactions. A repeat is a duplicate; something else under a known id is refused.
pub fn transactions<C: Connection>(
    connection: &mut C,
    context: &Context,
    entries: &[Entry<Transaction<'_>>],
) -> Result<Outcome, IntakeError> {
    let (passed, mut rejected) = sift(entries, |record| record.check(context.now_ms));
    in_transaction(connection, |connection| {
        // What is known already is asked first: a feed sent again then costs one look at each record.
        let (fresh, repeats) = without_known(connection, passed, &mut rejected)?;
        let reach = Reach::load(connection, context)?;
        let names = Names::load(connection, &fresh, &reach)?;
        let (mut rows, mut duplicates) = (Vec::with_capacity(fresh.len()), repeats);
        let mut spend: BTreeMap<(u32, Month), i64> = BTreeMap::new();
        let mut kept: HashMap<(&str, &str), i64> = HashMap::with_capacity(fresh.len());
        let mut taken: Vec<&Transaction<'_>> = Vec::with_capacity(fresh.len());
        for (Fresh { entry, payload_hash }, places) in fresh.iter().zip(&names.places) {
            let record = &entry.record;
            let refuse = |(pointer, detail)| Rejection { index: entry.index, pointer, detail };
            let row = match names.row(places, record, *payload_hash, &reach) {
                Ok(row) => row,
                Err(refused) => {
                    rejected.push(refuse(refused));
                    continue;
                }
            };
            match kept.insert((&record.source, &record.id), *payload_hash) {
                None => {}
                Some(hash) if hash == *payload_hash => {
                    duplicates += 1;
                    continue;
                }
                Some(first) => {
                    kept.insert((&record.source, &record.id), first);
                    rejected.push(refuse(ANOTHER));
                    continue;
                }
            }
            if let Some(effect) = record.card_effect(names.is_card(places), context.zone_offset_minutes) {
                *spend.entry((row.customer_ref, effect.month)).or_default() += effect.amount;
            }
            rows.push(row);
            taken.push(record);
        }
        let accepted = rows.len();
        store::bank_transaction::insert(connection, rows)?;
        add_card_spend(connection, spend)?;
        crate::points::accrual::accrue_transactions(connection, context.now_ms, context.today(), &taken)?;
        crate::sale::take_in(connection, context.now_ms, context.today(), &taken)?;
        Ok(Outcome::new(accepted, accepted + duplicates, rejected))
    })
}

const ANOTHER: Refused = ("/id", "another transaction is known under this source and id");

/// A record that is not stored yet, with what tells its repeats.
struct Fresh<'e, 'a> {
    entry: &'e Entry<Transaction<'a>>,
    payload_hash: i64,
}

/// Takes out what was stored before; returns the rest and the number of repeats.
fn without_known<'e, 'a, C: Connection>(
    connection: &mut C,
    passed: Vec<&'e Entry<Transaction<'a>>>,
    rejected: &mut Vec<Rejection>,
) -> Result<(Vec<Fresh<'e, 'a>>, usize), StoreError> {
    let mut by_source: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, entry) in passed.iter().enumerate() {
        by_source.entry(&entry.record.source).or_default().push(place);
    }
    let ids = by_source
        .iter()
        .map(|(source, places)| (*source, places.iter().map(|at| passed[*at].record.id.as_ref()).collect()));
    let known = store::bank_transaction::known(connection, ids)?;
    let mut hashes: Vec<Option<i64>> = vec![None; passed.len()];
    for found in known {
        if let Some(places) = by_source.get(found.source.as_str()) {
            hashes[places[found.place]] = Some(found.payload_hash);
        }
    }
    let (mut fresh, mut repeats) = (Vec::with_capacity(passed.len()), 0);
    for (entry, stored) in passed.into_iter().zip(hashes) {
        let payload_hash = entry.record.fingerprint();
        match stored {
            None => fresh.push(Fresh { entry, payload_hash }),
            Some(hash) if hash == payload_hash => repeats += 1,
            Some(_) => {
                let (pointer, detail) = ANOTHER;
                rejected.push(Rejection { index: entry.index, pointer, detail });
            }
        }
    }
    Ok((fresh, repeats))
}

fn add_card_spend<C: Connection>(
    connection: &mut C,
    spend: BTreeMap<(u32, Month), i64>,
) -> Result<(), StoreError> {
    if spend.is_empty() {
        return Ok(());
    }
    let additions = spend.into_iter().map(|((customer_ref, month), amount)| CardSpend {
        customer_ref,
        month: month.number(),
        amount,
    });
    let figures: Vec<MonthFigures> = store::bank_transaction::add_card_spend(connection, additions)?
        .into_iter()
        .map(|total| MonthFigures {
            customer_ref: total.customer_ref,
            month: Month::from_number(total.month),
            origin: Origin::RolledUp,
            holdings: None,
            // More was taken back than bought in this month; spend is not below nothing.
            card_spend: Some(total.amount.max(0)),
        })
        .collect();
    crate::book::record(connection, &figures)
}

type Refused = (&'static str, &'static str);

/// The places of a record's names in the lists of what was looked up.
struct Places {
    customer: usize,
    account: Option<usize>,
    organisation: Option<usize>,
}

#[derive(Clone, Copy)]
struct Owned {
    account_ref: u32,
    customer_ref: u32,
    is_card: bool,
}

/// What is stored of all that the fresh records name.
struct Names {
    places: Vec<Places>,
    customers: Vec<Option<(u32, Option<u32>)>>,
    accounts: Vec<Option<Owned>>,
    organisations: Vec<Option<u32>>,
}

impl Names {
    fn load<C: Connection>(
        connection: &mut C,
        fresh: &[Fresh<'_, '_>],
        reach: &Reach,
    ) -> Result<Self, StoreError> {
        let records = || fresh.iter().map(|fresh| &fresh.entry.record);
        let customers = Distinct::of(records().map(|record| record.customer_id.as_ref()));
        let accounts = Distinct::of(records().filter_map(|record| record.account_id.as_deref()));
        let organisations = Distinct::of(records().filter_map(|record| record.organisation_id.as_deref()));
        let (mut of_account, mut of_organisation) = (accounts.places.iter(), organisations.places.iter());
        let places = records().zip(customers.places).map(|(record, customer)| Places {
            customer,
            account: record.account_id.as_ref().and_then(|_| of_account.next().copied()),
            organisation: record.organisation_id.as_ref().and_then(|_| of_organisation.next().copied()),
        });
        let mut names = Self {
            places: places.collect(),
            customers: vec![None; customers.list.len()],
            accounts: vec![None; accounts.list.len()],
            organisations: vec![None; organisations.list.len()],
        };
        if fresh.is_empty() {
            return Ok(names);
        }
        let named =
            Named { customers: customers.list, accounts: accounts.list, organisations: organisations.list };
        let card = name_of(&AccountClass::NAMES, &AccountClass::CreditCard);
        for found in store::bank_transaction::resolve(connection, named, card, reach.is_limited())? {
            match found {
                Found::Customer { place, customer_ref, organisation_ref } => {
                    names.customers[place] = Some((customer_ref, organisation_ref));
                }
                Found::Account { place, account_ref, customer_ref, of_class: is_card } => {
                    names.accounts[place] = Some(Owned { account_ref, customer_ref, is_card });
                }
                Found::Organisation { place, organisation_ref } => {
                    names.organisations[place] = Some(organisation_ref);
                }
            }
        }
        Ok(names)
    }

    fn account(&self, places: &Places) -> Option<Owned> {
        places.account.and_then(|place| self.accounts[place])
    }

    /// The class, as far as card spend asks for it.
    fn is_card(&self, places: &Places) -> Option<AccountClass> {
        self.account(places).filter(|account| account.is_card).map(|_| AccountClass::CreditCard)
    }

    fn row<'a>(
        &self,
        places: &Places,
        record: &'a Transaction<'_>,
        payload_hash: i64,
        reach: &Reach,
    ) -> Result<TransactionRow<'a>, Refused> {
        let (customer_ref, unit) =
            self.customers[places.customer].ok_or(("/customer_id", "the customer is not known"))?;
        if !reach.covers(unit) {
            return Err(("/customer_id", OUT_OF_REACH));
        }
        let account = self.account(places);
        if places.account.is_some() && account.is_none() {
            return Err(("/account_id", "the account is not known"));
        }
        if account.is_some_and(|account| account.customer_ref != customer_ref) {
            return Err(("/account_id", "the account belongs to another customer"));
        }
        let organisation_ref = places.organisation.and_then(|place| self.organisations[place]);
        if places.organisation.is_some() && organisation_ref.is_none() {
            return Err(("/organisation_id", "the organisation is not known"));
        }
        if places.organisation.is_some() && !reach.covers(organisation_ref) {
            return Err(("/organisation_id", OUT_OF_REACH));
        }
        Ok(TransactionRow {
            source: &record.source,
            transaction_id: &record.id,
            occurred_at: record.occurred_at,
            customer_ref,
            kind: record.kind.name(),
            amount: record.amount,
            account_ref: account.map(|account| account.account_ref),
            product_id: record.product_id.as_ref(),
            organisation_ref,
            teller_id: record.teller_id.as_ref(),
            channel: record.channel.as_ref(),
            counterparty_bank: record.counterparty_bank.as_ref(),
            merchant_category: record.merchant_category.as_ref(),
            refund_of: record.refund_of.as_ref(),
            payload_hash,
        })
    }
}
