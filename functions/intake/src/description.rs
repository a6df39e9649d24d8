//! What the contract says of intake.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use web::field::IdText;
use web::openapi::Operation;
use web::{BatchReport, Method, Repeat, Scope};

use crate::field::{Choice, IdRef, Named, TextRef};
use crate::wire;

/// The operations of this function.
pub fn describe() -> Vec<Operation> {
    vec![
        deliver::<wire::Organisation<'static>>(
            "/intake/organisations",
            "Deliver units of the bank.",
            "An upsert. A parent may come in the same request, in any order; a cycle is refused.",
        ),
        deliver::<wire::Employee<'static>>(
            "/intake/employees",
            "Deliver employees.",
            "An upsert. A changed organisation counts from the day on which it is delivered.",
        ),
        deliver::<wire::Customer<'static>>("/intake/customers", "Deliver customers.", "An upsert."),
        deliver::<wire::Account<'static>>(
            "/intake/accounts",
            "Deliver accounts and cards.",
            "An upsert. A changed owner, class or closing day adds up again what depended on it.",
        ),
        deliver::<wire::Balance<'static>>(
            "/intake/balances",
            "Deliver daily closing balances.",
            "The last one delivered for a day wins. A balance stands until the next one; late and corrected ones add \
             up again every month that depended on them.",
        ),
        deliver::<wire::Assets<'static>>(
            "/intake/assets",
            "Deliver monthly figures of customers.",
            "Replaces the month and serves as month end and as daily average.",
        ),
        deliver::<wire::Transaction<'static>>(
            "/intake/transactions",
            "Deliver transactions.",
            "Each source and id once for ever: the same again is a duplicate, something else under it is refused.",
        ),
    ]
}

fn deliver<T: JsonSchema>(path: &'static str, summary: &'static str, description: &'static str) -> Operation {
    Operation::new(Method::Post, path, Scope::IntakeWrite, Repeat::Natural, summary)
        .description(description)
        .records::<T>()
        .answer::<BatchReport>(200, "Good records are kept, bad ones are named by line and pointer.")
        .plain_answer(204, "Every record was kept and Prefer: return=minimal was sent.", "")
}

impl JsonSchema for IdRef<'_> {
    fn schema_name() -> Cow<'static, str> {
        IdText::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        IdText::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        IdText::json_schema(generator)
    }
}

impl JsonSchema for TextRef<'_> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "PlainText".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1 })
    }
}

impl<T: Named> JsonSchema for Choice<T> {
    fn schema_name() -> Cow<'static, str> {
        std::any::type_name::<T>().rsplit("::").next().unwrap_or_default().into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = T::NAMES.iter().map(|(name, _)| *name).collect();
        json_schema!({ "type": "string", "enum": names })
    }
}
