//! The links on labels: what was signed here is believed here, and nothing else is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_domain::Id;
use outpost_headquarters::{Actor, Headquarters};
use outpost_scan::ShortLink;
use std::path::Path;

const BASE: &str = "https://hq.example";

fn open(folder: &Path) -> Headquarters {
    Headquarters::open(folder, "Test").unwrap()
}

fn letters(link: &str) -> &str {
    link.rsplit_once('/').unwrap().1
}

#[test]
fn a_link_names_its_device_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let hq = open(folder.path());
    let ids: Vec<Id> = (1..=50).map(Id::from_u128).collect();
    let links = hq.label_links(&ids, BASE).unwrap();
    for (id, link) in ids.iter().zip(&links) {
        assert!(link.starts_with("HTTPS://HQ.EXAMPLE/R/"), "{link}");
        assert_eq!(hq.labelled(letters(link)).unwrap(), Some(*id));
        assert_eq!(hq.labelled(&letters(link).to_lowercase()).unwrap(), Some(*id));
        let read = ShortLink::parse(link).unwrap();
        assert_eq!(read.code, id.as_u128(), "a device without the key reads the code all the same");
        for forged in [ShortLink { proof: read.proof ^ 1, ..read }, ShortLink { code: read.code + 50, ..read }] {
            assert_eq!(hq.labelled(&forged.letters()).unwrap(), None);
        }
    }
    assert_eq!(hq.labelled("").unwrap(), None);
    assert_eq!(hq.labelled("'; DROP TABLE label_key; --").unwrap(), None);
}

#[test]
fn a_key_stays_and_belongs_to_one_headquarters() {
    let [one, other] = [0, 1].map(|_| tempfile::tempdir().unwrap());
    let id = Id::from_u128(7);
    let link = open(one.path()).label_links(&[id], BASE).unwrap().remove(0);
    let again = open(one.path());
    assert_eq!(again.labelled(letters(&link)).unwrap(), Some(id));
    assert_eq!(again.label_links(&[id], BASE).unwrap(), std::slice::from_ref(&link));
    let stranger = open(other.path());
    assert_ne!(stranger.label_links(&[id], BASE).unwrap(), std::slice::from_ref(&link));
    assert_eq!(stranger.labelled(letters(&link)).unwrap(), None);
}

#[test]
fn a_new_key_signs_what_is_made_from_now_on_and_older_labels_stay_good_unless_they_are_to_end() {
    let folder = tempfile::tempdir().unwrap();
    let hq = open(folder.path());
    let id = Id::from_u128(7);
    let link = || hq.label_links(&[id], BASE).unwrap().remove(0);
    let opens = |link: &str| hq.labelled(letters(link)).unwrap() == Some(id);
    let first = link();
    let rotated = hq.rotate_label_key(&Actor::machine(), false).unwrap();
    assert_eq!((rotated.number, rotated.older, rotated.forgotten), (2, 1, false));
    let second = link();
    assert_ne!(second, first);
    assert!(opens(&first) && opens(&second));
    let rotated = hq.rotate_label_key(&Actor::machine(), true).unwrap();
    assert_eq!((rotated.number, rotated.older, rotated.forgotten), (3, 2, true));
    let third = link();
    assert!(opens(&third) && !opens(&first) && !opens(&second));
    // And once more, with the next number.
    assert_eq!(hq.rotate_label_key(&Actor::machine(), false).unwrap().number, 4);
    assert!(opens(&third) && !opens(&first));
    let acts = hq.security_acts(0, 100).unwrap();
    let acts: Vec<(&str, &str, &str)> =
        acts.iter().map(|act| (act.kind.as_str(), act.actor.as_str(), act.detail.as_str())).collect();
    assert_eq!(
        acts,
        [
            ("label_key_rotated", "machine", "key 2 signs from now on; 1 older are believed still"),
            ("label_key_rotated", "machine", "key 3 signs from now on; 2 older are forgotten"),
            ("label_key_rotated", "machine", "key 4 signs from now on; 1 older are believed still"),
        ]
    );
}
