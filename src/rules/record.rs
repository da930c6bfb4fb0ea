//! The stored form of a token: one JSON object with the column names of Zoho's SDKs.

use std::sync::Arc;

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::{Error, ErrorKind, OAuthToken, Secret, Timestamp, TokenId, UserSignature};

/// The version of the record's layout.
const SCHEMA: u64 = 1;
/// The most that one secret holds, in bytes.
pub(crate) const MAX_SECRET_BYTES: usize = 65_536;

/// What a deletion leaves as the value of a secret that can be restored: so that restoring it to write
/// a new record does not bring the deleted one back for a moment, or for good if the writer dies.
pub(crate) const GRAVE: &str = r#"{"schema":1,"deleted":true}"#;

/// A stored token with the fields that this version does not know, which a rewrite keeps.
#[derive(Clone)]
pub(crate) struct Record {
    pub(crate) token: Arc<OAuthToken>,
    unknown: Map<String, Value>,
}

impl Record {
    /// A record of fields that are all known.
    pub(crate) fn new(token: OAuthToken) -> Self {
        Self {
            token: Arc::new(token),
            unknown: Map::new(),
        }
    }

    /// The same record with another token in it.
    pub(crate) fn with_token(&self, token: OAuthToken) -> Self {
        Self {
            token: Arc::new(token),
            unknown: self.unknown.clone(),
        }
    }

    /// Reads the record kept under `id`. The error tells what is wrong, never what is written there.
    pub(crate) fn decode(text: &str, id: &TokenId) -> Result<Self, Error> {
        let corrupt = |fault: &str| Error::new(ErrorKind::Corrupt, fault);
        let value: Value =
            serde_json::from_str(text).map_err(|_| corrupt("the value is not JSON"))?;
        let Value::Object(mut fields) = value else {
            return Err(corrupt("the value is not a JSON object"));
        };
        match fields.shift_remove("schema") {
            Some(schema) if schema == SCHEMA => {}
            Some(_) => return Err(corrupt("the record's schema is unknown")),
            None => return Err(corrupt("the record names no schema")),
        }
        let mut take = |name: &str| match fields.shift_remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
            Some(_) => Err(corrupt(&format!("the field {name} is not a string"))),
        };
        if take("id")?.as_deref() != Some(id.as_str()) {
            return Err(corrupt("the record's id is not that of the secret's name"));
        }
        let token = OAuthToken {
            id: Some(id.clone()),
            user_signature: take("user_name")?.map(UserSignature::new),
            client_id: take("client_id")?.map(Into::into),
            client_secret: take("client_secret")?.map(Secret::from),
            refresh_token: take("refresh_token")?.map(Secret::from),
            access_token: take("access_token")?.map(Secret::from),
            grant_token: take("grant_token")?.map(Secret::from),
            expires_at: take("expiry_time")?.map(|text| Timestamp::from_expiry_text(&text)),
            redirect_url: take("redirect_url")?.map(Into::into),
            api_domain: take("api_domain")?.map(Into::into),
        };
        Ok(Self {
            token: Arc::new(token),
            unknown: fields,
        })
    }

    /// The JSON text: equal records give equal bytes. `TooLarge` if a secret cannot hold it.
    pub(crate) fn encode(&self) -> Result<Zeroizing<String>, Error> {
        let token = &self.token;
        let expiry = token.expires_at.map(|at| at.to_string());
        let secret = |secret: &'_ Option<Secret>| secret.as_ref().map(|s| s.expose().to_owned());
        let columns: [(&str, Option<String>); 10] = [
            ("id", token.id.as_ref().map(TokenId::to_string)),
            ("user_name", token.user_name().map(str::to_owned)),
            ("client_id", token.client_id().map(str::to_owned)),
            ("client_secret", secret(&token.client_secret)),
            ("refresh_token", secret(&token.refresh_token)),
            ("access_token", secret(&token.access_token)),
            ("grant_token", secret(&token.grant_token)),
            ("expiry_time", expiry),
            ("redirect_url", token.redirect_url().map(str::to_owned)),
            ("api_domain", token.api_domain().map(str::to_owned)),
        ];
        let mut fields = Map::new();
        fields.insert("schema".into(), SCHEMA.into());
        for (name, text) in columns {
            if let Some(text) = text {
                fields.insert(name.into(), Value::String(text));
            }
        }
        fields.extend(self.unknown.clone());
        let text = Zeroizing::new(Value::Object(fields).to_string());
        if text.len() > MAX_SECRET_BYTES {
            let message = format!(
                "the record has {} bytes; a secret holds at most {MAX_SECRET_BYTES}",
                text.len()
            );
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_keeps_the_ten_columns_and_unknown_fields() {
        let text = r#"{"schema":1,"id":"7","user_name":"ü \"a\",\r\n","client_id":"C","client_secret":"S","refresh_token":"R","access_token":"A","grant_token":"G","expiry_time":"4102444800000","redirect_url":"https://r","api_domain":"https://a","scope":["x"],"note":null}"#;
        let record = Record::decode(text, &"7".into()).unwrap();
        assert_eq!(record.token.user_name(), Some("ü \"a\",\r\n"));
        assert_eq!(
            record.token.expires_at(),
            Some(Timestamp::from_millis(4_102_444_800_000))
        );
        assert_eq!(*record.encode().unwrap(), text);
    }

    #[test]
    fn what_cannot_be_read_is_corrupt_and_not_quoted() {
        for (text, fault) in [
            ("", "not JSON"),
            ("{\"schema\":1,", "not JSON"),
            ("[1]", "not a JSON object"),
            (r#"{"id":"7"}"#, "names no schema"),
            (r#"{"schema":2,"id":"7"}"#, "schema is unknown"),
            (r#"{"schema":"1","id":"7"}"#, "schema is unknown"),
            (r#"{"schema":1,"id":"8"}"#, "not that of the secret's name"),
            (r#"{"schema":1}"#, "not that of the secret's name"),
            (
                r#"{"schema":1,"id":"7","access_token":{"canary":1}}"#,
                "access_token is not a string",
            ),
            (
                r#"{"schema":1,"id":"7","expiry_time":5}"#,
                "expiry_time is not a string",
            ),
        ] {
            let error = Record::decode(text, &"7".into()).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Corrupt);
            assert!(error.to_string().contains(fault), "{text}: {error}");
            assert!(!format!("{error:?}").contains("canary"));
        }
    }

    #[test]
    fn empty_is_absent_and_an_unreadable_expiry_is_expired() {
        let text =
            r#"{"schema":1,"id":"7","user_name":"","refresh_token":null,"expiry_time":"soon"}"#;
        let token = Record::decode(text, &"7".into()).unwrap().token;
        assert_eq!(token.user_name(), None);
        assert_eq!(token.refresh_token(), None);
        assert!(token.is_expired(Timestamp::from_millis(1)));
    }

    #[test]
    fn the_size_limit_is_that_of_a_secret() {
        let sized = |length| {
            Record::new(
                OAuthToken::new()
                    .with_id("7")
                    .with_access_token("x".repeat(length)),
            )
        };
        let overhead = sized(1).encode().unwrap().len() - 1;
        assert!(sized(MAX_SECRET_BYTES - overhead).encode().is_ok());
        let error = sized(MAX_SECRET_BYTES - overhead + 1).encode().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge);
    }
}
