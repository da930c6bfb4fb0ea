//! What a save makes of the stored record.

use super::matching::{Field, Key};
use crate::{Error, ErrorKind, OAuthToken, TokenId};

/// `stored` with every field that `incoming` sets; the stored id stays.
pub(crate) fn merge(stored: &OAuthToken, incoming: &OAuthToken) -> OAuthToken {
    fn pick<T: Clone>(stored: &Option<T>, incoming: &Option<T>) -> Option<T> {
        incoming.as_ref().or(stored.as_ref()).cloned()
    }
    OAuthToken {
        id: stored.id.clone().or_else(|| incoming.id.clone()),
        user_signature: pick(&stored.user_signature, &incoming.user_signature),
        client_id: pick(&stored.client_id, &incoming.client_id),
        client_secret: pick(&stored.client_secret, &incoming.client_secret),
        refresh_token: pick(&stored.refresh_token, &incoming.refresh_token),
        access_token: pick(&stored.access_token, &incoming.access_token),
        grant_token: pick(&stored.grant_token, &incoming.grant_token),
        expires_at: incoming.expires_at.or(stored.expires_at),
        redirect_url: pick(&stored.redirect_url, &incoming.redirect_url),
        api_domain: pick(&stored.api_domain, &incoming.api_domain),
    }
}

/// Refuses to create a record that holds no token.
pub(crate) fn check_new(token: &OAuthToken) -> Result<(), Error> {
    let holds = token.access_token.is_some()
        || token.refresh_token.is_some()
        || token.grant_token.is_some();
    if holds {
        return Ok(());
    }
    let message = "no stored record to add to, and no access, refresh or grant token to store";
    Err(Error::new(ErrorKind::InvalidInput, message))
}

/// A new record: `token` under `id`. One that is recognised by its user belongs to the store's own
/// client unless it names another: else a store of another client could take it for its own.
pub(crate) fn complete(token: &OAuthToken, id: TokenId, own_client: Option<&str>) -> OAuthToken {
    let mut new = OAuthToken {
        id: Some(id),
        ..token.clone()
    };
    if new.client_id.is_none() && new.user_signature.is_some() {
        new.client_id = own_client.map(Into::into);
    }
    new
}

/// The user and client that a save by id newly gives to the record, which no other may have.
pub(crate) fn claimed_user<'a>(stored: &OAuthToken, merged: &'a OAuthToken) -> Option<Key<'a>> {
    let changed =
        stored.user_signature != merged.user_signature || stored.client_id != merged.client_id;
    let user = merged.user_name().filter(|_| changed)?;
    Some(Key {
        field: Field::User(user),
        client: merged.client_id(),
    })
}

/// The error for a save whose id names one record and whose user names another.
pub(crate) fn conflict(id: Option<&TokenId>, other: Option<&TokenId>) -> Error {
    let name = |id: Option<&TokenId>| id.map(TokenId::to_string).unwrap_or_default();
    let message = format!(
        "the id names record {}, the user record {}",
        name(id),
        name(other)
    );
    Error::new(ErrorKind::Conflict, message)
}
