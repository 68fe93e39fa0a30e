//! The names that an article has by itself, where an archive shows others: which names of all articles are one, each
//! archive works out for itself, and an article that goes from one to another must not bring what the first made of it.

use super::{Article, Evidence, How, Proof};

/// What evidence comes from that says: the name `value`, which is shown, is called `text` in this article.
const ALIAS: &str = "alias";

impl Evidence {
    pub(crate) fn is_alias(&self) -> bool {
        self.from.as_deref() == Some(ALIAS)
    }
}

impl Article {
    fn names_of(&mut self, field: &str) -> Option<&mut Vec<String>> {
        match field {
            "person" => Some(&mut self.person),
            "org" => Some(&mut self.org),
            "place" => Some(&mut self.place),
            _ => None,
        }
    }

    /// Notes the names of a field that are shown under others: each with the one shown, in order. A name that is shown for
    /// several is noted with all of them, itself too where the article has it.
    pub(crate) fn note_aliases(&mut self, field: &str, mut pairs: Vec<(String, String)>) {
        let told: Vec<String> = pairs
            .iter()
            .filter(|(own, shown)| own != shown)
            .map(|(_, shown)| shown.clone())
            .collect();
        pairs.retain(|(_, shown)| told.contains(shown));
        // In the order that they come back in, so that an article that went round is noted alike.
        let shown: Vec<String> = pairs.iter().map(|(_, shown)| shown.clone()).collect();
        pairs.sort_by_key(|(_, one)| shown.iter().position(|first| first == one));
        if pairs.is_empty() {
            return;
        }
        let note = |(own, shown)| Evidence {
            value: Some(shown),
            text: Some(own),
            ..Evidence::new(How::Derived, ALIAS)
        };
        let mut pieces = match self.evidence.remove(field) {
            Some(Proof::Many(pieces)) => pieces,
            Some(Proof::One(piece)) => vec![piece],
            None => Vec::new(),
        };
        pieces.extend(pairs.into_iter().map(note));
        self.evidence.insert(field.to_owned(), Proof::Many(pieces));
    }

    /// Gives an article that came out of an archive its own names back. Names that were added or taken away since stay so.
    pub(crate) fn take_own_names(&mut self) {
        for field in ["person", "org", "place"] {
            let Some(Proof::Many(pieces)) = self.evidence.get_mut(field) else {
                continue;
            };
            let (aliases, others): (Vec<Evidence>, _) = std::mem::take(pieces)
                .into_iter()
                .partition(Evidence::is_alias);
            *pieces = others;
            if pieces.is_empty() {
                self.evidence.remove(field);
            }
            let own = |name: &str| -> Vec<String> {
                let of_name = aliases
                    .iter()
                    .filter(|piece| piece.value.as_deref() == Some(name));
                of_name.filter_map(|piece| piece.text.clone()).collect()
            };
            let restored = |name: &String| match own(name) {
                own if own.is_empty() => vec![name.clone()],
                own => own,
            };
            if let Some(names) = self.names_of(field) {
                *names = names.iter().flat_map(restored).collect();
            }
            for mention in self.mentions.iter_mut().filter(|one| one.field == field) {
                let own = own(&mention.name);
                let same = own.iter().find(|own| **own == mention.text);
                if let Some(own) = same.or(own.first()) {
                    mention.name.clone_from(own);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // What is noted is taken back; what was added or taken away between is kept, and other evidence too.
    #[test]
    fn names_come_back() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let pairs = |pairs: &[(&str, &str)]| {
            let owned = pairs
                .iter()
                .map(|(own, shown)| ((*own).to_owned(), (*shown).to_owned()));
            owned.collect()
        };
        let mut article = Article {
            place: names(&["United States", "Brazil", "Iran"]),
            ..Article::default()
        };
        let stated = Proof::One(Evidence::new(How::Stated, "key places"));
        article.evidence.insert("place".to_owned(), stated.clone());
        article.note_aliases(
            "place",
            pairs(&[
                ("usa", "United States"),
                ("Brazil", "Brazil"),
                ("United States", "United States"),
                ("Persia", "Iran"),
            ]),
        );
        article.note_aliases("person", pairs(&[("Ada Eze", "Ada Eze")]));
        assert!(!article.evidence.contains_key("person"));
        article.place.retain(|name| name != "Iran");
        article.place.push("Oslo".to_owned());
        article.take_own_names();
        assert_eq!(article.place, ["usa", "United States", "Brazil", "Oslo"]);
        assert_eq!(article.evidence["place"].pieces(), stated.pieces());
    }
}
