//! What is looked for, and what was found.

use base64::Engine as _;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A kind of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CodeFormat {
    /// QR code, the one on our own labels.
    QrCode,
    /// Micro QR code, on small parts.
    MicroQrCode,
    /// Data Matrix, engraved or printed on parts.
    DataMatrix,
    /// PDF417, on delivery notes.
    #[serde(rename = "pdf_417")]
    Pdf417,
    /// Code 128, on parcels and type plates.
    #[serde(rename = "code_128")]
    Code128,
    /// Code 39, on older type plates.
    #[serde(rename = "code_39")]
    Code39,
    /// Code 93.
    #[serde(rename = "code_93")]
    Code93,
    /// Codabar.
    Codabar,
    /// EAN-13, the article number.
    #[serde(rename = "ean_13")]
    Ean13,
    /// UPC-A, the article number in North America.
    UpcA,
    /// Interleaved 2 of 5, on cartons.
    Itf,
    /// EAN-8. Never looked for unless it is asked for: it is seen where there is nothing.
    #[serde(rename = "ean_8")]
    Ean8,
    /// UPC-E. Never looked for unless it is asked for: it is seen where there is nothing.
    UpcE,
}

impl CodeFormat {
    /// All formats.
    pub const ALL: [Self; 13] = [
        Self::QrCode,
        Self::MicroQrCode,
        Self::DataMatrix,
        Self::Pdf417,
        Self::Code128,
        Self::Code39,
        Self::Code93,
        Self::Codabar,
        Self::Ean13,
        Self::UpcA,
        Self::Itf,
        Self::Ean8,
        Self::UpcE,
    ];

    /// What is looked for when nothing else is said. The formats with weak checks are left out, because a wrong
    /// answer is worse than none.
    pub const USUAL: [Self; 9] = [
        Self::QrCode,
        Self::MicroQrCode,
        Self::DataMatrix,
        Self::Pdf417,
        Self::Code128,
        Self::Code39,
        Self::Ean13,
        Self::UpcA,
        Self::Itf,
    ];

    /// The name as it stands in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::QrCode => "qr_code",
            Self::MicroQrCode => "micro_qr_code",
            Self::DataMatrix => "data_matrix",
            Self::Pdf417 => "pdf_417",
            Self::Code128 => "code_128",
            Self::Code39 => "code_39",
            Self::Code93 => "code_93",
            Self::Codabar => "codabar",
            Self::Ean13 => "ean_13",
            Self::UpcA => "upc_a",
            Self::Itf => "itf",
            Self::Ean8 => "ean_8",
            Self::UpcE => "upc_e",
        }
    }

    /// The format with that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// How much trouble to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReadMode {
    /// A frame of a running camera: a short list, since the next frame is near.
    Live,
    /// A photograph, or a tap on the screen: everything that is known to help.
    #[default]
    Still,
}

/// How to read a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ReadOptions {
    /// How much trouble to take.
    pub mode: ReadMode,
    /// What to look for; nothing stands for the usual formats.
    pub formats: Vec<CodeFormat>,
    /// How much time there is for looking. The first stage always runs; after it a stage begins only if there is time
    /// for half of the longest so far.
    pub budget_millis: u32,
    /// A stage that has begun is left behind after this time, and the next begins.
    pub overrun_millis: u32,
    /// The number of the frame in live mode; each frame tries another of the costly stages.
    pub frame: u32,
}

impl ReadOptions {
    /// For a photograph.
    #[must_use]
    pub fn still() -> Self {
        Self { mode: ReadMode::Still, formats: Vec::new(), budget_millis: 150, overrun_millis: 4000, frame: 0 }
    }

    /// For one frame of a camera, numbered from 0.
    #[must_use]
    pub fn live(frame: u32) -> Self {
        Self { mode: ReadMode::Live, formats: Vec::new(), budget_millis: 30, overrun_millis: 500, frame }
    }
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self::still()
    }
}

/// One code in a picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FoundCode {
    /// What kind of code it is.
    pub format: CodeFormat,
    /// What it says. Payloads that are no text are shown as well as can be; `bytes_base64` has them whole.
    pub text: String,
    /// The same fit to be seen: short, on one line, without what turns the direction of writing.
    pub shown: String,
    /// The payload, base64.
    pub bytes_base64: String,
    /// Whether the code itself says that it follows GS1, as opposed to a text that merely looks so.
    #[serde(default)]
    pub is_gs1: bool,
    /// Where it is, in pixels of the upright picture, clockwise. A square code begins with
    /// its own upper left corner, bars with where they are read from.
    pub corners: [[f32; 2]; 4],
    /// Which stage found it.
    pub stage: String,
}

impl FoundCode {
    /// The payload.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        base64::engine::general_purpose::STANDARD.decode(&self.bytes_base64).ok()
    }
}

/// What a picture says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Reading {
    /// All codes found; none is a fair answer.
    pub codes: Vec<FoundCode>,
    /// How long it took.
    pub millis: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_json() {
        for format in CodeFormat::ALL {
            assert_eq!(serde_json::to_value(format).unwrap(), format.name());
            assert_eq!(CodeFormat::from_name(format.name()), Some(format));
        }
        assert_eq!(CodeFormat::from_name("maxi_code"), None);
    }
}
