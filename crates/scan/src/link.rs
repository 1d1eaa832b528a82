//! The short link on our own labels, and what can be said about links of others.
//!
//! `HTTPS://HQ.EXAMPLE/R/` and 36 letters: 26 for the thing's id, 10 for a proof that only headquarters can make and check.
//! Upper case, because a code then needs a third fewer modules; without the letters that people mistake for others.

/// The letters of Crockford's base 32.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LETTERS: usize = 26;
const PROOF_LETTERS: usize = 10;

/// How many bits a proof has.
pub const PROOF_BITS: u32 = 50;

/// The longest link that is looked at.
const MOST_BYTES: usize = 500;

/// A link of ours, taken apart. Reading the code needs no key; whether the proof is right, only headquarters knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShortLink {
    /// The id of the thing.
    pub code: u128,
    /// What headquarters wrote behind it.
    pub proof: u64,
}

impl ShortLink {
    /// Reads a link, whatever its host: labels outlive the names of servers.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MOST_BYTES {
            return None;
        }
        let (_, rest) = after_scheme(text)?;
        let path = rest.split(['?', '#']).next()?.trim_end_matches('/');
        let (before, letters) = path.rsplit_once('/')?;
        let (host, _) = before.rsplit_once('/').filter(|(_, word)| word.eq_ignore_ascii_case("r"))?;
        if host.is_empty() { None } else { Self::of_letters(letters) }
    }

    /// Reads the 36 letters at the end of a link.
    #[must_use]
    pub fn of_letters(letters: &str) -> Option<Self> {
        if letters.len() != CODE_LETTERS + PROOF_LETTERS || !letters.is_ascii() {
            return None;
        }
        let (code, proof) = letters.split_at(CODE_LETTERS);
        // 26 letters hold two bits more than an id has.
        let code = number(code).filter(|_| value(code.as_bytes()[0]).is_some_and(|first| first < 8))?;
        Some(Self { code, proof: u64::try_from(number(proof)?).ok()? })
    }

    /// The link below the address of headquarters.
    #[must_use]
    pub fn write(&self, base: &str) -> String {
        let base = base.trim_end_matches('/');
        let letters = self.letters();
        match after_scheme(base) {
            // A path may tell upper case from lower case; a scheme and a host do not.
            Some((_, rest)) if rest.contains('/') => format!("{base}/r/{letters}"),
            _ => format!("{}/R/{letters}", base.to_ascii_uppercase()),
        }
    }

    /// The 36 letters at the end of the link.
    #[must_use]
    pub fn letters(&self) -> String {
        let spell = |number: u128, count: usize| {
            (0..count).rev().map(move |at| char::from(LETTERS[(number >> (5 * at) & 31) as usize]))
        };
        spell(self.code, CODE_LETTERS).chain(spell(self.proof.into(), PROOF_LETTERS)).collect()
    }
}

fn number(letters: &str) -> Option<u128> {
    letters.bytes().try_fold(0_u128, |number, letter| Some(number << 5 | u128::from(value(letter)?)))
}

/// Letters that were typed from a label may be mistaken for digits.
fn value(letter: u8) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        letter => letter,
    };
    LETTERS.iter().position(|known| *known == letter).and_then(|at| u8::try_from(at).ok())
}

/// The scheme of a web link, and what follows it.
fn after_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")).then_some((scheme, rest))
}

/// Where a web link would lead: its host as a browser understands it, without a name and password before it, and without
/// the port. Nothing for what is no web link.
#[must_use]
pub fn host_of(text: &str) -> Option<String> {
    let (_, rest) = after_scheme(text.trim_start())?;
    // Browsers take a backslash for a slash.
    let place = rest.split(['/', '\\', '?', '#']).next()?;
    let host = place.rsplit('@').next()?;
    let host = match host.strip_prefix('[') {
        Some(address) => address.split(']').next()?,
        None => host.split(':').next()?,
    };
    (!host.is_empty()).then(|| host.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: ShortLink = ShortLink { code: 0x0192_3a4b_5c6d_7e8f_9012_3456_789a_bcde, proof: 0x3_dead_beef_cafe };

    #[test]
    fn a_link_is_read_as_it_was_written() {
        for base in ["https://hq.example", "http://10.0.0.7:7400/", "https://hq.example/field"] {
            let text = LINK.write(base);
            assert_eq!(ShortLink::parse(&text), Some(LINK), "{text}");
            assert_eq!(ShortLink::parse(&text.to_lowercase()), Some(LINK), "{text}");
            assert_eq!(ShortLink::parse(&format!("{text}/?lang=zh#top")), Some(LINK), "{text}");
        }
        assert_eq!(LINK.write("https://hq.example").len(), "https://hq.example/r/".len() + 36);
        assert!(LINK.write("https://hq.example").starts_with("HTTPS://HQ.EXAMPLE/R/"));
        assert!(LINK.write("https://hq.example/Field").starts_with("https://hq.example/Field/r/"));
        let most = ShortLink { code: u128::MAX, proof: (1 << PROOF_BITS) - 1 };
        assert_eq!(ShortLink::parse(&most.write("https://x")), Some(most));
    }

    #[test]
    fn what_is_no_link_of_ours_is_none() {
        let letters = LINK.letters();
        for text in [
            String::new(),
            "https://".into(),
            format!("ftp://hq.example/r/{letters}"),
            format!("https:///r/{letters}"),
            format!("https://hq.example/q/{letters}"),
            format!("https://hq.example/r/{}", &letters[1..]),
            format!("https://hq.example/r/{letters}0"),
            format!("https://hq.example/r/8{}", &letters[1..]),
            format!("https://hq.example/r/{}é", &letters[2..]),
            format!("https://hq.example/r/{}U", &letters[1..]),
            format!("https://{}/r/{letters}", "x".repeat(600)),
        ] {
            assert_eq!(ShortLink::parse(&text), None, "{text}");
        }
    }

    #[test]
    fn the_host_is_where_a_browser_would_go() {
        for (text, host) in [
            ("https://bank.example/login", Some("bank.example")),
            ("HTTPS://Bank.Example:8443?x", Some("bank.example")),
            ("https://bank.example@evil.example/", Some("evil.example")),
            ("https://bank.example%2f@evil.example:80\\@bank.example", Some("evil.example")),
            ("https://evil.example\\.bank.example", Some("evil.example")),
            ("http://[::1]:7400/x", Some("::1")),
            ("https://", None),
            ("javascript:alert(1)", None),
            ("outpost://device/1", None),
        ] {
            assert_eq!(host_of(text).as_deref(), host, "{text}");
        }
    }
}
