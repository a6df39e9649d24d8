//! Movements of money: each once for ever.

use std::collections::{BTreeMap, HashMap};

use domain::balance::AccountClass;
use domain::book::{MonthFigures, Origin};
use domain::date::Month;
use domain::intake::Transaction;
use store::bank_transaction::{CardSpend, Found, Named, TransactionRow};
use store::{Connection, StoreError, in_transaction};

use super::{
    Context, Distinct, Entry, IntakeError, OUT_OF_REACH, Outcome, Reach, Rejection, by_name, sift,
};

/// Takes transactions. A repeat is a duplicate; something else under a known id is refused.
pub fn transactions<C: Connection>(
    connection: &mut C,
    context: &Context,
    entries: &[Entry<Transaction<'_>>],
) -> Result<Outcome, IntakeError> {
    let (passed, mut rejected) = sift(entries, |record| record.check(context.now_ms));
    in_transaction(connection, |connection| {
        let reach = Reach::load(connection, context)?;
        let mut known = Known::load(connection, &passed, &reach)?;
        let (mut rows, mut duplicates) = (Vec::with_capacity(passed.len()), 0);
        let mut spend: BTreeMap<(u32, Month), i64> = BTreeMap::new();
        for (place, entry) in passed.iter().enumerate() {
            let record = &entry.record;
            match known.decide(place, record, &reach) {
                Decision::Refuse(pointer, detail) => {
                    rejected.push(Rejection { index: entry.index, pointer, detail });
                }
                Decision::Repeat => duplicates += 1,
                Decision::Keep { row, class } => {
                    if let Some(effect) = record.card_effect(class, context.zone_offset_minutes) {
                        *spend.entry((row.customer_ref, effect.month)).or_default() += effect.amount;
                    }
                    rows.push(row);
                }
            }
        }
        let accepted = rows.len();
        store::bank_transaction::insert(connection, rows)?;
        add_card_spend(connection, spend)?;
        Ok(Outcome::new(accepted, accepted + duplicates, rejected))
    })
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

enum Decision<'a> {
    Keep { row: TransactionRow<'a>, class: Option<AccountClass> },
    Repeat,
    Refuse(&'static str, &'static str),
}

/// The places of a record's names in the lists of what was looked up.
struct Places {
    customer: usize,
    account: Option<usize>,
    organisation: Option<usize>,
    source: usize,
    id: usize,
}

#[derive(Clone)]
struct Owned {
    account_ref: u32,
    customer_ref: u32,
    class: AccountClass,
}

/// What is stored of all that a batch names.
struct Known {
    places: Vec<Places>,
    customers: Vec<Option<(u32, Option<u32>)>>,
    accounts: Vec<Option<Owned>>,
    organisations: Vec<Option<u32>>,
    /// By source and id: what tells a repeat from another transaction, once one is kept.
    hashes: Vec<Vec<Option<i64>>>,
}

impl Known {
    fn load<C: Connection>(
        connection: &mut C,
        passed: &[&Entry<Transaction<'_>>],
        reach: &Reach,
    ) -> Result<Self, StoreError> {
        let (mut customers, mut accounts) = (Distinct::default(), Distinct::default());
        let (mut organisations, mut sources) = (Distinct::default(), Distinct::default());
        let mut ids: Vec<Distinct<'_>> = Vec::new();
        let mut places = Vec::with_capacity(passed.len());
        for Entry { record, .. } in passed {
            let source = sources.add(&record.source);
            if source == ids.len() {
                ids.push(Distinct::default());
            }
            places.push(Places {
                customer: customers.add(&record.customer_id),
                account: record.account_id.as_deref().map(|id| accounts.add(id)),
                organisation: record.organisation_id.as_deref().map(|id| organisations.add(id)),
                source,
                id: ids[source].add(&record.id),
            });
        }
        let mut known = Self {
            places,
            customers: vec![None; customers.list.len()],
            accounts: vec![None; accounts.list.len()],
            organisations: vec![None; organisations.list.len()],
            hashes: ids.iter().map(|ids| vec![None; ids.list.len()]).collect(),
        };
        let by_source: HashMap<&str, usize> = sources.places.clone();
        let named = Named {
            customers: customers.list,
            accounts: accounts.list,
            organisations: organisations.list,
            transactions: sources.list.into_iter().zip(ids.into_iter().map(|ids| ids.list)).collect(),
        };
        for found in store::bank_transaction::resolve(connection, named, reach.is_limited())? {
            known.note(found, &by_source)?;
        }
        Ok(known)
    }

    fn note(&mut self, found: Found, by_source: &HashMap<&str, usize>) -> Result<(), StoreError> {
        match found {
            Found::Customer { place, customer_ref, organisation_ref } => {
                self.customers[place] = Some((customer_ref, organisation_ref));
            }
            Found::Account { place, account_ref, customer_ref, class } => {
                let class = by_name(&AccountClass::NAMES, &class)?;
                self.accounts[place] = Some(Owned { account_ref, customer_ref, class });
            }
            Found::Organisation { place, organisation_ref } => {
                self.organisations[place] = Some(organisation_ref);
            }
            Found::Transaction { source, place, payload_hash } => {
                if let Some(source) = by_source.get(source.as_str()) {
                    self.hashes[*source][place] = Some(payload_hash);
                }
            }
        }
        Ok(())
    }

    fn decide<'a>(&mut self, place: usize, record: &'a Transaction<'_>, reach: &Reach) -> Decision<'a> {
        let places = &self.places[place];
        let Some((customer_ref, unit)) = self.customers[places.customer] else {
            return Decision::Refuse("/customer_id", "the customer is not known");
        };
        if !reach.covers(unit) {
            return Decision::Refuse("/customer_id", OUT_OF_REACH);
        }
        let account = places.account.map(|place| self.accounts[place].clone());
        let organisation = places.organisation.map(|place| self.organisations[place]);
        if organisation == Some(None) {
            return Decision::Refuse("/organisation_id", "the organisation is not known");
        }
        if organisation.is_some_and(|unit| !reach.covers(unit)) {
            return Decision::Refuse("/organisation_id", OUT_OF_REACH);
        }
        let account = match account {
            Some(None) => return Decision::Refuse("/account_id", "the account is not known"),
            Some(account) => account,
            None => None,
        };
        let payload_hash = record.fingerprint();
        let kept = &mut self.hashes[places.source][places.id];
        match *kept {
            Some(hash) if hash == payload_hash => return Decision::Repeat,
            Some(_) => return Decision::Refuse("/id", "another transaction is known under this source and id"),
            None => {}
        }
        // Asked after the repeat: an account that changed hands since does not make its history refusable.
        if account.as_ref().is_some_and(|account| account.customer_ref != customer_ref) {
            return Decision::Refuse("/account_id", "the account belongs to another customer");
        }
        *kept = Some(payload_hash);
        let row = TransactionRow {
            source: &record.source,
            transaction_id: &record.id,
            occurred_at: record.occurred_at,
            customer_ref,
            kind: record.kind.name(),
            amount: record.amount,
            account_ref: account.as_ref().map(|account| account.account_ref),
            product_id: record.product_id.as_ref(),
            organisation_ref: organisation.flatten(),
            teller_id: record.teller_id.as_ref(),
            channel: record.channel.as_ref(),
            counterparty_bank: record.counterparty_bank.as_ref(),
            merchant_category: record.merchant_category.as_ref(),
            refund_of: record.refund_of.as_ref(),
            payload_hash,
        };
        Decision::Keep { row, class: account.map(|account| account.class) }
    }
}
