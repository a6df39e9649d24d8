//! How many requests of one component run side by side.
//!
//! A guest is synchronous while it computes or asks the database, so a second instance buys nothing but a second
//! writer, and SQLite's writers wait for each other by polling: funnelled through one instance, sixteen clients write
//! faster and far more evenly than on sixteen connections. A request that takes long must not hold up the others,
//! though: who has waited its patience goes past, and an instance more is started if all are busy.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

/// Requests that run at once while none takes long.
const LANES: usize = 1;

/// Requests that may go past besides; each may need an instance of its own.
const PASSING: usize = 15;

/// Several times what a short request takes, a fraction of what a person notices.
const PATIENCE: Duration = Duration::from_millis(10);

/// A component's gate.
pub struct Gate {
    lanes: Semaphore,
    passing: Semaphore,
}

impl Default for Gate {
    fn default() -> Self {
        Gate { lanes: Semaphore::new(LANES), passing: Semaphore::new(PASSING) }
    }
}

impl Gate {
    /// Waits for the request's turn, which lasts as long as the permit. The gate is never closed: None cannot occur.
    pub async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        if let Ok(permit) = self.lanes.try_acquire() {
            return Some(permit);
        }
        match tokio::time::timeout(PATIENCE, self.lanes.acquire()).await {
            Ok(permit) => permit.ok(),
            Err(_) => tokio::select! {
                permit = self.passing.acquire() => permit.ok(),
                permit = self.lanes.acquire() => permit.ok(),
            },
        }
    }
}
