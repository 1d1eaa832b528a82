//! The application identifiers: how many digits they have, and what their values may be.

/// What is known about one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identifier {
    /// How many digits the identifier has.
    pub(super) digits: usize,
    /// How long the value is, where its end is not marked.
    pub(super) fixed: Option<usize>,
    /// How long the value may be.
    pub(super) most: usize,
    /// Whether only digits are allowed.
    numeric: bool,
    /// Whether the last digit checks the others.
    pub(super) checked: bool,
}

impl Identifier {
    /// Whether a value may hold this: digits, or the 82 characters that GS1 allows.
    pub(super) fn allows(self, letter: char) -> bool {
        letter.is_ascii_digit()
            || !self.numeric && (letter.is_ascii_alphabetic() || "!\"%&'()*+,-./:;<=>?_".contains(letter))
    }
}

const fn fixed(digits: usize, length: usize) -> Identifier {
    Identifier { digits, fixed: Some(length), most: length, numeric: true, checked: false }
}

const fn checked(digits: usize, length: usize) -> Identifier {
    Identifier { checked: true, ..fixed(digits, length) }
}

const fn text(digits: usize, most: usize) -> Identifier {
    Identifier { digits, fixed: None, most, numeric: false, checked: false }
}

const fn number(digits: usize, most: usize) -> Identifier {
    Identifier { numeric: true, ..text(digits, most) }
}

/// The identifier at the beginning of a text. Its first two digits tell how many it has, and whether the value's
/// length is fixed; that will hold for identifiers that are not given out yet.
pub(super) fn identifier(text_from_here: &str) -> Option<Identifier> {
    let digits = |count: usize| -> Option<u16> {
        let name = text_from_here.get(..count)?;
        name.bytes().all(|byte| byte.is_ascii_digit()).then(|| name.parse().ok()).flatten()
    };
    let found = match digits(2)? {
        0 => checked(2, 18),
        1..=3 => checked(2, 14),
        11..=13 | 15..=17 => fixed(2, 6),
        20 => fixed(2, 2),
        10 | 21 | 22 => text(2, 20),
        30 | 37 => number(2, 8),
        90 => text(2, 30),
        91..=99 => text(2, 90),
        23 => text(3, 28),
        24 | 25 => text(3, 30),
        31..=36 => fixed(4, 6),
        39 => number(4, 18),
        40 => text(3, 30),
        41 => checked(3, 13),
        42 => text(3, 20),
        43 => text(4, 90),
        71 => text(3, 20),
        70 | 72 | 80..=82 => text(4, 90),
        _ => return None,
    };
    digits(found.digits).map(|_| found)
}

/// Weights 3 and 1 from the right; the last digit makes the sum a multiple of ten.
pub(super) fn has_right_check_digit(digits: &str) -> bool {
    let weighted = |(at, byte): (usize, u8)| u32::from(byte - b'0') * if at % 2 == 0 { 1 } else { 3 };
    digits.bytes().all(|byte| byte.is_ascii_digit())
        && digits.bytes().rev().enumerate().map(weighted).sum::<u32>().is_multiple_of(10)
}
