//! One log a component: what its guests print, and why they trapped.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use wasmtime_wasi::cli::{OutputFile, StdoutStream};

/// A component's log file, appended to.
pub struct Log(File);

impl Log {
    /// Opens `<state>/logs/<component>.txt`.
    pub fn open(state: &Path, component: &str) -> anyhow::Result<Log> {
        let directory = state.join("logs");
        let path = directory.join(format!("{component}.txt"));
        std::fs::create_dir_all(&directory)
            .and_then(|()| File::options().create(true).append(true).open(&path))
            .map(Log)
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// The stream that is a guest's standard output. Written at once: what a guest printed before it trapped is kept.
    pub fn stream(&self) -> Box<dyn Stream> {
        match self.0.try_clone() {
            Ok(file) => Box::new(OutputFile::new(file)),
            // Out of file descriptors: the guest still runs, unheard.
            Err(_) => Box::new(tokio::io::empty()),
        }
    }

    /// Notes what the host has to say about the component, here and on standard error.
    pub fn note(&self, component: &str, message: &str) {
        eprintln!("kezhi-host: {component}: {message}");
        // A log that cannot be written must not take the application down.
        let _ = writeln!(&self.0, "kezhi-host: {message}");
    }
}

/// An output stream that may be shared between threads.
pub trait Stream: StdoutStream + Sync {}
impl<S: StdoutStream + Sync> Stream for S {}
