//! Documents whose end is written by a test. `ZTOK_BLESS=1` writes it anew.

use std::fs;
use std::path::Path;

use libtest_mimic::Failed;

/// What follows the line that names the test is `generated`; what stands before it is written by hand.
pub fn is_current(document: &str, test: &str, generated: &str) -> Result<(), Failed> {
    let mark = format!("<!-- What follows is written by the test `{test}`. -->\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
    let written = fs::read_to_string(&path)?;
    let (by_hand, _) = written
        .split_once(&mark)
        .ok_or_else(|| format!("{document} has lost its mark"))?;
    let whole = format!("{by_hand}{mark}{generated}");
    if whole == written {
        return Ok(());
    }
    if std::env::var_os("ZTOK_BLESS").is_some_and(|value| value == "1") {
        return Ok(fs::write(path, whole)?);
    }
    Err(format!("{document} is out of date; ZTOK_BLESS=1 writes it anew").into())
}
