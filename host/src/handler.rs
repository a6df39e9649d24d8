//! Instances of a component and the requests they serve, one after the other or side by side.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::time::{Sleep, sleep};
use wasmtime::component::{GuestTaskId, Linker};
use wasmtime::{Engine, Result, Store, StoreContextMut};
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, ProxyPre, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
};
use wasmtime_wasi_http::{WasiHttpView, p2, p3};

use crate::guest::{Component, Guest};
use crate::turn::Turn;

/// Requests an instance serves before it is replaced: Spin's default.
const MAX_REQUESTS: usize = 128;

/// Spin allows sixteen. An instance that awaits and then computes counts as free all the while, so a short request
/// can be left with it while others idle. Guests here await nothing but their body, which the host has by then.
const MAX_CONCURRENT_REQUESTS: usize = 1;

/// How long an instance without work is kept.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

/// Makes instances of a component.
pub struct Handler {
    engine: Engine,
    component: Arc<Component>,
    pre: ProxyPre<Guest>,
    request_timeout: Duration,
}

impl Handler {
    /// Links a component; one that exports no HTTP handler is an error.
    pub fn new(
        linker: &Linker<Guest>,
        code: &wasmtime::component::Component,
        component: Arc<Component>,
        request_timeout: Duration,
    ) -> Result<Handler> {
        let instance = linker.instantiate_pre(code)?;
        let pre = match p3::bindings::ServicePre::new(instance.clone()) {
            Ok(pre) => ProxyPre::P3(pre),
            Err(reason) => match p2::bindings::ProxyPre::new(instance) {
                Ok(pre) => ProxyPre::P2(pre),
                Err(_) => return Err(reason),
            },
        };
        Ok(Handler { engine: linker.engine().clone(), component, pre, request_timeout })
    }
}

impl HandlerState for Handler {
    type StoreData = Guest;
    type WorkerExpiration = Expiration;
    type WorkerState = Reuse;

    async fn instantiate(&self) -> Result<Instance<Guest, Expiration, Reuse>> {
        let mut store = Guest::store(&self.engine, &self.component);
        let turn = store.data().turn.clone();
        turn.begin(self.request_timeout);
        let proxy = self.pre.instantiate_async(&mut store).await?;
        Ok(Instance {
            store,
            proxy,
            view: |guest| guest.http(),
            expiration: Expiration {
                request_timeout: self.request_timeout,
                alarm: Box::pin(sleep(IDLE_TIMEOUT)),
                turn,
            },
            state: Reuse { component: self.component.clone(), request_timeout: self.request_timeout },
        })
    }
}

/// When an instance is given up, whatever it is doing.
pub struct Expiration {
    request_timeout: Duration,
    alarm: Pin<Box<Sleep>>,
    turn: Turn,
}

impl WorkerExpiration for Expiration {
    fn poll(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        status: WorkerStatus,
        since: Instant,
    ) -> Poll<()> {
        // Asked whenever the instance has nothing to compute.
        self.turn.returned();
        let limit = match status {
            WorkerStatus::Idle => IDLE_TIMEOUT,
            WorkerStatus::Requests | WorkerStatus::PostReturn => self.request_timeout,
        };
        let Some(end) = since.checked_add(limit).map(tokio::time::Instant::from_std) else {
            return Poll::Pending;
        };
        // The alarm is left too early rather than set anew with each request, and set right when it rings.
        if self.alarm.deadline() > end {
            self.alarm.as_mut().reset(end);
        }
        while self.alarm.as_mut().poll(context).is_ready() {
            if tokio::time::Instant::now() >= end {
                return Poll::Ready(());
            }
            self.alarm.as_mut().reset(end);
        }
        Poll::Pending
    }
}

/// What an instance may take on, and what is told of its end.
pub struct Reuse {
    component: Arc<Component>,
    request_timeout: Duration,
}

impl WorkerState for Reuse {
    type StoreData = Guest;
    type RequestData = ();

    fn should_accept_request(&self, running: usize, served: usize) -> ShouldAccept {
        if served >= MAX_REQUESTS {
            ShouldAccept::Never
        } else if running >= MAX_CONCURRENT_REQUESTS {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        store: StoreContextMut<'_, Guest>,
        (): (),
        _: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + 'static + Send + Sync>> {
        store.data().turn.begin(self.request_timeout);
        // The epoch, the statements and the alarm each look at the clock; one more timer would only cost.
        Box::pin(std::future::pending())
    }

    fn drop(&self, store: Store<Guest>, result: Result<()>) {
        // Dropping the store closes its connections, and with them rolls back what the guest left open.
        drop(store);
        if let Err(error) = result
            // The host stops, or panicked and said so itself.
            && error.to_string() != "worker panicked"
        {
            self.component.log.note(&self.component.id, &format!("instance ended: {error:?}"));
        }
    }
}
