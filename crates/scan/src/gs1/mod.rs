//! What a code that follows GS1 says about a thing: article, batch, serial number, dates, count.
//!
//! Three ways of writing it are read: element strings as scanners give them, with separators; the same with the
//! identifiers in brackets, as it is printed below the bars; and links (GS1 Digital Link).

mod date;
mod identifiers;
mod link;

pub use date::Gs1Date;

use crate::{CodeFormat, FoundCode};
use identifiers::{Identifier, identifier};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The separator after a value of variable length, FNC1 in the code itself.
const SEPARATOR: char = '\u{1d}';

/// Longer texts are no element strings: the largest code that carries them holds fewer.
const MOST_CHARACTERS: usize = 8000;

/// A thing as GS1 describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Gs1 {
    /// The article, always 14 digits; the check digit is right.
    pub gtin: Option<String>,
    /// Batch or lot.
    pub batch: Option<String>,
    /// The single thing's number.
    pub serial: Option<String>,
    /// Not to be used after this date.
    pub expiry: Option<Gs1Date>,
    /// Made on this date.
    pub produced: Option<Gs1Date>,
    /// How many there are.
    pub count: Option<u32>,
    /// Everything else, in order.
    pub others: Vec<Gs1Element>,
    /// Where it is a link: its host. Nothing about the link is opened or believed.
    pub host: Option<String>,
}

/// One value with its application identifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Gs1Element {
    /// Two to four digits.
    pub identifier: String,
    /// The value as it came.
    pub value: String,
}

/// Why a text is not what GS1 prescribes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, TS)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum Gs1Error {
    /// It does not begin like an element string or link.
    #[error("this does not follow GS1")]
    NotGs1,
    /// No such application identifier.
    #[error("there is no application identifier that begins with '{found}'")]
    UnknownIdentifier {
        /// What stands there.
        found: String,
    },
    /// A value is shorter than prescribed, or missing.
    #[error("the value of ({identifier}) is too short")]
    TooShort {
        /// Whose.
        identifier: String,
    },
    /// A value is longer than prescribed. Often the separator after it is missing.
    #[error("the value of ({identifier}) is too long")]
    TooLong {
        /// Whose.
        identifier: String,
    },
    /// A value holds a character that it may not hold.
    #[error("the value of ({identifier}) holds a character that is not allowed there")]
    BadCharacter {
        /// Whose.
        identifier: String,
    },
    /// The last digit does not fit the others: misread or mistyped.
    #[error("the check digit of ({identifier}) is wrong")]
    BadCheckDigit {
        /// Whose.
        identifier: String,
    },
    /// No such day.
    #[error("({identifier}) is no date")]
    BadDate {
        /// Whose.
        identifier: String,
    },
    /// One identifier with two different values.
    #[error("({identifier}) stands there twice, with different values")]
    Contradiction {
        /// Which.
        identifier: String,
    },
}

/// Reads an element string or a link. `this_year` says which century two digits mean: at most 50 years before or after.
///
/// # Errors
/// When the text is none, or says something that cannot be.
pub fn parse_gs1(text: &str, this_year: u16) -> Result<Gs1, Gs1Error> {
    if text.len() > MOST_CHARACTERS {
        return Err(Gs1Error::NotGs1);
    }
    let mut found = Gs1::default();
    let elements = if let Some(link) = link::Link::of(text) {
        found.host = Some(link.host);
        link.elements
    } else if text.starts_with('(') {
        bracketed(text)?
    } else {
        plain(text)?
    };
    if elements.is_empty() {
        return Err(Gs1Error::NotGs1);
    }
    let mut seen: Vec<Gs1Element> = Vec::new();
    for element in elements {
        if let Some(before) = seen.iter().find(|before| before.identifier == element.identifier) {
            if before.value != element.value {
                return Err(Gs1Error::Contradiction { identifier: element.identifier });
            }
            continue;
        }
        found.take(&element, this_year)?;
        seen.push(element);
    }
    Ok(found)
}

impl Gs1 {
    /// The article number as it is printed: without the zeros that fill it up to 14 digits.
    #[must_use]
    pub fn article(&self) -> Option<&str> {
        let gtin = self.gtin.as_deref()?;
        let least = [6, 2, 1].into_iter().find(|zeros| gtin.bytes().take(*zeros).all(|digit| digit == b'0'));
        gtin.get(least.unwrap_or(0)..)
    }

    /// All ways in which that number may be written: filled up or not.
    #[must_use]
    pub fn articles(&self) -> Vec<&str> {
        let Some(gtin) = self.gtin.as_deref() else { return Vec::new() };
        let filled = |zeros: usize| gtin.bytes().take(zeros).all(|digit| digit == b'0');
        [0, 1, 2, 6].into_iter().filter(|zeros| filled(*zeros)).filter_map(|zeros| gtin.get(zeros..)).collect()
    }

    fn take(&mut self, element: &Gs1Element, this_year: u16) -> Result<(), Gs1Error> {
        let date = || {
            Gs1Date::parse(&element.value, this_year)
                .ok_or_else(|| Gs1Error::BadDate { identifier: element.identifier.clone() })
        };
        let value = element.value.clone();
        match element.identifier.as_str() {
            "01" => self.gtin = Some(value),
            "10" => self.batch = Some(value),
            "21" => self.serial = Some(value),
            "17" => self.expiry = Some(date()?),
            "11" => self.produced = Some(date()?),
            // Digits, and few enough: checked before.
            "30" | "37" => self.count = value.parse().ok(),
            _ => self.others.push(element.clone()),
        }
        Ok(())
    }
}

impl FoundCode {
    /// What the code says about a thing, if it follows GS1; see [`gs1_of`].
    #[must_use]
    pub fn gs1(&self, this_year: u16) -> Option<Gs1> {
        gs1_of(&self.text, Some(self.format), self.is_gs1, this_year)
    }
}

/// The marks that scanners put before what follows GS1.
const MARKS: [&str; 5] = ["]C1", "]d2", "]Q3", "]J1", "]e0"];

/// What a text that was read says about a thing, if it follows GS1: because the code itself says so, a scanner marked it,
/// it holds separators, it is a link or stands in brackets, or the code is an article number by its kind. A plain text that
/// only looks like an element string is none.
#[must_use]
pub fn gs1_of(text: &str, format: Option<CodeFormat>, is_gs1: bool, this_year: u16) -> Option<Gs1> {
    let is_article = match format {
        Some(CodeFormat::Ean13 | CodeFormat::UpcA | CodeFormat::Ean8) => true,
        Some(CodeFormat::Itf) => text.len() == 14,
        _ => false,
    };
    if is_article {
        return parse_gs1(&format!("01{text:0>14}"), this_year).ok();
    }
    let tells = is_gs1
        || text.starts_with('(')
        || text.contains(SEPARATOR)
        || MARKS.iter().any(|mark| text.starts_with(mark))
        || link::Link::of(text).is_some();
    tells.then(|| parse_gs1(text, this_year).ok()).flatten()
}

/// Element strings as scanners give them, some with the symbology's identifier before them.
fn plain(text: &str) -> Result<Vec<Gs1Element>, Gs1Error> {
    let marked = MARKS.iter().find_map(|mark| text.strip_prefix(mark));
    let mut rest = marked.unwrap_or(text).trim_start_matches(SEPARATOR);
    if !rest.starts_with(|first: char| first.is_ascii_digit()) {
        return Err(Gs1Error::NotGs1);
    }
    let mut elements = Vec::new();
    while !rest.is_empty() {
        let kind = identifier(rest).ok_or_else(|| unknown(rest))?;
        // An identifier is digits, so its bytes are its characters.
        let (name, value) = rest.split_at(kind.digits);
        let until_separator = value.find(SEPARATOR).unwrap_or(value.len());
        let end = kind.fixed.map_or(until_separator, |length| length.min(until_separator));
        // A fixed length may fall into the middle of a character that has no business there.
        let end = (end..=value.len()).find(|end| value.is_char_boundary(*end)).unwrap_or(value.len());
        elements.push(element(&kind, name, &value[..end])?);
        rest = value[end..].trim_start_matches(SEPARATOR);
    }
    Ok(elements)
}

/// As printed for people: `(01)04012345678901(10)A1`.
fn bracketed(text: &str) -> Result<Vec<Gs1Element>, Gs1Error> {
    let mut elements = Vec::new();
    let mut rest = text;
    while let Some((name, value)) = opening(rest) {
        let kind = identifier(name).filter(|kind| kind.digits == name.len()).ok_or_else(|| unknown(name))?;
        // A bracket may also belong to the value.
        let end = value.char_indices().map(|(at, _)| at).find(|at| opening(&value[*at..]).is_some());
        let (value, next) = value.split_at(end.unwrap_or(value.len()));
        elements.push(element(&kind, name, value.trim_end_matches(SEPARATOR))?);
        rest = next;
    }
    if rest.is_empty() { Ok(elements) } else { Err(Gs1Error::NotGs1) }
}

/// An identifier in brackets, and what follows it.
fn opening(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.strip_prefix('(')?.split_once(')')?;
    let is_name = (2..=4).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_digit());
    is_name.then_some((name, rest))
}

fn unknown(rest: &str) -> Gs1Error {
    Gs1Error::UnknownIdentifier { found: rest.chars().take(4).filter(|letter| !letter.is_control()).collect() }
}

fn element(kind: &Identifier, name: &str, value: &str) -> Result<Gs1Element, Gs1Error> {
    let identifier = name.to_owned();
    if !value.chars().all(|letter| kind.allows(letter)) {
        return Err(Gs1Error::BadCharacter { identifier });
    }
    if value.is_empty() || kind.fixed.is_some_and(|length| value.len() < length) {
        return Err(Gs1Error::TooShort { identifier });
    }
    if value.len() > kind.most {
        return Err(Gs1Error::TooLong { identifier });
    }
    if kind.checked && !identifiers::has_right_check_digit(value) {
        return Err(Gs1Error::BadCheckDigit { identifier });
    }
    Ok(Gs1Element { identifier, value: value.to_owned() })
}

#[cfg(test)]
mod tests;
