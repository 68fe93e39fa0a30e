//! Rows of comma-separated values.

use std::io::{self, Write};

/// Writes rows; a field with commas, quotes or newlines is quoted.
pub(super) struct Table<'a> {
    writer: csv::Writer<&'a mut dyn Write>,
}

impl<'a> Table<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Table<'a> {
        let writer = csv::WriterBuilder::new().flexible(true).from_writer(out);
        Table { writer }
    }

    pub(super) fn row<I>(&mut self, fields: I) -> io::Result<()>
    where
        I: IntoIterator,
        I::Item: AsRef<[u8]>,
    {
        self.writer.write_record(fields).map_err(as_io)
    }

    pub(super) fn end(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// The error of the writer below, so that a closed pipe is still known as one.
fn as_io(error: csv::Error) -> io::Error {
    let text = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::other(text),
    }
}

/// Several values in one field.
pub(super) fn joined(values: &[String]) -> String {
    values.join("; ")
}
