use super::Batch;
use super::batch::read_batch;
use crate::Headquarters;
use outpost_demo::large;
use outpost_domain::person::{Region, Replica, User};
use outpost_domain::ticket::{AddNote, Ticket};
use outpost_domain::{Act, AnyRecord, Command, Id, derive};
use outpost_store::params;
use outpost_sync::protocol::{Pushed, Status};

const NOW: i64 = 1_760_000_000_000;

/// A note as a device sends it.
fn note(replica: &Replica, seq: i64, ticket_id: Id, requires: &[Id]) -> Pushed {
    let command = Command::from(AddNote { ticket_id, text: format!("note {seq}") });
    let (id, version) = (derive(replica.id, &seq.to_string()), command.version());
    let (actor_id, replica_id, requires) = (replica.user_id, replica.id, requires.to_vec());
    let act = Act { id, actor_id, replica_id, occurred_at: NOW, requires, command };
    Pushed { id, seq, version, base_revision: 0, act: serde_json::to_string(&act).unwrap() }
}

/// What a request has looked up holds for its next batch, unless somebody else has committed in between.
#[test]
fn who_commits_between_two_batches_of_a_request_is_noticed() {
    let made = large(7, NOW, 300);
    let headquarters = Headquarters::in_memory(None, 1000).unwrap();
    headquarters.store_records(&made.records).unwrap();
    let replica = made.replica(NOW);
    headquarters.store_records(&[replica.clone().into()]).unwrap();
    let (user, ticket, elsewhere) = {
        let store = headquarters.reader();
        let user = store.get::<User>(made.engineer_id).unwrap().unwrap();
        let ticket = store.get::<Ticket>(made.ticket_id).unwrap().unwrap();
        // Without regions below it, so that nothing else is seen from there.
        let regions = store.select::<Region>("", &[]).unwrap();
        let leaf = |region: &&Region| {
            region.id != ticket.region_id && !regions.iter().any(|other| other.parent_id == Some(region.id))
        };
        let elsewhere = regions.iter().find(leaf).unwrap().id;
        (user, ticket, elsewhere)
    };
    // The records are made up, movements are missing.
    let findings = headquarters.check().unwrap().findings;
    let commands: Vec<Pushed> = (1..=4).map(|seq| note(&replica, seq, ticket.id, &[])).collect();
    let between = |n: usize| match n {
        // Somebody else writes into the same buckets.
        1 => headquarters.store_records(&[Ticket { title: "renamed".to_owned(), ..ticket.clone() }.into()]).unwrap(),
        // The person is moved to where the ticket is not seen.
        3 => headquarters
            .store_records(&[
                User { region_id: elsewhere, ..user.clone() }.into(),
                Ticket { title: "renamed".to_owned(), engineer_id: None, ..ticket.clone() }.into(),
            ])
            .unwrap(),
        _ => {}
    };
    let batches = commands.chunks(1).enumerate().map(|(n, batch)| -> Batch<'_> {
        between(n);
        read_batch(batch)
    });
    let outcomes = headquarters.receive_batches(super::Sender::of(&replica, 0, 0), batches, NOW).unwrap();
    let status: Vec<Status> = outcomes.iter().map(|outcome| outcome.status).collect();
    assert_eq!(status, [Status::Applied, Status::Applied, Status::Applied, Status::Quarantined]);
    assert_eq!(headquarters.reader().get::<Ticket>(ticket.id).unwrap().unwrap().title, "renamed");
    let revisions: Vec<i64> = outcomes.iter().map(|outcome| outcome.revision).collect();
    let first = revisions[0];
    assert_eq!(revisions, [first, first + 2, first + 3, first + 5]);
    assert_eq!(headquarters.check().unwrap().findings, findings);
    // The same again, in one batch and from the database.
    assert_eq!(headquarters.receive(&replica, &commands, NOW).unwrap(), outcomes);
}

/// A headquarters with 450 notes on a ticket that had not come, and the ticket then, written by a process that was ended before
/// it took up what waited for it.
fn ended_amid() -> (Headquarters, Replica, Id) {
    let made = large(7, NOW, 300);
    let headquarters = Headquarters::in_memory(None, 1000).unwrap();
    let is_ticket = |record: &&AnyRecord| matches!(record, AnyRecord::Ticket(ticket) if ticket.id == made.ticket_id);
    let others: Vec<AnyRecord> = made.records.iter().filter(|record| !is_ticket(record)).cloned().collect();
    headquarters.store_records(&others).unwrap();
    let replica = made.replica(NOW);
    headquarters.store_records(&[replica.clone().into()]).unwrap();
    let commands: Vec<Pushed> = (1..=450).map(|seq| note(&replica, seq, made.ticket_id, &[])).collect();
    let outcomes = headquarters.receive(&replica, &commands, NOW).unwrap();
    assert!(outcomes.iter().all(|outcome| outcome.status == Status::Held));
    headquarters.writer().put(made.records.iter().find(is_ticket).unwrap()).unwrap();
    (headquarters, replica, made.ticket_id)
}

#[test]
fn a_device_waits_for_nobody_who_was_ended_amid_taking_up_what_it_had_given() {
    let (headquarters, replica, ticket_id) = ended_amid();
    let last = note(&replica, 451, ticket_id, &[]);
    let outcome = headquarters.receive(&replica, &[last], NOW).unwrap().remove(0);
    assert_eq!(outcome.status, Status::Applied);
    let store = headquarters.reader();
    let newest = "SELECT max(revision) FROM command WHERE replica_id = $1 AND seq < 451";
    let before = store.number(newest, params![replica.id.to_string()]).unwrap();
    assert!(before < outcome.revision, "what it did before comes before");
    assert_eq!(store.number("SELECT count(*) FROM event WHERE name = 'NoteAdded'", &[]).unwrap(), 451);
    assert_eq!(store.number("SELECT count(*) FROM held", &[]).unwrap(), 0);
}

#[test]
fn what_a_process_was_ended_amid_another_finishes() {
    let (headquarters, ..) = ended_amid();
    headquarters.take_up_come().unwrap();
    let store = headquarters.reader();
    assert_eq!(store.number("SELECT count(*) FROM event WHERE name = 'NoteAdded'", &[]).unwrap(), 450);
    assert_eq!(store.number("SELECT count(*) FROM held", &[]).unwrap(), 0);
}
