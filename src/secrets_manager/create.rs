//! Making a record: the index names it first, then its secret is made if it does not exist.

use std::collections::BTreeSet;

use super::inner::Inner;
use super::pace::Pace;
use super::save::{By, Write, is_outdated, new_name};
use super::update::Rivalry;
use crate::error::{Error, ErrorKind};
use crate::index::{Answer, Change, Snapshot};
use crate::rules::matching::Key;
use crate::rules::merge::{check_new, complete};
use crate::rules::page::{Claim, fingerprints};
use crate::rules::record::Record;
use crate::vault::{Creation, pause};
use crate::{OAuthToken, SaveOutcome, Saved, TokenId};

/// Attempts at making one record.
const ATTEMPTS: u32 = 16;

/// What an attempt to make a record came to.
enum Attempt {
    Made(Saved),
    /// There is a record after all: start again.
    Found,
    /// The name belongs to another record, or cannot be used for a while.
    NameTaken,
    /// Too long since the index was told: tell it again.
    Late,
}

impl Inner {
    /// Makes a record; `None` if someone else has made it.
    ///
    /// `attempt` is the first of the derived names to try. The secret is made when `pace` permits.
    pub(super) async fn create(
        &self,
        token: &OAuthToken,
        key: Option<Key<'_>>,
        mut snapshot: Option<Snapshot>,
        mut attempt: u32,
        pace: Option<&Pace>,
    ) -> Result<Option<Saved>, Error> {
        check_new(token)?;
        let Some(key) = key else {
            let message = "nothing names the token";
            return Err(Error::new(ErrorKind::InvalidInput, message));
        };
        let (mut id, mut name) = new_name(self, token, &key, attempt)?;
        let mut cleared = BTreeSet::new();
        let since = self.cache.moment();
        for round in 1..=ATTEMPTS {
            let record = Record::new(complete(token, id.clone(), self.own_client()));
            record.encode()?;
            let change = Change::Admit {
                id: id.clone(),
                prints: fingerprints(&record.token),
                claim: Some(Claim::from(&key)),
                cleared: cleared.clone(),
            };
            let _turn = self.turns.take(&id).await;
            // While this task waited for its turn, another one of this process made it.
            if !self.cache.is_unchanged(&id, since) && self.cache.held_id(&id).is_some() {
                return Ok(None);
            }
            let announced = self.clock.now();
            if let Answer::Rivals(rivals) = self.index.change(change, snapshot.take()).await? {
                match self.examine(&key, &rivals).await? {
                    Rivalry::Record(_) => return Ok(None),
                    // Whoever comes first makes it; the other then finds it.
                    Rivalry::Expected(other) => {
                        name = self.name(&other).unwrap_or(name);
                        id = other;
                    }
                    Rivalry::None => {}
                }
                cleared.extend(rivals.into_iter().map(|rival| rival.id));
                continue;
            }
            let _permit = match pace {
                Some(pace) => Some(pace.permit().await),
                None => None,
            };
            match self
                .make(&id, &name, record, &key, announced, token)
                .await?
            {
                Attempt::Made(saved) => return Ok(Some(saved)),
                Attempt::Found => return Ok(None),
                Attempt::Late => {}
                Attempt::NameTaken if token.id() == Some(&id) => pause(round).await,
                Attempt::NameTaken => {
                    attempt += 1;
                    (id, name) = new_name(self, token, &key, attempt)?;
                }
            }
        }
        let message = format!("the secret {name} cannot be made: its name is being deleted");
        Err(Error::new(ErrorKind::Unavailable, message))
    }

    async fn make(
        &self,
        id: &TokenId,
        name: &str,
        record: Record,
        key: &Key<'_>,
        announced: crate::Timestamp,
        token: &OAuthToken,
    ) -> Result<Attempt, Error> {
        if is_outdated(announced, self.clock.now()) {
            return Ok(Attempt::Late);
        }
        let text = record.encode()?;
        let write = Write::begin(&self.cache, id, None);
        let labels = self.labels(&record.token);
        let mut made = self.vault.create(name, text.clone(), &labels).await?;
        let mut is_revived = false;
        if matches!(made, Creation::Scheduled) {
            // Nothing of the deleted record comes back.
            made = self.vault.revive(name, text).await?;
            is_revived = true;
        }
        match made {
            Creation::Created(value) => {
                let now = self.clock.now();
                let Some(entry) = self.cache.entry(record, value.version, now) else {
                    return Ok(Attempt::Found);
                };
                let saved = self.done(write, &entry, By::Key(*key), SaveOutcome::Created);
                if is_revived {
                    self.tag(name, entry.token()).await;
                }
                Ok(Attempt::Made(saved))
            }
            Creation::Scheduled => Ok(Attempt::NameTaken),
            Creation::Exists => match self.read(id).await? {
                Some(_) if token.id() == Some(id) => Ok(Attempt::Found),
                Some(entry) if key.is_answered_by(entry.token()) => Ok(Attempt::Found),
                Some(_) => Ok(Attempt::NameTaken),
                None => Ok(Attempt::Late),
            },
        }
    }
}
