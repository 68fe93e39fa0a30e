//! The tests that see morgue from outside: the library as an embedder uses it, the binary as a person does.

// A panic is how a test fails; the helpers of tests are not known as tests to the lint.
#![allow(clippy::unwrap_used)]

mod bombs;
mod campaign;
mod cli_contract;
mod commands;
mod compat;
mod damage;
mod embedding;
mod escapes;
mod fields;
mod forms;
mod giant;
mod hints;
mod hostile;
mod incremental;
mod interrupt;
mod layers;
mod names;
mod order;
mod readme;
mod sample;
mod sandbox;
mod schemas;
mod stories;
mod together;
