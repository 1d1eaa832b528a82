//! Every kind of record, and the one list that names them all.

use crate::declared::Declared;
use crate::{
    Called, Id, Lies, Reference, Structure, Travels, Value, attention, customer, device, person, stock, ticket,
    workflow,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use std::sync::Arc;
use ts_rs::TypeVisitor;

/// One noun of the domain, stored as one row with one column per field.
pub trait Record: Serialize + DeserializeOwned + Clone + PartialEq + Into<AnyRecord> {
    /// Which kind this is.
    const KIND: Kind;
    /// Its name.
    fn id(&self) -> Id;
    /// Takes it out of the sum of all kinds; `None` when it is of another kind.
    fn from_any(any: AnyRecord) -> Option<Arc<Self>>;
}

macro_rules! records {
    ($($kind:ident, $table:literal, $path:path;)*) => {
        /// The kinds of records; as a string it is the table's name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $(#[doc = $table] $kind),* }

        impl Kind {
            /// All kinds, in the order in which they are listed here.
            pub const ALL: &[Kind] = &[$(Kind::$kind),*];
            /// The table that holds this kind.
            pub const fn table(self) -> &'static str { match self { $(Kind::$kind => $table),* } }
            /// Whether everybody sees all records of this kind.
            pub const fn is_everybodys(self) -> bool { match self { $(Kind::$kind => <$path>::IS_EVERYBODYS),* } }
            /// Whether what somebody may see follows from records of this kind.
            pub const fn decides_sight(self) -> bool { match self { $(Kind::$kind => <$path>::DECIDES_SIGHT),* } }
            /// The columns by which they are ordered where people look for them, as SQL has it.
            pub const fn order(self) -> &'static str { match self { $(Kind::$kind => <$path>::ORDER),* } }
            /// What it says of itself and its fields.
            pub fn declared(self) -> Structure {
                let declared = match self { $(Kind::$kind => <$path as Travels>::value()),* };
                match declared {
                    Value::Structure(structure) => structure,
                    // No record is anything else.
                    _ => Structure { name: "", about: "", fields: Vec::new() },
                }
            }
            /// What its fields name.
            pub const fn references(self) -> &'static [Reference] { match self { $(Kind::$kind => <$path>::REFERENCES),* } }
            /// Whether records of this kind are found by words.
            pub const fn is_searched(self) -> bool { match self { $(Kind::$kind => !<$path>::FOUND_BY.is_empty()),* } }
            /// The names of its fields, which are those of the columns of its table, in the order in which they are declared.
            pub fn fields(self) -> &'static [&'static str] {
                let mut fields: &'static [&'static str] = &[];
                match self { $(Kind::$kind => { let _ = <$path>::deserialize(FieldsOf(&mut fields)); }),* }
                fields
            }
            /// What this program knows of the kind: its fields, their types, and the words of their choices. It is another for
            /// a program that knows more.
            pub fn shape(self) -> Id {
                let mut declared = Declarations::default();
                match self { $(Kind::$kind => declared.visit::<$path>()),* }
                crate::derive(Id::nil(), &declared.0.into_iter().collect::<Vec<_>>().join("\n"))
            }
            /// The kind that a table holds.
            pub fn from_table(table: &str) -> Option<Kind> { match table { $($table => Some(Kind::$kind),)* _ => None } }
        }

        // Whoever clones it shares what it holds.
        /// A record of any kind.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ts_rs::TS)]
        #[serde(tag = "kind", content = "record", rename_all = "snake_case")]
        pub enum AnyRecord { $(#[doc = $table] $kind(Arc<$path>)),* }

        impl AnyRecord {
            /// Which kind it is.
            pub const fn kind(&self) -> Kind { match self { $(AnyRecord::$kind(_) => Kind::$kind),* } }
            /// Its name.
            pub fn id(&self) -> Id { match self { $(AnyRecord::$kind(record) => record.id),* } }
            /// Its kind and its id: no other record has both.
            pub fn key(&self) -> (Kind, Id) { (self.kind(), self.id()) }
            /// Writes its fields as a map, one member per column, in any format.
            ///
            /// # Errors
            /// Those of the format.
            pub fn write_fields<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(AnyRecord::$kind(record) => record.serialize(serializer)),* }
            }
            /// Reads the record of `kind` from its fields, in any format.
            ///
            /// # Errors
            /// When they are not the fields of this kind.
            pub fn read_fields<'de, D: Deserializer<'de>>(kind: Kind, deserializer: D) -> Result<AnyRecord, D::Error> {
                match kind { $(Kind::$kind => <$path>::deserialize(deserializer).map(AnyRecord::from)),* }
            }
            /// The words by which a person finds it; empty where a kind is not searched.
            pub fn words(&self) -> String { match self { $(AnyRecord::$kind(record) => record.words().join(" ")),* } }
            /// Where it lies, and so who may see it, unless everybody does.
            pub fn lies(&self) -> Vec<Lies> { match self { $(AnyRecord::$kind(record) => record.lies()),* } }
            /// What people call it; none where they call it nothing.
            pub fn called(&self) -> Option<Called<'_>> { match self { $(AnyRecord::$kind(record) => record.called()),* } }
        }

        impl AnyRecord {
            /// Its fields as a JSON object, one member per column.
            ///
            /// # Errors
            /// Never for a sound record.
            pub fn to_fields(&self) -> serde_json::Result<serde_json::Value> {
                self.write_fields(serde_json::value::Serializer)
            }
            /// The record of `kind` with these fields.
            ///
            /// # Errors
            /// When they are not the fields of this kind.
            pub fn from_fields(kind: Kind, fields: serde_json::Value) -> serde_json::Result<AnyRecord> {
                AnyRecord::read_fields(kind, fields)
            }
        }

        $(
            impl From<$path> for AnyRecord { fn from(record: $path) -> Self { Arc::new(record).into() } }
            impl From<Arc<$path>> for AnyRecord { fn from(record: Arc<$path>) -> Self { AnyRecord::$kind(record) } }
            impl Record for $path {
                const KIND: Kind = Kind::$kind;
                fn id(&self) -> Id { self.id }
                fn from_any(any: AnyRecord) -> Option<Arc<Self>> {
                    match any { AnyRecord::$kind(record) => Some(record), _ => None }
                }
            }
        )*
    };
}

/// The declarations of a type and of all that it is made of.
#[derive(Default)]
struct Declarations(std::collections::BTreeSet<String>);

impl ts_rs::TypeVisitor for Declarations {
    fn visit<T: ts_rs::TS + 'static + ?Sized>(&mut self) {
        // What has no file of its own is no declaration of ours.
        if T::output_path().is_some() && self.0.insert(T::decl(&ts_rs::Config::new())) {
            T::visit_dependencies(self);
        }
    }
}

/// Asks a type what its fields are called, and reads nothing.
struct FieldsOf<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for FieldsOf<'_> {
    type Error = serde::de::value::Error;

    fn deserialize_struct<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        Err(serde::de::Error::custom("only the names were asked for"))
    }

    fn deserialize_any<V: serde::de::Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(serde::de::Error::custom("a record has fields"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

records! {
    Region, "region", person::Region;
    Role, "role", person::Role;
    User, "user", person::User;
    Customer, "customer", customer::Customer;
    Contact, "contact", customer::Contact;
    Site, "site", customer::Site;
    DeviceModel, "device_model", device::DeviceModel;
    Device, "device", device::Device;
    Tag, "tag", device::Tag;
    Workflow, "workflow", workflow::Workflow;
    Ticket, "ticket", ticket::Ticket;
    Step, "step", ticket::Step;
    Event, "event", ticket::Event;
    Attachment, "attachment", ticket::Attachment;
    Part, "part", stock::Part;
    StockLocation, "stock_location", stock::StockLocation;
    StockMovement, "stock_movement", stock::StockMovement;
    StockLevel, "stock_level", stock::StockLevel;
    Attention, "attention", attention::Attention;
    Replica, "replica", person::Replica;
}

#[cfg(test)]
mod tests {
    use super::Kind;
    use crate::Refers;

    #[test]
    fn what_a_kind_says_of_itself_names_its_fields() {
        for kind in Kind::ALL {
            let fields = kind.fields();
            let has = |field: &str| assert!(fields.contains(&field), "{kind:?} has no {field}");
            for column in kind.order().split(", ") {
                has(column.trim_end_matches(" DESC").trim_matches('"'));
            }
            for reference in kind.references() {
                has(reference.field);
                reference.unless.into_iter().for_each(has);
                if let Refers::ToEach(what) = reference.to {
                    has(what);
                }
            }
        }
    }
}
