//! A bank's message gateway (`POST /sms`, `POST /mail`, `POST /partner`) as a receiver of signed messages has to be: it
//! checks the signature, keeps one message an id, and answers at once. A script makes it misbehave.
//!
//! For tests and the demo; it keeps everything in memory and listens on this machine alone.

mod page;
mod request;
mod server;
mod signature;

use std::collections::{BTreeMap, VecDeque};
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A message that was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// Its `webhook-id`.
    pub id: String,
    /// `sms`, `mail` or `partner`: the path it came by.
    pub channel: &'static str,
    /// The body to the byte.
    pub body: String,
    /// Its `webhook-timestamp` and `partner-signature`, for the partner to check.
    pub for_partner: (String, String),
}

impl Message {
    /// The body as JSON, which it was when it was taken.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// What the gateway does with the next message whose signature is right, instead of its duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Takes nothing and answers this.
    Refuse {
        /// The status.
        status: u16,
        /// The header `Retry-After`, in seconds.
        retry_after_s: Option<u32>,
    },
    /// Takes the message and closes the connection without an answer.
    Close,
    /// Takes the message and never answers.
    Hold,
}

/// What the gateway has seen so far.
#[derive(Debug, Default)]
pub struct Seen {
    messages: Vec<Message>,
    receptions: BTreeMap<String, u32>,
    forged: u32,
    held: u32,
    script: VecDeque<Turn>,
}

impl Seen {
    /// The messages taken, oldest first, each id once.
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// How often a message of this id came with a right signature, whatever was answered.
    pub fn receptions(&self, id: &str) -> u32 {
        self.receptions.get(id).copied().unwrap_or(0)
    }

    /// How often any message came with a right signature.
    pub fn all_receptions(&self) -> u32 {
        self.receptions.values().sum()
    }

    /// Requests whose signature was not right.
    pub fn forged(&self) -> u32 {
        self.forged
    }

    /// Requests that were taken and never answered.
    pub fn held(&self) -> u32 {
        self.held
    }
}

/// What the threads of a gateway share.
struct Shared {
    seen: Mutex<Seen>,
    changed: Condvar,
    key: Vec<u8>,
    stopping: AtomicBool,
}

impl Shared {
    /// A thread that panicked has left whole entries behind: what was seen stays usable.
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A listening gateway. Dropping it ends the listening.
pub struct Gateway {
    shared: Arc<Shared>,
    address: SocketAddr,
    secret: String,
}

impl Gateway {
    /// Listens on a free port of this machine, with a secret of its own.
    ///
    /// # Errors
    /// When there is no port, or no randomness for the secret.
    pub fn start() -> std::io::Result<Self> {
        let mut key = vec![0; 32];
        std::fs::File::open("/dev/urandom")?.read_exact(&mut key)?;
        let secret = format!("whsec_{}", STANDARD.encode(&key));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            seen: Mutex::default(),
            changed: Condvar::new(),
            key,
            stopping: AtomicBool::new(false),
        });
        let serving = shared.clone();
        std::thread::spawn(move || server::serve(&listener, &serving));
        Ok(Self { shared, address, secret })
    }

    /// `http://127.0.0.1:port`
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The secret that signatures are made with: `whsec_` and base64.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// What comes next, before it does its duty again. Replaces what was left of an earlier script.
    pub fn script(&self, turns: impl IntoIterator<Item = Turn>) {
        self.shared.seen().script = turns.into_iter().collect();
    }

    /// The messages taken, oldest first, each id once.
    pub fn messages(&self) -> Vec<Message> {
        self.shared.seen().messages.clone()
    }

    /// How often a message of this id came with a right signature, whatever was answered.
    pub fn receptions(&self, id: &str) -> u32 {
        self.shared.seen().receptions(id)
    }

    /// Looks at everything that was seen, as of one moment.
    pub fn look<T>(&self, at: impl FnOnce(&Seen) -> T) -> T {
        at(&self.shared.seen())
    }

    /// Waits until something has happened; false when the deadline came first.
    pub fn wait_until(&self, deadline: Instant, happened: impl Fn(&Seen) -> bool) -> bool {
        let mut seen = self.shared.seen();
        while !happened(&seen) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            seen = match self.shared.changed.wait_timeout(seen, left) {
                Ok((seen, _)) => seen,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
        true
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::Release);
        // The listening thread looks up when somebody comes.
        let _woken = TcpStream::connect(self.address);
    }
}
