//! P16, P3 and P2: single transactions, each acknowledged when it is on the disk.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::bank::{Bank, People, customers};
use super::by_hand_server::{Server, THREADS};
use super::clients::{Load, Target};
use super::pair::percentile;
use super::sample::{TIMES, median};
use super::{Figure, Row, cpu};
use crate::failure::{Failure, OrAdvise};
use crate::progress::Progress;

/// Webhooks a second.
pub const RATE: Row = Row {
    id: "P16",
    what: "durable webhooks/s on the host ÷ axum + rusqlite by hand",
    target: "≥ 0.60 (stretch 0.85)",
    run: rate,
};

/// How even they are.
pub const TAIL: Row = Row {
    id: "P3",
    what: "p99 ÷ p50 of durable webhooks, 16 clients",
    target: "≤ 10 (stretch 4)",
    run: tail,
};

/// What they ask of the disk.
pub const SYNCS: Row = Row {
    id: "P2",
    what: "fsyncs per acknowledged webhook (counted)",
    target: "≤ 1.05 with 1 client, ≤ 0.25 with 64",
    run: syncs,
};

const RATIO: f64 = 0.60;
const SPREAD: f64 = 10.0;
const SYNCS_ALONE: f64 = 1.05;
const SYNCS_OF_MANY: f64 = 0.25;

/// One measurement.
const FOR: Duration = Duration::from_secs(3);

fn rate() -> Result<Vec<Figure>, Failure> {
    let bank = Bank::start("webhooks", customers(), People::All)?;
    let server = Server::start(bank.native_copy("by-hand.db")?, &bank.key)?;
    let (ours, by_hand) = (Target::new(bank.address(), &bank), Target::new(server.address(), &bank));
    let mut figures = Vec::new();
    for clients in [1, 16] {
        let mut progress = Progress::over(&format!("webhooks of {clients} clients"), TIMES as u64, "pairs");
        by_hand.load(clients, FOR / 6)?;
        ours.load(clients, FOR / 6)?;
        let (mut pairs, mut busy) = (Vec::new(), Vec::new());
        for _ in 0..TIMES {
            let (one, other) = measured(&by_hand, clients, || cpu::used(std::process::id(), Some(THREADS)))?;
            let (ours, busy_ours) = measured(&ours, clients, || cpu::used(bank.pid(), None))?;
            pairs.push((one, ours));
            busy.push((other, busy_ours));
            progress.advance(1);
        }
        progress.finish();
        let ratio = median(pairs.iter().map(|(by_hand, ours)| ours / by_hand));
        let (by_hand, ours) =
            (median(pairs.iter().map(|pair| pair.0)), median(pairs.iter().map(|pair| pair.1)));
        figures.push(Figure::plain(
            format!("{clients} clients: host, by hand"),
            format!("{ours:.0}/s, {by_hand:.0}/s"),
        ));
        figures.push(Figure::against(
            format!("{clients} clients, ratio"),
            format!("{ratio:.2}"),
            ratio >= RATIO,
        ));
        let (by_hand, ours) =
            (median(busy.iter().map(|pair| pair.0)), median(busy.iter().map(|pair| pair.1)));
        figures.push(Figure::plain(
            format!("{clients} clients, processor time of a webhook: host, by hand"),
            format!("{ours:.0} µs, {by_hand:.0} µs ({:.2})", by_hand / ours),
        ));
    }
    Ok(figures)
}

/// Webhooks a second, and the microseconds of processor time that the server spent on each.
fn measured(target: &Target, clients: usize, used: impl Fn() -> Duration) -> Result<(f64, f64), Failure> {
    let before = used();
    let load = target.load(clients, FOR)?;
    let busy = used().saturating_sub(before).as_secs_f64();
    Ok((load.rate(), busy * 1e6 / load.latencies.len().max(1) as f64))
}

fn tail() -> Result<Vec<Figure>, Failure> {
    let bank = Bank::start("tail", customers(), People::All)?;
    let target = Target::new(bank.address(), &bank);
    target.load(16, FOR / 6)?;
    let loads: Vec<Load> = (0..TIMES).map(|_| target.load(16, FOR)).collect::<Result<_, _>>()?;
    let at = |load: &Load, per_mille| percentile(&load.latencies, per_mille);
    let spread = median(loads.iter().map(|load| at(load, 990) / at(load, 500)));
    let ms = |per_mille| median(loads.iter().map(|load| at(load, per_mille) * 1e3));
    let text = format!("{:.2}, {:.2}, {:.2} ms", ms(500), ms(990), ms(999));
    Ok(vec![
        Figure::plain("p50, p99, p99.9", text),
        Figure::against("p99 ÷ p50", format!("{spread:.1}"), spread <= SPREAD),
    ])
}

fn syncs() -> Result<Vec<Figure>, Failure> {
    let bank = Bank::start("syncs", customers(), People::All)?;
    let target = Target::new(bank.address(), &bank);
    let mut figures = Vec::new();
    for (clients, most) in [(1, SYNCS_ALONE), (64, SYNCS_OF_MANY)] {
        // Every connection and instance exists before counting starts.
        target.load(clients, FOR / 6)?;
        let tracer = Tracer::attach(&bank)?;
        let load = target.load(clients, FOR)?;
        let each = tracer.detach()? as f64 / load.latencies.len().max(1) as f64;
        figures.push(Figure::against(format!("{clients} clients"), format!("{each:.3}"), each <= most));
    }
    Ok(figures)
}

/// Counts the calls of a process that wait for the disk.
struct Tracer {
    child: Child,
    calls: std::path::PathBuf,
}

impl Tracer {
    fn attach(bank: &Bank) -> Result<Self, Failure> {
        let calls = bank.beside("calls");
        let mut strace = Command::new("strace");
        strace.args(["-f", "-e", "trace=fsync,fdatasync", "-o"]).arg(&calls);
        strace.arg("-p").arg(bank.pid().to_string()).stdout(Stdio::null()).stderr(Stdio::piped());
        let advice = "run: apt-get install strace";
        let mut child = strace.spawn().or_advise("starting strace", advice)?;
        let began = Instant::now();
        let attached = format!("/proc/{}/status", bank.pid());
        // The kernel tells when somebody traces.
        while began.elapsed() < Duration::from_secs(5) {
            let status = std::fs::read_to_string(&attached).unwrap_or_default();
            let traced = status.lines().any(|line| line.starts_with("TracerPid:") && !line.ends_with("\t0"));
            if traced {
                // Threads follow the first one within milliseconds.
                std::thread::sleep(Duration::from_millis(100));
                return Ok(Self { child, calls });
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _gone = child.kill();
        let _reaped = child.wait();
        Err(Failure::new("strace did not attach", "allow tracing: sysctl kernel.yama.ptrace_scope=0"))
    }

    fn detach(mut self) -> Result<usize, Failure> {
        let id = nix::unistd::Pid::from_raw(self.child.id() as i32);
        let advice = "run the row again";
        nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGINT).or_advise("stopping strace", advice)?;
        self.child.wait().or_advise("waiting for strace", advice)?;
        let text = std::fs::read_to_string(&self.calls).or_advise(self.calls.display(), advice)?;
        // A call that another thread interrupts has a second line, which says "resumed" and has no "(".
        Ok(text.lines().filter(|line| line.contains("fsync(") || line.contains("fdatasync(")).count())
    }
}
