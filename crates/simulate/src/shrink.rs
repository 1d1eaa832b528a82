//! Making a history that fails as short as it can be.

use crate::{Broken, Options, Trouble, run};
use std::collections::BTreeSet;

/// The fewest steps of a history that still break the same promise, as far as leaving out ever smaller parts finds them.
///
/// # Errors
/// When the simulator itself fails.
pub fn shrink(options: &Options, broken: &Broken) -> Result<(Options, Broken), Trouble> {
    let last = broken.step.min(options.steps.saturating_sub(1));
    let all = (0..=last).filter(|step| options.only.is_empty() || options.only.contains(step));
    let mut steps: Vec<usize> = all.collect();
    let mut found = broken.clone();
    let mut part = steps.len().div_ceil(2).max(1);
    loop {
        let (mut begin, mut shorter) = (0, false);
        while begin < steps.len() && steps.len() > 1 {
            let end = (begin + part).min(steps.len());
            let fewer: BTreeSet<usize> = steps[..begin].iter().chain(&steps[end..]).copied().collect();
            let again = if fewer.is_empty() { None } else { run(&with(options, fewer.clone()))?.broken };
            match again.filter(|again| again.invariant == broken.invariant) {
                Some(again) => {
                    steps = fewer.into_iter().collect();
                    (found, shorter) = (again, true);
                }
                None => begin = end,
            }
        }
        if part == 1 && !shorter {
            return Ok((with(options, steps.into_iter().collect()), found));
        }
        part = part.div_ceil(2).max(1);
    }
}

fn with(options: &Options, only: BTreeSet<usize>) -> Options {
    Options { only, log: false, ..options.clone() }
}
