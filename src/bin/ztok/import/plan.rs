//! Which rows are saved, and which are not and why.

use clap::ValueEnum;
use zoho_token_store::{OAuthToken, TokenId};

use super::known::{Known, Match, Slot, is_same_owner};
use crate::columns::{COLUMNS, Reveal, texts};
use crate::format::generation::token;
use crate::format::{Place, Row};
use crate::words::printable;

/// What to do if two rows stand for one token, or a row for one that is stored otherwise.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum OnDuplicate {
    /// The one that expires last counts; what it lacks is taken from the others
    #[default]
    Newest,
    /// Nothing is written
    Fail,
}

/// What is going to be done.
#[derive(Debug, Default)]
pub struct Plan {
    /// To be saved, in the order of the source.
    pub tokens: Vec<OAuthToken>,
    /// Where they stand.
    pub places: Vec<Place>,
    pub counts: Counts,
    /// What people should know beforehand.
    pub notes: Vec<String>,
    /// Why nothing may be written.
    pub conflicts: Vec<String>,
}

/// How many rows are of which kind; together all that were read.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    pub new: usize,
    pub changed: usize,
    /// Stored already, exactly so.
    pub stored: usize,
    /// Older than what is stored.
    pub older: usize,
    /// Stand for the same token as a later row.
    pub duplicate: usize,
    /// Hold no access, refresh or grant token.
    pub empty: usize,
}

/// Decides about every row.
pub fn plan<'a>(
    rows: &[Row],
    stored: impl IntoIterator<Item = &'a OAuthToken>,
    policy: OnDuplicate,
) -> Plan {
    let mut planning = Planning {
        known: Known::default(),
        plan: Plan::default(),
        policy,
    };
    for token in stored {
        planning.known.add(Slot {
            token: token.clone(),
            stored: Some(token.clone()),
            place: None,
            is_older: false,
        });
    }
    let mut by_age: Vec<&Row> = rows.iter().collect();
    // The newest comes last, and so goes before the others.
    by_age.sort_by_key(|row| (row.token.expires_at(), row.place));
    for row in by_age {
        planning.take(row);
    }
    planning.finish()
}

struct Planning {
    known: Known,
    plan: Plan,
    policy: OnDuplicate,
}

impl Planning {
    fn take(&mut self, row: &Row) {
        let place = row.place;
        let mut token = row.token.clone();
        if token
            .access_token()
            .or(token.refresh_token())
            .or(token.grant_token())
            .is_none()
        {
            self.plan.counts.empty += 1;
            return self.note(place, "holds no token; left out");
        }
        if let Some(id) = token.id().filter(|id| !is_usable(id)) {
            self.note(
                place,
                &format!("the id {} cannot be kept", quoted(id.as_str())),
            );
            token = token.with_id("");
        }
        let by_id = token.id().and_then(|id| self.known.by_id(id));
        let at = match (by_id, self.known.by_key(&token)) {
            (Some(at), _) if !is_same_owner(&self.known.slots[at].token, &token) => {
                let other = self.name(at);
                return self.conflict(place, &format!("its id belongs to {other}"));
            }
            (Some(by_id), Match::One(by_key)) if by_id != by_key => {
                let (id, user) = (self.name(by_id), self.name(by_key));
                return self.conflict(
                    place,
                    &format!("its id is that of {id}, its user of {user}"),
                );
            }
            (_, Match::Several) => {
                return self.conflict(place, "several tokens answer: it names no client");
            }
            (Some(at), _) | (None, Match::One(at)) => at,
            (None, Match::None) => {
                return self.known.add(Slot {
                    token,
                    stored: None,
                    place: Some(place),
                    is_older: false,
                });
            }
        };
        self.meet(at, place, token);
    }

    /// A row that stands for a known token.
    fn meet(&mut self, at: usize, place: Place, token: OAuthToken) {
        let slot = &self.known.slots[at];
        if let Some(earlier) = slot.place {
            let earlier = format!("stands for the same token as {earlier}");
            if self.policy == OnDuplicate::Fail {
                return self.conflict(place, &earlier);
            }
            self.plan.counts.duplicate += 1;
            self.note(place, &format!("{earlier}; the newer one counts"));
        }
        let slot = &self.known.slots[at];
        // A stored token keeps its id; among rows that of the newest counts.
        let kept = slot.stored.as_ref().and_then(OAuthToken::id).cloned();
        let renamed = kept
            .clone()
            .filter(|id| token.id().is_some_and(|own| own != id));
        let token = kept.map_or_else(|| token.clone(), |id| token.clone().with_id(id));
        let filled = fill(&token, &slot.token);
        let differs = slot.stored.as_ref().is_some_and(|stored| *stored != filled);
        let is_older = slot
            .stored
            .as_ref()
            .is_some_and(|s| s.expires_at() > token.expires_at());
        if differs && self.policy == OnDuplicate::Fail {
            return self.conflict(place, "is stored already, otherwise");
        }
        if let Some(id) = renamed {
            let id = printable(id.as_str());
            self.note(place, &format!("is stored under the id {id}, which stays"));
        }
        let slot = &mut self.known.slots[at];
        slot.place = Some(place);
        slot.is_older = differs && is_older;
        if slot.is_older {
            return self.note(place, "is older than what is stored; left out");
        }
        self.known.replace(at, filled);
    }

    fn finish(self) -> Plan {
        let mut plan = self.plan;
        let read = self
            .known
            .slots
            .into_iter()
            .filter_map(|slot| Some((slot.place?, slot)));
        let mut read: Vec<_> = read.collect();
        read.sort_by_key(|(place, _)| *place);
        for (place, slot) in read {
            let counts = &mut plan.counts;
            let count = match slot.stored {
                None => &mut counts.new,
                Some(stored) if stored != slot.token => &mut counts.changed,
                Some(_) => {
                    *(if slot.is_older {
                        &mut counts.older
                    } else {
                        &mut counts.stored
                    }) += 1;
                    continue;
                }
            };
            *count += 1;
            plan.tokens.push(slot.token);
            plan.places.push(place);
        }
        plan
    }

    /// What a known token is called in messages.
    fn name(&self, at: usize) -> String {
        let slot = &self.known.slots[at];
        match (slot.place, slot.token.id()) {
            (Some(place), _) => place.to_string(),
            (None, Some(id)) => format!("the stored token {}", quoted(id.as_str())),
            (None, None) => "a stored token".to_owned(),
        }
    }

    fn note(&mut self, place: Place, note: &str) {
        self.plan.notes.push(format!("{place}: {note}"));
    }

    fn conflict(&mut self, place: Place, conflict: &str) {
        self.plan.conflicts.push(format!("{place}: {conflict}"));
    }
}

/// Whether a secret can be named by the id; the store knows the exact length.
fn is_usable(id: &TokenId) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+=.@-".contains(&byte);
    id.as_str().len() <= 256 && id.as_str().bytes().all(is_plain)
}

/// An id as it is shown; of a misplaced value only its length.
fn quoted(id: &str) -> String {
    match id.chars().count() {
        count @ 65.. => format!("of {count} characters"),
        _ => format!("{:?}", printable(id)),
    }
}

/// `newer`, with what it lacks taken from `older`.
fn fill(newer: &OAuthToken, older: &OAuthToken) -> OAuthToken {
    let [newer, older] = [newer, older].map(|token| texts(token, Reveal::Shown));
    let texts = newer.into_iter().zip(older);
    let texts: Vec<_> = texts
        .map(|(newer, older)| newer.or(older).unwrap_or_default())
        .collect();
    token(COLUMNS.into_iter().zip(texts.iter().map(String::as_str)))
}

#[cfg(test)]
mod tests;
