//! A folder of pictures with their texts beside them.

use std::io::{Error, Result};
use std::path::{Path, PathBuf};

/// What a picture is known to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// These payloads, once or more often.
    Codes(Vec<Vec<u8>>),
    /// There is no code.
    Nothing,
    /// Nothing is known about it.
    Unknown,
}

/// One picture to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The folder that it lies in, by name.
    pub folder: String,
    /// Its path below the folder that is scored.
    pub file: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// What it is known to say.
    pub expected: Expected,
}

impl Case {
    /// 0 or 1, by a hash of the path below the folder: one half to work with, the other to see whether it helped.
    #[must_use]
    pub fn half(&self) -> u8 {
        // FNV-1a; its upper half is the better mixed one.
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        let hash = self.file.bytes().fold(0xCBF2_9CE4_8422_2325, step);
        u8::from((hash >> 32) & 1 == 1)
    }
}

const PICTURES: [&str; 6] = ["png", "jpg", "jpeg", "webp", "bmp", "gif"];

/// The pictures of a folder and those below it, in order of their names. Beside `NAME.png` lies `NAME.txt` with the one
/// text, `NAME.bin` with the one payload, or `NAME.codes.txt` with one text a line; an empty one says that there is no
/// code, and so does a folder whose name begins with `falsepositives`.
///
/// # Errors
/// When a folder cannot be listed.
pub fn cases(root: &Path) -> Result<impl Iterator<Item = Result<Case>>> {
    let mut paths = Vec::new();
    collect(root, &mut paths)?;
    let root = root.to_owned();
    Ok(paths.into_iter().map(move |path| case(&root, &path)))
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    let told = |error: Error| Error::new(error.kind(), format!("{}: {error}", folder.display()));
    let mut entries = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>>>).map_err(told)?;
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_lowercase);
        if entry.file_type().map_err(told)?.is_dir() {
            collect(&path, paths)?;
        } else if extension.is_some_and(|extension| PICTURES.contains(&extension.as_str())) {
            paths.push(path);
        }
    }
    Ok(())
}

fn case(root: &Path, path: &Path) -> Result<Case> {
    let bytes = std::fs::read(path)?;
    let folder = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let folder = folder.unwrap_or_default();
    let file = path.strip_prefix(root).unwrap_or(path).display().to_string();
    let expected = if folder.starts_with("falsepositives") { Expected::Nothing } else { expected(path)? };
    Ok(Case { folder, file, bytes, expected })
}

fn expected(path: &Path) -> Result<Expected> {
    let beside = |extension: &str| match std::fs::read(path.with_extension(extension)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some),
    };
    if let Some(list) = beside("codes.txt")? {
        let lines = list.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
        return Ok(some_or_nothing(lines.filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()));
    }
    let one = match beside("bin")? {
        Some(bytes) => Some(bytes),
        None => beside("txt")?,
    };
    Ok(one.map_or(Expected::Unknown, |bytes| some_or_nothing(if bytes.is_empty() { Vec::new() } else { vec![bytes] })))
}

fn some_or_nothing(codes: Vec<Vec<u8>>) -> Expected {
    if codes.is_empty() { Expected::Nothing } else { Expected::Codes(codes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sidecars_say_one_text_one_payload_many_texts_nothing_or_are_missing() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
        for name in ["a.png", "b.JPG", "c.webp", "d.png", "e.png", "notes.md"] {
            write(name, b"picture");
        }
        write("a.txt", b"text");
        write("b.bin", &[0, 255]);
        write("c.codes.txt", b"one\ntwo\r\n");
        write("d.txt", b"");
        std::fs::create_dir(folder.path().join("falsepositives-1")).unwrap();
        write("falsepositives-1/f.png", b"picture");
        let found: Vec<_> = cases(folder.path()).unwrap().map(|case| case.unwrap()).collect();
        let expected: Vec<_> = found.iter().map(|case| case.expected.clone()).collect();
        let codes = |codes: &[&[u8]]| Expected::Codes(codes.iter().map(|code| code.to_vec()).collect());
        assert_eq!(
            expected,
            [
                codes(&[b"text"]),
                codes(&[&[0, 255]]),
                codes(&[b"one", b"two"]),
                Expected::Nothing,
                Expected::Unknown,
                Expected::Nothing
            ]
        );
        assert_eq!(found[5].folder, "falsepositives-1");
    }
}
