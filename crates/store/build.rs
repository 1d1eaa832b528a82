//! Lists the migrations as they lie in their folders, so that a new one is named nowhere else.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let home = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let migrations = Path::new(&home).join("../../migrations");
    let mut listed = String::new();
    for folder in ["records", "replica", "headquarters"] {
        let lies = migrations.join(folder);
        println!("cargo::rerun-if-changed={}", lies.display());
        let files: io::Result<Vec<_>> = fs::read_dir(&lies)?.map(|entry| Ok(entry?.path())).collect();
        let mut files: Vec<_> =
            files?.into_iter().filter(|file| file.extension().is_some_and(|it| it == "sql")).collect();
        files.sort();
        writeln!(listed, "const {}: &[Migration] = &[", folder.to_uppercase()).map_err(io::Error::other)?;
        for file in files {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let only = match Path::new(&stem).extension().and_then(|engine| engine.to_str()) {
                Some("sqlite") => "Some(Dialect::Sqlite)",
                Some("postgres") => "Some(Dialect::Postgres)",
                _ => "None",
            };
            let name = format!("{folder}/{stem}");
            writeln!(listed, "    ({name:?}, {only}, include_str!({:?})),", file.display())
                .map_err(io::Error::other)?;
        }
        listed.push_str("];\n");
    }
    fs::write(Path::new(&out).join("migrations.rs"), listed)
}
