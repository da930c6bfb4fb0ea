//! What a row is made of, and how it is checked.

use std::num::NonZeroU32;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::join_all;
use libtest_mimic::Failed;
use zoho_token_store::simulator::{Fault, Request, Simulator};
use zoho_token_store::testkit::Op;
use zoho_token_store::{
    CachePolicy, DeletionPolicy, Error, Freshness, OAuthToken, Saved, SecretsManagerTokenStore,
    Verb,
};

/// The requests of one operation in one state.
pub struct Row {
    pub code: String,
    policy: CachePolicy,
    deletion: DeletionPolicy,
    faults: Vec<Fault>,
    before: Vec<Before>,
    measured: Do,
    gives: &'static str,
    requests: &'static str,
}

/// Something done before the measurement.
enum Before {
    /// By another process.
    Elsewhere(Op),
    /// By the store that is measured.
    Here(Op),
    Passes(Duration),
}

/// What is measured.
pub enum Do {
    One(Op),
    MustAsk(OAuthToken),
    AtOnce(Vec<Op>),
    /// Saved with one call.
    Together(Vec<OAuthToken>),
}

impl From<Op> for Do {
    fn from(op: Op) -> Self {
        Self::One(op)
    }
}

pub fn row(code: impl Into<String>) -> Row {
    Row {
        code: code.into(),
        policy: CachePolicy::default(),
        deletion: DeletionPolicy::Immediate,
        faults: Vec::new(),
        before: Vec::new(),
        measured: Do::One(Op::List),
        gives: "",
        requests: "",
    }
}

impl Row {
    /// What another process saved before.
    pub fn stored(mut self, tokens: impl IntoIterator<Item = OAuthToken>) -> Self {
        let saves = tokens.into_iter().map(Op::Save);
        self.before.extend(saves.map(Before::Elsewhere));
        self
    }

    pub fn elsewhere(mut self, op: Op) -> Self {
        self.before.push(Before::Elsewhere(op));
        self
    }

    /// What the store itself did before.
    pub fn after(mut self, op: Op) -> Self {
        self.before.push(Before::Here(op));
        self
    }

    pub fn passes(mut self, time: Duration) -> Self {
        self.before.push(Before::Passes(time));
        self
    }

    pub fn uncached(mut self) -> Self {
        self.policy = CachePolicy::off();
        self
    }

    pub fn recoverable(mut self) -> Self {
        self.deletion = DeletionPolicy::default();
        self
    }

    /// Goes wrong during the measurement.
    pub fn with(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    pub fn does(mut self, measured: impl Into<Do>) -> Self {
        self.measured = measured.into();
        self
    }

    /// What comes out.
    pub fn gives(mut self, outcome: &'static str) -> Self {
        self.gives = outcome;
        self
    }

    /// The requests that are sent.
    pub fn costs(mut self, requests: &'static str) -> Self {
        self.requests = requests;
        self
    }

    pub async fn check(self) -> Result<(), Failed> {
        let simulator = Simulator::new();
        let (store, other) = (self.open(&simulator)?, self.open(&simulator)?);
        for before in &self.before {
            match before {
                Before::Elsewhere(op) => perform(&other, op).await?,
                Before::Here(op) => perform(&store, op).await?,
                Before::Passes(time) => {
                    simulator.advance(*time);
                    String::new()
                }
            };
        }
        for fault in &self.faults {
            simulator.inject(fault.clone());
        }
        let received = |verb| simulator.calls(verb);
        let (earlier, seen) = (Verb::ALL.map(received), simulator.requests().len());
        let stats = store.stats();
        let outcome = measure(&store, &self.measured).await?;
        let stats = store.stats().since(&stats);

        let requests = in_words(&simulator.requests()[seen..]);
        if (outcome.as_str(), requests.as_str()) != (self.gives, self.requests) {
            return Err(format!(
                "expected: {}: {}\n  actual: {outcome}: {requests}",
                self.gives, self.requests
            )
            .into());
        }
        for (verb, earlier) in Verb::ALL.into_iter().zip(earlier) {
            let (sent, received) = (stats.calls(verb), received(verb) - earlier);
            if sent != received {
                return Err(format!("{verb}: {sent} counted, {received} received").into());
            }
        }
        Ok(())
    }

    fn open(&self, simulator: &Simulator) -> Result<SecretsManagerTokenStore, Error> {
        SecretsManagerTokenStore::builder()
            .clock(simulator.clock())
            .cache(self.policy)
            .deletion(self.deletion)
            .build(&simulator.client())
    }
}

/// Does it; tells in words what came out.
pub async fn measure(store: &SecretsManagerTokenStore, measured: &Do) -> Result<String, Error> {
    match measured {
        Do::One(op) => perform(store, op).await,
        Do::MustAsk(query) => {
            let found = store.find_token_with(query, Freshness::MustAsk).await?;
            Ok(found.map_or("none", |_| "found").to_owned())
        }
        Do::Together(tokens) => Ok(in_runs(save_together(store, tokens).await?)),
        Do::AtOnce(ops) => {
            let outcomes = join_all(ops.iter().map(|op| perform(store, op))).await;
            let outcomes = outcomes.into_iter().collect::<Result<Vec<_>, _>>()?;
            Ok(in_runs(outcomes))
        }
    }
}

/// What came of each token, in their order.
async fn save_together(
    store: &SecretsManagerTokenStore,
    tokens: &[OAuthToken],
) -> Result<Vec<String>, Error> {
    let saving = store.save_tokens(tokens, NonZeroU32::MAX);
    let mut outcomes: Vec<_> = saving.collect().await;
    outcomes.sort_by_key(|(position, _)| *position);
    let word = |saved: Saved| format!("{:?}", saved.outcome).to_lowercase();
    let outcomes = outcomes.into_iter();
    outcomes.map(|(_, outcome)| outcome.map(word)).collect()
}

/// Does it; tells in a word what came out.
async fn perform(store: &SecretsManagerTokenStore, op: &Op) -> Result<String, Error> {
    Ok(match op {
        Op::Find(query) => match store.find_token(query).await? {
            Some(_) => "found".to_owned(),
            None => "none".to_owned(),
        },
        Op::FindById(id) => match store.find_token_by_id(id).await? {
            Some(_) => "found".to_owned(),
            None => "none".to_owned(),
        },
        Op::Save(token) => format!("{:?}", store.save_token(token).await?.outcome).to_lowercase(),
        Op::Delete(id) => match store.delete_token(id).await? {
            true => "removed".to_owned(),
            false => "none".to_owned(),
        },
        Op::DeleteAll => format!("{} removed", store.delete_tokens().await?),
        Op::List => format!("{} tokens", store.get_tokens().await?.len()),
    })
}

fn in_words(requests: &[Request]) -> String {
    let word = |request: &Request| {
        let verb = request.action.strip_suffix("SecretValue");
        let verb = verb.or(request.action.strip_suffix("Secret"));
        let verb = verb.or(request.action.strip_suffix("Resource"));
        let verb = match verb.unwrap_or(&request.action) {
            "BatchGet" => "Batch",
            verb => verb,
        };
        let is_index = request.names.iter().any(|name| name.contains("/index/"));
        let on = if is_index { " index" } else { "" };
        format!("{verb}{on}")
    };
    in_runs(requests.iter().map(word).collect())
}

/// `a, 3× b, a`.
fn in_runs(words: Vec<String>) -> String {
    let runs = words.chunk_by(|a, b| a == b).map(|run| match run.len() {
        1 => run[0].clone(),
        times => format!("{times}× {}", run[0]),
    });
    runs.collect::<Vec<_>>().join(", ")
}
