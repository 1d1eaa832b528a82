//! What travels between a replica and headquarters. docs/sync.md explains it to someone who writes another client.
//!
//! `POST /v1/enroll` takes an [`EnrolRequest`] and answers [`Enrolled`]; `POST /v1/fork` takes a [`ForkRequest`] and answers the
//! same. `POST /v1/token` takes a [`TokenRequest`] and answers [`Granted`]; everything else wants that token as bearer.
//! `POST /v1/sync` takes a [`SyncRequest`] and answers a stream of [`Frame`]s (see
//! [`crate::wire`]); `HEAD`, `PATCH` and `GET /v1/files/{sha256}` carry files; `GET /v1/events` pokes with the newest
//! revision. Every answer of headquarters bears the header [`MARK`], so that a proxy's page with status 200 is not taken
//! for one.

use outpost_domain::person::{Replica, User};
use outpost_domain::{Id, Instant, Refusal};
use serde::de::IntoDeserializer;
use serde::{Deserialize, Serialize};

/// The version of this protocol.
pub const PROTOCOL: u32 = 1;

/// The header that every answer of headquarters bears; its value is the protocol's version.
pub const MARK: &str = "x-outpost-protocol";

/// The code of a [`Denial`] to a device that was reported lost, or whose person left. The commands of the request that it
/// answers are at headquarters; the device hands in what else it has, and then removes everything.
pub const REVOKED: &str = "replica_revoked";

/// How many commands a request carries at most.
pub const COMMANDS_PER_REQUEST: usize = 500;
/// How many of them are read: one more says that there are too many.
const COMMANDS_READ: usize = COMMANDS_PER_REQUEST + 1;
/// How many kinds a request asks for once more at most.
const KINDS_PER_REQUEST: usize = 100;

/// A difference between two clocks that is noted anew only when it has changed by so much: clocks drift, and requests take
/// their time.
pub const SAME_CLOCK_MILLIS: i64 = 1_000;

/// How many bytes of commands a request carries at most, beyond the first command.
pub const BYTES_PER_REQUEST: usize = 1 << 20;

/// Asks to belong to a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// The secret of the invitation; works once.
    pub secret: String,
    /// What the device is to be called.
    pub device_name: String,
    /// The program's version.
    pub version: String,
    /// The public part of the key that the device has made for itself: Ed25519, in hexadecimal digits.
    pub public_key: String,
}

/// The answer to an [`EnrolRequest`] or a [`ForkRequest`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Enrolled {
    /// The replica that this device is from now on.
    pub replica: Replica,
    /// The company.
    pub company: String,
    /// What it shows for a while.
    pub token: String,
    /// For how long, in milliseconds.
    pub token_millis: i64,
    /// The public part of the key of headquarters, in hexadecimal digits.
    pub headquarters_key: String,
    /// What the device shows when its token has ended.
    pub certificate: Certificate,
}

/// What headquarters has signed of a device that it enrolled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// A [`Certified`] as JSON, byte for byte as it was signed.
    pub text: String,
    /// See [`crate::identity::certificate_words`].
    pub signature: String,
}

/// Whose key it is. A headquarters that was restored to before the enrolment knows the device and its person again by it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Certified {
    /// The device, as it was enrolled.
    pub replica: Replica,
    /// The devices of which it is a copy, the nearest first: what it did as one of them is still theirs.
    pub copied_from: Vec<Replica>,
    /// Its person, as they were then.
    pub user: User,
    /// The public part of the device's key.
    pub public_key: String,
    /// The epoch in which it was enrolled.
    pub epoch: String,
    /// The commit that enrolled it, which a headquarters that was restored may have lost.
    pub commit: Mark,
}

/// Asks for a token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TokenRequest {
    /// See [`Enrolled::certificate`].
    pub certificate: Certificate,
    /// Greater than in every request that this device has made before: a copy of it does not know how far it has come.
    pub number: i64,
    /// See [`crate::identity::token_words`].
    pub signature: String,
}

/// The answer to a [`TokenRequest`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Granted {
    /// What the device shows for a while.
    pub token: String,
    /// For how long, in milliseconds.
    pub token_millis: i64,
    /// The replica that it is.
    pub replica: Replica,
}

/// Asks to become a replica of its own, as headquarters has told it to with `device_forked`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ForkRequest {
    /// See [`Enrolled::certificate`].
    pub certificate: Certificate,
    /// The public part of another key, which it has from then on.
    pub public_key: String,
    /// See [`crate::identity::fork_words`].
    pub signature: String,
}

/// One round, or a part of one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SyncRequest {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// The program's version.
    pub version: String,
    /// The device's clock when this was made.
    pub sent_at: Instant,
    /// Drawn for this request: what headquarters signs for it is good for no other.
    #[serde(default)]
    pub nonce: String,
    /// The epoch in which its commands were given or put back into the outbox; none before its first answer. Where
    /// headquarters is in another, it takes no commands but says so: what it lost must come before what is new.
    pub epoch: Option<String>,
    /// The place of the last command that was given before it heard of that epoch; 0 if it has heard of no other.
    #[serde(default)]
    pub before_epoch_seq: i64,
    /// How many commands it holds that headquarters may not have, those of this request included: for whoever looks after
    /// devices.
    #[serde(default)]
    pub waiting: u64,
    /// How many files it holds that headquarters may not have.
    #[serde(default)]
    pub files_waiting: u64,
    /// Commands that headquarters may not have, in the order in which they were given.
    #[serde(deserialize_with = "crate::wire::at_most::<COMMANDS_READ, _, _>")]
    pub commands: Vec<Pushed>,
    /// Left out while more commands are to come.
    pub pull: Option<Pull>,
}

/// One command on its way to headquarters.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pushed {
    /// Its id; headquarters takes each once.
    pub id: Id,
    /// Its place in the order of this replica.
    pub seq: i64,
    /// The version of its payload.
    pub version: u32,
    /// The revision that the replica had when it was given.
    pub base_revision: i64,
    /// The `outpost_domain::Act` as JSON, byte for byte as it was written; an older or newer program's may not be
    /// readable as one.
    pub act: String,
}

/// How far a replica has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Changes when headquarters lost commits.
    pub epoch: String,
    /// The newest commit that it has.
    pub revision: i64,
    /// The random tag of that commit.
    pub tag: String,
    /// Names what the person could see then.
    pub view: String,
}

/// Names one commit, also among headquarters that were restored from a backup and gave its number twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its number.
    pub revision: i64,
    /// Its random tag.
    pub tag: String,
}

/// Asks for what changed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Pull {
    /// Since when; none for everything.
    pub cursor: Option<Cursor>,
    /// The newest commit of an outcome that is not here as data yet: if headquarters does not know it, commits were lost.
    pub answered: Option<Mark>,
    /// Where the last answer broke off: the position of the last rows that arrived.
    pub position: Option<String>,
    /// Kinds whose digest was wrong: all their records are sent again.
    #[serde(deserialize_with = "crate::wire::at_most::<KINDS_PER_REQUEST, _, _>")]
    pub again: Vec<String>,
}

/// What headquarters made of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It was done.
    Applied,
    /// It was done, but something did not fit: there are matters of attention.
    Adjusted,
    /// It was not done; a matter of attention says why.
    Refused,
    /// It is kept until someone decides or headquarters is newer; a matter of attention says why.
    Held,
    /// It comes from a device that was reported lost; kept apart.
    Quarantined,
}

impl Status {
    /// The one of this name, if there is one.
    pub fn named(name: &str) -> Option<Status> {
        Status::deserialize(IntoDeserializer::<serde::de::value::Error>::into_deserializer(name)).ok()
    }

    /// Its name, as it travels.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Applied => "applied",
            Status::Adjusted => "adjusted",
            Status::Refused => "refused",
            Status::Held => "held",
            Status::Quarantined => "quarantined",
        }
    }

    /// Whether it was done.
    pub const fn is_done(self) -> bool {
        matches!(self, Status::Applied | Status::Adjusted)
    }
}

/// What headquarters made of a command, and in which commit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Which command.
    pub id: Id,
    /// What became of it.
    pub status: Status,
    /// Why it was not done.
    pub refusal: Option<Refusal>,
    /// The commit that holds its effects or its matter of attention.
    pub revision: i64,
    /// The random tag of that commit.
    pub tag: String,
    /// See [`crate::image::effect_hash`]; empty for a command that was not done.
    pub effect_hash: String,
}

/// A whole record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Its kind, by the name of its table; there may be kinds that this program does not know.
    pub kind: String,
    /// See [`crate::image::image`].
    #[serde(with = "crate::wire::image")]
    pub image: Vec<u8>,
}

/// A record that a replica no longer holds. It may well still exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evicted {
    /// Its kind, by the name of its table.
    pub kind: String,
    /// Its name.
    pub id: Id,
}

/// How many records of a kind a replica holds, and the sum of their hashes, modulo 2^64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindDigest {
    /// The kind, by the name of its table.
    pub kind: String,
    /// How many.
    pub count: i64,
    /// See [`crate::image::image_hash`].
    pub sum: i64,
}

/// A part of the answer to a [`SyncRequest`]: one `Answer`; and, if it pulled and nothing begins anew, `Begin`, then
/// `Rows` and `Evict` and once perhaps `Usable`, then perhaps `Digest`, then `End`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frame {
    /// What became of the commands.
    Answer {
        /// See [`Cursor::epoch`].
        epoch: String,
        /// Of each command that was sent.
        outcomes: Vec<Outcome>,
        /// The clock of headquarters.
        now: Instant,
        /// The company.
        company: String,
        /// See [`crate::identity::answer_words`].
        #[serde(default)]
        signature: String,
    },
    /// What follows goes on from the cursor and the position that were sent, or begins anew.
    Begin {
        /// See [`Cursor::epoch`].
        epoch: String,
        /// What was staged is void, and every kind is sent whole.
        anew: bool,
        /// About how many records follow, for the person who watches.
        total: u64,
    },
    /// Records that were written or came into sight.
    Rows {
        /// Whole records.
        rows: Vec<Row>,
        /// Where to go on after them.
        position: String,
    },
    /// What came until now suffices for today's visits.
    Usable,
    /// Records that left the person's sight.
    Evict {
        /// Which.
        records: Vec<Evicted>,
        /// Where to go on if the answer breaks off after it: a headquarters that lost the commits by which they left does
        /// not know it.
        position: String,
    },
    /// What the replica holds after this, its own waiting work aside.
    Digest {
        /// By kind.
        kinds: Vec<KindDigest>,
    },
    /// It is whole.
    End {
        /// How far it comes.
        cursor: Cursor,
    },
}

/// Why headquarters did not do what was asked, with a status of 400 and more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Denial {
    /// `token_unknown`, `replica_revoked`, `device_forked`, `not_asked`, `invitation_invalid`, `not_understood`, `not_here`,
    /// `too_large`, `too_many`, `busy`, `no_room`, `wrong_offset`, `wrong_hash`; and `internal` with a status of 500.
    pub code: String,
    /// A sentence for the technically minded.
    pub detail: String,
    /// With `replica_revoked`: see [`crate::identity::order_words`]. Without it nobody removes anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
}
