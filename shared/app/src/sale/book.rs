//! Booking: lines lead from what is booked of a sale to what shall be. Whenever a decision, a refund or a run comes, what
//! each is credited with on each day is the same.

use std::collections::BTreeMap;

use domain::date::Day;
use domain::sale::{Line, Phase, Share, State, Step, lines_between, restated, standing};
use store::sale::SaleRow;
use store::sale_credit::CreditRow;
use store::{Connection, StoreError};

use crate::points::Moment;

/// What shall be of a sale, and why.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Booking<'a> {
    /// What it is booked for.
    pub step: Step,
    /// Where the sale stands then.
    pub state: State,
    /// Who is credited for what is left of the sale; nobody: what was booked is taken away.
    pub target: &'a [Share],
    /// The business day that it counts in. In the day of the sale it counts as if it had been known then: with the whole
    /// amount, and what was taken back counts in the days of the refunds.
    pub on_day: Day,
}

/// A line with what it was booked for, and the business day that it counts in.
#[derive(Clone, Copy)]
struct Booked {
    step: Step,
    on_day: Day,
    line: Line,
}

impl Booked {
    /// What of the sale it is about; nothing of an adjustment that counts in a later day.
    fn phase(&self, sold_on: Day) -> Option<Phase> {
        match self.step {
            Step::Reversal => Some(Phase::Reversal(self.on_day)),
            _ if self.on_day == sold_on => Some(Phase::Decision),
            _ => None,
        }
    }
}

/// The lines of some sales, and those that are to be added.
pub(crate) struct Ledger<'a> {
    moment: Moment<'a>,
    lines: BTreeMap<i64, Vec<Booked>>,
    refunds: BTreeMap<i64, Vec<(Day, i64)>>,
    fresh: Vec<CreditRow>,
    changed: BTreeMap<i64, SaleRow>,
}

impl<'a> Ledger<'a> {
    /// Reads the lines and refunds of these sales; of a new sale there are none.
    pub(crate) fn open<C: Connection>(
        connection: &mut C,
        moment: Moment<'a>,
        sale_refs: &[i64],
    ) -> Result<Self, StoreError> {
        let mut lines: BTreeMap<i64, Vec<Booked>> = BTreeMap::new();
        let mut refunds: BTreeMap<i64, Vec<(Day, i64)>> = BTreeMap::new();
        if !sale_refs.is_empty() {
            for row in store::sale_credit::of_sales(connection, sale_refs)? {
                let CreditRow { employee_ref, role, share_bp, amount, step, .. } = row;
                let line = Line { employee_ref, role, share_bp, amount };
                let booked = Booked { step, on_day: Day::from_number(row.on_day), line };
                lines.entry(row.sale_ref).or_default().push(booked);
            }
            for row in store::sale::refunds(connection, sale_refs)? {
                let refund = (Day::from_number(row.refunded_on), row.amount);
                refunds.entry(row.sale_ref).or_default().push(refund);
            }
        }
        Ok(Self { moment, lines, refunds, fresh: Vec::new(), changed: BTreeMap::new() })
    }

    /// When it is written, and by whom.
    pub(crate) fn moment(&self) -> Moment<'a> {
        self.moment
    }

    /// Who is credited for a sale; nobody before the first booking.
    pub(crate) fn standing(&self, sale_ref: i64) -> Vec<Share> {
        self.lines.get(&sale_ref).map(|booked| standing(&plain(booked))).unwrap_or_default()
    }

    /// Takes back a part of a sale that is left of it, on a day, from everybody who is credited.
    pub(crate) fn take_back(&mut self, sale: &mut SaleRow, on_day: Day, amount: i64) {
        sale.refunded += amount;
        self.refunds.entry(sale.sale_ref).or_default().push((on_day, amount));
        let target = self.standing(sale.sale_ref);
        let booking = Booking { step: Step::Reversal, state: sale.state, target: &target, on_day };
        self.book(sale, &booking);
    }

    /// Books what shall be; it is known from today. The sale's state becomes that of the booking.
    pub(crate) fn book(&mut self, sale: &mut SaleRow, booking: &Booking<'_>) {
        let sold_on = Day::from_number(sale.sold_on);
        let booked = self.lines.entry(sale.sale_ref).or_default();
        let phases: Option<Vec<(Phase, Line)>> =
            booked.iter().map(|booked| Some((booked.phase(sold_on)?, booked.line))).collect();
        let of_sale = booking.on_day == sold_on || booking.step == Step::Reversal;
        let fresh: Vec<Booked> = match phases {
            Some(phases) if of_sale => {
                let refunds = self.refunds.get(&sale.sale_ref).map(Vec::as_slice).unwrap_or_default();
                let lines = restated(&phases, booking.target, sale.amount, refunds);
                let booked = |(phase, line): (Phase, Line)| match phase {
                    Phase::Decision => Booked { step: booking.step, on_day: sold_on, line },
                    Phase::Reversal(on_day) => Booked { step: Step::Reversal, on_day, line },
                };
                lines.into_iter().map(booked).collect()
            }
            _ => {
                let lines = lines_between(&plain(booked), booking.target, sale.net_amount());
                let (step, on_day) = (booking.step, booking.on_day);
                lines.into_iter().map(|line| Booked { step, on_day, line }).collect()
            }
        };
        booked.extend_from_slice(&fresh);
        let moment = self.moment;
        self.fresh.extend(fresh.into_iter().map(|booked| row(sale, &booked, moment)));
        sale.state = booking.state;
        self.changed.insert(sale.sale_ref, sale.clone());
    }

    /// Writes everything. Call it inside the transaction in which the ledger was opened.
    pub(crate) fn save<C: Connection>(self, connection: &mut C) -> Result<(), StoreError> {
        store::sale_credit::add(connection, self.fresh)?;
        store::sale::update(connection, self.changed.values())
    }
}

fn plain(booked: &[Booked]) -> Vec<Line> {
    booked.iter().map(|booked| booked.line).collect()
}

fn row(sale: &SaleRow, booked: &Booked, moment: Moment<'_>) -> CreditRow {
    let Booked { step, on_day, line } = *booked;
    CreditRow {
        sale_credit_ref: 0,
        sale_ref: sale.sale_ref,
        employee_ref: line.employee_ref,
        role: line.role,
        share_bp: line.share_bp,
        amount: line.amount,
        step,
        on_day: on_day.number(),
        // Nothing is known before it is written.
        booked_on: on_day.max(moment.today).number(),
        sale_rule_ref: sale.sale_rule_ref,
        assignment_ref: sale.assignment_ref,
        campaign_ref: sale.campaign_ref,
        person: moment.person.to_owned(),
        written_at: moment.now_ms,
    }
}

/// Books one step of one sale. Call it inside a transaction that has read the sale.
pub(crate) fn book<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    sale: &mut SaleRow,
    booking: &Booking<'_>,
) -> Result<(), StoreError> {
    let mut ledger = Ledger::open(connection, moment, &[sale.sale_ref])?;
    ledger.book(sale, booking);
    ledger.save(connection)
}
