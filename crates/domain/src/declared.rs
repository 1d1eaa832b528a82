//! What a record or a command says of itself beside its fields, and what follows from that for all kinds alike: where it lies, what moves
//! with it, by what it is found and called. The derives of `crates/derive` write it down.

use crate::{Decimal, Details, Id, Kind};
use std::sync::Arc;

/// Where a record lies, and so who may see it; and what lies there for its sake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lies {
    /// It is one person's own.
    Own(Id),
    /// Wherever that record is at home; what lies with a region lies in it.
    With(Kind, Id),
    /// That record lies where this one does as well: who sees this one sees it.
    Shows(Kind, Id),
}

/// What a field of a record names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// The field, and the column that holds it.
    pub field: &'static str,
    /// What it names.
    pub to: Refers,
    /// Whether the record lies where that does, and moves with it.
    pub lies: bool,
    /// The field that comes first: where that names something, this one says nothing of where the record lies.
    pub unless: Option<&'static str>,
    /// Whether who sees the record sees that as well.
    pub shows: bool,
}

/// What kind of record a field names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refers {
    /// One of this kind.
    To(Kind),
    /// One of the kind whose table another field says.
    ToEach(&'static str),
}

/// What people call a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Called<'a> {
    /// In the company's language.
    pub title: &'a str,
    /// In English; may be empty.
    pub title_en: &'a str,
    /// Number, address, or what else tells it apart; may be empty.
    pub detail: &'a str,
}

/// A field of a record, as a form has to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it is, in words.
    pub about: &'static str,
    /// What kind of record it names, if it names one of one kind.
    pub of: Option<Kind>,
    /// How many characters a text has at most.
    pub most: Option<usize>,
    /// Whether a text must have some.
    pub filled: bool,
    /// What is in it.
    pub value: Value,
}

/// What is in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Words; a day, where the name of the field ends in `_on`.
    Text,
    /// The id of a record.
    Id,
    /// A whole number; a moment, where the name of the field ends in `_at`.
    Whole,
    /// A number of any size; degrees, in our records.
    Float,
    /// A decimal.
    Decimal,
    /// Yes or no.
    Switch,
    /// One of these words.
    Choice(Vec<String>),
    /// That, or nothing.
    Optional(Box<Value>),
    /// Many of that.
    Many(Box<Value>),
    /// Words by which words are found.
    Map,
    /// Something with fields of its own.
    Structure(Structure),
}

/// Something that has fields: a record, a command, or what stands in one of their fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    /// What it is called.
    pub name: &'static str,
    /// What it is, in words.
    pub about: &'static str,
    /// Its fields, in the order in which they are declared.
    pub fields: Vec<Field>,
}

/// A text of a record, and its limits.
pub(crate) struct Text<'a> {
    /// The field.
    pub(crate) field: &'static str,
    /// What is in it.
    pub(crate) text: &'a str,
    /// How many characters it has at most.
    pub(crate) most: usize,
    /// Whether it must have some.
    pub(crate) filled: bool,
}

/// What a kind of record says of itself.
pub(crate) trait Declared: Travels {
    /// Whether everybody sees all of them.
    const IS_EVERYBODYS: bool;
    /// Whether what somebody may see follows from it.
    const DECIDES_SIGHT: bool;
    /// The columns by which they are ordered where people look for them.
    const ORDER: &'static str;
    /// What its fields name.
    const REFERENCES: &'static [Reference];
    /// The fields by which people find it.
    const FOUND_BY: &'static [&'static str];
    /// Its texts whose length is limited.
    fn texts(&self) -> Vec<Text<'_>>;
    /// Where it lies, apart from what everybody sees.
    fn lies(&self) -> Vec<Lies>;
    /// The words by which people find it.
    fn words(&self) -> Vec<&str>;
    /// What people call it, where they do.
    fn called(&self) -> Option<Called<'_>>;
}

/// What a field names, if it does.
pub(crate) trait Named {
    /// Which.
    fn named(&self) -> Option<Id>;
}

impl Named for Id {
    fn named(&self) -> Option<Id> {
        Some(*self)
    }
}

impl Named for Option<Id> {
    fn named(&self) -> Option<Id> {
        *self
    }
}

/// What travels between programs of different versions: a record, a command, and what they are made of.
pub trait Travels {
    /// Whether it holds a choice that only a newer program knows; of a command, whether it sets one. What an edit leaves as its person
    /// saw it is not set by it.
    fn has_newer(&self) -> bool;
    /// The same, but for what is alike in another.
    fn sets_newer(&self, from: &Self) -> bool;
    /// What it is in a field.
    fn value() -> Value
    where
        Self: Sized;
}

macro_rules! holds_no_choice {
    ($($type:ty: $value:ident)*) => {
        $(impl Travels for $type {
            fn value() -> Value { Value::$value }
            fn has_newer(&self) -> bool { false }
            fn sets_newer(&self, _: &Self) -> bool { false }
        })*
    };
}

holds_no_choice! {
    bool: Switch
    u32: Whole
    i64: Whole
    f64: Float
    String: Text
    Id: Id
    Decimal: Decimal
    Details: Map
}

impl<T: Travels> Travels for Option<T> {
    fn value() -> Value {
        Value::Optional(Box::new(T::value()))
    }
    fn has_newer(&self) -> bool {
        self.as_ref().is_some_and(T::has_newer)
    }
    fn sets_newer(&self, from: &Self) -> bool {
        match (self, from) {
            (Some(to), Some(from)) => to.sets_newer(from),
            (to, _) => to.has_newer(),
        }
    }
}

impl<T: Travels + PartialEq> Travels for Vec<T> {
    fn value() -> Value {
        Value::Many(Box::new(T::value()))
    }
    fn has_newer(&self) -> bool {
        self.iter().any(T::has_newer)
    }
    fn sets_newer(&self, from: &Self) -> bool {
        self.iter().any(|to| to.has_newer() && !from.contains(to))
    }
}

impl<T: Travels> Travels for Arc<T> {
    fn value() -> Value {
        T::value()
    }
    fn has_newer(&self) -> bool {
        T::has_newer(self)
    }
    fn sets_newer(&self, from: &Self) -> bool {
        T::sets_newer(self, from)
    }
}
