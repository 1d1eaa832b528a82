use super::*;

const YEAR: u16 = 2026;

fn parse(text: &str) -> Result<Gs1, Gs1Error> {
    parse_gs1(text, YEAR)
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let found = parse(text).unwrap();
    let date = |date: Option<Gs1Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let parts = [
        ("gtin", found.gtin.unwrap_or_default()),
        ("batch", found.batch.unwrap_or_default()),
        ("serial", found.serial.unwrap_or_default()),
        ("expiry", date(found.expiry)),
        ("produced", date(found.produced)),
        ("count", found.count.map(|count| count.to_string()).unwrap_or_default()),
        ("host", found.host.unwrap_or_default()),
    ];
    let parts = parts.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name} {value}"));
    let others = found.others.iter().map(|element| format!("({}) {}", element.identifier, element.value));
    assert_eq!(parts.chain(others).collect::<Vec<_>>().join(", "), expected);
}

#[test]
fn plain_with_separators() {
    check("0109506000134352", "gtin 09506000134352");
    check(
        "010950600013435210AB-12\u{1d}17270531\u{1d}21S/9",
        "gtin 09506000134352, batch AB-12, serial S/9, expiry 2027-05-31",
    );
    check("]C1\u{1d}0109506000134352112601003012", "gtin 09506000134352, produced 2026-01, count 12");
    check("1726022810L1", "batch L1, expiry 2026-02-28");
    check("00340123450000000000", "(00) 340123450000000000");
    check("3103001250240EXTRA\u{1d}99own", "(3103) 001250, (240) EXTRA, (99) own");
}

#[test]
fn in_brackets_as_printed() {
    check("(01)09506000134352(10)A(B)1(21)7", "gtin 09506000134352, batch A(B)1, serial 7");
    check("(17)280200(37)24", "expiry 2028-02, count 24");
}

#[test]
fn links() {
    check("https://id.gs1.org/01/09506000134352", "gtin 09506000134352, host id.gs1.org");
    check(
        "HTTPS://Example.com/some/path/01/9506000134352/10/A%2FB/21/x?17=271231&utm=1#top",
        "gtin 09506000134352, batch A/B, serial x, expiry 2027-12-31, host example.com",
    );
    for link in [
        "https://example.com/",
        "https://example.com/01",
        "https://example.com/01/notanumber",
        "https://example.com/device/4711",
        "https://gs1.org@evil.example/01/09506000134352",
        "https://example.com/01/09506000134353",
        "https://example.com/01/09506000134352/10/%zz",
        "ftp://example.com/01/09506000134352",
    ] {
        assert_eq!(parse(link), Err(Gs1Error::NotGs1), "{link}");
    }
}

#[test]
fn what_is_wrong_is_said() {
    let of = |identifier: &str| identifier.to_owned();
    assert_eq!(parse(""), Err(Gs1Error::NotGs1));
    assert_eq!(parse("SN 4711"), Err(Gs1Error::NotGs1));
    assert_eq!(parse("(01)09506000134353"), Err(Gs1Error::BadCheckDigit { identifier: of("01") }));
    assert_eq!(parse("0109506000"), Err(Gs1Error::TooShort { identifier: of("01") }));
    assert_eq!(parse("10"), Err(Gs1Error::TooShort { identifier: of("10") }));
    assert_eq!(parse("10ABCDEFGHIJKLMNOPQRSTU"), Err(Gs1Error::TooLong { identifier: of("10") }));
    assert_eq!(parse("17261301"), Err(Gs1Error::BadDate { identifier: of("17") }));
    assert_eq!(parse("17270229"), Err(Gs1Error::BadDate { identifier: of("17") }));
    assert_eq!(parse("10A\u{1d}10B"), Err(Gs1Error::Contradiction { identifier: of("10") }));
    assert_eq!(parse("10A\u{202e}B"), Err(Gs1Error::BadCharacter { identifier: of("10") }));
    assert_eq!(parse("01095060001343é2"), Err(Gs1Error::BadCharacter { identifier: of("01") }));
    assert_eq!(parse("1726"), Err(Gs1Error::TooShort { identifier: of("17") }));
    assert_eq!(parse("0512345"), Err(Gs1Error::UnknownIdentifier { found: of("0512") }));
    assert_eq!(parse("(01)09506000134352x("), Err(Gs1Error::TooLong { identifier: of("01") }).or_else(bad_character));
    assert_eq!(parse(&"9".repeat(9000)), Err(Gs1Error::NotGs1));
}

/// Letters are looked at before the length.
fn bad_character(_: Gs1Error) -> Result<Gs1, Gs1Error> {
    Err(Gs1Error::BadCharacter { identifier: "01".into() })
}

#[test]
fn the_same_value_twice_is_no_contradiction() {
    check("10A\u{1d}10A", "batch A");
}

#[test]
fn two_digits_are_the_nearest_year() {
    let year = |digits: &str| Gs1Date::parse(&format!("{digits}0101"), YEAR).unwrap().last_day().0;
    assert_eq!([year("26"), year("76"), year("77"), year("00"), year("99")], [2026, 2076, 1977, 2000, 1999]);
    assert_eq!(Gs1Date::parse("050101", 2099).unwrap().last_day().0, 2105);
    assert_eq!(Gs1Date::parse("280200", YEAR).unwrap().last_day(), (2028, 2, 29));
}

#[test]
fn dates_survive_json() {
    for text in ["2027-05-31", "2027-05"] {
        let date: Gs1Date = serde_json::from_value(text.into()).unwrap();
        assert_eq!(serde_json::to_value(date).unwrap(), text);
    }
    for text in ["2027", "2027-13", "2027-02-30", "x-01-01", ""] {
        assert!(serde_json::from_value::<Gs1Date>(text.into()).is_err(), "{text}");
    }
}

#[test]
fn a_code_is_believed_only_where_it_says_so() {
    let code = |format, text: &str, is_gs1| FoundCode {
        format,
        text: text.into(),
        shown: text.into(),
        bytes_base64: String::new(),
        is_gs1,
        corners: [[0.0; 2]; 4],
        stage: "picture".into(),
    };
    let gtin = |format, text: &str, is_gs1| code(format, text, is_gs1).gs1(YEAR).and_then(|found| found.gtin);
    let expected = Some("09506000134352".to_owned());
    assert_eq!(gtin(CodeFormat::Ean13, "9506000134352", false), expected);
    assert_eq!(gtin(CodeFormat::Itf, "09506000134352", false), expected);
    assert_eq!(gtin(CodeFormat::DataMatrix, "0109506000134352", true), expected);
    assert_eq!(gtin(CodeFormat::QrCode, "https://id.gs1.org/01/09506000134352", false), expected);
    assert_eq!(gtin(CodeFormat::QrCode, "(01)09506000134352", false), expected);
    assert_eq!(gtin(CodeFormat::QrCode, "0109506000134352", false), None);
    assert_eq!(gtin(CodeFormat::Itf, "095060001343", false), None);
}

#[test]
fn article_numbers_are_known_however_they_are_filled_up() {
    let of = |text: &str, format| gs1_of(text, Some(format), false, 2026).unwrap();
    let ean = of("4006381333931", CodeFormat::Ean13);
    assert_eq!((ean.article(), ean.articles()), (Some("4006381333931"), vec!["04006381333931", "4006381333931"]));
    let upc = of("036000291452", CodeFormat::UpcA);
    assert_eq!(upc.article(), Some("036000291452"));
    assert_eq!(upc.articles(), ["00036000291452", "0036000291452", "036000291452"]);
    let short = of("96385074", CodeFormat::Ean8);
    assert_eq!((short.article(), short.articles().last()), (Some("96385074"), Some(&"96385074")));
    assert_eq!(Gs1::default().articles(), [""; 0]);
}

#[test]
fn a_text_that_was_typed_is_gs1_only_if_something_says_so() {
    let typed = |text: &str| gs1_of(text, None, false, 2026).is_some();
    assert!(typed("]C10104012345678901"));
    assert!(typed("010401234567890110A1\u{1d}21B2"));
    assert!(typed("(01)04012345678901"));
    assert!(!typed("0104012345678901"));
    assert!(!typed("4006381333931"));
}
