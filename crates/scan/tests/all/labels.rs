//! Labels are read back by our own reader, and their limits are kept.

use crate::draw::{patient, texts};
use outpost_scan::{
    Label, LabelError, LabelFile, LabelOutput, LabelSheet, Paper, Reading, draw_labels, labels_from_csv, read_picture,
};
use std::process::Command;

fn label(number: usize) -> Label {
    Label {
        code: format!("P-{number:06}"),
        title: format!("Door seal 门密封条 {number}"),
        detail: "Shelf A-3 · 上海仓库".into(),
    }
}

fn draw(count: usize, paper: Paper, output: LabelOutput) -> Result<LabelFile, LabelError> {
    draw_labels(&LabelSheet { labels: (1..=count).map(label).collect(), paper, output })
}

#[track_caller]
fn check(reading: &Reading, count: usize) {
    let codes: Vec<String> = (1..=count).map(|number| label(number).code).collect();
    assert_eq!(texts(reading), codes);
}

#[test]
fn a_picture_of_labels_is_read_back() {
    for (paper, count) in [(Paper::A4Of24, 1), (Paper::A4Of24, 24), (Paper::A4Of65, 65), (Paper::Roll62, 1)] {
        let file = draw(count, paper, LabelOutput::Png).unwrap();
        assert_eq!((file.media_type, file.extension), ("image/png", "png"));
        check(&read_picture(&file.bytes, &patient()).unwrap(), count);
    }
}

#[test]
fn a_single_label_is_drawn_without_its_sheet_at_300_dots_an_inch() {
    let file = draw(1, Paper::A4Of24, LabelOutput::Png).unwrap();
    let picture = image::load_from_memory(&file.bytes).unwrap();
    assert_eq!((picture.width(), picture.height()), (827, 437));
    // pHYs: 11811 dots a metre.
    assert!(file.bytes.windows(12).any(|bytes| bytes == b"pHYs\0\0\x2e\x23\0\0\x2e\x23"));
}

#[test]
fn a_pdf_holds_every_label_and_little_of_the_fonts() {
    let file = draw(65, Paper::A4Of24, LabelOutput::Pdf).unwrap();
    assert!(file.bytes.starts_with(b"%PDF-") && file.bytes.len() < 500_000, "{} bytes", file.bytes.len());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labels.pdf");
    std::fs::write(&path, &file.bytes).unwrap();
    let rendered = Command::new("pdftoppm")
        .args(["-r", "300", "-gray", "-png"])
        .arg(&path)
        .arg(folder.path().join("page"))
        .status();
    let Ok(status) = rendered else {
        eprintln!("pdftoppm is not installed: the PDF was made but not looked at");
        return;
    };
    assert!(status.success());
    let mut codes = Vec::new();
    for page in 1..=3 {
        let bytes = std::fs::read(folder.path().join(format!("page-{page}.png"))).unwrap();
        let reading = read_picture(&bytes, &patient()).unwrap();
        codes.extend(reading.codes.into_iter().map(|code| code.text));
    }
    codes.sort();
    assert_eq!(codes, (1..=65).map(|number| label(number).code).collect::<Vec<_>>());
    let text = Command::new("pdftotext").arg(&path).arg("-").output().unwrap().stdout;
    assert!(String::from_utf8(text).unwrap().contains("仓库"), "letters are text and can be searched");
}

#[test]
fn an_svg_needs_no_font() {
    let file = draw(65, Paper::A4Of65, LabelOutput::Svg).unwrap();
    let svg = String::from_utf8(file.bytes).unwrap();
    assert!(svg.len() < 500_000 && svg.starts_with("<svg ") && !svg.contains("<text"));
    assert_eq!(svg.matches("evenodd").count(), 65);
}

/// The dots that a printer would print: each label of a ZPL file, dark on white.
fn printed(zpl: &str) -> Vec<image::GrayImage> {
    let after = |text: &str, mark: &str| text.split(mark).nth(1).unwrap().to_owned();
    let number = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<u32>().unwrap();
    let label = |text: &str| {
        let (width, height) = (number(&after(text, "^PW")), number(&after(text, "^LL")));
        let graphic = after(text, "^GFA,");
        let mut parts = graphic.splitn(4, ',');
        let across = number(parts.nth(2).unwrap()) as usize;
        let digits = parts.next().unwrap().split("^FS").next().unwrap();
        let mut rows: Vec<String> = Vec::new();
        let (mut row, mut times) = (String::new(), 0);
        for letter in digits.chars() {
            match letter {
                'G'..='Y' => times += letter as usize - 'G' as usize + 1,
                'g'..='z' => times += 20 * (letter as usize - 'g' as usize + 1),
                ',' => row.push_str(&"0".repeat(2 * across - row.len())),
                ':' => row = rows.last().unwrap().clone(),
                digit => {
                    row.push_str(&String::from(digit).repeat(times.max(1)));
                    times = 0;
                }
            }
            if row.len() == 2 * across {
                rows.push(std::mem::take(&mut row));
            }
        }
        assert_eq!((rows.len(), row.len()), (height as usize, 0));
        image::GrayImage::from_fn(width, height, |x, y| {
            let digit = rows[y as usize].as_bytes()[x as usize / 4];
            let bits = char::from(digit).to_digit(16).unwrap();
            image::Luma([if bits >> (3 - x % 4) & 1 == 1 { 0 } else { 255 }])
        })
    };
    zpl.split_inclusive("^XZ").filter(|text| text.contains("^XA")).map(label).collect()
}

#[test]
fn what_a_label_printer_is_sent_reads_back() {
    for (output, dots) in [(LabelOutput::Zpl, [496, 232]), (LabelOutput::Zpl300, [732, 343])] {
        let file = draw(3, Paper::Roll62, output).unwrap();
        assert_eq!((file.media_type, file.extension), ("application/zpl", "zpl"));
        let labels = printed(std::str::from_utf8(&file.bytes).unwrap());
        assert_eq!(labels.len(), 3);
        for (number, picture) in (1..).zip(&labels) {
            assert_eq!([picture.width(), picture.height()], dots);
            let reading = crate::draw::read(picture);
            assert_eq!(texts(&reading), [label(number).code], "{output:?}");
        }
    }
    // Labels of a sheet come one by one as well.
    let small = draw(30, Paper::A4Of65, LabelOutput::Zpl).unwrap();
    assert_eq!(printed(std::str::from_utf8(&small.bytes).unwrap()).len(), 30);
    assert!(small.bytes.len() < 30 * 8_000, "{} bytes", small.bytes.len());
}

#[test]
fn long_texts_are_cut_and_odd_ones_do_no_harm() {
    let odd = ["", " ", "\u{0}\n\t\u{202E}", "(((((((((((((((((((((((((((((((((((((((((((((((((((", "a b c", "门"];
    let long = "非常长的名称 with words ".repeat(300);
    for title in odd.into_iter().chain([long.as_str()]) {
        for paper in [Paper::A4Of24, Paper::A4Of65, Paper::Roll62] {
            let label = Label { code: "P-1".into(), title: title.into(), detail: title.into() };
            let sheet = LabelSheet { labels: vec![label], paper, output: LabelOutput::Png };
            let file = draw_labels(&sheet).unwrap();
            assert_eq!(texts(&read_picture(&file.bytes, &patient()).unwrap()), ["P-1"]);
        }
    }
}

#[test]
fn limits_are_said_plainly() {
    assert_eq!(draw(0, Paper::A4Of24, LabelOutput::Pdf), Err(LabelError::NoLabels));
    assert_eq!(draw(2001, Paper::A4Of24, LabelOutput::Pdf), Err(LabelError::TooMany { count: 2001, most: 2000 }));
    assert_eq!(draw(25, Paper::A4Of24, LabelOutput::Png), Err(LabelError::ManyPages { pages: 2 }));
    assert_eq!(draw(2, Paper::Roll62, LabelOutput::Svg), Err(LabelError::ManyPages { pages: 2 }));
    let one = |code: &str, title: &str| {
        let label = Label { code: code.into(), title: title.into(), detail: String::new() };
        draw_labels(&LabelSheet { labels: vec![label], ..LabelSheet::default() })
    };
    assert_eq!(one("", "Seal"), Err(LabelError::EmptyCode { number: 1 }));
    assert_eq!(one(&"x".repeat(3000), "Seal"), Err(LabelError::CodeTooLong { number: 1 }));
    let error = one("P-1", "\u{10FFFD}").unwrap_err();
    assert_eq!(error, LabelError::NoFont { character: '\u{10FFFD}' });
    assert!(error.to_string().contains("U+10FFFD"));
}

#[test]
fn the_most_labels_fit_into_a_file_of_reason() {
    let file = draw(2000, Paper::A4Of65, LabelOutput::Pdf).unwrap();
    assert!(file.bytes.len() < 31 * 500_000, "{} bytes", file.bytes.len());
}

#[test]
fn a_table_of_labels() {
    let table = "\u{FEFF}title,code,detail\r\n\"Seal, large\",P-1,A-3\r\n\"门\"\"密封\"\"\",P-2,\r\n";
    let labels = labels_from_csv(table.as_bytes()).unwrap();
    let of =
        |code: &str, title: &str, detail: &str| Label { code: code.into(), title: title.into(), detail: detail.into() };
    assert_eq!(labels, [of("P-1", "Seal, large", "A-3"), of("P-2", "门\"密封\"", "")]);
    assert_eq!(labels_from_csv(b"code,title\nP-1,Seal\n").unwrap(), [of("P-1", "Seal", "")]);
    for bad in [b"".as_slice(), b"a,b\n1,2\n", b"code,title\n1,2,3\n", b"code,title\n\xff\xfe,x\n"] {
        assert!(matches!(labels_from_csv(bad), Err(LabelError::BadList { .. })));
    }
    let long = format!("code,title\n{}", "x,y\n".repeat(2001));
    assert!(matches!(labels_from_csv(long.as_bytes()), Err(LabelError::BadList { .. })));
}
