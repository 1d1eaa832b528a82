//! The store's values on their way to PostgreSQL and back.

use bytes::BytesMut;
use outpost_store::rusqlite::types::{Value, ValueRef};
use std::error::Error;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

type Trouble = Box<dyn Error + Sync + Send>;

/// A parameter. It is written as whatever type the statement expects at its place, as SQLite would compare it.
#[derive(Debug)]
pub(crate) struct Param(pub(crate) Value);

impl Param {
    fn whole(&self) -> Option<i64> {
        match &self.0 {
            Value::Integer(whole) => Some(*whole),
            Value::Real(real) if real.fract() == 0.0 => Some(*real as i64),
            Value::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn real(&self) -> Option<f64> {
        match &self.0 {
            Value::Integer(whole) => Some(*whole as f64),
            Value::Real(real) => Some(*real),
            Value::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn text(&self) -> Option<String> {
        match &self.0 {
            Value::Null => None,
            Value::Integer(whole) => Some(whole.to_string()),
            Value::Real(real) => Some(real.to_string()),
            Value::Text(text) => Some(text.clone()),
            Value::Blob(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        }
    }
}

/// Writes a value that has a type of PostgreSQL; what cannot be one is nothing, and so equal to nothing.
fn written<T: ToSql>(value: Option<T>, of: &Type, out: &mut BytesMut) -> Result<IsNull, Trouble> {
    value.map_or(Ok(IsNull::Yes), |value| value.to_sql(of, out))
}

impl ToSql for Param {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> Result<IsNull, Trouble> {
        match *of {
            Type::INT8 => written(self.whole(), of, out),
            Type::INT4 => written(self.whole().and_then(|whole| i32::try_from(whole).ok()), of, out),
            Type::INT2 => written(self.whole().and_then(|whole| i16::try_from(whole).ok()), of, out),
            Type::FLOAT8 => written(self.real(), of, out),
            Type::BOOL => written(self.whole().map(|whole| whole != 0), of, out),
            Type::BYTEA => match &self.0 {
                Value::Blob(bytes) => bytes.as_slice().to_sql(of, out),
                _ => written(self.text().map(String::into_bytes), of, out),
            },
            // JSON as text, so that it comes back as it was written.
            Type::JSON => {
                if let Some(text) = self.text() {
                    out.extend_from_slice(text.as_bytes());
                    return Ok(IsNull::No);
                }
                Ok(IsNull::Yes)
            }
            _ => written(self.text(), &Type::TEXT, out),
        }
    }

    fn accepts(of: &Type) -> bool {
        matches!(
            *of,
            Type::INT8
                | Type::INT4
                | Type::INT2
                | Type::FLOAT8
                | Type::BOOL
                | Type::BYTEA
                | Type::JSON
                | Type::TEXT
                | Type::VARCHAR
                | Type::NAME
                | Type::UNKNOWN
        )
    }

    to_sql_checked!();
}

/// A cell of an answer, as it lies in it.
pub(crate) struct Cell<'a>(pub(crate) ValueRef<'a>);

impl<'a> FromSql<'a> for Cell<'a> {
    fn from_sql(of: &Type, raw: &'a [u8]) -> Result<Cell<'a>, Trouble> {
        Ok(Cell(match *of {
            Type::INT8 => ValueRef::Integer(i64::from_sql(of, raw)?),
            Type::INT4 => ValueRef::Integer(i32::from_sql(of, raw)?.into()),
            Type::INT2 => ValueRef::Integer(i16::from_sql(of, raw)?.into()),
            Type::FLOAT8 => ValueRef::Real(f64::from_sql(of, raw)?),
            Type::BOOL => ValueRef::Integer(bool::from_sql(of, raw)?.into()),
            Type::BYTEA => ValueRef::Blob(raw),
            _ => ValueRef::Text(raw),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Cell<'a>, Trouble> {
        Ok(Cell(ValueRef::Null))
    }

    fn accepts(of: &Type) -> bool {
        <Param as ToSql>::accepts(of)
    }
}
