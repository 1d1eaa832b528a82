//! ZPL, the language of label printers: each label as one picture in the printer's own dots, so that Chinese letters and the
//! code come out alike on every printer, whatever fonts it has.

use super::layout::Geometry;
use super::png::Pixels;
use std::fmt::Write as _;

/// Darker than this is printed: printers know no grey.
const DARK: u8 = 128;

/// Adds one label: its width and length, and its picture.
pub(super) fn add(zpl: &mut String, geometry: &Geometry, pixels: &Pixels) {
    let [width, height] = geometry.page_dots();
    let across = width.div_ceil(8);
    let bytes = across * height;
    // Writing to a string cannot fail.
    let _ = write!(zpl, "^XA^LH0,0^PW{width}^LL{height}^FO0,0^GFA,{bytes},{bytes},{across},");
    let mut before = String::new();
    for row in pixels.rows() {
        let row = digits(row);
        if row == before {
            zpl.push(':')
        } else {
            shorten(zpl, &row)
        }
        before = row;
    }
    zpl.push_str("^FS^XZ\n");
}

/// A row of dots as hexadecimal digits, filled up with white to whole bytes.
fn digits(row: &[u8]) -> String {
    let mut digits = String::with_capacity(row.len() / 4 + 2);
    for eight in row.chunks(8) {
        let byte = eight.iter().enumerate().fold(0_u8, |byte, (at, grey)| byte | u8::from(*grey < DARK) << (7 - at));
        let _ = write!(digits, "{byte:02X}");
    }
    digits
}

/// The row with its repeats counted: a comma for white to its end, G to Y for 1 to 19 times, g to z for 20 to 400 times.
fn shorten(zpl: &mut String, row: &str) {
    let inked = row.trim_end_matches('0');
    let mut rest = inked;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|other| other != first).unwrap_or(rest.len());
        repeat(zpl, end);
        zpl.push(first);
        rest = &rest[end..];
    }
    if inked.len() < row.len() {
        zpl.push(',');
    }
}

/// Says how often the next digit stands there; once needs no saying.
fn repeat(zpl: &mut String, mut times: usize) {
    let letter = |first: u8, times: usize| char::from(first + u8::try_from(times - 1).unwrap_or(0));
    if times == 1 {
        return;
    }
    while times > 0 {
        let twenties = (times / 20).min(20);
        if twenties > 0 {
            zpl.push(letter(b'g', twenties));
            times -= twenties * 20;
        } else {
            zpl.push(letter(b'G', times));
            times = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(row: &str) -> String {
        let mut zpl = String::new();
        shorten(&mut zpl, row);
        zpl
    }

    #[test]
    fn repeats_are_counted_as_printers_understand_them() {
        assert_eq!(short("0000"), ",");
        assert_eq!(short("FF00"), "HF,");
        assert_eq!(short("A1B2"), "A1B2");
        assert_eq!(short(&"F".repeat(20)), "gF");
        assert_eq!(short(&"F".repeat(45)), "hKF");
        assert_eq!(short(&"0".repeat(30).replace("00", "0F")), "0F".repeat(15));
        assert_eq!(short(&format!("{}1", "0".repeat(821))), "zzgG01");
    }

    #[test]
    fn dark_dots_are_bits_and_the_last_byte_is_filled_up() {
        assert_eq!(digits(&[0, 255, 0, 255, 0, 255, 0, 255, 0, 127, 128]), "AAC0");
    }
}
