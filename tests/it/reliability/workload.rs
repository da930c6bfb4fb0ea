//! What a writer does, and what must come of it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use fastrand::Rng;
use zoho_token_store::{
    Error, ErrorKind, Freshness, OAuthToken, SaveOutcome, SecretsManagerTokenStore, TokenId,
};

use super::book::{Book, Reader, Sees};
use super::record::{FIELDS, Record, read};
use super::world::World;

/// Steps that one writer takes.
pub const STEPS: u32 = 18;

/// A writer; outlives its process.
pub struct Writer {
    number: usize,
    own: Record,
    pub steps: Cell<u32>,
    rng: RefCell<Rng>,
}

/// What all writers share.
pub struct Common {
    pub world: World,
    pub book: Book,
    pub records: Vec<Record>,
    /// Whether the service's quota of versions may be used up.
    pub is_scarce: bool,
}

/// A process with its store.
pub struct Process {
    pub common: Rc<Common>,
    pub store: SecretsManagerTokenStore,
    pub life: u64,
}

impl Writer {
    pub fn new(number: usize, rng: Rng) -> Self {
        Self {
            number,
            own: Record::own(number),
            steps: Cell::new(STEPS),
            rng: RefCell::new(rng),
        }
    }

    /// The field that is this writer's in every shared record.
    fn field(&self) -> &'static str {
        FIELDS[self.number]
    }

    fn chance(&self, of: usize) -> usize {
        self.rng.borrow_mut().usize(..of)
    }

    fn any_shared(&self) -> Record {
        let shared = Record::shared();
        shared[self.chance(shared.len())].clone()
    }

    /// Works until its steps are done.
    pub async fn toil(&self, process: &Process) -> Result<(), String> {
        while self.steps.get() > 0 {
            self.steps.set(self.steps.get() - 1);
            match self.chance(16) {
                0..5 => process.save(&self.any_shared(), self.field()).await?,
                5..8 => self.look(process).await?,
                8 => process.look_by_user_alone(&self.any_shared()).await?,
                9..11 => process.save(&self.own, self.own.field()).await?,
                11..13 => {
                    let field = self.own.field();
                    process.look_by_every_key(&self.own, field).await?;
                }
                13 => process.delete(&self.own, self.own.field()).await?,
                14 => process.look_for_nothing().await?,
                _ => process.list().await?,
            }
        }
        Ok(())
    }

    /// Finds a shared record, by its name or by this writer's field.
    async fn look(&self, process: &Process) -> Result<(), String> {
        let record = self.any_shared();
        let freshness = match self.chance(2) {
            0 => Freshness::Cached,
            _ => Freshness::MustAsk,
        };
        let by_field = self.chance(2) == 0;
        let settled = process
            .common
            .book
            .settled(&record, self.field(), process.life)
            .filter(|_| by_field);
        match settled.and_then(|number| record.by_field(self.field(), number)) {
            Some(query) => process.find(&record, &query, freshness).await,
            None => process.find(&record, &record.base(), freshness).await,
        }
    }
}

impl Process {
    fn reader(&self, sees: Sees) -> Reader {
        Reader {
            life: self.life,
            began: self.common.world.now(),
            sees,
        }
    }

    /// Whether an operation's error is one that a calling program has to live with.
    fn excusable(&self, what: &str, error: &Error) -> Result<(), String> {
        match error.kind() {
            ErrorKind::Unavailable | ErrorKind::Throttled => Ok(()),
            ErrorKind::QuotaExceeded if self.common.is_scarce => Ok(()),
            _ => Err(format!("{what}: {error:?}")),
        }
    }

    /// Saves the next number of a field.
    async fn save(&self, record: &Record, field: &'static str) -> Result<(), String> {
        let book = &self.common.book;
        let number = book.begin(record, field);
        let token = record.written(field, number);
        let reader = self.reader(Sees::Everything);
        match self.store.save_token(&token).await {
            Ok(saved) => {
                book.done(record, field, number, self.life, self.common.world.now());
                let sees = match saved.outcome {
                    SaveOutcome::Unchanged => Sees::Fresh,
                    _ => Sees::Everything,
                };
                let what = || format!("the save of {field} {number} of {}", record.name);
                self.right(record, &saved.token)
                    .and_then(|()| book.check(record, &saved.token, Reader { sees, ..reader }))
                    .map_err(|fault| format!("{}: {fault}", what()))?;
                match read(&saved.token, field) {
                    Some((_, stored)) if stored == number => Ok(()),
                    stored => Err(format!("{} stored {stored:?}", what())),
                }
            }
            // The fields that are no token cannot make a record.
            Err(error) if error.kind() == ErrorKind::InvalidInput && !field.ends_with("_token") => {
                book.void(record, field, number);
                Ok(())
            }
            Err(error) => self.excusable(&format!("save of {}", record.name), &error),
        }
    }

    /// Finds a record: the right one, and as new as it must be.
    async fn find(
        &self,
        record: &Record,
        query: &OAuthToken,
        freshness: Freshness,
    ) -> Result<(), String> {
        let reader = self.reader(match freshness {
            Freshness::MustAsk => Sees::Fresh,
            _ => Sees::Cached,
        });
        let book = &self.common.book;
        let must = book.must_be_there(record, reader);
        let what = || format!("look-up ({freshness:?}) of {} by {query:?}", record.name);
        match self.store.find_token_with(query, freshness).await {
            Ok(Some(token)) => self
                .right(record, &token)
                .and_then(|()| book.check(record, &token, reader))
                .map_err(|fault| format!("{}: {fault}", what())),
            Ok(None) if !must => Ok(()),
            Ok(None) => Err(format!(
                "{}: it is not found since {}",
                what(),
                reader.began
            )),
            Err(error) => self.excusable(&what(), &error),
        }
    }

    /// A user with records of two clients: both are ambiguous, one is the answer.
    async fn look_by_user_alone(&self, record: &Record) -> Result<(), String> {
        let Some(query) = record.user_alone() else {
            return Ok(());
        };
        let reader = self.reader(Sees::Fresh);
        let common = &self.common;
        let twins: Vec<&Record> = common
            .records
            .iter()
            .filter(|other| *other == record || other.is_twin_of(record))
            .collect();
        let there = twins
            .iter()
            .filter(|twin| common.book.must_be_there(twin, reader))
            .count();
        let found = self.store.find_token_with(&query, Freshness::MustAsk).await;
        match found {
            Ok(Some(token)) if there < 2 => {
                let record = Record::of(&token, &common.records)?;
                match twins.contains(&&record) {
                    true => common.book.check(&record, &token, reader),
                    false => Err(format!("{query:?} found {}", record.name)),
                }
            }
            Ok(None) if there == 0 => Ok(()),
            Ok(found) => Err(format!("{query:?}, with {there} records: {found:?}")),
            Err(error) if error.kind() == ErrorKind::Ambiguous => {
                let possible = |twin: &&&Record| common.book.records().contains(twin);
                match twins.iter().filter(possible).count() {
                    2 => Ok(()),
                    _ => Err(format!("{error:?}, and there is one at most")),
                }
            }
            Err(error) => self.excusable("look-up by user", &error),
        }
    }

    /// What this process has written last, it finds by every key.
    async fn look_by_every_key(&self, own: &Record, field: &'static str) -> Result<(), String> {
        let Some(number) = self.common.book.settled(own, field, self.life) else {
            return self.find(own, &own.base(), Freshness::MustAsk).await;
        };
        for query in own.queries(field, number, None) {
            self.find(own, &query, Freshness::Cached).await?;
            self.find(own, &query, Freshness::MustAsk).await?;
        }
        Ok(())
    }

    /// Deletes a record of one writer alone; from then on no key finds it.
    async fn delete(&self, own: &Record, field: &'static str) -> Result<(), String> {
        let book = &self.common.book;
        let settled = book.settled(own, field, self.life);
        let found = self
            .store
            .find_token_with(&own.base(), Freshness::MustAsk)
            .await;
        let id: Option<TokenId> = match found {
            Ok(Some(token)) => token.id().cloned(),
            Ok(None) => None,
            Err(error) => return self.excusable("look-up before a deletion", &error),
        };
        let Some(id) = id else { return Ok(()) };
        book.doubt(own, field);
        if let Err(error) = self.store.delete_token(&id).await {
            return self.excusable("deletion", &error);
        }
        book.gone(own, field, self.life, self.common.world.now());
        for query in own.queries(field, settled.unwrap_or(1), Some(&id)) {
            for freshness in [Freshness::Cached, Freshness::MustAsk] {
                match self.store.find_token_with(&query, freshness).await {
                    Ok(None) => {}
                    Ok(Some(_)) => {
                        return Err(format!("{} is deleted, and found by {query:?}", own.name));
                    }
                    Err(error) => self.excusable("look-up after a deletion", &error)?,
                }
            }
        }
        Ok(())
    }

    /// What nobody ever wrote is not found.
    async fn look_for_nothing(&self) -> Result<(), String> {
        let client = OAuthToken::new().with_client("C1", "S");
        for query in [
            OAuthToken::new().with_user("shared"),
            client.clone().with_user("own-1"),
            client.with_refresh_token("own-0:refresh_token:"),
            OAuthToken::new().with_id("own-"),
        ] {
            match self.store.find_token(&query).await {
                Ok(None) => {}
                Ok(Some(token)) => return Err(format!("{query:?} found {token:?}")),
                Err(error) => self.excusable("look-up of nothing", &error)?,
            }
        }
        Ok(())
    }

    /// A listing shows every record that it must, once, and as new as it must be.
    async fn list(&self) -> Result<(), String> {
        let reader = self.reader(Sees::Fresh);
        match self.store.get_tokens().await {
            Ok(tokens) => self.complete(&tokens, reader),
            Err(error) => self.excusable("listing", &error),
        }
    }

    fn complete(&self, tokens: &[Arc<OAuthToken>], reader: Reader) -> Result<(), String> {
        let (common, mut listed) = (&self.common, Vec::new());
        for token in tokens {
            let record = Record::of(token, &common.records)?;
            let fault = |fault| format!("listing: {fault}");
            common.book.check(&record, token, reader).map_err(fault)?;
            if listed.contains(&record) {
                return Err(format!("{} is listed twice", record.name));
            }
            listed.push(record);
        }
        for record in common.book.records() {
            if common.book.must_be_there(&record, reader) && !listed.contains(&record) {
                let listed: Vec<_> = listed.iter().map(|record| &record.name).collect();
                let began = reader.began;
                return Err(format!(
                    "{} is not listed since {began}: {listed:?}",
                    record.name
                ));
            }
        }
        Ok(())
    }

    fn right(&self, record: &Record, token: &OAuthToken) -> Result<(), String> {
        let found = Record::of(token, &self.common.records)?;
        let same = found == *record;
        same.then_some(())
            .ok_or_else(|| format!("it is {}", found.name))
    }

    /// Everything acknowledged is there, once, and found by every key.
    pub async fn inspect(&self) -> Result<(), String> {
        let reader = self.reader(Sees::Everything);
        let tokens = self.store.get_tokens().await;
        let tokens = tokens.map_err(|error| format!("the last listing: {error:?}"))?;
        self.complete(&tokens, reader)?;
        let there = self.common.world.records()?.len();
        if tokens.len() != there {
            return Err(format!("{there} records, {} listed", tokens.len()));
        }
        for token in &tokens {
            let record = Record::of(token, &self.common.records)?;
            let by_fields = FIELDS.into_iter().filter_map(|field| {
                let (_, number) = read(token, field)?;
                record.by_field(field, number)
            });
            let by_id = token.id().map(|id| OAuthToken::new().with_id(id.clone()));
            for query in by_fields.chain(by_id).chain(record.by_name()) {
                let found = self.store.find_token(&query).await;
                let found = found.map_err(|error| format!("{query:?}: {error:?}"))?;
                // The index forgot the keys of a deleted record, though a save that restored it died.
                let may_be_missing = self.common.book.is_back(&record, token);
                if found.as_ref() != Some(token) && !(found.is_none() && may_be_missing) {
                    return Err(format!("{query:?} finds {found:?} instead of {token:?}"));
                }
            }
        }
        Ok(())
    }
}
