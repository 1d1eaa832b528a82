//! What a screen can have done that is not a command: things about this installation, not about the data.

use crate::questions::SyncView;
use outpost_domain::{Id, Instant, Refusal, WrittenAct};
use outpost_sync::Identity;
use outpost_sync::identity::outbox_words;
use outpost_sync::protocol::Certificate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What became of a command that was given here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Given {
    /// It is saved, and visible at once.
    Saved {
        /// The command's id; also the id of the ticket that it opened.
        id: Id,
        /// It rests on data that is not on this device; headquarters will tell.
        provisional: bool,
        /// What does not fit, although it was taken.
        discrepancies: Vec<Refusal>,
    },
    /// It was not done, and nothing changed.
    Refused {
        /// Why.
        refusal: Refusal,
    },
}

/// Something to do to this installation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "name", content = "ask")]
pub enum Action {
    /// Belong to a person: `link` is what the QR code says. Answers null.
    Enrol {
        /// `outpost://enrol?…` or `http(s)://…/enrol#…`
        link: String,
        /// What the device is to be called.
        device_name: String,
        /// Whether headquarters may be reached without encryption, although everybody on the way can read and change what is sent.
        /// On the same machine it may be anyway.
        #[serde(default)]
        #[ts(optional, as = "Option<bool>")]
        plain: bool,
    },
    /// Talk to headquarters now. Answers [`SyncView`].
    SyncNow {},
    /// Stop the round that is running; what has come stays, and it goes on later. Answers [`SyncView`].
    StopSync {},
    /// Whether photos, signatures and other files go only over Wi-Fi; ticket data always goes. Answers [`SyncView`].
    SetWifiOnly {
        /// Whether they wait while the line is metered.
        wifi_only: bool,
    },
    /// What the system says of the line, at the start and whenever it changes. A line of which nothing is said is not
    /// metered. Answers [`SyncView`].
    ReportConnection {
        /// Whether what goes over it costs.
        metered: bool,
    },
    /// Send the files that wait for Wi-Fi now, this once; those that come later wait again. Answers [`SyncView`].
    SendFilesAnyway {},
    /// Sign in at the console. Answers null; the session is a cookie.
    SignIn {
        /// What they sign in with.
        login: String,
        /// Their password.
        password: String,
    },
    /// Sign out of the console. Answers null.
    SignOut {},
    /// At the console: another password for oneself. All one's browsers are signed out. Answers null.
    ChangePassword {
        /// The present one.
        old: String,
        /// At least 8 characters.
        new: String,
    },
    /// At the console: signs all one's browsers out, this one too. Answers null.
    SignOutEverywhere {},
    /// At the console: the browsers in which one is signed in. Answers a list of [`OwnSession`].
    OwnSessions {},
    /// At the console: ends one of them. Answers null.
    EndSession {
        /// Its [`OwnSession::id`].
        id: String,
    },
    /// At the console: who was let in or shut out, by whom, and who tried; what is about oneself, and about those whom one looks
    /// after. Answers [`SecurityActs`].
    SecurityActs {
        /// Where to go on: [`SecurityActs::next`]; none for the newest.
        #[ts(type = "number | null")]
        before: Option<i64>,
        /// Only what this person did, and what was done about them.
        user_id: Option<Id>,
        /// Only what was done since then.
        #[ts(type = "number | null")]
        since: Option<Instant>,
    },
    /// At the console: what headquarters is going to do by itself, for who looks after all of it. Answers [`Jobs`].
    Jobs {},
    /// At the console: an invitation for a person's new device. Answers [`Invitation`].
    Invite {
        /// Whose.
        user_id: Id,
    },
    /// At the console: a person's new password. Answers null.
    SetPassword {
        /// Whose.
        user_id: Id,
        /// At least 8 characters.
        password: String,
    },
    /// At the console: reports a device lost, or found again. Answers null.
    Revoke {
        /// Which.
        replica_id: Id,
        /// Whether it is lost.
        revoked: bool,
    },
    /// Everything that has not reached headquarters, to be kept elsewhere. Answers [`Outbox`].
    ExportOutbox {},
    /// What the labels of these devices say. At headquarters, links that it has signed, which also lead a stranger to a page
    /// on which to report a fault; elsewhere, names that our own scanners understand. Answers a list of strings.
    LabelLinks {
        /// Whose.
        device_ids: Vec<Id>,
    },
    /// The next number for a ticket opened here. Answers a string.
    NextTicketNumber {},
    /// On a replica whose database is damaged: moves it aside, where it stays, and begins with an empty one that can be
    /// enrolled. Answers the name of the folder that it was moved to.
    SetAside {},
    /// What this program would call itself, and where its data lies. Answers [`Installation`].
    Installation {},
}

/// An invitation for a person's new device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Invitation {
    /// What the QR code says; works once.
    pub link: String,
    /// The QR code as SVG.
    pub svg: String,
    /// Until when it works.
    #[ts(type = "number")]
    pub expires_at: i64,
}

/// What headquarters is going to do by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Jobs {
    /// How many timers are set.
    #[ts(type = "number")]
    pub set: i64,
    /// How many of them are due by now.
    #[ts(type = "number")]
    pub due: i64,
    /// How many of them failed the last time.
    #[ts(type = "number")]
    pub failing: i64,
    /// Those that are due next.
    pub next: Vec<Job>,
}

/// A timer that is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Job {
    /// For what is waited: one of `Timer` in `crates/domain/src/react.rs`.
    pub timer: String,
    /// The record that it is about.
    pub subject_id: String,
    /// The number of the ticket that this is, if it is one.
    pub ticket: Option<String>,
    /// When it is due.
    #[ts(type = "number")]
    pub due_at: Instant,
    /// How often it failed.
    #[ts(type = "number")]
    pub attempts: i64,
    /// What went wrong the last time; empty if nothing did.
    pub error: String,
}

/// A browser in which one is signed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct OwnSession {
    /// Names it, and is of no use to come in.
    pub id: String,
    /// When it was begun.
    #[ts(type = "number")]
    pub issued_at: i64,
    /// When it was used last, to the hour.
    #[ts(type = "number")]
    pub used_at: i64,
    /// Until when it works.
    #[ts(type = "number")]
    pub ends_at: i64,
    /// Where it was begun from.
    pub address: String,
    /// Whether it is the one that asks.
    pub here: bool,
}

/// A page of the record of who was let in or shut out, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SecurityActs {
    /// What one may see of it.
    pub acts: Vec<SecurityEntry>,
    /// Where to go on; none at its end.
    #[ts(type = "number | null")]
    pub next: Option<i64>,
}

/// What was done, where somebody was let in or shut out, or tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SecurityKind {
    /// Headquarters was made, with its first administrator.
    Founded,
    /// A person's new device was invited.
    Invited,
    /// A device was enrolled.
    Enrolled,
    /// A copy of a device became one of its own.
    Forked,
    /// A device came back that was enrolled in what a restore lost.
    Returned,
    /// A device was reported lost.
    Revoked,
    /// A device was found again.
    Found,
    /// A person was given a password.
    PasswordSet,
    /// A person changed their own password.
    PasswordChanged,
    /// A person signed in at the console.
    SignedIn,
    /// Somebody tried to, and could not.
    SignInFailed,
    /// All browsers of a person were signed out.
    SignedOutEverywhere,
    /// One browser was signed out.
    SessionEnded,
    /// Another epoch began: commits were lost.
    EpochBegun,
    /// The key that signs the links on labels was replaced.
    LabelKeyRotated,
    /// Records that were not as they should be were repaired.
    Repaired,
    /// Work that a device had written into a file was taken.
    Imported,
}

impl SecurityKind {
    /// The word by which it is kept.
    pub fn name(self) -> &'static str {
        match self {
            SecurityKind::Founded => "founded",
            SecurityKind::Invited => "invited",
            SecurityKind::Enrolled => "enrolled",
            SecurityKind::Forked => "forked",
            SecurityKind::Returned => "returned",
            SecurityKind::Revoked => "revoked",
            SecurityKind::Found => "found",
            SecurityKind::PasswordSet => "password_set",
            SecurityKind::PasswordChanged => "password_changed",
            SecurityKind::SignedIn => "signed_in",
            SecurityKind::SignInFailed => "sign_in_failed",
            SecurityKind::SignedOutEverywhere => "signed_out_everywhere",
            SecurityKind::SessionEnded => "session_ended",
            SecurityKind::EpochBegun => "epoch_begun",
            SecurityKind::LabelKeyRotated => "label_key_rotated",
            SecurityKind::Repaired => "repaired",
            SecurityKind::Imported => "imported",
        }
    }
}

/// Somebody was let in or shut out, or tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SecurityEntry {
    /// Its place in the record.
    #[ts(type = "number")]
    pub number: i64,
    /// When.
    #[ts(type = "number")]
    pub at: i64,
    /// Who did it, if it was a person.
    pub actor_id: Option<Id>,
    /// Their name; `machine` for the command line of headquarters, `nobody` for who has not shown who they are.
    pub actor_name: String,
    /// Where they asked from; empty where that is not known.
    pub address: String,
    /// What was done: the word of a [`SecurityKind`], or of one that a newer headquarters knows.
    pub kind: String,
    /// The person whom it is about.
    pub about_user_id: Option<Id>,
    /// Their name; empty if there is none.
    pub about_name: String,
    /// The device that it is about.
    pub about_replica_id: Option<Id>,
    /// What else there is to say.
    pub detail: String,
}

/// Everything that has not reached headquarters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Outbox {
    /// The commands as they were written, oldest first.
    pub acts: Vec<WrittenAct>,
    /// By which headquarters knows the device that wrote this; none if that could not be read any more.
    #[serde(default)]
    #[ts(type = "{ text: string, signature: string } | null")]
    pub certificate: Option<Certificate>,
    /// See [`outpost_sync::identity::outbox_words`]; empty without a certificate.
    #[serde(default)]
    pub signature: String,
}

impl Outbox {
    /// These commands, signed by the device if it knows who it is.
    pub fn of(acts: Vec<WrittenAct>, identity: Option<&Identity>) -> Outbox {
        let signature = identity.map(|of| of.key.sign(&outbox_words(of.replica.id, &acts))).unwrap_or_default();
        Outbox { acts, certificate: identity.map(|of| of.certificate.clone()), signature }
    }
}

/// What this program is, and where its data lies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Installation {
    /// Its version.
    pub version: String,
    /// Where its data lies.
    pub folder: String,
    /// What the database says of its own soundness: empty when it is sound.
    pub damage: String,
    /// Where the key lies that the data is encrypted with.
    pub key: crate::KeyPlace,
    /// Whether what it sends to headquarters could be read and changed on the way, because its person wanted that.
    pub plain: bool,
}

/// What a screen is told without asking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// Records of these kinds changed; whoever shows them asks again.
    Changed {
        /// Which kinds.
        kinds: Vec<outpost_domain::Kind>,
    },
    /// How we stand with headquarters.
    Sync {
        /// The whole of it.
        sync: SyncView,
    },
}

/// A file that this machine now holds, as `AttachFile` wants it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StoredFile {
    /// SHA-256 of the bytes as stored, 64 hexadecimal digits.
    pub sha256: String,
    /// SHA-256 of its thumbnail, which this machine holds as well; empty if it has none.
    pub thumbnail_sha256: String,
    /// Media type as stored.
    pub media_type: String,
    /// Size as stored.
    pub size_bytes: u32,
    /// In pixels; 0 if it is no picture.
    pub width: u32,
    /// In pixels; 0 if it is no picture.
    pub height: u32,
    /// When it was taken, by the camera's clock; none if the picture does not say.
    #[ts(type = "number | null")]
    pub taken_at: Option<Instant>,
    /// Where it was taken, degrees north, WGS 84.
    pub latitude: Option<f64>,
    /// Where it was taken, degrees east, WGS 84.
    pub longitude: Option<f64>,
}
