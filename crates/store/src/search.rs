//! Words for the full-text index, cut so that one Chinese character suffices to find something.

use unicode_normalization::UnicodeNormalization;

/// Whether a character is written without spaces around words.
fn stands_alone(c: char) -> bool {
    matches!(c as u32, 0x2E80..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// Cuts a text: lower case, compatibility forms made alike, each Chinese character and each run of letters or digits a
/// word of its own.
pub fn words(text: &str) -> String {
    let mut cut = String::with_capacity(text.len() * 2);
    for c in text.nfkc().flat_map(char::to_lowercase) {
        if stands_alone(c) {
            cut.push(' ');
            cut.push(c);
            cut.push(' ');
        } else if c.is_alphanumeric() {
            cut.push(c);
        } else {
            cut.push(' ');
        }
    }
    cut.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How much of a text is looked for: nobody types more, and nobody's questions wait for it.
const MOST_CHARACTERS: usize = 200;
const MOST_WORDS: usize = 12;

/// What must be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// These words one after the other, such as neighbouring Chinese characters.
    Together(Vec<String>),
    /// A word that begins so.
    Beginning(String),
}

/// What must all be found for a text: neighbouring Chinese characters as neighbours, letters as the beginning of a word.
/// Empty if the text has no word in it. The words hold nothing but letters and digits.
///
/// Each word costs a look into the index: what is beyond the first of them is not looked for.
pub(crate) fn terms(text: &str) -> Vec<Term> {
    let text: String = text.chars().take(MOST_CHARACTERS).collect();
    let mut terms: Vec<Term> = Vec::new();
    for chunk in text.split_whitespace().take(MOST_WORDS) {
        let mut run: Vec<String> = Vec::new();
        for word in words(chunk).split_whitespace() {
            if word.chars().all(stands_alone) {
                run.push(word.to_owned());
            } else {
                flush(&mut run, &mut terms);
                terms.push(Term::Beginning(word.to_owned()));
            }
        }
        flush(&mut run, &mut terms);
    }
    terms.truncate(MOST_WORDS);
    terms
}

fn flush(run: &mut Vec<String>, terms: &mut Vec<Term>) {
    if !run.is_empty() {
        terms.push(Term::Together(std::mem::take(run)));
    }
}

#[cfg(test)]
mod tests {
    use super::{Term, terms, words};

    fn together(text: &str) -> Term {
        Term::Together(text.chars().map(String::from).collect())
    }

    #[test]
    fn chinese_is_cut_by_character_and_letters_by_word() {
        assert_eq!(words("漏电保护器 Leakage-Breaker，Ｅ２７"), "漏 电 保 护 器 leakage breaker e27");
    }

    #[test]
    fn terms_keep_neighbours_together() {
        assert_eq!(terms("漏电 seal"), [together("漏电"), Term::Beginning("seal".into())]);
        assert_eq!(terms("E27门"), [Term::Beginning("e27".into()), together("门")]);
        assert_eq!(terms(" \"'* "), []);
    }

    #[test]
    fn of_a_text_without_end_only_the_beginning_is_looked_for() {
        assert_eq!(terms(&"漏 ".repeat(100_000)), vec![together("漏"); super::MOST_WORDS]);
        assert_eq!(terms(&"e".repeat(100_000)), [Term::Beginning("e".repeat(super::MOST_CHARACTERS))]);
        assert_eq!(terms(&"漏".repeat(100_000)), [together(&"漏".repeat(super::MOST_CHARACTERS))]);
    }
}
