//! What this process wrote lately, to recognise a read that comes too late.
//!
//! Secrets Manager is eventually consistent: a read may still answer with a version that this process
//! has already replaced, or with a secret that it has removed.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Timestamp;
use crate::rules::successor::has_descendant;
use crate::secrets::{Value, Version};

/// How long a write is remembered. Far beyond any delay seen.
const MEMORY: Duration = Duration::from_secs(600);
/// How long a secret written here may be reported missing, or one removed here be reported.
pub(crate) const LATENESS: Duration = Duration::from_secs(10);
/// How many versions that are no more are remembered for one secret.
const REMEMBERED: usize = 16;
/// Above this many secrets, old ones are looked for and dropped.
const CROWDED: usize = 1024;

/// What to make of a read.
#[derive(Debug)]
pub(crate) enum Judgement<'a> {
    /// The read is as good as any.
    Trust,
    /// The read shows a state that this process itself has replaced by this value.
    Replaced(&'a Value),
    /// The read shows a secret that this process itself has removed.
    Removed,
    /// The secret was written or removed here a moment ago: ask again before believing that it is
    /// missing, or what was made before.
    AskAgain,
}

/// How a secret was removed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Removal {
    /// Whoever restores it goes on where it ended.
    Restorable,
    ForGood,
}

#[derive(Debug, Default)]
pub(crate) struct OwnWrites(Mutex<HashMap<String, Own>>);

#[derive(Debug)]
struct Own {
    /// `None` once removed.
    value: Option<Value>,
    replaced: Vec<Version>,
    /// Versions whose line ended when the secret was deleted for good: what came after them is gone, too.
    ended: Vec<Version>,
    at: Timestamp,
}

impl OwnWrites {
    /// This process wrote `value` in place of `parent`; without a parent it made the secret.
    pub(crate) fn wrote(
        &self,
        name: &str,
        value: &Value,
        parent: Option<&Version>,
        now: Timestamp,
    ) {
        let mut all = self.all(now);
        let own = all.entry(name.to_owned()).or_insert_with(|| Own::at(now));
        own.at = now;
        let before = own.value.replace(value.clone()).map(|value| value.version);
        own.replaced
            .extend(before.into_iter().chain(parent.cloned()));
        keep_last(&mut own.replaced);
        own.replaced.retain(|version| *version != value.version);
    }

    /// This process removed the secret when these were its versions, or earlier ones.
    pub(crate) fn removed(
        &self,
        name: &str,
        versions: impl IntoIterator<Item = Version>,
        removal: Removal,
        now: Timestamp,
    ) {
        let mut all = self.all(now);
        let own = all.entry(name.to_owned()).or_insert_with(|| Own::at(now));
        let before = own.value.take().map(|value| value.version);
        own.replaced.extend(before.into_iter().chain(versions));
        if removal == Removal::ForGood {
            own.ended.extend(own.replaced.iter().cloned());
            keep_last(&mut own.ended);
        }
        own.at = now;
    }

    /// Judges a read that found this version, or nothing, and gives the judgement to `then`.
    ///
    /// Beside the version is when the service made it, as far as known.
    pub(crate) fn judge<T>(
        &self,
        name: &str,
        found: Option<(&Version, Option<Timestamp>)>,
        now: Timestamp,
        then: impl FnOnce(Judgement<'_>) -> T,
    ) -> T {
        let all = self.all(now);
        let Some(own) = all.get(name) else {
            return then(Judgement::Trust);
        };
        let replaced = found.is_some_and(|(version, _)| own.has_replaced(name, version));
        then(match (&own.value, found) {
            (Some(value), Some(_)) if replaced => Judgement::Replaced(value),
            (None, Some(_)) if replaced || own.is_blind(now) => Judgement::Removed,
            (_, Some((version, Some(made))))
                if own.is_recent(now) && own.is_of_before(name, version, made) =>
            {
                Judgement::AskAgain
            }
            (Some(_), None) if own.is_recent(now) => Judgement::AskAgain,
            _ => Judgement::Trust,
        })
    }

    fn all(&self, now: Timestamp) -> MutexGuard<'_, HashMap<String, Own>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() > CROWDED && all.len() == all.capacity() {
            all.retain(|_, own| now.since(own.at).is_none_or(|age| age < MEMORY));
        }
        all
    }
}

impl Own {
    /// Whether this process has replaced that version, or one that came after it.
    fn has_replaced(&self, name: &str, version: &Version) -> bool {
        let own = self.value.as_ref().map(|value| &value.version);
        if own == Some(version) {
            return false;
        }
        let known = |id: &str| {
            let mut versions = self.replaced.iter().chain(own);
            versions.any(|known| known.as_str() == id)
        };
        known(version.as_str())
            || has_descendant(name, version.as_str(), known)
            || self.has_ended(name, version)
    }

    /// Whether the version came after one that this process has deleted for good. A secret that is
    /// made again begins a line of its own.
    fn has_ended(&self, name: &str, version: &Version) -> bool {
        let leads_there =
            |end: &Version| has_descendant(name, end.as_str(), |id| id == version.as_str());
        self.ended.iter().any(leads_there)
    }

    /// Whether a version is of a secret of the same name that was there before this process wrote or
    /// removed its own, as far as its date tells: someone else had deleted that one for good.
    fn is_of_before(&self, name: &str, version: &Version, made: Timestamp) -> bool {
        let own = self.value.as_ref().map(|value| &value.version);
        let is_newer =
            |own: &Version| has_descendant(name, own.as_str(), |id| id == version.as_str());
        // The emulators tell whole seconds.
        let made = match made.as_millis() % 1000 {
            0 => made.saturating_add(Duration::from_secs(1)),
            _ => made,
        };
        made < self.at && own != Some(version) && !own.is_some_and(is_newer)
    }

    /// Whether the secret was removed here a moment ago, without its versions being known.
    fn is_blind(&self, now: Timestamp) -> bool {
        self.replaced.is_empty() && self.is_recent(now)
    }

    fn is_recent(&self, now: Timestamp) -> bool {
        now.since(self.at).is_none_or(|age| age < LATENESS)
    }

    fn at(now: Timestamp) -> Self {
        Self {
            value: None,
            replaced: Vec::new(),
            ended: Vec::new(),
            at: now,
        }
    }
}

fn keep_last(versions: &mut Vec<Version>) {
    let excess = versions.len().saturating_sub(REMEMBERED);
    versions.drain(..excess);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::successor::successor;

    const T0: Timestamp = Timestamp::from_millis(1_000_000);

    fn version(id: &str) -> Version {
        Version::new(id)
    }

    fn value(id: &str) -> Value {
        Value {
            text: None,
            version: version(id),
            made: None,
        }
    }

    fn judged(own: &OwnWrites, found: Option<&str>, now: Timestamp) -> String {
        judged_as_made(own, found, None, now)
    }

    fn judged_as_made(
        own: &OwnWrites,
        found: Option<&str>,
        made: Option<Timestamp>,
        now: Timestamp,
    ) -> String {
        let version = found.map(Version::new);
        let seen = version.as_ref().map(|version| (version, made));
        own.judge("n", seen, now, |judgement| match judgement {
            Judgement::Replaced(value) => format!("replaced by {}", value.version.as_str()),
            other => format!("{other:?}"),
        })
    }

    #[test]
    fn a_late_read_is_recognised() {
        let own = OwnWrites::default();
        assert_eq!(judged(&own, Some("1"), T0), "Trust");
        own.wrote("n", &value("2"), Some(&version("1")), T0);
        own.wrote("n", &value("3"), Some(&version("2")), T0);
        assert_eq!(judged(&own, Some("1"), T0), "replaced by 3");
        assert_eq!(judged(&own, Some("2"), T0), "replaced by 3");
        assert_eq!(judged(&own, Some("3"), T0), "Trust");
        assert_eq!(judged(&own, Some("foreign"), T0), "Trust");
        own.removed("n", [version("4")], Removal::Restorable, T0);
        assert_eq!(judged(&own, Some("3"), T0), "Removed");
        assert_eq!(judged(&own, Some("4"), T0), "Removed");
        assert_eq!(
            judged(&own, Some("5"), T0),
            "Trust",
            "made again by someone"
        );
    }

    #[test]
    fn what_came_after_a_version_deleted_for_good_is_gone() {
        let next = |id: &str| successor("n", Some(id), 0);
        let (second, third) = (next("first"), next(&next("first")));
        for (removal, expected) in [
            (Removal::ForGood, "Removed"),
            // Someone has restored it and written.
            (Removal::Restorable, "Trust"),
        ] {
            let own = OwnWrites::default();
            own.removed("n", [version("first")], removal, T0);
            assert_eq!(judged(&own, Some(&second), T0), expected);
            assert_eq!(judged(&own, Some(&third), T0), expected);
            assert_eq!(judged(&own, Some("made again"), T0), "Trust");
            own.wrote("n", &value("made here"), None, T0);
            let expected = match removal {
                Removal::ForGood => "replaced by made here",
                Removal::Restorable => "Trust",
            };
            assert_eq!(judged(&own, Some(&third), T0), expected);
        }
    }

    #[test]
    fn a_secret_just_written_is_not_believed_missing_for_a_while() {
        for parent in [None, Some(version("0"))] {
            let own = OwnWrites::default();
            own.wrote("n", &value("1"), parent.as_ref(), T0);
            assert_eq!(judged(&own, None, T0), "AskAgain");
            assert_eq!(judged(&own, None, T0.saturating_add(LATENESS)), "Trust");
            own.removed("n", [], Removal::Restorable, T0);
            assert_eq!(judged(&own, None, T0), "Trust");
        }
    }

    #[test]
    fn a_secret_made_again_is_not_taken_for_the_one_before() {
        let after = |millis| Timestamp::from_millis(T0.as_millis() + millis);
        let newer = successor("n", Some("1"), 0);
        for (what, version, made, now, expected) in [
            ("of the one before", "old", after(-1), T0, "AskAgain"),
            ("written by hand since", "new", after(1), after(2), "Trust"),
            ("the date of an emulator", "new", T0, after(2), "Trust"),
            ("by a slow clock", &newer, after(-1), T0, "Trust"),
            ("its own", "1", after(-1), T0, "Trust"),
            (
                "long since",
                "old",
                after(-1),
                T0.saturating_add(LATENESS),
                "Trust",
            ),
        ] {
            let own = OwnWrites::default();
            own.wrote("n", &value("1"), None, T0);
            let judged = |own: &OwnWrites| judged_as_made(own, Some(version), Some(made), now);
            assert_eq!(judged(&own), expected, "{what}");
            own.removed("n", [], Removal::ForGood, T0);
            let gone = match version {
                "1" => "Removed",
                known if known == newer => "Removed",
                _ => expected,
            };
            assert_eq!(judged(&own), gone, "{what}, then removed");
        }
    }
}
