//! The port, kept by PostgreSQL.

use crate::cell::{Cell, Param};
use crate::connection::{Connection, named};
use futures::future::{join, join_all};
use futures::{StreamExt, pin_mut, poll};
use outpost_domain::Kind;
use outpost_store::rusqlite::types::{ToSqlOutput, Value, ValueRef};
use outpost_store::{Access, Dialect, Engine, Insert, Reader, Row, StoreError, Term, ToSql, params, rusqlite};
use std::cell::{Cell as Changing, RefCell};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio_postgres::{Config, Error, RowStream, Statement};

/// Longer words are found by their beginning; PostgreSQL takes 2,046 bytes at most.
const WORD_CHARACTERS: usize = 200;
/// The last place in a text that PostgreSQL remembers.
const LAST_PLACE: usize = 16_383;

/// A connection that was not used for longer is asked whether the server is still there: nobody notices meanwhile.
const FRESH: Duration = Duration::from_millis(50);

/// How many rows of an answer that have arrived are taken at once, at most.
const ROWS_AT_ONCE: usize = 256;

/// A statement that waits to be sent.
enum Waiting {
    Plain(&'static str),
    Prepared(String, Vec<Param>),
}

/// One connection to one tenant's schema.
pub struct Postgres {
    config: Config,
    schema: String,
    live: RefCell<Option<Arc<Connection>>>,
    /// What was done inside the transaction and is sent with the next rows or the next question: one wait for an answer
    /// instead of a dozen.
    waiting: RefCell<Vec<Waiting>>,
    /// What was sent already and is not answered yet.
    under_way: RefCell<Vec<UnderWay>>,
    inside: Changing<bool>,
    /// When the connection was used last.
    used: Changing<Option<Instant>>,
    /// How long a question may take; the connection is told with the next one.
    patience: Changing<Option<Duration>>,
    /// How many more statements are done, for simulation.
    left: Changing<Option<u32>>,
}

impl Postgres {
    pub(crate) fn new(config: Config, schema: String) -> Postgres {
        Postgres {
            config,
            schema,
            live: RefCell::default(),
            waiting: RefCell::default(),
            under_way: RefCell::default(),
            inside: Changing::default(),
            used: Changing::default(),
            patience: Changing::default(),
            left: Changing::default(),
        }
    }

    /// The connection, made anew if there is none or it broke. Inside a transaction a broken one stays broken.
    fn live(&self) -> Result<Arc<Connection>, StoreError> {
        let known = self.live.borrow().clone().filter(|live| self.inside.get() || self.answers(live));
        match known {
            Some(live) if !live.client.is_closed() => Ok(live),
            Some(_) if self.inside.get() => {
                Err(StoreError::Unreachable("the connection broke in the middle of a transaction".to_owned()))
            }
            _ => {
                let live = Arc::new(Connection::open(&self.config, Some(&self.schema))?);
                *self.live.borrow_mut() = Some(Arc::clone(&live));
                Ok(live)
            }
        }
    }

    /// Whether a connection still answers. One that was used a moment ago is not asked.
    fn answers(&self, live: &Connection) -> bool {
        let fresh = self.used.get().is_some_and(|used| used.elapsed() < FRESH);
        self.used.set(Some(Instant::now()));
        fresh || live.run(live.client.simple_query("")).is_ok()
    }

    /// What went wrong. A connection to a server that went away, or no longer takes writes, is given up.
    fn trouble(&self, error: Error) -> StoreError {
        let error = named(error);
        if matches!(error, StoreError::Unreachable(_)) && !self.inside.get() {
            *self.live.borrow_mut() = None;
        }
        error
    }

    /// Forgets what a transaction has begun that is undone.
    fn forget(&self) {
        self.waiting.borrow_mut().clear();
        self.under_way.borrow_mut().clear();
    }

    /// Counts a statement in a simulation, and breaks off where it is to.
    fn step(&self) -> Result<(), StoreError> {
        match self.left.get() {
            Some(0) => Err(StoreError::Unreachable("broken off".to_owned())),
            Some(left) => {
                self.left.set(Some(left - 1));
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Does a statement, inside a transaction with the next question.
    fn later(&self, sql: String, params: Vec<Param>) -> Result<(), StoreError> {
        self.step()?;
        let statement = Waiting::Prepared(sql, params);
        if self.inside.get() {
            self.waiting.borrow_mut().push(statement);
            return Ok(());
        }
        self.send(Some(statement))
    }

    /// Sends what waits, so that the server does it while others work on: its answers are waited for later.
    fn hand_over(&self) -> Result<(), StoreError> {
        let waiting = self.waiting.take();
        let live = self.live()?;
        let mut under_way = self.under_way.take();
        let handed_over = live.run(async {
            begin(&live, waiting, &mut under_way).await?;
            // Lets the connection write.
            tokio::task::yield_now().await;
            Ok(())
        });
        self.under_way.replace(under_way);
        handed_over.map_err(|error| self.trouble(error))
    }

    /// Sends what waits, and `last` behind it, in one go.
    fn send(&self, last: Option<Waiting>) -> Result<(), StoreError> {
        let mut waiting = self.waiting.take();
        waiting.extend(last);
        let mut under_way = self.under_way.take();
        if waiting.is_empty() && under_way.is_empty() {
            return Ok(());
        }
        let live = self.live()?;
        let sent = live.run(async {
            begin(&live, waiting, &mut under_way).await?;
            done(under_way).await
        });
        sent.map_err(|error| self.trouble(error))
    }

    /// Sends what waits and a question behind it.
    fn ask(&self, live: &Arc<Connection>, sql: &str, params: &[Param]) -> Result<RowStream, StoreError> {
        let (waiting, mut under_way) = (self.waiting.take(), self.under_way.take());
        let asked = live.run(async {
            live.be_patient(self.patience.get()).await?;
            begin(live, waiting, &mut under_way).await?;
            let question = prepared(live, sql, &mut under_way).await?;
            let (done, rows) = join(done(under_way), live.client.query_raw(&question, params)).await;
            // What went wrong first is why the rest did.
            done?;
            rows
        });
        asked.map_err(|error| self.trouble(error))
    }
}

/// A statement that was sent, until it is answered.
type UnderWay = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// Sends statements in their order, as long as each can be sent: nothing may be committed behind one that never went.
async fn begin(live: &Arc<Connection>, waiting: Vec<Waiting>, under_way: &mut Vec<UnderWay>) -> Result<(), Error> {
    for one in waiting {
        let mut sent: UnderWay = match one {
            Waiting::Plain(sql) => Box::pin(plain(Arc::clone(live), sql)),
            Waiting::Prepared(sql, params) => {
                let statement = prepared(live, &sql, under_way).await?;
                Box::pin(with_params(Arc::clone(live), statement, params))
            }
        };
        under_way.push(match poll!(sent.as_mut()) {
            Poll::Ready(done) => Box::pin(std::future::ready(Ok(done?))),
            Poll::Pending => sent,
        });
    }
    Ok(())
}

async fn plain(live: Arc<Connection>, sql: &'static str) -> Result<(), Error> {
    live.client.batch_execute(sql).await
}

async fn with_params(live: Arc<Connection>, statement: Statement, params: Vec<Param>) -> Result<(), Error> {
    live.client.execute_raw(&statement, &params).await.map(drop)
}

/// A statement, prepared once. What is under way before it is answered first: its answers would be in the way, and what went
/// wrong there is why this one cannot be prepared either.
async fn prepared(live: &Connection, sql: &str, under_way: &mut Vec<UnderWay>) -> Result<Statement, Error> {
    match live.prepared(sql) {
        Some(known) => Ok(known),
        None => {
            done(std::mem::take(under_way)).await?;
            live.prepare(sql).await
        }
    }
}

/// Waits until all is done; what went wrong first.
async fn done(under_way: Vec<UnderWay>) -> Result<(), Error> {
    join_all(under_way).await.into_iter().collect()
}

fn values(params: &[&dyn ToSql]) -> Result<Vec<Param>, StoreError> {
    let value = |param: &&dyn ToSql| {
        Ok(Param(match param.to_sql()? {
            ToSqlOutput::Borrowed(value) => Value::try_from(value).map_err(rusqlite::Error::from)?,
            ToSqlOutput::Owned(value) => value,
            _ => return Err(StoreError::Engine("a parameter of a kind that is not written".to_owned())),
        }))
    };
    params.iter().map(value).collect()
}

/// The words as PostgreSQL keeps them: each with its places.
fn vector(words: &str) -> String {
    let mut vector = String::with_capacity(words.len() * 3);
    for (place, word) in words.split(' ').enumerate() {
        let word: String = word.chars().take(WORD_CHARACTERS).collect();
        vector.push_str(&format!("'{word}':{} ", (place + 1).min(LAST_PLACE)));
    }
    vector
}

impl Engine for Postgres {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn execute(&self, sql: &str, params: &[&dyn ToSql]) -> Result<(), StoreError> {
        self.later(sql.to_owned(), values(params)?)
    }

    fn insert(&self, into: &Insert, cells: Vec<Value>) -> Result<(), StoreError> {
        let (rows, mut cells) = (cells.len() / into.width(), cells.into_iter());
        for (sql, rows) in into.many(rows) {
            self.later(sql.to_owned(), cells.by_ref().take(rows * into.width()).map(Param).collect())?;
        }
        // One row waits for the next question, as a statement does.
        if rows > 1 && self.inside.get() { self.hand_over() } else { Ok(()) }
    }

    fn each(&self, sql: &str, params: &[&dyn ToSql], reader: Reader<'_>) -> Result<(), StoreError> {
        self.step()?;
        let params = values(params)?;
        let live = self.live()?;
        let rows = match self.ask(&live, sql, &params) {
            // A connection that broke while nobody used it is noticed only now: ask once more over a new one.
            Err(StoreError::Unreachable(_)) if !self.inside.get() => self.ask(&self.live()?, sql, &params)?,
            asked => asked?,
        };
        let rows = rows.ready_chunks(ROWS_AT_ONCE);
        pin_mut!(rows);
        while let Some(ready) = live.run(rows.next()) {
            for row in ready {
                let row = row.map_err(|error| self.trouble(error))?;
                let cells = (0..row.len())
                    .map(|index| row.try_get::<_, Cell<'_>>(index).map(|cell| cell.0))
                    .collect::<Result<Vec<ValueRef<'_>>, Error>>()
                    .map_err(named)?;
                if reader(&Row::Cells(&cells))?.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn batch(&self, sql: &str) -> Result<(), StoreError> {
        self.send(None)?;
        let live = self.live()?;
        live.run(live.client.batch_execute(sql)).map_err(|error| self.trouble(error))
    }

    fn begin(&self, access: Access) -> Result<(), StoreError> {
        if self.inside.get() {
            return Err(StoreError::Engine("a transaction has begun already".to_owned()));
        }
        self.live()?;
        self.forget();
        self.inside.set(true);
        self.waiting.borrow_mut().extend(match access {
            Access::Read => vec![Waiting::Plain("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")],
            // One writer for each tenant, whichever process it is in: so the order of commits is the order of revisions.
            Access::Write => vec![Waiting::Plain("BEGIN; SELECT 1 FROM tenant FOR UPDATE")],
            Access::Shape => vec![Waiting::Plain("BEGIN; SELECT pg_advisory_xact_lock(hashtext(current_schema()))")],
        });
        Ok(())
    }

    fn end(&self, keep: bool) -> Result<(), StoreError> {
        if !self.inside.get() {
            return Ok(());
        }
        if keep {
            self.step()?;
            // PostgreSQL takes COMMIT for ROLLBACK after something failed; what did says so.
            return self.send(Some(Waiting::Plain("COMMIT"))).inspect(|()| self.inside.set(false));
        }
        self.forget();
        self.inside.set(false);
        let live = self.live.borrow().clone();
        let undone = live.is_some_and(|live| live.run(live.client.batch_execute("ROLLBACK")).is_ok());
        if !undone {
            // The server rolls back whatever belongs to a connection that is gone.
            *self.live.borrow_mut() = None;
        }
        Ok(())
    }

    fn columns(&self, table: &str) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT column_name::text, upper(data_type::text) FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position";
        let mut columns = Vec::new();
        self.each(sql, params![table], &mut |row| {
            columns.push((row.get(0)?, row.get(1)?));
            Ok(std::ops::ControlFlow::Continue(()))
        })?;
        Ok(columns)
    }

    fn tables(&self) -> Result<Vec<String>, StoreError> {
        let sql =
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1";
        let mut tables = Vec::new();
        self.each(sql, &[], &mut |row| {
            tables.push(row.get(0)?);
            Ok(std::ops::ControlFlow::Continue(()))
        })?;
        Ok(tables)
    }

    fn index(&self, kind: Kind, id: &str, words: &str) -> Result<(), StoreError> {
        if words.is_empty() {
            return self.execute("DELETE FROM search_row WHERE kind = $1 AND id = $2", params![kind.table(), id]);
        }
        // A record whose words did not change costs no writing.
        self.execute(
            "INSERT INTO search_row (kind, id, words, vector) VALUES ($1, $2, $3, $4::text::tsvector)
             ON CONFLICT (kind, id) DO UPDATE SET words = excluded.words, vector = excluded.vector
             WHERE search_row.words <> excluded.words",
            params![kind.table(), id, words, vector(words)],
        )
    }

    fn found_order(&self) -> &'static str {
        "r.row_number"
    }

    fn found(&self, place: usize) -> String {
        format!("FROM search_row r WHERE r.vector @@ ${place}::text::tsquery")
    }

    fn expression(&self, terms: &[Term]) -> String {
        let cut = |word: &String| word.chars().take(WORD_CHARACTERS).collect::<String>();
        let terms: Vec<String> = terms
            .iter()
            .map(|term| match term {
                Term::Together(words) => {
                    let words: Vec<String> = words.iter().map(|word| format!("'{}'", cut(word))).collect();
                    format!("({})", words.join(" <-> "))
                }
                Term::Beginning(word) => format!("'{}':*", cut(word)),
            })
            .collect();
        terms.join(" & ")
    }

    fn wait_for_disk(&self, wait: bool) -> Result<(), StoreError> {
        self.batch(if wait { "RESET synchronous_commit" } else { "SET synchronous_commit = off" })
    }

    fn check(&self) -> Result<(), StoreError> {
        for table in self.tables()? {
            // Reads every page of it.
            self.each(&format!("SELECT count(*) FROM \"{table}\""), &[], &mut |_| {
                Ok(std::ops::ControlFlow::Continue(()))
            })?;
        }
        Ok(())
    }

    fn patience(&self, most: Option<Duration>) -> Result<(), StoreError> {
        self.patience.set(most);
        Ok(())
    }

    fn break_off_after(&mut self, steps: Option<u32>) -> Result<(), StoreError> {
        self.left.set(steps);
        Ok(())
    }

    fn to_bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        Err(StoreError::Engine("a PostgreSQL database has no bytes of its own; back it up instead".to_owned()))
    }

    fn sqlite(&self) -> Result<&rusqlite::Connection, StoreError> {
        Err(StoreError::Engine("this is done in SQLite only".to_owned()))
    }
}
