//! The cron trigger: calls `handle-cron-event` when an expression says so.

use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use wasmtime::component::Linker;

use crate::bindings::cron::{Metadata, ScheduledPre};
use crate::guest::{Component, Guest};

/// Clocks are set: a long wait looks at the time again so often.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// One `[[trigger.cron]]`.
pub struct Job {
    schedule: cron::Schedule,
    component: Arc<Component>,
    scheduled: ScheduledPre<Guest>,
}

impl Job {
    /// Reads the expression, six or seven fields with seconds first, in UTC, and links the component.
    pub fn new(
        expression: &str,
        linker: &Linker<Guest>,
        code: &wasmtime::component::Component,
        component: Arc<Component>,
    ) -> anyhow::Result<Job> {
        let schedule = cron::Schedule::from_str(expression)
            .map_err(|error| anyhow!("trigger.cron.cron_expression {expression:?}: {error}"))?;
        let scheduled = linker.instantiate_pre(code).and_then(ScheduledPre::new);
        let scheduled = scheduled.map_err(anyhow::Error::from).with_context(|| component.id.clone())?;
        Ok(Job { schedule, component, scheduled })
    }

    /// Fires for ever. A run that outlasts the next moment runs beside the next one, as on Spin.
    pub async fn run(self: Arc<Self>) {
        let mut last = now();
        while let Some(next) = self.schedule.after(&last).next() {
            while let Some(rest) = (next - now()).to_std().ok().filter(|rest| !rest.is_zero()) {
                tokio::time::sleep(rest.min(LONGEST_SLEEP)).await;
            }
            // After a stop of the machine, moments that have passed are passed over.
            last = next.max(now());
            let job = self.clone();
            tokio::spawn(async move { job.fire(next).await });
        }
    }

    /// One run in an instance of its own. A failure is logged and never repeated: the next moment is the retry.
    async fn fire(&self, moment: DateTime<Utc>) {
        let timestamp = u64::try_from(moment.timestamp()).unwrap_or_default();
        let message = match self.call(timestamp).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => format!("cron run failed: {error:?}"),
            Err(error) => format!("cron run trapped: {error:?}"),
        };
        self.component.log.note(&self.component.id, &message);
    }

    async fn call(&self, timestamp: u64) -> wasmtime::Result<Result<(), crate::bindings::cron::Error>> {
        let mut store = Guest::store(self.scheduled.engine(), &self.component);
        let instance = self.scheduled.instantiate_async(&mut store).await?;
        let turn = store.data().turn.clone();
        let mut run = std::pin::pin!(instance.call_handle_cron_event(&mut store, Metadata { timestamp }));
        std::future::poll_fn(|context| {
            turn.returned();
            run.as_mut().poll(context)
        })
        .await
    }
}

fn now() -> DateTime<Utc> {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    DateTime::from_timestamp(
        i64::try_from(since_epoch.as_secs()).unwrap_or_default(),
        since_epoch.subsec_nanos(),
    )
    .unwrap_or_default()
}
