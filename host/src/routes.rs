//! Which component answers a path, as Spin decides it: the most specific route wins.

use std::net::SocketAddr;

use anyhow::{anyhow, ensure};
use http::{HeaderMap, HeaderName, HeaderValue};

/// The routes of the application.
pub struct Routes<T> {
    router: routefinder::Router<Handler<T>>,
}

struct Handler<T> {
    route: String,
    target: T,
}

/// A path's route.
pub struct Match<'a, T> {
    pub target: &'a T,
    route: &'a str,
    path_info: String,
    captured: Vec<(String, String)>,
}

impl<T> Routes<T> {
    /// Builds the table; a route that is declared twice is an error, as one of the two would never answer.
    pub fn new(routes: impl IntoIterator<Item = (String, T)>) -> anyhow::Result<Routes<T>> {
        let mut router = routefinder::Router::new();
        let mut known = Vec::new();
        for (route, target) in routes {
            ensure!(route.starts_with('/'), "trigger.http.route: {route:?} does not begin with a slash");
            ensure!(!known.contains(&route), "trigger.http.route: {route:?} is declared twice");
            ensure!(
                !route.starts_with("/.well-known/spin"),
                "trigger.http.route: {route:?} is the host's own"
            );
            known.push(route.clone());
            let specification = match route.strip_suffix("/...") {
                Some(prefix) => format!("{prefix}/*"),
                None => route.strip_suffix('/').unwrap_or(&route).to_owned(),
            };
            router
                .add(specification.as_str(), Handler { route: route.clone(), target })
                .map_err(|error| anyhow!("trigger.http.route: {route:?}: {error}"))?;
        }
        Ok(Routes { router })
    }

    /// The route of a path.
    pub fn find<'a>(&'a self, path: &'a str) -> Option<Match<'a, T>> {
        let found = self.router.best_match(path)?;
        let handler = found.handler();
        let captures = found.captures();
        let path_info = match captures.wildcard() {
            None => String::new(),
            // The router drops a trailing slash that belongs to the path.
            Some(rest) => {
                let slash = if path.ends_with('/') { "/" } else { "" };
                if rest.is_empty() { slash.to_owned() } else { format!("/{rest}{slash}") }
            }
        };
        let captured = captures.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Some(Match { target: &handler.target, route: &handler.route, path_info, captured })
    }
}

impl<T> Match<'_, T> {
    /// Tells the component how it was reached, in the headers that Spin sets.
    pub fn describe(
        &self,
        headers: &mut HeaderMap,
        full_url: String,
        client: SocketAddr,
    ) -> Result<(), http::Error> {
        let prefix = self.route.strip_suffix("/...").unwrap_or(self.route);
        let mut set = |name: HeaderName, value: &str| -> Result<(), http::Error> {
            headers.insert(name, HeaderValue::from_str(value)?);
            Ok(())
        };
        set(HeaderName::from_static("spin-path-info"), &self.path_info)?;
        set(HeaderName::from_static("spin-full-url"), &full_url)?;
        set(HeaderName::from_static("spin-matched-route"), self.route)?;
        set(HeaderName::from_static("spin-base-path"), "/")?;
        set(HeaderName::from_static("spin-raw-component-route"), self.route)?;
        set(HeaderName::from_static("spin-component-route"), prefix)?;
        set(HeaderName::from_static("spin-client-addr"), &client.to_string())?;
        for (name, value) in &self.captured {
            let name = format!("spin-path-match-{}", name.to_ascii_lowercase().replace('_', "-"));
            set(HeaderName::try_from(name)?, value)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(list: &[&'static str]) -> Routes<&'static str> {
        Routes::new(list.iter().map(|route| ((*route).to_owned(), *route))).expect("routes")
    }

    #[test]
    fn the_most_specific_route_wins() {
        let routes =
            routes(&["/...", "/customers/...", "/customers/:id", "/customers/:id/tier", "/customers/new"]);
        for (path, expected) in [
            ("/", "/..."),
            ("/other/deep", "/..."),
            ("/customers", "/customers/..."),
            ("/customers/7", "/customers/:id"),
            ("/customers/new", "/customers/new"),
            ("/customers/7/tier", "/customers/:id/tier"),
            ("/customers/7/assets", "/customers/..."),
        ] {
            assert_eq!(routes.find(path).map(|found| *found.target), Some(expected), "{path}");
        }
    }

    #[test]
    fn a_path_without_a_route_finds_nothing() {
        let routes = routes(&["/intake/...", "/healthz"]);
        assert!(routes.find("/").is_none());
        assert!(routes.find("/healthz/more").is_none());
        assert!(routes.find("/intake").is_some());
    }

    #[test]
    fn a_component_learns_its_captures_and_the_rest_of_the_path() {
        let routes = routes(&["/customers/:customer_id/..."]);
        let mut headers = HeaderMap::new();
        let client = "127.0.0.1:9".parse().unwrap();
        let path = "/customers/7/tier/history/";
        routes.find(path).unwrap().describe(&mut headers, format!("http://h{path}"), client).unwrap();
        assert_eq!(headers["spin-path-info"], "/tier/history/");
        assert_eq!(headers["spin-path-match-customer-id"], "7");
        assert_eq!(headers["spin-component-route"], "/customers/:customer_id");
        assert_eq!(headers["spin-raw-component-route"], "/customers/:customer_id/...");
    }

    #[test]
    fn a_route_declared_twice_is_refused() {
        let twice = ["/a", "/a"].map(|route| (route.to_owned(), ()));
        assert!(Routes::new(twice).is_err());
    }
}
