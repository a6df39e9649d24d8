//! Routes, and finding one.

use crate::{Answer, Call, Method, Problem, Scope};

/// What a repeat of the same request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Changes nothing.
    Read,
    /// Changes the same thing to the same value (an upsert, a delivery with ids of its own, a job that continues):
    /// an Idempotency-Key is not needed and not looked at.
    Natural,
    /// Would do it twice: an Idempotency-Key makes the repeat an answer from the store. With the header the handler
    /// runs inside an open transaction, so it writes through [`Call::atomically`].
    Keyed,
}

/// What a route does: one use case, from the call to the answer.
pub type Handler<C> = fn(&mut C, &Call) -> Result<Answer, Problem>;

/// One path and method.
pub struct Route<C> {
    /// The method; `HEAD` is answered by the route of `GET`.
    pub method: Method,
    /// The path, with parameters in braces: `/tiers/schemes/{id}`.
    pub path: &'static str,
    /// What the key must allow.
    pub scope: Scope,
    /// What a repeat does.
    pub repeat: Repeat,
    /// Names of the query parameters; any other is refused.
    pub query: &'static [&'static str],
    /// What is done.
    pub handler: Handler<C>,
}

/// Path parameters by name, decoded.
pub(crate) type Parameters = Vec<(&'static str, String)>;

/// What a path leads to.
pub(crate) enum Found<'a, C> {
    Route(&'a Route<C>, Parameters),
    OtherMethods(Vec<Method>),
    Nothing,
}

/// Finds the route of a path in parts; of several that fit, the one with most literal parts
/// (`/tiers/reviews` before `/tiers/{id}`).
pub(crate) fn find<'a, C>(routes: &'a [Route<C>], method: Method, parts: &[String]) -> Found<'a, C> {
    let method = if method == Method::Head { Method::Get } else { method };
    let mut best: Option<(&Route<C>, Parameters)> = None;
    let mut others = Vec::new();
    for route in routes {
        let Some(parameters) = fit(route.path, parts) else { continue };
        if route.method != method {
            if !others.contains(&route.method) {
                others.push(route.method);
            }
        } else if best.as_ref().is_none_or(|(_, found)| parameters.len() < found.len()) {
            best = Some((route, parameters));
        }
    }
    match best {
        Some((route, parameters)) => Found::Route(route, parameters),
        None if others.is_empty() => Found::Nothing,
        None => Found::OtherMethods(others),
    }
}

fn fit(template: &'static str, parts: &[String]) -> Option<Parameters> {
    let mut parameters = Vec::new();
    let mut pieces = template.split('/').skip(1);
    for part in parts {
        let piece = pieces.next()?;
        match piece.strip_prefix('{').and_then(|piece| piece.strip_suffix('}')) {
            Some(name) if !part.is_empty() => parameters.push((name, part.clone())),
            None if piece == part => {}
            _ => return None,
        }
    }
    pieces.next().is_none().then_some(parameters)
}
