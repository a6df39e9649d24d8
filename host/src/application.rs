//! Puts an application together: manifest, grants, code, routes and schedules.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use wasmtime::Engine;
use wasmtime::component::Linker;
use wasmtime_wasi_http::handler::ProxyHandler;

use crate::arguments::Arguments;
use crate::gate::Gate;
use crate::guest::{self, Component, Guest};
use crate::handler::Handler;
use crate::logs::Log;
use crate::manifest::{Manifest, Route};
use crate::outbound::AllowedHosts;
use crate::routes::Routes;
use crate::server::{Server, Site};
use crate::storage::Storage;
use crate::{compile, cron, manifest, variables};

/// An application that is ready to serve.
pub struct Application {
    pub server: Server,
    pub jobs: Vec<Arc<cron::Job>>,
}

struct Loaded {
    component: Arc<Component>,
    code: wasmtime::component::Component,
}

impl Application {
    /// Loads the application; whatever it asks for and the host has not is an error now, not at the first request.
    pub fn load(arguments: &Arguments) -> anyhow::Result<Application> {
        let manifest = Manifest::read(&arguments.manifest)?;
        let engine = compile::engine()?;
        let linker = guest::linker(&engine)?;
        let loaded = load_components(arguments, &manifest, &engine)?;
        let routes = routes(arguments, &manifest, &linker, &loaded)?;
        let mut jobs = Vec::new();
        for trigger in manifest.trigger.cron.iter().filter(|_| arguments.cron) {
            let Loaded { component, code } = &loaded[&trigger.component];
            jobs.push(Arc::new(cron::Job::new(&trigger.cron_expression, &linker, code, component.clone())?));
        }
        let server = Server {
            routes,
            request_timeout: arguments.request_timeout,
            max_body_bytes: arguments.max_body_bytes,
        };
        Ok(Application { server, jobs })
    }
}

fn load_components(
    arguments: &Arguments,
    manifest: &Manifest,
    engine: &Engine,
) -> anyhow::Result<BTreeMap<String, Loaded>> {
    let directory = arguments.manifest.parent().unwrap_or(Path::new("."));
    let storage = Arc::new(Storage::new(&arguments.state)?);
    if manifest.component.values().any(|component| !component.sqlite_databases.is_empty()) {
        storage.hold_database()?;
    }
    let application = variables::application(&manifest.variables, |key| std::env::var(key).ok())?;
    let mut granted = Vec::new();
    for (id, asked) in &manifest.component {
        let component = grant(id, asked, &application, arguments, &storage);
        let component = component.with_context(|| format!("component.{id}"))?;
        let path = asked.path(directory).with_context(|| format!("component.{id}"))?;
        granted.push((Arc::new(component), path));
    }
    // Reading, hashing and mapping is most of a warm start, and each component's is its own.
    std::thread::scope(|scope| {
        let loading: Vec<_> = granted
            .into_iter()
            .map(|(component, path)| scope.spawn(move || (component, compile::load(engine, &path))))
            .collect();
        let mut loaded = BTreeMap::new();
        for thread in loading {
            let (component, code) =
                thread.join().map_err(|_| anyhow::anyhow!("loading a component panicked"))?;
            let code = code.with_context(|| format!("component.{}.source", component.id))?;
            loaded.insert(component.id.clone(), Loaded { component, code });
        }
        Ok(loaded)
    })
}

fn grant(
    id: &str,
    asked: &manifest::Component,
    application: &variables::Values,
    arguments: &Arguments,
    storage: &Arc<Storage>,
) -> anyhow::Result<Component> {
    Ok(Component {
        id: id.to_owned(),
        environment: asked.environment.clone().into_iter().collect(),
        variables: variables::of_component(asked, application)?,
        sqlite: !asked.sqlite_databases.is_empty(),
        key_value: !asked.key_value_stores.is_empty(),
        outbound: AllowedHosts::parse(&asked.allowed_outbound_hosts, application)?,
        log: Log::open(&arguments.state, id)?,
        storage: storage.clone(),
    })
}

/// One site a component, whatever the number of its routes: they share its instances.
fn routes(
    arguments: &Arguments,
    manifest: &Manifest,
    linker: &Linker<Guest>,
    loaded: &BTreeMap<String, Loaded>,
) -> anyhow::Result<Routes<Arc<Site>>> {
    let mut sites: BTreeMap<&str, Arc<Site>> = BTreeMap::new();
    let mut routes = Vec::new();
    for trigger in &manifest.trigger.http {
        let Route::Path(route) = &trigger.route else { continue };
        let Loaded { component, code } = &loaded[&trigger.component];
        let site = match sites.get(trigger.component.as_str()) {
            Some(site) => site.clone(),
            None => {
                let handler = Handler::new(linker, code, component.clone(), arguments.request_timeout)
                    .map_err(anyhow::Error::from)
                    .with_context(|| format!("component.{}: is no HTTP component", component.id))?;
                let site = Arc::new(Site {
                    component: component.clone(),
                    proxy: ProxyHandler::new(handler),
                    gate: Gate::default(),
                });
                sites.insert(&trigger.component, site.clone());
                site
            }
        };
        routes.push((route.clone(), site));
    }
    Routes::new(routes)
}
