//! The one pure function that decides commands.

use crate::desk::Desk;
use crate::{Act, AnyRecord, Command, Instant, Refusal, View, limits};
use crate::{attention, customer, device, lost, person, stock, ticket};
use std::sync::Arc;

/// Where a command is being decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Where the person is, for the first time: whatever does not fit can still be put right, so it is refused.
    Origin,
    /// Again, on newer data, on the replica or at headquarters: a fact is taken, and what does not fit is shown.
    Later,
}

/// What a command makes of the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Effects {
    /// The records that it writes, whole, ordered by kind and id.
    pub puts: Vec<AnyRecord>,
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
pub fn decide(view: &dyn View, act: &Act, place: Place) -> Result<Effects, Refusal> {
    limits::within(&act.command)?;
    let mut desk = Desk::new(view, act, place);
    desk.permission()?;
    apply(&mut desk, &act.command)?;
    Ok(desk.into_effects())
}

fn apply(desk: &mut Desk<'_>, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::OpenTicket(c) => ticket::open_ticket(desk, c),
        Command::ClaimTicket(c) => ticket::claim_ticket(desk, c),
        Command::AssignTicket(c) => ticket::assign_ticket(desk, c),
        Command::HandOverTicket(c) => ticket::hand_over_ticket(desk, c),
        Command::TriageTicket(c) => ticket::triage_ticket(desk, c),
        Command::CancelTicket(c) => ticket::cancel_ticket(desk, c),
        Command::StartStep(c) => ticket::start_step(desk, c),
        Command::PauseStep(c) => ticket::pause_step(desk, c),
        Command::RecordEntry(c) => ticket::record_entry(desk, c),
        Command::CompleteStep(c) => ticket::complete_step(desk, c),
        Command::ChooseEntry(c) => ticket::choose_entry(desk, c),
        Command::AddNote(c) => ticket::add_note(desk, c),
        Command::AttachFile(c) => ticket::attach_file(desk, c),
        Command::UsePart(c) => stock::use_part(desk, c),
        Command::ReturnPart(c) => stock::return_part(desk, c),
        Command::ReceiveStock(c) => stock::receive_stock(desk, c),
        Command::IssueStock(c) => stock::issue_stock(desk, c),
        Command::TransferStock(c) => stock::transfer_stock(desk, c),
        Command::AdjustStock(c) => stock::adjust_stock(desk, c),
        Command::CountStock(c) => stock::count_stock(desk, c),
        Command::HandOverAttention(c) => attention::hand_over_attention(desk, c),
        Command::ResolveAttention(c) => attention::resolve_attention(desk, c),
        Command::ReleaseCommand(c) => attention::release_command(desk, c),
        Command::BindTag(c) => device::bind_tag(desk, c),
        Command::SaveCustomer(c) => customer::save_customer(desk, c),
        Command::SaveContact(c) => customer::save_contact(desk, c),
        Command::SaveSite(c) => customer::save_site(desk, c),
        Command::SaveDevice(c) => device::save_device(desk, c),
        Command::SaveDeviceModel(c) => device::save_device_model(desk, c),
        Command::SavePart(c) => stock::save_part(desk, c),
        Command::SaveStockLocation(c) => stock::save_stock_location(desk, c),
        Command::SaveUser(c) => person::save_user(desk, c),
        Command::SaveRegion(c) => person::save_region(desk, c),
        Command::BringBack(c) => lost::bring_back(desk, c),
    }
}
