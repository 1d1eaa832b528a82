//! Finds fonts of the system that can draw given characters, and measures text with them.
//!
//! No font is carried along: one with Chinese is larger than the whole program.

use super::LabelError;
use super::text::Words;
use ab_glyph::{Font as _, FontRef, GlyphId};
use fontdb::{Database, Family, Query, Style, Weight};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Looked for in this order, so that labels look alike wherever these are installed. Chinese first: such fonts have
/// Latin letters that fit.
const FAMILIES: [&str; 16] = [
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "DengXian",
    "SimHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "Noto Sans",
    "Roboto",
    "Arial",
    "DejaVu Sans",
];

/// Letters on a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hand {
    /// The title.
    Bold,
    /// The rest.
    Regular,
}

/// The font files that are needed, and for which characters.
pub(super) struct Loaded {
    bold: (BTreeSet<char>, Vec<File>),
    regular: (BTreeSet<char>, Vec<File>),
}

struct File {
    data: Arc<Vec<u8>>,
    index: u32,
}

impl Loaded {
    /// Finds and loads what all these words need.
    pub(super) fn for_words(words: &[Words]) -> Result<Self, LabelError> {
        let mut fonts = Database::new();
        fonts.load_system_fonts();
        let of = |pick: fn(&Words) -> Vec<&str>| -> BTreeSet<char> {
            // The ellipsis may be needed wherever text is cut.
            words.iter().flat_map(pick).flat_map(str::chars).chain(['…']).collect()
        };
        let bold = of(|words| vec![&words.title]);
        let regular = of(|words| vec![&words.detail, &words.code]);
        let found = |weight, characters: BTreeSet<char>| {
            let files = files(&fonts, weight, characters.clone())?;
            Ok((characters, files))
        };
        Ok(Self { bold: found(Weight::BOLD, bold)?, regular: found(Weight::NORMAL, regular)? })
    }

    /// Ready for measuring and drawing.
    pub(super) fn open(&self) -> Result<Fonts<'_>, LabelError> {
        let files = self.bold.1.iter().chain(&self.regular.1);
        let faces: Vec<Face<'_>> = files.map(Face::open).collect::<Result<_, _>>()?;
        let (bold, regular) = faces.split_at(self.bold.1.len());
        let bold = alphabet(&self.bold.0, bold, 0);
        let regular = alphabet(&self.regular.0, regular, self.bold.1.len());
        Ok(Fonts { faces, bold, regular })
    }
}

/// Each character with the first face that can draw it; `first` is the number of the first face.
fn alphabet(characters: &BTreeSet<char>, faces: &[Face<'_>], first: usize) -> BTreeMap<char, Letter> {
    let letter = |character: char| {
        let at = faces.iter().position(|face| can_draw(&face.font, character))?;
        let Face { font, units, .. } = &faces[at];
        let glyph = font.glyph_id(character);
        let advance = font.h_advance_unscaled(glyph) / units;
        Some((character, Letter { character, face: first + at, glyph, advance }))
    };
    characters.iter().filter_map(|character| letter(*character)).collect()
}

/// The files that together have all `missing` characters, in order of preference.
fn files(fonts: &Database, weight: Weight, mut missing: BTreeSet<char>) -> Result<Vec<File>, LabelError> {
    let preferred = FAMILIES
        .iter()
        .filter_map(|family| fonts.query(&Query { families: &[Family::Name(family)], weight, ..Query::default() }));
    let upright = fonts.faces().filter(|face| face.style == Style::Normal);
    let mut others: Vec<_> = upright.map(|face| (face.weight.0.abs_diff(weight.0), face.id)).collect();
    others.sort_by_key(|(difference, _)| *difference);
    let mut files = Vec::new();
    for id in preferred.chain(others.into_iter().map(|(_, id)| id)) {
        if missing.is_empty() {
            break;
        }
        let file = fonts.with_face_data(id, |data, index| {
            let font = FontRef::try_from_slice_and_index(data, index).ok()?;
            let before = missing.len();
            missing.retain(|character| !can_draw(&font, *character));
            (missing.len() < before).then(|| File { data: Arc::new(data.to_vec()), index })
        });
        files.extend(file.flatten());
    }
    match missing.first() {
        Some(&character) => Err(LabelError::NoFont { character }),
        None => Ok(files),
    }
}

/// A glyph without an outline, as in fonts of coloured pictures, cannot be drawn here; only a space may be empty.
fn can_draw(font: &FontRef<'_>, character: char) -> bool {
    let id = font.glyph_id(character);
    id.0 != 0 && (character == ' ' || font.outline(id).is_some())
}

/// One opened font.
pub(super) struct Face<'a> {
    pub(super) font: FontRef<'a>,
    pub(super) data: Arc<Vec<u8>>,
    pub(super) index: u32,
    /// Font units in an em.
    pub(super) units: f32,
}

impl<'a> Face<'a> {
    fn open(file: &'a File) -> Result<Self, LabelError> {
        let bad = || LabelError::Drawing { reason: "a font of this system is damaged".into() };
        let font = FontRef::try_from_slice_and_index(&file.data, file.index).map_err(|_| bad())?;
        let units = font.units_per_em().filter(|units| *units > 0.0).ok_or_else(bad)?;
        Ok(Self { font, data: Arc::clone(&file.data), index: file.index, units })
    }
}

/// Opened fonts.
pub(super) struct Fonts<'a> {
    pub(super) faces: Vec<Face<'a>>,
    bold: BTreeMap<char, Letter>,
    regular: BTreeMap<char, Letter>,
}

/// One letter, ready to be drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Letter {
    pub(super) character: char,
    /// Which of the faces.
    pub(super) face: usize,
    pub(super) glyph: GlyphId,
    /// Width as a part of the size of the letters.
    pub(super) advance: f32,
}

impl Fonts<'_> {
    /// The letters of a text. Every character has a font, or loading would have failed.
    pub(super) fn letters(&self, text: &str, hand: Hand) -> Vec<Letter> {
        text.chars().filter_map(|character| self.letter(character, hand)).collect()
    }

    /// One letter of those that were loaded.
    pub(super) fn letter(&self, character: char, hand: Hand) -> Option<Letter> {
        let alphabet = if hand == Hand::Bold { &self.bold } else { &self.regular };
        alphabet.get(&character).copied()
    }
}
