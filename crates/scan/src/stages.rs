//! The lists of what is tried, in order. Each stage is one line: which copy of the picture, what is done to it, how it
//! becomes black and white, what is looked for. The order was measured: what reads most per millisecond comes first.

use crate::ReadMode;
use crate::change::Change;
use crate::engines::{Engine, Family, Rqrr, Rxing, Threshold};

/// Which copy of the picture a stage works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// At most this long; the picture itself if it is not longer.
    AtMost(u32),
    /// Exactly this long; the stage is left out if the picture is not longer.
    Only(u32),
    /// As it came, but left out if it is not longer than this.
    WholeIfOver(u32),
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
    pub(crate) family: Family,
    when: When,
}

/// A longer side than this costs more than it reads, at first.
const BASE: Size = Size::AtMost(1408);

const fn stage(name: &'static str, family: Family, size: Size, change: Change) -> Stage {
    let threshold = match change {
        Change::LocalMean | Change::Sharpen | Change::Smooth => Threshold::Done,
        _ => Threshold::Blocks,
    };
    Stage { name, engine: &Rxing, size, change, threshold, family, when: When::NothingYet }
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

    const fn by_histogram(mut self) -> Self {
        self.threshold = Threshold::Histogram;
        self
    }

    const fn second_opinion(mut self) -> Self {
        self.engine = &Rqrr;
        self
    }
}

/// A photograph, or a tap on the screen.
static STILL: &[Stage] = &[
    stage("picture", Family::Qr, BASE, Change::None).always(),
    stage("copy_640", Family::Qr, Size::Only(640), Change::None).always(),
    stage("data_matrix", Family::DataMatrix, BASE, Change::None).always(),
    stage("bars", Family::Bars, BASE, Change::None).always(),
    stage("pdf_417", Family::Pdf417, BASE, Change::None).always(),
    stage("copy_214", Family::Qr, Size::Only(214), Change::None),
    stage("histogram", Family::Qr, BASE, Change::None).by_histogram(),
    stage("equalised_640", Family::Qr, Size::AtMost(640), Change::Equalise),
    stage("local_mean", Family::Qr, BASE, Change::LocalMean),
    stage("darkest", Family::Qr, Size::AtMost(640), Change::Darkest),
    stage("lightest", Family::Qr, Size::AtMost(640), Change::Lightest),
    stage("flattened", Family::Qr, BASE, Change::Flatten),
    stage("sharpened", Family::Qr, BASE, Change::Sharpen),
    stage("smoothed", Family::Qr, BASE, Change::Smooth),
    stage("inverted", Family::Qr, BASE, Change::Invert),
    stage("second_opinion", Family::Qr, BASE, Change::None).second_opinion(),
    stage("data_matrix_local_mean", Family::DataMatrix, BASE, Change::LocalMean),
    stage("data_matrix_640", Family::DataMatrix, Size::Only(640), Change::None),
    stage("data_matrix_inverted", Family::DataMatrix, BASE, Change::Invert),
    stage("bars_local_mean", Family::Bars, BASE, Change::LocalMean),
    stage("bars_640", Family::Bars, Size::Only(640), Change::None),
    stage("pdf_417_local_mean", Family::Pdf417, BASE, Change::LocalMean),
    stage("whole", Family::Qr, Size::WholeIfOver(1408), Change::None).unless_one(),
    stage("data_matrix_whole", Family::DataMatrix, Size::WholeIfOver(1408), Change::None),
    stage("bars_whole", Family::Bars, Size::WholeIfOver(1408), Change::None),
];

/// Every frame of a camera.
static LIVE: &[Stage] = &[
    stage("picture", Family::Qr, BASE, Change::None),
    stage("copy_640", Family::Qr, Size::Only(640), Change::None),
    stage("copy_214", Family::Qr, Size::Only(214), Change::None),
];

/// One of these after the fixed ones, another in each frame.
static LIVE_IN_TURN: &[Stage] = &[
    stage("bars_640", Family::Bars, Size::AtMost(640), Change::None),
    stage("data_matrix_640", Family::DataMatrix, Size::AtMost(640), Change::None),
    stage("local_mean", Family::Qr, BASE, Change::LocalMean),
    stage("bars", Family::Bars, BASE, Change::None),
    stage("equalised_640", Family::Qr, Size::AtMost(640), Change::Equalise),
    stage("data_matrix", Family::DataMatrix, BASE, Change::None),
    stage("histogram", Family::Qr, BASE, Change::None).by_histogram(),
    stage("pdf_417", Family::Pdf417, Size::AtMost(1024), Change::None),
    stage("sharpened", Family::Qr, Size::AtMost(640), Change::Sharpen),
    stage("darkest", Family::Qr, Size::AtMost(640), Change::Darkest),
    stage("inverted", Family::Qr, Size::AtMost(640), Change::Invert),
    stage("lightest", Family::Qr, Size::AtMost(640), Change::Lightest),
    stage("second_opinion_640", Family::Qr, Size::AtMost(640), Change::None).second_opinion(),
];

/// The stages for a picture in order; `wanted` says which families are asked for at all.
pub(crate) fn plan(mode: ReadMode, frame: u32, wanted: impl Fn(Family) -> bool) -> Vec<&'static Stage> {
    let keep = |stages: &'static [Stage]| stages.iter().filter(|stage| wanted(stage.family)).collect::<Vec<_>>();
    if mode == ReadMode::Still {
        return keep(STILL);
    }
    let mut stages = keep(LIVE);
    let in_turn = keep(LIVE_IN_TURN);
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
        let last = |frame| plan(ReadMode::Live, frame, |family| family == Family::Qr).last().unwrap().name;
        let names: std::collections::HashSet<&str> = (0..20).map(last).collect();
        assert!(names.len() > 5 && names.contains("inverted") && !names.contains("bars"));
        assert_eq!(last(0), last(u32::try_from(names.len()).unwrap()));
    }
}
