//! The store that suggests itself: all tokens as JSON in one secret, read, changed and put back.
//!
//! It is what a port of Zoho's file store to Secrets Manager looks like.

use std::error::Error;

use aws_sdk_secretsmanager::Client;
use serde_json::{Map, Value, json};

const SECRET: &str = "zoho-tokens";

/// All tokens in one secret, by their users.
#[derive(Clone, Debug)]
pub struct NaiveStore(Client);

impl NaiveStore {
    /// A store on an account where the secret exists already, without tokens.
    pub async fn new(client: Client) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let create = client.create_secret().name(SECRET).secret_string("{}");
        create.send().await?;
        Ok(Self(client))
    }

    pub async fn save(
        &self,
        user: &str,
        refresh_token: &str,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let mut tokens = self.read().await?;
        tokens.insert(user.to_owned(), json!({ "refresh_token": refresh_token }));
        let text = Value::Object(tokens).to_string();
        let put = self.0.put_secret_value().secret_id(SECRET);
        put.secret_string(text).send().await?;
        Ok(())
    }

    pub async fn find(&self, user: &str) -> Result<bool, Box<dyn Error + Send + Sync>> {
        Ok(self.read().await?.contains_key(user))
    }

    async fn read(&self) -> Result<Map<String, Value>, Box<dyn Error + Send + Sync>> {
        let reply = self.0.get_secret_value().secret_id(SECRET).send().await?;
        Ok(serde_json::from_str(reply.secret_string().unwrap_or("{}"))?)
    }
}
