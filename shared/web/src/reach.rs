//! What a caller reaches: organisations and customers within the subtree that the key sees.

use domain::date::Day;
use domain::id::Id;
use store::Connection;
use store::member::Member;

use crate::{Call, Problem, Slug};

/// A part of the bank, as a question or a job names it.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Number and id of the subtree's top; `None`: the whole bank.
    pub top: Option<(u32, String)>,
    /// Its organisations by number; `None`: all.
    pub organisations: Option<Vec<bool>>,
}

impl Call {
    /// The subtree of the named organisation, or all that the caller sees. An organisation that the caller does not see
    /// is answered like one that is not known would be to a stranger: 403.
    pub fn reach<C: Connection>(&self, connection: &mut C, named: Option<&Id>) -> Result<Reach, Problem> {
        let top = match (named, self.caller.organisation) {
            (Some(id), _) => {
                let number = store::api_client::organisation(connection, id.as_str())?
                    .ok_or_else(|| Problem::not_found(Slug::UnknownOrganisation))?;
                if !self.covers(connection, number)? {
                    return Err(Problem::forbidden(
                        "the organisation lies outside the part of the bank that the key sees",
                    ));
                }
                Some((number, id.as_str().to_owned()))
            }
            (None, Some(own)) => {
                let id = store::member::organisation_ids(connection)?.remove(&own).unwrap_or_default();
                Some((own, id))
            }
            (None, None) => None,
        };
        let organisations = match &top {
            None => None,
            Some((number, _)) => {
                let subtree = store::api_client::subtree(connection, *number)?;
                let mut seen = vec![false; subtree.last().map_or(0, |last| *last as usize + 1)];
                subtree.into_iter().for_each(|organisation| seen[organisation as usize] = true);
                Some(seen)
            }
        };
        Ok(Reach { top, organisations })
    }

    /// The customer that the path names; one outside the part of the bank that the key sees is not known to it.
    pub fn customer<C: Connection>(&self, connection: &mut C) -> Result<Member, Problem> {
        let id = self.id("id")?;
        match store::member::by_id(connection, id.as_str())? {
            Some(customer) if self.covers(connection, customer.organisation_ref)? => Ok(customer),
            _ => Err(Problem::not_found(Slug::UnknownCustomer)),
        }
    }

    /// Today in a programme's time zone. Dates are Shanghai's unless the programme says otherwise; of other zones only
    /// the name is known here, and the latest date on Earth stands in, so that no valid date is taken for a future one.
    pub fn today(&self, zone: &str) -> Day {
        const HOUR_MS: i64 = 3_600_000;
        let offset_hours = if zone == "Asia/Shanghai" { 8 } else { 14 };
        Day::from_number((self.now_ms + offset_hours * HOUR_MS).div_euclid(24 * HOUR_MS) as i32)
    }
}
