//! Booking: lines lead from what is booked of a sale to what shall be.

use std::collections::BTreeMap;

use domain::date::Day;
use domain::sale::{Line, Share, State, Step, lines_between, standing};
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
    /// The business day that the lines count in.
    pub on_day: Day,
    /// The day from which they are known.
    pub booked_on: Day,
}

/// The lines of some sales, and those that are to be added.
pub(crate) struct Ledger<'a> {
    moment: Moment<'a>,
    lines: BTreeMap<i64, Vec<Line>>,
    fresh: Vec<CreditRow>,
    changed: BTreeMap<i64, (State, i64)>,
}

impl<'a> Ledger<'a> {
    /// Reads the lines of these sales; of a new sale there are none.
    pub(crate) fn open<C: Connection>(
        connection: &mut C,
        moment: Moment<'a>,
        sale_refs: &[i64],
    ) -> Result<Self, StoreError> {
        let mut lines: BTreeMap<i64, Vec<Line>> = BTreeMap::new();
        if !sale_refs.is_empty() {
            for row in store::sale_credit::of_sales(connection, sale_refs)? {
                let CreditRow { employee_ref, role, share_bp, amount, .. } = row;
                lines.entry(row.sale_ref).or_default().push(Line { employee_ref, role, share_bp, amount });
            }
        }
        Ok(Self { moment, lines, fresh: Vec::new(), changed: BTreeMap::new() })
    }

    /// When it is written, and by whom.
    pub(crate) fn moment(&self) -> Moment<'a> {
        self.moment
    }

    /// Who is credited for a sale; nobody before the first booking.
    pub(crate) fn standing(&self, sale_ref: i64) -> Vec<Share> {
        self.lines.get(&sale_ref).map(|lines| standing(lines)).unwrap_or_default()
    }

    /// Books what shall be. The sale's `refunded` says what is left; its state becomes that of the booking.
    pub(crate) fn book(&mut self, sale: &mut SaleRow, booking: &Booking<'_>) {
        let booked = self.lines.entry(sale.sale_ref).or_default();
        let lines = lines_between(booked, booking.target, sale.net_amount());
        booked.extend_from_slice(&lines);
        self.fresh.extend(lines.into_iter().map(|line| CreditRow {
            sale_credit_ref: 0,
            sale_ref: sale.sale_ref,
            employee_ref: line.employee_ref,
            role: line.role,
            share_bp: line.share_bp,
            amount: line.amount,
            step: booking.step,
            on_day: booking.on_day.number(),
            booked_on: booking.booked_on.number(),
            sale_rule_ref: sale.sale_rule_ref,
            assignment_ref: sale.assignment_ref,
            campaign_ref: sale.campaign_ref,
            person: self.moment.person.to_owned(),
            written_at: self.moment.now_ms,
        }));
        sale.state = booking.state;
        self.changed.insert(sale.sale_ref, (sale.state, sale.refunded));
    }

    /// Writes everything. Call it inside the transaction in which the ledger was opened.
    pub(crate) fn save<C: Connection>(self, connection: &mut C) -> Result<(), StoreError> {
        store::sale_credit::add(connection, self.fresh)?;
        let changed = self.changed.into_iter().map(|(number, (state, refunded))| (number, state, refunded));
        store::sale::update(connection, changed)
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
