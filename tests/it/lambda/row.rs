//! What a row is made of, and how it is checked.

use libtest_mimic::Failed;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::function::Function;
use super::runtime_api::Report;
use crate::cli::{CANARY, Place};
use crate::processes::Gate;
use crate::target::Target;

/// A function's life: each step follows in the same process, unless it says otherwise.
pub struct Row {
    pub name: &'static str,
    pub steps: Vec<Step>,
}

pub enum Step {
    Invoke(Invocation),
    /// From here on, another process, whose Secrets Manager is where nothing listens.
    Unreachable,
    /// A process with this prefix ends before it asks for an event, and says why.
    FailsToStart {
        prefix: &'static str,
        says: &'static str,
    },
}

/// An event and what is expected of the answer.
pub struct Invocation {
    event: Value,
    want: Want,
    requests: Requests,
}

/// What an invocation asks of Secrets Manager.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Requests {
    Asks,
    AsksNothing,
}

#[derive(Clone, Copy)]
pub enum Want {
    /// This token, valid for years.
    Found(&'static str),
    /// This token, of which it is not known when it expires.
    Endless(&'static str),
    Expired(&'static str),
    Nothing,
    /// An error of this type.
    Error(&'static str),
}

pub fn invoke(event: Value, want: Want, requests: Requests) -> Step {
    Step::Invoke(Invocation {
        event,
        want,
        requests,
    })
}

impl Row {
    pub async fn check(self, target: Target) -> Result<(), Failed> {
        let place = Place::on(target).await?;
        place.save(&super::stored()).await?;
        let gate = Gate::open(&place.url).await?;
        let mut function = Function::start(&gate.url, &place.prefix).await?;
        for step in self.steps {
            match step {
                Step::Invoke(invocation) => invocation.check(&mut function, &gate).await?,
                Step::Unreachable => {
                    discreet(&function.stop().await?)?;
                    function = Function::start(&nowhere().await?, &place.prefix).await?;
                }
                Step::FailsToStart { prefix, says } => {
                    let lines = Function::start(&gate.url, prefix).await?.fails().await?;
                    if !lines.contains(says) {
                        return Err(format!("the fault is not told: {lines}").into());
                    }
                }
            }
        }
        discreet(&function.stop().await?)
    }
}

impl Invocation {
    async fn check(self, function: &mut Function, gate: &Gate) -> Result<(), Failed> {
        let before = gate.passed();
        let report = function.invoke(&self.event).await?;
        let passed = gate.passed() - before;
        let told = format!("{} took {passed} requests: {report:?}", self.event);
        discreet(&told)?;
        let asks = (self.requests == Requests::Asks) == (passed > 0);
        match asks && self.want.is_met(&report) {
            true => Ok(()),
            false => Err(told.into()),
        }
    }
}

impl Want {
    fn is_met(self, report: &Report) -> bool {
        let (id, is_left): (_, fn(&Value) -> bool) = match (self, report) {
            (Self::Nothing, Report::Answer(body)) => return *body == json!({"found": false}),
            (Self::Error(kind), Report::Error(body)) => return body["errorType"] == kind,
            // Over a year.
            (Self::Found(id), _) => (id, |left| left.as_u64() > Some(31_622_400)),
            (Self::Endless(id), _) => (id, Value::is_null),
            (Self::Expired(id), _) => (id, |left| *left == json!(0)),
            _ => return false,
        };
        let Report::Answer(body) = report else {
            return false;
        };
        let stored = super::stored();
        let token = stored.iter().find(|token| token.id() == Some(&id.into()));
        let left = body["expires_in_seconds"].clone();
        token.is_some_and(|token| {
            let whole = json!({
                "found": true,
                "id": id,
                "user": token.user_name(),
                "api_domain": token.api_domain(),
                "expires_in_seconds": left,
            });
            *body == whole && is_left(&left)
        })
    }
}

/// No credential shows: neither a token's, nor the secret key of the function's role.
fn discreet(text: &str) -> Result<(), Failed> {
    match text.contains(CANARY) {
        true => Err(format!("a credential shows: {text}").into()),
        false => Ok(()),
    }
}

/// A URL where nothing listens any more.
async fn nowhere() -> Result<String, Failed> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    Ok(format!("http://{}", listener.local_addr()?))
}
