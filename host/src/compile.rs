//! Machine code of the components, kept beside the `.wasm` so that the next start takes milliseconds.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use sha2::{Digest, Sha256};
use wasmtime::component::Component;
use wasmtime::{Config, Engine};

/// How often a running guest looks up: it gives way to others, and can be ended.
const EPOCH_TICK: Duration = Duration::from_millis(10);

/// The engine that runs all components, its epoch ticking.
pub fn engine() -> anyhow::Result<Engine> {
    let mut config = Config::new();
    config.wasm_component_model_async(true);
    config.epoch_interruption(true);
    let engine = Engine::new(&config)?;
    let ticking = engine.weak();
    std::thread::Builder::new().name("epoch".to_owned()).spawn(move || {
        while let Some(engine) = ticking.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(EPOCH_TICK);
        }
    })?;
    Ok(engine)
}

/// Loads a component: from machine code of an earlier start if it was made of the same bytes by the same engine.
pub fn load(engine: &Engine, source: &Path) -> anyhow::Result<Component> {
    let wasm = std::fs::read(source).with_context(|| format!("cannot read {}", source.display()))?;
    let kept = kept_at(engine, source, &wasm);
    if let Some(component) = kept.as_deref().and_then(|kept| load_kept(engine, kept)) {
        return Ok(component);
    }
    let code = engine.precompile_component(&wasm).map_err(anyhow::Error::from);
    let code = code.with_context(|| format!("cannot compile {}", source.display()))?;
    if let Some(component) =
        kept.and_then(|kept| keep(&kept, &code).ok().and_then(|()| load_kept(engine, &kept)))
    {
        return Ok(component);
    }
    // A directory that cannot be written costs time, not the start.
    Ok(Component::new(engine, &wasm)?)
}

/// `<directory of the source>/kezhi-host-cache/<name>-<hash>.cwasm`.
fn kept_at(engine: &Engine, source: &Path, wasm: &[u8]) -> Option<PathBuf> {
    let mut hash = Sha256::new();
    hash.update(compatibility(engine).to_le_bytes());
    hash.update(wasm);
    let hash: String = hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let name = source.file_stem()?.to_str()?;
    Some(source.parent()?.join("kezhi-host-cache").join(format!("{name}-{hash}.cwasm")))
}

/// Differs between engines whose code is not exchangeable.
fn compatibility(engine: &Engine) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.finish()
}

fn load_kept(engine: &Engine, kept: &Path) -> Option<Component> {
    if !kept.is_file() {
        return None;
    }
    // SAFETY: the file was written by `keep` of this host or an equal one, whole because it was renamed into place,
    // and its name carries the hash of what it was compiled from. Whoever can write there can write the host itself.
    #[allow(unsafe_code)]
    unsafe {
        Component::deserialize_file(engine, kept).ok()
    }
}

/// Writes the code and drops that of earlier versions of the same component.
fn keep(kept: &Path, code: &[u8]) -> std::io::Result<()> {
    let directory = kept.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(directory)?;
    let written = kept.with_extension(format!("{}.tmp", std::process::id()));
    std::fs::write(&written, code)?;
    std::fs::rename(&written, kept)?;
    let family = |path: &Path| {
        let stem = path.file_stem()?.to_str()?;
        Some(stem.rsplit_once('-')?.0.to_owned())
    };
    for entry in std::fs::read_dir(directory)?.flatten() {
        let path = entry.path();
        let is_code = path.extension().is_some_and(|extension| extension == "cwasm");
        if is_code && path != kept && family(&path) == family(kept) {
            // Another host may have been quicker; mapped code outlives its name.
            let _ = std::fs::remove_file(path);
        }
    }
    Ok(())
}
