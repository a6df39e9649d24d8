//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use lexopt::prelude::*;

pub const USAGE: &str = "\
kezhi-host runs the components of a spin.toml, for development, tests and benches.

usage: kezhi-host [options]
  --manifest FILE          the application's manifest (spin.toml)
  --listen ADDRESS         where to serve; port 0 picks a free one (127.0.0.1:3000)
  --state DIRECTORY        database, key-value pairs and logs (.kezhi)
  --request-timeout SECS   a request that takes longer is ended with 504 (120)
  --max-body BYTES         a larger request body is refused with 413 (34603008)
  --no-cron                do not fire the manifest's cron triggers
";

/// What the command line asks for.
pub struct Arguments {
    pub manifest: PathBuf,
    pub listen: SocketAddr,
    pub state: PathBuf,
    pub request_timeout: Duration,
    pub max_body_bytes: u64,
    pub cron: bool,
    pub help: bool,
}

impl Default for Arguments {
    fn default() -> Self {
        Arguments {
            manifest: PathBuf::from("spin.toml"),
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            state: PathBuf::from(".kezhi"),
            request_timeout: Duration::from_secs(120),
            // 32 MiB of payload, and one for what surrounds it.
            max_body_bytes: 33 << 20,
            cron: true,
            help: false,
        }
    }
}

/// Reads the command line; an unknown option is an error.
pub fn parse() -> anyhow::Result<Arguments> {
    let mut arguments = Arguments::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("manifest") => arguments.manifest = parser.value()?.into(),
            Long("listen") => {
                let value = parser.value()?.string()?;
                arguments.listen = value.parse().with_context(|| format!("--listen {value}"))?;
            }
            Long("state") => arguments.state = parser.value()?.into(),
            Long("request-timeout") => {
                let value = parser.value()?.string()?;
                let seconds = value.parse().with_context(|| format!("--request-timeout {value}"))?;
                arguments.request_timeout = Duration::try_from_secs_f64(seconds)
                    .ok()
                    .filter(|timeout| !timeout.is_zero())
                    .with_context(|| format!("--request-timeout {value} is not a span of time"))?;
            }
            Long("max-body") => {
                let value = parser.value()?.string()?;
                arguments.max_body_bytes = value.parse().with_context(|| format!("--max-body {value}"))?;
            }
            Long("no-cron") => arguments.cron = false,
            Short('h') | Long("help") => arguments.help = true,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(arguments)
}
