//! Starts the host on a manifest and talks to it.

#![allow(dead_code, missing_docs, reason = "each test file takes what it needs")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// What nothing in these tests should take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The component under `tests/probe`, built once.
pub fn probe() -> &'static Path {
    static PROBE: OnceLock<PathBuf> = OnceLock::new();
    PROBE.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("probe");
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--release", "--target", "wasm32-wasip2", "--target-dir"])
            .arg(&target)
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/probe"))
            .status()
            .expect("cargo runs");
        assert!(status.success(), "the probe does not build");
        target.join("wasm32-wasip2/release/probe.wasm")
    })
}

/// A manifest with the component `probe` at `/...`, its table ended by `grants`, and whatever follows.
pub fn manifest(grants: &str) -> String {
    format!(
        "spin_manifest_version = 2\n\
         [application]\n\
         name = \"probe\"\n\
         [[trigger.http]]\n\
         route = \"/...\"\n\
         component = \"probe\"\n\
         [component.probe]\n\
         source = {:?}\n\
         {grants}\n",
        probe()
    )
}

/// An empty directory for one test.
pub fn directory(test: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("state").join(test);
    if directory.exists() {
        std::fs::remove_dir_all(&directory).expect("an old directory goes");
    }
    std::fs::create_dir_all(&directory).expect("a new directory comes");
    directory
}

/// The host's command on a manifest in a directory.
pub fn command(directory: &Path, manifest: &str) -> Command {
    let path = directory.join("spin.toml");
    std::fs::write(&path, manifest).expect("the manifest is written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_kezhi-host"));
    command.args(["--listen", "127.0.0.1:0", "--manifest"]).arg(path);
    command.arg("--state").arg(directory.join("state"));
    command
}

/// A running host; killed when dropped.
pub struct Host {
    child: Child,
    pub address: String,
    state: PathBuf,
}

/// An answer over HTTP.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Host {
    /// Starts the host for a test and waits until it listens.
    pub fn start(test: &str, manifest: &str) -> Host {
        let directory = directory(test);
        Host::run(&directory, &mut command(&directory, manifest))
    }

    pub fn run(directory: &Path, command: &mut Command) -> Host {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the host starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("kezhi-host: listening on http://");
        let address = address.unwrap_or_else(|| panic!("the host says {line:?}")).to_owned();
        Host { child, address, state: directory.join("state") }
    }

    pub fn post(&self, path: &str, body: &str) -> Answer {
        let head = format!("POST {path} HTTP/1.1\r\ncontent-length: {}\r\n", body.len());
        self.exchange(&head, body.as_bytes()).expect("an answer")
    }

    /// What the probe says of an attempt.
    pub fn attempt(&self, attempt: &str, subject: &str) -> String {
        let answer = self.post(&format!("/{attempt}"), subject);
        assert_eq!(answer.status, 200, "{attempt} {subject}: {}", answer.body);
        answer.body
    }

    /// Sends a request, its head as far as it is given, and reads the answer.
    pub fn exchange(&self, head: &str, body: &[u8]) -> std::io::Result<Answer> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "{head}host: {}\r\nconnection: close\r\n\r\n", self.address)?;
        // The host may answer before it has read everything, and close.
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        let read = stream.read_to_end(&mut bytes);
        if bytes.is_empty() {
            read?;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_default();
        Ok(Answer { status, body: body.to_owned() })
    }

    /// What is in the log of the component `probe`.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.state.join("logs/probe.txt")).unwrap_or_default()
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().expect("kill runs").success());
    }

    pub fn ended(&mut self) -> ExitStatus {
        let mut status = None;
        until("the host ends", || {
            status = self.child.try_wait().expect("its status");
            status.is_some()
        });
        status.expect("a status")
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for a condition, but not for ever.
pub fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "waited too long until {what}");
        std::thread::yield_now();
    }
}
