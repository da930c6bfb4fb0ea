//! What a row is made of.

use super::harness::{Capabilities, Capability, Change, Handle};
use crate::{ErrorKind, OAuthToken, TokenId};

/// A row of the contract: what the store holds, then steps, each with what must come of it.
///
/// The runner adds the rest: after every step the listing must show exactly what is stored, and in
/// the end a process with an empty cache must list and find all of it.
#[derive(Clone, Debug)]
pub struct Case {
    group: &'static str,
    code: &'static str,
    about: &'static str,
    client_id: Option<&'static str>,
    requires: Vec<Capability>,
    pub(super) seed: Vec<OAuthToken>,
    pub(super) steps: Vec<Step>,
    /// The store that the next steps use.
    via: Handle,
}

/// Something done to stores, and what must come of it.
#[allow(clippy::large_enum_variant, reason = "rows are few")]
#[derive(Clone, Debug)]
pub(super) enum Step {
    One(Handle, Op, Want),
    /// Callers at the same time, each with its saves in turn; none may fail, and the store holds
    /// these records afterwards.
    AtOnce(Vec<(Handle, Vec<OAuthToken>)>, Vec<OAuthToken>),
    /// All processes at the same time, each adding one to a counter of its own, so many times.
    Count(u32),
    /// Something happens behind the stores' back.
    Change(Change),
}

/// One call.
#[derive(Clone, Debug)]
pub enum Op {
    /// `find_token`
    Find(OAuthToken),
    /// `find_token_by_id`
    FindById(TokenId),
    /// `save_token`
    Save(OAuthToken),
    /// `delete_token`
    Delete(TokenId),
    /// `delete_tokens`
    DeleteAll,
    /// `get_tokens`
    List,
}

/// What a call must give.
///
/// Ids that begin with `$` stand for ids that the store chooses: the first expectation with such an
/// id gives it its meaning, later queries and expectations use it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Want {
    /// An error of this kind; the store is as before. With [`Capability::Wording`] its text has this
    /// part.
    Fails(ErrorKind, &'static str),
    /// No token is found.
    Nothing,
    /// This token is found.
    Token(OAuthToken),
    /// A record is made, exactly this one.
    Created(OAuthToken),
    /// A record is changed, and now exactly this one.
    Updated(OAuthToken),
    /// Nothing is written; this is what is stored.
    Unchanged(OAuthToken),
    /// Whether a record was removed.
    Removed(bool),
    /// How many records were removed.
    RemovedAll(usize),
    /// These tokens are listed, in this order.
    Tokens(Vec<OAuthToken>),
}

/// A row with nothing in it yet.
pub fn case(code: &'static str, about: &'static str) -> Case {
    Case {
        group: "own",
        code,
        about,
        client_id: None,
        requires: Vec::new(),
        seed: Vec::new(),
        steps: Vec::new(),
        via: Handle::First,
    }
}

/// What a row says about itself.
impl Case {
    /// Its group and code, `group::code`.
    pub fn name(&self) -> String {
        format!("{}::{}", self.group, self.code)
    }

    /// The table that it stands in; `own` for rows of one's own.
    pub fn group(&self) -> &'static str {
        self.group
    }

    /// Its name within the group.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// What it is about, in a line.
    pub fn about(&self) -> &'static str {
        self.about
    }

    /// The client id that its stores are set up with.
    pub fn client_id(&self) -> Option<&'static str> {
        self.client_id
    }

    /// What a harness must be capable of for the row to apply.
    pub fn needs(&self) -> Capabilities {
        let mut needs = Capabilities::new();
        needs.extend(self.requires.iter().copied());
        needs.extend(self.client_id.map(|_| Capability::ClientId));
        for step in &self.steps {
            match step {
                Step::One(handle, ..) => needs.extend(handle.needs()),
                Step::AtOnce(callers, _) => {
                    needs.extend(callers.iter().filter_map(|(handle, _)| handle.needs()));
                }
                Step::Count(_) => needs.extend([Capability::Processes]),
                Step::Change(Change::Remove(_)) => needs.extend([Capability::Removal]),
                Step::Change(Change::Damage(..)) => needs.extend([Capability::Damage]),
            }
        }
        needs
    }
}

/// How a row is written.
impl Case {
    pub(super) fn in_group(mut self, group: &'static str) -> Self {
        self.group = group;
        self
    }

    /// The row applies only to backends that are capable of this. What follows from its steps need
    /// not be said.
    #[must_use]
    pub fn requires(mut self, capability: Capability) -> Self {
        self.requires.push(capability);
        self
    }

    /// Configures the stores with the client id of their application.
    #[must_use]
    pub fn own_client(mut self, client_id: &'static str) -> Self {
        self.client_id = Some(client_id);
        self
    }

    /// What the first store holds: each is saved, and must be created as it is.
    #[must_use]
    pub fn seed(mut self, tokens: impl Into<Vec<OAuthToken>>) -> Self {
        self.seed = tokens.into();
        self
    }

    /// The following steps go to this store.
    #[must_use]
    pub fn via(mut self, handle: Handle) -> Self {
        self.via = handle;
        self
    }

    /// A look-up by a query.
    #[must_use]
    pub fn find(self, query: OAuthToken, want: Want) -> Self {
        self.step(Op::Find(query), want)
    }

    /// A look-up by id.
    #[must_use]
    pub fn by_id(self, id: &str, want: Want) -> Self {
        self.step(Op::FindById(id.into()), want)
    }

    /// A save.
    #[must_use]
    pub fn save(self, token: OAuthToken, want: Want) -> Self {
        self.step(Op::Save(token), want)
    }

    /// The deletion of one record.
    #[must_use]
    pub fn delete(self, id: &str, want: Want) -> Self {
        self.step(Op::Delete(id.into()), want)
    }

    /// The deletion of all records.
    #[must_use]
    pub fn delete_all(self, want: Want) -> Self {
        self.step(Op::DeleteAll, want)
    }

    /// A listing.
    #[must_use]
    pub fn list(self, tokens: impl Into<Vec<OAuthToken>>) -> Self {
        self.step(Op::List, Want::Tokens(tokens.into()))
    }

    /// Saves from several handles at the same time; none may fail, and the store holds the records
    /// of `leaves` afterwards.
    #[must_use]
    pub fn save_at_once(
        self,
        saves: impl IntoIterator<Item = (Handle, OAuthToken)>,
        leaves: impl Into<Vec<OAuthToken>>,
    ) -> Self {
        let one = |(handle, token)| (handle, vec![token]);
        self.save_in_turn_at_once(saves.into_iter().map(one), leaves)
    }

    /// Likewise from callers of whom each makes several saves, one after the other.
    #[must_use]
    pub fn save_in_turn_at_once(
        mut self,
        callers: impl IntoIterator<Item = (Handle, Vec<OAuthToken>)>,
        leaves: impl Into<Vec<OAuthToken>>,
    ) -> Self {
        let callers = callers.into_iter().collect();
        self.steps.push(Step::AtOnce(callers, leaves.into()));
        self
    }

    /// Five processes at the same time, each adding one `times` times to a counter of its own: a field
    /// of the record with the id 1 that only this process writes. The sum of the counters must then be
    /// that of all acknowledged additions.
    ///
    /// One counter for all would prove nothing. A save has no precondition, so two processes that read
    /// a number, add one and save it into the same field may both save the same number: the last
    /// writer wins, and the contract allows it. It does not allow a save to touch a field that it does
    /// not set. A store that writes back another's field as it was earlier takes from the sum,
    /// whenever it happens: each process goes on from the number that it finds stored.
    #[must_use]
    pub fn count_at_once(mut self, times: u32) -> Self {
        self.steps.push(Step::Count(times));
        self
    }

    /// Something happens behind the stores' back.
    #[must_use]
    pub fn change(mut self, change: Change) -> Self {
        self.steps.push(Step::Change(change));
        self
    }

    fn step(mut self, op: Op, want: Want) -> Self {
        self.steps.push(Step::One(self.via, op, want));
        self
    }
}
