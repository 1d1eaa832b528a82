//! How requests and frames are written: CBOR with string keys, compressed with zstd; or plain JSON, for curl and for a
//! person who wants to look.
//!
//! A stream of frames in CBOR is, for each frame, its length as four bytes, most significant first, and as many bytes of
//! zstd. In JSON it is one line for each. What is longer than a frame may be is not even read.

use crate::image::NotUnderstood;
use serde::de::{DeserializeOwned, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::io::{self, Read};
use std::marker::PhantomData;
use std::sync::{Mutex, MutexGuard, PoisonError};
use zstd::bulk::Compressor;
use zstd::stream::read::Decoder;
use zstd::zstd_safe::{DCtx, ResetDirective};

/// The media type of the compact form.
pub const COMPACT: &str = "application/vnd.outpost.cbor+zstd";

/// How long one message may be when it is unpacked: a bomb is noticed after this much.
pub const MESSAGE_BYTES: usize = 16 << 20;

/// How long one message may be on the wire.
pub const PACKED_BYTES: usize = 8 << 20;

/// Little is gained by more, and phones are slow.
const LEVEL: i32 = 1;

/// Making what zstd works with takes longer than packing a message of the usual size, so as many as this are kept.
const KEPT: usize = 8;
static PACKERS: Mutex<Vec<Compressor<'static>>> = Mutex::new(Vec::new());
static UNPACKERS: Mutex<Vec<DCtx<'static>>> = Mutex::new(Vec::new());

fn kept<T>(of: &Mutex<Vec<T>>) -> MutexGuard<'_, Vec<T>> {
    // A panic while it was held left a shorter list.
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives one back for the next message; one that met an error is not given back.
fn give_back<T>(to: &Mutex<Vec<T>>, one: T) {
    let mut kept = kept(to);
    if kept.len() < KEPT {
        kept.push(one);
    }
}

fn pack(plain: &[u8]) -> io::Result<Vec<u8>> {
    let taken = kept(&PACKERS).pop();
    let mut packer = taken.map_or_else(|| Compressor::new(LEVEL), Ok)?;
    let packed = packer.compress(plain)?;
    give_back(&PACKERS, packer);
    Ok(packed)
}

/// At most `limit` bytes of what was packed.
fn unpack(packed: &[u8], limit: usize) -> io::Result<Vec<u8>> {
    let taken = kept(&UNPACKERS).pop();
    let mut unpacker = taken.unwrap_or_else(DCtx::create);
    let reset = unpacker.reset(ResetDirective::SessionOnly);
    reset.map_err(|code| io::Error::other(zstd::zstd_safe::get_error_name(code)))?;
    let mut plain = Vec::new();
    let mut decoder = Decoder::with_context(packed, &mut unpacker);
    // What says that it needs more room than it may fill is given none.
    decoder.window_log_max(limit.next_power_of_two().trailing_zeros())?;
    decoder.take(limit as u64).read_to_end(&mut plain)?;
    give_back(&UNPACKERS, unpacker);
    Ok(plain)
}

/// How something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// CBOR and zstd.
    Compact,
    /// JSON.
    Json,
}

impl Form {
    /// The form that a media type names; JSON for every other.
    pub fn of(media_type: &str) -> Form {
        if media_type.starts_with(COMPACT) { Form::Compact } else { Form::Json }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Form::Compact => COMPACT,
            Form::Json => "application/json",
        }
    }

    /// Writes one message.
    ///
    /// # Errors
    /// Never for our own types.
    pub fn write<T: Serialize>(self, message: &T) -> Result<Vec<u8>, NotUnderstood> {
        match self {
            Form::Json => serde_json::to_vec(message).map_err(NotUnderstood::because),
            Form::Compact => {
                let plain = cbor4ii::serde::to_vec(Vec::new(), message).map_err(NotUnderstood::because)?;
                pack(&plain).map_err(NotUnderstood::because)
            }
        }
    }

    /// Reads one message.
    ///
    /// # Errors
    /// When it is not one, or longer than [`MESSAGE_BYTES`].
    pub fn read<T: DeserializeOwned>(self, bytes: &[u8]) -> Result<T, NotUnderstood> {
        self.read_within(bytes, MESSAGE_BYTES)
    }

    /// Reads one message that has so many bytes at most when it is unpacked.
    ///
    /// # Errors
    /// When it is not one, or longer.
    pub fn read_within<T: DeserializeOwned>(self, bytes: &[u8], most: usize) -> Result<T, NotUnderstood> {
        match self {
            Form::Json if bytes.len() > most => Err(NotUnderstood(format!("longer than {most} bytes"))),
            Form::Json => serde_json::from_slice(bytes).map_err(NotUnderstood::because),
            Form::Compact => {
                let plain = unpack(bytes, most + 1).map_err(NotUnderstood::because)?;
                if plain.len() > most {
                    return Err(NotUnderstood(format!("longer than {most} bytes")));
                }
                cbor4ii::serde::from_slice(&plain).map_err(NotUnderstood::because)
            }
        }
    }

    /// Writes one frame of a stream.
    ///
    /// # Errors
    /// Never for our own types.
    pub fn write_frame<T: Serialize>(self, frame: &T) -> Result<Vec<u8>, NotUnderstood> {
        let mut packed = self.write(frame)?;
        match self {
            Form::Json => packed.push(b'\n'),
            Form::Compact => {
                let length = u32::try_from(packed.len()).map_err(NotUnderstood::because)?;
                packed.splice(..0, length.to_be_bytes());
            }
        }
        Ok(packed)
    }
}

/// Cuts what arrives of a stream in the compact form into frames.
#[derive(Debug, Default)]
pub struct Frames {
    arrived: Vec<u8>,
    read: usize,
}

impl Frames {
    /// Takes what arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.arrived.drain(..self.read);
        self.read = 0;
        self.arrived.extend_from_slice(bytes);
    }

    /// The next frame; none if more must arrive first.
    ///
    /// # Errors
    /// When what arrived is no frame.
    pub fn take<T: DeserializeOwned>(&mut self) -> Result<Option<T>, NotUnderstood> {
        let waiting = &self.arrived[self.read..];
        let Some((length, rest)) = waiting.split_first_chunk::<4>() else { return Ok(None) };
        let length = u32::from_be_bytes(*length) as usize;
        if length > PACKED_BYTES {
            return Err(NotUnderstood(format!("a frame of {length} bytes")));
        }
        let Some(packed) = rest.get(..length) else { return Ok(None) };
        let frame = Form::Compact.read(packed)?;
        self.read += 4 + length;
        Ok(Some(frame))
    }

    /// Whether a frame has begun and not ended.
    pub fn is_amid(&self) -> bool {
        self.read < self.arrived.len()
    }
}

/// Reads the first `MOST` members of a list, and passes over the others: whoever writes a million that take a byte each must not have
/// them made.
pub(crate) fn at_most<'de, const MOST: usize, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    struct List<const MOST: usize, T>(PhantomData<T>);

    impl<'de, const MOST: usize, T: Deserialize<'de>> Visitor<'de> for List<MOST, T> {
        type Value = Vec<T>;

        fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            out.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
            let mut list = Vec::new();
            while list.len() < MOST {
                match seq.next_element()? {
                    Some(member) => list.push(member),
                    None => return Ok(list),
                }
            }
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            Ok(list)
        }
    }

    deserializer.deserialize_seq(List::<MOST, T>(PhantomData))
}

/// An image is bytes in CBOR; its fields in JSON, or its bytes in hexadecimal where they are no fields.
pub(crate) mod image {
    use serde::de::Visitor;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(image: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            match cbor4ii::serde::from_slice::<Plain>(image) {
                Ok(fields) => fields.0.serialize(serializer),
                // Spoiled where it is stored: whoever reads it sets it aside, and the answer goes on.
                Err(_) => hex::encode(image).serialize(serializer),
            }
        } else {
            serializer.serialize_bytes(image)
        }
    }

    struct Bytes;

    impl<'de> Visitor<'de> for Bytes {
        type Value = Vec<u8>;

        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("the bytes of an image")
        }

        fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
            Ok(bytes.to_vec())
        }

        fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
            Ok(bytes)
        }
    }

    /// Only the compact form is read: nobody sends records in JSON.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        deserializer.deserialize_byte_buf(Bytes)
    }

    /// Any value, with the 16 bytes of an id as its usual text.
    struct Plain(serde_json::Value);

    impl<'de> Deserialize<'de> for Plain {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Plain, D::Error> {
            deserializer.deserialize_any(Any).map(Plain)
        }
    }

    struct Any;

    impl<'de> Visitor<'de> for Any {
        type Value = serde_json::Value;

        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("a value")
        }

        fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
            Ok(value.into())
        }

        fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
            Ok(value.into())
        }

        fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
            Ok(value.into())
        }

        fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
            Ok(value.into())
        }

        fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
            Ok(value.into())
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(serde_json::Value::Null)
        }

        fn visit_none<E>(self) -> Result<Self::Value, E> {
            Ok(serde_json::Value::Null)
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
            deserializer.deserialize_any(Any)
        }

        fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
            outpost_domain::Id::from_slice(bytes).map(|id| id.to_string().into()).map_err(E::custom)
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut values = Vec::new();
            while let Some(Plain(value)) = seq.next_element()? {
                values.push(value);
            }
            Ok(values.into())
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut fields = serde_json::Map::new();
            while let Some((name, Plain(value))) = map.next_entry::<String, Plain>()? {
                fields.insert(name, value);
            }
            Ok(fields.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Frame, Row};

    #[test]
    fn a_spoiled_image_does_not_stop_an_answer_in_json() {
        let row = |image: &[u8]| Row { kind: "region".into(), image: image.to_vec() };
        let rows = vec![row(&[0xa1, 0x61, b'a', 1]), row(&[0xa1, 0x61])];
        let written = Form::Json.write_frame(&Frame::Rows { rows, position: String::new() }).unwrap();
        let text = String::from_utf8(written).unwrap();
        assert!(text.contains(r#""image":{"a":1}"#) && text.contains(r#""image":"a161""#), "{text}");
    }
}
