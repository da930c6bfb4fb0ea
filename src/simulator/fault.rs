//! Scripted faults, denials, and the order in which they strike.

use std::fmt;

use crate::Verb;

use super::wire::Refused;

/// What goes wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// An error answer with this code; the HTTP status follows from the code.
    Error(&'static str),
    /// No answer, ever: the client's timeout has to end the wait.
    Hang,
    /// The connection breaks.
    Reset,
}

/// Whether the request takes effect although its answer is lost.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "there is no third case")]
pub enum When {
    /// The request changes nothing.
    Before,
    /// The request takes effect, and the caller does not learn of it.
    After,
}

/// A planned fault: which calls it strikes, and how.
///
/// ```
/// use zoho_token_store::Verb;
/// use zoho_token_store::simulator::{Fault, Kind, Simulator, When};
///
/// let simulator = Simulator::new();
/// // The second write of a token is carried out, but the connection breaks before the answer.
/// let fault = Fault::on(Verb::PutSecretValue).for_name_containing("token").at(2);
/// simulator.inject(fault.kind(Kind::Reset).when(When::After));
/// ```
#[derive(Clone, Debug)]
pub struct Fault {
    verb: Option<Verb>,
    name_part: String,
    first: u64,
    times: u64,
    kind: Kind,
    when: When,
    seen: u64,
}

impl Fault {
    /// An `InternalServiceError` before the effect, on the first call with `verb`.
    pub fn on(verb: Verb) -> Self {
        let mut fault = Self::on_any();
        fault.verb = Some(verb);
        fault
    }

    /// An `InternalServiceError` before the effect, on the first call of any kind.
    pub fn on_any() -> Self {
        Self {
            verb: None,
            name_part: String::new(),
            first: 1,
            times: 1,
            kind: Kind::Error("InternalServiceError"),
            when: When::Before,
            seen: 0,
        }
    }

    /// Strikes first at the `k`-th matching call after the injection, counted from 1; a call that
    /// the SDK retries is another call.
    #[must_use]
    pub fn at(mut self, k: u64) -> Self {
        self.first = k;
        self
    }

    /// Strikes `n` matching calls in a row.
    #[must_use]
    pub fn times(mut self, n: u64) -> Self {
        self.times = n;
        self
    }

    /// Strikes every matching call from the first on.
    #[must_use]
    pub fn always(self) -> Self {
        self.times(u64::MAX)
    }

    /// Strikes only calls on a secret whose name contains `part`.
    #[must_use]
    pub fn for_name_containing(mut self, part: &str) -> Self {
        part.clone_into(&mut self.name_part);
        self
    }

    /// What goes wrong.
    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// Whether the call takes effect.
    #[must_use]
    pub fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    /// Counts a call; tells whether the fault strikes it.
    fn strikes(&mut self, verb: Option<Verb>, names: &[String]) -> bool {
        let verb_matches = self.verb.is_none() || self.verb == verb;
        let name_matches =
            self.name_part.is_empty() || names.iter().any(|name| name.contains(&self.name_part));
        if !verb_matches || !name_matches {
            return false;
        }
        self.seen += 1;
        let first = self.first.max(1);
        (first..first.saturating_add(self.times)).contains(&self.seen)
    }
}

/// The faults and denials in force.
#[derive(Debug, Default)]
pub(super) struct Plan {
    faults: Vec<Fault>,
    denied: Vec<(Verb, Option<String>)>,
}

impl Plan {
    pub(super) fn inject(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    pub(super) fn clear_faults(&mut self) {
        self.faults.clear();
    }

    pub(super) fn deny(&mut self, verb: Verb, name: Option<&str>) {
        self.denied.push((verb, name.map(str::to_owned)));
    }

    pub(super) fn allow_all(&mut self) {
        self.denied.clear();
    }

    /// The fault that strikes this call. All faults count it; the one injected first wins.
    pub(super) fn strike(&mut self, verb: Option<Verb>, names: &[String]) -> Option<(Kind, When)> {
        let mut struck = None;
        for fault in &mut self.faults {
            if fault.strikes(verb, names) && struck.is_none() {
                struck = Some((fault.kind, fault.when));
            }
        }
        struck
    }

    /// Refuses what was denied. `resource` is the ARN or name that the message quotes.
    pub(super) fn check(&self, verb: Verb, name: &str, resource: &str) -> Result<(), Refused> {
        let hit = |(denied, only): &(Verb, Option<String>)| {
            *denied == verb && only.as_deref().is_none_or(|only| only == name)
        };
        if !self.denied.iter().any(hit) {
            return Ok(());
        }
        Err(Refused::new(
            "AccessDeniedException",
            format!(
                "User: arn:aws:iam::123456789012:user/simulator is not authorized to perform: secretsmanager:{verb} on resource: {resource} because no identity-based policy allows the secretsmanager:{verb} action"
            ),
        ))
    }
}

/// What became of a request.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// It was carried out and answered.
    Done,
    /// It was answered with this error code, and changed nothing.
    Refused(String),
    /// It was carried out, but answered wrongly or not at all.
    Unheard,
    /// It was neither carried out nor answered.
    Lost,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::Refused(code) => write!(f, "refused with {code}"),
            Self::Unheard => f.write_str("done, but not heard of"),
            Self::Lost => f.write_str("lost"),
        }
    }
}
