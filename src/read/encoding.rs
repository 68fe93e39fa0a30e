//! Character encodings: byte order mark, UTF-8, what the file declares, then what its bytes look like.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes that are enough to judge an encoding.
const SAMPLE: usize = 64 << 10;

/// Beginnings of files that are no text, with what to call them.
const BINARY: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP or office file"),
    (b"\xd0\xcf\x11\xe0", "an office file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"SQLite format 3\0", "a database"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ\0", "compressed with xz"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x7fELF", "a program"),
];

/// The encoding of a text, judged by its beginning, or why it is no text.
pub(super) fn of(sample: &[u8]) -> Result<&'static Encoding, String> {
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return Ok(encoding);
    }
    if let Some((_, what)) = BINARY.iter().find(|(magic, _)| sample.starts_with(magic)) {
        return Err(format!("binary file: {what}"));
    }
    let sample = sample.get(..SAMPLE).unwrap_or(sample);
    if let Some(encoding) = by_zeros(sample)? {
        return Ok(encoding);
    }
    let controls = sample
        .iter()
        .filter(|&&b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b | 0));
    if controls.count() * 50 > sample.len().max(50) {
        return Err("binary file".to_owned());
    }
    if is_mostly_utf8(sample) {
        return Ok(UTF_8);
    }
    Ok(declared(sample).unwrap_or_else(|| detected(sample)))
}

/// Decodes a whole text; bytes that do not fit become replacement characters.
pub(super) fn decode(bytes: &[u8]) -> Result<String, String> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let has_zeros = text.as_bytes().iter().take(SAMPLE).any(|&b| b == 0);
        if !has_zeros {
            return Ok(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned());
        }
    }
    let encoding = of(bytes)?;
    // The sample may end before the first byte that tells.
    if encoding == UTF_8 && bytes.len() > SAMPLE && !is_mostly_utf8(bytes) {
        return Ok(detected(bytes).decode(bytes).0.into_owned());
    }
    Ok(encoding.decode(bytes).0.into_owned())
}

/// Text with many zero bytes is UTF-16 when the zeros lie on one side, else no text at all.
fn by_zeros(sample: &[u8]) -> Result<Option<&'static Encoding>, String> {
    let (mut even, mut odd) = (0, 0);
    for pair in sample.chunks_exact(2) {
        even += usize::from(pair.first() == Some(&0));
        odd += usize::from(pair.get(1) == Some(&0));
    }
    let pairs = sample.len() / 2;
    if even + odd == 0 {
        return Ok(None);
    }
    if odd * 10 > pairs * 3 && even * 50 < pairs {
        return Ok(Some(UTF_16LE));
    }
    if even * 10 > pairs * 3 && odd * 50 < pairs {
        return Ok(Some(UTF_16BE));
    }
    // A stray zero or two in a text is dirt, more is another kind of file.
    if (even + odd) * 500 > sample.len() {
        return Err("binary file".to_owned());
    }
    Ok(None)
}

/// Whether the bytes are UTF-8 but for a few broken places, the cut at the end included.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let mut broken = 0;
    let mut multibyte = 0;
    for chunk in bytes.utf8_chunks() {
        multibyte += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    // A sequence cut off by the end of the sample counts as one broken place.
    let cut = bytes
        .utf8_chunks()
        .last()
        .is_some_and(|chunk| !chunk.invalid().is_empty() && chunk.invalid().len() < 4);
    broken <= usize::from(cut && multibyte > 0) || multibyte > broken * 20
}

/// The encoding that an HTML meta tag or an XML prolog names.
fn declared(sample: &[u8]) -> Option<&'static Encoding> {
    let head = sample.get(..4096).unwrap_or(sample);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    if !head.trim_start().starts_with('<') {
        return None;
    }
    for key in ["charset=", "encoding="] {
        for (at, _) in head.match_indices(key).take(8) {
            let rest = head.get(at + key.len()..)?;
            let label: String = rest
                .trim_start_matches(['"', '\'', ' '])
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))
                .collect();
            if let Some(encoding) = Encoding::for_label(label.as_bytes()) {
                // A file whose tag can be read byte by byte is not UTF-16, and here it is not UTF-8 either.
                let impossible = [UTF_8, UTF_16LE, UTF_16BE].contains(&encoding);
                return (!impossible).then_some(encoding);
            }
        }
    }
    None
}

fn detected(bytes: &[u8]) -> &'static Encoding {
    // Some megabytes tell no more than one does.
    let sample = bytes.get(..1 << 20).unwrap_or(bytes);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // Lines that are UTF-8 say nothing about the others.
    for line in sample.split_inclusive(|&b| b == b'\n') {
        if line.is_ascii() || std::str::from_utf8(line).is_err() {
            detector.feed(line, false);
        }
    }
    detector.feed(b"", true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    if encoding == UTF_8 {
        WINDOWS_1252
    } else {
        encoding
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        let units = text.encode_utf16();
        units
            .flat_map(|u| {
                if little {
                    u.to_le_bytes()
                } else {
                    u.to_be_bytes()
                }
            })
            .collect()
    }

    // Text of the same words in the encodings that archives are full of.
    #[test]
    fn common_encodings() {
        let russian = "В Москве прошли переговоры о сотрудничестве двух стран, сообщило агентство.";
        let german = "Die Gespräche über die Brücke dürften länger dauern, hieß es am Freitag.";
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
        assert_eq!(decode(&bytes).unwrap(), russian);
        let (bytes, _, _) = WINDOWS_1252.encode(german);
        assert_eq!(decode(&bytes).unwrap(), german);
        assert_eq!(decode(german.as_bytes()).unwrap(), german);
    }

    // UTF-16 is known by its mark or by where its zeros lie.
    #[test]
    fn utf16_with_and_without_mark() {
        let text = "The harbour reopened on Friday.";
        for little in [true, false] {
            assert_eq!(decode(&utf16(text, little)).unwrap(), text);
            assert_eq!(
                decode(&utf16(&format!("\u{feff}{text}"), little)).unwrap(),
                text
            );
        }
        // Cut in the middle of a unit: the rest is still text.
        let mut cut = utf16(text, true);
        cut.pop();
        assert!(
            decode(&cut)
                .unwrap()
                .starts_with("The harbour reopened on Friday")
        );
    }

    // A page in an old encoding says so in its head.
    #[test]
    fn declared_encoding_beats_detection() {
        let page =
            "<html><head><meta charset=\"iso-8859-2\"></head><body>Łódź, środa</body></html>";
        let (bytes, _, _) = encoding_rs::ISO_8859_2.encode(page);
        assert_eq!(decode(&bytes).unwrap(), page);
    }

    // One wrong byte does not turn a UTF-8 file into another encoding.
    #[test]
    fn one_broken_byte() {
        let mut bytes = "Gespräche über Brücken, Größe, Äpfel, Öl, übrig, Maß, "
            .repeat(5)
            .into_bytes();
        bytes.push(0xff);
        bytes.extend("Ende".as_bytes());
        let text = decode(&bytes).unwrap();
        assert!(text.starts_with("Gespräche") && text.ends_with("Ende"));
    }

    #[test]
    fn no_text() {
        assert_eq!(
            decode(b"\0\x01\0\0\0\x07abc\0\0\0").unwrap_err(),
            "binary file"
        );
        assert_eq!(
            decode(b"%PDF-1.7\n\xff\xfe\xfd").unwrap_err(),
            "binary file: a PDF file"
        );
        assert_eq!(decode(b"\xef\xbb\xbf").unwrap(), "");
        assert_eq!(decode(b"").unwrap(), "");
    }
}
