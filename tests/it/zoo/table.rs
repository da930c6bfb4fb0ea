//! Who lives in the zoo, and what was seen there.

use std::sync::Arc;

use super::Animal;
use super::animal::Caged;
use super::{caches, finders, listers, removers, savers, talkers};

/// A row: name, what is broken, the case that must catch it, the store.
macro_rules! animals {
    ($($name:literal, $broken:literal, $caught_by:literal, $store:expr;)*) => {
        &[$(Animal {
            name: $name,
            broken: $broken,
            caught_by: $caught_by,
            open: |den| Arc::new(Caged($store(den))),
        }),*]
    };
}

pub const ANIMALS: &[Animal] = animals! {
    "forgets-second-key", "finds by its first key only", "find::F23", finders::ForgetsSecondKey;
    "matches-by-prefix", "takes a part of a user name for the whole", "find::user-part", finders::MatchesByPrefix;
    "ignores-case", "takes user names in any case", "find::F03", finders::IgnoresCase;
    "trims-blanks", "ignores blanks around user names", "find::F04", finders::TrimsBlanks;
    "ignores-client", "finds a user's token of another client", "clients::different", finders::IgnoresClient;
    "gives-any-record", "answers a query that names nothing with a record", "find::only-client", finders::GivesAnyRecord;
    "guesses", "picks one of two records that answer", "find::F21", finders::Guesses;
    "falls-through", "tries the next key after a miss", "find::F02", finders::FallsThrough;
    "masks-stored", "returns the caller's access token for the stored one", "find::F17", finders::MasksStored;
    "raises-on-miss", "fails where it finds nothing", "find::I02", finders::RaisesOnMiss;
    "hides-expired", "does not find a token that has expired", "find::expired", finders::HidesExpired;
    "misses-unreadable", "says that there is no such record if it cannot be read", "behind::damaged", finders::MissesUnreadable;
    "loses-updates", "writes back whole records that others have changed", "races::counter", savers::LosesUpdates;
    "swallows-errors", "reports a save that failed as done", "save::S04", savers::SwallowsErrors;
    "duplicates-on-resave", "makes a second record of the same token", "save::twice", savers::DuplicatesOnResave;
    "creates-twice", "lets two savers of one new token make two records", "processes::at-once-user", savers::CreatesTwice;
    "blanks-absent-fields", "overwrites fields that were not given with nothing", "partial::refresh-response", savers::BlanksAbsentFields;
    "reuses-ids", "counts the records to make an id", "delete::id-not-reused", savers::ReusesIds;
    "gives-another-id", "returns an id that is not the stored one", "identity::chosen-ids", savers::GivesAnotherId;
    "keeps-unknown-id", "returns the caller's id for that of the record it found", "identity::unknown-id-known-user", savers::KeepsUnknownId;
    "rounds-expiry", "keeps the expiry in seconds", "roundtrip::expiry", savers::RoundsExpiry;
    "says-unchanged", "reports a changed record as unchanged", "save::S03", savers::SaysUnchanged;
    "loses-a-save", "acknowledges a save that it did not make", "partial::by-access-token", savers::LosesEverySecondSave;
    "keeps-to-itself", "writes where no other process sees it", "processes::second-finds", savers::KeepsToItself::new;
    "serves-after-delete", "finds in its cache what was deleted", "delete::no-key-finds", caches::ServesAfterDelete::new;
    "serves-after-deleting-all", "empties its cache for one deletion, not for all", "delete::all-no-key-finds", caches::ServesAfterDeletingAll::new;
    "remembers-misses", "remembers that there was no such token", "processes::second-missed-before", caches::RemembersMisses::new;
    "saves-from-cache", "adds a part to the record as it remembers it", "processes::stale-save", caches::SavesFromCache::new;
    "lists-from-cache", "lists what it listed before", "processes::second-lists-changes", caches::ListsFromCache::new;
    "answers-to-old-names", "does not confirm what its index says", "save::S23", caches::AnswersToOldNames::new;
    "crosses-namespaces", "deletes the tokens of all namespaces", "processes::prefix-goes-on", removers::CrossesNamespaces;
    "says-removed", "reports a removal of nothing", "delete::D02", removers::SaysRemoved;
    "deletes-nothing", "reports a removal that it did not make", "delete::D01", removers::DeletesNothing;
    "deletes-one-page", "deletes the first 20 of all", "list::all-of-many", removers::DeletesOnePage;
    "lists-twenty", "lists the first 20", "list::many", listers::ListsTwenty;
    "lists-hundred", "lists the first 100", "list::over-a-hundred", listers::ListsHundred;
    "lists-in-disorder", "orders ids as numbers", "list::by-id", listers::ListsInDisorder;
    "lists-readable-only", "leaves out of the list what it cannot read", "behind::damaged-two", listers::ListsReadableOnly;
    "prints-tokens", "shows a token in Debug", "redaction::saved", talkers::PrintsTokens::new;
    "prints-bytes", "shows a token in Debug, as bytes", "redaction::saved", talkers::PrintsBytes::new;
    "quotes-in-errors", "shows a token in an error", "redaction::invalid-query", talkers::QuotesInErrors;
    "quotes-in-causes", "shows a token in the cause of an error", "redaction::conflict", talkers::QuotesInCauses;
    "rambles-in-errors", "makes errors of several lines", "find::F07", talkers::RamblesInErrors;
};

/// What was seen of one animal.
pub struct Line {
    name: &'static str,
    broken: &'static str,
    caught_by: String,
}

impl Line {
    pub fn new(animal: &Animal, cases: &[&str]) -> Self {
        let others = cases
            .iter()
            .filter(|case| **case != animal.caught_by)
            .count();
        let caught_by = match (cases.contains(&animal.caught_by), others) {
            (true, 0) => animal.caught_by.to_owned(),
            (true, n) => format!("{} and {n} more", animal.caught_by),
            (false, 0) => "NOTHING".to_owned(),
            (false, n) => format!("{n} others, NOT {}", animal.caught_by),
        };
        Self {
            name: animal.name,
            broken: animal.broken,
            caught_by,
        }
    }
}

/// Prints the lines in the order of the table.
pub fn print(lines: &[Line]) {
    if lines.is_empty() {
        return;
    }
    println!("{:26} {:60} caught by", "animal", "what it does");
    let known = ANIMALS.iter().map(|animal| animal.name);
    for line in known.filter_map(|name| lines.iter().find(|line| line.name == name)) {
        println!("{:26} {:60} {}", line.name, line.broken, line.caught_by);
    }
    println!();
}
