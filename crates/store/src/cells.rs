//! Records into cells and back, without anything in between. A column's declared type says how a value is written: the
//! first sync of a device writes a hundred thousand records, and this is where their time goes.

use outpost_domain::{AnyRecord, Kind, Quantity};
use rusqlite::types::{Value as Cell, ValueRef};
use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::ser::{self, Impossible, Serialize, SerializeMap, SerializeStruct, Serializer};
use serde_json::Error;
use std::fmt::Display;

/// How the values of a column are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ColumnType {
    Text,
    Whole,
    Real,
    Truth,
    Json,
}

impl ColumnType {
    /// The type that a migration declares.
    pub(crate) fn of(declared: &str) -> ColumnType {
        match declared {
            "BIGINT" | "INTEGER" => ColumnType::Whole,
            "DOUBLE PRECISION" => ColumnType::Real,
            "BOOLEAN" => ColumnType::Truth,
            "JSON" => ColumnType::Json,
            _ => ColumnType::Text,
        }
    }
}

/// A column.
pub(crate) type Column = (String, ColumnType);

/// Adds the cells of a record, in the order of the columns; fields without a column are left out.
pub(crate) fn write_cells(record: &AnyRecord, columns: &[Column], cells: &mut Vec<Cell>) -> Result<(), Error> {
    let begin = cells.len();
    cells.resize(begin + columns.len(), Cell::Null);
    record.write_fields(RowWriter { columns, cells: &mut cells[begin..], next: 0, key: None })
}

fn wrong(what: impl Display) -> Error {
    ser::Error::custom(format!("a record has fields, not {what}"))
}

struct RowWriter<'a> {
    columns: &'a [Column],
    cells: &'a mut [Cell],
    /// Fields mostly come in the order of the columns.
    next: usize,
    key: Option<String>,
}

impl RowWriter<'_> {
    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Error> {
        let is = |place: usize| self.columns.get(place).is_some_and(|(name, _)| name == key);
        let place = if is(self.next) { Some(self.next) } else { (0..self.columns.len()).find(|place| is(*place)) };
        if let Some(place) = place {
            self.cells[place] = match self.columns[place].1 {
                ColumnType::Json => json(value)?,
                column_type => value.serialize(CellWriter(column_type))?,
            };
            self.next = place + 1;
        }
        Ok(())
    }
}

/// Whatever it is, as text.
fn json<T: Serialize + ?Sized>(value: &T) -> Result<Cell, Error> {
    let text = serde_json::to_string(value)?;
    Ok(if text == "null" { Cell::Null } else { Cell::Text(text) })
}

impl SerializeStruct for RowWriter<'_> {
    type Ok = ();
    type Error = Error;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        self.field(key, value)
    }
    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

impl SerializeMap for RowWriter<'_> {
    type Ok = ();
    type Error = Error;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        match key.serialize(CellWriter(ColumnType::Text))? {
            Cell::Text(key) => self.key = Some(key),
            _ => return Err(wrong("a map with other keys than texts")),
        }
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let key = self.key.take().ok_or_else(|| wrong("a value without a key"))?;
        self.field(&key, value)
    }
    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

/// Refuses these kinds of values, and says why.
macro_rules! refuse {
    ($why:ident; $($method:ident($($type:ty),*) -> $out:ident);* $(;)?) => {
        $(fn $method(self, $(_: $type),*) -> Result<Self::$out, Error> { Err($why(stringify!($method))) })*
    };
}

/// Refuses what holds more than one value, but for maps and fields.
macro_rules! refuse_compound {
    ($why:ident) => {
        type SerializeSeq = Impossible<Self::Ok, Error>;
        type SerializeTuple = Impossible<Self::Ok, Error>;
        type SerializeTupleStruct = Impossible<Self::Ok, Error>;
        type SerializeTupleVariant = Impossible<Self::Ok, Error>;
        type SerializeStructVariant = Impossible<Self::Ok, Error>;
        refuse! { $why;
            serialize_seq(Option<usize>) -> SerializeSeq;
            serialize_tuple(usize) -> SerializeTuple;
            serialize_tuple_struct(&'static str, usize) -> SerializeTupleStruct;
            serialize_tuple_variant(&'static str, u32, &'static str, usize) -> SerializeTupleVariant;
            serialize_struct_variant(&'static str, u32, &'static str, usize) -> SerializeStructVariant;
        }
        fn serialize_newtype_variant<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            variant: &'static str,
            _: &T,
        ) -> Result<Self::Ok, Error> {
            Err($why(variant))
        }
    };
}

impl<'a> Serializer for RowWriter<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeMap = RowWriter<'a>;
    type SerializeStruct = RowWriter<'a>;

    refuse! { wrong;
        serialize_bool(bool) -> Ok; serialize_i8(i8) -> Ok; serialize_i16(i16) -> Ok; serialize_i32(i32) -> Ok;
        serialize_i64(i64) -> Ok; serialize_u8(u8) -> Ok; serialize_u16(u16) -> Ok; serialize_u32(u32) -> Ok;
        serialize_u64(u64) -> Ok; serialize_f32(f32) -> Ok; serialize_f64(f64) -> Ok; serialize_char(char) -> Ok;
        serialize_str(&str) -> Ok; serialize_bytes(&[u8]) -> Ok; serialize_none() -> Ok; serialize_unit() -> Ok;
        serialize_unit_struct(&'static str) -> Ok; serialize_unit_variant(&'static str, u32, &'static str) -> Ok;
    }
    refuse_compound! { wrong }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }
    fn serialize_map(self, _: Option<usize>) -> Result<RowWriter<'a>, Error> {
        Ok(self)
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<RowWriter<'a>, Error> {
        Ok(self)
    }
}

fn more_than_one(what: impl Display) -> Error {
    ser::Error::custom(format!("only a column of JSON holds {what}"))
}

/// Makes the cell of one value, in a column that does not hold JSON.
struct CellWriter(ColumnType);

impl CellWriter {
    fn whole(self, value: impl TryInto<i64> + Display) -> Result<Cell, Error> {
        match self.0 {
            ColumnType::Text => Ok(Cell::Text(value.to_string())),
            _ => value.try_into().map(Cell::Integer).map_err(|_| ser::Error::custom("a number is too large")),
        }
    }
}

impl Serializer for CellWriter {
    type Ok = Cell;
    type Error = Error;
    type SerializeMap = Impossible<Cell, Error>;
    type SerializeStruct = Impossible<Cell, Error>;

    refuse! { more_than_one;
        serialize_map(Option<usize>) -> SerializeMap;
        serialize_struct(&'static str, usize) -> SerializeStruct;
    }
    refuse_compound! { more_than_one }
    fn serialize_bool(self, value: bool) -> Result<Cell, Error> {
        Ok(Cell::Integer(i64::from(value)))
    }
    fn serialize_i8(self, value: i8) -> Result<Cell, Error> {
        self.whole(value)
    }
    fn serialize_i16(self, value: i16) -> Result<Cell, Error> {
        self.whole(value)
    }
    fn serialize_i32(self, value: i32) -> Result<Cell, Error> {
        self.whole(value)
    }
    fn serialize_i64(self, value: i64) -> Result<Cell, Error> {
        self.whole(value)
    }
    fn serialize_u8(self, value: u8) -> Result<Cell, Error> {
        self.whole(value)
    }
    fn serialize_u16(self, value: u16) -> Result<Cell, Error> {
        self.whole(value)
    }
    fn serialize_u32(self, value: u32) -> Result<Cell, Error> {
        self.whole(value)
    }
    fn serialize_u64(self, value: u64) -> Result<Cell, Error> {
        self.whole(value)
    }
    fn serialize_f32(self, value: f32) -> Result<Cell, Error> {
        Ok(Cell::Real(value.into()))
    }
    fn serialize_f64(self, value: f64) -> Result<Cell, Error> {
        Ok(Cell::Real(value))
    }
    fn serialize_char(self, value: char) -> Result<Cell, Error> {
        Ok(Cell::Text(value.into()))
    }
    fn serialize_str(self, value: &str) -> Result<Cell, Error> {
        Ok(Cell::Text(value.to_owned()))
    }
    /// A quantity is written as a decimal where people read it, and kept as an integer where a database adds it up.
    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<Cell, Error> {
        let text = value.to_string();
        match self.0 {
            ColumnType::Whole => {
                let quantity: Quantity = text.parse().map_err(ser::Error::custom)?;
                Ok(Cell::Integer(quantity.millionths()))
            }
            _ => Ok(Cell::Text(text)),
        }
    }
    fn serialize_bytes(self, value: &[u8]) -> Result<Cell, Error> {
        Ok(Cell::Blob(value.to_vec()))
    }
    fn serialize_none(self) -> Result<Cell, Error> {
        Ok(Cell::Null)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Cell, Error> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<Cell, Error> {
        Ok(Cell::Null)
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<Cell, Error> {
        Ok(Cell::Null)
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Cell, Error> {
        Ok(Cell::Text(variant.to_owned()))
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Cell, Error> {
        value.serialize(self)
    }
}

/// The record whose columns these are, in their order. `cell` gives the cell at a place.
pub(crate) fn record_of<'a>(
    kind: Kind,
    columns: &'a [Column],
    cell: &'a dyn Fn(usize) -> Option<ValueRef<'a>>,
) -> Result<AnyRecord, Error> {
    AnyRecord::read_fields(kind, RowReader { columns, cell, place: 0 })
}

struct RowReader<'a> {
    columns: &'a [Column],
    cell: &'a dyn Fn(usize) -> Option<ValueRef<'a>>,
    place: usize,
}

impl<'de> Deserializer<'de> for RowReader<'de> {
    type Error = Error;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(self)
    }
    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for RowReader<'de> {
    type Error = Error;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, _)) = self.columns.get(self.place) else { return Ok(None) };
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let place = self.place;
        self.place += 1;
        let cell = (self.cell)(place).unwrap_or(ValueRef::Null);
        let column_type = self.columns.get(place).map_or(ColumnType::Text, |(_, column_type)| *column_type);
        match (column_type, cell) {
            (ColumnType::Json, ValueRef::Text(text)) => {
                let mut json = serde_json::Deserializer::from_slice(text);
                seed.deserialize(&mut json)
            }
            _ => seed.deserialize(CellReader { column_type, cell }),
        }
    }
}

struct CellReader<'a> {
    column_type: ColumnType,
    cell: ValueRef<'a>,
}

impl<'de> Deserializer<'de> for CellReader<'de> {
    type Error = Error;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match (self.column_type, self.cell) {
            (_, ValueRef::Null) => visitor.visit_unit(),
            (ColumnType::Truth, ValueRef::Integer(truth)) => visitor.visit_bool(truth != 0),
            (_, ValueRef::Integer(whole)) => visitor.visit_i64(whole),
            (_, ValueRef::Real(real)) => visitor.visit_f64(real),
            (_, ValueRef::Text(text) | ValueRef::Blob(text)) => match std::str::from_utf8(text) {
                Ok(text) => visitor.visit_borrowed_str(text),
                Err(_) => visitor.visit_string(String::from_utf8_lossy(text).into_owned()),
            },
        }
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.cell == ValueRef::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        match self.cell {
            ValueRef::Integer(millionths) if name == Quantity::NAME => {
                let text = Quantity::from_millionths(millionths).to_string();
                visitor.visit_newtype_struct(IntoDeserializer::<Error>::into_deserializer(text))
            }
            _ => visitor.visit_newtype_struct(self),
        }
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.cell {
            ValueRef::Text(text) => {
                let text = String::from_utf8_lossy(text);
                let word: StrDeserializer<'_, Error> = text.as_ref().into_deserializer();
                word.deserialize_enum(name, variants, visitor)
            }
            _ => Err(de::Error::custom("a word was expected")),
        }
    }
    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}
