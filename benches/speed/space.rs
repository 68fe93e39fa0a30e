//! What an archive keeps on disk, by index field and by file.

use std::collections::BTreeMap;
use std::path::Path;

use tantivy::Index;
use tantivy::directory::{Directory, RamDirectory};
use tantivy::space_usage::PerFieldSpaceUsage;
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager, WhitespaceTokenizer};

use crate::raw::Failure;

/// What stands behind the content of a file of blocks, and in the last line of a file that is read whole.
const TAIL: usize = 20;
const MAGIC: &[u8] = b"MORGUEB1";
const LINE: usize = 17;

/// Columns of the table: dictionary, postings, positions, columns, norms.
type Parts = [u64; 5];

/// Prints the bytes of each index field and of each file beside the index, the dearest first.
pub(crate) fn print(archive: &Path, text: u64) -> Result<(), Failure> {
    let (directory, beside) = read(archive)?;
    let index = Index::open(directory)?;
    let tokenizers = TokenizerManager::new();
    for name in ["raw", "stemmed", "zoned", "scoped", "default"] {
        tokenizers.register(name, TextAnalyzer::from(WhitespaceTokenizer::default()));
    }
    let mut index = index;
    index.set_tokenizers(tokenizers);
    let usage = index.reader()?.searcher().space_usage()?;
    let mut fields: BTreeMap<String, Parts> = BTreeMap::new();
    let mut store = 0;
    for segment in usage.segments() {
        let parts: [&PerFieldSpaceUsage; 5] = [
            segment.termdict(),
            segment.postings(),
            segment.positions(),
            segment.fast_fields(),
            segment.fieldnorms(),
        ];
        for (at, part) in parts.iter().enumerate() {
            for field in part.fields() {
                let name = field.field_name().replace('\u{1}', ".");
                fields.entry(name).or_default()[at] += field.total().get_bytes();
            }
        }
        store += segment.store().total().get_bytes();
    }
    let mut rows: Vec<(String, Parts)> = fields.into_iter().collect();
    rows.sort_by_key(|(_, parts)| std::cmp::Reverse(parts.iter().sum::<u64>()));
    let kb = |bytes: u64| bytes.div_ceil(1000);
    println!("| kB | all | dictionary | postings | positions | columns | norms |");
    println!("|---|---|---|---|---|---|---|");
    println!("| stored articles | {} |  |  |  |  |  |", kb(store));
    let mut sums = Parts::default();
    for (name, parts) in &rows {
        let shown = parts.map(|bytes| kb(bytes).to_string()).join(" | ");
        println!("| {name} | {} | {shown} |", kb(parts.iter().sum()));
        for (sum, part) in sums.iter_mut().zip(parts) {
            *sum += part;
        }
    }
    let shown = sums.map(|bytes| kb(bytes).to_string()).join(" | ");
    println!("| all fields | {} | {shown} |", kb(sums.iter().sum()));
    for (name, bytes) in &beside {
        println!("| {name} | {} |  |  |  |  |  |", kb(*bytes));
    }
    let all = crate::process::size(archive);
    let ratio = match text {
        0 => String::new(),
        text => format!("; of the text {:.2}", all as f64 / text as f64),
    };
    println!("\nall files {} kB{ratio}\n", kb(all));
    Ok(())
}

/// The files of the engine without their checksums, and the sizes of the others.
fn read(archive: &Path) -> Result<(RamDirectory, BTreeMap<String, u64>), Failure> {
    let directory = RamDirectory::create();
    let mut beside = BTreeMap::new();
    for folder in std::fs::read_dir(archive)?.flatten() {
        let Ok(entries) = std::fs::read_dir(folder.path()) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let mut bytes = std::fs::read(entry.path())?;
            let end = bytes.len().saturating_sub(TAIL);
            if bytes.get(end + 8..end + 16) == Some(MAGIC) {
                let length: [u8; 8] = bytes[end..end + 8].try_into()?;
                bytes.truncate(usize::try_from(u64::from_le_bytes(length))?);
                directory.atomic_write(Path::new(&name), &bytes)?;
            } else if name.ends_with(".json") {
                bytes.truncate(bytes.len().saturating_sub(LINE));
                directory.atomic_write(Path::new(&name), &bytes)?;
            } else {
                let (kind, _) = name.split_once('-').unwrap_or((&name, ""));
                *beside.entry(kind.to_owned()).or_default() += bytes.len() as u64;
            }
        }
    }
    Ok((directory, beside))
}
