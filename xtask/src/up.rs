//! `cargo xtask up`: from a checkout to a bank that answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::NaiveDate;

use crate::build;
use crate::cli::Up;
use crate::client::{Client, JSON};
use crate::demo::plan::Plan;
use crate::demo::{self, RECORDS_A_REQUEST, SEED, points, review, sales};
use crate::failure::{Failure, OrAdvise};
use crate::gateway;
use crate::month::{CalendarMonth, parse_date, today};
use crate::runtime::{Launch, Runtime};
use crate::secret::{KEY_VARIABLE, Key, key_for};

/// Does it all, and returns when Ctrl-C or a termination signal came.
pub fn up(options: &Up) -> Result<(), Failure> {
    let as_of = options.as_of.as_deref().map_or_else(|| Ok(today()), parse_date)?;
    let plan = Plan::new(options.customers, SEED, as_of)?;
    if !options.no_build {
        build::everything()?;
    }
    let key = key_for(&options.state)?;
    // Before the child starts: from here on Ctrl-C means an orderly stop.
    let asked_to_stop = listen_for_stop()?;
    let stand_in = gateway::stand_in()?;
    let mut runtime = Runtime::start(&Launch {
        kind: options.runtime,
        listen: options.listen,
        state: options.state.clone(),
        key: key.text().to_owned(),
        cron: true,
        options: Vec::new(),
        variables: stand_in.as_ref().map(gateway::variables).unwrap_or_default(),
    })?;
    let client = Client::new(runtime.base(), Some(key.text()));
    let filled = match options.no_demo {
        true => None,
        false => fill_until_stopped(&mut runtime, &client, &plan, &asked_to_stop)?,
    };
    if !asked_to_stop.load(Ordering::Relaxed) {
        let page = stand_in.as_ref().map(|gateway| gateway.origin());
        println!("{}", welcome(runtime.base(), &key, filled.is_some(), plan.last_month, page.as_deref()));
    }
    while !asked_to_stop.load(Ordering::Relaxed) {
        if !runtime.is_running() {
            return Err(runtime.ended());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    eprintln!("Stopping · 正在停止");
    runtime.stop();
    Ok(())
}

fn listen_for_stop() -> Result<Arc<AtomicBool>, Failure> {
    let asked = Arc::new(AtomicBool::new(false));
    let seen = asked.clone();
    ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::Relaxed) {
            eprintln!("Already stopping · 正在停止");
        }
    })
    .or_advise("listening for Ctrl-C", "start from a terminal")?;
    Ok(asked)
}

/// A bank that has the demo's customers; none when somebody else's data are there.
struct DemoBank;

/// Fills the bank; Ctrl-C in between stops the runtime, and what the loader then says of it is no news.
fn fill_until_stopped(
    runtime: &mut Runtime,
    client: &Client,
    plan: &Plan,
    asked_to_stop: &AtomicBool,
) -> Result<Option<DemoBank>, Failure> {
    let filled = std::thread::scope(|scope| {
        let work = scope.spawn(|| fill(client, plan, asked_to_stop));
        while !work.is_finished() {
            if asked_to_stop.load(Ordering::Relaxed) {
                runtime.stop();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        work.join().unwrap_or(Ok(None))
    });
    if asked_to_stop.load(Ordering::Relaxed) { Ok(None) } else { filled }
}

/// Fills an empty bank and reviews it twice, so that there are moves to look at; then come its points programme, managers
/// and sales, which a bank that was filled before gets too. Leaves any other bank alone.
fn fill(client: &Client, plan: &Plan, asked_to_stop: &AtomicBool) -> Result<Option<DemoBank>, Failure> {
    if is_demo(client)? {
        furnish(client, plan)?;
        return Ok(Some(DemoBank));
    }
    if customers(client, plan.last_month.last_day())? > 0 {
        return Ok(None);
    }
    let delivered = demo::load(client, plan, RECORDS_A_REQUEST)?;
    eprintln!("{delivered}");
    gateway::strategies(client)?;
    for as_of in reviews(plan) {
        if !asked_to_stop.load(Ordering::Relaxed) {
            eprintln!("  {}", review::line(as_of, &review::review(client, as_of)?));
            eprintln!("  {}", review::check_line(as_of, &review::check(client, as_of)?));
        }
    }
    eprintln!("  {}", gateway::deliver(client)?);
    if !asked_to_stop.load(Ordering::Relaxed) {
        furnish(client, plan)?;
    }
    Ok(Some(DemoBank))
}

/// The points programme, managers and sales, up to yesterday: whatever date the bank's months end with, points end and
/// sales are decided by the clock.
pub fn furnish(client: &Client, plan: &Plan) -> Result<(), Failure> {
    for furnish in [points::furnish, sales::furnish] {
        if let Some(line) = furnish(client, plan, today())? {
            eprintln!("  {line}");
        }
    }
    Ok(())
}

/// The dates of the first two reviews: the second finds who moved since the first.
pub fn reviews(plan: &Plan) -> [NaiveDate; 2] {
    [plan.last_month.plus(-1).last_day(), plan.last_month.last_day()]
}

fn is_demo(client: &Client) -> Result<bool, Failure> {
    let answer = client.get("/customers/C00000000/assets")?;
    match answer.status {
        200 => Ok(true),
        404 => Ok(false),
        401 | 403 => Err(Failure::new(
            "the running bank does not know this key",
            "remove admin_key from the state directory, or unset SPIN_VARIABLE_ADMIN_KEY",
        )),
        status => Err(Failure::new(
            format!("GET /customers/C00000000/assets answered {status}: {}", answer.text),
            "read the runtime's log in the state directory, or start with --no-demo",
        )),
    }
}

/// Customers in the book. A what-if counts them and changes nothing.
fn customers(client: &Client, as_of: NaiveDate) -> Result<u64, Failure> {
    let body = format!("{{\"as_of\":\"{as_of}\"}}");
    let answer = client.post("/tiers/schemes/seed-2023/what-if", JSON, body.as_bytes())?;
    Ok(answer.json()["customers"].as_u64().unwrap_or(0))
}

/// What to know and what to try. The requests work as they stand. `messages` is the page of the stand-in, where there
/// is one.
pub fn welcome(
    base: &str,
    key: &Key,
    is_demo: bool,
    last_month: CalendarMonth,
    messages: Option<&str>,
) -> String {
    let bearer = match key {
        Key::Given(_) => format!("-H \"Authorization: Bearer ${KEY_VARIABLE}\""),
        Key::Made(key) => format!("-H 'Authorization: Bearer {key}'"),
    };
    let mut text = format!("\nKezhi is ready · 客值已就绪\n  address · 地址   {base}\n");
    if let Key::Made(key) = key {
        text.push_str(&format!("  key · 密钥       {key}\n"));
    }
    if let Some(page) = messages {
        text.push_str(&format!("  messages · 消息  {page}/ (delivered alerts · 已送达的预警)\n"));
    }
    let json = "-H 'Content-Type: application/json'";
    let as_of = last_month.last_day();
    if !is_demo {
        text.push_str(&format!(
            "\nMake a branch · 新建网点\n  curl -s {base}/intake/organisations {bearer} {json} -d '{{\"id\":\"branch-1\",\"name\":\"第一支行\"}}'\n"
        ));
        text.push_str(&format!(
            "\nTake in a customer · 录入客户\n  curl -s {base}/intake/customers {bearer} {json} -d '{{\"id\":\"new-1\",\"organisation_id\":\"branch-1\",\"name\":\"王小明\"}}'\n"
        ));
    }
    let known = if is_demo { points::customer_id(points::REGULAR) } else { "new-1".to_owned() };
    text.push_str(&format!(
        "\nTry the scheme on the whole book · 全行试算\n  curl -s {base}/tiers/schemes/seed-2023/what-if {bearer} {json} -d '{{\"as_of\":\"{as_of}\"}}'\n"
    ));
    text.push_str(&format!(
        "\nExplain a tier · 解释客户等级\n  curl -s '{base}/customers/{known}/tier/explanation?lang=zh' {bearer}\n"
    ));
    if is_demo {
        text.push_str(&format!(
            "\nShow a customer's points · 查询客户积分\n  curl -s {base}/points/accounts/{known} {bearer}\n"
        ));
        text.push_str(&format!(
            "\nPropose managers for everybody who waits · 为待分配客户推荐客户经理\n  curl -s {base}/assignments/proposals {bearer} {json} -d '{{\"scope\":\"waiting\"}}'\n"
        ));
        let from = last_month.first_day();
        text.push_str(&format!(
            "\nRank who sold most · 销售排名\n  curl -s '{base}/sales/ranking?from={from}' {bearer}\n"
        ));
    }
    text.push_str("\nCtrl-C stops · 按 Ctrl-C 停止");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::stub;

    fn plan() -> Plan {
        Plan::new(40, SEED, parse_date("2026-11-22").unwrap()).unwrap()
    }

    /// A bank that takes everything in, and knows nobody or somebody.
    fn bank(known: u16, customers: u32) -> (Client, Arc<std::sync::Mutex<Vec<stub::Seen>>>) {
        let (base, seen) = stub::start(move |(line, ..)| match line.split(' ').nth(1).unwrap() {
            "/customers/C00000000/assets" => (known, "{}".to_owned()),
            "/tiers/reviews" => (200, r#"{"customers":40}"#.to_owned()),
            path if path.starts_with("/tiers/") => (200, format!("{{\"customers\":{customers}}}")),
            _ => (200, r#"{"accepted":1,"duplicates":0,"rejected":0,"errors":[]}"#.to_owned()),
        });
        (Client::new(&base, Some("k")), seen)
    }

    #[test]
    fn an_empty_bank_is_filled_and_reviewed_at_the_last_two_month_ends() {
        let (client, seen) = bank(404, 0);
        assert!(fill(&client, &plan(), &AtomicBool::new(false)).unwrap().is_some());
        let seen = seen.lock().unwrap();
        let reviews: Vec<_> = seen
            .iter()
            .filter(|(line, ..)| line.contains("/tiers/reviews"))
            .map(|(.., body)| String::from_utf8_lossy(body).into_owned())
            .collect();
        assert_eq!(reviews, [r#"{"as_of":"2026-09-30"}"#, r#"{"as_of":"2026-10-31"}"#]);
    }

    #[test]
    fn a_bank_with_somebody_elses_data_is_left_alone() {
        let (client, seen) = bank(404, 7);
        assert!(fill(&client, &plan(), &AtomicBool::new(false)).unwrap().is_none());
        assert!(seen.lock().unwrap().iter().all(|(line, ..)| !line.contains("/intake/")));
    }

    #[test]
    fn a_given_key_is_never_printed() {
        let month = plan().last_month;
        let text = welcome("http://127.0.0.1:3000", &Key::Given("s3cret".to_owned()), true, month, None);
        assert!(!text.contains("s3cret") && text.contains("$SPIN_VARIABLE_ADMIN_KEY"), "{text}");
        let text = welcome("http://127.0.0.1:3000", &Key::Made("made".to_owned()), true, month, None);
        assert_eq!(text.matches("Bearer made").count(), 5);
    }

    #[test]
    fn the_page_of_messages_is_named_where_there_is_one() {
        let text = |messages| {
            welcome("http://127.0.0.1:3000", &Key::Made("k".to_owned()), true, plan().last_month, messages)
        };
        assert!(text(Some("http://127.0.0.1:4711")).contains("消息  http://127.0.0.1:4711/"));
        assert!(!text(None).contains("消息"));
    }
}
