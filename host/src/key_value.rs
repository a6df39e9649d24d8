//! `spin:key-value@3.0.0` on a table of pairs.

use rusqlite::OptionalExtension;
use wasmtime::component::{Accessor, FutureReader, Resource, StreamReader};

use crate::bindings::imports::spin::key_value::key_value::{Error, Host, HostStore, HostStoreWithStore};
use crate::guest::{Guest, GuestData};

/// An open store. There is one, so the handle carries nothing but the right to use it.
pub struct Store;

type Keys = (StreamReader<String>, FutureReader<Result<(), Error>>);

impl Host for Guest {}

impl HostStore for Guest {
    fn drop(&mut self, store: Resource<Store>) -> wasmtime::Result<()> {
        self.table.delete(store)?;
        Ok(())
    }
}

impl<T: Send> HostStoreWithStore<T> for GuestData {
    async fn open(accessor: &Accessor<T, Self>, label: String) -> Result<Resource<Store>, Error> {
        accessor.with(|mut access| {
            let guest = access.get();
            if !guest.component.key_value || label != "default" {
                return Err(Error::AccessDenied);
            }
            guest.table.push(Store).map_err(|_| Error::StoreTableFull)
        })
    }

    async fn get(
        accessor: &Accessor<T, Self>,
        store: Resource<Store>,
        key: String,
    ) -> Result<Option<Vec<u8>>, Error> {
        with_pairs(accessor, &store, |pairs| {
            let mut statement = pairs.prepare_cached("select value from key_value where key = ?1")?;
            statement.query_row([&key], |row| row.get(0)).optional()
        })
    }

    async fn set(
        accessor: &Accessor<T, Self>,
        store: Resource<Store>,
        key: String,
        value: Vec<u8>,
    ) -> Result<(), Error> {
        with_pairs(accessor, &store, |pairs| {
            let sql = "insert into key_value (key, value) values (?1, ?2) \
                       on conflict (key) do update set value = excluded.value";
            pairs.prepare_cached(sql)?.execute((&key, &value)).map(drop)
        })
    }

    async fn delete(accessor: &Accessor<T, Self>, store: Resource<Store>, key: String) -> Result<(), Error> {
        with_pairs(accessor, &store, |pairs| {
            pairs.prepare_cached("delete from key_value where key = ?1")?.execute([&key]).map(drop)
        })
    }

    async fn exists(
        accessor: &Accessor<T, Self>,
        store: Resource<Store>,
        key: String,
    ) -> Result<bool, Error> {
        with_pairs(accessor, &store, |pairs| {
            pairs.prepare_cached("select 1 from key_value where key = ?1")?.exists([&key])
        })
    }

    async fn get_keys(accessor: &Accessor<T, Self>, store: Resource<Store>) -> wasmtime::Result<Keys> {
        let listed = with_pairs(accessor, &store, |pairs| {
            let mut statement = pairs.prepare_cached("select key from key_value order by key")?;
            statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()
        });
        let (keys, end) = match listed {
            Ok(keys) => (keys, Ok(())),
            Err(error) => (Vec::new(), Err(error)),
        };
        accessor.with(|mut access| {
            let keys = StreamReader::new(&mut access, keys)?;
            let end = FutureReader::new(&mut access, async move { wasmtime::error::Ok(end) })?;
            Ok((keys, end))
        })
    }
}

fn with_pairs<T, R>(
    accessor: &Accessor<T, GuestData>,
    store: &Resource<Store>,
    work: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<R>,
) -> Result<R, Error> {
    accessor.with(|mut access| {
        let guest = access.get();
        guest.table.get(store).map_err(|error| Error::Other(error.to_string()))?;
        let done = guest.component.storage.key_value().and_then(|pairs| pairs.with(work));
        done.map_err(|error| Error::Other(error.to_string()))
    })
}
