//! The places of a document that a run fills.

/// Tables by name: the figures with one of these units.
pub const SECTIONS: [(&str, &[&str]); 5] = [
    ("hits", &["ns", "instructions"]),
    ("memory", &["allocations", "bytes"]),
    ("calls", &["calls"]),
    ("time", &["virtual ms"]),
    ("start", &["ms", "MB", "MiB", "crates"]),
];

/// The text with each section between its marks, `<!-- begin NAME -->` and `<!-- end NAME -->`.
pub fn filled(text: &str, sections: &[(&str, String)]) -> Result<String, String> {
    let mut text = text.to_owned();
    for (name, content) in sections {
        let (begin, end) = (
            format!("<!-- begin {name} -->\n"),
            format!("<!-- end {name} -->"),
        );
        let missing = || format!("the document has no place for {name}");
        let from = text.find(&begin).ok_or_else(missing)? + begin.len();
        let to = from + text[from..].find(&end).ok_or_else(missing)?;
        text.replace_range(from..to, content);
    }
    Ok(text)
}
