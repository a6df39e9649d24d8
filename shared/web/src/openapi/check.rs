//! Routes and their descriptions, compared.

use super::Operation;
use crate::Route;

/// Says where routes and descriptions differ: nothing, when every route is described as it is and nothing else is.
pub fn check<C>(routes: &[Route<C>], operations: &[Operation]) -> Vec<String> {
    let mut differences = Vec::new();
    for route in routes {
        let name = format!("{} {}", route.method.name(), route.path);
        let Some(described) =
            operations.iter().find(|one| one.method == route.method && one.path == route.path)
        else {
            differences.push(format!("{name} is not described"));
            continue;
        };
        if (described.scope, described.repeat) != (route.scope, route.repeat) {
            differences.push(format!("{name} is described with another scope or repeat"));
        }
        let names: Vec<&str> = described.parameters.iter().map(|(name, ..)| *name).collect();
        for parameter in route.query.iter().filter(|parameter| !names.contains(*parameter)) {
            differences.push(format!("{name} does not describe the parameter {parameter}"));
        }
        for parameter in names.iter().filter(|parameter| !route.query.contains(*parameter)) {
            differences.push(format!("{name} describes {parameter}, which it refuses"));
        }
    }
    for one in operations {
        if !routes.iter().any(|route| one.method == route.method && one.path == route.path) {
            differences.push(format!("{} {} is described and does not exist", one.method.name(), one.path));
        }
    }
    differences
}
