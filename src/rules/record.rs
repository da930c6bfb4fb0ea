//! The stored form of a token: one JSON object with the column names of Zoho's SDKs.

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::Value;
use zeroize::Zeroizing;

use super::wiped::{WipedFields, wipe};
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
    unknown: WipedFields,
}

impl Record {
    /// A record of fields that are all known.
    pub(crate) fn new(token: OAuthToken) -> Self {
        Self {
            token: Arc::new(token),
            unknown: WipedFields::default(),
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
        let mut fields = match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => WipedFields::new(fields),
            Ok(mut other) => {
                wipe(&mut other);
                return Err(corrupt("the value is not a JSON object"));
            }
            Err(_) => return Err(corrupt("the value is not JSON")),
        };
        match fields.shift_remove("schema") {
            Some(schema) if schema == SCHEMA => {}
            Some(_) => return Err(corrupt("the record's schema is unknown")),
            None => return Err(corrupt("the record names no schema")),
        }
        let mut take = |name: &str| match fields.shift_remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
            Some(mut other) => {
                wipe(&mut other);
                Err(corrupt(&format!("the field {name} is not a string")))
            }
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
            unknown: fields.without_room(),
        })
    }

    /// The JSON text: equal records give equal bytes. `TooLarge` if a secret cannot hold it.
    pub(crate) fn encode(&self) -> Result<Zeroizing<String>, Error> {
        let unwritable = |_| Error::new(ErrorKind::Unexpected, "the record cannot be written");
        let mut length = Length(0);
        self.write(&mut length).map_err(unwritable)?;
        if length.0 > MAX_SECRET_BYTES {
            let message = format!(
                "the record has {} bytes; a secret holds at most {MAX_SECRET_BYTES}",
                length.0
            );
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        // Of the right size from the start: a buffer that grows leaves its old bytes behind.
        let mut text = Text(Zeroizing::new(String::with_capacity(length.0)));
        self.write(&mut text).map_err(unwritable)?;
        Ok(text.0)
    }

    /// Writes the fields one by one, without copies of credentials on the way.
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let token = &self.token;
        let expiry = token.expires_at.map(|at| at.to_string());
        let columns = [
            ("id", token.id().map(TokenId::as_str)),
            ("user_name", token.user_name()),
            ("client_id", token.client_id()),
            ("client_secret", token.client_secret().map(Secret::expose)),
            ("refresh_token", token.refresh_token().map(Secret::expose)),
            ("access_token", token.access_token().map(Secret::expose)),
            ("grant_token", token.grant_token().map(Secret::expose)),
            ("expiry_time", expiry.as_deref()),
            ("redirect_url", token.redirect_url()),
            ("api_domain", token.api_domain()),
        ];
        write!(out, "{{\"schema\":{SCHEMA}")?;
        for (name, text) in columns {
            if let Some(text) = text {
                write!(out, ",\"{name}\":")?;
                serde_json::to_writer(&mut *out, text)?;
            }
        }
        for (name, value) in self.unknown.iter() {
            out.write_all(b",")?;
            serde_json::to_writer(&mut *out, name)?;
            out.write_all(b":")?;
            serde_json::to_writer(&mut *out, value)?;
        }
        out.write_all(b"}")
    }
}

/// How many bytes were written.
struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Takes what is written as text.
struct Text(Zeroizing<String>);

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        self.0.push_str(text);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_keeps_the_ten_columns_and_unknown_fields() {
        let text = r#"{"schema":1,"id":"7","user_name":"ü \"a\",\r\n","client_id":"C","client_secret":"S","refresh_token":"R","access_token":"A","grant_token":"G","expiry_time":"4102444800000","redirect_url":"https://r","api_domain":"https://a","scope":["x"],"note":null,"rate":2.0041683600089726e-146}"#;
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
