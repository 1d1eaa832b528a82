//! Choices that travel: one of a list of words that a newer program may have lengthened. Tablets lag by months, so a word that
//! this program does not know is kept, shown as newer than it, and given back; it never makes a record unreadable.

use std::fmt::{Debug, Display, Formatter};

/// A word that this program does not know, as it was written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Newer([u8; Newer::LONGEST]);

impl Newer {
    /// How many bytes the word of a choice has at most; it lies in the record itself, so that choices can be copied.
    pub const LONGEST: usize = 31;

    /// The word, if it can be one of a choice.
    pub fn new(word: &str) -> Option<Newer> {
        let parts = |c: char| c.is_whitespace() || c.is_control();
        let fits = !word.is_empty() && word.len() <= Newer::LONGEST && !word.contains(parts);
        let mut bytes = [0; Newer::LONGEST];
        if fits {
            bytes[..word.len()].copy_from_slice(word.as_bytes());
        }
        fits.then_some(Newer(bytes))
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(Newer::LONGEST);
        std::str::from_utf8(&self.0[..end]).unwrap_or_default()
    }
}

impl Debug for Newer {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        Debug::fmt(self.as_str(), out)
    }
}

impl Display for Newer {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.as_str())
    }
}

/// One of a list of words.
pub trait Choice: Copy + Eq + 'static {
    /// Those that this program knows, in the order in which they are declared.
    const ALL: &'static [Self];
    /// The word that is written for it.
    fn word(&self) -> &str;
    /// The choice of a word that this program does not know.
    fn newer(word: Newer) -> Self;
    /// Whether it is one that this program does not know.
    fn is_newer(&self) -> bool;
    /// The choice of a word; none for what can be no word.
    fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.word() == word).or_else(|| Newer::new(word).map(Self::newer))
    }
}

/// Reads the word of a choice, in any format.
pub struct Word<T>(pub std::marker::PhantomData<T>);

impl<T: Choice> serde::de::Visitor<'_> for Word<T> {
    type Value = T;

    fn expecting(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        write!(out, "a word of at most {} bytes", Newer::LONGEST)
    }

    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<T, E> {
        T::of(word).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(word), &self))
    }
}

/// Declares a choice: its words, as they are written everywhere, and what each means.
macro_rules! choice {
    ($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $means:literal])+ $choice:ident = $word:expr;)* }) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[doc = $means])+ $choice,)*
            /// One that only a newer program knows.
            Newer($crate::choice::Newer),
        }

        impl $crate::choice::Choice for $name {
            const ALL: &'static [$name] = &[$($name::$choice),*];
            fn word(&self) -> &str {
                match self { $($name::$choice => $word,)* $name::Newer(word) => word.as_str() }
            }
            fn newer(word: $crate::choice::Newer) -> $name {
                $name::Newer(word)
            }
            fn is_newer(&self) -> bool {
                matches!(self, $name::Newer(_))
            }
        }

        impl $crate::Travels for $name {
            fn value() -> $crate::Value {
                let words = <$name as $crate::choice::Choice>::ALL.iter();
                $crate::Value::Choice(words.map(|known| $crate::choice::Choice::word(known).to_owned()).collect())
            }
            fn has_newer(&self) -> bool {
                $crate::choice::Choice::is_newer(self)
            }
            fn sets_newer(&self, from: &$name) -> bool {
                $crate::choice::Choice::is_newer(self) && self != from
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str($crate::choice::Choice::word(self))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::choice::Choice::word(self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                deserializer.deserialize_str($crate::choice::Word(std::marker::PhantomData))
            }
        }

        // The words that are known: screens say of any other that it is newer than they are.
        impl ts_rs::TS for $name {
            type WithoutGenerics = $name;
            type OptionInnerType = $name;
            fn docs() -> Option<String> {
                Some(concat!("/**\n", $(" *", $about, "\n",)+ " */\n").to_owned())
            }
            fn name(_: &ts_rs::Config) -> String {
                stringify!($name).to_owned()
            }
            fn inline(_: &ts_rs::Config) -> String {
                let words: Vec<String> = <$name as $crate::choice::Choice>::ALL
                    .iter()
                    .map(|known| format!("\"{}\"", $crate::choice::Choice::word(known)))
                    .collect();
                words.join(" | ")
            }
            fn decl(config: &ts_rs::Config) -> String {
                format!("type {} = {};", Self::name(config), Self::inline(config))
            }
            fn decl_concrete(config: &ts_rs::Config) -> String {
                Self::decl(config)
            }
            fn output_path() -> Option<std::path::PathBuf> {
                Some(concat!(stringify!($name), ".ts").into())
            }
        }
    };
}
pub(crate) use choice;

#[cfg(test)]
mod tests {
    use super::{Choice, Newer};
    use crate::ticket::Urgency;

    #[test]
    fn a_word_of_the_future_is_kept_and_given_back() {
        let read: Urgency = serde_json::from_str(r#""within_the_hour""#).unwrap();
        assert!(read.is_newer() && read.word() == "within_the_hour" && format!("{read:?}").contains("within_the_hour"));
        assert_eq!(serde_json::to_string(&read).unwrap(), r#""within_the_hour""#);
        assert_eq!(serde_json::from_str::<Urgency>(r#""high""#).unwrap(), Urgency::High);
        assert!(read > Urgency::Urgent, "what nobody knows yet waits for nobody");
    }

    #[test]
    fn what_can_be_no_word_is_refused() {
        let longest = "门".repeat(10) + "x";
        assert_eq!(Newer::new(&longest).unwrap().as_str(), longest);
        for word in ["", "a\0b", "a b", &"门".repeat(11)] {
            assert!(Urgency::of(word).is_none(), "{word:?}");
        }
        for json in ["1", "null", r#"{"low":1}"#, r#"["low"]"#, r#""""#] {
            assert!(serde_json::from_str::<Urgency>(json).is_err(), "{json}");
        }
    }
}
