//! Tokens as JSON with the ten column names: one array, or one object after the other.

use serde_json::{Deserializer, Value};
use zoho_token_store::OAuthToken;

use super::{Contents, Place};
use crate::columns::{Reveal, from_value, to_value};

/// Reads an array of tokens, or tokens one after the other, a line each or not.
///
/// Text that is not JSON ends the reading: what comes after it cannot be told apart.
pub fn parse(text: &str) -> Contents {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut contents = Contents::default();
    let mut number = 0;
    let mut take = |contents: &mut Contents, token| {
        number += 1;
        contents.push(Place::Row(number), token);
    };
    for value in Deserializer::from_str(text).into_iter::<Value>() {
        match value {
            Ok(Value::Array(values)) => {
                for value in &values {
                    take(&mut contents, from_value(value));
                }
            }
            Ok(value) => take(&mut contents, from_value(&value)),
            Err(error) => {
                let (line, column) = (error.line(), error.column());
                let fault = format!("no JSON: see line {line}, column {column}");
                take(&mut contents, Err(fault));
            }
        }
    }
    contents
}

/// Writes an array of tokens.
pub fn write(tokens: &[OAuthToken]) -> Vec<u8> {
    let tokens = tokens.iter().map(|token| to_value(token, Reveal::Shown));
    format!("{:#}\n", Value::Array(tokens.collect())).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_and_lines() {
        for (text, ids, faults) in [
            ("", vec![], 0),
            ("[]", vec![], 0),
            (r#"[{"id":"1"},{"id":"2"}]"#, vec!["1", "2"], 0),
            ("{\"id\":\"1\"}\n{\"id\":\"2\"}\n", vec!["1", "2"], 0),
            (r#"{"id":"1"}"#, vec!["1"], 0),
            ("\u{feff}[{\"id\":\"1\"}]", vec!["1"], 0),
            (r#"[{"id":"1"},{"id":2},7]"#, vec!["1"], 2),
            ("{\"id\":\"1\"}\n{\"id\":\n", vec!["1"], 1),
        ] {
            let contents = parse(text);
            let read: Vec<_> = contents
                .rows
                .iter()
                .filter_map(|row| row.token.id())
                .collect();
            assert_eq!(
                read.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
                ids,
                "{text}"
            );
            assert_eq!(contents.faults.len(), faults, "{text}: {contents:?}");
        }
    }

    #[test]
    fn what_is_written_can_be_read_again() {
        let tokens = [OAuthToken::new()
            .with_id("1")
            .with_user("ü,\"")
            .with_access_token("A")];
        let text = String::from_utf8(write(&tokens)).unwrap();
        assert_eq!(parse(&text).rows[0].token, tokens[0]);
    }
}
