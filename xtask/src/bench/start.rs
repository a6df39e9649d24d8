//! P13: from the start of the host to its first answer, and the size of what is deployed.

use std::time::{Duration, Instant};

use super::sample::TIMES;
use super::{Figure, Row, Sample};
use crate::cli::RuntimeKind;
use crate::failure::{Failure, OrAdvise};
use crate::runtime::{Launch, Runtime};
use crate::secret::random_key;
use crate::workspace;

/// Start to first answer.
pub const FIRST_ANSWER: Row =
    Row {
        id: "P13", what: "host start to first answer", target: "≤ 80 ms (stretch 40)", run: first_answer
    };

/// Size of each component.
pub const COMPONENT_SIZE: Row =
    Row { id: "P13", what: "component size", target: "≤ 500 kB (stretch 350)", run: component_size };

const FIRST_ANSWER_MS: f64 = 80.0;
const COMPONENT_BYTES: u64 = 500_000;

fn first_answer() -> Result<Vec<Figure>, Failure> {
    let dir = std::env::temp_dir().join(format!("kezhi-bench-start-{}", std::process::id()));
    let launch = Launch {
        kind: RuntimeKind::Host,
        listen: std::net::SocketAddr::from(([127, 0, 0, 1], 0)),
        state: dir.clone(),
        key: random_key()?,
        cron: false,
        options: Vec::new(),
        variables: Vec::new(),
    };
    // The first start of a state compiles, migrates and fills caches: told, and not what the target is about.
    let first = started(&launch)?;
    let sample = Sample::of(|| started(&launch))?;
    std::fs::remove_dir_all(&dir).or_advise(dir.display(), "remove the folder by hand")?;
    let warm = sample.median_ms();
    Ok(vec![
        Figure::against(format!("median of {TIMES}"), format!("{warm:.0} ms"), warm <= FIRST_ANSWER_MS),
        Figure::plain("first start on new state", format!("{:.0} ms", first.as_secs_f64() * 1e3)),
    ])
}

fn started(launch: &Launch) -> Result<Duration, Failure> {
    let began = Instant::now();
    let mut runtime = Runtime::start(launch)?;
    let took = began.elapsed();
    runtime.stop();
    Ok(took)
}

fn component_size() -> Result<Vec<Figure>, Failure> {
    let size = |component: workspace::Component| {
        let data = std::fs::metadata(&component.wasm);
        let bytes = data.or_advise(component.wasm.display(), "run: cargo xtask build")?.len();
        Ok(Figure::against(component.id, format!("{} kB", bytes / 1_000), bytes <= COMPONENT_BYTES))
    };
    workspace::components()?.into_iter().map(size).collect()
}
