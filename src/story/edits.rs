//! What editors do to a text before they print it again, for measuring how many copies are found.
//!
//! Every edit follows from its seed, so that a failing case can be repeated.

/// Makes of a text what another paper prints.
pub(crate) type Edit = fn(&str, &mut Dice) -> String;

/// The kinds of edits, by the names in reports.
pub(crate) const EDITS: &[(&str, Edit)] = &[
    ("wire copy with boilerplate", surround),
    ("cut to 60 %", |text, _| cut(text, 60)),
    ("cut to 30 %", |text, _| cut(text, 30)),
    ("a quarter of the sentences replaced", replace_sentences),
    ("a tenth of the words changed", change_words),
];

/// A source of numbers that look like chance.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `sides`.
    pub(crate) fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % sides.max(1)
    }
}

/// What publishers put under texts that are otherwise none of the same: a line, an offer, an address, a long warning.
pub(crate) const NOTICES: &[&str] = &[
    "All rights are reserved. Nothing on this page may be published again without our consent.",
    "Sign up for the morning letter of the Valley Courier and never miss what matters in your region. It is free, comes \
     at six, and you can leave at any time. Do you have a tip for our reporters? Write to us in confidence, or call the \
     desk in Springfield on 555 0142. Read more in the print edition, on sale at kiosks and by subscription from 4.90 a \
     month.",
    "About North Harbor Newswire: North Harbor Newswire is a service of Harbor Media Holdings of Baltimore, Maryland. It \
     brings releases of companies and public bodies to 2,300 newsrooms in the United States and Canada. The text above \
     was supplied by its issuer, who alone answers for it. Contact: Linda Marsh, director of communications, North \
     Harbor Newswire, 410 Pratt Street, Baltimore.",
    "This release may hold statements about the future in the sense of section 27A of the Securities Act of 1933 and of \
     section 21E of the Securities Exchange Act of 1934. Words such as expects, anticipates, intends, plans, believes, \
     seeks, estimates and similar expressions mark such statements. They rest on assumptions of the management at this \
     time and are subject to risks and uncertainties that are hard to foretell: among them changes in interest rates, \
     exchange rates and commodity prices, the competition in the markets that the company serves, the outcome of \
     litigation, the loss of customers or suppliers, and changes in law or regulation. Actual results may differ \
     materially from those expressed or implied. Readers should not place undue reliance on such statements, which \
     speak only as of the date on which they are made. The company undertakes no obligation to update or revise any of \
     them, whether because of new information, future events or otherwise. For a fuller account of these risks see the \
     annual report on form 10-K and the quarterly reports on form 10-Q that are filed with the Securities and Exchange \
     Commission in Washington.",
];

const BEFORE: &str = "This article was supplied by a partner agency and has not been edited by our staff. \
    Sign up for the morning letter and never miss what matters in your region. ";

const AFTER: &str = " Do you have a tip for our reporters? Write to us in confidence at any time of the day. \
    All rights are reserved, and nothing on this page may be published again without our consent. \
    Read more in the print edition, on sale at kiosks and by subscription.";

const SPARE: &[&str] = &[
    "The morning began grey over the harbour and nobody expected much of it.",
    "An aunt of mine used to say that patience is cheaper than bread.",
    "The bakers of the old quarter shut their doors a little earlier than they used to.",
    "Four chairs, a table and an unlit stove were all that the room contained.",
    "What the committee will make of it remains to be seen after the holidays.",
    "Rain is forecast for the hills, with brighter spells towards the coast.",
    "Several readers wrote in to remark upon the colour of the new trams.",
    "The orchestra will play the second half of the programme without a pause.",
];

fn sentences(text: &str) -> Vec<&str> {
    text.split_inclusive(['.', '\n']).collect()
}

fn surround(text: &str, _: &mut Dice) -> String {
    format!("{BEFORE}{text}{AFTER}")
}

/// The first sentences, up to that part of the words.
fn cut(text: &str, percent: usize) -> String {
    let all = text.split_whitespace().count();
    let mut kept = 0;
    let first = sentences(text).into_iter().take_while(|sentence| {
        let fits = kept * 100 < all * percent;
        kept += sentence.split_whitespace().count();
        fits
    });
    let first: String = first.collect();
    // A text of one long sentence is cut inside of it.
    let words: Vec<&str> = first.split_whitespace().take(all * percent / 100).collect();
    words.join(" ")
}

fn replace_sentences(text: &str, dice: &mut Dice) -> String {
    let mut changed: Vec<&str> = sentences(text);
    let count = changed.len().div_ceil(4);
    for _ in 0..count {
        let at = dice.throw(changed.len());
        changed[at] = SPARE[dice.throw(SPARE.len())];
    }
    changed.join(" ")
}

fn change_words(text: &str, dice: &mut Dice) -> String {
    let other: Vec<&str> = SPARE.iter().flat_map(|line| line.split(' ')).collect();
    let words = text.split_whitespace().map(|word| match dice.throw(10) {
        0 => other[dice.throw(other.len())],
        _ => word,
    });
    words.collect::<Vec<_>>().join(" ")
}
