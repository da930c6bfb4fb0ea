//! The reference model: what was written when, and what a reader may therefore see.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use zoho_token_store::{OAuthToken, Timestamp};

use super::record::{FIELDS, Record, read};

/// What all writers have written.
pub struct Book {
    /// How long the service's reads may be late.
    lag: Duration,
    /// Whether what was deleted may be back for a moment.
    graves: Graves,
    histories: RefCell<BTreeMap<(Record, &'static str), History>>,
}

/// The numbers of one field of one record. Each has one writer, who sends one after the other.
#[derive(Default)]
struct History {
    sent: u64,
    acknowledged: Vec<Acknowledged>,
    deleted: Option<Acknowledged>,
}

#[derive(Clone, Copy)]
struct Acknowledged {
    number: u64,
    at: Timestamp,
    life: u64,
}

/// Whether a deletion always leaves a grave, where the secret can be restored.
#[derive(Clone, Copy, PartialEq)]
pub enum Graves {
    Always,
    /// Not if the quota of versions is used up.
    MayLack,
}

/// Someone who looks.
#[derive(Clone, Copy)]
pub struct Reader {
    /// The process, from its start to its death.
    pub life: u64,
    pub began: Timestamp,
    pub sees: Sees,
}

/// What a reader must see beside what its own process wrote.
#[derive(Clone, Copy, PartialEq)]
pub enum Sees {
    /// Nothing: a cached record will do.
    Cached,
    /// What others wrote before the service's lag.
    Fresh,
    /// All that was acknowledged.
    Everything,
}

impl Book {
    pub fn new(lag: Duration, graves: Graves) -> Self {
        Self {
            lag,
            graves,
            histories: RefCell::default(),
        }
    }

    /// The next number is about to be sent.
    pub fn begin(&self, record: &Record, field: &'static str) -> u64 {
        self.edit(record, field, |history| {
            history.sent += 1;
            history.sent
        })
    }

    /// It was acknowledged.
    pub fn done(
        &self,
        record: &Record,
        field: &'static str,
        number: u64,
        life: u64,
        at: Timestamp,
    ) {
        let acknowledged = Acknowledged { number, at, life };
        self.edit(record, field, |history| {
            history.acknowledged.push(acknowledged);
        });
    }

    /// It was refused and nothing was written.
    pub fn void(&self, record: &Record, field: &'static str, number: u64) {
        self.edit(record, field, |history| {
            if history.sent == number {
                history.sent -= 1;
            }
        });
    }

    /// A deletion was sent: what was acknowledged may be gone.
    pub fn doubt(&self, record: &Record, field: &'static str) {
        self.edit(record, field, |history| history.acknowledged.clear());
    }

    /// The deletion was acknowledged.
    pub fn gone(&self, record: &Record, field: &'static str, life: u64, at: Timestamp) {
        self.edit(record, field, |history| {
            let number = history.sent;
            history.deleted = Some(Acknowledged { number, at, life });
        });
    }

    /// The last number, if it was acknowledged to this process and none was sent since.
    pub fn settled(&self, record: &Record, field: &'static str, life: u64) -> Option<u64> {
        self.edit(record, field, |history| {
            let last = history.acknowledged.last()?;
            (last.number == history.sent && last.life == life).then_some(last.number)
        })
    }

    /// Whether the reader must find the record.
    pub fn must_be_there(&self, record: &Record, reader: Reader) -> bool {
        let least = |field| self.edit(record, field, |history| history.least(reader, self.lag));
        FIELDS.into_iter().any(|field| least(field) > 0)
    }

    /// Whether a token that the reader got for the record is one that it may see.
    pub fn check(&self, record: &Record, token: &OAuthToken, reader: Reader) -> Result<(), String> {
        for field in FIELDS {
            // A key that stays the same has the number 0.
            let number = read(token, field).map_or(0, |(_, number)| number);
            self.edit(record, field, |history| {
                let least = history.least(reader, self.lag);
                let buried = self.buried(history, reader);
                let may_be = number == 0 || (number > buried && number <= history.sent);
                (may_be && number >= least).then_some(()).ok_or_else(|| {
                    let name = &record.name;
                    let sent = history.sent;
                    format!(
                        "{name}: {field} is number {number}; {sent} were sent, {least} must show, \
                         {buried} were deleted"
                    )
                })
            })?;
        }
        Ok(())
    }

    /// Whether a token is what was deleted, restored by a save that went no further.
    pub fn is_back(&self, record: &Record, token: &OAuthToken) -> bool {
        let is_back = |field| {
            let number = read(token, field).map_or(0, |(_, number)| number);
            let deleted = self.edit(record, field, |history| history.deleted);
            number > 0 && deleted.is_some_and(|deleted| number <= deleted.number)
        };
        self.graves == Graves::MayLack && FIELDS.into_iter().any(is_back)
    }

    /// Every record that anything was ever sent for.
    pub fn records(&self) -> Vec<Record> {
        let histories = self.histories.borrow();
        let mut records: Vec<Record> = histories.keys().map(|(record, _)| record.clone()).collect();
        records.dedup();
        records
    }

    /// The number up to which the reader must see none.
    ///
    /// A secret that could not be given a grave shows its old value from the moment in which a later
    /// save restores it to that in which it writes.
    fn buried(&self, history: &History, reader: Reader) -> u64 {
        let is_known = |deleted: &Acknowledged| deleted.is_known(reader, self.lag);
        let may_be_back = |deleted: &Acknowledged| {
            self.graves == Graves::MayLack && history.sent > deleted.number
        };
        let deleted = history.deleted.filter(is_known);
        let deleted = deleted.filter(|deleted| !may_be_back(deleted));
        deleted.map_or(0, |deleted| deleted.number)
    }

    fn edit<T>(
        &self,
        record: &Record,
        field: &'static str,
        edit: impl FnOnce(&mut History) -> T,
    ) -> T {
        let mut histories = self.histories.borrow_mut();
        edit(histories.entry((record.clone(), field)).or_default())
    }
}

impl History {
    /// The number that the reader must see, or a later one.
    fn least(&self, reader: Reader, lag: Duration) -> u64 {
        let known = self
            .acknowledged
            .iter()
            .filter(|ack| ack.is_known(reader, lag));
        known.map(|ack| ack.number).max().unwrap_or_default()
    }
}

impl Acknowledged {
    fn is_known(&self, reader: Reader, lag: Duration) -> bool {
        let delay = match reader.sees {
            Sees::Everything => Some(Duration::ZERO),
            _ if self.life == reader.life => Some(Duration::ZERO),
            Sees::Fresh => Some(lag),
            Sees::Cached => None,
        };
        delay.is_some_and(|delay| self.at.saturating_add(delay) <= reader.began)
    }
}
