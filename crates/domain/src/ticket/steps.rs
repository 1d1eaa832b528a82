//! Working through the steps of a ticket.

use super::rules::{mine, not_cancelled, opened, step_id};
use super::{
    AttachFile, Attachment, ChooseEntry, CompleteStep, Entry, PauseStep, Purpose, RecordEntry, StartStep, Step,
    StepState, Ticket, TicketState,
};
use crate::customer::position;
use crate::desk::Desk;
use crate::event::{
    EntryChosen, EntryContested, EntryRecorded, FileAttached, StepCompleted, StepCompletedAgain, StepPaused,
    StepResumed, StepStarted, TicketCompleted,
};
use crate::person::{Role, User};
use crate::workflow::{Demand, DemandKind, Node, Workflow};
use crate::{Choice, Code, Decimal, Id, Instant, Read, Refusal, What, derive};
use std::sync::Arc;

/// The largest file that is taken, in bytes, and the longer side of the largest picture, in pixels.
const MOST_FILE_BYTES: u32 = 100 << 20;
const LONGEST_SIDE: u32 = 100_000;

/// How many entries a step holds, and how many bytes they have together: a record has to fit into a frame.
const MOST_ENTRIES: usize = 300;
const MOST_ENTERED: usize = 128 * 1024;

/// Whether a step has room for one more entry. What was done is kept by itself; only the list of what was entered ends.
fn has_room(step: &Step) -> bool {
    let entered: usize = step.entries.iter().map(|entry| entry.key.len() + entry.value.len()).sum();
    step.entries.len() < MOST_ENTRIES && entered < MOST_ENTERED
}

/// What a step still needs before it is complete, in the node's order. What only a newer program can ask for keeps nobody: one
/// that knows it will say that it is missing.
pub fn missing<'n>(node: &'n Node, step: &Step) -> Vec<&'n Demand> {
    let entered = |demand: &Demand| {
        let values = step.entries.iter().filter(|entry| {
            let holds = entry.key == demand.key && !entry.beside;
            holds && !entry.value.is_empty()
        });
        values.count() as u32
    };
    let known = node.demands.iter().filter(|demand| !demand.kind.is_newer());
    known.filter(|demand| demand.count > entered(demand)).collect()
}

pub(crate) fn start_step(desk: &mut Desk<'_>, command: &StartStep) -> Result<(), Refusal> {
    let Some(mut bench) = Bench::find(desk, command.step_id)? else { return Ok(()) };
    if bench.step.state == StepState::Active && bench.step.engineer_id == Some(desk.act.actor_id) {
        return Ok(());
    }
    if !bench.not_done(desk)? {
        return Ok(());
    }
    bench.in_order(desk)?;
    if bench.ticket.engineer_id.is_none() {
        // Whoever is there and begins has it: the dispatcher sees it as soon as there is a connection.
        bench.ticket.engineer_id = Some(desk.act.actor_id);
    }
    let again = bench.step.started_at.is_some();
    bench.begin(desk);
    let (step_id, node) = bench.named();
    match again {
        true => bench.put(desk, StepResumed { step_id, node }),
        false => bench.put(desk, StepStarted { step_id, node }),
    }
    Ok(())
}

pub(crate) fn pause_step(desk: &mut Desk<'_>, command: &PauseStep) -> Result<(), Refusal> {
    desk.text("reason", &command.reason, 500)?;
    let Some(mut bench) = Bench::find(desk, command.step_id)? else { return Ok(()) };
    if !bench.not_done(desk)? {
        return Ok(());
    }
    let active = bench.step.state == StepState::Active;
    desk.check(active, || bench.refusal(Code::StepNotActive))?;
    bench.rest(desk);
    bench.step.state = StepState::Paused;
    if !bench.ticket.state.is_closed() {
        bench.ticket.state = TicketState::Paused;
        bench.ticket.reason = command.reason.clone();
    }
    let (step_id, node) = bench.named();
    bench.put(desk, StepPaused { step_id, node, reason: command.reason.clone() });
    Ok(())
}

pub(crate) fn record_entry(desk: &mut Desk<'_>, command: &RecordEntry) -> Result<(), Refusal> {
    let Some(mut bench) = Bench::find(desk, command.step_id)? else { return Ok(()) };
    if desk.at_origin() {
        bench.not_done(desk)?;
    }
    let demand = bench.node.demands.iter().find(|demand| demand.key == command.demand).cloned();
    let Some(demand) = demand else {
        return desk
            .check(false, || Refusal::new(Code::FieldInvalid).with("field", "demand").with("value", &command.demand));
    };
    match demand.kind {
        DemandKind::Reading if !command.value.is_empty() => plausible(desk, &demand, &command.value)?,
        DemandKind::Reading | DemandKind::Note | DemandKind::Confirm => {}
        // These are there when they are there: no word stands for them. And nobody knows what a newer program asks for.
        DemandKind::Photo | DemandKind::Part | DemandKind::Signature | DemandKind::Newer(_) => {
            return desk.check(false, || {
                Refusal::new(Code::FieldInvalid).with("field", "demand").with("value", &command.demand)
            });
        }
    }
    let entry = Entry {
        key: demand.key.clone(),
        value: command.value.trim().to_owned(),
        actor_id: desk.act.actor_id,
        entered_at: desk.act.occurred_at,
        beside: false,
    };
    if let Some(holds) = bench.contested(&entry, command.from.trim(), desk.at_origin()) {
        return bench.put_beside(desk, &demand, entry, &holds);
    }
    let holds = |known: &Entry| known.key == entry.key && !known.beside;
    let said = |known: &Entry| holds(known) && known.value == entry.value && known.actor_id != entry.actor_id;
    // Whoever finds the same takes nobody's reading away: it stays as it was entered first.
    if !bench.step.entries.iter().any(said) {
        bench.step.entries.retain(|known| known.key != entry.key || known.beside);
        bench.step.entries.push(entry);
    }
    if bench.step.state == StepState::Waiting && bench.in_order(desk).is_ok() {
        bench.begin(desk);
    }
    let (step_id, node) = bench.named();
    let value = command.value.trim().to_owned();
    bench.put(desk, EntryRecorded { step_id, node, demand: demand.key, value });
    Ok(())
}

pub(crate) fn choose_entry(desk: &mut Desk<'_>, command: &ChooseEntry) -> Result<(), Refusal> {
    let Some(bench) = Bench::look_up(desk, command.step_id)? else { return Ok(()) };
    desk.about(bench.ticket.id);
    mine(desk, &bench.ticket)?;
    let mut bench = bench;
    let is_it = |entry: &Entry| entry.actor_id == command.actor_id && entry.value == command.value;
    let of_demand = |entry: &Entry| entry.key == command.demand;
    let there = bench.step.entries.iter().any(|entry| of_demand(entry) && is_it(entry));
    desk.check(there, || Refusal::new(Code::FieldInvalid).with("field", "value").with("value", &command.value))?;
    for entry in bench.step.entries.iter_mut().filter(|entry| of_demand(entry)) {
        entry.beside = !is_it(entry);
    }
    let (step_id, node) = bench.named();
    let (demand, value) = (command.demand.clone(), command.value.clone());
    bench.put(desk, EntryChosen { step_id, node, demand, value, engineer_id: command.actor_id });
    Ok(())
}

pub(crate) fn complete_step(desk: &mut Desk<'_>, command: &CompleteStep) -> Result<(), Refusal> {
    let Some(mut bench) = Bench::find(desk, command.step_id)? else { return Ok(()) };
    if !bench.not_done(desk)? {
        let (step_id, node) = bench.named();
        bench.put(desk, StepCompletedAgain { step_id, node });
        return Ok(());
    }
    bench.in_order(desk)?;
    let lacking = missing(&bench.node, &bench.step);
    let names = lacking.iter().map(|demand| demand.name.as_str()).collect::<Vec<_>>().join("、");
    let names_en = lacking.iter().map(|demand| demand.name_en.as_str()).collect::<Vec<_>>().join(", ");
    let complete = lacking.is_empty();
    desk.check(complete, || bench.refusal(Code::DemandsMissing).with("demands", names).with("demands_en", names_en))?;
    bench.rest(desk);
    bench.step.state = StepState::Done;
    bench.step.engineer_id = Some(desk.act.actor_id);
    let ended_at = desk.act.occurred_at.max(bench.step.started_at.unwrap_or(bench.ticket.opened_at));
    bench.step.started_at = bench.step.started_at.or(Some(ended_at));
    bench.step.ended_at = Some(ended_at);
    let next = bench.workflow.nodes.get(bench.step.position as usize + 1).map(|node| node.key.clone());
    // A ticket that was cancelled meanwhile stays so: what was done is kept, and a person decides.
    let open = !bench.ticket.state.is_closed();
    let finished = open && next.is_none();
    if open {
        bench.ticket.reason = String::new();
        bench.ticket.state = if finished { TicketState::Done } else { TicketState::Active };
        bench.ticket.closed_at = finished.then_some(desk.act.occurred_at);
        bench.ticket.node = next;
    }
    let ticket = bench.ticket.clone();
    let (step_id, node) = bench.named();
    bench.put(desk, StepCompleted { step_id, node });
    if finished {
        desk.event(Some(&ticket), TicketCompleted {});
    }
    Ok(())
}

pub(crate) fn attach_file(desk: &mut Desk<'_>, command: &AttachFile) -> Result<(), Refusal> {
    desk.about(command.ticket_id);
    desk.short("name", &command.name, 200)?;
    let size = command.size_bytes;
    let fits = (1..=MOST_FILE_BYTES).contains(&size);
    desk.check(fits, || Refusal::new(Code::FieldInvalid).with("field", "size_bytes").with("value", size))?;
    let side = command.width.max(command.height);
    desk.check(side <= LONGEST_SIDE, || Refusal::new(Code::FieldInvalid).with("field", "width").with("value", side))?;
    for (field, sha256) in [("sha256", &command.sha256), ("thumbnail_sha256", &command.thumbnail_sha256)] {
        let digits = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        let none = sha256.is_empty() && field == "thumbnail_sha256";
        // Also as a fact: without it there is no file, and never will be.
        if !digits && !none {
            return Err(Refusal::new(Code::FieldInvalid).with("field", field).with("value", sha256));
        }
    }
    let (latitude, longitude) = position(desk, command.latitude, command.longitude)?;
    let taken_at = taken_at(desk, command.taken_at)?;
    let Some(ticket) = desk.need::<Ticket>(command.ticket_id)? else { return Ok(()) };
    not_cancelled(desk, &ticket)?;
    let step_id = step_of(desk, command.ticket_id, command.step_id)?;
    let attachment = Attachment {
        id: derive(desk.act.id, "attachment"),
        ticket_id: command.ticket_id,
        step_id,
        demand: command.demand.clone(),
        purpose: command.purpose,
        sha256: command.sha256.to_ascii_lowercase(),
        thumbnail_sha256: command.thumbnail_sha256.to_ascii_lowercase(),
        media_type: command.media_type.clone(),
        size_bytes: command.size_bytes,
        width: command.width,
        height: command.height,
        taken_at,
        latitude,
        longitude,
        name: command.name.clone(),
        actor_id: desk.act.actor_id,
        made_at: desk.act.occurred_at,
    };
    if let Some(step_id) = step_id {
        if is_met_by(desk, step_id, &command.demand, command.purpose) {
            add_entry(desk, step_id, &command.demand, &attachment.id.to_string());
        } else {
            let refusal = Refusal::new(Code::FieldInvalid).with("field", "demand").with("value", &command.demand);
            desk.check(command.demand.is_empty(), || refusal)?;
        }
    }
    let (attachment_id, purpose, name) = (attachment.id, command.purpose, command.name.clone());
    desk.put(attachment);
    desk.event(Some(&ticket), FileAttached { attachment_id, purpose, name });
    Ok(())
}

/// When a photo was taken. Cameras tell that by clocks that nobody sets: what cannot be is left out, and told.
fn taken_at(desk: &mut Desk<'_>, told: Option<Instant>) -> Result<Option<Instant>, Refusal> {
    let latest = desk.act.occurred_at.saturating_add(31 * 86_400_000);
    let fits = told.is_none_or(|told| (0..=latest).contains(&told));
    desk.check(fits, || {
        Refusal::new(Code::FieldInvalid).with("field", "taken_at").with("value", told.unwrap_or_default())
    })?;
    Ok(told.filter(|_| fits))
}

/// The step that something is for, if it is one of this ticket: what is done for one must not land in another's.
pub(crate) fn step_of(desk: &mut Desk<'_>, ticket_id: Id, step_id: Option<Id>) -> Result<Option<Id>, Refusal> {
    let Some(step_id) = step_id else { return Ok(None) };
    let fits = !matches!(desk.find::<Step>(step_id), Read::Present(step) if step.ticket_id != ticket_id);
    desk.check(fits, || Refusal::new(Code::FieldInvalid).with("field", "step_id").with("value", step_id))?;
    Ok(fits.then_some(step_id))
}

/// Whether a step asks for this kind of file under this name; one that is not known here does.
fn is_met_by(desk: &mut Desk<'_>, step_id: Id, key: &str, purpose: Purpose) -> bool {
    let Read::Present(step) = desk.find::<Step>(step_id) else { return true };
    let Read::Present(ticket) = desk.find::<Ticket>(step.ticket_id) else { return true };
    let Read::Present(workflow) = desk.find::<Workflow>(ticket.workflow_id) else { return true };
    let demands = workflow.node(&step.node).map(|node| node.demands.as_slice()).unwrap_or_default();
    demands.iter().any(|demand| {
        let kind = match purpose {
            Purpose::Photo => demand.kind == DemandKind::Photo,
            Purpose::Signature => demand.kind == DemandKind::Signature,
            Purpose::File | Purpose::Newer(_) => false,
        };
        kind && demand.key == key
    })
}

/// Notes in a step that something of a kind was entered, under the first demand of that kind.
pub(crate) fn entered(desk: &mut Desk<'_>, step_id: Id, kind: DemandKind, value: &str) {
    let Read::Present(step) = desk.find::<Step>(step_id) else { return };
    let Read::Present(ticket) = desk.find::<Ticket>(step.ticket_id) else { return };
    let Read::Present(workflow) = desk.find::<Workflow>(ticket.workflow_id) else { return };
    let demand = workflow.node(&step.node).and_then(|node| node.demands.iter().find(|demand| demand.kind == kind));
    if let Some(demand) = demand {
        add_entry(desk, step_id, &demand.key, value);
    }
}

fn add_entry(desk: &mut Desk<'_>, step_id: Id, key: &str, value: &str) {
    if let Read::Present(step) = desk.find::<Step>(step_id) {
        let mut step = Arc::unwrap_or_clone(step);
        if !has_room(&step) {
            return;
        }
        step.entries.push(Entry {
            key: key.to_owned(),
            value: value.to_owned(),
            actor_id: desk.act.actor_id,
            entered_at: desk.act.occurred_at,
            beside: false,
        });
        desk.put(step);
    }
}

fn plausible(desk: &mut Desk<'_>, demand: &Demand, value: &str) -> Result<(), Refusal> {
    // 1_000 is no number that anybody reads off an instrument.
    let number = value.trim().parse::<Decimal>().ok().filter(|_| !value.contains('_'));
    let fits = number.is_some_and(|number| {
        demand.minimum.is_none_or(|least| number >= least) && demand.maximum.is_none_or(|most| number <= most)
    });
    let bound = |bound: Option<Decimal>| bound.map_or_else(|| "…".to_owned(), |bound| bound.to_string());
    desk.check(fits, || {
        Refusal::new(Code::ReadingImplausible)
            .with("demand", &demand.name)
            .with("demand_en", &demand.name_en)
            .with("value", value)
            .with("unit", &demand.unit)
            .with("minimum", bound(demand.minimum))
            .with("maximum", bound(demand.maximum))
    })
}

/// A step with all that it belongs to.
struct Bench {
    step: Step,
    ticket: Ticket,
    workflow: Arc<Workflow>,
    node: Node,
}

impl Bench {
    /// Finds it and holds the rules that are the same for whatever is done with a step.
    fn find(desk: &mut Desk<'_>, step_id: Id) -> Result<Option<Bench>, Refusal> {
        let Some(bench) = Bench::look_up(desk, step_id)? else { return Ok(None) };
        // A step that is done closes its ticket too; say the nearer of the two.
        if bench.step.state != StepState::Done && opened(desk, bench.ticket.id)?.is_none() {
            return Ok(None);
        }
        bench.may(desk)?;
        Ok(Some(bench))
    }

    fn look_up(desk: &mut Desk<'_>, step_id: Id) -> Result<Option<Bench>, Refusal> {
        let Some(step) = desk.need::<Step>(step_id)? else { return Ok(None) };
        let Some(ticket) = desk.need::<Ticket>(step.ticket_id)? else { return Ok(None) };
        desk.about(ticket.id);
        let Some(workflow) = desk.need::<Workflow>(ticket.workflow_id)? else { return Ok(None) };
        let Some(node) = workflow.node(&step.node).cloned() else { return Ok(None) };
        let (step, ticket) = (Arc::unwrap_or_clone(step), Arc::unwrap_or_clone(ticket));
        Ok(Some(Bench { step, ticket, workflow, node }))
    }

    /// The entry that holds against another for the same demand: somebody else's that whoever entered the other had not
    /// seen, and any of a step that is done.
    fn contested(&self, entry: &Entry, from: &str, at_origin: bool) -> Option<Entry> {
        let holds = self.step.entries.iter().find(|known| known.key == entry.key && !known.beside)?;
        // Whoever had not seen it takes nobody's reading away; nor does a device whose person does not have the ticket, whatever it
        // says that it has seen.
        let has_it = at_origin || self.ticket.engineer_id == Some(entry.actor_id);
        let may_replace = holds.actor_id == entry.actor_id || (holds.value.as_str() == from && has_it);
        let stands = self.step.state == StepState::Done || !may_replace;
        (stands && holds.value != entry.value).then(|| holds.clone())
    }

    /// Keeps an entry beside the one that holds, and says so.
    fn put_beside(mut self, desk: &mut Desk<'_>, demand: &Demand, entry: Entry, holds: &Entry) -> Result<(), Refusal> {
        let engineer = desk.name_of(Some(holds.actor_id));
        let refusal = self
            .refusal(Code::EntryContested)
            .with("demand", &demand.name)
            .with("demand_en", &demand.name_en)
            .with("unit", &demand.unit)
            .with("mine", &entry.value)
            .with("theirs", &holds.value)
            .with("engineer", engineer)
            .with("engineer_id", holds.actor_id)
            .with("step_id", self.step.id)
            .with("demand_key", &demand.key);
        if desk.at_origin() {
            return Err(refusal);
        }
        desk.flag(refusal);
        let (step_id, node) = self.named();
        let (demand, value, holds) = (demand.key.clone(), entry.value.clone(), holds.value.clone());
        if has_room(&self.step) {
            self.step.entries.push(Entry { beside: true, ..entry });
        }
        self.put(desk, EntryContested { step_id, node, demand, value, holds });
        Ok(())
    }

    fn may(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        if self.step.state != StepState::Done {
            mine(desk, &self.ticket)?;
        }
        if self.node.role_keys.is_empty() {
            return Ok(());
        }
        let role = match desk.find::<User>(desk.act.actor_id) {
            Read::Present(user) => desk.find::<Role>(user.role_id),
            _ => Read::Unknown,
        };
        let fits = !matches!(role, Read::Present(role) if !self.node.role_keys.contains(&role.key));
        if fits { Ok(()) } else { Err(self.refusal(Code::StepNotYours).with("roles", self.node.role_keys.join(", "))) }
    }

    fn refusal(&self, code: Code) -> Refusal {
        Refusal::new(code)
            .with("step", &self.node.name)
            .with("step_en", &self.node.name_en)
            .with("ticket", &self.ticket.number)
    }

    /// Whether the step is still to be done; if not, says who did it and when.
    fn not_done(&self, desk: &mut Desk<'_>) -> Result<bool, Refusal> {
        if self.step.state != StepState::Done {
            return Ok(true);
        }
        let engineer = desk.name_of(self.step.engineer_id);
        let ended_at = self.step.ended_at.unwrap_or_default();
        desk.check(false, || self.refusal(Code::StepDone).with("engineer", engineer).with("ended_at", ended_at))?;
        Ok(false)
    }

    fn in_order(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let Some(before) =
            self.step.position.checked_sub(1).and_then(|index| self.workflow.nodes.get(index as usize)).cloned()
        else {
            return Ok(());
        };
        let done = match desk.find::<Step>(step_id(self.ticket.id, &before.key)) {
            Read::Present(step) => step.state == StepState::Done,
            _ => true,
        };
        desk.check(done, || {
            self.refusal(Code::StepOutOfOrder).with("before", &before.name).with("before_en", &before.name_en)
        })
    }

    fn begin(&mut self, desk: &Desk<'_>) {
        // Nobody works on a ticket before it is there, whatever their clock says.
        let begun_at = desk.act.occurred_at.max(self.ticket.opened_at);
        self.step.state = StepState::Active;
        self.step.engineer_id = Some(desk.act.actor_id);
        self.step.started_at = self.step.started_at.or(Some(begun_at));
        self.step.resumed_at = Some(begun_at);
        if !self.ticket.state.is_closed() {
            self.ticket.state = TicketState::Active;
            self.ticket.reason = String::new();
            self.ticket.node = Some(self.node.key.clone());
        }
    }

    /// Adds the time since it was taken up. A clock that was put back adds nothing.
    fn rest(&mut self, desk: &Desk<'_>) {
        if let Some(since) = self.step.resumed_at.take() {
            let worked = desk.act.occurred_at.saturating_sub(since).max(0);
            self.step.worked_millis = self.step.worked_millis.saturating_add(worked);
        }
    }

    /// By what an event names the step.
    fn named(&self) -> (Id, String) {
        (self.step.id, self.node.key.clone())
    }

    /// Writes both and tells it in the timeline.
    fn put(self, desk: &mut Desk<'_>, event: impl Into<What>) {
        desk.event(Some(&self.ticket), event);
        desk.put(self.step);
        desk.put(self.ticket);
    }
}
