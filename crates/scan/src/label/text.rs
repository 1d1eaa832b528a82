//! Text on a label: cleaned, broken into lines, cut with an ellipsis.

use super::Label;
use super::font::{Fonts, Hand, Letter};

/// Longer texts are cut before they are measured; no label holds as much.
const MOST_CHARACTERS: usize = 400;

/// A longer code is for machines only.
const MOST_CODE: usize = 40;

/// What is written on a label.
pub(super) struct Words {
    pub(super) title: String,
    pub(super) detail: String,
    /// The code in letters, for typing it in when it is scratched; empty if it stands there already or is too long.
    pub(super) code: String,
}

impl Words {
    /// The texts of a label.
    pub(super) fn of(label: &Label) -> Self {
        let (title, detail, code) = (clean(&label.title), clean(&label.detail), clean(&label.code));
        let is_shown = title.contains(&code) || detail.contains(&code);
        let is_plain =
            code == label.code && code.chars().count() <= MOST_CODE && code.chars().all(|c| c.is_ascii_graphic());
        Self { title, detail, code: if is_plain && !is_shown { code } else { String::new() } }
    }
}

/// One line of spaces and visible characters. Marks without a shape of their own would only raise the question for a
/// font.
fn clean(text: &str) -> String {
    let is_invisible = |c: char| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{AD}')
    };
    let text: String =
        text.chars().take(4 * MOST_CHARACTERS).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).take(MOST_CHARACTERS).collect();
    visible.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Breaks a text into at most `most` lines of a width, given as a multiple of the size of the letters. What does not fit
/// ends in an ellipsis.
pub(super) fn lines(fonts: &Fonts<'_>, text: &str, hand: Hand, width: f32, most: usize) -> Vec<Vec<Letter>> {
    let mut rest = &fonts.letters(text, hand)[..];
    let mut lines: Vec<Vec<Letter>> = Vec::new();
    while !rest.is_empty() && lines.len() < most {
        let end = line_end(rest, width);
        if lines.len() + 1 == most && end < rest.len() {
            lines.push(cut(fonts, rest, hand, width));
            break;
        }
        let line = &rest[..end];
        let spaces = line.iter().rev().take_while(|letter| letter.character == ' ').count();
        lines.push(line[..end - spaces].to_vec());
        rest = &rest[end..];
        let spaces = rest.iter().take_while(|letter| letter.character == ' ').count();
        rest = &rest[spaces..];
    }
    lines
}

/// Width as a multiple of the size.
pub(super) fn width(letters: &[Letter]) -> f32 {
    letters.iter().map(|letter| letter.advance).sum()
}

/// How many letters the next line takes: all that fit, back to the last place where a line may break.
fn line_end(letters: &[Letter], width: f32) -> usize {
    let fits = fitting(letters, width).max(1);
    if fits == letters.len() {
        return fits;
    }
    let may_break = |end: &usize| {
        let (before, after) = (letters[*end - 1].character, letters[*end].character);
        before == ' ' || after == ' ' || is_wide(before) || is_wide(after)
    };
    let is_good = |end: &usize| {
        may_break(end) && !is_closing(letters[*end].character) && !is_opening(letters[*end - 1].character)
    };
    (1..=fits).rev().find(is_good).unwrap_or(fits)
}

fn fitting(letters: &[Letter], width: f32) -> usize {
    let mut used = 0.0;
    letters
        .iter()
        .take_while(|letter| {
            used += letter.advance;
            used <= width
        })
        .count()
}

fn cut(fonts: &Fonts<'_>, letters: &[Letter], hand: Hand, width: f32) -> Vec<Letter> {
    let ellipsis = fonts.letters("…", hand);
    let mut line = letters[..fitting(letters, width - self::width(&ellipsis))].to_vec();
    while line.last().is_some_and(|letter| letter.character == ' ') {
        line.pop();
    }
    line.extend(ellipsis);
    line
}

/// Chinese, Japanese and Korean lines break between any two characters.
fn is_wide(character: char) -> bool {
    matches!(character, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}

/// What must not end a line.
fn is_opening(character: char) -> bool {
    matches!(character, '（' | '《' | '「' | '『' | '【' | '(' | '[')
}

/// What must not begin a line.
fn is_closing(character: char) -> bool {
    matches!(
        character,
        '·' | '，'
            | '。'
            | '、'
            | '；'
            | '：'
            | '！'
            | '？'
            | '）'
            | '》'
            | '」'
            | '』'
            | '】'
            | ','
            | '.'
            | ';'
            | ':'
            | '!'
            | '?'
            | ')'
            | ']'
            | '%'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(code: &str, title: &str, detail: &str) -> Words {
        Words::of(&Label { code: code.into(), title: title.into(), detail: detail.into() })
    }

    #[test]
    fn text_becomes_one_clean_line() {
        assert_eq!(words("c", "  Door\n seal\u{200B}\u{7}  ", "").title, "Door seal");
    }

    #[test]
    fn the_code_is_written_out_once_and_only_if_a_person_can_type_it() {
        assert_eq!(words("P-1", "Seal", "").code, "P-1");
        assert_eq!(words("P-1", "Seal P-1", "").code, "");
        assert_eq!(words(&"x".repeat(60), "Seal", "").code, "");
        assert_eq!(words("a\u{1d}b", "Seal", "").code, "");
    }
}
