//! Credentials that are recognised in any disguise, whole or in part.

use std::fmt::Write;

use zoho_token_store::{OAuthToken, Timestamp};

/// The credentials. Each begins and ends with eight letters and digits that occur nowhere else; what
/// is between them is there to be escaped.
pub struct Bird;

impl Bird {
    pub const SECRET: &'static str = "CsHead7Q secret \"é+/=%&\\' CsTail7Q";
    pub const REFRESH: &'static str = "RfHead7Q refresh \"é+/=%&\\' RfTail7Q";
    pub const ACCESS: &'static str = "AcHead7Q access \"é+/=%&\\' AcTail7Q";
    pub const GRANT: &'static str = "GrHead7Q grant \"é+/=%&\\' GrTail7Q";
    const ALL: [&'static str; 4] = [Self::SECRET, Self::REFRESH, Self::ACCESS, Self::GRANT];

    /// A token of no user with all four credentials.
    pub fn token() -> OAuthToken {
        OAuthToken::new()
            .with_client("client", Self::SECRET)
            .with_refresh_token(Self::REFRESH)
            .with_access_token(Self::ACCESS)
            .with_grant_token(Self::GRANT)
            .with_expires_at(Timestamp::from_millis(4_102_444_800_000))
    }

    /// What of a credential shows in a text, and in which disguise.
    pub fn found_in(text: &str) -> Option<String> {
        let ends = Self::ALL
            .iter()
            .flat_map(|whole| [whole.get(..8), whole.get(whole.len() - 8..)])
            .flatten();
        for end in ends {
            // Letters and digits are the same raw, in JSON, in URLs and in Debug.
            let disguises = [
                ("as it is", end.to_owned()),
                ("in hex", hex(end)),
                ("as bytes", bytes(end)),
            ];
            let in_base64 = (0..3).flat_map(|shift| {
                let inner = base64_within(end, shift);
                let url = inner.replace('+', "-").replace('/', "_");
                [("in base64", inner), ("in URL-safe base64", url)]
            });
            let lower = text.to_ascii_lowercase();
            for (disguise, needle) in disguises.into_iter().chain(in_base64) {
                let found =
                    text.contains(&needle) || (disguise == "in hex" && lower.contains(&needle));
                if found {
                    return Some(format!("{end} {disguise}"));
                }
            }
        }
        None
    }
}

/// A credential in the disguises that it must be recognised in.
pub fn disguises(secret: &str) -> Vec<(&'static str, String)> {
    let url = secret.bytes().fold(String::new(), |url, byte| match byte {
        b if b.is_ascii_alphanumeric() => url + char::from(b).encode_utf8(&mut [0]),
        b => format!("{url}%{b:02X}"),
    });
    let shifted = |n: usize| base64(format!("{}{secret}", &"{\"a"[..n]).as_bytes());
    vec![
        ("text", secret.to_owned()),
        ("Debug", format!("{secret:?}")),
        ("JSON", serde_json::Value::from(secret).to_string()),
        ("URL encoding", url),
        ("hex", hex(secret)),
        ("upper-case hex", hex(secret).to_uppercase()),
        ("bytes in Debug", format!("{:?}", secret.as_bytes())),
        ("base64", shifted(0)),
        ("base64 after one byte", shifted(1)),
        ("base64 after two bytes", shifted(2)),
        (
            "URL-safe base64",
            shifted(0).replace('+', "-").replace('/', "_"),
        ),
        ("its beginning", secret.chars().take(8).collect()),
        ("its end", secret[secret.len() - 8..].to_owned()),
    ]
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

/// The part of a longer text's base64 that this text alone decides, `shift` bytes into a group.
fn base64_within(text: &str, shift: usize) -> String {
    let padded = [&vec![0; shift], text.as_bytes()].concat();
    let (first, last) = ((shift * 8).div_ceil(6), padded.len() * 8 / 6);
    base64(&padded)[first..last].to_owned()
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, n| {
            bits << 8 | u32::from(*group.get(n).unwrap_or(&0))
        });
        for n in 0..=group.len() {
            let digit = bits >> (18 - 6 * n) & 63;
            text.push(char::from(ALPHABET[digit as usize]));
        }
    }
    text
}
