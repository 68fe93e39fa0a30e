//! People, organisations and places: which an article names, and where.
//!
//! [`find`] cuts the text into tokens, tags names in it and resolves them to canonical names. Folding names across
//! articles is left to the archive.

pub(crate) mod atlas;
mod features;
mod fold;
mod foreign;
mod guess;
mod labels;
mod lexicon;
mod memory;
mod model;
mod organisations;
mod people;
mod places;
mod resolve;
mod short;
mod shown;
mod tag;
mod tokens;
#[cfg(feature = "trainer")]
pub mod train;
mod vocabulary;
mod words;

use crate::Mention;
use lexicon::lexicon;
use memory::Memory;
use tokens::Tokens;
use vocabulary::Vocabulary;

/// The names of one article.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Names {
    /// The people, canonical, by weight in the article.
    pub person: Vec<String>,
    /// The organisations, likewise.
    pub org: Vec<String>,
    /// The places, likewise.
    pub place: Vec<String>,
    /// Every occurrence in the body, in order.
    pub mentions: Vec<Mention>,
}

/// Finds the names of an article: `head` is what stands around the body (title, standfirst, captions) and feeds the
/// lists, `language` its ISO 639-1 code where it is known.
pub(crate) fn find(body: &str, head: &[&str], language: Option<&str>) -> Names {
    let lexicon = lexicon();
    // Short texts have no known language; most are English.
    let english = language.is_none_or(|language| language == "en");
    let mut vocabulary = Vocabulary::new(lexicon, body.len());
    let texts: Vec<Tokens> = std::iter::once(&body)
        .chain(head)
        .map(|text| Tokens::of(text, &mut vocabulary))
        .collect();
    let mut memory = Memory::new(&vocabulary);
    let found: Vec<tag::Found> = texts
        .iter()
        .map(|tokens| tag::first_pass(tokens, lexicon, english, &mut memory))
        .collect();
    let mut tagged: Vec<tag::Found> = texts
        .iter()
        .zip(&found)
        .map(|(tokens, found)| tag::second_pass(tokens, found, &memory))
        .collect();
    if let Some(model) = model::model().filter(|_| english) {
        let article = shown::Article::of(&vocabulary, texts.iter().zip(&tagged));
        for (n, ((tokens, first), rules)) in texts.iter().zip(&found).zip(&mut tagged).enumerate() {
            let view = features::View::new(tokens, lexicon, &article, &first.spans, &rules.spans);
            let mut spans = model::decide(tokens, &view, model);
            if n > 0 {
                // A headline in capitals shows the model nothing: it may name only what the rules know.
                spans.retain(|span| {
                    !tokens.in_capitals(span.from) || tag::agrees(span, &rules.spans)
                });
            }
            rules.spans = spans;
        }
    }
    short::organisations(&texts, &mut tagged);
    resolve::resolve(&texts, &tagged, lexicon)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> Names {
        find(body, &[], None)
    }

    fn spans(names: &Names) -> Vec<(&str, &str)> {
        let mentions = names.mentions.iter();
        mentions
            .map(|m| (m.field.as_str(), m.text.as_str()))
            .collect()
    }

    // The facet shows one person, whatever the article calls her; titles stand outside the span.
    #[test]
    fn a_person_is_one_name() {
        let names = of(
            "President Angela Okafor met the press. Mrs Okafor smiled, and Angela left. \
                        Okafor's aide stayed.",
        );
        assert_eq!(names.person, ["Angela Okafor"]);
        let expected = ["Angela Okafor", "Okafor", "Angela", "Okafor"].map(|text| ("person", text));
        assert_eq!(spans(&names), expected);
    }

    // Short forms and initials are the same person; a body that many states have belongs to the state that is spoken of.
    #[test]
    fn short_forms_fold_and_bodies_belong_to_their_state() {
        let names =
            of("William Harkness spoke first. Later Bill Harkness left, and so did W. Harkness.");
        assert_eq!(names.person, ["William Harkness"]);
        let names = of("The Senate in Nigeria met. Nigeria waited for the Senate.");
        assert_eq!(names.org, ["Senate"]);
        let names = of("The U.K. Treasury met in London. The Treasury was glad.");
        assert_eq!(names.org, ["UK Treasury"]);
        let names = of("The Senate met in Washington.");
        assert_eq!(names.org, ["US Senate"]);
        let names =
            of("The Reserve Bank of India waited. Traders said the Reserve Bank would act.");
        assert_eq!(names.org, ["Reserve Bank of India"]);
    }

    // Two people of one surname: a bare surname belongs to neither for certain.
    #[test]
    fn a_shared_surname_is_not_folded() {
        let names = of("Hillary Clinton spoke first and Bill Clinton second. Mr. Clinton left.");
        assert_eq!(names.person, ["Hillary Clinton", "Bill Clinton", "Clinton"]);
    }

    // A slip of the pen must not make a second person; two different people must stay two.
    #[test]
    fn a_slip_is_folded_into_the_frequent_form() {
        let body = "Kim Jong Un arrived on Monday. Kim Jong Un waved.";
        let names = find(body, &["Leader Kim Jon Un arrives"], None);
        assert_eq!(names.person, ["Kim Jong Un"]);
        let names = of("Juan Perez met Juana Perez.");
        assert_eq!(names.person.len(), 2);
    }

    // An acronym means what the article spells out, and only then what the table says.
    #[test]
    fn acronyms_mean_what_the_article_says() {
        let names = of("The Upland Farmers Union (UFU) met. The UFU voted. The UN watched.");
        assert_eq!(names.org, ["Upland Farmers Union", "United Nations"]);
    }

    // The body of a state is known by its state; the state itself is a place.
    #[test]
    fn bodies_of_states_carry_their_state() {
        let names = of(
            "The US State Department spoke to the Russian Foreign Ministry. \
                        Later the Foreign Ministry replied.",
        );
        assert_eq!(
            names.org,
            ["Russian Foreign Ministry", "US State Department"]
        );
        assert_eq!(names.place, ["Russia", "United States"]);
    }

    // Adjectives, days and points of the compass are no names; a government under its adjective is a sign of the country.
    #[test]
    fn adjectives_and_days_are_no_mentions() {
        let names = of(
            "On Tuesday the West blamed Russian interests. The South Korean government waited until March.",
        );
        assert_eq!(names.mentions, []);
        assert_eq!(names.place, ["South Korea"]);
    }

    // One mention of the longest: neither the bank nor the university is a place.
    #[test]
    fn places_inside_organisations_stay_inside() {
        let names = of("She left the Bank of England for the University of Leeds in Kenya.");
        let expected = [
            ("org", "Bank of England"),
            ("org", "University of Leeds"),
            ("place", "Kenya"),
        ];
        assert_eq!(spans(&names), expected);
    }

    // "Paris" and "Jordan" are places until the article shows a person of that name.
    #[test]
    fn people_named_like_places() {
        assert_eq!(of("Paris Hilton sang in Paris.").place, ["Paris"]);
        let names = of("Michael Jordan trained. Later Jordan said he was tired.");
        assert_eq!((names.person.len(), names.place.len()), (1, 0));
        assert_eq!(of("The king of Jordan said so.").place, ["Jordan"]);
    }

    // A headline in capitals names what the body names, and nothing else.
    #[test]
    fn headlines_in_capitals_name_what_is_known() {
        let body = "Amina Bello won the race in Lagos on Friday.";
        let names = find(body, &["BELLO TAKES EASY WIN IN LAGOS"], None);
        assert_eq!(names.person, ["Amina Bello"]);
        assert_eq!(names.place, ["Lagos"]);
        assert!(names.org.is_empty());
    }

    // Firms are compared without their legal form.
    #[test]
    fn legal_forms_are_left_off() {
        let names = of("Acmeworks Corp bought land. Acmeworks said it would build.");
        assert_eq!(names.org, ["Acmeworks"]);
        assert_eq!(names.mentions.len(), 2);
    }

    // A firm is called by its first word, which is often a surname; somebody of that name keeps it.
    #[test]
    fn firms_by_their_first_word() {
        let names = of("Stone Container Corp bought land. Traders waited for Stone's offer.");
        assert_eq!((names.org.len(), names.person.len()), (1, 0));
        let names =
            of("Anna Stone left Stone Container Corp. Mrs Stone was tired, and Stone slept.");
        assert_eq!(
            (names.org.len(), names.person),
            (1, vec!["Anna Stone".to_owned()])
        );
    }

    // Plurals and joined tasks stand inside the names of bodies; cut in two they would name nothing.
    #[test]
    fn bodies_keep_their_plurals_and_tasks() {
        let names = of(
            "The Reed Growers' Union met. The Flood Management and Mitigation Unit came, \
                        the Ruritanian Red Cross too. The Nigerian Red Cross stayed.",
        );
        for name in [
            "Reed Growers' Union",
            "Flood Management and Mitigation Unit",
            "Nigerian Red Cross",
        ] {
            assert!(names.org.contains(&name.to_owned()), "{name}");
        }
    }

    // The agency that sends an article is no subject of it, but the mention stays.
    #[test]
    fn credited_agencies_are_not_listed() {
        let names = of("LAGOS (Reuters) - Prices rose on Monday, traders said.");
        assert_eq!((names.org.len(), names.mentions.len()), (0, 2));
        let names = of("LAGOS (Reuters) - Prices rose. Traders told Reuters so.");
        assert_eq!(names.org, ["Reuters"]);
    }

    // A word at the head of a sentence that the article also writes small is that word.
    #[test]
    fn words_also_written_small_are_no_names() {
        let names = of("Crane drivers went home. A crane stood idle.");
        assert!(names.person.is_empty());
    }

    // Bodies of other languages begin with the word for what they are.
    #[test]
    fn bodies_of_other_languages() {
        let names = find("El Ministerio de Energía y Minas lo dijo.", &[], Some("es"));
        assert_eq!(names.org, ["Ministerio de Energía y Minas"]);
    }

    // German capitalises every noun.
    #[test]
    fn other_languages_get_what_is_sure() {
        let body = "Bundeskanzler Olaf Scholz hat in Berlin das Essen gelobt. Die Wirtschaft wartet, sagte Scholz.";
        let names = find(body, &[], Some("de"));
        assert_eq!(
            (names.person, names.place),
            (vec!["Olaf Scholz".to_owned()], vec!["Berlin".to_owned()])
        );
        assert!(names.org.is_empty());
    }

    // Offsets count the bytes of the body as given, glued words and all.
    #[test]
    fn mentions_are_where_they_say() {
        let body = "“Zürich” – trade with South KoreaThe move hit São Paulo’s port.";
        let names = of(body);
        assert!(names.place.contains(&"South Korea".to_owned()));
        for mention in &names.mentions {
            assert_eq!(
                body.get(mention.start..mention.end),
                Some(mention.text.as_str())
            );
        }
    }

    // Hostile text must cost no more than its length.
    #[test]
    fn repetitive_text_does_not_hang() {
        for unit in [
            "A",
            "Kim ",
            "KoreaThe",
            "Ministry of ",
            "'s",
            "X-",
            "U.S.",
            "Al - ",
            "of Health, ",
        ] {
            let names = find(&unit.repeat(20_000), &[], None);
            assert!(names.person.len() < 100);
        }
    }
}
