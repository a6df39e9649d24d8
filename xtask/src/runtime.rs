//! A running Kezhi as a child process: the host of this repository, or an installed Spin.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::cli::RuntimeKind;
use crate::client::Client;
use crate::failure::{Failure, OrAdvise};
use crate::secret::KEY_VARIABLE;
use crate::workspace;

/// Long enough for a first compilation of all components on a busy machine.
const READY_WITHIN: Duration = Duration::from_secs(120);

/// A graceful stop finishes the requests under way; after this it is no longer graceful.
const STOP_WITHIN: Duration = Duration::from_secs(15);

/// How to start.
#[derive(Debug, Clone)]
pub struct Launch {
    /// What runs the components.
    pub kind: RuntimeKind,
    /// Where to serve; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Folder of database and log.
    pub state: PathBuf,
    /// The administrator's key.
    pub key: String,
    /// Whether the nightly jobs run by themselves.
    pub cron: bool,
    /// Further options of the runtime.
    pub options: Vec<String>,
    /// Further environment variables of the runtime, by name.
    pub variables: Vec<(String, String)>,
}

/// The child process. Dropping it ends it.
#[derive(Debug)]
pub struct Runtime {
    child: Child,
    base: String,
    state: PathBuf,
}

impl Runtime {
    /// Starts and waits until it answers.
    pub fn start(launch: &Launch) -> Result<Self, Failure> {
        let mut runtime = match launch.kind {
            RuntimeKind::Host => start_host(launch)?,
            RuntimeKind::Spin => start_spin(launch)?,
        };
        runtime.wait_until_ready()?;
        Ok(runtime)
    }

    /// `http://host:port`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.state.join("sqlite_db.db")
    }

    /// The process's id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to finish what is under way and to end; insists after a while.
    pub fn stop(&mut self) {
        let asked = Instant::now();
        // An error means that it is gone already, which is what was wanted.
        let _gone = kill(Pid::from_raw(self.child.id() as i32), Signal::SIGTERM);
        while asked.elapsed() < STOP_WITHIN {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.kill();
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(&mut self) {
        // Both fail only when it is gone already.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }

    /// True as long as it runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Why it is not there any more, with the end of its log.
    pub fn ended(&self) -> Failure {
        let log = log_path(&self.state);
        Failure::new(
            format!("the runtime ended; the end of its log:\n{}", tail(&log)),
            format!("read {}; a used port and a missing component are the usual causes", log.display()),
        )
    }

    fn wait_until_ready(&mut self) -> Result<(), Failure> {
        let (client, started) = (Client::new(&self.base, None), Instant::now());
        while started.elapsed() < READY_WITHIN {
            if client.get("/healthz").is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            if !self.is_running() {
                return Err(self.ended());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let health = match client.get("/healthz") {
            Ok(answer) => format!("{} {}", answer.status, answer.text),
            Err(failure) => failure.to_string(),
        };
        Err(Failure::new(
            format!("GET /healthz is not 200 after {} s but: {health}", READY_WITHIN.as_secs()),
            format!("read {}", log_path(&self.state).display()),
        ))
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        if self.is_running() {
            self.kill();
        }
    }
}

fn log_path(state: &Path) -> PathBuf {
    state.join("runtime.log")
}

fn tail(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}

/// The runtime's log continues over restarts of one state.
fn open_log(state: &Path) -> Result<File, Failure> {
    let advice = "make the state directory writable, or choose another with --state";
    std::fs::create_dir_all(state).or_advise(state.display(), advice)?;
    let path = log_path(state);
    File::options().append(true).create(true).open(&path).or_advise(path.display(), advice)
}

fn absolute(state: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(state).or_advise(state.display(), "give --state a folder that can be made")
}

/// Refuses early and in words, where the runtime would say it in its own.
fn built(programs: &[PathBuf]) -> Result<(), Failure> {
    match programs.iter().find(|program| !program.exists()) {
        Some(missing) => {
            Err(Failure::new(format!("{} is not built", missing.display()), "run: cargo xtask build"))
        }
        None => Ok(()),
    }
}

fn component_files() -> Result<Vec<PathBuf>, Failure> {
    Ok(workspace::components()?.into_iter().map(|component| component.wasm).collect())
}

fn start_host(launch: &Launch) -> Result<Runtime, Failure> {
    let program = workspace::host_program();
    built(&component_files()?)?;
    built(std::slice::from_ref(&program))?;
    let state = absolute(&launch.state)?;
    let mut command = Command::new(&program);
    command.arg("--manifest").arg(workspace::manifest(true)?);
    command.arg("--listen").arg(launch.listen.to_string());
    command.arg("--state").arg(&state).args(&launch.options);
    if !launch.cron {
        command.arg("--no-cron");
    }
    let mut child = spawn(command, launch, &state, Stdio::piped())?;
    let mut lines = BufReader::new(child.stdout.take().ok_or_else(no_output)?).lines();
    let address = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| line.split_once("listening on ").map(|(_, address)| address.trim().to_owned()));
    let base = address.clone().unwrap_or_default();
    let mut runtime = Runtime { child, base, state };
    if address.is_none() {
        runtime.kill();
        return Err(runtime.ended());
    }
    // Whoever stops reading a pipe stops its writer.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    Ok(runtime)
}

fn no_output() -> Failure {
    Failure::new("the runtime has no output to read", "start it again")
}

fn start_spin(launch: &Launch) -> Result<Runtime, Failure> {
    built(&component_files()?)?;
    let state = absolute(&launch.state)?;
    let listen = match launch.listen.port() {
        0 => free_port()?,
        _ => launch.listen,
    };
    let mut command = Command::new("spin");
    command.arg("up").arg("--from").arg(workspace::manifest(launch.cron)?);
    command.arg("--listen").arg(listen.to_string()).arg("--state-dir").arg(&state).args(&launch.options);
    let log = Stdio::from(open_log(&state)?);
    let child = spawn(command, launch, &state, log)?;
    Ok(Runtime { child, base: format!("http://{listen}"), state })
}

/// Spin takes a port and does not tell which one it picked: it is picked here and free a moment later.
fn free_port() -> Result<SocketAddr, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0");
    let address = listener.and_then(|listener| listener.local_addr());
    address.or_advise("looking for a free port", "allow programs to listen on 127.0.0.1")
}

fn spawn(mut command: Command, launch: &Launch, state: &Path, output: Stdio) -> Result<Child, Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    command.env(KEY_VARIABLE, &launch.key);
    command.envs(launch.variables.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).stdout(output).stderr(open_log(state)?);
    // A group of its own: Ctrl-C in the terminal reaches us alone, and we stop the child in order.
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let advice = match launch.kind {
        RuntimeKind::Host => "run: cargo xtask build",
        RuntimeKind::Spin => "install Spin (https://spinframework.dev/install), or use --runtime host",
    };
    command.spawn().or_advise(format!("starting {program}"), advice)
}
