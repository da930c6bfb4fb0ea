//! The tokens known so far, stored or read, by all that a token is recognised by.

use std::collections::HashMap;

use zoho_token_store::{OAuthToken, Secret, TokenId};

use crate::format::Place;

/// One token, as it will be.
#[derive(Debug)]
pub struct Slot {
    pub token: OAuthToken,
    /// As it is in the store; `None` if it is not there.
    pub stored: Option<OAuthToken>,
    /// The last row that stands for it.
    pub place: Option<Place>,
    /// Whether that row was left out, as what is stored is newer.
    pub is_older: bool,
}

/// What a row is recognised as.
#[derive(Debug, Eq, PartialEq)]
pub enum Match {
    None,
    One(usize),
    Several,
}

#[derive(Debug, Default)]
pub struct Known {
    pub slots: Vec<Slot>,
    by_id: HashMap<TokenId, usize>,
    by_key: HashMap<(Field, String), Vec<usize>>,
}

/// The columns that a token is recognised by.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Field {
    User,
    Access,
    Grant,
    Refresh,
}

impl Known {
    pub fn add(&mut self, slot: Slot) {
        self.slots.push(slot);
        self.index(self.slots.len() - 1);
    }

    /// Puts another state of a token in place of the one known.
    pub fn replace(&mut self, at: usize, token: OAuthToken) {
        self.slots[at].token = token;
        self.index(at);
    }

    fn index(&mut self, at: usize) {
        let token = &self.slots[at].token;
        if let Some(id) = token.id() {
            self.by_id.insert(id.clone(), at);
        }
        for key in keys(token).into_iter().flatten() {
            let all = self.by_key.entry(key).or_default();
            if !all.contains(&at) {
                all.push(at);
            }
        }
    }

    pub fn by_id(&self, id: &TokenId) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The token that a save of `row` without its id would go to: by user, else by access token where
    /// no client is named, else by grant, refresh or access token; clients must agree.
    pub fn by_key(&self, row: &OAuthToken) -> Match {
        let Some(key) = first_key(row) else {
            return Match::None;
        };
        let all = self.by_key.get(&key).map_or(&[][..], Vec::as_slice);
        let agreeing = |at: &&usize| {
            let known = &self.slots[**at].token;
            keys(known).contains(&Some(key.clone())) && agree(known.client_id(), row.client_id())
        };
        let answers: Vec<usize> = all.iter().filter(agreeing).copied().collect();
        let is_exact = |at: &usize| self.slots[*at].token.client_id() == row.client_id();
        let exact: Vec<usize> = answers.iter().copied().filter(is_exact).collect();
        match (exact.as_slice(), answers.as_slice()) {
            ([at], _) if row.client_id().is_some() => Match::One(*at),
            (_, []) => Match::None,
            (_, [at]) => Match::One(*at),
            _ => Match::Several,
        }
    }
}

/// Whether two tokens can be of the same user and client.
pub fn is_same_owner(a: &OAuthToken, b: &OAuthToken) -> bool {
    agree(a.user_name(), b.user_name()) && agree(a.client_id(), b.client_id())
}

fn agree(a: Option<&str>, b: Option<&str>) -> bool {
    a.is_none() || b.is_none() || a == b
}

fn keys(token: &OAuthToken) -> [Option<(Field, String)>; 4] {
    let secret = |field, secret: Option<&Secret>| secret.map(|s| (field, s.expose().to_owned()));
    [
        token.user_name().map(|name| (Field::User, name.to_owned())),
        secret(Field::Access, token.access_token()),
        secret(Field::Grant, token.grant_token()),
        secret(Field::Refresh, token.refresh_token()),
    ]
}

fn first_key(token: &OAuthToken) -> Option<(Field, String)> {
    let [user, access, grant, refresh] = keys(token);
    let has_client = token.client_id().is_some() || token.client_secret().is_some();
    let alone = access.clone().filter(|_| !has_client);
    user.or(alone).or(grant).or(refresh).or(access)
}
