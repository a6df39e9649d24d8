//! What an instance of a component carries: its grants, and the WASI contexts that follow from them.

use std::sync::Arc;
use std::time::Duration;

use wasmtime::component::{HasData, Linker, ResourceTable};
use wasmtime::{Engine, Store, UpdateDeadline};
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::bindings::imports;
use crate::logs::Log;
use crate::outbound::AllowedHosts;
use crate::storage::Storage;
use crate::turn::Turn;
use crate::variables::Values;

/// A guest whose statement was ended at the deadline may still say so.
const GRACE: Duration = Duration::from_millis(100);

/// A component of the manifest and all that it may reach.
pub struct Component {
    pub id: String,
    pub environment: Vec<(String, String)>,
    pub variables: Values,
    pub sqlite: bool,
    pub key_value: bool,
    pub outbound: AllowedHosts,
    pub log: Log,
    pub storage: Arc<Storage>,
}

/// The data of a store: one instance's tables and contexts.
pub struct Guest {
    pub table: ResourceTable,
    pub component: Arc<Component>,
    pub turn: Turn,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: AllowedHosts,
}

/// Names [`Guest`] to the generated interfaces.
pub struct GuestData;

impl HasData for GuestData {
    type Data<'a> = &'a mut Guest;
}

impl Guest {
    /// A store for a fresh instance. A guest that still computes at a tick of the epoch steps aside, or is ended.
    pub fn store(engine: &Engine, component: &Arc<Component>) -> Store<Guest> {
        let mut wasi = WasiCtxBuilder::new();
        wasi.envs(&component.environment)
            .stdout(component.log.stream())
            .stderr(component.log.stream())
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false);
        let guest = Guest {
            table: ResourceTable::new(),
            component: component.clone(),
            turn: Turn::default(),
            wasi: wasi.build(),
            http: WasiHttpCtx::new(),
            outbound: component.outbound.clone(),
        };
        let mut store = Store::new(engine, guest);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|context| {
            if context.data().turn.is_over(GRACE) {
                return Err(wasmtime::format_err!("the guest is out of time"));
            }
            Ok(UpdateDeadline::Continue(1))
        });
        store
    }
}

/// Everything a component may import. Grants are judged at the call, so one linker serves all components.
pub fn linker(engine: &Engine) -> wasmtime::Result<Linker<Guest>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
    imports::Imports::add_to_linker::<_, GuestData>(&mut linker, |guest| guest)?;
    Ok(linker)
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for Guest {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.outbound, table: &mut self.table, ctx: &mut self.http }
    }
}
