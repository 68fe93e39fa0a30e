//! What decides how a file is read. An archive remembers it, so that a file that changed is read as it was before without
//! being asked again.

use serde::{Deserialize, Serialize};

use super::Ingest;

/// The flags of a run that change what is read; those that were not given are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Settings {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    map: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<Publisher>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_prefix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enrich: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_file_bytes: Option<u64>,
}

/// Who published the files, by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Publisher {
    Named(String),
    Folder,
}

impl Settings {
    /// What a run asks for.
    pub(super) fn of(options: &Ingest) -> Settings {
        let usual = Ingest::default();
        let folder = options.source_from_folder.then_some(Publisher::Folder);
        Settings {
            map: options.map.clone(),
            publisher: options.source.clone().map(Publisher::Named).or(folder),
            id_prefix: options.id_prefix.clone(),
            enrich: (options.enrich != usual.enrich).then_some(options.enrich),
            max_file_bytes: (options.max_file_bytes != usual.max_file_bytes)
                .then_some(options.max_file_bytes),
        }
    }

    /// The same, with what was asked for before where nothing is asked now.
    pub(super) fn or(&self, before: &Settings) -> Settings {
        let (now, before) = (self.clone(), before.clone());
        Settings {
            map: match now.map.is_empty() {
                true => before.map,
                false => now.map,
            },
            publisher: now.publisher.or(before.publisher),
            id_prefix: now.id_prefix.or(before.id_prefix),
            enrich: now.enrich.or(before.enrich),
            max_file_bytes: now.max_file_bytes.or(before.max_file_bytes),
        }
    }

    /// The options of a run with these settings.
    pub(super) fn apply(&self, options: &Ingest) -> Ingest {
        let usual = Ingest::default();
        Ingest {
            map: self.map.clone(),
            source: match &self.publisher {
                Some(Publisher::Named(name)) => Some(name.clone()),
                _ => None,
            },
            source_from_folder: self.publisher == Some(Publisher::Folder),
            id_prefix: self.id_prefix.clone(),
            enrich: self.enrich.unwrap_or(usual.enrich),
            max_file_bytes: self.max_file_bytes.unwrap_or(usual.max_file_bytes),
            ..options.clone()
        }
    }

    /// As an archive keeps them.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What [`Self::text`] wrote; `None` for what a later version writes.
    pub(super) fn read(text: &str) -> Option<Settings> {
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // What is given now replaces the same thing given before, and nothing else.
    #[test]
    fn flags_of_before_hold_until_they_are_given_anew() {
        let before = Settings::of(&Ingest {
            map: vec![("title".to_owned(), "kop".to_owned())],
            source_from_folder: true,
            enrich: false,
            ..Ingest::default()
        });
        let now = Settings::of(&Ingest {
            source: Some("Krant".to_owned()),
            ..Ingest::default()
        });
        let both = now.or(&before).apply(&Ingest::default());
        assert_eq!(both.map.len(), 1);
        assert_eq!(both.source.as_deref(), Some("Krant"));
        assert!(!both.source_from_folder && !both.enrich);
        assert_eq!(Settings::of(&Ingest::default()).or(&before), before);
        assert_eq!(Settings::read(&before.text()), Some(before));
        assert_eq!(Settings::read("{\"later\":1}"), None);
    }
}
