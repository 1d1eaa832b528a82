//! A server with its tenants.

use crate::connection::{Connection, named};
use crate::engine::Postgres;
use outpost_store::StoreError;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

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
    /// The server at an address such as `postgres://user:password@host/database`. One on another machine is spoken to only over
    /// TLS, unless the address says `sslmode=disable`.
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
        // The default of the library is to go on in clear text where a server, or whoever stands before it, offers nothing else.
        if config.get_ssl_mode() == SslMode::Prefer && !is_near(&config) {
            config.ssl_mode(SslMode::Require);
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

/// Whether nobody else can listen on the way: the server is on this machine.
fn is_near(config: &Config) -> bool {
    let loopback = |address: &IpAddr| address.is_loopback();
    if !config.get_hostaddrs().is_empty() {
        return config.get_hostaddrs().iter().all(loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| loopback(&address)),
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
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
    use tokio_postgres::config::SslMode;

    #[test]
    fn a_schema_has_a_plain_name() {
        assert_eq!(schema("harbour_1").unwrap(), "outpost_harbour_1");
        for wrong in ["", "a b", "A", "a\"; DROP SCHEMA x; --", "漏", &"a".repeat(41)] {
            assert!(schema(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn whatever_leaves_this_machine_is_encrypted_unless_the_address_says_otherwise() {
        let mode = |address: &str| Server::at(address).unwrap().config.get_ssl_mode();
        for far in ["db", "db1,db2", "localhost,db", "192.0.2.1", "db?sslmode=prefer", "localhost?hostaddr=192.0.2.1"] {
            let (host, rest) = far.split_once('?').unwrap_or((far, "x"));
            let rest = if rest == "x" { "" } else { rest };
            assert_eq!(mode(&format!("postgres://outpost@{host}/outpost?{rest}")), SslMode::Require, "{far}");
        }
        for near in ["localhost", "127.0.0.1", "[::1]", "%2Frun%2Fpostgresql"] {
            assert_eq!(mode(&format!("postgres://outpost@{near}/outpost")), SslMode::Prefer, "{near}");
        }
        assert_eq!(mode("postgres://outpost@db/outpost?sslmode=disable"), SslMode::Disable);
    }

    #[test]
    fn what_is_no_address_is_said_so() {
        let error = Server::at("mysql://x").err().unwrap().to_string();
        assert!(error.contains("no address of a PostgreSQL database"), "{error}");
    }
}
