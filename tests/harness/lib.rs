//! A bank for a test: the built components in a runtime of its own, on state of its own.

pub mod branches;
pub mod desk;
pub mod falling;
pub mod golden;
pub mod overtaken;
pub mod partner;
pub mod programme;
pub mod sales;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use gateway::Gateway;
use xtask::cli::RuntimeKind;
use xtask::client::{Ask, Client, JSON, NDJSON};
use xtask::failure::Failure;
use xtask::runtime::{Launch, Runtime};
use xtask::secret::random_key;

pub use xtask::client::Answer;
pub use xtask::workspace::{data_dir, root};
pub use xtask::{berka, demo, feed};

/// What a test says of who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum As<'a> {
    /// The first administrator.
    Administrator,
    /// The holder of this key.
    Key(&'a str),
    /// Nobody: no key at all.
    Nobody,
}

/// How often a test cuts the power: as often as `KEZHI_KILLS` says (a soak asks for more), or else `usual` times.
pub fn kills(usual: u32) -> u32 {
    std::env::var("KEZHI_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// How much a test does: `usual`, or `full` when a soak asks for everything (`cargo xtask soak`).
pub fn scaled(usual: u32, full: u32) -> u32 {
    if std::env::var_os("KEZHI_SOAK").is_some() { full } else { usual }
}

/// A running bank. Dropping it ends the process and removes its state.
#[derive(Debug)]
pub struct Bank {
    runtime: Option<Runtime>,
    launch: Launch,
    client: Client,
}

impl Bank {
    /// Starts one on empty state.
    ///
    /// # Panics
    /// When it cannot be started: with the command that builds what is missing.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts one with further options of the runtime (`--request-timeout`, `--max-body`).
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start_with(options: &[&str]) -> Self {
        Self::launch(options, Vec::new())
    }

    /// Starts one that delivers its messages to this gateway.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start_with_gateway(gateway: &Gateway) -> Self {
        Self::start_with_variables(xtask::gateway::variables(gateway))
    }

    /// Starts one with further environment variables, by name.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start_with_variables(variables: Vec<(String, String)>) -> Self {
        Self::launch(&[], variables)
    }

    fn launch(options: &[&str], variables: Vec<(String, String)>) -> Self {
        let launch = Launch {
            kind: RuntimeKind::from_environment(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            state: state_dir(),
            key: expect(random_key()),
            // A nightly job in the middle of a test would be somebody else's request.
            cron: false,
            options: options.iter().map(|option| (*option).to_owned()).collect(),
            variables,
        };
        let runtime = expect(Runtime::start(&launch));
        let client = Client::new(runtime.base(), Some(&launch.key));
        Self { runtime: Some(runtime), launch, client }
    }

    /// The first administrator's key.
    pub fn admin_key(&self) -> &str {
        &self.launch.key
    }

    /// `http://127.0.0.1:port`; another after a restart.
    pub fn base(&self) -> &str {
        self.client.base()
    }

    /// A client with the administrator's key, for loaders and threads. It does not follow a restart.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// The database file of this bank's state.
    pub fn database(&self) -> PathBuf {
        self.launch.state.join("sqlite_db.db")
    }

    /// Folder of this bank's state.
    pub fn state(&self) -> &Path {
        &self.launch.state
    }

    /// The process's id; none after [`Bank::kill`].
    pub fn pid(&self) -> Option<u32> {
        self.runtime.as_ref().map(Runtime::pid)
    }

    /// `GET path`.
    pub fn get(&self, path: &str, who: As<'_>) -> Answer {
        self.ask(who, Ask { method: "GET", path, headers: &[], body: None })
    }

    /// `POST path` with JSON, or with lines when the body is lines.
    pub fn post(&self, path: &str, who: As<'_>, body: &str) -> Answer {
        self.send("POST", path, who, body)
    }

    /// `PUT path` with JSON.
    pub fn put(&self, path: &str, who: As<'_>, body: &str) -> Answer {
        self.send("PUT", path, who, body)
    }

    /// `DELETE path`.
    pub fn delete(&self, path: &str, who: As<'_>) -> Answer {
        self.ask(who, Ask { method: "DELETE", path, headers: &[], body: None })
    }

    /// Takes in lines of one kind and insists that every record was good.
    ///
    /// # Panics
    /// When a record was refused.
    pub fn take_in(&self, kind: &str, lines: &str) -> Answer {
        let answer = self.ask(
            As::Administrator,
            Ask {
                method: "POST",
                path: &format!("/intake/{kind}"),
                headers: &[("content-type", NDJSON)],
                body: Some(lines.as_bytes()),
            },
        );
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.json()["rejected"].as_u64(), Some(0), "{}", answer.text);
        answer
    }

    fn send(&self, method: &str, path: &str, who: As<'_>, body: &str) -> Answer {
        let headers = &[("content-type", JSON)];
        self.ask(who, Ask { method, path, headers, body: Some(body.as_bytes()) })
    }

    /// Any request.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn ask(&self, who: As<'_>, ask: Ask<'_>) -> Answer {
        expect(self.try_ask(who, ask))
    }

    /// Any request, for tests in which the bank may be gone.
    pub fn try_ask(&self, who: As<'_>, ask: Ask<'_>) -> Result<Answer, Failure> {
        match who {
            As::Administrator => self.client.ask(ask),
            As::Key(key) => self.client.with_key(Some(key)).ask(ask),
            As::Nobody => self.client.with_key(None).ask(ask),
        }
    }

    /// Ends the process as a power cut would (SIGKILL).
    pub fn kill(&mut self) {
        if let Some(mut runtime) = self.runtime.take() {
            runtime.kill();
        }
    }

    /// Ends the process in order: what is under way is finished.
    pub fn stop(&mut self) {
        if let Some(mut runtime) = self.runtime.take() {
            runtime.stop();
        }
    }

    /// Copies the database of a stopped bank over this one's, which is stopped for it.
    ///
    /// # Panics
    /// When the file cannot be copied.
    pub fn take_over(&mut self, from: &Bank) {
        self.stop();
        // What was committed last may stand in the log alone.
        for suffix in ["-wal", "-shm", ""] {
            let part = |bank: &Self| PathBuf::from(format!("{}{suffix}", bank.database().display()));
            if part(self).exists() {
                expect(std::fs::remove_file(part(self)));
            }
            if suffix != "-shm" && part(from).exists() {
                expect(std::fs::copy(part(from), part(self)).map(drop));
            }
        }
    }

    /// Starts again on the same state, in order when it still runs.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn restart(&mut self) {
        self.stop();
        let runtime = expect(Runtime::start(&self.launch));
        self.client = Client::new(runtime.base(), Some(&self.launch.key));
        self.runtime = Some(runtime);
    }
}

impl Drop for Bank {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("the failed test's state and log are kept in {}", self.launch.state.display());
            return;
        }
        let _left_for_the_system = std::fs::remove_dir_all(&self.launch.state);
    }
}

fn state_dir() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("kezhi-test-{}-{number}", std::process::id()))
}

/// A test has nobody to hand a failure to.
fn expect<T, E: std::fmt::Display>(done: Result<T, E>) -> T {
    match done {
        Ok(value) => value,
        Err(failure) => panic!("{failure}"),
    }
}
