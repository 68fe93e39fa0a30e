#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]
use morgue::*;
fn main() {
    let options = EnrichOptions::default();
    for text in [
        "a".repeat(2_000_000),
        "a ".repeat(1_000_000),
        "A. ".repeat(600_000),
        "\n\n4 May 2021".repeat(150_000),
        "By Jane Doe\n".repeat(150_000),
        "1.2.".repeat(400_000),
        "Foto: X\n".repeat(200_000),
        "Read more\nabcdefGhijk lmn opq rst uvw\n".repeat(50_000),
        "\u{301}\u{200d}é".repeat(300_000),
        "(AP) - ".repeat(250_000),
        "aB".repeat(800_000),
        "abcd efgh ijkl mnoP qrs tuv wxy ".repeat(50_000),
        "Jane Doe\n\n".repeat(200_000),
        "Same headline of five words\n".repeat(70_000),
        "# x\n".repeat(400_000),
        "a,\n".repeat(400_000),
        ",\n.\nab cd\n".repeat(200_000),
        "4 May 2021 by Jane Doe. This is what happened here today in the town!\n".repeat(30_000),
        "© 2021 X\n".repeat(200_000),
        "Dr. ".repeat(400_000),
    ] {
        let t = std::time::Instant::now();
        let _ = enrich(
            Draft {
                text: Some(text.clone()),
                ..Draft::default()
            },
            &options,
        );
        println!(
            "{:?} {:?} {}",
            t.elapsed(),
            &text.chars().take(20).collect::<String>(),
            text.len()
        );
    }
}
