//! A token as JSON with the ten column names of Zoho's SDKs: the form that is read and written.

use serde_json::{Map, Value};
use zoho_token_store::{OAuthToken, Secret, Timestamp};

/// What stands for a credential that is not shown. Never accepted as one.
pub const REDACTED: &str = "[redacted]";

/// The columns, in the order of Zoho's SDKs.
pub const COLUMNS: [&str; 10] = [
    "id",
    "user_name",
    "client_id",
    "client_secret",
    "refresh_token",
    "access_token",
    "grant_token",
    "expiry_time",
    "redirect_url",
    "api_domain",
];

/// Whether credentials are shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reveal {
    Hidden,
    Shown,
}

/// Reads a token. The error tells what is wrong, never what was read.
///
/// Columns may be absent, null or empty. `expiry_time` is a number of epoch milliseconds, or a string
/// of it. `schema` is passed over, so that the text of a secret can be read; other names are refused,
/// as a misspelt column would be lost.
pub fn parse(text: &str) -> Result<OAuthToken, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("the token is not JSON: see line {line}, column {column}")
    })?;
    from_value(&value)
}

/// As [`parse`], from JSON that was read already.
pub fn from_value(value: &Value) -> Result<OAuthToken, String> {
    let fields = value
        .as_object()
        .ok_or("the token is not a JSON object with the ten columns")?;
    let mut token = OAuthToken::new();
    for (name, value) in fields {
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text.as_str(),
            Value::Number(millis) if name == "expiry_time" => {
                let millis = millis.as_i64().ok_or("expiry_time is out of range")?;
                token = token.with_expires_at(Timestamp::from_millis(millis));
                continue;
            }
            Value::Number(_) if name == "schema" => continue,
            _ => return Err(format!("{} is not a string", quoted(name))),
        };
        if text == REDACTED {
            return Err(format!(
                "{name} is {REDACTED}: show the token with --reveal"
            ));
        }
        token = match name.as_str() {
            _ if text.is_empty() => token,
            "id" => token.with_id(text),
            "user_name" => token.with_user(text),
            "client_id" => token.with_client_id(text),
            "client_secret" => token.with_client_secret(text),
            "refresh_token" => token.with_refresh_token(text),
            "access_token" => token.with_access_token(text),
            "grant_token" => token.with_grant_token(text),
            "expiry_time" => {
                let millis = text.trim().parse();
                let millis = millis.map_err(|_| "expiry_time is no number of milliseconds")?;
                token.with_expires_at(Timestamp::from_millis(millis))
            }
            "redirect_url" => token.with_redirect_url(text),
            "api_domain" => token.with_api_domain(text),
            _ => {
                let columns = COLUMNS.join(", ");
                return Err(format!("{} is none of {columns}", quoted(name)));
            }
        };
    }
    Ok(token)
}

/// A name that may be anything, a misplaced credential included: shown only if it is a plain word.
fn quoted(name: &str) -> String {
    let plain = name.len() <= 24 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if plain {
        format!("`{name}`")
    } else {
        "a name in the token".to_owned()
    }
}

/// The token as JSON: all ten columns, null where unset, `expiry_time` as in the stored record.
pub fn to_value(token: &OAuthToken, reveal: Reveal) -> Value {
    let texts = texts(token, reveal);
    let fields = COLUMNS.iter().zip(texts).map(|(name, text)| {
        let value = text.map_or(Value::Null, Value::String);
        ((*name).to_owned(), value)
    });
    Value::Object(fields.collect::<Map<_, _>>())
}

/// The columns as text, in their order.
pub fn texts(token: &OAuthToken, reveal: Reveal) -> [Option<String>; 10] {
    let secret = |secret: Option<&Secret>| {
        secret.map(|secret| match reveal {
            Reveal::Hidden => REDACTED.to_owned(),
            Reveal::Shown => secret.expose().to_owned(),
        })
    };
    [
        token.id().map(ToString::to_string),
        token.user_name().map(str::to_owned),
        token.client_id().map(str::to_owned),
        secret(token.client_secret()),
        secret(token.refresh_token()),
        secret(token.access_token()),
        secret(token.grant_token()),
        token.expires_at().map(|at| at.to_string()),
        token.redirect_url().map(str::to_owned),
        token.api_domain().map(str::to_owned),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_read_again() {
        let token = OAuthToken::new()
            .with_id("7")
            .with_user("ü \"a\",\r\n")
            .with_client("C", "S")
            .with_refresh_token("R")
            .with_access_token("A")
            .with_grant_token("G")
            .with_expires_at(Timestamp::from_millis(4_102_444_800_000))
            .with_redirect_url("https://r")
            .with_api_domain("https://a");
        for token in [token, OAuthToken::new(), OAuthToken::new().with_user("u")] {
            let shown = to_value(&token, Reveal::Shown).to_string();
            assert_eq!(parse(&shown), Ok(token));
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_and_not_quoted() {
        for (text, fault) in [
            ("", "not JSON: see line 1, column 0"),
            ("{\n\"id\": }", "not JSON: see line 2, column 7"),
            ("[]", "not a JSON object"),
            ("\"canary\"", "not a JSON object"),
            (
                r#"{"refresh-token":"canary"}"#,
                "a name in the token is none of id,",
            ),
            (
                r#"{"canary canary":"x"}"#,
                "a name in the token is none of id,",
            ),
            (r#"{"refresh":"canary"}"#, "`refresh` is none of id,"),
            (
                r#"{"access_token":{"canary":1}}"#,
                "`access_token` is not a string",
            ),
            (r#"{"id":7}"#, "`id` is not a string"),
            (r#"{"expiry_time":"canary"}"#, "no number of milliseconds"),
            (r#"{"expiry_time":1.5}"#, "out of range"),
            (r#"{"access_token":"[redacted]"}"#, "with --reveal"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(fault), "{text}: {error}");
            assert!(!error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn credentials_show_only_on_request() {
        let token = OAuthToken::new()
            .with_client("C", "canary")
            .with_access_token("canary");
        let hidden = to_value(&token, Reveal::Hidden).to_string();
        assert!(!hidden.contains("canary"));
        assert!(
            to_value(&token, Reveal::Shown)
                .to_string()
                .contains("canary")
        );
        assert!(parse(&hidden).is_err());
    }

    #[test]
    fn both_forms_of_the_expiry_and_the_schema_are_read() {
        let at = OAuthToken::new().with_expires_at(Timestamp::from_millis(5));
        for text in [
            r#"{"schema":1,"expiry_time":"5"}"#,
            r#"{"expiry_time":5,"id":"","user_name":null}"#,
        ] {
            assert_eq!(parse(text), Ok(at.clone()), "{text}");
        }
    }
}
