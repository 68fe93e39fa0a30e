//! Which names of an archive are one, as readers need it: the form that an article has, and the name it goes by.
//!
//! Two sources, both beside the index, so that neither a new article nor a correction changes what is indexed: a table
//! that the last writer worked out (`unify`), and what people decided (`rules`), which wins.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{LazyLock, OnceLock};

use super::analyse::{fold_value, folded_hash, hash_of};
use super::layout::SEPARATOR;
use super::links::ByHash;
use super::rules::{Decided, Rules};
use crate::{Article, Error, ErrorKind, Result};

/// The fields whose values are entities.
pub(crate) const ENTITIES: [&str; 3] = ["person", "org", "place"];

/// The names of one commit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Aliases {
    /// Rows of field, folded form, folded name and name, sorted, each ended by a line break.
    table: String,
    /// Where the rows begin.
    rows: Vec<usize>,
    rules: Rules,
    /// What to count values as, by field; made when a facet asks for it.
    ways: [OnceLock<Ways>; ENTITIES.len()],
}

/// What values count as, by the hashes of their folded forms.
pub(crate) type Ways = ByHash<u64, Way>;

/// What a value counts as that does not count as itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Dropped,
    /// A name, by the hash of its folded form.
    Name(u64),
}

/// One form and the name it goes by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Alias {
    pub(crate) field: &'static str,
    /// Folded.
    pub(crate) form: String,
    pub(crate) name: String,
}

/// The file of a table, the same whatever order the aliases come in.
pub(crate) fn write(aliases: &BTreeSet<Alias>) -> Vec<u8> {
    let mut rows: Vec<String> = Vec::with_capacity(aliases.len());
    for Alias { field, form, name } in aliases {
        let folded = fold_value(name);
        rows.push(format!(
            "{field}{SEPARATOR}{form}{SEPARATOR}{folded}{SEPARATOR}{name}\n"
        ));
    }
    rows.sort_unstable();
    rows.concat().into_bytes()
}

impl Aliases {
    /// Reads a table, whose checksum was compared before, and what was decided by hand.
    pub(super) fn read(bytes: Vec<u8>, rules: Rules) -> Result<Aliases> {
        let table = String::from_utf8(bytes).map_err(|_| {
            Error::new(ErrorKind::Damaged, "the table of names is unreadable")
                .with_hint("run `morgue verify`")
        })?;
        let ends = table.match_indices('\n').map(|(at, _)| at + 1);
        let mut rows: Vec<usize> = std::iter::once(0).chain(ends).collect();
        rows.pop();
        Ok(Aliases {
            table,
            rows,
            rules,
            ways: Default::default(),
        })
    }

    /// Whether every form goes by itself.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.rules.is_empty()
    }

    /// The name that a value of a field goes by, often itself; none when it was dropped by hand.
    pub(crate) fn name<'a>(&'a self, field: &str, value: &'a str) -> Option<&'a str> {
        if !ENTITIES.contains(&field) || self.is_empty() {
            return Some(value);
        }
        self.decided(field, &fold_value(value)).or_itself(value)
    }

    /// What a folded form of an entity field goes by.
    pub(super) fn decided(&self, field: &str, folded: &str) -> Decided<'_> {
        // What was decided of the form itself is decided, whatever the table says.
        if let Some(decided) = self.rules.name(field, folded) {
            return decided;
        }
        let Some(name) = self.row(field, folded) else {
            return Decided::Itself;
        };
        match self.rules.name(field, &fold_value(name)) {
            Some(Decided::Itself) | None => Decided::Name(name),
            Some(decided) => decided,
        }
    }

    /// What was decided by hand, as a text.
    pub(super) fn rules_text(&self) -> String {
        self.rules.text()
    }

    /// What values of a field count as; all others count as themselves.
    pub(super) fn ways(&self, field: &str) -> &Ways {
        static NONE: LazyLock<Ways> = LazyLock::new(Ways::default);
        let place = ENTITIES.iter().position(|entity| *entity == field);
        match place.and_then(|place| self.ways.get(place)) {
            Some(ways) => ways.get_or_init(|| self.make_ways(field)),
            None => &NONE,
        }
    }

    fn make_ways(&self, field: &str) -> Ways {
        let mut ways = Ways::default();
        let rows = self.rows.iter().filter_map(|at| self.columns(*at));
        let of_field = rows.filter(|[of, ..]| *of == field);
        let rows = of_field.map(|[_, form, folded, _]| (form, Some(folded)));
        let rules = self.rules.forms(field).map(|form| (form, None));
        for (form, row) in rows.chain(rules) {
            let way = match (row, self.rules.is_empty()) {
                (Some(folded), true) => Way::Name(hash_of(folded)),
                _ => match self.decided(field, form) {
                    Decided::Itself => continue,
                    Decided::Dropped => Way::Dropped,
                    Decided::Name(name) => Way::Name(folded_hash(name)),
                },
            };
            ways.insert(hash_of(form), way);
        }
        ways
    }

    /// Whether something was decided by hand of a folded form.
    pub(super) fn has_rule(&self, field: &str, folded: &str) -> bool {
        self.rules.name(field, folded).is_some()
    }

    /// Every form, folded, that goes by the name that `value` goes by; that name itself is among them.
    pub(crate) fn forms(&self, field: &str, value: &str) -> BTreeSet<String> {
        let Some(name) = self.name(field, value) else {
            // Who asks for a dropped name by name still finds it.
            return BTreeSet::from([fold_value(value)]);
        };
        let name = fold_value(name);
        let mut names = self.rules.led_to(field, &name);
        names.insert(name.clone());
        let prefix = format!("{field}{SEPARATOR}");
        let from = self
            .rows
            .partition_point(|at| self.table.get(*at..).is_some_and(|row| *row < *prefix));
        let mut forms = names.clone();
        for row in self.rows.get(from..).unwrap_or_default() {
            let Some([of, form, folded, _]) = self.columns(*row) else {
                break;
            };
            if of != field {
                break;
            }
            if names.contains(folded) {
                forms.insert(form.to_owned());
            }
        }
        forms.retain(|form| {
            self.name(field, form)
                .is_some_and(|of| fold_value(of) == name)
        });
        forms.insert(name);
        forms
    }

    /// The forms of a field whose name, another than the form, passes a test: forms by name.
    pub(crate) fn forms_where(&self, field: &str, test: impl Fn(&str) -> bool) -> BTreeSet<String> {
        let mut names: BTreeMap<String, bool> = BTreeMap::new();
        let mut forms = BTreeSet::new();
        if !ENTITIES.contains(&field) {
            return forms;
        }
        let rows = self.rows.iter().filter_map(|at| self.columns(*at));
        let of_field = rows
            .filter(|[of, ..]| *of == field)
            .map(|[_, form, ..]| form);
        for form in of_field.chain(self.rules.forms(field)) {
            let Some(name) = self.name(field, form) else {
                continue;
            };
            let passes = names.entry(name.to_owned()).or_insert_with(|| test(name));
            if *passes {
                forms.insert(form.to_owned());
            }
        }
        forms
    }

    /// As [`Aliases::tell`], noting in the evidence which names are the article's own, so that it can be put into another
    /// archive. What people decided is not noted: that holds there too.
    pub(crate) fn tell_all(&self, article: &mut Article) {
        let fields = [
            ("person", &article.person),
            ("org", &article.org),
            ("place", &article.place),
        ];
        let noted = fields.map(|(field, values)| {
            let pairs = values.iter().filter_map(|own| self.row_of(field, own));
            (field, pairs.collect::<Vec<_>>())
        });
        for (field, pairs) in noted {
            article.note_aliases(field, pairs);
        }
        self.tell(article);
    }

    /// A name of an article and the one it goes by; none where a person decided that.
    fn row_of(&self, field: &str, own: &str) -> Option<(String, String)> {
        let folded = fold_value(own);
        let shown = self.row(field, &folded).unwrap_or(own);
        let is_decided = self.has_rule(field, &folded) || self.has_rule(field, &fold_value(shown));
        (!is_decided).then(|| (own.to_owned(), shown.to_owned()))
    }

    /// Gives an article the names that its forms go by; what was dropped goes.
    pub(crate) fn tell(&self, article: &mut Article) {
        if self.is_empty() {
            return;
        }
        for (field, values) in [
            ("person", &mut article.person),
            ("org", &mut article.org),
            ("place", &mut article.place),
        ] {
            let mut seen = BTreeSet::new();
            let named = values.iter().filter_map(|value| self.name(field, value));
            let named = named.filter(|name| seen.insert(fold_value(name)));
            *values = named.map(str::to_owned).collect();
        }
        // A name is mentioned some times in each article that has it.
        let mut known: HashMap<(String, String), Decided<'_>> = HashMap::new();
        article.mentions.retain_mut(|mention| {
            if !ENTITIES.contains(&mention.field.as_str()) {
                return true;
            }
            let form = (mention.field.clone(), mention.name.clone());
            let decided = known
                .entry(form)
                .or_insert_with_key(|(field, name)| self.decided(field, &fold_value(name)));
            let name = decided.or_itself(&mention.name).map(str::to_owned);
            name.map(|name| mention.name = name).is_some()
        });
    }

    fn row(&self, field: &str, form: &str) -> Option<&str> {
        let prefix = format!("{field}{SEPARATOR}{form}{SEPARATOR}");
        let at = self
            .rows
            .partition_point(|at| self.table.get(*at..).is_some_and(|row| *row < *prefix));
        let [of, found, _, name] = self.columns(*self.rows.get(at)?)?;
        (of == field && found == form).then_some(name)
    }

    fn columns(&self, at: usize) -> Option<[&str; 4]> {
        let row = self.table.get(at..)?;
        let row = row.split_once('\n').map_or(row, |(row, _)| row);
        let mut columns = row.split(SEPARATOR);
        Some([
            columns.next()?,
            columns.next()?,
            columns.next()?,
            columns.next()?,
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aliases(rows: &[(&'static str, &str, &str)], rules: &str) -> Aliases {
        let rows = rows.iter().map(|(field, form, name)| Alias {
            field,
            form: fold_value(form),
            name: (*name).to_owned(),
        });
        let table = write(&rows.collect());
        Aliases::read(table, Rules::parse(rules).unwrap()).unwrap()
    }

    const ROWS: &[(&str, &str, &str)] = &[
        ("person", "Okafor", "Angela Okafor"),
        ("person", "Angela Okofor", "Angela Okafor"),
        ("org", "ECB", "European Central Bank"),
    ];

    #[test]
    fn forms_go_by_their_name_and_are_found_by_it() {
        let aliases = aliases(ROWS, "");
        assert_eq!(aliases.name("person", "OKAFOR"), Some("Angela Okafor"));
        assert_eq!(aliases.name("place", "Okafor"), Some("Okafor"));
        let forms = aliases.forms("person", "okafor");
        let expected = ["angela okafor", "angela okofor", "okafor"];
        assert!(forms.iter().eq(expected), "{forms:?}");
        let org = aliases.forms_where("org", |name| name.contains("Central"));
        assert!(org.iter().eq(["ecb"]), "{org:?}");
    }

    // What a person decided wins over what was worked out, and the last decision over those before.
    #[test]
    fn rules_win_over_the_table() {
        let rules = "merge person Angela Okafor = Angela Eze\nsplit person Okafor\ndrop org ECB\n";
        let aliases = aliases(ROWS, rules);
        assert_eq!(aliases.name("person", "Okafor"), Some("Okafor"));
        assert_eq!(aliases.name("person", "Angela Okofor"), Some("Angela Eze"));
        assert_eq!(aliases.name("org", "ECB"), None);
        let forms = aliases.forms("person", "Angela Eze");
        let expected = ["angela eze", "angela okafor", "angela okofor"];
        assert!(forms.iter().eq(expected), "{forms:?}");
        assert!(aliases.forms("person", "Okafor").iter().eq(["okafor"]));
    }

    // An article that has two forms of one person names one person.
    #[test]
    fn an_article_names_each_once() {
        let mut article = Article {
            person: ["Okafor", "Bo Ek", "Angela Okafor"]
                .map(str::to_owned)
                .to_vec(),
            org: vec!["ECB".to_owned()],
            ..Article::default()
        };
        aliases(ROWS, "drop org ECB\n").tell(&mut article);
        assert_eq!(article.person, ["Angela Okafor", "Bo Ek"]);
        assert_eq!(article.org, [""; 0]);
    }

    // Whatever stands in the file, reading it ends in an answer or an error.
    #[test]
    fn damage_is_no_panic() {
        for bytes in [&b"\n\n"[..], b"person", b"person\x1eform", b"\xff"] {
            if let Ok(aliases) = Aliases::read(bytes.to_vec(), Rules::default()) {
                aliases.forms("person", "form");
                assert_eq!(aliases.name("person", "form"), Some("form"));
            }
        }
    }
}
