use crate::{fields, travels};
use proc_macro2::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::{DeriveInput, Error, Field, Ident, LitInt, LitStr, Result};

/// What stands beside a record.
#[derive(Default)]
struct Beside {
    everybody: bool,
    sight: bool,
    order: Option<LitStr>,
}

/// What stands beside a field.
#[derive(Default)]
struct Said {
    of: Option<Ident>,
    of_each: Option<Ident>,
    lies: bool,
    unless: Option<Ident>,
    own: bool,
    shows: bool,
    title: bool,
    detail: bool,
    found: bool,
    no_record: bool,
    most: Option<LitInt>,
    filled: bool,
}

impl Beside {
    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        match word(meta)?.as_str() {
            "everybody" => self.everybody = true,
            "sight" => self.sight = true,
            "order" => self.order = Some(meta.value()?.parse()?),
            _ => return Err(meta.error("a record says everybody, sight or order")),
        }
        Ok(())
    }
}

impl Said {
    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        match word(meta)?.as_str() {
            "of" => self.of = Some(meta.value()?.parse()?),
            "of_each" => self.of_each = Some(meta.value()?.parse()?),
            "unless" => self.unless = Some(meta.value()?.parse()?),
            "lies" => self.lies = true,
            "own" => self.own = true,
            "shows" => self.shows = true,
            "title" => self.title = true,
            "detail" => self.detail = true,
            "found" => self.found = true,
            "no_record" => self.no_record = true,
            "most" => self.most = Some(meta.value()?.parse()?),
            "filled" => self.filled = true,
            _ => {
                let known = "of, of_each, no_record, lies, unless, own, shows, title, detail, found, most or filled";
                return Err(meta.error(format!("a field says {known}")));
            }
        }
        Ok(())
    }
}

fn word(meta: &ParseNestedMeta<'_>) -> Result<String> {
    meta.path.get_ident().map(Ident::to_string).ok_or_else(|| meta.error("one word is expected"))
}

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let mut beside = Beside::default();
    for attr in input.attrs.iter().filter(|attr| attr.path().is_ident("record")) {
        attr.parse_nested_meta(|meta| beside.read(&meta))?;
    }
    let order =
        beside.order.ok_or_else(|| Error::new_spanned(name, "in which order people look for them is missing"))?;
    let (mut references, mut lies, mut words) = (Vec::new(), Vec::new(), Vec::new());
    let (mut texts, mut declared) = (Vec::new(), Vec::new());
    let (mut title, mut detail, mut is_seen) = (None, None, beside.everybody);
    let fields = fields::of(input)?;
    for field in fields {
        let Some(ident) = &field.ident else { continue };
        let mut said = Said::default();
        for attr in field.attrs.iter().filter(|attr| attr.path().is_ident("record")) {
            attr.parse_nested_meta(|meta| said.read(&meta))?;
        }
        if said.title || said.detail || said.found {
            words.push(ident.clone());
        }
        if said.title {
            title = Some(ident.clone());
        }
        // What it is called in English is found alike.
        if title.as_ref().is_some_and(|title| *ident == format!("{title}_en")) {
            words.push(ident.clone());
        }
        if said.detail {
            detail = Some(ident.clone());
        }
        let names_something = said.of.is_some() || said.of_each.is_some() || said.no_record;
        if ident.to_string().ends_with("_id") && !names_something {
            return Err(Error::new_spanned(ident, "what it names is missing: of = …, or no_record"));
        }
        is_seen |= said.lies || said.own;
        references.extend(reference(ident, &said)?);
        texts.extend(text(ident, &said));
        declared.push(described(field, &said));
        lies.extend(lying(ident, &said));
    }
    if !is_seen {
        return Err(Error::new_spanned(name, "who sees it is missing: everybody, or where it lies"));
    }
    let called = match &title {
        None => quote!(None),
        Some(title) => {
            let title_en = Ident::new(&format!("{title}_en"), title.span());
            let has_english = fields.iter().any(|field| field.ident.as_ref() == Some(&title_en));
            let title_en = if has_english { quote!(&self.#title_en) } else { quote!("") };
            let detail = detail.map_or_else(|| quote!(""), |detail| quote!(&self.#detail));
            quote!(Some(crate::Called { title: &self.#title, title_en: #title_en, detail: #detail }))
        }
    };
    let (everybody, sight) = (beside.everybody, beside.sight);
    let travels = travels::derive_with(input, declared)?;
    Ok(quote! {
        #travels
        impl crate::declared::Declared for #name {
            const IS_EVERYBODYS: bool = #everybody;
            const DECIDES_SIGHT: bool = #sight;
            const ORDER: &'static str = #order;
            const REFERENCES: &'static [crate::Reference] = &[#(#references),*];
            const FOUND_BY: &'static [&'static str] = &[#(stringify!(#words)),*];
            fn lies(&self) -> Vec<crate::Lies> {
                let mut lies = Vec::new();
                #(#lies)*
                lies
            }
            fn texts(&self) -> Vec<crate::declared::Text<'_>> { vec![#(#texts),*] }
            fn words(&self) -> Vec<&str> { vec![#(self.#words.as_str()),*] }
            fn called(&self) -> Option<crate::Called<'_>> { #called }
        }
    })
}

/// What a field names, for those who have the other and look for this.
fn reference(ident: &Ident, said: &Said) -> Result<Option<TokenStream>> {
    let to = match (&said.of, &said.of_each) {
        (Some(kind), None) => quote!(crate::Refers::To(crate::Kind::#kind)),
        (None, Some(field)) => quote!(crate::Refers::ToEach(stringify!(#field))),
        (None, None) if said.lies || said.own || said.shows => {
            return Err(Error::new_spanned(ident, "of what, is missing"));
        }
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => return Err(Error::new_spanned(ident, "it names one thing")),
    };
    let unless = said.unless.as_ref().map_or_else(|| quote!(None), |field| quote!(Some(stringify!(#field))));
    let (lies, shows) = (said.lies, said.shows);
    Ok(Some(quote!(crate::Reference {
        field: stringify!(#ident), to: #to, lies: #lies, unless: #unless, shows: #shows
    })))
}

/// Where a record lies by a field.
fn lying(ident: &Ident, said: &Said) -> Option<TokenStream> {
    let id = quote!(crate::declared::Named::named(&self.#ident));
    let own = said.own.then(|| quote!(lies.extend(#id.map(crate::Lies::Own));));
    let names = |way: TokenStream| {
        let kind = match (&said.of, &said.of_each) {
            (Some(kind), _) => quote!(Some(crate::Kind::#kind)),
            (None, Some(field)) => quote!(crate::Kind::from_table(crate::Choice::word(&self.#field))),
            (None, None) => quote!(None),
        };
        let first = said.unless.as_ref().map(|field| quote!(.filter(|_| self.#field.is_none())));
        quote!(lies.extend(#kind.zip(#id #first).map(|(kind, id)| crate::Lies::#way(kind, id)));)
    };
    let with = said.lies.then(|| names(quote!(With)));
    let shows = said.shows.then(|| names(quote!(Shows)));
    (own.is_some() || with.is_some() || shows.is_some()).then(|| quote!(#own #with #shows))
}

/// A text whose length is limited.
fn text(ident: &Ident, said: &Said) -> Option<TokenStream> {
    let (most, filled) = (said.most.as_ref()?, said.filled);
    Some(quote!(crate::declared::Text { field: stringify!(#ident), text: &self.#ident, most: #most, filled: #filled }))
}

fn described(field: &Field, said: &Said) -> TokenStream {
    let most = said.most.as_ref().map_or_else(|| quote!(None), |most| quote!(Some(#most)));
    let of = said.of.as_ref().map_or_else(|| quote!(None), |kind| quote!(Some(crate::Kind::#kind)));
    travels::described(field, &of, &most, said.filled)
}
