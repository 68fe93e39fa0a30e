//! The binary as a person sees it: the commands of `tests/cmd/` with their whole output.

// `TRYCMD=overwrite cargo test` writes what the commands print now; read the difference before keeping it.
#[test]
fn commands_print_what_is_written() {
    trycmd::TestCases::new()
        .env("MORGUE_ARCHIVE", "")
        .env("NO_COLOR", "1")
        .case("tests/cmd/*.trycmd");
}

// A reader that has gone is no error and no reason to speak.
#[cfg(unix)]
#[test]
fn closed_pipe_is_success() {
    use std::process::{Command, Stdio};

    let mut child = Command::new(env!("CARGO_BIN_EXE_morgue"))
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Closed before anything is read.
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr), (Some(0), Vec::new()));
}
