//! What a developer does with the repository beyond `cargo build`: start the bank, test it, check it, measure it.
//!
//! A library as well, because the tests start the same runtime and load the same data.

pub mod bench;
pub mod berka;
pub mod build;
pub mod check;
pub mod cli;
pub mod client;
pub mod demo;
pub mod failure;
pub mod feed;
pub mod gateway;
pub mod month;
pub mod openapi;
pub mod progress;
pub mod run;
pub mod runtime;
pub mod secret;
pub mod test;
pub mod up;
pub mod workspace;
