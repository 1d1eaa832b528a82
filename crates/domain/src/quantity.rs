//! How much of something: an integer of a fixed scale, so that both engines can add and compare it.

use crate::declared::{Travels, Value};
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

/// How many of the steps in which quantities are kept make one.
const SCALE: i64 = 1_000_000;
/// Below a thousandth nobody counts anything: `crates/domain/src/stock/rules.rs`.
const FINE: i64 = 1_000;
/// How many digits that is.
const DIGITS: usize = 6;

/// How much of something, in millionths: in a database an integer, where it travels a decimal as text, such as `2.5`. What is finer
/// keeps a digit that is finer than anybody counts, and what is more than can be counted is the most that can: the rules find neither
/// plausible.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(i64);

impl Quantity {
    /// Nothing.
    pub const ZERO: Quantity = Quantity(0);
    /// One.
    pub const ONE: Quantity = Quantity(SCALE);
    /// The most that can be counted.
    pub const MAX: Quantity = Quantity(i64::MAX);

    /// So many.
    pub const fn of(units: i64) -> Quantity {
        Quantity(units.saturating_mul(SCALE))
    }

    /// So many millionths, as a database keeps it.
    pub const fn from_millionths(millionths: i64) -> Quantity {
        Quantity(millionths)
    }

    /// How many millionths it is.
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// The whole units in it.
    pub const fn units(self) -> i64 {
        self.0 / SCALE
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether it is less than nothing.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Whether it is a whole number.
    pub const fn is_whole(self) -> bool {
        self.0 % SCALE == 0
    }

    /// Whether it has no more digits than this behind the point, of which it can have six.
    pub const fn has_at_most(self, digits: u32) -> bool {
        let step = match digits {
            0..=5 => SCALE / 10_i64.pow(digits),
            _ => 1,
        };
        self.0 % step == 0
    }

    /// Without its sign.
    #[must_use]
    pub const fn abs(self) -> Quantity {
        Quantity(self.0.saturating_abs())
    }
}

impl Add for Quantity {
    type Output = Quantity;
    fn add(self, other: Quantity) -> Quantity {
        Quantity(self.0.saturating_add(other.0))
    }
}

impl Sub for Quantity {
    type Output = Quantity;
    fn sub(self, other: Quantity) -> Quantity {
        Quantity(self.0.saturating_sub(other.0))
    }
}

impl Neg for Quantity {
    type Output = Quantity;
    fn neg(self) -> Quantity {
        Quantity(self.0.saturating_neg())
    }
}

impl AddAssign for Quantity {
    fn add_assign(&mut self, other: Quantity) {
        *self = *self + other;
    }
}

impl SubAssign for Quantity {
    fn sub_assign(&mut self, other: Quantity) {
        *self = *self - other;
    }
}

impl Sum for Quantity {
    fn sum<I: Iterator<Item = Quantity>>(all: I) -> Quantity {
        all.fold(Quantity::ZERO, Add::add)
    }
}

impl From<i64> for Quantity {
    fn from(units: i64) -> Quantity {
        Quantity::of(units)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) =
            (self.0.unsigned_abs() / SCALE.unsigned_abs(), self.0.unsigned_abs() % SCALE.unsigned_abs());
        let mut text = whole.to_string();
        if rest > 0 {
            text.push_str(format!(".{rest:0DIGITS$}").trim_end_matches('0'));
        }
        f.pad_integral(self.0 >= 0, "", &text)
    }
}

/// That a text is no quantity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no quantity: digits, with a point in between")]
pub struct NoQuantity(String);

impl FromStr for Quantity {
    type Err = NoQuantity;

    fn from_str(text: &str) -> Result<Quantity, NoQuantity> {
        let no = || NoQuantity(text.chars().take(40).collect());
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.len() + rest.len() == 0 || !whole.bytes().chain(rest.bytes()).all(|byte| byte.is_ascii_digit()) {
            return Err(no());
        }
        let add = |sum: i64, digit: u8| sum.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
        let behind = rest.bytes().chain(std::iter::repeat(b'0')).take(DIGITS);
        let millionths = whole.bytes().chain(behind).fold(0, add);
        // What is too fine must stay so: never may the rest be cut off, or rounded up, to what is plausible.
        let is_finer = rest.bytes().skip(DIGITS).any(|digit| digit != b'0');
        let millionths = millionths.saturating_add(i64::from(is_finer && millionths % FINE == 0));
        Ok(Quantity(if negative { -millionths } else { millionths }))
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Quantity, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = Quantity;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a quantity, as a text such as \"2.5\"")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Quantity, E> {
                text.parse().map_err(E::custom)
            }
            fn visit_i64<E: de::Error>(self, units: i64) -> Result<Quantity, E> {
                Ok(Quantity::of(units))
            }
            fn visit_u64<E: de::Error>(self, units: u64) -> Result<Quantity, E> {
                Ok(Quantity::of(i64::try_from(units).unwrap_or(i64::MAX)))
            }
            fn visit_f64<E: de::Error>(self, units: f64) -> Result<Quantity, E> {
                // As it is written, which is what was meant.
                units.to_string().parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_newtype_struct(Quantity::NAME, Newtype(Read))
    }
}

impl Quantity {
    /// By this name it asks to be read: a database knows then that its integers are millionths.
    pub const NAME: &'static str = "Quantity";
}

/// Reads what is inside, whatever that is.
struct Newtype<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Newtype<V> {
    type Value = V::Value;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }
    fn visit_newtype_struct<D: Deserializer<'de>>(self, inside: D) -> Result<V::Value, D::Error> {
        inside.deserialize_any(self.0)
    }
}

impl Travels for Quantity {
    fn value() -> Value {
        Value::Decimal
    }
    fn has_newer(&self) -> bool {
        false
    }
    fn sets_newer(&self, _: &Self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::Quantity;

    #[test]
    fn it_is_written_as_people_write_it_and_read_again() {
        for text in ["0", "1", "-2", "2.5", "-0.333", "0.000001", "1000000", "9223372036854.775807"] {
            let quantity: Quantity = text.parse().unwrap();
            assert_eq!(quantity.to_string(), text);
            assert_eq!(serde_json::to_string(&quantity).unwrap(), format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<Quantity>(&format!("\"{text}\"")).unwrap(), quantity);
        }
        for (text, same) in [("1.50", "1.5"), ("+3", "3"), (".5", "0.5"), ("7.", "7"), ("-0", "0")] {
            assert_eq!(text.parse::<Quantity>().unwrap().to_string(), same);
        }
        for number in ["2.5", "3", "1e-28"] {
            assert!(serde_json::from_str::<Quantity>(number).is_ok(), "{number}");
        }
        assert_eq!(format!("{:>6}", Quantity::of(-2)), "    -2");
    }

    #[test]
    fn what_is_none_is_refused_and_what_is_too_much_or_too_fine_is_no_panic() {
        for text in ["", "-", ".", "1,000", "1_000", "1e3", " 1", "１", "0x1", "--1", "1.2.3"] {
            assert!(text.parse::<Quantity>().is_err(), "{text}");
        }
        let huge: Quantity = "99999999999999999999999999.5".parse().unwrap();
        assert_eq!(huge, Quantity::MAX);
        assert_eq!(-huge - huge, Quantity::from_millionths(i64::MIN));
        assert_eq!(Quantity::from_millionths(i64::MIN).abs(), Quantity::MAX);
        assert_eq!(Quantity::from_millionths(i64::MIN).to_string(), "-9223372036854.775808");
        for (text, millionths) in [
            ("0.00000049", 1),
            ("-0.0000005", -1),
            ("2.0000000", 2_000_000),
            ("2.5000001", 2_500_001),
            ("2.9999999", 2_999_999),
            ("0.0009999999", 999),
            ("1.99999999999999999999999999", 1_999_999),
        ] {
            let quantity: Quantity = text.parse().unwrap();
            assert_eq!(quantity.millionths(), millionths, "{text}");
            assert!(quantity.has_at_most(3) == text.ends_with("0000"), "{text} stays as implausible as it is");
        }
    }

    #[test]
    fn it_is_known_how_fine_it_is() {
        let quantity = |text: &str| text.parse::<Quantity>().unwrap();
        assert!(quantity("2").is_whole() && !quantity("2.5").is_whole() && quantity("-3").is_whole());
        assert!(quantity("0.333").has_at_most(3) && !quantity("0.3333").has_at_most(3));
        assert!(quantity("0.000001").has_at_most(6) && !quantity("0.1").has_at_most(0));
    }
}
