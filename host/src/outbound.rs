//! Outbound HTTP: only where `allowed_outbound_hosts` of the manifest says.

use std::ops::Range;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use http::Uri;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks, default_send_request};

use crate::variables::{Values, fill};

/// The hosts a component may call. Cheap to clone: every instance has its own.
#[derive(Clone, Debug, Default)]
pub struct AllowedHosts(Arc<[Pattern]>);

/// `scheme://host:port`, each part possibly a wildcard.
#[derive(Debug)]
struct Pattern {
    /// None is any.
    scheme: Option<String>,
    host: Host,
    ports: Range<u32>,
}

#[derive(Debug)]
enum Host {
    Any,
    /// A name, or an address as it is written.
    Exact(String),
    /// Everything under a domain, kept with its leading dot.
    Under(String),
}

impl AllowedHosts {
    /// Reads the manifest's list, filling in variables.
    pub fn parse(templates: &[String], variables: &Values) -> anyhow::Result<AllowedHosts> {
        let mut patterns = Vec::with_capacity(templates.len());
        for template in templates {
            let pattern = fill(template, variables).and_then(|text| Pattern::parse(&text));
            patterns.push(pattern.with_context(|| format!("allowed_outbound_hosts: {template:?}"))?);
        }
        Ok(AllowedHosts(patterns.into()))
    }

    fn allow(&self, uri: &Uri) -> bool {
        let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else { return false };
        let Some(port) = uri.port_u16().or(default_port(scheme)) else { return false };
        let host = host.to_ascii_lowercase();
        self.0.iter().any(|pattern| pattern.matches(scheme, &host, port))
    }
}

impl Pattern {
    fn parse(text: &str) -> anyhow::Result<Pattern> {
        let (scheme, rest) = text.split_once("://").context("not of the form scheme://host:port")?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        ensure!(!rest.contains('/'), "a path or an address range, which the host does not know");
        let (host, port) = match rest.rsplit_once(':') {
            // The last colon of a bare IPv6 address parts no port.
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (rest, None),
        };
        let host = host.to_ascii_lowercase();
        let host = match host.strip_prefix('*') {
            _ if host == "self" || host.ends_with(".alt") => bail!("the host does not chain components"),
            Some("") => Host::Any,
            Some(suffix) if suffix.starts_with('.') && !suffix.contains('*') => {
                Host::Under(suffix.to_owned())
            }
            _ if host.contains('*') => bail!("a wildcard stands for a whole host or its first labels"),
            _ if host.is_empty() => bail!("no host"),
            _ => Host::Exact(host),
        };
        let ports = match port {
            Some(port) => ports(port)?,
            None => {
                let port = u32::from(default_port(scheme).context("needs a port")?);
                port..port + 1
            }
        };
        let scheme = (scheme != "*").then(|| scheme.to_ascii_lowercase());
        Ok(Pattern { scheme, host, ports })
    }

    fn matches(&self, scheme: &str, host: &str, port: u16) -> bool {
        let scheme_matches = self.scheme.as_deref().is_none_or(|allowed| allowed == scheme);
        let host_matches = match &self.host {
            Host::Any => true,
            Host::Exact(allowed) => allowed == host,
            Host::Under(suffix) => host.ends_with(suffix.as_str()),
        };
        scheme_matches && host_matches && self.ports.contains(&u32::from(port))
    }
}

fn ports(text: &str) -> anyhow::Result<Range<u32>> {
    let number = |text: &str| text.parse::<u16>().map(u32::from).with_context(|| format!("port {text:?}"));
    Ok(match text.split_once("..") {
        _ if text == "*" => 0..1 << 16,
        Some((first, end)) => number(first)?..number(end)?,
        None => number(text)?..number(text)? + 1,
    })
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

type Transfer = Box<dyn Future<Output = Result<(), Error>> + Send>;

impl WasiHttpHooks for AllowedHosts {
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _response_processed: Transfer,
    ) -> Box<dyn Future<Output = Result<(http::Response<WasiBody>, Transfer), Error>> + Send> {
        let allowed = self.allow(request.uri());
        Box::new(async move {
            if !allowed {
                return Err(Error::HttpRequestDenied);
            }
            let (response, transfer) = default_send_request(request, options).await?;
            let response = response.map(http_body_util::BodyExt::boxed_unsync);
            Ok((response, Box::new(transfer) as Transfer))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(pattern: &str, uri: &str) -> bool {
        let variables = Values::from([("domain".to_owned(), "bank.example".to_owned())]);
        let hosts = AllowedHosts::parse(&[pattern.to_owned()], &variables).expect(pattern);
        hosts.allow(&uri.parse().expect(uri))
    }

    #[test]
    fn a_host_is_allowed_with_its_scheme_and_port_only() {
        for (pattern, uri, allowed) in [
            ("https://api.example", "https://api.example/path", true),
            ("https://api.example", "https://API.example:443/", true),
            ("https://api.example", "http://api.example/", false),
            ("https://api.example", "https://api.example:8443/", false),
            ("https://api.example", "https://other.example/", false),
            ("https://api.example", "https://evil-api.example/", false),
            ("https://{{ domain }}", "https://bank.example/", true),
            ("https://*.bank.example", "https://a.b.bank.example/", true),
            ("https://*.bank.example", "https://bank.example/", false),
            ("http://127.0.0.1:*", "http://127.0.0.1:4711/", true),
            ("http://[::1]:80", "http://[::1]/", true),
            ("*://*:8000..8010", "http://anything:8009/", true),
            ("*://*:8000..8010", "http://anything:8010/", false),
        ] {
            assert_eq!(allows(pattern, uri), allowed, "{pattern} {uri}");
        }
    }

    #[test]
    fn what_the_host_cannot_enforce_is_refused() {
        for pattern in
            ["api.example", "http://10.0.0.0/8", "http://self", "*://api.example", "http://a*b", "http://"]
        {
            assert!(AllowedHosts::parse(&[pattern.to_owned()], &Values::new()).is_err(), "{pattern}");
        }
        assert!(AllowedHosts::parse(&["https://{{ unknown }}".to_owned()], &Values::new()).is_err());
    }
}
