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

/// What the index is asked for: neighbouring Chinese characters must be neighbours, letters may be the beginning of a
/// word, and all of it must be there. None if the text has no word in it.
pub(crate) fn expression(text: &str) -> Option<String> {
    let mut terms: Vec<String> = Vec::new();
    for chunk in text.split_whitespace() {
        let mut run: Vec<String> = Vec::new();
        for word in words(chunk).split_whitespace() {
            if word.chars().all(stands_alone) {
                run.push(word.to_owned());
            } else {
                flush(&mut run, &mut terms);
                terms.push(format!("\"{word}\"*"));
            }
        }
        flush(&mut run, &mut terms);
    }
    (!terms.is_empty()).then(|| terms.join(" AND "))
}

fn flush(run: &mut Vec<String>, terms: &mut Vec<String>) {
    if !run.is_empty() {
        terms.push(format!("\"{}\"", run.join(" ")));
        run.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{expression, words};

    #[test]
    fn chinese_is_cut_by_character_and_letters_by_word() {
        assert_eq!(words("漏电保护器 Leakage-Breaker，Ｅ２７"), "漏 电 保 护 器 leakage breaker e27");
    }

    #[test]
    fn an_expression_keeps_neighbours_together() {
        assert_eq!(expression("漏电 seal").as_deref(), Some("\"漏 电\" AND \"seal\"*"));
        assert_eq!(expression("E27门"), Some("\"e27\"* AND \"门\"".to_owned()));
        assert_eq!(expression(" \"'* "), None);
    }
}
