//! What an operator sees of a running headquarters, in the text format of Prometheus.
//!
//! What happens is counted where it happens; what is so at this moment (devices, matters, revision) is looked up when it is
//! asked for, so that several processes over one database say the same.

use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use outpost_domain::Instant;
use outpost_store::params;
use outpost_sync::protocol::{Frame, Outcome};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

/// A device that was not heard of for longer than this is silent.
const SILENT_MILLIS: i64 = 3 * 86_400_000;

/// From half a millisecond to a minute, each about twice the one before.
const SECONDS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 60.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Asked {
    tenant: Arc<str>,
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    tenant: Arc<str>,
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Became {
    tenant: Arc<str>,
    outcome: Word,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct InState {
    tenant: Arc<str>,
    state: Word,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Of {
    tenant: Arc<str>,
}

/// One of a few words that this program knows.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
struct Word(&'static str);

impl EncodeLabelValue for Word {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), std::fmt::Error> {
        encoder.write_str(self.0)
    }
}

fn seconds() -> Histogram {
    Histogram::new(SECONDS)
}

type Level = Gauge<i64, AtomicI64>;

/// What one process counts, for all of its tenants.
#[derive(Clone)]
pub(crate) struct Counters {
    registry: Arc<Registry>,
    requests: Family<Asked, Counter>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    commands: Family<Became, Counter>,
    commits: Family<Of, Histogram, fn() -> Histogram>,
    rows: Family<Of, Counter>,
    streams: Family<Of, Level>,
    devices: Family<InState, Level>,
    waiting: Family<Of, Level>,
    attention: Family<Of, Level>,
    revision: Family<Of, Level>,
}

impl Default for Counters {
    fn default() -> Counters {
        let mut registry = Registry::with_prefix("outpost");
        let all = Counters {
            registry: Arc::default(),
            requests: Family::default(),
            durations: Family::new_with_constructor(seconds),
            commands: Family::default(),
            commits: Family::new_with_constructor(seconds),
            rows: Family::default(),
            streams: Family::default(),
            devices: Family::default(),
            waiting: Family::default(),
            attention: Family::default(),
            revision: Family::default(),
        };
        registry.register("http_requests", "Requests by route and status", all.requests.clone());
        let help = "From a request to the beginning of its answer";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, all.durations.clone());
        registry.register("commands", "Commands that were taken, by what became of them", all.commands.clone());
        let help = "One transaction that takes commands, with the flush of the disk";
        registry.register_with_unit("commit_duration", help, Unit::Seconds, all.commits.clone());
        registry.register("rows_sent", "Records sent to devices", all.rows.clone());
        registry.register("event_streams", "Devices that listen for news", all.streams.clone());
        registry.register("devices", "Devices by state: heard, silent (for 3 days), lost", all.devices.clone());
        registry.register(
            "devices_waiting_commands",
            "Commands that devices said they still hold",
            all.waiting.clone(),
        );
        registry.register("attention_open", "Matters of attention that nobody has closed", all.attention.clone());
        registry.register("revision", "The number of the newest commit", all.revision.clone());
        Counters { registry: Arc::new(registry), ..all }
    }
}

impl Counters {
    /// Everything, in the text format of Prometheus (OpenMetrics 1.0).
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn text(&self) -> Result<String, HeadquartersError> {
        let mut text = String::new();
        encode(&mut text, &self.registry).map_err(|error| HeadquartersError::System(error.to_string()))?;
        Ok(text)
    }
}

/// What a process counts of one tenant.
pub(crate) struct Measures {
    counters: Counters,
    tenant: Arc<str>,
}

impl Measures {
    pub(crate) fn of(counters: &Counters, tenant: &str) -> Measures {
        Measures { counters: counters.clone(), tenant: tenant.into() }
    }

    fn label(&self) -> Of {
        Of { tenant: Arc::clone(&self.tenant) }
    }

    /// A request was answered, or began to be.
    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, taken: Duration) {
        let (tenant, method, route) = (Arc::clone(&self.tenant), method.to_owned(), route.to_owned());
        let of = Route { tenant: Arc::clone(&tenant), route: route.clone() };
        self.counters.durations.get_or_create(&of).observe(taken.as_secs_f64());
        self.counters.requests.get_or_create(&Asked { tenant, method, route, status }).inc();
    }

    /// Commands were committed.
    pub(crate) fn committed(&self, outcomes: &[&Outcome], taken: Duration) {
        self.counters.commits.get_or_create(&self.label()).observe(taken.as_secs_f64());
        let mut counted: BTreeMap<&'static str, u64> = BTreeMap::new();
        for outcome in outcomes {
            *counted.entry(outcome.status.name()).or_default() += 1;
        }
        for (outcome, count) in counted {
            let became = Became { tenant: Arc::clone(&self.tenant), outcome: Word(outcome) };
            self.counters.commands.get_or_create(&became).inc_by(count);
        }
    }

    /// Frames go to a device.
    pub(crate) fn sent(&self, frames: &[Frame]) {
        let rows = frames.iter().map(|frame| if let Frame::Rows { rows, .. } = frame { rows.len() } else { 0 });
        self.counters.rows.get_or_create(&self.label()).inc_by(rows.sum::<usize>() as u64);
    }

    /// A device listens for news as long as what is returned lives.
    pub(crate) fn listening(&self) -> Listening {
        let streams = self.counters.streams.get_or_create(&self.label()).clone();
        streams.inc();
        Listening(streams)
    }
}

/// A device that listens for news.
pub(crate) struct Listening(Level);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Headquarters {
    /// Looks up what is so at this moment, so that it stands among the counters.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) fn measure(&self, now: Instant) -> Result<(), HeadquartersError> {
        let (of, counters) = (self.measures.label(), &self.measures.counters);
        let store = self.reader();
        let silent = now - SILENT_MILLIS;
        for (state, condition) in [
            ("heard", "NOT revoked AND heard_at > $1"),
            ("silent", "NOT revoked AND (heard_at IS NULL OR heard_at <= $1)"),
            ("lost", "revoked AND CAST($1 AS BIGINT) IS NOT NULL"),
        ] {
            let sql =
                format!("SELECT count(*) FROM replica LEFT JOIN replica_contact ON replica_id = id WHERE {condition}");
            let state = InState { tenant: Arc::clone(&of.tenant), state: Word(state) };
            let number = store.number(&sql, params![silent])?;
            counters.devices.get_or_create(&state).set(number);
        }
        let waiting = "SELECT CAST(coalesce(sum(waiting), 0) AS BIGINT) FROM replica_contact";
        let attention = "SELECT count(*) FROM attention WHERE resolved_at IS NULL";
        drop(counters.streams.get_or_create(&of));
        for (gauge, sql) in [
            (&counters.waiting, waiting),
            (&counters.attention, attention),
            (&counters.revision, "SELECT revision FROM tenant"),
        ] {
            let number = store.number(sql, &[])?;
            gauge.get_or_create(&of).set(number);
        }
        Ok(())
    }
}
