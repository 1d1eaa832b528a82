//! Giving out what changed, to whom may see it.

use crate::headquarters::{Headquarters, HeadquartersError, random_hex};
use crate::scope::scopes_of_user;
use outpost_domain::person::User;
use outpost_domain::{Id, Kind};
use outpost_store::rusqlite::OptionalExtension;
use outpost_store::{Store, params};
use outpost_sync::protocol::{Cursor, Evicted, Page, Pull};
use outpost_sync::sha256_hex;

/// How many records a page holds; more only where one commit wrote more.
const RECORDS_PER_PAGE: usize = 5000;

impl Headquarters {
    /// What a person's replica lacks, from its cursor on. The order is that of commits, so that a broken line goes on
    /// from the last page that arrived.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn pull(&self, user: &User, pull: &Pull) -> Result<Page, HeadquartersError> {
        let store = self.writer();
        let scopes = scopes_of_user(&store, user)?;
        let scope = sha256_hex(scopes.join(" ").as_bytes())[..16].to_owned();
        let since = continues(&store, pull, &scope)?;
        let after = since.as_ref().map_or(0, |cursor| cursor.revision);
        let head = store.number("SELECT revision FROM tenant", &[])?;
        let mut found = changed(&store, &scopes, after, RECORDS_PER_PAGE + 1)?;
        let more = found.len() > RECORDS_PER_PAGE;
        if more {
            found = whole_commits(&store, &scopes, after, found)?;
        }
        let upto = if more { found.last().map_or(head, |row| row.2) } else { head };
        let mut rows = Vec::with_capacity(found.len());
        for (kind, id, _) in &found {
            rows.extend(store.get_any(*kind, *id)?);
        }
        let evict = if since.is_some() { evicted(&store, &scopes, after, upto)? } else { Vec::new() };
        let remaining = if more { count_changed(&store, &scopes, upto)? } else { 0 };
        Ok(Page { fresh: since.is_none(), rows, evict, cursor: cursor(&store, upto, scope)?, more, remaining })
    }
}

/// The cursor to go on from, or none if everything must be sent anew. Where a cursor is of a future that this database
/// does not have, commits were lost: from now on there is another epoch, and every replica notices.
fn continues(store: &Store, pull: &Pull, scope: &str) -> Result<Option<Cursor>, HeadquartersError> {
    let Some(cursor) = &pull.cursor else { return Ok(None) };
    let epoch: String = store.conn().query_row("SELECT epoch FROM tenant", [], |row| row.get(0))?;
    if cursor.epoch != epoch {
        return Ok(None);
    }
    if tag(store, cursor.revision)?.as_ref() != Some(&cursor.tag) {
        store.conn().execute("UPDATE tenant SET epoch = $1", params![random_hex(8)?])?;
        return Ok(None);
    }
    Ok((cursor.scope == scope).then(|| cursor.clone()))
}

fn tag(store: &Store, revision: i64) -> Result<Option<String>, HeadquartersError> {
    if revision == 0 {
        return Ok(Some(String::new()));
    }
    Ok(store
        .conn()
        .prepare_cached("SELECT tag FROM revision WHERE revision = $1")?
        .query_row(params![revision], |row| row.get(0))
        .optional()?)
}

fn cursor(store: &Store, revision: i64, scope: String) -> Result<Cursor, HeadquartersError> {
    let epoch = store.conn().query_row("SELECT epoch FROM tenant", [], |row| row.get(0))?;
    Ok(Cursor { epoch, revision, tag: tag(store, revision)?.unwrap_or_default(), scope })
}

/// The scopes as a list for SQL. They are made of fixed words and UUIDs.
fn listed(scopes: &[String]) -> String {
    scopes.iter().map(|scope| format!("'{scope}'")).collect::<Vec<_>>().join(", ")
}

/// What a person may see and was written, or came into their sight, after a commit.
fn changes(scopes: &[String]) -> String {
    let scopes = listed(scopes);
    format!(
        "SELECT kind, id, MAX(revision) AS revision FROM (
           SELECT e.kind, e.id, e.revision FROM entity e WHERE e.revision > $1 AND EXISTS (
             SELECT 1 FROM entity_scope s WHERE s.kind = e.kind AND s.id = e.id AND s.scope IN ({scopes})
             AND s.removed_revision IS NULL)
           UNION ALL
           SELECT s.kind, s.id, s.added_revision FROM entity_scope s
           WHERE s.scope IN ({scopes}) AND s.added_revision > $1 AND s.removed_revision IS NULL
         ) changed GROUP BY kind, id"
    )
}

type Found = (Kind, Id, i64);

fn rows(store: &Store, sql: &str, after: i64) -> Result<Vec<Found>, HeadquartersError> {
    let mut statement = store.conn().prepare_cached(sql)?;
    let mut rows = statement.query(params![after])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (table, id): (String, String) = (row.get(0)?, row.get(1)?);
        if let (Some(kind), Ok(id)) = (Kind::from_table(&table), Id::parse_str(&id)) {
            found.push((kind, id, row.get(2)?));
        }
    }
    Ok(found)
}

fn changed(store: &Store, scopes: &[String], after: i64, limit: usize) -> Result<Vec<Found>, HeadquartersError> {
    rows(store, &format!("{} ORDER BY revision LIMIT {limit}", changes(scopes)), after)
}

/// Cuts a page where a commit ends; a single commit that is larger than a page is a page.
fn whole_commits(
    store: &Store,
    scopes: &[String],
    after: i64,
    found: Vec<Found>,
) -> Result<Vec<Found>, HeadquartersError> {
    let last = found.last().map_or(0, |row| row.2);
    if found.first().is_some_and(|row| row.2 == last) {
        let sql = format!("SELECT * FROM ({}) c WHERE revision = {last}", changes(scopes));
        return rows(store, &sql, after);
    }
    Ok(found.into_iter().filter(|row| row.2 < last).collect())
}

fn count_changed(store: &Store, scopes: &[String], after: i64) -> Result<u64, HeadquartersError> {
    Ok(store.number(&format!("SELECT count(*) FROM ({}) c", changes(scopes)), &[&after])? as u64)
}

/// What left a person's sight between two commits.
fn evicted(store: &Store, scopes: &[String], after: i64, upto: i64) -> Result<Vec<Evicted>, HeadquartersError> {
    let scopes = listed(scopes);
    let sql = format!(
        "SELECT DISTINCT s.kind, s.id, 0 FROM entity_scope s
         WHERE s.scope IN ({scopes}) AND s.removed_revision > $1 AND s.removed_revision <= {upto} AND NOT EXISTS (
           SELECT 1 FROM entity_scope t WHERE t.kind = s.kind AND t.id = s.id AND t.scope IN ({scopes})
           AND t.removed_revision IS NULL)"
    );
    Ok(rows(store, &sql, after)?.into_iter().map(|(kind, id, _)| Evicted { kind, id }).collect())
}

impl Headquarters {
    /// The kinds of which a commit wrote records.
    pub(crate) fn kinds_of(&self, revision: i64) -> Result<Vec<Kind>, HeadquartersError> {
        let store = self.reader();
        let mut statement = store.conn().prepare_cached("SELECT DISTINCT kind FROM entity WHERE revision >= $1")?;
        let tables = statement.query_map(params![revision], |row| row.get::<_, String>(0))?;
        let mut kinds = Vec::new();
        for table in tables {
            kinds.extend(Kind::from_table(&table?));
        }
        Ok(kinds)
    }

    /// Whether a person may see a file: whoever sees an attachment sees its bytes.
    pub(crate) fn may_see_file(&self, user: &User, sha256: &str) -> Result<bool, HeadquartersError> {
        let store = self.reader();
        let scopes = listed(&scopes_of_user(&store, user)?);
        let sql = format!(
            "SELECT count(*) FROM attachment a JOIN entity_scope s ON s.kind = 'attachment' AND s.id = a.id
             WHERE a.sha256 = $1 AND s.removed_revision IS NULL AND s.scope IN ({scopes})"
        );
        Ok(store.number(&sql, &[&sha256.to_ascii_lowercase()])? > 0)
    }
}
