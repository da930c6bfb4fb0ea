//! Listings: complete or an error, always fresh.

use std::sync::Arc;

use super::inner::Inner;
use crate::OAuthToken;
use crate::error::{Error, IncompleteListing};

impl Inner {
    /// Every token, ordered by id.
    pub(super) async fn list(&self) -> Result<Vec<Arc<OAuthToken>>, Error> {
        let snapshot = self.index.read().await;
        let (mut tokens, mut failures) = (Vec::new(), Vec::new());
        for (id, answer) in self.read_all(self.index.ids(&snapshot)).await {
            match answer {
                // An entry without a secret: a token that was deleted, or is about to be made.
                Ok(None) => {}
                Ok(Some(entry)) => tokens.push(entry.token().clone()),
                Err(error) => failures.push((id, error)),
            }
        }
        match (failures.is_empty(), snapshot.gap()) {
            (true, None) => Ok(tokens),
            (_, gap) => {
                let listing = IncompleteListing::new(tokens, failures);
                Err(match gap {
                    Some(gap) => Error::unlisted(listing, gap),
                    None => Error::incomplete(listing),
                })
            }
        }
    }
}
