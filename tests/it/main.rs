//! The tests that see morgue from outside: the library as an embedder uses it, the binary as a person does.

#![allow(clippy::unwrap_used)]

mod commands;
mod fields;
mod forms;
mod layers;
mod readme;
mod sample;
mod schemas;
