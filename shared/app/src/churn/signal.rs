//! Customers of whom an early signal tells: from the columns of the book, or from accounts and movements of money.

use domain::book::{SLOTS, chunk_of, customer_at, slot_of};
use domain::date::Day;
use domain::signal::{
    ALONE_MS, ASSET_CLASSES, AssetsDown, Evidence, Inactive, ORDER_KINDS, OUT_KINDS, OWN_KINDS, Outflow,
    PAID_KINDS, ProductClosed, REPEATS_MS, SalaryStopped, Signal, Span, USED_CLASSES,
};
use domain::tier::kernel::ChunkFacts;
use domain::tier::scheme::AssetBasis;
use store::member::Member;
use store::portfolio::Own;
use store::signal::{Known, Unrepeated};
use store::{Connection, StoreError, in_snapshot};

use super::ChurnError;
use crate::asset::Sight;
use crate::book::{FactsPlan, fold_waiting, load_facts};

/// Chunks of the book that one page looks through: a rare signal then answers short pages, but in time.
const CHUNKS_A_PAGE: u32 = 64;

/// Chunks whose accounts or movements one page looks through, in one statement: they lie customer by customer.
const CHUNKS_A_STATEMENT: u32 = 8;

/// A customer of whom a signal tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Who.
    pub member: Member,
    /// What the rule compared.
    pub evidence: Evidence,
}

/// Whose signals are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct SignalFilter<'a> {
    /// Organisations by number; `None`: all.
    pub organisations: Option<&'a [bool]>,
    /// Only this employee's own customers.
    pub owner: Option<Own>,
}

/// Customers from the number `start` of whom the signal tells at a date; answers where the next page starts.
pub fn signals<C: Connection>(
    connection: &mut C,
    signal: Signal,
    as_of: Day,
    filter: SignalFilter<'_>,
    start: u32,
    limit: usize,
) -> Result<(Vec<Found>, Option<u32>), ChurnError> {
    let organisations = filter.organisations.map(<[bool]>::to_vec);
    let sight = Sight::load(connection, organisations, filter.owner.as_slice())?;
    let look = Look { signal, as_of, sight };
    let Some(start) = look.sight.next_seen(start) else { return Ok((Vec::new(), None)) };
    let chunks = store::book::customers(connection)?.div_ceil(SLOTS as u32);
    let (stride, most) = pace(signal);
    let end = chunks.min(chunk_of(start).saturating_add(most));
    if reads_the_book(signal) {
        fold_waiting(connection, chunk_of(start), end)?;
    }
    in_snapshot(connection, |connection| {
        let (mut room, mut found) = (Vec::new(), Vec::new());
        let mut chunk_id = chunk_of(start);
        while chunk_id < end && found.len() <= limit {
            let next = end.min(chunk_id + stride);
            let range = (start.max(customer_at(chunk_id, 0)), customer_at(next, 0));
            found.extend(look.through(connection, range, &mut room)?);
            chunk_id = next;
        }
        let unread = (end < chunks).then(|| customer_at(end, 0)).and_then(|next| look.sight.next_seen(next));
        let next = found.get(limit).map(|(customer_ref, _)| *customer_ref).or(unread);
        found.truncate(limit);
        let refs: Vec<u32> = found.iter().map(|(customer_ref, _)| *customer_ref).collect();
        let members = store::member::members(connection, &refs)?;
        let found = members.into_iter().zip(found).map(|(member, (_, evidence))| Found { member, evidence });
        Ok((found.collect(), next))
    })
}

/// Chunks that are looked through at once, and on one page.
fn pace(signal: Signal) -> (u32, u32) {
    match signal {
        Signal::BalanceRatio(_) | Signal::AssetsDown(AssetsDown { over: Span::Months(_), .. }) => {
            (1, CHUNKS_A_PAGE)
        }
        Signal::AssetsDown(AssetsDown { over: Span::Days(_), .. })
        | Signal::Outflow(_)
        | Signal::SalaryStopped(_)
        | Signal::ProductClosed(_)
        | Signal::Inactive(_) => (CHUNKS_A_STATEMENT, CHUNKS_A_STATEMENT),
    }
}

fn reads_the_book(signal: Signal) -> bool {
    match signal {
        Signal::BalanceRatio(_) | Signal::Outflow(_) => true,
        Signal::AssetsDown(rule) => matches!(rule.over, Span::Months(_)),
        Signal::SalaryStopped(_) | Signal::ProductClosed(_) | Signal::Inactive(_) => false,
    }
}

/// A customer's number with what the rule compared.
type Hit = (u32, Evidence);

/// One question: the rule, the date, and who may be seen.
struct Look {
    signal: Signal,
    as_of: Day,
    sight: Sight,
}

impl Look {
    /// Customers `range.0..range.1` of whom the signal tells, ascending. The range ends with a chunk.
    fn through<C: Connection>(
        &self,
        connection: &mut C,
        range: (u32, u32),
        room: &mut Vec<ChunkFacts>,
    ) -> Result<Vec<Hit>, StoreError> {
        let as_of = self.as_of;
        match self.signal {
            Signal::BalanceRatio(rule) => {
                let plan = FactsPlan::of_assets(as_of, rule.months_of_assets(), AssetBasis::DailyAverage);
                self.book(connection, &plan, range, room, |assets, slot| {
                    rule.fires(as_of, |month| assets[month][slot])
                })
            }
            Signal::AssetsDown(rule) => match rule.over {
                Span::Months(months) => {
                    let back = usize::from(months);
                    let plan = FactsPlan::of_assets(as_of, back + 1, AssetBasis::MonthEnd);
                    self.book(connection, &plan, range, room, |assets, slot| {
                        rule.fires(as_of, assets[back][slot], assets[0][slot])
                    })
                }
                Span::Days(_) => {
                    let closes = rule.closes(as_of);
                    let worth = store::signal::closes(connection, range, &ASSET_CLASSES, closes)?;
                    Ok(self.each(worth, |worth| rule.fires(as_of, worth.before, worth.after)))
                }
            },
            Signal::Outflow(rule) => self.outflow(connection, rule, range, room),
            Signal::SalaryStopped(rule) => self.salary(connection, rule, range),
            Signal::ProductClosed(rule) => self.closing(connection, rule, range),
            Signal::Inactive(rule) => self.inactivity(connection, rule, range),
        }
    }

    /// What the rule says of each customer whom the caller sees.
    fn each<T>(&self, known: Vec<Known<T>>, rule: impl Fn(T) -> Option<Evidence>) -> Vec<Hit> {
        let seen =
            known.into_iter().filter(|known| self.sight.sees(known.organisation_ref, known.customer_ref));
        seen.filter_map(|known| Some((known.customer_ref, rule(known.fact)?))).collect()
    }

    fn book<C: Connection>(
        &self,
        connection: &mut C,
        plan: &FactsPlan,
        (from, to): (u32, u32),
        room: &mut Vec<ChunkFacts>,
        rule: impl Fn(&[Vec<i64>], usize) -> Option<Evidence>,
    ) -> Result<Vec<Hit>, StoreError> {
        load_facts(connection, plan, chunk_of(from), chunk_of(to - 1) + 1, room)?;
        let mut hits = Vec::new();
        for (facts, chunk_id) in room.iter().zip(chunk_of(from)..) {
            for slot in 0..facts.customers {
                let customer_ref = customer_at(chunk_id, slot);
                if customer_ref >= from
                    && self.sight.sees(facts.organisation[slot], customer_ref)
                    && let Some(evidence) = rule(&facts.assets, slot)
                {
                    hits.push((customer_ref, evidence));
                }
            }
        }
        Ok(hits)
    }

    fn outflow<C: Connection>(
        &self,
        connection: &mut C,
        rule: Outflow,
        (from, to): (u32, u32),
        room: &mut Vec<ChunkFacts>,
    ) -> Result<Vec<Hit>, StoreError> {
        let instants = rule.window(self.as_of).instants();
        let sent = store::signal::outgoing(connection, (from, to), instants, &OUT_KINDS)?;
        let plan = FactsPlan::of_assets(rule.assets_on(self.as_of), 1, AssetBasis::MonthEnd);
        let first = chunk_of(from);
        load_facts(connection, &plan, first, chunk_of(to - 1) + 1, room)?;
        let with_assets = sent.into_iter().map(|known| {
            let facts = &room[(chunk_of(known.customer_ref) - first) as usize];
            let assets = facts.assets[0][slot_of(known.customer_ref)];
            let Known { customer_ref, organisation_ref, fact } = known;
            Known { customer_ref, organisation_ref, fact: (fact, assets) }
        });
        Ok(self.each(with_assets.collect(), |(out, assets)| rule.fires(self.as_of, out, assets)))
    }

    fn salary<C: Connection>(
        &self,
        connection: &mut C,
        rule: SalaryStopped,
        range: (u32, u32),
    ) -> Result<Vec<Hit>, StoreError> {
        let starts = rule.month_starts(self.as_of);
        let (_, until_at) = rule.quiet(self.as_of).instants();
        let paid = (&PAID_KINDS[..], rule.at_least);
        let streams = store::signal::pay_streams(connection, range, (&starts, until_at), paid)?;
        Ok(self.each(by_customer(streams), |streams| rule.fires(self.as_of, &streams)))
    }

    fn closing<C: Connection>(
        &self,
        connection: &mut C,
        rule: ProductClosed,
        range: (u32, u32),
    ) -> Result<Vec<Hit>, StoreError> {
        let window = rule.window(self.as_of);
        let closed = store::signal::closed_accounts(connection, range, (window.first, window.last))?;
        Ok(self.each(by_customer(closed), |closed| rule.fires(closed)))
    }

    fn inactivity<C: Connection>(
        &self,
        connection: &mut C,
        rule: Inactive,
        range: (u32, u32),
    ) -> Result<Vec<Hit>, StoreError> {
        let window = rule.window(self.as_of);
        let (_, until_at) = window.instants();
        let open = (&USED_CLASSES[..], window.first, window.last);
        let wanted = Unrepeated {
            kinds: &OWN_KINDS,
            order_kinds: &ORDER_KINDS,
            repeats_ms: &REPEATS_MS,
            alone_ms: ALONE_MS,
            until_at,
        };
        let latest = store::signal::latest_unrepeated(connection, range, open, wanted)?;
        Ok(self.each(latest, |last_at| rule.fires(self.as_of, last_at)))
    }
}

/// All that is known of each customer together; what belongs to one lies side by side.
fn by_customer<T>(known: Vec<Known<T>>) -> Vec<Known<Vec<T>>> {
    let mut grouped: Vec<Known<Vec<T>>> = Vec::new();
    for Known { customer_ref, organisation_ref, fact } in known {
        match grouped.last_mut() {
            Some(last) if last.customer_ref == customer_ref => last.fact.push(fact),
            _ => grouped.push(Known { customer_ref, organisation_ref, fact: vec![fact] }),
        }
    }
    grouped
}
