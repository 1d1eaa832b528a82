//! Numbers and names that people write in more than one way, and mean the same by.

use unicode_normalization::UnicodeNormalization;

/// A number or a name as it is kept: in one width, with one kind of dash, one space between what is apart, and without what
/// nobody sees.
pub fn written(text: &str) -> String {
    let seen = |c: char| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => Some('-'),
        c if c.is_whitespace() => Some(' '),
        c if c.is_control() || is_unseen(c) => None,
        c => Some(c),
    };
    let kept: String = text.nfkc().filter_map(seen).collect();
    kept.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Spaces without a width, marks of direction, joiners, the mark of byte order, fillers, variants, tags: what has no shape of its own
/// (Unicode's Default_Ignorable_Code_Point, and the blank of Braille).
const fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// What two numbers have in common that are the same to whoever reads them: no dashes, no spaces, capital letters. The databases
/// find devices by it, so it is made of what both of them can.
pub fn key(number: &str) -> String {
    let mut key = written(number);
    key.retain(|c| !matches!(c, '-' | ' '));
    key.make_ascii_uppercase();
    key
}

/// What somebody signs in with: no capital letters, whoever types it.
pub fn login(text: &str) -> String {
    written(text).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{key, login, written};

    #[test]
    fn what_is_written_in_another_way_is_the_same_number() {
        for number in [
            "SN-1234 A",
            "sn1234a",
            "ＳＮ－１２３４Ａ",
            "SN\u{200b}1234A",
            "SN–1234–A",
            " sn 1234 a\t",
            "\u{feff}SN1234A",
            "SN1234A\u{fe0f}",
            "SN\u{34f}1234\u{3164}A\u{e0041}\u{2800}",
        ] {
            assert_eq!(key(number), "SN1234A", "{number:?}");
        }
        assert_ne!(key("SN-1234"), key("SN-1235"));
        assert_ne!(key("门-1"), key("窗-1"));
        assert_eq!(written(" ＳＮ－１２ \u{a0} 门\u{7}"), "SN-12 门");
    }

    #[test]
    fn nobody_signs_in_under_a_name_that_looks_like_anothers() {
        for name in ["ZHANG.LEI", "zhang\u{200b}.lei", "ｚｈａｎｇ.lei ", "\u{202e}zhang.lei"] {
            assert_eq!(login(name), "zhang.lei", "{name:?}");
        }
    }
}
