//! What a row is made of.

use zoho_token_store::{ErrorKind, OAuthToken, TokenId};

use crate::target::{Handle, Options};

/// A row of the contract.
#[derive(Clone, Debug)]
pub struct Case {
    pub code: &'static str,
    pub about: &'static str,
    pub options: Options,
    pub seed: Vec<OAuthToken>,
    pub steps: Vec<Step>,
    /// The store that the next steps use.
    via: Handle,
}

/// Something done to a store, and what must come of it.
#[allow(clippy::large_enum_variant, reason = "rows are few")]
#[derive(Clone, Debug)]
pub enum Step {
    One(Handle, Op, Want),
    /// All at the same time; none may fail, and the store holds these records afterwards.
    AtOnce(Vec<(Handle, Op)>, Vec<OAuthToken>),
}

/// One call.
#[derive(Clone, Debug)]
pub enum Op {
    Find(OAuthToken),
    FindById(TokenId),
    Save(OAuthToken),
    Delete(TokenId),
    DeleteAll,
    List,
}

/// What a call must give.
///
/// Ids that begin with `$` stand for ids that the store chooses: the first expectation with such an
/// id gives it its meaning, later queries and expectations use it.
#[derive(Clone, Debug)]
pub enum Want {
    /// The store is as before.
    Fails(ErrorKind, &'static str),
    Nothing,
    Token(OAuthToken),
    Created(OAuthToken),
    Updated(OAuthToken),
    Unchanged(OAuthToken),
    Removed(bool),
    RemovedAll(usize),
    Tokens(Vec<OAuthToken>),
}

/// A row with nothing in it yet.
pub fn case(code: &'static str, about: &'static str) -> Case {
    Case {
        code,
        about,
        options: Options::default(),
        seed: Vec::new(),
        steps: Vec::new(),
        via: Handle::First,
    }
}

impl Case {
    /// Configures the stores with the client id of their application.
    pub fn own_client(mut self, client_id: &'static str) -> Self {
        self.options.client_id = Some(client_id);
        self
    }

    /// What the first store holds: each is saved, and must be created as it is.
    pub fn seed(mut self, tokens: impl Into<Vec<OAuthToken>>) -> Self {
        self.seed = tokens.into();
        self
    }

    /// The following steps go to this store.
    pub fn via(mut self, handle: Handle) -> Self {
        self.via = handle;
        self
    }

    pub fn find(self, query: OAuthToken, want: Want) -> Self {
        self.step(Op::Find(query), want)
    }

    pub fn by_id(self, id: &str, want: Want) -> Self {
        self.step(Op::FindById(id.into()), want)
    }

    pub fn save(self, token: OAuthToken, want: Want) -> Self {
        self.step(Op::Save(token), want)
    }

    pub fn delete(self, id: &str, want: Want) -> Self {
        self.step(Op::Delete(id.into()), want)
    }

    pub fn delete_all(self, want: Want) -> Self {
        self.step(Op::DeleteAll, want)
    }

    pub fn list(self, tokens: impl Into<Vec<OAuthToken>>) -> Self {
        self.step(Op::List, Want::Tokens(tokens.into()))
    }

    /// Saves from several handles at the same time.
    pub fn save_at_once(
        mut self,
        saves: impl IntoIterator<Item = (Handle, OAuthToken)>,
        leaves: impl Into<Vec<OAuthToken>>,
    ) -> Self {
        let op = |(handle, token)| (handle, Op::Save(token));
        let ops = saves.into_iter().map(op).collect();
        self.steps.push(Step::AtOnce(ops, leaves.into()));
        self
    }

    pub fn needs_namespaces(&self) -> bool {
        let elsewhere = |handle: &Handle| !handle.suffix().is_empty();
        self.steps.iter().any(|step| match step {
            Step::One(handle, ..) => elsewhere(handle),
            Step::AtOnce(ops, _) => ops.iter().any(|(handle, _)| elsewhere(handle)),
        })
    }

    fn step(mut self, op: Op, want: Want) -> Self {
        self.steps.push(Step::One(self.via, op, want));
        self
    }
}
