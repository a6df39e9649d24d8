//! Keep-alive clients on plain sockets: what they cost is the same for whoever answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::bank::Bank;
use crate::demo::plan::Plan;
use crate::demo::random::Random;
use crate::demo::write::Line;
use crate::failure::{Failure, OrAdvise};

const ADVICE: &str = "read the runtime's log";

/// Ids are never used twice in one process.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// Whom to send webhooks to.
pub struct Target {
    address: String,
    key: String,
    plan: Plan,
}

/// What clients saw.
#[derive(Debug, Clone, Default)]
pub struct Load {
    /// Of each acknowledged request, sorted.
    pub latencies: Vec<Duration>,
    /// From the first request to the last answer.
    pub took: Duration,
}

impl Load {
    /// Requests a second.
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.took.as_secs_f64()
    }
}

impl Target {
    /// A server of the bank's customers.
    pub fn new(address: &str, bank: &Bank) -> Self {
        Self { address: address.to_owned(), key: bank.key.clone(), plan: bank.plan }
    }

    /// So many clients, each with one request after the other, for a while.
    pub fn load(&self, clients: usize, time: Duration) -> Result<Load, Failure> {
        let streams: Vec<TcpStream> = (0..clients).map(|_| self.connect()).collect::<Result<_, _>>()?;
        let began = Instant::now();
        let parts = std::thread::scope(|scope| {
            let running: Vec<_> = streams
                .into_iter()
                .map(|stream| scope.spawn(move || self.send_until(stream, began + time)))
                .collect();
            let ended = |thread: std::thread::ScopedJoinHandle<'_, _>| {
                thread.join().unwrap_or_else(|_| Err(Failure::new("a client panicked", ADVICE)))
            };
            running.into_iter().map(ended).collect::<Result<Vec<Vec<Duration>>, Failure>>()
        })?;
        let took = began.elapsed();
        let mut latencies: Vec<Duration> = parts.into_iter().flatten().collect();
        latencies.sort_unstable();
        Ok(Load { latencies, took })
    }

    fn connect(&self) -> Result<TcpStream, Failure> {
        let stream = TcpStream::connect(&self.address).or_advise(&self.address, ADVICE)?;
        stream.set_nodelay(true).or_advise(&self.address, ADVICE)?;
        Ok(stream)
    }

    fn send_until(&self, stream: TcpStream, until: Instant) -> Result<Vec<Duration>, Failure> {
        let mut writer = stream.try_clone().or_advise(&self.address, ADVICE)?;
        let mut reader = BufReader::new(stream);
        let (mut latencies, mut line) = (Vec::new(), String::new());
        while Instant::now() < until {
            let request = self.request();
            let began = Instant::now();
            writer.write_all(&request).or_advise("sending a webhook", ADVICE)?;
            let status = answer(&mut reader, &mut line).or_advise("reading an answer", ADVICE)?;
            latencies.push(began.elapsed());
            if !(200..300).contains(&status) {
                return Err(Failure::new(format!("a webhook was answered {status}"), ADVICE));
            }
        }
        Ok(latencies)
    }

    fn request(&self) -> Vec<u8> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut random = Random::of(self.plan.seed, 13, number);
        let customer = random.below(self.plan.customers);
        let mut body = Vec::with_capacity(256);
        let mut line = Line::new(&mut body);
        line.text("source", "hook").id("id", b'H', number);
        line.text("occurred_at", &format!("{}T12:00:00+08:00", self.plan.last_month.last_day()));
        line.id("customer_id", b'C', customer).id("account_id", b'D', customer);
        line.text("kind", "deposit").money("amount", random.between(100, 900_000)).text("channel", "mobile");
        line.end();
        let mut request = format!(
            "POST /intake/transactions HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\nprefer: return=minimal\r\ncontent-length: {}\r\n\r\n",
            self.address,
            self.key,
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(&body);
        request
    }
}

/// Reads one answer and says its status.
fn answer(reader: &mut impl BufRead, line: &mut String) -> std::io::Result<u16> {
    let ended = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    line.clear();
    reader.read_line(line)?;
    let status = line.split(' ').nth(1).and_then(|text| text.parse().ok()).ok_or_else(ended)?;
    let mut length = 0;
    loop {
        line.clear();
        if reader.read_line(line)? == 0 {
            return Err(ended());
        }
        if line.trim_end().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(|_| ended())?;
        }
    }
    std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink())?;
    Ok(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_it_says() {
        let text = "HTTP/1.1 204 No Content\r\ndate: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        let (mut reader, mut line) = (BufReader::new(text.as_bytes()), String::new());
        assert_eq!(answer(&mut reader, &mut line).unwrap(), 204);
        assert_eq!(answer(&mut reader, &mut line).unwrap(), 200);
        assert!(answer(&mut reader, &mut line).is_err());
    }
}
