//! A request's turn on the one thread that polls everything: sockets, timers, guests.
//!
//! A short request begins and ends there; handed from thread to thread it would cost twice as much. A request that
//! takes longer steps aside: it keeps the thread it runs on, and another thread takes over the polling.

use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::task::block_in_place;

/// Several webhooks' time; a statement that begins later is no reason for others to wait.
const SHORT: Duration = Duration::from_millis(2);

/// Between two looks whether another thread has taken over; a new thread is there after a few of them.
const HANDOVER: Duration = Duration::from_micros(50);
const HANDOVERS: usize = 10;

/// After an attempt in vain; waiting more often would cost more than it gives.
const BETWEEN_HANDOVERS: Duration = Duration::from_millis(20);

/// Between two attempts at a lock that another writer holds.
const BETWEEN_ATTEMPTS: Duration = Duration::from_micros(500);

/// How long a writer waits for another one, as on Spin.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// When the latest request of an instance began, when it has to be done, and whether it has stepped aside. Shared
/// with the instance's database connections, because neither the epoch nor a dropped future ends a statement.
#[derive(Clone, Debug)]
pub struct Turn(Arc<Times>);

#[derive(Debug)]
struct Times {
    /// Microseconds since the start of the process, like the deadline.
    began: AtomicU64,
    deadline: AtomicU64,
    aside: AtomicBool,
    /// Before this no other thread is asked to take over.
    next_handover: AtomicU64,
}

impl Default for Turn {
    fn default() -> Self {
        let (began, deadline) = (AtomicU64::new(micros()), AtomicU64::new(u64::MAX));
        Turn(Arc::new(Times {
            began,
            deadline,
            aside: AtomicBool::new(false),
            next_handover: AtomicU64::new(0),
        }))
    }
}

impl Turn {
    /// Begins a request that has to be done within the limit.
    pub fn begin(&self, limit: Duration) {
        let now = micros();
        self.0.began.store(now, Relaxed);
        let limit = u64::try_from(limit.as_micros()).unwrap_or(u64::MAX);
        self.0.deadline.store(now.saturating_add(limit), Relaxed);
    }

    /// Looks at the clock in the midst of a statement or a guest's computation: what has become long steps aside, once
    /// until [`Turn::returned`]. True when it is over, so long after its deadline.
    pub fn is_over(&self, grace: Duration) -> bool {
        let times = &*self.0;
        if !self.is_short() && !times.aside.load(Relaxed) && micros() >= times.next_handover.load(Relaxed) {
            times.aside.store(hand_over(), Relaxed);
            let pause = u64::try_from(BETWEEN_HANDOVERS.as_micros()).unwrap_or(u64::MAX);
            times.next_handover.store(micros().saturating_add(pause), Relaxed);
        }
        u128::from(micros().saturating_sub(self.0.deadline.load(Relaxed))) > grace.as_micros()
    }

    /// Runs a statement: here while the request is short, otherwise aside.
    pub fn run<T>(&self, statement: impl FnOnce() -> T) -> T {
        if self.is_short() { statement() } else { block_in_place(statement) }
    }

    fn is_short(&self) -> bool {
        let running = micros().saturating_sub(self.0.began.load(Relaxed));
        u128::from(running) < SHORT.as_micros()
    }

    /// The guest waits for something; when it goes on, it does so on the polling thread.
    pub fn returned(&self) {
        self.0.aside.store(false, Relaxed);
    }
}

/// Gives the polling to another thread. False when none has taken it so far.
fn hand_over() -> bool {
    let taken = Arc::new(AtomicBool::new(false));
    let by_another = taken.clone();
    tokio::spawn(async move { by_another.store(true, Relaxed) });
    block_in_place(|| {
        (0..HANDOVERS).any(|_| {
            std::thread::sleep(HANDOVER);
            taken.load(Relaxed)
        })
    })
}

/// Another connection holds the lock: waits aside; false when that was in vain. SQLite counts the attempts.
pub fn wait_for_lock(attempts: i32) -> bool {
    let waited = BETWEEN_ATTEMPTS.saturating_mul(attempts.unsigned_abs());
    let patient = waited < LOCK_PATIENCE;
    if patient {
        block_in_place(|| std::thread::sleep(BETWEEN_ATTEMPTS));
    }
    patient
}

fn micros() -> u64 {
    u64::try_from(START.elapsed().as_micros()).unwrap_or(u64::MAX)
}
