//! The service's dialect of JSON: the fields of a request, and refusals.

use serde_json::{Map, Value, json};

/// An error answer.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// What an action answers.
pub(super) type Reply = Result<Value, Refused>;

impl Refused {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, message }
    }

    pub(super) fn parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    pub(super) fn request(message: impl Into<String>) -> Self {
        Self::new("InvalidRequestException", message)
    }

    /// A field outside what the service's model allows; the service never quotes a secret value.
    pub(super) fn constraint(field: &str, constraint: &str) -> Self {
        Self::new(
            "ValidationException",
            format!(
                "1 validation error detected: Value at '{field}' failed to satisfy constraint: {constraint}"
            ),
        )
    }

    pub(super) fn missing() -> Self {
        Self::new(
            "ResourceNotFoundException",
            "Secrets Manager can't find the specified secret.",
        )
    }

    pub(super) fn missing_value(which: &str) -> Self {
        let message = format!("Secrets Manager can't find the specified secret value for {which}");
        Self::new("ResourceNotFoundException", message)
    }

    pub(super) fn marked_for_deletion() -> Self {
        Self::request(
            "You can't perform this operation on the secret because it was marked for deletion.",
        )
    }

    pub(super) fn status(&self) -> u16 {
        status_of(self.code)
    }

    pub(super) fn body(&self) -> Value {
        // The errors of the service's own model spell the member with a capital, the general ones do
        // not.
        let general = [
            "InternalFailure",
            "SerializationException",
            "ServiceUnavailable",
            "ThrottlingException",
            "ValidationException",
        ];
        let member = if general.contains(&self.code) {
            "message"
        } else {
            "Message"
        };
        json!({ "__type": self.code, member: self.message })
    }
}

/// The HTTP status that comes with an error code.
fn status_of(code: &str) -> u16 {
    match code {
        code if code.starts_with("Internal") => 500,
        "ServiceUnavailable" => 503,
        _ => 400,
    }
}

/// The fields of a request.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub(super) fn parse(body: &[u8]) -> Result<Self, Refused> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            _ => Err(malformed("the request")),
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Refused> {
        self.typed(name, Value::as_str)
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Refused> {
        let text = self.text(name)?;
        text.ok_or_else(|| Refused::constraint(&lower_first(name), "Member must not be null"))
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<i64>, Refused> {
        self.typed(name, Value::as_i64)
    }

    /// A flag, off unless it is sent.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Refused> {
        Ok(self.typed(name, Value::as_bool)?.unwrap_or_default())
    }

    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<&str>>, Refused> {
        let Some(items) = self.typed(name, Value::as_array)? else {
            return Ok(None);
        };
        let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
        texts.map(Some).ok_or_else(|| malformed(name))
    }

    pub(super) fn objects(&self, name: &str) -> Result<Option<Vec<Self>>, Refused> {
        let Some(items) = self.typed(name, Value::as_array)? else {
            return Ok(None);
        };
        let objects: Option<Vec<Self>> = items
            .iter()
            .map(|item| item.as_object().cloned().map(Self))
            .collect();
        objects.map(Some).ok_or_else(|| malformed(name))
    }

    fn typed<'a, T>(
        &'a self,
        name: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Refused> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| malformed(name)),
        }
    }
}

fn malformed(what: &str) -> Refused {
    Refused::new(
        "SerializationException",
        format!("{what} has an unexpected form"),
    )
}

/// `SecretString` as the service's messages spell it: `secretString`.
fn lower_first(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(chars).collect()
}
