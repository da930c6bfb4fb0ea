//! Whether a credential shows where it does not belong.
//!
//! Everything that comes out of a store is looked through in every case. Only rows that use the
//! credentials of [`canary`] can be caught: others are too short to be told from innocent text.

use std::error::Error as StdError;
use std::fmt::Debug;

use crate::testkit::canary;
use crate::{Error, TokenStore};

/// What shows in the `Debug` output of a result, or in any text of an error.
pub(super) fn in_result(result: &Result<impl Debug, Error>) -> Option<String> {
    match result {
        Ok(value) => in_debug("what it gives", value),
        Err(error) => in_error(error),
    }
}

/// What shows in the `Debug` output of the store itself.
pub(super) fn in_store(store: &dyn TokenStore) -> Option<String> {
    in_debug("the store", &store)
}

fn in_error(error: &Error) -> Option<String> {
    let of_listing = error
        .listing()
        .and_then(|listing| in_debug("the error's listing", listing));
    let mut found = of_listing.or_else(|| in_debug("the error", error));
    let mut cause: Option<&dyn StdError> = Some(error);
    while let (None, Some(error)) = (&found, cause) {
        found = in_text("Display of the error or a cause", &error.to_string())
            .or_else(|| in_debug("a cause of the error", &error));
        cause = error.source();
    }
    found
}

fn in_debug(what: &str, value: &impl Debug) -> Option<String> {
    let origin = format!("Debug of {what}");
    in_text(&origin, &format!("{value:?}")).or_else(|| in_text(&origin, &format!("{value:#?}")))
}

fn in_text(origin: &str, text: &str) -> Option<String> {
    let shown = canary::found_in(text)?;
    Some(format!("a credential ({shown}) shows in {origin}: {text}"))
}
