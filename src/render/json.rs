//! JSON for programs that a terminal may show: what could steer it stands escaped, so nothing is lost and nothing acts.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use super::clean::is_hostile;

/// Writes a value as compact JSON, without a newline.
///
/// # Errors
/// Those of the writer.
pub fn json<T: Serialize + ?Sized>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(out, Escaping(CompactFormatter));
    value.serialize(&mut serializer).map_err(io::Error::from)
}

/// The compact form with more characters escaped.
struct Escaping(CompactFormatter);

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut from = 0;
        for (at, c) in fragment.char_indices().filter(|(_, c)| is_hostile(*c)) {
            let before = fragment.get(from..at).unwrap_or_default();
            self.0.write_string_fragment(writer, before)?;
            write!(writer, "\\u{:04x}", u32::from(c))?;
            from = at + c.len_utf8();
        }
        let rest = fragment.get(from..).unwrap_or_default();
        self.0.write_string_fragment(writer, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // A program reads what was there, and a terminal shows it without doing it.
    #[test]
    fn nothing_acts_and_nothing_is_lost() {
        let text = "a\u{9b}31m \u{202e}b\u{feff} \u{1b}é\n";
        let mut out = Vec::new();
        json(text, &mut out).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert_eq!(written, r#""a\u009b31m \u202eb\ufeff \u001bé\n""#);
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}
