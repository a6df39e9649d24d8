//! The application's manifest, read strictly: a key the host would have to ignore is an error that names it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

/// The manifest as the host understands it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    spin_manifest_version: u32,
    #[serde(rename = "application")]
    _application: Application,
    #[serde(default)]
    pub variables: BTreeMap<String, Variable>,
    #[serde(default)]
    pub trigger: Triggers,
    pub component: BTreeMap<String, Component>,
}

/// About the application; nothing here changes what the host does.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Application {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "version")]
    _version: Option<String>,
    #[serde(rename = "description")]
    _description: Option<String>,
    #[serde(default, rename = "authors")]
    _authors: Vec<String>,
}

/// A variable of the application: a default, or a value that the environment must give.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    pub default: Option<String>,
    #[serde(default)]
    pub required: bool,
    /// Accepted and without effect: the host prints no values at all.
    #[serde(default, rename = "secret")]
    _secret: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Triggers {
    #[serde(default)]
    pub http: Vec<HttpTrigger>,
    #[serde(default)]
    pub cron: Vec<CronTrigger>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpTrigger {
    #[serde(rename = "id")]
    _id: Option<String>,
    pub component: String,
    pub route: Route,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Route {
    Path(String),
    Private(RefusedTable),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CronTrigger {
    #[serde(rename = "id")]
    _id: Option<String>,
    pub component: String,
    pub cron_expression: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    pub source: Source,
    #[serde(rename = "description")]
    _description: Option<String>,
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
    #[serde(default)]
    pub sqlite_databases: Vec<String>,
    #[serde(default)]
    pub key_value_stores: Vec<String>,
    #[serde(default)]
    pub allowed_outbound_hosts: Vec<String>,
    /// For whoever builds the component.
    #[serde(rename = "build")]
    _build: Option<toml::Table>,
    /// For other tools, by definition of the manifest.
    #[serde(rename = "tool")]
    _tool: Option<toml::Table>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Source {
    Path(PathBuf),
    Remote(RefusedTable),
}

/// A table that is refused whatever it holds.
#[derive(Debug, Deserialize)]
pub struct RefusedTable {}

impl Manifest {
    /// Reads a manifest and refuses what the host cannot do.
    pub fn read(path: &Path) -> anyhow::Result<Manifest> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let manifest: Manifest = toml::from_str(&text).with_context(|| path.display().to_string())?;
        manifest.check().with_context(|| path.display().to_string())?;
        Ok(manifest)
    }

    fn check(&self) -> anyhow::Result<()> {
        let version = self.spin_manifest_version;
        ensure!(version == 2, "spin_manifest_version = {version}: the host reads version 2");
        for (position, trigger) in self.trigger.http.iter().enumerate() {
            self.component_exists(&format!("trigger.http[{position}]"), &trigger.component)?;
            if let Route::Private(_) = trigger.route {
                bail!(
                    "trigger.http[{position}].route: private routes need composition, which the host has not"
                );
            }
        }
        for (position, trigger) in self.trigger.cron.iter().enumerate() {
            self.component_exists(&format!("trigger.cron[{position}]"), &trigger.component)?;
        }
        for (id, component) in &self.component {
            component.check().with_context(|| format!("component.{id}"))?;
        }
        Ok(())
    }

    fn component_exists(&self, key: &str, id: &str) -> anyhow::Result<()> {
        ensure!(self.component.contains_key(id), "{key}.component: there is no component {id:?}");
        Ok(())
    }
}

impl Component {
    fn check(&self) -> anyhow::Result<()> {
        for (key, labels) in
            [("sqlite_databases", &self.sqlite_databases), ("key_value_stores", &self.key_value_stores)]
        {
            // Another label takes a runtime configuration, in Spin as well.
            if let Some(label) = labels.iter().find(|label| *label != "default") {
                bail!("{key}: the host has no {label:?}, only \"default\"");
            }
        }
        Ok(())
    }

    /// Where the component's bytes are, from the manifest's directory.
    pub fn path(&self, directory: &Path) -> anyhow::Result<PathBuf> {
        match &self.source {
            Source::Path(path) => Ok(directory.join(path)),
            Source::Remote(_) => {
                bail!("source: the host fetches nothing; give the path of a built component")
            }
        }
    }
}
