//! How many requests of one component run side by side.
//!
//! A guest is synchronous while it computes or asks the database, so a second instance buys nothing but a second
//! writer, and SQLite's writers wait for each other by polling: funnelled through one instance, sixteen clients write
//! faster and far more evenly than on sixteen connections. Requests therefore take turns. One that takes long must
//! not hold up the others, though: after a while it goes on without its turn, and the next gets an instance of its
//! own.

use std::time::Duration;

use tokio::sync::Semaphore;

/// Requests that have their turn at the same time.
const TURNS: usize = 1;

/// Requests that may go on without one; each occupies an instance.
const LONG_RUNNING: usize = 15;

/// Several times what a short request takes with its fsync, a fraction of what a person notices.
const TURN: Duration = Duration::from_millis(20);

/// A component's gate.
pub struct Gate {
    turns: Semaphore,
    long_running: Semaphore,
}

impl Default for Gate {
    fn default() -> Self {
        Gate { turns: Semaphore::new(TURNS), long_running: Semaphore::new(LONG_RUNNING) }
    }
}

impl Gate {
    /// Runs `work` when it is its turn.
    pub async fn pass<T>(&self, work: impl Future<Output = T>) -> T {
        // The semaphores are never closed, so a permit is all that waiting can end with.
        let turn = self.turns.acquire().await;
        let mut work = std::pin::pin!(work);
        if let Ok(done) = tokio::time::timeout(TURN, work.as_mut()).await {
            return done;
        }
        let Ok(_long_running) = self.long_running.try_acquire() else {
            return work.await;
        };
        drop(turn);
        work.await
    }
}
