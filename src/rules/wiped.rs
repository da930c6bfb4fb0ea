//! JSON fields that are wiped when they are dropped: they hold credentials, or may.

use std::ops::{Deref, DerefMut};

use serde_json::{Map, Value};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Fields whose texts are zeroized on drop, at any depth. Names of fields are not.
#[derive(Clone, Default)]
pub(super) struct WipedFields(Map<String, Value>);

impl WipedFields {
    pub(super) fn new(fields: Map<String, Value>) -> Self {
        Self(fields)
    }

    /// The same fields in no more memory than they take: a record is kept for long, and most of the
    /// fields that were read with it are gone.
    pub(super) fn without_room(mut self) -> Self {
        Self(std::mem::take(&mut self.0).into_iter().collect())
    }
}

impl Deref for WipedFields {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for WipedFields {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl Drop for WipedFields {
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe);
    }
}

impl ZeroizeOnDrop for WipedFields {}

/// Wipes the texts in a value that is not needed any more.
pub(super) fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(fields) => fields.values_mut().for_each(wipe),
        // Numbers and flags are no credentials.
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_wiped_at_any_depth() {
        let mut value = json!({"a": "secret", "b": [{"c": "secret"}, ["secret"], 1, null]});
        wipe(&mut value);
        assert_eq!(value, json!({"a": "", "b": [{"c": ""}, [""], 1, null]}));
    }
}
