//! Registrations: an employee of the organisation that sold says to have sold, or to have sent the customer.

use domain::date::Day;
use domain::sale::{Person, Role, Rule, Share, State, Step, registered};
use store::sale::{SaleRow, WorkerRow};
use store::sale_credit::CreditRow;
use store::sale_registration::{RegistrationRow, RegistrationView, StandingRow};
use store::{Connection, StoreError};

use super::colleague::{Stranger, colleagues};
use super::notice;
use super::view::{Credits, credits_of, is_reversed, seen};
use super::{Booking, Rules, book};
use crate::access::{Caller, Scope};
use crate::points::Moment;

/// Why nobody was registered, or no registration withdrawn. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// No sale of this source and id, or one that the caller does not see.
    #[error("the sale is not known")]
    UnknownSale,
    /// The sale has no registration of this number.
    #[error("the registration is not known")]
    UnknownRegistration,
    /// An employee acts for nobody else, unless he or she adjusts.
    #[error("an employee's key registers and withdraws that employee alone")]
    NotOwn,
    /// The employee cannot be credited.
    #[error(transparent)]
    Stranger(#[from] Stranger),
    /// Nobody refers to oneself.
    #[error("the seller and the referrer are different people")]
    BothRoles,
    /// Somebody is registered in this role.
    #[error("the sale has a registered {} already", .role.name())]
    Taken {
        /// The role.
        role: Role,
    },
    /// The assignment has credited somebody: that is the seller, and only a branch manager says otherwise.
    #[error("the sale is credited to the managers of the buyer")]
    Assigned,
    /// Who took somebody else's registration away does not take the place.
    #[error("who withdrew another one's registration of this sale is not registered after it")]
    Withdrew,
    /// Who gains by it does not take somebody else's registration away.
    #[error("the registration is another one's, and who withdraws it would gain by that")]
    Gains,
    /// The window is over.
    #[error("registration for this sale is late: it ended before {due_on}")]
    Late {
        /// The day from which the default applies.
        due_on: Day,
    },
    /// All was taken back.
    #[error("the sale was taken back as a whole")]
    Reversed,
    /// A branch manager has decided.
    #[error("the credit of the sale was adjusted")]
    Adjusted,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Registers an employee as the seller or referrer of a sale, and books what follows; returns the registration's number.
/// Where the assignment has credited somebody, only a referrer registers. Call it inside a transaction.
pub fn register<C: Connection>(
    connection: &mut C,
    (caller, moment): (&Caller, Moment<'_>),
    transaction: (&str, &str),
    employee_id: &str,
    role: Role,
) -> Result<(u32, Credits), RegistrationError> {
    let mut sale = seen(connection, caller, transaction)?.ok_or(RegistrationError::UnknownSale)?;
    insist_on_own(caller, employee_id)?;
    insist_on_time(&sale, moment.today)?;
    let mut found = colleagues(connection, &sale, &[], &[employee_id])?;
    let employee_ref = found.pop().unwrap_or(Err(Stranger::Elsewhere))?;
    let known = Known::load(connection, &sale)?;
    if known.registered(role).is_some() {
        return Err(RegistrationError::Taken { role });
    }
    if role == Role::Seller && !known.automatic.is_empty() {
        return Err(RegistrationError::Assigned);
    }
    let withdrew = |earlier: &RegistrationView| {
        earlier.row.withdrawn_by.as_deref() == Some(employee_id) && earlier.employee_id != employee_id
    };
    if store::sale_registration::of_sale(connection, sale.sale_ref)?.iter().any(withdrew) {
        return Err(RegistrationError::Withdrew);
    }
    let is_in_other_role = match role {
        Role::Referrer => known.sellers().contains(&employee_ref),
        _ => known.registered(Role::Referrer).is_some_and(|person| person.employee_ref == employee_ref),
    };
    if is_in_other_role {
        return Err(RegistrationError::BothRoles);
    }
    let row = RegistrationRow {
        sale_ref: sale.sale_ref,
        number: 0,
        employee_ref,
        role,
        registered_by: moment.person.to_owned(),
        registered_on: moment.today.number(),
        registered_at: moment.now_ms,
        withdrawn_by: None,
        withdrawn_at: None,
    };
    let number = store::sale_registration::add(connection, &row)?;
    book_registered(connection, moment, &mut sale)?;
    Ok((number, credits_of(connection, sale.sale_ref)?))
}

/// Withdraws a registration: credit goes back to what the assignment says, or to nobody. One that was withdrawn before
/// stays as it is. Call it inside a transaction.
pub fn withdraw<C: Connection>(
    connection: &mut C,
    (caller, moment): (&Caller, Moment<'_>),
    transaction: (&str, &str),
    number: u32,
) -> Result<Credits, RegistrationError> {
    let mut sale = seen(connection, caller, transaction)?.ok_or(RegistrationError::UnknownSale)?;
    let registration = store::sale_registration::of_sale(connection, sale.sale_ref)?
        .into_iter()
        .find(|registration| registration.row.number == number)
        .ok_or(RegistrationError::UnknownRegistration)?;
    insist_on_own(caller, &registration.employee_id)?;
    if registration.row.withdrawn_at.is_none() {
        insist_on_time(&sale, moment.today)?;
        if gains(connection, caller, &sale, &registration.row)? {
            return Err(RegistrationError::Gains);
        }
        let key = (sale.sale_ref, number);
        store::sale_registration::withdraw(connection, key, moment.person, moment.now_ms)?;
        book_registered(connection, moment, &mut sale)?;
    }
    Ok(credits_of(connection, sale.sale_ref)?)
}

/// True when the caller stands for another employee, who would be credited with more, or by default, without it.
fn gains<C: Connection>(
    connection: &mut C,
    caller: &Caller,
    sale: &SaleRow,
    row: &RegistrationRow,
) -> Result<bool, StoreError> {
    let Some(own) = caller.employee(connection)?.filter(|own| *own != row.employee_ref) else {
        return Ok(false);
    };
    let rules = Rules::load(connection)?;
    let rule = &rules.of(sale)?.rule;
    let mut known = Known::load(connection, sale)?;
    let before = known.target(connection, rule)?;
    known.standing.retain(|standing| standing.role != row.role);
    let after = known.target(connection, rule)?;
    Ok(sale.teller_ref == Some(own) || notice::gains(&before, &after, own))
}

/// A key that stands for an employee acts for that employee alone, unless it may adjust; a system's acts for everybody.
fn insist_on_own(caller: &Caller, employee_id: &str) -> Result<(), RegistrationError> {
    let stands_for_somebody = caller.own.is_some() || caller.person != caller.client_id;
    if stands_for_somebody && caller.person != employee_id && !caller.scopes.allow(Scope::SalesAdjust) {
        return Err(RegistrationError::NotOwn);
    }
    Ok(())
}

fn insist_on_time(sale: &SaleRow, today: Day) -> Result<(), RegistrationError> {
    let due_on = Day::from_number(sale.due_on);
    if today >= due_on {
        return Err(RegistrationError::Late { due_on });
    }
    if is_reversed(sale) {
        return Err(RegistrationError::Reversed);
    }
    if sale.state == State::Adjusted {
        return Err(RegistrationError::Adjusted);
    }
    Ok(())
}

/// What the assignment and people say of a sale.
struct Known {
    /// Those whom the assignment credited when the sale came in.
    automatic: Vec<Share>,
    standing: Vec<StandingRow>,
}

impl Known {
    fn load<C: Connection>(connection: &mut C, sale: &SaleRow) -> Result<Self, StoreError> {
        // Every share of the automatic step has a line, one of nothing too. What the assignment said then stands,
        // whatever was corrected of it since.
        let lines = store::sale_credit::of_sales(connection, &[sale.sale_ref])?;
        let is_seller = |line: &&CreditRow| line.step == Step::Automatic && line.role == Role::Seller;
        let automatic = lines.iter().filter(is_seller);
        Ok(Self {
            automatic: automatic.map(|line| Share::seller(line.employee_ref, line.share_bp)).collect(),
            standing: store::sale_registration::standing(connection, &[sale.sale_ref])?,
        })
    }

    /// Who is registered in a role.
    fn registered(&self, role: Role) -> Option<Person> {
        self.standing.iter().find(|row| row.role == role).map(|row| Person {
            employee_ref: row.employee_ref,
            seller_share_bp: row.seller_share_bp,
            referrer_share_bp: row.referrer_share_bp,
        })
    }

    /// Numbers of those who are credited as sellers.
    fn sellers(&self) -> Vec<u32> {
        match self.registered(Role::Seller) {
            Some(seller) => vec![seller.employee_ref],
            None => self.automatic.iter().map(|share| share.employee_ref).collect(),
        }
    }

    /// Who is credited; nobody while there is no seller.
    fn target<C: Connection>(&self, connection: &mut C, rule: &Rule) -> Result<Vec<Share>, StoreError> {
        let seller = match (self.registered(Role::Seller), self.automatic.as_slice()) {
            (Some(seller), _) => Some(seller),
            // One seller's own ratio with the referrer counts, also of one whom nobody had to register.
            (None, [only]) => person(connection, only.employee_ref)?,
            (None, _) => None,
        };
        let referrer = self.registered(Role::Referrer);
        let target = registered(rule, Some(self.automatic.as_slice()), seller.as_ref(), referrer.as_ref());
        Ok(target.unwrap_or_default())
    }
}

fn person<C: Connection>(connection: &mut C, employee_ref: u32) -> Result<Option<Person>, StoreError> {
    let found = store::sale::workers(connection, &[employee_ref])?.pop();
    Ok(found.map(|WorkerRow { employee_ref, seller_share_bp, referrer_share_bp }| Person {
        employee_ref,
        seller_share_bp,
        referrer_share_bp,
    }))
}

/// Books what the assignment and the registrations that stand now say together.
fn book_registered<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    sale: &mut SaleRow,
) -> Result<(), StoreError> {
    let known = Known::load(connection, sale)?;
    let rules = Rules::load(connection)?;
    let target = known.target(connection, &rules.of(sale)?.rule)?;
    let state = match (target.is_empty(), known.standing.is_empty()) {
        (true, _) => State::Waiting,
        (false, true) => State::Automatic,
        (false, false) => State::Manual,
    };
    let on_day = Day::from_number(sale.sold_on);
    let booking = Booking { step: Step::Registration, state, target: &target, on_day };
    book(connection, moment, sale, &booking)
}
