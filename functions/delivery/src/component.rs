//! The exports: HTTP requests, and the call of the cron trigger. The latter is synchronous, so nothing below may wait
//! for an asynchronous import; variables and gateway are reached through synchronous ones from both.

#![allow(unsafe_code, reason = "the generated export is an extern function")]

use spin_sdk::wasip3::http::types::{ErrorCode, Request, Response};

use crate::gateway::CHANNELS;
use crate::outbox::BUDGET_MS;
use crate::sender;

#[allow(missing_docs, clippy::all)]
pub(crate) mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../../wit",
        world: "delivery",
        runtime_path: "::spin_sdk::wit_bindgen::rt",
        generate_all,
    });
}

use bindings::{Error, Guest, Metadata};

struct Component;
spin_sdk::wasip3::http::service::export!(Component);

impl spin_sdk::wasip3::exports::http::handler::Guest for Component {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        web::edge::respond(request, &crate::routes()).await
    }
}

struct Scheduled;

impl Guest for Scheduled {
    fn handle_cron_event(metadata: Metadata) -> Result<(), Error> {
        let started = std::time::Instant::now();
        let elapsed = || started.elapsed().as_millis() as i64;
        let now = i64::try_from(metadata.timestamp).unwrap_or(0).saturating_mul(1000);
        // Without a gateway there is nothing to do, and nothing to count every ten seconds.
        let Some(gateway) = sender::gateway().map_err(|reason| Error::Other(reason.to_owned()))? else {
            return Ok(());
        };
        let send = |batch: &[_], now_ms| sender::send(&gateway, batch, now_ms);
        let done = store::spin::with_connection(|connection| {
            app::outbox::deliver(connection, &CHANNELS, now, elapsed, BUDGET_MS, send)
        });
        match done {
            // Six lines a minute about nothing would hide the others.
            Ok(done) if done.is_idle() => Ok(()),
            Ok(done) => {
                println!(
                    "delivery done={} delivered={} failed={} dead={} waiting={}",
                    done.done, done.delivered, done.failed, done.dead, done.waiting
                );
                Ok(())
            }
            Err(error) => Err(Error::Other(error.to_string())),
        }
    }
}

bindings::export!(Scheduled with_types_in bindings);
