//! The tokens that are measured with: as long as Zoho's.

use serde_json::json;
use zoho_token_store::{OAuthToken, Timestamp};

pub const CLIENT: &str = "1000.0123456789ABCDEFGHIJKLMNOPQRST";
const CLIENT_SECRET: &str = "0123456789abcdef0123456789abcdef0123456789";
/// 2100-01-01: what is cached is never served beyond it.
const EXPIRES: i64 = 4_102_444_800_000;

/// An id as the store derives them: 40 hexadecimal digits.
pub fn id(n: usize) -> String {
    format!("{n:040x}")
}

pub fn user(n: usize) -> String {
    format!("user-{n:06}@example.com")
}

pub fn refresh_token(n: usize) -> String {
    format!("1000.{n:032x}.{n:032x}")
}

fn access_token(n: usize) -> String {
    format!("1000.{:032x}.{n:032x}", n + 1)
}

/// A whole token without an id.
pub fn token(n: usize) -> OAuthToken {
    OAuthToken::new()
        .with_user(user(n))
        .with_client(CLIENT, CLIENT_SECRET)
        .with_refresh_token(refresh_token(n))
        .with_access_token(access_token(n))
        .with_expires_at(Timestamp::from_millis(EXPIRES))
        .with_api_domain("https://www.zohoapis.eu")
}

/// Finds the token by its user and client.
pub fn by_user(n: usize) -> OAuthToken {
    OAuthToken::new().with_user(user(n)).with_client_id(CLIENT)
}

/// Finds the token by its refresh token and client.
pub fn by_refresh_token(n: usize) -> OAuthToken {
    OAuthToken::new()
        .with_refresh_token(refresh_token(n))
        .with_client(CLIENT, CLIENT_SECRET)
}

/// The record of the token under this id, as it is stored.
pub fn record(n: usize, id: &str) -> String {
    json!({
        "schema": 1,
        "id": id,
        "user_name": user(n),
        "client_id": CLIENT,
        "client_secret": CLIENT_SECRET,
        "refresh_token": refresh_token(n),
        "access_token": access_token(n),
        "expiry_time": EXPIRES.to_string(),
        "api_domain": "https://www.zohoapis.eu",
    })
    .to_string()
}
