//! Changing a record: merge into the newest state, by compare-and-swap.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::inner::{Inner, decode};
use super::save::{Basis, By, Write, is_outdated};
use crate::cache::{Cache, Entry};
use crate::error::{Error, ErrorKind};
use crate::index::{Answer, Change, Rival};
use crate::rules::matching::Key;
use crate::rules::merge::{claimed_user, conflict, merge};
use crate::rules::page::{Claim, Fingerprints, fingerprints};
use crate::rules::record::Record;
use crate::secrets::{Value, Version};
use crate::vault::{Edit, Revision, pause};
use crate::{OAuthToken, SaveOutcome, Saved, Timestamp, TokenId};

/// Looks at a record that someone else is about to make.
const LOOKS: u32 = 6;

/// Announcements and reads that one change may take.
const STEPS: u32 = 24;

/// What one look at the record came to.
enum Step {
    /// It is another record by now: it no longer answers the key.
    Moved,
    /// It has every field already.
    Same(Record, Version),
    /// The index must name its new keys first.
    Announce(Record, Version, Fingerprints),
    Wrote(Record),
}

/// What the index was told before the write.
struct Announced {
    prints: Fingerprints,
    at: Timestamp,
}

impl Inner {
    /// Merges `token` into the record; `None` if it turned out to be gone or another one.
    pub(super) async fn update(
        &self,
        token: &OAuthToken,
        entry: Arc<Entry>,
        basis: Basis,
        by: By<'_>,
    ) -> Result<Option<Saved>, Error> {
        let id = entry.id.clone();
        let Some(name) = self.name(&id) else {
            return Ok(None);
        };
        let _turn = self.turns.take(&id).await;
        // What the last writer in this process left is at least as new.
        let held = self.cache.held_id(&id);
        let mut base = held
            .filter(|held| Cache::is_base(held, self.clock.now()))
            .unwrap_or_else(|| entry.clone());
        let mut is_fresh = basis == Basis::Fresh && Arc::ptr_eq(&base, &entry);
        let mut announced: Option<Announced> = None;
        for _ in 0..STEPS {
            let write = Write::begin(&self.cache, &id, Some(base.token().clone()));
            let start = Value {
                text: None,
                version: base.version.clone(),
                made: None,
            };
            let revision = self
                .vault
                .revise(&name, Some(start), |value| {
                    let record = match value.version == base.version {
                        true => base.record.clone(),
                        false => decode(&id, &name, value)?,
                    };
                    self.step(token, record, &value.version, by, announced.as_ref())
                })
                .await?;
            match revision {
                Revision::Written(Step::Wrote(record), value) => {
                    let stored = base.token().clone();
                    let now = self.clock.now();
                    let Some(entry) = self.cache.entry(record, value.version, now) else {
                        return Ok(None);
                    };
                    let saved = self.done(write, &entry, by, SaveOutcome::Updated);
                    if owner_changed(&stored, entry.token()) {
                        self.tag(&name, entry.token()).await;
                    }
                    return Ok(Some(saved));
                }
                // Durable, and changed further by someone else: the cache cannot tell how.
                Revision::Overtaken(Step::Wrote(record)) => {
                    self.index.stored(&id, fingerprints(&record.token));
                    return Ok(Some(self.saved(&id, record.token, SaveOutcome::Updated)));
                }
                Revision::Stopped(Step::Same(record, version)) => {
                    if version != base.version {
                        return Ok(Some(self.saved(&id, record.token, SaveOutcome::Unchanged)));
                    }
                    write.abandon();
                    if is_fresh {
                        return Ok(Some(self.saved(&id, record.token, SaveOutcome::Unchanged)));
                    }
                }
                Revision::Stopped(Step::Announce(record, version, prints)) => {
                    if is_fresh || version != base.version {
                        // Taken before: this process may stand still while it waits for the answer.
                        let at = self.clock.now();
                        self.announce(&id, &record.token, token, by, prints.clone())
                            .await?;
                        announced = Some(Announced { prints, at });
                        base = self.cache.entry(record, version, at).unwrap_or(base);
                        is_fresh = true;
                        continue;
                    }
                    write.abandon();
                }
                _ => return Ok(None),
            }
            // Before anything is concluded from a cached record, it is read.
            let since = self.cache.moment();
            let Some(read) = self.read(&id).await? else {
                return Ok(None);
            };
            self.cache.keep(&read, None, since);
            (base, is_fresh) = (read, true);
        }
        let message = format!("other writers kept changing the keys of the secret {name}");
        Err(Error::new(ErrorKind::Unavailable, message))
    }

    /// What to do with the record as it is.
    fn step(
        &self,
        token: &OAuthToken,
        record: Record,
        version: &Version,
        by: By<'_>,
        announced: Option<&Announced>,
    ) -> Result<Edit<Step>, Error> {
        let stored = &record.token;
        if let By::Key(key) = by
            && !key.is_answered_by(stored)
        {
            return Ok(Edit::Stop(Step::Moved));
        }
        let merged = merge(stored, token);
        if merged == **stored {
            return Ok(Edit::Stop(Step::Same(record, version.clone())));
        }
        let (old, new) = (fingerprints(stored), fingerprints(&merged));
        let changed = record.with_token(merged);
        let text = changed.encode()?;
        let is_announced = announced.is_some_and(|announced| {
            announced.prints.is_superset(&old)
                && announced.prints.is_superset(&new)
                && !is_outdated(announced.at, self.clock.now())
        });
        if old.is_superset(&new) || is_announced {
            return Ok(Edit::Write(text, Step::Wrote(changed)));
        }
        let prints = old.union(&new).copied().collect();
        Ok(Edit::Stop(Step::Announce(record, version.clone(), prints)))
    }

    /// Lets the index name the keys that the record is about to have. A user that it newly gets must
    /// not have another record.
    async fn announce(
        &self,
        id: &TokenId,
        stored: &OAuthToken,
        token: &OAuthToken,
        by: By<'_>,
        prints: Fingerprints,
    ) -> Result<(), Error> {
        let merged = merge(stored, token);
        let claimed = match by {
            By::Id => claimed_user(stored, &merged),
            By::Key(_) => None,
        };
        let mut cleared = BTreeSet::new();
        for look in 1..=LOOKS {
            let change = Change::Admit {
                id: id.clone(),
                prints: prints.clone(),
                claim: claimed.as_ref().map(Claim::from),
                cleared: cleared.clone(),
            };
            let Answer::Rivals(rivals) = self.index.change(change, None).await? else {
                return Ok(());
            };
            let Some(key) = &claimed else { continue };
            match self.examine(key, &rivals).await? {
                Rivalry::Record(other) => return Err(conflict(Some(id), Some(&other.id))),
                Rivalry::Expected(_) if look < LOOKS => pause(look + 2).await,
                Rivalry::Expected(_) | Rivalry::None => {
                    cleared.extend(rivals.into_iter().map(|rival| rival.id));
                }
            }
        }
        let message = "another writer is about to make a record of that user";
        Err(Error::new(ErrorKind::Unavailable, message))
    }

    /// Looks into the entries that stand against an admission.
    pub(super) async fn examine(&self, key: &Key<'_>, rivals: &[Rival]) -> Result<Rivalry, Error> {
        let ids: BTreeSet<TokenId> = rivals.iter().map(|rival| rival.id.clone()).collect();
        if let Some(entry) = self.choose(key, ids.clone()).await? {
            return Ok(Rivalry::Record(entry));
        }
        for rival in rivals.iter().filter(|rival| rival.is_expected) {
            match self.read(&rival.id).await? {
                None => return Ok(Rivalry::Expected(rival.id.clone())),
                // Made since the first look.
                Some(entry) if key.is_answered_by(entry.token()) => {
                    return Ok(Rivalry::Record(entry));
                }
                Some(_) => {}
            }
        }
        Ok(Rivalry::None)
    }
}

/// What is behind the entries that stand against an admission.
pub(super) enum Rivalry {
    /// A record that answers the key.
    Record(Arc<Entry>),
    /// A record that someone is about to make.
    Expected(TokenId),
    None,
}

fn owner_changed(before: &OAuthToken, after: &OAuthToken) -> bool {
    before.user_signature() != after.user_signature() || before.client_id() != after.client_id()
}
