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
    /// Number of the customer manager who sees own customers only.
    pub own: Option<u32>,
}

impl Call {
    /// The subtree of the named organisation, or all that the caller sees. An organisation that the caller does not see
    /// is answered like one that is not known would be to a stranger: 403; and so is a customer manager's key, because
    /// the answer is about a part of the bank.
    pub fn reach<C: Connection>(&self, connection: &mut C, named: Option<&Id>) -> Result<Reach, Problem> {
        self.whole_parts_only()?;
        self.reach_or_own(connection, named)
    }

    /// Refuses a customer manager's key, which sees own customers only.
    pub fn whole_parts_only(&self) -> Result<(), Problem> {
        match self.caller.own {
            None => Ok(()),
            Some(_) => Err(Problem::forbidden("a customer manager's key sees own customers only")),
        }
    }

    /// As [`Call::reach`], for answers that a customer manager may have of own customers: those of [`Reach::own`].
    pub fn reach_or_own<C: Connection>(
        &self,
        connection: &mut C,
        named: Option<&Id>,
    ) -> Result<Reach, Problem> {
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
        Ok(Reach { top, organisations, own: self.caller.own })
    }

    /// The customer that the path names; one outside the part of the bank that the key sees is not known to it.
    pub fn customer<C: Connection>(&self, connection: &mut C) -> Result<Member, Problem> {
        let id = self.id("id")?;
        match store::member::by_id(connection, id.as_str())? {
            Some(customer) if self.caller.sees(connection, &customer)? => Ok(customer),
            _ => Err(Problem::not_found(Slug::UnknownCustomer)),
        }
    }

    /// A date of the query that is not in the future.
    pub fn past_date(&self, name: &'static str) -> Result<Option<Day>, Problem> {
        match self.query.date(name)? {
            Some(day) if day > self.today("Asia/Shanghai") => {
                Err(Problem::query(name, "today or earlier is asked for"))
            }
            date => Ok(date),
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
