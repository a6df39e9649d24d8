//! A bulk feed: records are made on one thread while another sends them, so that neither waits for the other.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use crate::client::{Answer, Client, NDJSON};
use crate::failure::Failure;
use crate::progress::Progress;

/// Intake refuses more in one request.
pub const MOST_RECORDS: u32 = 100_000;

/// Intake refuses larger bodies; a batch is sent before it comes near.
pub const MOST_BYTES: usize = 30 << 20;

/// Batches that may wait for the sender: enough to keep it busy, few enough to keep memory flat.
const WAITING: usize = 2;

/// One request's worth of records, as bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The last part of the path: `customers`, `assets`, …
    pub kind: &'static str,
    /// NDJSON.
    pub bytes: Vec<u8>,
    /// Lines in it.
    pub records: u32,
}

/// Collects records of one kind after the other and hands full batches on.
pub struct Batches {
    to: SyncSender<Batch>,
    limit: u32,
    open: Batch,
}

/// The receiving end is gone: the sender met an error, which it reports itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

impl Batches {
    /// Starts with the next kind; what is open of the last one is sent.
    pub fn begin(&mut self, kind: &'static str) -> Result<(), Stopped> {
        self.flush()?;
        self.open.kind = kind;
        Ok(())
    }

    /// Where the next record is written, with its line end.
    pub fn line(&mut self) -> &mut Vec<u8> {
        &mut self.open.bytes
    }

    /// The record that was written is complete.
    pub fn end(&mut self) -> Result<(), Stopped> {
        self.open.records += 1;
        if self.open.records >= self.limit || self.open.bytes.len() >= MOST_BYTES {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Sends what is open.
    pub fn flush(&mut self) -> Result<(), Stopped> {
        if self.open.records == 0 {
            return Ok(());
        }
        let capacity = self.open.bytes.len() + self.open.bytes.len() / 8;
        let next = Batch { kind: self.open.kind, bytes: Vec::with_capacity(capacity), records: 0 };
        self.to.send(std::mem::replace(&mut self.open, next)).map_err(|_| Stopped)
    }
}

/// What a feed came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// By kind, in the order of sending.
    pub kinds: Vec<KindDelivered>,
    /// From the first record made to the last answer.
    pub took: Duration,
}

/// One kind of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindDelivered {
    /// `customers`, `assets`, …
    pub kind: &'static str,
    /// Records sent.
    pub records: u64,
    /// Records that the bank knew already.
    pub duplicates: u64,
    /// Time that the requests took.
    pub took: Duration,
}

impl Delivered {
    /// Records of all kinds.
    pub fn records(&self) -> u64 {
        self.kinds.iter().map(|kind| kind.records).sum()
    }

    fn add(&mut self, batch: &Batch, duplicates: u64, took: Duration) {
        let records = u64::from(batch.records);
        match self.kinds.last_mut() {
            Some(last) if last.kind == batch.kind => {
                last.records += records;
                last.duplicates += duplicates;
                last.took += took;
            }
            _ => self.kinds.push(KindDelivered { kind: batch.kind, records, duplicates, took }),
        }
    }
}

/// A line a kind: records, seconds, records a second.
impl std::fmt::Display for Delivered {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for kind in &self.kinds {
            let seconds = kind.took.as_secs_f64();
            let rate = kind.records as f64 / seconds.max(1e-6);
            writeln!(
                formatter,
                "  {:<14}{:>12} records {seconds:>8.1} s {rate:>12.0} /s",
                kind.kind, kind.records
            )?;
        }
        let seconds = self.took.as_secs_f64();
        write!(formatter, "  {:<14}{:>12} records {seconds:>8.1} s", "together", self.records())
    }
}

/// Sends what `make` writes, `records` of it (for the bar), in requests of up to `limit` records.
pub fn deliver(
    client: &Client,
    what: &str,
    records: u64,
    limit: u32,
    make: impl FnOnce(&mut Batches) -> Result<(), Stopped> + Send,
) -> Result<Delivered, Failure> {
    let started = Instant::now();
    let (to, from) = sync_channel(WAITING);
    let open = Batch { kind: "", bytes: Vec::new(), records: 0 };
    let mut batches = Batches { to, limit: limit.clamp(1, MOST_RECORDS), open };
    let mut progress = Progress::over(what, records, "records");
    let mut delivered = std::thread::scope(|scope| {
        // The maker owns its end of the channel, so that the sender's loop ends when it is done.
        scope.spawn(move || match make(&mut batches).and_then(|()| batches.flush()) {
            Ok(()) | Err(Stopped) => drop(batches),
        });
        send_all(client, from, &mut progress)
    })?;
    progress.finish();
    delivered.took = started.elapsed();
    Ok(delivered)
}

/// Makes records and sends them nowhere; how many, and of how many bytes.
pub fn discard(limit: u32, make: impl FnOnce(&mut Batches) -> Result<(), Stopped> + Send) -> (u64, u64) {
    let (to, from) = sync_channel(WAITING);
    let open = Batch { kind: "", bytes: Vec::new(), records: 0 };
    let mut batches = Batches { to, limit: limit.clamp(1, MOST_RECORDS), open };
    std::thread::scope(|scope| {
        scope.spawn(move || match make(&mut batches).and_then(|()| batches.flush()) {
            Ok(()) | Err(Stopped) => drop(batches),
        });
        let sizes = from.iter().map(|batch| (u64::from(batch.records), batch.bytes.len() as u64));
        sizes.fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1))
    })
}

fn send_all(client: &Client, from: Receiver<Batch>, progress: &mut Progress) -> Result<Delivered, Failure> {
    let mut delivered = Delivered::default();
    for batch in from {
        let started = Instant::now();
        let answer = client.post(&format!("/intake/{}", batch.kind), NDJSON, &batch.bytes)?;
        let duplicates = all_accepted(&batch, &answer)?;
        delivered.add(&batch, duplicates, started.elapsed());
        progress.advance(batch.records.into());
    }
    Ok(delivered)
}

/// Data that we made ourselves has no bad records: one that is refused is a fault, and loading on would hide it.
fn all_accepted(batch: &Batch, answer: &Answer) -> Result<u64, Failure> {
    let kind = batch.kind;
    if answer.status != 200 {
        let text: String = answer.text.chars().take(400).collect();
        let advice = match answer.status {
            401 | 403 => "give the administrator's key: --key, or SPIN_VARIABLE_ADMIN_KEY",
            413 => "send fewer records a request",
            _ => "read the answer above and the runtime's log",
        };
        return Err(Failure::new(format!("POST /intake/{kind} answered {}: {text}", answer.status), advice));
    }
    let report = answer.json();
    if report["rejected"].as_u64() != Some(0) {
        let first = &report["errors"][0];
        let line = first["line"].as_u64().unwrap_or(1).max(1) as usize;
        let record = batch.bytes.split(|byte| *byte == b'\n').nth(line - 1).unwrap_or_default();
        return Err(Failure::new(
            format!(
                "intake refused {} of {} {kind}; the first: {first}\n  record: {}",
                report["rejected"],
                batch.records,
                String::from_utf8_lossy(record)
            ),
            "the record and the contract in /openapi.json disagree: correct one of them",
        ));
    }
    Ok(report["duplicates"].as_u64().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::stub;

    fn write(batches: &mut Batches, kind: &'static str, records: u32) -> Result<(), Stopped> {
        batches.begin(kind)?;
        for number in 0..records {
            batches.line().extend_from_slice(format!("{{\"id\":\"{number}\"}}\n").as_bytes());
            batches.end()?;
        }
        Ok(())
    }

    #[test]
    fn records_arrive_in_order_and_in_batches_of_one_kind() {
        let answer = "{\"accepted\":1,\"duplicates\":0,\"rejected\":0,\"errors\":[]}";
        let (base, seen) = stub::start(move |_| (200, answer.to_owned()));
        let client = Client::new(&base, None);
        let delivered = deliver(&client, "test", 7, 4, |batches| {
            write(batches, "organisations", 2)?;
            write(batches, "customers", 5)
        })
        .unwrap();
        assert_eq!(delivered.records(), 7);
        let lines: Vec<_> =
            seen.lock().unwrap().iter().map(|(line, _, body)| (line.clone(), body.len() / 11)).collect();
        let post = |kind: &str| format!("POST /intake/{kind} HTTP/1.1");
        assert_eq!(lines, [(post("organisations"), 2), (post("customers"), 4), (post("customers"), 1)]);
    }

    #[test]
    fn a_refused_record_stops_the_feed_and_is_shown() {
        let answer =
            "{\"accepted\":1,\"duplicates\":0,\"rejected\":1,\"errors\":[{\"line\":2,\"detail\":\"no\"}]}";
        let (base, _) = stub::start(move |_| (200, answer.to_owned()));
        let client = Client::new(&base, None);
        let failure =
            deliver(&client, "test", 900, 3, |batches| write(batches, "customers", 900)).unwrap_err();
        assert!(failure.to_string().contains("record: {\"id\":\"1\"}"), "{failure}");
    }

    #[test]
    fn a_missing_key_is_explained() {
        let (base, _) = stub::start(|_| (401, "{}".to_owned()));
        let failure =
            deliver(&Client::new(&base, None), "test", 1, 9, |batches| write(batches, "customers", 1));
        assert!(failure.unwrap_err().to_string().contains("administrator's key"));
    }
}
