//! Text from outside, made fit to be seen.

/// The text for a screen or a terminal: at most `most` characters, on one line, left to right. What cannot be seen or
/// would change the order or look of what stands around it is named instead: `⟨1D⟩`, `⟨202E⟩`.
#[must_use]
pub fn shown(text: &str, most: usize) -> String {
    let mut shown = String::new();
    for (count, letter) in text.chars().enumerate() {
        if count == most {
            shown.push('…');
            break;
        }
        if is_hidden(letter) {
            shown.push_str(&format!("⟨{:02X}⟩", u32::from(letter)));
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// Control characters, marks that turn the direction of writing, spaces without width, tags, and what stands for
/// nothing.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
                | '\u{e000}'..='\u{f8ff}'
                | '\u{f0000}'..
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_as_it_is() {
        for text in ["", "LIFT-0042", "上海 电梯", "Grüße, naïve café", "עברית"] {
            assert_eq!(shown(text, 100), text);
        }
    }

    #[test]
    fn what_cannot_be_seen_is_named() {
        assert_eq!(shown("a\u{1d}b\u{1b}[31m\nc\u{0}", 100), "a⟨1D⟩b⟨1B⟩[31m⟨0A⟩c⟨00⟩");
        assert_eq!(shown("https://bank\u{202e}gro.elpmaxe\u{200b}", 100), "https://bank⟨202E⟩gro.elpmaxe⟨200B⟩");
        assert_eq!(shown("\u{feff}\u{2066}x\u{e0041}", 100), "⟨FEFF⟩⟨2066⟩x⟨E0041⟩");
    }

    #[test]
    fn seven_kilobytes_become_a_line() {
        assert_eq!(shown(&"é".repeat(7000), 5), "ééééé…");
        assert_eq!(shown("ééééé", 5), "ééééé");
    }
}
