//! The interfaces the host serves and calls, generated from their descriptions.

use crate::{key_value, sqlite};

/// What components import besides WASI.
pub mod imports {
    wasmtime::component::bindgen!({
        path: [
            "../wit/deps/spin-sqlite@3.0.0",
            "../wit/deps/fermyon-spin@2.0.0",
            "wit/spin-key-value@3.0.0",
            "wit/spin-variables@3.0.0",
        ],
        inline: "
            package kezhi:host@1.0.0;
            world imports {
                import spin:sqlite/sqlite@3.0.0;
                import spin:key-value/key-value@3.0.0;
                import spin:variables/variables@3.0.0;
                import fermyon:spin/variables@2.0.0;
            }
        ",
        world: "kezhi:host/imports",
        imports: {
            "spin:sqlite/sqlite.[method]connection.last-insert-rowid": trappable,
            "spin:sqlite/sqlite.[method]connection.changes": trappable,
            "spin:key-value/key-value.[method]store.get-keys": trappable,
        },
        with: {
            "spin:sqlite/sqlite.connection": super::sqlite::Connection,
            "spin:key-value/key-value.store": super::key_value::Store,
        },
    });
}

/// What the cron trigger calls.
pub mod cron {
    wasmtime::component::bindgen!({
        path: "../wit/deps/spin-cron@2.0.0",
        inline: "
            package kezhi:host@1.0.0;
            world scheduled {
                use fermyon:spin-cron/cron-types@2.0.0.{metadata, error};
                export handle-cron-event: func(metadata: metadata) -> result<_, error>;
            }
        ",
        world: "kezhi:host/scheduled",
        exports: { default: async },
    });
}
