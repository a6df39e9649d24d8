//! The message gateway of a local bank: that of the environment, or a stand-in inside this process; and what the demo
//! sends to it.

use gateway::Gateway;

use crate::client::{Ask, Client, JSON};
use crate::failure::{Failure, OrAdvise};

/// The environment variable that says where the gateway is, to every runtime.
pub const ORIGIN_VARIABLE: &str = "SPIN_VARIABLE_GATEWAY_ORIGIN";

/// The environment variable that gives the secret of signatures.
pub const SECRET_VARIABLE: &str = "SPIN_VARIABLE_GATEWAY_SECRET";

/// The demo's list: the first months below a threshold are told of too, so that there is something to look at.
const STRATEGIES: &str = r#"{"strategies":[
    {"id":"observed-message","status":"observed","action":"sms","to":"manager","due_days":14},
    {"id":"observed-task","status":"observed","action":"task","to":"manager","due_days":14},
    {"id":"attention-message","status":"attention","action":"sms","to":"manager","due_days":7},
    {"id":"attention-task","status":"attention","action":"task","to":"manager","due_days":7},
    {"id":"churned-mail","status":"churned","action":"mail","to":"branch_manager","due_days":3},
    {"id":"churned-task","status":"churned","action":"task","to":"manager","due_days":3},
    {"id":"churned-case","status":"churned","tiers":["core","growth"],"action":"case","due_days":14},
    {"id":"house-report","status":"observed","action":"report","to":"supervisor","due_days":0}]}"#;

/// A stand-in; none where the environment names a gateway, which is then the one.
pub fn stand_in() -> Result<Option<Gateway>, Failure> {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if is_set(ORIGIN_VARIABLE) || is_set(SECRET_VARIABLE) {
        return Ok(None);
    }
    let started = Gateway::start();
    started.map(Some).or_advise("starting a message gateway", "allow programs to listen on 127.0.0.1")
}

/// What a runtime has to be told of a gateway, as environment variables.
pub fn variables(gateway: &Gateway) -> Vec<(String, String)> {
    vec![
        (ORIGIN_VARIABLE.to_owned(), gateway.origin()),
        (SECRET_VARIABLE.to_owned(), gateway.secret().to_owned()),
    ]
}

/// Puts the demo's strategies in force.
pub fn strategies(client: &Client) -> Result<(), Failure> {
    send(client, "PUT", "/churn/strategies", STRATEGIES).map(drop)
}

/// Delivers what waits; the trigger would do it within seconds. One line of what came of it.
pub fn deliver(client: &Client) -> Result<String, Failure> {
    let report = send(client, "POST", "/outbox/deliveries", "")?;
    let count = |name: &str| report[name].as_u64().unwrap_or(0);
    Ok(format!(
        "messages: {} delivered, {} waiting, {} ms",
        count("delivered"),
        count("waiting"),
        count("duration_ms")
    ))
}

fn send(client: &Client, method: &str, path: &str, body: &str) -> Result<serde_json::Value, Failure> {
    let headers = &[("content-type", JSON)];
    let answer = client.ask(Ask { method, path, headers, body: Some(body.as_bytes()) })?;
    if answer.status == 200 {
        return Ok(answer.json());
    }
    let text: String = answer.text.chars().take(400).collect();
    Err(Failure::new(
        format!("{method} {path} answered {}: {text}", answer.status),
        "read the answer above and the runtime's log; the data are loaded and stay",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::stub;

    #[test]
    fn the_demos_strategies_are_sent_as_they_are_written() {
        let (base, seen) = stub::start(|_| (200, "{}".to_owned()));
        strategies(&Client::new(&base, Some("k"))).unwrap();
        let seen = seen.lock().unwrap();
        assert_eq!(seen[0].0, "PUT /churn/strategies HTTP/1.1");
        let body: serde_json::Value = serde_json::from_slice(&seen[0].2).unwrap();
        assert_eq!(body["strategies"].as_array().unwrap().len(), 8);
    }

    #[test]
    fn a_refused_delivery_is_told_with_its_answer() {
        let (base, _) = stub::start(|_| (503, "busy".to_owned()));
        let failure = deliver(&Client::new(&base, None)).unwrap_err().to_string();
        assert!(failure.contains("/outbox/deliveries answered 503: busy"), "{failure}");
    }
}
