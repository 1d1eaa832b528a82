//! On what an answer rests: the kinds of records that were read for it.

use crate::Store;
use outpost_domain::Kind;
use std::collections::BTreeSet;

impl Store {
    /// Does some work, and says of which kinds records were read for it, also where none were found.
    pub fn noting<T>(&self, work: impl FnOnce() -> T) -> (T, BTreeSet<Kind>) {
        let before = self.noted.replace(Some(BTreeSet::new()));
        let done = work();
        (done, self.noted.replace(before).unwrap_or_default())
    }

    /// Notes the kinds whose tables a statement names. A column of the same name would be noted too, which costs one more question.
    pub(crate) fn note_read(&self, sql: &str) {
        if let Some(noted) = self.noted.borrow_mut().as_mut() {
            noted.extend(sql.split(|c: char| !c.is_ascii_lowercase() && c != '_').filter_map(Kind::from_table));
        }
    }

    /// Notes all kinds that are found by words.
    pub(crate) fn note_all_searched(&self) {
        if let Some(noted) = self.noted.borrow_mut().as_mut() {
            noted.extend(Kind::ALL.iter().filter(|kind| kind.is_searched()));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Holding, Store};
    use outpost_domain::{Id, Kind, ticket::Ticket};
    use std::collections::BTreeSet;

    #[test]
    fn it_is_known_on_which_kinds_an_answer_rests_also_where_nothing_was_found() {
        let store = Store::in_memory(Holding::Everything).unwrap();
        let ((), kinds) = store.noting(|| {
            assert_eq!(store.get::<Ticket>(Id::nil()).unwrap(), None);
            let sql = "SELECT count(*) FROM step s JOIN \"user\" u ON u.id = s.engineer_id";
            assert_eq!(store.number(sql, &[]).unwrap(), 0);
        });
        assert_eq!(kinds, BTreeSet::from([Kind::Ticket, Kind::Step, Kind::User]));
        let (_, kinds) = store.noting(|| store.find("lift", &[Kind::Device], 1).unwrap());
        assert_eq!(kinds, BTreeSet::from([Kind::Device]));
        let (_, kinds) = store.noting(|| store.find("lift", &[], 1).unwrap());
        assert!(kinds.contains(&Kind::Customer) && !kinds.contains(&Kind::Step));
        let _ = store.get::<Ticket>(Id::nil());
        assert_eq!(store.noting(|| ()).1, BTreeSet::new(), "nobody asked what was read in between");
    }
}
