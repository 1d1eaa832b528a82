//! How many of a folder's pictures are read, how many wrongly, and how long it takes.

mod folder;
mod time;

pub use folder::{Case, Expected, cases};
pub use time::Spread;

use crate::{CodeFormat, FoundCode, ReadOptions, ScanError};
use serde::Serialize;
use time::Clock;

/// What came of one folder, or of all.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Score {
    /// The folder's name.
    pub folder: String,
    /// Pictures of which it is known what they say.
    pub known: usize,
    /// Of those: all that they say was read.
    pub right: usize,
    /// Codes that are known to be there.
    pub codes_known: usize,
    /// Of those: the ones that were read.
    pub codes_right: usize,
    /// Pictures that are known to hold no code.
    pub empty: usize,
    /// Codes seen in those: each is a false reading.
    pub false_codes: usize,
    /// Codes that were seen in pictures of which it is known what they say, and that say something else.
    pub other_codes: usize,
    /// Pictures of which it is not known what they say.
    pub unknown: usize,
    /// Files that could not be read as pictures.
    pub broken: usize,
    /// CPU milliseconds per picture, without unpacking the file.
    pub millis: Spread,
    /// Which pictures were not read, or read wrongly, and how.
    pub remarks: Vec<Remark>,
    #[serde(skip)]
    times: Vec<f64>,
}

/// What was not as it should be with one picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// The file, below the folder that is scored.
    pub file: String,
    /// What is known to be there.
    pub expected: Vec<String>,
    /// What was seen, with its kind.
    pub seen: Vec<String>,
    /// Why it could not be read as a picture.
    pub error: Option<String>,
}

impl Score {
    /// The part of the known pictures that were read, in percent.
    #[must_use]
    pub fn rate(&self) -> f64 {
        percent(self.right, self.known)
    }

    /// The part of the known codes that were read, in percent.
    #[must_use]
    pub fn code_rate(&self) -> f64 {
        percent(self.codes_right, self.codes_known)
    }

    /// How many pictures there were.
    #[must_use]
    pub fn pictures(&self) -> usize {
        self.known + self.empty + self.unknown + self.broken
    }

    /// Takes up another score.
    pub fn add(&mut self, other: &Self) {
        self.known += other.known;
        self.right += other.right;
        self.codes_known += other.codes_known;
        self.codes_right += other.codes_right;
        self.empty += other.empty;
        self.false_codes += other.false_codes;
        self.other_codes += other.other_codes;
        self.unknown += other.unknown;
        self.broken += other.broken;
        self.times.extend(&other.times);
        self.millis = Spread::of(&self.times);
    }

    /// Reads one picture and notes what came of it.
    pub fn take(&mut self, case: &Case, options: &ReadOptions) {
        let picture = match crate::picture::unpack(&case.bytes) {
            Ok(picture) => picture,
            Err(error) => return self.take_broken(case, &error),
        };
        let (width, height) = picture.dimensions();
        let clock = Clock::start();
        let seen = match crate::read_luma(picture.as_raw(), width, height, options) {
            Ok(reading) => reading.codes,
            Err(error) => return self.take_broken(case, &error),
        };
        self.times.push(clock.millis());
        self.millis = Spread::of(&self.times);
        self.judge(case, &seen);
    }

    fn take_broken(&mut self, case: &Case, error: &ScanError) {
        self.broken += 1;
        self.remarks.push(Remark {
            file: case.file.clone(),
            expected: Vec::new(),
            seen: Vec::new(),
            error: Some(error.to_string()),
        });
    }

    fn judge(&mut self, case: &Case, seen: &[FoundCode]) {
        let is_fine = match &case.expected {
            Expected::Unknown => {
                self.unknown += 1;
                true
            }
            Expected::Nothing => {
                self.empty += 1;
                self.false_codes += seen.len();
                seen.is_empty()
            }
            Expected::Codes(expected) => {
                let right = expected.iter().filter(|bytes| seen.iter().any(|code| says(code, bytes))).count();
                let other = seen.iter().filter(|code| !expected.iter().any(|bytes| says(code, bytes))).count();
                self.known += 1;
                self.right += usize::from(right == expected.len());
                self.codes_known += expected.len();
                self.codes_right += right;
                self.other_codes += other;
                right == expected.len() && other == 0
            }
        };
        if !is_fine {
            let expected = match &case.expected {
                Expected::Codes(codes) => codes.iter().map(|code| String::from_utf8_lossy(code).into_owned()).collect(),
                _ => Vec::new(),
            };
            let seen = seen.iter().map(|code| format!("{} {} {:?}", code.stage, code.format.name(), code.text));
            self.remarks.push(Remark { file: case.file.clone(), expected, seen: seen.collect(), error: None });
        }
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

/// Whether a code says what is known to be there. Sidecars are texts that people wrote: ends of lines may differ, a
/// separator of GS1 is written `<GS>` or left out, element strings have brackets, and UPC-A has a leading nought or not.
fn says(code: &FoundCode, expected: &[u8]) -> bool {
    if code.bytes().as_deref() == Some(expected) {
        return true;
    }
    let expected = String::from_utf8_lossy(expected);
    let plain = |text: &str| {
        let text = text.replace("\r\n", "\n").replace("<GS>", "\u{1d}");
        let kept = text.trim_end().chars().filter(|letter| !matches!(letter, '\u{1d}' | '(' | ')'));
        kept.collect::<String>()
    };
    let (one, other) = (plain(&code.text), plain(&expected));
    let is_article = matches!(code.format, CodeFormat::Ean13 | CodeFormat::UpcA);
    one == other || is_article && one.trim_start_matches('0') == other.trim_start_matches('0')
}

/// Reads all cases and scores them, a folder after the other; the last row is that of all together. `each` hears of
/// every folder as soon as it is done.
///
/// # Errors
/// When a file cannot be read from the disk.
pub fn score(
    cases: impl Iterator<Item = std::io::Result<Case>>,
    options: &ReadOptions,
    mut each: impl FnMut(&Score),
) -> std::io::Result<Score> {
    let mut all = Score { folder: "all".into(), ..Score::default() };
    let mut row: Option<Score> = None;
    let mut frame = 0;
    for case in cases {
        let case = case?;
        if let Some(done) = row.take_if(|row| row.folder != case.folder) {
            each(&done);
            all.add(&done);
        }
        let row = row.get_or_insert_with(|| Score { folder: case.folder.clone(), ..Score::default() });
        // As in a running camera, each frame tries another of the costly stages.
        row.take(&case, &ReadOptions { frame, ..options.clone() });
        frame = frame.wrapping_add(1);
    }
    if let Some(done) = row {
        each(&done);
        all.add(&done);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;

    fn code(format: CodeFormat, text: &str) -> FoundCode {
        FoundCode {
            format,
            text: text.into(),
            shown: text.into(),
            bytes_base64: base64::engine::general_purpose::STANDARD.encode(text),
            is_gs1: false,
            corners: [[0.0; 2]; 4],
            stage: "picture".into(),
        }
    }

    #[test]
    fn sidecars_may_be_written_by_people() {
        let qr = |text: &str| code(CodeFormat::QrCode, text);
        assert!(says(&qr("one\r\ntwo"), b"one\ntwo\n"));
        assert!(says(&qr("0112345678901231\u{1d}10A"), b"(01)12345678901231(10)A"));
        assert!(!says(&qr("012"), b"12"));
        assert!(says(&code(CodeFormat::UpcA, "012345678905"), b"0012345678905"));
    }

    #[test]
    fn a_code_where_there_is_none_is_false_and_a_second_one_is_other() {
        let mut score = Score::default();
        let case = |expected| Case { folder: String::new(), file: "x.png".into(), bytes: Vec::new(), expected };
        let seen = [code(CodeFormat::QrCode, "a"), code(CodeFormat::QrCode, "b")];
        score.judge(&case(Expected::Nothing), &seen);
        score.judge(&case(Expected::Codes(vec![b"a".to_vec(), b"c".to_vec()])), &seen);
        score.judge(&case(Expected::Unknown), &seen);
        assert_eq!((score.false_codes, score.other_codes, score.unknown), (2, 1, 1));
        assert_eq!((score.known, score.right, score.codes_known, score.codes_right), (1, 0, 2, 1));
        assert_eq!(score.remarks.len(), 2);
    }
}
