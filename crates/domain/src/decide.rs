//! The one pure function that decides commands.

use crate::desk::Desk;
use crate::event::Happened;
use crate::{Act, AnyRecord, Instant, Refusal, View, limits};
use std::sync::Arc;

/// In which pass a command is being decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Where the person is, for the first time: whatever does not fit can still be put right, so it is refused.
    Origin,
    /// On the replica where it was given, again, on newer data: a fact is taken, and what does not fit is shown. Whatever the clock
    /// says, it was given after what was known then.
    Rebase,
    /// At headquarters, which reckons when it happened: a fact is taken, and what does not fit is shown.
    Headquarters,
}

/// What a command makes of the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Effects {
    /// The records that it writes, whole, ordered by kind and id.
    pub puts: Vec<AnyRecord>,
    /// What happened by it, in its order.
    pub events: Vec<Happened>,
    /// What does not fit, although it was taken.
    pub discrepancies: Vec<Refusal>,
    /// It rests on data that this replica does not hold; headquarters will tell.
    pub provisional: bool,
}

impl Effects {
    /// Notes when headquarters received the command, in all that bears it.
    pub fn received(&mut self, at: Instant) {
        for put in &mut self.puts {
            match put {
                AnyRecord::Event(event) => Arc::make_mut(event).received_at = Some(at),
                AnyRecord::StockMovement(movement) => {
                    // A use that something came back of arrived long before.
                    Arc::make_mut(movement).received_at.get_or_insert(at);
                }
                _ => {}
            }
        }
    }
}

/// Decides a command: what it makes of the data, or why it is not done.
///
/// Limits and permission are no rules of the business: what is beyond a limit, and what its person may not do, is done
/// nowhere and at no time, be it a fact or not ([`crate::Code::is_barred`]). What becomes of it is up to who asks:
/// headquarters keeps a fact apart until someone decides.
pub fn decide(view: &dyn View, act: &Act, pass: Pass) -> Result<Effects, Refusal> {
    limits::within(&act.command)?;
    let mut desk = Desk::new(view, act, pass);
    desk.permission()?;
    act.command.decide(&mut desk)?;
    Ok(desk.into_effects())
}
