use rusqlite::ErrorCode;

/// What can go wrong with a database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is not a sound database. It is left as it is.
    #[error("the database is damaged: {0}. Nothing was overwritten")]
    Damaged(String),
    /// There is no room left. What was committed before is safe.
    #[error("the disk is full; what was saved before is safe")]
    DiskFull,
    /// A newer program has written this database.
    #[error("this database was written by a newer version of Outpost; install that version")]
    TooNew,
    /// A migration that was applied is not the one in this program.
    #[error("the database was made by another migration {0} than this program has")]
    ForeignMigration(String),
    /// A row that does not have the shape of its record.
    #[error("a row of {table} cannot be read: {error}")]
    Row {
        /// The table.
        table: &'static str,
        /// Why.
        error: serde_json::Error,
    },
    /// The database server cannot be reached, or went away. What was committed before is safe; ask again.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// A question took longer than whoever asked would wait. Nothing was changed by it.
    #[error("this question takes too long; ask for less")]
    TakesTooLong,
    /// Anything else that another engine says.
    #[error("{0}")]
    Engine(String),
    /// Anything else that SQLite says.
    #[error("{0}")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged(error.to_string()),
            Some(ErrorCode::DiskFull) => StoreError::DiskFull,
            _ => StoreError::Sqlite(error),
        }
    }
}
