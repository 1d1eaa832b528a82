//! Search over everything, and plain lists of one kind for pickers, tables and export.

use outpost_domain::{AnyRecord, Id, Kind};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is found by these words?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskSearch {
    /// Words, in Chinese, English or both; one character suffices.
    pub text: String,
    /// Only of these kinds; empty for all that are searched.
    pub kinds: Vec<Kind>,
    /// How many at most; 0 for 20.
    pub limit: u32,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Hit {
    /// What it is.
    pub kind: Kind,
    /// Which.
    pub id: Id,
    /// What people call it.
    pub title: String,
    /// The same in English.
    pub title_en: String,
    /// Number, address, or what else tells it apart.
    pub detail: String,
}

/// What was found, best first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Hits {
    /// The things.
    pub hits: Vec<Hit>,
}

/// Which records of this kind are there?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AskList {
    /// Which kind.
    pub kind: Kind,
    /// Only found by these words.
    pub text: String,
    /// Only those whose field of this name (say `customer_id`) has the value of `value`.
    pub field: Option<String>,
    /// See `field`.
    pub value: Option<String>,
    /// First row.
    pub offset: u32,
    /// How many at most; 0 for 100, 1,000 at most.
    pub limit: u32,
}

/// A page of records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RecordPage {
    /// The records.
    pub records: Vec<AnyRecord>,
    /// How many there are in all.
    pub total: u32,
}

pub(super) fn search(_desk: &crate::Desk<'_>, _ask: &AskSearch) -> Result<Hits, crate::Failure> { todo!() }

pub(super) fn list(_desk: &crate::Desk<'_>, _ask: &AskList) -> Result<RecordPage, crate::Failure> { todo!() }
