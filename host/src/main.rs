//! Runs the components of a spin.toml on wasmtime, for development, tests and benches.

mod application;
mod arguments;
mod bindings;
mod body;
mod compile;
mod cron;
mod gate;
mod guest;
mod handler;
mod key_value;
mod logs;
mod manifest;
mod outbound;
mod routes;
mod server;
mod sqlite;
mod storage;
mod turn;
mod variables;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Results of the database come and go by the megabyte; the system's allocator gives them back to the kernel and asks
/// for them again each time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use crate::application::Application;
use crate::arguments::{Arguments, USAGE};

fn main() -> ExitCode {
    let arguments = match arguments::parse() {
        Ok(arguments) if arguments.help => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Ok(arguments) => arguments,
        Err(error) => {
            eprintln!("kezhi-host: {error:#}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kezhi-host: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    // One thread polls; what takes long steps aside (see `turn`).
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let served = runtime.block_on(serve(arguments));
    // What is left are instances without a request and cron runs. They end with the process, which is as good as any
    // end: their transactions roll back.
    std::mem::forget(runtime);
    served
}

async fn serve(arguments: &Arguments) -> anyhow::Result<()> {
    let application = Application::load(arguments)?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let listener = TcpListener::bind(arguments.listen).await;
    let listener = listener.with_context(|| format!("cannot listen on {}", arguments.listen))?;
    for job in application.jobs {
        tokio::spawn(job.run());
    }
    let mut stdout = std::io::stdout();
    writeln!(stdout, "kezhi-host: listening on http://{}", listener.local_addr()?)?;
    stdout.flush()?;
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    application.server.run(listener, stop).await;
    Ok(())
}
