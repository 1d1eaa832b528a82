//! The links on labels: what was signed here is believed here, and nothing else is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_domain::Id;
use outpost_headquarters::Headquarters;
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
