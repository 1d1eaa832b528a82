//! A server with its tenants.

use crate::connection::{Connection, named};
use crate::engine::Postgres;
use outpost_store::StoreError;
use std::str::FromStr;
use std::time::Duration;
use tokio_postgres::Config;

/// What the schemas of tenants begin with.
const PREFIX: &str = "outpost_";
/// How long a server may stay silent.
const SILENCE: Duration = Duration::from_secs(15);

/// A PostgreSQL server and database.
#[derive(Debug, Clone)]
pub struct Server {
    config: Config,
}

impl Server {
    /// The server at an address such as `postgres://user:password@host/database`.
    ///
    /// # Errors
    /// When it is no such address.
    pub fn at(address: &str) -> Result<Server, StoreError> {
        let mut config = Config::from_str(address)
            .map_err(|error| StoreError::Engine(format!("this is no address of a PostgreSQL database: {error}")))?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        config.keepalives_idle(SILENCE);
        if config.get_application_name().is_none() {
            config.application_name("outpost");
        }
        Ok(Server { config })
    }

    /// A connection to a tenant's schema, made when it is first used.
    ///
    /// # Errors
    /// When the name cannot be that of a schema.
    pub fn tenant(&self, name: &str) -> Result<Postgres, StoreError> {
        Ok(Postgres::new(self.config.clone(), schema(name)?))
    }

    /// The names of all tenants.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub fn tenants(&self) -> Result<Vec<String>, StoreError> {
        let conn = Connection::open(&self.config, None)?;
        let sql =
            format!("SELECT nspname FROM pg_namespace WHERE left(nspname, {}) = '{PREFIX}' ORDER BY 1", PREFIX.len());
        let rows = conn.run(conn.client.query(&sql, &[])).map_err(named)?;
        let schemas = rows.iter().map(|row| row.get::<_, String>(0));
        Ok(schemas.filter_map(|schema| schema.strip_prefix(PREFIX).map(str::to_owned)).collect())
    }

    /// Makes the schema of a tenant, if it is not there.
    ///
    /// # Errors
    /// When the name cannot be that of a schema, or the database does not allow it or is not in UTF-8.
    pub fn add(&self, name: &str) -> Result<(), StoreError> {
        let schema = schema(name)?;
        let conn = Connection::open(&self.config, None)?;
        let encoding = conn.run(conn.client.query_one("SHOW server_encoding", &[])).map_err(named)?;
        if encoding.get::<_, String>(0) != "UTF8" {
            return Err(StoreError::Engine("the database is not in UTF-8; make one with ENCODING 'UTF8'".to_owned()));
        }
        conn.run(conn.client.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\""))).map_err(named)
    }

    /// Removes a tenant with all it has.
    ///
    /// # Errors
    /// When the name cannot be that of a schema, or the database does not allow it.
    pub fn remove(&self, name: &str) -> Result<(), StoreError> {
        let schema = schema(name)?;
        let conn = Connection::open(&self.config, None)?;
        conn.run(conn.client.batch_execute(&format!("DROP SCHEMA IF EXISTS \"{schema}\" CASCADE"))).map_err(named)
    }
}

/// The schema of a tenant: lower-case letters, digits and underscores, so that it never needs thought.
fn schema(name: &str) -> Result<String, StoreError> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || name.len() > 40 || !name.chars().all(fits) {
        let wrong = format!("{name:?} cannot name a tenant: 1 to 40 of a-z, 0-9 and _");
        return Err(StoreError::Engine(wrong));
    }
    Ok(format!("{PREFIX}{name}"))
}

#[cfg(test)]
mod tests {
    use super::{Server, schema};

    #[test]
    fn a_schema_has_a_plain_name() {
        assert_eq!(schema("harbour_1").unwrap(), "outpost_harbour_1");
        for wrong in ["", "a b", "A", "a\"; DROP SCHEMA x; --", "漏", &"a".repeat(41)] {
            assert!(schema(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn what_is_no_address_is_said_so() {
        let error = Server::at("mysql://x").err().unwrap().to_string();
        assert!(error.contains("no address of a PostgreSQL database"), "{error}");
    }
}
