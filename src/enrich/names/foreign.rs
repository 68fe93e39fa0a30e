//! Texts in other languages than English: only what is listed, follows a title, or is a given name and a surname.
//!
//! Part of the tagger. A capital means little where all nouns have one, so precision comes first here.

use super::lexicon::{Kind, Known, word};
use super::tag::{Span, Tagger, Trust, push};
use super::tokens::{Sentence, Shape, Style};

/// A town needs so many thousand inhabitants: the names of small ones are words of some language.
const TOWN: u32 = 150;

/// Articles that begin both sentences and the names of newspapers.
const ARTICLES: &[&str] = &[
    "Der", "Die", "Das", "Le", "La", "Les", "El", "Los", "Il", "De", "Het", "O", "A",
];

/// Words before which a capital makes a noun: "das Essen" is no town.
const DETERMINERS: &[&str] = &[
    "Das", "das", "ein", "Ein", "kein", "zum", "Zum", "beim", "Beim", "vom", "Vom",
];

/// After these a town may be small.
const PREPOSITIONS: &[&str] = &[
    "in", "nach", "bei", "aus", "en", "à", "desde", "hacia", "vers", "ad", "em",
];

/// Words that open the name of a body: "Ministerio de Salud".
const BODIES: &[&str] = &[
    "Ministerio",
    "Ministère",
    "Ministero",
    "Ministério",
    "Ministerium",
    "Bundesministerium",
    "Instituto",
    "Institut",
    "Istituto",
    "Universidad",
    "Université",
    "Università",
    "Universidade",
    "Universität",
    "Asociación",
    "Association",
    "Associazione",
    "Associação",
    "Federación",
    "Fédération",
    "Federazione",
    "Federação",
    "Banco",
    "Banque",
    "Banca",
    "Tribunal",
    "Corte",
    "Consejo",
    "Conseil",
    "Consiglio",
    "Conselho",
    "Comisión",
    "Commission",
    "Commissione",
    "Comissão",
    "Sindicato",
    "Syndicat",
    "Sindacato",
    "Partido",
    "Parti",
    "Partito",
    "Agencia",
    "Agence",
    "Agenzia",
    "Agência",
    "Bundesanstalt",
    "Bundesamt",
    "Landesamt",
    "Coopérative",
    "Cooperativa",
    "Cámara",
    "Chambre",
    "Camera",
    "Fundación",
    "Fondation",
    "Fondazione",
    "Fundação",
    "Biblioteca",
    "Bibliothèque",
    "Museo",
    "Musée",
    "Secretaría",
    "Dirección",
    "Direction",
    "Empresa",
    "Compañía",
    "Compagnie",
    "Confederación",
    "Confédération",
    "Unión",
    "Union",
    "Unione",
    "União",
    "Verband",
    "Gewerkschaft",
    "Hospital",
    "Hôpital",
    "Ospedale",
];

/// What joins the words of such a name.
const JOINTS: &[&str] = &[
    "de", "del", "della", "dello", "dell", "dei", "delle", "di", "du", "des", "d'", "do", "da",
    "dos", "das", "la", "las", "los", "le", "les", "l'", "l’", "d’", "el", "für", "der", "y", "et",
    "e", "und", "o", "i",
];

/// Ends of German words that are a body by themselves.
const COMPOUNDS: &[&str] = &["ministerium", "zentrale", "hilfswerk", "verband", "gericht"];

/// Ends of German nouns that are no surname.
const NOUNS: &[&str] = &["ung", "heit", "keit", "schaft", "tion", "ismus", "tät"];

impl Tagger<'_> {
    /// A body: a word for one and what it is for, or a German compound.
    fn foreign_body(&self, at: usize, sentence: &Sentence) -> Option<Span> {
        let word = self.tokens.word(at);
        let state = word.starts_with("Bundes") || word.starts_with("Landes");
        if COMPOUNDS.iter().any(|end| word.ends_with(end)) && (state || word.len() > 20) {
            return Some(Span::new(at, at + 1, Kind::Org, Trust::Strong));
        }
        if !BODIES.contains(&word) {
            return None;
        }
        let mut to = at + 1;
        let mut end = None;
        while to < sentence.to.min(at + 9) {
            if self.is_name(to) && !self.is(to, word::STRONG) {
                end = Some(to + 1);
            } else if !JOINTS.contains(&self.tokens.word(to)) {
                break;
            }
            to += 1;
        }
        end.map(|end| Span::new(at, end, Kind::Org, Trust::Strong))
    }

    /// Handles the capitalised token at `at` of a text that is not English; returns where to go on.
    pub(super) fn at_foreign_name(
        &self,
        at: usize,
        sentence: &Sentence,
        spans: &mut Vec<Span>,
    ) -> usize {
        if sentence.style == Style::Upper {
            return self.in_capitals(at, sentence, spans);
        }
        let first = self.is_first(at, sentence);
        let known = self.known(at, sentence.to);
        let person = self.foreign_person(at, sentence);
        if let Some(body) = self.foreign_body(at, sentence)
            && known.is_none_or(|(to, _)| to <= body.to)
        {
            return push(spans, body);
        }
        let towards = self
            .before(at, sentence)
            .is_some_and(|before| PREPOSITIONS.contains(&self.tokens.word(before)));
        if let Some((to, Known::Name { kind, weight, .. })) = known
            && person.is_none_or(|person| person.to <= to)
        {
            let long = to > at + 1;
            let article = first && ARTICLES.contains(&self.tokens.word(at));
            let upper = self
                .token(at)
                .is_some_and(|token| token.shape == Shape::Upper);
            let sure = match kind {
                _ if article => false,
                Kind::Place => weight >= TOWN || towards,
                Kind::Org => weight == u32::MAX && (long || upper || !self.is(at, word::SURNAME)),
                Kind::Person => true,
            };
            let word = !long && !upper && self.is(at, word::COMMON | word::NEVER);
            let person = !long && self.is(at, word::GIVEN) && weight < 400;
            let noun =
                !long && at > sentence.from && DETERMINERS.contains(&self.tokens.word(at - 1));
            let country = weight == u32::MAX && kind == Kind::Place;
            if sure && !noun && (country || !word && !person) {
                return push(spans, Span::new(at, to, kind, Trust::Strong));
            }
        }
        if let Some(person) = person {
            return push(spans, person);
        }
        let run = self.run_end(at, sentence.to);
        let firm = (at + 1..run.min(at + 5))
            .find(|i| self.is(*i, word::CORP) && !self.is(*i, word::COMMON));
        match firm {
            Some(firm) if !first => push(spans, Span::new(at, firm + 1, Kind::Org, Trust::Strong)),
            // A surname alone waits for the full name.
            _ if self.is(at, word::SURNAME) && run == at + 1 => {
                push(spans, Span::new(at, run, Kind::Person, Trust::Unknown))
            }
            _ => at + 1,
        }
    }

    /// A given name and a surname, or what follows a title.
    fn foreign_person(&self, at: usize, sentence: &Sentence) -> Option<Span> {
        let span = self.person(at, self.run_end(at, sentence.to), sentence)?;
        if span.trust != Trust::Strong {
            return None;
        }
        let words = || (span.from..span.to).filter(|i| self.is_name(*i));
        let listed = |i: usize| {
            self.is(i, word::GIVEN | word::SURNAME) && !self.is(i, word::COMMON)
                || self.is_initial(i)
                || self.is(i, word::PARTICLE)
        };
        let titled = self.follows_title(at, sentence);
        let good = if titled {
            words().any(listed)
        } else {
            // One part may be rare, as long as it is not the noun that ends German compounds.
            let rare = |i: usize| {
                let text = self.tokens.word(i);
                text.len() > 3
                    && !self.is(i, word::COMMON | word::FUNCTION | word::NEVER | word::ORG)
                    && !NOUNS.iter().any(|end| text.ends_with(end))
                    && self.lexicon.name(text).is_none()
            };
            let sure = self.is(at, word::GIVEN) && !self.is(at, word::COMMON);
            sure && words().all(|i| listed(i) || i > at && rare(i))
        };
        good.then_some(span)
    }
}
