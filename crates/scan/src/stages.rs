//! The lists of what is tried, in order. Each stage is one line: its name, which copy of the picture, what is done to it.
//! The order was measured: what reads most per millisecond comes first.

use crate::change::Change;
use crate::engines::{Bent, Engine, Rqrr, Threshold, Zxing};
use crate::{CodeFormat, ReadMode};

/// Which copy of the picture a stage works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// At most this long; the picture itself if it is not longer.
    AtMost(u32),
    /// Exactly this long; the stage is left out if the picture is not longer.
    Only(u32),
    /// As it came, but left out if it is not longer than this.
    WholeIfOver(u32),
    /// Twice as long, but left out if that would be longer than this.
    Double(u32),
}

/// When a stage runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// Always: it may find further codes.
    Always,
    /// Until something was found.
    NothingYet,
    /// Until just one code was found: where there are several, there may be more.
    NotJustOne,
}

/// One thing that is tried.
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) engine: &'static (dyn Engine + Sync),
    pub(crate) size: Size,
    pub(crate) change: Change,
    pub(crate) threshold: Threshold,
    pub(crate) kinds: &'static [CodeFormat],
    pub(crate) closely: bool,
    pub(crate) thorough: bool,
    when: When,
}

/// A longer side than this costs more than it reads, at first.
const BASE: Size = Size::AtMost(1408);
/// Frames of a camera are no longer than this, and the next is near.
const FRAME: Size = Size::AtMost(1280);
/// Doubling helps where a module has fewer than two pixels; above this it costs too much.
const DOUBLED: u32 = 2816;

/// Codes of squares.
const SQUARES: &[CodeFormat] = &[CodeFormat::QrCode, CodeFormat::MicroQrCode, CodeFormat::DataMatrix];
/// All other kinds.
const BARS: &[CodeFormat] = &[
    CodeFormat::Pdf417,
    CodeFormat::Code128,
    CodeFormat::Code39,
    CodeFormat::Code93,
    CodeFormat::Codabar,
    CodeFormat::Ean13,
    CodeFormat::UpcA,
    CodeFormat::Itf,
    CodeFormat::Ean8,
    CodeFormat::UpcE,
];
const QR: &[CodeFormat] = &[CodeFormat::QrCode];

const fn stage(name: &'static str, size: Size, change: Change) -> Stage {
    let threshold = match change {
        Change::LocalMean | Change::Smooth => Threshold::Done,
        _ => Threshold::Blocks,
    };
    Stage {
        name,
        engine: &Zxing,
        size,
        change,
        threshold,
        kinds: &CodeFormat::ALL,
        closely: true,
        thorough: false,
        when: When::NothingYet,
    }
}

impl Stage {
    /// Whether it runs when so many codes were found.
    pub(crate) fn runs_after(&self, found: usize) -> bool {
        match self.when {
            When::Always => true,
            When::NothingYet => found == 0,
            When::NotJustOne => found != 1,
        }
    }

    const fn always(mut self) -> Self {
        self.when = When::Always;
        self
    }

    const fn unless_one(mut self) -> Self {
        self.when = When::NotJustOne;
        self
    }

    const fn thorough(mut self) -> Self {
        self.thorough = true;
        self
    }

    /// Looking at fewer lines finds as many QR codes in a third of the time.
    const fn squares(mut self) -> Self {
        self.kinds = SQUARES;
        self.closely = false;
        self
    }

    const fn data_matrix(mut self) -> Self {
        self.kinds = &[CodeFormat::DataMatrix];
        self
    }

    const fn at_a_glance(mut self) -> Self {
        self.closely = false;
        self
    }

    const fn bars(mut self) -> Self {
        self.kinds = BARS;
        self
    }

    const fn by_histogram(mut self) -> Self {
        self.threshold = Threshold::Histogram;
        self
    }

    const fn qr(mut self) -> Self {
        self.kinds = QR;
        self.closely = false;
        self
    }

    /// QR codes whose modules lie on no flat grid.
    const fn bent(mut self) -> Self {
        self.engine = &Bent;
        self.qr()
    }

    const fn second_opinion(mut self) -> Self {
        self.engine = &Rqrr;
        self.kinds = QR;
        self
    }
}

/// A photograph, or a tap on the screen.
static STILL: &[Stage] = &[
    stage("picture", BASE, Change::None).thorough().always(),
    stage("copy_640", Size::Only(640), Change::None).unless_one(),
    stage("equalised", BASE, Change::Equalise).unless_one(),
    stage("mean", BASE, Change::Mean).squares().unless_one(),
    stage("double", Size::Double(DOUBLED), Change::None).squares().unless_one(),
    stage("whole", Size::WholeIfOver(1408), Change::None).unless_one(),
    stage("mean_640", Size::Only(640), Change::Mean).squares(),
    stage("copy_214", Size::Only(214), Change::None).squares(),
    stage("equalised_640", Size::Only(640), Change::Equalise).squares(),
    stage("histogram", BASE, Change::None).by_histogram(),
    stage("bent", BASE, Change::None).bent(),
    stage("second_opinion_sharpened", BASE, Change::Sharpen).second_opinion(),
    stage("smoothed", BASE, Change::Smooth).squares(),
    stage("local_mean_640", Size::AtMost(640), Change::LocalMean).squares(),
    stage("sharpened", BASE, Change::Sharpen).squares(),
    stage("sharpened_640", Size::Only(640), Change::Sharpen).squares(),
    stage("darkest", BASE, Change::Darkest).squares(),
    stage("lightest", BASE, Change::Lightest).squares(),
    stage("flattened", BASE, Change::Flatten).squares(),
    stage("double_sharpened", Size::Double(DOUBLED), Change::Sharpen).squares(),
    stage("double_histogram", Size::Double(DOUBLED), Change::None).by_histogram(),
    stage("double_equalised", Size::Double(DOUBLED), Change::Equalise).squares(),
    stage("second_opinion", BASE, Change::None).second_opinion(),
    stage("local_mean", BASE, Change::LocalMean).squares(),
    stage("smoothed_equalised_640", Size::AtMost(640), Change::EqualiseSmooth).qr(),
    stage("smoothed_sharpened_640", Size::AtMost(640), Change::SharpenSmooth).qr(),
    stage("deblurred_320", Size::Only(320), Change::Deblur(18)).qr(),
    stage("deblurred_640", Size::AtMost(640), Change::Deblur(7)).squares(),
    stage("deblurred_more_640", Size::AtMost(640), Change::Deblur(13)).squares(),
];

/// Every frame of a camera.
static LIVE: &[Stage] =
    &[stage("picture", FRAME, Change::None).squares(), stage("copy_640", Size::Only(640), Change::None).squares()];

/// One of these after the fixed ones, another in each frame. Bars take every third turn, since they are common.
static LIVE_IN_TURN: &[Stage] = &[
    stage("bars", FRAME, Change::None).bars().at_a_glance(),
    stage("mean", FRAME, Change::Mean).squares(),
    stage("equalised_640", Size::AtMost(640), Change::Equalise).squares(),
    stage("bars_640", Size::AtMost(640), Change::None).bars(),
    stage("copy_214", Size::AtMost(214), Change::None).squares(),
    stage("thorough_640", Size::AtMost(640), Change::None).thorough().squares(),
    stage("bars_equalised_640", Size::AtMost(640), Change::Equalise).bars(),
    stage("data_matrix_640", Size::AtMost(640), Change::None).data_matrix(),
    stage("histogram", FRAME, Change::None).by_histogram().squares(),
    stage("bars_histogram_640", Size::AtMost(640), Change::None).by_histogram().bars(),
    stage("local_mean_640", Size::AtMost(640), Change::LocalMean).squares(),
    stage("second_opinion_640", Size::AtMost(640), Change::None).second_opinion(),
    stage("sharpened_640", Size::AtMost(640), Change::Sharpen).squares(),
    stage("bent_640", Size::AtMost(640), Change::None).bent(),
];

/// The stages for a picture in order, without those that look for nothing that is asked for.
pub(crate) fn plan(mode: ReadMode, frame: u32, formats: &[CodeFormat]) -> Vec<&'static Stage> {
    let wanted = |stage: &&Stage| formats.iter().any(|format| stage.kinds.contains(format));
    if mode == ReadMode::Still {
        return STILL.iter().filter(wanted).collect();
    }
    let mut stages: Vec<&Stage> = LIVE.iter().filter(wanted).collect();
    let in_turn: Vec<&Stage> = LIVE_IN_TURN.iter().filter(wanted).collect();
    if !in_turn.is_empty() {
        stages.push(in_turn[frame as usize % in_turn.len()]);
    }
    stages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_in_a_list() {
        for stages in [STILL, LIVE_IN_TURN] {
            let names: std::collections::HashSet<&str> = stages.iter().map(|stage| stage.name).collect();
            assert_eq!(names.len(), stages.len());
        }
    }

    #[test]
    fn frames_take_turns_and_only_with_what_is_asked_for() {
        let last = |frame| plan(ReadMode::Live, frame, &[CodeFormat::QrCode]).last().unwrap().name;
        let names: std::collections::HashSet<&str> = (0..20).map(last).collect();
        assert!(names.len() > 5 && names.contains("second_opinion_640"));
        assert_eq!(last(0), last(u32::try_from(names.len()).unwrap()));
        let bars: Vec<&str> =
            (0..20).map(|frame| plan(ReadMode::Live, frame, &[CodeFormat::Itf]).last().unwrap().name).collect();
        assert!(!bars.contains(&"second_opinion_640"));
    }
}
