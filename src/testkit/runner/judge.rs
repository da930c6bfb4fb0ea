//! Whether what came out of a call is what the row asks for.

use super::{Got, Run, show};
use crate::testkit::case::{Op, Want};
use crate::testkit::harness::{Capability, Handle};
use crate::{Error, OAuthToken, SaveOutcome, Saved};

impl Run<'_> {
    /// Compares, and brings the picture up to date. The fault says what `got` does not show.
    pub(super) fn judge(
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
                    let named = error.operation();
                    return Err(format!("\n            whose operation() is {named:?}"));
                }
                if text.contains(['\r', '\n']) {
                    return Err("\n            which is more than one line".into());
                }
                let worded = !self.capabilities.has(Capability::Wording) || text.contains(part);
                error.kind() == *kind && worded
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
}
