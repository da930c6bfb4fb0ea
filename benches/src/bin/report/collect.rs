//! Figures from the files of a run.

use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use serde_json::Value;
use zoho_token_store_benches::figures::Figure;

/// What criterion tells, and every line of every `*.jsonl` file.
pub fn figures(directory: &Path) -> Result<Vec<Figure>, Box<dyn Error>> {
    let mut figures = Vec::new();
    criterion(&directory.join("criterion"), &mut figures)?;
    figures.sort_by(|a, b| (a.tokens, &a.what).cmp(&(b.tokens, &b.what)));
    let mut paths: Vec<_> = fs::read_dir(directory)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.sort();
    for path in paths
        .iter()
        .filter(|path| path.extension() == Some(OsStr::new("jsonl")))
    {
        for line in fs::read_to_string(path)?.lines() {
            figures.push(serde_json::from_str(line)?);
        }
    }
    Ok(figures)
}

/// Criterion keeps each result beside what it was called.
fn criterion(directory: &Path, figures: &mut Vec<Figure>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.file_name() == Some(OsStr::new("new")) {
            let name: Value = serde_json::from_slice(&fs::read(path.join("benchmark.json"))?)?;
            let times: Value = serde_json::from_slice(&fs::read(path.join("estimates.json"))?)?;
            let text = |field: &str| name[field].as_str().ok_or("not as criterion writes it");
            let median = times["median"]["point_estimate"].as_f64();
            let (what, who) = (text("group_id")?, text("function_id")?);
            let (tokens, value) = (text("value_str")?.parse()?, median.ok_or("no median")?);
            figures.push(Figure::new(what, who, tokens, "ns", value));
        } else if path.is_dir() {
            criterion(&path, figures)?;
        }
    }
    Ok(())
}
