//! Names and tags of languages as files state them, made ISO 639-1 codes.

/// Three-letter codes and names, and the two-letter code.
const CODES: &[(&str, &str)] = &[
    ("eng", "en"),
    ("english", "en"),
    ("deu", "de"),
    ("ger", "de"),
    ("german", "de"),
    ("deutsch", "de"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("french", "fr"),
    ("français", "fr"),
    ("spa", "es"),
    ("spanish", "es"),
    ("español", "es"),
    ("ita", "it"),
    ("italian", "it"),
    ("italiano", "it"),
    ("por", "pt"),
    ("portuguese", "pt"),
    ("português", "pt"),
    ("nld", "nl"),
    ("dut", "nl"),
    ("dutch", "nl"),
    ("nederlands", "nl"),
    ("rus", "ru"),
    ("russian", "ru"),
    ("русский", "ru"),
    ("ukr", "uk"),
    ("ukrainian", "uk"),
    ("pol", "pl"),
    ("polish", "pl"),
    ("ces", "cs"),
    ("cze", "cs"),
    ("czech", "cs"),
    ("swe", "sv"),
    ("swedish", "sv"),
    ("dan", "da"),
    ("danish", "da"),
    ("nor", "no"),
    ("norwegian", "no"),
    ("fin", "fi"),
    ("finnish", "fi"),
    ("tur", "tr"),
    ("turkish", "tr"),
    ("ara", "ar"),
    ("arabic", "ar"),
    ("heb", "he"),
    ("hebrew", "he"),
    ("fas", "fa"),
    ("persian", "fa"),
    ("hin", "hi"),
    ("hindi", "hi"),
    ("zho", "zh"),
    ("chi", "zh"),
    ("chinese", "zh"),
    ("jpn", "ja"),
    ("japanese", "ja"),
    ("kor", "ko"),
    ("korean", "ko"),
    ("vie", "vi"),
    ("vietnamese", "vi"),
    ("ind", "id"),
    ("indonesian", "id"),
    ("ell", "el"),
    ("greek", "el"),
    ("hun", "hu"),
    ("hungarian", "hu"),
    ("ron", "ro"),
    ("romanian", "ro"),
];

/// The code of a language tag (`de-CH`, `en_US`), three-letter code or name.
pub(super) fn code(stated: &str) -> Option<String> {
    let stated = stated.trim().to_lowercase();
    let first = stated.split(['-', '_', ',', ';', ' ']).next()?;
    if first.len() == 2 && first.bytes().all(|b| b.is_ascii_lowercase()) {
        return Some(first.to_owned());
    }
    let found = CODES.iter().find(|(name, _)| *name == first);
    found.map(|(_, code)| (*code).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    // The ways in which files state a language; what is none is not taken for one.
    #[test]
    fn tags_codes_and_names() {
        for (stated, expected) in [
            ("de-CH", "de"),
            ("en_US", "en"),
            ("EN", "en"),
            ("German", "de"),
            ("rus", "ru"),
            ("en, de", "en"),
        ] {
            assert_eq!(code(stated).as_deref(), Some(expected), "{stated}");
        }
        assert_eq!(code("unknown"), None);
        assert_eq!(code(""), None);
    }
}
