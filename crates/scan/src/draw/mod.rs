//! The drawn stress set: labels with a QR code as a camera in the field sees them, from a seed.
//!
//! Every picture has one trouble, so that a rate says what helps. The same seed draws the same pictures; on other
//! machines a pixel may differ by one level of grey, since sine and exponent are those of the system.

mod light;
mod numbers;
mod scene;

use image::GrayImage;
use numbers::Numbers;
use qrcode::{EcLevel, QrCode};

/// The size of a drawn picture, that of a camera's frame.
pub const DRAWN_SIZE: (u32, u32) = (640, 480);

/// What is wrong with a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Modules of 1.25 to 2.5 pixels, and nothing else.
    Small,
    /// Out of focus.
    Blur,
    /// Moved while the shutter was open.
    Motion,
    /// A high sensitivity.
    Noise,
    /// Faded or printed on something dark.
    Contrast,
    /// Seen from the side.
    Tilt,
    /// Partly covered, scratched or torn.
    Occlusion,
    /// A lamp reflected on the foil.
    Glare,
    /// Dark, with the noise that comes with it.
    LowLight,
    /// Half in the shade.
    Gradient,
    /// Wrapped around a pipe.
    Cylinder,
}

impl Trouble {
    /// All of them, in the order in which they take turns.
    pub const ALL: [Self; 11] = [
        Self::Small,
        Self::Blur,
        Self::Motion,
        Self::Noise,
        Self::Contrast,
        Self::Tilt,
        Self::Occlusion,
        Self::Glare,
        Self::LowLight,
        Self::Gradient,
        Self::Cylinder,
    ];

    /// A name for files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Blur => "blur",
            Self::Motion => "motion",
            Self::Noise => "noise",
            Self::Contrast => "contrast",
            Self::Tilt => "tilt",
            Self::Occlusion => "occlusion",
            Self::Glare => "glare",
            Self::LowLight => "low_light",
            Self::Gradient => "gradient",
            Self::Cylinder => "cylinder",
        }
    }
}

/// A drawn picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// What is wrong with it.
    pub trouble: Trouble,
    /// Grey pixels.
    pub picture: GrayImage,
    /// What the code on it says.
    pub text: String,
    /// How many pixels one module has.
    pub module: f32,
}

/// Draws picture `index` of the set with this seed. The troubles take turns.
#[must_use]
pub fn draw(seed: u64, index: u32) -> Drawn {
    let trouble = Trouble::ALL[index as usize % Trouble::ALL.len()];
    let mut numbers = Numbers::new(seed, index);
    let text = text(&mut numbers);
    let level = [EcLevel::L, EcLevel::M, EcLevel::M, EcLevel::Q, EcLevel::H][numbers.below(5)];
    // Such short texts always fit.
    let code = QrCode::with_error_correction_level(&text, level).ok();
    let module = match trouble {
        Trouble::Small => numbers.between(1.25, 2.5),
        _ => 1.25 * (6.0_f32 / 1.25).powf(numbers.between(0.35, 1.0)),
    };
    let severity = numbers.between(0.0, 1.0);
    let scene = scene::Scene::new(code.as_ref(), module, trouble, severity, &mut numbers);
    let picture = light::photograph(scene.paint(), module, trouble, severity, &mut numbers);
    Drawn { trouble, picture, text, module: scene.module() }
}

/// The picture as a PNG file.
#[must_use]
pub fn encode(drawn: &Drawn) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    // Writing to memory, of grey pixels: there is nothing that could go wrong.
    let _ = drawn.picture.write_to(&mut bytes, image::ImageFormat::Png);
    bytes.into_inner()
}

/// What stands on labels in the field: links, short codes, serial numbers.
fn text(numbers: &mut Numbers) -> String {
    let mut letters = |count: usize| -> String {
        (0..count).map(|_| char::from(b"ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"[numbers.below(34)])).collect()
    };
    let kinds = [
        format!("https://outpost.example/d/{}", letters(12)),
        format!("outpost:device:{}", letters(8)),
        letters(10),
        format!("SN {} / {}", letters(9), letters(4)),
    ];
    let pick = numbers.below(kinds.len());
    kinds[pick].clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_and_another_something_else() {
        assert_eq!(draw(7, 3), draw(7, 3));
        assert_ne!(draw(7, 3).text, draw(8, 3).text);
        assert_ne!(draw(7, 3).text, draw(7, 14).text);
    }

    #[test]
    fn troubles_take_turns_and_names_differ() {
        let drawn: Vec<Trouble> = (0..11).map(|index| draw(1, index).trouble).collect();
        assert_eq!(drawn, Trouble::ALL);
        let names: std::collections::HashSet<&str> = Trouble::ALL.iter().map(|trouble| trouble.name()).collect();
        assert_eq!(names.len(), Trouble::ALL.len());
    }
}
