//! What happens when a request arrives, in one step under one lock.

use std::collections::VecDeque;
use std::fmt;

use serde_json::Value;

use crate::{Timestamp, Verb};

use super::actions::{Call, names};
use super::fault::{Kind, Outcome, Plan, When};
use super::rates::Throttle;
use super::state::State;
use super::wire::{Fields, Refused, Reply};

/// A request that reached the simulator.
///
/// Its `Debug` leaves out the body.
#[derive(Clone)]
#[non_exhaustive]
pub struct Request {
    /// The action, as the service names it.
    pub action: String,
    /// The names or ARNs of the secrets that the request is about.
    pub names: Vec<String>,
    /// The JSON that was sent, secret values included.
    pub body: String,
    /// What became of it.
    pub outcome: Outcome,
    /// When it arrived.
    pub at: Timestamp,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("action", &self.action)
            .field("names", &self.names)
            .field("outcome", &self.outcome)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// What the caller gets.
pub(super) enum Answer {
    Json { status: u16, body: Value },
    Nothing,
    Reset,
}

/// The account: its secrets, and all that decides on a request.
pub(super) struct Service {
    pub(super) state: State,
    pub(super) plan: Plan,
    pub(super) throttle: Throttle,
    pub(super) log: VecDeque<Request>,
    pub(super) log_limit: usize,
    pub(super) calls: [u64; Verb::ALL.len()],
    pub(super) total_calls: u64,
}

impl Service {
    pub(super) fn receive(&mut self, target: &str, body: &[u8], now: Timestamp) -> Answer {
        let action = target.rsplit('.').next().unwrap_or_default();
        let verb = Verb::from_target(action);
        self.total_calls += 1;
        if let Some(verb) = verb {
            self.calls[verb as usize] += 1;
        }
        let fields = Fields::parse(body);
        let names = fields.as_ref().map(names).unwrap_or_default();
        let (answer, outcome) = match self.plan.strike(verb, &names) {
            Some((kind, When::Before)) => spoil(kind, Outcome::Lost),
            Some((kind, When::After)) => match self.carry_out(action, fields, now) {
                Ok(_) => (spoil(kind, Outcome::Unheard).0, Outcome::Unheard),
                Err(_) => spoil(kind, Outcome::Lost),
            },
            None => match self.carry_out(action, fields, now) {
                Ok(body) => (Answer::Json { status: 200, body }, Outcome::Done),
                Err(refused) => (error(&refused), Outcome::Refused(refused.code.to_owned())),
            },
        };
        self.record(Request {
            action: action.to_owned(),
            names,
            body: String::from_utf8_lossy(body).into_owned(),
            outcome,
            at: now,
        });
        answer
    }

    fn carry_out(
        &mut self,
        action: &str,
        fields: Result<Fields, Refused>,
        now: Timestamp,
    ) -> Reply {
        self.throttle.admit(action, now)?;
        let call = Call {
            fields: &fields?,
            state: &mut self.state,
            plan: &self.plan,
            now,
        };
        call.perform(action)
    }

    fn record(&mut self, request: Request) {
        self.log.push_back(request);
        while self.log.len() > self.log_limit {
            self.log.pop_front();
        }
    }
}

/// The answer under a fault. An error answer before the effect is a refusal, anything else `silent`.
fn spoil(kind: Kind, silent: Outcome) -> (Answer, Outcome) {
    match kind {
        Kind::Error(code) => {
            let refused = Refused::new(code, "An error was injected.");
            (error(&refused), Outcome::Refused(code.to_owned()))
        }
        Kind::Hang => (Answer::Nothing, silent),
        Kind::Reset => (Answer::Reset, silent),
    }
}

fn error(refused: &Refused) -> Answer {
    Answer::Json {
        status: refused.status(),
        body: refused.body(),
    }
}
