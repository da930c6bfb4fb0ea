//! The work of one process.

use std::collections::BTreeMap;
use std::io::{Write as _, stdout};
use std::process::ExitCode;

use fastrand::Rng;
use zoho_token_store::{
    DeletionPolicy, Error, ErrorKind, Freshness, OAuthToken, SecretsManagerTokenStore,
};

use super::orders::{Line, Mix, Orders};
use super::workload::{field, fields, own, own_field};
use crate::ledger::{check, label, labelled, read, written};

/// Times that a save is made before its error counts.
const TRIES: u32 = 10;

pub fn run(orders: Result<Orders, ExitCode>) -> ExitCode {
    let orders = match orders {
        Ok(orders) => orders,
        Err(code) => return code,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(work(orders)),
        Err(error) => Err(error.to_string()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            // Whoever started this process may be gone; then nobody is left to be told.
            let _ = tell(&Line::Fault(what.replace('\n', " / ")));
            ExitCode::FAILURE
        }
    }
}

/// A line goes to the pipe as a whole, and stays there if this process dies.
fn tell(line: &Line) -> Result<(), String> {
    let mut out = stdout().lock();
    let text = format!("{line}\n");
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| error.to_string())
}

async fn work(orders: Orders) -> Result<(), String> {
    let deletion = match orders.worker % 2 {
        0 => DeletionPolicy::Immediate,
        _ => DeletionPolicy::Recoverable { days: 7 },
    };
    let store = SecretsManagerTokenStore::builder()
        .prefix(orders.prefix.clone())
        .deletion(deletion)
        .build_from_env()
        .await
        .map_err(in_words)?;
    let rng = Rng::with_seed(orders.seed);
    let mut worker = Worker { store, orders, rng };
    match worker.orders.mix {
        Mix::Audit => worker.audit().await,
        Mix::All | Mix::Saves => worker.toil().await,
    }
}

struct Worker {
    store: SecretsManagerTokenStore,
    orders: Orders,
    rng: Rng,
}

impl Worker {
    async fn toil(&mut self) -> Result<(), String> {
        if let Some(label) = self.orders.in_doubt.clone() {
            let number = self.look(&label, Freshness::MustAsk).await?;
            tell(&Line::Saw(number))?;
        }
        let shared: Vec<_> = fields(self.orders.worker).collect();
        let own = own(self.orders.worker, &self.orders.retired);
        let mut saves = 0;
        // All workers begin with the same records, so that they meet in making them.
        for (name, field) in &shared {
            if self.orders.mix == Mix::Saves {
                saves += self.save(name, field).await?;
            }
        }
        while saves < self.orders.saves {
            let only_saves = self.orders.mix == Mix::Saves;
            let (name, field) = &shared[self.rng.usize(..shared.len())];
            let mine = &own[self.rng.usize(..own.len())];
            // Own records come and go: a death is most telling where a record is made or deleted.
            match self.rng.u8(0..if only_saves { 7 } else { 12 }) {
                0..3 => saves += self.save(name, field).await?,
                3..7 => saves += self.save(mine, own_field(self.orders.worker)).await?,
                7 => {
                    let freshness = [Freshness::Cached, Freshness::MustAsk][self.rng.usize(..2)];
                    self.look(&label(name), freshness).await?;
                }
                8..11 => self.delete(mine).await?,
                _ => self.list().await?,
            }
        }
        Ok(())
    }

    /// Saves the next number; how many saves that were.
    async fn save(&mut self, name: &OAuthToken, field: &str) -> Result<usize, String> {
        let label = label(name);
        let number = self.orders.ledger.begin(&label);
        let token = written(name, field, number);
        tell(&Line::Send(label.clone(), number))?;
        for attempt in 1..=TRIES {
            match self.store.save_token(&token).await {
                Ok(saved) => {
                    tell(&Line::Done)?;
                    self.orders.ledger.done(&label, number);
                    check(&saved.token, name, field, number..=number)?;
                    return Ok(1);
                }
                Err(error) if error.is_retryable() && attempt < TRIES => {
                    tell(&Line::Again(in_words(error)))?;
                }
                // The fields that are no token cannot make a record.
                Err(error)
                    if error.kind() == ErrorKind::InvalidInput && !field.ends_with("_token") =>
                {
                    tell(&Line::Void)?;
                    self.orders.ledger.void(&label, number);
                    return Ok(0);
                }
                Err(error) => return Err(format!("save of {label}: {}", in_words(error))),
            }
        }
        Ok(0)
    }

    /// Looks at a record: it must be the right one, with the number that this writer's field has.
    async fn look(&self, label: &str, freshness: Freshness) -> Result<u64, String> {
        let (name, field) = (labelled(label), field(self.orders.worker, label));
        let expected = self.orders.ledger.possible(label);
        let found = self.again(|| self.store.find_token_with(&name, freshness));
        match found.await? {
            Some(token) => {
                check(&token, &name, field, expected)?;
                Ok(read(&token, field).map_or(0, |(_, number)| number))
            }
            None if *expected.start() == 0 => Ok(0),
            None => Err(format!("{label} is not found")),
        }
    }

    /// Deletes a record; from then on it must not be found.
    async fn delete(&mut self, name: &OAuthToken) -> Result<(), String> {
        let label = label(name);
        let found = self.again(|| self.store.find_token_with(name, Freshness::MustAsk));
        let Some(id) = found.await?.and_then(|token| token.id().cloned()) else {
            return match *self.orders.ledger.possible(&label).start() {
                0 => Ok(()),
                _ => Err(format!("{label} is not found")),
            };
        };
        tell(&Line::Delete(label.clone()))?;
        self.again(|| self.store.delete_token(&id)).await?;
        tell(&Line::Gone)?;
        self.orders.ledger.gone(&label);
        match self.again(|| self.store.find_token(name)).await? {
            Some(_) => Err(format!("{label} is found after its deletion")),
            None => Ok(()),
        }
    }

    /// A listing has all that this writer had acknowledged.
    async fn list(&self) -> Result<(), String> {
        let listed = self.again(|| self.store.get_tokens()).await?;
        let labels: BTreeMap<_, _> = listed.iter().map(|token| (label(token), token)).collect();
        for (label, expected) in self.orders.ledger.all() {
            let field = field(self.orders.worker, &label);
            match labels.get(&label) {
                Some(token) => check(token, &labelled(&label), field, expected)?,
                None if *expected.start() == 0 => {}
                None => return Err(format!("the listing lacks {label}")),
            }
        }
        Ok(())
    }

    /// Lists, and looks every record up by each of its keys.
    async fn audit(&self) -> Result<(), String> {
        for token in self.again(|| self.store.get_tokens()).await? {
            for query in queries(&token) {
                let found = self.again(|| self.store.find_token_with(&query, Freshness::MustAsk));
                if found.await?.as_ref() != Some(&token) {
                    return Err(format!("not found by {query:?}: {token:?}"));
                }
            }
            let id = token.id().ok_or("a listed token without id")?;
            tell(&Line::Found(id.to_string()))?;
        }
        Ok(())
    }

    /// Makes a call again after errors that permit it.
    async fn again<T>(&self, call: impl AsyncFn() -> Result<T, Error>) -> Result<T, String> {
        for _ in 1..TRIES {
            match call().await {
                Err(error) if error.is_retryable() => tell(&Line::Again(in_words(error)))?,
                outcome => return outcome.map_err(in_words),
            }
        }
        call().await.map_err(in_words)
    }
}

/// A query for each key of a record.
fn queries(token: &OAuthToken) -> Vec<OAuthToken> {
    let client = || {
        let of = token.client_id().unwrap_or_default();
        OAuthToken::new().with_client(of, "S")
    };
    let id = token.id().map(|id| OAuthToken::new().with_id(id.clone()));
    let user = token.user_name().map(|user| client().with_user(user));
    let text = |secret: &zoho_token_store::Secret| secret.expose().to_owned();
    let refresh = token.refresh_token().map(text);
    let grant = token.grant_token().map(text);
    let access = token.access_token().map(text);
    [
        id,
        user,
        refresh.map(|refresh| client().with_refresh_token(refresh)),
        grant.map(|grant| client().with_grant_token(grant)),
        access.map(|access| OAuthToken::new().with_access_token(access)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// An error with its causes, in one line.
fn in_words(error: Error) -> String {
    format!("{error:?}").replace('\n', " / ")
}
