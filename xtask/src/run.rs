//! From the command line to the task.

use std::path::Path;
use std::time::Instant;

use crate::cli::{Cli, Demo, Task};
use crate::client::Client;
use crate::demo::{self, plan::Plan, review};
use crate::failure::Failure;
use crate::feed;
use crate::month::{parse_date, today};
use crate::secret::{KEY_VARIABLE, random_key};
use crate::{bench, berka, build, check, openapi, test, up};

/// Runs what was asked for.
pub fn run(cli: Cli) -> Result<(), Failure> {
    match cli.task {
        Task::Up(options) => up::up(&options),
        Task::Test(options) => test::test(&options),
        Task::Soak(options) => test::soak(&options),
        Task::Check => check::check(),
        Task::Build => build::everything(),
        Task::Bench(options) => bench::bench(&options),
        Task::Demo(options) => load(&options),
        Task::Openapi => openapi::write(),
    }
}

/// `cargo xtask demo`: loads into a Kezhi that runs already.
fn load(options: &Demo) -> Result<(), Failure> {
    let as_of = options.as_of.as_deref().map_or_else(|| Ok(today()), parse_date)?;
    let plan = Plan::new(options.customers, options.seed, as_of)?;
    if options.dry_run {
        return dry_run(&plan, options.batch);
    }
    let client = Client::new(&options.url, Some(&key(options)?));
    if let Some(dir) = &options.berka {
        let extent = berka::Extent { loans_and_cards: options.loans_and_cards, ..berka::Extent::default() };
        let delivered = berka::load(&client, dir, extent)?;
        eprintln!("{delivered}");
        eprintln!("  review it at a month end between 1993-01-31 and 1994-02-28");
        return Ok(());
    }
    let delivered = demo::load(&client, &plan, options.batch)?;
    eprintln!("{delivered}");
    if !options.no_review {
        for as_of in up::reviews(&plan) {
            eprintln!("  {}", review::line(as_of, &review::review(&client, as_of)?));
            eprintln!("  {}", review::check_line(as_of, &review::check(&client, as_of)?));
        }
        up::furnish(&client, &plan)?;
    }
    Ok(())
}

/// Makes everything and throws it away.
fn dry_run(plan: &Plan, batch: u32) -> Result<(), Failure> {
    let started = Instant::now();
    let (records, bytes) = feed::discard(batch, |batches| demo::make(plan, batches));
    let seconds = started.elapsed().as_secs_f64();
    eprintln!(
        "made {records} records, {} MB in {seconds:.1} s: {:.0} records a second",
        bytes >> 20,
        records as f64 / seconds
    );
    Ok(())
}

fn key(options: &Demo) -> Result<String, Failure> {
    let from_environment = || std::env::var(KEY_VARIABLE).ok().filter(|key| !key.is_empty());
    let kept = || std::fs::read_to_string(Path::new(".kezhi").join("admin_key")).ok();
    let found = options.key.clone().or_else(from_environment).or_else(kept);
    found.map(|key| key.trim().to_owned()).ok_or_else(|| {
        let example = random_key().unwrap_or_else(|_| "KEY".to_owned());
        Failure::new(
            "no administrator's key",
            format!("give --key, or set it on both sides, for example {KEY_VARIABLE}={example}"),
        )
    })
}
