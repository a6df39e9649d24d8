//! What becomes of a request: routes, limits, traps, and requests beside it.

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use support::{Host, command, directory, manifest, probe};

const DATABASE: &str = "sqlite_databases = [\"default\"]";

fn with_options(test: &str, grants: &str, options: &[&str]) -> Host {
    let directory = directory(test);
    Host::run(&directory, command(&directory, &manifest(grants)).args(options))
}

#[test]
fn the_most_specific_route_answers() {
    let mut manifest = "spin_manifest_version = 2\n[application]\nname = \"routes\"\n".to_owned();
    for (id, route) in [
        ("rest", "/..."),
        ("customers", "/customers/..."),
        ("customer", "/customers/:id/environment"),
        ("new", "/customers/new/environment"),
    ] {
        manifest += &format!(
            "[[trigger.http]]\nroute = {route:?}\ncomponent = {id:?}\n\
             [component.{id}]\nsource = {:?}\nenvironment = {{ ID = {id:?} }}\n",
            probe()
        );
    }
    let host = Host::start("routes", &manifest);
    for (path, id) in [
        ("/environment", "rest"),
        ("/customers/environment", "customers"),
        ("/customers/7/tier/environment", "customers"),
        ("/customers/7/environment", "customer"),
        ("/customers/new/environment", "new"),
    ] {
        assert_eq!(host.post(path, "").body, format!("[(\"ID\", {id:?})]"), "{path}");
    }
}

#[test]
fn a_path_without_a_route_is_not_found() {
    let host = Host::start("not_found", &manifest("").replace("\"/...\"", "\"/only/...\""));
    assert_eq!(host.post("/other", "").status, 404);
    assert_eq!(host.post("/only/hello", "").status, 200);
}

#[test]
fn a_component_learns_how_it_was_reached() {
    let host = Host::start("reached", &manifest("").replace("\"/...\"", "\"/customers/:id/...\""));
    let headers = host.post("/customers/7/headers", "").body;
    for header in [
        r#""spin-path-match-id": "7""#,
        r#""spin-path-info": "/headers""#,
        r#""spin-component-route": "/customers/:id""#,
        &format!(r#""spin-full-url": "http://{}/customers/7/headers""#, host.address),
    ] {
        assert!(headers.contains(header), "{header} in {headers}");
    }
}

#[test]
fn a_body_beyond_the_limit_is_refused() {
    let host = with_options("body", "", &["--max-body", "1000"]);
    assert_eq!(host.attempt("length", &"x".repeat(1000)), "1000");
    assert_eq!(host.post("/length", &"x".repeat(1001)).status, 413);
    let chunked = "POST /length HTTP/1.1\r\ntransfer-encoding: chunked\r\n";
    let chunks = |count| format!("{}0\r\n\r\n", format!("64\r\n{}\r\n", "x".repeat(100)).repeat(count));
    assert_eq!(host.exchange(chunked, chunks(10).as_bytes()).unwrap().body, "1000");
    assert_eq!(host.exchange(chunked, chunks(11).as_bytes()).unwrap().status, 413);
}

#[test]
fn a_guest_without_end_is_ended_at_the_time_out() {
    let host = with_options("endless", DATABASE, &["--request-timeout", "1"]);
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
    for (attempt, subject, status) in [("loop", "", 504), ("wait", "60000", 504), ("sqlite", endless, 200)] {
        let start = Instant::now();
        let answer = host.post(&format!("/{attempt}"), subject);
        let took = start.elapsed();
        assert_eq!(answer.status, status, "{attempt}: {}", answer.body);
        assert!((Duration::from_secs(1)..Duration::from_secs(10)).contains(&took), "{attempt}: {took:?}");
        assert_eq!(host.attempt("hello", ""), "hello", "after {attempt}");
    }
}

#[test]
fn a_trap_is_answered_with_500_and_its_transaction_rolled_back() {
    let host = Host::start("trap", &manifest(DATABASE));
    host.attempt("kept", "create table row (id integer)");
    let answer = host.post("/trap", "insert into row values (1)");
    assert_eq!((answer.status, answer.body.as_str()), (500, "the component failed"));
    // A transaction that lived on would hold the write lock against this.
    assert_eq!(host.attempt("kept", "insert into row values (2) returning id"), "ok: [[Value::Integer(2)]]");
    assert_eq!(host.attempt("sqlite", "select id from row"), "ok: [[Value::Integer(2)]]");
    assert!(host.log().contains("trapped on purpose"), "{}", host.log());
    assert!(host.log().contains("wasm trap"), "{}", host.log());
}

#[test]
fn a_long_request_does_not_hold_up_others() {
    let host = Host::start("long", &manifest(DATABASE));
    let count =
        "with recursive n(i) as (select 1 union all select i + 1 from n limit 5000000) select max(i) from n";
    for (attempt, subject) in [("sqlite", count), ("compute", "1500"), ("wait", "1500")] {
        let finished = AtomicBool::new(false);
        let beside = std::thread::scope(|scope| {
            scope.spawn(|| {
                host.attempt(attempt, subject);
                finished.store(true, Ordering::SeqCst);
            });
            let mut beside = 0;
            while !finished.load(Ordering::SeqCst) {
                host.attempt("kept", "select 1");
                beside += 1;
            }
            beside
        });
        assert!(beside > 5, "{attempt}: only {beside} requests beside it");
    }
}

#[test]
fn many_writers_all_get_their_turn() {
    let host = Host::start("writers", &manifest(DATABASE));
    host.attempt("kept", "create table row (id integer primary key)");
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope
                .spawn(|| (0..20).for_each(|_| drop(host.attempt("kept", "insert into row default values"))));
        }
    });
    assert_eq!(host.attempt("kept", "select count(*) from row"), "ok: [[Value::Integer(320)]]");
}
