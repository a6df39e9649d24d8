//! Who may call: keys, their scopes, and the part of the organisation they see.

use std::collections::BTreeSet;

use domain::date::Day;
use store::api_client::{self, ApiClient, NewApiClient, OrganisationRef};
use store::member::Member;
use store::portfolio::Own;
use store::{Connection, StoreError};

mod scope;

pub use scope::{Scope, Scopes};

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The key's owner: the API client's id, `admin` for the administrator, empty where no key is asked for.
    pub client_id: String,
    /// The person for four-eyes rules: the employee where the client stands for one, so that two keys of one
    /// employee never approve each other; the client itself otherwise.
    pub person: String,
    /// What the caller may do.
    pub scopes: Scopes,
    /// Root of the subtree that the caller sees; `None` sees everything.
    pub organisation: Option<OrganisationRef>,
    /// Number of the employee, when the key is a customer manager's, who sees own customers only.
    pub own: Option<u32>,
    /// The day, in Shanghai, whose assignments say which customers are own; of no meaning where `own` is absent.
    pub own_on: Day,
}

impl Caller {
    /// The administrator, whose key is configured and not stored.
    pub fn administrator() -> Self {
        let id = "admin".to_owned();
        let scopes = Scopes::of(&[Scope::Admin]);
        let own_on = Day::from_number(0);
        Self { client_id: id.clone(), person: id, scopes, organisation: None, own: None, own_on }
    }

    /// A caller without a key, for routes that ask for none.
    pub fn nobody() -> Self {
        Self {
            client_id: String::new(),
            person: String::new(),
            scopes: Scopes::default(),
            organisation: None,
            own: None,
            own_on: Day::from_number(0),
        }
    }

    /// Whose customers the caller sees, when the key is a customer manager's, who sees own customers only.
    pub fn own_customers(&self) -> Option<Own> {
        self.own.map(|employee_ref| Own { employee_ref, on: self.own_on.number() })
    }

    /// Number of the employee for whom the key stands; none for a client that is no person.
    pub fn employee<C: Connection>(&self, connection: &mut C) -> Result<Option<u32>, StoreError> {
        if self.own.is_some() || self.person == self.client_id {
            return Ok(self.own);
        }
        Ok(api_client::employee(connection, &self.person)?.map(|employee| employee.employee_ref))
    }

    /// True when the caller sees that customer.
    pub fn sees<C: Connection>(&self, connection: &mut C, customer: &Member) -> Result<bool, StoreError> {
        if let Some(own) = self.own_customers()
            && !store::portfolio::is_own(connection, customer.customer_ref, own)?
        {
            return Ok(false);
        }
        self.covers(connection, customer.organisation_ref)
    }

    /// True when the caller sees that organisation.
    pub fn covers<C: Connection>(
        &self,
        connection: &mut C,
        organisation: OrganisationRef,
    ) -> Result<bool, StoreError> {
        match self.organisation {
            None => Ok(true),
            Some(root) if root == organisation => Ok(true),
            Some(root) => api_client::lies_under(connection, organisation, root),
        }
    }

    /// Every organisation that the caller sees; `None` is all of them.
    pub fn subtree<C: Connection>(
        &self,
        connection: &mut C,
    ) -> Result<Option<BTreeSet<OrganisationRef>>, StoreError> {
        self.organisation.map(|root| api_client::subtree(connection, root)).transpose()
    }
}

/// Why access was not arranged as asked.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The organisation was never delivered.
    #[error("the organisation is not known")]
    UnknownOrganisation,
    /// The employee was never delivered.
    #[error("the employee is not known")]
    UnknownEmployee,
    /// There is no such client, or it lies outside the caller's organisation.
    #[error("the API client is not known")]
    UnknownClient,
    /// A caller who sees a subtree may not give more than that.
    #[error("a key cannot see more of the organisation than its maker")]
    BeyondOwnOrganisation,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const DAY_MS: i64 = 86_400_000;
const HALF_DAY_MS: i64 = DAY_MS / 2;
/// Dates are Shanghai's.
const SHANGHAI_MS: i64 = 8 * 3_600_000;

/// The caller behind a key, by the key's hash.
///
/// A key of an employee stops when the employee's last day has ended in every time zone.
pub fn authenticate<C: Connection>(
    connection: &mut C,
    key_hash: &[u8; 32],
    now_ms: i64,
) -> Result<Option<Caller>, StoreError> {
    let Some(found) = api_client::by_key_hash(connection, key_hash)? else { return Ok(None) };
    let today_everywhere = (now_ms - HALF_DAY_MS).div_euclid(DAY_MS);
    if found.employee_active_to.is_some_and(|last| last < today_everywhere) {
        return Ok(None);
    }
    Ok(Some(Caller {
        person: found.employee_id.unwrap_or_else(|| found.api_client_id.clone()),
        client_id: found.api_client_id,
        scopes: Scopes::from_stored(&found.scopes)?,
        organisation: found.organisation_ref,
        own: found.manager_ref,
        own_on: Day::from_number((now_ms + SHANGHAI_MS).div_euclid(DAY_MS) as i32),
    }))
}

/// What a new key is to be.
pub struct NewClient<'a> {
    /// Id of the client.
    pub id: &'a str,
    /// What people call it.
    pub name: &'a str,
    /// What it may do.
    pub scopes: Scopes,
    /// Root of what it sees; where absent, the organisation of the employee, if there is one.
    pub organisation_id: Option<&'a str>,
    /// The employee it stands for.
    pub employee_id: Option<&'a str>,
    /// SHA-256 of the key.
    pub key_hash: &'a [u8; 32],
}

/// Keeps a new client. Call it inside a transaction.
pub fn create<C: Connection>(
    connection: &mut C,
    caller: &Caller,
    new: &NewClient<'_>,
    now_ms: i64,
) -> Result<(), AccessError> {
    let organisation_ref = match new.organisation_id {
        None => None,
        Some(id) => Some(api_client::organisation(connection, id)?.ok_or(AccessError::UnknownOrganisation)?),
    };
    let employee = match new.employee_id {
        None => None,
        Some(id) => Some(api_client::employee(connection, id)?.ok_or(AccessError::UnknownEmployee)?),
    };
    // The employee's own organisation counts too: a key made for a person elsewhere would act in that person's name.
    let touched = organisation_ref.into_iter().chain(employee.map(|employee| employee.organisation_ref));
    let mut sees_everything = true;
    for organisation in touched {
        sees_everything = false;
        if !caller.covers(connection, organisation)? {
            return Err(AccessError::BeyondOwnOrganisation);
        }
    }
    if sees_everything && caller.organisation.is_some() {
        return Err(AccessError::BeyondOwnOrganisation);
    }
    api_client::insert(
        connection,
        &NewApiClient {
            api_client_id: new.id,
            name: new.name,
            key_hash: new.key_hash,
            scopes: &new.scopes.stored(),
            organisation_ref,
            employee_ref: employee.map(|employee| employee.employee_ref),
            created_by: &caller.person,
            created_at: now_ms,
        },
    )?;
    Ok(())
}

/// One client as lists show it.
#[derive(Debug)]
pub struct Client {
    /// What is stored of it.
    pub stored: ApiClient,
    /// What it may do.
    pub scopes: Scopes,
}

/// A page of clients that the caller sees, by id, after `after`.
pub fn list<C: Connection>(
    connection: &mut C,
    caller: &Caller,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Client>, AccessError> {
    let found = api_client::page(connection, after, caller.organisation, limit)?;
    found
        .into_iter()
        .map(|stored| Ok(Client { scopes: Scopes::from_stored(&stored.scopes)?, stored }))
        .collect()
}

/// Revokes a client; once revoked it stays so, with its first date. Call it inside a transaction.
pub fn revoke<C: Connection>(
    connection: &mut C,
    caller: &Caller,
    id: &str,
    now_ms: i64,
) -> Result<(), AccessError> {
    let organisation = api_client::organisation_of(connection, id)?.ok_or(AccessError::UnknownClient)?;
    let visible = match organisation {
        Some(organisation) => caller.covers(connection, organisation)?,
        None => caller.organisation.is_none(),
    };
    if !visible {
        return Err(AccessError::UnknownClient);
    }
    api_client::revoke(connection, id, now_ms)?;
    Ok(())
}
