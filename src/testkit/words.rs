//! The words that rows are written in: short names for tokens, their fields, and outcomes.

pub use super::case::{Case, case};
pub use crate::ErrorKind::{Ambiguous, Conflict, InvalidInput, TooLarge};

use super::case::Want;
use crate::{ErrorKind, OAuthToken, Timestamp};

/// The user of record 1.
pub const ALICE: &str = "alice@x.test:org1";
/// The user of record 2.
pub const BOB: &str = "bob@x.test:org2";
/// 2100-01-01T00:00:00Z in epoch milliseconds.
pub const FAR: i64 = 4_102_444_800_000;

/// A token with nothing set.
pub fn token() -> OAuthToken {
    OAuthToken::new()
}

/// A token with only its id set.
pub fn id(id: &str) -> OAuthToken {
    token().with_id(id)
}

/// A token with only its user set.
pub fn user(name: &str) -> OAuthToken {
    token().with_user(name)
}

/// A token with only its refresh token set.
pub fn rt(refresh_token: &str) -> OAuthToken {
    token().rt(refresh_token)
}

/// A token with only its access token set.
pub fn at(access_token: &str) -> OAuthToken {
    token().at(access_token)
}

/// A token with only its grant token set.
pub fn gt(grant_token: &str) -> OAuthToken {
    token().gt(grant_token)
}

/// Fields in two letters, as Zoho's SDKs name them.
pub trait Fields {
    /// Sets the id.
    fn keyed(self, id: &str) -> Self;
    /// Sets the user.
    fn user(self, name: &str) -> Self;
    /// Sets the refresh token.
    fn rt(self, refresh_token: &str) -> Self;
    /// Sets the access token.
    fn at(self, access_token: &str) -> Self;
    /// Sets the grant token.
    fn gt(self, grant_token: &str) -> Self;
    /// Sets the expiry, in epoch milliseconds.
    fn exp(self, millis: i64) -> Self;
    /// The usual client, `cid` with `csec`.
    fn creds(self) -> Self;
    /// Another client, with a secret of its own.
    fn of(self, client_id: &str) -> Self;
}

impl Fields for OAuthToken {
    fn keyed(self, id: &str) -> Self {
        self.with_id(id)
    }
    fn user(self, name: &str) -> Self {
        self.with_user(name)
    }
    fn rt(self, refresh_token: &str) -> Self {
        self.with_refresh_token(refresh_token)
    }
    fn at(self, access_token: &str) -> Self {
        self.with_access_token(access_token)
    }
    fn gt(self, grant_token: &str) -> Self {
        self.with_grant_token(grant_token)
    }
    fn exp(self, millis: i64) -> Self {
        self.with_expires_at(Timestamp::from_millis(millis))
    }
    fn creds(self) -> Self {
        self.with_client("cid", "csec")
    }
    fn of(self, client_id: &str) -> Self {
        self.with_client(client_id, format!("secret of {client_id}"))
    }
}

/// The three records that most rows start from: a user's with a grant token, another user's, and one
/// without user or grant token.
pub fn three() -> [OAuthToken; 3] {
    [one(), two(), third()]
}

/// Record 1: Alice's, with everything that can be a key.
pub fn one() -> OAuthToken {
    id("1")
        .user(ALICE)
        .rt("R1")
        .at("A1")
        .gt("G1")
        .exp(FAR)
        .creds()
}

/// Record 2: Bob's, with everything that can be a key.
pub fn two() -> OAuthToken {
    id("2")
        .user(BOB)
        .rt("R2")
        .at("A2")
        .gt("G2")
        .exp(FAR)
        .creds()
}

/// Record 3: without user or grant token.
pub fn third() -> OAuthToken {
    id("3").rt("R3").at("A3").exp(FAR).creds()
}

/// A full new token, without id and user.
pub fn nine() -> OAuthToken {
    rt("R9").at("A9").gt("G9").exp(FAR).creds()
}

/// This token is found.
pub fn gives(token: OAuthToken) -> Want {
    Want::Token(token)
}

/// No token is found.
pub fn nothing() -> Want {
    Want::Nothing
}

/// A new record is made, exactly this one.
pub fn creates(token: OAuthToken) -> Want {
    Want::Created(token)
}

/// A new record is made, exactly this one, under an id of the store's choice: `$new` from here on.
pub fn creates_new(token: OAuthToken) -> Want {
    Want::Created(token.keyed("$new"))
}

/// The record of this id is now exactly this one.
pub fn updates(token: OAuthToken) -> Want {
    Want::Updated(token)
}

/// Nothing is written; this is what is stored.
pub fn unchanged(token: OAuthToken) -> Want {
    Want::Unchanged(token)
}

/// Nothing is written.
pub fn fails(kind: ErrorKind) -> Want {
    Want::Fails(kind, "")
}

/// Nothing is written, and the error's text has this part.
pub fn fails_naming(kind: ErrorKind, part: &'static str) -> Want {
    Want::Fails(kind, part)
}

/// There was such a record, and it is gone.
pub fn removes_one() -> Want {
    Want::Removed(true)
}

/// There was no such record.
pub fn removes_none() -> Want {
    Want::Removed(false)
}

/// So many records are gone.
pub fn removes_all(count: usize) -> Want {
    Want::RemovedAll(count)
}
