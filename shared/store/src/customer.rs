//! Customers. The number of a customer is their place in the book.

use std::borrow::Cow;

use crate::batch::{self, Batch};
use crate::{Connection, StoreError, dialect};

/// One customer as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerRow<'a> {
    /// The place in the book.
    pub customer_ref: u32,
    /// The bank's id.
    pub customer_id: Cow<'a, str>,
    /// The unit that keeps the customer.
    pub organisation_ref: u32,
    /// Name.
    pub name: Cow<'a, str>,
    /// Telephone.
    pub phone: Option<Cow<'a, str>>,
    /// Mail address.
    pub email: Option<Cow<'a, str>>,
    /// Date of birth.
    pub birth_date: Option<i32>,
    /// As the bank writes it.
    pub gender: Option<Cow<'a, str>>,
    /// Customer since.
    pub opened_on: Option<i32>,
    /// Household.
    pub household_id: Option<Cow<'a, str>>,
    /// IANA name.
    pub time_zone: Option<Cow<'a, str>>,
    /// Consents as JSON text.
    pub consents: Option<Cow<'a, str>>,
    /// The bank's own facts as JSON text.
    pub attributes: Option<Cow<'a, str>>,
}

/// Who a customer id stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomerPlace {
    /// The place in the book.
    pub customer_ref: u32,
    /// The unit that keeps the customer; looked up only on request.
    pub organisation_ref: Option<u32>,
}

/// Places of the customers with these ids, as (place in `ids`, who); unknown ids are left out.
///
/// Ids and numbers lie together in one index; the unit lies in the table, a second walk a customer, so that it is
/// read only `with_organisation`.
pub fn places<'a, C: Connection>(
    connection: &mut C,
    ids: impl IntoIterator<Item = &'a str>,
    with_organisation: bool,
) -> Result<Vec<(usize, CustomerPlace)>, StoreError> {
    let sql = places_sql(with_organisation);
    connection.execute(&sql, &[Batch::of_texts(ids).into_value()])?.read("customer.places", |row| {
        let key = row.narrow()?;
        Ok((key, CustomerPlace { customer_ref: row.narrow()?, organisation_ref: row.narrow_or_null()? }))
    })
}

fn places_sql(with_organisation: bool) -> String {
    let organisation = if with_organisation { "organisation_ref" } else { "null" };
    format!(
        "select row.key, customer_ref, {organisation} from {} cross join customer where customer_id = row.value",
        dialect::batch(1)
    )
}

/// Stored customers with these ids, as (place in `ids`, row).
pub fn find<'a, C: Connection>(
    connection: &mut C,
    ids: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<(usize, CustomerRow<'static>)>, StoreError> {
    let sql = format!(
        "select row.key, customer_ref, customer_id, organisation_ref, name, phone, email, birth_date, gender,
           opened_on, household_id, time_zone, consents, attributes
         from {} cross join customer where customer_id = row.value",
        dialect::batch(1)
    );
    connection.execute(&sql, &[Batch::of_texts(ids).into_value()])?.read("customer.find", |row| {
        let key = row.narrow()?;
        Ok((
            key,
            CustomerRow {
                customer_ref: row.narrow()?,
                customer_id: row.text()?.into(),
                organisation_ref: row.narrow()?,
                name: row.text()?.into(),
                phone: row.text_or_null()?.map(Cow::from),
                email: row.text_or_null()?.map(Cow::from),
                birth_date: row.narrow_or_null()?,
                gender: row.text_or_null()?.map(Cow::from),
                opened_on: row.narrow_or_null()?,
                household_id: row.text_or_null()?.map(Cow::from),
                time_zone: row.text_or_null()?.map(Cow::from),
                consents: row.text_or_null()?.map(Cow::from),
                attributes: row.text_or_null()?.map(Cow::from),
            },
        ))
    })
}

/// The number that the next new customer gets. Customers are never deleted, so no number is given twice.
pub fn next_ref<C: Connection>(connection: &mut C) -> Result<u32, StoreError> {
    connection
        .execute("select coalesce(max(customer_ref), -1) + 1 from customer", &[])?
        .read_one("customer.next_ref", |row| row.narrow())
}

/// Writes customers, new or changed.
pub fn save<'a, C: Connection>(
    connection: &mut C,
    rows: impl IntoIterator<Item = &'a CustomerRow<'a>>,
) -> Result<(), StoreError> {
    let rows = rows.into_iter().map(|row| {
        [
            row.customer_ref.into(),
            row.customer_id.as_ref().into(),
            row.organisation_ref.into(),
            row.name.as_ref().into(),
            row.phone.as_deref().into(),
            row.email.as_deref().into(),
            row.birth_date.into(),
            row.gender.as_deref().into(),
            row.opened_on.into(),
            row.household_id.as_deref().into(),
            row.time_zone.as_deref().into(),
            row.consents.as_deref().into(),
            row.attributes.as_deref().into(),
        ]
    });
    let into = "insert into customer (customer_ref, customer_id, organisation_ref, name, phone, email, birth_date, gender,
           opened_on, household_id, time_zone, consents, attributes)";
    let then = "on conflict (customer_ref) do update set
           organisation_ref = excluded.organisation_ref, name = excluded.name, phone = excluded.phone,
           email = excluded.email, birth_date = excluded.birth_date, gender = excluded.gender,
           opened_on = excluded.opened_on, household_id = excluded.household_id,
           time_zone = excluded.time_zone, consents = excluded.consents, attributes = excluded.attributes";
    batch::insert(connection, into, then, rows)?;
    Ok(())
}
