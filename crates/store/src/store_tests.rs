use super::{Holding, Store};
use crate::{Key, Memory, StoreError};
use outpost_domain::ticket::{Entry, Step, StepState};
use outpost_domain::{Id, Kind, Quantity, Read, View, person, stock};
use uuid::Uuid;

fn part(number: &str, name: &str, name_en: &str) -> stock::Part {
    stock::Part {
        id: Uuid::from_u128(number.bytes().map(u128::from).fold(7, |sum, byte| sum * 131 + byte)),
        number: number.into(),
        name: name.into(),
        name_en: name_en.into(),
        unit: "pcs".into(),
        category: "misc".into(),
        minimum: Quantity::from_millionths(2_500_000),
    }
}

#[test]
fn every_field_of_every_kind_has_its_column() {
    let store = Store::in_memory(Holding::Everything).unwrap();
    let step = Step {
        id: Uuid::from_u128(1),
        ticket_id: Uuid::from_u128(2),
        node: "repair".into(),
        position: 2,
        state: StepState::Paused,
        engineer_id: None,
        started_at: Some(5),
        resumed_at: None,
        ended_at: None,
        worked_millis: -3,
        entries: vec![Entry {
            key: "k".into(),
            value: "4.2 \"A\" 漏".into(),
            actor_id: Uuid::from_u128(3),
            entered_at: 9,
            beside: false,
        }],
    };
    store.put(&step.clone().into()).unwrap();
    assert_eq!(store.get::<Step>(step.id).unwrap(), Some(step.clone()));
    for kind in Kind::ALL {
        let mut fields: Vec<&str> = kind.fields().to_vec();
        let mut columns = store.shape(*kind).column_names();
        columns.sort();
        fields.sort();
        assert!(fields.len() > 2);
        assert_eq!(columns, fields, "of {kind:?}");
    }
}

#[test]
fn words_find_in_both_languages_and_follow_changes() {
    let store = Store::in_memory(Holding::Everything).unwrap();
    let breaker = part("P-1", "漏电保护器", "Leakage breaker");
    let seal = part("P-2", "门密封圈", "Door seal ring");
    store.put(&breaker.clone().into()).unwrap();
    store.put(&seal.clone().into()).unwrap();
    let find =
        |text: &str| store.find(text, &[Kind::Part], 10).unwrap().into_iter().map(|hit| hit.1).collect::<Vec<Id>>();
    assert_eq!(find("漏"), [breaker.id]);
    assert_eq!(find("seal"), [seal.id]);
    assert_eq!(find("密封 door"), [seal.id]);
    assert!(find("封密").is_empty(), "characters must be neighbours in this order");
    let renamed = stock::Part { name: "轴承".into(), ..seal.clone() };
    store.put(&renamed.into()).unwrap();
    assert!(find("密封").is_empty());
    store.delete(Kind::Part, breaker.id).unwrap();
    assert!(find("漏").is_empty());
    assert_eq!(store.find("\"; DROP", &[], 5).unwrap(), []);
}

#[test]
fn a_transaction_is_whole_or_nothing() {
    let store = Store::in_memory(Holding::Everything).unwrap();
    let done: Result<(), StoreError> = store.transaction(|| {
        store.put(&part("P-1", "a", "").into())?;
        Err(StoreError::DiskFull)
    });
    assert!(done.is_err());
    assert_eq!(store.number("SELECT count(*) FROM part", &[]).unwrap(), 0);
}

#[test]
fn what_could_not_be_read_decides_nothing() {
    let mut store = Store::in_memory(Holding::Everything).unwrap();
    let known = part("P-1", "a", "");
    store.put(&known.clone().into()).unwrap();
    store.break_off_after(Some(1)).unwrap();
    let reads = std::cell::RefCell::new(Vec::new());
    let done: Result<(), StoreError> = store.transaction(|| {
        reads.borrow_mut().extend((0..100).map(|_| store.read(Kind::Part, known.id)));
        Ok(())
    });
    assert!(reads.borrow().contains(&Read::Unknown), "the engine broke off");
    assert!(matches!(done, Err(StoreError::Sqlite(_))), "{done:?}");
    store.break_off_after(None).unwrap();
    assert_eq!(
        store.transaction(|| Ok::<_, StoreError>(store.read(Kind::Part, known.id))).unwrap(),
        Read::Present(known.into())
    );
}

/// SQLite ends a transaction by itself when it is interrupted while it writes, and when the disk is full.
#[test]
fn nothing_is_kept_of_a_transaction_that_the_database_has_ended() {
    let mut store = Store::in_memory(Holding::Everything).unwrap();
    store.break_off_after(Some(3)).unwrap();
    let done: Result<(), StoreError> = store.transaction_with_memory(|| {
        for n in 0..100 {
            store.put(&part(&format!("P-{n}"), "a", "").into())?;
        }
        // Asks the database, and so writes first, which breaks off; whoever decides goes on without knowing.
        assert_eq!(store.read(Kind::Region, Uuid::from_u128(1)), Read::Unknown);
        store.put(&part("P-last", "a", "").into())?;
        assert!(store.execute("DELETE FROM part", &[]).is_err());
        assert!(store.sqlite().is_err());
        Ok(())
    });
    assert!(matches!(done, Err(StoreError::Sqlite(_))), "{done:?}");
    store.break_off_after(None).unwrap();
    assert_eq!(store.number("SELECT count(*) FROM part", &[]).unwrap(), 0);
    store.transaction(|| store.put(&part("P-1", "a", "").into())).unwrap();
    assert_eq!(store.number("SELECT count(*) FROM part", &[]).unwrap(), 1);
}

#[test]
fn what_was_put_is_found_before_it_is_written_and_is_written_once() {
    let store = Store::in_memory(Holding::Everything).unwrap();
    let (first, second) = (part("P-1", "密封", ""), part("P-1", "轴承", ""));
    let done: Result<(), StoreError> = store.transaction_with_memory(|| {
        store.put(&first.clone().into())?;
        assert_eq!(store.get::<stock::Part>(first.id)?, Some(first.clone()));
        store.put(&second.clone().into())?;
        assert_eq!(store.select::<stock::Part>("", &[])?, vec![second.clone()]);
        assert_eq!(store.find("轴承", &[Kind::Part], 5)?.len(), 1);
        store.delete(Kind::Part, second.id)?;
        assert_eq!(store.get::<stock::Part>(first.id)?, None);
        store.put(&first.clone().into())
    });
    done.unwrap();
    assert_eq!(store.select::<stock::Part>("", &[]).unwrap(), vec![first]);
}

#[test]
fn what_was_added_may_change_and_is_remembered_until_it_is_forgotten() {
    let store = Store::in_memory(Holding::Everything).unwrap();
    let (first, second) = (part("P-1", "密封", ""), part("P-1", "轴承", ""));
    let mut memory = Memory::default();
    let done: Result<(), StoreError> = store.transaction_after(&mut memory, || {
        store.add(&first.clone().into())?;
        assert_eq!(store.find("密封", &[Kind::Part], 5)?.len(), 1, "it was written");
        store.put(&second.clone().into())
    });
    done.unwrap();
    assert_eq!(store.select::<stock::Part>("", &[]).unwrap(), std::slice::from_ref(&second));
    // Somebody else writes.
    store.put(&first.clone().into()).unwrap();
    let done: Result<(), StoreError> = store.transaction_after(&mut memory, || {
        assert_eq!(store.get::<stock::Part>(first.id)?, Some(second.clone()), "as it was left");
        store.forget()?;
        assert_eq!(store.get::<stock::Part>(first.id)?, Some(first.clone()), "as it is");
        store.add(&part("P-2", "", "").into())
    });
    done.unwrap();
    // What is there cannot be added, and then nothing of the transaction is kept.
    let again = store.transaction_with_memory(|| {
        store.put(&second.clone().into())?;
        store.add(&part("P-2", "", "").into())
    });
    assert!(matches!(again, Err(StoreError::Sqlite(_))), "{again:?}");
    assert_eq!(store.get::<stock::Part>(first.id).unwrap(), Some(first));
}

#[test]
fn what_is_missing_is_absent_or_unknown() {
    let field = Store::in_memory(Holding::OnePerson).unwrap();
    let hq = Store::in_memory(Holding::Everything).unwrap();
    let id = Uuid::from_u128(1);
    assert_eq!(field.read(Kind::Ticket, id), Read::Unknown);
    assert_eq!(field.read(Kind::Part, id), Read::Absent);
    assert_eq!(hq.read(Kind::Ticket, id), Read::Absent);
}

#[test]
fn a_damaged_file_is_said_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outpost.db");
    std::fs::write(&path, vec![b'x'; 8192]).unwrap();
    assert!(matches!(Store::open(&path, Holding::OnePerson, None), Err(StoreError::Damaged(_))));
    assert_eq!(std::fs::read(&path).unwrap(), vec![b'x'; 8192]);
}

#[test]
fn a_database_of_a_newer_program_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outpost.db");
    let region = person::Region { id: Uuid::from_u128(1), name: "北".into(), name_en: String::new(), parent_id: None };
    {
        let store = Store::open(&path, Holding::OnePerson, None).unwrap();
        store.put(&region.into()).unwrap();
        store.sqlite().unwrap().execute("INSERT INTO migration VALUES ('records/9999_later', 'x', '')", []).unwrap();
    }
    assert!(matches!(Store::open(&path, Holding::OnePerson, None), Err(StoreError::TooNew)));
}

#[test]
fn an_encrypted_database_tells_nothing_without_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outpost.db");
    let (key, other) = (Key::new([7; 32]), Key::new([8; 32]));
    let region =
        person::Region {
            id: Uuid::from_u128(1), name: "隐秘之地".into(), name_en: "secret".into(), parent_id: None
        };
    let store = Store::open(&path, Holding::OnePerson, Some(&key)).unwrap();
    store.put(&region.clone().into()).unwrap();
    let log = std::fs::read(folder.path().join("outpost.db-wal")).unwrap();
    drop(store);
    let bytes = [std::fs::read(&path).unwrap(), log].concat();
    for told in ["隐秘之地", "secret", "SQLite format 3", "CREATE TABLE"] {
        assert!(!bytes.windows(told.len()).any(|window| window == told.as_bytes()), "{told}");
    }
    for wrong in [None, Some(&other)] {
        assert!(matches!(Store::open(&path, Holding::OnePerson, wrong), Err(StoreError::Damaged(_))));
    }
    let again = Store::open_reader(&path, Holding::OnePerson, Some(&key)).unwrap();
    assert_eq!(again.get::<person::Region>(region.id).unwrap(), Some(region));
    again.check().unwrap();
}
