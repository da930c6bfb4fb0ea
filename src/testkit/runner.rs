//! Puts one row of the contract to one harness.
//!
//! It keeps its own picture of what the stores must hold. After every step the listing must show
//! exactly that; after the last, a process with an empty cache must list and find all of it. Nothing
//! that comes out on the way may show a credential.

mod judge;
mod leaks;
mod picture;
mod show;
mod together;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::case::{Case, Op, Step, Want};
use super::harness::{Capabilities, Capability, Change, Handle, Harness, Opening};
use crate::{Error, OAuthToken, Saved, TokenId, TokenStore};
use picture::Picture;
use show::show;

/// The longest that a step may take, by the clock of its runtime: writers who chase each other for
/// ever are a failure, not a test run without end. Each save of the seed is a step.
const LIMIT: Duration = Duration::from_secs(120);

/// Runs the steps of a case; an error is a report in several lines.
pub(super) async fn run(case: &Case, harness: &dyn Harness) -> Result<(), String> {
    let mut run = Run {
        harness,
        client_id: case.client_id(),
        capabilities: harness.capabilities(),
        open: BTreeMap::new(),
        pictures: BTreeMap::new(),
        ids: BTreeMap::new(),
    };
    let outcome = run.all(case).await;
    drop(run);
    let closed = harness.close().await;
    outcome.and(closed.map_err(|error| format!("  the harness could not close: {error}")))
}

struct Run<'a> {
    harness: &'a dyn Harness,
    client_id: Option<&'static str>,
    capabilities: Capabilities,
    open: BTreeMap<Handle, Arc<dyn TokenStore>>,
    /// What each namespace must hold, by the suffix of its name.
    pictures: BTreeMap<&'static str, Picture>,
    /// What `$` ids stand for.
    ids: BTreeMap<TokenId, TokenId>,
}

/// What came out of a call.
#[derive(Debug)]
enum Got {
    Found(Option<Arc<OAuthToken>>),
    Saved(Saved),
    Removed(bool),
    RemovedAll(usize),
    Tokens(Vec<Arc<OAuthToken>>),
}

impl Run<'_> {
    async fn all(&mut self, case: &Case) -> Result<(), String> {
        for token in &case.seed {
            let want = Want::Created(token.clone());
            let at = format!("  seed:     save {}", show(token));
            let op = Op::Save(token.clone());
            limited(&at, self.call_and_judge(Handle::First, &op, &want, &at)).await?;
        }
        if !case.seed.is_empty() {
            let at = "  after the seed";
            let listed = limited(at, self.check_listing(Handle::First)).await;
            listed.map_err(|fault| format!("{at}\n{fault}"))?;
        }
        let steps = case.steps.len();
        for (n, step) in (1..).zip(&case.steps) {
            let at = format!("  step {n}/{steps}");
            limited(&at, self.step(step, &at)).await?;
        }
        limited("  after the last step", self.witness()).await
    }

    async fn step(&mut self, step: &Step, at: &str) -> Result<(), String> {
        let (at, done) = match step {
            Step::One(handle, op, want) => {
                let op = self.meaning_of(op);
                let at = format!("{at}: {}, through {handle:?}", show::op(&op));
                let got = self.call_and_judge(*handle, &op, want, &at).await?;
                let listed = self.check_listing(*handle).await;
                return listed.map_err(|fault| show::report(&at, want, &format!("{got}\n{fault}")));
            }
            Step::AtOnce(callers, leaves) => (
                format!("{at}, at once:{}", show::callers(callers)),
                self.at_once(callers, leaves).await,
            ),
            Step::Count(times) => (
                format!("{at}, at once: each process counts to {times}"),
                self.count(*times).await,
            ),
            Step::Change(change) => (
                format!("{at}, behind the stores' back: {change:?}"),
                self.change(change).await,
            ),
        };
        done.map_err(|fault| format!("{at}\n{fault}"))
    }

    /// Makes a call and compares what comes out, which is returned in words.
    async fn call_and_judge(
        &mut self,
        handle: Handle,
        op: &Op,
        want: &Want,
        at: &str,
    ) -> Result<String, String> {
        let store = self.store(handle).await?;
        let got = call(&*store, op).await;
        let words = show::got(&got);
        if let Some(leak) = leaks::in_result(&got) {
            return Err(format!("{at}\n  {leak}"));
        }
        self.judge(handle, op, want, &got)
            .map_err(|fault| show::report(at, want, &format!("{words}{fault}")))?;
        Ok(words)
    }

    /// The listing, which is never from a cache, must show the picture, and the store no credential.
    async fn check_listing(&mut self, handle: Handle) -> Result<(), String> {
        let store = self.store(handle).await?;
        let listed = store.get_tokens().await;
        if let Some(leak) = leaks::in_result(&listed).or_else(|| leaks::in_store(&*store)) {
            return Err(format!("  then, after get_tokens, {leak}"));
        }
        self.picture(handle).check(&listed)
    }

    async fn change(&mut self, change: &Change) -> Result<(), String> {
        let done = self.harness.change(change).await;
        done.map_err(|error| format!("  the harness cannot make the change: {error}"))?;
        let picture = self.picture(Handle::First);
        match change {
            Change::Remove(id) => picture.remove(id),
            Change::Damage(id, _) => picture.damage(id),
        }
        Ok(())
    }

    /// A process that comes later lists and finds what every namespace must hold.
    async fn witness(&mut self) -> Result<(), String> {
        let namespaces: Vec<&'static str> = self.pictures.keys().copied().collect();
        for suffix in namespaces {
            let of_namespace = |handle: &Handle| handle.suffix() == suffix;
            let handles = [Handle::Witness, Handle::Longer, Handle::Below];
            let mut handle = handles
                .into_iter()
                .find(of_namespace)
                .unwrap_or(Handle::Witness);
            if self.capabilities.has(Capability::Processes) {
                // Opened again, it knows nothing yet.
                self.open.remove(&handle);
            } else if handle == Handle::Witness {
                handle = Handle::First;
            }
            let at = format!("  after the last step, through a new store ({handle:?})");
            let listed = self.check_listing(handle).await;
            listed.map_err(|fault| format!("{at}\n{fault}"))?;
            let store = self.store(handle).await?;
            for token in self.picture(handle).readable() {
                let found = match token.id() {
                    Some(id) => store.find_token_by_id(id).await,
                    None => Ok(None),
                };
                let found = found.map_err(|error| format!("{at}: {error:?}"))?;
                if found.as_deref() != Some(&token) {
                    let (token, found) = (show(&token), show::found(found.as_deref()));
                    return Err(format!(
                        "{at}\n  expected: its id gives {token}\n  got:      {found}"
                    ));
                }
            }
        }
        Ok(())
    }

    async fn store(&mut self, handle: Handle) -> Result<Arc<dyn TokenStore>, String> {
        if let Some(store) = self.open.get(&handle) {
            return Ok(store.clone());
        }
        let opening = Opening::new(handle, self.client_id);
        let store = self.harness.open(&opening).await;
        let store =
            store.map_err(|error| format!("  the store {handle:?} cannot be opened: {error}"))?;
        self.open.insert(handle, store.clone());
        Ok(store)
    }

    fn picture(&mut self, handle: Handle) -> &mut Picture {
        self.pictures.entry(handle.suffix()).or_default()
    }

    /// Gives a token's `$` id its meaning.
    fn name(&mut self, token: &OAuthToken, id: &TokenId) {
        if let Some(name) = token.id().filter(|name| name.as_str().starts_with('$')) {
            self.ids.insert(name.clone(), id.clone());
        }
    }

    /// The token with its `$` id replaced by what that stands for.
    fn known(&self, token: &OAuthToken) -> OAuthToken {
        match token.id() {
            Some(id) => token.clone().with_id(self.id(id)),
            None => token.clone(),
        }
    }

    fn id(&self, id: &TokenId) -> TokenId {
        self.ids.get(id).unwrap_or(id).clone()
    }

    fn meaning_of(&self, op: &Op) -> Op {
        match op {
            Op::Find(query) => Op::Find(self.known(query)),
            Op::FindById(id) => Op::FindById(self.id(id)),
            Op::Save(token) => Op::Save(self.known(token)),
            Op::Delete(id) => Op::Delete(self.id(id)),
            Op::DeleteAll => Op::DeleteAll,
            Op::List => Op::List,
        }
    }
}

/// What comes of it, unless it takes too long.
async fn limited<T>(
    at: &str,
    step: impl Future<Output = Result<T, String>> + Send,
) -> Result<T, String> {
    let outcome = timeout(LIMIT, step).await;
    outcome.unwrap_or_else(|_| Err(format!("{at}\n  no end after {LIMIT:?}")))
}

async fn call(store: &dyn TokenStore, op: &Op) -> Result<Got, Error> {
    Ok(match op {
        Op::Find(query) => Got::Found(store.find_token(query).await?),
        Op::FindById(id) => Got::Found(store.find_token_by_id(id).await?),
        Op::Save(token) => Got::Saved(store.save_token(token).await?),
        Op::Delete(id) => Got::Removed(store.delete_token(id).await?),
        Op::DeleteAll => Got::RemovedAll(store.delete_tokens().await?),
        Op::List => Got::Tokens(store.get_tokens().await?),
    })
}
