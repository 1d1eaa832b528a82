use crate::{docs, fields};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Field, GenericArgument, PathArguments, Result, Type};

/// What travels, and is no record.
pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let fields = fields::of(input)?.iter().map(|field| described(field, &quote!(None), &quote!(None), false));
    derive_with(input, fields.collect())
}

/// What a form, and somebody who writes another client, has to know of a field.
pub(crate) fn described(field: &Field, of: &TokenStream, most: &TokenStream, filled: bool) -> TokenStream {
    let (ident, ty, about) = (&field.ident, &field.ty, docs::of(&field.attrs));
    quote!(crate::Field {
        name: stringify!(#ident), about: #about, of: #of, most: #most, filled: #filled,
        value: <#ty as crate::Travels>::value(),
    })
}

pub(crate) fn derive_with(input: &DeriveInput, described: Vec<TokenStream>) -> Result<TokenStream> {
    let (name, fields) = (&input.ident, fields::of(input)?);
    let about = docs::of(&input.attrs);
    let named = |wanted: &str| fields.iter().find(|field| field.ident.as_ref().is_some_and(|ident| ident == wanted));
    let seen = named("from").map(|field| &field.ty);
    // An edit says what it saw: what it leaves as it was is not set by it.
    let mut has = Vec::new();
    let mut sets = Vec::new();
    for field in fields {
        let (ident, ty) = (&field.ident, &field.ty);
        if seen == Some(ty) && ident.as_ref().is_some_and(|ident| ident == "to") {
            has.push(quote!(crate::Travels::sets_newer(&self.#ident, &self.from)));
        } else if seen.and_then(optional) == Some(ty) {
            has.push(quote!(match &self.from {
                Some(from) => crate::Travels::sets_newer(&self.#ident, from),
                None => crate::Travels::has_newer(&self.#ident),
            }));
        } else if seen.is_none() || ident.as_ref().is_none_or(|ident| ident != "from") {
            has.push(quote!(crate::Travels::has_newer(&self.#ident)));
        }
        sets.push(quote!(crate::Travels::sets_newer(&self.#ident, &from.#ident)));
    }
    Ok(quote! {
        impl crate::Travels for #name {
            fn value() -> crate::Value {
                let (name, about) = (stringify!(#name), #about);
                crate::Value::Structure(crate::Structure { name, about, fields: vec![#(#described),*] })
            }
            fn has_newer(&self) -> bool { false #(|| #has)* }
            fn sets_newer(&self, from: &Self) -> bool { false #(|| #sets)* }
        }
    })
}

/// `T` of `Option<T>`.
fn optional(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}
