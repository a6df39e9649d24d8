//! The OpenAPI 3.1 document, made natively from what the functions say of themselves.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::field::IdText;
use crate::{Method, Repeat, Scope};

mod check;

pub use check::check;

/// Makes the schema of a wire type.
pub type MakeSchema = fn(&mut SchemaGenerator) -> Schema;

/// The schema of `T`, for [`Operation::body`] and [`Operation::answer`].
pub fn schema<T: JsonSchema>() -> MakeSchema {
    |generator| generator.subschema_for::<T>()
}

/// What a route says of itself.
pub struct Operation {
    method: Method,
    path: &'static str,
    scope: Scope,
    repeat: Repeat,
    summary: &'static str,
    description: &'static str,
    parameters: Vec<(&'static str, &'static str, MakeSchema)>,
    bodies: Vec<(&'static str, MakeSchema)>,
    answers: Vec<(u16, &'static str, &'static str, Option<MakeSchema>)>,
}

impl Operation {
    /// Describes the operation of a route; `summary` is one sentence.
    pub fn new(
        method: Method,
        path: &'static str,
        scope: Scope,
        repeat: Repeat,
        summary: &'static str,
    ) -> Self {
        Self {
            method,
            path,
            scope,
            repeat,
            summary,
            description: "",
            parameters: Vec::new(),
            bodies: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// With more words.
    #[must_use]
    pub fn description(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// With a query parameter of type `T`.
    #[must_use]
    pub fn query<T: JsonSchema>(mut self, name: &'static str, description: &'static str) -> Self {
        self.parameters.push((name, description, schema::<T>()));
        self
    }

    /// With `limit` and `cursor`.
    #[must_use]
    pub fn paged(self) -> Self {
        self.query::<u32>("limit", "Items on a page: 1 to 1000, 100 when absent.")
            .query::<String>("cursor", "The page before's next_cursor, as it came.")
    }

    /// With a JSON body of type `T`.
    #[must_use]
    pub fn body<T: JsonSchema>(mut self) -> Self {
        self.bodies.push(("application/json", schema::<T>()));
        self
    }

    /// With one record, an array or lines of type `T`.
    #[must_use]
    pub fn records<T: JsonSchema>(mut self) -> Self {
        self.bodies.push(("application/json", |generator| {
            let one = generator.subschema_for::<T>();
            json_schema!({ "oneOf": [one, { "type": "array", "items": one, "maxItems": 100_000 }] })
        }));
        self.bodies.push(("application/x-ndjson", schema::<T>()));
        self
    }

    /// With a JSON answer of type `T`.
    #[must_use]
    pub fn answer<T: JsonSchema>(mut self, status: u16, description: &'static str) -> Self {
        self.answers.push((status, description, "application/json", Some(schema::<T>())));
        self
    }

    /// With an answer in another type of content, CSV say; the empty type has no body.
    #[must_use]
    pub fn plain_answer(
        mut self,
        status: u16,
        description: &'static str,
        content_type: &'static str,
    ) -> Self {
        self.answers.push((status, description, content_type, None));
        self
    }

    fn names_in_path(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    fn write(&self, generator: &mut SchemaGenerator) -> Value {
        let mut parameters: Vec<Value> = self
            .names_in_path()
            .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": generator.subschema_for::<IdText>() }))
            .collect();
        for (name, description, make) in &self.parameters {
            parameters.push(
                json!({ "name": name, "in": "query", "description": description, "schema": make(generator) }),
            );
        }
        if self.repeat == Repeat::Keyed {
            parameters.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
        }
        if self.method != Method::Get {
            parameters.push(json!({ "$ref": "#/components/parameters/Prefer" }));
        }
        let mut answers = Map::new();
        for (status, description, content_type, make) in &self.answers {
            let answer =
                answers.entry(status.to_string()).or_insert_with(|| json!({ "description": description }));
            if !content_type.is_empty() {
                let schema = make.map_or_else(|| json_schema!({ "type": "string" }), |make| make(generator));
                answer["content"][*content_type] = json!({ "schema": schema });
            }
        }
        answers.insert("default".to_owned(), json!({ "$ref": "#/components/responses/Problem" }));
        let mut operation = json!({
            "operationId": operation_id(self.method, self.path),
            "summary": self.summary,
            "parameters": parameters,
            "responses": answers,
            "security": match self.scope {
                Scope::Public => json!([]),
                scope => json!([{ "key": [scope.name()] }]),
            },
        });
        if !self.description.is_empty() {
            operation["description"] = self.description.into();
        }
        if !self.bodies.is_empty() {
            let content: Map<String, Value> = self
                .bodies
                .iter()
                .map(|(content_type, make)| {
                    ((*content_type).to_owned(), json!({ "schema": make(generator) }))
                })
                .collect();
            operation["requestBody"] = json!({ "required": true, "content": content });
        }
        operation
    }
}

fn operation_id(method: Method, path: &str) -> String {
    let words = path.split(['/', '-']).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.map(|word| word.trim_matches(['{', '}'])).collect();
    format!("{}_{}", method.name().to_ascii_lowercase(), words.join("_")).replace('.', "_")
}

/// The complete document, equal text for equal operations in any order.
pub fn document(mut operations: Vec<Operation>) -> String {
    // Schemas of one name are numbered as they come, so the order must not depend on the caller.
    operations.sort_by_key(|one| (one.path, one.method.name()));
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.definitions_path = Cow::Borrowed("/components/schemas");
            settings.meta_schema = None;
        })
        .into_generator();
    let mut paths: BTreeMap<&str, BTreeMap<String, Value>> = BTreeMap::new();
    for operation in &operations {
        let written = operation.write(&mut generator);
        let method = operation.method.name().to_ascii_lowercase();
        paths.entry(operation.path).or_default().insert(method, written);
    }
    let mut schemas = generator.take_definitions(true);
    schemas.insert("Problem".to_owned(), problem_schema());
    let scopes: Vec<&str> = Scope::GRANTABLE.iter().map(|scope| scope.name()).collect();
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Kezhi",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            "description": "Money is a decimal string in major units, shares are basis points, ids are the caller's.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": { "key": {
                "type": "http",
                "scheme": "bearer",
                "description": format!("A key from POST /api-clients. Scopes: {}.", scopes.join(", ")),
            } },
            "parameters": common_headers(),
            "responses": { "Problem": {
                "description": "What went wrong; docs/problems.md lists every type.",
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
            } },
            "schemas": schemas,
        },
    });
    let mut text = String::new();
    write(&document, 3, &mut text);
    text.push('\n');
    text
}

/// One line a path and a schema: small enough to be carried in a component, and still readable as a difference.
fn write(value: &Value, levels: usize, text: &mut String) {
    match value.as_object() {
        Some(members) if levels > 0 && !members.is_empty() => {
            for (place, (name, member)) in members.iter().enumerate() {
                text.push_str(if place == 0 { "{\n" } else { ",\n" });
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(member, levels - 1, text);
            }
            text.push_str("\n}");
        }
        _ => text.push_str(&value.to_string()),
    }
}

fn common_headers() -> Value {
    json!({
        "IdempotencyKey": {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "Makes a repeat safe: the same key and request get the stored answer with \
                            Idempotency-Hit: true, another request under the key gets 422.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
        },
        "Prefer": {
            "name": "Prefer",
            "in": "header",
            "description": "return=minimal asks for 204 without a body, where the operation offers it.",
            "schema": { "type": "string" },
        },
    })
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail", "errors"],
        "properties": {
            "type": { "type": "string", "format": "uri-reference" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
            "errors": { "type": "array", "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": { "pointer": { "type": "string" }, "detail": { "type": "string" } },
            } },
        },
    })
}
