//! GS1 Digital Link: the identifiers and values are the link's path, further ones its query.

use super::Gs1Element;
use super::identifiers::identifier;

/// What stands in such a link.
pub(super) struct Link {
    pub(super) host: String,
    pub(super) elements: Vec<Gs1Element>,
}

/// The identifiers that a path may begin with: what a thing, a shipment or a place is.
const KEYS: [&str; 14] =
    ["01", "00", "8006", "8013", "8010", "410", "414", "415", "417", "8017", "8018", "255", "8003", "8004"];

impl Link {
    /// Nothing if the text is no such link.
    pub(super) fn of(text: &str) -> Option<Self> {
        let rest = ["https://", "http://"].iter().find_map(|scheme| strip_scheme(text, scheme))?;
        let rest = rest.split('#').next().unwrap_or(rest);
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = rest.split_once('/')?;
        // Somebody else's name before the host is a trick, not a host.
        if host.is_empty() || !host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:".contains(&byte)) {
            return None;
        }
        let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        // Any path may come before; the last key counts, since a value may look like one.
        let first = (0..parts.len().saturating_sub(1)).rev().find(|at| {
            KEYS.contains(&parts[*at]) && (parts.len() - at).is_multiple_of(2) && key_value(&parts[*at..]).is_some()
        })?;
        let pairs = parts[first..].chunks_exact(2).map(|pair| (pair[0], pair[1]));
        let asked = query.split(['&', ';']).filter_map(|part| part.split_once('='));
        // What is no identifier in a query belongs to somebody else.
        let asked = asked.filter(|(name, _)| is_identifier(name));
        let elements = pairs.chain(asked).map(|(name, value)| pair(name, value)).collect::<Option<Vec<_>>>()?;
        Some(Self {
            host: host.to_ascii_lowercase(),
            elements: elements.into_iter().map(checked).collect::<Option<_>>()?,
        })
    }
}

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let start = text.get(..scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
}

fn key_value(parts: &[&str]) -> Option<()> {
    parts.chunks_exact(2).all(|pair| is_identifier(pair[0])).then_some(())
}

fn is_identifier(name: &str) -> bool {
    identifier(name).is_some_and(|kind| kind.digits == name.len())
}

fn pair(name: &str, value: &str) -> Option<Gs1Element> {
    let mut value = unescaped(value)?;
    // In links an article number may keep the length that it is printed with.
    if name == "01" && matches!(value.len(), 8 | 12 | 13) {
        value = format!("{value:0>14}");
    }
    Some(Gs1Element { identifier: name.to_owned(), value })
}

/// The same rules as for every element. A link that breaks them is a link, but none of GS1.
fn checked(element: Gs1Element) -> Option<Gs1Element> {
    let kind = identifier(&element.identifier)?;
    super::element(&kind, &element.identifier, &element.value).ok()
}

/// Percent signs and two digits become the byte that they stand for.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        if *first != b'%' {
            bytes.push(*first);
            rest = more;
            continue;
        }
        let digits = std::str::from_utf8(more.get(..2)?).ok()?;
        // `from_str_radix` alone would take "+1".
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &more[2..];
    }
    String::from_utf8(bytes).ok()
}
