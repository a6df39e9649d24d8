//! Use cases: load, decide, save.
