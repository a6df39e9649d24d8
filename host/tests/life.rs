//! From start to end: schedules, logs, and what survives.

mod support;

use std::time::{SystemTime, UNIX_EPOCH};

use support::{Host, command, directory, manifest, until};

const DATABASE: &str = "sqlite_databases = [\"default\"]";

fn every_second() -> String {
    manifest(&format!(
        "{DATABASE}\n[[trigger.cron]]\ncomponent = \"probe\"\ncron_expression = \"* * * * * *\"\n"
    ))
}

#[test]
fn a_cron_trigger_fires_with_the_time_in_seconds() {
    let host = Host::start("cron", &every_second());
    host.attempt("kept", "create table firing (timestamp integer)");
    let fired = || host.attempt("kept", "select max(timestamp) from firing");
    until("the trigger fires", || fired() != "ok: [[Value::Null]]");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let last = fired();
    let mut recent = (now - 5..=now + 5).map(|second| format!("ok: [[Value::Integer({second})]]"));
    assert!(recent.any(|moment| moment == last), "{last} at {now}");
}

#[test]
fn a_failed_run_is_logged() {
    let host = Host::start("cron_fails", &every_second());
    until("the failure is logged", || host.log().contains("cron run failed"));
    assert!(host.log().contains("no such table: firing"), "{}", host.log());
}

#[test]
fn without_cron_nothing_fires() {
    let directory = directory("no_cron");
    let host = Host::run(&directory, command(&directory, &every_second()).arg("--no-cron"));
    let start = std::time::Instant::now();
    until("a trigger would have fired", || start.elapsed().as_secs() >= 2);
    assert_eq!(host.log(), "");
}

#[test]
fn a_signal_to_end_lets_the_running_request_finish() {
    for signal in ["TERM", "INT"] {
        let mut host = Host::start("signal", &manifest(""));
        let answer = std::thread::scope(|scope| {
            let running = scope.spawn(|| host.post("/wait", "1000"));
            until("the request runs", || host.log().contains("waiting"));
            host.signal(signal);
            running.join().unwrap()
        });
        assert_eq!((answer.status, answer.body.as_str()), (200, "waited"));
        assert_eq!(host.ended().code(), Some(0), "{signal}");
        assert!(host.exchange("GET /hello HTTP/1.1\r\n", b"").is_err());
    }
}

#[test]
fn what_guests_print_is_in_the_components_log() {
    let host = Host::start("print", &manifest(""));
    host.attempt("print", "said by a guest");
    assert_eq!(host.log().matches("said by a guest\n").count(), 2, "{}", host.log());
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let directory = directory("kill");
    let manifest = manifest(&format!("{DATABASE}\nkey_value_stores = [\"default\"]"));
    let mut host = Host::run(&directory, &mut command(&directory, &manifest));
    host.attempt("kept", "create table row (id integer)");
    host.attempt("kept", "insert into row values (1)");
    host.attempt("key-value", "first");
    host.signal("KILL");
    host.ended();
    let host = Host::run(&directory, &mut command(&directory, &manifest));
    assert_eq!(host.attempt("sqlite", "select id from row"), "ok: [[Value::Integer(1)]]");
    assert_eq!(host.attempt("sqlite", "pragma integrity_check"), "ok: [[Value::Text(\"ok\")]]");
    assert_eq!(host.attempt("key-value", "second"), r#"ok: ["first", "second"]"#);
}
