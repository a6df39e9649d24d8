//! Where things lie in the repository and in the target directory.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::failure::{Failure, OrAdvise};

/// The target of every component.
pub const COMPONENT_TARGET: &str = "wasm32-wasip2";

/// The repository's root.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Cargo's target directory: `CARGO_TARGET_DIR` where it is set, `target` otherwise.
pub fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) if !dir.is_empty() => root().join(dir),
        _ => root().join("target"),
    }
}

/// The host's program, as `--profile fast` builds it.
pub fn host_program() -> PathBuf {
    target_dir().join("fast").join(format!("kezhi-host{}", std::env::consts::EXE_SUFFIX))
}

/// Where cargo puts the built components.
pub fn component_dir() -> PathBuf {
    target_dir().join(COMPONENT_TARGET).join("release")
}

/// One component of the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Its id, which is also its package and its folder under `functions`.
    pub id: String,
    /// The built file.
    pub wasm: PathBuf,
}

/// The components that spin.toml names, in its order of ids.
pub fn components() -> Result<Vec<Component>, Failure> {
    let manifest = read_manifest()?;
    let table = manifest.get("component").and_then(toml::Value::as_table);
    let table = table.ok_or_else(|| {
        Failure::new("spin.toml has no [component.…] table", "give every function its table in spin.toml")
    })?;
    table.iter().map(|(id, component)| component_of(id, component)).collect()
}

fn component_of(id: &str, component: &toml::Value) -> Result<Component, Failure> {
    let file =
        component.get("source").and_then(toml::Value::as_str).and_then(|source| source.rsplit('/').next());
    let file = file.ok_or_else(|| {
        Failure::new(
            format!("component {id} in spin.toml has no source"),
            "name the built file: source = \"target/wasm32-wasip2/release/<id>.wasm\"",
        )
    })?;
    Ok(Component { id: id.to_owned(), wasm: component_dir().join(file) })
}

fn read_manifest() -> Result<toml::Table, Failure> {
    let path = root().join("spin.toml");
    let text = std::fs::read_to_string(&path).or_advise(path.display(), "run from a complete checkout")?;
    text.parse().or_advise("spin.toml", "correct the line that the message names")
}

/// The manifest to start from: spin.toml itself, or a copy that names the files in another target directory, or one
/// without cron triggers, which an installed Spin cannot be told to ignore.
pub fn manifest(cron: bool) -> Result<PathBuf, Failure> {
    let own = root().join("spin.toml");
    if cron && target_dir() == root().join("target") {
        return Ok(own);
    }
    let text = std::fs::read_to_string(&own).or_advise(own.display(), "run from a complete checkout")?;
    let text = text.replace("\"target/", &format!("\"{}/", target_dir().display()));
    let (text, name) =
        if cron { (text, "spin.toml") } else { (without_cron(&text)?, "spin-without-cron.toml") };
    let dir = target_dir().join("kezhi");
    let advice = "make the target directory writable";
    std::fs::create_dir_all(&dir).or_advise(dir.display(), advice)?;
    // Tests start many banks at once: a reader must see the old copy or the new one, never half of it.
    let (copy, draft) = (dir.join(name), dir.join(format!("{name}.{}", draft_number())));
    std::fs::write(&draft, text).or_advise(draft.display(), advice)?;
    std::fs::rename(&draft, &copy).or_advise(copy.display(), advice)?;
    Ok(copy)
}

fn draft_number() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

fn without_cron(text: &str) -> Result<String, Failure> {
    let mut manifest: toml::Table =
        text.parse().or_advise("spin.toml", "correct the line that the message names")?;
    let triggers = manifest.get_mut("trigger").and_then(toml::Value::as_table_mut);
    let cron = triggers.and_then(|triggers| triggers.remove("cron"));
    let fired = triggered(cron.as_ref());
    // A component that also answers requests stays.
    let served = triggered(manifest.get("trigger").and_then(|triggers| triggers.get("http")));
    let components = manifest.get_mut("component").and_then(toml::Value::as_table_mut);
    if let Some(components) = components {
        for id in fired.difference(&served) {
            components.remove(id);
        }
    }
    Ok(manifest.to_string())
}

/// The components that the triggers of one kind name.
fn triggered(triggers: Option<&toml::Value>) -> BTreeSet<String> {
    let triggers = triggers.and_then(toml::Value::as_array).into_iter().flatten();
    let ids = triggers.filter_map(|trigger| trigger.get("component")).filter_map(toml::Value::as_str);
    ids.map(str::to_owned).collect()
}

/// The folder `name` of the real data with reference answers: under `KEZHI_DATA`, else beside the repository.
///
/// The files are not part of the product; where they are absent this says so, and the test that asked is skipped.
pub fn data_dir(name: &str) -> Option<PathBuf> {
    let data = std::env::var_os("KEZHI_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let dir = data.join(name);
    if dir.is_dir() {
        return Some(dir);
    }
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    // Past the test runner's capture: a skipped test is told on its own line even when it passes.
    let line =
        format!("skipped: {test} needs {} (set KEZHI_DATA to the folder with the data)\n", dir.display());
    let _unread = std::io::stderr().write_all(line.as_bytes());
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_without_cron_keeps_everything_else() {
        let text = std::fs::read_to_string(root().join("spin.toml")).unwrap();
        let (whole, without): (toml::Table, toml::Table) =
            (text.parse().unwrap(), without_cron(&text).unwrap().parse().unwrap());
        assert!(without["trigger"].get("cron").is_none() && without["component"].get("scheduler").is_none());
        assert_eq!(without["trigger"]["http"], whole["trigger"]["http"]);
        for id in triggered(whole["trigger"].get("http")) {
            assert_eq!(without["component"].get(&id), whole["component"].get(&id), "{id}");
        }
    }

    #[test]
    fn every_component_of_the_manifest_is_built_from_a_package_of_its_name() {
        let components = components().unwrap();
        assert!(components.iter().any(|component| component.id == "intake"));
        for component in components {
            let file = component.wasm.file_stem().unwrap().to_str().unwrap().to_owned();
            assert_eq!(file, component.id.replace('-', "_"));
        }
    }
}
