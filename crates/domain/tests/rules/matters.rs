//! What a person must look at.

use crate::world::*;
use outpost_domain::attention::*;
use outpost_domain::{AnyRecord, Code, Pass, Refusal};

#[test]
fn a_matter_is_handed_to_the_dispatcher_once_and_stays_open_until_somebody_closes_it() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let effects = world.at(Pass::Origin, LI, use_belt(ticket_id, None, 2)).unwrap();
    let of = |put: &AnyRecord| if let AnyRecord::Attention(matter) = put { Some(matter.id) } else { None };
    let attention_id = effects.puts.iter().find_map(of).unwrap();
    let hand_over = |note: &str| HandOverAttention { attention_id, note: note.into() };
    world.done(LI, hand_over("the shelf says six"));
    let handed: Attention = world.get(attention_id);
    assert_eq!((handed.handed_over_by_id, handed.resolved_at), (Some(id(LI)), None));
    assert_eq!(handed.handed_over_note, "the shelf says six");
    world.done(BOSS, hand_over("again"));
    assert_eq!(world.get::<Attention>(attention_id), handed, "the first one stays");
    let close = |resolution: &str| ResolveAttention { attention_id, resolution: resolution.into() };
    assert_eq!(world.refused(LI, close("nothing to see")), Code::AttentionNotYours);
    assert_eq!(world.refused(XU, close("a colleague")), Code::RightMissing);
    assert_eq!(world.refused(HANA, close("may only look")), Code::RightMissing);
    world.done(CLERK, close("counted"));
    let closed: Attention = world.get(attention_id);
    assert!(closed.resolved_at.is_some() && closed.handed_over_by_id == Some(id(LI)));
    world.done(LI, hand_over("too late"));
    assert_eq!(world.get::<Attention>(attention_id), closed);
    assert_eq!(
        world.refused(BOSS, HandOverAttention { attention_id: id(99), note: String::new() }),
        Code::RecordMissing
    );
}

#[test]
fn who_closes_a_matter_has_the_right_and_looks_at_what_another_did() {
    let mut world = World::new();
    let ticket_id = world.ticket(Some(LI));
    let matter = |world: &mut World, who: u128, cause: Cause, command_name: &str, code: Code| {
        let act = world.act(who, outpost_domain::ticket::ClaimTicket { ticket_id });
        let mut matter = Attention::of(&act, cause, &Refusal::new(code), Some(ticket_id), Some(id(10)));
        matter.command_name = command_name.into();
        world.put(matter.clone());
        matter.id
    };
    let close = |attention_id| ResolveAttention { attention_id, resolution: "looked at".into() };
    let refused = matter(&mut world, LI, Cause::Refused, "ClaimTicket", Code::TicketTaken);
    let waits = matter(&mut world, LI, Cause::Held, "ClaimTicket", Code::RequirementRefused);
    let work_waits = matter(&mut world, LI, Cause::Held, "AddNote", Code::RequirementRefused);
    let apart = matter(&mut world, LI, Cause::Quarantined, "UsePart", Code::RightMissing);
    let theirs = matter(&mut world, BOSS, Cause::Discrepancy, "CancelTicket", Code::TicketClosed);
    // What one asked for and was not done, one may let go; work is not let go by who did it.
    world.done(LI, close(refused));
    world.done(LI, close(waits));
    assert_eq!(world.refused(LI, close(work_waits)), Code::AttentionNotYours);
    assert_eq!(world.refused(LI, close(apart)), Code::AttentionNotYours);
    assert_eq!(world.refused(BOSS, close(theirs)), Code::AttentionNotYours, "whatever rights one has");
    world.done(BOSS, close(work_waits));
    // What is kept apart is released by who might have done it.
    let release = |attention_id| ReleaseCommand { attention_id, note: String::new() };
    assert_eq!(world.refused(BOSS, release(apart)), Code::RightMissing);
    assert_eq!(world.refused(BOSS, release(theirs)), Code::FieldInvalid, "it is not kept apart");
    let barred = world.at(Pass::Headquarters, LI, release(apart)).unwrap_err();
    assert_eq!(barred.code, Code::AttentionNotYours);
    // Nor is it left undone for good by who might not.
    assert_eq!(world.refused(BOSS, close(apart)), Code::RightMissing);
    let note_apart = matter(&mut world, LI, Cause::Quarantined, "AddNote", Code::OutOfSight);
    let closed = |put: &AnyRecord| matches!(put, AnyRecord::Attention(matter) if matter.resolved_at.is_some());
    assert!(world.done(BOSS, close(note_apart)).puts.iter().any(closed));
}
