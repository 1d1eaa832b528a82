use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Error, Field, Fields, Result, Token};

/// The fields of a struct that names them.
pub(crate) fn of(input: &DeriveInput) -> Result<&Punctuated<Field, Token![,]>> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Ok(&fields.named),
            _ => Err(Error::new_spanned(&input.ident, "its fields need names")),
        },
        _ => Err(Error::new_spanned(&input.ident, "only a struct is declared so")),
    }
}
