//! What changes while a request waits for its turn is looked at when the turn has come.

use serde_json::json;
use store::Connection;
use tests::desk::{KEY, NOW_MS};
use tests::overtaken::Overtaken;
use web::{Method, Request};

use super::{branch, two_people};

#[test]
fn a_pool_that_gets_a_foreign_member_meanwhile_is_neither_replaced_nor_dissolved() {
    for (method, status) in [(Method::Put, 404), (Method::Delete, 204)] {
        let (mut desk, _) = two_people();
        let key = branch(&mut desk);
        let own = json!({"members": ["B"]}).to_string();
        assert_eq!(desk.ask(Method::Put, "/points/pools/home", &key, &own).0, 200);
        let joins = "insert into points_account (customer_ref, state, debt, points_pool_ref)
             select customer_ref, 1, 0, points_pool_ref from customer cross join points_pool
             where customer_id = 'C'";
        let mut connection = Overtaken { inner: desk.connection, by: Some(joins) };
        let routes = points_ledger::routes::<Overtaken>();
        let body = if method == Method::Put { own } else { String::new() };
        let request = Request::new(method, "/points/pools/home").key(&key).body(body);
        let answer = web::serve(&routes, &mut connection, request, KEY, NOW_MS);
        assert_eq!(answer.status, status, "{}", method.name());
        assert!(connection.by.is_none(), "{}", method.name());
        let members = "select count(*) from points_account where points_pool_ref is not null";
        let rows = connection.inner.execute(members, &[]).expect("rows");
        assert_eq!(rows.read_one("members", |row| row.integer()).expect("a number"), 2, "{}", method.name());
    }
}
