//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::demo::{CUSTOMERS, RECORDS_A_REQUEST, SEED};

/// Start, test, check and measure Kezhi.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = AFTER_HELP, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub task: Task,
}

const AFTER_HELP: &str = "\
New here?
  cargo xtask up            a bank with 5 000 customers on http://127.0.0.1:3000, and three requests to try
  cargo xtask test          everything that must hold
  cargo xtask check         what a change must pass before it is shared

Environment:
  SPIN_VARIABLE_ADMIN_KEY   the first administrator's key; `up` makes one when it is not set
  SPIN_VARIABLE_GATEWAY_ORIGIN, SPIN_VARIABLE_GATEWAY_SECRET
                            the bank's message gateway; `up` starts a stand-in when neither is set
  KEZHI_RUNTIME             host (default) or spin, like --runtime
  KEZHI_DATA                folder with the real data of some tests (default ../shared/data)";

/// One thing to do.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Build and start everything, fill an empty bank with demo customers, wait for Ctrl-C
    Up(Up),
    /// Build everything and run all tests
    Test(Test),
    /// Run the tests of faults, races and long histories at their full size; hours
    Soak(Soak),
    /// Format, lints, licences, tidiness
    Check,
    /// Build the components and the host
    Build,
    /// Measure; each row beside its target
    Bench(Bench),
    /// Load a demo bank, or the real Czech bank, into a running Kezhi
    Demo(Demo),
    /// Write the API's description, functions/administration/openapi.json
    Openapi,
}

/// What runs the components.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RuntimeKind {
    /// host/ of this repository
    Host,
    /// the `spin` on the PATH
    Spin,
}

/// Options of `up`.
#[derive(Debug, Args)]
pub struct Up {
    /// Address to serve on
    #[arg(long, default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// Folder of the database, the key and the log
    #[arg(long, default_value = ".kezhi")]
    pub state: PathBuf,
    /// Leave an empty bank empty
    #[arg(long)]
    pub no_demo: bool,
    /// Start what is built already
    #[arg(long)]
    pub no_build: bool,
    /// What runs the components
    #[arg(long, value_enum, default_value_t = RuntimeKind::from_environment())]
    pub runtime: RuntimeKind,
    /// Size of the demo bank
    #[arg(long, default_value_t = CUSTOMERS)]
    pub customers: u64,
    /// The demo bank's latest month is the last complete one on this date [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<String>,
}

/// Options of `test`.
#[derive(Debug, Args)]
pub struct Test {
    /// What runs the components
    #[arg(long, value_enum, default_value_t = RuntimeKind::from_environment())]
    pub runtime: RuntimeKind,
    /// Test what is built already
    #[arg(long)]
    pub no_build: bool,
    /// Only tests whose name contains one of these
    pub filter: Vec<String>,
}

/// Options of `soak`.
#[derive(Debug, Args)]
pub struct Soak {
    /// Test what is built already
    #[arg(long)]
    pub no_build: bool,
    /// Only tests whose name contains one of these [default: those that have a larger size]
    pub filter: Vec<String>,
}

/// Options of `bench`.
#[derive(Debug, Args)]
pub struct Bench {
    /// Rows to measure, by id (P13); all when none is named
    pub rows: Vec<String>,
    /// Only print the rows that there are
    #[arg(long)]
    pub list: bool,
    /// Measure what is built already
    #[arg(long)]
    pub no_build: bool,
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Size of the bank
    #[arg(long, default_value_t = CUSTOMERS)]
    pub customers: u64,
    /// Another seed, other people
    #[arg(long, default_value_t = SEED)]
    pub seed: u64,
    /// The latest month is the last complete one on this date [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<String>,
    /// Where Kezhi runs
    #[arg(long, default_value = "http://127.0.0.1:3000")]
    pub url: String,
    /// The administrator's key [default: SPIN_VARIABLE_ADMIN_KEY, then .kezhi/admin_key]
    #[arg(long)]
    pub key: Option<String>,
    /// Load the real bank from this folder instead
    #[arg(long, value_name = "DIR")]
    pub berka: Option<PathBuf>,
    /// With --berka: loans and cards too
    #[arg(long)]
    pub loans_and_cards: bool,
    /// Records in one request
    #[arg(long, default_value_t = RECORDS_A_REQUEST)]
    pub batch: u32,
    /// Leave the reviews, and the points that follow them, to somebody else
    #[arg(long)]
    pub no_review: bool,
    /// Make the records and send them nowhere: how quick is the generator?
    #[arg(long)]
    pub dry_run: bool,
}

impl RuntimeKind {
    /// What `KEZHI_RUNTIME` asks for; the host when it says nothing.
    pub fn from_environment() -> Self {
        match std::env::var("KEZHI_RUNTIME").as_deref() {
            Ok("spin") => Self::Spin,
            _ => Self::Host,
        }
    }

    /// The value of `KEZHI_RUNTIME` that means this.
    pub fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Spin => "spin",
        }
    }
}

impl std::fmt::Display for RuntimeKind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Reads the command line; help and mistakes end the process with the usual text.
pub fn parse() -> Cli {
    Cli::parse()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Cli::command().debug_assert();
    }
}
