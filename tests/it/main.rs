//! The tests that see morgue from outside: the library as an embedder uses it, the binary as a person does.

mod cli_contract;
mod commands;
mod forms;
mod hostile;
mod incremental;
mod interrupt;
mod sandbox;
