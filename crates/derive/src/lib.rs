//! What follows from the declaration of a record or a command: code that would otherwise be written again for each, and forgotten.
//!
//! `#[derive(Travels)]` says of whatever travels whether it holds a choice of the future. `#[derive(Record)]` says that too, and what
//! stands beside the fields of a record in `#[record(…)]`; both are explained where their traits are, in
//! `crates/domain/src/declared.rs`. This crate decides nothing.

mod docs;
mod fields;
mod record;
mod travels;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Whether there is a choice in it that only a newer program knows; and what it says of itself and its fields.
#[proc_macro_derive(Travels)]
pub fn travels(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    travels::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// What a record says of itself: beside the struct `everybody` (all see it), `sight` (what somebody may see follows from it) and
/// `order = "…"` (in which people look for them); beside a field what it names (`of = Site`, or `of_each = target` where another field
/// says what, or `no_record`), whether the record lies there (`lies`, or `lies, unless = other` where another field comes first), is that person's own
/// (`own`), or lets who sees it see that as well (`shows`); and whether people call it so (`title`, `detail`) or find it by that
/// (`found`, which these two are anyway); and of a text, how many characters it has at most (`most = 120`) and whether it must have some
/// (`filled`).
#[proc_macro_derive(Record, attributes(record))]
pub fn record(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    record::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
