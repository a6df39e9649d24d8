//! Fields of events and customers by the names that a condition calls them.

use chrono::Datelike;

use super::facts::{Facts, Reads, age, is_birthday, member_months};

/// Whose field it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Event,
    Customer,
}

impl Side {
    /// The name in a condition.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Customer => "customer",
        }
    }
}

/// A field that is a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextField {
    Kind,
    Source,
    Channel,
    MerchantCategory,
    Product,
    Counterparty,
    EventOrganisation,
    CustomerOrganisation,
    Tier,
    Gender,
}

/// A field that is a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WholeField {
    Amount,
    Month,
    DayOfMonth,
    Weekday,
    Hour,
    Age,
    MemberMonths,
}

/// A field of any type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Text(TextField),
    Whole(WholeField),
    IsBirthday,
}

/// Every field: whose, its name, what it is, and whether it can be absent.
const FIELDS: [(Side, &str, Field, bool); 18] = [
    (Side::Event, "type", Field::Text(TextField::Kind), false),
    (Side::Event, "source", Field::Text(TextField::Source), false),
    (Side::Event, "amount", Field::Whole(WholeField::Amount), true),
    (Side::Event, "channel", Field::Text(TextField::Channel), true),
    (Side::Event, "merchant_category", Field::Text(TextField::MerchantCategory), true),
    (Side::Event, "product_id", Field::Text(TextField::Product), true),
    (Side::Event, "organisation_id", Field::Text(TextField::EventOrganisation), true),
    (Side::Event, "counterparty_bank", Field::Text(TextField::Counterparty), true),
    (Side::Event, "month", Field::Whole(WholeField::Month), false),
    (Side::Event, "day", Field::Whole(WholeField::DayOfMonth), false),
    (Side::Event, "weekday", Field::Whole(WholeField::Weekday), false),
    (Side::Event, "hour", Field::Whole(WholeField::Hour), false),
    (Side::Customer, "tier", Field::Text(TextField::Tier), false),
    (Side::Customer, "organisation_id", Field::Text(TextField::CustomerOrganisation), false),
    (Side::Customer, "gender", Field::Text(TextField::Gender), true),
    (Side::Customer, "age", Field::Whole(WholeField::Age), true),
    (Side::Customer, "is_birthday", Field::IsBirthday, true),
    (Side::Customer, "member_months", Field::Whole(WholeField::MemberMonths), true),
];

impl TextField {
    /// The text; nothing when it is not known.
    pub(super) fn read<'a>(self, facts: &Facts<'a>) -> Option<&'a str> {
        let (event, customer) = (&facts.event, &facts.customer);
        match self {
            Self::Kind => Some(event.kind),
            Self::Source => Some(event.source),
            Self::Channel => event.channel,
            Self::MerchantCategory => event.merchant_category,
            Self::Product => event.product_id,
            Self::Counterparty => event.counterparty_bank,
            Self::EventOrganisation => event.organisation_id,
            Self::CustomerOrganisation => Some(customer.organisation_id),
            Self::Tier => Some(customer.tier.unwrap_or("")),
            Self::Gender => customer.gender,
        }
    }
}

impl WholeField {
    /// The number; nothing when it is not known.
    pub(super) fn read(self, facts: &Facts<'_>) -> Option<i64> {
        let (event, customer) = (&facts.event, &facts.customer);
        match self {
            Self::Amount => event.amount,
            Self::Month => Some(event.on.date().month().into()),
            Self::DayOfMonth => Some(event.on.date().day().into()),
            Self::Weekday => Some(event.on.date().weekday().number_from_monday().into()),
            Self::Hour => Some(i64::from(event.minute_of_day / 60)),
            Self::Age => customer.birth_date.map(|born| age(born, event.on)),
            Self::MemberMonths => customer.opened_on.map(|opened| member_months(opened, event.on)),
        }
    }
}

impl Field {
    /// The field of a name, and whether it can be absent.
    pub(super) fn find(side: Side, name: &str) -> Option<(Self, bool)> {
        let mut fields = FIELDS.iter();
        let found = fields.find(|(whose, known, ..)| *whose == side && *known == name);
        found.map(|(_, _, field, can_be_absent)| (*field, *can_be_absent))
    }

    /// True when its value is known.
    pub(super) fn is_known(self, facts: &Facts<'_>) -> bool {
        match self {
            Self::Text(field) => field.read(facts).is_some(),
            Self::Whole(field) => field.read(facts).is_some(),
            Self::IsBirthday => facts.customer.birth_date.is_some(),
        }
    }

    /// Whether it is the customer's birthday; nothing when the day of birth is not known.
    pub(super) fn birthday(facts: &Facts<'_>) -> Option<bool> {
        facts.customer.birth_date.map(|born| is_birthday(born, facts.event.on))
    }

    /// Notes which fact of the customer it comes from.
    pub(super) fn note(self, reads: &mut Reads) {
        match self {
            Self::Text(TextField::Tier) => reads.tier = true,
            Self::Text(TextField::CustomerOrganisation) => reads.organisation_id = true,
            Self::Text(TextField::Gender) => reads.gender = true,
            Self::Whole(WholeField::Age) | Self::IsBirthday => reads.birth_date = true,
            Self::Whole(WholeField::MemberMonths) => reads.opened_on = true,
            Self::Text(_) | Self::Whole(_) => {}
        }
    }
}
