//! Labels: a code with its name beside it, laid out on a sheet or a roll.
//!
//! Everything is placed in the dots of the paper or the printer, and modules are whole dots, so that no edge of a code falls
//! between two of them.

mod font;
mod layout;
mod pdf;
mod png;
mod qr;
mod svg;
mod text;
mod zpl;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What stands on one label.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Label {
    /// What the code says.
    pub code: String,
    /// What it belongs to, in large letters.
    pub title: String,
    /// More about it, in small letters.
    #[serde(default)]
    pub detail: String,
}

/// What the labels are printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// A4 with 3 x 8 labels of 70 x 37 mm, without gaps.
    #[default]
    #[serde(rename = "a4_24")]
    A4Of24,
    /// A4 with 5 x 13 labels of 38.1 x 21.2 mm.
    #[serde(rename = "a4_65")]
    A4Of65,
    /// A roll 62 mm wide, one label of 62 x 29 mm a page.
    #[serde(rename = "roll_62")]
    Roll62,
}

/// What kind of file to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LabelOutput {
    /// As many pages as are needed, with the fonts' used glyphs inside.
    #[default]
    Pdf,
    /// One page at 300 dots an inch; a single label alone, without the sheet.
    Png,
    /// One page, letters as outlines; a single label alone, without the sheet.
    Svg,
    /// For label printers of 203 dots an inch: one label after the other, each of the size that the paper's labels have.
    Zpl,
    /// The same for label printers of 300 dots an inch.
    #[serde(rename = "zpl_300")]
    Zpl300,
}

/// Labels to draw.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LabelSheet {
    /// In the order in which they are placed, row by row.
    pub labels: Vec<Label>,
    /// What they are printed on.
    pub paper: Paper,
    /// What kind of file to make.
    pub output: LabelOutput,
}

/// A drawn sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelFile {
    /// For example `application/pdf`.
    pub media_type: &'static str,
    /// For example `pdf`.
    pub extension: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Why labels cannot be drawn. Labels are numbered from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, TS)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum LabelError {
    /// Nothing to draw.
    #[error("there is no label to draw")]
    NoLabels,
    /// More labels than are drawn at once.
    #[error("{count} labels are too many at once: {most} at most")]
    TooMany {
        /// How many were given.
        count: usize,
        /// How many are possible.
        most: usize,
    },
    /// A label without a code.
    #[error("label {number} has no code")]
    EmptyCode {
        /// Which label.
        number: usize,
    },
    /// The code would be too fine to print or read in this size.
    #[error("the code of label {number} is too long for this paper")]
    CodeTooLong {
        /// Which label.
        number: usize,
    },
    /// PNG and SVG hold one page.
    #[error("a picture holds one page, and these labels need {pages}: choose PDF")]
    ManyPages {
        /// How many pages there would be.
        pages: usize,
    },
    /// No font of this system can draw a character.
    #[error("no font on this system can draw '{character}' (U+{:04X}); for Chinese install Noto Sans CJK", u32::from(*.character))]
    NoFont {
        /// The character.
        character: char,
    },
    /// The list of labels cannot be read.
    #[error("the list of labels cannot be read: {reason}")]
    BadList {
        /// What is wrong, and where.
        reason: String,
    },
    /// The file could not be put together.
    #[error("the labels could not be drawn: {reason}")]
    Drawing {
        /// What the library said.
        reason: String,
    },
}

/// How many labels are drawn at once at most.
pub(crate) const MOST_LABELS: usize = 2000;

/// Draws labels with the fonts of this system.
///
/// # Errors
/// When there are none or too many, a code is empty or too long, a character has no font, or a picture would need more
/// than one page.
pub fn draw_labels(sheet: &LabelSheet) -> Result<LabelFile, LabelError> {
    let count = sheet.labels.len();
    if count == 0 {
        return Err(LabelError::NoLabels);
    }
    if count > MOST_LABELS {
        return Err(LabelError::TooMany { count, most: MOST_LABELS });
    }
    let is_picture = matches!(sheet.output, LabelOutput::Png | LabelOutput::Svg);
    let is_zpl = matches!(sheet.output, LabelOutput::Zpl | LabelOutput::Zpl300);
    let raster = if sheet.output == LabelOutput::Zpl { layout::Raster::COARSE } else { layout::Raster::FINE };
    let geometry = layout::Geometry::of(sheet.paper, is_zpl || is_picture && count == 1, raster);
    let pages = count.div_ceil(geometry.labels_per_page());
    if pages > 1 && is_picture {
        return Err(LabelError::ManyPages { pages });
    }
    let words: Vec<text::Words> = sheet.labels.iter().map(text::Words::of).collect();
    let loaded = font::Loaded::for_words(&words)?;
    let fonts = loaded.open()?;
    let pages = layout::pages(&geometry, &sheet.labels, &words, &fonts)?;
    match sheet.output {
        LabelOutput::Pdf => {
            let bytes = pdf::draw(&geometry, &pages, &fonts)?;
            Ok(LabelFile { media_type: "application/pdf", extension: "pdf", bytes })
        }
        LabelOutput::Png => {
            let bytes = png::draw(&geometry, &pages[0], &fonts)?;
            Ok(LabelFile { media_type: "image/png", extension: "png", bytes })
        }
        LabelOutput::Svg => {
            let bytes = svg::draw(&geometry, &pages[0], &fonts).into_bytes();
            Ok(LabelFile { media_type: "image/svg+xml", extension: "svg", bytes })
        }
        LabelOutput::Zpl | LabelOutput::Zpl300 => {
            let mut text = String::new();
            for page in &pages {
                zpl::add(&mut text, &geometry, &png::Pixels::of(&geometry, page, &fonts));
            }
            Ok(LabelFile { media_type: "application/zpl", extension: "zpl", bytes: text.into_bytes() })
        }
    }
}

/// Reads labels from a table with the columns `code`, `title` and, if wanted, `detail`, in any order, with a header.
///
/// # Errors
/// When it is not such a table in UTF-8, or has more rows than are drawn at once.
pub fn labels_from_csv(bytes: &[u8]) -> Result<Vec<Label>, LabelError> {
    let bad = |reason: String| LabelError::BadList { reason };
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let headers = reader.headers().map_err(|error| bad(error.to_string()))?;
    for needed in ["code", "title"] {
        if !headers.iter().any(|header| header == needed) {
            return Err(bad(format!("its first line must name the columns code,title,detail; '{needed}' is missing")));
        }
    }
    let mut labels = Vec::new();
    for row in reader.deserialize() {
        labels.push(row.map_err(|error| bad(error.to_string()))?);
        if labels.len() > MOST_LABELS {
            return Err(bad(format!("it has more than {MOST_LABELS} rows")));
        }
    }
    Ok(labels)
}
