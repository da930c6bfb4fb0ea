//! Credentials that are recognised wherever they show, whole or in part.

use std::fmt::Write;
use std::sync::LazyLock;

/// A client secret.
pub const CLIENT_SECRET: &str = "CsHead5K secret \"é+/=%&\\' CsTail5K";
/// A refresh token.
pub const REFRESH_TOKEN: &str = "RfHead5K refresh \"é+/=%&\\' RfTail5K";
/// An access token.
pub const ACCESS_TOKEN: &str = "AcHead5K access \"é+/=%&\\' AcTail5K";
/// A grant token.
pub const GRANT_TOKEN: &str = "GrHead5K grant \"é+/=%&\\' GrTail5K";

/// The letters and digits that each begins and ends with: the same in text, JSON and URLs.
const ENDS: usize = 8;

/// What each of these ends with, as text, in hex and as bytes: most texts have none of it.
const MARKS: [&str; 4] = ["5K", "354b", "354B", "53, 75"];

/// What to look for, and what it is.
static TRACES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let credentials = [CLIENT_SECRET, REFRESH_TOKEN, ACCESS_TOKEN, GRANT_TOKEN];
    let ends = credentials
        .iter()
        .flat_map(|whole| [whole.get(..ENDS), whole.get(whole.len() - ENDS..)]);
    ends.flatten()
        .flat_map(|end| {
            [
                (end.to_owned(), format!("{end} as it is")),
                (hex(end), format!("{end} in hex")),
                (bytes(end), format!("{end} as bytes")),
            ]
        })
        .collect()
});

/// What of one of these credentials shows in a text: as text, as hex digits or as a list of bytes.
pub fn found_in(text: &str) -> Option<&'static str> {
    if !MARKS.iter().any(|mark| text.contains(mark)) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let shows = |trace: &str| text.contains(trace) || lower.contains(trace);
    let found = TRACES.iter().find(|(trace, _)| shows(trace));
    found.map(|(_, what)| what.as_str())
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn bytes(text: &str) -> String {
    let decimals: Vec<String> = text.bytes().map(|byte| byte.to_string()).collect();
    decimals.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_recognised() {
        for secret in [CLIENT_SECRET, REFRESH_TOKEN, ACCESS_TOKEN, GRANT_TOKEN] {
            for text in [
                secret.to_owned(),
                format!("{secret:?}"),
                hex(secret),
                hex(secret).to_uppercase(),
                format!("{:?}", secret.as_bytes()),
                secret.chars().take(ENDS).collect(),
                secret[secret.len() - ENDS..].to_owned(),
            ] {
                assert!(found_in(&text).is_some(), "{text}");
            }
        }
        assert_eq!(found_in("find_token: invalid input: no id"), None);
    }
}
