//! What needs a person.

use super::Seat;
use super::lookup::{Where, by_ids, count, id_at, in_lists, label, labels};
use super::trial::Trial;
use crate::{Desk, Failure};
use outpost_domain::attention::{Attention, ReleaseCommand, ResolveAttention};
use outpost_domain::person::Right;
use outpost_domain::ticket::Ticket;
use outpost_domain::{Act, Command, Id, Kind, Service};
use outpost_store::StoreError;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// What needs me?
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct AskAttention {
    /// Also what was looked at already.
    pub resolved: bool,
    /// How many of them, the newest; 100 if nothing is said, 5000 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub limit: Option<u32>,
}

/// One matter with what its sentence needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AttentionCard {
    /// The matter.
    pub attention: Attention,
    /// Number of the ticket.
    pub ticket_number: String,
    /// Title of the ticket.
    pub ticket_title: String,
    /// Who gave the command.
    pub actor_name: String,
    /// The command itself, where this machine has it and the asking person gave it, or sees all that it names; it can be given
    /// again.
    pub command: Option<Command>,
    /// The part it is about, if one.
    pub part_id: Option<Id>,
    /// Whether the asking person may close it.
    pub may_close: bool,
    /// Whether the asking person may let the command be done that was quarantined. Only headquarters does.
    pub may_release: bool,
}

/// What needs a person, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AttentionList {
    /// The matters.
    pub cards: Vec<AttentionCard>,
    /// How many there are.
    pub total: u32,
}

/// How many matters are shown if nobody says how many, and at most.
const SHOWN: u32 = 100;
const MOST_SHOWN: u32 = 5000;

/// What is still open. That nobody has a ticket is over for who took it here, also before headquarters hears of it.
pub(super) const OPEN: &str = "attention.resolved_at IS NULL AND NOT (attention.cause = 'reminder' AND EXISTS (
    SELECT 1 FROM ticket had WHERE had.id = attention.ticket_id
    AND (had.engineer_id IS NOT NULL OR had.state IN ('done', 'cancelled'))))";

pub(super) fn attention(desk: &Desk<'_>, ask: &AskAttention) -> Result<AttentionList, Failure> {
    let mut matters = concerning(desk)?;
    if !ask.resolved {
        matters.and(OPEN);
    }
    let sql = format!("SELECT count(*) FROM attention {}", matters.sql());
    let total = count(desk.store.number(&sql, &matters.params())?);
    let limit = ask.limit.unwrap_or(SHOWN).min(MOST_SHOWN);
    let tail = format!("{} ORDER BY attention.raised_at DESC, attention.id DESC LIMIT {limit}", matters.sql());
    let matters = desk.store.readable(&tail, &matters.params())?;
    Ok(AttentionList { cards: attention_cards(desk, matters)?, total })
}

/// How many open matters need the asking person: on a replica not those that the dispatcher was asked to look at.
pub(super) fn open_matters(desk: &Desk<'_>) -> Result<u32, StoreError> {
    let mut matters = concerning(desk)?;
    matters.and(OPEN);
    if desk.facts.seat != Seat::Console {
        let own = "(attention.handed_over_at IS NULL OR attention.actor_id <> {})";
        matters.and_with(own, desk.user_id.unwrap_or_default().to_string());
    }
    let sql = format!("SELECT count(*) FROM attention {}", matters.sql());
    Ok(count(desk.store.number(&sql, &matters.params())?))
}

/// What the asking person did, and what they may decide about as long as it may be seen: nobody else's is theirs.
fn concerning<'a>(desk: &Desk<'a>) -> Result<Where<'a>, StoreError> {
    let mut matters = Where::visible(desk, Kind::Attention);
    let own = "attention.actor_id = {}".to_owned();
    let theirs = decidable(&desk.rights()?);
    let condition = theirs.map_or_else(|| own.clone(), |theirs| format!("({own} OR {theirs})"));
    matters.and_with(&condition, desk.user_id.unwrap_or_default().to_string());
    Ok(matters)
}

/// The matters of others that may be closed with these rights, as `may_close_by` says of each; none if there are no such.
fn decidable(rights: &[Right]) -> Option<&'static str> {
    if rights.contains(&Right::AssignTicket) {
        return Some("1 = 1");
    }
    match (rights.contains(&Right::KeepStock), rights.contains(&Right::EditPerson)) {
        (true, _) => Some("(attention.code IN ('StockBelowZero', 'ReturnExceedsUse') OR attention.ticket_id IS NULL)"),
        (false, true) => Some("attention.ticket_id IS NULL"),
        (false, false) => None,
    }
}

/// The matters, in their order, with what their sentences need.
pub(super) fn attention_cards(desk: &Desk<'_>, matters: Vec<Attention>) -> Result<Vec<AttentionCard>, StoreError> {
    let tickets: BTreeMap<Id, Ticket> = by_ids(desk, matters.iter().filter_map(|matter| matter.ticket_id))?;
    let actors = labels(desk, Kind::User, "name", matters.iter().map(|matter| matter.actor_id))?;
    let mut commands = commands(desk, &matters)?;
    let trial = Trial::new(desk);
    let cards = matters.into_iter().map(|attention| {
        let ticket = attention.ticket_id.and_then(|id| tickets.get(&id));
        AttentionCard {
            ticket_number: ticket.map(|ticket| ticket.number.clone()).unwrap_or_default(),
            ticket_title: ticket.map(|ticket| ticket.title.clone()).unwrap_or_default(),
            // What headquarters does by itself is nobody's.
            actor_name: match Service::of(attention.actor_id) {
                Some(_) => String::new(),
                None => label(&actors, Some(attention.actor_id)),
            },
            command: commands.remove(&attention.id),
            may_close: trial
                .refusal(ResolveAttention { attention_id: attention.id, resolution: String::new() })
                .is_none(),
            may_release: desk.facts.seat == Seat::Console
                && trial.refusal(ReleaseCommand { attention_id: attention.id, note: String::new() }).is_none(),
            part_id: attention.details.get("part_id").and_then(|id| Id::parse_str(id).ok()),
            attention,
        }
    });
    Ok(cards.collect())
}

/// How many bytes of commands a list shows: those of the first matters.
const MOST_BYTES_SHOWN: usize = 2 * 1024 * 1024;

/// The commands that these matters are about, by the id of the matter, where this machine has them and understands them.
fn commands(desk: &Desk<'_>, matters: &[Attention]) -> Result<BTreeMap<Id, Command>, StoreError> {
    let tables: &[&str] = match desk.facts.seat {
        Seat::Field => &["outbox", "sent"],
        Seat::Console => &["command"],
        Seat::Unenrolled | Seat::SignedOut | Seat::Damaged => &[],
    };
    let mut acts: BTreeMap<Id, Act> = BTreeMap::new();
    let mut bytes = 0;
    for table in tables {
        in_lists(matters.iter().map(|matter| matter.command_id), |places, params| {
            let sql = format!("SELECT act FROM {table} WHERE id IN ({places})");
            let texts = desk.store.rows(&sql, params, |row| row.get::<String>(0))?;
            let shown = texts.iter().filter(|text| {
                bytes += text.len();
                bytes <= MOST_BYTES_SHOWN
            });
            acts.extend(shown.filter_map(|text| serde_json::from_str::<Act>(text).ok()).map(|act| (act.id, act)));
            Ok(())
        })?;
    }
    only_in_sight(desk, &mut acts)?;
    let of = |matter: &Attention| Some((matter.id, acts.get(&matter.command_id)?.command.clone()));
    Ok(matters.iter().filter_map(of).collect())
}

/// Leaves the commands that the asking person gave, and those of others of which they see all that is named. Whoever was
/// elsewhere before writes down what they saw there, and those who look at it now may see nothing of that.
fn only_in_sight(desk: &Desk<'_>, acts: &mut BTreeMap<Id, Act>) -> Result<(), StoreError> {
    let Some(buckets) = desk.buckets() else { return Ok(()) };
    let mut named: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
    for act in acts.values().filter(|act| Some(act.actor_id) != desk.user_id) {
        ids(&serde_json::to_value(&act.command).unwrap_or_default(), named.entry(act.id).or_default());
    }
    // The database finds a record by its kind and its id.
    let kinds: Vec<String> = Kind::ALL.iter().map(|kind| format!("'{}'", kind.table())).collect();
    let visible = format!("e.kind IN ({}) AND e.bucket IN ({buckets})", kinds.join(", "));
    let mut seen = BTreeSet::new();
    in_lists(named.values().flatten().copied(), |places, params| {
        let sql = format!("SELECT e.id FROM entity e WHERE e.id IN ({places}) AND {visible}");
        seen.extend(desk.store.rows(&sql, params, |row| id_at(row, 0))?);
        Ok(())
    })?;
    // What is not there is answered like what is hidden.
    acts.retain(|id, _| named.get(id).is_none_or(|named| named.is_subset(&seen)));
    Ok(())
}

/// All ids in a value.
fn ids(value: &Value, found: &mut BTreeSet<Id>) {
    match value {
        Value::String(text) => found.extend(Id::parse_str(text)),
        Value::Array(values) => values.iter().for_each(|value| ids(value, found)),
        Value::Object(values) => values.values().for_each(|value| ids(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
