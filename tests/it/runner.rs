//! Puts one row of the contract to one target.
//!
//! It keeps its own picture of what the store must hold. After every step the listing must show
//! exactly that; after the last, a process with an empty cache must list and find all of it.

mod picture;
mod show;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use libtest_mimic::Failed;
use tokio::time::timeout;
use zoho_token_store::{Error, OAuthToken, SaveOutcome, Saved, TokenId, TokenStore};

use crate::contract::case::{Case, Op, Step, Want};
use crate::target::{Handle, Stage, Target};
use picture::Picture;
use show::show;

/// The longest that a case may take, by the simulator's clock or the emulator's: writers who chase each
/// other for ever are a failure, not a test run without end.
const LIMIT: Duration = Duration::from_secs(120);

/// Runs the case on a fresh stage.
pub async fn run(case: &Case, target: Target) -> Result<(), Failed> {
    let stage = target.stage(case.options)?;
    let mut run = Run {
        stage,
        open: BTreeMap::new(),
        pictures: BTreeMap::new(),
        ids: BTreeMap::new(),
    };
    let outcome = timeout(LIMIT, run.all(case)).await;
    let outcome = outcome.unwrap_or_else(|_| Err(format!("  no end after {LIMIT:?}")));
    outcome.map_err(|report| format!("{}: {}\n{report}", case.code, case.about).into())
}

struct Run {
    stage: Stage,
    open: BTreeMap<Handle, Arc<dyn TokenStore>>,
    /// What each namespace must hold, by the suffix of its prefix.
    pictures: BTreeMap<&'static str, Picture>,
    /// What `$` ids stand for.
    ids: BTreeMap<TokenId, TokenId>,
}

/// What came out of a call.
enum Got {
    Found(Option<Arc<OAuthToken>>),
    Saved(Saved),
    Removed(bool),
    RemovedAll(usize),
    Tokens(Vec<Arc<OAuthToken>>),
}

impl Run {
    async fn all(&mut self, case: &Case) -> Result<(), String> {
        for token in &case.seed {
            let want = Want::Created(token.clone());
            let at = format!("  seed:     save {}", show(token));
            self.one(Handle::First, &Op::Save(token.clone()), &want, &at)
                .await?;
        }
        let steps = case.steps.len();
        for (n, step) in (1..).zip(&case.steps) {
            match step {
                Step::One(handle, op, want) => {
                    let op = self.meaning_of(op);
                    let call = show::op(&op);
                    let at = format!("  step {n}/{steps}: {call}, through {handle:?}");
                    self.one(*handle, &op, want, &at).await?;
                }
                Step::AtOnce(ops, leaves) => {
                    let calls: Vec<String> = ops
                        .iter()
                        .map(|(handle, op)| format!("{}, through {handle:?}", show::op(op)))
                        .collect();
                    let calls = calls.join("\n            ");
                    let at = format!("  step {n}/{steps}, at once:\n            {calls}");
                    self.at_once(ops, leaves)
                        .await
                        .map_err(|report| format!("{at}\n{report}"))?;
                }
            }
        }
        self.witness().await
    }

    async fn one(&mut self, handle: Handle, op: &Op, want: &Want, at: &str) -> Result<(), String> {
        let got = self.call(handle, op).await;
        let report = |got: &str| {
            let want = show::want(want);
            format!("{at}\n  expected: {want}\n  got:      {got}")
        };
        self.judge(handle, op, want, &got)
            .map_err(|fault| report(&format!("{}{fault}", show::got(&got))))?;
        self.check_listing(handle)
            .await
            .map_err(|fault| report(&format!("{}\n{fault}", show::got(&got))))
    }

    async fn call(&mut self, handle: Handle, op: &Op) -> Result<Got, Error> {
        let store = match self.store(handle) {
            Ok(store) => store,
            Err(fault) => panic!("the store cannot be opened: {fault}"),
        };
        Ok(match op {
            Op::Find(query) => Got::Found(store.find_token(query).await?),
            Op::FindById(id) => Got::Found(store.find_token_by_id(id).await?),
            Op::Save(token) => Got::Saved(store.save_token(token).await?),
            Op::Delete(id) => Got::Removed(store.delete_token(id).await?),
            Op::DeleteAll => Got::RemovedAll(store.delete_tokens().await?),
            Op::List => Got::Tokens(store.get_tokens().await?),
        })
    }

    /// Compares, and brings the picture up to date. The fault says what `got` does not show.
    fn judge(
        &mut self,
        handle: Handle,
        op: &Op,
        want: &Want,
        got: &Result<Got, Error>,
    ) -> Result<(), String> {
        let good = match (want, got) {
            (Want::Fails(kind, part), Err(error)) => {
                let text = error.to_string();
                if error.operation() != Some(show::method(op)) {
                    return Err(format!(
                        "\n            whose operation() is {:?}",
                        error.operation()
                    ));
                }
                if text.contains(['\r', '\n']) {
                    return Err("\n            which is more than one line".into());
                }
                error.kind() == *kind && text.contains(part)
            }
            (Want::Nothing, Ok(Got::Found(found))) => found.is_none(),
            (Want::Token(token), Ok(Got::Found(Some(found)))) => self.known(token) == **found,
            (Want::Created(token), Ok(Got::Saved(saved))) => {
                let new = saved.token.id().cloned();
                let Some(new) = new.filter(|id| !self.picture(handle).holds(id)) else {
                    return Err("\n            whose id is not a new one".into());
                };
                self.name(token, &new);
                self.saved(handle, token, saved, SaveOutcome::Created)
            }
            (Want::Updated(token), Ok(Got::Saved(saved))) => {
                self.saved(handle, token, saved, SaveOutcome::Updated)
            }
            (Want::Unchanged(token), Ok(Got::Saved(saved))) => {
                self.saved(handle, token, saved, SaveOutcome::Unchanged)
            }
            (Want::Removed(want), Ok(Got::Removed(got))) => {
                if let (true, Op::Delete(id)) = (want, op) {
                    self.picture(handle).remove(id);
                }
                want == got
            }
            (Want::RemovedAll(want), Ok(Got::RemovedAll(got))) => {
                self.picture(handle).clear();
                want == got
            }
            (Want::Tokens(want), Ok(Got::Tokens(got))) => {
                let want: Vec<OAuthToken> = want.iter().map(|token| self.known(token)).collect();
                want.iter().eq(got.iter().map(|token| &**token))
            }
            _ => false,
        };
        good.then_some(()).ok_or_else(String::new)
    }

    fn saved(
        &mut self,
        handle: Handle,
        want: &OAuthToken,
        saved: &Saved,
        outcome: SaveOutcome,
    ) -> bool {
        let want = self.known(want);
        let good = *saved.token == want && saved.outcome == outcome;
        self.picture(handle).put(want);
        good
    }

    async fn at_once(&mut self, ops: &[(Handle, Op)], leaves: &[OAuthToken]) -> Result<(), String> {
        let mut saves = Vec::new();
        for (handle, op) in ops {
            let store = self.store(*handle)?;
            let Op::Save(token) = op else {
                return Err("only saves can be made at once".into());
            };
            saves.push(async move { store.save_token(token).await });
        }
        let results = join_all(saves).await;
        let handle = ops.first().map_or(Handle::First, |(handle, _)| *handle);
        let listed = self.store(handle)?.get_tokens().await;
        let listed = listed.map_err(|error| format!("  then get_tokens failed: {error:?}"))?;
        for token in leaves {
            let like = |found: &&Arc<OAuthToken>| {
                found
                    .id()
                    .is_some_and(|id| **found == Arc::new(token.clone().with_id(id.clone())))
            };
            if let Some(id) = listed.iter().find(like).and_then(|found| found.id()) {
                self.name(token, id);
            }
        }
        let mut picture = Picture::default();
        leaves
            .iter()
            .for_each(|token| picture.put(self.known(token)));
        let got = || {
            let outcomes: Vec<String> = results.iter().map(show::saved).collect();
            outcomes.join("\n            ")
        };
        let kept = |result: &Result<Saved, Error>| {
            let id = result.as_ref().ok().and_then(|saved| saved.token.id());
            id.is_some_and(|id| picture.holds(id))
        };
        let fault = picture.differs(&listed);
        if fault.is_some() || !results.iter().all(kept) {
            let fault = fault.unwrap_or_default();
            return Err(format!("  got:      {}\n{fault}", got()));
        }
        self.pictures.insert(handle.suffix(), picture);
        Ok(())
    }

    /// The listing, which is never from a cache, must show the picture.
    async fn check_listing(&mut self, handle: Handle) -> Result<(), String> {
        let listed = self.store(handle)?.get_tokens().await;
        let listed = listed.map_err(|error| format!("  then get_tokens failed: {error:?}"))?;
        self.picture(handle).differs(&listed).map_or(Ok(()), Err)
    }

    /// A process that comes later lists and finds what every namespace must hold.
    async fn witness(&mut self) -> Result<(), String> {
        let namespaces: Vec<&'static str> = self.pictures.keys().copied().collect();
        for suffix in namespaces {
            let handle = [Handle::Witness, Handle::Longer, Handle::Below]
                .into_iter()
                .find(|handle| handle.suffix() == suffix)
                .unwrap_or(Handle::Witness);
            self.open.remove(&handle);
            let store = self.store(handle)?;
            let at = format!("  after the last step, through a new store ({handle:?})");
            let fault = |error: Error| format!("{at}: {error:?}");
            let listed = store.get_tokens().await.map_err(fault)?;
            if let Some(fault) = self.picture(handle).differs(&listed) {
                return Err(format!("{at}\n{fault}"));
            }
            for token in &listed {
                let Some(id) = token.id() else {
                    return Err(format!("{at} lists a record without id: {}", show(token)));
                };
                let found = store.find_token_by_id(id).await.map_err(fault)?;
                if found.as_ref() != Some(token) {
                    let found = show::found(found.as_deref());
                    return Err(format!(
                        "{at}\n  expected: {id} gives {}\n  got:      {found}",
                        show(token)
                    ));
                }
            }
        }
        Ok(())
    }

    fn store(&mut self, handle: Handle) -> Result<Arc<dyn TokenStore>, String> {
        if let Some(store) = self.open.get(&handle) {
            return Ok(store.clone());
        }
        let store = self
            .stage
            .open(handle)
            .map_err(|failed| failed.message().unwrap_or("it cannot be opened").to_owned())?;
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
