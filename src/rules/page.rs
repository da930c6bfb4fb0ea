//! An index page: which tokens there are, and by what they are recognised.
//!
//! The index is the union of its pages. An entry names an id and the fingerprints of the record's
//! keys; fingerprints only propose, the record itself decides.

mod mend;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::matching::{Field, Key};
use super::record::MAX_SECRET_BYTES;
use crate::{Error, ErrorKind, OAuthToken, Timestamp, TokenId};

const SCHEMA: u64 = 1;
/// How long a write counts against the budget: no version younger than this is pruned.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Writes a day for what cannot wait. The service refuses at about 100 versions.
const BUDGET: usize = 90;
/// Writes a day up to which entries are also removed; an entry that stays is harmless.
const REMOVAL_BUDGET: usize = 80;
/// How many fingerprints an entry may have before those of the past are looked for.
const CROWDED: usize = 12;
/// How long an entry may name a secret that its writer is still about to make. Longer than any
/// save takes; a save that was held up longer names its token again first.
pub(crate) const ADMISSION: Duration = Duration::from_secs(120);

/// In place of a writer: more than one.
const SEVERAL: u32 = 0;

/// A key of a record, as 96 bits of SHA-256 after a letter for its field.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Fingerprint {
    field: u8,
    digest: [u8; 12],
}

/// The mark of a record that names no client.
const NO_CLIENT: Fingerprint = Fingerprint {
    field: b'n',
    digest: [0; 12],
};

/// The fingerprints of one record; of its old and new state while it changes.
pub(crate) type Fingerprints = BTreeSet<Fingerprint>;

/// What the index knows of one token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Entry {
    pub(crate) prints: Fingerprints,
    /// When a writer last announced the token.
    admitted: Timestamp,
    /// Who announced it; [`SEVERAL`] if others may be on their way, too.
    writer: u32,
}

/// The content of an index secret.
#[derive(Clone, Default)]
pub(crate) struct Page {
    pub(crate) entries: BTreeMap<TokenId, Entry>,
    /// When the page was written lately, in seconds since the epoch, oldest first.
    writes: Vec<i64>,
    unknown: Map<String, Value>,
}

impl Fingerprint {
    fn of(field: u8, text: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"zoho-token-store print 1\0");
        hash.update([field]);
        hash.update(text);
        let mut digest = [0; 12];
        digest.copy_from_slice(&hash.finalize()[..12]);
        Self { field, digest }
    }

    fn of_field(field: Field<'_>) -> Self {
        match field {
            Field::User(text) => Self::of(b'u', text),
            Field::Access(text) => Self::of(b'a', text),
            Field::Grant(text) => Self::of(b'g', text),
            Field::Refresh(text) => Self::of(b'r', text),
        }
    }
}

/// The fingerprints of every key that finds `token`.
///
/// Access tokens change hourly: only that of a record without client credentials is one, as nothing
/// else may recognise such a record.
pub(crate) fn fingerprints(token: &OAuthToken) -> Fingerprints {
    let access_only = token.client_id.is_none() && token.client_secret.is_none();
    let keys = [
        token.user_name().map(Field::User),
        token
            .grant_token()
            .map(|token| Field::Grant(token.expose())),
        token
            .refresh_token()
            .map(|token| Field::Refresh(token.expose())),
        token
            .access_token()
            .filter(|_| access_only)
            .map(|token| Field::Access(token.expose())),
    ];
    let client = token
        .client_id()
        .map_or(NO_CLIENT, |id| Fingerprint::of(b'c', id));
    keys.into_iter()
        .flatten()
        .map(Fingerprint::of_field)
        .chain([client])
        .collect()
}

/// What a key looks like in the index.
#[derive(Clone, Copy)]
pub(crate) struct Claim {
    field: Fingerprint,
    client: Option<Fingerprint>,
}

impl From<&Key<'_>> for Claim {
    fn from(key: &Key<'_>) -> Self {
        let client = key.client.map(|id| Fingerprint::of(b'c', id));
        Self {
            field: Fingerprint::of_field(key.field),
            client,
        }
    }
}

impl Claim {
    /// Whether a record with these fingerprints may answer the key.
    pub(crate) fn fits(&self, prints: &Fingerprints) -> bool {
        let agrees = self
            .client
            .is_none_or(|client| prints.contains(&NO_CLIENT) || prints.contains(&client));
        agrees && prints.contains(&self.field)
    }
}

impl Entry {
    /// Whether the record may answer the key.
    pub(crate) fn may_answer(&self, claim: &Claim) -> bool {
        claim.fits(&self.prints)
    }

    /// Whether `writer` announced the token with these keys, at `since` or later.
    pub(crate) fn announces(&self, prints: &Fingerprints, writer: u32, since: Timestamp) -> bool {
        let own = [writer, SEVERAL].contains(&self.writer);
        own && self.admitted >= since && self.prints.is_superset(prints)
    }

    /// Whether [`Page::forget`] drops it.
    pub(crate) fn is_due(&self, seen: Option<&Self>, writer: u32, at: Timestamp) -> bool {
        let is_deleted = self.writer != SEVERAL && seen == Some(self);
        is_deleted || !self.may_still_be_coming(at, Some(writer))
    }

    /// Whether the secret, or the state of it, that was announced may still be written; by others than
    /// `writer`.
    pub(crate) fn may_still_be_coming(&self, now: Timestamp, writer: Option<u32>) -> bool {
        let age = now.since(self.admitted);
        writer != Some(self.writer) && age.is_none_or(|age| age < ADMISSION)
    }
}

impl Page {
    /// Names a token before its secret exists, or before the record's keys change.
    ///
    /// Keys that the entry has stay: another writer may be about to store them. They go once there
    /// are many, and no writer that announced them can still be on its way.
    pub(crate) fn admit(
        &mut self,
        id: &TokenId,
        mut prints: Fingerprints,
        writer: u32,
        now: Timestamp,
    ) {
        let held = self.entries.get(id);
        let others = held.is_some_and(|held| held.may_still_be_coming(now, Some(writer)));
        let kept =
            held.filter(|held| held.prints.len() <= CROWDED || held.may_still_be_coming(now, None));
        prints.extend(kept.into_iter().flat_map(|kept| &kept.prints));
        let entry = Entry {
            prints,
            admitted: now,
            writer: if others { SEVERAL } else { writer },
        };
        self.entries.insert(id.clone(), entry);
    }

    /// Forgets a token whose secret was gone at `at`; tells whether the page changed.
    ///
    /// If anyone but `writer` announced it less than [`ADMISSION`] before, or later, their secret may be
    /// on its way: then the entry stays. Unless it is still as it was `seen` before the secret was
    /// deleted, by one writer: then the secret deleted was the one announced.
    pub(crate) fn forget(
        &mut self,
        id: &TokenId,
        seen: Option<&Entry>,
        writer: u32,
        at: Timestamp,
    ) -> bool {
        let is_due = |entry: &Entry| entry.is_due(seen, writer, at);
        self.entries.get(id).is_some_and(is_due) && self.entries.remove(id).is_some()
    }

    /// Forgets a token unless it was announced again since its entry was like this.
    pub(crate) fn forget_unchanged(&mut self, id: &TokenId, entry: &Entry) {
        if self.entries.get(id) == Some(entry) {
            self.entries.remove(id);
        }
    }

    /// Whether the page can be written for what cannot wait.
    pub(crate) fn has_budget(&self, now: Timestamp) -> bool {
        self.recent_writes(now) < BUDGET
    }

    /// Whether the page can be written just to remove entries.
    pub(crate) fn has_removal_budget(&self, now: Timestamp) -> bool {
        self.recent_writes(now) < REMOVAL_BUDGET
    }

    /// Whether another entry surely fits; an estimate on the safe side.
    pub(crate) fn has_room(&self, id: &TokenId, prints: &Fingerprints) -> bool {
        let size = |id: &TokenId, prints: &Fingerprints| id.as_str().len() + prints.len() * 25 + 48;
        let held: usize = self
            .entries
            .iter()
            .map(|(id, entry)| size(id, &entry.prints))
            .sum();
        let unknown = if self.unknown.is_empty() {
            0
        } else {
            json!(self.unknown).to_string().len()
        };
        held + size(id, prints) + unknown + (BUDGET + 20) * 12 + 64 <= MAX_SECRET_BYTES
    }

    fn recent_writes(&self, now: Timestamp) -> usize {
        self.writes.iter().filter(|at| is_recent(**at, now)).count()
    }

    /// The text to write now, with this write counted.
    ///
    /// `None` if a secret cannot hold it.
    pub(crate) fn encode(&mut self, now: Timestamp) -> Option<String> {
        self.writes.retain(|at| is_recent(*at, now));
        self.writes.push(seconds(now));
        let entries = self.entries.iter().map(|(id, entry)| {
            let value = json!([
                prints_text(&entry.prints),
                entry.admitted.as_millis(),
                entry.writer
            ]);
            (id.as_str().to_owned(), value)
        });
        let mut fields = Map::new();
        fields.insert("schema".into(), SCHEMA.into());
        fields.insert("writes".into(), self.writes.clone().into());
        fields.insert("entries".into(), Value::Object(entries.collect()));
        fields.extend(self.unknown.clone());
        let text = Value::Object(fields).to_string();
        (text.len() <= MAX_SECRET_BYTES).then_some(text)
    }

    /// Reads a page. Anything unexpected is `Corrupt`: a page half understood would be a short list.
    pub(crate) fn decode(text: &str) -> Result<Self, Error> {
        Self::parse(text)
            .ok_or_else(|| Error::new(ErrorKind::Corrupt, "the value is not an index page"))
    }

    fn parse(text: &str) -> Option<Self> {
        let Value::Object(mut fields) = serde_json::from_str(text).ok()? else {
            return None;
        };
        if fields.shift_remove("schema")? != SCHEMA {
            return None;
        }
        let Value::Array(writes) = fields.shift_remove("writes")? else {
            return None;
        };
        let writes = writes.iter().map(Value::as_i64).collect::<Option<_>>()?;
        let Value::Object(entries) = fields.shift_remove("entries")? else {
            return None;
        };
        let entries = entries
            .into_iter()
            .map(|(id, entry)| Some((TokenId::new(id), parse_entry(&entry)?)))
            .collect::<Option<_>>()?;
        Some(Self {
            entries,
            writes,
            unknown: fields,
        })
    }
}

fn parse_entry(value: &Value) -> Option<Entry> {
    let [prints, admitted, writer] = value.as_array()?.as_slice() else {
        return None;
    };
    Some(Entry {
        prints: parse_prints(prints.as_str()?)?,
        admitted: Timestamp::from_millis(admitted.as_i64()?),
        writer: u32::try_from(writer.as_u64()?).ok()?,
    })
}

/// A letter and 24 hex digits for each fingerprint, one after the other.
fn prints_text(prints: &Fingerprints) -> String {
    let mut text = String::with_capacity(prints.len() * 25);
    for print in prints {
        text.push(char::from(print.field));
        text.extend(print.digest.iter().map(|byte| format!("{byte:02x}")));
    }
    text
}

fn parse_prints(text: &str) -> Option<Fingerprints> {
    let bytes = text.as_bytes();
    if !bytes.len().is_multiple_of(25) {
        return None;
    }
    let print = |chunk: &[u8]| {
        let mut digest = [0; 12];
        for (byte, digits) in digest.iter_mut().zip(chunk[1..].chunks(2)) {
            let digits = std::str::from_utf8(digits).ok()?;
            if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            *byte = u8::from_str_radix(digits, 16).ok()?;
        }
        chunk[0].is_ascii_lowercase().then_some(Fingerprint {
            field: chunk[0],
            digest,
        })
    };
    bytes.chunks(25).map(print).collect()
}

fn seconds(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(1000)
}

fn is_recent(at: i64, now: Timestamp) -> bool {
    now.since(Timestamp::from_millis(at.saturating_mul(1000)))
        .is_none_or(|age| age < DAY)
}

#[cfg(test)]
mod tests;
