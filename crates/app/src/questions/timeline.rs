//! What happened, in words: an event holds ids and keys, and whoever asks is told what these are called here and now.

use super::EventView;
use super::lookup::{any_by_ids, label, labels};
use crate::Desk;
use outpost_domain::ticket::Event;
use outpost_domain::workflow::Workflow;
use outpost_domain::{AnyRecord, Details, Id, Kind, Service, What};
use outpost_store::StoreError;
use std::collections::{BTreeMap, BTreeSet};

/// The records that events name, as far as they are here and the asking person may see them.
type Named = BTreeMap<(Kind, Id), AnyRecord>;

/// The events of a ticket that follows this workflow.
pub(super) fn event_views(
    desk: &Desk<'_>,
    events: Vec<Event>,
    workflow: Option<&Workflow>,
) -> Result<Vec<EventView>, StoreError> {
    let actors = labels(desk, Kind::User, "name", events.iter().map(|event| event.actor_id))?;
    let named = named(desk, &events)?;
    let views = events.into_iter().map(|event| EventView {
        // What headquarters does by itself is nobody's.
        actor_name: match Service::of(event.actor_id) {
            Some(_) => String::new(),
            None => label(&actors, Some(event.actor_id)),
        },
        waiting: desk.facts.waiting.contains(&(Kind::Event, event.id)),
        words: words(&event, &named, workflow),
        event,
    });
    Ok(views.collect())
}

/// The ids in an event, with the name of the value, and of which kind.
fn ids(event: &Event) -> impl Iterator<Item = (&'static str, Kind, Id)> {
    What::references(&event.name).iter().filter_map(|(field, kind)| {
        let id = event.details.get(*field).and_then(|text| Id::parse_str(text).ok())?;
        Some((*field, *kind, id))
    })
}

fn named(desk: &Desk<'_>, events: &[Event]) -> Result<Named, StoreError> {
    let mut wanted: BTreeMap<Kind, BTreeSet<Id>> = BTreeMap::new();
    for (_, kind, id) in events.iter().flat_map(ids) {
        wanted.entry(kind).or_default().insert(id);
    }
    let mut named = Named::new();
    for (kind, ids) in wanted {
        named.extend(any_by_ids(desk, kind, ids)?.into_iter().map(|(id, record)| ((kind, id), record)));
    }
    Ok(named)
}

/// The words of an event's sentence. `engineer_id` is told as `engineer`, and so on; what is not here is left out.
fn words(event: &Event, named: &Named, workflow: Option<&Workflow>) -> Details {
    let mut words = event.details.clone();
    let mut say = |word: &str, text: &str, text_en: &str| {
        words.insert(word.to_owned(), text.to_owned());
        words.insert(format!("{word}_en"), text_en.to_owned());
    };
    for (field, kind, id) in ids(event) {
        let Some(record) = named.get(&(kind, id)) else { continue };
        if let Some(called) = record.called() {
            say(field.trim_end_matches("_id"), called.title, called.title_en);
        }
        if let AnyRecord::Part(part) = record {
            say("unit", &part.unit, "");
        }
    }
    let Some(node) = event.details.get("node") else { return words };
    match workflow.and_then(|workflow| workflow.node(node)) {
        None => say("step", node, ""),
        Some(node) => {
            say("step", &node.name, &node.name_en);
            let key = event.details.get("demand");
            if let Some(demand) = node.demands.iter().find(|demand| Some(&demand.key) == key) {
                say("demand", &demand.name, &demand.name_en);
                say("demand_kind", &demand.kind.to_string(), "");
                say("unit", &demand.unit, "");
            }
        }
    }
    words
}
