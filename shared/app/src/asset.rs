//! Asset monitoring: whose assets rose or fell, large movements of money and the rules that say what is large, totals
//! over time.

mod change;
mod large;
mod month;
mod rule;
mod sight;
mod total;

pub use change::{ChangeFilter, Moved, MovementFilter, changes, movements};
pub use large::{LargeFilter, LargeMovement, Position, large_movements};
pub use rule::replace_rules;
pub use sight::Sight;
pub use total::{Grouping, TotalFilter, TotalLine, totals};
